"""The real page in real Chromium, over a real library; only the model is played, so that any case can be had."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from page_fixtures import ARTEFACTS, Watch, browser, quoting, watched
from playwright.sync_api import Browser, Page, expect

import ingest
from assistant import Library, cut
from ui import page as web_page
from ui.current_engine import CurrentEngine
from ui.manner import Manner
from yarn_runtime import PortTaken, attach
from yarn_runtime.script import Broken, Endless, Refused, Script
from yarn_runtime.scripted import scripted_engine

__all__ = ["browser"]

pytestmark = pytest.mark.page

SAMPLES = Path(__file__).parent.parent / "samples"
GUIDE = SAMPLES / "reportlab-userguide.pdf"
CODE = SAMPLES / "itsdangerous"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@contextmanager
def served(library: Library, script: Script, *, rounds: int = 1, **speeds: Any) -> Iterator[tuple[str, CurrentEngine]]:
    """The page's address, and the engine behind it."""
    with scripted_engine(script, **speeds) as scripted:
        engine = CurrentEngine(attach(scripted.url))
        with web_page.serve(library, engine, manner=Manner(rounds=rounds), port=0) as address:
            yield address, engine


def tick(page: Page, name: str) -> None:
    page.locator("ul.documents li", has_text=name).locator("input").check()
    expect(page.locator(".tally")).not_to_contain_text("0 of")


def ask(page: Page, question: str) -> None:
    expect(page.locator("#question .submit-button")).to_be_visible()  # nothing runs
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")


def until(condition: Callable[[], bool], seconds: float) -> float:
    """How long it took; fails if it took longer."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def clean(watch: Watch) -> None:
    assert watch.console == []
    assert watch.elsewhere == []


def steps(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("#chat .thought-group .title .md").all_inner_texts()]


def test_a_pdf_is_dropped_asked_and_opens_where_it_is_cited(browser: Browser, library: Library) -> None:
    script = quoting("order of the operations", "origin", invented=True)
    speeds = {"prefill_tokens_per_second": 1000, "tokens_per_second": 150}
    size = {"width": 1440, "height": 900}
    with served(library, script, **speeds) as (address, _), watched(browser, address, viewport=size) as (page, watch):
        expect(page.locator("#documents")).to_contain_text("No documents yet")
        page.set_input_files("#drop input[type=file]", GUIDE)
        expect(page.locator("#status .read")).to_contain_text("reportlab-userguide.pdf: 134 pages.")
        expect(page.locator("ul.documents input")).to_be_checked()
        page.fill("#pages input", "18-22")
        ask(page, "Where is the *origin*, <b>and</b> how is it moved?")
        expect(page.locator("#chat .user-row")).to_contain_text("Where is the *origin*, <b>and</b> how is it moved?")
        expect(page.locator("#chat progress")).to_be_visible()
        page.screenshot(path=ARTEFACTS / "page-reading.png")
        expect(page.locator("#chat .thought-group .said").last).to_contain_text("order")
        page.screenshot(path=ARTEFACTS / "page-drafting.png")
        expect(page.locator(".answer")).to_be_visible()
        page.locator("#chat .thought-group", has_text="How it was answered").locator(".title").first.click()
        expect(page.locator("#chat .thought-group .title", has_text="Revision")).to_be_visible()
        assert steps(page)[1:] == ["Plan", "Draft", "Check", "Critique", "Revision", "Check"]
        told = (
            page.locator("#chat .thought-group .thought-group", has_text="Critique").locator(".duration").inner_text()
        )
        assert "cached" in told
        assert "written" in told
        expect(page.locator(".answer .coverage summary")).to_contain_text("5 of 134 pages read")
        page.click(".answer .coverage summary")
        expect(page.locator(".answer .ledger")).to_contain_text("not among the chosen pages")
        expect(page.locator("small.weak")).to_contain_text("Antarctica is not in its passages")
        expect(page.locator("small.unsupported")).to_contain_text("There is no passage <99999>")
        assert page.locator("p.statement", has_text="founded in 1066").locator(".chip").count() == 0
        page.screenshot(path=ARTEFACTS / "page-answer.png")

        chip = page.locator("p.statement .chip.verified").first
        chip.click()
        expect(page.locator("#view .sheet .mark").first).to_be_visible()
        document = library.document("reportlab-userguide.pdf")
        _, number, passage = str(chip.get_attribute("value")).split("/")
        start, end = map(int, passage.split("-"))
        around = next(span for span in document.page(int(number)).spans if span.start <= start < end <= span.end)
        span = cut(around, start - around.start, end - around.start)
        assert "order of the operations" in span.text
        assert len(span.text) < len(around.text), "the sentence is marked, not all that stands around it"
        assert 0 < len(span.boxes) < len(around.boxes)
        expect(page.locator("#view header")).to_contain_text(f"page {number}")
        assert page.locator("#view .mark").count() == len(span.boxes)
        picture, mark = page.locator("#view img").bounding_box(), page.locator("#view .mark").first.bounding_box()
        assert picture
        assert mark
        scale = picture["width"] / document.page(int(number)).width
        assert abs(mark["x"] - picture["x"] - span.boxes[0].x0 * scale) < 2
        assert abs(mark["y"] - picture["y"] - span.boxes[0].y0 * scale) < 2
        page.wait_for_function("document.querySelector('#view img').naturalWidth > 500")
        page.screenshot(path=ARTEFACTS / "page-citation.png")

        page.click("#view nav:not(.cited) button >> nth=1")
        expect(page.locator("#view header")).to_contain_text(f"page {int(number) + 1}")
        assert page.locator("#view .mark").count() == 0
        page.click("#view nav:not(.cited) button >> nth=0")
        expect(page.locator("#view header")).to_contain_text(f"page {number}")
        clean(watch)
    [conversation] = library.conversations()
    assert library.answers(conversation.id)[0]["statements"][0]["status"] == "verified"


def test_a_folder_of_code_opens_with_its_lines_marked(browser: Browser, library: Library) -> None:
    with served(library, quoting("secret")) as (address, _), watched(browser, address) as (page, watch):
        page.fill("#folder input", str(CODE))
        page.click("#folder button")
        expect(page.locator("#status .read")).to_contain_text("itsdangerous: 10 files.")
        expect(page.locator("#pages")).to_have_count(0)
        ask(page, "What is the secret key for?")
        page.locator(".answer .chip").first.click()
        lines = page.locator("#view .line.mark")
        expect(lines.first).to_be_visible()
        first, last = (int(lines.nth(index).get_attribute("data-line") or 0) for index in (0, -1))
        expect(page.locator("#view header")).to_contain_text(f".py:{first}-{last}")
        assert "secret" in "".join(lines.all_inner_texts())
        page.screenshot(path=ARTEFACTS / "page-code.png")
        clean(watch)


@pytest.mark.parametrize(
    ("speeds", "seen"),
    [({"prefill_tokens_per_second": 20}, "progress"), ({"tokens_per_second": 8}, ".thought-group .said")],
    ids=["prefill", "decoding"],
)
def test_stop_ends_the_engines_work_and_no_other_tabs(
    browser: Browser, library: Library, speeds: dict[str, float], seen: str
) -> None:
    """Neither ends by itself before it is stopped, however slow the machine is: it would take a minute."""
    endless = [Endless('{"found": true, "statements": [{"text": "The key is secret. ')] * 2
    library.add(ingest.read(CODE / "src" / "itsdangerous" / "signer.py"))
    with contextlib.ExitStack() as stack:
        address, engine = stack.enter_context(served(library, endless, **speeds))
        pages = [stack.enter_context(watched(browser, address)) for _ in range(2)]
        for page, _ in pages:
            tick(page, "signer.py")
        other, page = pages[0][0], pages[1][0]
        ask(page, "What is signed?")
        expect(page.locator(f"#chat {seen}").last).to_be_visible()
        if "tokens_per_second" in speeds:
            expect(page.locator("#chat .thought-group .said").last).not_to_contain_text("Waiting")
        ask(other, "What is signed elsewhere?")
        until(lambda: engine().running() == 2, 60)
        page.click("#question .stop-button")
        until(lambda: engine().running() == 1, 10)
        expect(page.locator("#chat .problem")).to_contain_text("stopped")
        expect(page.locator("#question .submit-button")).to_have_text("Send")
        expect(page.locator("#question textarea")).to_have_value("What is signed?")
        assert engine().running() == 1
        other.click("#question .stop-button")
        until(lambda: engine().running() == 0, 10)
        expect(other.locator("#chat .problem")).to_contain_text("stopped")
        for _, watch in pages:
            clean(watch)
    assert library.conversations() == []


def test_closing_the_page_ends_what_its_tabs_run(browser: Browser, library: Library) -> None:
    library.add(ingest.read(CODE / "README.md"))
    with (
        scripted_engine(quoting("data"), prefill_tokens_per_second=20) as scripted,
        contextlib.ExitStack() as tab,
    ):
        engine = CurrentEngine(attach(scripted.url))
        with web_page.serve(library, engine, port=0) as address:
            page, _ = tab.enter_context(watched(browser, address))
            tick(page, "README.md")
            ask(page, "What is it?")
            until(lambda: engine().running() == 1, 60)
        until(lambda: engine().running() == 0, 10)


def test_what_goes_wrong_is_told_in_words(browser: Browser, library: Library, tmp_path: Path) -> None:
    replies = [Refused("The KV cache is lost."), Broken('{"found": true'), "no JSON at all"]
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing in here")
    (tmp_path / "picture.bin").write_bytes(bytes(range(256)) * 64)
    library.add(ingest.read(CODE / "README.md"))
    library.add(ingest.read(GUIDE))
    with served(library, replies, rounds=0) as (address, _), watched(browser, address) as (page, watch):
        problem = page.locator("#chat .problem").last
        ask(page, "Over nothing?")
        expect(problem).to_contain_text("There is no text to ask about.")
        expect(problem).to_contain_text("Choose a document")
        expect(page.locator("#question textarea")).to_have_value("Over nothing?")
        for name in ("broken.pdf", "picture.bin"):
            page.set_input_files("#drop input[type=file]", tmp_path / name)
            expect(page.locator("#status .problem")).to_contain_text(name)
        page.fill("#folder input", "/nowhere/at/all")
        page.click("#folder button")
        expect(page.locator("#status .problem")).to_contain_text("There is nothing at /nowhere/at/all")
        assert len(library.documents()) == 2
        tick(page, "reportlab")
        page.fill("#pages input", "200-300")
        ask(page, "Which pages?")
        expect(problem).to_contain_text("names no pages of reportlab-userguide.pdf")
        page.locator("ul.documents li", has_text="reportlab").locator("input").uncheck()
        tick(page, "README")
        ask(page, "What is it?")
        expect(problem).to_contain_text("The KV cache is lost.")
        page.screenshot(path=ARTEFACTS / "page-problem.png")
        ask(page, "And now?")
        expect(problem).to_contain_text("The connection to the engine")
        ask(page, "And then?")
        expect(page.locator(".answer .unanswered")).to_contain_text("no statement that could be read")
        clean(watch)


def test_an_engine_that_is_gone_is_told_in_words(browser: Browser, library: Library) -> None:
    library.add(ingest.read(CODE / "README.md"))
    with scripted_engine([]) as scripted:
        engine = CurrentEngine(attach(scripted.url))
    with web_page.serve(library, engine, port=0) as address, watched(browser, address) as (page, watch):
        tick(page, "README")
        ask(page, "Is anyone there?")
        expect(page.locator("#chat .problem")).to_contain_text("No engine answers at")
        clean(watch)


def test_text_of_documents_and_answers_stays_text(browser: Browser, library: Library, tmp_path: Path) -> None:
    evil = (
        '<img src=x onerror="document.title=1"> ![i](http://203.0.113.1/i.png) <script>document.title=2</script>'
        " [link](http://203.0.113.1/) ${document.title=3} `{{constructor}}` $$x^2$$ and so on to a long end."
    )
    source = tmp_path / "a<img src=y onerror=document.title=4>`${document.title=5}`.txt"
    source.write_text(f"{evil}\n\n\n{evil}\n")
    library.add(ingest.read(source))
    reply = json.dumps({"found": True, "statements": [{"text": evil, "marks": [1]}]})
    with served(library, [reply], rounds=0) as (address, _), watched(browser, address) as (page, watch):
        tick(page, "onerror=document.title=4")
        ask(page, evil)
        expect(page.locator("p.statement")).to_contain_text("![i](http://203.0.113.1/i.png)")
        expect(page.locator("#chat .user-row")).to_contain_text("<script>document.title=2</script>")
        page.locator(".answer .chip").first.click()
        expect(page.locator("#view mark")).to_contain_text("onerror=")
        page.locator("#chat .thought-group .title").click()
        page.locator("#chat .thought-group .title", has_text="Draft").click()
        assert page.locator("#panes img, #talk a, #panes script, #panes .katex").count() == 0
        assert page.title() == "Unspool"
        clean(watch)


def test_a_document_is_removed_only_when_asked_twice(browser: Browser, library: Library) -> None:
    for name in ("README.md", "LICENSE.txt"):
        library.add(ingest.read(CODE / name))
    with served(library, []) as (address, _), watched(browser, address) as (page, watch):
        tick(page, "README.md")
        expect(page.locator(".tally")).to_have_text("1 of 2 in the context")
        row = page.locator("ul.documents li", has_text="LICENSE.txt")
        row.hover()
        row.locator("[data-remove]").click()
        assert len(library.documents()) == 2
        row.get_by_text("Remove?").click()
        expect(page.locator("ul.documents li")).to_have_count(1)
        expect(page.locator("ul.documents input")).to_be_checked()
        assert [document.name for document in library.documents()] == ["README.md"]
        clean(watch)


def test_a_follow_up_carries_the_conversation_and_a_new_one_does_not(browser: Browser, library: Library) -> None:
    library.add(ingest.read(CODE / "README.md"))
    manner = Manner(rounds=0, thinking=50)
    with (
        scripted_engine(quoting("data"), bounds_thinking=True) as scripted,
        web_page.serve(library, CurrentEngine(attach(scripted.url)), manner=manner, port=0) as address,
        watched(browser, address) as (page, _),
    ):
        tick(page, "README.md")
        for number, question in enumerate(("What is it?", "And why?"), 1):
            ask(page, question)
            expect(page.locator("#question textarea")).to_have_value("")
            page.fill("#question textarea", "Typed meanwhile")
            expect(page.locator(".answer")).to_have_count(number)
            expect(page.locator("#question .submit-button")).to_have_text("Send")
            expect(page.locator("#question textarea")).to_have_value("Typed meanwhile")
        page.click("#header .new")
        expect(page.locator(".answer")).to_have_count(0)
        ask(page, "What again?")
        expect(page.locator(".answer")).to_have_count(1)
    asked = [[message["role"] for message in body["messages"]] for body in scripted.requests]
    assert asked == [["system", "user"], ["system", "user", "assistant", "user"], ["system", "user"]]
    assert [body["thinking_token_budget"] for body in scripted.requests] == [50] * 3
    assert sorted(item.title for item in library.conversations()) == ["What again?", "What is it?"]


def test_on_a_phone_one_pane_shows_at_a_time(browser: Browser, library: Library) -> None:
    library.add(ingest.read(GUIDE))
    phone = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
    panes = {"library": "#library", "chat": "#talk", "page": "#page"}

    def shown(page: Page) -> list[str]:
        return [name for name, pane in panes.items() if page.locator(pane).is_visible()]

    with served(library, quoting("origin")) as (address, _), watched(browser, address, **phone) as (page, watch):
        assert shown(page) == ["chat"]
        page.tap("[data-pane-tab=library]")
        assert shown(page) == ["library"]
        tick(page, "reportlab")
        page.fill("#pages input", "18")
        page.screenshot(path=ARTEFACTS / "phone-library.png")
        page.tap("[data-pane-tab=chat]")
        ask(page, "Where is the origin?")
        page.locator(".answer .chip").first.tap()
        expect(page.locator("#view .mark").first).to_be_visible()
        assert shown(page) == ["page"]
        page.screenshot(path=ARTEFACTS / "phone-page.png")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        for button in page.locator("#header button:visible, #header a:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390, button.inner_text()
        clean(watch)


def test_only_this_machines_own_page_is_answered(library: Library) -> None:
    with served(library, []) as (address, engine), httpx.Client(base_url=address, timeout=30) as http:
        own = http.get("/")
        assert own.status_code == 200
        assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
        assert own.headers["x-content-type-options"] == "nosniff"
        assert own.headers["x-frame-options"] == "DENY"
        assert http.get("/", headers={"Host": "evil.example"}).status_code == 400
        assert http.get("/", headers={"Origin": "http://evil.example"}).status_code == 403
        assert http.post("/gradio_api/upload", headers={"Origin": "null"}).status_code == 403
        for path in ("/etc/passwd", str(GUIDE), str(Path(__file__))):
            assert http.get(f"/gradio_api/file={path}").status_code == 403
        for elsewhere in (
            "proxy=https://x.hf.space/",
            "file=https://example.invalid/a.png",
            "proxy%3Dhttp://127.0.0.1",
        ):
            assert http.get(f"/gradio_api/{elsewhere}").text == "This page fetches nothing from elsewhere."
        with pytest.raises(PortTaken), web_page.serve(library, engine, port=int(address.rsplit(":", 1)[1])):
            pass
