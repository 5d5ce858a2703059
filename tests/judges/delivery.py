"""What runs in a CI and what is given out: the libraries against deny.toml, the action's steps, the packages."""
import re
import sys

import place
from place import ROOT, run


def check_libraries(report):
    """Licences, bans, sources and doubled versions, by cargo-deny."""
    with report.timed("cargo deny"):
        status, stdout, stderr = run(["bash", "scripts/deny.sh"])
        report.check("cargo deny", "licences, bans, sources, duplicates", status and stdout + stderr)


def take_over(report, group, script):
    """Runs a harness with the program under test and takes over its counts and what it says of failures."""
    with report.timed(group):
        status, stdout, stderr = run([sys.executable, ROOT / script, place.PROGRAM])
        counts = re.search(r"^(\d+) passed, (\d+) failed$", stdout, re.M)
        if status and counts:
            print(stdout[stdout.find("FAILED") :].split("\n\njudge")[0], flush=True)
        report.count(group, *map(int, counts.groups()) if counts else (0, 0))
        if not counts or bool(status) != bool(int(counts[2])):
            report.check(group, "runs to its end", stderr or stdout[-2000:] or f"status {status}")


def check_delivery(report):
    """Every step of the action and of the jobs for GitLab; every package, made, installed, tried and removed."""
    take_over(report, "ci steps", "tests/ci/run.py")
    take_over(report, "packages", "tests/package/run.py")
