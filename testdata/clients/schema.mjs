// What the command schema prints is what introspection tells, as graphql-js understands both.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema, validateSchema } from 'graphql';

const { OPEN, SDL } = process.env;
const everything = { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
const sorted = (schema) => printSchema(lexicographicSortSchema(schema));

test('schema', async () => {
  const answer = await fetch(OPEN, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery(everything) }),
  });
  const { data } = await answer.json();
  const printed = buildSchema(readFileSync(SDL, 'utf8'));
  assert.deepEqual(validateSchema(printed), []);
  data.__schema.directives = data.__schema.directives.filter(({ name }) => name !== 'defer'); // gqlparser's own; no service runs it
  const [got, want] = [sorted(printed), sorted(buildClientSchema(data))].map((text) => text.split('\n'));
  assert.deepEqual(got.filter((line, i) => line !== want[i]).slice(0, 10), []);
  assert.equal(got.length, want.length);
});
