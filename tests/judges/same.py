"""Same input, same bytes; and a binary that needs nothing beside it."""
import shutil
import tempfile
from pathlib import Path

import place
from books import Book, build
from place import BOOKS, CONSTRUCTS, ROOT, corpus, run


def same_bytes(report, books):
    """Two builds, with one thread and with two, from two folders: the same files."""
    with report.timed("same bytes"):
        tried = [Book("same-handbook", [ROOT / "handbook", "--no-system-fonts", "--reader", "Ada Lovelace", "--stage", "5"], "same")]
        tried += [Book(f"same-{name}", [CONSTRUCTS / name], "same") for name in ("mdbook", "manifest")]
        folder = corpus()
        if folder:
            tried += [Book(f"same-{name}", [folder / "rust-book" / name], "same") for name in ("small", "mdbook")]
        for book in tried:
            report.check("same bytes", book.name, differences(book))


def differences(book):
    results = []
    for threads, cwd in (("1", ROOT), ("2", "/")):
        problem = build(book, out=BOOKS / f"{book.name}-{threads}", env={"RAYON_NUM_THREADS": threads}, cwd=cwd)
        if problem:
            return problem
        results.append((book.pdf, book.epub))
    pairs = list(zip(*results))
    problems = [f"{a} and {b} differ" for a, b in pairs if a.name != b.name or a.read_bytes() != b.read_bytes()]
    return "\n".join(problems)


def runs_alone(report, books):
    """A copy of the binary, in an empty folder, without the repository, a home or the network: the built-in handbook."""
    with report.timed("alone"), tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "handbook"
        try:
            shutil.copy(place.PROGRAM, program)
        except OSError as error:
            report.check("alone", "the built-in handbook", str(error))
            return
        status, stdout, stderr = run([program, "build", "--reader", "X", "--stage", "3"], cwd=folder, env={"HOME": "/nonexistent"})
        made = sorted(file.name for file in (Path(folder) / "out").glob("*")) if (Path(folder) / "out").is_dir() else []
        expected = sorted(name for name in made if name.endswith((".pdf", ".epub")))
        report.check("alone", "the built-in handbook", (status and stderr) or (len(made) != 2 or made != expected) and f"wrote {made}\n{stdout}{stderr}")
