"""A byte-level BPE's pattern and ranks in, a far faster encoder for its ASCII text out, where there is one.

quicktok has hand-made scanners for a few pre-tokenizers. Outside of ASCII its Unicode tables are of another age than
those of the served tokenizer, so that such text is not given to it.
"""

from collections.abc import Callable, Mapping
from threading import Lock

_WORTH = 1_000_000
"""Characters from which on it is used: to load it takes as long as to count three times as many without it."""

# By the regex of the pre-tokenizer, the vocabulary that quicktok brings along.
_KNOWN = {
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": (
        "qwen3"
    )
}


class AsciiEncoder:
    """Texts to their ids, one after the other, or None where another encoder has to do it."""

    def __init__(self, pattern: str, ranks: Mapping[bytes, int]) -> None:
        """`pattern` cuts text to pieces; `ranks` are the ids of all tokens' bytes."""
        self._name = _KNOWN.get(pattern)
        self._ranks = ranks
        self._left = _WORTH
        self._encode: Callable[[str], list[int]] | None = None
        self._tried = False
        self._loading = Lock()

    def __call__(self, text: str) -> list[int] | None:
        """The ids of `text`; None where it is not ASCII, little text has come so far, or quicktok is not equal."""
        if self._name is None or not text.isascii():
            return None
        if self._left > 0:
            self._left -= len(text)
            return None
        if not self._tried:
            with self._loading:  # other threads wait, which costs less than to go on without it
                if not self._tried:
                    self._encode, self._tried = _equal(self._name, self._ranks), True
        return self._encode(text) if self._encode else None


def _equal(name: str, ranks: Mapping[bytes, int]) -> Callable[[str], list[int]] | None:
    """quicktok's encoder, if it can be had and its tokens are these."""
    try:
        import quicktok
    except ImportError:  # it has no wheels for the newest Python yet
        return None
    found = quicktok.get_encoding(name)
    equal = len(found.token_byte_values()) == len(ranks) and all(
        found.decode_single_token_bytes(rank) == token for token, rank in ranks.items()
    )
    encode: Callable[[str], list[int]] = found.encode_ordinary
    return encode if equal else None
