#!/usr/bin/env bash
# What a reading app of the Readium family reads catalogues with, r2-opds-js from npm: target/tools/opds. Nothing of it is built or run
# at installation.
set -euo pipefail
source "$(dirname "$0")/common.sh"

sources=("$here/opds/package.json" "$here/opds/package-lock.json" "$here/opds.sh")
home="$tools/opds"
if done_before opds "${sources[@]}" && [ -d "$home/node_modules/r2-opds-js" ]; then
    exit 0
fi
command -v npm >/dev/null || cannot r2-opds-js "there is no npm"
echo "Installing from npm: r2-opds-js"
rm -rf "$home"
mkdir -p "$home"
cp "$here/opds/package.json" "$here/opds/package-lock.json" "$home"
install_opds() {
    cd "$home" && npm ci --ignore-scripts --no-audit --no-fund </dev/null
}
quietly opds install_opds || cannot r2-opds-js "npm failed, see above"
stamp opds "${sources[@]}"
