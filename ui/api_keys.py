"""Names of programs in, keys out that let them use the service; keeps no key, only what tells that one is right."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from assistant import AssistantError
from ui.secret_file import SecretFile

_PREFIX = "unspool-"
_NAME = re.compile(r"[\w.@-]{1,64}")


class KeyNameInvalid(AssistantError):
    """A key's name is none, is taken, or is unknown."""


class ApiKeys:
    """The keys in one file. Without any, whoever reaches this machine's own address is let in.

    A key has 256 random bits, so its SHA-256 needs no salt and no slow hash.
    """

    def __init__(self, file: Path) -> None:
        self._file = SecretFile(file)

    def names(self) -> list[str]:
        """Who has a key, in order. Raises SecretFileDamaged."""
        return sorted(self._read())

    def add(self, name: str) -> str:
        """A new key, told this once. Raises KeyNameInvalid, SecretFileDamaged."""
        if not _NAME.fullmatch(name):
            raise KeyNameInvalid(f"“{name}” is no name of a key.", "Use letters, digits, and . _ - @.")
        with self._file.lock():
            known = self._read()
            if name in known:
                raise KeyNameInvalid(f"“{name}” has a key.", f"End it first: unspool key remove {name}")
            key = _PREFIX + secrets.token_urlsafe(32)
            self._file.write({**known, name: _digest(key)})
        return key

    def remove(self, name: str) -> None:
        """End a key. Raises KeyNameInvalid, SecretFileDamaged."""
        with self._file.lock():
            known = self._read()
            if name not in known:
                raise KeyNameInvalid(f"“{name}” has no key.", "See: unspool key list")
            self._file.write({other: digest for other, digest in known.items() if other != name})

    def user(self, key: str | None) -> str | None:
        """Whose key it is; "" for anyone where there are no keys, None for nobody's. Raises SecretFileDamaged."""
        known = self._read()
        if not known:
            return ""
        digest = _digest(key or "")
        return next((name for name, kept in known.items() if hmac.compare_digest(digest, kept)), None)

    def _read(self) -> Mapping[str, str]:
        known = self._file.read()
        if not all(isinstance(digest, str) for digest in known.values()):
            raise self._file.damaged("it holds something else")
        return known


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
