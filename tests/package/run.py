#!/usr/bin/env python3
"""Makes every package of a built program, installs each into a clean place, and makes a book with what is there.

usage: run.py [PROGRAM] [--triple TRIPLE] [--only NAMES]

  PROGRAM        the program (target/release/handbook); a static one (RUSTFLAGS='-C target-feature=+crt-static') makes the
                 container image too, a dynamic one has to be refused there
  --triple       its platform (x86_64-unknown-linux-gnu)
  --only NAMES   only these: archive,wheel,deb,image,bill,notices

It runs on Linux, as root or with user namespaces, with dpkg. The last line is `N passed, N failed`.
"""
import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "judges"), str(ROOT / "scripts" / "package")]
from contents import ABOUT, VERSION  # noqa: E402
from elf import Elf  # noqa: E402
from report import Report, chosen  # noqa: E402

TOOLS = ROOT / "target" / "tools"
# What a program finds around it that has nothing: no PATH, no home, no locale.
NOTHING = {"HOME": "/nonexistent", "PATH": "/nonexistent"}
BOOK = ["build", "--reader", "Ada Lovelace", "--stage", "1"]


def run(command, *, cwd="/", env=None):
    """Runs a command without input; its status and all that it said."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    return done.returncode, done.stdout.decode(errors="replace")


def as_root(command):
    """Who is not root is one in a namespace of their own."""
    return command if os.geteuid() == 0 else ["unshare", "--map-root-user", *command]


class Packages:
    """The program under test and the folder with what was packed out of it."""

    def __init__(self, program, triple, folder):
        self.program, self.triple, self.folder = program, triple, folder
        self.static = Elf(program.read_bytes()).static

    def pack(self, out, env):
        return run(["bash", ROOT / "scripts" / "package" / "all.sh", self.program, self.triple, out], env=env)

    def one(self, pattern):
        found = list(self.folder.glob(pattern))
        assert len(found) == 1, f"{pattern} fits {[path.name for path in found]}"
        return found[0]


def works(report, group, command, out, env=None):
    """The program says its version and makes the built-in handbook, both formats."""
    status, said = run([*command, "--version"], env=env or NOTHING)
    report.check(group, "says its version", (status or said != f"handbook {VERSION}\n") and said)
    start = time.monotonic()
    status, said = run([*command, *BOOK, "--out", out[0]], env=env or NOTHING)
    made = sorted(file.suffix for file in Path(out[1]).iterdir()) if Path(out[1]).is_dir() else []
    report.check(group, "makes a book", (status or made != [".epub", ".pdf"]) and f"{made}\n{said}")
    return time.monotonic() - start


def guides(report, group, folder, pages, completions):
    """The manual and the completions for shells are where they belong."""
    missing = [name for name in [*pages, *completions] if not (folder / name).is_file()]
    report.check(group, "has the manual and completions", missing and str(missing))


def check_archive(report, packages, place):
    """Unpacked into an empty folder it runs, with nothing beside it, and has its papers."""
    name = f"handbook-{VERSION}-{packages.triple}"
    start = time.monotonic()
    with tarfile.open(packages.one("*.tar.gz")) as archive:
        archive.extractall(place, filter="tar")
        owners = {(entry.uid, entry.gid, entry.uname) for entry in archive}
    report.check("archive", "belongs to root", owners != {(0, 0, "root")} and str(owners))
    held = sorted(path.name for path in (place / name).iterdir() if path.is_file())
    papers = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "NOTICES.txt", "README.md", "handbook"]
    report.check("archive", "holds the program and its papers", held != papers and str(held))
    shells = ("bash", "elvish", "fish", "powershell", "zsh")
    guides(report, "archive", place / name, ["man/handbook.1", "man/handbook-build.1"], [f"completions/handbook.{shell}" for shell in shells])
    works(report, "archive", [place / name / "handbook"], (place / "out", place / "out"))
    report.remark(f"from the archive to the first book: {time.monotonic() - start:.1f} s")


def check_wheel(report, packages, place):
    """Installed by pip into a new environment it runs; its record is right; nothing is left when it goes."""
    wheel = packages.one("*.whl")
    with zipfile.ZipFile(wheel) as files:
        info = next(name for name in files.namelist() if name.endswith("/RECORD"))
        rows = [line.rsplit(",", 2) for line in files.read(info).decode().splitlines()]
        digest = lambda data: "sha256=" + urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        wrong = [name for name, listed, size in rows[:-1] if (listed, int(size)) != (digest(files.read(name)), files.getinfo(name).file_size)]
        missing = set(files.namelist()) ^ {name for name, _, _ in rows}
    report.check("wheel", "its record is right", (wrong or missing or rows[-1] != [info, "", ""]) and f"{wrong} {missing} {rows[-1]}")
    status, said = run([sys.executable, "-m", "venv", place / "venv"])
    report.check("wheel", "a new environment", status and said)
    python, clean = place / "venv" / "bin" / "python", {"HOME": str(place), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": "/dev/null"}
    # pip leaves empty folders.
    files = lambda: {path for path in (place / "venv").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    before = files()
    start = time.monotonic()
    status, said = run([python, "-m", "pip", "install", "--no-index", "--no-deps", "--disable-pip-version-check", wheel], env=clean)
    report.check("wheel", "pip installs it", status and said)
    installed = ["man/man1/handbook-build.1", "bash-completion/completions/handbook", "fish/vendor_completions.d/handbook.fish"]
    guides(report, "wheel", place / "venv" / "share", installed, ["zsh/site-functions/_handbook"])
    works(report, "wheel", [place / "venv" / "bin" / "handbook"], (place / "out", place / "out"))
    report.remark(f"from the wheel to the first book: {time.monotonic() - start:.1f} s")
    status, said = run([python, "-c", "from importlib.metadata import metadata as m; h = m('handbook'); print(h['Name'], h['Version'], h['Summary'], sep='|')"], env=clean)
    report.check("wheel", "says what it is", said.strip() != f"handbook|{VERSION}|{ABOUT['description']}" and said)
    status, said = run([python, "-m", "pip", "uninstall", "--yes", "handbook"], env=clean)
    left = files() - before
    report.check("wheel", "pip removes it", (status or left) and f"{left}\n{said}")


def check_deb(report, packages, place):
    """Installed by dpkg into a root of its own it runs and is whole; purged, nothing of it is left."""
    package = packages.one("*.deb")
    root, state = place / "root", place / "root" / "var" / "lib" / "dpkg"
    for folder in (state / "info", state / "updates", state / "triggers"):
        folder.mkdir(parents=True)
    for name in ("status", "available"):
        (state / name).touch()
    # A program that is not static wants the C library, which this root has not.
    dpkg = as_root(["dpkg", f"--root={root}", "--force-not-root", "--force-script-chrootless", *([] if packages.static else ["--force-depends"]), "--log=/dev/null"])
    status, said = run([*dpkg, "--install", package])
    report.check("deb", "dpkg installs it", status and said)
    installed = ["man/man1/handbook-build.1.gz", "bash-completion/completions/handbook", "fish/vendor_completions.d/handbook.fish"]
    guides(report, "deb", root / "usr" / "share", installed, ["zsh/vendor-completions/_handbook"])
    works(report, "deb", [root / "usr" / "bin" / "handbook"], (place / "out", place / "out"))
    status, said = run([*dpkg, "--verify", "handbook"])
    report.check("deb", "dpkg finds it whole", (status or said) and said)
    doc = root / "usr" / "share" / "doc" / "handbook"
    held = sorted(path.name for path in doc.iterdir())
    report.check("deb", "has its papers", held != ["CHANGELOG.md.gz", "NOTICES.txt.gz", "README.md.gz", "changelog.gz", "copyright"] and str(held))
    report.check("deb", "the notices can be read", b"SIL Open Font License" not in gzip.decompress((doc / "NOTICES.txt.gz").read_bytes()).replace(b"SIL OPEN FONT LICENSE", b"SIL Open Font License") and "no font licence in it")
    owners = {(path.stat().st_uid, path.stat().st_gid, oct(path.stat().st_mode & 0o7022)) for path in (root / "usr").rglob("*")}
    report.check("deb", "nobody else can write to it", any(mode != "0o0" for _, _, mode in owners) and str(owners))
    status, said = run([*dpkg, "--purge", "handbook"])
    left = [path for path in root.rglob("*") if path.is_file() and state not in path.parents]
    report.check("deb", "dpkg removes it", (status or left) and f"{left}\n{said}")


def check_image(report, packages, place):
    """The image is what its checksums say, and the program runs in its file system with nothing else, as its own user."""
    command = [sys.executable, ROOT / "scripts" / "package" / "image.py", packages.program, "--notices", ROOT / "LICENSE-MIT", "--out", place / "refused"]
    if not packages.static:
        status, said = run(command)
        report.check("image", "a program that needs a loader is refused", (status == 0 or "crt-static" not in said) and said)
        report.remark("the image was not made: this program is not static")
        return
    with tarfile.open(packages.one("*.oci.tar")) as archive:
        archive.extractall(place / "oci", filter="tar")
    blob = lambda entry: (place / "oci" / "blobs" / entry["digest"].replace(":", "/")).read_bytes()
    index = json.loads((place / "oci" / "index.json").read_text())
    manifest = json.loads(blob(index["manifests"][0]))
    config, layer = json.loads(blob(manifest["config"])), blob(manifest["layers"][0])
    wrong = [entry["digest"] for entry in (index["manifests"][0], manifest["config"], manifest["layers"][0]) if f"sha256:{hashlib.sha256(blob(entry)).hexdigest()}" != entry["digest"] or len(blob(entry)) != entry["size"]]
    report.check("image", "its checksums are right", wrong and str(wrong))
    layers = [f"sha256:{hashlib.sha256(gzip.decompress(layer)).hexdigest()}"]
    report.check("image", "its layer is the one it names", config["rootfs"]["diff_ids"] != layers and str(config["rootfs"]))
    root = place / "root"
    with tarfile.open(fileobj=__import__("io").BytesIO(gzip.decompress(layer))) as archive:
        archive.extractall(root, filter="fully_trusted")
    files = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    report.check("image", "holds the program and its papers", [name for name in files if not name.startswith("usr/share/doc/")] != ["etc/passwd", "usr/bin/handbook"] and str(files))
    user, entry, folder = config["config"]["User"], config["config"]["Entrypoint"], config["config"]["WorkingDir"]
    chroot = as_root(["chroot", *([f"--userspec={user}"] if os.geteuid() == 0 else []), root, *entry])
    inside = dict(pair.split("=", 1) for pair in config["config"]["Env"])
    # `chroot` itself is found by the path of this machine.
    chroot[0] = shutil.which(chroot[0], path=os.environ["PATH"] + ":/usr/sbin")
    seconds = works(report, "image", chroot, (f"{folder}/out", root / folder.lstrip("/") / "out"), env=inside)
    report.remark(f"in the image's file system, the first book: {seconds:.1f} s")


def check_bill(report, packages, place):
    """The bill of materials fits the schema of CycloneDX and names the program that was packed."""
    bill = packages.one("*.cdx.json")
    validate = "import sys; from cyclonedx.validation.json import JsonStrictValidator as V; from cyclonedx.schema import SchemaVersion as S; p = V(S.V1_6).validate_str(open(sys.argv[1]).read()); sys.exit(str(p) if p else 0)"
    status, said = run([TOOLS / "ci" / "bin" / "python", "-c", validate, bill])
    report.check("bill", "fits CycloneDX 1.6", status and said)
    told = json.loads(bill.read_text())
    program = told["metadata"]["component"]["hashes"][0]["content"]
    report.check("bill", "names this program", program != hashlib.sha256(packages.program.read_bytes()).hexdigest() and program)
    bare = [entry["name"] for entry in told["components"] if not (entry["licenses"] and entry.get("hashes"))]
    report.check("bill", "every library has a licence and a checksum", bare and str(bare))
    names = {entry["name"] for entry in told["components"]}
    direct = {"clap", "printpdf", "pulldown-cmark", "serde_yaml", "epub-builder"}
    others = {"proptest", "criterion"}
    report.check("bill", "has what is in the program and not what tests need", (direct - names or others & names) and f"{direct - names} {others & names}")


def check_notices(report, packages, place):
    """The words that licences ask for are there."""
    with tarfile.open(packages.one("*.tar.gz")) as archive:
        text = archive.extractfile(f"handbook-{VERSION}-{packages.triple}/NOTICES.txt").read().decode()
    wanted = ["Creative Commons Attribution 4.0", "SIL OPEN FONT LICENSE", "Mozilla Public License Version 2.0", "UNICODE LICENSE V3", "GNU LESSER GENERAL PUBLIC LICENSE", "SourceSerif4-Regular.ttf"]
    missing = [words for words in wanted if words.lower() not in text.lower()]
    report.check("notices", "the licences are in it", missing and str(missing))
    bill = json.loads(packages.one("*.cdx.json").read_text())
    silent = [entry["name"] for entry in bill["components"] if f"{entry['name']} {entry['version']}" not in text]
    report.check("notices", "every library is named", silent and str(silent))


CHECKS = {"archive": check_archive, "wheel": check_wheel, "deb": check_deb, "image": check_image, "bill": check_bill, "notices": check_notices}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "target" / "release" / "handbook")
    parser.add_argument("--triple", default="x86_64-unknown-linux-gnu")
    parser.add_argument("--only", default=",".join(CHECKS))
    asked = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="packages-") as folder:
        # The image's user has to get through.
        Path(folder).chmod(0o755)
        packages = Packages(asked.program.resolve(), asked.triple, Path(folder) / "packages")
        with report.timed("packed"):
            plain = {**os.environ, "SOURCE_DATE_EPOCH": "1793491200"}
            status, said = packages.pack(packages.folder, plain)
            report.check("packed", "every package is made", status and said)
            again = Path(folder) / "again"
            status, said = packages.pack(again, {**plain, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"})
            differ = [path.name for path in packages.folder.iterdir() if not (again / path.name).is_file() or path.read_bytes() != (again / path.name).read_bytes()]
            report.check("packed", "twice the same bytes", (status or differ) and f"{differ}\n{said}")
        for path in sorted(packages.folder.iterdir()):
            report.remark(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
        for name in chosen(asked.only, CHECKS):
            place = Path(folder) / name
            place.mkdir()
            with report.timed(name):
                CHECKS[name](report, packages, place)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
