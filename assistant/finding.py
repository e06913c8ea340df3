"""Words and a library in, the pages and old answers that hold them out, the best first; asks no model."""

from dataclasses import dataclass

from assistant.library import Library
from assistant.terms import asked, terms

MOST = 20
"""Of each, pages and answers."""

_AROUND = 80
"""Characters shown on either side of the first word that is found."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page that holds the words."""

    document_id: str
    document: str
    page: int
    label: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An old answer whose question or text holds the words."""

    conversation_id: str
    question: str
    asked: str
    excerpt: str


def find(library: Library, words: str) -> tuple[list[FoundPage], list[FoundAnswer]]:
    """Pages and answers that hold every word, by FTS5's BM25. Raises LibraryDamaged."""
    wanted = asked(words)
    if not wanted:
        return [], []
    match = " AND ".join('"' + term.replace('"', '""') + '"' for term in wanted)
    with library.store.guarded():
        pages = list(
            library.store.db.query(
                """
                SELECT documents.id, name, number, label, text FROM page_terms
                JOIN documents ON documents.id = page_terms.document_id
                JOIN pages ON pages.document_id = documents.id AND number = page
                WHERE page_terms MATCH ? ORDER BY bm25(page_terms) LIMIT ?
                """,
                [match, MOST],
            )
        )
        answers = list(
            library.store.db.query(
                """
                SELECT conversation_id, question, answer, asked FROM answer_terms
                JOIN answers ON answers.id = answer_terms.rowid
                WHERE answer_terms MATCH ? ORDER BY bm25(answer_terms) LIMIT ?
                """,
                [match, MOST],
            )
        )
    return (
        [FoundPage(r["id"], r["name"], r["number"], r["label"], _excerpt(r["text"], wanted)) for r in pages],
        [FoundAnswer(r["conversation_id"], r["question"], r["asked"], _excerpt(r["answer"], wanted)) for r in answers],
    )


def _excerpt(text: str, wanted: list[str]) -> str:
    """What stands around the first wanted word."""
    sought = set(wanted)
    at, place = 0, 0
    for word in text.split():
        place = text.index(word, place)
        if sought & set(terms(word)):
            at = place
            break
    start, end = max(0, at - _AROUND), min(len(text), at + _AROUND)
    shown = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}"
