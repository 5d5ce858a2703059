"""Letters and shelves: tests/send/run.py, by the Python that has a server for mail."""
import json

import place
from place import ROOT, TOOLS, run

GROUP = "send"


def check_send(report, _books):
    """A check for each part of that run."""
    with report.timed(GROUP):
        command = [TOOLS / "giving" / "bin" / "python", ROOT / "tests" / "send" / "run.py", place.PROGRAM, "--json"]
        status, stdout, stderr = run(command, timeout=300)
        for line in stdout.splitlines():
            told = json.loads(line)
            report.check(GROUP, told["name"], told["problem"])
            if told["remark"]:
                report.remark(f"{GROUP}: {told['name']} {told['remark']}")
        ended = status in (0, 1) and stdout
        report.check(GROUP, "runs to its end", None if ended else stderr or f"status {status}")
