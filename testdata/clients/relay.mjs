// Relay, whose compiler leaves only ids in the app: as documentId, and as the doc_id that many of its apps send.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import relay from 'relay-runtime';
import { codings, page, record, review, shapes } from './wire.mjs';

const { LOCKED, OUT } = process.env;
const artifact = async (name) => (await import(join(OUT, `artifacts/relay/${name}.graphql.js`))).default;
const shopPageQuery = await artifact('shopPageQuery');
const shopRateMutation = await artifact('shopRateMutation');

const { Environment, Network, RecordSource, Store, commitMutation, fetchQuery } = relay;

for (const member of ['documentId', 'doc_id']) {
  test(`by ${member}`, async () => {
    const { uri, sent } = await record(LOCKED);
    const send = async ({ id, text }, variables) => {
      assert.equal(text, null);
      const answer = await fetch(uri, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ [member]: id, variables }),
      });
      return answer.json();
    };
    const environment = new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });

    const found = await fetchQuery(environment, shopPageQuery, page).toPromise();
    assert.equal(found.products.nodes.length, page.first);
    const rated = await new Promise((onCompleted, onError) => {
      commitMutation(environment, { mutation: shopRateMutation, variables: review(`Relay by ${member}`), onCompleted, onError });
    });
    assert.equal(rated.addReview.rating, 4);
    assert.deepEqual(shapes(sent), [`POST ${member}`, `POST ${member}`]);
    assert.deepEqual(codings(sent), ['gzip', 'identity']);
  });
}
