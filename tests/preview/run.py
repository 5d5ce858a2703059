#!/usr/bin/env python3
"""The preview in a real browser: Debian's Chromium, driven by Playwright. Runs in target/tools/browser (scripts/tools/browser.sh).

usage: run.py PROGRAM [NAME…] [--pages N] [--pictures DIR]

Each function below is a test; NAME… are those to run. --pages says how many pages of the handbook are held against PDFium's drawing of the
PDF (4; `make bench PART=preview` takes 20), --pictures where screenshots go. Prints a line for each test, and the last line counts.
"""
import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

import against_pdf

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "target/tools/axe/node_modules/axe-core/axe.min.js"
WAIT = 15_000


class Preview:
    """A running preview of a project."""

    def __init__(self, program, folder, *options, address="127.0.0.1:0"):
        self.folder = Path(folder)
        command = [str(program), "preview", str(folder), "--listen", address, "--json", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def state(self):
        with urllib.request.urlopen(f"{self.url}state") as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def project(program):
    """The small project that `handbook new` makes."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "book"
        subprocess.run([program, "new", folder], check=True, capture_output=True)
        yield folder


def opened(world, preview, width=1600, height=1000, dark=False, **options):
    context = world.browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **options)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.on("pageerror", lambda error: world.faults.append(f"script: {error}"))
    page.on("console", lambda message: message.type == "error" and world.faults.append(f"console: {message.text}"))
    page.goto(preview.url)
    page.wait_for_selector(".page svg .words text", state="attached")
    return page


def until(page, expression):
    """Waits until something is so. Playwright's own way evaluates strings in the page, which its policy forbids."""
    deadline = time.monotonic() + WAIT / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never so: {expression}"
        page.wait_for_timeout(25)


def line(page, text):
    """The line of a page that says a text."""
    return page.locator(".words text", has_text=text).first


def search_for(page, text):
    """Goes to a page by the search."""
    page.get_by_role("tab", name="Search").click()
    page.locator("#search-text").fill(text)
    page.locator("#search-list button").first.click()
    page.wait_for_selector(".cursor", state="attached")


def chapter(folder):
    """A chapter with a paragraph, and the paragraph."""
    file = sorted((folder / "stages").glob("*.md"))[0]
    lines = file.read_text(encoding="utf-8").split("\n")
    number = next(n for n, text in enumerate(lines) if len(text) > 60 and text[0].isalpha() and not text.startswith(("summary", "title")) and n > 6)
    return file, number, lines


def edit_and_see(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        page = opened(world, preview)
        file, number, lines = chapter(folder)
        lines[number] = "Marmalade was never mentioned here before. " + lines[number]
        file.write_text("\n".join(lines), encoding="utf-8")
        shown = line(page, "Marmalade was never")
        shown.wait_for(state="attached")
        page.wait_for_selector(".marks rect", state="attached")
        until(page, "document.querySelector('#status').textContent.includes('changed')")
        box = shown.bounding_box()
        room = page.locator("#pages").bounding_box()
        assert room["y"] <= box["y"] <= room["y"] + room["height"], f"the change is out of sight: {box} in {room}"
        # The place in view is kept when something changes that is seen already.
        page.wait_for_timeout(700)
        before = page.evaluate("document.querySelector('#pages').scrollTop")
        lines[number] = lines[number].replace("Marmalade", "Jam")
        file.write_text("\n".join(lines), encoding="utf-8")
        line(page, "Jam was never").wait_for(state="attached")
        page.wait_for_timeout(400)
        after = page.evaluate("document.querySelector('#pages').scrollTop")
        assert abs(after - before) < 2, f"the pages jumped from {before} to {after}"
        world.picture(page, "pages")


def error_and_recover(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        page = opened(world, preview)
        manifest = folder / "handbook.yaml"
        good = manifest.read_text(encoding="utf-8")
        manifest.write_text(good.replace("title:", "titel:", 1), encoding="utf-8")
        page.wait_for_selector("#problem:not([hidden])")
        said = page.locator("#problem").inner_text()
        assert "titel" in said and "handbook.yaml" in said and "last good pages" in said, said
        assert page.locator(".page svg").count() > 0, "the last good pages are gone"
        world.picture(page, "broken")
        manifest.write_text(good, encoding="utf-8")
        page.wait_for_selector("#problem", state="hidden")


def click_to_source(world):
    with project(world.program) as folder:
        told = folder.parent / "told.txt"
        editor = folder.parent / "an editor.sh"
        editor.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{told}'\n")
        editor.chmod(0o755)
        file, number, lines = chapter(folder)
        with Preview(world.program, folder, "--editor", f"'{editor}' {{file}} {{line}}") as preview:
            page = opened(world, preview)
            words = " ".join(lines[number].split()[:3])
            search_for(page, words)
            line(page, words).click()
            deadline = time.monotonic() + 10
            while not told.exists() or told.read_text().count("\n") < 2:
                assert time.monotonic() < deadline, "the editor was not run"
                time.sleep(0.02)
            path, at = told.read_text().split("\n")[:2]
            assert Path(path).resolve() == file.resolve() and int(at) == number + 1, f"{path}:{at}, not {file}:{number + 1}"
            assert f"{file.name}:{number + 1}" in page.locator("#source").inner_text()


def another_reader(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        page = opened(world, preview)
        pages = len(preview.state()["book"]["pages"])
        page.get_by_role("tab", name="Reader").click()
        page.get_by_label("Name").fill("Ngozi Okonjo")
        until(page, "document.querySelector('.page svg')?.textContent.includes('Ngozi Okonjo')")
        page.get_by_label("Target stage").select_option(index=1)
        until(page, f"document.querySelectorAll('.page').length !== {pages}")
        page.locator("select[name=theme]").select_option("plain")
        page.locator("select[name=page]").select_option("a4")
        until(page, "fetch('/state').then((a) => a.json()).then((s) => s.choices.page === 'a4' && s.choices.theme === 'plain' && s.book.size[0] > 590)")
        # A second browser is shown the same.
        other = opened(world, preview, 900)
        other.get_by_role("tab", name="Reader").click()
        assert other.get_by_label("Name").input_value() == "Ngozi Okonjo"
        world.picture(page, "reader")


def e_book(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        page = opened(world, preview)
        page.get_by_role("button", name="Both").click()
        frame = page.frame_locator("#frame")
        page.locator("#chapter").select_option(index=3)
        frame.locator("h1").wait_for()
        assert page.locator("#frame").get_attribute("sandbox") == "allow-same-origin"
        file, number, lines = chapter(folder)
        title = next(text for text in lines if text.startswith("# "))[2:]
        options = page.locator("#chapter option").all_inner_texts()
        wanted = next(n for n, text in enumerate(options) if title in text)
        page.locator("#chapter").select_option(index=wanted)
        lines[number] = "Seen in the e-book too. " + lines[number]
        file.write_text("\n".join(lines), encoding="utf-8")
        frame.get_by_text("Seen in the e-book too.").wait_for()
        page.get_by_role("button", name="Dark").click()
        frame.locator("h1").wait_for()
        ground = frame.locator("html").evaluate("(html) => getComputedStyle(html).backgroundColor")
        assert ground == "rgb(22, 24, 26)", ground
        for name, width in (("Tablet", 768), ("Desktop", 1200), ("Phone", 390)):
            page.get_by_role("button", name=name).click()
            assert page.locator("#frame").evaluate("(frame) => frame.clientWidth") == width
        world.picture(page, "book")


def keyboard_only(world):
    with project(world.program) as folder:
        told = folder.parent / "told.txt"
        editor = folder.parent / "ed.sh"
        editor.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{told}'\n")
        editor.chmod(0o755)
        with Preview(world.program, folder, "--editor", f"{editor} {{file}}:{{line}}") as preview:
            page = opened(world, preview)
            press = page.keyboard.press

            def tab_to(test, what):
                for _ in range(60):
                    press("Tab")
                    if page.evaluate(f"(() => {{ const here = document.activeElement; return {test}; }})()"):
                        return
                raise AssertionError(f"{what} cannot be reached by Tab")

            tab_to("here.id === 'number'", "the field for the page")
            page.keyboard.type("3")
            press("Enter")
            until(page, "document.activeElement.classList.contains('page')")
            for _ in range(40):
                press("ArrowDown")
                page.wait_for_timeout(30)
                if page.locator("#source").inner_text().endswith(tuple("0123456789")) and ".md:" in page.locator("#source").inner_text():
                    break
            assert ".md:" in page.locator("#source").inner_text(), "no line of a chapter was reached by the arrow keys"
            press("Enter")
            deadline = time.monotonic() + 10
            while not told.exists():
                assert time.monotonic() < deadline, "Enter did not open the editor"
                time.sleep(0.02)
            before = page.evaluate("document.querySelector('#pages').scrollTop")
            press("PageDown")
            until(page, f"document.querySelector('#pages').scrollTop > {before}")
            page.evaluate("document.body.focus(); document.activeElement.blur()")
            tab_to("here.getAttribute('role') === 'tab'", "the panel")
            press("ArrowRight")
            until(page, "!document.querySelector('#reader').hidden")
            tab_to("here.name === 'name'", "the reader's name")
            page.keyboard.type("Ada")
            until(page, "fetch('/state').then((a) => a.json()).then((s) => s.choices.name === 'Ada')")


def accessible(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        for width in (390, 1600):
            for dark in (False, True):
                page = opened(world, preview, width, 844 if width < 500 else 1000, dark, bypass_csp=True)
                page.add_script_tag(path=str(AXE))
                states = [("pages", None)]
                if width > 500:
                    states += [("reader", lambda: page.get_by_role("tab", name="Reader").click()), ("both", lambda: page.get_by_role("button", name="Both").click())]
                else:
                    states += [("panel", lambda: page.locator("#toggle").click())]
                for name, work in states:
                    if work:
                        work()
                        page.wait_for_timeout(500)
                    found = page.evaluate("axe.run(document, { iframes: false }).then((found) => found.violations.map((v) => [v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160))]))")
                    assert not found, f"{width} {'dark' if dark else 'light'} {name}: {json.dumps(found, indent=1)}"
                    world.picture(page, f"{name}-{width}{'-dark' if dark else ''}")
                across = page.evaluate("document.documentElement.scrollWidth")
                assert across <= width, f"the page is {across} wide on a screen of {width}"
                page.context.close()


def away_and_back(world):
    with project(world.program) as folder, Preview(world.program, folder) as preview:
        page = opened(world, preview)
        file, number, lines = chapter(folder)
        # The page is in sight when the browser falls asleep, and nobody asks for it when it wakes.
        search_for(page, " ".join(lines[number].split()[:4]))
        page.context.set_offline(True)
        lines[number] = "Written while the browser slept. " + lines[number]
        before = preview.state()["version"]
        file.write_text("\n".join(lines), encoding="utf-8")
        deadline = time.monotonic() + 10
        while preview.state()["version"] == before:
            assert time.monotonic() < deadline, "the book was not set anew"
            time.sleep(0.02)
        page.context.set_offline(False)
        shown = "text => [...document.querySelectorAll('#pages .words')].some((words) => words.textContent.replaceAll('\\u00ad', '').includes(text))"
        page.wait_for_function(shown, arg="Written while the", timeout=30_000)
    # What Chromium says of being offline is no fault of the page.
    world.faults[:] = [fault for fault in world.faults if "ERR_INTERNET_DISCONNECTED" not in fault and "ERR_NETWORK" not in fault]


def started_anew(world):
    """A preview that ends and is started again at the same address: the page takes its new token by itself."""
    with project(world.program) as folder:
        with Preview(world.program, folder) as preview:
            page = opened(world, preview)
            first = page.evaluate("document.documentElement.dataset.token")
            address = preview.url.split("//")[1].rstrip("/")
        with Preview(world.program, folder, address=address) as preview:
            assert preview.url.split("//")[1].rstrip("/") == address, "another port"
            page.wait_for_function("first => document.documentElement.dataset.token !== first", arg=first, timeout=30_000)
            page.wait_for_selector(".page svg", state="attached")
    world.faults[:] = [fault for fault in world.faults if "ERR_CONNECTION_REFUSED" not in fault and "ERR_INCOMPLETE_CHUNKED" not in fault]


def pages_of_the_pdf(world):
    with tempfile.TemporaryDirectory() as work, Preview(world.program, ROOT / "handbook", "--reader", "Ada Lovelace") as preview:
        command = [world.program, "build", ROOT / "handbook", "--reader", "Ada Lovelace", "--format", "pdf", "--out", work]
        subprocess.run(command, check=True, capture_output=True)
        pdf = next(Path(work).glob("*.pdf"))
        page = opened(world, preview)
        said = against_pdf.compare(page, preview.url, pdf, world.pages)
        print(f"    {said}")


TESTS = [edit_and_see, error_and_recover, click_to_source, another_reader, e_book, keyboard_only, accessible, away_and_back, started_anew, pages_of_the_pdf]


class World:
    """What the tests share."""

    def __init__(self, program, browser, pages, pictures):
        self.program, self.browser, self.pages, self.pictures = program, browser, pages, pictures
        self.faults = []

    def picture(self, page, name):
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=self.pictures / f"{name}.png")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--pictures", type=Path)
    args = parser.parse_args()
    tests = [test for test in TESTS if not args.names or test.__name__ in args.names]
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"])
        world = World(args.program.resolve(), browser, args.pages, args.pictures)
        for test in tests:
            begun = time.monotonic()
            world.faults.clear()
            try:
                test(world)
                assert not world.faults, "; ".join(world.faults)
                print(f"ok   {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception as error:  # each test is told, whatever it fails by
                failed += 1
                print(f"FAIL {test.__name__}: {type(error).__name__}: {error}", flush=True)
            for context in browser.contexts:
                context.close()
        browser.close()
    print(f"{len(tests) - failed} of {len(tests)} tests passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
