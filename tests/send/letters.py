"""Letters by `handbook send`, held against what servers took."""
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter

import postfix
import servers
from bench import fates, wanted
from servers import Box, CuttingController, CuttingHandler, Cutting, Measuring, Refusing, Sound, running


def whole(bench):
    """TLS of both kinds, AUTH; the letters are read back."""
    for scheme, tls in [("smtps", {"tls": bench.certificates.context}), ("smtp", {"starttls": bench.certificates.context, "auth": True})]:
        box, copies = Box(), bench.fresh(bench.copies)
        secret = bench.folder / "secret.txt"
        secret.write_text(servers.PASSWORD + "\n")
        login = ["--user", servers.USER, "--password-file", secret] if "auth" in tls else []
        with running(Sound(box), **tls) as port:
            status, out, err = bench.send(copies, port, *login, scheme=scheme)
        wanted(status == 0 and "letters: 8 sent" in out, f"{scheme}: {status}\n{out}{err}")
        wanted(sorted(box.recipients) == [f"reader{n}@example.org" for n in range(1, 9)], box.recipients)
        for message in box.messages():
            parts = {part.get_content_type(): part for part in message.walk()}
            wanted(message["Subject"].startswith("Your copy of ") and "{{" not in str(message), message["Subject"])
            wanted("Dear Reader," in parts["text/plain"].get_content(), parts["text/plain"].get_content())
            wanted("<strong>" in parts["text/html"].get_content(), parts["text/html"].get_content())
            book = parts["application/epub+zip"]
            wanted(book.get_content() == (copies / book.get_filename()).read_bytes(), "the book that came is another one")
        # Again: nobody gets a second one.
        with running(Sound(box), **tls) as port:
            status, _, err = bench.send(copies, port, *login, scheme=scheme)
            wanted(status == 2 and "--resume" in err, f"{status}\n{err}")
            status, out, err = bench.send(copies, port, "--resume", *login, scheme=scheme)
            wanted(status == 0 and "0 sent, 8 sent before" in out, out + err)
            wanted(len(box.letters) == 8, "a letter was sent twice")
            status, out, err = bench.send(copies, port, "--again", "Reader 3", *login, scheme=scheme)
        wanted(status == 0 and len(box.letters) == 9 and box.recipients[-1] == "reader3@example.org", out + err)
        wanted(max(box.ids().values()) == 2, "the same letter has the same Message-ID")


def refused_logins(bench):
    """A wrong password, a certificate of a stranger, no STARTTLS, in the clear only when asked for; nothing is marked as refused."""
    env = {"HANDBOOK_SMTP_PASSWORD": "wrong"}
    copies = bench.fresh(bench.copies)
    with running(Sound(Box()), starttls=bench.certificates.context, auth=True) as port:
        status, _, err = bench.send(copies, port, "--user", servers.USER, env=env)
        wanted(status == 1 and "user or the password is refused" in err and "wrong" not in err, f"{status}\n{err}")
    for scheme, tls in [("smtps", {"tls": bench.certificates.stranger}), ("smtp", {"starttls": bench.certificates.stranger})]:
        box = Box()
        with running(Sound(box), **tls) as port:
            status, _, err = bench.send(copies, port, scheme=scheme)
        wanted(status == 1 and "certificate" in err and not box.letters, f"{scheme}: {status}\n{err}")
    # A name that is not loopback's: here it is this machine all the same.
    box = Box()
    with running(Sound(box)) as port:
        command = bench.command(copies, None) + ["--smtp", f"smtp://localhost.localdomain:{port}"]
        if subprocess.run(["getent", "hosts", "localhost.localdomain"], capture_output=True).returncode == 0:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            wanted(done.returncode == 1 and "no STARTTLS" in done.stderr and not box.letters, done.stderr)
        # On loopback there is nobody to read along.
        status, out, err = bench.send(copies, port)
        wanted(status == 0 and len(box.letters) == 8, out + err)
    wanted(set(fate for fate, _ in fates(copies).values()) == {"sent"}, fates(copies))


def answers(bench):
    """Refusals for good and for now, greylisting, a server that closes, a limit of size."""
    names = ["fine", "nobody", "full", "grey", "spam", "busy"]
    copies = bench.made("answers", [(name.title(), f"{name}@example.org") for name in names])
    box = Box()
    handler = Refusing(box)
    with running(handler) as port:
        status, out, err = bench.send(copies, port, "--tries", "3", "--wait", "0.05", "--json")
        told = [json.loads(line) for line in out.splitlines()]
        wanted(status == 3, f"{status}\n{out}{err}")
        expected = {"fine": "sent", "nobody": "refused", "full": "waiting", "grey": "sent", "spam": "refused", "busy": "sent"}
        found = {reader.split("@")[0]: fate for reader, (fate, _) in fates(copies).items()}
        wanted(found == expected, found)
        wanted(told[-1]["summary"] | {"sent": 3, "refused": 2, "waiting": 1} == told[-1]["summary"], told[-1])
        wanted("550" in err and "nobody of that name" in err and "looks like advertising" in err, err)
        wanted(handler.seen["full"] == 3, handler.seen)
        # What was refused for good is not tried again, what waits is.
        status, out, err = bench.send(copies, port, "--resume", "--tries", "1")
        wanted(status == 3 and handler.seen["nobody"] == 1 and handler.seen["full"] == 4, f"{out}{err}{handler.seen}")
        wanted(sorted(box.recipients) == [f"{name}@example.org" for name in ("busy", "fine", "grey")], box.recipients)


def sizes(bench):
    """A letter that is larger than the server takes is refused for good, and none of it is sent; what is sent is announced"""
    copies = bench.copies
    for announced in ("SIZE 2000", "size 2000"):
        handler = Measuring(Box(), announced)
        with running(handler, data_size_limit=None) as port:
            status, out, err = bench.send(bench.fresh(copies), port, "--tries", "3", "--wait", "0.05")
            wanted(status == 3 and "8 refused" in out and "takes no more than 2000" in err, f"{status}\n{out}{err}")
            wanted(not handler.told and not handler.box.letters, f"it began {handler.told}")
            status, out, err = bench.send(copies, port, "--resume")
            wanted(status == 3 and not handler.told, f"{status}\n{out}{err}")
    # A server that says no number, and refuses by what it is told: of the letter it speaks, not of the sender.
    for status_of, fate in (("552 5.3.4 too large", "refused"), ("452 4.3.1 no room now", "waiting")):
        handler = Measuring(Box(), "SIZE", status_of)
        with running(handler, data_size_limit=None) as port:
            status, out, err = bench.send(bench.fresh(copies), port, "--tries", "1")
        wanted(status == 3 and f"8 {fate}" in out and status_of[:9] in err and not handler.box.letters, f"{status}\n{out}{err}")
        wanted(len(handler.told) == 8, handler.told)
    # What is announced is what comes; who does not ask is told nothing.
    for announced in ("SIZE 100000000", "SIZE 0", "SIZE", None):
        handler = Measuring(Box(), announced)
        with running(handler, data_size_limit=None) as port:
            status, out, err = bench.send(bench.fresh(copies), port)
        wanted(status == 0 and len(handler.box.letters) == 8, out + err)
        expected = [len(letter) for letter in handler.box.letters] if announced else [None] * 8
        wanted(handler.told == expected, f"{announced}: {handler.told} is not {expected}")
    # A server that said nothing of it, and finds out at the end.
    with running(Sound(Box()), data_size_limit=2000) as port:
        status, out, err = bench.send(bench.fresh(copies), port, "--tries", "1")
    wanted(status == 3 and "takes no more than 2000" in err, f"{status}\n{out}{err}")


def incomplete(bench):
    """A file of a copy that is missing or changed is named before the first letter goes, and no letter goes"""
    copies = bench.folder / "incomplete"
    shutil.copytree(bench.fresh(bench.copies), copies)
    missing, changed, *_ = sorted(copies.glob("*.epub"))
    whole = [missing.read_bytes(), changed.read_bytes()]
    missing.unlink()
    changed.write_bytes(whole[1][:-1] + b"x")
    box = Box()
    with running(Sound(box)) as port:
        for options in ([], ["--resume"], ["--dry-run", "--out", bench.folder / "none"]):
            status, out, err = bench.send(copies, port, *options)
            wanted(status == 1 and f"`{missing.name}`: there is no such file" in err and f"`{changed.name}`: this is not the file" in err, f"{status}\n{out}{err}")
            wanted(not box.letters and not (bench.folder / "none").exists() and not (copies / "letters.jsonl").read_text(), out)
        # Of who is not written to nothing has to be there.
        status, out, err = bench.send(copies, port, "--again", "Reader 8")
        wanted(status == 0 and len(box.letters) == 1, out + err)
        missing.write_bytes(whole[0])
        changed.write_bytes(whole[1])
        status, out, err = bench.send(copies, port, "--resume")
    wanted(status == 0 and len(box.letters) == 8, out + err)


def by_postfix(bench):
    """Debian's postfix takes the letters: STARTTLS, names and addresses of any script, an unknown reader, one letter too large"""
    if os.geteuid():
        return "not tried: postfix is root's"
    names = ["Ada Lovelace", "王小明", 'A ""quoted"" <eve@example.org>', "ليلى العامرية", "Jürgen", "Nobody", "Large"]
    addresses = [f"reader{n}@example.org" for n in range(4)] + ["jürgen@example.org", "nobody@example.org", "large@example.org"]
    copies = bench.made("postfix", list(zip(names, addresses)))
    lines = [json.loads(line) for line in (copies / "manifest.jsonl").read_text().splitlines()]
    # A book of more bytes than the server takes in all.
    large = lines[-1]["files"][0]
    data = b"x" * 2_000_000
    (copies / large["path"]).write_bytes(data)
    large |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (copies / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    known = [address for address in addresses if address != "nobody@example.org"]
    with postfix.Postfix(bench.folder, bench.certificates, known, limit=1_500_000) as server:
        status, out, err = bench.send(copies, server.port)
        wanted(status == 3 and "5 sent" in out and "2 refused" in out, f"{status}\n{out}{err}\n{server.log()}")
        wanted("550 5.1.1" in err and "takes no more than 1500000" in err, err)
        for name, address, line in zip(names[:5], addresses, lines):
            (letter,) = server.letters(address)
            wanted(letter["To"].addresses[0].display_name == name.replace('""', '"') and len(letter["To"].addresses) == 1, letter["To"])
            wanted(letter["Bcc"] is None and ("UTF8SMTPS" if not address.isascii() else "ESMTPS") in letter["Received"], letter["Received"])
            (book,) = letter.iter_attachments()
            wanted(book.get_content() == (copies / line["files"][0]["path"]).read_bytes() and book.get_filename() == line["files"][0]["path"], book.get_filename())
        # All of them over one connection, and of the large one not a word.
        log = server.log()
        wanted(re.search(r"ehlo=2 starttls=1 mail=6 rcpt=5/6 data=5 rset=1 quit=1", log.replace("ehlo=3", "ehlo=2")), log)
        status, out, err = bench.send(copies, server.port, "--resume")
        wanted(status == 3 and "5 sent before" in out and len(server.letters("reader0@example.org")) == 1, out + err)
    return None


def unreachable(bench):
    """No server: nothing is lost, and it ends."""
    copies = bench.fresh(bench.copies)
    status, out, err = bench.send(copies, 9, "--tries", "2", "--wait", "0.05")
    wanted(status == 1 and "8 letters were not sent" in err, f"{status}\n{out}{err}")
    box = Box()
    with running(Sound(box)) as port:
        status, out, err = bench.send(copies, port, "--resume")
    wanted(status == 0 and len(box.letters) == 8, out + err)


def thousand(bench):
    """1,000 letters, a server that fails one in ten at random moments, a sender that is killed ten times."""
    readers = 1000
    copies = bench.many("thousand", readers)
    box = Box()
    handler = CuttingHandler(box)
    Cutting.moments = ("hello", "mail", "mail later", "rcpt", "rcpt later", "data", "taken and cut", "lost and cut", "data later")
    Cutting.chance, chosen = 0.1 / 8, random.Random(2026)
    options = ["--tries", "100", "--wait", "0.01", "--quiet"]
    kills = 0
    with running(handler, controller=CuttingController) as port:
        for attempt in range(60):
            command = bench.command(copies, port, *options, *(["--resume"] if attempt else []))
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=bench.environment())
            if kills < 10:
                # Until some more letters went, and then at any moment.
                until, begun = len(box.letters) + chosen.randrange(20, 90), time.monotonic()
                while len(box.letters) < until and process.poll() is None and time.monotonic() - begun < 20:
                    time.sleep(0.002)
                time.sleep(chosen.random() * 0.02)
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
                process.communicate()
                continue
            _, err = process.communicate(timeout=300)
            break
        status, out, err = bench.send(copies, port, "--resume", *options[:-1])
    wanted(kills == 10, f"only {kills} kills")
    taken, known = box.ids(), fates(copies)
    wanted(len(known) == readers, f"{len(known)} readers in the ledger")
    twice = [name for name, count in taken.items() if count > 1]
    wanted(not twice, f"sent twice: {twice}")
    unknown = {name for fate, name in known.values() if fate == "unknown"}
    sent = {name for fate, name in known.values() if fate == "sent"}
    wanted(len(unknown) + len(sent) == readers, Counter(fate for fate, _ in known.values()))
    wanted(sent <= set(taken), f"said to be sent, and not there: {sorted(sent - set(taken))[:5]}")
    # A letter as small as these is out as a whole before anybody sees that its connection is cut.
    cut = sum(handler.cuts[moment] for moment in ("data", "taken and cut", "lost and cut"))
    wanted(handler.cuts["taken and cut"] > 0 and len(unknown) <= cut + kills, f"{len(unknown)} unknown, {cut} cut, {kills} kills")
    wanted(set(taken) <= sent | unknown, "a letter was taken that the ledger does not know")
    named = set(re.findall(r"<[0-9a-f]+@[^>]+>", err))
    wanted(named == unknown and status == (3 if unknown else 0), f"{status}: the report names {len(named)} of {len(unknown)}")
    # Whoever is asked for by name gets one after all.
    one = next(name for name, (fate, _) in known.items() if fate == "unknown")
    with running(Sound(box)) as port:
        status, out, err = bench.send(copies, port, "--again", one)
    wanted(status == 0 and fates(copies)[one][0] == "sent", out + err)
    return f"{sum(handler.cuts.values())} failures, {kills} kills, {len(unknown)} unknown fates, {len(sent)} sent once"


def dry(bench):
    """Nothing is sent; the letters are the same at every run, and only their owner can read them."""
    copies, out = bench.fresh(bench.copies), bench.folder / "letters"
    env = {"SOURCE_DATE_EPOCH": "1790000000"}
    for _ in range(2):
        status, told, err = bench.send(copies, None, "--dry-run", "--out", out, env=env)
        wanted(status == 0 and told.count("reader") >= 8, told + err)
        letters = {file.name: file.read_bytes() for file in out.iterdir()}
        wanted(len(letters) == 8 and all(name.endswith(".eml") for name in letters), sorted(letters))
        wanted(locals().get("before", letters) == letters, "another letter than before")
        before = letters
    wanted(not (copies / "letters.jsonl").exists(), "a dry run wrote a ledger")
    wanted({file.stat().st_mode & 0o777 for file in out.iterdir()} == {0o600}, "others can read the letters")


def hostile(bench):
    """Names and addresses of a roster that would be more: what came is what was meant, or nothing is sent."""
    names = ['A ""quoted"" <eve@example.org>', "王小明", "ليلى العامرية", "<script>alert(1)</script>", "=?utf-8?q?=0ABcc:_eve?=", "a, b"]
    copies = bench.made("hostile", [(name, f"reader{n}@example.org") for n, name in enumerate(names)])
    box = Box()
    with running(Sound(box)) as port:
        status, out, err = bench.send(copies, port)
    wanted(status == 0 and len(box.letters) == len(names), out + err)
    wanted(sorted(box.recipients) == [f"reader{n}@example.org" for n in range(len(names))], box.recipients)
    for message in box.messages():
        wanted(message["Bcc"] is None and len(message["To"].addresses) == 1, message["To"])
        wanted("<script>" not in message.get_body(("html",)).get_content(), "HTML of a name is HTML")
        number = int(re.search(r"reader(\d+)", message["To"].addresses[0].addr_spec)[1])
        wanted(message["To"].addresses[0].display_name == names[number].replace('""', '"'), message["To"])
    for number, address in enumerate(["ada@example.org\\r\\nBcc: eve@example.org", "ada@example.org,eve@example.org", "Ada <ada@example.org>", "ada", ""]):
        lines = (copies / "manifest.jsonl").read_text().splitlines()
        entry = json.loads(lines[0])
        entry["email"] = address.replace("\\r\\n", "\r\n")
        changed = bench.folder / f"hostile-{number}"
        shutil.copytree(copies, changed)
        (changed / "letters.jsonl").unlink()
        (changed / "manifest.jsonl").write_text("\n".join([json.dumps(entry), *lines[1:]]) + "\n")
        box = Box()
        with running(Sound(box)) as port:
            status, _, err = bench.send(changed, port)
        wanted(status == 1 and not box.letters and "no letter to" in err, f"{address}: {status}\n{err}")
