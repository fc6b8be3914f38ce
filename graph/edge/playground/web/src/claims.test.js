import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClaims } from './claims.js';

const token = (claims) => `Bearer e30.${Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64url')}.c2ln`;

test('the claims of a token are shown, who it is first', () => {
  const claims = { aud: 'shop', exp: 4102444800, iss: 'https://a', name: 'Zoë', roles: ['a', 'b'], n: 1, realm: { x: true }, sub: '1' };
  assert.deepEqual(readClaims(token(claims)), [
    { name: 'sub', text: '1' },
    { name: 'exp', text: '2100-01-01 00:00' },
    { name: 'name', text: 'Zoë' },
    { name: 'roles', text: 'a b' },
    { name: 'n', text: '1' },
    { name: 'realm', text: '{"x":true}' },
  ]);
});

test('what is no JSON Web Token has none', () => {
  for (const text of [undefined, null, '', 'Bearer', 'Bearer demo-mara', 'Basic e30.e30.c2ln', token('[1]'), token('null'), token('{'), `${token({})}.x`]) {
    assert.deepEqual(readClaims(text), [], String(text));
  }
});
