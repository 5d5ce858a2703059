#!/usr/bin/env python3
"""Searches for faults: each target for its share of the time, from what is kept and from the project's own tests.

usage: run.py [--minutes N] [--jobs N] [--targets NAME,NAME…] [--sanitizer none|address] [--keep]
       run.py --report

needs the nightly compiler (`rustup toolchain install nightly`) and cargo-fuzz. The working corpus lies in target/fuzz/corpus, findings in
target/fuzz/findings; `fuzz/corpus/NAME` holds what `make test` replays, small and minimised.

--minutes N     how long it searches by the clock: with --jobs 2 each target gets twice the share
--jobs N        targets searched side by side (1)
--sanitizer S   `address` also finds memory that is misused, at half the speed; it is a build of its own (none)
--keep          renews the kept corpus from the working one
--report        what target/fuzz/log.jsonl says of all searches that ran here, and searches no further

Prints a table: seconds by the clock and of the processor, runs, edges covered, those found in the last tenth of the runs, findings. The log
keeps a line for each search.
"""
import argparse
import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "target" / "fuzz"
CORPUS = ROOT / "fuzz" / "corpus"
TARGETS = re.findall(r'^name = "(\w+)"$', (ROOT / "fuzz" / "Cargo.toml").read_text(), re.M)
# No input of this size may take more.
LARGEST = 20_000
SECONDS, MEMORY = 20, 2048
# The address sanitizer keeps freed memory for a while, and takes its time.
SANITIZED_SECONDS, SANITIZED_MEMORY = 60, 6144
# Inputs of a kept corpus of one target, and their bytes: `make test` calls each of them.
KEPT, KEPT_BYTES = 40, 120_000

# Where seeds come from: files of the project's own tests, no larger than an input may be. The kept corpus comes on top.
SEEDS = {
    "markdown": ["tests/constructs/*.md", "tests/cases/parse/*.md", "tests/cases/layout/*.md"],
    "manuscript": ["tests/constructs/*.md"],
    "manifest": ["handbook/handbook.yaml", "docs/proof/handbook.yaml", "tests/**/handbook.yaml"],
    "front_matter": ["tests/constructs/front-matter.md", "handbook/stages/*.md"],
    "mdbook": ["tests/**/SUMMARY.md", "tests/**/book.toml"],
    "theme": ["themes/*.yaml", "benches/prose.yaml"],
    "formula": [],
    "diagram": [],
    "bibliography": ["tests/**/*.bib"],
    "svg": ["tests/**/*.svg", "handbook/figures/*.svg"],
    "picture": ["tests/**/*.png", "tests/**/*.jpg", "tests/**/*.webp", "tests/**/*.gif"],
    "font": ["fonts/katex/*.ttf"],
    "roster": ["tests/**/*.csv"],
    "verify": [],
    "request": [],
    "letter": [],
}


def tool():
    """cargo-fuzz, wherever it is."""
    return os.environ.get("CARGO_FUZZ") or shutil.which("cargo-fuzz") or sys.exit("cargo-fuzz is not there: cargo install cargo-fuzz")


def folder_of(sanitizer):
    """Where the drivers of a sanitizer are built."""
    return WORK / ("build" if sanitizer == "none" else f"build-{sanitizer}")


def build(sanitizer):
    """Builds the drivers, once: what they are made of may change while they search."""
    environment = {**os.environ, "CARGO_TARGET_DIR": str(folder_of(sanitizer)), "RUSTUP_TOOLCHAIN": "nightly"}
    command = [tool(), "build", "--sanitizer", sanitizer, "--codegen-units", "8", "--no-trace-compares"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, errors="replace", capture_output=True)
    if done.returncode:
        sys.exit(done.stderr[-4000:])


def driver(sanitizer, target):
    """The driver of a target."""
    return next(folder_of(sanitizer).glob(f"*/release/{target}"))


def sections(pattern, text):
    """The insides of fenced blocks of some language."""
    return re.findall(rf"```{pattern}\n(.*?)```", text, re.S)


def seed(target):
    """The working corpus has what is kept and the tests' own files."""
    folder = WORK / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    found = [path.read_bytes() for pattern in SEEDS[target] for path in sorted(ROOT.glob(pattern)) if path.is_file() and "target" not in path.parts]
    found += [path.read_bytes() for path in sorted((CORPUS / target).glob("*"))]
    if target in ("formula", "diagram"):
        texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/**/*.md")) + sorted(ROOT.glob("docs/proof/*.md"))]
        found += [block.encode() for text in texts for block in sections("(?:math|mermaid)", text)]
        found += [block.encode() for text in texts for block in re.findall(r"\$\$(.*?)\$\$", text, re.S)] if target == "formula" else []
    for content in found:
        if len(content) <= LARGEST:
            (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)
    return folder


def search(target, seconds, sanitizer):
    """One search; what it printed at its end."""
    folder, findings = seed(target), WORK / "findings" / target
    findings.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    dictionary = ROOT / "fuzz" / "dictionaries" / f"{target}.dict"
    longest, memory = (SECONDS, MEMORY) if sanitizer == "none" else (SANITIZED_SECONDS, SANITIZED_MEMORY)
    options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-timeout={longest}", f"-rss_limit_mb={memory}", "-print_final_stats=1"]
    # Less than what is too long is the load of the machine.
    options += [f"-report_slow_units={longest}", f"-artifact_prefix={findings}/", "-reload=0"]
    options += [f"-dict={dictionary}"] if dictionary.exists() else []
    start, log = time.time(), WORK / f"{target}.log"
    with open(log, "w") as out:
        command = [driver(sanitizer, target), *options, folder]
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "ASAN_OPTIONS": "detect_odr_violation=0"})
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace")
    covered = [(int(run), int(edges)) for run, edges in re.findall(r"^#(\d+)\s.*?cov: (\d+)", said, re.M)]
    runs = max([run for run, _ in covered], default=0)
    late = next((edges for run, edges in covered if run >= runs * 0.9), 0)
    edges = max([edges for _, edges in covered], default=0)
    row = {
        "target": target, "sanitizer": sanitizer, "begun": round(start), "seconds": round(time.time() - start), "cpu": round(used.ru_utime + used.ru_stime),
        "runs": runs, "edges": edges, "late": edges - late, "findings": len(set(findings.iterdir()) - before), "ended": child.returncode,
    }  # fmt: skip
    with open(WORK / "log.jsonl", "a") as log:
        log.write(json.dumps(row) + "\n")
    return row


def keep(target, sanitizer):
    """Adds to what is kept: of the smallest set of inputs that reaches as much as all of them some of each size, as many as fit."""
    folder, small = WORK / "corpus" / target, WORK / "small" / target
    shutil.rmtree(small, ignore_errors=True)
    small.mkdir(parents=True)
    options = ["-set_cover_merge=1", f"-artifact_prefix={WORK / 'findings' / target}/"]
    subprocess.run([driver(sanitizer, target), *options, small, CORPUS / target, folder], capture_output=True)
    # What somebody gave a name, findings above all, stays; the others have the digest of their bytes.
    for path in list((CORPUS / target).iterdir()):
        if re.fullmatch("[0-9a-f]{16}", path.name):
            path.unlink()
    found = sorted(small.iterdir(), key=lambda path: path.stat().st_size)
    room = KEPT_BYTES
    for path in found[:: -(-len(found) // KEPT) or 1]:
        room -= path.stat().st_size
        if room > 0:
            shutil.copy(path, CORPUS / target / path.name[:16])


HEAD = "| target | clock, s | processor, s | runs | edges | new in the last tenth | findings |\n|---|---:|---:|---:|---:|---:|---:|"
ROW = "| {target} | {seconds:,} | {cpu:,} | {runs:,} | {edges:,} | {late:,} | {findings:,} |"


def report():
    """All searches that the log tells of: their times, runs and findings added up, the most edges, what the last one still found."""
    rows = [json.loads(line) for line in (WORK / "log.jsonl").read_text().splitlines()]
    for sanitizer in sorted({row["sanitizer"] for row in rows}):
        print(f"\nSanitizer: {sanitizer}\n\n{HEAD}")
        total = collections.Counter()
        for target in TARGETS:
            searches = [row for row in rows if (row["target"], row["sanitizer"]) == (target, sanitizer)]
            if searches:
                sums = {name: sum(row[name] for row in searches) for name in ("seconds", "cpu", "runs", "findings")}
                print(ROW.format(target=target, edges=max(row["edges"] for row in searches), late=searches[-1]["late"], **sums))
                total.update(sums)
        print(f"\n{total['seconds'] / 3600:.2f} hours by the clock, {total['cpu'] / 3600:.2f} of the processor, {total['runs']:,} runs, {total['findings']} findings")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--minutes", type=float, default=14)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--sanitizer", choices=("none", "address"), default="none")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    if asked.report:
        return report()
    wanted = asked.targets.split(",")
    build(asked.sanitizer)
    print(HEAD)
    failed = False
    share = max(1, int(asked.minutes * 60 * asked.jobs / len(wanted)))
    with ThreadPoolExecutor(asked.jobs) as pool:
        for row in pool.map(lambda target: search(target, share, asked.sanitizer), wanted):
            failed |= bool(row["findings"]) or row["ended"] != 0
            print(ROW.format(**row), flush=True)
    for target in wanted if asked.keep else []:
        keep(target, asked.sanitizer)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
