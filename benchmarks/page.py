"""How soon the page can be used with a full library, in Chromium: python -m benchmarks.page [--write FILE]

200 documents and 2,000 conversations are there; the model is played, everything else is real. Every figure is what a
person waits for: from the address, key or click to what is seen.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

import ingest
from assistant import Library, Run, Selection, brief
from benchmarks.section import write_section
from tests.page_fixtures import FLAGS, quoting
from ui import page as web_page
from ui.current_engine import CurrentEngine
from ui.manner import Manner
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

DOCUMENTS, CONVERSATIONS = 200, 2_000
TIMES = 5
CONTEXT = 131_072
GUIDE = Path(__file__).parent.parent / "samples" / "reportlab-userguide.pdf"


def fill(library: Library, address: str, folder: Path) -> None:
    """A manual, texts made of its pages, and the same cited answer in every conversation."""
    guide = ingest.read(GUIDE)
    library.add(guide)
    texts = [page.text for page in guide.pages if page.text.strip()]
    for number in range(DOCUMENTS - 1):
        path = folder / f"note {number:03}.md"
        path.write_text(f"# Note {number}\n\n" + "\n\n".join(texts[(number + at) % len(texts)] for at in range(3)))
        library.add(ingest.read(path))
    engine = attach(address)
    answer = Run(brief(engine, [Selection(guide)], "Where is the origin?", rounds=0)).answer()
    for number in range(CONVERSATIONS):
        title = f"Question {number} about {texts[number % len(texts)].split()[0]}"
        library.add_answer(library.start_conversation(title), answer, engine.model)


def seconds(act: Callable[[], object], seen: Callable[[], object]) -> float:
    """From the act to when it is seen."""
    began = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - began


def measured(page: Page, address: str) -> dict[str, list[float]]:
    """The seconds of every wait, by its name."""
    found: dict[str, list[float]] = {}
    last = page.locator("ul.documents li").nth(DOCUMENTS - 1)
    for _ in range(TIMES):
        took = seconds(partial(page.goto, address), partial(last.wait_for, state="attached"))
        found.setdefault("the page opened, the list of documents there", []).append(took)
    page.get_by_role("tab", name="Conversations").click()
    for number in range(TIMES):
        wanted = f"Question {number * 399} about"
        row = page.locator("#history .title", has_text=wanted).first
        took = seconds(partial(page.fill, "#sought input", wanted), row.wait_for)
        found.setdefault("a conversation sought", []).append(took)
    page.locator("#history .title").first.click()
    page.locator(".answer .chip").first.wait_for()
    for name in ("a citation opened, its page not yet drawn", "a citation opened, its page drawn before"):
        found[name] = [_opened(page, chip) for chip in _chips(page)]
    return found


def _chips(page: Page) -> list[Locator]:
    """One citation of each page that the answer cites."""
    by_page = {str(chip.get_attribute("value")).split("/")[1]: chip for chip in page.locator(".answer .chip").all()}
    return list(by_page.values())[:TIMES]


def _opened(page: Page, chip: Locator) -> float:
    number = str(chip.get_attribute("value")).split("/")[1]
    header = page.locator("#view header", has_text=re.compile(rf"page {number}\b"))

    def seen() -> None:
        header.wait_for()
        page.locator("#view .mark").first.wait_for()

    return seconds(chip.click, seen)


def typed(page: Page) -> list[float]:
    """Until each letter is drawn, all documents ticked: they are in the context, and the browser has none of them."""
    page.get_by_role("tab", name="Documents").click()
    page.evaluate("for (const box of document.querySelectorAll('ul.documents input')) if (!box.checked) box.click()")
    page.locator(".tally", has_text=f"{DOCUMENTS} of").wait_for()
    page.focus("#question textarea")
    drawn = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    return [seconds(partial(page.keyboard.type, letter), lambda: page.evaluate(drawn)) for letter in "Where is it?"]


def report(found: dict[str, list[float]]) -> str:
    """A Markdown table."""
    lines = [
        "## The page with a full library",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Chromium beside the server on them; {DOCUMENTS} documents,"
        f" {CONVERSATIONS:,} conversations. Seconds until it is seen.",
        "",
        "| | times | median | longest |",
        "|---|---:|---:|---:|",
    ]
    for name, times in found.items():
        lines.append(f"| {name} | {len(times)} | {statistics.median(times):.2f} | {max(times):.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scripted_engine(quoting("origin", "canvas", "page", "font", "table"), limit=CONTEXT) as scripted,
    ):
        library = Library(Path(folder) / "library")
        fill(library, scripted.url, Path(folder))
        with (
            web_page.serve(library, CurrentEngine(attach(scripted.url)), manner=Manner(rounds=0), port=0) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page()
            page.set_default_timeout(120_000)
            found = measured(page, address)
            found["a letter typed, all documents in the context"] = typed(page)
            browser.close()
        library.close()
    told = report(found)
    print(told)
    if asked.write:
        write_section(asked.write, "bench-page", told)


if __name__ == "__main__":
    main()
