# shellcheck shell=bash disable=SC2034 # the variables are for who reads this file in
# Shared by the scripts of this folder: where the tools go, stamps, and how to say that something cannot be had.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here="$repository/scripts/tools"
tools="$repository/target/tools"
mkdir -p "$tools/bin" "$tools/stamps"

# Ends with a message that says which judge is missing, why, and what a person can do.
cannot() {
    printf 'make tools: %s cannot be had: %s\n' "$1" "$2" >&2
    exit 1
}

# done_before NAME FILE...: true if NAME was installed from exactly these files.
done_before() {
    local name=$1
    shift
    [ -f "$tools/stamps/$name" ] && [ "$(cat "$tools/stamps/$name")" = "$(fingerprint "$@")" ]
}

# stamp NAME FILE...: remembers that NAME was installed from these files.
stamp() {
    local name=$1
    shift
    fingerprint "$@" >"$tools/stamps/$name"
}

fingerprint() {
    cat "$@" | sha256sum | cut -d' ' -f1
}

# A command's output goes to a log that is shown only when it fails.
quietly() {
    local log="$tools/$1.log"
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        return 1
    }
}

# from_pypi WHAT FOLDER LIST PROGRAM [OPTION...]: puts the packages that LIST pins into a venv of their own, target/tools/FOLDER, unless its
# PROGRAM is there and came from this very list and calling script. WHAT names them in a message; pip takes the options.
from_pypi() {
    local what=$1 folder=$2 list="$here/$3" program=$4 python
    local venv="$tools/$folder" sources=("$here/$3" "$here/$(basename "$0")")
    shift 4
    if done_before "$folder" "${sources[@]}" && [ -x "$venv/bin/$program" ]; then
        return
    fi
    python=$(command -v python3.11 || command -v python3) || cannot "$what" "there is no python3"
    # Its first paragraph; below it stands what the packages need.
    echo "Installing from PyPI: $(sed '/^$/,$d; /^#/d' "$list" | tr '\n' ' ')"
    rm -rf "$venv"
    quietly "$folder-venv" "$python" -m venv "$venv" || cannot "$what" "python3 -m venv failed; Debian has it in python3-venv"
    quietly "$folder-pip" "$venv/bin/python" -m pip install --disable-pip-version-check --no-input "$@" -r "$list" ||
        cannot "$what" "pip failed, see above"
    stamp "$folder" "${sources[@]}"
}

# wrapper NAME: makes standard input the command target/tools/bin/NAME.
wrapper() {
    cat >"$tools/bin/$1.part"
    chmod +x "$tools/bin/$1.part"
    mv "$tools/bin/$1.part" "$tools/bin/$1"
}
