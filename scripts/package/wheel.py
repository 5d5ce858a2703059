#!/usr/bin/env python3
"""Packs a built program as a Python wheel, so that `pipx run`, `uvx` and `pip install` bring it.

usage: wheel.py PROGRAM --notices FILE --out DIR [--platform TAG]

  --platform TAG   the wheel's platform, for macOS and Windows (macosx_11_0_arm64, win_amd64); on Linux it is read from the program

maturin makes such wheels too, but compiles the program once more. This packs the very program that was built, tested and
attested, and the same bytes are in the archive, the .deb and the image.
"""
import argparse
import base64
import hashlib
import io
import time
import zipfile
from pathlib import Path

from contents import ABOUT, EPOCH, LEVEL, ROOT, VERSION, Item, documents, shared, stop, write
from elf import Elf

METADATA = """\
Metadata-Version: 2.4
Name: handbook
Version: {version}
Summary: {summary}
License-Expression: {licence} AND CC-BY-4.0 AND OFL-1.1
License-File: LICENSE-APACHE
License-File: LICENSE-MIT
License-File: NOTICES.txt
Classifier: Environment :: Console
Classifier: Programming Language :: Rust
Classifier: Topic :: Text Processing :: Markup :: Markdown
Requires-Python: >=3.8
Description-Content-Type: text/markdown

{readme}"""


def platform_of(data):
    """The tag for a Linux program: what is static runs with any C library, the rest with its glibc or a newer one."""
    elf = Elf(data)
    if elf.static:
        return [f"manylinux_2_17_{elf.machine}", f"manylinux2014_{elf.machine}", f"musllinux_1_1_{elf.machine}"]
    return [f"manylinux_{elf.glibc[0]}_{elf.glibc[1]}_{elf.machine}"]


def record(items, name):
    """The list of all files with their checksums, which stands last and has none itself."""
    digest = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return "".join(f"{item.name},sha256={digest(item.data)},{len(item.data)}\n" for item in items) + f"{name},,\n"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--notices", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--platform")
    asked = parser.parse_args()
    data = asked.program.read_bytes()
    try:
        tags = [asked.platform] if asked.platform else platform_of(data)
    except ValueError as error:
        stop(f"{asked.program}: {error}. Name its platform with --platform")
    # Cargo's `1.2.0-rc.1` is Python's `1.2.0rc1`.
    version = VERSION.replace("-alpha.", "a").replace("-beta.", "b").replace("-rc.", "rc").replace("-dev", ".dev0")
    info, scripts = f"handbook-{version}.dist-info", f"handbook-{version}.data/scripts"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    metadata = METADATA.format(version=version, summary=ABOUT["description"], licence=ABOUT["license"].join("()"), readme=readme)
    wheel = "Wheel-Version: 1.0\nGenerator: handbook's wheel.py\nRoot-Is-Purelib: false\n" + "".join(f"Tag: py3-none-{tag}\n" for tag in tags)
    windows = any(tag.startswith("win") for tag in tags)
    items = [
        Item(f"{scripts}/{'handbook.exe' if windows else 'handbook'}", data, True),
        Item(f"{info}/METADATA", metadata.encode()),
        Item(f"{info}/WHEEL", wheel.encode()),
    ]
    if not windows:
        items += shared(asked.program.resolve(), f"handbook-{version}.data/data/share", "site-functions")
    items += [Item(f"{info}/licenses/{text.name}", text.data) for text in documents(asked.notices) if not text.name.endswith(".md")]
    items.append(Item(f"{info}/RECORD", record(items, f"{info}/RECORD").encode()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for item in items:
            about = zipfile.ZipInfo(item.name, time.gmtime(EPOCH)[:6])
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, (0o100755 if item.runs else 0o100644) << 16
            archive.writestr(about, item.data, compresslevel=LEVEL)
    write(asked.out, f"handbook-{version}-py3-none-{'.'.join(tags)}.whl", out.getvalue())


if __name__ == "__main__":
    main()
