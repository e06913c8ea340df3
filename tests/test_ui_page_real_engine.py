"""The page end to end on the real engine: read, asked, answered, cited, and stopped in the middle of a long prompt."""

import pytest
from page_fixtures import ARTEFACTS, browser, watched
from playwright.sync_api import Browser, expect
from test_ui_page import CODE, GUIDE, ask, clean, tick, until

import ingest
from assistant import Library
from ui import page as web_page
from ui.current_engine import CurrentEngine
from yarn_runtime import Engine

__all__ = ["browser"]

pytestmark = [pytest.mark.page, pytest.mark.engine]

MINUTES = 60_000
"""Milliseconds."""


def test_a_question_is_answered_and_a_long_one_is_stopped(browser: Browser, library: Library, engine: Engine) -> None:
    library.add(ingest.read(GUIDE))
    with web_page.serve(library, CurrentEngine(engine), port=0) as address, watched(browser, address) as (page, watch):
        page.fill("#folder input", str(CODE / "src" / "itsdangerous" / "encoding.py"))
        page.click("#folder button")
        expect(page.locator("ul.documents input").first).to_be_checked()
        ask(page, "What does base64_encode do?")
        expect(page.locator(".answer .coverage summary")).to_contain_text("1 of 1 pages read", timeout=10 * MINUTES)
        [conversation] = library.conversations()
        [answer] = library.answers(conversation.id)
        expect(page.locator(".answer p.statement")).to_have_count(len(answer["statements"]))
        for chip in page.locator(".answer p.statement .chip").all():
            chip.click()
            expect(page.locator("#view header")).to_contain_text("encoding.py:")
            expect(page.locator("#view .line.mark").first).to_be_visible()
        page.screenshot(path=ARTEFACTS / "page-real-engine.png")

        page.click("#header .new")
        expect(page.locator("#chat .user-row")).to_have_count(0)
        tick(page, GUIDE.name)
        page.locator("ul.documents li", has_text="encoding.py").locator("input").uncheck()
        page.fill("#pages input", "1-30")
        ask(page, "What is this about?")
        until(lambda: engine.running() == 1, 60)
        expect(page.locator("#chat progress")).to_be_visible()
        page.click("#question .stop-button")
        print(f"nothing runs {until(lambda: engine.running() == 0, 10):.2f} s after Stop")
        expect(page.locator("#chat .problem")).to_contain_text("stopped")
        clean(watch)
    assert len(library.conversations()) == 1
