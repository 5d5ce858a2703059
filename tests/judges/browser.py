"""What people see in a browser, in Chromium: `tests/preview/run.py` and `tests/serve/run.py`, each of whose tests is a check."""
import place
from place import ROOT, TOOLS, run


def check_preview(report, _books):
    """Edit and see, error and recover, click to source, another reader, the e-book, the keyboard, axe-core, pages against the PDF's."""
    check("preview", report)


def check_serve(report, _books):
    """The form and readers' pages in three languages on every screen, axe-core, the keyboard, the book that comes."""
    check("serve", report)


def check(group, report):
    """A check for each line that the runner prints, and one that it ran to its end."""
    with report.timed(group):
        status, output, stderr = run([TOOLS / "browser" / "bin" / "python", ROOT / "tests" / group / "run.py", place.PROGRAM], timeout=300)
    lines = [line for line in output.splitlines() if line.startswith(("ok ", "FAIL "))]
    for line in lines:
        report.check(group, line[5:].split(" ")[0].rstrip(":"), line if line.startswith("FAIL") else None)
    ended = lines and (status == 0 or any(line.startswith("FAIL") for line in lines))
    report.check(group, "all tests ran", None if ended else stderr or output or f"status {status}")
