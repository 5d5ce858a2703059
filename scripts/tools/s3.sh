#!/usr/bin/env bash
# A server that speaks S3, for the tests of copies into a bucket: moto from PyPI, in a venv of its own, target/tools/s3.
set -euo pipefail
source "$(dirname "$0")/common.sh"

from_pypi "the S3 server from PyPI" s3 s3.txt moto_server
