"""Text in, the server's own token count out, where the model's tokenizer file is not on this machine."""

import re
from functools import lru_cache

from yarn_runtime.client import EngineClient

_WORD_JOINER = "\u2060"
# The server does not list its control tokens, so everything that looks like one of a known family is broken:
# <|im_end|>, <s>, </s>, <think>, <start_of_turn>, <｜User｜>, [INST], [/INST], <<SYS>>, [gMASK] ...
_CONTROL_LIKE = re.compile(r"<(?=[|｜]?/?[A-Za-z_▁][\w▁ .:-]{0,40}[|｜]?>)|<(?=</?SYS>>)|\[(?=/?[A-Za-z_]{2,24}\])")


class RemoteTokenizer:
    """Counts by asking the engine; control tokens are recognised by their shape."""

    exact = True

    def __init__(self, client: EngineClient, model: str) -> None:
        self._client = client
        self._model = model
        self._count = lru_cache(maxsize=4096)(self._ask)

    def count(self, text: str) -> int:
        """Tokens of bare text."""
        return self._count(text)

    def neutralise(self, text: str) -> str:
        """Break whatever looks like a control token, by a word joiner after its first character."""
        return _CONTROL_LIKE.sub(lambda match: match.group() + _WORD_JOINER, text)

    def _ask(self, text: str) -> int:
        return len(self._client.tokenize(self._model, text)) if text else 0
