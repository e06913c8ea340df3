"""Text in, what is compared out, with the way back: the fold under which a quote and its page agree best.

NFKC, hyphens at line ends mended, lower case, letters and digits only: what PDF readers disagree on, they
disagree on in spaces, hyphens and signs.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe\x02]\s*\n\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its characters came from."""

    text: str
    at: tuple[int, ...]
    """For each folded character, the index of its own in the text as it was."""
    source: str
    """The text as it was."""

    def find(self, needle: str, begin: int = 0) -> tuple[int, int] | None:
        """Start and end, in the text as it was, of the first place at or after folded index `begin` where `needle`,
        itself folded, stands; None where it does not."""
        index = self.text.find(needle, begin) if needle else -1
        return None if index < 0 else (self.at[index], self._end(index + len(needle)))

    def find_word(self, needle: str) -> tuple[int, int] | None:
        """As `find`, for a needle that must not begin or end inside a word of the text as it was."""
        index = self.text.find(needle) if needle else -1
        while index >= 0:
            start, end = self.at[index], self._end(index + len(needle))
            if not (_joined(self.source, start) or _joined(self.source, end)):
                return start, end
            index = self.text.find(needle, index + 1)
        return None

    def _end(self, index: int) -> int:
        last = self.at[index - 1] + 1
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return last


def fold(text: str) -> str:
    """Letters and digits of a text, lower-cased, in compatibility form."""
    mended = _LINE_END_HYPHEN.sub("", text)
    return "".join(character for character in unicodedata.normalize("NFKC", mended).casefold() if character.isalnum())


@lru_cache(maxsize=256)
def folded(text: str) -> Folded:
    """`fold` with the way back."""
    mended = {index for match in _LINE_END_HYPHEN.finditer(text) for index in range(*match.span())}
    characters: list[str] = []
    at: list[int] = []
    index = 0
    while index < len(text):
        end = index + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if index not in mended:
            for character in unicodedata.normalize("NFKC", text[index:end]).casefold():
                if character.isalnum():
                    characters.append(character)
                    at.append(index)
        index = end
    return Folded("".join(characters), tuple(at), text)


def _joined(text: str, index: int) -> bool:
    """Whether a Latin-like word goes on over this index; CJK characters are words of their own."""
    if not 0 < index < len(text):
        return False
    before, after = text[index - 1], text[index]
    return before.isalnum() and after.isalnum() and before < "\u2e80" and after < "\u2e80"
