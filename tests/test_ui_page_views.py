"""What the page shows beside answers, in real Chromium: the context meter, the other language, the engine, YaRN."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_fixtures import ARTEFACTS, Watch, browser, quoting, sound, watched
from playwright.sync_api import Browser, Page, expect
from test_ui_page import CODE, ask, clean, served, tick

import ingest
from assistant import Library
from ui.language import LANGUAGES, words_of
from ui.rope_report import told
from ui.told_zh import translated
from ui.words import ENGLISH, static
from ui.words_zh import CHINESE, Chinese
from yarn_runtime import scalings

__all__ = ["browser"]

SHORT = 6_000
"""A limit that the codebase of the samples does not fit into."""
page_test = pytest.mark.page


@pytest.fixture
def code(library: Library) -> Iterator[Library]:
    """A library of a codebase and its readme."""
    library.add(ingest.read(CODE))
    library.add(ingest.read(CODE / "README.md"))
    return library


@page_test
def test_the_meter_tells_what_fits_and_how_to_read_what_does_not(browser: Browser, code: Library) -> None:
    with (
        served(code, quoting("secret"), rounds=0, limit=SHORT) as (address, _),
        watched(browser, address) as (page, watch),
    ):
        tick(page, "README.md")
        expect(page.locator("#meter")).to_contain_text("Documents 311")
        expect(page.locator("#meter")).to_contain_text("of 6,000 free")
        expect(page.locator("#way")).to_be_hidden()
        page.locator("ul.documents li", has_text="README.md").locator("input").uncheck()
        tick(page, "10 files")
        expect(page.locator("#meter .over")).to_contain_text("tokens too many")
        expect(page.locator("#way label")).to_have_count(3)
        expect(page.locator("#way")).to_contain_text("everything in 3 windows")
        page.screenshot(path=ARTEFACTS / "page-meter.png")
        sound(page, at="meter")
        page.locator("#way label", has_text="Read all").click()
        ask(page, "What is the secret key for?")
        expect(page.locator(".answer")).to_be_visible()
        page.locator("#chat .thought-group .title").first.click()
        expect(page.locator("#chat .thought-group .title", has_text="Reading all")).to_have_count(3)
        page.click(".answer .coverage summary")
        expect(page.locator(".answer .ledger")).to_contain_text("Everything is read in 3 windows")
        clean(watch)


@page_test
def test_the_page_speaks_chinese_where_the_browser_does_and_where_it_is_chosen(browser: Browser, code: Library) -> None:
    with (
        served(code, quoting("secret", invented=True), rounds=0) as (address, _),
        watched(browser, address, locale="zh-CN", color_scheme="dark") as (page, watch),
    ):
        expect(page.locator("#question .submit-button")).to_have_text("发送")
        expect(page.get_by_role("tab").first).to_have_text("文档")
        tick_chinese(page, "10 个文件")
        expect(page.locator("#meter")).to_contain_text("文档 11,520")
        ask(page, "这是什么？")
        expect(page.locator(".answer")).to_contain_text("覆盖范围")
        page.screenshot(path=ARTEFACTS / "page-chinese-dark.png")
        sound(page, at="chinese, dark")
        page.click("[data-language]")
        expect(page.locator("#question .submit-button")).to_have_text("Send")
        expect(page.locator(".answer")).to_contain_text("Coverage")
        expect(page.locator("ul.documents li", has_text="10 files").locator("input")).to_be_checked()
        assert page.evaluate("document.documentElement.lang") == "en"
        clean(watch)


@page_test
def test_engine_and_yarn_are_shown_in_words_and_pictures(browser: Browser, library: Library) -> None:
    with served(library, []) as (address, _), watched(browser, address) as (page, watch):
        sound(page, at="empty")
        go(page, watch, "Engine")
        expect(page.locator("#engine-facts")).to_contain_text("0 requests running")
        watch.console.clear()
        expect(page.locator("#stop-engine")).to_be_hidden()
        page.screenshot(path=ARTEFACTS / "page-engine.png")
        sound(page, at="engine")
        go(page, watch, "YaRN")
        expect(page.locator("#rope-shown")).to_contain_text("a factor of 4 reaches 131,072")
        watch.console.clear()
        page.wait_for_function("document.querySelector('#rope-shown img').naturalWidth > 500")
        page.screenshot(path=ARTEFACTS / "page-yarn.png")
        sound(page, at="YaRN")
        page.fill("#rope-model input", "no/such model")
        page.keyboard.press("Enter")
        expect(page.locator("#rope-shown .problem")).to_be_visible()
        go(page, watch, "Ask")
        expect(page.locator("#question textarea")).to_be_visible()


def go(page: Page, watch: Watch, view: str) -> None:
    """To another view; Gradio calls what it was just asking for an error when the browser leaves."""
    clean(watch)
    page.get_by_role("link", name=view).click()


def tick_chinese(page: Page, name: str) -> None:
    page.locator("ul.documents li", has_text=name).locator("input").check()
    expect(page.locator(".tally")).to_contain_text("1 /")


def test_every_word_is_said_in_chinese():
    english, chinese = static(ENGLISH), static(CHINESE)
    same = {name for name in english if english[name] == chinese[name]}
    assert same <= {"name", "rope_view"}
    said = {name for name in dir(type(ENGLISH)) if not name.startswith("_")}
    untold = {name for name in said if getattr(Chinese, name) is getattr(type(ENGLISH), name)}
    assert untold <= {"name", "rope_view", "part", "position", "step"}


@pytest.mark.parametrize(
    ("cookies", "accepted", "language"),
    [
        ({}, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ({}, "zh", "zh"),
        ({}, "de-DE,de;q=0.9,zh;q=0.8", "en"),
        ({}, "", "en"),
        ({"unspool-language": "en"}, "zh-CN", "en"),
        ({"unspool-language": "zh"}, "en-US", "zh"),
        ({"unspool-language": "<script>"}, "en-US", "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers(cookies, accepted, language):
    assert words_of(cookies, accepted) is LANGUAGES[language]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("page 12", "第 12 页"),
        ("The run was stopped.", "已停止。"),
        ("The name A is not in its passages. It names no passage that exists.", None),
        ("Nobody has ever said this.", "Nobody has ever said this."),
        ("2 verified, 1 weak", "2 已核实，1 依据不足"),
    ],
)
def test_sentences_of_the_program_are_found_by_their_form(english, chinese):
    said = translated(english)
    assert said == chinese if chinese is not None else "A" in said and "passage" not in said


@pytest.mark.parametrize("factor", [1.5, 4.0, 32.0])
def test_what_yarn_does_is_told_in_chinese(factor):
    for line in told(scalings("Qwen/Qwen3-8B", factor)):
        assert not re.search(r"[a-z]{4,} [a-z]+ ", CHINESE.told(line)), line


def test_translations_name_the_same_values():
    for english, chinese in json.loads(Path("ui/told_zh.json").read_text("utf-8")).items():
        assert sorted(re.findall(r"\{\d\}", english)) == sorted(re.findall(r"\{\d\}", chinese)), english
