#!/usr/bin/env python3
"""Speed, memory, evenness, size, copies and growth, the first five beside Typst in the same run. Prints Markdown tables; asserts nothing.

usage: run.py [PART…] [--readers N] [--runs N] [--judge N]

needs target/release/handbook, `make tools`, and the shared corpus (../shared/corpus or CORPUS). Without a PART all of them:
speed, evenness, audits, size, copies, growth, preview, serve. The options are for a shorter look at the copies: so many readers (1000), runs (5), and copies
that are held against `handbook build` and all judges (100).

- Speed: Markdown to PDF and EPUB, the whole process, median of five runs, beside Typst's compilation alone.
- Memory: the process's peak, beside that of Python with Typst in it.
- Evenness: ../shared/tools/spacing.py over prose.md on the page of benches/prose.yaml.
- Audits: widows, orphans and the like, counted by the program on its own frames.
- Copies: `bulk` and `sync` beside `cp` and `sync` of the same files, one more PDF beside Typst's warm copy, memory.
- Preview: one changed line to the page in the client, beside Typst's warm recompile; first page, memory, pages against the PDF's.
- Growth: seventeen kinds of input at 1, 2, 4 and 8 times their size, and the exponent with which time grows.
- Size: the handbook's text as a plain folder of Markdown, without pictures, in the same fonts.
"""
import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypandoc
import typst

import copies
import growth
import preview
import serve

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "target" / "release" / "handbook"
CORPUS = Path(os.environ.get("CORPUS") or ROOT / ".." / "shared" / "corpus").resolve()
SHARED_TOOLS = CORPUS.parent / "tools"
RUNS = 5

PAGE = """#set page(width: 148mm, height: 210mm, margin: (x: 18mm, y: 20mm))
#set text(font: "Source Serif 4", size: 10.5pt, lang: "en", hyphenate: true, top-edge: 0.8em, bottom-edge: -0.2em)
#set par(justify: true, leading: 3.5pt, spacing: 3.5pt, first-line-indent: 14pt{limits})
"""
LIMITS = ", justification-limits: (tracking: (min: -0.015em, max: 0.015em))"


def measured(arguments, out):
    """Builds once; seconds of wall time and the child's peak memory in MiB."""
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    child = subprocess.Popen([PROGRAM, "build", *map(str, arguments), "--out", out], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"handbook build {arguments}: exit status {child.returncode}\n{errors}")
    return seconds, usage.ru_maxrss / 1024


def ours(arguments, out, runs=RUNS):
    results = [measured(arguments, out) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in results), max(peak for _, peak in results)


def peer(folder, out, runs=3):
    """Typst's row by the shared tool: compile_s, peak_MiB, bytes, pages; medians."""
    rows = []
    for _ in range(runs):
        command = [sys.executable, SHARED_TOOLS / "typst_peer.py", folder, out, "--fonts", ROOT / "fonts"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"typst_peer.py: {done.stderr}")
        rows.append({key: float(value) for key, value in re.findall(r"(\w+) ([\d.]+)", done.stdout)})
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def pages_of(pdf):
    return int(re.search(r"^Pages:\s+(\d+)", subprocess.run(["pdfinfo", pdf], capture_output=True, text=True).stdout, re.M).group(1))


def speed(work):
    print("| input | what | handbook, PDF and EPUB | Typst, PDF alone | ratio |\n|---|---|---:|---:|---:|")
    for name in ("small", "whole"):
        folder = CORPUS / "rust-book" / name
        seconds, peak = ours([folder], work / name)
        typst_row = peer(folder, work / f"{name}-typst.pdf")
        print(f"| {name} | wall time | {seconds:.2f} s | {typst_row['compile_s']:.2f} s (compile_s) | {seconds / typst_row['compile_s']:.2f} |")
        print(f"| {name} | peak memory | {peak:.0f} MiB | {typst_row['peak_MiB']:.0f} MiB | {peak / typst_row['peak_MiB']:.2f} |")
        pdf = next((work / name).glob("*.pdf"))
        print(f"| {name} | pages | {pages_of(pdf)} | {typst_row.get('pages', 0):.0f} | |", flush=True)


def typst_prose(limits, out):
    """prose.md as Typst sets it on the same page."""
    body = pypandoc.convert_file(str(CORPUS / "prose.md"), "typst", format="gfm-tex_math_dollars")
    body = re.sub(r"#link\(<[^>]*>\)", "", body)
    source = out.with_suffix(".typ")
    source.write_text(PAGE.format(limits=limits) + body, encoding="utf-8")
    typst.compile(str(source), output=str(out), font_paths=[str(ROOT / "fonts")])


def spacing(pdf):
    done = subprocess.run([sys.executable, SHARED_TOOLS / "spacing.py", pdf], capture_output=True, text=True)
    return dict(re.findall(r"(lines|sd|p95|max|loose|tight|fit|hyphens|ladder|widows) ([\d.]+%?)", done.stdout))


def evenness(work):
    project = work / "prose-project"
    project.mkdir()
    shutil.copy(CORPUS / "prose.md", project)
    measured([project, "--theme", ROOT / "benches" / "prose.yaml"], work / "prose")
    rows = {"handbook": next((work / "prose").glob("*.pdf"))}
    for name, limits in (("Typst, justified", ""), ("Typst, tracking ±0.015 em", LIMITS)):
        rows[name] = work / f"prose-typst{len(limits)}.pdf"
        typst_prose(limits, rows[name])
    columns = ["lines", "sd", "p95", "max", "loose", "tight", "fit", "hyphens", "ladder", "widows"]
    print("\n| prose.md set by | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
    for name, pdf in rows.items():
        found = spacing(pdf)
        print(f"| {name} | " + " | ".join(found.get(column, "?") for column in columns) + " |", flush=True)


def plain_handbook(folder):
    """The handbook's chapters as plain Markdown for both programs: one branch of each condition, no pictures, no fields."""
    folder.mkdir()
    order = ["front", "stages", "paths", "guides", "back"]
    files = [file for part in order for file in sorted((ROOT / "handbook" / part).glob("*.md"))]
    for number, file in enumerate(files):
        text = re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"<!-- else -->.*?<!-- end -->", "", text, flags=re.S)
        text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
        text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
        text = re.sub(r"\]\((?!http)[^)]*\)", "]()", text).replace("]()", "]").replace("[^", "\0").replace("[", "").replace("]", "").replace("\0", "[^")
        text = re.sub(r"\[\^([\w-]+)", rf"[^{number}-\1]", text)
        (folder / f"{number:02}.md").write_text(re.sub(r"\{\{.*?\}\}", "you", text), encoding="utf-8")


def size(work):
    folder = work / "plain-handbook"
    plain_handbook(folder)
    measured([folder, "--format", "pdf"], work / "plain")
    mine = next((work / "plain").glob("*.pdf"))
    row = peer(folder, work / "plain-typst.pdf", runs=1)
    print("\n| the handbook's text | bytes | pages | bytes a page |\n|---|---:|---:|---:|")
    count = pages_of(mine)
    print(f"| handbook, tagged PDF/UA-1 and PDF/A-2a | {mine.stat().st_size} | {count} | {mine.stat().st_size // count} |")
    print(f"| Typst, tagged | {row['bytes']:.0f} | {row['pages']:.0f} | {row['bytes'] / row['pages']:.0f} |")
    print(f"| ratio | {mine.stat().st_size / row['bytes']:.2f} | | |")


def bulk(work, asked):
    copies.bench(PROGRAM, work, SHARED_TOOLS, plain_handbook, readers=asked.readers, runs=asked.runs, judge=asked.judge)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--judge", type=int, default=100)
    return parser.parse_args()


def audits():
    """What the program counts on the frames of its own pages: the handbook's stages and the corpus books."""
    columns = ["pages", "lines", "widows", "orphans", "stranded", "overfull", "loose", "loose_by_code", "ladder", "page_hyphens", "short_pages", "short_ends"]
    print("\n| pages of | " + " | ".join(c.replace("_", " ") for c in columns) + " | hyphens |\n|---|" + "---:|" * (len(columns) + 1))
    books = [("handbook", ROOT / "handbook")] + [(name, CORPUS / "rust-book" / name) for name in ("small", "whole", "mdbook")]
    for name, folder in books:
        done = subprocess.run([PROGRAM, "check", folder, "--json"], capture_output=True, text=True)
        for audit in json.loads(done.stdout)["audits"]:
            counts = audit["counts"]
            share = 100 * counts["hyphens"] / max(counts["justified"], 1)
            title = f"{name}, {audit['stage']}" if audit["stage"] else name
            print(f"| {title} | " + " | ".join(str(counts[c]) for c in columns) + f" | {share:.1f} % |", flush=True)


def main():
    asked = arguments()
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is not there: name the shared corpus in CORPUS")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(f"{os.cpu_count()} cores; handbook: median of {RUNS} runs; Typst {typst.__version__ if hasattr(typst, '__version__') else ''}: median of 3\n")
    parts = {"speed": speed, "evenness": evenness, "audits": lambda work: audits(), "size": size}
    parts |= {"copies": lambda work: bulk(work, asked), "growth": lambda work: growth.growth(PROGRAM), "preview": lambda work: preview.bench(PROGRAM, CORPUS, work, lambda folder, out: ours([folder], out, 3)), "serve": lambda work: serve.bench(PROGRAM, work)}
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        for name in asked.parts or parts:
            parts.get(name, lambda _: sys.exit(f"there is no part {name}; the parts are {', '.join(parts)}"))(Path(folder))


if __name__ == "__main__":
    main()
