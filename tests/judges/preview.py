"""The preview in Chromium: tests/preview/run.py, each of whose tests is a check."""
import place
from place import ROOT, run

RUNNER = ROOT / "tests" / "preview" / "run.py"
PYTHON = ROOT / "target" / "tools" / "browser" / "bin" / "python"


def check_preview(report, books):
    """Edit and see, error and recover, click to source, another reader, the e-book, the keyboard, axe-core, pages against the PDF's."""
    with report.timed("preview"):
        status, output, stderr = run([str(PYTHON), str(RUNNER), str(place.PROGRAM)], timeout=300)
    lines = [line for line in output.splitlines() if line.startswith(("ok ", "FAIL "))]
    for line in lines:
        report.check("preview", line[5:].split(" ")[0].rstrip(":"), line if line.startswith("FAIL") else "")
    report.check("preview", "all tests ran", "" if lines and (status == 0 or any(line.startswith("FAIL") for line in lines)) else stderr or output)
