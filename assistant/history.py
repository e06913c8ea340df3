"""A library and a conversation in, that conversation renamed, shortened or found out; part of what knows SQL."""

from assistant import answer_rows
from assistant.library import Library
from assistant.listed import Conversation
from assistant.store import forget_runs
from assistant.terms import asked


def rename(library: Library, wanted: str, title: str) -> Conversation:
    """Call a conversation otherwise; a title of blanks changes nothing. Raises ConversationMissing."""
    conversation = library.conversation(wanted)
    named = " ".join(title.split())[:200]
    if named:
        with library.store.writing():
            library.store.db.execute("UPDATE conversations SET title = ? WHERE id = ?", [named, conversation.id])
    return library.conversation(conversation.id)


def undo(library: Library, conversation: str, kept: int) -> None:
    """Delete the answers of a conversation after the first `kept`, and the conversation if none is left."""
    with library.store.guarded():
        with library.store.writing():
            answer_rows.forget_after(library.store, conversation, kept)
            library.store.db.execute(
                "DELETE FROM conversations WHERE id = ? AND id NOT IN (SELECT conversation_id FROM answers)",
                [conversation],
            )
        forget_runs(library.folder)
        library.store.overwrite_deleted()


def find_conversations(library: Library, words: str) -> list[Conversation]:
    """Those whose title, questions or answers hold every word, or words that begin so; the newest first."""
    wanted = asked(words)
    match = " AND ".join('"' + term.replace('"', '""') + '"*' for term in wanted)
    like = "%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    with library.store.guarded():
        found = library.store.db.query(
            f"""
            SELECT id, title, started FROM conversations
            WHERE title LIKE ? ESCAPE '\\' {"OR id IN (" + _ANSWERED + ")" if match else ""}
            ORDER BY started DESC, rowid DESC
            """,
            [like, match] if match else [like],
        )
        return [Conversation(**row) for row in found]


_ANSWERED = """
SELECT conversation_id FROM answer_terms JOIN answers ON answers.id = answer_terms.rowid WHERE answer_terms MATCH ?
"""
