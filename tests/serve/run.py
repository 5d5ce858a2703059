#!/usr/bin/env python3
"""Copies on request in a real browser: Debian's Chromium, driven by Playwright. Runs in target/tools/browser (scripts/tools/browser.sh).

usage: run.py PROGRAM [NAME…] [--pictures DIR]

Each function below is a test; NAME… are those to run. --pictures says where screenshots go. Prints a line for each test, and the last line counts.
"""
import argparse
import csv
import email
import email.policy
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "target/tools/axe/node_modules/axe-core/axe.min.js"
WAIT = 20_000

# A book in each language: title, subtitle, what it is about, stages, paths.
BOOKS = {
    "en": ("The Gardener's Handbook", "From spade to estate", "What a gardener learns, year by year.", ["Apprentice", "Journeyman", "Head gardener"], ["The nursery"]),
    "de": ("Das Handbuch für Gärtnerinnen", "Vom Spaten zum Gut", "Was man im Garten lernt, Jahr um Jahr.", ["Lehrling", "Gesellin", "Obergärtnermeisterin"], ["Die Baumschule"]),
    "ar": ("دليل البستاني", "من المجرفة إلى الحديقة الكبرى", "ما يتعلمه البستاني عامًا بعد عام.", ["متدرب", "بستاني", "كبير البستانيين"], ["المشتل"]),
}


def project(folder, language):
    """A small book with a ladder and a path."""
    title, subtitle, about, stages, paths = BOOKS[language]
    lines = [f"title: {json.dumps(title)}", f"subtitle: {json.dumps(subtitle)}", f"language: {language}", f"description: {json.dumps(about)}",
             "authors: [Vita West]", 'edition: "2026.11"', f"identifier: urn:example:{language}", "rights: CC BY 4.0", "stages:"]
    folder.mkdir(parents=True)
    for kind, titles in [("stage", stages), ("path", paths)]:
        if kind == "path":
            lines.append("paths:")
        for number, title in enumerate(titles, 1):
            lines.append(f"  - {{ id: {kind}-{number}, title: {json.dumps(title)}, chapter: {kind}-{number}.md }}")
            (folder / f"{kind}-{number}.md").write_text(f"# {title}\n\n{about}\n", encoding="utf-8")
    (folder / "handbook.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


# A letter in each.
MESSAGES = {
    "en": "# Your copy of {{ book.title }}\n\nDear {{ reader.name }},\n\nhere is your book for the way to *{{ target.title }}*: {{ copy.page }}\n\n- a file to print\n- a file for a phone\n",
    "de": "# Ihr Exemplar: {{ book.title }}\n\nGuten Tag {{ reader.name }},\n\nhier ist Ihr Buch für den Weg zu *{{ target.title }}*: {{ copy.page }}\n\n> Viel Freude im Garten.\n",
    "ar": "# نسختك من {{ book.title }}\n\nإلى {{ reader.name }}\n\nهذا كتابك في الطريق إلى *{{ target.title }}*: {{ copy.page }}\n",
}


class Service:
    """A running service of a project."""

    def __init__(self, program, folder, *options):
        command = [str(program), "serve", str(folder), "--listen", "127.0.0.1:0", "--json", "--rate", "0", *map(str, options)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["listening"]
        deadline = time.monotonic() + WAIT / 1000
        while not self.is_ready():
            assert time.monotonic() < deadline, "never ready"
            time.sleep(0.05)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}readyz") as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def opened(world, url, width=1280, height=900, dark=False, **options):
    context = world.browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True, **options)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.on("pageerror", lambda error: world.faults.append(f"script: {error}"))
    page.on("console", lambda message: message.type == "error" and "422" not in message.text and world.faults.append(f"console: {message.text}"))
    page.on("request", lambda request: request.url.startswith(world.allowed) or world.faults.append(f"asked elsewhere: {request.url}"))
    page.goto(url)
    return page


def invited(world, folder, language):
    """A project with a roster, the options of a service for it, and the readers' addresses once it listens."""
    (folder / "readers.csv").write_text("name,stage,id\nAda Lovelace,stage-3,1\nليلى الأندلسية,stage-2,2\n", encoding="utf-8")
    subprocess.run([world.program, "keygen", folder / "links.key", "--links"], check=True, capture_output=True)
    return ["--roster", folder / "readers.csv", "--key", folder / "links.key"]


def addresses(world, folder, base):
    table = subprocess.run([world.program, "links", folder / "readers.csv", "--project", folder, "--key", folder / "links.key", "--base-url", base.rstrip("/")],
                           check=True, capture_output=True, text=True).stdout
    return [row["url"] for row in csv.DictReader(table.splitlines())]


def looked_at(world, page, name, width):
    """Nothing for axe-core to find, nothing wider than the screen, and a picture for people."""
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document).then((found) => found.violations.map((v) => [v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160))]))")
    assert not found, f"{name}: {json.dumps(found, indent=1)}"
    across = page.evaluate("document.documentElement.scrollWidth")
    assert across <= width, f"{name} is {across} wide on a screen of {width}"
    world.picture(page, name)
    page.context.close()


SCREENS = [(390, False), (390, True), (1280, False), (1280, True)]


def the_form_on_every_screen(world):
    for language in BOOKS:
        with Service(world.program, project(world.work / f"form-{language}", language)) as service:
            world.allowed = service.url
            for width, dark in SCREENS:
                # axe is put into the page, which its policy forbids to anybody else.
                page = opened(world, service.url, width, 844 if width < 600 else 900, dark, bypass_csp=True)
                assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
                looked_at(world, page, f"form-{language}-{width}{'-dark' if dark else ''}", width)
            page = opened(world, service.url, 390, 844, bypass_csp=True)
            page.locator("#name").fill("   ")
            page.locator("button").first.click()
            page.locator("[role=alert]").wait_for()
            looked_at(world, page, f"fault-{language}-390", 390)


def a_readers_page_on_every_screen(world):
    for language in BOOKS:
        folder = project(world.work / f"reader-{language}", language)
        with Service(world.program, folder, *invited(world, folder, language)) as service:
            world.allowed = service.url
            for number, url in enumerate(addresses(world, folder, service.url)):
                # Each of the four once for the two of them: what the screens change, the form has shown.
                for width, dark in SCREENS[number::2]:
                    page = opened(world, url, width, 844 if width < 600 else 900, dark, bypass_csp=True)
                    looked_at(world, page, f"reader-{language}-{number}-{width}{'-dark' if dark else ''}", width)


def letters(world, folder, language):
    """Letters to two readers of a project that name the addresses of their pages: each as its text and its HTML."""
    invited(world, folder, language)
    (folder / "readers.csv").write_text("name,stage,id,email\nAda Lovelace,stage-3,1,ada@example.org\nليلى الأندلسية,stage-2,2,layla@example.org\n", encoding="utf-8")
    (folder / "message.md").write_text(MESSAGES[language], encoding="utf-8")
    copies, out = folder / "copies", folder / "letters"
    link = ["--attach", "link", "--key", folder / "links.key", "--base-url", "https://books.example.org", "--message", folder / "message.md"]
    for command in (["bulk", folder / "readers.csv", "--project", folder, "--out", copies, "--format", "epub"], ["send", copies, "--from", "books@example.org", "--dry-run", "--out", out, *link]):
        subprocess.run([str(word) for word in (world.program, *command)], check=True, capture_output=True)
    for file in sorted(out.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.SMTP)
        yield message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


def a_letter_on_every_screen(world):
    for language in BOOKS:
        for number, (text, html) in enumerate(letters(world, project(world.work / f"letter-{language}", language), language)):
            file = world.work / f"letter-{language}-{number}.html"
            file.write_text(html, encoding="utf-8")
            world.allowed = file.as_uri()
            for width, dark in SCREENS:
                page = opened(world, file.as_uri(), width, 844 if width < 600 else 900, dark)
                assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
                # What the browser shows is what the text says: all of its words, in their order.
                shown = page.locator("main").inner_text().split()
                said = [word for word in re.sub(r"[\u2066-\u2069]", "", text).split() if word not in ("-", ">")]
                assert said and [word for word in shown if word in said][-len(said):] == said, f"{said} is not {shown}"
                looked_at(world, page, f"letter-{language}-{number}-{width}{'-dark' if dark else ''}", width)


def the_form_by_keyboard_and_the_book_that_comes(world):
    """Without scripts: the name, two stages back, present stage, a path, and the button, by keys alone. The book is opened and read."""
    with Service(world.program, project(world.work / "keys", "en")) as service:
        world.allowed = service.url
        page = opened(world, service.url, java_script_enabled=False)
        page.keyboard.press("Tab")
        page.keyboard.type("Zoë O'Brien-Ångström")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "zoe-obrien-angstrom--stage-2.pdf", download.value.suggested_filename
        pdf = world.work / "zoe.pdf"
        download.value.save_as(pdf)
        text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
        for part in ["Zoë O'Brien-Ångström", "Journeyman", "The nursery"]:
            assert part in text.replace("’", "'"), f"{part} is not in the book"
        page.keyboard.press("Tab")
        with page.expect_download() as download:
            page.keyboard.press("Space")
        epub = world.work / "zoe.epub"
        download.value.save_as(epub)
        with zipfile.ZipFile(epub) as book:
            assert any("Zoë" in book.read(name).decode() for name in book.namelist() if name.endswith("xhtml"))
        page.context.close()


def a_readers_page_gives_the_book(world):
    folder = project(world.work / "gives", "en")
    with Service(world.program, folder, *invited(world, folder, "en")) as service:
        world.allowed = service.url
        page = opened(world, addresses(world, folder, service.url)[1], java_script_enabled=False)
        for link, name in [("Download PDF", "ليلى-الأندلسية--stage-2.pdf"), ("Download EPUB", "ليلى-الأندلسية--stage-2.epub")]:
            with page.expect_download() as download:
                page.get_by_role("link", name=link).click()
            assert download.value.suggested_filename == name, download.value.suggested_filename
            assert Path(download.value.path()).stat().st_size > 10_000
        page.context.close()


class World:
    def __init__(self, program, work, pictures, browser):
        self.program, self.work, self.pictures, self.browser = program, work, pictures, browser
        self.faults, self.allowed = [], ""

    def picture(self, page, name):
        if self.pictures:
            page.screenshot(path=str(self.pictures / f"{name}.png"), full_page=True)


TESTS = [the_form_on_every_screen, a_readers_page_on_every_screen, a_letter_on_every_screen, the_form_by_keyboard_and_the_book_that_comes, a_readers_page_gives_the_book]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        world = World(asked.program.resolve(), Path(work), asked.pictures, browser)
        for test in [test for test in TESTS if not asked.names or test.__name__ in asked.names]:
            world.faults.clear()
            begun = time.monotonic()
            try:
                test(world)
                assert not world.faults, "; ".join(world.faults)
                print(f"ok   {test.__name__} in {time.monotonic() - begun:.1f} s", flush=True)
            except Exception as error:  # whatever it is, the other tests run
                failed += 1
                print(f"FAIL {test.__name__}: {error}", flush=True)
        browser.close()
    print(f"{failed} failed")
    sys.exit(min(failed, 1))


main()
