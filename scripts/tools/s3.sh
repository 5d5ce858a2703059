#!/usr/bin/env bash
# A server that speaks S3, for the tests of copies into a bucket: moto from PyPI, in a venv of its own, target/tools/s3.
set -euo pipefail
source "$(dirname "$0")/common.sh"

venv="$tools/s3"
if done_before s3 "$here/s3.txt" "$here/s3.sh" && [ -x "$venv/bin/moto_server" ]; then
    exit 0
fi
python=$(command -v python3.11 || command -v python3) || cannot "the S3 server from PyPI" "there is no python3"
echo "Installing from PyPI: $(grep '^moto' "$here/s3.txt")"
rm -rf "$venv"
quietly s3-venv "$python" -m venv "$venv" || cannot "the S3 server from PyPI" "python3 -m venv failed; Debian has it in python3-venv"
quietly s3-pip "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -r "$here/s3.txt" ||
    cannot "the S3 server from PyPI" "pip failed, see above"
stamp s3 "$here/s3.txt" "$here/s3.sh"
