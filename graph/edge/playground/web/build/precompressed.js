import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

// precompressed replaces every file of the build by its gzip form: what is embedded is what most clients are sent.
// The same bytes come out for the same bytes in, whatever the system (see gzip).
export function precompressed() {
  let dir;
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved(config) {
      dir = join(config.root, config.build.outDir);
    },
    writeBundle() {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        writeFileSync(`${file}.gz`, gzip(readFileSync(file)));
        rmSync(file);
      }
    },
  };
}

// gzip writes no name and no time; byte 9 of the header, the operating system, becomes 255, unknown (RFC 1952, 2.3.1).
function gzip(bytes) {
  const zipped = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  zipped[9] = 255;
  return zipped;
}
