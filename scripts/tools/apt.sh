#!/usr/bin/env bash
# Judges and fonts that come from Debian. They are not pinned: the suite's own versions are used.
set -euo pipefail
source "$(dirname "$0")/common.sh"

# command or file to look for, and the package that has it
wanted=(
    qpdf:qpdf
    pdftotext:poppler-utils
    mutool:mupdf-tools
    chromium:chromium
    hunspell:hunspell
    ebook-convert:calibre
    jing:jing
    /usr/share/hunspell/en_GB.dic:hunspell-en-gb
    /usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf:fonts-noto-core
    /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc:fonts-noto-cjk
)

present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing() {
    for pair in "${wanted[@]}"; do
        present "${pair%%:*}" || echo "${pair#*:}"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo -n "$@"
    else
        echo "neither root nor sudo" >&2
        return 1
    fi
}

packages=$(missing)
[ -n "$packages" ] || exit 0
list=${packages//$'\n'/ }
command -v apt-get >/dev/null 2>&1 || cannot "$list" "this machine has no apt; install these Debian packages' like by hand"
echo "Installing from Debian: $list"
export DEBIAN_FRONTEND=noninteractive
quietly apt-update as_root apt-get update || cannot "$list" "apt-get update failed, see above"
# shellcheck disable=SC2086 # one word a package is what is meant
quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $list </dev/null ||
    cannot "$list" "apt-get install failed, see above; with root rights: apt-get install $list"
left=$(missing)
[ -z "$left" ] || cannot "${left//$'\n'/ }" "installed, but not where it is looked for"
