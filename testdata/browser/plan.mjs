// Types an operation, and counts how often the service is asked to explain it.
import assert from 'node:assert/strict';
import { expect, text } from './page.mjs';

// planFollowsTyping types twenty characters: the service is asked when they are written, and says how many calls there are at most.
export async function planFollowsTyping(page) {
  const plan = page.locator('.weft-plan');
  await plan.waitFor();
  assert.match(await plan.locator('summary').innerText(), /^Planned: at most \d+ calls?$/);
  const before = await text(page, 'operation.graphql');
  let asked = 0;
  page.on('request', (request) => (asked += request.url().endsWith('/playground/explain') ? 1 : 0));
  await page.locator('.graphiql-query-editor .view-line').last().click();
  await page.keyboard.press('Control+End');
  const explained = page.waitForResponse((response) => response.url().endsWith('/playground/explain'));
  await page.keyboard.type('# twenty characters.', { delay: 20 });
  await explained;
  assert.ok(asked <= 2, `asked ${asked} times for 20 keystrokes, want at most 2`);
  await plan.locator('summary').click();
  await expect('the plan is shown', () => plan.locator('pre').isVisible(), true);
  return async () => {
    await plan.locator('summary').click();
    await write(page, before);
  };
}

// planHolds compares what was said before a run with what the run did.
export async function planHolds(page, { extensions: { weft } }) {
  const most = Number(/at most (\d+) call/.exec(await page.locator('.weft-plan summary').innerText())[1]);
  assert.ok(weft.calls.length <= most, `planned: at most ${most} calls; made: ${weft.calls.length}`);
}

function write(page, operation) {
  return page.evaluate((value) => {
    globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith('operation.graphql')).setValue(value);
  }, operation);
}
