"""A checkpoint directory in, the exact token counts of its server out; knows no server and no document."""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import tokenizers
from tokenizers.models import BPE, Model
from tokenizers.normalizers import NFC

from yarn_runtime.added_tokens import AddedTokens, Literals, Neutraliser
from yarn_runtime.byte_level import ByteLevelEncoder
from yarn_runtime.errors import TokenizerInvalid

# Special tokens that transformers takes from tokenizer_config.json where tokenizer.json lacks them.
_NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_NAMED_LISTS = ("additional_special_tokens", "extra_special_tokens")

_SURROGATE = re.compile("[\ud800-\udfff]")


class Tokenizer:
    """The tokenizer of one served model: tiktoken where that is proven equal, else `tokenizers`.

    Text counts as it stands inside a prompt: nothing is added around it, and added tokens in it are what the
    server makes of them. A lone surrogate, which no request can carry, counts as the U+FFFD that `neutralise`
    puts in its place.
    """

    exact: bool = True
    """Counts are the server's own, to the token."""

    def __init__(self, original: tokenizers.Tokenizer, fast: ByteLevelEncoder | None, neutralise: Neutraliser) -> None:
        self._original = original
        self._fast = fast
        self._neutralise = neutralise

    @classmethod
    def load(cls, directory: Path) -> "Tokenizer":
        """Read tokenizer.json, and tokenizer_config.json where there is one. Raises TokenizerInvalid."""
        definition = _read(directory / "tokenizer.json")
        configured = directory / "tokenizer_config.json"
        config = _read(configured) if configured.exists() else {}
        # `tokenizers` raises bare Exceptions, and damaged files come in every shape: hence all of them.
        try:
            original = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
            _add_configured(original, config)
            original.no_truncation()
            original.no_padding()
            return cls(original, *_derive(original, definition))
        except Exception as problem:
            raise TokenizerInvalid(
                f"The tokenizer in {directory} cannot be used: {problem!r}.",
                "Download or convert the checkpoint again.",
            ) from problem

    @property
    def kind(self) -> Literal["tiktoken", "tokenizers"]:
        """What counts: tiktoken where it is proven equal."""
        return "tiktoken" if self._fast else "tokenizers"

    def count(self, text: str) -> int:
        """Tokens of the text inside a prompt."""
        return len(self.encode(text))

    def encode(self, text: str) -> list[int]:
        """The ids of the text inside a prompt."""
        text = _well_formed(text)
        ids = self._fast.encode(text) if self._fast else None
        return _encode(self._original, text) if ids is None else ids

    def decode(self, ids: list[int]) -> str:
        """The text of the ids, added tokens included."""
        return self._original.decode(ids, skip_special_tokens=False)

    def neutralise(self, text: str) -> str:
        """The text without added tokens and lone surrogates, fit to be sent; the same object if it is so."""
        return self._neutralise(_well_formed(text))


class EstimatedTokenizer:
    """Stands in where no model is known yet: a guess from characters, no added tokens.

    Measured with Qwen3, in characters a token: 3.5 English PDF text, 4.2 code, 3.8 German, 3.1 Russian,
    2.3 Czech, 1.5 Chinese, Japanese, Korean and Thai, 1.2 Hindi and Greek. A vocabulary made for English
    alone needs up to three times as many tokens.
    """

    exact: bool = False

    def count(self, text: str) -> int:
        """About as many tokens as a multilingual model would make."""
        ascii_characters = len(text.encode("ascii", "ignore"))
        return math.ceil(ascii_characters / 3.5 + (len(text) - ascii_characters) / 1.5)

    def neutralise(self, text: str) -> str:
        """The text, fit for UTF-8: with no model there are no control tokens to break."""
        return _well_formed(text)


def _read(path: Path) -> dict[str, Any]:
    hint = "A checkpoint directory holds tokenizer.json; transformers writes it with save_pretrained()."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise TokenizerInvalid(f"{path} cannot be read: {problem.strerror}.", hint) from problem
    except ValueError as problem:
        raise TokenizerInvalid(f"{path} is no JSON: {problem}.", hint) from problem
    if not isinstance(content, dict):
        raise TokenizerInvalid(f"{path} holds no JSON object.", hint)
    return content


def _add_configured(original: tokenizers.Tokenizer, config: Mapping[str, Any]) -> None:
    """Add what only tokenizer_config.json declares, in transformers' order (TokenizersBackend.__init__)."""
    declared = config.get("added_tokens_decoder", {})
    flags = ("single_word", "lstrip", "rstrip", "normalized", "special")
    tokens = [
        tokenizers.AddedToken(token["content"], **{flag: token[flag] for flag in flags if flag in token})
        for token in (declared[key] for key in sorted(declared, key=int))
    ]
    named = [config.get(name) for name in _NAMED]
    for name in _NAMED_LISTS:
        several = config.get(name) or ()
        named += several.values() if isinstance(several, dict) else several
    contents = [token["content"] if isinstance(token, dict) else token for token in named if token]
    tokens += [tokenizers.AddedToken(content, special=True, normalized=False) for content in contents]
    known = {token.content for token in original.get_added_tokens_decoder().values()}
    for token in tokens:
        if token.content not in known:
            known.add(token.content)
            (original.add_special_tokens if token.special else original.add_tokens)([token])


def _derive(
    original: tokenizers.Tokenizer, definition: Mapping[str, Any]
) -> tuple[ByteLevelEncoder | None, Neutraliser]:
    """The fast encoder, if one equals the original, and the neutraliser, tried on the original."""
    normalise = _normaliser(original)
    tokens = original.get_added_tokens_decoder()
    added = AddedTokens(
        Literals({token.content: i for i, token in tokens.items() if not token.normalized}),
        Literals({normalise(token.content): i for i, token in tokens.items() if token.normalized}),
        normalise,
    )

    def encode(text: str) -> list[int]:
        return _encode(original, text)

    neutralise = Neutraliser(added, encode)
    greedy = any(token.lstrip or token.rstrip or token.single_word for token in tokens.values())
    if not isinstance(original.normalizer, NFC | None) or not isinstance(original.model, BPE) or greedy:
        return None, neutralise
    merging = _merging(original.model, definition)
    fast = ByteLevelEncoder.build(
        definition, added, encode, lambda piece: [token.id for token in merging.tokenize(piece)]
    )
    return fast, neutralise


def _merging(model: BPE, definition: Mapping[str, Any]) -> Model:
    """The model by its merges alone."""
    if not model.ignore_merges:
        return model
    alone = {**definition, "model": {**definition["model"], "ignore_merges": False}}
    merging: Model = tokenizers.Tokenizer.from_str(json.dumps(alone)).model
    return merging


def _normaliser(original: tokenizers.Tokenizer) -> Callable[[str], str]:
    """The tokenizer's normaliser as a function.

    NFC must be the library's own: its Unicode tables are older than Python's and leave 98 marks unordered.
    What Python finds to be NFC already is so under older tables, too.
    """
    normaliser = original.normalizer
    if normaliser is None:
        return lambda text: text
    normalise: Callable[[str], str] = normaliser.normalize_str
    if not isinstance(normaliser, NFC):
        return normalise
    return lambda text: text if unicodedata.is_normalized("NFC", text) else normalise(text)


def _encode(original: tokenizers.Tokenizer, text: str) -> list[int]:
    # The fast variant leaves out the offsets, which takes half of the time.
    encoding = original.encode_batch_fast([text], add_special_tokens=False)[0]
    return list(encoding.ids)


def _well_formed(text: str) -> str:
    """The text as UTF-8 can carry it: surrogate pairs joined, lone ones U+FFFD; itself if it is fit."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
