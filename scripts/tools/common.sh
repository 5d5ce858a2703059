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

# wrapper NAME: makes standard input the command target/tools/bin/NAME.
wrapper() {
    cat >"$tools/bin/$1.part"
    chmod +x "$tools/bin/$1.part"
    mv "$tools/bin/$1.part" "$tools/bin/$1"
}
