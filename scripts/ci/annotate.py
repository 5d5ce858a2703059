#!/usr/bin/env python3
"""Shows what `handbook check --json` found where a CI shows such things: at the lines of a change.

usage: annotate.py --project DIR [--github] [--gitlab FILE] [--summary FILE] <check.json

  --project DIR   the book's folder, as it was given to the program: places are told from the repository's root
  --github        workflow commands on standard output, which GitHub shows as annotations
  --gitlab FILE   writes a report on code quality
  --summary FILE  adds what was found to a page in Markdown

Once the program has `check --format github`, that can take the place of `--github`.
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


def place(project, name):
    """A file that a message names, as a path from the repository's root, or None.

    The program names files from the project's folder, or from the repository's root when they lie outside of the project. The
    first that is there counts. What leads out of the repository is no place in it.
    """
    if not name:
        return None
    folder = project if os.path.isdir(project) else os.path.dirname(project)
    for path in (os.path.join(folder, name), name):
        # An absolute name stays what it is in `join`.
        path = os.path.relpath(path).replace(os.sep, "/")
        if os.path.isfile(path) and not path.startswith("../"):
            return path
    return None


def command_text(text):
    """Text after the second pair of colons of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text):
    """The value of a property of a workflow command, which a comma or a colon would end."""
    return command_text(text).replace(":", "%3A").replace(",", "%2C")


def words(message):
    """What a person reads: the message and what to do."""
    return message["message"] + (f"\nhelp: {message['hint']}" if message.get("hint") else "")


def workflow_command(message, project):
    """One message as GitHub's runner takes it from the log."""
    path = place(project, message.get("file"))
    properties = {}
    if path:
        keys = {"line": "line", "column": "col", "end_line": "endLine", "end_column": "endColumn"}
        properties = {"file": path, **{github: str(message[own]) for own, github in keys.items() if message.get(own)}}
    properties["title"] = f"handbook: {message['code']}"
    text = words(message)
    if not path and message.get("file"):
        text = f"{message['file']}: {text}"
    listed = ",".join(f"{key}={command_property(value)}" for key, value in properties.items())
    return f"::{message['severity']} {listed}::{command_text(text)}"


def code_quality(messages, project):
    """All messages as GitLab's report on code quality. A fingerprint goes by the words and not by the line, so that a message
    whose line moved is not a new one."""
    report, seen = [], {}
    for message in messages:
        path = place(project, message.get("file")) or os.path.relpath(project).replace(os.sep, "/")
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


def summary(found, messages, project):
    """A page for people: a line of figures and a table."""
    errors = sum(message["severity"] == "error" for message in messages)
    figures = [(found.get("books") or 0, "book"), (found.get("pages") or 0, "page"), (errors, "error"), (len(messages) - errors, "warning")]
    lines = ["### handbook check", "", ", ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in figures), ""]
    if messages:
        lines += ["| | where | what |", "|---|---|---|"]
    for message in messages[:SHOWN]:
        where = place(project, message.get("file")) or message.get("file") or ""
        where += f":{message['line']}" if message.get("line") else ""
        lines.append(f"| {message['severity']} | {cell(where)} | {cell(words(message))} |")
    if len(messages) > SHOWN:
        lines += ["", f"and {len(messages) - SHOWN:,} more, in the log"]
    return "\n".join(lines) + "\n\n"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--github", action="store_true")
    parser.add_argument("--gitlab", type=Path)
    parser.add_argument("--summary", type=Path)
    asked = parser.parse_args()
    found = json.load(sys.stdin)
    # A runner shows the first ten of a step: errors come first. What follows is in the program's order.
    messages = sorted(found["diagnostics"], key=lambda message: message["severity"] != "error")
    if asked.github:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        for message in messages:
            print(workflow_command(message, asked.project))
    if asked.gitlab:
        asked.gitlab.write_text(json.dumps(code_quality(messages, asked.project), ensure_ascii=False, indent=1), encoding="utf-8")
    if asked.summary:
        with asked.summary.open("a", encoding="utf-8") as page:
            page.write(summary(found, messages, asked.project))


if __name__ == "__main__":
    main()
