#!/bin/sh
# What a CI runs at every push: all that could go wrong is told, and the book is made.
# It needs the program on the path. On GitHub each message then stands at its line.
set -eu
cd "$(dirname "$0")"
handbook check . --strict ${GITHUB_ACTIONS:+--format github}
handbook build . --all --strict --out out
