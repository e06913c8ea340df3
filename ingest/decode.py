"""Bytes in whatever encoding in, text out, or word that it is none. The one user of charset-normalizer."""

from __future__ import annotations

import codecs
import re

BINARY_PROBE = 8192
_GUESS_PROBE = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_KEEP_MARK = ("utf-8", "gb18030")
"""Decoders that take the mark for a character."""
# PEP 263, the modelines of Emacs and Vim, XML declarations and HTML <meta charset> in one.
_DECLARED = re.compile(rb"(?:coding|charset)[:=]\s*[\"']?([A-Za-z][-\w.]*)")
_COMMON = " \n\t.,eia\u3002\uff0c\u3001\u3000"
_LATIN = re.compile(
    r"cp125[02478]|cp(?:437|85\d|86\d|1026|500|1140)|iso8859_(?:[123479]|1[03456])$|latin_1|mac_|hp_roman8"
)
# Letters and signs of French, German, Spanish, Italian, Dutch and the Nordic languages. The Central European and
# Turkish encodings have others in most of their places.
_WESTERN = frozenset("àâäáãçéèêëîïíñôöóùûüúßåæøœÀÂÄÁÇÉÈÊËÎÏÍÑÔÖÓÙÛÜÚÅÆØŒ«»–—’‘“”„…€£§°·\xa0©®")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n?|\x0c(?=\n)")


def decode(data: bytes) -> str | None:
    """The text of `data` with "\\n" line ends and no control characters but tab; None where it is binary."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :] if encoding in _KEEP_MARK else data, encoding)
    if b"\0" in data[:BINARY_PROBE]:
        wide = _unmarked_utf16(data[:BINARY_PROBE])
        return _decoded(data, wide) if wide else None
    if b"\x1b$" in data[:BINARY_PROBE]:  # the shift to Japanese in mail and old files
        return _decoded(data, "iso2022_jp")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, _guess(data))
    return clean(text)


def _decoded(data: bytes, encoding: str) -> str | None:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd") + len(_UNWANTED.findall(text.replace("\r", "").replace("\x0c", "")))
    # Measured on images, archives and object files: more than one in fifty. Damaged text stays far below.
    return None if broken > max(1, len(text) // 50) else clean(text)


def clean(text: str) -> str:
    """The text with "\\n" line ends and without control characters other than tab and "\\n"."""
    if "\r" in text or "\x0c" in text:
        text = _NEWLINES.sub(lambda match: "\n" if match[0][0] == "\r" else "", text)
    return _UNWANTED.sub("", text)


def _unmarked_utf16(probe: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by its spaces, line ends and full stops: of every such character
    one byte is the same everywhere, and the other order makes rare ones of them."""
    probe = probe[: len(probe) // 2 * 2]
    found = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = probe.decode(encoding, errors="replace")
        if text.count("\ufffd") > 2 or "\0" in text:
            continue
        found[encoding] = sum(map(text.count, _COMMON)) / max(1, len(text))
    best = max(found, key=lambda encoding: found[encoding], default=None)
    return best if best and found[best] >= 0.02 and found[best] > 10 * (sum(found.values()) - found[best]) else None


def _guess(data: bytes) -> str:
    declared = _DECLARED.search(data, 0, 300)
    if declared:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            if name != "utf-8":
                data.decode(name)
                return name
        except (LookupError, UnicodeDecodeError):
            pass  # a false declaration is worth no more than none
    if sum(byte > 127 for byte in data[:_GUESS_PROBE]) < 16:
        return "cp1252"  # too little to guess from; the commonest of all by far
    # Imported here: it takes longer to load than most folders take to read, and few need it.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_GUESS_PROBE]).best()
    return "cp1252" if best is None or _is_western(data[:_GUESS_PROBE], best.encoding) else best.encoding


def _is_western(probe: bytes, guess: str) -> bool:
    """Whether a guess at an encoding of Latin letters should be the commonest one: its letters tell."""
    if not _LATIN.match(guess):
        return False
    try:
        special = [char for char in probe.decode("cp1252") if char > "\x7f"]
    except UnicodeDecodeError:
        return False
    letters = _WESTERN | set("õÕ") if "ã" in special else _WESTERN  # õ alone is the Hungarian ő, misread
    return sum(char in letters for char in special) >= 0.95 * len(special)
