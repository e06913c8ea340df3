"""HTML in, its text as Markdown out, what a browser would not show set apart. The one user of selectolax."""

from __future__ import annotations

import re
from typing import Any

from ingest.chapter import Chapter, Converted
from ingest.decode import decode
from ingest.markdown import heading, table

_NOT_TEXT = {"script", "style", "template", "noscript", "head", "iframe", "object", "svg", "math", "datalist"}
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|footer|form|header"
    r"|h[1-6r]|html|li|main|nav|[ou]l|p|pre|section|summary|table|tbody|tr"
)
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*(?:\.0+)?\s*(?:[;!}]|$)"
    r"|font-size\s*:\s*0*(?:\.\d+)?(?:px|pt|r?em|%)?\s*(?:[;!}]|$)|(?<![-\w])color\s*:\s*transparent"
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{4,}|clip\s*:\s*rect\(\s*0|(?<![-\w])(?:height|width)\s*:\s*0(?:px)?\s*(?:[;!}]|$)",
    re.I,
)
_WHITE = re.compile(
    r"(?<![-\w])color\s*:\s*(?:white|#f{3}(?:f{3})?\b|rgba?\(\s*25[0-5]\s*,\s*25[0-5]\s*,\s*25[0-5])", re.I
)
_BACKGROUND = re.compile(r"background", re.I)
_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_EMPTY_XML = re.compile(r"<(title|script|style|a|div|span|p|td|i|b|em)((?:\s[^<>]*)?)/>", re.I)
_DEPTH_MOST = 400


def convert(data: bytes) -> Converted:
    """One chapter, labelled 1."""
    text, hidden, metadata = read_html(data)
    return Converted((Chapter("1", text, hidden),), metadata)


def read_html(data: bytes) -> tuple[str, tuple[tuple[str, str], ...], dict[str, str]]:
    """The text as Markdown, the hidden texts with how they are hidden, and the title. Nothing is fetched or run."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_EMPTY_XML.sub(r"<\1\2></\1>", decode(data) or ""))
    reader = _Reader(_unseen(tree))
    if tree.body is not None:
        reader.read(tree.body, 0)
    title = tree.css_first("title")
    found = " ".join(title.text().split()) if title is not None else ""
    return reader.text(), tuple(reader.hidden), {"Title": found} if found else {}


def _unseen(tree: Any) -> dict[int, str]:
    """The elements that style sheets hide, by their identity."""
    found: dict[int, str] = {}
    for sheet in tree.css("style"):
        for selectors, rules in _RULE.findall(_COMMENT.sub("", sheet.text())):
            how = _how(rules)
            if not how:
                continue
            try:
                found |= {node.mem_id: how for node in tree.css(selectors.strip())}
            except ValueError:
                continue  # a selector that the library does not know, such as :hover
    return found


def _how(rules: str) -> str:
    if _INVISIBLE.search(rules):
        return "not displayed"
    return "in the colour of its background" if _WHITE.search(rules) and not _BACKGROUND.search(rules) else ""


class _Reader:
    def __init__(self, unseen: dict[int, str]) -> None:
        self._unseen = unseen
        self._parts: list[str] = []
        self.hidden: list[tuple[str, str]] = []

    def text(self) -> str:
        """All that was read, blocks parted by empty lines."""
        text = "".join(self._parts)
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]*\n[^\S\n]*(?=\n)", "\n", text)).strip()

    def read(self, node: Any, depth: int) -> None:
        """Add what the element shows."""
        if depth > _DEPTH_MOST:
            self.hidden.append((_plain(node), "nested too deep to be checked"))
            return
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                self._words(child.text(deep=False))
            elif child.tag not in _NOT_TEXT and child.tag != "-comment":
                self._element(child, depth)

    def _element(self, node: Any, depth: int) -> None:
        how = self._unseen.get(node.mem_id) or self._hidden_by_itself(node)
        if how:
            if text := _plain(node):
                self.hidden.append((text, how))
        elif node.tag == "br":
            self._parts.append("\n")
        elif node.tag == "pre":
            self._parts.append(f"\n\n```\n{node.text().strip(chr(10))}\n```\n\n")
        elif node.tag == "table" and node.css_first("table table") is None and not self._has_hidden(node):
            rows = [[_plain(cell) for cell in row.css("th, td")] for row in node.css("tr")]
            self._parts.append(f"\n\n{table([row for row in rows if row]) if any(rows) else ''}\n\n")
        elif node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            inner = _Reader(self._unseen)
            inner.read(node, depth + 1)
            self.hidden += inner.hidden
            self._parts.append(f"\n\n{heading(' '.join(inner.text().split()), int(node.tag[1]))}\n\n")
        elif node.tag == "li":
            self._parts.append("\n- ")
            self.read(node, depth + 1)
        elif node.tag == "img":
            if alt := (node.attributes.get("alt") or "").strip():
                self._words(f" [Picture: {alt}] ")
        else:
            edge = "\n\n" if _BLOCK.fullmatch(node.tag) else ""
            self._parts.append(edge)
            self.read(node, depth + 1)
            self._parts.append(edge)

    def _has_hidden(self, node: Any) -> bool:
        return any(self._unseen.get(inner.mem_id) or self._hidden_by_itself(inner) for inner in node.css("*"))

    def _hidden_by_itself(self, node: Any) -> str:
        given = node.attributes
        if "hidden" in given or (node.tag == "input" and given.get("type") == "hidden"):
            return "not displayed"
        if node.tag == "font" and (given.get("color") or "").lower() in ("white", "#ffffff", "#fff"):
            return "in the colour of its background"
        return _how(given.get("style") or "")

    def _words(self, text: str) -> None:
        words = re.sub(r"\s+", " ", text)
        if words != " " or (self._parts and not self._parts[-1].endswith(("\n", " "))):
            self._parts.append(words.lstrip() if self._parts and self._parts[-1].endswith(("\n", " ")) else words)


def _plain(node: Any) -> str:
    return " ".join(node.text(separator=" ").split())
