"""Copies for a roster: against copying the same files, against Typst's warm copy, and how much memory they take."""
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "judges"))

import rosters  # noqa: E402

# A run of the memory's measure that would take longer is made with a small book.
PATIENCE = 120


def measured(program, arguments):
    """Runs `handbook bulk` once: seconds, peak memory in MiB, and what it reports as JSON."""
    start = time.perf_counter()
    command = [str(word) for word in [program, "bulk", *arguments, "--json"]]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)}: exit status {child.returncode}\n{errors}{output}")
    return seconds, usage.ru_maxrss / 1024, json.loads(output.splitlines()[-1])


def timed(command):
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True)
    return time.perf_counter() - start


def settle():
    """Nothing of an earlier run on the disk's way."""
    subprocess.run(["sync"], check=True)


def fresh(work, name, number):
    """A folder that is not there yet. Nothing is deleted between runs: for minutes after a deletion ext4 looks at every
    inode that was freed before it gives out a new one, which costs more than all else that is measured here."""
    return work / f"{name}-{number}"


def against_cp(program, project, roster, work, runs, what):
    """`bulk` and `sync`, then `cp` and `sync` of what it made, in turns; medians. Prints the table and gives the last files."""
    bulks, syncs, copies, copy_syncs, peaks = [], [], [], [], []
    for run in range(runs):
        made, copied = fresh(work, f"made-{roster.stem}", run), fresh(work, f"copied-{roster.stem}", run)
        settle()
        seconds, peak, report = measured(program, [roster, "--project", project, "--out", made])
        bulks.append(seconds)
        peaks.append(peak)
        syncs.append(seconds + timed(["sync"]))
        copies.append(timed(["cp", "-r", "--reflink=never", made, copied]))
        copy_syncs.append(copies[-1] + timed(["sync"]))
    count = report["copies"]["made"]
    size = sum(file.stat().st_size for file in made.glob("*"))
    bulk_all, bulk, cp_all, cp = (statistics.median(times) for times in (syncs, bulks, copy_syncs, copies))
    print(f"\n| {count} readers, {what}, PDF and EPUB, {size / 1e6:.0f} MB, median of {runs} | with `sync` | warm | copies/s | MB/s |\n|---|---:|---:|---:|---:|")
    print(f"| handbook bulk | {bulk_all:.2f} s | {bulk:.2f} s | {count / bulk_all:.1f} | {size / 1e6 / bulk_all:.1f} |")
    print(f"| cp -r --reflink=never | {cp_all:.2f} s | {cp:.2f} s | {count / cp_all:.1f} | {size / 1e6 / cp_all:.1f} |")
    plates = report["plates"]
    print(f"| ratio, with all plates ({plates['made']} in {variants(plates)} variants; bar: 2) | {bulk_all / cp_all:.2f} | {bulk / cp:.2f} | | |")
    if few := plates_alone(program, project, roster, work, plates, count):
        readers, forms, once = few
        left = (count - readers) / count
        print(f"| of bulk: the first {readers} readers, who need all these plates, in {forms} variants | {once:.2f} s | {once:.2f} s | | |")
        print(f"| ratio without them | {(bulk_all - once) / cp_all / left:.2f} | {(bulk - once) / cp / left:.2f} | | |")
    print(f"| peak memory | {max(peaks):.0f} MiB | | | |", flush=True)
    return made


def variants(plates):
    """How many variants of their pages plates have; an older program called them forms."""
    return plates.get("variants", plates.get("forms"))


def plates_alone(program, project, roster, work, plates, count):
    """The fewest readers from the top of a roster (to the next power of two) whose copies need all its plates, in how many
    variants, and the median seconds of a run with these alone. Nothing where plates are made to the very end."""
    with open(roster, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    readers = 8
    while readers < count // 4:
        first = rosters.write(work / f"first-{readers}-{roster.name}", rows[:readers])
        times = []
        for run in range(3):
            settle()
            seconds, _, report = measured(program, [first, "--project", project, "--out", fresh(work, f"first-{roster.stem}-{readers}", run)])
            times.append(seconds)
        if report["plates"]["made"] == plates["made"]:
            return readers, variants(report["plates"]), statistics.median(times)
        readers *= 2
    return None


def against_typst(program, project, plain, work, peer):
    """What one more PDF costs, beside Typst's warm copy of the same text; every reader gets every chapter."""
    rows = rosters.readers(400, other=False, varied=False)
    for row in rows:
        row.update(stage=5, all="yes")
    seconds = {}
    for count in (1, 400):
        roster = rosters.write(work / f"all-{count}.csv", rows[:count])
        times = []
        for run in range(3):
            settle()
            times.append(measured(program, [roster, "--project", project, "--out", fresh(work, f"all-{count}", run), "--format", "pdf"])[0])
        seconds[count] = statistics.median(times)
    ours = (seconds[400] - seconds[1]) / 399
    theirs = peer(plain, work / "typst.pdf")
    print("\n| one more PDF | seconds | ratio |\n|---|---:|---:|")
    print(f"| handbook bulk, all chapters ({seconds[1]:.2f} s for the first) | {ours:.4f} | |")
    print(f"| Typst, warm, the same text | {theirs:.3f} | {theirs / ours:.0f} (bar: 200) |", flush=True)


def warm_copy(tool, plain, out, fonts):
    """Typst's median seconds for a copy in a warm process."""
    done = subprocess.run([sys.executable, tool, plain, out, "--copies", "5", "--fonts", fonts], capture_output=True, text=True)
    found = re.search(r"median_s ([\d.]+)", done.stdout)
    if not found:
        sys.exit(f"typst_peer.py: {done.stderr}")
    return float(found.group(1))


def memory(program, project, work, rate, few, many):
    """Peak memory for few readers and for many."""
    small = ROOT / "tests" / "constructs" / "manifest"
    what, options = ("the handbook, PDF", {}) if many / rate < PATIENCE else ("a small book, PDF", {"stages": 3, "paths": ["side", "guide"]})
    peaks = []
    for count in (few, many):
        roster = rosters.write(work / f"memory-{count}.csv", rosters.readers(count, other=False, varied=False, **options))
        settle()
        peaks.append(measured(program, [roster, "--project", small if options else project, "--out", fresh(work, "memory", count), "--format", "pdf"])[1])
    print(f"\n| peak memory ({what}) | MiB |\n|---|---:|")
    print(f"| {few} readers | {peaks[0]:.0f} |\n| {many} readers | {peaks[1]:.0f} |\n| ratio (bar: 1.10) | {peaks[1] / peaks[0]:.2f} |", flush=True)


def judged(program, project, made, rows, count):
    """So many copies, chosen by chance but the same at every run: what `build` makes, and what every judge says."""
    import bulk as judge
    import place
    from report import Report
    from run import JUDGES

    place.PROGRAM = program
    numbers = sorted(random.Random(100).sample(range(len(rows)), min(count, len(rows))))
    report = Report()
    report.check("bulk", f"{len(numbers)} copies are what build makes", judge.same_as_build(made, rows, project, numbers))
    books = judge.as_books(made)
    books = [books[number] for number in numbers]
    for name, ask in JUDGES.items():
        if name not in ("same", "bulk", "alone", "article", "words"):
            ask(report, books)
    return report.finish()


def bench(program, work, shared_tools, plain_handbook, *, readers=1000, runs=5, judge=100):
    """All of it."""
    project = ROOT / "handbook"
    many = rosters.write(work / "varied.csv", rosters.readers(readers // 5))
    against_cp(program, project, many, work, max(1, runs // 2), "hardly two with the same selection")
    rows = rosters.readers(readers, varied=False)
    roster = rosters.write(work / "readers.csv", rows)
    start = time.perf_counter()
    made = against_cp(program, project, roster, work, runs, "five stages")
    rate = readers * runs / (time.perf_counter() - start)
    plain = work / "plain-for-copies"
    plain_handbook(plain)
    against_typst(program, project, plain, work, lambda folder, out: warm_copy(shared_tools / "typst_peer.py", folder, out, ROOT / "fonts"))
    memory(program, project, work, rate, readers, readers * 10)
    if judge:
        judged(program, project, made, rows, judge)
