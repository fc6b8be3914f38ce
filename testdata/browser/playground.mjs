// Drives the playground of a running service in Chromium, as a visitor would:
//
//     npm ci && node playground.mjs BASE_URL SCREENSHOT.png [dark]
//
// BASE_URL is the page's, with a slash at its end. // Ends with 1 and says why, when the page reports any error or violation of its policy, asks another origin for
// anything, or does not do what it is for: run the first tab's operation, show the answer and its upstream calls, put a
// demo token into the headers and take it out. CHROMIUM names the browser, /usr/bin/chromium without. Nothing else on
// the machine is touched.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [base, screenshot, scheme = 'light'] = process.argv.slice(2);
if (!base || !screenshot) {
  console.error('usage: node playground.mjs BASE_URL SCREENSHOT.png [dark]');
  process.exit(2);
}
const origin = new URL(base).origin;
const patience = 20_000; // ms, for each step

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  await visit();
} finally {
  await browser.close();
}

async function visit() {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, colorScheme: scheme });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints = await watch(context, page);
  const config = await (await fetch(new URL('playground/config.json', base))).json();

  await page.goto(base);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  assert.equal(await page.title(), config.title);
  await tabsAreOpen(page, config);
  await firstOperationRuns(page, config);
  await panelListsCalls(page);
  for (const token of config.tokens) await tokenTogglesHeader(page, config, token);
  if (config.tokens.length > 0) await tokenIsSent(page, config, config.tokens[0]);
  await page.mouse.move(800, 600);
  await page.locator('.graphiql-tooltip').waitFor({ state: 'detached' }); // the picture is for people
  await page.screenshot({ path: screenshot, animations: 'disabled' });
  await traceIsSwitchedOff(page, config);
  await everythingElseOpens(page);
  await stateSurvivesReload(page);

  assert.deepEqual(complaints, [], 'the page complained');
  console.log(`playground at ${base}: answered, traced, ${config.tokens.length} tokens, no complaint`);
}

// watch returns the list that everything forbidden is added to, and blocks requests to other origins.
async function watch(context, page) {
  const complaints = [];
  await context.route(
    (url) => url.origin !== origin && !['data:', 'blob:'].includes(url.protocol),
    (route) => {
      complaints.push(`request to another origin: ${route.request().url()}`);
      return route.abort();
    },
  );
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy violated: ${event.effectiveDirective} by ${event.blockedURI || 'inline'}`),
    );
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (failure) => complaints.push(`uncaught: ${failure.stack ?? failure}`));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason === 'net::ERR_ABORTED') return; // by the visitor: a reload ends what is still on its way
    complaints.push(`failed: ${request.url()}: ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return complaints;
}

async function tabsAreOpen(page, { tabs }) {
  await expect('one tab for each of the configuration', () => page.locator('.graphiql-tab').count(), Math.max(1, tabs.length));
}

async function firstOperationRuns(page, { endpoint }) {
  // GraphiQL completes operations by the schema, so its introspection comes first.
  await page.locator('.graphiql-doc-explorer, .weft-panel').first().waitFor();
  const sent = page.waitForRequest((request) => isOperation(request, endpoint));
  await page.getByRole('button', { name: 'Execute query' }).click();
  const request = await sent;
  assert.equal(request.headers()['weft-trace'], 'calls');
  await expect('an answer with data in the response pane', () => data(page), true);
  const shown = await page.locator('.graphiql-response .view-lines').innerText();
  assert.match(shown, /"data"/, 'the response pane shows the answer');
}

async function panelListsCalls(page) {
  const answer = JSON.parse(await text(page, 'response.json'));
  const { answer: whole, calls, values, savings } = answer.extensions?.weft ?? {};
  assert.ok(whole || values?.length > 0, 'the answer has extensions.weft.values: is the service started with -trace=true?');
  await expect('a row for each call', () => page.locator('.weft-calls:not(.weft-values) tbody tr').count(), calls.length);
  const summary = await page.locator('.weft-summary').innerText();
  const counted = calls.length > 0 ? `${calls.length} calls? to \\d+ upstreams? in [\\d.]+ m?s` : '0 calls';
  assert.match(summary, new RegExp(`^${counted}`), 'the summary counts them');
  assert.match(summary, new RegExp(`\\b${whole ? whole.values : savings.asked} values?\\b`), 'and the values');
  const groups = new Set(values.map(({ binding, from }) => `${binding} ${from}`));
  await expect('a row for the values of each binding and source', () => page.locator('.weft-values tbody tr').count(), groups.size);
  const bars = await page.locator('.weft-bar').evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
  assert.ok(bars.every((width) => width > 0), 'every call has a bar');
}

async function tokenTogglesHeader(page, _config, token) {
  const button = page.getByRole('button', { name: token.name, exact: true });
  const authorization = async () => {
    const headers = await text(page, 'request-headers.json');
    return headers === '' ? undefined : JSON.parse(headers).Authorization;
  };
  await button.click();
  await expect(`${token.name} in the headers`, authorization, `Bearer ${token.value}`);
  await expect(`${token.name} looks pressed`, () => button.getAttribute('aria-pressed'), 'true');
  await button.click();
  await expect(`${token.name} gone from the headers`, authorization, undefined);
  await expect(`${token.name} looks released`, () => button.getAttribute('aria-pressed'), 'false');
}

async function tokenIsSent(page, { endpoint }, token) {
  await page.getByRole('button', { name: token.name, exact: true }).click();
  const sent = page.waitForRequest((request) => isOperation(request, endpoint));
  await page.getByRole('button', { name: 'Execute query' }).click();
  assert.equal((await sent).headers().authorization, `Bearer ${token.value}`);
  await expect('an answer to the token', () => data(page), true);
}

async function traceIsSwitchedOff(page, { endpoint }) {
  const trace = page.getByRole('checkbox', { name: 'Trace' });
  await trace.uncheck();
  const sent = page.waitForRequest((request) => isOperation(request, endpoint));
  await page.getByRole('button', { name: 'Execute query' }).click();
  assert.equal((await sent).headers()['weft-trace'], undefined);
  await page.getByText('did not ask for a trace').waitFor();
  await trace.check();
}

// everythingElseOpens looks into every other corner, for what it might load.
async function everythingElseOpens(page) {
  for (const name of ['Show Documentation Explorer', 'Show History', 'Show Weft']) {
    await page.getByRole('button', { name }).click();
  }
  await page.getByRole('button', { name: /^Prettify/ }).click();
  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  await page.keyboard.press('Escape');
  await page.locator('.graphiql-query-editor .view-line').last().click();
  await page.keyboard.press('F1'); // Monaco's list of commands
  await page.locator('.quick-input-widget').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  await page.getByRole('button', { name: 'Variables', exact: true }).click();
}

async function stateSurvivesReload(page) {
  const before = await text(page, 'operation.graphql');
  await page.getByRole('button', { name: 'New tab' }).click();
  const tabs = await page.locator('.graphiql-tab').count();
  const stored = () => page.evaluate(() => JSON.parse(localStorage.getItem('graphiql:tabState'))?.tabs.length);
  await expect('the tabs stored', stored, tabs);
  await page.reload();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await expect('the user’s own tabs', () => page.locator('.graphiql-tab').count(), tabs);
  await page.locator('#graphiql-session-tab-0').click();
  await expect('the first tab’s operation', () => text(page, 'operation.graphql'), before);
}

function isOperation(request, endpoint) {
  if (request.method() !== 'POST' || request.url() !== new URL(endpoint, base).href) return false;
  return request.postDataJSON().operationName !== 'IntrospectionQuery';
}

// text returns what is in one of GraphiQL's four editors, all of it: the page shows only the lines in view.
function text(page, editor) {
  return page.evaluate(
    (name) => globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith(name))?.getValue() ?? '',
    editor,
  );
}

async function data(page) {
  try {
    return Boolean(JSON.parse(await text(page, 'response.json')).data);
  } catch {
    return false;
  }
}

// expect waits until look returns want.
async function expect(what, look, want) {
  const deadline = Date.now() + patience;
  let got;
  do {
    got = await look();
    if (got === want) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < deadline);
  assert.fail(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}
