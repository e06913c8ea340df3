"""A tokenizer's added tokens in; text cut at them, or text in which none is left, out. Knows no vocabulary.

Added tokens (`<|im_end|>`, `<think>` ...) are found as literals before anything else is done to a text. In a
prompt they are control tokens; in a document they are an accident or an attack.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# Invisible ones first, visible ones for a tokenizer whose normaliser removes the others.
_BREAKS = ("\N{WORD JOINER}", "\N{ZERO WIDTH SPACE}", "\N{MIDDLE DOT}", " ")


class Literals:
    """Strings with an id each, found leftmost longest, as `tokenizers` finds its added tokens."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.ids = ids
        longest_first = sorted(ids, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)))

    def cut(self, text: str) -> Iterator[str | int]:
        """The text in pieces: each literal as its id, what stands between them as str."""
        start = 0
        for match in self.pattern.finditer(text) if self.ids else ():
            if match.start() > start:
                yield text[start : match.start()]
            yield self.ids[match.group()]
            start = match.end()
        if start < len(text):
            yield text[start:]


@dataclass(frozen=True, slots=True)
class AddedTokens:
    """All added tokens of one tokenizer."""

    raw: Literals
    """Looked for first, in the text as it comes."""
    normal: Literals
    """Looked for in what is left, once it is normalised; written in normalised form themselves."""
    normalise: Callable[[str], str]

    def cut(self, text: str) -> Iterator[str | int]:
        """The text in pieces: each added token as its id, the normalised text between them as str."""
        for piece in self.raw.cut(text):
            if isinstance(piece, int):
                yield piece
            else:
                yield from self.normal.cut(self.normalise(piece))


class Neutraliser:
    """Breaks every added token of one tokenizer in a text, so that plain tokens are made of it.

    Tokens of white space only and of one character are left alone: they are text and steer no chat template.
    """

    def __init__(self, added: AddedTokens, encode: Callable[[str], list[int]]) -> None:
        """`encode` is the tokenizer's own. Raises ValueError if it mends each way to break a token."""
        ids = {text: i for text, i in {**added.raw.ids, **added.normal.ids}.items() if len(text.strip()) > 1}
        self._literals = Literals(ids)
        # Matches where a token begins, not the whole token: so it finds those that overlap, too.
        self._begin = re.compile(f"(?=(?:{self._literals.pattern.pattern})).", re.DOTALL)
        self._normalise = added.normalise if added.normal.ids else None
        for self._break in _BREAKS:
            if not any(self._break in text or i in encode(self(text)) for text, i in ids.items()):
                return
        raise ValueError("its added tokens come back however they are broken")

    def __call__(self, text: str) -> str:
        """The text with a break after the first character of each added token; itself if it has none."""
        if not self._literals.ids:
            return text
        found = self._literals.pattern.search
        if self._normalise and found(normal := self._normalise(text)):
            text = normal  # some show only when normalised: a Kelvin sign for the K of <MASK>
        return self._begin.sub(lambda match: match.group() + self._break, text) if found(text) else text
