#!/bin/sh
# Builds dist, the files that the package embeds, from web: exactly the packages of web/package-lock.json, no network but
# for fetching those. Needs Node.js 20.19 or later with npm 11.
#
# The same lock file and sources give the same files, byte for byte: their names carry hashes of their content, and
# gzip forms carry neither time nor system. `build.sh -check` builds and fails where the result is not what git has.
set -eu
cd "$(dirname "$0")/web"
npm ci
npm test
npx vite build
rm -rf node_modules
if [ "${1-}" = -check ]; then
	test -z "$(git status --porcelain -- ../dist)" || { git status --short -- ../dist; exit 1; }
fi
du -sh ../dist
