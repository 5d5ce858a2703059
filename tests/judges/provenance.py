"""`handbook verify` on copies that other programs have written anew, filled in, or altered; and seals."""
import json
import shutil
import zipfile
from pathlib import Path

import place
import rosters
from place import BOOKS, CONSTRUCTS, VENV, run

GROUP = "verify"
PROJECT = CONSTRUCTS / "manifest"
WORK = BOOKS / "verify"

# What people do to a PDF, each as a small program: `doc` is the file, `out` where the result goes.
CHANGES = {
    "a box ticked by MuPDF, saved behind the file": (
        "filled in",
        """
import pymupdf, shutil
shutil.copy(source, out)
doc = pymupdf.open(out)
boxes = [(page, box) for page in doc for box in page.widgets()]
page, box = boxes[0]
box.field_value = True
box.update()
doc.saveIncr()
""",
    ),
    "a box ticked by qpdf's library": (
        "filled in",
        """
import pikepdf
doc = pikepdf.open(source)
box = next(note for page in doc.pages for note in page.get('/Annots', []) if note.get('/FT') == '/Btn')
box.V = box.AS = pikepdf.Name.Yes
doc.docinfo['/ModDate'] = 'D:20300101000000Z'
doc.save(out)
""",
    ),
    "a note added": (
        "altered",
        """
import pymupdf
doc = pymupdf.open(source)
doc[3].add_text_annot((72, 72), 'Not so.')
doc.save(out)
""",
    ),
    "a line added": (
        "altered",
        """
import pymupdf
doc = pymupdf.open(source)
doc[3].insert_text((72, 72), 'Not so.')
doc.save(out)
""",
    ),
    "another name in the XMP": (
        "altered",
        """
import pikepdf
doc = pikepdf.open(source)
xmp = doc.Root.Metadata.read_bytes()
changed = xmp.replace('>Zoë Ünal</handbook:reader>'.encode(), '>Joe Bloggs</handbook:reader>'.encode())
assert changed != xmp
doc.Root.Metadata.write(changed)
doc.save(out)
""",
    ),
    "another title": (
        "altered",
        """
import pikepdf
doc = pikepdf.open(source)
doc.docinfo['/Title'] = 'Another book'
doc.save(out)
""",
    ),
    "another date": (
        "unchanged",
        """
import pikepdf
doc = pikepdf.open(source)
doc.docinfo['/ModDate'] = 'D:20300101000000Z'
doc.docinfo['/Producer'] = 'Another program'
doc.save(out)
""",
    ),
}

# qpdf's own ways to write a file anew, and to change it.
QPDF = {
    "linearised": ("unchanged", ["--linearize"]),
    "without object streams": ("unchanged", ["--object-streams=disable"]),
    "with other object streams": ("unchanged", ["--object-streams=generate", "--recompress-flate", "--compression-level=1"]),
    "uncompressed": ("unchanged", ["--stream-data=uncompress"]),
    "a page less": ("altered", ["--pages", ".", "1-3,5-z", "--"]),
    "two pages in another order": ("altered", ["--pages", ".", "1-3,5,4,6-z", "--"]),
    "a page turned": ("altered", ["--rotate=+90:4"]),
}


def verify(*arguments):
    """The verdicts on some files, a dictionary each, and the exit status."""
    status, stdout, stderr = run([place.PROGRAM, "verify", "--json", *arguments])
    return [json.loads(line) for line in stdout.splitlines()] or [{"state": stderr}], status


def verdict(file, expected):
    """What is wrong with the verdict on a file, or None."""
    (found, *_), status = verify(file)
    right = found["state"] == expected and status == (1 if expected == "altered" else 0)
    return None if right else f"{found}, exit status {status}"


def check_verify(report, _books):
    """One small copy, changed in many ways; and a run that is sealed."""
    with report.timed(GROUP):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        status, _, stderr = run([place.PROGRAM, "build", PROJECT, "--reader", "Zoë Ünal", "--stage", "2", "--copy", "7", "--out", WORK / "copy"])
        report.check(GROUP, "a copy", status and stderr)
        pdf, epub = (next((WORK / "copy").glob(f"*.{ending}"), None) for ending in ("pdf", "epub"))
        if not pdf or not epub:
            return
        for file in (pdf, epub):
            (found, *_), status = verify(file)
            said = (found.get("reader"), found.get("stage"), found.get("copy"), found.get("state"), status)
            report.check(GROUP, f"whose {file.suffix[1:]}", said != ("Zoë Ünal", "second", 7, "unchanged", 0) and f"{found}")
        pdfs(report, pdf)
        epubs(report, epub)
        others(report)
        seals(report)


def pdfs(report, pdf):
    for name, (expected, options) in QPDF.items():
        out = WORK / "qpdf.pdf"
        status, _, stderr = run(["qpdf", pdf, *options, out])
        report.check(GROUP, name, (status and stderr) or verdict(out, expected))
    for name, (expected, script) in CHANGES.items():
        out = WORK / "changed.pdf"
        out.unlink(missing_ok=True)
        status, _, stderr = run([VENV / "python", "-c", f"source, out = {str(pdf)!r}, {str(out)!r}\n{script}"])
        report.check(GROUP, name, (status and stderr) or verdict(out, expected))


def rezipped(epub, change, name):
    """The archive packed anew by Python, in another order, with one file changed."""
    out = WORK / f"{name}.epub"
    with zipfile.ZipFile(epub) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in sorted(old.namelist(), reverse=True):
            data = change(entry, old.read(entry))
            if data is not None:
                new.writestr(entry, data)
    return out


def epubs(report, epub):
    def text(entry, data):
        return data.replace(b"</body>", b"<p>Not so.</p></body>") if entry.endswith("imprint.xhtml") else data

    def name(entry, data):
        return data.replace(">Zoë Ünal<".encode(), b">Joe Bloggs<") if entry.endswith(".opf") else data

    ways = {
        "packed anew": ("unchanged", lambda _, data: data),
        "a paragraph more": ("altered", text),
        "another name": ("altered", name),
        "a file less": ("altered", lambda entry, data: None if entry.endswith("colophon.xhtml") else data),
    }
    for number, (way, (expected, change)) in enumerate(ways.items()):
        report.check(GROUP, f"EPUB: {way}", verdict(rezipped(epub, change, f"epub-{number}"), expected))


def others(report):
    """Files that say nothing of themselves, damaged ones, and one that is not there."""
    (WORK / "text.pdf").write_text("no PDF")
    (WORK / "half.pdf").write_bytes((next((WORK / "copy").glob("*.pdf"))).read_bytes()[:20000])
    (WORK / "half.epub").write_bytes((next((WORK / "copy").glob("*.epub"))).read_bytes()[:20000])
    # A file that is not there is a mistake of the command line.
    for name, right in (("text.pdf", 1), ("half.pdf", 1), ("half.epub", 1), ("nowhere.pdf", 2)):
        (found, *_), status = verify(WORK / name)
        report.check(GROUP, name, (found["state"], status) != ("unknown", right) and f"{found}, exit status {status}")


def seals(report):
    """Copies of a run, sealed: right by their own key, wrong by another's, and a name that was changed with all digests."""
    for name in ("own", "other"):
        status, _, stderr = run([place.PROGRAM, "keygen", WORK / f"{name}.key"])
        report.check(GROUP, f"keygen {name}", (status and stderr) or ((WORK / f"{name}.key").stat().st_mode & 0o077 and "others can read the key"))
    again, _, _ = run([place.PROGRAM, "keygen", WORK / "own.key"])
    report.check(GROUP, "a key is never written over", again == 0 and "it was")
    roster = rosters.write(WORK / "readers.csv", rosters.readers(6, stages=3, paths=["side", "guide"]))
    command = [place.PROGRAM, "bulk", roster, "--project", PROJECT, "--out", WORK / "sealed", "--seal", WORK / "own.key"]
    status, _, stderr = run(command)
    report.check(GROUP, "a sealed run", status and stderr)
    copies = sorted(file for file in (WORK / "sealed").glob("*") if file.suffix in (".pdf", ".epub"))
    records = [json.loads(line) for line in (WORK / "sealed" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = {file["path"]: (record["reader"], record["copy"], record["edition"]) for record in records for file in record["files"]}
    found, status = verify(*copies, "--key", WORK / "own.pub")
    said = {Path(one["file"]).name: (one.get("reader"), one.get("copy"), one.get("edition")) for one in found}
    wrong = [one for one in found if (one.get("state"), one.get("seal")) != ("unchanged", "right")]
    report.check(GROUP, "sealed by its key", (status or wrong or len(found) != 12 or said != expected) and f"exit status {status}, {wrong[:2]}, {said}")
    found, status = verify(*copies, "--key", WORK / "other.pub")
    report.check(GROUP, "not by another's", (status != 1 or {one.get("seal") for one in found} != {"wrong"}) and f"exit status {status}, {found[:2]}")
    found, status = verify(next((WORK / "copy").glob("*.pdf")), "--key", WORK / "own.pub")
    report.check(GROUP, "a copy without a seal", (status != 1 or found[0].get("seal") != "none") and f"exit status {status}, {found}")
    secret = (WORK / "own.key").read_text().split()[1].encode()
    report.check(GROUP, "nothing secret in a copy", any(secret in file.read_bytes() for file in copies) and "the key is in it")
    report.check(GROUP, "a forged name", forged(copies))


def forged(copies):
    """Another name, with the statement's digest made to fit: only the seal shows it."""
    pdf = next(file for file in copies if file.suffix == ".pdf")
    out = WORK / "forged.pdf"
    script = f"""
import hashlib, pikepdf, re
doc = pikepdf.open({str(pdf)!r})
xmp = doc.Root.Metadata.read_bytes().decode()
value = lambda name: (re.search(f'<handbook:{{name}}>(.*?)</handbook:{{name}}>', xmp) or ['', ''])[1]
parts = [value('edition'), value('copy'), 'Joe Bloggs', value('stage'), value('content')]
text = 'handbook copy 1\\n' + ''.join(f'{{len(part.encode())}} {{part}}\\n' for part in parts)
xmp = re.sub('<handbook:reader>.*?<', '<handbook:reader>Joe Bloggs<', xmp)
xmp = re.sub('<handbook:check>.*?<', '<handbook:check>' + hashlib.sha256(text.encode()).hexdigest() + '<', xmp)
doc.Root.Metadata.write(xmp.encode())
doc.save({str(out)!r})
"""
    status, _, stderr = run([VENV / "python", "-c", script])
    if status:
        return stderr
    (unsealed, *_), _ = verify(out)
    (sealed, *_), status = verify(out, "--key", WORK / "own.pub")
    if unsealed["state"] != "unchanged":
        return f"the forgery is not as good as it should be: {unsealed}"
    return None if (sealed["seal"], status) == ("wrong", 1) else f"{sealed}, exit status {status}"
