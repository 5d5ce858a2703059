#!/usr/bin/env python3
"""Letters by `handbook send` and shelves by `handbook publish`. Run by tests/judges/run.py as the judge `send`, or alone:

usage: run.py PROGRAM [--json] [NAME…]

Each function of PARTS is a part; NAME… are those to run. Needs target/tools/giving, s3, opds and servers (scripts/tools/giving.sh …).
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import letters
import shelves
from bench import Bench, Failed

PARTS = [
    letters.whole,
    letters.refused_logins,
    letters.answers,
    letters.sizes,
    letters.incomplete,
    letters.unreachable,
    letters.dry,
    letters.hostile,
    letters.by_postfix,
    shelves.published,
    shelves.in_a_bucket,
    letters.thousand,
]


def parts(program, folder, chosen=None):
    try:
        bench = Bench(program, folder)
    except Failed as why:
        yield "copies to send", str(why), None
        return
    for part in PARTS:
        if chosen and part.__name__ not in chosen:
            continue
        try:
            yield part.__doc__.split("\n")[0], None, part(bench)
        except (Failed, subprocess.TimeoutExpired) as why:
            yield part.__doc__.split("\n")[0], str(why) or "failed", None


def main():
    """A line for each part; with --json for who counts them."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    failed = passed = 0
    # What is killed here is a program and not the machine: the ledger may lie in memory, where writing it through takes no time.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        begun = time.monotonic()
        for name, problem, remark in parts(Path(words[0]).resolve(), Path(folder), words[1:]):
            seconds, begun = time.monotonic() - begun, time.monotonic()
            failed, passed = failed + bool(problem), passed + (not problem)
            if "--json" in sys.argv:
                print(json.dumps({"name": name, "problem": problem, "remark": remark}), flush=True)
            else:
                print(f"{'FAILED' if problem else 'ok'} {name} ({seconds:.1f} s) {remark or ''}" + (f"\n{problem}" if problem else ""), flush=True)
    if "--json" not in sys.argv:
        print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
