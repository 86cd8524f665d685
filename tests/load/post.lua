-- Posts the file WRK_BODY, of JSON, with each request. WRK_PREFER is its header
-- of that name, WRK_WANT a text that each answer has to hold; either may lack.
dofile("tests/load/wrk.lua")
local file = io.open(os.getenv("WRK_BODY"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Prefer"] = os.getenv("WRK_PREFER")
file:close()

local want = os.getenv("WRK_WANT")
if want then
   function response(status, headers, body)
      if not body:find(want, 1, true) then
         unwanted = unwanted + 1
      end
   end
end
