#!/usr/bin/env python3
"""Writes the licences and notices of all that is in the program: the handbook's text, the fonts, the libraries.

usage: notices.py --triple TRIPLE --out FILE

A binary has the code of some hundred libraries in it, and most of their licences ask that their words go with it. They are
taken from the sources that cargo has fetched, each text once with all that it belongs to.
"""
import argparse
import re
from pathlib import Path

from contents import ROOT
from crates import linked

RULE = "=" * 80
NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense|copyright)", re.I)
GLIBC = """\
The C library

A static program for Linux has parts of the GNU C Library in it, which is under the GNU Lesser General Public License, version
2.1 or later, below. Its sources are at https://www.gnu.org/software/libc/. Whoever wants another version of it in the program
links the program anew: docs/releasing.md in its sources has the command."""


def texts_of(package):
    """The texts of licences and notices in a library's folder and below it: what it took from elsewhere lies there with its own."""
    folder = Path(package["manifest_path"]).parent
    files = {path for path in folder.rglob("*") if path.is_file() and any(NAMES.match(part) for part in path.relative_to(folder).parts)}
    if package["license_file"]:
        files.add(folder / package["license_file"])
    # Sources that are called so are code, and what tests need is not in the program.
    kept = [path for path in sorted(files) if path.suffix not in (".rs", ".py") and path.relative_to(folder).parts[0] != "tests"]
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in kept]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--triple", required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    _, packages, _ = linked(asked.triple)
    parts = [
        "What is in `handbook`, and under which licences",
        "The program itself: MIT OR Apache-2.0, see LICENSE-MIT and LICENSE-APACHE. It carries the text of The CTO Handbook, fonts, and\n"
        "the libraries named below, unchanged as crates.io has them; their sources are at https://crates.io/crates/NAME/VERSION.",
        f"{RULE}\nThe CTO Handbook, its text and its figures\n\n{(ROOT / 'handbook' / 'LICENSE').read_text(encoding='utf-8').strip()}",
    ]
    for licence in sorted((ROOT / "fonts").glob("*/OFL.*")):
        fonts = ", ".join(sorted(font.name for font in licence.parent.glob("*.ttf")))
        parts.append(f"{RULE}\nFonts: {fonts}\n\n{licence.read_text(encoding='utf-8').strip()}")
    name = lambda package: f"{package['name']} {package['version']}"
    parts.append(f"{RULE}\nLibraries\n\n" + "\n".join(f"{name(package)}: {package['license'] or 'see its text'}" for package in packages))
    if "linux-gnu" in asked.triple:
        parts.append(f"{RULE}\n{GLIBC}\n\n{(ROOT / 'scripts/package/lgpl-2.1.txt').read_text(encoding='utf-8').strip()}")
    whose = {}
    for package in packages:
        texts = texts_of(package) or [f"The package has no text of its licence, which is: {package['license']}."]
        for text in texts:
            # The same words in other lines are the same words.
            whose.setdefault(" ".join(text.split()), (text, []))[1].append(name(package))
    for text, names in whose.values():
        parts.append(f"{RULE}\n{', '.join(dict.fromkeys(names))}\n\n{text}")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
