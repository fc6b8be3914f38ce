// Reads the trace of an operation in its answer: extensions.weft.

// readTrace returns {calls, values, savings}, or null where the answer carries no trace. Calls are the rows of a waterfall,
// with times in milliseconds since the operation began; values are grouped by their binding and by where they came from;
// savings are words, of a whole answer that nothing was run for as well. It takes what it gets: a member that is missing or of another type is left out, a row that is not
// an object is skipped.
export function readTrace(answer) {
  const { answer: whole, calls, values, savings } = answer?.extensions?.weft ?? {};
  if (!Array.isArray(calls)) return null;
  return {
    calls: objects(calls)
      .map(readCall)
      .sort((a, b) => a.start - b.start),
    values: group(objects(values)),
    savings: [...readWhole(whole), ...readSavings(savings)],
  };
}

function objects(list) {
  return Array.isArray(list) ? list.filter((row) => row !== null && typeof row === 'object') : [];
}

// group returns {binding, from, count, age} for all values of one binding from one place. age is the oldest's, in seconds.
function group(values) {
  const groups = new Map();
  for (const value of values) {
    const [binding, from] = [text(value.binding) || 'value', text(value.from)];
    const name = `${binding}\n${from}`;
    if (!groups.has(name)) groups.set(name, { binding, from, count: 0, age: 0 });
    const all = groups.get(name);
    all.count += 1;
    all.age = Math.max(all.age, count(value.age));
  }
  return [...groups.values()];
}

// readWhole says where the whole answer came from, if nothing was run for it, and what that spared:
// ['all of it from memory', '12.00 s old', 'spared 5 values and 3 calls'].
function readWhole(whole) {
  const from = text(whole?.from);
  if (from === '') return [];
  const [age, values, calls] = [seconds(count(whole.age)), count(whole.values), count(whole.calls)];
  const words = { memory: 'from memory', redis: 'from Redis', shared: 'shared with others' };
  const plural = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return [
    `all of it ${words[from] ?? `from ${from}`}`,
    age && `${age} old`,
    values + calls > 0 && `spared ${plural(values, 'value')} and ${plural(calls, 'call')}`,
  ].filter(Boolean);
}

// readSavings says how the values that were asked for add up, zeros left out: ['5 values', '3 from memory', '2 sent'].
function readSavings(savings) {
  const asked = count(savings?.asked);
  if (asked === 0) return [];
  const parts = [
    [savings.deduplicated, 'wanted twice'],
    [savings.memo, 'known from before'],
    [savings.memory, 'from memory'],
    [savings.redis, 'from Redis'],
    [savings.shared, 'shared with others'],
    [savings.sent, 'sent'],
    [savings.wasted, 'sent early in vain'],
    [savings.merged, 'merged into other calls'],
  ];
  const said = parts.filter(([n]) => count(n) > 0).map(([n, what]) => `${n} ${what}`);
  return [`${asked} ${asked === 1 ? 'value' : 'values'}`, ...said];
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

// seconds prints an age: nothing where there is none, 0.42 ms, 12.00 s, 5 min.
export function seconds(s) {
  if (s === 0) return '';
  return s < 60 ? milliseconds(1000 * s) : `${Math.round(s / 60)} min`;
}

function text(value) {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function count(value) {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
