"""Serving: 32 clients who each ask for another person's PDF of the full handbook, beside nginx with the same files on the disk in the same run; a
selection that nobody asked for before; memory after twenty thousand copies; far too many clients. Clients and servers share all cores.
"""
import csv
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

READERS = 2000
CLIENTS = 32
SECONDS = 15

NEXT = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local at, count = 0, 0
function setup(thread) thread:set("start", count * 997); count = count + 1 end
function init() at = start end
function request() at = at + 1; return wrk.format("GET", paths[at % #paths + 1]) end
function response(status) end
"""


class Service:
    """A running service."""

    def __init__(self, program, *options):
        command = [program, "serve", "--built-in", "--listen", "127.0.0.1:0", "--json", "--quiet", "--rate", "0", "--no-system-fonts", *options]
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["listening"]
        while not self.is_ready():
            time.sleep(0.02)
        self.ready = time.perf_counter() - self.begun

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}readyz").status == 200
        except urllib.error.HTTPError:
            return False

    def memory(self, what="VmRSS"):
        """MiB."""
        return int(re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024

    def copies(self):
        text = urllib.request.urlopen(f"{self.url}metrics").read().decode()
        return sum(int(count) for count in re.findall(r"handbook_copies_total\{.*?\} (\d+)", text))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def wrk(url, work, clients=CLIENTS, seconds=SECONDS):
    """Copies a second, the latency of 99 in 100 in milliseconds, and answers that were none."""
    script = work / "next.lua"
    script.write_text(NEXT)
    command = ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", str(script), url]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PATHS": str(work / "paths.txt")}).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(refused.group(1)) if refused else 0


def nginx(folder, work):
    """Debian's nginx with a folder, as simple as it can be."""
    config = work / "nginx.conf"
    config.write_text(f"""
worker_processes auto; pid {work}/nginx.pid; error_log {work}/nginx.log; daemon off;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; types {{ application/pdf pdf; }}
  server {{ listen 127.0.0.1:8199; root {folder}; }} }}
""")
    process = subprocess.Popen(["nginx", "-c", str(config), "-p", str(work)], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return process


def roster(work, stages):
    with open(work / "readers.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["name", "stage", "id"])
        table.writerows([f"Reader Number {number}", stages[number % len(stages)], number] for number in range(READERS))


def new_selection(program):
    """Seconds for selections that nobody has asked for, of a service that is warm."""
    service = Service(program)
    connection = http.client.HTTPConnection(service.url.split("/")[2])
    times = []
    for stage, start in [("cto", 1), ("cto", 2), ("cto", 3), (4, 1), (4, 2), (3, 1)]:
        body = json.dumps({"name": "Ada Lovelace", "stage": stage, "from": start, "format": "pdf"})
        begun = time.perf_counter()
        connection.request("POST", "/copies", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read(), answer.status
        times.append(time.perf_counter() - begun)
    ready = service.ready
    service.end()
    return ready, times


def bench(program, work):
    work = Path(work)
    if not shutil.which("wrk") or not shutil.which("nginx"):
        sys.exit("serve is measured with Debian's wrk and nginx-light: apt-get install wrk nginx-light")
    roster(work, ["cto"])
    run = lambda *args: subprocess.run([program, *map(str, args)], check=True, capture_output=True, text=True, cwd=work).stdout
    run("keygen", "links.key", "--links")
    links = run("links", "readers.csv", "--built-in", "--key", "links.key", "--base-url", "http://h")
    paths = [row["url"].removeprefix("http://h") + "book.pdf" for row in csv.DictReader(links.splitlines())]
    (work / "paths.txt").write_text("\n".join(paths) + "\n")
    run("bulk", "readers.csv", "--built-in", "--no-system-fonts", "--format", "pdf,epub", "--out", "copies")
    manifest = [json.loads(line) for line in open(work / "copies/manifest.jsonl", encoding="utf-8")]
    for path, record in zip(paths, manifest):
        (work / "site" / path[1:]).parent.mkdir(parents=True)
        os.link(work / "copies" / record["files"][0]["path"], work / "site" / path[1:])
    size = manifest[0]["files"][0]["bytes"]

    print(f"## Serving: {CLIENTS} clients, {READERS} readers' PDFs of {size / 1e6:.2f} MB, {os.cpu_count()} cores for all\n")
    service = Service(program, "--roster", work / "readers.csv", "--key", work / "links.key")
    print(f"ready after {service.ready:.2f} s, {service.memory():.0f} MiB")
    beside = nginx(work / "site", work)
    rows = []
    try:
        wrk(service.url, work, seconds=3)
        wrk("http://127.0.0.1:8199/", work, seconds=3)
        for _ in range(3):
            rows.append((wrk(service.url, work), wrk("http://127.0.0.1:8199/", work)))
    finally:
        beside.terminate()
    rows.sort(key=lambda row: row[0][0])
    (own, latency, refused), (theirs, their_latency, _) = rows[1]
    print(f"{own:.0f} copies/s, p99 {latency:.0f} ms, {refused} refused; nginx from the disk {theirs:.0f}/s, p99 {their_latency:.0f} ms (median of three)")

    wrong = 0
    for number in range(0, READERS, 100):
        body = urllib.request.urlopen(service.url.rstrip("/") + paths[number]).read()
        wrong += hashlib.sha256(body).hexdigest() != manifest[number]["files"][0]["sha256"]
    print(f"of {READERS // 100} copies {wrong} differ from those of bulk")
    service.end()

    service = Service(program, "--roster", work / "readers.csv", "--key", work / "links.key")
    marks = {}
    for goal in (2_000, 20_000):
        while service.copies() < goal:
            wrk(service.url, work, seconds=2)
        marks[goal] = (service.copies(), service.memory())
    print("; ".join(f"{memory:.0f} MiB after {copies} copies" for copies, memory in marks.values()))
    rate, latency, refused = wrk(service.url, work, clients=500, seconds=10)
    print(f"500 clients: {rate:.0f} answers/s, p99 {latency:.0f} ms, {refused} told to come again; {service.memory('VmHWM'):.0f} MiB at most")
    print(f"SIGTERM: exit status {service.end()}")

    ready, times = new_selection(program)
    print(f"open mode, ready after {ready:.2f} s; selections never asked for: {', '.join(f'{1000 * t:.0f}' for t in times)} ms")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(dir=os.environ.get("WORK")) as folder:
        bench(sys.argv[1], folder)
