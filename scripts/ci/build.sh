#!/usr/bin/env bash
# Makes the books into HANDBOOK_BOOKS, with their checksums in SHA256SUMS: a public edition for each stage that is named, or a
# copy for each reader of a roster. Outputs: `folder`; `publish`, whether the files go to the release of a tag; `attest`,
# whether they can be attested there.
source "$(dirname "$0")/common.sh"
check_settings

handbook=$(program)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(--format "$formats")
[ "$strict" = false ] || options+=(--strict)

# The date in the books is the manifest's, and never the job's, so that the same sources give the same bytes.

# Only what this run makes is uploaded.
rm -rf "$books"
mkdir -p "$books"

# make ARGUMENT...: runs the program, and shows what it says whether or not it ends well.
make() {
    local status=0
    "$handbook" "$@" --out "$books" >"$work/log" 2>&1 || status=$?
    show "$work/log"
    [ "$status" = 0 ] || fail "the books could not be made; the messages are above"
}

if [ -n "$roster" ]; then
    make bulk "$roster" --project "$project" "${options[@]}"
elif [ -z "$stages" ]; then
    make build "$project" "${options[@]}"
else
    IFS=, read -r -a list <<<"$stages"
    for stage in "${list[@]}"; do
        stage=${stage#"${stage%%[! ]*}"}
        stage=${stage%"${stage##*[! ]}"}
        case $stage in
            '') ;;
            all) make build "$project" "${options[@]}" --all ;;
            *) make build "$project" "${options[@]}" --stage "$stage" ;;
        esac
    done
fi

# Not the hidden files, which are for the program itself.
[ -n "$(find "$books" -type f ! -name '.*')" ] || fail "no book was made: stages names none"
sums "$books" . ! -name '.*' >"$work/sums"
mv "$work/sums" "$books/SHA256SUMS"
cat "$books/SHA256SUMS"
output folder "$(system_path "$books")"
released=false
if [ "$publish" = true ] && [ -n "$tag" ]; then released=true; fi
output publish "$released"
# GitHub keeps attestations of public repositories on every plan, of private ones on few.
if private; then output attest false; else output attest "$released"; fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    # Names of files in a code block, which nothing in them can leave.
    { printf '### Books\n\n'; sed 's/^/    /' "$books/SHA256SUMS"; printf '\n'; } >>"$(shell_path "$GITHUB_STEP_SUMMARY")"
fi
