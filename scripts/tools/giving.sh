#!/usr/bin/env bash
# What copies are given to in the tests: a server for mail with TLS and AUTH, and validators of catalogues and of Kubernetes' files, from PyPI,
# in a venv of their own, target/tools/giving.
set -euo pipefail
source "$(dirname "$0")/common.sh"

from_pypi "the server for mail from PyPI" giving giving.txt python
