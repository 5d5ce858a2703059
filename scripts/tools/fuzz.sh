#!/usr/bin/env bash
# The nightly compiler and cargo-fuzz, for `make fuzz` alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.13.2
place=target/tools/cargo-fuzz
if ! rustup run nightly rustc --version >/dev/null 2>&1; then
    rustup toolchain install nightly --profile minimal
fi
if [[ "$("$place/bin/cargo-fuzz" --version 2>/dev/null || true)" != "cargo-fuzz $version" ]]; then
    cargo install cargo-fuzz --version "$version" --locked --root "$place"
fi
