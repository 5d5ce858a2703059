"""Kinds of growth: each makes a project of about so many units of one thing. `make bench PART=growth` asks how time grows with them,
`tests/hostile/hostile.py` what the largest cost."""
from pathlib import Path

WORDS = "plain words of a text that goes on and says nothing at all while it fills line after line".split()


def prose(count, start=0):
    """So many words."""
    return " ".join(WORDS[(start + n * 7) % len(WORDS)] for n in range(count))


def one_chapter(text):
    def write(folder):
        (Path(folder) / "a.md").write_text(f"# A\n\n{text}\n", encoding="utf-8")
        return folder

    return write


def chapters(n):
    def write(folder):
        for number in range(n):
            (Path(folder) / f"{number:05}.md").write_text(f"# Chapter {number}\n\n{prose(60, number)}\n", encoding="utf-8")
        return folder

    return write


def pictures(n):
    def write(folder):
        Path(folder, "p.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><rect width="80" height="50"/></svg>')
        return one_chapter("\n\n".join(f"![A picture, number {m}](p.svg)" for m in range(n)))(folder)

    return write


def drawing_text(n):
    def write(folder):
        words = "".join(f'<text x="1" y="{m % 900}">{prose(8, m)}</text>' for m in range(n))
        Path(folder, "p.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 900">{words}</svg>')
        return one_chapter("![Words](p.svg)")(folder)

    return write


def roster(n):
    """A roster that is checked and not pressed; the book is small."""

    def write(folder):
        one_chapter("Text for {{ reader.name }}.")(folder)
        Path(folder, "handbook.yaml").write_text("title: A\nlanguage: en\nchapters: [a.md]\n")
        Path(folder, "r.csv").write_text("name,note\n" + "".join(f"Reader {m},{prose(5, m)}\n" for m in range(n)))
        return ["bulk", Path(folder, "r.csv"), "--project", folder, "--dry-run"]

    return write


# name: (units that take some tenths of a second, what makes a project of n units)
KINDS = {
    "words of one paragraph": (20_000, lambda n: one_chapter(prose(n))),
    "letters of one word": (250_000, lambda n: one_chapter("abcdefghij" * (n // 10))),
    "paragraphs": (2_000, lambda n: one_chapter("\n\n".join(prose(20, m) for m in range(n)))),
    "headings": (2_000, lambda n: one_chapter("\n\n".join(f"## Section {m}\n\n{prose(4, m)}" for m in range(n)))),
    "items of one list": (4_000, lambda n: one_chapter("\n".join(f"- {prose(5, m)}" for m in range(n)))),
    "rows of one table": (1_500, lambda n: one_chapter("| a | b |\n|---|---|\n" + "\n".join(f"| {prose(2, m)} | {prose(3, m)} |" for m in range(n)))),
    "lines of code": (6_000, lambda n: one_chapter("```rust\n" + "\n".join(f"let x{m} = {m};" for m in range(n)) + "\n```")),
    "notes": (2_000, lambda n: one_chapter("\n\n".join(f"Text.[^{m}]\n\n[^{m}]: {prose(5, m)}" for m in range(n)))),
    "links": (4_000, lambda n: one_chapter(" ".join(f"[{prose(2, m)}](https://example.org/{m})" for m in range(n)))),
    "emphasis": (10_000, lambda n: one_chapter(" ".join(f"*{prose(1, m)}* **{prose(1, m)}**" for m in range(n)))),
    "quotations": (2_000, lambda n: one_chapter("\n\n".join(f"> {prose(12, m)}" for m in range(n)))),
    "formulas": (2_000, lambda n: one_chapter(" and ".join(f"$x_{{{m}}}^2$" for m in range(n)))),
    "index terms": (2_000, lambda n: one_chapter("\n\n".join(f"<!-- index: term {m} -->\n{prose(8, m)}" for m in range(n)))),
    "chapters": (250, chapters),
    "pictures": (1_000, pictures),
    "text in a drawing": (400, drawing_text),
    "rows of a roster": (20_000, roster),
}


def command(made):
    """The command line of what a kind made: a project to build, or a command of its own."""
    return [str(word) for word in made] if isinstance(made, list) else ["build", str(made)]
