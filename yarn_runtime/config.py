"""A parsed config.json in, its fields out, checked for kind and range; knows no architecture."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yarn_runtime.errors import ConfigInvalid, ModelUnknown

LARGEST = 10**12
"""No length, width or count of a model is beyond this; a larger number is a broken file."""


class Config:
    """One JSON object of a config.json; `where` names it in errors. The getters raise ConfigInvalid."""

    def __init__(self, values: Mapping[str, Any], where: str = "config.json") -> None:
        self.values = values
        self.where = where

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def raw(self, name: str) -> Any:
        return self.values.get(name)

    def integer(self, *names: str, default: int | None = None, smallest: int = 1) -> int:
        """The first of the names that is there, a whole number in range; the default where none is."""
        for name in names:
            value = self.values.get(name)
            if value is None:
                continue
            whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value
            if not whole or not smallest <= value <= LARGEST or int(value) != value:
                raise self.invalid(f"{name} is {_shown(value)}, not a whole number of {smallest} or more")
            return int(value)
        if default is None:
            raise self.invalid(f"{' or '.join(names)} is missing")
        return default

    def optional_integer(self, *names: str) -> int | None:
        return self.integer(*names) if any(name in self for name in names) else None

    def number(self, name: str, default: float) -> float:
        """A positive, finite number."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= LARGEST:
            raise self.invalid(f"{name} is {_shown(value)}, not a positive number")
        return float(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.invalid(f"{name} is {_shown(value)}, not true or false")
        return value

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.invalid(f"{name} is {_shown(value)}, not a text")
        return value

    def inner(self, name: str) -> "Config | None":
        """The object under this name, or None where there is none."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.invalid(f"{name} is {_shown(value)}, not an object")
        return Config(value, f"{name} of {self.where}")

    def words(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none."""
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            raise self.invalid(f"{name} is {_shown(value)}, not a list of names")
        return tuple(value)

    def whole_numbers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers from 0 on."""
        value = self.values.get(name)
        if not isinstance(value, list | tuple) or not all(type(each) is int and each >= 0 for each in value):
            raise self.invalid(f"{name} is {_shown(value)}, not a list of numbers")
        return tuple(value)

    def invalid(self, what: str) -> ConfigInvalid:
        return ConfigInvalid(
            f"{self.where}: {what}.",
            "Compare the file with the one its makers publish, or load the model anew.",
        )


def _shown(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."


def read_config(directory: Path) -> Config:
    """The config.json of a checkpoint directory. Raises ModelUnknown where there is none, ConfigInvalid where
    it is no JSON object.
    """
    path = directory / "config.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise ModelUnknown(
            f"{directory} holds no config.json.",
            "Point at the directory of a Hugging Face checkpoint, or name a model id.",
        ) from None
    except OSError as error:
        raise ModelUnknown(f"{path} cannot be read: {error.strerror}.", "Check the file's permissions.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigInvalid(
            f"{path} is not valid JSON.", "The file is damaged or cut off: load the model anew."
        ) from error
    if not isinstance(values, dict):
        raise ConfigInvalid(f"{path} holds no JSON object.", "The file is not a model's config.json.")
    return Config(values, str(path))
