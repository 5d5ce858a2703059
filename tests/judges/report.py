"""Collects what passed and what failed, and prints the table and the count at the end."""
import sys
import threading
import time
from contextlib import contextmanager

# Failures of one group whose reasons are shown; of the others only the names.
SHOWN = 30


def excerpt(problem):
    """The first lines of a reason, indented."""
    lines = str(problem).strip().split("\n")
    more = [f"… {len(lines) - 12} more lines"] if len(lines) > 12 else []
    return "".join(f"\n      {line[:300]}" for line in lines[:12] + more)


# Shortfalls that are known and not yet mended, with the reason. They are run and shown at every run and counted apart;
# whoever mends one takes its line away.
KNOWN = {}


def chosen(asked, known):
    """Of what is known, what was asked for: names divided by commas. One that is not known ends the run, for it would check nothing."""
    names = asked.split(",")
    strange = [name for name in names if name not in known]
    if strange:
        sys.exit(f"there is no {', '.join(strange)}; there are {', '.join(known)}")
    return [name for name in known if name in names]


class Report:
    """Checks by group. A check is one judge's word on one file, one test, one comparison."""

    def __init__(self):
        self.groups = {}
        self.seconds = {}
        self.remarks = []
        self.lock = threading.Lock()

    def check(self, group, name, problem=None):
        """Counts one check. `problem` is None or empty if it passed, else what a person should read."""
        with self.lock:
            reason = KNOWN.get((group, name))
            if problem and reason:
                print(f"KNOWN SHORTFALL {group}: {name}: {reason}" + excerpt(problem), flush=True)
                self.remarks.append(f"known shortfall, not counted: {group}: {name}: {reason}")
                return
            self.groups.setdefault(group, []).append((name, problem or None))
            if problem:
                shown = sum(1 for _, earlier in self.groups[group] if earlier) <= SHOWN
                print(f"FAILED {group}: {name}" + (excerpt(problem) if shown else ""), flush=True)

    def count(self, group, passed, failed):
        """Takes over another runner's counts."""
        with self.lock:
            self.groups.setdefault(group, []).extend([("", None)] * passed + [("", "failed")] * failed)

    def remark(self, text):
        """Something the summary should say."""
        self.remarks.append(text)

    @contextmanager
    def timed(self, group):
        """Measures a group's time, and makes a failure of the driver itself a failed check."""
        start = time.monotonic()
        print(f"… {group}", flush=True)
        try:
            yield
        except Exception as error:  # the run goes on, and the count remembers
            self.check(group, "the check itself", f"{type(error).__name__}: {error}")
        finally:
            with self.lock:
                self.seconds[group] = self.seconds.get(group, 0) + time.monotonic() - start

    def finish(self):
        """Prints the summary; returns the exit status."""
        width = max(map(len, self.groups), default=5)
        print(f"\n{'judge'.ljust(width)}  checks  failed  seconds")
        print("-" * (width + 25))
        for group, checks in self.groups.items():
            failed = sum(1 for _, problem in checks if problem)
            print(f"{group.ljust(width)}  {len(checks):6}  {failed or '–':>6}  {self.seconds.get(group, 0):7.1f}")
        for remark in self.remarks:
            print(f"note: {remark}")
        total = [problem for checks in self.groups.values() for _, problem in checks]
        failed = sum(1 for problem in total if problem)
        passed = len(total) - failed
        sys.stdout.flush()
        print(f"{passed} passed, {failed} failed", flush=True)
        return 1 if failed or not passed else 0
