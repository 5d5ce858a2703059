"""What runs in a CI and what may be given out: the action's steps, and the libraries against deny.toml."""
import re
import sys

import place
from place import ROOT, run


def check_libraries(report):
    """Licences, bans, sources and doubled versions, by cargo-deny."""
    with report.timed("cargo deny"):
        status, stdout, stderr = run(["bash", "scripts/deny.sh"])
        report.check("cargo deny", "licences, bans, sources, duplicates", status and stdout + stderr)


def check_steps(report):
    """The steps of the action, and what judges say of scripts and workflows. `make delivery` runs the rest of it, and the packages."""
    with report.timed("ci steps"):
        status, stdout, stderr = run([sys.executable, ROOT / "tests" / "ci" / "run.py", place.PROGRAM, "--only", "lint,good,failing,hostile,tag"])
        counts = re.search(r"^(\d+) passed, (\d+) failed$", stdout, re.M)
        if status and counts:
            print(stdout[stdout.find("FAILED") :].split("\n\njudge")[0], flush=True)
        report.count("ci steps", *map(int, counts.groups()) if counts else (0, 0))
        if not counts or bool(status) != bool(int(counts[2])):
            report.check("ci steps", "runs to its end", stderr or stdout[-2000:] or f"status {status}")
