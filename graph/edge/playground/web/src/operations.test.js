import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byID, matching, sorted } from './operations.js';

const operations = sorted([
  { id: '2', name: 'Page', text: 'query Page { a }\n' },
  { id: '1', name: '', text: '{ b }' },
  { id: '3', name: 'Cart', text: 'query Cart { c }' },
]);

test('operations are sorted by name, and have one', () => {
  assert.deepEqual(operations.map(({ label }) => label), ['1', 'Cart', 'Page']);
});

test('a known text becomes its id', () => {
  const send = byID(operations);
  assert.deepEqual(send({ query: 'query Page { a }', operationName: 'Page', variables: { x: 1 } }), {
    operationName: 'Page',
    variables: { x: 1 },
    extensions: { persistedQuery: { version: 1, sha256Hash: '2' } },
  });
});

test('an operation is named as its manifest names it, whatever the editor last read', () => {
  const send = byID(operations);
  assert.equal(send({ query: 'query Cart { c }', operationName: 'Page' }).operationName, 'Cart');
  assert.equal('operationName' in send({ query: '{ b }', operationName: 'Page' }), false);
});

test('another text stays', () => {
  const request = { query: 'query Page { a b }', operationName: 'Page' };
  assert.deepEqual(byID(operations)(request), request);
});

test('operations are found by name and id', () => {
  const found = (text) => matching(operations, text).map(({ label }) => label);
  assert.deepEqual(found(''), ['1', 'Cart', 'Page']);
  assert.deepEqual(found(' PA '), ['Page']);
  assert.deepEqual(found('3'), ['Cart']);
  assert.deepEqual(found('none'), []);
});
