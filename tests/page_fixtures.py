"""What the tests of the page stand on: a played model that quotes what it is shown, and a browser that watches."""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

_PASSAGE = re.compile(r"^<(\d+)>\s(.+?)(?=\n<\d+>|\n\[|\n===|\n\nQuestion:)", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"[^.\n]{30,200}\.")


def quoting(*words: str, invented: bool = False) -> Callable[[Sequence[Mapping[str, str]], Any, int], str]:
    """A model that answers with the first sentence of each passage that holds a word, and approves of itself.

    `invented` adds a weak statement, and one whose number stands nowhere and whose mark does not exist.
    """

    def script(messages: Sequence[Mapping[str, str]], schema: Any, call: int) -> str:
        if "good" in (schema or {}).get("properties", {}):
            return json.dumps({"good": not invented, "problems": ["The second statement is doubtful."] * invented})
        passages = _PASSAGE.findall(messages[1]["content"])
        statements: list[dict[str, Any]] = []
        for word in words:
            for mark, text in passages:
                sentence = _SENTENCE.search(text)
                if sentence and word in sentence[0]:
                    statements.append({"text": " ".join(sentence[0].split()), "marks": [int(mark)]})
                    break
        if invented:
            first = statements[0]["marks"]
            statements.append({"text": "Penguins waddle across frozen Antarctica happily.", "marks": first})
            statements.append({"text": "It was founded in 1066.", "marks": [99_999]})
        return json.dumps({"found": bool(statements), "statements": statements})

    return script


@dataclass
class Watch:
    """What a browser's page did that it should not."""

    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


expect.set_options(timeout=60_000)  # milliseconds: the machine may do much else
ARTEFACTS = Path(__file__).parent.parent / "artefacts"
"""Pictures of the page, to be looked at; not part of the repository."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or whatever is called so on the PATH."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on the PATH; `make chromium` installs it")
    ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """The page in a tab of its own; what it asks of other hosts is noted, and finds none."""
    watch = Watch()
    near = (address.split("?")[0], "data:", "blob:")
    context = browser.new_context(**options)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("request", lambda request: None if request.url.startswith(near) else watch.elsewhere.append(request.url))
    page.on("console", lambda message: watch.console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: watch.console.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    try:
        yield page, watch
    finally:
        context.close()


def sound(page: Page, *, at: str) -> None:
    """Nothing that axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    told = [
        f"{at}: {each['id']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
    assert not told, "\n".join(told)
