#!/usr/bin/env bash
# Attaches the books and their checksums to the release of the tag, on GitHub, through `gh`. A release that is missing is made;
# files of the same name are replaced, so that a job can run again.
source "$(dirname "$0")/common.sh"
check_settings

[ -n "$tag" ] || fail "this job does not run for a tag"
[ -s "$books/SHA256SUMS" ] || fail "there is nothing to publish in $books: run build.sh first"
export GH_REPO=${GITHUB_REPOSITORY:?}
if ! gh release view "$tag" >/dev/null 2>&1; then
    notes=$(mktemp)
    trap 'rm -f "$notes"' EXIT
    # What changed since the tag before this one, where the checkout has it (`fetch-depth: 0`).
    previous=$(git describe --tags --abbrev=0 "$tag^" 2>/dev/null || true)
    if [ -n "$previous" ] && "$(program)" diff "git:$previous" "$project" --format markdown >"$notes" 2>/dev/null; then
        printf '\n' >>"$notes"
    else
        : >"$notes"
    fi
    { printf 'SHA-256 of the files:\n\n'; sed 's/^/    /' "$books/SHA256SUMS"; } >>"$notes"
    # Another job of the same tag may have made it in the meantime.
    gh release create "$tag" --verify-tag --title "$tag" --notes-file "$notes" || gh release view "$tag" >/dev/null
fi
find "$books" -type f ! -name '.*' -print0 | LC_ALL=C sort -z | xargs -0 gh release upload "$tag" --clobber
