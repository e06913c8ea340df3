"""An EPUB file in, its chapters out: a zip with a package file that names HTML files in their order."""

from __future__ import annotations

import posixpath
import zipfile
from urllib.parse import unquote

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.web_page import read_html
from ingest.xml_file import ParseError, parsed
from ingest.zipped import opened

_CONTAINER = "META-INF/container.xml"
_CHAPTERS_MOST = 5000


def convert(data: bytes) -> Converted:
    """One chapter for each file of the reading order, labelled with its title; others are left out, as readers do."""
    with opened(data) as file:
        try:
            root = parsed(file.read(_CONTAINER))
            package = next(node.attrib["full-path"] for node in root.iter() if _name(node.tag) == "rootfile")
            book = parsed(file.read(package))
            items = {node.attrib["id"]: node.attrib["href"] for node in book.iter() if _name(node.tag) == "item"}
            order = [items[node.attrib["idref"]] for node in book.iter() if _name(node.tag) == "itemref"]
            folder = posixpath.dirname(package)
            chapters = [_chapter(file, folder, href, n) for n, href in enumerate(order[:_CHAPTERS_MOST], 1)]
        except (KeyError, StopIteration, ParseError, zipfile.BadZipFile, ValueError, RuntimeError) as error:
            raise Unconvertible(f"{type(error).__name__}: {error}") from error
        names = {"title": "Title", "creator": "Author", "language": "Language", "publisher": "Publisher"}
        found = {
            names[name]: node.text.strip() for node in book.iter() if (name := _name(node.tag)) in names and node.text
        }
    return Converted(tuple(chapter for chapter in chapters if chapter.text or chapter.hidden), found)


def _chapter(file: zipfile.ZipFile, folder: str, href: str, number: int) -> Chapter:
    # A name inside of the zip, never a path on the disk.
    text, hidden, metadata = read_html(file.read(posixpath.normpath(posixpath.join(folder, unquote(href)))))
    first = text.partition("\n")[0].lstrip("# ") if text.startswith("#") else ""
    return Chapter(first[:80] or metadata.get("Title", "")[:80] or str(number), text, hidden)


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
