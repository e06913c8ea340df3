"""A document in, the headings that each of its spans stands under out; ranks nothing."""

from collections.abc import Iterator

from assistant.fold import fold
from ingest import Document, OutlineItem, Page


def sections(document: Document) -> list[str]:
    """For every span, in reading order, the path of its headings from the outside in; of code the words of the path.

    An outline names only pages, so a heading holds from the span of its page in which its words stand, or from the top
    of the page where they stand in none.
    """
    if document.kind == "code":
        return [page.label.replace("/", " ").replace(".", " ") for page in document.pages for _ in page.spans]
    items: dict[int, list[OutlineItem]] = {}
    for item in document.outline:
        if item.page is not None:
            items.setdefault(item.page, []).append(item)
    open_now: dict[int, str] = {}
    return [path for page in document.pages for path in _of_page(page, items.get(page.number, []), open_now)]


def _of_page(page: Page, items: list[OutlineItem], open_now: dict[int, str]) -> Iterator[str]:
    """The paths of one page's spans; `open_now` holds the headings in force by level, and is carried on."""
    waiting: list[tuple[str, OutlineItem]] = []
    texts = [fold(span.text) for span in page.spans] if items else []
    for item in items:
        words = fold(item.title.lstrip("0123456789. "))
        if any(words in text for text in texts):
            waiting.append((words, item))
        else:
            _open(open_now, item)
    for number in range(len(page.spans)):
        while waiting and waiting[0][0] in texts[number]:
            _open(open_now, waiting.pop(0)[1])
        yield " / ".join(open_now[level] for level in sorted(open_now))
    for _, item in waiting:
        _open(open_now, item)


def _open(open_now: dict[int, str], item: OutlineItem) -> None:
    for level in [level for level in open_now if level >= item.level]:
        del open_now[level]
    open_now[item.level] = item.title
