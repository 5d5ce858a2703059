#!/usr/bin/env python3
"""Runs every step of the action and of the jobs for GitLab as a CI would, with the world around them replaced.

usage: run.py [PROGRAM] [--only NAMES]

  PROGRAM        the program that the released archive holds (target/release/handbook)
  --only NAMES   only these: lint,schemas,good,failing,hostile,tag,install,settings,gitlab

GitHub's runner is tests/ci/runner.py; the server of the releases, GitLab's API, `gh` and `cargo` are tests/ci/standin.py. The
last line is `N passed, N failed`.
"""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "judges"), str(ROOT / "scripts" / "package")]
TOOLS = ROOT / "target" / "tools"
# The judges' own Python has what this needs.
JUDGES = TOOLS / "ci" / "bin" / "python"
if JUDGES.exists() and Path(sys.prefix).resolve() != (TOOLS / "ci").resolve():
    os.execv(JUDGES, [str(JUDGES), __file__, *sys.argv[1:]])

import yaml  # noqa: E402
from contents import VERSION  # noqa: E402
from report import Report, chosen  # noqa: E402
from runner import commands, use  # noqa: E402
from standin import Commands, Server  # noqa: E402

TRIPLE = subprocess.run(["uname", "-m"], capture_output=True, text=True).stdout.strip() + "-unknown-linux-gnu"
ARCHIVE = f"handbook-{VERSION}-{TRIPLE}.tar.gz"
RELEASES = "/OWNER/handbook/releases/download"

MANIFEST = """\
title: A Book
language: en-GB
stages:
  - { id: one, title: The First, chapter: one.md }
  - { id: two, title: The Second, chapter: two.md }
"""
GOOD = {"handbook.yaml": MANIFEST, "one.md": "# One\n\nSome words for {{ reader.name | you }}.\n", "two.md": "# Two\n\nMore words.\n"}
# An error on line 5 and two warnings on line 7 of the second chapter.
FAILING = {**GOOD, "two.md": "# Two\n\nWords.\n\nFor {{ reader.nme }}.\n\n![](picture.png)\n"}
WARNING = {**GOOD, "two.md": "# Two\n\n[away](nowhere.md)\n"}


class World:
    """A clean place for one job: a checkout, the action beside it, a server, commands, and the runner's own folder."""

    def __init__(self, program, archive, folder):
        self.folder, self.program = folder, program
        self.workspace, self.temp, self.action = folder / "work" / "book", folder / "temp", folder / "actions" / "handbook"
        for path in (self.workspace, self.temp):
            path.mkdir(parents=True)
        copy_action(self.action)
        self.server = Server()
        self.release({ARCHIVE: archive})
        self.commands = Commands(folder / "world", program)
        self.kept = {}
        self.uploaded, self.attested = None, None

    def release(self, files, *, sums=None):
        """Puts a release of this version onto the server."""
        told = sums or "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
        base = f"{RELEASES}/v{VERSION}"
        self.server.files = {f"{base}/{name}": (200, data) for name, data in {**files, "SHA256SUMS": told.encode()}.items()}

    def write(self, files, under="."):
        # Places are told from the root of the checkout.
        (self.workspace / ".git").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = self.workspace / under / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def others(self, name, asked):
        """What the actions of others do, as far as this one relies on it."""
        if name == "actions/cache" and asked["key"] in self.kept:
            shutil.copytree(self.kept[asked["key"]], asked["path"], dirs_exist_ok=True)
        elif name == "actions/upload-artifact":
            self.uploaded = sorted(str(path.relative_to(asked["path"])) for path in Path(asked["path"]).rglob("*") if path.is_file())
        elif name == "actions/attest-build-provenance":
            sums = Path(asked["subject-checksums"])
            rows = [line.split("  ", 1) for line in sums.read_text().splitlines()]
            assert rows and all(hashlib.sha256((sums.parent / file).read_bytes()).hexdigest() == digest for digest, file in rows)
            self.attested = sorted(file for _, file in rows)

    def use(self, inputs=None, *, tag=None, private=False, local=False, path=None):
        github = {
            "action_repository": "" if local else "OWNER/handbook",
            "server_url": self.server.address,
            "token": "a-token",
            "event": {"repository": {"private": private}},
        }
        environment = {
            "PATH": path or self.commands.path(),
            "HOME": str(self.folder / "home"),
            "GITHUB_REPOSITORY": "WRITER/book",
            "GITHUB_REF_TYPE": "tag" if tag else "branch",
            "GITHUB_REF_NAME": tag or "main",
            "TMPDIR": str(self.temp),
        }
        return use(self.action, self.workspace, inputs or {}, temp=self.temp, github=github, environment=environment, others=self.others)

    def close(self):
        self.server.close()


def copy_action(to, folders=("scripts",)):
    """What GitHub fetches for `uses:`, a tree without a history; most jobs need only the scripts of it."""
    to.mkdir(parents=True, exist_ok=True)
    for name in ("action.yml", "Cargo.toml", "Cargo.lock", "build.rs"):
        shutil.copy(ROOT / name, to)
    for name in folders:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))


def lint(report, _):
    """shellcheck, actionlint, the schemas, and what a careful reader asks of workflows."""
    tool = lambda *words: subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PATH": f"{TOOLS / 'ci' / 'bin'}:{os.environ['PATH']}"})
    scripts = sorted([*ROOT.glob("scripts/**/*.sh"), ROOT / ".ci" / "run", ROOT / "src" / "cli" / "new" / "both" / "ci.sh"])
    done = tool("shellcheck", "--external-sources", "--source-path=SCRIPTDIR", *scripts)
    report.check("lint", f"shellcheck, {len(scripts)} scripts", done.returncode and done.stdout)
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    done = tool(TOOLS / "bin" / "actionlint", "-no-color", *workflows)
    report.check("lint", f"actionlint, {len(workflows)} workflows", done.returncode and done.stdout + done.stderr)
    for schema, files in {"github-actions": ["action.yml"], "github-workflows": workflows, "gitlab-ci": ["scripts/ci/gitlab.yml"]}.items():
        done = tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
        report.check("lint", f"the schema {schema}", done.returncode and done.stdout + done.stderr)
    files = {path: yaml.safe_load(Path(ROOT / path).read_text()) for path in ["action.yml", *workflows]}
    steps = [step for about in files.values() for job in about.get("jobs", {"": about.get("runs")}).values() for step in job["steps"]]
    loose = [step["uses"] for step in steps if "uses" in step and not step["uses"].startswith("./") and len(step["uses"].split("@")[1]) != 40]
    report.check("lint", "actions are pinned by commit", loose and str(loose))
    filled = [step["run"] for step in steps if "${{" in step.get("run", "")]
    report.check("lint", "no value is put into the text of a script", filled and str(filled))
    broad = [str(path) for path, about in files.items() if "jobs" in about and about.get("permissions") != {"contents": "read"}]
    report.check("lint", "a workflow may read and nothing else, but for what a job names", broad and str(broad))


def schemas(report, world):
    """What the program writes for editors and servers fits, by a validator of JSON Schema: the schemas themselves, and
    what they hold for the books and themes of this repository."""
    tools = [str(Path(sys.executable).parent / "check-jsonschema")]
    tool = lambda *words: subprocess.run([*tools, *(str(word) for word in words)], cwd=ROOT, capture_output=True, text=True)
    written = lambda *words: subprocess.run([world.program, *words], cwd=world.workspace, capture_output=True, text=True).stdout
    wrong = {"manifest": "title: T\nstages:\n  - { id: one, chapters: one.md }\n", "theme": "colors: { accent: blue }\n"}
    files = {"manifest": ["handbook/handbook.yaml", "docs/proof/handbook.yaml"], "theme": sorted(ROOT.glob("themes/*.yaml"))}
    for of, good in files.items():
        schema, bad = world.folder / f"{of}.json", world.folder / f"wrong-{of}.yaml"
        schema.write_text(written("schema", of))
        bad.write_text(wrong[of])
        done = tool("--check-metaschema", schema)
        report.check("schemas", f"the schema of a {of} is one", done.returncode and done.stdout + done.stderr)
        done = tool("--schemafile", schema, *good)
        report.check("schemas", f"holds for {len(good)} of the repository's", done.returncode and done.stdout + done.stderr)
        done = tool("--schemafile", schema, bad)
        report.check("schemas", f"finds what is wrong with a {of}", done.returncode == 0 and done.stdout)


def good(report, world):
    """A good book on a branch: everything runs, nothing is published."""
    world.write(GOOD, "book")
    run = world.use({"project": "book", "stages": "1, all"})
    report.check("good", "ends well", run.failed and f"{run.failed}\n{run.log}")
    report.check("good", "nothing is annotated", run.annotations() and str(run.annotations()))
    expected = ["Install handbook", "Check the book", "Make the books", "Upload the books"]
    report.check("good", "the steps", run.steps != expected and str(run.steps))
    made = world.uploaded or []
    kinds = sorted(Path(name).suffix for name in made)
    report.check("good", "the artifact has two books in two formats and the sums", kinds != ["", ".epub", ".epub", ".pdf", ".pdf"] and str(made))
    report.check("good", "the output names the folder", not Path(run.outputs["folder"], "SHA256SUMS").is_file() and str(run.outputs))
    report.check("good", "the program is on the path", not any((Path(folder) / "handbook").is_file() for folder in run.path) and str(run.path))
    report.check("good", "the summary says what there is", not ("0 errors" in run.summary and all(name in run.summary for name in made if name != "SHA256SUMS")) and run.summary)
    asked = [call["words"][:2] for call in world.commands.gh_calls]
    report.check("good", "gh was asked for the attestation alone", asked != [["attestation", "verify"]] and str(asked))
    run = world.use({"project": "book", "formats": "epub"})
    report.check("good", "one format, the last stage", (run.failed or [Path(name).suffix for name in world.uploaded] != ["", ".epub"]) and f"{world.uploaded}\n{run.log}")


def failing(report, world):
    """A book with a mistake: its message stands at its line and no book is made."""
    for under, inputs in (("books/mine", {"project": "books/mine"}), (".", {})):
        world.write(FAILING, under)
        run = world.use(inputs)
        where = str(Path(under) / "two.md")
        errors = [(about.get("file"), about.get("line"), message) for kind, about, message in run.annotations() if kind == "error"]
        report.check("failing", f"the step fails, in {under}", run.failed != "Check the book" and f"{run.failed}\n{run.log}")
        report.check("failing", f"the message is at its line, in {under}", (len(errors) != 1 or errors[0] != (where, "5", "the field `reader.nme` is not known\nhelp: did you mean `reader.name`?")) and f"{errors}\n{run.log}")
        report.check("failing", f"nothing is made, in {under}", world.uploaded and str(world.uploaded))
        report.check("failing", f"the summary has it, in {under}", f"{where.replace('.md', '')}" not in run.summary and run.summary)
        shutil.rmtree(world.workspace / under if under != "." else world.workspace)
        world.workspace.mkdir(exist_ok=True)
    world.write(WARNING)
    run = world.use({"strict": "false"})
    warnings = [(about.get("file"), about.get("line")) for kind, about, _ in run.annotations() if kind == "warning"]
    report.check("failing", "a warning is one, and the books are made", (run.failed or ("two.md", "3") not in warnings or not world.uploaded) and f"{warnings}\n{run.log}")
    run = world.use({"strict": "true"})
    errors = [(about.get("file"), about.get("line")) for kind, about, _ in run.annotations() if kind == "error"]
    report.check("failing", "strict makes an error of it", (run.failed != "Check the book" or ("two.md", "3") not in errors) and f"{errors}\n{run.log}")


def hostile(report, world):
    """What an author writes is shown and never obeyed."""
    name = "a, b: 100%25 ::c.md"
    text = "# Two\n\n::error file=x::mine {{ reader.nme }}\n\n##[error]mine {{ reader.nme }} %0A::error::mine\n\n[![](::warning::mine)](##[add-mask]mine)\n"
    manifest = MANIFEST.replace("two.md", json.dumps(name)).replace("The Second", "'##[error]mine ::error::mine'")
    world.write({**GOOD, "handbook.yaml": manifest, name: text})
    run = world.use()
    found = commands(run.log)
    places = {(about.get("file"), about.get("line")) for kind, about, _ in found if kind == "error"}
    report.check("hostile", "the name of the file and the lines are told", places != {(name, "3"), (name, "5")} and f"{places}\n{run.log}")
    strange = [command for command in found if not command[1].get("title", "").startswith("handbook: ")]
    report.check("hostile", "no command but the program's own", strange and f"{strange}\n{run.log}")
    inside = [line for line in run.summary.splitlines() if "<" in line.replace("<br>", "") or line.startswith("#") and "handbook" not in line]
    report.check("hostile", "the summary is plain", inside and run.summary)
    run = world.use({"stages": "one$(touch /tmp/handbook-was-here)`x`\n::error::mine"})
    report.check("hostile", "no input is run", (not run.failed or Path("/tmp/handbook-was-here").exists()) and run.log)


def tag(report, world):
    """A tag: the files, their sums and an attestation go to its release."""
    world.write(GOOD)
    run = world.use({"publish": "true", "stages": "all"}, tag="v1.0")
    report.check("tag", "ends well", run.failed and f"{run.failed}\n{run.log}")
    calls = world.commands.gh_calls
    asked = [call["words"][:3] for call in calls if call["words"][0] == "release"]
    report.check("tag", "the release is made and filled", asked != [["release", "view", "v1.0"], ["release", "create", "v1.0"], ["release", "upload", "v1.0"]] and str(asked))
    report.check("tag", "in the right repository, with the job's token", {(call["repository"], call["token"]) for call in calls[1:]} != {("WRITER/book", "a-token")} and str(calls))
    report.check("tag", "all files are there", (world.commands.released("v1.0") != world.uploaded or len(world.uploaded) != 3) and f"{world.commands.released('v1.0')} {world.uploaded}")
    books = [name for name in world.uploaded if name != "SHA256SUMS"]
    report.check("tag", "every book is attested, before it is published", (world.attested != books or run.steps.index("Attest the books") > run.steps.index("Attach the books to the release")) and str(world.attested))
    notes = (world.commands.home / "notes").read_text()
    report.check("tag", "the notes have the sums", not all(name in notes for name in books) and notes)
    world.attested = None
    run = world.use({"publish": "true"}, tag="v1.0", private=True)
    again = [call["words"][1] for call in world.commands.gh_calls if call["words"][0] == "release"][3:]
    report.check("tag", "a second time: replaced, and nothing attested in private", (run.failed or again != ["view", "upload"] or world.attested) and f"{again} {run.log}")
    for inputs, ref in (({"publish": "true"}, None), ({"publish": "false"}, "v2.0")):
        run = world.use(inputs, tag=ref)
        report.check("tag", f"nothing is published with {inputs} and tag {ref}", (run.failed or run.steps[-1] != "Upload the books" or world.commands.released("v2.0")) and str(run.steps))


def install(report, world):
    """Where the program comes from, and when it must not come."""
    world.write(GOOD)
    copy_action(world.action, ("src", "handbook", "fonts", "themes"))
    archive = world.server.files[f"{RELEASES}/v{VERSION}/{ARCHIVE}"][1]

    def refused(name, words):
        run = world.use()
        last = run.annotations()[-1:] or [("", {}, "")]
        there = (world.temp / "handbook" / "bin" / "handbook").exists()
        report.check("install", name, (run.failed != "Install handbook" or last[0][0] != "error" or words not in last[0][2] or there or world.commands.cargo_calls) and run.log)

    world.release({ARCHIVE: archive[:-1] + b"x"}, sums=f"{hashlib.sha256(archive).hexdigest()}  {ARCHIVE}\n")
    refused("a changed archive is refused", "should be")
    world.release({ARCHIVE: archive})
    (world.commands.home / "refuse").touch()
    refused("one without an attestation is refused", "attestation")
    (world.commands.home / "refuse").unlink()
    world.server.statuses[("GET", f"{RELEASES}/v{VERSION}/SHA256SUMS")] = 403
    refused("a server that says no is no missing release", "403")
    world.server.statuses.clear()

    def compiled(name, prepare, **asked):
        prepare()
        run = world.use(**asked)
        steps = run.steps[1:3]
        keys = [about["key"] for used, about in run.uses if used == "actions/cache"]
        report.check("install", name, (run.failed or steps != ["Fetch a compiled handbook", "Compile handbook"] or len(world.commands.cargo_calls) != 1) and f"{run.steps}\n{run.log}")
        (world.commands.home / "cargo-calls").unlink(missing_ok=True)
        return keys[0]

    def nothing():
        world.server.files = {}

    first = compiled("without a release it is compiled", nothing)
    second = compiled("without a file for this platform too", lambda: world.release({"handbook-other.tar.gz": b""}))
    third = compiled("from a checkout too", lambda: world.release({ARCHIVE: archive}), local=True)
    report.check("install", "the cache's key goes by the sources", (len({first, second, third}) != 1 or TRIPLE not in first) and f"{first} {second} {third}")
    (world.action / "src" / "lib.rs").write_text("// other sources")
    world.kept[first] = world.folder / "kept"
    shutil.copytree(world.temp / "handbook" / "bin", world.kept[first])
    other = compiled("other sources are not in the cache", nothing)
    report.check("install", "their key is another", other == first and other)
    world.kept[other] = world.kept[first]
    run = world.use()
    report.check("install", "a cached program is not compiled again", (run.failed or world.commands.cargo_calls) and run.log)
    world.kept.clear()
    run = world.use(path=world.commands.path(without=["cargo"]))
    report.check("install", "without cargo it says so", (run.failed != "Compile handbook" or "nor a Rust" not in run.annotations()[-1][2]) and run.log)


def settings(report, world):
    """Settings that cannot be meant are told before any work; personal copies stay private."""
    world.write({**GOOD, "roster.csv": "name,stage\nAda Lovelace,one\nGrace Hopper,two\n"})
    for inputs, private, words in (
        ({"strict": "yes"}, False, "strict is true or false"),
        ({"publish": "1"}, False, "publish is true or false"),
        ({"project": "nowhere"}, False, "there is no `nowhere`"),
        ({"roster": "readers.csv"}, True, "there is no file `readers.csv`"),
        ({"roster": "roster.csv"}, False, "private repository"),
        ({"roster": "roster.csv", "publish": "true"}, True, "exclude each other"),
        ({"roster": "roster.csv", "stages": "1"}, True, "exclude each other"),
    ):
        run = world.use(inputs, private=private)
        last = run.annotations()[-1:] or [("", {}, "")]
        report.check("settings", str(inputs), (run.failed != "Check the book" or words not in last[0][2]) and run.log)
    report.check("settings", "nothing was uploaded", world.uploaded and str(world.uploaded))
    run = world.use({"roster": "roster.csv"}, private=True)
    books = [name for name in world.uploaded or [] if name.endswith((".pdf", ".epub"))]
    report.check("settings", "a roster in private", (run.failed or len(books) != 4 or "ada-lovelace--one.pdf" not in books) and f"{world.uploaded}\n{run.log}")
    for inputs, words in (({"stages": " , "}, "names none"), ({"stages": "seven"}, "could not be made"), ({"formats": "docx"}, "could not be made")):
        run = world.use(inputs)
        last = run.annotations()[-1:] or [("", {}, "")]
        report.check("settings", str(inputs), (run.failed != "Make the books" or words not in last[0][2]) and run.log)


def gitlab(report, world):
    """The jobs of gitlab.yml, line by line."""
    git = lambda *words: subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@localhost", *words], cwd=world.action, check=True, capture_output=True)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "x"), ("tag", "v1")):
        git(*words)
    template = yaml.safe_load((ROOT / "scripts" / "ci" / "gitlab.yml").read_text())

    def job(name, **more):
        """Runs a job in a clean checkout. Variables are put into variables as GitLab does it."""
        shutil.rmtree(world.workspace / ".handbook", ignore_errors=True)
        own = {
            "PATH": world.commands.path(), "HOME": str(world.folder / "home"), "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": str(world.workspace),
            "CI_API_V4_URL": f"{world.server.address}/api/v4", "CI_PROJECT_ID": "7", "CI_JOB_TOKEN": "job-token", "CI_PROJECT_VISIBILITY": "public",
            "HANDBOOK_REPOSITORY": world.action.as_uri(), **template["variables"], "HANDBOOK_RELEASES": world.server.address + RELEASES, **more,
        }  # fmt: skip
        own = {key: value.replace("$CI_PROJECT_DIR", str(world.workspace)) for key, value in own.items()}
        lines = [*template[".handbook"]["before_script"], *template[name]["script"]]
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", "\n".join(lines)], cwd=world.workspace, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode(errors="replace")

    report_file = world.workspace / "handbook-code-quality.json"
    # The same message twice, so that only their count tells them apart.
    world.write({**FAILING, "two.md": FAILING["two.md"] + "\nFor {{ reader.nme }}.\n"}, "my book")
    status, said = job("handbook", HANDBOOK_PROJECT="my book")
    found = json.loads(report_file.read_text()) if report_file.exists() else []
    places = {(entry["location"]["path"], entry["location"]["lines"]["begin"], entry["severity"]) for entry in found}
    report.check("gitlab", "a failing book ends the job", (status != 1 or (world.workspace / "books").exists()) and said)
    report.check("gitlab", "its message is at its line", ("my book/two.md", 5, "major") not in places and f"{places}\n{said}")
    keys = {"description", "check_name", "fingerprint", "severity", "location"}
    report.check("gitlab", "the report has what GitLab reads", any(set(entry) != keys for entry in found) and str(found))
    report.check("gitlab", "no fingerprint twice", len({entry["fingerprint"] for entry in found}) != len(found) and str(found))
    shutil.rmtree(world.workspace / "my book")
    world.write(GOOD)
    status, said = job("handbook", HANDBOOK_STAGES="all")
    made = sorted(path.name for path in (world.workspace / "books").iterdir()) if not status else []
    report.check("gitlab", "a good book is made", (status or len(made) != 3 or json.loads(report_file.read_text())) and f"{made}\n{said}")
    report.check("gitlab", "without GitHub's commands", "::" in said and said)
    for name, statuses in (("a tag", {}), ("a tag again", {("POST", "/api/v4/projects/7/releases"): 409, **{("POST", "/api/v4/projects/7/releases/v1.0%2Ba/assets/links"): 400}})):
        world.server.requests.clear()
        world.server.statuses = statuses
        status, said = job("handbook-release", CI_COMMIT_TAG="v1.0+a", HANDBOOK_PUBLISH="true")
        sent = [request for request in world.server.requests if request[0] != "GET"]
        put = {path.rsplit("/", 1)[1]: body for method, path, _, body in sent if method == "PUT"}
        report.check("gitlab", f"{name}: ends well", status and said)
        report.check("gitlab", f"{name}: every file is sent as it is", put != {path: (world.workspace / "books" / path).read_bytes() for path in made} and str(sorted(put)))
        report.check("gitlab", f"{name}: with the job's token", {headers.get("JOB-TOKEN") for _, _, headers, _ in sent} != {"job-token"} and str([headers for _, _, headers, _ in sent]))
        told = [json.loads(body) for method, path, _, body in sent if method == "POST" and path.endswith("/releases")]
        report.check("gitlab", f"{name}: the release has the sums", (len(told) != 1 or told[0]["tag_name"] != "v1.0+a" or made[-1] not in told[0]["description"]) and str(told))
        links = {json.loads(body)["name"]: json.loads(body)["url"] for method, path, _, body in sent if path.endswith("/assets/links")}
        report.check("gitlab", f"{name}: and links to what was sent", {url.replace(world.server.address, "") for url in links.values()} != {path for method, path, _, _ in sent if method == "PUT"} and str(links))
    world.server.statuses = {("POST", "/api/v4/projects/7/releases"): 403}
    status, said = job("handbook-release", CI_COMMIT_TAG="v1.0+a", HANDBOOK_PUBLISH="true")
    report.check("gitlab", "a release that is refused ends the job", (status != 1 or "403" not in said) and said)
    world.write({"roster.csv": "name,stage\nAda,one\n"})
    status, said = job("handbook", HANDBOOK_ROSTER="roster.csv")
    report.check("gitlab", "a roster in public is refused", (status != 1 or "personal" not in said) and said)
    status, said = job("handbook", HANDBOOK_ROSTER="roster.csv", CI_PROJECT_VISIBILITY="private")
    report.check("gitlab", "and made in private", (status or not (world.workspace / "books" / "ada--one.pdf").is_file()) and said)


CHECKS = {check.__name__: check for check in (lint, schemas, good, failing, hostile, tag, install, settings, gitlab)}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "target" / "release" / "handbook")
    parser.add_argument("--only", default=",".join(CHECKS))
    asked = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="ci-") as folder:
        pack = [sys.executable, ROOT / "scripts" / "package" / "archive.py", asked.program, "--triple", TRIPLE, "--notices", ROOT / "LICENSE-MIT", "--out", folder]
        done = subprocess.run([str(word) for word in pack], capture_output=True, text=True)
        report.check("archive", "the program is packed", done.returncode and done.stderr)
        archive = (Path(folder) / ARCHIVE).read_bytes() if not done.returncode else b""
        for name in chosen(asked.only, CHECKS):
            with report.timed(name):
                world = World(asked.program.resolve(), archive, Path(folder) / name)
                try:
                    CHECKS[name](report, world)
                finally:
                    world.close()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
