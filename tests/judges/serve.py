"""Copies on request in Chromium: tests/serve/run.py, each of whose tests is a check."""
import place
from place import ROOT, run

RUNNER = ROOT / "tests" / "serve" / "run.py"
PYTHON = ROOT / "target" / "tools" / "browser" / "bin" / "python"


def check_serve(report, books):
    """The form and readers' pages in three languages on every screen, axe-core, the keyboard, the book that comes."""
    with report.timed("serve"):
        status, output, stderr = run([str(PYTHON), str(RUNNER), str(place.PROGRAM)], timeout=300)
    lines = [line for line in output.splitlines() if line.startswith(("ok ", "FAIL "))]
    for line in lines:
        report.check("serve", line[5:].split(" ")[0].rstrip(":"), line if line.startswith("FAIL") else "")
    report.check("serve", "all tests ran", "" if lines and (status == 0 or any(line.startswith("FAIL") for line in lines)) else stderr or output)
