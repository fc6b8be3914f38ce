import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRuns } from './runs.js';

const stored = new Map();
globalThis.localStorage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };

const answer = (calls) => ({ extensions: { weft: { calls } } });

test('the last two runs that have a report are kept', () => {
  const runs = newRuns();
  const names = () => [runs.get().phase, runs.get().run?.request.operationName, runs.get().previous?.request.operationName];
  const start = (operationName) => runs.begin({ operationName });
  assert.deepEqual(names(), ['idle', undefined, undefined]);
  const one = start('One');
  assert.deepEqual(names(), ['running', undefined, undefined]);
  runs.end(one, answer([]));
  assert.deepEqual(names(), ['answered', 'One', undefined]);
  runs.fail(start('Two'), new Error('no network'));
  assert.deepEqual(names(), ['failed', 'Two', 'One']);
  assert.equal(runs.get().run.failure, 'no network');
  const [three, four] = [start('Three'), start('Four')];
  runs.end(four, answer([]));
  runs.end(three, answer([]));
  assert.deepEqual(names(), ['answered', 'Four', 'One'], 'what was overtaken is not shown');
});

test('headers ask for what is wanted', () => {
  const runs = newRuns();
  runs.use('memory', false);
  runs.use('batch', false);
  runs.use('memory', true);
  assert.deepEqual(runs.headers(), { 'Weft-Report': 'calls', 'Weft-Without': 'batch' });
  assert.deepEqual(runs.begin({}).without, ['batch']);
  runs.useAll();
  assert.deepEqual(runs.headers(), { 'Weft-Report': 'calls' });
  runs.want(false);
  assert.deepEqual(runs.headers(), {});
  assert.equal(newRuns().get().wanted, false, 'in the next visit, too');
});
