-- Posts Personio deliveries, each a different one, so that none is a duplicate.
--
--   wrk ... -- <targets> <run> <people>
--
-- <targets> has a line "<path> <Authorization>" for each webhook; they take turns. <run>, below 1440, is
-- new for each call of wrk. <people>: how many persons the events are about; 0: each is about a new one.
-- Each request is put together from ready parts of fixed length: wrk must not be what is measured.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("tid", threads)
end

local heads, count = {}, 0
local time_head, id_head, people
local n, block = 0, 0
local format = string.format

-- occurred_at is <day>T<run as hh:mm>:<thread and million as ss>.<count within the million>Z.
local function roll()
  local second = format("%02d", (tid - 1) * 20 + block)
  time_head = format("2026-02-03T%02d:%02d:%s.", math.floor(run / 60), run % 60, second)
  id_head = format("1%04d%s", run, second)
end

function init(args)
  run, people = tonumber(args[2]), tonumber(args[3])
  roll()
  local length = #('{"company_id":"4711","event_name":"person.updated","occurred_at":"' .. time_head ..
    '000000Z","payload":{"person":{"id":"' .. id_head .. '000000"}}}')
  for line in io.lines(args[1]) do
    local path, token = line:match("^(%S+) (.+)$")
    count = count + 1
    heads[count] = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Personio\r\n" ..
      "Content-Type: application/json\r\nAuthorization: " .. token .. "\r\nContent-Length: " .. length ..
      '\r\n\r\n{"company_id":"4711","event_name":"person.updated","occurred_at":"' .. time_head
  end
end

local MIDDLE, TAIL = 'Z","payload":{"person":{"id":"', '"}}}'

function request()
  local now = format("%06d", n)
  local person = people == 0 and now or format("%06d", n % people)
  local head = heads[n % count + 1]
  n = n + 1
  if n == 1000000 then
    n, block = 0, block + 1
    local before = time_head
    roll()
    for i = 1, count do heads[i] = heads[i]:sub(1, -#before - 1) .. time_head end
    return head .. now .. MIDDLE .. id_head .. person .. TAIL
  end
  return head .. now .. MIDDLE .. (people == 0 and id_head or "1000000") .. person .. TAIL
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(format('BENCH {"requests":%d,"duration_us":%d,"p50_us":%d,"p90_us":%d,"p99_us":%d,"max_us":%d,' ..
    '"status_errors":%d,"socket_errors":%d,"timeouts":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency.max, e.status, e.connect + e.read + e.write, e.timeout))
end
