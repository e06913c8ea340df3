"""Every word that the page says in Chinese (simplified); knows no layout."""

from ui.words import Words


class Chinese(Words):
    """The same words as in English."""

    language = "zh"


CHINESE = Chinese()
