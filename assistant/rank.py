"""A question and passages in, the passages' order by nearness out; knows no document and no model.

BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", eq. 3.15) with k1 = 1.2, b = 0.75.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

K1 = 1.2
B = 0.75

# Words of letters and digits; a CJK character is a word of its own; snake_case and camelCase also count by their parts.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words(text: str) -> list[str]:
    """The lower-cased words of a text, compatibility forms folded (NFKC), plural endings cut."""
    folded = unicodedata.normalize("NFKC", text)
    found: list[str] = []
    for word in _WORD.findall(folded):
        parts = _HUMP.split(word)
        found.extend(_stem(part.lower()) for part in ([word, *parts] if len(parts) > 1 else [word]))
    return found


def rank(question: str, passages: Sequence[str]) -> list[int]:
    """Indices of all passages, the nearest first; equal ones in reading order."""
    counts = [Counter(words(passage)) for passage in passages]
    lengths = [sum(count.values()) for count in counts]
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    containing = Counter(word for count in counts for word in count)
    asked = set(words(question))

    def score(index: int) -> float:
        count = counts[index]
        norm = K1 * (1 - B + B * lengths[index] / average)
        return sum(
            math.log(1 + (len(counts) - containing[word] + 0.5) / (containing[word] + 0.5))
            * (count[word] * (K1 + 1) / (count[word] + norm))
            for word in asked
            if count[word]
        )

    scores = [score(index) for index in range(len(counts))]
    return sorted(range(len(counts)), key=lambda index: (-scores[index], index))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
