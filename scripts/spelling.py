#!/usr/bin/env python3
"""Spelling of the handbook and the documentation, by hunspell in British English, with the project's own words.

Words that are right and that hunspell does not know stand in docs/dictionary.txt, one a line. codespell looks for common
slips too, in code and comments as well.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DICTIONARY = ROOT / "docs" / "dictionary.txt"
CODESPELL = ROOT / "target" / "tools" / "venv" / "bin" / "codespell"


def blank(match):
    """Same lines, no words."""
    return "\n" * match.group().count("\n") + " "


def prose(text):
    """Markdown without what is not English: code, comments, addresses, tags, keys of front matter."""
    for pattern in (r"^```.*?^```", r"^ {4,}.*$", r"<!--(?! index:).*?-->", r"`[^`\n]*`", r"\]\([^)\s]*", r"<?https?://[^\s)>]*", r"<[^>\n]*>", r"\{\{.*?\}\}", r"\[\^[^\]]*\]"):
        text = re.sub(pattern, blank, text, flags=re.M | re.S if pattern.startswith(("^`", "<!")) else re.M)
    return re.sub(r"^\w+:", " ", text, flags=re.M).replace("’", "'")


def words_of(line):
    """Letters and inner apostrophes, so that hunspell parts words as we do; a possessive is judged by its owner. Other scripts' words are not English."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", line)
    return [re.sub(r"'s?$", "", word) for word in words if word < "\N{GREEK CAPITAL LETTER HETA}"]


def unknown_words(text):
    words = sorted(set(words_of(text)))
    done = subprocess.run(["hunspell", "-l", "-i", "utf-8", "-d", "en_GB", "-p", DICTIONARY], input="\n".join(words), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"hunspell: {done.stderr}")
    return set(done.stdout.split())


def main():
    # The specimen is full of other languages' words.
    documents = [file for file in sorted((ROOT / "docs").rglob("*.md")) if "proof" not in file.relative_to(ROOT / "docs").parts]
    files = [*sorted((ROOT / "handbook").rglob("*.md")), *documents, ROOT / "README.md", ROOT / "CHANGELOG.md"]
    found = 0
    for file in files:
        text = prose(file.read_text(encoding="utf-8"))
        unknown = unknown_words(text)
        for number, line in enumerate(text.split("\n"), 1):
            for word in words_of(line):
                if word in unknown:
                    print(f"{file.relative_to(ROOT)}:{number}: {word}")
                    found += 1
    # Other languages' words are left out, and strings, in which tests make mistakes on purpose.
    ignored = ["--skip", "src/words/*,*/package-lock.json", "--ignore-words-list", "outloud,titel,flate,ist,onyl,fro,numer,shortend", "--ignore-regex", r'"(\\.|[^"\\])*"|`[^`]*`']
    slips = subprocess.run([CODESPELL, *ignored, "src", "themes", "scripts", "tests/judges", "benches", "Makefile"], cwd=ROOT)
    print(f"{len(files)} files, {found} unknown words")
    sys.exit(1 if found or slips.returncode else 0)


if __name__ == "__main__":
    main()
