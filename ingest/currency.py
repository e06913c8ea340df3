"""What once read a document in, whether the same would read it today out: without reading anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata
from typing import get_args

from ingest import identity, image, pdf
from ingest.document import Kind
from ingest.tesseract import INSTALL, LANGUAGES, installed

_WITH_ENGINE = re.compile(r"(\S+) \((?:(pypdfium2|pypdf) ([^;)]+))?(?:(?:; )?(tesseract [^)]+))?\)")


def is_current(reader: str, warnings: Iterable[str]) -> bool:
    """Whether a document of this reader, with these warnings, would come out the same if its file were read now.

    No where other languages of scans, secrets or a program that was missing might change it.
    """
    if any(INSTALL[1:] in text for text in warnings):
        return False
    found = _WITH_ENGINE.fullmatch(reader)
    if found is None:
        return reader in {f"{identity.READER} {kind}" for kind in get_args(Kind)}
    name, library, version, recognised = found.groups()
    if name not in (pdf.READER, image.READER) or (library and metadata.version(library) != version):
        return False
    if recognised is None:
        return library is not None
    engine = installed(LANGUAGES)
    return engine is not None and engine.name == recognised
