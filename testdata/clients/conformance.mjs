// The public audit of GraphQL over HTTP, and what fetch does with compressed answers and with tags.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditServer } from 'graphql-http';
import { codings, record } from './wire.mjs';

const { OPEN } = process.env;
const query = '{ products(first: 20) { nodes { id name description } } }';

test('all 61 audits', async () => {
  const results = await auditServer({ url: OPEN, fetchFn: fetch });
  assert.deepEqual(results.filter(({ status }) => status !== 'ok').map(({ id, name, reason }) => ({ id, name, reason })), []);
  assert.equal(results.length, 61);
});

for (const coding of ['gzip', 'br', 'identity']) {
  test(`fetch reads ${coding}`, async () => {
    const { uri, sent } = await record(OPEN);
    const answer = await fetch(uri, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Encoding': coding },
      body: JSON.stringify({ query }),
    });
    const text = await answer.text();
    assert.equal(JSON.parse(text).data.products.nodes.length, 20);
    assert.deepEqual(codings(sent), [coding]);
    assert.equal(sent[0].answer.body.length < text.length, coding !== 'identity');
  });
}

test('who has an answer is told so', async () => {
  const url = `${OPEN}?query=${encodeURIComponent(query)}`;
  const headers = { 'Apollo-Require-Preflight': 'true' };
  const tag = (await fetch(url, { headers })).headers.get('etag');
  assert.match(tag, /^W\/".+"$/);
  const again = await fetch(url, { headers: { ...headers, 'If-None-Match': tag } });
  assert.equal(again.status, 304);
  assert.equal(await again.text(), '');
});
