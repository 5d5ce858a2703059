#!/usr/bin/env bash
# veraPDF from Maven Central, with a launcher that tells it which PDF parser to use: target/tools/bin/verapdf.
set -euo pipefail
source "$(dirname "$0")/common.sh"

sources=("$here/verapdf/pom.xml" "$here/verapdf/Launch.java" "$here/verapdf.sh")
home="$tools/verapdf"
if done_before verapdf "${sources[@]}" && [ -x "$tools/bin/verapdf" ]; then
    exit 0
fi
command -v mvn >/dev/null || cannot veraPDF "there is no mvn; Debian has it in maven"
command -v javac >/dev/null || cannot veraPDF "there is no javac; Debian has it in openjdk-17-jdk-headless"
echo "Installing from Maven Central: veraPDF 1.30.2"
rm -rf "$home"
mkdir -p "$home/lib" "$home/classes"
quietly verapdf mvn --batch-mode --file "$here/verapdf/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$home/lib" </dev/null ||
    cannot veraPDF "mvn failed, see above"
quietly verapdf-javac javac -cp "$home/lib/*" -d "$home/classes" "$here/verapdf/Launch.java" || cannot veraPDF "javac failed, see above"
wrapper verapdf <<SH
#!/bin/sh
exec java -XX:+UseSerialGC -Djava.awt.headless=true -cp '$home/classes:$home/lib/*' Launch "\$@"
SH
stamp verapdf "${sources[@]}"
