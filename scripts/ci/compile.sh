#!/usr/bin/env bash
# Compiles the program from the sources beside these scripts, for a commit or a platform without a release, unless a cache
# has brought it already. It takes some minutes; what it leaves is the program alone.
source "$(dirname "$0")/common.sh"

name=handbook
case "$(uname -s)" in MINGW* | MSYS* | CYGWIN*) name=handbook.exe ;; esac
if ! [ -x "$home/bin/$name" ]; then
    command -v cargo >/dev/null 2>&1 || fail "there is neither a release of handbook for this machine nor a Rust to compile it with"
    target=$(mktemp -d)
    trap 'rm -rf "$target"' EXIT
    cargo build --release --locked --manifest-path "$source_of_program/Cargo.toml" --target-dir "$target"
    mkdir -p "$home/bin"
    cp "$target/release/$name" "$home/bin/$name"
fi
"$home/bin/$name" --version
[ -z "${GITHUB_PATH:-}" ] || system_path "$home/bin" >>"$(shell_path "$GITHUB_PATH")"
