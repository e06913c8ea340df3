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
)
# PEP 263, the modelines of Emacs and Vim, XML declarations and HTML <meta charset> in one.
_DECLARED = re.compile(rb"(?:coding|charset)[:=]\s*[\"']?([A-Za-z][-\w.]*)")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n?|\x0c(?=\n)")


def decode(data: bytes) -> str | None:
    """The text of `data` with "\\n" line ends and no control characters but tab; None where it is binary."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :] if encoding == "utf-8" else data, encoding)
    if b"\0" in data[:BINARY_PROBE]:
        wide = _unmarked_utf16(data[:BINARY_PROBE])
        return _decoded(data, wide) if wide else None
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
    """UTF-16 without a byte order mark, told by where the zero bytes of its ASCII characters stand."""
    half = len(probe) // 2 or 1
    low, high = probe[1::2].count(0), probe[0::2].count(0)
    if low > 0.3 * half and high < 0.02 * half:
        return "utf-16-le"
    if high > 0.3 * half and low < 0.02 * half:
        return "utf-16-be"
    return None


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
    return best.encoding if best else "cp1252"
