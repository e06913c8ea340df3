"""A git repository and a revision in, the files of that commit out; nothing of it is ever checked out.

The commit is fetched alone (shallow) into a bare repository in a temporary folder, and its files are read from there as
objects: no hook, filter, attribute or submodule of the source has any effect. git asks for no password; what the
person's own configuration provides (a proxy, a stored credential) is used.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from ingest.errors import IngestError, SourceMissing, SourceTooHeavy, SourceUnreachable, SourceUnsupported
from ingest.file_name import printable
from ingest.limits import MIB, Limits
from ingest.outside import outside
from ingest.repository import SCHEMES, Repository

_SAFE = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.askPass": "true",
    "credential.interactive": "false",
    "transfer.bundleURI": "false",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
}
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20",
    "GIT_ALLOW_PROTOCOL": ":".join(sorted(SCHEMES)),
    "LC_ALL": "C",
}
_HASH = re.compile(r"[0-9a-f]{4,64}")
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_POLL_SECONDS = 0.1
_NO_REVISION = re.compile(r"couldn't find remote ref|not our ref|unadvertised object|no such ref|invalid refspec", re.I)
_ONLY_FILES = re.compile(r"dumb http transport does not support", re.I)
"""Said of a web server that knows no git and only gives the repository's files: what came before comes with it."""
_NO_REPOSITORY = re.compile(r"does not (?:appear to be|exist)|not found|repository .* not exported|no such file", re.I)
_REDIRECTED = re.compile(r"returned error: 30[12378]")
"""Where no redirect is followed."""
_REFUSED = re.compile(
    r"authentication|could not read (?:username|password)|permission denied|access denied|returned error: 403", re.I
)


def fetched(wanted: Repository, limits: Limits) -> tuple[dict[str, bytes | str], str]:
    """The files of the commit, by path their bytes or in words why they were not read; and the commit's hash.

    Raises SourceUnsupported (no git here), SourceUnreachable, SourceMissing (no such repository or revision),
    SourceTooHeavy.
    """
    if shutil.which("git") is None:
        raise SourceUnsupported(
            "Reading a repository by its address needs git, which is not installed.", "Install it: apt install git"
        )
    with TemporaryDirectory(prefix="unspool-git-") as folder:
        git = _Git(Path(folder), wanted, limits)
        git.run("init", "-q", "--bare", ".")
        commit = git.commit()
        return git.files(commit), commit


class _Git:
    """git in an empty bare repository, under limits on time and size."""

    def __init__(self, folder: Path, wanted: Repository, limits: Limits) -> None:
        self._folder = folder
        self._wanted = wanted
        self._limits = limits
        self._deadline = time.monotonic() + limits.fetch_seconds
        # A hook or a surrounding repository that started us has set some of these, and they would redirect git.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._environment = {**kept, **_ENVIRONMENT}
        if not limits.credentials:  # neither a credential helper nor ~/.netrc is found
            own = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
            self._environment.update(own)
        self._settings = _SAFE
        if not limits.local_network:
            self._settings = {**_SAFE, **outside(wanted)}
            self._environment["GIT_ALLOW_PROTOCOL"] = "https"

    def commit(self) -> str:
        """Fetch the wanted commit alone; or all that has a name, where it is a hash that the server does not give."""
        revision = self._wanted.revision
        if revision.startswith("-"):
            raise _no_revision(self._wanted)
        got = "FETCH_HEAD"
        code, said = self._fetch(["--depth=1"], [revision or "HEAD"])
        if code and _ONLY_FILES.search(said):
            code, said = self._fetch([], [revision or "HEAD"])
        if code and _HASH.fullmatch(revision) and _NO_REVISION.search(said):
            code, said = self._fetch([], _EVERYTHING)
            got = revision
        if code:
            raise _failure(self._wanted, said)
        code, found, _ = self._ended(["rev-parse", "--verify", "--quiet", f"{got}^{{commit}}"])
        if code:
            raise _no_revision(self._wanted)
        return found.decode().strip()

    def files(self, commit: str) -> dict[str, bytes | str]:
        """Every file of the commit."""
        found: dict[str, bytes | str] = {}
        blobs: list[tuple[str, str]] = []
        for line in self.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, _, blob, size = facts.decode().split()
            label = printable(name)
            if mode == "160000":
                found[label] = "submodule, not followed"
            elif mode == "120000":
                found[label] = "symbolic link, not followed"
            elif int(size) > self._limits.source_bytes:
                found[label] = f"larger than {self._limits.source_bytes // MIB} MiB"
            else:
                blobs.append((label, blob))
        if len(blobs) > self._limits.code_files:
            raise SourceTooHeavy(
                f"{self._wanted.shown} holds more than {self._limits.code_files:,} files.", "Clone it and read a part."
            )
        asked = "".join(f"{blob}\n" for _, blob in blobs).encode()
        contents = _contents(self.run("cat-file", "--batch", said=asked))
        found.update((label, content) for (label, _), content in zip(blobs, contents, strict=True))
        return found

    def run(self, *arguments: str, said: bytes = b"") -> bytes:
        """The output of a command that has no reason to fail."""
        code, output, error = self._ended(arguments, said)
        if code:
            raise _failure(self._wanted, error)
        return output

    def _fetch(self, how: Sequence[str], references: Sequence[str]) -> tuple[int, str]:
        options = ["--no-tags", "--no-recurse-submodules", "--quiet", *how]
        code, _, error = self._ended(["fetch", *options, "--", self._wanted.url, *references])
        return code, error

    def _ended(self, arguments: Sequence[str], said: bytes = b"") -> tuple[int, bytes, str]:
        """Exit code, output and complaint of a command, which is ended with its children at the limits."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with TemporaryFile() as asked, TemporaryFile() as output, TemporaryFile() as error:
            asked.write(said)
            asked.seek(0)
            process = subprocess.Popen(
                ["git", *settings, *arguments],
                cwd=self._folder,
                stdin=asked,
                stdout=output,
                stderr=error,
                env=self._environment,
                start_new_session=True,
            )
            try:
                self._wait(process)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            output.seek(0)
            error.seek(0)
            return process.returncode, output.read(), error.read().decode("utf-8", "replace")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            try:
                process.wait(_POLL_SECONDS)
                return
            except subprocess.TimeoutExpired:
                pass
            if time.monotonic() > self._deadline:
                raise SourceUnreachable(
                    f"Fetching {self._wanted.shown} took more than {self._limits.fetch_seconds:.0f} seconds.",
                    "Clone it yourself and read the folder.",
                )
            if sum(file.stat().st_size for file in self._folder.rglob("*pack*") if file.is_file()) > (
                self._limits.source_bytes
            ):
                raise SourceTooHeavy(
                    f"{self._wanted.shown} is larger than {self._limits.source_bytes // MIB} MiB.",
                    "Clone it yourself and read a part of the folder.",
                )


def _contents(batch: bytes) -> Iterator[bytes]:
    """The objects of `git cat-file --batch`: each has a line "<hash> blob <size>", its bytes and a line break."""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].rpartition(b" ")[2])
        yield batch[end + 1 : end + 1 + size]
        at = end + size + 2


def _no_revision(wanted: Repository) -> IngestError:
    return SourceMissing(
        f"{wanted.shown} has no revision {wanted.revision or 'yet'}.", "Give a branch, a tag or a commit of it."
    )


def _failure(wanted: Repository, said: str) -> IngestError:
    """What git complained of, as one of ours."""
    if _NO_REVISION.search(said):
        return _no_revision(wanted)
    line = next((line for line in said.splitlines() if line.startswith(("fatal:", "error:"))), said.strip()[:200])
    line = line.partition(": ")[2].replace(wanted.url, wanted.shown) or "git gave no reason"
    if _REFUSED.search(said):
        return SourceUnreachable(
            f"{wanted.shown} lets nobody in without a password or key ({line}).",
            "Clone it yourself and read the folder, or store the credentials in git; this program asks for none.",
        )
    if _REDIRECTED.search(said):
        return SourceUnreachable(f"{wanted.shown} leads elsewhere ({line}).", "Give the address that it leads to.")
    if _NO_REPOSITORY.search(said):
        return SourceMissing(f"There is no git repository at {wanted.shown} ({line}).", "Check the address.")
    return SourceUnreachable(f"{wanted.shown} cannot be fetched ({line}).", "Check the address and the network.")
