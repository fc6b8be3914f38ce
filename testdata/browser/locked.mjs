// Drives the playground of a service that runs only the operations of its manifests, in Chromium:
//
//     npm ci && node locked.mjs BASE_URL
//
// Ends with 1 and says why, when the page does not list them, does not find one, opens another, sends a text, asks for the schema, or shows no answer.
// CHROMIUM names the browser, /usr/bin/chromium without.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [base] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage();
  page.setDefaultTimeout(20_000);
  const sent = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/graphql')) sent.push(request.postDataJSON());
  });
  const operations = await (await fetch(new URL('playground/operations.json', base))).json();
  assert.ok(operations.length > 1);

  let editors; // come when this is called
  const wanted = new Promise((resolve) => (editors = resolve));
  await page.route('**/editor.api-*.js', (route) => wanted.then(() => route.continue()));
  await page.goto(base);
  const panel = page.getByRole('region', { name: 'Operations' });
  await panel.waitFor(); // it is open when somebody comes for the first time
  assert.equal(await panel.getByRole('listitem').count(), operations.length);
  await panel.getByRole('searchbox').fill('window');
  assert.equal(await panel.getByRole('listitem').count(), 1);
  const shopWindow = panel.getByRole('button', { name: 'ShopWindow' });
  assert.ok(await shopWindow.isDisabled(), 'nothing opens before there is an editor');
  editors();
  await shopWindow.click();
  const answered = page.waitForResponse((response) => response.url().endsWith('/graphql'));
  await page.getByRole('button', { name: /execute query/i }).click();
  const { data } = await (await answered).json();
  assert.ok(data.products.edges.length > 0);
  await page.locator('.view-line').getByText('"edges"').first().waitFor();

  assert.equal(sent.length, 1, 'only the operation is asked for');
  const { id } = operations.find(({ name }) => name === 'ShopWindow');
  assert.equal(sent[0].query, undefined);
  assert.equal(sent[0].extensions.persistedQuery.sha256Hash, id);
  console.log(`${base}: ${operations.length} operations, one run by its id`);
} finally {
  await browser.close();
}
