#!/usr/bin/env python3
"""A contact sheet: chosen pages of a PDF side by side, as one picture.

usage: contact_sheet.py BOOK.pdf[,BOOK.pdf…] SHEET.png [PAGE,PAGE,…]          needs pdftoppm; runs in target/tools/venv for Pillow

Without page numbers it takes twelve pages spread over the book, the cover first. Of several books it takes the covers.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

ACROSS = 4
WIDTH = 360
GAP = 24
GROUND = (232, 230, 226)


def page_count(pdf):
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[1]) for line in info.split("\n") if line.startswith("Pages:"))


def picture(pdf, page, folder):
    """One page, twice as large as needed and then reduced, which draws thin strokes better."""
    stem = folder / f"page-{page}"
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-f", str(page), "-l", str(page), "-scale-to-x", str(2 * WIDTH), "-scale-to-y", "-1", pdf, stem], check=True)
    with Image.open(stem.with_suffix(".png")) as image:
        reduced = image.convert("RGB").resize((WIDTH, image.height * WIDTH // image.width), Image.Resampling.LANCZOS)
    return ImageOps.expand(reduced, border=1, fill=(200, 198, 194))


def sheet(pictures):
    height = max(image.height for image in pictures)
    rows = -(-len(pictures) // ACROSS)
    result = Image.new("RGB", (ACROSS * (WIDTH + 2 + GAP) + GAP, rows * (height + GAP) + GAP), GROUND)
    for index, image in enumerate(pictures):
        row, column = divmod(index, ACROSS)
        result.paste(image, (GAP + column * (WIDTH + 2 + GAP), GAP + row * (height + GAP)))
    return result


def covers(books, out):
    """The covers of some books, all equally high."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = [picture(pdf, 1, Path(folder)) for pdf in books]
    height = max(image.height for image in drawn)
    level = [image.resize((image.width * height // image.height, height), Image.Resampling.LANCZOS) for image in drawn]
    result = Image.new("RGB", (sum(image.width + GAP for image in level) + GAP, height + 2 * GAP), GROUND)
    left = GAP
    for image in level:
        result.paste(image, (left, GAP))
        left += image.width + GAP
    result.quantize(128).save(out, optimize=True)
    print(f"{out}: {len(books)} covers")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    books, out = sys.argv[1].split(","), Path(sys.argv[2])
    if len(books) > 1:
        return covers(books, out)
    pdf = books[0]
    count = page_count(pdf)
    pages = [int(page) for page in sys.argv[3].split(",")] if len(sys.argv) > 3 else [1 + index * (count - 1) // 11 for index in range(12)]
    with tempfile.TemporaryDirectory() as folder:
        drawn = [picture(pdf, page, Path(folder)) for page in dict.fromkeys(pages) if 1 <= page <= count]
    sheet(drawn).quantize(128).save(out, optimize=True)
    print(f"{out}: pages {', '.join(map(str, pages))} of {count}")


if __name__ == "__main__":
    main()
