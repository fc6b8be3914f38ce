import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { below } from './build/below.js';
import { notices, used } from './build/notices.js';
import { precompressed } from './build/precompressed.js';

const source = (file) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

// What this playground leaves out of GraphiQL, by the end of the module's path.
const replacements = {
  // All of Monaco's editor: diff editor, colour picker, code lenses, sticky scroll and more.
  'monaco-graphql/esm/monaco-editor.js': source('monaco.js'),
  // Fetches whatever URL of a picture the pointer rests on, from any host.
  './image-preview.js': source('image-preview.js'),
};

const trimmed = () => ({
  name: 'trimmed',
  enforce: 'pre',
  resolveId: (id) => replacements[id] ?? null,
});

export default defineConfig({
  base: './', // relative addresses: the page may be below any path
  plugins: [trimmed(), below('playground'), notices(), precompressed()],
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es', plugins: () => [used()] },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0, // no data: URLs where a file will do
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000, // kB; Monaco is one chunk
    rolldownOptions: {
      // What changes here is a small file beside the packages that the page begins with: browsers, and this repository, keep those.
      output: { codeSplitting: { groups: [{ name: 'packages', test: /node_modules/, tags: ['$initial'] }] } },
      onwarn(warning, report) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') report(warning); // "use client" says nothing to a browser
      },
    },
  },
});
