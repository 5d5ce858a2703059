#!/usr/bin/env python3
"""Shows what `handbook check --json` found where a CI shows such things, beside the log.

usage: annotate.py --project DIR [--gitlab FILE] [--summary FILE] <check.json

  --project DIR   the book's folder from the repository's root, for messages about the book as a whole
  --gitlab FILE   writes a report on code quality
  --summary FILE  adds what was found to a page in Markdown

GitHub's annotations are the program's own: `handbook check --format github`.
"""
import argparse
import hashlib
import html
import json
import os
import sys
from pathlib import Path

# A summary is for a glance; the log has the rest.
SHOWN = 50


def words(message):
    """What a person reads: the message and what to do."""
    return message["message"] + (f"\nhelp: {message['hint']}" if message.get("hint") else "")


def code_quality(messages, project):
    """All messages as GitLab's report on code quality. A fingerprint goes by the words and not by the line, so that a message
    whose line moved is not a new one."""
    report, seen = [], {}
    for message in messages:
        path = message.get("file") or os.path.relpath(project).replace(os.sep, "/")
        about = "\0".join([message["code"], path, message["message"], message.get("source") or ""])
        nth = seen[about] = seen.get(about, 0) + 1
        report.append(
            {
                "description": words(message).replace("\n", " — "),
                "check_name": message["code"],
                "fingerprint": hashlib.sha256(f"{about}\0{nth}".encode()).hexdigest(),
                "severity": "major" if message["severity"] == "error" else "minor",
                "location": {"path": path, "lines": {"begin": message.get("line") or 1}},
            }
        )
    return report


def cell(text):
    """Text in a cell of a table in Markdown, with nothing in it that Markdown or HTML would take for its own."""
    plain = html.escape(" ".join(str(text).split()), quote=False)
    return "".join(f"&#{ord(c)};" if c in "|*_`[]~\\#@:" else c for c in plain)


def summary(found, messages):
    """A page for people: a line of figures and a table."""
    errors = sum(message["severity"] == "error" for message in messages)
    figures = [(found.get("books") or 0, "book"), (found.get("pages") or 0, "page"), (errors, "error"), (len(messages) - errors, "warning")]
    lines = ["### handbook check", "", ", ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in figures), ""]
    if messages:
        lines += ["| | where | what |", "|---|---|---|"]
    for message in messages[:SHOWN]:
        where = message.get("file") or ""
        where += f":{message['line']}" if message.get("line") else ""
        lines.append(f"| {message['severity']} | {cell(where)} | {cell(words(message))} |")
    if len(messages) > SHOWN:
        lines += ["", f"and {len(messages) - SHOWN:,} more, in the log"]
    return "\n".join(lines) + "\n\n"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--gitlab", type=Path)
    parser.add_argument("--summary", type=Path)
    asked = parser.parse_args()
    found = json.load(sys.stdin)
    # Errors come first. What follows is in the program's order.
    messages = sorted(found["diagnostics"], key=lambda message: message["severity"] != "error")
    if asked.gitlab:
        asked.gitlab.write_text(json.dumps(code_quality(messages, asked.project), ensure_ascii=False, indent=1), encoding="utf-8")
    if asked.summary:
        with asked.summary.open("a", encoding="utf-8") as page:
            page.write(summary(found, messages))


if __name__ == "__main__":
    main()
