#!/usr/bin/env bash
# Judges from PyPI, in a venv of their own: target/tools/venv.
set -euo pipefail
source "$(dirname "$0")/common.sh"

venv="$tools/venv"
if done_before python "$here/requirements.txt" "$here/python.sh" && [ -x "$venv/bin/python" ]; then
    exit 0
fi
python=$(command -v python3.11 || command -v python3) || cannot "the judges from PyPI" "there is no python3"
echo "Installing from PyPI: $(grep -v '^#' "$here/requirements.txt" | tr '\n' ' ')"
rm -rf "$venv"
quietly venv "$python" -m venv "$venv" || cannot "the judges from PyPI" "python3 -m venv failed; Debian has it in python3-venv"
quietly pip "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -r "$here/requirements.txt" ||
    cannot "the judges from PyPI" "pip failed, see above"
stamp python "$here/requirements.txt" "$here/python.sh"
