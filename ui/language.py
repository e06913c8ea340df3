"""What a browser says of itself in, the words of its language out: the one chosen on the page, else its own."""

from collections.abc import Mapping

from ui.words import ENGLISH, Words
from ui.words_zh import CHINESE

COOKIE = "unspool-language"
LANGUAGES: Mapping[str, Words] = {words.language: words for words in (ENGLISH, CHINESE)}


def words_of(cookies: Mapping[str, str], accepted: str) -> Words:
    """`accepted` is the header Accept-Language; its first language counts, as in the browser."""
    wanted = cookies.get(COOKIE) or accepted.split(",")[0].strip()
    return LANGUAGES.get(wanted.partition("-")[0].lower(), ENGLISH)
