import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, milliseconds, readReport, requestHeaders, rows, seconds, summarize, techniques, waves } from './report.js';

const read = (weft) => readReport({ data: {}, extensions: { weft } });
const saved = (weft) => Object.fromEntries(read({ calls: [], ...weft }).techniques.map(({ name, label, saved }) => [name || label, saved]));

test('the report is asked for, without techniques', () => {
  assert.deepEqual(requestHeaders([]), { 'Weft-Report': 'calls' });
  assert.deepEqual(requestHeaders(['memory', 'batch']), { 'Weft-Report': 'calls', 'Weft-Without': 'memory, batch' });
});

test('an answer without a report has none', () => {
  for (const without of [undefined, null, {}, { extensions: null }, { extensions: { weft: {} } }, { extensions: { weft: { calls: 'GET /' } } }]) {
    assert.equal(readReport(without), null);
  }
});

test('calls come in order of their start, whatever is missing or of another type', () => {
  const { calls, values, asked, whole } = read({
    calls: [
      { upstream: 'reviews', method: 'GET', path: '/reviews', status: '200', start: '12.5', duration: 4, keys: 3, shared: true },
      null,
      'GET /',
      { upstream: 'catalog', status: 503, error: 'unavailable', duration: {}, keys: -1 },
      {},
    ],
  });
  assert.deepEqual(
    calls.map(({ upstream, status, start, duration, keys, shared, failed }) => [upstream, status, start, duration, keys, shared, failed]),
    [
      ['catalog', 503, 0, 0, 0, false, true],
      ['upstream', 0, 0, 0, 0, false, false],
      ['reviews', 200, 12.5, 4, 3, true, false],
    ],
  );
  assert.deepEqual([values, asked, whole], [[], null, null], 'there is nothing but calls');
});

test('a call whose answer cannot be used has failed, and says why', () => {
  const reason = { pointer: '/data/0/size', want: 'Int', got: 'string' };
  const { calls } = read({
    calls: [
      { status: 200, error: 'bad_response', reason, start: 1 },
      { status: 200, error: 'bad_response', reason: { pointer: '', want: 'JSON', got: 'HTML or XML' }, start: 2 },
      { status: 200, reason: 'none', start: 3 },
    ],
  });
  assert.deepEqual(
    calls.map(({ failed, reason }) => [failed, reason]),
    [
      [true, '/data/0/size: want Int, got string'],
      [true, 'the answer: want JSON, got HTML or XML'],
      [false, ''],
    ],
  );
});

test('a call says how many members it asks for', () => {
  const calls = [{ members: { asked: 2, of: 9 } }, { members: { asked: 1, of: 1 } }, {}, { members: 'all' }, { members: { of: 3 } }];
  assert.deepEqual(read({ calls }).calls.map(({ members }) => members), ['2 of 9 members', '1 of 1 member', '', '', '']);
  assert.equal(saved({ avoided: { members: 7 } }).members, '7 members');
});

test('a summary spans parallel calls once', () => {
  const { calls } = read({
    calls: [
      { upstream: 'a', start: 2, duration: 10, keys: 1, bytes: 7 },
      { upstream: 'b', start: 5, duration: 20, keys: 2, shared: true },
      { upstream: 'a', start: 6, duration: 1, status: 500 },
    ],
  });
  const none = { calls: 0, upstreams: [], shared: 0, failed: 0, keys: 0, bytes: 0, busy: 0, span: 0, end: 0 };
  assert.deepEqual(summarize(calls), { calls: 3, upstreams: ['a', 'b'], shared: 1, failed: 1, keys: 3, bytes: 7, busy: 31, span: 23, end: 25 });
  assert.deepEqual(summarize([]), none);
});

test('a wave begins where a call of the one before has ended', () => {
  const call = (start, duration) => ({ start, duration });
  const starts = (calls) => waves(calls).map((wave) => wave.map(({ start }) => start));
  assert.deepEqual(starts([call(0, 20), call(1, 50), call(20, 10), call(21, 10), call(30, 5), call(60, 1)]), [[0, 1], [20, 21], [30], [60]]);
  assert.deepEqual(starts([]), []);
});

test('many calls of a binding are one row', () => {
  const call = (binding, start) => ({ upstream: 'a', binding, start });
  const shown = (...calls) => rows(calls).map((row) => row.map(({ start }) => start).join());
  assert.deepEqual(shown(call('A', 0), call('B', 1), call('A', 2), call('A', 3)), ['0', '1', '2', '3']);
  assert.deepEqual(shown(call('A', 0), call('B', 1), call('A', 2), call('A', 3), call('A', 4)), ['0,2,3,4', '1']);
});

test('a call has the keys that were sent for its binding', () => {
  const { calls } = read({
    calls: [
      { binding: 'Price', method: 'POST', path: '/prices', start: 1, keys: 2 },
      { binding: 'Stock', path: '/stock?sku=a%20b&sku=b', start: 2, keys: 2 },
      { binding: 'Stock', path: '/stock?sku=c', start: 3, keys: 1 },
      { binding: 'User', method: 'POST', path: '/users', start: 4, keys: 1 },
      { binding: 'User', method: 'POST', path: '/users', start: 5, keys: 1 },
    ],
    values: [
      ...['a', 'b'].map((key) => ({ binding: 'Price', key, from: 'upstream' })),
      { binding: 'Price', key: 'c', from: 'memory' },
      ...['a b', 'b', 'c'].map((key) => ({ binding: 'Stock', key, from: 'validated' })),
      ...['1', '2'].map((key) => ({ binding: 'User', key, from: 'upstream' })),
    ],
  });
  assert.deepEqual(
    calls.map(({ batch, together }) => [batch, together]),
    [
      [['a', 'b'], 1],
      [['a b', 'b'], 1],
      [['c'], 1],
      [['1', '2'], 2],
      [['1', '2'], 2],
    ],
  );
});

test('calls for early values are early', () => {
  const early = (calls, values) =>
    read({
      calls: calls.map((keys, start) => ({ binding: 'Price', keys, start })),
      values: values.map((early, i) => ({ binding: 'Price', key: `k${i}`, from: 'upstream', early })),
    }).calls.map((call) => [call.early, call.batch.join()]);
  assert.deepEqual(early([1, 2], [true, false, false]), [[true, 'k0'], [false, 'k1,k2']]);
  assert.deepEqual(early([2], [true, true]), [[true, 'k0,k1']]);
  assert.deepEqual(early([0], [true]), [[true, 'k0']], 'a binding without keys');
  assert.deepEqual(early([2], [true, false]), [[false, 'k1']], 'nobody knows');
});

test('values are grouped by binding and source, with the age of the oldest', () => {
  const values = [
    { binding: 'Product', key: '1', from: 'memory', age: 1.5 },
    { binding: 'Product', key: '2', from: 'upstream', age: 0 },
    null,
    { binding: 'Product', key: '3', from: 'memory', age: '3' },
    { from: 7, age: -1 },
  ];
  assert.deepEqual(read({ calls: [], values }).values, [
    { binding: 'Product', from: 'memory', count: 2, age: 3 },
    { binding: 'Product', from: 'upstream', count: 1, age: 0 },
    { binding: 'value', from: '7', count: 1, age: 0 },
  ]);
});

test('techniques say what they saved', () => {
  const names = ['answers', 'memory', 'redis', 'memo', 'batch', 'early', 'compression', 'parallel', 'dedupe', 'shared', 'members', 'Not modified'];
  const nothing = Object.fromEntries(names.map((name) => [name, '']));
  const parts = {
    caching: { memo: 0, memory: 3, redis: 2 },
    batching: { sent: 3, merged: 2, calls: 1 },
    asynchronous: { early: 1, wasted: 2, refreshes: 0 },
    compression: { upstreams: { bytes: 3000, wire: 1000 }, client: { coding: 'gzip', bytes: 500, wire: 400 } },
    parallel: { sum: 20, elapsed: 12, saved: 8 },
    avoided: { deduplicated: 1, shared: 0, prefetched: 0, notModified: 4, members: 6 },
  };
  assert.deepEqual(saved(parts), {
    ...nothing,
    memory: '3 values',
    redis: '2 values',
    batch: '2 calls',
    early: '1 value sooner',
    compression: '2.0 KB from services, 100 B to you',
    parallel: '8.0 ms',
    dedupe: '1 value',
    members: '6 members',
    'Not modified': '4 values',
  });
  assert.equal(read({ calls: [], ...parts }).techniques.find(({ name }) => name === 'early').wasted, 2);
  assert.equal(saved({ answer: { from: 'memory', age: 12, values: 5, calls: 1 } }).answers, '5 values, 1 call');
  assert.equal(saved({ answer: { from: 'shared', values: 5, calls: 1 }, avoided: { shared: 5 } }).shared, '', 'they are the whole answer’s');
  for (const none of [undefined, null, 'none', {}, { memory: 'many' }]) assert.deepEqual(saved({ caching: none, compression: none, parallel: none }), nothing);
  assert.ok(techniques(undefined).every(({ saved }) => saved === ''), 'without a report nothing');
});

test('a whole answer says where it came from', () => {
  const whole = (answer) => read({ answer, calls: [] }).whole;
  assert.deepEqual(whole({ from: 'memory', age: 12, values: 5, calls: 1 }), { from: 'memory', age: 12, values: 5, calls: 1 });
  assert.deepEqual([whole(undefined), whole({}), whole(null)], [null, null, null]);
});

test('quantities are short', () => {
  assert.deepEqual([0, 0.123, 8.06, 123.4, 3421].map(milliseconds), ['0 ms', '0.12 ms', '8.1 ms', '123 ms', '3.42 s']);
  assert.deepEqual([0, 0.25, 12, 300].map(seconds), ['', '250 ms', '12.00 s', '5 min']);
  assert.deepEqual([0, 999, 12345].map(bytes), ['0 B', '999 B', '12.3 KB']);
});
