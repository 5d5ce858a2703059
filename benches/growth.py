"""How time grows with the input: each kind of `tests/hostile/kinds.py` at 1, 2, 4 and 8 times its size, as user CPU on one thread."""
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "hostile"))

from kinds import KINDS, command, one_chapter  # noqa: E402

TIMES = (1, 2, 4, 8)


def cost(program, words, out):
    """User CPU seconds and peak MiB of one run."""
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    extra = [] if "--dry-run" in words else ["--out", out]
    child = subprocess.Popen([program, *words, *extra], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"handbook {' '.join(map(str, words))}: exit status {child.returncode}")
    return usage.ru_utime, usage.ru_maxrss / 1024


def slope(points):
    """Of the straight line through the logarithms, by least squares: the exponent with which time grows."""
    logs = [(math.log(n), math.log(max(t, 1e-3))) for n, t in points]
    middle = [sum(column) / len(logs) for column in zip(*logs)]
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / sum((x - middle[0]) ** 2 for x, _ in logs)


def growth(program, only=None):
    """The table. What an empty book takes is taken off."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)

        def run(make):
            folder = work / "book"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            return cost(program, command(make(folder)), work / "out")

        empty = min(run(one_chapter("Text."))[0] for _ in range(3))
        print(f"\nAn empty book takes {empty:.2f} s of user CPU.\n\n| growth of | units | " + " | ".join(f"× {n}" for n in TIMES) + " | exponent | MiB at × 8 |")
        print("|---|---:|" + "---:|" * (len(TIMES) + 2))
        for name, (units, kind) in KINDS.items():
            if only and only not in name:
                continue
            found = [run(kind(units * n)) for n in TIMES]
            seconds = [max(taken - empty, 1e-3) for taken, _ in found]
            print(f"| {name} | {units:,} | " + " | ".join(f"{s:.2f} s" for s in seconds) + f" | {slope(list(zip(TIMES, seconds))):.2f} | {found[-1][1]:.0f} |", flush=True)
