"""The engine's other profile, as a person meets it: a click and a yes in the page, a flag or a command elsewhere."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, expect

from assistant import Library
from tests.conftest import ROOT, engine_place
from tests.page_fixtures import ARTEFACTS, browser, sound, watched  # noqa: F401
from tests.played_server import played_environment
from ui import page as web_page
from ui.current_engine import CurrentEngine
from yarn_runtime import Memory, profiles, serve
from yarn_runtime.memory import GIB

SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"
CPU = Memory(16 * GIB, "cpu", "16 GiB of RAM", free_bytes=15 * GIB)


@contextmanager
def kept(folder):
    """A played engine by the native profile, its record at the place where the commands look for it."""
    both = profiles(SMOLLM2, context=16_384, memory=CPU)
    place = engine_place(folder)
    environment = played_environment(folder / "environment")
    with serve(both.native, environment, place, port=None, say=lambda _: None, other=both.long) as engine:
        yield place, engine


@pytest.mark.page
def test_the_page_offers_the_other_profile_and_switches_at_a_yes(browser: Browser, library: Library, tmp_path):  # noqa: F811
    with kept(tmp_path) as (place, engine):
        current = CurrentEngine(engine, place.record)
        with web_page.serve(library, current, port=0) as address, watched(browser, address) as (page, watch):
            expect(page.locator("#served")).to_contain_text("8,192 tokens · as trained")
            page.click("#offer")
            expect(page.locator("#switch-cost")).to_contain_text("16,384 tokens instead of 8,192")
            page.screenshot(path=ARTEFACTS / "page-switch.png")
            page.click("#keep")
            expect(page.locator("#switch-cost")).to_be_hidden()
            page.click("#offer")
            page.click("#switch")
            expect(page.locator("#switch-cost")).to_contain_text("Switching")
            expect(page.locator("#served")).to_contain_text("16,384 tokens · stretched", timeout=60_000)
            expect(page.locator("#offer")).to_contain_text("Switch to 8,192 tokens (as trained)")
            assert current().limit == 16_384
            assert watch.console == []


@pytest.mark.page
def test_the_page_stops_the_engine_and_starts_another(browser: Browser, library: Library, tmp_path):  # noqa: F811
    with ExitStack() as engines:
        place, first = engines.enter_context(kept(tmp_path))
        current = CurrentEngine(first, place.record, None, lambda say: engines.enter_context(kept(tmp_path))[1])
        with web_page.serve(library, current, port=0) as address, watched(browser, address) as (page, watch):
            expect(page.locator("#start-engine")).to_be_hidden()
            page.goto(f"{address}/engine")
            page.click("#stop-engine")
            page.click("#stop-surely")
            expect(page.locator("#start-engine")).to_be_visible()
            expect(page.locator("#stop-engine")).to_be_hidden()
            sound(page, at="engine, stopped")
            page.screenshot(path=ARTEFACTS / "page-engine-stopped.png")
            page.goto(address)
            page.click("#start-engine")
            expect(page.locator("#switch-cost")).to_contain_text("Starting")
            expect(page.locator("#served")).to_contain_text("8,192 tokens · as trained")
            expect(page.locator("#start-engine")).to_be_hidden()
            expect(page.locator("#switch-cost")).to_be_hidden()
            assert current().client.healthy()
            assert not current.startable
            assert watch.console == []


@pytest.mark.page
def test_an_engine_of_others_is_not_offered_to_be_switched(browser: Browser, library: Library, tmp_path):  # noqa: F811
    with kept(tmp_path) as (_, engine):
        current = CurrentEngine(engine)
        with web_page.serve(library, current, port=0) as address, watched(browser, address) as (page, _watch):
            expect(page.locator("#served")).to_contain_text("8,192 tokens")
            expect(page.locator("#offer")).to_be_hidden()


def test_a_command_switches_the_engine_that_another_keeps(tmp_path):
    variables = {**os.environ, "UNSPOOL_DATA": str(tmp_path)}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "ui", *arguments]
        return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=90)

    nothing = run("engine", "switch", "long")
    assert (nothing.returncode, nothing.stderr.splitlines()) == (
        1,
        ["No engine runs that could be switched.", "Start one: unspool serve"],
    )
    wrong = run("engine", "switch", "huge")
    assert (wrong.returncode, wrong.stderr.splitlines()) == (
        1,
        ["'huge' is no profile.", "Profiles are native and long."],
    )
    with kept(tmp_path):
        status = json.loads(run("engine", "status", "--json").stdout)
        assert (status["profile"], status["profiles"]) == ("native", {"native": 8_192, "long": 16_384})
        done = run("engine", "switch", "long", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["max_model_len"] == 16_384
        assert "Switching takes about" in done.stderr
        note = tmp_path / "note.txt"
        note.write_text("The fee is 5 euros. " * 2_500)
        native = run("engine", "switch", "native")
        assert native.returncode == 0, native.stderr
        asked = run("ask", str(note), "-q", "What is the fee?", "--rounds", "0", "--json")
        assert "To switch: add --switch" in asked.stderr
        assert json.loads(asked.stdout)["coverage"]["limit"] == 8_192
        switched = run("ask", str(note), "-q", "What is the fee?", "--rounds", "0", "--switch", "--json")
        assert switched.returncode == 0, switched.stderr
        coverage = json.loads(switched.stdout)["coverage"]
        assert coverage["limit"] == 16_384
        assert coverage["documents"][0]["omitted"] == []


def test_an_engine_ends_with_the_process_that_serves_it_while_it_switches(tmp_path):
    script = (
        "from pathlib import Path; from tests.test_ui_switch import kept; import time\n"
        f"with kept(Path({str(tmp_path)!r})) as (place, engine):\n    print(engine.url, flush=True); time.sleep(600)"
    )
    serving = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert serving.stdout is not None
    assert serving.stdout.readline().startswith("http://127.0.0.1:")
    (tmp_path / "engine.switch").write_text('{"profile": "long"}')
    time.sleep(2.5)
    serving.send_signal(signal.SIGKILL)
    serving.wait()
    deadline = time.monotonic() + 30
    while left := _served_from(tmp_path):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def _served_from(folder) -> list[str]:
    import psutil

    told = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(words) for words in told if any(str(folder) in word for word in words)]
