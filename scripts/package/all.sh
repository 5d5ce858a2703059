#!/usr/bin/env bash
# Every package that a built program can be given out in: archive, wheel, bill of materials, and for Linux the .deb and, if the
# program is static, the container image.
#
# usage: all.sh PROGRAM TRIPLE DIR [WHEEL]
#
#   TRIPLE   the platform as Rust names it, such as x86_64-unknown-linux-gnu
#   WHEEL    the platform as Python names it, where it cannot be read from the program: macosx_11_0_arm64, win_amd64
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 triple=$2 out=$3 wheel=${4:-}

python=$(command -v python3 || command -v python)
notices=$(mktemp -d)/NOTICES.txt
trap 'rm -rf "$(dirname "$notices")"' EXIT
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)

"$python" "$here/notices.py" --triple "$triple" --out "$notices"
"$python" "$here/archive.py" "$program" --triple "$triple" --notices "$notices" --out "$out"
"$python" "$here/wheel.py" "$program" --notices "$notices" --out "$out" ${wheel:+--platform "$wheel"}
"$python" "$here/sbom.py" --triple "$triple" --program "$program" --out "$out/handbook-$version-$triple.cdx.json"
case $triple in
    *linux*)
        "$python" "$here/deb.py" "$program" --notices "$notices" --out "$out"
        # Only a static program is an image of its own.
        if "$python" -c 'import sys; sys.path.insert(0, sys.argv[1]); from elf import Elf; sys.exit(not Elf(open(sys.argv[2], "rb").read()).static)' "$here" "$program"; then
            "$python" "$here/image.py" "$program" --notices "$notices" --out "$out"
        fi
        ;;
esac
