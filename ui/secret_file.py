"""Names and what tells that one is right in, one JSON file that its owner alone may read out."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from assistant import AssistantError


class SecretFileDamaged(AssistantError):
    """The file cannot be read or written; nobody is let in by it."""


class SecretFile:
    """A JSON object in a file of mode 600 that is replaced whole, so that a crash leaves the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lock(self) -> FileLock:
        """To be held from reading to writing. Raises SecretFileDamaged."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.damaged(error) from error
        return FileLock(f"{self.path}.lock", mode=0o600)

    def read(self) -> dict[str, Any]:
        """What it holds; nothing where there is none. Raises SecretFileDamaged."""
        try:
            known = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self.damaged(error) from error
        if not isinstance(known, dict):
            raise self.damaged("it holds something else")
        return known

    def write(self, known: Mapping[str, Any]) -> None:
        """Replace it. Raises SecretFileDamaged."""
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(known, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise self.damaged(error) from error

    def damaged(self, why: object) -> SecretFileDamaged:
        """The error for it."""
        return SecretFileDamaged(f"{self.path} cannot be used: {why}.", "Mend its permissions, or remove it for none.")
