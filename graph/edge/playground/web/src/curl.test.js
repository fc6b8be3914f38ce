import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { callCommand, operationCommand } from './curl.js';

// words returns what a shell would give to curl.
function words(command, env = {}) {
  const out = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { env: { PATH: process.env.PATH, ...env } });
  return out.toString().split('\0').slice(0, -1);
}

test('an operation is sent as it is, but for the values of headers', () => {
  const query = "query It's($a: String) {\n  a(b: $a, c: \"$HOME `ls` \\\\\") # !\n}";
  const headers = { Authorization: 'Bearer secret', 'x-store': '7', "`ls`'$HOME": 'x' };
  const command = operationCommand('http://localhost:8080/graphql', { query, variables: { a: "'" }, operationName: 'It', headers }, { 'Weft-Report': 'calls' });
  assert.ok(!command.includes('secret') && !command.includes('7'));
  assert.deepEqual(words(command, { AUTHORIZATION: 'Bearer mine', HOME: '/root' }), [
    '-s',
    'http://localhost:8080/graphql',
    '-H',
    'Content-Type: application/json',
    '-H',
    'Weft-Report: calls',
    '-H',
    'Authorization: Bearer mine',
    '-H',
    'x-store: ',
    '-H',
    "`ls`'$HOME: ",
    '-d',
    JSON.stringify({ query, variables: { a: "'" }, operationName: 'It' }),
  ]);
});

test('a call goes to its upstream, where that is known', () => {
  const get = { upstream: 'price-list', method: 'GET', path: "/prices?sku=a'b&sku=%24HOME" };
  assert.deepEqual(words(callCommand(get, { url: 'http://127.0.0.1:1/v1/', headers: ['Authorization'] }), { AUTHORIZATION: 'mine' }), [
    '-s',
    "http://127.0.0.1:1/v1/prices?sku=a'b&sku=%24HOME",
    '-H',
    'Authorization: mine',
  ]);
  assert.deepEqual(words(callCommand(get, undefined), { PRICE_LIST_URL: 'https://prices.internal' }), ['-s', "https://prices.internal/prices?sku=a'b&sku=%24HOME"]);
  assert.deepEqual(words(callCommand({ ...get, method: 'POST', path: '/prices' }, { url: '', headers: [] }), { BODY: '{}', PRICE_LIST_URL: 'http://p' }), [
    '-s',
    'http://p/prices',
    '-X',
    'POST',
    '-H',
    'Content-Type: application/json',
    '-d',
    '{}',
  ]);
});
