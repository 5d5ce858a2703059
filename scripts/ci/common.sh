# shellcheck shell=bash disable=SC2034 # the variables are for who reads this file in
# Shared by the scripts of this folder: the settings, and how they tell a runner what they did.
#
# The scripts are the same for every CI. What they are to do stands in variables:
#   HANDBOOK_PROJECT   the book's folder, from the repository's root (.)
#   HANDBOOK_STAGES    stages to make a book for, divided by commas; `all` is one book with everything; empty: the last stage
#   HANDBOOK_STRICT    true: warnings count as errors
#   HANDBOOK_FORMATS   pdf,epub
#   HANDBOOK_ROSTER    a roster: a copy for each reader instead of a public edition
#   HANDBOOK_PUBLISH   true: on a tag the files are attached to its release
#   HANDBOOK_HOME      where the program is put, and what a job leaves behind while it runs
#   HANDBOOK_BOOKS     where the books go
# and what the CI itself says of the job (GITHUB_…, CI_…) is used where it is there.

set -euo pipefail

ci=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_of_program=$(cd "$ci/../.." && pwd)

# A runner on Windows names folders in its own way, which the shell there can translate.
shell_path() {
    if command -v cygpath >/dev/null 2>&1; then cygpath -u "$1"; else printf '%s\n' "$1"; fi
}
system_path() {
    if command -v cygpath >/dev/null 2>&1; then cygpath -w "$1"; else printf '%s\n' "$1"; fi
}

project=${HANDBOOK_PROJECT:-.}
stages=${HANDBOOK_STAGES:-}
strict=${HANDBOOK_STRICT:-false}
formats=${HANDBOOK_FORMATS:-pdf,epub}
roster=${HANDBOOK_ROSTER:-}
publish=${HANDBOOK_PUBLISH:-false}
home=$(shell_path "${HANDBOOK_HOME:-${RUNNER_TEMP:-$PWD/.handbook}/handbook}")
books=$(shell_path "${HANDBOOK_BOOKS:-$home/books}")
tag=${CI_COMMIT_TAG:-}
if [ "${GITHUB_REF_TYPE:-}" = tag ]; then tag=${GITHUB_REF_NAME:-}; fi

# A fault of the settings or of the job's surroundings: said where the CI shows it, and the end of the step. On standard
# error, since standard output may be on its way into a variable; a runner of GitHub reads both.
fail() {
    if [ -n "${GITHUB_ACTIONS:-}" ]; then
        printf '::error title=handbook::%s\n' "$(escaped "$1")" >&2
    else
        printf 'handbook: %s\n' "$1" >&2
    fi
    exit 1
}

# Text in a workflow command of GitHub: a line end would end the command.
escaped() {
    local text=${1//'%'/%25}
    text=${text//$'\r'/%0D}
    printf '%s' "${text//$'\n'/%0A}"
}

# output NAME VALUE: for the steps that follow. A value is one line.
output() {
    [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "${2//$'\n'/ }" >>"$(shell_path "$GITHUB_OUTPUT")"
}

# Shows a file in the log. What authors write is in it, and a runner of GitHub takes some lines of a log for commands: they
# are switched off around it, until a word comes that nobody can guess.
show() {
    if [ -n "${GITHUB_ACTIONS:-}" ]; then
        local word
        word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        printf '::stop-commands::%s\n' "$word"
        cat "$1"
        printf '\n::%s::\n' "$word"
    else
        cat "$1"
    fi
}

# The checksums of files, as sha256sum writes them. macOS has another program for it.
checksums=(sha256sum)
command -v sha256sum >/dev/null 2>&1 || checksums=(shasum -a 256)

# sums DIR FIND…: of all files in a folder that `find` finds, in the order of their names.
sums() {
    (cd "$1" && shift && find "$@" -type f | sed 's|^\./||' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 "${checksums[@]}")
}

# A Python that runs: on Windows a name alone says nothing.
python() {
    local name
    for name in python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
            "$name" "$@"
            return
        fi
    done
    fail "the script needs Python 3.8 or newer"
}

# The program that install.sh or compile.sh left.
program() {
    local name
    for name in "$home/bin/handbook" "$home/bin/handbook.exe"; do
        if [ -x "$name" ]; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "the program is not in $home/bin: run install.sh first"
}

truth() {
    case $2 in
        true | false) ;;
        *) fail "$1 is true or false, and not \`$2\`" ;;
    esac
}

# Whether only members of the project can see what its jobs leave behind. What is not known to be private is public.
private() {
    [ "${HANDBOOK_PRIVATE:-}" = true ] || [ "${CI_PROJECT_VISIBILITY:-}" = private ]
}

# Looks at the settings before any work is done.
check_settings() {
    truth strict "$strict"
    truth publish "$publish"
    [ -e "$project" ] || fail "project: there is no \`$project\` in the repository. Was it checked out before this step?"
    [ -n "$roster" ] || return 0
    [ -f "$roster" ] || fail "roster: there is no file \`$roster\` in the repository"
    [ -z "$stages" ] || fail "stages and roster exclude each other: a roster says each reader's stage"
    [ "$publish" = false ] || fail "publish and roster exclude each other: the copies are personal, and a release is for everybody"
    private || fail "roster: the copies are personal, and whoever sees this project could download them. Use a private repository"
}
