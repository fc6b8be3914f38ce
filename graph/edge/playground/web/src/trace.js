// Reads the trace of upstream calls in an answer: extensions.weft.calls.

// readTrace returns the calls of an answer as rows of a waterfall, or null where the answer carries no trace. Times
// are milliseconds since the operation began. It takes what it gets: a member that is missing or of another type is
// left out, a row that is not an object is skipped.
export function readTrace(answer) {
  const calls = answer?.extensions?.weft?.calls;
  if (!Array.isArray(calls)) return null;
  return calls
    .filter((call) => call !== null && typeof call === 'object')
    .map(readCall)
    .sort((a, b) => a.start - b.start);
}

function readCall(call) {
  const status = count(call.status);
  return {
    upstream: text(call.upstream) || 'upstream',
    method: text(call.method),
    path: text(call.path),
    status,
    start: count(call.start),
    duration: count(call.duration),
    keys: count(call.keys),
    shared: call.shared === true,
    error: text(call.error),
    failed: text(call.error) !== '' || status >= 400,
  };
}

// summarize adds up what readTrace returned. span is the time from the first call's start to the last one's end,
// busy the sum of all durations: how far they are apart is what ran in parallel.
export function summarize(calls) {
  const end = Math.max(0, ...calls.map((call) => call.start + call.duration));
  const begin = Math.min(end, ...calls.map((call) => call.start));
  return {
    calls: calls.length,
    upstreams: [...new Set(calls.map((call) => call.upstream))],
    shared: calls.filter((call) => call.shared).length,
    failed: calls.filter((call) => call.failed).length,
    keys: calls.reduce((sum, call) => sum + call.keys, 0),
    busy: calls.reduce((sum, call) => sum + call.duration, 0),
    span: end - begin,
    end,
  };
}

// milliseconds prints a duration: 0.42 ms, 8.1 ms, 120 ms, 3.42 s.
export function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  const digits = ms >= 100 || ms === 0 ? 0 : ms >= 1 ? 1 : 2;
  return `${ms.toFixed(digits)} ms`;
}

function text(value) {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function count(value) {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
