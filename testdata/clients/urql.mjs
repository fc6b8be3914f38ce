// urql's persistedExchange: automatic persisted queries by GET, which it asks for with a text by GET too, and by POST; and digests
// alone, which a build has made.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { codings, page, record, review, shapes } from './wire.mjs';

const { OPEN, WITHOUT_APQ, LOCKED, OUT } = process.env;
const { ShopPageDocument, RateProductDocument } = await import(join(OUT, 'artifacts/codegen/graphql.js'));

const Page = gql`
  query UrqlPage($first: Int!) {
    products(first: $first) {
      nodes {
        id
        name
      }
    }
  }
`;
const Rate = gql`
  mutation UrqlRate($input: AddReviewInput!) {
    addReview(input: $input) {
      title
    }
  }
`;

async function client(service, persisted) {
  const { uri: url, sent } = await record(service);
  const urql = new Client({
    url,
    requestPolicy: 'network-only',
    preferGetMethod: false,
    exchanges: [persistedExchange(persisted), fetchExchange],
  });
  return { urql, sent };
}

async function query(urql, document = Page) {
  const { data, error } = await urql.query(document, page).toPromise();
  assert.ifError(error);
  assert.equal(data.products.nodes.length, page.first);
}

async function rate(urql, title, document = Rate) {
  const { data, error } = await urql.mutation(document, review(title)).toPromise();
  assert.ifError(error);
  assert.equal(data.addReview.title, title);
}

test('by GET', async () => {
  const { urql, sent } = await client(OPEN, { preferGetForPersistedQueries: true, enableForMutation: true });
  await query(urql);
  await query(urql);
  await rate(urql, 'urql by digest');
  assert.deepEqual(shapes(sent), ['GET digest', 'GET text digest', 'GET digest', 'POST digest', 'POST text digest']);
  assert.equal(sent[0].answer.headers['cache-control'], 'no-store');
  assert.deepEqual(codings(sent.slice(0, 3)), ['identity', 'gzip', 'gzip']);
  assert.ok(sent[1].asked.extensions.persistedQuery.miss); // a member of its own
});

test('by POST', async () => {
  const { urql, sent } = await client(OPEN, { preferGetForPersistedQueries: false });
  await query(urql);
  await query(urql);
  assert.deepEqual(shapes(sent), ['POST digest', 'POST digest']); // the test before has registered it
});

test('a service without automatic persisted queries is asked once', async () => {
  const { urql, sent } = await client(WITHOUT_APQ, { preferGetForPersistedQueries: false });
  await query(urql);
  await query(urql);
  assert.deepEqual(shapes(sent), ['POST digest', 'POST text', 'POST text']);
});

test('digests of a manifest', async () => {
  const digests = new Map([ShopPageDocument, RateProductDocument].map((d) => [/(?:query|mutation) (\w+)/.exec(d)[1], d.__meta__.hash]));
  const { urql, sent } = await client(LOCKED, {
    enforcePersistedQueries: true,
    enableForMutation: true,
    preferGetForPersistedQueries: true,
    generateHash: async (_, document) => digests.get(document.definitions.find((d) => d.kind === 'OperationDefinition').name.value),
  });
  await query(urql, gql(String(ShopPageDocument)));
  await rate(urql, 'urql by manifest', gql(String(RateProductDocument)));
  assert.deepEqual(shapes(sent), ['GET digest', 'POST digest']);
});
