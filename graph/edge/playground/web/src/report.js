// Reads the report of an operation in its answer: extensions.weft. What the panel shows of it has the form that readReport returns,
// and no other file knows the names in it.

// requestHeaders are what asks for the report, with the techniques that the operation does without.
export function requestHeaders(without) {
  return { 'Weft-Report': 'calls', ...(without.length > 0 && { 'Weft-Without': without.join(', ') }) };
}

// readReport returns what an operation did, or null where the answer carries no report:
//
//	calls       as rows of a waterfall, by start, with times in ms since the operation began; see readCall
//	values      grouped by binding and by where they came from: [{binding, from, count, age}], age in seconds, of the oldest
//	asked       how many values its fields asked for; null: nobody says
//	whole       {from, age, values, calls}, where nothing was run for the answer: what its run had asked for; or null
//	techniques  what each has saved: [{name, label, does, saved, count, wasted}]. saved is words, '' for nothing. A technique without a
//	            name has no switch.
//
// It takes what it gets: a member that is missing or of another type is left out, a row that is not an object is skipped.
export function readReport(answer) {
  const { answer: whole, asked, calls, values, ...parts } = answer?.extensions?.weft ?? {};
  if (!Array.isArray(calls)) return null;
  const made = objects(calls)
    .map(readCall)
    .sort((a, b) => a.start - b.start);
  for (const [i, call] of made.entries()) call.number = i;
  const loaded = objects(values).map(readValue);
  assign(made, loaded);
  const report = { calls: made, values: group(loaded), asked: readCount(asked), whole: readWhole(whole) };
  return { ...report, techniques: readTechniques(parts, report.whole) };
}

function readCall(call) {
  const status = count(call.status);
  return {
    upstream: text(call.upstream) || 'upstream',
    binding: text(call.binding),
    at: text(call.at), // file and line of the schema
    method: text(call.method) || 'GET',
    path: text(call.path),
    status,
    start: count(call.start),
    duration: count(call.duration),
    keys: count(call.keys),
    members: readMembers(call.members), // of its objects' members, how many it asks for, in words; '' for all
    bytes: count(call.bytes),
    shared: call.shared === true,
    error: text(call.error),
    reason: readReason(call.reason), // why its answer cannot be used, in words
    failed: text(call.error) !== '' || status >= 400,
    number: 0, // its place in the report
    early: false, // it began before the objects that it is about had arrived
    batch: [], // its keys, as far as one can tell
    together: 1, // how many calls batch belongs to
  };
}

function readReason(reason) {
  if (reason === null || typeof reason !== 'object') return '';
  const [pointer, want, got] = [reason.pointer, reason.want, reason.got].map(text);
  return `${pointer || 'the answer'}: want ${want}, got ${got}`;
}

function readMembers(members) {
  const [asked, of] = [count(members?.asked), count(members?.of)];
  return asked > 0 && of > 0 ? `${asked} of ${plural(of, 'member')}` : '';
}

function readValue(value) {
  const from = text(value.from);
  return {
    binding: text(value.binding) || 'value',
    key: text(value.key),
    from,
    age: count(value.age),
    early: value.early === true,
    sent: ['upstream', 'validated', 'stale'].includes(from),
  };
}

function readWhole(whole) {
  const from = text(whole?.from);
  return from === '' ? null : { from, age: count(whole.age), values: count(whole.values), calls: count(whole.calls) };
}

// assign finds the values that calls were made for. The report has both by binding: a binding's early values went first, and where
// it has made several calls, a key that stands in a call's path is that call's.
function assign(calls, values) {
  for (const binding of new Set(calls.map((call) => call.binding))) {
    const all = calls.filter((call) => call.binding === binding);
    const sent = values.filter((value) => value.binding === binding && value.sent);
    const early = sent.filter((value) => value.early);
    const first = beginning(all, early);
    assignTo(all.slice(0, first), early);
    assignTo(all.slice(first), sent.filter((value) => !value.early));
    for (const call of all.slice(0, first)) call.early = true;
  }
}

// beginning returns how many of a binding's first calls have sent its early values; 0 where the numbers do not say.
function beginning(calls, early) {
  let [n, left] = [0, early.length];
  while (left > 0 && n < calls.length) left -= calls[n++].keys || 1;
  return left === 0 ? n : 0;
}

function assignTo(calls, values) {
  const keys = values.map((value) => value.key).filter(Boolean);
  for (const call of calls) {
    const own = calls.length === 1 ? keys : keys.filter((key) => holds(call.path, key));
    call.batch = own.length > 0 ? own : keys;
    call.together = own.length > 0 ? 1 : calls.length;
  }
}

// holds reports whether a key is all of a path's segment, or one of its query's values.
function holds(path, key) {
  const encoded = encodeURIComponent(key);
  return path.split(/[/?&=,]/).some((part) => part === key || part === encoded);
}

// group returns {binding, from, count, age} for all values of one binding from one place.
function group(values) {
  const groups = new Map();
  for (const { binding, from, age } of values) {
    const name = `${binding}\n${from}`;
    if (!groups.has(name)) groups.set(name, { binding, from, count: 0, age: 0 });
    const all = groups.get(name);
    all.count += 1;
    all.age = Math.max(all.age, age);
  }
  return [...groups.values()];
}

// techniques returns those of a report, or of none: nothing saved.
export function techniques(report) {
  return report?.techniques ?? readTechniques({}, null);
}

function readTechniques({ caching, batching, asynchronous, compression, parallel, avoided }, whole) {
  const saved = (name, label, does, n, noun) => ({ name, label, does, count: count(n), wasted: 0, saved: count(n) > 0 ? plural(count(n), noun) : '' });
  const early = count(asynchronous?.early);
  const apart = count(parallel?.saved);
  const [received, sent] = [compression?.upstreams, compression?.client].map((coded) => count(count(coded?.bytes) - count(coded?.wire)));
  const compressed = [received > 0 && `${bytes(received)} from services`, sent > 0 && `${bytes(sent)} to you`].filter(Boolean).join(', ');
  return [
    {
      ...saved('answers', 'Whole answers', 'An answer that is kept, or being made, is not made again', whole?.calls, 'call'),
      ...(whole && { saved: `${plural(whole.values, 'value')}, ${plural(whole.calls, 'call')}` }),
    },
    saved('memory', 'Memory', 'What is kept in the process is not asked for', caching?.memory, 'value'),
    saved('redis', 'Redis', 'What is kept in Redis is not asked for', caching?.redis, 'value'),
    saved('memo', 'Memo', 'What the operation has loaded is not asked for again', caching?.memo, 'value'),
    saved('batch', 'Batching', 'Many keys travel in one call', batching?.merged, 'call'),
    {
      ...saved('early', 'Early start', 'What needs only a key that is known does not wait for its parent', early, 'value'),
      wasted: count(asynchronous?.wasted),
      ...(early > 0 && { saved: `${plural(early, 'value')} sooner` }),
    },
    { ...saved('compression', 'Compression', 'Answers of services, and this one, are compressed on their way', received + sent, 'byte'), saved: compressed },
    { ...saved('parallel', 'Parallel', 'Services that do not need each other are asked at the same time', apart, 'ms'), saved: apart > 0 ? milliseconds(apart) : '' },
    saved('dedupe', 'Deduplication', 'A key that several fields want is asked for once', avoided?.deduplicated, 'value'),
    saved('shared', 'Shared', 'What another operation is asking for is waited for', whole?.from === 'shared' ? 0 : avoided?.shared, 'value'),
    saved('members', 'Selected members', 'A service is asked for the members that are selected, and sends no others', avoided?.members, 'member'),
    saved('', 'Not modified', 'A service says that what is kept is current, and sends nothing', avoided?.notModified, 'value'),
  ];
}

// summarize adds up calls. span is the time from the first one's start to the last one's end, busy the sum of all durations: how
// far they are apart is what ran in parallel.
export function summarize(calls) {
  const end = Math.max(0, ...calls.map((call) => call.start + call.duration));
  const begin = Math.min(end, ...calls.map((call) => call.start));
  return {
    calls: calls.length,
    upstreams: [...new Set(calls.map((call) => call.upstream))],
    shared: calls.filter((call) => call.shared).length,
    failed: calls.filter((call) => call.failed).length,
    keys: calls.reduce((sum, call) => sum + call.keys, 0),
    bytes: calls.reduce((sum, call) => sum + call.bytes, 0),
    busy: calls.reduce((sum, call) => sum + call.duration, 0),
    span: end - begin,
    end,
  };
}

// waves returns calls, which are by start, in waves: a call is in the wave after the last one of which it saw a call end.
export function waves(calls) {
  const all = [];
  for (const call of calls) {
    const after = all.findLastIndex((wave) => wave.some((other) => other.start + other.duration <= call.start));
    if (after + 1 === all.length) all.push([]);
    all[after + 1].push(call);
  }
  return all;
}

// rows returns the calls of a wave as they are shown: alone, or, where a binding has made many, all of its calls as one row.
export function rows(wave) {
  const all = new Map();
  for (const call of wave) {
    const name = `${call.upstream}\n${call.binding}`;
    all.set(name, [...(all.get(name) ?? []), call]);
  }
  return [...all.values()].flatMap((calls) => (calls.length > 3 ? [calls] : calls.map((call) => [call]))).sort((a, b) => a[0].start - b[0].start);
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

// bytes prints a size: 834 B, 12.3 KB.
export function bytes(n) {
  return n < 1000 ? `${n} B` : `${(n / 1000).toFixed(1)} KB`;
}

// plural prints a number of things: 1 call, 2 calls.
export function plural(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function objects(list) {
  return Array.isArray(list) ? list.filter((row) => row !== null && typeof row === 'object') : [];
}

function text(value) {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function readCount(value) {
  return typeof value === 'number' ? count(value) : null;
}

function count(value) {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
