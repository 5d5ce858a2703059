#!/usr/bin/env python3
"""Packs a built program for Linux as a Debian package: handbook_VERSION_ARCHITECTURE.deb.

usage: deb.py PROGRAM --notices FILE --out DIR

A .deb is an `ar` of three files, two of them tars: written here, it has the same bytes on every machine and needs no Debian.
"""
import argparse
import gzip
import hashlib
import lzma
import textwrap
from email.utils import formatdate
from pathlib import Path

from contents import ABOUT, EPOCH, VERSION, Item, parents, shared, tar, write
from elf import linux_program

# A dash would begin Debian's own part of a version; a tilde comes before the release, as `1.2.0-rc.1` does.
DEBIAN_VERSION = VERSION.replace("-", "~")
# There is no address yet (docs/releasing.md).
MAINTAINER = "The handbook project <noreply@localhost>"
CHANGES = """\
handbook ({version}) unstable; urgency=medium

  * What changed stands in CHANGELOG.md.gz beside this file.

 -- {maintainer}  {date}
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: handbook
Comment: The program carries the text of The CTO Handbook, fonts, and the libraries that it was built with. Their licences and
 notices are in NOTICES.txt.gz beside this file.

Files: *
Copyright: 2026 The handbook project
License: MIT or Apache-2.0

License: MIT
{mit}
License: Apache-2.0
 On Debian systems the text of this licence is in /usr/share/common-licenses/Apache-2.0.
"""


def indented(text):
    """Text as a field of Debian's has it: a blank before each line, a full stop for an empty one."""
    return "".join(f" {line or '.'}\n" for line in text.strip().split("\n"))


def packed(data):
    """As `gzip -9n` has it."""
    return gzip.compress(data, 9, mtime=0)


def ar(members):
    """An archive of the old kind."""
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{EPOCH:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


def installed(program, data, notices, root):
    """Every file of the package, by its place in the system."""
    doc = "usr/share/doc/handbook"
    licence = (root / "LICENSE-MIT").read_text(encoding="utf-8").split("\n\n", 2)[2]
    items = [
        Item("usr/bin/handbook", data, True),
        Item(f"{doc}/copyright", COPYRIGHT.format(mit=indented(licence)).encode()),
        Item(f"{doc}/NOTICES.txt.gz", packed(Path(notices).read_bytes())),
        Item(f"{doc}/CHANGELOG.md.gz", packed((root / "CHANGELOG.md").read_bytes())),
        Item(f"{doc}/changelog.gz", packed(CHANGES.format(version=DEBIAN_VERSION, maintainer=MAINTAINER, date=formatdate(EPOCH)).encode())),
        Item(f"{doc}/README.md.gz", packed((root / "README.md").read_bytes())),
    ]
    for item in shared(program.resolve(), "usr/share", "vendor-completions"):
        is_page = "/man/" in item.name
        items.append(Item(f"{item.name}.gz", packed(item.data)) if is_page else item)
    return items


def control(elf, items):
    """What dpkg knows of the package."""
    kilobytes = sum(-(-len(item.data) // 1024) for item in items) + len(parents(items))
    needs = "" if elf.static else f"Depends: libc6 (>= {elf.glibc[0]}.{elf.glibc[1]}), libgcc-s1\n"
    words = f"{ABOUT['description']}. It carries a handbook and its fonts, and needs neither LaTeX nor a browser nor a network."
    about = textwrap.indent(textwrap.fill(words, 72), " ")
    return f"""\
Package: handbook
Version: {DEBIAN_VERSION}
Architecture: {elf.architecture}
Maintainer: {MAINTAINER}
Installed-Size: {kilobytes}
{needs}Section: text
Priority: optional
Description: typeset PDF and EPUB books out of Markdown, one for each reader
{about}
"""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--notices", required=True)
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    data, elf = linux_program(asked.program)
    items = installed(asked.program, data, asked.notices, Path(__file__).resolve().parents[2])
    sums = "".join(f"{hashlib.md5(item.data).hexdigest()}  {item.name}\n" for item in sorted(items))
    about = [Item("./control", control(elf, items).encode()), Item("./md5sums", sums.encode())]
    folders = [("./", 0o755)] + [(f"./{name}", mode) for name, mode in parents(items)]
    files = [item._replace(name=f"./{item.name}") for item in items]
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", lzma.compress(tar(about, [("./", 0o755)]))),
        ("data.tar.xz", lzma.compress(tar(files, folders))),
    ]
    write(asked.out, f"handbook_{DEBIAN_VERSION}_{elf.architecture}.deb", ar(members))


if __name__ == "__main__":
    main()
