// Apollo Client: texts, automatic persisted queries by POST and GET, against services that have them and that have not, and a
// persisted query list against a service that runs nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHash } from 'node:crypto';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { codings, page, record, review, shapes } from './wire.mjs';

const { OPEN, WITHOUT_APQ, LOCKED, OUT } = process.env;
const here = new URL('.', import.meta.url);
const read = (file) => gql(readFileSync(new URL(file, here), 'utf8'));
const ShopPage = read('app/page.graphql');
const RateProduct = read('app/rate.graphql');
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

async function client(service, persisted, clientAwareness) {
  const { uri, sent } = await record(service);
  const http = new HttpLink({ uri });
  const link = persisted ? new PersistedQueryLink(persisted).concat(http) : http;
  const apollo = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    clientAwareness,
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
  return { apollo, sent };
}

async function queryPage(apollo) {
  const { data } = await apollo.query({ query: ShopPage, variables: page });
  assert.equal(data.products.nodes.length, page.first);
  assert.ok(data.products.nodes[0].price.amount);
}

async function rate(apollo, title) {
  const { data } = await apollo.mutate({ mutation: RateProduct, variables: review(title) });
  assert.equal(data.addReview.title, title);
}

test('texts', async () => {
  const { apollo, sent } = await client(OPEN);
  await queryPage(apollo);
  await rate(apollo, 'Apollo by text');
  assert.deepEqual(shapes(sent), ['POST text', 'POST text']);
  assert.deepEqual(codings(sent), ['gzip', 'identity']); // which is short
});

test('automatic persisted queries by POST', async () => {
  const { apollo, sent } = await client(OPEN, { sha256 });
  await queryPage(apollo);
  await queryPage(apollo);
  await rate(apollo, 'Apollo by digest');
  await rate(apollo, 'Apollo by digest, again');
  assert.deepEqual(shapes(sent), [
    'POST digest',
    'POST text digest',
    'POST digest',
    'POST digest',
    'POST text digest',
    'POST digest',
  ]);
  assert.deepEqual(codings(sent.slice(0, 3)), ['identity', 'gzip', 'gzip']);
  assert.equal(sent[0].answer.headers['cache-control'], 'no-store'); // not found
  assert.deepEqual(new Set(sent.map((s) => s.status)), new Set([200]));
});

test('automatic persisted queries by GET', async () => {
  const other = gql`query ByGet { products(first: 1) { nodes { id } } }`;
  const { apollo, sent } = await client(OPEN, { sha256, useGETForHashedQueries: true });
  for (let i = 0; i < 2; i++) await apollo.query({ query: other });
  await rate(apollo, 'Apollo by digest, by POST');
  assert.deepEqual(shapes(sent), ['GET digest', 'POST text digest', 'GET digest', 'POST digest']);
  assert.equal(sent[0].answer.headers['cache-control'], 'no-store');
});

test('a service without automatic persisted queries is asked once', async () => {
  const { apollo, sent } = await client(WITHOUT_APQ, { sha256 });
  await queryPage(apollo);
  await queryPage(apollo);
  assert.deepEqual(shapes(sent), ['POST digest', 'POST text', 'POST text']);
});

const list = () => JSON.parse(readFileSync(join(OUT, 'manifests/apollo.json'), 'utf8'));

test('a persisted query list, by POST and by GET', async () => {
  for (const useGETForHashedQueries of [false, true]) {
    const ids = generatePersistedQueryIdsFromManifest({ loadManifest: async () => list() });
    const { apollo, sent } = await client(LOCKED, { ...ids, useGETForHashedQueries });
    await queryPage(apollo);
    await queryPage(apollo);
    await rate(apollo, `Apollo by list, GET ${useGETForHashedQueries}`);
    const query = useGETForHashedQueries ? 'GET digest' : 'POST digest';
    assert.deepEqual(shapes(sent), [query, query, 'POST digest']);
  }
});

test('what is on no list is refused, as text and as digest', async () => {
  const unlisted = gql`query Unlisted { products(first: 1) { nodes { id } } }`;
  const { apollo, sent } = await client(LOCKED, { sha256 }, { name: 'shop-web', version: '1.2.3' });
  await assert.rejects(apollo.query({ query: unlisted }), /only operations of its manifests/);
  assert.deepEqual(shapes(sent), ['POST digest', 'POST text digest']);
  const open = await client(LOCKED);
  await assert.rejects(open.apollo.query({ query: ShopPage, variables: page }), /only operations of its manifests/);
});
