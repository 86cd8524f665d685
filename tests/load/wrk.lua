-- Prints the figures of a run as one line of JSON.
unwanted = 0 -- answers that a script did not want; each thread has its own
local threads = {}

function setup(thread)
   threads[#threads + 1] = thread
end

function done(summary, latency)
   local e = summary.errors
   local n = 0
   for _, thread in ipairs(threads) do
      n = n + thread:get("unwanted")
   end
   io.write(string.format(
      '{"requests": %d, "seconds": %.3f, "p50_ms": %.3f, "p95_ms": %.3f, ' ..
      '"p99_ms": %.3f, "status": %d, "broken": %d, "unwanted": %d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, e.status,
      e.connect + e.read + e.write + e.timeout, n))
end
