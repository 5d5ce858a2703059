#!/usr/bin/env python3
"""No sentence of the article that the handbook's subject comes from is copied, and the handbook is as long as it should be.

The article is not in the repository. `article-hashes.txt` has hashes of all its runs of eight words, titles left out, so
that the check works anywhere. To make it anew: article.py ARTICLE.txt
"""
import hashlib
import re
import sys
from pathlib import Path

from place import ROOT

HASHES = Path(__file__).with_name("article-hashes.txt")
RUN = 8
LEAST_WORDS = 52_000

# Titles of works and of the handbook's own parts, which may be the article's too.
EXEMPT = {"the managers path a guide for tech leaders"}


def words_of(text):
    return re.findall(r"[^\W_]+", re.sub(r"['’]", "", text.lower()))


def runs_of(words):
    return [" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]


def digest(words):
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def sentences_of_article(text):
    """The article without its title lines, which end without a stop."""
    return "\n".join(line for line in text.split("\n") if re.search(r"[.?!:)\"]\s*$", line) and not line.startswith("Stage "))


def text_of_chapter(source):
    """A chapter's prose: comments out, link targets out, what front matter says in (it is printed too)."""
    source = re.sub(r"<!--.*?-->", " ", source, flags=re.S)
    source = re.sub(r"\]\([^)\s]*", "] ", source)
    return re.sub(r"^(title|summary|milestone|keywords|stages|paths):", " ", source, flags=re.M)


def check_article(report, books):
    with report.timed("article"):
        known = set(HASHES.read_text().split())
        report.check("article", "the list of hashes", len(known) < 1000 and "too short to be true")
        total = 0
        for file in sorted((ROOT / "handbook").rglob("*")):
            if file.suffix not in (".md", ".svg"):
                continue
            source = file.read_text(encoding="utf-8")
            words = words_of(text_of_chapter(source) if file.suffix == ".md" else re.sub(r"<[^>]*>", " ", source))
            total += len(words) if file.suffix == ".md" else 0
            copied = [run for run in runs_of(words) if digest(run) in known and run not in EXEMPT]
            report.check("article", str(file.relative_to(ROOT)), "\n".join(f"stands in the article: {run}" for run in copied))
        report.check("article", f"at least {LEAST_WORDS} words", total < LEAST_WORDS and f"only {total}")


if __name__ == "__main__":
    article = sentences_of_article(Path(sys.argv[1]).read_text(encoding="utf-8"))
    HASHES.write_text("\n".join(sorted({digest(run) for run in runs_of(words_of(article))})) + "\n")
