"""Draws every page of a PDF with PDFium, small; with --labels prints the pages' labels instead, one a line. Runs in the venv."""
import sys

import pypdfium2


def main():
    document = pypdfium2.PdfDocument(sys.argv[-1])
    for index in range(len(document)):
        if "--labels" in sys.argv:
            print(document.get_page_label(index))
        else:
            document[index].render(scale=0.5)


main()
