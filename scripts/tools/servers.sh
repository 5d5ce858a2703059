#!/usr/bin/env bash
# Servers of other people that copies go through in the tests: Debian's nginx, Caddy and postfix, taken out of their packages into
# target/tools/servers. They are not installed, for an installed server begins to run. They are not pinned: the suite's own versions are used.
set -euo pipefail
source "$(dirname "$0")/common.sh"

sources=("$here/servers.sh")
home="$tools/servers"
if done_before servers "${sources[@]}" && [ -x "$home/usr/sbin/nginx" ] && [ -x "$home/usr/bin/caddy" ] && [ -x "$home/usr/sbin/postfix" ]; then
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || cannot "nginx, Caddy and postfix" "this machine has no apt"
echo "Taking nginx, Caddy and postfix out of Debian's packages"
rm -rf "$home"
mkdir -p "$home/packages/partial"
# With the libraries that this machine lacks. Nobody else waits for the lock of the system's own packages meanwhile.
fetch() {
    apt-get install --download-only --reinstall --no-install-recommends -y -o Debug::NoLocking=1 -o Dir::Cache::archives="$home/packages" nginx caddy postfix </dev/null
}
quietly servers fetch || { [ "$(id -u)" = 0 ] && quietly apt-update apt-get update && quietly servers fetch; } ||
    cannot "nginx, Caddy and postfix" "apt-get failed, see above; \`apt-get update\` may help"
for package in "$home"/packages/*.deb; do
    dpkg-deb --extract "$package" "$home"
done
rm -rf "$home/packages"
stamp servers "${sources[@]}"
