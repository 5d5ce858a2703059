#!/usr/bin/env python3
"""Packs a built program into an archive: handbook-VERSION-TRIPLE.tar.gz, or .zip for Windows.

usage: archive.py PROGRAM --triple TRIPLE --notices FILE --out DIR
"""
import argparse
import gzip
import io
import tempfile
import time
import zipfile
from pathlib import Path

from contents import EPOCH, LEVEL, VERSION, Item, completions, documents, man_pages, parents, tar, write

COMPLETED = ("bash", "elvish", "fish", "powershell", "zsh")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--triple", required=True)
    parser.add_argument("--notices", required=True)
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    windows = "windows" in asked.triple
    name = f"handbook-{VERSION}-{asked.triple}"
    with tempfile.TemporaryDirectory() as folder:
        items = [Item("handbook.exe" if windows else "handbook", asked.program.read_bytes(), True)]
        items += documents(asked.notices)
        items += [Item(f"man/{page.name}", page.data) for page in man_pages(asked.program.resolve(), folder)]
    items += [Item(f"completions/handbook.{shell}", text) for shell, text in completions(asked.program.resolve(), COMPLETED).items()]
    items = [item._replace(name=f"{name}/{item.name}") for item in items]
    if windows:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for item in sorted(items):
                about = zipfile.ZipInfo(item.name, time.gmtime(EPOCH)[:6])
                about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, (0o755 if item.runs else 0o644) << 16
                archive.writestr(about, item.data, compresslevel=LEVEL)
        write(asked.out, f"{name}.zip", out.getvalue())
    else:
        write(asked.out, f"{name}.tar.gz", gzip.compress(tar(items, parents(items)), LEVEL, mtime=EPOCH))


if __name__ == "__main__":
    main()
