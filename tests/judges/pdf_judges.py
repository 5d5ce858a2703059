"""Judges of the PDF: qpdf, pdffonts, veraPDF with both profiles, outloud, and three renderers."""
import json
import re
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from place import BOOKS, ROOT, TOOLS, VENV, run


def qpdf(report, books):
    """Syntax: `qpdf --check` says nothing bad."""
    with report.timed("qpdf"):
        for book in books:
            status, stdout, stderr = run(["qpdf", "--check", book.pdf])
            report.check("qpdf", book.name, status and (stdout + stderr))


def fonts(report, books):
    """All fonts embedded, subset, and with a way back to text."""
    with report.timed("fonts"):
        for book in books:
            status, stdout, stderr = run(["pdffonts", book.pdf])
            rows = [line for line in stdout.split("\n")[2:] if line.strip()]
            bad = [row for row in rows if not re.search(r"\byes yes yes\s+\d+\s+\d+\s*$", row)]
            if not rows:
                bad = ["no fonts at all"]
            report.check("fonts", book.name, "\n".join(bad) or (status and stderr))


def verapdf(report, books):
    """PDF/UA-1 and PDF/A-2a, each in one process for all files."""
    for profile in ("ua1", "2a"):
        group = f"veraPDF {profile}"
        with report.timed(group):
            by_file = {str(book.pdf): book for book in books}
            command = [TOOLS / "bin" / "verapdf", "-f", profile, "--format", "xml", "--maxfailuresdisplayed", "3", *by_file]
            _, stdout, stderr = run(command, timeout=1800)
            verdicts = verapdf_verdicts(stdout, stderr)
            for file, book in by_file.items():
                report.check(group, book.name, verdicts.get(file, f"no verdict\n{stderr[-1000:]}"))


def verapdf_verdicts(xml, stderr):
    """For each file, the rules it breaks, or None."""
    start = xml.find("<?xml")
    try:
        root = ElementTree.fromstring(xml[max(start, 0) :])
    except ElementTree.ParseError as error:
        raise RuntimeError(f"veraPDF's report cannot be read: {error}; {stderr[-500:]}") from error
    verdicts = {}
    for job in root.iter("job"):
        file = job.findtext("item/name")
        result = job.find("validationReport")
        if result is None:
            problem = "".join(job.itertext()).strip()[:1000] or "not validated"
        elif result.get("isCompliant") == "true":
            problem = None
        else:
            problem = "\n".join(map(broken_rule, result.iter("rule"))) or "not compliant"
        verdicts[file] = problem
    return verdicts


def broken_rule(rule):
    context = rule.findtext("check/context") or ""
    message = rule.findtext("check/errorMessage") or rule.findtext("description") or ""
    return f"clause {rule.get('clause')} test {rule.get('testNumber')}, {rule.get('failedChecks')} times: {' '.join(message.split())[:140]} at {context[-120:]}"


# What the author of a book left out on purpose must be found, and nothing else: a table without a head row has no
# header cells, whoever writes it. The program warns of it.
EXPECTED = {"construct-table-headless": ["TBL-001"]}
# Head rows that are repeated on a further page are furniture there, having been read once: outloud takes long ones for prose.
# Whether a table is parted there depends on every line before it, so these may be found in real books, and nowhere else.
REPEATED_HEADS = {"corpus-mdbook": 2, "handbook-plain": 1}


def outloud(report, books):
    """Semantics that a validator cannot see."""

    def judge(book):
        result = BOOKS / f"{book.name}.outloud.json"
        status, stdout, stderr = run([VENV / "outloud", "--quiet", "--json", result, book.pdf])
        if status and result.exists():
            return findings(json.loads(result.read_text())) or stdout + stderr
        return status and stdout + stderr

    with report.timed("outloud"):
        for book in books:
            said = judge(book) or ""
            rules = sorted(re.findall(r"^([A-Z]+-[0-9]+):", said, flags=re.M))
            if book.name in EXPECTED:
                said = "" if rules == EXPECTED[book.name] else f"expected {EXPECTED[book.name]}, found {rules}\n{said}"
            elif rules and set(rules) == {"TAG-002"} and len(rules) <= REPEATED_HEADS.get(book.name, 0):
                said = ""
            report.check("outloud", book.name, said)


def findings(result):
    """The errors in outloud's report, one a line."""
    found = []

    def walk(value):
        if isinstance(value, dict):
            if value.get("severity") == "error":
                found.append(f"{value.get('rule') or value.get('rule_id') or value.get('id')}: {value.get('message', '')} (page {value.get('page')})")
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(result)
    return "\n".join(found)


# Debian's MuPDF is built without colour management and says so for every file with a profile.
NO_COLOUR_MANAGEMENT = "warning: ICC support is not available"


def renderers(report, books):
    """Poppler, MuPDF and PDFium draw every page without a message."""
    commands = {
        "Poppler": lambda pdf: ["pdftoppm", "-r", "40", pdf, "/dev/null"],
        "MuPDF": lambda pdf: ["mutool", "draw", "-q", "-r", "40", "-F", "pgm", "-o", "/dev/null", pdf],
        "PDFium": lambda pdf: [VENV / "python", ROOT / "tests" / "judges" / "pdfium_draw.py", pdf],
    }
    with report.timed("render"), ThreadPoolExecutor(2) as pool:
        for name, command in commands.items():
            drawn = [book for book in books if book.kind != "corpus"]
            for book, (status, _, stderr) in zip(drawn, pool.map(lambda book, c=command: run(c(book.pdf)), drawn)):
                said = [line for line in stderr.split("\n") if line and line != NO_COLOUR_MANAGEMENT]
                report.check("render", f"{name}: {book.name}", "\n".join(said) or (status and f"exit status {status}"))
