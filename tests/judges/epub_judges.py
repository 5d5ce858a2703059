"""Judges of the EPUB: EPUBCheck, Ace, what stores reject although it is valid, and the page list beside the PDF's labels."""
import json
import re
import shutil
import unicodedata
import zipfile

from place import BOOKS, CONSTRUCTS, ROOT, TOOLS, VENV, run


def epubcheck(report, books):
    """EPUBCheck over all files in one process: no fatal error, error or warning."""
    with report.timed("EPUBCheck"):
        _, stdout, stderr = run([TOOLS / "bin" / "epubcheck-all", *(book.epub for book in books)], timeout=1800)
        verdicts, messages = {}, []
        for line in stdout.split("\n"):
            if line.startswith("  "):
                messages.append(line.strip())
            elif line.count("\t") == 3:
                file, *counts = line.split("\t")
                verdicts[file] = None if counts == ["0", "0", "0"] else "\n".join(messages)
                messages = []
        for book in books:
            report.check("EPUBCheck", book.name, verdicts.get(str(book.epub), f"no verdict\n{stderr[-1000:]}"))


def ace(report, books):
    """Ace, slow as it drives a browser: over the handbook and an assortment of small books."""
    constructs_exist(report, "Ace", ACE_CONSTRUCTS)
    chosen = [book for book in books if book.name in ("handbook-5", "handbook-all") or book.name in ACE_CONSTRUCTS]
    with report.timed("Ace"):
        for book in chosen:
            out = BOOKS / f"{book.name}.ace"
            shutil.rmtree(out, ignore_errors=True)
            status, stdout, stderr = run([TOOLS / "bin" / "ace", "--force", "--outdir", out, book.epub], timeout=600)
            result = out / "report.json"
            if not result.exists():
                report.check("Ace", book.name, f"exit status {status}\n{stdout[-800:]}{stderr[-800:]}")
                continue
            report.check("Ace", book.name, "\n".join(violations(json.loads(result.read_text()))))


ACE_CONSTRUCTS = [
    f"construct-{name}"
    for name in ("code-languages", "table-html", "list-tasks", "callout-note", "picture-kinds", "footnote-places", "html-blocks", "script-arabic", "mdbook")
]


AZW3 = ["handbook-5", "construct-code-languages", "construct-callout-note"]


def constructs_exist(report, group, names):
    """A list that names a construct which is gone would quietly judge less."""
    gone = [name for name in names if not list(CONSTRUCTS.glob(name.removeprefix("construct-") + "*"))]
    report.check(group, "its constructs exist", gone and str(gone))


def azw3(report, books):
    """Calibre's AZW3 of a few books: it comes to be, keeps the words, and has none of the colours that are for the dark."""
    constructs_exist(report, "AZW3", [name for name in AZW3 if name.startswith("construct-")])
    with report.timed("AZW3"):
        for book in books:
            if book.name in AZW3:
                report.check("AZW3", book.name, azw3_problem(book))


def azw3_problem(book):
    out = BOOKS / f"{book.name}.azw3.d"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for source, target in [(book.epub, out / "book.azw3"), (out / "book.azw3", out / "book.htmlz")]:
        status, stdout, stderr = run(["ebook-convert", source, target], timeout=600)
        if status != 0 or not target.exists():
            return f"exit status {status}\n{stdout[-500:]}{stderr[-500:]}"
    with zipfile.ZipFile(out / "book.htmlz") as made, zipfile.ZipFile(book.epub) as epub:
        style, page = made.read("style.css").decode(), made.read("index.html").decode()
        colour = re.compile(r"#[0-9a-f]{6}")
        dark = set(colour.findall(epub.read("OEBPS/dark.css").decode())) - set(colour.findall(epub.read("OEBPS/stylesheet.css").decode()))
        text = "".join(epub.read(name).decode() for name in epub.namelist() if name.endswith(".xhtml") and not name.endswith("nav.xhtml"))
    if not colour.search(style):
        return "no colour of the book is in it as it was written"
    found = sorted(dark & set(colour.findall(style)))
    if not dark or found:
        return f"colours for the dark: {found}"
    count = lambda markup: len(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<head.*?</head>|<style.*?</style>", " ", markup)).split())
    kept = count(page) / max(count(text), 1)
    return "" if kept > 0.98 else f"only {kept:.1%} of the words"


def violations(result):
    """Failed assertions of Ace's report, one a line."""
    for of_file in result.get("assertions", []):
        for assertion in of_file.get("assertions", []):
            test = assertion.get("earl:test", {})
            if assertion.get("earl:result", {}).get("earl:outcome") == "fail":
                description = " ".join(assertion["earl:result"].get("dct:description", "").split())
                yield f"{of_file.get('earl:testSubject', {}).get('url')}: {test.get('dct:title')} ({test.get('earl:impact')}): {description[:200]}"


def stores(report, books):
    """What stores and readers turn away although EPUBCheck accepts it."""
    with report.timed("stores"):
        for book in books:
            report.check("stores", book.name, "\n".join(store_problems(book.epub)))


def store_problems(epub):
    if epub.stat().st_size > 50_000_000:
        yield "over 50 MB"
    with zipfile.ZipFile(epub) as archive:
        first = archive.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
            yield "mimetype is not the first entry, stored and without extra field"
        for name in archive.namelist():
            if name.endswith((".xhtml", ".opf", ".css", ".svg", ".ncx")):
                for problem in text_problems(name, archive.read(name).decode("utf-8")):
                    yield f"{name}: {problem}"
            elif name.lower().endswith((".ttf", ".otf", ".woff", ".woff2")) and archive.getinfo(name).file_size > 2_000_000:
                yield f"{name}: a font of {archive.getinfo(name).file_size} bytes was not subset"


def text_problems(name, text):
    if name.endswith(".css") and re.search(r"var\(|(^|[{;\s])--[a-z]", text):
        yield "a CSS custom property"
    for comment in re.findall(r"<!--(.*?)-->", text, re.S) if not name.endswith(".css") else ():
        if "--" in comment:
            yield "two hyphens in a comment"
    if re.match(r"\s*(<\?xml[^>]*>\s*)?<!--", text):
        yield "a comment before the doctype"
    long = [i for i in re.findall(r'\bid="([^"]*)"', text) if len(i) > 40]
    if long:
        yield f"an id of {len(long[0])} characters: {long[0]}"
    if name.endswith(".xhtml"):
        for picture in re.findall(r"<img\b[^>]*>", text):
            if not re.search(r'\balt="[^"]+"', picture) and 'role="presentation"' not in picture:
                yield f"a picture without alternative text: {picture[:120]}"
        if 'src="http' in text:
            yield "something is fetched from outside"
    if name.endswith(".opf"):
        if "cover-image" not in text or not re.search(r'<meta[^>]*name="cover"', text):
            yield "the cover is not named in both ways"
        if "pageBreakSource" in text and "pageList" in text and "schema:accessibilitySummary" not in text:
            yield "no accessibility summary"


def page_list(report, books):
    """The EPUB's page list has the PDF's folios, in order, and each leads to a place that exists."""
    with report.timed("page list"):
        for book in books:
            report.check("page list", book.name, page_list_problem(book))


def page_list_problem(book):
    status, stdout, stderr = run([VENV / "python", ROOT / "tests" / "judges" / "pdfium_draw.py", "--labels", book.pdf])
    if status:
        return stderr
    labels = stdout.split("\n")[:-1]
    with zipfile.ZipFile(book.epub) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml")}
    nav = next((name for name, text in texts.items() if re.search(r'epub:type="[^"]*\btoc\b', text)), None)
    found = re.search(r'<nav\b[^>]*epub:type="page-list".*?</nav>', texts.get(nav, ""), re.S)
    if not found:
        return "no page list"
    entries = re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>([^<]*)</a>', found.group())
    # PDF has no labels in other digits than ours, and the pages themselves bear the language's.
    listed = ["".join(str(unicodedata.digit(c, c)) for c in label) for _, label in entries]
    rest = iter(labels)
    strangers = [label for label in listed if label not in rest]
    if strangers:
        return f"not the PDF's labels in their order: {strangers[:10]}; the PDF has {labels[:10]}…"
    for href, label in entries:
        file, _, fragment = href.partition("#")
        target = next((text for name, text in texts.items() if name.endswith("/" + file) or name == file), None)
        if target is None or f'id="{fragment}"' not in target:
            return f"page {label} leads to {href}, which is not there"
    return None
