import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, readTrace, seconds, summarize } from './trace.js';

const answer = (calls) => ({ data: {}, extensions: { weft: { calls } } });

test('an answer without a trace has none', () => {
  for (const without of [undefined, null, {}, { extensions: null }, { extensions: { weft: {} } }, answer('GET /')]) {
    assert.equal(readTrace(without), null);
  }
});

test('calls come in order of their start, whatever is missing or of another type', () => {
  const { calls, values, savings } = readTrace(
    answer([
      { upstream: 'reviews', method: 'GET', path: '/reviews', status: '200', start: '12.5', duration: 4, keys: 3, shared: true },
      null,
      'GET /',
      { upstream: 'catalog', status: 503, error: 'unavailable', duration: {}, keys: -1 },
      {},
    ]),
  );
  assert.deepEqual(
    calls.map(({ upstream, status, start, duration, keys, shared, failed }) => [upstream, status, start, duration, keys, shared, failed]),
    [
      ['catalog', 503, 0, 0, 0, false, true],
      ['upstream', 0, 0, 0, 0, false, false],
      ['reviews', 200, 12.5, 4, 3, true, false],
    ],
  );
  assert.deepEqual([values, savings], [[], []], 'there is nothing but calls');
});

test('a summary spans parallel calls once', () => {
  const { calls } = readTrace(
    answer([
      { upstream: 'a', start: 2, duration: 10, keys: 1 },
      { upstream: 'b', start: 5, duration: 20, keys: 2, shared: true },
      { upstream: 'a', start: 6, duration: 1, status: 500 },
    ]),
  );
  assert.deepEqual(summarize(calls), { calls: 3, upstreams: ['a', 'b'], shared: 1, failed: 1, keys: 3, busy: 31, span: 23, end: 25 });
  assert.deepEqual(summarize([]), { calls: 0, upstreams: [], shared: 0, failed: 0, keys: 0, busy: 0, span: 0, end: 0 });
});

test('durations keep two or three digits', () => {
  assert.deepEqual([0, 0.123, 8.06, 123.4, 3421].map(milliseconds), ['0 ms', '0.12 ms', '8.1 ms', '123 ms', '3.42 s']);
});

test('values are grouped by binding and source, with the age of the oldest', () => {
  const values = [
    { binding: 'Product', key: '1', from: 'memory', age: 1.5 },
    { binding: 'Product', key: '2', from: 'upstream', age: 0 },
    null,
    { binding: 'Product', key: '3', from: 'memory', age: '3' },
    { from: 7, age: -1 },
  ];
  assert.deepEqual(readTrace({ extensions: { weft: { calls: [], values } } }).values, [
    { binding: 'Product', from: 'memory', count: 2, age: 3 },
    { binding: 'Product', from: 'upstream', count: 1, age: 0 },
    { binding: 'value', from: '7', count: 1, age: 0 },
  ]);
});

test('savings say what is not zero', () => {
  const said = (savings) => readTrace({ extensions: { weft: { calls: [], savings } } }).savings;
  assert.deepEqual(said({ asked: 9, deduplicated: 1, memo: 0, memory: 3, redis: 2, shared: 0, sent: 3, merged: 2, wasted: 'many', calls: 1 }), [
    '9 values',
    '1 wanted twice',
    '3 from memory',
    '2 from Redis',
    '3 sent',
    '2 merged into other calls',
  ]);
  assert.deepEqual(said({ asked: 1, memory: 1 }), ['1 value', '1 from memory']);
  for (const nothing of [undefined, null, 'none', {}, { asked: 0, calls: 3 }]) assert.deepEqual(said(nothing), []);
});

test('ages are seconds, or minutes', () => {
  assert.deepEqual([0, 0.25, 12, 300].map(seconds), ['', '250 ms', '12.00 s', '5 min']);
});

test('a whole answer says where it came from and what it spared', () => {
  const whole = (answer) => readTrace({ extensions: { weft: { answer, calls: [], values: [], savings: {} } } }).savings;
  assert.deepEqual(whole({ from: 'memory', age: 12, values: 5, calls: 1 }), ['all of it from memory', '12.00 s old', 'spared 5 values and 1 call']);
  assert.deepEqual(whole({ from: 'shared', age: 0, values: 0, calls: 0 }), ['all of it shared with others']);
  assert.deepEqual([whole(undefined), whole({}), whole(null)], [[], [], []]);
});
