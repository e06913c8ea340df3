"""The page by its keys, and what can be taken along: from citation to citation, copied with sources; axe everywhere."""

import re

import pytest
from page_fixtures import browser, quoting, sound, watched
from playwright.sync_api import Browser, expect
from test_ui_page import GUIDE, ask, clean, served, tick
from test_ui_page_views import SHORT

import ingest
from assistant import Library

__all__ = ["browser"]

pytestmark = pytest.mark.page


def test_keys_go_from_citation_to_citation_and_an_answer_is_copied(browser: Browser, library: Library) -> None:
    library.add(ingest.read(GUIDE))
    options = {"permissions": ["clipboard-read", "clipboard-write"], "viewport": {"width": 1440, "height": 900}}
    with (
        served(library, quoting("order of the operations", "origin"), rounds=0) as (address, _),
        watched(browser, address, **options) as (page, watch),
    ):
        tick(page, "reportlab")
        page.fill("#pages input", "18-22")
        ask(page, "Where is the origin?")
        expect(page.locator(".answer .places .chip")).to_have_count(2)
        page.locator(".answer p.statement").first.click()  # leaves the box for the question
        page.keyboard.press("n")
        expect(page.locator("#view nav.cited span")).to_have_text("1 / 2")
        expect(page.locator("#view .mark").first).to_be_visible()
        page.keyboard.press("n")
        expect(page.locator("#view nav.cited span")).to_have_text("2 / 2")
        page.keyboard.press("p")
        expect(page.locator("#view nav.cited span")).to_have_text("1 / 2")
        page.locator("#view nav.cited button").last.click()
        expect(page.locator("#view nav.cited span")).to_have_text("2 / 2")
        sound(page, at="a page with a passage")
        page.get_by_role("button", name="Copy with sources").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "order of the operations" in copied
        assert "[1] reportlab-userguide.pdf" in copied
        page.keyboard.press("/")
        expect(page.locator("#question textarea")).to_be_focused()
        page.keyboard.type("n stays a letter")
        expect(page.locator("#question textarea")).to_have_value("n stays a letter")
        page.keyboard.press("Control+k")
        expect(page.locator("#sought input")).to_be_focused()
        sound(page, at="history")
        clean(watch)


def test_pages_are_chosen_where_a_document_does_not_fit(browser: Browser, library: Library) -> None:
    library.add(ingest.read(GUIDE))
    with (
        served(library, quoting("origin"), rounds=0, limit=SHORT) as (address, _),
        watched(browser, address) as (page, watch),
    ):
        tick(page, "reportlab")
        page.locator("#way label", has_text="Choose pages").click()
        expect(page.locator("#pages input")).to_have_value(re.compile(r"1-\d+"))
        expect(page.locator("#meter .over")).to_have_count(0)
        clean(watch)
