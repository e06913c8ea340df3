"""What a person names in, the sources of a job out: files, folders, globs, lists; reads no document."""

from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path

from assistant import AssistantError


class NoSources(AssistantError):
    """Nothing was named that could be worked on."""


def sources(named: Sequence[str]) -> list[str]:
    """Each source once, in the order in which it was named; those of a folder or glob by their paths.

    A folder stands for all files under it, without hidden ones; a git repository for itself. `@FILE` names a file with
    a source a line. Raises NoSources.
    """
    found = dict.fromkeys(str(source) for name in named for source in _of(name))
    if not found:
        raise NoSources("No file was found.", "Name files, folders, globs or @LIST, a file with a source a line.")
    return list(found)


def _of(name: str) -> Iterator[str]:
    path = Path(name)
    if name.startswith("@") and not path.exists():
        yield from _listed(Path(name[1:]))
    elif path.is_dir():
        yield from [str(path.resolve())] if (path / ".git").exists() else map(str, _under(path.resolve()))
    elif has_magic(name) and not path.exists():
        for each in sorted(glob(name, recursive=True)):  # noqa: PTH207 - a pattern may be absolute
            yield from _of(each) if not Path(each).is_dir() else ()
    else:
        yield str(path.resolve()) if path.exists() else name


def _listed(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoSources(f"The list {path} cannot be read: {error}.", "Give a UTF-8 file, a source a line.") from error
    for line in lines:
        if line.strip() and not line.startswith("#"):
            yield from _of(line.strip())


def _under(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
