"""Pages and catalogues by `handbook publish`, in a folder and in a bucket."""
import email
import email.policy
import json
import re
import shutil
import sys
import time

import catalogues
from bench import BOOK, ROOT, tree, wanted
from servers import Box, Sound, running

sys.path.insert(0, str(ROOT / "tests" / "judges"))
import s3  # noqa: E402


def published(bench):
    """Pages and catalogues for a web server: the very files, catalogues that hold before their schemas, revoked readers gone, nothing listed."""
    copies, out, key = bench.copies, bench.folder / "site", bench.folder / "links.key"
    base = "https://books.example.org/shelf"

    public = bench.folder / "public.epub"
    bench.run("build", BOOK, "--format", "epub", "--out", bench.folder / "public", "--quiet")
    shutil.copy(next((bench.folder / "public").glob("*.epub")), public)
    bench.run("keygen", key, "--links")
    publish = ["publish", copies, "--out", out, "--key", key, "--base-url", base]
    bench.run(*publish, "--public", public)
    first = tree(out)
    pages = [name for name in first if re.fullmatch(r"r/[a-z2-7]{32}/index\.html", name)]
    wanted(len(pages) == 8 and first["r/index.html"] == b"", sorted(first))
    wanted((out / "r").stat().st_mode & 0o777 == 0o711, "the readers' pages can be listed")
    books = {name: data for name, data in first.items() if name.startswith("r/") and name.endswith(".epub")}
    wanted(sorted(books.values()) == sorted(file.read_bytes() for file in copies.glob("*.epub")), "other files than the copies")
    for name in pages:
        text = first[name].decode()
        wanted("noindex" in text and "<script" not in text and "no-referrer" in text, text)
        wanted(not re.search(r'(?:src|href)="(?:https?:)?//', text), f"something from elsewhere: {text}")
    wanted(b"noindex" not in first["index.html"] and b"public.epub" in first["index.html"], first["index.html"].decode())
    # Links of a mail lead to these pages.
    status, _, err = bench.send(bench.fresh(copies), None, "--attach", "link", "--key", key, "--base-url", base + "/", "--dry-run", "--out", bench.folder / "linked", files=False)
    wanted(status == 0, err)
    for letter in (bench.folder / "linked").iterdir():
        message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.SMTP)
        addresses = re.findall(rf"{base}/(r/[a-z2-7]+/)", message.get_body(("plain",)).get_content())
        wanted(len(addresses) == 1 and f"{addresses[0]}{letter.stem}.epub" in first, f"{letter.name}: {addresses}")
    checked = 0
    # A reading app's own parser finds the same in both kinds, of the readers' catalogues and of everybody's.
    read = catalogues.read_by_an_app([file for name in sorted(first) if name.endswith(("catalog.xml", "catalog.json")) for file in [out / name]])
    for file, feed in read.items():
        folder = file.parent.relative_to(out)
        files = [f"public/{name.removeprefix('public/')}" for name in first if name.startswith("public/")]
        files = files if file.parent == out else [name for name in first if name.startswith(f"{folder}/") and name.endswith(".epub")]
        wanted(sorted(feed["files"]) == sorted(f"{base}/{name}" for name in files), f"{folder}: {feed} is not {files}")
        wanted(feed["titles"] == ["A small ladder"] and feed["language"] == ["en-GB"], f"{feed}")
        wanted(feed["self"] == f"{base}/{file.relative_to(out)}" and set(feed["pictures"]) == {f"{base}/cover{'' if file.parent == out else '-first'}.png"}, f"{feed}")
    if catalogues.found():
        for file in out.rglob("catalog.*"):
            check = catalogues.atom_problem if file.suffix == ".xml" else catalogues.json_problem
            problem = check(file)
            wanted(not problem, f"{file.relative_to(out)}: {problem}")
            checked += 1
            broken = bench.folder / f"broken{file.suffix}"
            broken.write_text(re.sub(r"<id>[^<]*</id>", "", file.read_text()).replace('"metadata"', '"about"'))
            wanted(check(broken), "the schema takes anything")
            if checked == 4:
                break
    # The same again changes nothing; a reader who is revoked is gone, and so is the public edition; what is not ours stays.
    before = {name: (out / name).stat().st_mtime_ns for name in first}
    bench.run(*publish, "--public", public)
    wanted(before == {name: (out / name).stat().st_mtime_ns for name in tree(out)}, "something was written anew")
    (out / "CNAME").write_text("books.example.org\n")
    fewer = bench.folder / "fewer"
    shutil.copytree(copies, fewer)
    lines = (fewer / "manifest.jsonl").read_text().splitlines()
    revoked = json.loads(lines[0])
    revoked["revoked"] = True
    (fewer / "manifest.jsonl").write_text("\n".join([json.dumps(revoked), *lines[1:]]) + "\n")
    told = bench.run("publish", fewer, *publish[2:])
    second = tree(out)
    wanted("1 taken away" in told and len([name for name in second if re.fullmatch(r"r/.{32}/index\.html", name)]) == 7, told)
    wanted("CNAME" in second and not any(name.startswith(("public/", "catalog.")) for name in second), sorted(second))
    mine = f"{revoked['name']}.epub"
    wanted(not any(mine in name for name in second), f"{mine} is still there")
    # Another key, or a book that has become another one, gives other addresses: nobody's page is taken away for that.
    other = bench.folder / "other.key"
    bench.run("keygen", other, "--links")
    strange = bench.run(*publish[: publish.index("--key") + 1], other, *publish[publish.index("--key") + 2 :], expected=1)
    wanted("none is of a reader of these copies" in strange and tree(out) == second, strange)
    # A copy is nobody's public edition, and a file that was changed is not handed out.
    personal = bench.run(*publish, "--public", next(copies.glob("*.epub")), expected=1)
    wanted("everybody could have it" in personal, personal)
    (fewer / json.loads(lines[1])["files"][0]["path"]).write_bytes(b"another")
    wanted("not the file that was made" in bench.run("publish", fewer, *publish[2:], expected=1), "a changed file was handed out")
    return None if checked else "there are no schemas here: catalogues were not held against them"


def in_a_bucket(bench):
    """Copies in a bucket, by a server of S3: pages from there into a bucket are those of a folder, letters have the files of a folder"""
    readers = [("Ada", "ada@example.org"), ("Ляля", "lyalya@example.org"), ("Eve", "eve@example.org")]
    with s3.server(bench.folder) as env:
        bench.made("bucket", readers, out="s3://copies/run", env=env)
        local = bench.made("bucket-local", readers)
        pages(bench, env, local)
        letters(bench, env, local)
        for command in (["publish", "--out", bench.folder / "nothing", "--key", bench.folder / "bucket.key", "--base-url", BASE], ["send", "--from", "a@b.example", "--dry-run"]):
            said = bench.run(command[0], "s3://nowhere/run", *command[1:], expected=1, env=env)
            wanted("cannot be read" in said and "NoSuchBucket" in said, said)
    wanted("no place for copies" in bench.run("publish", "http://x.example/y", "--out", "x", "--key", bench.folder / "bucket.key", "--base-url", BASE, expected=2), "an address that is none")


BASE = "https://books.example.org"


def pages(bench, env, local):
    key, site = bench.folder / "bucket.key", bench.folder / "bucket-site"
    bench.run("keygen", key, "--links")
    publish = ["--key", key, "--base-url", BASE]
    bench.run("publish", local, "--out", site, *publish)
    told = bench.run("publish", "s3://copies/run", "--out", "s3://copies/site", *publish, env=env)
    wanted("pages of 3 readers" in told, told)
    found, expected = s3.objects(env, "site"), tree(site)
    wanted({name: entry[0] for name, entry in found.items()} == expected, f"{sorted(found)}, not {sorted(expected)}")
    media = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "png": "image/png", "epub": "application/epub+zip"}
    media |= {"json": "application/opds+json", "xml": "application/atom+xml;profile=opds-catalog;kind=acquisition"}
    for name, (_, _, kind, cache) in found.items():
        wanted(kind == media[name.rsplit(".", 1)[1]], f"{name}: {kind}")
        wanted(cache == ("private, no-store" if name.startswith("r/") else "no-cache"), f"{name}: {cache}")
    # The same again, from a folder and a whole second later, sends nothing; what somebody changed is put right.
    changed = "site/" + next(name for name in found if name.endswith("catalog.json"))
    time.sleep(1.1)
    bench.run("publish", local, "--out", "s3://copies/site", *publish, env=env)
    wanted(s3.objects(env, "site") == found, "something was sent anew")
    wanted(not s3.command(env, f"s3.put_object(Bucket=bucket, Key={changed!r}, Body=b'x')", "s3.put_object(Bucket=bucket, Key='site/CNAME', Body=b'x')"), "S3")
    # A reader who is revoked is gone, and what is not ours stays.
    lines = (local / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    gone = json.loads(lines[0]) | {"revoked": True}
    manifest = "\n".join([json.dumps(gone), *lines[1:]]) + "\n"
    problem = s3.command(env, f"s3.put_object(Bucket=bucket, Key='run/manifest.jsonl', Body={manifest.encode()!r})")
    wanted(not problem, problem)
    told = bench.run("publish", "s3://copies/run", "--out", "s3://copies/site", *publish, env=env)
    left = s3.objects(env, "site")
    theirs = [name for name in found if f"{gone['name']}.epub" in name][0].rsplit("/", 1)[0]
    wanted("1 taken away" in told and left.pop("CNAME")[0] == b"x", told)
    wanted({name: entry[0] for name, entry in left.items()} == {name: data for name, data in expected.items() if not name.startswith(theirs)}, sorted(left))
    problem = s3.command(env, f"s3.put_object(Bucket=bucket, Key='run/manifest.jsonl', Body={(local / 'manifest.jsonl').read_bytes()!r})")
    wanted(not problem, problem)


def letters(bench, env, local):
    ledger = bench.folder / "bucket-letters.jsonl"
    box = Box()
    with running(Sound(box)) as port:
        status, _, err = bench.send("s3://copies/run", port, env=env)
        wanted(status == 2 and "--ledger" in err and not box.letters, f"{status}\n{err}")
        missing = json.loads((local / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1])["files"][0]["path"]
        problem = s3.command(env, f"s3.delete_object(Bucket=bucket, Key={'run/' + missing!r})")
        wanted(not problem, problem)
        status, _, err = bench.send("s3://copies/run", port, "--ledger", ledger, env=env)
        wanted(status == 1 and f"`{missing}`" in err and not box.letters, f"{status}\n{err}")
        # Another program brings it back, without what ours writes beside an object; and a changed one beside it.
        first = json.loads((local / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[0])["files"][0]["path"]
        put = "s3.put_object(Bucket=bucket, Key={!r}, Body=open({!r}, 'rb').read(){})"
        problem = s3.command(env, put.format("run/" + missing, str(local / missing), ""), put.format("run/" + first, str(local / first), "[:-1] + b'x'"))
        wanted(not problem, problem)
        status, _, err = bench.send("s3://copies/run", port, "--ledger", ledger, "--resume", env=env)
        wanted(status == 1 and f"`{first}`" in err and f"`{missing}`" not in err and not box.letters, f"{status}\n{err}")
        problem = s3.command(env, put.format("run/" + first, str(local / first), ""))
        wanted(not problem, problem)
        status, out, err = bench.send("s3://copies/run", port, "--ledger", ledger, "--resume", env=env)
    wanted(status == 0 and "3 sent" in out, out + err)
    came = {part.get_filename(): part.get_content() for message in box.messages() for part in message.iter_attachments()}
    wanted(came == {file.name: file.read_bytes() for file in local.glob("*.epub")}, sorted(came))
