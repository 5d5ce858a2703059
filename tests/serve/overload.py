"""Too much at once: hundreds of clients who all want another selection, slow readers, requests cut off, bodies without an end."""
import asyncio
import hashlib
import itertools
import json
import re
from pathlib import Path

import yaml

from world import Running, document, free_port, until

CLIENTS, EACH = 500, 4
PATHS = 10


def project(folder):
    """A small book of which there are a thousand selections."""
    folder.mkdir()
    lines = ["title: Many ways", "language: en", "authors: [Vita West]", "stages:", "  - { id: one, title: One, chapter: one.md }", "paths:"]
    lines += [f"  - {{ id: way-{number}, title: Way {number}, chapter: way-{number}.md }}" for number in range(PATHS)]
    (folder / "handbook.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in ["one", *(f"way-{number}" for number in range(PATHS))]:
        (folder / f"{name}.md").write_text(f"# The chapter {name}\n\nDear {{{{ reader.name | friend }}}}, this is it.\n", encoding="utf-8")
    return folder


def selections():
    """All sets of paths, each once."""
    return [[f"way-{number}" for number in some] for count in range(PATHS + 1) for some in itertools.combinations(range(PATHS), count)]


def request(paths, reader):
    body = json.dumps({"name": reader, "paths": paths, "format": "pdf"}).encode()
    return b"POST /copies HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def asked(port, wanted, pause=0.0):
    """Status, headers and body of an answer, read slowly if so asked."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(wanted)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        body = b""
        while piece := await reader.read(4096 if pause else 1 << 16):
            body += piece
            await asyncio.sleep(pause)
    finally:
        writer.close()
    status, headers = int(head.split()[1]), {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in head.split("\r\n")[1:] if ":" in line}
    return status, headers, body


async def client(port, number, found):
    """Asks for one selection after another, and comes again when it is told to, at once and once."""
    for turn in range(EACH):
        paths = selections()[(number * EACH + turn) % (1 << PATHS)]
        status, headers, body = await asked(port, request(paths, f"Reader {turn}"))
        found["answers"][status] = found["answers"].get(status, 0) + 1
        if status == 503:
            assert int(headers["retry-after"]) > 0, headers
        else:
            assert status == 200 and int(headers["content-length"]) == len(body), f"{status}: half a file: {len(body)} of {headers.get('content-length')}"
            found["books"][(tuple(paths), f"Reader {turn}")] = hashlib.sha256(body).hexdigest()


async def slow(port, number, found):
    status, headers, body = await asked(port, request(selections()[number], "Slow"), pause=0.02)
    assert status in (200, 503) and (status == 503 or int(headers["content-length"]) == len(body)), f"a slow reader got {len(body)} bytes"
    found["slow"] += status == 200


async def cut_off(port, number):
    """Gone before the answer comes, or in the middle of it, or of the question."""
    wanted = request(selections()[number], "Cut")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(wanted if number % 3 else wanted[: len(wanted) // 2])
    await writer.drain()
    if number % 3 == 2:
        await reader.read(200)
    writer.transport.abort()


async def endless(port, number, found):
    """A body of a gigabyte, said before or not."""
    length = b"Content-Length: 1073741824" if number % 2 else b"Transfer-Encoding: chunked"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    piece = b"x" * 65536 if number % 2 else b"10000\r\n" + b"x" * 65536 + b"\r\n"

    async def say():
        writer.write(b"POST /copies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + length + b"\r\n\r\n")
        for _ in range(1 << 14):
            writer.write(piece)
            await writer.drain()

    saying, answer = asyncio.create_task(say()), b""
    try:
        answer = await reader.read(200)
    except ConnectionError:
        pass
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)
    writer.close()
    # Who is refused in the middle of a sentence may find the line closed before the answer is read.
    assert answer == b"" or b" 413 " in answer, answer
    found["endless"] += b" 413 " in answer


async def silent(port):
    """A head that never ends holds up nobody."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.")
    await reader.read(200)
    writer.close()


async def alive(port, found, done):
    loop = asyncio.get_running_loop()
    while not done.is_set():
        begun = loop.time()
        status, _, _ = await asked(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert status == 200, status
        found["slowest"] = max(found["slowest"], loop.time() - begun)
        await asyncio.sleep(0.2)


async def storm(port, found):
    done = asyncio.Event()
    watching = asyncio.create_task(alive(port, found, done))
    waiting = [asyncio.create_task(silent(port)) for _ in range(20)]
    # These hold what they have got when the others come.
    waiting += [asyncio.create_task(slow(port, number, found)) for number in range(50)]
    await asyncio.sleep(1)
    await asyncio.gather(
        *(client(port, number, found) for number in range(CLIENTS)),
        *(cut_off(port, number) for number in range(60)),
        *(endless(port, number, found) for number in range(20)),
    )
    done.set()
    await watching
    # Their time is up after a while.
    await asyncio.gather(*waiting)


def memory(process, what):
    return int(re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024


def too_much_at_once(world):
    """503 and nothing half, memory under the Deployment's limit, and as if nothing had been afterwards"""
    port = free_port()
    limits = yaml.safe_load(document("serving/kubernetes.yaml").split("---")[0])["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    most = int(re.fullmatch(r"(\d+)Gi", limits["memory"])[1]) << 30
    command = [world.program, "serve", project(world.folder / "ways"), "--listen", f"127.0.0.1:{port}", "--rate", "0", "--no-system-fonts", "--format", "pdf"]
    found = {"answers": {}, "books": {}, "slow": 0, "endless": 0, "slowest": 0.0}
    with Running(command, world.folder / "ways.log", port) as service:
        until("ready", lambda: world.ask(port, "/readyz", tls=False, host="x").status == 200)
        asyncio.run(asyncio.wait_for(storm(port, found), 240))
        assert found["answers"].get(200, 0) > 100 and found["answers"].get(503, 0) > 0, found["answers"]
        assert found["slow"] > 0 and found["endless"] > 0, f"slow readers {found['slow']}, endless bodies {found['endless']}"
        assert found["slowest"] < 10, f"{found['slowest']:.1f} s until it said that it lives"
        highest = memory(service.process, "VmHWM")
        assert highest < most, f"{highest >> 20} MiB, more than {limits['memory']}"
        # What came in the storm is what comes in the calm, and nobody waits any more.
        for (paths, name), digest in list(found["books"].items())[:: max(1, len(found["books"]) // 20)]:
            status, _, body = asyncio.run(asked(port, request(list(paths), name)))
            assert status == 200 and hashlib.sha256(body).hexdigest() == digest, f"{paths}: another book than in the storm"
        counts = world.ask(port, "/metrics", tls=False, host="x").body.decode()
        assert re.search(r"^handbook_copies_waiting 0$", counts, re.M), counts
    counted = ", ".join(f"{count} times {status}" for status, count in sorted(found["answers"].items()))
    world.remarks.append(f"{counted}; {highest >> 20} MiB at most; alive within {found['slowest']:.1f} s")
