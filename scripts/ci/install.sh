#!/usr/bin/env bash
# Puts the released program for this machine's platform into HANDBOOK_HOME/bin and on the path, held against the checksums of
# its release and, where `gh` and a token are there, against the attestation of the workflow that built it.
#
# Which release: the one of the version in Cargo.toml beside these scripts. The version is raised right after each release
# (docs/releasing.md), so that a commit between two releases names one that does not exist, and is compiled. The output
# `compile` says whether that is to be done (scripts/ci/compile.sh), and `key` names what it would give, for a cache.
#
#   HANDBOOK_RELEASES   address of the releases' files: https://github.com/OWNER/handbook/releases/download; empty: compile
#   HANDBOOK_ATTESTED   OWNER/handbook, whose attestation has to fit; empty: checksums alone
source "$(dirname "$0")/common.sh"

releases=${HANDBOOK_RELEASES:-}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source_of_program/Cargo.toml" | head -n 1)
# What an earlier job left on a machine that is kept is not what this one asks for.
rm -rf "${home:?}/bin"
mkdir -p "$home/bin"

platform() {
    case "$(uname -s)/$(uname -m)" in
        Linux/x86_64) echo x86_64-unknown-linux-gnu ;;
        Linux/aarch64 | Linux/arm64) echo aarch64-unknown-linux-gnu ;;
        Darwin/x86_64) echo x86_64-apple-darwin ;;
        Darwin/arm64) echo aarch64-apple-darwin ;;
        MINGW*/x86_64 | MSYS*/x86_64 | CYGWIN*/x86_64) echo x86_64-pc-windows-msvc ;;
        *) echo "$(uname -s)-$(uname -m)" | tr 'A-Z ' 'a-z-' ;;
    esac
}

# fetch URL FILE: prints the HTTP status. Only an answer counts: a network that fails is not a release that is missing.
fetch() {
    curl --silent --show-error --location --retry 3 --retry-delay 2 --connect-timeout 20 --max-time 300 \
        --output "$2" --write-out '%{http_code}' "$1" || fail "$1 cannot be fetched"
}

compile() {
    echo "$1: the program is compiled"
    # All that the program is made of, so that a cached one is used for these sources alone.
    local sources
    sources=$(sums "$source_of_program" Cargo.toml Cargo.lock build.rs src handbook fonts themes | "${checksums[@]}" | cut -c1-32)
    output compile true
    output key "handbook-$(platform)-$sources"
    exit 0
}

triple=$(platform)
[ -n "$releases" ] || compile "No address of releases is given"
archive="handbook-$version-$triple.tar.gz"
case $triple in *windows*) archive="handbook-$version-$triple.zip" ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=$(fetch "$releases/v$version/SHA256SUMS" "$work/SHA256SUMS")
case $status in
    200) ;;
    404) compile "There is no release v$version" ;;
    *) fail "$releases/v$version/SHA256SUMS: the answer is $status" ;;
esac
# A line is a sum, a blank, a blank or a star, and the name.
wanted=$(awk -v name="$archive" '{ sum = $1; sub(/^[^ ]+ [ *]/, ""); if ($0 == name) print sum }' "$work/SHA256SUMS")
[ -n "$wanted" ] || compile "Release v$version has no file for $triple"
status=$(fetch "$releases/v$version/$archive" "$work/$archive")
[ "$status" = 200 ] || fail "$releases/v$version/$archive: the answer is $status"
found=$("${checksums[@]}" "$work/$archive" | cut -d' ' -f1)
[ "$found" = "$wanted" ] || fail "$archive is not the file of the release: its SHA-256 is $found, and should be $wanted"
if [ -n "${HANDBOOK_ATTESTED:-}" ] && [ -n "${GH_TOKEN:-}" ] && command -v gh >/dev/null 2>&1; then
    gh attestation verify "$work/$archive" --repo "$HANDBOOK_ATTESTED" || fail "$archive has no attestation of $HANDBOOK_ATTESTED"
fi

mkdir "$work/unpacked"
case $archive in
    *.zip) unzip -q "$work/$archive" -d "$work/unpacked" ;;
    *) tar -xzf "$work/$archive" -C "$work/unpacked" ;;
esac
name=handbook
case $triple in *windows*) name=handbook.exe ;; esac
cp "$work/unpacked/handbook-$version-$triple/$name" "$home/bin/$name"
chmod +x "$home/bin/$name"
"$home/bin/$name" --version
[ -z "${GITHUB_PATH:-}" ] || system_path "$home/bin" >>"$(shell_path "$GITHUB_PATH")"
output compile false
