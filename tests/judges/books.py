"""The books that are judged, and how they are built."""
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import place
from place import BOOKS, CONSTRUCTS, ROOT, corpus, run

# One name a script, and some that try to be more than a name.
NAMES = {
    "arabic": "ليلى حسن",
    "hebrew": "דוד בן־גוריון",
    "greek": "Αθηνά Παππά",
    "cyrillic": "Софья Ковалевская",
    "vietnamese": "Nguyễn Thị Hường",
    "polish": "Świętosława Żółkiewska",
    "combining": "Zoe\u0308 O\u0301 Bria\u0301in",
    "quotes": "Miles \"Tails\" O'Neill",
    "emoji": "Ada 🚀 Lovelace",
    "markup": "*Ada* <b>{{x}}</b> & \\",
    "long": "Wolfeschlegelsteinhausenbergerdorff " * 4,
}


@dataclass
class Book:
    """A book to build: its name here, the command's arguments, and, when built, its files."""

    name: str
    arguments: list
    kind: str
    folder: Path = field(init=False)
    pdf: Path = None
    epub: Path = None

    def __post_init__(self):
        self.folder = BOOKS / self.name


def handbooks():
    """The handbook for every stage, for nobody by name, with everything, for print, in both themes. All but one without
    the system's fonts, which must not be needed."""
    sound = ["handbook", "--strict", "--no-system-fonts"]
    ada = [*sound, "--reader", "Ada Lovelace"]
    for stage in range(1, 6):
        yield Book(f"handbook-{stage}", [*ada, "--stage", stage], "handbook")
    yield Book("handbook-public", sound, "handbook")
    yield Book("handbook-all", [*sound, "--all", "--reader", "Grace Hopper", "--from", 3, "--note", "Read stage two twice."], "handbook")
    yield Book("handbook-arabic", ["handbook", "--strict", "--reader", NAMES["arabic"], "--stage", 5], "handbook")
    yield Book("handbook-print", [*ada, "--medium", "print"], "handbook")
    yield Book("handbook-plain", [*ada, "--theme", "plain"], "handbook")
    yield Book("handbook-plain-letter", [*ada, "--theme", "plain", "--page", "letter"], "handbook")


def real_books(folder):
    """The corpus: two folders of Markdown and an mdBook."""
    for name in ["small", "whole", "mdbook"]:
        yield Book(f"corpus-{name}", [folder / "rust-book" / name], "corpus")


def proof_books():
    """The proof book, which shows everything once. It is not built strictly: one chapter is about what comes with a warning."""
    proof = ["docs/proof", "--no-system-fonts", "--copy", 7, "--note", "Look at the ends of lines."]
    yield Book("proof", [*proof, "--reader", "Ada Lovelace"], "proof")
    yield Book("proof-print", [*proof, "--reader", "Ada Lovelace", "--stage", 2, "--path", "bindery", "--medium", "print", "--crop-marks"], "proof")
    yield Book("proof-plain", [*proof, "--theme", "plain", "--stage", 1, "--from", 1], "proof")


def named_books():
    """A small book with a ladder, for readers with names of many scripts."""
    for name, reader in NAMES.items():
        yield Book(f"name-{name}", [CONSTRUCTS / "manifest", "--reader", reader, "--stage", 2], "name")


def construct_books():
    """Each small manuscript as a project of its own."""
    for entry in sorted(CONSTRUCTS.iterdir()):
        if entry.suffix == ".md":
            project = BOOKS / "projects" / entry.stem
            shutil.rmtree(project, ignore_errors=True)
            project.mkdir(parents=True)
            shutil.copy(entry, project / entry.name)
            if "pictures/" in entry.read_text(encoding="utf-8"):
                shutil.copytree(CONSTRUCTS / "pictures", project / "pictures")
            yield Book(f"construct-{entry.stem}", [project], "construct")
        elif entry.is_dir() and entry.name != "pictures":
            yield Book(f"construct-{entry.name}", [entry], "construct")


def every_book(report):
    """All books to judge, in order."""
    folder = corpus()
    if folder is None:
        report.remark("the corpus was not there: the three real books were not judged")
    books = [*handbooks(), *proof_books(), *(real_books(folder) if folder else ()), *named_books(), *construct_books()]
    return books


def build(book, *, out=None, env=None, cwd=ROOT):
    """Builds a book. Returns what went wrong, or None; finds the two files."""
    out = out or book.folder
    shutil.rmtree(out, ignore_errors=True)
    status, stdout, stderr = run([place.PROGRAM, "build", *book.arguments, "--out", out], env=env, cwd=cwd)
    book.pdf = next(iter(sorted(Path(out).glob("*.pdf"))), None)
    book.epub = next(iter(sorted(Path(out).glob("*.epub"))), None)
    if status != 0:
        return f"exit status {status}\n{stderr or stdout}"
    if "panicked" in stderr:
        return stderr
    if not book.pdf or not book.epub:
        return "no PDF or no EPUB was written"
    return None


def build_all(books, report):
    """Builds all books, two at a time; those that failed are left out of what the judges see."""
    with ThreadPoolExecutor(2) as pool:
        for book, problem in zip(books, pool.map(build, books)):
            report.check("built", book.name, problem)
    return [book for book in books if book.pdf and book.epub]
