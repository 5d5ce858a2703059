#!/usr/bin/env python3
"""Inputs that somebody made to break the program: each ends as it should, soon, and in little memory.

usage: hostile.py [PROGRAM] [--only PATTERN]

Prints what took most. Memory is held against what its kind may take; CPU against four times that, since machines differ: more is a
hang. The figures themselves are for the reader.
"""
import argparse
import fnmatch
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judges"))

from inputs import CASES  # noqa: E402
from place import PROGRAM, run  # noqa: E402
from report import Report  # noqa: E402

GROUP = "hostile"


def measured(words, folder, seconds):
    """Runs a command line of the program; its status, what it said, CPU seconds, MiB."""
    program = os.environ["HANDBOOK"]
    if words[0] in ("build", "bulk") and "--out" not in words:
        words = [*words, "--out", folder / "out"]
    line = [program if str(word) == "PROGRAM" else str(word) for word in words]
    line = line if words[0] == "sh" else [program, *line]
    limit = int(seconds * 4) + 1
    with open(folder / "said.txt", "w+", errors="replace") as said:
        child = subprocess.Popen(
            line, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def problems(case, folder, status, said, memory):
    """What is not as it should be."""
    if status < 0:
        yield f"ended by signal {-status}"
    elif status != case.status:
        yield f"exit status {status}, not {case.status}: {said[:500]}"
    if "please report" in said:
        yield f"a fault of the program: {said[:500]}"
    yield from (f"does not say `{text}`: {said[:500]}" for text in case.says if text not in said)
    if case.without and list(folder.glob(case.without)):
        yield f"{case.without} is there"
    if memory > case.memory:
        yield f"{memory:.0f} MiB, and its kind may take {case.memory}"
    if case.has and not status:
        pdf = next((folder / "out").glob("*.pdf"))
        text = "".join(run(["pdftotext", "-raw", pdf, "-"])[1].replace("-\n", "").split())
        yield from (f"`{word}` is not in the PDF" for word in case.has if "".join(word.split()) not in text)


def judge(report, program=PROGRAM, only="*"):
    """Every case is a check."""
    os.environ["HANDBOOK"] = str(program)
    took = []
    with report.timed(GROUP):
        for name, make in CASES:
            if not fnmatch.fnmatch(name, only):
                continue
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                case = make(folder)
                start = time.perf_counter()
                status, said, seconds, memory = measured(case.words, folder, case.seconds)
                took.append((seconds / case.seconds, memory / case.memory, name, seconds, memory, time.perf_counter() - start))
                report.check(GROUP, name, "\n".join(problems(case, folder, status, said, memory)))
    worst = sorted({*sorted(took)[-5:], *sorted(took, key=lambda row: row[1])[-5:]}, reverse=True)
    for share, room, name, seconds, memory, _ in worst:
        report.remark(f"{name}: {seconds:.1f} s of CPU, {share:.0%} of what its kind may take; {memory:.0f} MiB, {room:.0%}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=PROGRAM)
    parser.add_argument("--only", default="*")
    asked = parser.parse_args()
    report = Report()
    judge(report, asked.program.resolve(), asked.only)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
