// Documents of codegen's client preset: their texts, their digests as GraphQL over HTTP has them (documentId), and both, by
// graphql-request and by plain fetch.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { GraphQLClient } from 'graphql-request';
import { codings, page, record, review, shapes } from './wire.mjs';

const { OPEN, LOCKED, OUT } = process.env;
const { ShopPageDocument, RateProductDocument } = await import(join(OUT, 'artifacts/codegen/graphql.js'));

test('graphql-request, by text', async () => {
  const { uri, sent } = await record(OPEN);
  const client = new GraphQLClient(uri);
  const { products } = await client.request(String(ShopPageDocument), page);
  assert.equal(products.nodes.length, page.first);
  const { addReview } = await client.request(String(RateProductDocument), review('graphql-request'));
  assert.equal(addReview.rating, 4);
  assert.deepEqual(shapes(sent), ['POST text', 'POST text']);
  assert.deepEqual(codings(sent), ['gzip', 'identity']);
  await assert.rejects(new GraphQLClient(LOCKED).request(String(ShopPageDocument), page), /only operations of its manifests/);
});

// What apps do: their documents know their digests, and a middleware sends these in the place of texts.
const byID = (document) => (request) => {
  const { query, ...rest } = JSON.parse(request.body);
  assert.ok(query);
  return { ...request, body: JSON.stringify({ ...rest, documentId: document.__meta__.hash }) };
};

test('graphql-request, by documentId', async () => {
  const { uri, sent } = await record(LOCKED);
  const send = (document, variables) =>
    new GraphQLClient(uri, { requestMiddleware: byID(document) }).request(String(document), variables);
  assert.equal((await send(ShopPageDocument, page)).products.nodes.length, page.first);
  assert.equal((await send(RateProductDocument, review('graphql-request by id'))).addReview.rating, 4);
  assert.deepEqual(shapes(sent), ['POST documentId', 'POST documentId']);
  assert.deepEqual(codings(sent), ['gzip', 'identity']);
  assert.match(sent[0].asked.documentId, /^sha256:/);
});

test('fetch, by GET with documentId, with and without its prefix', async () => {
  for (const id of [ShopPageDocument.__meta__.hash, ShopPageDocument.__meta__.hash.replace('sha256:', '')]) {
    const url = new URL(LOCKED);
    url.searchParams.set('documentId', id);
    url.searchParams.set('variables', JSON.stringify(page));
    const answer = await fetch(url, { headers: { Accept: 'application/graphql-response+json' } });
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).data.products.nodes.length, page.first);
  }
  const url = new URL(LOCKED);
  url.searchParams.set('documentId', RateProductDocument.__meta__.hash);
  url.searchParams.set('variables', JSON.stringify(review('by GET')));
  assert.equal((await fetch(url)).status, 405); // a mutation
});
