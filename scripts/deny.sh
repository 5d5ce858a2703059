#!/usr/bin/env bash
# Holds the libraries against deny.toml. Without an argument: licences, bans, sources and duplicates, from what cargo has
# fetched, without the network. `advisories` asks the database of known faults, which comes over the network.
set -euo pipefail
cd "$(dirname "$0")/.."

deny=target/tools/ci/bin/cargo-deny
bash scripts/tools/ci.sh
case ${1:-} in
    advisories) exec "$deny" --locked --all-features check advisories ;;
    '')
        # Whatever no build of this machine needs has not been fetched yet.
        cargo fetch --locked --quiet
        # Exceptions that nothing needs any more go.
        exec "$deny" --offline --locked --all-features check \
            -D unmatched-skip -D unnecessary-skip -D license-exception-not-encountered licenses bans sources
        ;;
    *)
        echo "usage: scripts/deny.sh [advisories]" >&2
        exit 2
        ;;
esac
