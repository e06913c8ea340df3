"""A library in, whatever in it does not agree with itself out: every hash, span and citation is derived again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.library import Library
from ingest import Document


def verify(library: Library) -> list[str]:
    """One sentence for each disagreement; none if the library is whole. Raises LibraryDamaged if it cannot be read."""
    faults = library.store.faults()
    documents = {item.id: library.document(item.id) for item in library.documents()}
    for document in documents.values():
        faults.extend(_of_document(library, document))
    for conversation in library.conversations():
        for answer in library.answers(conversation.id):
            faults.extend(_of_answer(answer["question"], answer["statements"], documents))
    faults.extend(_of_search(library, documents))
    return faults


def _of_document(library: Library, document: Document) -> Iterator[str]:
    file = library.file(document.id)
    if file is not None and not file.is_file():
        yield f"{document.name}: its copy {file.name} is gone."
    elif file is not None and hashlib.sha256(file.read_bytes()).hexdigest() != document.sha256:
        yield f"{document.name}: its copy {file.name} is not the file that was read."
    for number, page in enumerate(document.pages, 1):
        if page.number != number:
            yield f"{document.name}: page {number} is missing."
            return
        end = 0
        for span in page.spans:
            if not end <= span.start < span.end <= len(page.text):
                yield f"{document.name}, page {number}: the span at {span.start} does not lie on the page."
            end = span.end


def _of_answer(
    question: str, statements: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]
) -> Iterator[str]:
    for citation in (citation for statement in statements for citation in statement["citations"]):
        page = citation["page"]
        where = f"The answer to “{question}” cites {citation['document']}, page {page}"
        document = documents.get(citation["document_id"])
        if document is None:
            yield f"{where}, which is not in the library."
        elif not 1 <= page <= len(document.pages):
            yield f"{where}, which it does not have."
        elif document.page(page).text[citation["start"] : citation["end"]] != citation["text"]:
            yield f"{where}, where something else stands now."


def _of_search(library: Library, documents: dict[str, Document]) -> Iterator[str]:
    with library.store.guarded():
        found = library.store.db.query("SELECT document_id, count(*) AS pages FROM page_terms GROUP BY document_id")
        indexed = {row["document_id"]: row["pages"] for row in found}
    for document in documents.values():
        if indexed.pop(document.id, 0) != len(document.pages):
            yield f"{document.name}: not all of its pages can be searched."
    for unknown in indexed:
        yield f"The search still holds {unknown[:12]}, which is not in the library."
