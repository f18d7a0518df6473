-- Load for wrk. Arguments after the URL: milliseconds that a connection waits before its next request (0: none; fractions are kept on the
-- average), and how many different bearer tokens to use in turn (0: the one given with -H).
local interval, tokens = 0, 0

function init(args)
  interval = tonumber(args[1] or "0")
  tokens = tonumber(args[2] or "0")
  if interval > 0 then
    delay = function()
      local whole = math.floor(interval)
      return math.random() < interval - whole and whole + 1 or whole
    end
  end
  if tokens > 0 then
    local next = 0
    request = function()
      next = next % tokens + 1
      wrk.headers["Authorization"] = string.format("Bearer user-%08d-of-the-gateway-benchmark", next)
      return wrk.format(nil, nil)
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
