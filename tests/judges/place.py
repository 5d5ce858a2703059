"""Where things are, and how the judges' commands are run."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools"
VENV = TOOLS / "venv" / "bin"
PROGRAM = ROOT / "target" / "optimised" / "handbook"
BOOKS = ROOT / "target" / "judged"
CONSTRUCTS = ROOT / "tests" / "constructs"

# A date for all books, so that two builds can be compared.
EPOCH = "1793491200"


def corpus():
    """The folder of real books, or None in a clone that stands alone. With CORPUS set it must be there."""
    named = os.environ.get("CORPUS")
    folder = Path(named) if named else ROOT / ".." / "shared" / "corpus"
    if folder.is_dir():
        return folder.resolve()
    if named:
        raise FileNotFoundError(f"CORPUS names {named}, which is not there")
    return None


def run(command, *, timeout=900, env=None, cwd=ROOT, log=None):
    """Runs a command without input. Returns its status, standard output and standard error as text."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **(env or {})}
    try:
        done = subprocess.run(
            [str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, env=environment, timeout=timeout, errors="replace"
        )
    except FileNotFoundError as error:
        return 127, "", f"{command[0]}: {error.strerror}"
    except subprocess.TimeoutExpired:
        return 124, "", f"{command[0]}: not done after {timeout} s"
    if log:
        Path(log).write_text(done.stdout + done.stderr)
    return done.returncode, done.stdout, done.stderr
