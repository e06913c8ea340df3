"""What a person points at in, the git repository and revision that it names out, if any; fetches nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ingest.errors import SourceMissing

SCHEMES = frozenset({"http", "https", "ssh", "git", "file"})
_SCP = re.compile(r"[\w.-]+@[\w.-]+:(?!//)\S+")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository is, and the revision (branch, tag or commit) that is wanted; "" for its HEAD."""

    url: str
    revision: str

    @property
    def name(self) -> str:
        """What a person calls it: "x" of https://host/x.git, with the revision if one is named."""
        name = re.split(r"[/:]", self.url.rstrip("/").removesuffix(".git").removesuffix("/"))[-1]
        return f"{name}@{self.revision}" if self.revision else name

    @property
    def shown(self) -> str:
        """The address without the name and password that may stand in it."""
        parts = urlsplit(self.url)
        if parts.scheme not in SCHEMES or "@" not in parts.netloc or parts.scheme == "ssh":
            return self.url
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def repository(source: str, revision: str | None) -> Repository | None:
    """The repository that `source` names: an address, with `@revision` behind it or not, or a bare one on this disk.

    None for anything else. A local clone counts where a revision is named; otherwise its files are read as they lie.
    Raises SourceMissing for what is written as an address and is none.
    """
    if ("://" in source and _scheme(source) in SCHEMES) or _SCP.fullmatch(source):
        url, named = _parted(source)
        return Repository(url, revision or named)
    try:
        path, named = (source, "") if Path(source).expanduser().exists() else _parted(source)
        place = Path(path).expanduser()
        bare = (place / "objects").is_dir() and (place / "refs").is_dir() and (place / "HEAD").is_file()
        if bare or ((revision or named) and (place / ".git").exists()):
            return Repository(f"file://{place.resolve()}", revision or named)
    except (OSError, RuntimeError, ValueError):  # no usable path; whoever opens it says so
        pass
    return None


def _scheme(source: str) -> str:
    try:
        scheme = urlsplit(source).scheme
        if "\0" in source:
            raise ValueError("a character of it is no text")
    except ValueError as error:
        said = source.replace("\0", "?")
        raise SourceMissing(f"{said} is no address: {error}.", "Write it as https://host/path.git.") from error
    return scheme


def _parted(source: str) -> tuple[str, str]:
    """An address and the revision behind its last "@", if that is no part of the address."""
    head, mark, tail = source.rpartition(".git@")
    if mark:
        return f"{head}.git", tail
    head, mark, tail = source.rpartition("@")
    place = head.partition("://")[2] if "://" in head else head
    if mark and tail and not {"/", ":"} & set(tail) and ("/" in place or "://" not in head):
        return head, tail
    return source, ""
