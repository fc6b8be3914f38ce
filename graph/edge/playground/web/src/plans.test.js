import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPlans } from './plans.js';

// typing returns plans whose service answers when it is told to, and the list of what it was asked.
function typing({ mock }) {
  mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [];
  const plans = newPlans((request) => new Promise((answer, refuse) => asked.push({ request, answer, refuse })));
  return { plans, asked, pass: (ms) => mock.timers.tick(ms) };
}

const settled = () => new Promise(setImmediate);

test('twenty keystrokes are explained once', (t) => {
  const { plans, asked, pass } = typing(t);
  for (let i = 1; i <= 20; i++) {
    plans.edited({ query: 'x'.repeat(i) });
    pass(200);
  }
  assert.equal(asked.length, 0, 'while somebody types');
  pass(100);
  assert.deepEqual(asked.map(({ request }) => request.query.length), [20]);
  plans.edited({ query: 'x'.repeat(20) });
  pass(300);
  assert.equal(asked.length, 1, 'what was explained is not explained again');
});

test('what was overtaken is not shown', async (t) => {
  const { plans, asked, pass } = typing(t);
  for (const query of ['one', 'two']) {
    plans.edited({ query });
    pass(300);
  }
  asked[1].answer({ calls: 2 });
  await settled();
  asked[0].answer({ calls: 1 });
  await settled();
  assert.deepEqual(plans.get(), { calls: 2 });
  plans.edited({ query: 'three' });
  pass(300);
  asked[2].refuse(new Error('no network'));
  await settled();
  assert.deepEqual(plans.get(), { failure: 'no network' });
});
