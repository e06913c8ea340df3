"""An answer in, its rows in the store; part of the place that knows SQL, always within a transaction."""

import json

from assistant import rows
from assistant.answer import Answer
from assistant.schema import cited, joined
from assistant.store import Store


def insert(store: Store, conversation: str, answer: Answer, model: str, asked: str) -> int:
    """The answer with its citations, ledger and steps, and its words for search; gives its id."""
    value = answer.to_json()
    row = {
        "conversation_id": conversation,
        "question": answer.question,
        "answer": answer.text,
        **{name: json.dumps(value[name], ensure_ascii=False) for name in rows.JSON_OF_ANSWERS},
        "task": answer.task,
        "model": model,
        "asked": asked,
        "layout": json.dumps(answer.layout.to_json()),
    }
    key = store.db.table("answers").insert(row).last_pk
    text = joined(f"{answer.question} {answer.text}")
    store.db.execute("INSERT INTO answer_terms (rowid, terms) VALUES (?, ?)", [key, text])
    for document_id in cited(value["statements"]):
        store.db.execute("INSERT INTO citations VALUES (?, ?)", [key, document_id])
    return int(str(key))


def forget_after(store: Store, conversation: str, kept: int) -> None:
    """Delete the answers of a conversation after the first `kept`."""
    store.db.execute(
        "DELETE FROM answers WHERE id IN"
        " (SELECT id FROM answers WHERE conversation_id = ? ORDER BY id LIMIT -1 OFFSET ?)",
        [conversation, kept],
    )
