"""A document and an encoder in, an index of what its sentences mean out that scores its spans; knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.sections import sections
from assistant.sentences import sentences
from ingest import Document

SHORTEST, LONGEST = 60, 240
"""Characters of a piece: shorter sentences are joined, longer ones cut."""
CODE = 400
"""Characters of a piece of code, which has no sentences."""
HEADINGS = 0.4
"""What the nearness of a span's headings counts beside that of its text; see docs/benchmarks-search.md."""

VERSION = "3"
"""Changes with how text is cut and with what is kept."""

Floats = npt.NDArray[np.float64]

_ARRAYS = ("vectors", "first", "headings", "under", "lengths")


class Encodes(Protocol):
    """What an index needs of an encoder."""

    @property
    def name(self) -> str:
        """Names the vectors: those of another name are not comparable."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row of length 1 a text."""


@dataclass(frozen=True, slots=True, eq=False)
class MeaningIndex:
    """A vector for every piece of a document's spans, in reading order."""

    vectors: npt.NDArray[np.int8]
    """Of length 127; what is lost by that is far below what the model itself is unsure of."""
    first: npt.NDArray[np.int32]
    """Of each span, its first piece."""
    headings: npt.NDArray[np.int8]
    """A vector for every path of headings, of length 127."""
    under: npt.NDArray[np.int32]
    """Of each span, its path of headings."""
    lengths: npt.NDArray[np.float32]
    """Of each span, the length of the sum of its pieces' vectors: what a middle is divided by."""

    @classmethod
    def of(cls, document: Document, encoder: Encodes) -> "MeaningIndex":
        """Read the whole document: about 15,000 tokens a second and core."""
        pieces: list[str] = []
        first: list[int] = []
        for page in document.pages:
            for span in page.spans:
                first.append(len(pieces))
                pieces += _pieces(span.text, document.kind == "code")
        paths = sections(document)
        number = {path: index for index, path in enumerate(dict.fromkeys(paths))}
        under = np.array([number[path] for path in paths], np.int32)
        vectors, starts = _small(encoder.encode(pieces)), np.array(first, np.int32)
        sums = np.add.reduceat(vectors.astype(np.float32) / 127, starts) if first else np.zeros((0, 1), np.float32)
        lengths = np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
        return cls(vectors, starts, _small(encoder.encode(list(number))), under, lengths)

    def scores(self, question: npt.NDArray[np.float32]) -> Floats:
        """Of every span: the nearness to the question of its nearest piece, of its middle and of its headings."""
        if not len(self.first):
            return np.zeros(0)
        pieces = self.vectors.astype(np.float32) @ question / 127
        nearest = np.maximum.reduceat(pieces, self.first)
        middle = np.add.reduceat(pieces, self.first) / self.lengths
        headings = self.headings.astype(np.float32) @ question / 127
        scores: Floats = nearest + middle + HEADINGS * headings[self.under]
        return scores.astype(np.float64)

    def to_bytes(self) -> bytes:
        """To be kept; `from_bytes` reads it."""
        file = BytesIO()
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "MeaningIndex":
        """Back from `to_bytes`. Raises ValueError or KeyError where it is none."""
        arrays = np.load(BytesIO(data), allow_pickle=False)
        return cls(**{name: arrays[name] for name in _ARRAYS})


def _small(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    return np.rint(vectors * 127).astype(np.int8)


def _pieces(text: str, code: bool) -> list[str]:
    """At least one."""
    if code:
        return [text[start : start + CODE] for start in range(0, len(text), CODE)] or [text]
    found: list[str] = []
    piece = ""
    for start, end in sentences(text):
        for at in range(start, end, LONGEST):
            part = text[at : min(end, at + LONGEST)]
            if len(piece) >= SHORTEST or len(piece) + len(part) > LONGEST:
                found.append(piece)
                piece = part
            else:
                piece = f"{piece} {part}"
    found.append(piece)
    return [piece for piece in found if piece.strip()] or [text]
