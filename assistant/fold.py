"""Text in, what is compared out: the fold under which a quote and its page agree best.

NFKC, hyphens at line ends mended, lower case, letters and digits only: what PDF readers disagree on, they
disagree on in spaces, hyphens and signs.
"""

import re
import unicodedata

_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe\x02]\s*\n\s*(?=\w)")


def fold(text: str) -> str:
    """Letters and digits of a text, lower-cased, in compatibility form."""
    mended = _LINE_END_HYPHEN.sub("", text)
    return "".join(character for character in unicodedata.normalize("NFKC", mended).casefold() if character.isalnum())
