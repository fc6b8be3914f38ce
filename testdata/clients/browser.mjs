// Apollo Client in Chromium, in pages of other origins than the service's: one that cors.origins has, with cookies and without, and one
// that it has not; and what the browser itself does with compressed answers and with those that it has kept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { codings, page as variables, record, review, shapes } from './wire.mjs';

const { CROSS, CROSS_COOKIES, PAGES, OTHER_PAGES } = process.env;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });
});
after(() => browser.close());

/** A page, in a window that shares nothing with others', and a service that only it asks. The browser has a cookie for the service. */
async function visit(from, service) {
  const context = await browser.newContext();
  const { uri, sent } = await record(service);
  await context.addCookies([{ name: 'basket', value: '7', url: uri }]);
  const page = await context.newPage();
  await page.goto(from);
  const query = (options) => page.evaluate(([o, v]) => globalThis.app.query(o, v), [{ uri, ...options }, variables]);
  const rate = (options, title) => page.evaluate(([o, v]) => globalThis.app.rate(o, v), [{ uri, ...options }, review(title)]);
  return { page, uri, sent, query, rate };
}

const preflights = (sent) => sent.filter(({ method }) => method === 'OPTIONS');
const operations = (sent) => sent.filter(({ method }) => method !== 'OPTIONS');

test('a query and a mutation, without cookies', async () => {
  const { sent, query, rate } = await visit(PAGES, CROSS);
  assert.equal((await query()).products.nodes.length, variables.first);
  assert.equal((await rate({}, 'from another origin')).addReview.rating, 4);
  assert.deepEqual(shapes(sent), ['OPTIONS', 'POST text', 'POST text']); // what the browser was told once, it need not ask again
  assert.deepEqual(codings(operations(sent)), ['zstd', 'identity']);
  for (const { headers, answer } of sent) {
    assert.equal(headers.origin, new URL(PAGES).origin);
    assert.equal(headers.cookie, undefined);
    assert.equal(answer.headers['access-control-allow-origin'], headers.origin);
    assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  }
});

test('with cookies', async () => {
  const { sent, query, rate } = await visit(PAGES, CROSS_COOKIES);
  assert.equal((await query({ credentials: 'include' })).products.nodes.length, variables.first);
  assert.equal((await rate({ credentials: 'include' }, 'with a cookie')).addReview.rating, 4);
  assert.deepEqual(shapes(sent), ['OPTIONS', 'POST text', 'POST text']);
  assert.deepEqual(operations(sent).map(({ headers }) => headers.cookie), ['basket=7', 'basket=7']);
  for (const { answer } of sent) assert.equal(answer.headers['access-control-allow-credentials'], 'true');
});

test('with cookies, where cors.credentials is not set', async () => {
  const { sent, query } = await visit(PAGES, CROSS);
  await assert.rejects(query({ credentials: 'include' }), /Failed to fetch/);
  assert.deepEqual(shapes(sent), ['OPTIONS']); // nothing was asked
});

test('automatic persisted queries by GET', async () => {
  const { sent, query } = await visit(PAGES, CROSS);
  for (let i = 0; i < 2; i++) {
    const { products } = await query({ byDigest: true, fetchOptions: { cache: 'no-cache' } });
    assert.equal(products.nodes.length, variables.first);
  }
  assert.deepEqual(shapes(operations(sent)), ['GET digest', 'POST text digest', 'GET digest']);
  assert.deepEqual(codings(operations(sent)), ['identity', 'zstd', 'zstd']);
});

test('the browser asks whether what it has by id is still right, and is told so', async () => {
  const { sent, query } = await visit(PAGES, CROSS);
  const asked = () => operations(sent).filter(({ method }) => method === 'GET');
  const answers = [];
  for (let i = 0; i < 2; i++) answers.push(await query({ byDigest: true, fetchOptions: { cache: 'no-cache' } }));
  assert.deepEqual(answers[0], answers[1]);
  const [first, again] = asked().slice(-2);
  assert.equal(first.status, 200);
  assert.equal(again.headers['if-none-match'], first.answer.headers.etag);
  assert.equal(again.status, 304);
  assert.equal(again.answer.body.length, 0);
  answers.push(await query({ byDigest: true })); // as old as it may be: the browser asks nobody
  assert.deepEqual(answers[2], answers[0]);
  assert.equal(asked().at(-1), again);
});

test('an origin that cors.origins does not have', async () => {
  const { page, uri, sent, query, rate } = await visit(OTHER_PAGES, CROSS);
  await assert.rejects(query(), /Failed to fetch/);
  await assert.rejects(rate({}, 'from nowhere'), /Failed to fetch/);
  await assert.rejects(query({ byDigest: true }), /Failed to fetch/);
  assert.deepEqual(operations(sent), []);
  for (const { answer } of preflights(sent)) assert.equal(answer.headers['access-control-allow-origin'], undefined);

  // What browsers send without asking first.
  const body = JSON.stringify({ query: 'mutation { __typename }' });
  const simple = (options) => page.evaluate(([to, o]) => fetch(to, { mode: 'no-cors', ...o }).then(({ type }) => type), [uri, options]);
  assert.equal(await simple({ method: 'POST', body }), 'opaque');
  assert.equal(await page.evaluate((to) => fetch(`${to}?query={__typename}`, { mode: 'no-cors' }).then(({ type }) => type), uri), 'opaque');
  assert.deepEqual(shapes(operations(sent)), ['POST text', 'GET text']);
  for (const { status, answer } of operations(sent)) {
    assert.equal(status, 403);
    assert.match(String(answer.body), /cors\.origins/);
  }
});
