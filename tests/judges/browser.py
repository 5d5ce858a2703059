"""What people see in a browser, in Chromium: `tests/preview/run.py` and `tests/serve/run.py`, and what stands around a service,
`tests/serve/around.py`. Each of their tests is a check."""
import place
from place import ROOT, TOOLS, run


def check_preview(report, _books):
    """Edit and see, error and recover, click to source, another reader, the e-book, the keyboard, axe-core, pages against the PDF's."""
    check("preview", report, "browser", "run.py")


def check_serve(report, _books):
    """The form and readers' pages in three languages on every screen, axe-core, the keyboard, the book that comes; the examples of
    docs/serving and docs/publishing.md, run."""
    check("serve", report, "browser", "run.py")
    check("serve", report, "giving", "around.py")


def check(group, report, tools, script):
    """A check for each line that a script prints, run in a venv of the tools, and one that it ran to its end."""
    with report.timed(group):
        status, output, stderr = run([TOOLS / tools / "bin" / "python", ROOT / "tests" / group / script, place.PROGRAM], timeout=300)
    lines = [line for line in output.splitlines() if line.startswith(("ok ", "FAIL "))]
    for line in lines:
        report.check(group, line[5:].split(" ")[0].rstrip(":"), line if line.startswith("FAIL") else None)
    ended = lines and (status == 0 or any(line.startswith("FAIL") for line in lines))
    for line in lines:
        if line.startswith("ok ") and line.endswith(")"):
            report.remark(f"{group}: {line[5:]}")
    report.check(group, f"all tests of {script} ran", None if ended else stderr or output or f"status {status}")
