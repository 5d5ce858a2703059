#!/usr/bin/env python3
"""Searches for faults: each target in turn for a share of the time, from what is kept and from the project's own tests.

usage: run.py [--minutes N] [--targets NAME,NAME…] [--keep]

needs the nightly compiler (`rustup toolchain install nightly`) and cargo-fuzz. The working corpus lies in target/fuzz/corpus, findings in
target/fuzz/findings; `fuzz/corpus/NAME` holds what `make test` replays, small and minimised. --keep renews that from the working corpus.
Prints a table: runs, edges covered, those found in the last tenth of the time, findings. target/fuzz/log.jsonl keeps a line for each search.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "target" / "fuzz"
KEPT = ROOT / "fuzz" / "corpus"
TARGETS = re.findall(r'^name = "(\w+)"$', (ROOT / "fuzz" / "Cargo.toml").read_text(), re.M)
# No input of this size may take more.
LARGEST = 20_000
SECONDS, MEMORY = 20, 2048
# Bytes of a kept corpus of one target.
KEPT_BYTES = 300_000

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
    "font": [],
    "roster": ["tests/**/*.csv"],
    "verify": [],
    "request": [],
    "letter": [],
}


def tool():
    """cargo-fuzz, wherever it is."""
    return os.environ.get("CARGO_FUZZ") or shutil.which("cargo-fuzz") or sys.exit("cargo-fuzz is not there: cargo install cargo-fuzz")


def fuzz(*words, **more):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "build"), "RUSTUP_TOOLCHAIN": "nightly"}
    return subprocess.run([tool(), *map(str, words)], cwd=ROOT, env=environment, text=True, errors="replace", **more)


def sections(pattern, text):
    """The insides of fenced blocks of some language."""
    return re.findall(rf"```{pattern}\n(.*?)```", text, re.S)


def seed(target):
    """The working corpus has what is kept and the tests' own files."""
    folder = WORK / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    found = [path.read_bytes() for pattern in SEEDS[target] for path in sorted(ROOT.glob(pattern)) if path.is_file() and "target" not in path.parts]
    found += [path.read_bytes() for path in sorted((KEPT / target).glob("*"))]
    if target in ("formula", "diagram"):
        texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/**/*.md")) + sorted(ROOT.glob("docs/proof/*.md"))]
        found += [block.encode() for text in texts for block in sections("(?:math|mermaid)", text)]
        found += [block.encode() for text in texts for block in re.findall(r"\$\$(.*?)\$\$", text, re.S)] if target == "formula" else []
    for content in found:
        if len(content) <= LARGEST:
            (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)
    return folder


def search(target, seconds):
    """One search; what it printed at its end."""
    folder, findings = seed(target), WORK / "findings" / target
    findings.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    dictionary = ROOT / "fuzz" / "dictionaries" / f"{target}.dict"
    options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEMORY}", "-print_final_stats=1"]
    options += [f"-artifact_prefix={findings}/", "-reload=0", *([f"-dict={dictionary}"] if dictionary.exists() else [])]
    start = time.time()
    done = fuzz("run", "--sanitizer", "none", target, folder, "--", *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    (WORK / f"{target}.log").write_text(done.stdout)
    covered = [(int(run), int(edges)) for run, edges in re.findall(r"^#(\d+)\s.*?cov: (\d+)", done.stdout, re.M)]
    runs = max([run for run, _ in covered], default=0)
    late = next((edges for run, edges in covered if run >= runs * 0.9), 0)
    edges = max([edges for _, edges in covered], default=0)
    row = {
        "target": target, "seconds": round(time.time() - start), "runs": runs, "edges": edges, "late": edges - late,
        "findings": len(set(findings.iterdir()) - before), "ended": done.returncode,
    }  # fmt: skip
    with open(WORK / "log.jsonl", "a") as log:
        log.write(json.dumps(row) + "\n")
    return row


def keep(target):
    """The smallest set of inputs that covers as much, the small ones first, as long as they fit."""
    folder, small = WORK / "corpus" / target, WORK / "small" / target
    shutil.rmtree(small, ignore_errors=True)
    small.mkdir(parents=True)
    fuzz("run", "--sanitizer", "none", target, "--", "-merge=1", small, folder, capture_output=True)
    found = {path.name for path in (KEPT / target).glob("found-*")}
    shutil.rmtree(KEPT / target, ignore_errors=True) if not found else [p.unlink() for p in (KEPT / target).iterdir() if p.name not in found]
    (KEPT / target).mkdir(parents=True, exist_ok=True)
    room = KEPT_BYTES
    for path in sorted(small.iterdir(), key=lambda path: path.stat().st_size):
        room -= path.stat().st_size
        if room > 0:
            shutil.copy(path, KEPT / target / path.name[:16])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--minutes", type=float, default=14)
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    wanted = asked.targets.split(",")
    built = fuzz("build", "--sanitizer", "none", capture_output=True)
    if built.returncode:
        sys.exit(built.stderr[-4000:])
    print("| target | seconds | runs | edges | new in the last tenth | findings |\n|---|---:|---:|---:|---:|---:|")
    failed = False
    for target in wanted:
        row = search(target, max(1, int(asked.minutes * 60 / len(wanted))))
        failed |= bool(row["findings"])
        print("| {target} | {seconds} | {runs} | {edges} | {late} | {findings} |".format(**row), flush=True)
        if asked.keep:
            keep(target)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
