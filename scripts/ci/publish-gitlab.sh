#!/usr/bin/env bash
# Puts the books and their checksums into the project's package registry and links them from the release of the tag, on
# GitLab, with the token of the job. A job can run again: a link that is there stays.
source "$(dirname "$0")/common.sh"
check_settings

[ -n "$tag" ] || fail "this job does not run for a tag"
[ -s "$books/SHA256SUMS" ] || fail "there is nothing to publish in $books: run build.sh first"
api=${CI_API_V4_URL:?}/projects/${CI_PROJECT_ID:?}

# call METHOD URL [ARGUMENT...]: prints the status. The token goes through a file descriptor, so that no list of processes has it.
call() {
    local method=$1 url=$2
    shift 2
    curl --silent --show-error --retry 3 --max-time 300 --request "$method" --header @<(printf 'JOB-TOKEN: %s\n' "${CI_JOB_TOKEN:?}") \
        --output /dev/null --write-out '%{http_code}' "$@" "$url" || fail "$url cannot be reached"
}

# expect STATUS WHAT ALLOWED...: ends the job unless the status is one of those allowed.
expect() {
    local status=$1 what=$2 allowed
    shift 2
    for allowed in "$@"; do
        [ "$status" != "$allowed" ] || return 0
    done
    fail "$what: the answer is $status"
}

# As part of an address.
quoted() {
    python -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"
}

# fields KEY VALUE...: an object in JSON.
fields() {
    python -c 'import json, sys; words = sys.argv[1:]; print(json.dumps(dict(zip(words[::2], words[1::2]))))' "$@"
}

quoted_tag=$(quoted "$tag")
status=$(call POST "$api/releases" --header 'Content-Type: application/json' --data "$(fields tag_name "$tag" name "$tag" description "$(printf 'SHA-256 of the files:\n\n'; sed 's/^/    /' "$books/SHA256SUMS")")")
expect "$status" "release $tag" 201 409
find "$books" -type f ! -name '.*' | LC_ALL=C sort | while IFS= read -r path; do
    file=${path##*/}
    address="$api/packages/generic/books/$quoted_tag/$(quoted "$file")"
    status=$(call PUT "$address" --upload-file "$path")
    expect "$status" "$file" 200 201
    # A link whose name is taken is the one of an earlier run: 400 or 409 by GitLab's version.
    status=$(call POST "$api/releases/$quoted_tag/assets/links" --header 'Content-Type: application/json' --data "$(fields name "$file" url "$address" link_type package)")
    expect "$status" "the link to $file" 201 400 409
    echo "$file"
done
