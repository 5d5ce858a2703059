"""Preview: from the write of a changed line to the changed page in the client, beside Typst's warm recompile of the same edit with export;
the first page and the memory of a large book; memory over many edits; pages held against the PDF's.
"""
import http.client
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pypandoc
import typst

EDITS = 20
ROOT = Path(__file__).resolve().parents[1]


class Client:
    """A running preview, with one connection for events and one for pages, as a browser has."""

    def __init__(self, program, folder, *options):
        self.begun = time.perf_counter()
        command = [program, "preview", folder, "--listen", "127.0.0.1:0", "--json", "--quiet", *options]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.address = json.loads(self.process.stdout.readline())["url"].split("/")[2]
        host, port = self.address.split(":")
        self.events = socket.create_connection((host, int(port)))
        self.events.sendall(f"GET /events HTTP/1.1\r\nHost: {self.address}\r\n\r\n".encode())
        self.lines = self.events.makefile("rb")
        self.pages = http.client.HTTPConnection(host, int(port))
        self.pages.connect()
        self.pages.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def event(self):
        """The next event."""
        for line in self.lines:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        sys.exit("the preview ended")

    def get(self, path):
        self.pages.request("GET", path)
        return self.pages.getresponse().read()

    def ready(self):
        """Waits for the first proof; seconds from the start of the program to the bytes of its first page."""
        while not self.event()["pages"]:
            pass
        self.get("/page/1")
        return time.perf_counter() - self.begun

    def memory(self):
        """MiB: now, and at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"{key}:\s+(\d+)", status).group(1)) / 1024 for key in ("VmRSS", "VmHWM"))

    def close(self):
        self.process.terminate()
        self.process.wait()


def middle(folder):
    """The file in the middle of a book, and the number of a line of running text in its middle."""
    files = sorted(folder.rglob("*.md"))
    sizes = [file.stat().st_size for file in files]
    half, file = sum(sizes) / 2, files[-1]
    for candidate, size in zip(files, sizes):
        half -= size
        if half <= 0:
            file = candidate
            break
    lines = file.read_text(encoding="utf-8").split("\n")
    plain = [n for n, text in enumerate(lines) if re.match(r"[A-Z][a-z]+ [a-z]+ [a-z ]{20,}", text) and n > 0 and not lines[n - 1].startswith((" ", "```", "|"))]
    return file, min(plain, key=lambda n: abs(n - len(lines) // 2)), lines


def edits(program, folder, work, count=EDITS, pause=0.15):
    """Milliseconds of each edit after a pause, and the client, which is left running."""
    copy = work / f"{folder.parent.name}-{folder.name}-edited"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    file, number, lines = middle(copy)
    client = Client(program, copy)
    first = client.ready()
    original = lines[number]
    times = []
    for edit in range(count + 2):
        lines[number] = f"Edit number {edit} of this line. {original}"
        text = "\n".join(lines).encode()
        wanted = f"number {edit} of".encode()
        time.sleep(pause)
        start = time.perf_counter()
        with open(file, "wb") as out:
            out.write(text)
        event = client.event()
        page = client.get(f"/page/{event['place']}")
        taken = (time.perf_counter() - start) * 1000
        if wanted not in page:
            sys.exit(f"edit {edit} is not on page {event['place']}")
        # The first two find the program cold.
        if edit > 1:
            times.append(taken)
    return times, first, client, (copy, file, number, original)


def typst_edits(folder, work):
    """The same edit in Typst's warm compiler, with export: milliseconds, the median of five."""
    files = sorted(folder.rglob("*.md"))
    text = "\n\n".join(re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8"), flags=re.S) for file in files)
    options = ["-s", "--toc", "-V", "papersize=a5", "-V", "fontsize=11pt"]
    body = re.sub(r"#link\(<[^>]*>\)", "", pypandoc.convert_text(text, "typst", format="gfm+footnotes-tex_math_dollars", extra_args=options))
    head = '#set par(justify: true)\n#set text(hyphenate: true, lang: "en", font: "Source Serif 4", size: 10.5pt)\n#show raw: set text(font: "Source Code Pro")\n'
    source = work / "book.typ"
    paragraphs = [match.start() for match in re.finditer(r"(?<=\n\n)[A-Z][a-z]+ [a-z]+ [a-z ]{20,}", body)]
    at = min(paragraphs, key=lambda place: abs(place - len(body) // 2))
    source.write_text(head + body, encoding="utf-8")
    compiler = typst.Compiler(str(source), font_paths=[str(ROOT / "fonts")])
    compiler.compile()
    times = []
    for edit in range(5):
        source.write_text(f"{head}{body[:at]}Edit number {edit} of this line. {body[at:]}", encoding="utf-8")
        start = time.perf_counter()
        compiler.compile()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def many_edits(program, folder, work, count):
    """Memory after a hundred edits and after all, in MiB, and how many edits were answered in a second."""
    times, _, client, (copy, file, number, original) = edits(program, folder, work, 1)
    after_hundred = 0
    start = time.perf_counter()
    for edit in range(count):
        lines = file.read_text(encoding="utf-8").split("\n")
        lines[number] = f"Edit number {edit} of this line. {original}"
        with open(file, "wb") as out:
            out.write("\n".join(lines).encode())
        client.get(f"/page/{client.event()['place'] or 1}")
        if edit == 99:
            after_hundred = client.memory()[0]
    rate = count / (time.perf_counter() - start)
    memory = client.memory()[0]
    client.close()
    return after_hundred, memory, rate


def bench(program, corpus, work, built, count=5000):
    """Prints all tables. `built` gives seconds and peak memory in MiB of building a folder; it comes first, because a child's peak counts what
    this process had when it began, and Typst's compilers stay in it."""
    books = [("rust-book/whole", corpus / "rust-book" / "whole"), ("rust-book/small", corpus / "rust-book" / "small"), ("handbook", ROOT / "handbook")]
    seconds, peak = built(books[0][1], work / "built")
    print("\n| one changed line, to the page in the client | median of 20 | worst | Typst, warm, with export |\n|---|---:|---:|---:|")
    rows = {}
    for name, folder in books:
        times, first, client, _ = edits(program, folder, work)
        rows[name] = (first, client.memory())
        client.close()
        peer = f"{typst_edits(folder, work):.0f} ms" if name != "handbook" else ""
        print(f"| {name} | {statistics.median(times):.1f} ms | {max(times):.1f} ms | {peer} |", flush=True)
    # By then the book is being checked for all its readers, or was: an edit calls that off.
    times, _, client, _ = edits(program, books[2][1], work, pause=1.1)
    client.close()
    print(f"| handbook, after a pause of 1.1 s | {statistics.median(times):.1f} ms | {max(times):.1f} ms | |", flush=True)
    print("\n| whole | preview | build | ratio |\n|---|---:|---:|---:|")
    first, (_, most) = rows["rust-book/whole"]
    print(f"| first page | {first:.2f} s | {seconds:.2f} s | {first / seconds:.2f} |")
    print(f"| peak memory, after 20 edits | {most:.0f} MiB | {peak:.0f} MiB | {most / peak:.2f} |", flush=True)
    hundred, memory, rate = many_edits(program, books[1][1], work, count)
    print(f"\nsmall, {count} edits: {hundred:.0f} MiB after a hundred, {memory:.0f} MiB after all ({memory / hundred:.3f}); {rate:.0f} edits a second", flush=True)
    python = ROOT / "target/tools/browser/bin/python"
    done = subprocess.run([python, ROOT / "tests/preview/run.py", program, "pages_of_the_pdf", "--pages", "20"], capture_output=True, text=True)
    print(f"\npages against the PDF's: {done.stdout.strip() or done.stderr.strip()}")
