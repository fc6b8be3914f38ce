// What all of the browser tests use: a browser, a page that is watched, and questions to it.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const patience = 20_000; // ms, for each step

export function launch() {
  return chromium.launch({
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
}

// open visits base in a window of a size, and returns {page, complaints}: the list that everything forbidden is added to.
export async function open(browser, base, { width, height, scheme }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, hasTouch: width < 600 });
  context.setDefaultTimeout(patience);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const complaints = await watch(context, page, new URL(base).origin);
  await page.goto(base);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return { page, complaints };
}

// watch notes errors, violations of the page's policy and failed requests, and blocks requests to other origins.
async function watch(context, page, origin) {
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

// run executes the operation in the editor, and returns {headers, answer}: the request's headers, and what came back.
export async function run(page, how = () => page.getByRole('button', { name: 'Execute query' }).click()) {
  const answered = page.waitForResponse((response) => isOperation(response.request()));
  await how();
  const response = await answered;
  const answer = await response.json();
  await expect('the response pane shows the answer', async () => same(await text(page, 'response.json'), answer), true);
  return { headers: response.request().headers(), answer };
}

function isOperation(request) {
  if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return false;
  return request.postDataJSON().operationName !== 'IntrospectionQuery';
}

function same(shown, answer) {
  try {
    assert.deepEqual(JSON.parse(shown), answer);
    return true;
  } catch {
    return false;
  }
}

// text returns what is in one of GraphiQL's four editors, all of it: the page shows only the lines in view.
export function text(page, editor) {
  return page.evaluate(
    (name) => globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith(name))?.getValue() ?? '',
    editor,
  );
}

// expect waits until look returns want.
export async function expect(what, look, want) {
  const deadline = Date.now() + patience;
  let got;
  do {
    got = await look();
    if (got === want) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < deadline);
  assert.fail(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}
