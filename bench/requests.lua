-- wrk asks for what stands in a file, line by line: method, path, token, body, with tabs between.
-- After the file's last line the first comes again: `wrk -s requests.lua URL -- FILE`.
local lines, at = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {}
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    if body ~= "" then headers["Content-Type"] = "application/json" end
    lines[#lines + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  at = at % #lines + 1
  return lines[at]
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.connect + summary.errors.timeout
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes, failed, latency:percentile(50), latency:percentile(99)))
end
