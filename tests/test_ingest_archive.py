"""Codebases in archives: the same Document as the unpacked folder, and nothing that an archive can do to a disk."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from test_ingest_document import SAMPLES, assert_sound
from test_ingest_folder import labels, lay, reasons
from test_ingest_text import assert_helpful

from ingest import Limits, SourceDamaged, SourceEmpty, SourceTooHeavy, read

FILES: dict[str, str | bytes] = {
    "a.py": "x = 1\n",
    "pkg/b.py": "y = 2\n",
    "pkg/.gitignore": "*.log\n",
    "pkg/c.log": "noise\n",
    "node_modules/d.js": "z\n",
    "README.md": "# Title\n\nWords.\n",
    "e.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}


def zipped(path: Path, files: dict[str, str | bytes], root: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(root + name, content)
    return path


def tarred(path: Path, files: dict[str, str | bytes], root: str = "") -> Path:
    mode = {"gz": "w:gz", "tgz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}.get(path.name.rpartition(".")[2], "w")
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(root + name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize("root", ["", "project-1.0/"])
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_archive_is_the_folder(tmp_path: Path, name: str, root: str) -> None:
    folder = read(lay(tmp_path / "folder", FILES))
    document = read((zipped if name.endswith("zip") else tarred)(tmp_path / name, FILES, root))
    assert document.kind == "code" and document.id == folder.id and document.pages == folder.pages
    assert reasons(document) == reasons(folder)
    assert_sound(document)


def test_sample_in_a_zip(tmp_path: Path) -> None:
    root = SAMPLES / "itsdangerous"
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.py")}
    assert "src/itsdangerous/signer.py" in labels(read(zipped(tmp_path / "a.zip", {**files, "a.txt": "x"})))


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/evil.py", "a/../../evil.py", "C:\\evil.py", "..\\evil.py"])
def test_names_that_lead_out_are_skipped(tmp_path: Path, name: str) -> None:
    for path in (
        zipped(tmp_path / "a.zip", {"ok.py": "1\n", name: "2\n"}),
        tarred(tmp_path / "a.tar", {"ok.py": "1\n", name: "2\n"}),
    ):
        document = read(path)
        assert labels(document) == ["ok.py"]
        assert [item.why for item in document.skipped] == ["its name leads out of the archive"]
    assert not list(tmp_path.parent.rglob("evil.py"))


def test_links_and_devices_are_skipped(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as file:
        data = tarfile.TarInfo("ok.py")
        data.size = 2
        file.addfile(data, io.BytesIO(b"1\n"))
        for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            file.addfile(member)
    link = zipfile.ZipInfo("soft")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("ok.py", "1\n")
        file.writestr(link, "/etc/passwd")
    assert labels(read(tmp_path / "a.tar")) == labels(read(tmp_path / "a.zip")) == ["ok.py"]
    assert sorted(reasons(read(tmp_path / "a.tar"))) == ["hard", "pipe", "soft"]
    assert reasons(read(tmp_path / "a.zip")) == {"soft": "symbolic link, not followed"}


def test_bombs_are_too_heavy(tmp_path: Path) -> None:
    zeros = bytes(1024 * 1024)
    many: dict[str, str | bytes] = {f"{number}.py": zeros for number in range(60)}
    for path in (zipped(tmp_path / "a.zip", many), tarred(tmp_path / "a.tar.gz", many)):
        with pytest.raises(SourceTooHeavy) as caught:
            read(path)
        assert_helpful(caught.value, path.name)
    small = zipped(tmp_path / "b.zip", {f"{number}.py": "1\n" for number in range(50)})
    with pytest.raises(SourceTooHeavy):
        read(small, limits=Limits(code_files=20))


def test_member_that_is_too_large_is_skipped(tmp_path: Path) -> None:
    document = read(zipped(tmp_path / "a.zip", {"ok.py": "1\n", "big.py": "[1]\n" * 1_000_000}))
    assert reasons(document) == {"big.py": "larger than 2 MiB"}


def test_broken_archives(tmp_path: Path) -> None:
    whole = tarred(tmp_path / "a.tar.gz", FILES).read_bytes()
    for data in (b"nothing of the kind" * 50, whole[:40]):
        (tmp_path / "b.tar.gz").write_bytes(data)
        with pytest.raises((SourceDamaged, SourceEmpty)) as caught:
            read(tmp_path / "b.tar.gz")
        assert_helpful(caught.value, "b.tar.gz")
