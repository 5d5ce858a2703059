#!/usr/bin/env bash
# Finds everything that could go wrong with the book, for every stage, and shows each message at its line: as an annotation on
# GitHub, as a report on code quality on GitLab (HANDBOOK_REPORT names its file).
source "$(dirname "$0")/common.sh"
check_settings

handbook=$(program)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Never empty: bash before 4.4, which macOS has, takes an empty list for an unset variable.
options=("$project")
[ "$strict" = false ] || options+=(--strict)

status=0
"$handbook" check "${options[@]}" --format json >"$work/check.json" 2>"$work/check.txt" || status=$?
show "$work/check.txt"
# Not a word of JSON: the command line was at fault, or worse.
[ -s "$work/check.json" ] || fail "handbook check ended with status $status and said nothing of the book; its words are above"
# Once more for the annotations, which takes a moment: a book is set in a second.
[ -z "${GITHUB_ACTIONS:-}" ] || "$handbook" check "${options[@]}" --format github || true
python "$ci/annotate.py" --project "$project" ${GITHUB_STEP_SUMMARY:+--summary "$GITHUB_STEP_SUMMARY"} \
    ${HANDBOOK_REPORT:+--gitlab "$HANDBOOK_REPORT"} <"$work/check.json"
exit "$status"
