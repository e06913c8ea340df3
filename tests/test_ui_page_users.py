"""Two people at one page, in real Chromium: each logs in, works, and sees nothing of the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from page_fixtures import ARTEFACTS, Watch, browser, quoting, sound
from playwright.sync_api import Browser, Page, expect
from test_ui_page import CODE, ask, served
from test_ui_users import ANNA, BOB

from assistant import Library
from ui.users import Users

__all__ = ["browser"]

pytestmark = pytest.mark.page

TWO_LINES = """() => {
  const places = ['#header', '#header nav.panes'].map((at) => document.querySelector(at).getBoundingClientRect());
  const [header, tabs] = places;
  return header.top <= tabs.top && tabs.bottom <= header.bottom;
}"""
"""Nothing of the header is cut where it has two lines."""


@contextmanager
def arrived(browser: Browser, address: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """A tab of a browser of its own that is shown where to log in."""
    watch, context = Watch(), browser.new_context(**options)
    page = context.new_page()
    page.on("request", lambda request: None if request.url.startswith(near) else watch.elsewhere.append(request.url))
    page.on("pageerror", lambda error: watch.console.append(str(error)))
    near = ("/".join(address.split("/")[:3]), "data:", "blob:")
    page.goto(address)
    expect(page.locator("form[action='/login']")).to_be_visible()
    try:
        yield page, watch
    finally:
        context.close()


def enter(page: Page, name: str, password: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def test_two_people_see_nothing_of_each_other(browser: Browser, library: Library) -> None:
    users = Users(library.folder.parent)
    users.add("anna", ANNA)
    users.add("bob", BOB)
    with served(library, quoting("secret"), rounds=0) as (address, _), arrived(browser, address) as (page, watch):
        sound(page, at="login")
        page.screenshot(path=ARTEFACTS / "page-login.png")
        enter(page, "anna", BOB)
        expect(page.locator(".problem")).to_contain_text("do not go together")
        expect(page.locator("[name=name]")).to_have_value("anna")
        enter(page, "anna", ANNA)
        expect(page.locator("#header .leave")).to_contain_text("anna")
        expect(page.locator("#folder")).to_contain_text("Git address")
        page.set_input_files("#drop input[type=file]", CODE / "src" / "itsdangerous" / "signer.py")
        expect(page.locator("#status .read")).to_contain_text("signer.py")
        for elsewhere in (str(CODE), f"file://{CODE}", "/etc/passwd"):
            page.fill("#folder input", elsewhere)
            page.click("#folder button")
            expect(page.locator("#status .problem")).to_contain_text("no https address")
        ask(page, "What is Annas question?")
        page.locator(".answer .chip").first.click()
        expect(page.locator("#view .line.mark").first).to_be_visible()
        page.wait_for_url("**/?c=*")
        hers = page.url
        sound(page, at="logged in")
        page.screenshot(path=ARTEFACTS / "page-user.png")
        with arrived(browser, hers, locale="zh-CN", color_scheme="dark") as (other, others):
            expect(other.locator("form button").first).to_have_text("登录")
            sound(other, at="login, chinese, dark")
            other.screenshot(path=ARTEFACTS / "page-login-chinese-dark.png")
            enter(other, "bob", BOB)
            expect(other.locator("#header .leave")).to_contain_text("bob")
            expect(other.locator("#documents")).to_contain_text("还没有文档")
            expect(other.locator("#chat .user-row")).to_have_count(0)
            other.get_by_role("tab", name="历史对话").click()
            expect(other.locator("#history")).to_contain_text("还没有对话")
            assert others == Watch()
        page.reload()
        expect(page.locator("#chat .user-row")).to_contain_text("What is Annas question?")
        page.click("#header .leave button")
        expect(page.locator("form[action='/login']")).to_be_visible()
        page.go_back()
        expect(page.locator("form[action='/login']")).to_be_visible()
        assert watch == Watch()
    assert library.documents() == [], "nothing went into the library of the command line"
    theirs = Library(users.named("anna").library)
    assert [each.title for each in theirs.conversations()] == ["What is Annas question?"]
    theirs.close()


def test_a_tab_whose_session_is_over_is_sent_to_log_in(browser: Browser, library: Library) -> None:
    users = Users(library.folder.parent)
    users.add("anna", ANNA)
    phone = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}
    with served(library, []) as (address, _), arrived(browser, address, **phone) as (page, _):
        page.screenshot(path=ARTEFACTS / "phone-login.png")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        enter(page, "anna", ANNA)
        expect(page.locator("#question textarea")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.wait_for_function(TWO_LINES)  # the header is as high as its lines, once it is laid out
        sound(page, at="phone")
        page.screenshot(path=ARTEFACTS / "phone-user.png")
        users.change("anna", BOB)
        ask(page, "Still there?")
        expect(page.locator("form[action='/login']")).to_be_visible()
        enter(page, "anna", BOB)
        expect(page.locator("#question textarea")).to_be_visible()
