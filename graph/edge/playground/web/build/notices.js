import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const output = 'THIRD-PARTY.txt';
const packageOf = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
const rule = '-'.repeat(80);

// sameLicence names, for packages that come without a licence text, one of the same authors that has it.
const sameLicence = {
  '@graphiql/plugin-doc-explorer': 'graphiql',
  '@graphiql/plugin-history': 'graphiql',
  'react-compiler-runtime': 'react',
  'react-remove-scroll-bar': 'react-remove-scroll',
};

// folders of the packages of which some code is in the build, workers included.
const folders = new Set();

// notices adds THIRD-PARTY.txt to the build: name, version, licence and licence text of every package that is in it.
// A package without a licence text, its own or that of sameLicence, ends the build.
// Workers are builds of their own, within and before the end of the page's: they have the plugin used.
export function notices() {
  return {
    ...used(),
    name: 'notices',
    generateBundle(_options, bundle) {
      rememberAll(this, bundle);
      this.emitFile({ type: 'asset', fileName: output, source: text() });
    },
  };
}

// used notes which packages a build uses, for notices.
export function used() {
  return {
    name: 'used',
    apply: 'build',
    generateBundle(_options, bundle) {
      rememberAll(this, bundle);
    },
  };
}

function rememberAll(build, bundle) {
  for (const chunk of Object.values(bundle)) {
    for (const id of Object.keys(chunk.modules ?? {})) remember(id);
  }
  for (const id of build.getModuleIds()) {
    if (/\.(css|ttf)$/.test(id)) remember(id); // these leave no code in a chunk
  }
}

function remember(id) {
  const folder = packageOf.exec(id.replaceAll('\0', ''));
  if (folder) folders.add(folder[0]);
}

function text() {
  const parts = new Set([...folders].map(notice)); // a package may be installed in several folders
  return `The playground contains code of the packages below, each under its own licence.\n\n${[...parts].sort().join('\n')}`;
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = [folder, namesake(folder, name)].map(licenceTexts).find((found) => found.length > 0);
  if (!texts) throw new Error(`${name} (${license}) comes without a licence text: see sameLicence in build/notices.js`);
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${texts.join('\n\n')}\n`;
}

function namesake(folder, name) {
  return join(folder.slice(0, folder.indexOf('node_modules')), 'node_modules', sameLicence[name] ?? name);
}

function licenceTexts(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|thirdpartynotices|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
}
