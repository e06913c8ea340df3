"""A parsed tokenizer.json in, a tiktoken encoder with provably the same ids out; knows no files or documents.

tiktoken joins the neighbours whose bytes together have the lowest id; a Hugging Face BPE joins the pair that
stands first in its list of merges. Both give the same ids for every piece of text if

1. the merges, in their order, make tokens of never falling id, and
2. every token is what the Hugging Face BPE makes of that token's own bytes.

Suppose they part, for the first time where tiktoken joins x and y to t. No join has crossed the ends of t
yet, and those inside came in the order in which they come in the bytes of t alone. So there, too, x and y are
left, and by (2) the merge of x and y to t is in the list; by (1) both put it at the same place among others.

A token that fails (2) is never made by merges: it is left out. With `ignore_merges` it still stands for a
piece that is exactly its bytes, and tiktoken does the same; then the merges must leave three parts or more of
it, as tiktoken would join two. The pieces themselves, cut by a regex, are compared on `_PROBES`.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import tiktoken

from yarn_runtime.added_tokens import AddedTokens
from yarn_runtime.ascii_encoder import AsciiEncoder

Encode = Callable[[str], list[int]]

# ByteLevel(use_regex=True) of `tokenizers`: https://github.com/openai/gpt-2/blob/master/src/encoder.py
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# The same where Digits() has cut first: numbers stand apart, and white space before one is at an end. Digits()
# knows the thirteen of Unicode 17 already, which the regex engines here do not.
_NEW_NUMBERS = r"\x{11DE0}-\x{11DE9}\x{16FF4}-\x{16FF6}"
_GPT2_DIGITS = (
    rf"'s|'t|'re|'ve|'m|'ll|'d| ?\p{{L}}+|\p{{N}}%(run)s|[{_NEW_NUMBERS}]%(run)s"
    rf"| ?[^\s\p{{L}}\p{{N}}{_NEW_NUMBERS}]+|\s+(?![^\s\p{{N}}{_NEW_NUMBERS}])|\s+"
)
# Any other lookaround makes tiktoken backtrack over long runs until its stack is full; anchors and
# back-references mean other things in the two regex engines.
_USUAL_LOOKAHEAD = r"\s+(?!\S)"
_UNUSUAL = re.compile(r"\(\?[=!<]|\$|\\[AbBGzZ1-9]")
# The usual one fills the stack, too: tiktoken 0.14.0 panics at 1,000,000 characters of white space in a row.
_SPACE_BLOCK = 250_000

# Contractions, white space and numbers as pre-tokenizers differ on them; a character of each general category
# among neighbours; letters, numbers and unordered marks of Unicode 15 to 17, where libraries may be of
# different age.
_PROBES = (
    "I'll say it's \"DON'T\", y'all'VE '\u017f heard: they'd go. O'Neill'S\r\n\r\n  \tx \n \n   y    \n\n   ",
    "x = 1234567  + 0.5e-10 ;\tif(a!=b){ return  42; } // ---===>>> 3\u00a0\u20093 ½²Ⅷ١٢٣४५६",
    "Příliš žluťoučký kůň e\u0301\u0316 q\u0307\u0323 \u1e9b\u0323 \u212b \u2126 \u1100\u1161\u11a8 한국어",
    "日本語と中文，العربية हिन्दी ภาษาไทย \U0001f469\u200d\U0001f469\u200d\U0001f467",
    *(
        f"a{character} {character}{character}b\n{character}1{character}  {character}."
        for character in "Aaǅʰª\u0300\u0903\u04880Ⅰ²_-()«»!+$^¦ \u2028\u2029\x00\u0085\xad\ue000\u0378\ufffd"
        "\U00031350\U0001e4f0\U0002ebf0\U000105c0\U00016d70\U000323b0\U00010940\U00011de0\U00016ff4"
    ),
    *(f"a{mark}\u0316 a\u0316{mark} a\u0301{mark}" for mark in "\u1ac1\U00010efd\U0001e4ec\U00010d69\u1acf"),
)


class ByteLevelEncoder:
    """Text to ids with tiktoken; `build` makes one only where the ids equal the original tokenizer's."""

    def __init__(self, ranks: Mapping[bytes, int], pattern: str, added: AddedTokens) -> None:
        """`ranks` are the ids of the tokens' bytes, `pattern` the regex that cuts text to pieces."""
        free = max(ranks.values()) + 1
        missing = (byte for byte in (bytes([i]) for i in range(256)) if byte not in ranks)
        stand_ins = {byte: free + i for i, byte in enumerate(missing)}
        self._stand_ins = frozenset(stand_ins.values())
        self._added = added
        self._ascii = AsciiEncoder(pattern, ranks)
        self._bpe = tiktoken.Encoding(
            "served-model", pat_str=pattern, mergeable_ranks={**ranks, **stand_ins}, special_tokens={}
        )

    @classmethod
    def build(
        cls, definition: Mapping[str, Any], added: AddedTokens, original: Encode, merge: Encode
    ) -> "ByteLevelEncoder | None":
        """The encoder, or None where the tokenizer's kind is not known or equality is not proven.

        `original` gives the tokenizer's own ids of a text, `merge` those that its BPE makes of one piece by
        merges alone, `ignore_merges` off.
        """
        pattern = _pattern(definition.get("pre_tokenizer") or {})
        ranks = _proven_ranks(definition["model"], merge) if pattern else None
        if not pattern or not ranks:
            return None
        encoder = cls(ranks, pattern, added)
        equal = all(encoder.encode(probe) in (None, original(probe)) for probe in _PROBES)
        return encoder if equal else None

    def encode(self, text: str) -> list[int] | None:
        """The ids of `text`, added tokens included; None for the few texts that need the original tokenizer.

        They hold a byte that the vocabulary lacks, which the original drops, or a block of 250,000 blanks.
        """
        blocks = range(0, len(text) - _SPACE_BLOCK + 1, _SPACE_BLOCK)
        if any(text[start : start + _SPACE_BLOCK].isspace() for start in blocks):
            return None
        ids: list[int] = []
        for piece in self._added.cut(text):
            if isinstance(piece, int):
                ids.append(piece)
            else:
                quick = self._ascii(piece)
                ids += self._bpe.encode_ordinary(piece) if quick is None else quick
        return ids if self._stand_ins.isdisjoint(ids) else None


def _pattern(pre_tokenizer: Mapping[str, Any]) -> str | None:
    """tiktoken's regex for a pre-tokenizer; None for kinds that are not known."""
    steps = pre_tokenizer["pretokenizers"] if pre_tokenizer.get("type") == "Sequence" else [pre_tokenizer]
    if not steps or steps[-1].get("type") != "ByteLevel" or steps[-1].get("add_prefix_space", True):
        return None
    gpt2 = steps[-1].get("use_regex", True)
    match steps[:-1]:
        case [] if gpt2:
            return _GPT2
        case [{"type": "Digits", "individual_digits": single}] if gpt2:
            return _GPT2_DIGITS % {"run": "" if single else "+"}
        case [{"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex": str(regex)}}]:
            return None if gpt2 or _UNUSUAL.search(regex.replace(_USUAL_LOOKAHEAD, "")) else regex
    return None


def _proven_ranks(model: Mapping[str, Any], merge: Encode) -> dict[bytes, int] | None:
    """The ids of all tokens that occur in text, by their bytes; None where the proof above fails."""
    if any(model.get(key) for key in ("dropout", "continuing_subword_prefix", "end_of_word_suffix")):
        return None
    vocab: Mapping[str, int] = model["vocab"]
    pairs = (pair.split(" ") if isinstance(pair, str) else pair for pair in model["merges"])
    if any(later < earlier for earlier, later in pairwise(vocab["".join(pair)] for pair in pairs)):
        return None
    ranks: dict[bytes, int] = {}
    for token, rank in vocab.items():
        if not _BYTES.keys() >= set(token):
            continue  # byte-level text never holds it
        parts = merge(token)
        if parts != [rank]:
            if not model.get("ignore_merges"):
                continue
            if len(parts) < 3:
                return None
        ranks[bytes(_BYTES[character] for character in token)] = rank
    return ranks


def _byte_table() -> dict[str, int]:
    """The byte for which each character stands in a byte-level vocabulary (GPT-2's bytes_to_unicode)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (byte for byte in range(256) if byte not in plain)
    return {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTES = _byte_table()
