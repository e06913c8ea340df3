"""The view of jobs in real Chromium: begun from chosen documents, going on without the tab, retried, taken home."""

import csv
import json
from collections.abc import Iterator

import httpx
import pytest
from page_fixtures import ARTEFACTS, browser, quoting, sound
from playwright.sync_api import Browser, Page, expect
from test_ui_page import CODE, clean, served, until
from test_ui_page_users import arrived, enter
from test_ui_users import ANNA, BOB

import ingest
from assistant import Library
from ui.users import Users
from yarn_runtime.script import Refused

__all__ = ["browser"]

pytestmark = pytest.mark.page

FILES = ("signer.py", "serializer.py", "encoding.py")


@pytest.fixture
def shelved(library: Library) -> Iterator[Library]:
    """A library of three short documents."""
    for name in FILES:
        library.add(ingest.read(CODE / "src" / "itsdangerous" / name))
    return library


def opened(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(f"{address}/batch")
    expect(page.locator("#job-task label")).to_have_count(5)
    return page


def begin(page: Page, name: str, task: str, wishes: str, *documents: str) -> None:
    page.fill("#job-name input", name)
    for document in documents:
        page.locator("#job-documents label", has_text=document).locator("input").check()
    page.locator("#job-task label", has_text=task).locator("input").check()
    page.fill("#job-wishes textarea", wishes)
    page.click("#begin-job")


def test_a_job_is_begun_goes_on_without_its_tab_and_is_taken_home(browser: Browser, shelved: Library) -> None:
    with served(shelved, quoting("secret", "bytes", "data"), rounds=0, tokens_per_second=60) as (address, _):
        page = opened(browser, address)
        expect(page.locator("#jobs")).to_contain_text("No jobs yet")
        sound(page, at="batch, empty")
        page.click("#begin-job")
        expect(page.locator("#job-problem .problem")).to_contain_text("No document is chosen")
        begin(page, "Keys & <b>salts</b>", "Ask", "", "signer.py")
        expect(page.locator("#job-problem .problem")).to_contain_text("Nothing is asked")
        begin(page, "Keys & <b>salts</b>", "Ask", "What is secret?\nWhich data?", "serializer.py")
        expect(page.locator("#jobs .title")).to_have_text("Keys & <b>salts</b>")
        page.context.close()
        page = opened(browser, address)
        page.locator("#jobs .title").click()
        expect(page.locator("#jobs b")).to_have_text("4 of 4", timeout=60_000)
        expect(page.locator("#job-items tr.done")).to_have_count(4)
        expect(page.locator("#job-items")).to_contain_text("signer.py")
        sound(page, at="batch")
        page.screenshot(path=ARTEFACTS / "page-batch.png", full_page=True)
        with page.expect_download() as download:
            page.get_by_role("link", name="results.jsonl").click()
        rows = [json.loads(line) for line in download.value.path().read_text("utf-8").splitlines()]
        assert sorted((row["question"], row["state"]) for row in rows) == [
            ("What is secret?", "done"),
            ("What is secret?", "done"),
            ("Which data?", "done"),
            ("Which data?", "done"),
        ]
        with page.expect_download() as download:
            page.get_by_role("link", name="results.csv").click()
        assert len(list(csv.reader(download.value.path().read_text("utf-8").splitlines()))) > 4
        report = httpx.get(f"{address}/jobs/report.html", params={"job": "Keys & <b>salts</b>"})
        assert "attachment" in report.headers["content-disposition"]
        assert str(shelved.folder) not in report.text
        assert httpx.get(f"{address}/jobs/report.html", params={"job": "none"}).status_code == 404
        for file in ("other.html", "..%2Flibrary.db", "%2Fetc%2Fpasswd"):
            assert httpx.get(f"{address}/jobs/{file}", params={"job": "Keys & <b>salts</b>"}).status_code == 404
        page.context.close()


def test_what_failed_says_why_and_is_tried_again(browser: Browser, shelved: Library) -> None:
    script = quoting("secret", "bytes", "data")
    failing = [True]

    def sometimes(messages: object, schema: object, call: int) -> object:
        return Refused("The KV cache is lost.") if failing[0] else script(messages, schema, call)  # type: ignore[arg-type]

    phone = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "locale": "zh-CN", "color_scheme": "dark"}
    with served(shelved, sometimes, rounds=0) as (address, _):  # type: ignore[arg-type]
        page = opened(browser, address, **phone)
        begin(page, "钥匙", "提问", "What is secret?", "signer.py")
        expect(page.locator("#job-items tr.failed")).to_contain_text("KV cache")
        expect(page.locator("#jobs small")).to_contain_text("失败")
        sound(page, at="batch, phone, chinese, dark")
        page.screenshot(path=ARTEFACTS / "phone-batch-chinese-dark.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        failing[0] = False
        page.get_by_role("button", name="重试").click()
        expect(page.locator("#job-items tr.done")).to_have_count(1, timeout=30_000)
        expect(page.locator("#jobs [data-act]")).to_have_count(0)
        page.context.close()


def test_a_job_is_stopped_and_gone_on_with(browser: Browser, shelved: Library) -> None:
    with served(shelved, quoting("secret", "bytes", "data"), rounds=0, prefill_tokens_per_second=100) as (
        address,
        engine,
    ):
        page = opened(browser, address)
        begin(page, "Slow", "Ask", "What is secret?", *FILES)
        expect(page.locator("#job-items tr.running").first).to_be_visible(timeout=30_000)
        page.click("#jobs [data-act=stop]")
        expect(page.locator("#jobs [data-act=go-on]")).to_be_visible(timeout=30_000)
        until(lambda: engine().running() == 0, 30)
        page.click("#jobs [data-act=go-on]")
        expect(page.locator("#jobs [data-act=stop]")).to_be_visible(timeout=30_000)
        page.context.close()


def test_a_users_jobs_are_their_own(browser: Browser, library: Library) -> None:
    users = Users(library.folder.parent)
    users.add("bob", BOB)
    anna = Library(users.add("anna", ANNA).library)
    anna.add(ingest.read(CODE / "src" / "itsdangerous" / "signer.py"))
    anna.close()
    with served(library, quoting("secret"), rounds=0) as (address, _):
        for name, password in (("anna", ANNA), ("bob", BOB)):
            with arrived(browser, f"{address}/batch") as (page, watch):
                enter(page, name, password)
                expect(page.locator("#jobs")).to_contain_text("No jobs yet")
                expect(page.locator("#job-documents")).to_contain_text("Documents")
                if name == "anna":
                    begin(page, "Hers", "Ask", "What is secret?", "signer.py")
                    expect(page.locator("#job-items tr.done")).to_have_count(1, timeout=30_000)
                    assert page.request.get(f"{address}/jobs/results.jsonl?job=Hers").status == 200
                else:
                    expect(page.locator("#job-documents label")).to_have_count(0)
                    assert page.request.get(f"{address}/jobs/results.jsonl?job=Hers").status == 404
                clean(watch)
