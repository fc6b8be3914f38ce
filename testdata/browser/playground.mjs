// Drives the playground of a running service in Chromium, as a visitor would:
//
//     npm ci && node playground.mjs BASE_URL PICTURES [dark]
//
// BASE_URL is the page's, with a slash at its end; pictures are PICTURES-1400.png and so on. Ends with 1 and says why, when the page
// reports any error or violation of its policy, asks another origin for anything, or does not do what it is for: run the first
// tab's operation, show the answer and what the report says of it, leave out techniques, copy commands, break a demo's service, put a demo token into the headers and take it
// out, in windows of three sizes. CHROMIUM names the browser, /usr/bin/chromium without. Nothing else on the machine is touched.
import assert from 'node:assert/strict';
import { callIsCopied, operationIsCopied, serviceBreaks } from './commands.mjs';
import { fits } from './layout.mjs';
import { expect, launch, open, run, text } from './page.mjs';
import { planFollowsTyping, planHolds } from './plan.mjs';
import { batchOpens, panelShows, techniquesComeBack, techniquesSwitch } from './report.mjs';

const [base, pictures, scheme = 'light'] = process.argv.slice(2);
if (!base || !pictures) {
  console.error('usage: node playground.mjs BASE_URL PICTURES [dark]');
  process.exit(2);
}

const browser = await launch();
try {
  await visit();
  await fits(browser, base, pictures, scheme);
} finally {
  await browser.close();
}

async function visit() {
  const { page, complaints } = await open(browser, base, { width: 1600, height: 1200, scheme });
  const config = await (await fetch(new URL('playground/config.json', base))).json();
  assert.equal(await page.title(), config.title);
  await expect('one tab for each of the configuration', () => page.locator('.graphiql-tab').count(), Math.max(1, config.tabs.length));
  await explains(page, config);
  for (const token of config.tokens) await tokenTogglesHeader(page, token);
  if (config.tokens.length > 0) await tokenIsSent(page, config.tokens[0]);
  await traceIsSwitchedOff(page);
  await everythingElseOpens(page);
  await stateSurvivesReload(page);

  assert.deepEqual(complaints, [], 'the page complained');
  console.log(`playground at ${base}: answered, explained, ${config.tokens.length} tokens, no complaint`);
}

// explains holds the panel to the reports of three runs.
async function explains(page, config) {
  // GraphiQL completes operations by the schema, so its introspection comes first.
  await page.locator('.weft-panel').first().waitFor();
  if (config.explain) {
    const restore = await planFollowsTyping(page);
    await takePicture(page, 'planned');
    await restore();
  }
  const first = await run(page);
  assert.equal(first.headers['weft-report'], 'calls');
  assert.ok(first.answer.data, 'the answer has data');
  if (config.explain) await planHolds(page, first.answer);
  await panelShows(page, first.answer);
  const batch = await batchOpens(page, first.answer);
  await callIsCopied(page, batch.row, batch.call, config);
  await takePicture(page, 'batch');
  const again = await techniquesSwitch(page, first);
  await takePicture(page, 'compared');
  await panelShows(page, again.answer, again.without);
  const back = await techniquesComeBack(page);
  await panelShows(page, back);
  await page.getByRole('checkbox', { name: 'Compare with the last run' }).uncheck();
  if (!config.faults) return;
  const mend = await serviceBreaks(page, 'inventory'); // nothing keeps what it answers
  await takePicture(page, 'broken');
  await mend();
}

async function takePicture(page, name) {
  await page.mouse.move(800, 600);
  await page.locator('.graphiql-tooltip').waitFor({ state: 'detached' }); // the picture is for people
  await page.screenshot({ path: `${pictures}-${name}.png`, animations: 'disabled' });
}

async function tokenTogglesHeader(page, token) {
  const button = page.getByRole('button', { name: token.name, exact: true });
  const authorization = async () => {
    const headers = await text(page, 'request-headers.json');
    return headers === '' ? undefined : JSON.parse(headers).Authorization;
  };
  await button.click();
  await expect(`${token.name} in the headers`, authorization, `Bearer ${token.value}`);
  await expect(`${token.name} looks pressed`, () => button.getAttribute('aria-pressed'), 'true');
  const claims = page.locator('.weft-claims');
  const [, payload] = token.value.split('.');
  if (payload) {
    const { sub, scope } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    await expect(
      `${token.name}'s claims`,
      async () => {
        const text = await claims.innerText();
        return text.includes(sub) && text.includes(scope);
      },
      true,
    );
    await takePicture(page, 'claims');
  } else {
    await expect(`no claims of ${token.name}`, () => claims.count(), 0);
  }
  await button.click();
  await expect(`${token.name} gone from the headers`, authorization, undefined);
  await expect(`${token.name} looks released`, () => button.getAttribute('aria-pressed'), 'false');
}

async function tokenIsSent(page, token) {
  await page.getByRole('button', { name: token.name, exact: true }).click();
  await page.locator('.graphiql-query-editor .view-line').last().click();
  const { headers, answer } = await run(page, () => page.keyboard.press('Control+Enter'));
  assert.equal(headers.authorization, `Bearer ${token.value}`);
  assert.ok(answer.data, 'an answer to the token');
  await operationIsCopied(page, token);
}

async function traceIsSwitchedOff(page) {
  const ask = page.getByRole('checkbox', { name: 'Ask' });
  await ask.uncheck();
  const { headers } = await run(page);
  assert.equal(headers['weft-report'], undefined);
  await page.getByText('did not ask for a report').waitFor();
  await ask.check();
}

// everythingElseOpens looks into every other corner, for what it might load.
async function everythingElseOpens(page) {
  for (const name of ['Show Documentation Explorer', 'Show History', 'Show Report']) {
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
