"""Words in, words out: is the manuscript in the book, whole and in order?

pandoc, which shares no code with the program's parser, says what the manuscript's words are, block by block. A run of
four words of a block that is nowhere in the book is missing; its share must be under one in a thousand. The order is that
of the runs that occur once in both: the longest ascending row of their places must be nearly all of them.
"""
import bisect
import html
import json
import re
import unicodedata
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from place import ROOT, VENV, corpus, run

ENOUGH = 0.999
RUN = 4
# Runs of so many words are not found in another chapter by chance.
ROW = 8
# Nor do these come back in the contents or the milestones.
TWICE = 12


def check_words(report, books):
    with report.timed("words"):
        folder = corpus()
        sources = {f"corpus-{name}": folder / "rust-book" / name for name in ("small", "whole")} if folder else {}
        for book in books:
            if book.name in sources:
                blocks = [block for file in sorted(sources[book.name].rglob("*.md")) for block in manuscript(file)]
                known = Known(blocks)
                report.check("words", f"PDF: {book.name}", compare(blocks, pdf_words(book.pdf, known)))
                report.check("words", f"EPUB: {book.name}", compare(blocks, epub_words(book.epub)))
                if book.name == "corpus-small":  # pdfinfo's time grows with the square of the pages
                    report.check("words", f"PDF's structure: {book.name}", compare(blocks, structure_words(book.pdf)))
    check_handbooks(report, books)


def check_handbooks(report, books):
    """The structure of the handbook for each stage has the manuscript's order, and nothing of it twice."""
    with report.timed("words"), ThreadPoolExecutor(2) as pool:
        files = handbook_chapters()
        text = [block for file in files for block in manuscript(file, notes=False)]
        whole = [block for file in files for block in manuscript(file)]
        tried = [book for book in books if re.fullmatch(r"handbook-\d", book.name)]
        for book, words in zip(tried, pool.map(lambda book: structure_words(book.pdf), tried)):
            report.check("words", f"PDF's structure: {book.name}", out_of_order(text, whole, words))


def handbook_chapters():
    """The handbook's files in the order of the book, as the manifest names them."""
    parts = re.split(r"^(\w+):", (ROOT / "handbook" / "handbook.yaml").read_text(encoding="utf-8"), flags=re.M)
    named = dict(zip(parts[1::2], parts[2::2]))
    return [ROOT / "handbook" / file for key in ("front", "stages", "paths", "guides", "back") for file in re.findall(r"[\w/.-]+\.md", named.get(key, ""))]


def out_of_order(text, whole, words):
    """What stands in the wrong order (the text without its notes) or more often than it was written (the whole with them).
    Chapters and passages that this reader does not get are not missed here."""
    ordered = order([run for block in text for run in zip(*(block[i:] for i in range(ROW)))], words, ROW)
    long = Counter(run for block in whole for run in zip(*(block[i:] for i in range(TWICE))))
    found = Counter(zip(*(words[i:] for i in range(TWICE))))
    twice = [" ".join(run) for run, count in long.items() if found[run] > count]
    problems = [] if ordered >= 0.999 else [f"{100 * ordered:.3f} % of the runs of {ROW} words stand in order"]
    if not any(found[run] for run in long):
        problems.append("nothing of the manuscript is there")
    return "\n".join(problems + [f"read twice: {run}" for run in twice[:10]])


def normal(text):
    """Words: compatibility forms, lower case, letters and digits only; apostrophes and soft hyphens vanish."""
    text = unicodedata.normalize("NFKC", text).lower()
    return re.findall(r"[^\W_]+", re.sub(r"['’\u00ad]", "", text))


def manuscript(file, notes=True):
    """A file's blocks as lists of words, after pandoc's reading of it; notes, which stand at the end, may be left out."""
    pandoc = next(VENV.parent.glob("lib/python*/site-packages/pypandoc/files/pandoc"))
    text = re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8"), flags=re.S)
    source = VENV.parent.parent / "words.md"
    source.write_text(text, encoding="utf-8")
    status, stdout, stderr = run([pandoc, "--from", "gfm+footnotes-tex_math_dollars", "--to", "json", source])
    if status:
        raise RuntimeError(stderr)
    return [words for words in (normal(block) for block in blocks_of(json.loads(stdout)["blocks"], notes)) if words]


def blocks_of(blocks, with_notes=True):
    """The text of each leaf block of pandoc's tree; a table's cells and a note are blocks of their own."""
    leaves, notes = [], []

    def inline(node):
        kind, content = node["t"], node.get("c")
        if kind in ("Str",):
            return content
        if kind in ("Space", "SoftBreak", "LineBreak"):
            return " "
        if kind in ("Code", "Math"):
            return content[-1]
        if kind == "RawInline":
            return ""
        if kind == "Note":
            notes.append(content)
            return " "
        if kind in ("Link", "Span", "Quoted", "Cite"):
            return "".join(map(inline, content[1]))
        if kind == "Image":
            return ""
        return "".join(map(inline, content))

    def walk(node):
        if isinstance(node, list):
            for inner in node:
                walk(inner)
        elif isinstance(node, dict) and "t" in node:
            kind, content = node["t"], node.get("c")
            if kind in ("Para", "Plain"):
                leaves.append("".join(map(inline, content)))
            elif kind == "Header":
                leaves.append("".join(map(inline, content[2])))
            elif kind == "CodeBlock":
                leaves.extend(content[1].split("\n"))
            elif kind == "DefinitionList":
                for term, details in content:
                    leaves.append("".join(map(inline, term)))
                    walk(details)
            elif kind != "RawBlock":
                walk(content)

    walk(blocks)
    while notes and with_notes:
        walk(notes.pop(0))
    return leaves


class Known:
    """The manuscript's words, and its pairs of neighbours: a hyphen at a line's end may be the word's own or the setter's."""

    def __init__(self, blocks):
        self.words = {word for block in blocks for word in block}
        self.pairs = {a + b: (a, b) for block in blocks for a, b in zip(block, block[1:])}

    def whole(self, text):
        """Words of a text as read off lines: divided ones joined, and those that the reader joined too much parted again."""

        def join(match):
            left, right = match.groups()
            one = normal(left + right)
            return left + right if len(one) == 1 and one[0] in self.words else f"{left}-{right}"

        text = re.sub(r"([^\W_]+)[-\u2010\u00ad]\n([^\W_]+)", join, text)
        return [part for word in normal(text) for part in ((word,) if word in self.words else self.pairs.get(word, (word,)))]


def pdf_words(pdf, known):
    """Words as Poppler reads them off the page; it joins at hyphens by itself. Only the text area: running heads and folios
    stand outside it and would part the text of one page from that of the next."""
    theme = (ROOT / "themes" / "classic.yaml").read_text()
    head = float(re.search(r"head: ([\d.]+)mm", theme).group(1)) * 72 / 25.4
    height = int(re.search(r"lines: (\d+)", theme).group(1)) * 14
    area = ["-x", 0, "-W", 1000, "-y", round(head) - 2, "-H", height + 8]
    _, raw, _ = run(["pdftotext", "-nopgbrk", "-enc", "UTF-8", *area, pdf, "-"])
    return known.whole(raw)


def structure_words(pdf):
    """Words as the structure tree tells them: what a screen reader reads. Nothing is joined or parted here: hyphens of the
    setter's and spaces at line ends must be right in the file."""
    _, raw, _ = run(["pdfinfo", "-struct-text", pdf])
    return normal("\n".join(re.findall(r'^ *"(.*)"$', raw, re.M)))


def epub_words(epub):
    """Words of all chapters in the order of the archive, which is that of the spine."""
    with zipfile.ZipFile(epub) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml") and not re.search(r"nav|toc", name)]
    plain = []
    for text in texts:
        text = re.sub(r"<(head|style|script)\b.*?</\1>", " ", text, flags=re.S)
        text = re.sub(r"</?(p|div|li|ol|ul|h\d|td|th|tr|pre|br|figcaption|dt|dd|section|aside|blockquote|span class=\"line\")\b[^>]*>", " ", text)
        plain.append(html.unescape(re.sub(r"<[^>]+>", "", text)))
    return normal("\n".join(plain))


def compare(blocks, words):
    """What is missing or out of order, or None."""
    present = set(zip(*(words[i:] for i in range(RUN))))
    wanted = [run for block in blocks for run in zip(*(block[i:] for i in range(RUN)))]
    missing = [" ".join(run) for run in wanted if run not in present]
    share = 1 - len(missing) / max(len(wanted), 1)
    ordered = order(wanted, words)
    if share >= ENOUGH and ordered >= 0.98:
        return None
    return f"{100 * share:.3f} % of {len(wanted)} runs of four words are there, {100 * ordered:.2f} % in order; missing:\n" + "\n".join(missing[:: max(1, len(missing) // 10)])


def order(wanted, words, length=RUN):
    """Share of the runs that occur once in both that stand in ascending order."""
    once = {run for run, count in Counter(wanted).items() if count == 1}
    found = list(zip(*(words[i:] for i in range(length))))
    place = {run: index for index, run in enumerate(found)}
    single = {run for run, count in Counter(found).items() if count == 1}
    places = [place[run] for run in wanted if run in once and run in single]
    tails = []
    for value in places:
        at = bisect.bisect_left(tails, value)
        tails[at : at + 1] = [value]
    return len(tails) / max(len(places), 1)
