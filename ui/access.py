"""Who may reach the page from where, as one value; refuses what would let strangers in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ingest
from assistant import AssistantError, Library
from ui.hosts import is_loopback
from ui.readings import Read
from ui.users import Users


class AddressUnsafe(AssistantError):
    """The page would be open to whoever reaches its address."""


def _read_for_others(source: str, *, progress: Callable[[int, int], None]) -> ingest.Document:
    return ingest.read(source, progress=progress, limits=ingest.Limits(credentials=False, local_network=False))


@dataclass(frozen=True, slots=True)
class Access:
    """Where the page listens, under which names, and for whom."""

    users: Users
    shelf: Callable[[Path], Library] = Library
    """Opens the library in a folder."""
    read: Read = _read_for_others
    """Reads what users name."""
    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    """What it is called elsewhere, beside its addresses."""

    @property
    def open_without(self) -> bool:
        """Whether nobody but this machine reaches it, so that it needs no users."""
        return is_loopback(self.host) and not self.names

    def refuse_unsafe(self) -> None:
        """Raises AddressUnsafe where others reach it and there are no users."""
        if not self.open_without and not self.users.all():
            others = self.names[0] if is_loopback(self.host) else self.host
            raise AddressUnsafe(
                f"Others than this machine may reach {others}, and there are no users: everyone could read everything.",
                "Make yourself a user first: unspool user add NAME",
            )
