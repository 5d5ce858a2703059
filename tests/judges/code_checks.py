"""Formatting, lints and the Rust tests."""
import re
import sys

from place import ROOT, run


def check_code(report):
    """cargo fmt, clippy and test; the tests are counted one by one."""
    with report.timed("cargo fmt"):
        status, stdout, stderr = run(["cargo", "fmt", "--check"])
        report.check("cargo fmt", "formatting", status and (stdout + stderr))
    with report.timed("cargo clippy"):
        status, _, stderr = run(["cargo", "clippy", "--locked", "--all-features", "--all-targets", "--quiet", "--", "-D", "warnings"], timeout=1800)
        report.check("cargo clippy", "lints", status and stderr)
    with report.timed("cargo test"):
        log = ROOT / "target" / "cargo-test.log"
        status, stdout, stderr = run(["cargo", "test", "--locked", "--all-features", "--no-fail-fast"], timeout=2700, log=log)
        counts = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", stdout, re.M)
        passed, failed = (sum(int(pair[i]) for pair in counts) for i in (0, 1))
        report.count("cargo test", passed, failed)
        if status:
            shown = re.split(r"^failures:$", stdout, maxsplit=1, flags=re.M)
            print("\n".join((shown[1] if len(shown) > 1 else stderr).strip().split("\n")[:200]), file=sys.stdout)
        if status and not failed:
            report.check("cargo test", "runs to its end", stderr[-2000:] or "cargo test failed")


def build_release(report):
    """The binary that makes the judged books."""
    with report.timed("release build"):
        status, _, stderr = run(["cargo", "build", "--release", "--locked", "--all-features", "--quiet"], timeout=2700)
        report.check("release build", "cargo build --release", status and stderr)
    return status == 0
