"""Names and passwords in, the people who may use the page from elsewhere out, each with a folder of their own."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from assistant import AssistantError
from ui.password import hashed, matches
from ui.secret_file import SecretFile

_NAME = re.compile(r"\w[\w.@-]{0,63}")
_WHOLE = "."
"""The folder of whoever has taken over the library that the command line uses."""


class UserInvalid(AssistantError):
    """A user's name is none, is taken, or is unknown."""


@dataclass(frozen=True, slots=True)
class User:
    """One person. The name may be given to another one later, the folder never is, but for that of the command line."""

    name: str
    folder: Path
    """Where their library and their keys lie."""
    kept: str
    """What tells that a password is theirs."""

    @property
    def keys(self) -> Path:
        """The file of their programs' keys."""
        return self.folder / "keys.json"

    @property
    def library(self) -> Path:
        """The folder of their library."""
        return self.folder / "library"


class Users:
    """The users of one folder of data, in one file. Raises SecretFileDamaged where it cannot be used."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = SecretFile(data / "users.json")

    def all(self) -> list[User]:
        """Everyone, by name."""
        return sorted(self._read().values(), key=lambda user: user.name)

    def named(self, name: str) -> User:
        """Raises UserInvalid for nobody's name."""
        found = self._read().get(plain(name))
        if found is None:
            raise UserInvalid(f"There is no user “{name}”.", "See: unspool user list")
        return found

    def add(self, name: str, password: str, *, whole: bool = False) -> User:
        """A new one, with an empty library or, if `whole`, with the one that the command line uses.

        Raises UserInvalid, PasswordUnfit.
        """
        called = plain(name)
        if not _NAME.fullmatch(called):
            raise UserInvalid(f"“{name}” is no name of a user.", "Use letters, digits, and . _ - @.")
        with self._file.lock():
            known = self._file.read()
            if called in known:
                raise UserInvalid(
                    f"There is a user “{called}”.", f"To change the password: unspool user password {called}"
                )
            if whole and any(user.folder == self._data / _WHOLE for user in self._read().values()):
                raise UserInvalid("Another user has the library of the command line.", "Leave --with-library out.")
            kept = hashed(password)
            folder = _WHOLE if whole else f"users/{secrets.token_hex(16)}"
            place = self._data / folder
            try:
                place.mkdir(mode=0o700, parents=True, exist_ok=whole)
            except OSError as error:
                raise self._file.damaged(error) from error
            self._file.write({**known, called: {"folder": folder, "password": kept}})
        return User(called, place, kept)

    def change(self, name: str, password: str) -> None:
        """Another password; who is logged in by the old one no longer is. Raises UserInvalid, PasswordUnfit."""
        user, kept = self.named(name), hashed(password)
        with self._file.lock():
            known = self._file.read()
            if user.name in known:
                self._file.write({**known, user.name: {**known[user.name], "password": kept}})

    def remove(self, name: str) -> User:
        """Let them and their programs in no more; their library stays. Raises UserInvalid."""
        user = self.named(name)
        with self._file.lock():
            known = self._file.read()
            try:
                user.keys.unlink(missing_ok=True)
            except OSError as error:
                raise self._file.damaged(error) from error
            self._file.write({other: value for other, value in known.items() if other != user.name})
        return user

    def check(self, name: str, password: str) -> User | None:
        """Whoever has that name and that password; takes as long for a name that nobody has."""
        user = self._read().get(plain(name))
        right = matches(password, user.kept if user else "")
        return user if right else None

    def current(self, user: User) -> bool:
        """Whether they are still one, by the same password."""
        return self._read().get(user.name) == user

    def _read(self) -> dict[str, User]:
        try:
            return {
                name: User(name, self._data / value["folder"], str(value["password"]))
                for name, value in self._file.read().items()
            }
        except (TypeError, KeyError) as error:
            raise self._file.damaged("it holds something else") from error


def plain(name: str) -> str:
    """The form in which two names are compared: “Anna” is “anna”."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()
