"""Inputs that somebody made to break the program: rows of a review, each the smallest of its kind, and what held from the start.

A case is a function that fills a folder and returns a `Case`.
"""
import json
import os
import re
import struct
import subprocess
import zlib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = []


@dataclass
class Case:
    """A command line and what must come of it."""

    words: list
    # Exit status.
    status: int = 0
    # What standard error must say.
    says: list = field(default_factory=list)
    # Words that must be in the PDF's text, blanks aside.
    has: list = field(default_factory=list)
    # A file that must not be there afterwards.
    without: str = ""
    # Seconds of CPU and MiB of memory that its kind may take.
    seconds: float = 4
    memory: float = 700


def case(make):
    CASES.append((make.__name__.replace("_", " "), make))
    return make


def book(folder, text, **files):
    """A folder with one chapter and other files; what builds it."""
    (folder / "a.md").write_text(text, encoding="utf-8") if isinstance(text, str) else (folder / "a.md").write_bytes(text)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content, encoding="utf-8")
    return ["build", str(folder)]


def project(folder, manifest, text="# A\n\nText.\n", **files):
    return book(folder, text, handbook__yaml=manifest, **files)


def png(width=4, height=4):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# Loss, wrong pages, invalid files.


@case
def an_open_quotation_in_a_roster(folder):
    project(folder, "title: A\nlanguage: en\nchapters: [a.md]\n")
    (folder / "r.csv").write_text('name,note\nAda,"open\nBob,x\nCy,y\n')
    return Case(["bulk", folder / "r.csv", "--project", folder], status=1, says=["r.csv:2"], without="out")


@case
def a_quote_inside_a_cell(folder):
    project(folder, "title: A\nlanguage: en\nchapters: [a.md]\n")
    (folder / "r.csv").write_text('name,note\nAda,"c"d\n')
    return Case(["bulk", folder / "r.csv", "--project", folder], status=1, says=["r.csv:2"], without="out")


@case
def words_of_many_runs(folder):
    runs = ",".join(f"`alpha{n}`" for n in range(60))
    keys = "+".join(f"<kbd>Key{n}</kbd>" for n in range(14))
    calls = "".join(f"[^{n}]" for n in range(100))
    notes = "".join(f"[^{n}]: Note{n}end.\n" for n in range(100))
    letters = "a" * 40 + "**" + "b" * 40 + "**"
    text = f"# A\n\n{runs}\n\n{keys}\n\n{letters}\n\nText{calls}\n\n{notes}"
    return Case(book(folder, text), has=["alpha59", "Key13", "a" * 40 + "b" * 40, "Note99end"])


@case
def braces_in_headings(folder):
    return Case(book(folder, '# A\n\n## Json {"a": 1}\n\nText.\n\n## {all}\n\nText.\n'), has=["Json{", "1}", "{all}"])


@case
def a_comment_that_never_ends(folder):
    return Case(book(folder, "# A\n\nText.\n\n<!-- note to self\n\nMore.\n"), says=["a.md:5"])


@case
def long_names_of_the_book(folder):
    many = " ".join(f"word{n}" for n in range(250))
    authors = ", ".join(f"Author{n}" for n in range(19))
    manifest = f"title: {many}\nsubtitle: {many}\nedition: {many}\nauthors: [{authors}]\nlanguage: en\nchapters: [a.md]\n"
    text = f"---\nsummary: {many}\n---\n# A\n\n## {many} {many}\n\nText.\n"
    return Case(project(folder, manifest, text), has=["word249", "Author18"])


@case
def lists_of_definitions_without_their_parts(folder):
    text = "# A\n\n<dl><div><dt>one</dt><dd>two</dd></div></dl>\n\n<dl><dd>three</dd></dl>\n\n<dl><dt>four\n\nText\n\n<dt>five</dt>\n"
    return Case(book(folder, text), has=["one", "two", "three", "four", "five"])


@case
def languages_that_are_none(folder):
    return Case(book(folder, '# A\n\nA <span lang="de_DE">Wort</span> and <span lang="123">word</span>.\n'), says=["de_DE", "123"], has=["Wort"])


@case
def a_picture_cut_short(folder):
    whole = png(64, 64)
    return Case(book(folder, "# A\n\n![Alt](p.png)\n", p__png=whole[: len(whole) - 30]), says=["p.png"])


@case
def a_link_to_a_chapter(folder):
    book(folder, "# A\n\nText.\n")
    (folder / "kept").mkdir()
    (folder / "kept" / "b.md").write_text("# B\n\nLinkedtext.\n")
    os.symlink("kept/b.md", folder / "c.md")
    return Case(["build", folder], has=["Linkedtext"])


@case
def folders_seventeen_deep(folder):
    deep = folder.joinpath(*["d"] * 17)
    deep.mkdir(parents=True)
    (deep / "x.md").write_text("# X\n\nDeeptext.\n")
    return Case(book(folder, "# A\n"), has=["Deeptext"])


@case
def utf_16_without_a_mark(folder):
    return Case(book(folder, "# A chapter of some words\n".encode("utf-16-le")), status=1, says=["UTF-16"])


@case
def a_nul_in_the_text(folder):
    return Case(book(folder, b"# A\n\nText\0more.\n"), status=1, says=["a.md:3"])


@case
def a_drawing_in_a_script_without_a_font(folder):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><text x="5" y="30">\U00012000</text></svg>'
    words = [*book(folder, "# A\n\n![Alt](p.svg)\n", p__svg=svg), "--no-system-fonts"]
    return Case(words, says=["U+12000"])


@case
def a_row_of_more_cells_than_the_head(folder):
    return Case(book(folder, "# A\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n"), says=["a.md:5"])


@case
def a_title_in_the_front_matter(folder):
    manifest = "title: A\nlanguage: en\nchapters: [a.md]\n"
    return Case(project(folder, manifest, "---\ntitle: Wanted\n---\n# Heading\n\nText.\n"), has=["Wanted"])


# Crashes, hangs, memory.


@case
def a_font_without_a_table(folder):
    font = bytearray((ROOT / "fonts" / "SourceSans3-Regular.ttf").read_bytes() if (ROOT / "fonts" / "SourceSans3-Regular.ttf").exists() else next((ROOT / "fonts").rglob("*.ttf")).read_bytes())
    at = font.find(b"maxp")
    font[at : at + 4] = b"mbxp"
    (folder / "fonts").mkdir()
    (folder / "fonts" / "broken.ttf").write_bytes(bytes(font))
    return Case(book(folder, "# A\n\nText.\n"), says=["broken.ttf"])


def drawing(folder, inner):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 60">{inner}</svg>'
    return Case(book(folder, "# A\n\n![Alternative](p.svg)\n", p__svg=svg), says=["p.svg"], seconds=2, memory=512)


@case
def masks_within_masks(folder):
    masks = "".join(
        f'<mask id="m{n}"><rect width="9" height="9" mask="url(#m{n + 1})"/><rect width="9" height="9" mask="url(#m{n + 1})"/></mask>' for n in range(24)
    )
    return drawing(folder, masks + '<mask id="m24"><rect width="9" height="9"/></mask><rect width="90" height="60" mask="url(#m0)"/>')


@case
def patterns_within_patterns(folder):
    rects = lambda n: "".join(f'<rect width="9" height="9" fill="url(#p{n + 1})"/>' for _ in range(10))
    patterns = "".join(f'<pattern id="p{n}" width="9" height="9" patternUnits="userSpaceOnUse">{rects(n)}</pattern>' for n in range(8))
    return drawing(folder, patterns + '<rect width="90" height="60" fill="url(#p0)"/>')


@case
def clip_paths_within_clip_paths(folder):
    rects = lambda n: "".join(f'<rect width="9" height="9" clip-path="url(#c{n + 1})"/>' for _ in range(10))
    clips = "".join(f'<clipPath id="c{n}">{rects(n)}</clipPath>' for n in range(8))
    return drawing(folder, clips + '<clipPath id="c8"><rect width="9" height="9"/></clipPath><rect width="90" height="60" clip-path="url(#c0)"/>')


@case
def markers_without_end(folder):
    path = lambda n: f'<path d="{"M0 0L1 1" * 20}" marker-start="url(#k{n})" marker-mid="url(#k{n})" marker-end="url(#k{n})"/>'
    markers = "".join(f'<marker id="k{n}" markerWidth="3" markerHeight="3">{path(n + 1)}</marker>' for n in range(6))
    return drawing(folder, markers + '<marker id="k6"><rect width="1" height="1"/></marker>' + path(0))


@case
def uses_of_uses(folder):
    used = lambda n: f'<use href="#g{n}"/>' * 10
    groups = "".join(f'<g id="g{n}">{used(n + 1)}</g>' for n in range(9))
    return drawing(folder, f'<defs>{groups}<rect id="g9" width="1" height="1"/></defs><use href="#g0"/>')


@case
def twenty_thousand_words_in_a_drawing(folder):
    words = " ".join(f"word{n}" for n in range(20_000))
    return drawing(folder, f'<text x="1" y="9">{words}</text>')


@case
def a_word_of_a_hundred_thousand_letters(folder):
    return Case(book(folder, "# A\n\n" + "abcdefghij" * 10_000 + "\n"), seconds=2, memory=512)


@case
def two_hundred_thousand_underscores(folder):
    return Case(book(folder, "# A\n\n" + "_" * 200_000 + "\n"))


@case
def an_address_of_a_hundred_thousand_letters(folder):
    return Case(book(folder, "# A\n\n<https://example.org/" + "a" * 100_000 + ">\n"), says=["KB"])


@case
def fifty_thousand_letters_in_a_cell(folder):
    return Case(book(folder, "# A\n\n| a | b |\n|---|---|\n| x | " + "a" * 50_000 + " |\n"))


@case
def twenty_thousand_open_pictures(folder):
    return Case(book(folder, "# A\n\n" + "![[]()" * 20_000 + "\n"))


@case
def a_note_from_a_device(folder):
    return Case([*project(folder, "title: A\nlanguage: en\nchapters: [a.md]\n"), "--reader", "Ada", "--note", "@/dev/zero"], status=2, says=["/dev/zero"])


@case
def a_theme_from_a_device(folder):
    return Case([*book(folder, "# A\n"), "--theme", "/dev/zero"], status=2, says=["/dev/zero"])


@case
def a_pipe_that_never_speaks(folder):
    os.mkfifo(folder / "pipe")
    return Case(["verify", folder / "pipe"], status=1, says=["pipe"])


@case
def three_gigabytes_to_verify(folder):
    with open(folder / "big.pdf", "wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(3 << 30)
    return Case(["verify", folder / "big.pdf"], status=1, says=["big.pdf"])


@case
def three_gigabytes_of_font(folder):
    (folder / "fonts").mkdir()
    with open(folder / "fonts" / "big.ttf", "wb") as file:
        file.truncate(3 << 30)
    return Case(book(folder, "# A\n"), says=["big.ttf"])


@case
def five_hundred_notes_that_call_the_next(folder):
    notes = "".join(f"[^{n}]: Note{n}end calls.[^{n + 1}]\n\n" for n in range(497)) + "[^497]: The last.\n"
    return Case(book(folder, f"# A\n\nText.[^0]\n\n{notes}"), has=["Note496end"])


# Two hundred kilobytes of one thing, and a megabyte.

SMALL_UNITS = {
    "headings of one letter": "## a\n\n",
    "items of one letter": "- a\n",
    "paragraphs of one letter": "a\n\n",
    "quotations of one letter": "> a\n\n",
    "rules": "---\n\n",
    "emphases": "*a* ",
    "spans of code": "`a` ",
    "links": "[a](b) ",
    "pictures that are missing": "![a](b.png) ",
    "brackets": "[[[[",
    "brackets that nobody opened": "] ",
    "stars": "*a **a ",
    "backticks": "`` ` ",
    "less than": "<a <b ",
    "entities": "&amp;",
    "open comments": "<!-- ",
    "tables": "a|b\n-|-\nc|d\n\n",
    "open tags": "<div>\n\n",
    "closing tags": "</div>\n\n",
    "note calls": "[^a] ",
    "ends of lines": "a  \n",
    "dollars": "$a$ ",
    "fences": "```\na\n```\n\n",
    "definitions": "a\n: b\n\n",
    "callouts": "> [!NOTE]\n> a\n\n",
    "wiki links": "[[a]] ",
    "containers": "::: note\na\n:::\n\n",
}


def repeated(unit, size, seconds, memory):
    def make(folder):
        return Case(book(folder, "# A\n\n" + unit * (size // len(unit)) + "\n"), seconds=seconds, memory=memory)

    return make


for title, unit in SMALL_UNITS.items():
    CASES.append((f"200 KB of {title}", repeated(unit, 200_000, 4, 700)))
for title in ("headings of one letter", "items of one letter", "paragraphs of one letter", "tables", "links"):
    CASES.append((f"1 MB of {title}", repeated(SMALL_UNITS[title], 1_000_000, 16, 2048)))


@case
def more_pieces_than_any_book_has(folder):
    return Case(book(folder, "# A\n\n" + "- a\n" * 1_010_000), status=1, says=["2 million paragraphs"], seconds=8, memory=1500)


@case
def more_text_than_any_book_has(folder):
    return Case(book(folder, "# A\n\n" + (("word " * 200).strip() + "\n\n") * 34_000), status=1, says=["32 MB of text"], seconds=4, memory=700)


# What held, and must.

DEEP = {
    "quotations": ("> ", ""),
    "lists": ("- ", ""),
    "emphasis": ("*a ", ""),
    "strong": ("**a ", ""),
    "links": ("[", ""),
    "pictures": ("![", ""),
    "elements": ("<div>", ""),
    "spans": ("<span>", ""),
    "details": ("<details>\n\n", ""),
    "list elements": ("<ul><li>", ""),
    "table elements": ("<table><tr><td>", ""),
    "brackets": ("[a](", ""),
    "parentheses": ("(", ")"),
    "superscripts": ("<sup>", ""),
}


def nested(opening, closing):
    def make(folder):
        return Case(book(folder, "# A\n\n" + opening * 100_000 + "x" + closing * 100_000 + "\n"), seconds=16, memory=2048)

    return make


for title, (opening, closing) in DEEP.items():
    CASES.append((f"{title} 100,000 deep", nested(opening, closing)))


@case
def entities_of_xml_that_grow(folder):
    entities = "".join(f'<!ENTITY e{n} "' + f"&e{n - 1};" * 10 + '">' for n in range(1, 12))
    svg = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{entities}]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&e11;</text></svg>'
    return Case(book(folder, "# A\n\n![Alternative](p.svg)\n", p__svg=svg), says=["p.svg"])


@case
def entities_of_xml_from_outside(folder):
    svg = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&x;</text></svg>'
    return Case(book(folder, "# A\n\n![Alternative](p.svg)\n", p__svg=svg))


@case
def yaml_that_grows(folder):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return Case(project(folder, f"title: A\nlanguage: en\n{bomb}chapters: [a.md]\n"), status=1)


@case
def a_path_that_leads_out(folder):
    return Case(book(folder, "# A\n\n![Alternative](../../../../../../etc/passwd)\n"), says=["passwd"])


@case
def three_thousand_chapters(folder):
    for number in range(3000):
        (folder / f"{number:04}.md").write_text(f"# Chapter {number}\n\nText{number}end.\n")
    return Case(["build", folder], has=["Text2999end"], seconds=16, memory=2048)


@case
def twenty_thousand_notes(folder):
    text = "".join(f"Text.[^{n}]\n\n[^{n}]: N.\n\n" for n in range(20_000))
    return Case(book(folder, f"# A\n\n{text}"), seconds=16, memory=2048)


@case
def a_table_of_twenty_thousand_rows(folder):
    return Case(book(folder, "# A\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20_000 + "\nEndofall.\n"), has=["Endofall"], seconds=16, memory=2048)


@case
def a_table_of_two_thousand_columns(folder):
    row = lambda cell: "|" + "|".join([cell] * 2000) + "|\n"
    return Case(book(folder, "# A\n\n" + row("a") + row("-") + row("b")), seconds=16, memory=2048)


@case
def a_hundred_thousand_readers(folder):
    project(folder, "title: A\nlanguage: en\nchapters: [a.md]\n")
    (folder / "r.csv").write_text("name\n" + "".join(f"Reader {n}\n" for n in range(100_000)))
    return Case(["bulk", folder / "r.csv", "--project", folder, "--dry-run"], seconds=16)


@case
def a_disk_that_is_full(folder):
    words = book(folder, "# A\n\nText.\n")
    # A file may have eight blocks: what stands for a disk without room, in the same calls. What is written to standard error fits.
    limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""
    return Case(["sh", "-c", limited, "PROGRAM", *words, "--out", folder / "made"], status=1, without="made/*")


def copy_of(folder):
    """A finished book, PDF and EPUB."""
    program = os.environ["HANDBOOK"]
    subprocess.run([program, "build", *book(folder, "# A\n\nText.\n")[1:], "--out", folder / "made", "--quiet"], check=True, capture_output=True)
    return sorted((folder / "made").glob("*"))


@case
def copies_with_bits_flipped(folder):
    for path in copy_of(folder):
        whole = path.read_bytes()
        for n in range(0, len(whole), max(1, len(whole) // 60)):
            changed = bytearray(whole)
            changed[n] ^= 1 << (n % 8)
            (folder / f"flip-{path.suffix[1:]}-{n}{path.suffix}").write_bytes(bytes(changed))
    return Case(["verify", *sorted(folder.glob("flip-*"))], status=1, seconds=16)


@case
def a_pdf_of_many_objects_and_ends(folder):
    """Fifty thousand objects in one stream, which nobody needs, and as many ends that lead to the table."""
    path = next(path for path in copy_of(folder) if path.suffix == ".pdf")
    whole, count = path.read_bytes(), 50_000
    ends = " ".join(re.search(rb"/%b \d+ 0 R" % name, whole)[0].decode() for name in (b"Root", b"Info"))
    before = whole.rsplit(b"startxref", 1)[1].split()[0].decode()
    head = "".join(f"{200_000 + n} {2 * n} " for n in range(count)).encode()
    objects = head + b"1 " * count
    at = len(whole)
    whole += b"100000 0 obj<</Type/ObjStm/N %d/First %d/Length %d>>stream\n%b\nendstream endobj\n" % (count, len(head), len(objects), objects)
    table = len(whole)
    rows = b"".join(struct.pack(">BII", 1, place, 0) for place in (at, table)) + b"".join(struct.pack(">BII", 2, 100_000, n) for n in range(count))
    entries = f"/Type/XRef/W[1 4 4]/Index[100000 2 200000 {count}]/Size 250001{ends}/Prev {before}/Length {len(rows)}"
    whole += b"100001 0 obj<<%b>>stream\n%b\nendstream endobj\n" % (entries.encode(), rows) + b"startxref\n%d\n%%%%EOF\n" % table * count
    (folder / "many.pdf").write_bytes(whole)
    return Case(["verify", folder / "many.pdf"])


@case
def a_manifest_of_mistakes_in_json(folder):
    return Case([*project(folder, json.dumps({"title": 1, "chapters": {"a": []}, "x" * 5000: None})), "--strict"], status=1, says=["handbook.yaml"])
