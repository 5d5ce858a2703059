"""Formatting, lints and the Rust tests, and the program that is judged."""
import re
import shutil
import sys

from place import PROGRAM, ROOT, run

# `cargo clippy` is clippy's compiler in the place of rustc, with these arguments as it passes them on. What it compiles is as good for running,
# so one build serves lints and tests, and no library is compiled or checked a second time.
LINTING = {"RUSTC_WORKSPACE_WRAPPER": "clippy-driver", "CLIPPY_ARGS": "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__"}


def check_code(report):
    """cargo fmt, clippy and test; the tests are counted one by one."""
    environment = LINTING
    with report.timed("cargo fmt"):
        status, stdout, stderr = run(["cargo", "fmt", "--check"])
        report.check("cargo fmt", "formatting", status and (stdout + stderr))
    with report.timed("cargo clippy"):
        command = ["cargo", "test", "--no-run", "--locked", "--all-features", "--all-targets", "--quiet"]
        status, _, stderr = run(command, env=environment, timeout=2700)
        report.check("cargo clippy", "lints", status and stderr)
        if status:
            # What has a lint against it may be right all the same.
            environment = {}
    with report.timed("cargo test"):
        log = ROOT / "target" / "cargo-test.log"
        command = ["cargo", "test", "--locked", "--all-features", "--no-fail-fast"]
        status, stdout, stderr = run(command, env=environment, timeout=2700, log=log)
        counts = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", stdout, re.M)
        passed, failed = (sum(int(pair[i]) for pair in counts) for i in (0, 1))
        report.count("cargo test", passed, failed)
        if status:
            shown = re.split(r"^failures:$", stdout, maxsplit=1, flags=re.M)
            print("\n".join((shown[1] if len(shown) > 1 else stderr).strip().split("\n")[:200]), file=sys.stdout)
        if status and not failed:
            report.check("cargo test", "runs to its end", stderr[-2000:] or "cargo test failed")


def build_judged(report):
    """The program that makes the judged books: this crate optimised, with the libraries that the tests are built with too. A release is
    optimised as a whole beyond that, which takes a quarter of an hour; `make delivery` builds one."""
    with report.timed("judged program"):
        command = ["cargo", "build", "--locked", "--all-features", "--quiet"]
        status, _, stderr = run(command, env={"CARGO_PROFILE_DEV_OPT_LEVEL": "3", "CARGO_INCREMENTAL": "0"}, timeout=2700)
        report.check("judged program", "cargo build, optimised", status and stderr)
        if not status:
            PROGRAM.parent.mkdir(parents=True, exist_ok=True)
            # The tests' own build takes its place next.
            shutil.copy2(ROOT / "target" / "debug" / "handbook", PROGRAM)
    return status == 0
