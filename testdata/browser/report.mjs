// Compares what the panel shows with the report in the answer.
import assert from 'node:assert/strict';
import { expect, run } from './page.mjs';

// panelShows compares all figures of the panel with those of the answer of a run without some techniques.
export async function panelShows(page, answer, without = []) {
  const report = answer.extensions?.weft;
  assert.ok(report, 'the answer has extensions.weft: is the service started with -report all?');
  const folded = page.locator('.weft-many > .weft-row[aria-expanded=false]');
  while ((await folded.count()) > 0) await folded.first().click();
  await expect('a row for each call', () => page.locator('.weft-call').count(), report.calls.length);
  await summaryAddsUp(page, report);
  await callsStandAtTheirTime(page, report);
  await techniquesSaySavings(page, report, without);
  await valuesAreGrouped(page, report);
}

async function summaryAddsUp(page, { answer: whole, asked, calls }) {
  const summary = await page.locator('.weft-summary').innerText();
  const span = Math.max(...calls.map(end)) - Math.min(...calls.map((call) => call.start));
  const services = new Set(calls.map((call) => call.upstream)).size;
  const counted = calls.length > 0 ? `${plural(calls.length, 'call')} to ${plural(services, 'service')} in ${milliseconds(span)}` : '0 calls';
  assert.ok(summary.startsWith(counted), `the summary counts calls: got ${summary}, want ${counted}`);
  if (whole) assert.match(summary, new RegExp(`All of it from (memory|Redis|another operation)`));
  else assert.match(summary, new RegExp(`\\b${plural(asked, 'value')}\\b`), 'the summary counts values');
  const failed = calls.filter((call) => call.error).length;
  assert.equal(/(\d+) failed/.exec(summary)?.[1] ?? '0', String(failed), 'the summary counts failures');
}

async function callsStandAtTheirTime(page, { calls, values }) {
  const ceiling = Math.max(...calls.map(end));
  const rows = await page.locator('.weft-call').evaluateAll((all) =>
    all.map((row) => {
      const [lane, bar] = ['.weft-lane', '.weft-bar'].map((part) => row.querySelector(part).getBoundingClientRect());
      return {
        text: row.innerText,
        red: row.classList.contains('weft-failed'),
        early: row.classList.contains('weft-early'),
        from: (bar.left - lane.left) / lane.width,
        part: bar.width / lane.width,
        pixel: 1 / lane.width,
      };
    }),
  );
  const order = await page.locator('.weft-call').evaluateAll((all) => all.map((row) => Number(row.dataset.call)));
  assert.deepEqual(order.toSorted((a, b) => a - b), [...calls.keys()], 'each call has its row');
  const early = new Set(values.filter((value) => value.early).map((value) => value.binding));
  for (const [i, row] of rows.entries()) {
    const call = calls[order[i]];
    const said = [call.upstream, call.path, String(call.status ?? 'no answer'), milliseconds(call.duration), call.keys > 1 && `${call.keys} keys`, call.members && `${call.members.asked} of ${plural(call.members.of, 'member')}`, call.error];
    for (const word of said.filter(Boolean)) assert.ok(row.text.includes(word), `row ${i} says ${word}: ${row.text}`);
    assert.equal(row.red, Boolean(call.error), `row ${i} is red where the call failed`);
    assert.ok(!row.early || early.has(call.binding), `row ${i} is early`);
    assert.ok(Math.abs(row.from - call.start / ceiling) <= row.pixel, `the bar of row ${i} begins at ${row.from}: ${JSON.stringify(call)}`);
    const part = Math.max(call.duration / ceiling, 2 * row.pixel);
    assert.ok(Math.abs(row.part - part) <= row.pixel, `the bar of row ${i} is ${row.part} wide: ${JSON.stringify(call)}`);
  }
}

async function techniquesSaySavings(page, { answer: whole, caching, batching, asynchronous, compression, parallel, avoided }, without) {
  const compressed = ['upstreams', 'client'].map((to) => compression[to].bytes - compression[to].wire);
  const said = [compressed[0] > 0 && `${bytes(compressed[0])} from services`, compressed[1] > 0 && `${bytes(compressed[1])} to you`];
  const some = (n, noun) => (n ? plural(n, noun) : '–');
  const want = {
    answers: whole ? `${plural(whole.values, 'value')}, ${plural(whole.calls, 'call')}` : '–',
    memory: some(caching.memory, 'value'),
    redis: some(caching.redis, 'value'),
    memo: some(caching.memo, 'value'),
    batch: some(batching.merged, 'call'),
    early: asynchronous.early ? `${plural(asynchronous.early, 'value')} sooner` : '–',
    compression: said.filter(Boolean).join(', ') || '–',
    parallel: parallel.saved ? milliseconds(parallel.saved) : '–',
    dedupe: some(avoided.deduplicated, 'value'),
    shared: some(whole?.from === 'shared' ? 0 : avoided.shared, 'value'),
    members: some(avoided.members, 'member'),
    'not-modified': some(avoided.notModified, 'value'),
  };
  if (asynchronous.wasted) want.early += ` and ${plural(asynchronous.wasted, 'value')} in vain`;
  for (const name of without) want[name] = 'was off';
  const shown = await page.locator('[data-technique]').evaluateAll((all) =>
    Object.fromEntries(all.map((row) => [row.dataset.technique, row.querySelector('.weft-saved').innerText])),
  );
  assert.deepEqual(shown, want, 'what each technique has saved');
}

async function valuesAreGrouped(page, { values }) {
  const groups = {};
  for (const { binding, from } of values) groups[`${binding} ${from}`] = (groups[`${binding} ${from}`] ?? 0) + 1;
  const shown = await page.locator('.weft-values tbody tr').evaluateAll((all) =>
    Object.fromEntries(all.map(({ cells }) => [`${cells[0].innerText} ${cells[2].innerText}`, Number(cells[1].innerText)])),
  );
  assert.deepEqual(shown, groups, 'values by binding and source');
}

// batchOpens looks into the call with most keys, and returns its row.
export async function batchOpens(page, { extensions: { weft } }) {
  const most = weft.calls.reduce((best, call, i) => ((call.keys ?? 0) > (weft.calls[best].keys ?? 0) ? i : best), 0);
  const { keys, binding } = weft.calls[most];
  const row = page.locator(`.weft-call[data-call="${most}"]`);
  const button = row.getByRole('button').first();
  await button.focus();
  await page.keyboard.press('Enter');
  await expect('the call says that it is open', () => button.getAttribute('aria-expanded'), 'true');
  const shown = await row.locator('.weft-batch code').allInnerTexts();
  const of = weft.values.filter((value) => value.binding === binding).map((value) => value.key);
  assert.equal(shown.length, keys, 'as many keys as the report says');
  assert.ok(shown.every((key) => of.includes(key)), 'and they are the binding’s');
  return { row, call: weft.calls[most] };
}

// techniquesSwitch runs again without two techniques, and compares the two runs.
export async function techniquesSwitch(page, { answer: before }) {
  const names = ['memory', 'answers', 'batch'];
  for (const name of names) await page.locator(`[data-technique=${name}] input`).uncheck();
  const again = await run(page, () => page.getByRole('button', { name: 'Run again' }).click());
  assert.equal(again.headers['weft-without'], names.join(', '));
  await page.getByRole('checkbox', { name: 'Compare with the last run' }).check();
  const calls = await page.locator('.weft-comparison tr', { has: page.getByRole('rowheader', { name: 'Calls' }) }).locator('td').allInnerTexts();
  const [then, now] = [before, again.answer].map(({ extensions: { weft } }) => weft.calls);
  assert.deepEqual([calls[0], calls[2]], [String(then.length), String(now.length)], 'the calls of both runs, side by side');
  for (const service of new Set([...then, ...now].map((call) => call.upstream))) {
    const row = page.locator('.weft-comparison tr', { has: page.getByRole('rowheader', { name: service }) }).locator('td');
    const want = [then, now].map((all) => String(all.filter((call) => call.upstream === service).length));
    const cells = await row.allInnerTexts();
    assert.deepEqual([cells[0], cells[2]], want, `calls to ${service}, side by side`);
  }
  return { ...again, without: names };
}

export async function techniquesComeBack(page) {
  await page.getByRole('button', { name: 'All on' }).click();
  const { headers, answer } = await run(page);
  assert.equal(headers['weft-without'], undefined);
  return answer;
}

function end(call) {
  return call.start + call.duration;
}

function bytes(n) {
  return n < 1000 ? `${n} B` : `${(n / 1000).toFixed(1)} KB`;
}

function plural(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms >= 100 || ms === 0 ? 0 : ms >= 1 ? 1 : 2)} ms`;
}
