"""Names of programs in, keys out that let them use the service; keeps no key, only what tells that one is right."""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from assistant import AssistantError

_PREFIX = "unspool-"
_NAME = re.compile(r"[\w.@-]{1,64}")


class KeyNameInvalid(AssistantError):
    """A key's name is none, is taken, or is unknown."""


class KeyFileDamaged(AssistantError):
    """The file of keys cannot be read or written; nobody is let in by it."""


class ApiKeys:
    """The keys in one file. Without any, whoever reaches this machine's own address is let in.

    A key has 256 random bits, so its SHA-256 needs no salt and no slow hash.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def names(self) -> list[str]:
        """Who has a key, in order. Raises KeyFileDamaged."""
        return sorted(self._read())

    def add(self, name: str) -> str:
        """A new key, told this once. Raises KeyNameInvalid, KeyFileDamaged."""
        if not _NAME.fullmatch(name):
            raise KeyNameInvalid(f"“{name}” is no name of a key.", "Use letters, digits, and . _ - @.")
        with self._lock():
            known = self._read()
            if name in known:
                raise KeyNameInvalid(f"“{name}” has a key.", f"End it first: unspool key remove {name}")
            key = _PREFIX + secrets.token_urlsafe(32)
            self._write({**known, name: _digest(key)})
        return key

    def remove(self, name: str) -> None:
        """End a key. Raises KeyNameInvalid, KeyFileDamaged."""
        with self._lock():
            known = self._read()
            if name not in known:
                raise KeyNameInvalid(f"“{name}” has no key.", "See: unspool key list")
            self._write({other: digest for other, digest in known.items() if other != name})

    def user(self, key: str | None) -> str | None:
        """Whose key it is; "" for anyone where there are no keys, None for nobody's. Raises KeyFileDamaged."""
        known = self._read()
        if not known:
            return ""
        digest = _digest(key or "")
        return next((name for name, kept in known.items() if hmac.compare_digest(digest, kept)), None)

    def _lock(self) -> FileLock:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._damaged(error) from error
        return FileLock(f"{self._file}.lock", mode=0o600)

    def _read(self) -> Mapping[str, str]:
        try:
            known = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._damaged(error) from error
        if not isinstance(known, dict) or not all(isinstance(digest, str) for digest in known.values()):
            raise self._damaged("it holds something else")
        return known

    def _write(self, known: Mapping[str, str]) -> None:
        part = self._file.with_name(f".{self._file.name}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(known, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise self._damaged(error) from error

    def _damaged(self, why: object) -> KeyFileDamaged:
        return KeyFileDamaged(f"{self._file} cannot be used: {why}.", "Mend its permissions, or remove it for none.")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
