-- wrk: the requests of a file, one after another, each thread from another place on.
-- After "--": the file (one path a line), the API key.
local paths = {}
local at = 0
local headers = {}
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = line
  end
  at = (number * 7919) % #paths
  headers["Authorization"] = "Bearer " .. args[2]
  headers["X-Integration-Id"] = "personio:bench1"
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end

function done(summary, latency)
  io.write(string.format(
    'BENCH {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,"status_errors":%d,' ..
    '"socket_errors":%d,"timeouts":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write,
    summary.errors.timeout))
end
