#!/usr/bin/env bash
# Playwright from PyPI in a venv of its own, target/tools/browser, for Debian's Chromium, and axe-core from npm: target/tools/axe.
set -euo pipefail
source "$(dirname "$0")/common.sh"

command -v chromium >/dev/null || cannot Playwright "there is no chromium; Debian has it in chromium"
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 from_pypi "Playwright from PyPI" browser browser.txt python

sources=("$here/axe/package.json" "$here/axe/package-lock.json" "$here/browser.sh")
home="$tools/axe"
if done_before axe "${sources[@]}" && [ -f "$home/node_modules/axe-core/axe.min.js" ]; then
    exit 0
fi
command -v npm >/dev/null || cannot axe-core "there is no npm"
echo "Installing from npm: axe-core"
rm -rf "$home"
mkdir -p "$home"
cp "$here/axe/package.json" "$here/axe/package-lock.json" "$home"
install_axe() {
    cd "$home" && npm ci --no-audit --no-fund </dev/null
}
quietly axe install_axe || cannot axe-core "npm failed, see above"
stamp axe "${sources[@]}"
