"""That a run leaves the checkout as it was: a file of the tests in it would be committed sooner or later."""
import os

from place import ROOT

# What builds and Python write where they please.
OWN = {"target", ".git", "__pycache__"}


def files():
    """All files of the checkout, each with its size and the time when it was last written."""
    found = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in OWN]
        for name in names:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            found[os.path.relpath(path, ROOT)] = (about.st_size, about.st_mtime_ns)
    return found


def check_clean(report, before):
    """Holds the checkout against what it had before the run: nothing is new, nothing is gone, nothing is another."""
    after = files()
    words = {"is new": after.keys() - before.keys(), "is gone": before.keys() - after.keys()}
    words["was written"] = {name for name in after.keys() & before.keys() if after[name] != before[name]}
    told = [f"{name} {word}" for word, names in words.items() for name in sorted(names)]
    report.check("clean", "the checkout is as it was before the tests", "\n".join(told))
