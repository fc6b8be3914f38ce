import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newColours } from './colours.js';

test('a colour is an upstream’s for good', () => {
  const names = ['reviews', 'catalog', 'accounts'];
  const [one, other] = [newColours(names), newColours([...names].reverse())];
  for (const name of [...names, 'unknown']) assert.equal(one(name), other(name));
  assert.equal(new Set(names.map(one)).size, names.length, 'and each has its own');
});
