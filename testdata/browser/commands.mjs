// Copies commands, and runs them in a shell.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { expect, run } from './page.mjs';

// operationIsCopied copies the operation that was sent with a token, and sends it by curl.
export async function operationIsCopied(page, token) {
  await page.getByRole('button', { name: 'Copy as curl' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).first().waitFor();
  const command = await clipboard(page);
  assert.ok(!command.includes(token.value), `the token is not in the command: ${command}`);
  const answer = JSON.parse(shell(command, { AUTHORIZATION: `Bearer ${token.value}` }));
  assert.ok(answer.data, 'the command is answered');
}

// callIsCopied copies a call of a row that is open. Where its upstream's address is known and it only reads, curl makes it.
export async function callIsCopied(page, row, call, { upstreams }) {
  await row.getByRole('button', { name: 'Copy as curl' }).click();
  await row.getByRole('button', { name: 'Copied' }).waitFor();
  const command = await clipboard(page);
  const url = upstreams.find(({ name }) => name === call.upstream)?.url;
  if (url && call.method === 'GET') assert.equal(shell(`${command} -o /dev/null -w '%{http_code}'`, {}), String(call.status));
  else assert.ok(command.includes(call.path), `the command has the call's path: ${command}`);
}

// serviceBreaks breaks a demo's service by its button, and mends it.
export async function serviceBreaks(page, name) {
  const failed = async () => {
    const { answer } = await run(page);
    const calls = answer.extensions.weft.calls.map((call, i) => ({ ...call, i })).filter((call) => call.upstream === name);
    assert.ok(calls.length > 0, `${name} was called`);
    for (const { i, error } of calls) {
      const row = page.locator(`.weft-call[data-call="${i}"]`);
      await expect(`a call to ${name} is red`, () => row.evaluate((it) => it.classList.contains('weft-failed')), Boolean(error));
    }
    return calls.filter((call) => call.error).length;
  };
  await page.getByRole('combobox', { name: 'How' }).selectOption('errors');
  await page.getByRole('button', { name: `Break ${name}` }).last().click();
  await page.getByRole('button', { name: `Mend ${name}` }).last().waitFor();
  assert.ok((await failed()) > 0, 'it fails');
  return async () => {
    await page.getByRole('button', { name: `Mend ${name}` }).last().click();
    await page.getByRole('button', { name: `Break ${name}` }).last().waitFor();
    assert.equal(await failed(), 0, 'it works again');
  };
}

function clipboard(page) {
  return page.evaluate(() => navigator.clipboard.readText());
}

function shell(command, env) {
  return execFileSync('sh', ['-c', command], { env: { ...env, PATH: process.env.PATH } }).toString();
}
