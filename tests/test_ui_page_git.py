"""A git address in the pane of documents, in real Chromium, on a phone."""

import functools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from page_fixtures import ARTEFACTS, browser, sound, watched
from playwright.sync_api import Browser, expect
from test_ui_page import CODE, clean, served

from assistant import Library

__all__ = ["browser"]

pytestmark = pytest.mark.page


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """The address of a repository on a plain web server."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = tmp_path / "project"
    shutil.copytree(CODE / "src", root)
    author = ("-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "one")):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    subprocess.run(["git", "clone", "-q", "--bare", root, tmp_path / "project.git"], check=True, capture_output=True)
    subprocess.run(["git", "update-server-info"], cwd=tmp_path / "project.git", check=True, capture_output=True)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/project.git"
    server.shutdown()
    server.server_close()


def test_a_git_address_is_read_on_a_phone(browser: Browser, library: Library, repository: str) -> None:
    phone = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}
    with served(library, []) as (address, _), watched(browser, address, **phone) as (page, watch):
        page.tap("[data-pane-tab=library]")
        page.fill("#folder input", repository)
        page.tap("#folder button")
        expect(page.locator("#status")).to_contain_text("project")
        expect(page.locator("#status .read")).to_contain_text("project", timeout=60_000)
        expect(page.locator("ul.documents input")).to_be_checked()
        sound(page, at="library, phone")
        page.screenshot(path=ARTEFACTS / "phone-git.png")
        clean(watch)
