"""Repositories by their address: fetched shallow, never checked out, with nothing of the source run or followed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from test_ingest_document import assert_sound
from test_ingest_folder import labels, lay, reasons
from test_ingest_text import assert_helpful

from ingest import IngestError, Limits, SourceMissing, SourceTooHeavy, SourceUnreachable, SourceUnsupported, read
from ingest.outside import outside
from ingest.repository import Repository, repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
CLEAN = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *AUTHOR, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, env=CLEAN, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with two commits, a tag, a branch, a link, a filter, hooks, and an ignored file that is not in it."""
    root = lay(tmp_path_factory.mktemp("repositories") / "project", {"a.py": "x = 1\n", "pkg/b.py": "y = 1\n"})
    git(root.parent, "init", "-q", "-b", "main", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "tag", "v1.0")
    lay(root, {"a.py": "x = 2\n", ".gitignore": "*.log\n", "c.log": "x", "vendor/v.py": "v\n", "ä.py": "z = 1\n"})
    lay(root, {".gitattributes": "*.py filter=evil\n", "latin.txt": "Grüße".encode("latin-1")})
    (root / "link").symlink_to("/etc/passwd")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    git(root, "branch", "feature/x", "v1.0")
    ran = root.parent / "ran"
    for hook in ("post-checkout", "post-merge", "pre-push", "reference-transaction"):
        file = root / ".git" / "hooks" / hook
        file.write_text(f"#!/bin/sh\ntouch {ran}\n")
        file.chmod(0o755)
    git(root, "config", "filter.evil.smudge", f"touch {ran}")
    git(root, "config", "core.fsmonitor", f"touch {ran}")
    return root


@pytest.fixture(scope="module")
def daemon(clone: Path) -> Iterator[str]:
    """The address of a git daemon that exports the clone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all", f"--base-path={clone.parent}"]
    process = subprocess.Popen(["git", "daemon", *options, str(clone.parent)], env=CLEAN, start_new_session=True)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"git://127.0.0.1:{port}/project"
    os.killpg(process.pid, 15)
    process.wait()


class Smart(BaseHTTPRequestHandler):
    """git's own CGI program, as a web server runs it; `root` is the folder with the repositories."""

    root = ""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        said = {
            "GIT_PROJECT_ROOT": self.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": length,
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=self.rfile.read(int(length)), env={**CLEAN, **said}, capture_output=True
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Not into the output of the tests."""


class Dumb(SimpleHTTPRequestHandler):
    """The files of a repository, as any web server gives them."""

    def log_message(self, *_: object) -> None:
        """Not into the output of the tests."""


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a web server on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("kind", ["smart", "dumb"])
def test_over_http(clone: Path, tmp_path: Path, kind: str) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(clone), "project.git")
    git(tmp_path / "project.git", "update-server-info")
    handler: Callable[..., BaseHTTPRequestHandler] = partial(Dumb, directory=str(tmp_path))
    if kind == "smart":
        handler = type("Here", (Smart,), {"root": str(tmp_path)})
    with serving(handler) as address:
        document = read(f"{address}/project.git@v1.0")
        assert labels(document) == ["a.py", "pkg/b.py"] and document.page(1).text == "x = 1\n"
        assert read(f"{address}/project.git").pages == read(f"file://{clone}").pages
        for wrong in ("other.git", "project.git@none"):
            with pytest.raises(SourceMissing) as caught:
                read(f"{address}/{wrong}")
            assert_helpful(caught.value, f"{address}/{wrong.partition('@')[0]}")


def test_a_repository_is_the_clone_without_what_is_not_in_it(clone: Path) -> None:
    document = read(f"file://{clone}")
    assert_sound(document)
    assert labels(document) == [".gitattributes", ".gitignore", "a.py", "latin.txt", "pkg/b.py", "ä.py"]
    assert reasons(document) == {"link": "symbolic link, not followed", "vendor/": "vendored code"}
    assert document.name == "project" and document.page(4).text == "Grüße"
    assert document.metadata["commit"] == git(clone, "rev-parse", "HEAD")
    assert document.id == read(clone).id  # the same content is the same document
    assert not (clone.parent / "ran").exists()
    assert "vendor/v.py" in labels(read(f"file://{clone}", include=["vendor/"]))


def test_what_is_committed_is_never_ignored(tmp_path: Path) -> None:
    root = lay(tmp_path / "project", {".gitignore": "*.log\nout/\n", "a.log": "x", "out/b.py": "x", "c.py": "x"})
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", "-f", ".")
    git(root, "commit", "-qm", "one")
    assert labels(read(f"file://{root}")) == labels(read(root)) == [".gitignore", "a.log", "c.py", "out/b.py"]


@pytest.mark.parametrize("way", ["address", "folder", "option"])
def test_a_revision_can_be_named(clone: Path, way: str) -> None:
    hashes = git(clone, "rev-parse", "v1.0"), git(clone, "rev-parse", "--short", "v1.0")
    for revision in ("v1.0", "feature/x", *hashes):
        if way != "option" and "/" in revision:
            continue
        source = {"address": f"file://{clone}@{revision}", "folder": f"{clone}@{revision}", "option": str(clone)}[way]
        document = read(source, revision=revision if way == "option" else None)
        assert labels(document) == ["a.py", "pkg/b.py"] and document.page(1).text == "x = 1\n"
        assert document.metadata["commit"] == hashes[0] and document.name == f"project@{revision}"


def test_over_the_network_and_from_a_bare_repository(clone: Path, daemon: str, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(clone), "bare.git")
    wanted = read(f"file://{clone}").id
    assert read(daemon).id == read(tmp_path / "bare.git").id == wanted
    assert labels(read(f"{daemon}@v1.0")) == labels(read(f"{tmp_path}/bare.git@v1.0")) == ["a.py", "pkg/b.py"]


def test_submodules_are_not_followed(clone: Path, tmp_path: Path) -> None:
    root = lay(tmp_path / "super", {"a.py": "x\n"})
    git(tmp_path, "init", "-q", str(root))
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{clone}", "sub")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    document = read(f"file://{root}")
    assert labels(document) == [".gitmodules", "a.py"] and reasons(document) == {"sub": "submodule, not followed"}


def test_nothing_is_left_behind(clone: Path, tmp_path: Path) -> None:
    before = set(Path("/tmp").glob("unspool-git-*"))
    read(f"file://{clone}")
    with pytest.raises(SourceMissing):
        read(f"file://{clone}@nowhere")
    assert set(Path("/tmp").glob("unspool-git-*")) <= before


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("file://{clone}@v9", SourceMissing, "no revision v9"),
        ("file://{clone}@abcdef1", SourceMissing, "no revision abcdef1"),
        ("file://{clone}@--upload-pack=x", SourceMissing, "no revision"),
        ("{clone}@v9", SourceMissing, "no revision v9"),
        ("file:///nowhere/x.git", SourceMissing, "no git repository"),
        ("git://127.0.0.1:1/x", SourceUnreachable, "cannot be fetched"),
        ("http://user:hidden@127.0.0.1:1/x.git", SourceUnreachable, "http://127.0.0.1:1/x.git"),
        ("ext::sh -c touch% /tmp/x", SourceMissing, "nothing at"),
    ],
)
def test_what_cannot_be_fetched_says_why(clone: Path, source: str, kind: type[IngestError], words: str) -> None:
    with pytest.raises(kind) as caught:
        read(source.format(clone=clone))
    assert words in caught.value.message and "hidden" not in caught.value.message
    assert_helpful(caught.value, "")


def test_a_folder_that_is_no_clone_has_no_revisions(tmp_path: Path) -> None:
    with pytest.raises(SourceUnsupported, match="no git repository"):
        read(lay(tmp_path, {"a.py": "x"}), revision="v1")


def test_bounded_in_size_and_time(clone: Path) -> None:
    with pytest.raises(SourceTooHeavy):
        read(f"file://{clone}", limits=Limits(code_files=2))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never says a word
        started = time.monotonic()
        with pytest.raises(SourceUnreachable, match="took more than 1 seconds"):
            read(f"git://127.0.0.1:{silent.getsockname()[1]}/x", limits=Limits(fetch_seconds=1.0))
        assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("https://host/me/x.git", Repository("https://host/me/x.git", "")),
        ("https://host/me/x.git@v1.2", Repository("https://host/me/x.git", "v1.2")),
        ("https://host/me/x.git@feature/y", Repository("https://host/me/x.git", "feature/y")),
        ("https://host/me/x@v1.2", Repository("https://host/me/x", "v1.2")),
        ("https://me:secret@host/x", Repository("https://me:secret@host/x", "")),
        ("git@host:me/x.git", Repository("git@host:me/x.git", "")),
        ("git@host:me/x.git@main", Repository("git@host:me/x.git", "main")),
        ("ssh://git@host:22/me/x", Repository("ssh://git@host:22/me/x", "")),
        ("report.pdf", None),
        ("/no/such@2x", None),
        ("C:/x", None),
        ("", None),
        ("a\0b", None),
        ("x" * 5000, None),
    ],
)
def test_what_is_a_repository(source: str, wanted: Repository | None) -> None:
    assert repository(source, None) == wanted


class Locked(BaseHTTPRequestHandler):
    """Wants a password of everyone."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="locked"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.mark.parametrize("credentials", [True, False])
def test_stored_credentials_are_used_for_their_owner_alone(tmp_path, monkeypatch, credentials):
    helper, asked = tmp_path / "helper", tmp_path / "asked"
    helper.write_text(f"#!/bin/sh\ntouch {asked}\necho username=a\necho password=b\n")
    helper.chmod(0o755)
    (tmp_path / ".gitconfig").write_text(f"[credential]\n\thelper = {helper}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Locked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(IngestError):
            read(f"http://127.0.0.1:{server.server_port}/x.git", limits=Limits(credentials=credentials))
    finally:
        server.shutdown()
        server.server_close()
    assert asked.exists() == credentials


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"])
def test_others_reach_nothing_in_the_local_network(host: str) -> None:
    asked = []

    class Noted(Locked):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

    with serving(Noted) as address:
        port = address.rpartition(":")[2]
        for scheme in ("http", "https"):
            with pytest.raises((SourceUnsupported, SourceUnreachable)) as caught:
                read(f"{scheme}://{host}:{port}/x.git", limits=Limits(local_network=False, fetch_seconds=20))
            assert_helpful(caught.value, f"{scheme}://{host}:{port}/x.git")
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/x.git",
        "https://192.168.1.1:8443/x.git",
        "https://169.254.169.254/latest",
        "https://100.64.0.1/x.git",
        "https://[fd00::1]/x.git",
        "https://[64:ff9b::7f00:1]/x.git",
        "https://[2002:7f00:1::]/x.git",
        "https://a@127.0.0.1/x.git",
        "https://1.1.1.1\\@127.0.0.1/x.git",
        "https://127.0.0.1#@1.1.1.1/x.git",
        "https://localhost./x.git",
        "file:///etc",
        "git://1.1.1.1/x.git",
        "a@1.1.1.1:x.git",
    ],
)
def test_no_address_for_others_leads_inside(url: str) -> None:
    with pytest.raises(SourceUnsupported):
        outside(Repository(url, ""))


def test_an_address_outside_is_asked_itself_and_no_redirect_followed() -> None:
    asked = {"http.followRedirects": "false", "http.curloptResolve": "1.1.1.1:443:1.1.1.1"}
    assert outside(Repository("https://token@1.1.1.1/a/b.git", "")) == asked
    assert outside(Repository("https://[2606:4700::1]:8443/x", "")) == {"http.followRedirects": "false"}


@pytest.mark.parametrize("source", ["https://[x/y", "https://a\0b/c", "http://[::1/x.git"])
def test_what_is_no_address_is_told(source: str) -> None:
    with pytest.raises(SourceMissing) as caught:
        read(source)
    assert_helpful(caught.value, source.split("/")[2].replace("\0", "?"))
