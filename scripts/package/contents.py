"""What every package of the program holds beside the program itself, and how files get the same bytes on every machine."""
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ABOUT = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
VERSION = ABOUT["version"]
# The date in all packages: the commit's in the workflow. Zip files begin with 1980.
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))

# How hard zlib tries: the most takes more than twice the time of this for half a percent.
LEVEL = 6


class Item(NamedTuple):
    """A file of a package: its name there, its bytes, and whether it is a program."""

    name: str
    data: bytes
    runs: bool = False


def stop(why):
    """Ends the script with what a person should know."""
    sys.exit(f"{Path(sys.argv[0]).name}: {why}")


def documents(notices):
    """Licences and what people read first. `notices` is the file that notices.py wrote."""
    read = {name: (ROOT / name).read_bytes() for name in ("LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md", "README.md")}
    read["NOTICES.txt"] = Path(notices).read_bytes()
    return [Item(name, data) for name, data in sorted(read.items())]


# Where shells on Unix look for completions, and `man` for pages, below `share`.
SHELLS = {
    "bash": "bash-completion/completions/handbook",
    "fish": "fish/vendor_completions.d/handbook.fish",
    "zsh": "zsh/{zsh}/_handbook",
}


def shared(program, share, zsh):
    """Manual and completions by their places below a folder `share`; `zsh` is the name of that shell's folder there."""
    with tempfile.TemporaryDirectory() as folder:
        pages = man_pages(program, folder)
    items = [Item(f"{share}/man/man{page.name.rsplit('.', 1)[1]}/{page.name}", page.data) for page in pages]
    return items + [Item(f"{share}/{SHELLS[shell].format(zsh=zsh)}", text) for shell, text in completions(program, SHELLS).items()]


def has(program, command):
    """Whether the program has a command. One for another platform cannot be asked."""
    try:
        return subprocess.run([program, command, "--help"], capture_output=True, stdin=subprocess.DEVNULL, timeout=60).returncode == 0
    except OSError:
        return False


def completions(program, shells):
    """What the program writes for shells, by shell. One for another platform cannot be asked and writes nothing."""
    shells = shells if has(program, "completions") else ()
    return {shell: subprocess.run([program, "completions", shell], capture_output=True, check=True, timeout=60).stdout for shell in shells}


def man_pages(program, folder):
    """The man pages that the program writes into an empty folder, if it can be asked."""
    if not has(program, "man"):
        return []
    subprocess.run([program, "man", folder], capture_output=True, check=True, timeout=60)
    return [Item(page.name, page.read_bytes()) for page in sorted(Path(folder).iterdir())]


def tar(items, folders=()):
    """An uncompressed tar: files and folders by name, all of root's and of one date. `folders` are (name, mode)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entries = [(name.rstrip("/"), mode, None) for name, mode in folders]
        entries += [(item.name, 0o755 if item.runs else 0o644, item.data) for item in items]
        for name, mode, data in sorted(entries, key=lambda entry: entry[0]):
            about = tarfile.TarInfo(name)
            about.mode, about.mtime, about.uname, about.gname = mode, EPOCH, "root", "root"
            if data is None:
                about.type = tarfile.DIRTYPE
                archive.addfile(about)
            else:
                about.size = len(data)
                archive.addfile(about, io.BytesIO(data))
    return out.getvalue()


def parents(items):
    """All folders that files lie in, each before what it holds."""
    names = {str(parent) for item in items for parent in Path(item.name).parents if str(parent) != "."}
    return [(name.replace(os.sep, "/"), 0o755) for name in sorted(names)]


def write(folder, name, data):
    """Writes a package and says where."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / name
    path.write_bytes(data)
    print(path)
