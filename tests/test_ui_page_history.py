"""Conversations on the page in real Chromium: what runs goes on whoever looks, and what was said is found again."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from page_fixtures import ARTEFACTS, browser, quoting, watched
from playwright.sync_api import Browser, Locator, Page, expect
from test_ui_page import CODE, ask, clean, served, tick, until

import ingest
from assistant import Library
from yarn_runtime.script import Waits

__all__ = ["browser"]

pytestmark = pytest.mark.page


class Held:
    """A model that quotes the secret, once it may."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self._quote = quoting("secret")

    def __call__(self, messages: Sequence[Mapping[str, str]], schema: Any, call: int) -> Waits:
        return Waits(self.let_go.is_set, self._quote(messages, schema, call))


@pytest.fixture
def short(library: Library) -> Iterator[Library]:
    """A library of one short document."""
    library.add(ingest.read(CODE / "src" / "itsdangerous" / "signer.py"))
    return library


def shows(page: Page, *questions: str) -> None:
    expect(page.locator("#chat .user-row .said")).to_have_text(list(questions))


def test_a_run_goes_on_without_its_tab_and_is_shown_again(browser: Browser, short: Library) -> None:
    held = Held()
    with served(short, held) as (address, engine):
        with watched(browser, address) as (page, _):
            tick(page, "signer.py")
            ask(page, "What is it?")
            expect(page.locator("#chat .thought-group").last).to_be_visible()
            page.wait_for_url("**/?c=*")
            shown_at = page.url
            until(lambda: engine().running() == 1, 60)
        assert engine().running() == 1
        with watched(browser, shown_at) as (page, watch):
            expect(page.locator("#chat .user-row")).to_contain_text("What is it?")
            expect(page.locator("#question .stop-button")).to_be_visible()
            held.let_go.set()
            expect(page.locator(".answer")).to_be_visible()
            expect(page.locator("#question .submit-button")).to_have_text("Send")
            page.reload()
            expect(page.locator(".answer .chip").first).to_be_visible()
            page.locator(".answer .chip").first.click()
            expect(page.locator("#view .line.mark").first).to_be_visible()
            clean(watch)
    assert [each.title for each in short.conversations()] == ["What is it?"]


def test_questions_are_asked_again_edited_and_undone(browser: Browser, short: Library) -> None:
    def kept() -> list[str]:
        return [turn.question for each in short.conversations() for turn in short.turns(each.id)]

    def acting(page: Page, at: int, name: str) -> None:
        row = page.locator("#chat .user-row").nth(at)
        row.hover()
        row.get_by_role("button", name=name).click()

    with served(short, quoting("secret"), rounds=0) as (address, _), watched(browser, address) as (page, watch):
        tick(page, "signer.py")
        for number, question in enumerate(("What is it?", "And why?"), 1):
            ask(page, question)
            expect(page.locator(".answer")).to_have_count(number)
        acting(page, 0, "Edit")
        expect(page.locator("#question textarea")).to_have_value("What is it?")
        expect(page.locator("#hint")).to_contain_text("editing an earlier question")
        page.screenshot(path=ARTEFACTS / "page-editing.png")
        page.click("#hint button")
        expect(page.locator("#hint")).to_be_hidden()
        acting(page, 1, "Edit")
        expect(page.locator("#question textarea")).to_have_value("And why?")
        ask(page, "And how?")
        until(lambda: kept() == ["What is it?", "And how?"], 60)
        expect(page.locator(".answer")).to_have_count(2)
        shows(page, "What is it?", "And how?")
        acting(page, 0, "Ask again")
        until(lambda: kept() == ["What is it?"], 60)
        expect(page.locator(".answer")).to_have_count(1)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".answer")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value("What is it?")
        assert short.conversations() == []
        clean(watch)


def test_what_was_stopped_goes_on_and_another_conversation_meanwhile(browser: Browser, short: Library) -> None:
    held = Held()
    with contextlib.ExitStack() as stack:
        address, engine = stack.enter_context(served(short, held, rounds=0))
        page, watch = stack.enter_context(watched(browser, address))
        tick(page, "signer.py")
        ask(page, "What is it?")
        until(lambda: engine().running() == 1, 60)
        page.click("#header .new")
        expect(page.locator("#chat .user-row")).to_have_count(0)
        ask(page, "And the other?")
        until(lambda: engine().running() == 2, 60)
        page.click("#question .stop-button")
        until(lambda: engine().running() == 1, 10)
        expect(page.locator("#chat .problem")).to_contain_text("stopped")
        held.let_go.set()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".answer")).to_be_visible()
        shows(page, "And the other?")
        page.get_by_role("tab", name="Conversations").click()
        page.get_by_role("button", name="What is it?", exact=True).click()
        shows(page, "What is it?")
        expect(page.locator(".answer")).to_be_visible()
        clean(watch)


def test_what_is_typed_at_once_into_a_new_conversation_stays(browser: Browser, short: Library) -> None:
    with served(short, quoting("secret"), rounds=0) as (address, _), watched(browser, address) as (page, watch):
        tick(page, "signer.py")
        ask(page, "What is it?")
        expect(page.locator(".answer")).to_be_visible()
        page.fill("#question textarea", "And")
        page.route("**/gradio_api/**", lambda route: None)
        with page.expect_request("**/gradio_api/**"):
            page.click("#header .new")
        expect(page.locator("#question textarea")).to_have_value("")
        page.fill("#question textarea", "And the other?")
        page.unroute("**/gradio_api/**")  # what was held goes on
        expect(page.locator("#chat .user-row")).to_have_count(0)
        page.click("#question .submit-button")
        shows(page, "And the other?")
        expect(page.locator(".answer")).to_be_visible()
        clean(watch)


def test_conversations_are_found_renamed_exported_and_deleted(browser: Browser, short: Library) -> None:
    with served(short, quoting("secret"), rounds=0) as (address, _), watched(browser, address) as (page, watch):
        tick(page, "signer.py")
        for question in ("What is it?", "Wozu dient der Schlüssel?"):
            page.click("#header .new")
            expect(page.locator("#chat .user-row")).to_have_count(0)
            ask(page, question)
            expect(page.locator(".answer")).to_be_visible()
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#history .title")).to_have_text(["Wozu dient der Schlüssel?", "What is it?"])
        page.screenshot(path=ARTEFACTS / "page-history.png")
        page.locator("#sought input").press_sequentially("schlüss")
        expect(page.locator("#history .title")).to_have_text(["Wozu dient der Schlüssel?"])
        _rename(page, "The <b>key</b>")
        page.fill("#sought input", "")
        expect(page.locator("#history .title")).to_have_text(["The <b>key</b>", "What is it?"])
        with page.expect_download() as download:
            _menu(page).get_by_role("link", name="JSON").click()
        exported = json.loads(download.value.path().read_text("utf-8"))
        assert exported["title"] == "The <b>key</b>"
        assert exported["answers"][0]["statements"][0]["citations"]
        _menu(page).get_by_role("button", name="Delete").click()
        assert len(short.conversations()) == 2
        page.get_by_role("button", name="Delete?").click()
        expect(page.locator("#history .title")).to_have_text(["What is it?"])
        page.locator("#history .title").click()
        expect(page.locator("#chat .user-row")).to_contain_text("What is it?")
        expect(page.locator("#history .title[aria-current]")).to_have_count(1)
        assert httpx.get(f"{address}/conversations/{short.conversations()[0].id}.exe").status_code == 404
        assert httpx.get(f"{address}/conversations/..%2F..%2Flibrary.json").status_code == 404
        clean(watch)
    assert [each.title for each in short.conversations()] == ["What is it?"]


def _menu(page: Page) -> Locator:
    row = page.locator("#history li").first
    row.hover()
    row.locator("summary").click()
    return row.locator(".menu")


def _rename(page: Page, title: str) -> None:
    _menu(page).get_by_role("button", name="Rename").click()
    page.locator("#history li input").fill(title)
    page.keyboard.press("Enter")
    expect(page.locator("#history .title").first).to_have_text(title)
