// What an editor says of a schema: the language server of the GraphQL extension for VS Code, with the .graphqlrc.yml of this checkout,
// and with that of the README in a folder of its own, SERVICE.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { getGraphQLCache } = require('graphql-language-service-server/dist/GraphQLCache.js');
const { GraphQLLanguageService } = require('graphql-language-service-server/dist/GraphQLLanguageService.js');
const { parseDocument } = require('graphql-language-service-server/dist/parseDocument.js');
const { Position } = require('graphql-language-service');

const said = [];
const logger = { error: (text) => said.push(text), warn: (text) => said.push(text), info() {}, log() {} };

async function open(rootDir) {
  const cache = await getGraphQLCache({ parser: parseDocument, logger, loadConfigOptions: { rootDir } });
  const service = new GraphQLLanguageService(cache, logger);
  const uri = (file) => pathToFileURL(join(rootDir, file)).href;
  return {
    problems: async (file, text = readFileSync(join(rootDir, file), 'utf8')) => (await service.getDiagnostics(text, uri(file))).map(({ message }) => message),
    offers: async (file, text) => (await service.getAutocompleteSuggestions(text, new Position(0, text.length), uri(file))).map(({ label }) => label),
  };
}

test('this checkout', async () => {
  const root = resolve('../..');
  const editor = await open(root);
  for (const folder of ['graph/schema', 'graph/schema/examples']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.graphql'))) {
      assert.deepEqual(await editor.problems(join(folder, file)), [], file);
    }
  }
  assert.match((await editor.problems('graph/schema/examples/a.graphql', '{ products { nodes { nam } } }'))[0], /nam/);
  assert.deepEqual(said, []);
});

test("a service of one's own", async () => {
  const editor = await open(process.env.SERVICE);
  assert.deepEqual(await editor.problems('schema.graphql'), []);
  assert.match((await editor.problems('operations/a.graphql', '{ posts { titel } }'))[0], /titel/);
  assert.ok((await editor.offers('schema.graphql', 'type Query { posts: [Post!]! @')).includes('http'));
  assert.ok((await editor.offers('schema.graphql', 'type Query { posts: [Post!]! @http(')).includes('upstream'));
  assert.deepEqual(said, []);
});
