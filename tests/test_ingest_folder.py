"""Folders of source code: which files are read, in which order, and why the others are not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from test_ingest_document import ROOT, assert_sound

from ingest import Document, Limits, SourceEmpty, SourceTooHeavy, read
from ingest.folder import walk
from ingest.ignore import Choice


def lay(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def labels(document: Document) -> list[str]:
    return [page.label for page in document.pages]


def reasons(document: Document) -> dict[str, str]:
    return {item.path: item.why for item in document.skipped}


def test_files_are_pages_in_path_order(tmp_path: Path) -> None:
    names = ["b.py", "a/z.py", "a/b/c.py", "a.py", "Z.md", "a-b/x.py", "ä/ö.py"]
    document = read(lay(tmp_path, dict.fromkeys(names, "x = 1\n")))
    assert labels(document) == sorted(names)
    assert document.kind == "code" and document.name == tmp_path.name
    assert_sound(document)


def test_same_folder_elsewhere_is_the_same_document(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.py": "x = 1\n", "b/c.py": "y = 2\n"}
    one, other = read(lay(tmp_path / "one", files)), read(lay(tmp_path / "other", files))
    assert one.id == other.id and one.pages == other.pages
    assert read(lay(tmp_path / "other", {"b/c.py": "y = 3\n"})).id != one.id


def test_skipped_with_the_reason(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "kept.py": "x = 1\n",
            "empty.py": "",
            "photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "huge.json": b"[1]\n" * 1_000_000,
            "huge.py": b"[1]\n" * 1_000_000,
            ".git/config": "[core]",
            "node_modules/left-pad/index.js": "x",
            "pkg/__pycache__/a.txt": "x",
        },
    )
    document = read(tmp_path)
    assert labels(document) == ["kept.py"]
    assert reasons(document) == {
        ".git/": "version control data",
        "empty.py": "empty",
        "huge.json": "large data file (3.8 MiB)",
        "huge.py": "larger than 2 MiB",
        "node_modules/": "installed packages",
        "photo.png": "binary",
        "pkg/__pycache__/": "cache",
    }


IGNORED: dict[str, str | bytes] = {
    ".gitignore": "*.log\n!keep.log\n/build\ndocs/*.tmp\n**/gen/\ntrailing \\ \n\\#hash\n# comment\n*.[oa]\n"
    "foo/**/bar\n",
    "a.log": "x",
    "keep.log": "x",
    "build/out.py": "x",
    "sub/build/out.py": "x",
    "docs/a.tmp": "x",
    "docs/deep/a.tmp": "x",
    "gen/a.py": "x",
    "sub/gen/a.py": "x",
    "#hash": "x",
    "lib.a": "x",
    "foo/bar": "x",
    "foo/x/y/bar": "x",
    "sub/.gitignore": "!a.log\nkeep.log\n/only-here\n*.py\n!main.py\n",
    "sub/a.log": "x",
    "sub/keep.log": "x",
    "sub/only-here": "x",
    "sub/deeper/only-here": "x",
    "sub/other.py": "x",
    "sub/main.py": "x",
    "shut/.gitignore": "*\n",
    "shut/a.py": "x",
    "closed/a.py": "x",
    "opened/a.py": "x",
    "ordered/.gitignore": "!a.txt\na.txt\n",
    "ordered/a.txt": "x",
    "ümlaut/.gitignore": "ä*\n",
    "ümlaut/äpfel.txt": "x",
    "ümlaut/birnen.txt": "x",
}


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    options = ["-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false"]
    command = ["git", *options, "-c", "protocol.file.allow=always", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, env=environment, capture_output=True).stdout.decode()


def listed(root: Path) -> list[str]:
    """The files that git tracks below `root`, or would add."""
    return sorted(git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z").rstrip("\0").split("\0"))


with_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@with_git
@pytest.mark.parametrize("version", [2, 3, 4])
def test_ignores_what_git_ignores(tmp_path: Path, version: int) -> None:
    """git itself is the judge: what it would add is what is read, and what it tracks in spite of a rule."""
    lay(tmp_path, IGNORED)
    git(tmp_path, "init", "-q")
    assert labels(read(tmp_path)) == listed(tmp_path)
    git(tmp_path, "config", "index.version", str(version))
    tracked = ["a.log", "build/out.py", "sub/build/out.py", "gen", "sub/other.py", "shut/a.py", "ümlaut/äpfel.txt"]
    git(tmp_path, "add", "-f", *tracked[:-1])
    git(tmp_path, "add", "-f", "-N" if version == 3 else "-f", tracked[-1])  # -N needs a flag of version 3
    lay(tmp_path, {"build/untracked.py": "x", "build/.gitignore": "!untracked.py\n", "build/more/deep.py": "x"})
    document = read(tmp_path)
    assert labels(document) == listed(tmp_path) and {"build/out.py", "gen/a.py"} <= set(labels(document))
    assert reasons(document)["build/more/"] == reasons(document)["build/untracked.py"] == "named in .gitignore"
    assert labels(read(tmp_path / "sub")) == listed(tmp_path / "sub")


@with_git
@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_an_index_may_be_split_in_two(tmp_path: Path, kind: str) -> None:
    lay(tmp_path, {".gitignore": "*.log\n", **{f"{number}.log": "x" for number in range(150)}})
    git(tmp_path, "init", "-q", f"--object-format={kind}")
    git(tmp_path, "add", "-f", *(f"{number}.log" for number in range(100)))
    git(tmp_path, "-c", "splitIndex.maxPercentChange=100", "update-index", "--split-index")
    git(tmp_path, "-c", "splitIndex.maxPercentChange=100", "add", "-f", "120.log")
    git(tmp_path, "-c", "splitIndex.maxPercentChange=100", "rm", "-q", "--cached", "7.log", "64.log")
    (tmp_path / "9.log").write_text("changed")
    git(tmp_path, "-c", "splitIndex.maxPercentChange=100", "add", "-f", "9.log")
    (shared,) = (tmp_path / ".git").glob("sharedindex.*")
    document = read(tmp_path)
    assert labels(document) == listed(tmp_path) and len(labels(document)) == 100
    shared.unlink()
    assert "what git tracks is not known" in reasons(read(tmp_path))[".git/index"]


@with_git
def test_worktrees_and_submodules_have_their_own_index(tmp_path: Path) -> None:
    part = lay(tmp_path / "part", {"kept.log": "x", "b.py": "x"})
    root = lay(tmp_path / "root", {".gitignore": "*.log\nsub/\n", "kept.log": "x", "a.py": "x"})
    for repository in (part, root):
        git(tmp_path, "init", "-q", str(repository))
        git(repository, "add", "-f", ".")
        git(repository, "commit", "-qm", "one")
    git(root, "submodule", "--quiet", "add", "-f", str(part), "sub")
    git(root, "commit", "-qm", "two")
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    (root / ".git" / "info" / "exclude").write_text("excluded.py\n")
    wanted = [".gitignore", ".gitmodules", "a.py", "kept.log"]
    for place in (root, tmp_path / "tree"):
        lay(place, {"more.log": "x", "excluded.py": "x"})
        assert set(wanted) < set(reasons(read(place))) | set(labels(read(place)))
        assert reasons(read(place))["excluded.py"] == "named in .git/info/exclude"
    assert labels(read(tmp_path / "tree")) == wanted
    document = read(root)
    assert labels(document) == [*wanted, "sub/b.py", "sub/kept.log"]
    assert reasons(document)["sub/.git"] == "version control data"


@with_git
def test_an_ignore_file_that_is_not_gits_holds_for_what_git_tracks(tmp_path: Path) -> None:
    lay(tmp_path, {".ignore": "data/\n*.txt\n", "data/a.py": "x", "b.txt": "x", "c.py": "x"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", ".")
    document = read(tmp_path)
    assert labels(document) == [".ignore", "c.py"]
    assert reasons(document)["data/"] == reasons(document)["b.txt"] == "named in .ignore"


@pytest.mark.parametrize(
    "index", [b"DIRC", b"junk", b"DIRC\0\0\0\2\0\0\0\7" + bytes(90), b"DIRC\0\0\0\4\xff\xff\xff\xff"]
)
def test_a_broken_index_is_told(tmp_path: Path, index: bytes) -> None:
    lay(tmp_path, {".git/index": index, ".gitignore": "a.py\n", "a.py": "x", "b.py": "x"})
    document = read(tmp_path)
    assert labels(document) == [".gitignore", "b.py"]
    assert "what git tracks is not known" in reasons(document)[".git/index"]


@pytest.mark.parametrize("pointer", ["gitdir: ../outside\n", "gitdir: no\0where", "gitdir: /dev\n", "no pointer", ""])
def test_a_pointer_to_nowhere_ignores_nothing_more(tmp_path: Path, pointer: str) -> None:
    lay(tmp_path, {".git": pointer, ".gitignore": "a.py\n", "a.py": "x", "b.py": "x"})
    document = read(tmp_path)
    assert labels(document) == [".gitignore", "b.py"]
    assert reasons(document)["a.py"] == "named in .gitignore" and ".git" in reasons(document)


def test_ignored_folder_is_one_reason(tmp_path: Path) -> None:
    lay(tmp_path, {".gitignore": "out/\n", "a.py": "x", "out/1.py": "x", "out/2.py": "x"})
    assert reasons(read(tmp_path)) == {"out/": "named in .gitignore"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"outside/secret.txt": "SECRET", "outside/more/a.py": "SECRET", "root/a.py": "x = 1\n"})
    root = tmp_path / "root"
    (root / "file-link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (root / "folder-link").symlink_to(tmp_path / "outside")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")
    (root / ".gitignore").symlink_to(tmp_path / "outside" / "secret.txt")
    document = read(root)
    assert labels(document) == ["a.py"]
    assert "SECRET" not in "".join(page.text for page in document.pages)
    assert set(reasons(document).values()) == {"symbolic link, not followed"} and len(document.skipped) == 6


def test_the_source_itself_may_be_a_link(tmp_path: Path) -> None:
    lay(tmp_path, {"real/a.py": "x = 1\n"})
    (tmp_path / "link").symlink_to("real")
    assert labels(read(tmp_path / "link")) == ["a.py"]


def test_a_folder_above_that_may_not_be_read(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders let nobody else pass
        above = Path(name).resolve()
        lay(above, {".git/HEAD": "", ".gitignore": "*.log", "sub/a.py": "x = 1\n", "sub/a.log": "x"})
        above.chmod(0o311)
        user = os.geteuid()
        if user == 0:  # root may read everything
            os.seteuid(65534)
        try:
            found = walk(above / "sub", Limits(), Choice.of((), ()))
        finally:
            os.seteuid(user)
            above.chmod(0o700)
    assert [file[0] for file in found.files] == ["a.log", "a.py"]
    assert [(item.path, item.why.partition(":")[0]) for item in found.skipped] == [
        ("../", "unreadable, so its ignore files too")
    ]


def test_pipes_and_sockets_are_not_opened(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": "x = 1\n"})
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / ".gitignore")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(tmp_path)  # the path of a socket may not be longer than 107 bytes
        listener.bind("socket")
        os.chdir(here)
        document = read(tmp_path)
    assert labels(document) == ["a.py"]
    assert set(reasons(document)) == {"pipe", "socket", ".gitignore"}


def test_file_names_of_any_bytes(tmp_path: Path) -> None:
    names = [b"caf\xe9.py", b"new\nline.py", b"rtl\xe2\x80\xaegnp.py", b"-dash", b"sp ace.py"]
    for name in names:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(b"x = 1\n")
    document = read(tmp_path)
    assert len(document.pages) == len(names)
    assert all(page.label.isprintable() and page.label.encode() for page in document.pages)


def test_mixed_encodings_are_all_kept(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"utf16.txt": "Grüße".encode("utf-16"), "latin.txt": "Grüße".encode("latin-1"), "utf8.txt": "Grüße"},
    )
    assert {page.text for page in read(tmp_path).pages} == {"Grüße"}


def test_very_deep_tree_is_bounded(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": "x = 1\n"})
    here = os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    document = read(tmp_path)
    assert labels(document) == ["a.py"]
    assert [item.why for item in document.skipped] == ["more than 100 folders deep"]
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # too deep for shutil.rmtree


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceEmpty):
        read(tmp_path)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\0")
    with pytest.raises(SourceEmpty, match="1 left out as binary"):
        read(tmp_path)


def test_too_many_files(tmp_path: Path) -> None:
    lay(tmp_path, {f"{number}.py": "x = 1\n" for number in range(12)})
    with pytest.raises(SourceTooHeavy):
        read(tmp_path, limits=Limits(code_files=10))


def test_a_thousand_files_a_second(tmp_path: Path) -> None:
    """The project's own sources, 600 times over. CPU seconds: other programs may be running."""
    source = (ROOT / "ingest" / "folder.py").read_bytes()
    lay(
        tmp_path,
        {f"d{number % 20}/{number}.py": source for number in range(600)} | {".gitignore": "*.o\n*.log\n"},
    )
    started = time.process_time()
    document = read(tmp_path)
    assert len(document.pages) == 601
    assert time.process_time() - started < 0.6
