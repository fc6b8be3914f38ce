// Builds the apps of ./app as their tools do, and leaves what comes of it in the folder OUT:
//
//     node manifests.mjs URL OUT
//
// URL is a service's endpoint, which is asked for its schema. OUT/manifests has one manifest for each tool, OUT/artifacts what
// clients import, and OUT/pages what a browser opens.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { build } from 'esbuild';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';

const here = dirname(fileURLToPath(import.meta.url));
const [url, folder] = process.argv.slice(2);
const out = resolve(folder);
const manifests = join(out, 'manifests');
mkdirSync(manifests, { recursive: true });
cpSync(join(here, 'app'), join(out, 'app'), { recursive: true });
symlinkSync(join(here, 'node_modules'), join(out, 'node_modules'));
writeFileSync(join(out, 'package.json'), '{"type": "module"}');

const run = (tool, ...args) => execFileSync(join(here, 'node_modules/.bin', tool), args, { cwd: out, stdio: ['ignore', 'ignore', 'inherit'] });

await schema();
apollo();
relay();
await codegen();
await pages();

async function schema() {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery() }),
  });
  const { data } = await answer.json();
  writeFileSync(join(out, 'schema.graphql'), printSchema(buildClientSchema(data)));
}

function apollo() {
  const config = { documents: ['app/*.graphql'], output: join(manifests, 'apollo.json') };
  writeFileSync(join(out, 'persisted-query-manifest.config.json'), JSON.stringify(config));
  run('generate-persisted-query-manifest');
}

function relay() {
  writeFileSync(join(manifests, 'relay.json'), '{}'); // it has to be there
  mkdirSync(join(out, 'artifacts/relay'), { recursive: true });
  const config = {
    src: './app/relay',
    schema: './schema.graphql',
    language: 'javascript',
    eagerEsModules: true,
    artifactDirectory: './artifacts/relay',
    persistConfig: { file: './manifests/relay.json', algorithm: 'SHA256' },
  };
  writeFileSync(join(out, 'relay.config.json'), JSON.stringify(config));
  run('relay-compiler', 'relay.config.json');
}

async function codegen() {
  await generate({
    cwd: out,
    silent: true,
    schema: 'schema.graphql',
    documents: ['app/*.graphql'],
    generates: {
      'artifacts/codegen/': { preset: 'client', presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } }, config: { documentMode: 'string' } },
    },
  });
  cpSync(join(out, 'artifacts/codegen/persisted-documents.json'), join(manifests, 'codegen.json'));
  run('tsc', 'artifacts/codegen/graphql.ts', '--ignoreConfig', '--module', 'esnext', '--target', 'esnext', '--skipLibCheck');
}

async function pages() {
  cpSync(join(here, 'app/pages/index.html'), join(out, 'pages/index.html'));
  await build({ entryPoints: [join(here, 'app/pages/app.js')], outfile: join(out, 'pages/app.js'), bundle: true, logLevel: 'error' });
}
