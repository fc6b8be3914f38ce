import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, readTrace, summarize } from './trace.js';

const answer = (calls) => ({ data: {}, extensions: { weft: { calls } } });

test('an answer without a trace has none', () => {
  for (const without of [undefined, null, {}, { extensions: null }, { extensions: { weft: {} } }, answer('GET /')]) {
    assert.equal(readTrace(without), null);
  }
});

test('calls come in order of their start, whatever is missing or of another type', () => {
  const calls = readTrace(
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
});

test('a summary spans parallel calls once', () => {
  const calls = readTrace(
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
