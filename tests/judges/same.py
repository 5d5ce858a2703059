#!/usr/bin/env python3
"""Same input, same bytes, whatever is around; and a binary that needs nothing beside it.

usage: same.py

As a command of its own (`make same`) it builds the program in every way that may change a number: with and without optimisation, dynamic and
static, for any processor and for this one alone; and compares what they make. `make test` compares the program with and without optimisation.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import place
from books import Book, build
from place import BOOKS, CONSTRUCTS, ROOT, corpus, run
from report import Report

# What must not change a byte: threads, the current folder, the project's own place, language, time zone, home.
SURROUNDINGS = {
    "one thread": ({"RAYON_NUM_THREADS": "1"}, ROOT, False),
    "all threads": ({}, ROOT, False),
    "elsewhere": (
        {"RAYON_NUM_THREADS": "2", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Chatham", "HOME": "/nonexistent", "TMPDIR": "/tmp"},
        "/",
        True,
    ),
}
# How else the program is built: flags of the compiler, and whether for release.
BUILDS = {
    "debug": ("", False),
    "dynamic": ("", True),
    "static": ("-C target-feature=+crt-static", True),
    "native": ("-C target-cpu=native", True),
}


def tried_books():
    yield Book("same-handbook", [ROOT / "handbook", "--no-system-fonts", "--reader", "Ada Lovelace", "--stage", "5"], "same")
    yield Book("same-proof", [ROOT / "docs" / "proof", "--no-system-fonts", "--reader", "Ada Lovelace"], "same")
    for name in ("mdbook", "manifest"):
        yield Book(f"same-{name}", [CONSTRUCTS / name, "--no-system-fonts"], "same")
    folder = corpus()
    for name in ("small", "mdbook") if folder else ():
        yield Book(f"same-{name}", [folder / "rust-book" / name, "--no-system-fonts"], "same")


def same_bytes(report, books):
    """Builds in other surroundings, and by the program without optimisation where there is one: the same files."""
    debug = ROOT / "target" / "debug" / "handbook"
    with report.timed("same bytes"):
        for book in tried_books():
            made = {name: made_in(book, place.PROGRAM, name) for name in SURROUNDINGS}
            if debug.is_file():
                made["debug"] = made_in(book, debug, "all threads")
            report.check("same bytes", book.name, differences(made))


def made_in(book, program, surroundings):
    """The bytes of both files, or what went wrong."""
    environment, here, moved = SURROUNDINGS[surroundings]
    place.PROGRAM, before = program, place.PROGRAM
    arguments = book.arguments
    try:
        with tempfile.TemporaryDirectory() as folder:
            if moved:
                copy = Path(folder) / "a place of its own" / Path(arguments[0]).name
                shutil.copytree(arguments[0], copy)
                book.arguments = [copy, *arguments[1:]]
            problem = build(book, out=Path(folder) / "out", env=environment, cwd=here)
            return problem or {path.name: path.read_bytes() for path in (book.pdf, book.epub)}
    finally:
        place.PROGRAM, book.arguments = before, arguments


def differences(made):
    """Which files are not those of the first way."""
    (first, expected), *others = made.items()
    if isinstance(expected, str):
        return f"{first}: {expected}"
    found = []
    for name, files in others:
        if isinstance(files, str):
            found.append(f"{name}: {files}")
            continue
        found += [f"{file} differs: {first} and {name}" for file in expected.keys() | files.keys() if expected.get(file) != files.get(file)]
    return "\n".join(found)


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


def built(name):
    """The program built in some way."""
    flags, release = BUILDS[name]
    target = ROOT / "target" / "same" / name
    # With a target named, build scripts and macros are not built with these flags: a static one could not be loaded.
    triple = subprocess.run(["rustc", "--print", "host-tuple"], capture_output=True, text=True, check=True).stdout.strip()
    command = ["cargo", "build", "--locked", "--quiet", "--target", triple, *(["--release"] if release else [])]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "RUSTFLAGS": flags, "CARGO_TARGET_DIR": str(target)})
    return target / triple / ("release" if release else "debug") / "handbook"


def main():
    report = Report()
    BOOKS.mkdir(parents=True, exist_ok=True)
    programs = {name: built(name) for name in BUILDS}
    for book in tried_books():
        made = {name: made_in(book, program, "all threads") for name, program in programs.items()}
        made |= {f"{name}, elsewhere": made_in(book, program, "elsewhere") for name, program in programs.items()}
        report.check("same bytes", book.name, differences(made))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
