-- Keeps a small workflow with each request, without a deploy.
dofile("tests/load/wrk.lua")
local file = io.open(os.getenv("WRK_BODY"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
file:close()
