-- Posts its first argument as JSON, accepts the content coding that is its second one, does without what the third one names, and prints what wrk knows in the end as lines that wrk.go reads.

function init(args)
  wrk.method = "POST"
  wrk.body = args[1]
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "*/*"
  wrk.headers["Accept-Encoding"] = args[2]
  if args[3] ~= "" then
    wrk.headers["Weft-Without"] = args[3]
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("weft summary %d %d %d %d\n", summary.duration, summary.requests, e.status, e.connect + e.read + e.write + e.timeout))
  for i = 1, #latency do
    io.write(string.format("weft latency %d %d\n", latency(i)))
  end
end
