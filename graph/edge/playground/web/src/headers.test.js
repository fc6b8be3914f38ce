import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAuthorization, writeAuthorization } from './headers.js';

test('setting and taking out again leaves the other headers', () => {
  const set = writeAuthorization('{"X-Store": "1"}', 'Bearer alice');
  assert.deepEqual(JSON.parse(set), { 'X-Store': '1', Authorization: 'Bearer alice' });
  assert.equal(readAuthorization(set), 'Bearer alice');
  assert.deepEqual(JSON.parse(writeAuthorization(set, '')), { 'X-Store': '1' });
});

test('a name in another case is the same header', () => {
  assert.deepEqual(JSON.parse(writeAuthorization('{"authorization": "x"}', 'Bearer bob')), { authorization: 'Bearer bob' });
});

test('nothing left is an empty editor', () => {
  assert.equal(writeAuthorization(writeAuthorization(' \n', 'Bearer alice'), ''), '');
});

test('text that is no JSON object stays', () => {
  for (const text of ['{', '[]', 'null', '"x"']) {
    assert.equal(readAuthorization(text), null);
    assert.equal(writeAuthorization(text, 'Bearer alice'), text);
  }
});
