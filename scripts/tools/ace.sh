#!/usr/bin/env bash
# Ace by DAISY from npm, with Debian's Chromium: target/tools/bin/ace.
set -euo pipefail
source "$(dirname "$0")/common.sh"

sources=("$here/ace/package.json" "$here/ace/package-lock.json" "$here/ace.sh")
home="$tools/ace"
if done_before ace "${sources[@]}" && [ -x "$tools/bin/ace" ]; then
    exit 0
fi
command -v npm >/dev/null || cannot Ace "there is no npm"
command -v chromium >/dev/null || cannot Ace "there is no chromium; Debian has it in chromium"
echo "Installing from npm: @daisy/ace-cli"
rm -rf "$home"
mkdir -p "$home"
cp "$here/ace/package.json" "$here/ace/package-lock.json" "$home"
install_ace() {
    cd "$home" && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --no-audit --no-fund </dev/null
}
quietly ace install_ace || cannot Ace "npm failed, see above"

# Chromium as root in a closed network: no sandbox, no calls home.
cat >"$home/chromium" <<'SH'
#!/bin/sh
exec chromium --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync "$@"
SH
chmod +x "$home/chromium"
wrapper ace <<SH
#!/bin/sh
export PUPPETEER_EXECUTABLE_PATH='$home/chromium' ACE_TIMEOUT_INITIAL=60000
exec '$home/node_modules/.bin/ace-cli' "\$@"
SH
stamp ace "${sources[@]}"
