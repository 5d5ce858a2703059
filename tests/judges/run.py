#!/usr/bin/env python3
"""All tests: formatting, lints, Rust tests, and the world's judges over real books.

usage: run.py [--no-code] [--program FILE] [--books PATTERN] [--judges NAME,NAME…]

`make test` runs it without arguments. The others are for work on one thing:
  --no-code        leave out cargo fmt, clippy, test and deny, and the steps of the CI
  --program FILE   judge what this binary makes, instead of building one
  --books PATTERN  only books whose name fits, such as 'construct-table*' or 'handbook-5'
  --judges NAMES   only these: qpdf, fonts, verapdf, outloud, render, epubcheck, azw3, stores, ace, words, pages, same, bulk, verify, alone,
                   article, hostile, preview, serve, send

The last line is `N passed, N failed`, and the exit status is 1 if anything failed.
"""
import argparse
import fnmatch
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import article
import books
import browser
import bulk
import clean
import code_checks
import delivery
import epub_judges
import pdf_judges
import place
import provenance
import same
import send
import words
from place import ROOT, run
from report import Report, chosen

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import hostile  # noqa: E402

def check_hostile(report, books):
    """Inputs that somebody made to break the program."""
    hostile.judge(report, place.PROGRAM)


# Each takes the report and the books that could be built. The slow ones first, so that two at a time end together.
JUDGES = {
    "verapdf": pdf_judges.verapdf,
    "outloud": pdf_judges.outloud,
    "serve": browser.check_serve,
    "send": send.check_send,
    "preview": browser.check_preview,
    "render": pdf_judges.renderers,
    "ace": epub_judges.ace,
    "azw3": epub_judges.azw3,
    "epubcheck": epub_judges.epubcheck,
    "words": words.check_words,
    "same": same.same_bytes,
    "bulk": bulk.check_bulk,
    "verify": provenance.check_verify,
    "qpdf": pdf_judges.qpdf,
    "fonts": pdf_judges.fonts,
    "stores": epub_judges.stores,
    "pages": epub_judges.page_list,
    "alone": same.runs_alone,
    "article": article.check_article,
    "hostile": check_hostile,
}


def install_tools(report):
    """`make tools`: quick when they are there. A judge that cannot be had is a failure."""
    with report.timed("tools"):
        status, _, stderr = run(["bash", "scripts/tools/all.sh"], timeout=1500)
        report.check("tools", "all judges can be had", status and stderr)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("--no-code", action="store_true")
    parser.add_argument("--program", type=Path)
    parser.add_argument("--books", default="*")
    parser.add_argument("--judges", default=",".join(JUDGES))
    return parser.parse_args()


def main():
    asked = arguments()
    wished = chosen(asked.judges, JUDGES)
    report = Report()
    before = clean.files()
    tools = threading.Thread(target=install_tools, args=(report,))
    tools.start()
    if asked.program:
        place.PROGRAM = asked.program.resolve()
    ready = bool(asked.program) or code_checks.build_judged(report)
    # Some Rust tests ask the judges too.
    tools.join()
    if not asked.no_code:
        code_checks.check_code(report)
        delivery.check_libraries(report)
        if ready:
            delivery.check_steps(report)
    judged = []
    if ready:
        with report.timed("built"):
            wanted = [book for book in books.every_book(report) if fnmatch.fnmatch(book.name, asked.books)]
            judged = books.build_all(wanted, report)
            if fnmatch.fnmatch("copy-1", asked.books):
                judged += bulk.copied_books(report)
    if judged:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda name: JUDGES[name](report, judged), wished))
    else:
        report.check("judges", "something to judge", "no book was built")
    clean.check_clean(report, before)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
