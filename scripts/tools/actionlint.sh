#!/usr/bin/env bash
# actionlint from Go's proxy, compiled once: target/tools/bin/actionlint. It asks shellcheck about the steps' scripts.
set -euo pipefail
source "$(dirname "$0")/common.sh"

version=v1.7.12
if done_before actionlint "$here/actionlint.sh" && [ -x "$tools/bin/actionlint" ]; then
    exit 0
fi
command -v go >/dev/null || cannot actionlint "there is no go; Debian has it in golang-go"
echo "Installing from Go's proxy: actionlint $version"
install_actionlint() {
    GOBIN="$tools/bin" GOFLAGS=-mod=mod go install "github.com/rhysd/actionlint/cmd/actionlint@$version" </dev/null
}
quietly actionlint install_actionlint || cannot actionlint "go install failed, see above"
stamp actionlint "$here/actionlint.sh"
