"""The library's tables as an append-only list of migrations; part of the one place that knows SQL."""

from sqlite_utils import Database, Migrations

migrations = Migrations("unspool")


@migrations()
def m001_create_documents(db: Database) -> None:
    """Documents, their pages and spans, as `ingest` read them."""
    db.executescript("""
        CREATE TABLE documents (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, reader TEXT NOT NULL,
            path TEXT NOT NULL, file TEXT, outline TEXT NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL,
            skipped TEXT NOT NULL, hidden TEXT NOT NULL, secrets TEXT NOT NULL,
            added TEXT NOT NULL
        ) STRICT;
        CREATE TABLE pages (
            document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, number INTEGER NOT NULL,
            label TEXT NOT NULL, text TEXT NOT NULL, warnings TEXT NOT NULL, margins TEXT NOT NULL,
            width REAL NOT NULL, height REAL NOT NULL,
            PRIMARY KEY (document_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE spans (
            document_id TEXT NOT NULL, page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
            boxes TEXT NOT NULL, PRIMARY KEY (document_id, page, start),
            FOREIGN KEY (document_id, page) REFERENCES pages(document_id, number) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
    """)


@migrations()
def m002_create_conversations(db: Database) -> None:
    """Conversations and their answers, each with its citations, ledger and steps as JSON."""
    db.executescript("""
        CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, started TEXT NOT NULL) STRICT;
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
            question TEXT NOT NULL, answer TEXT NOT NULL, statements TEXT NOT NULL, coverage TEXT NOT NULL,
            steps TEXT NOT NULL, model TEXT NOT NULL, asked TEXT NOT NULL
        ) STRICT;
        CREATE INDEX answers_by_conversation ON answers(conversation_id, id);
    """)


@migrations()
def m003_add_text_recognition(db: Database) -> None:
    """Whether a page's text was recognised on its picture, and how sure the recognition is of each span."""
    db.executescript("""
        ALTER TABLE pages ADD COLUMN source TEXT NOT NULL DEFAULT 'text';
        ALTER TABLE spans ADD COLUMN confidence REAL;
    """)


@migrations()
def m004_add_annotations(db: Database) -> None:
    """What people wrote onto the pages of a PDF, as JSON."""
    db.execute("ALTER TABLE documents ADD COLUMN annotations TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m005_create_search_indexes(db: Database) -> None:
    """What search has worked out of a document, by kind and version; can be made again at any time."""
    db.execute("""
        CREATE TABLE search_indexes (
            document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, kind TEXT NOT NULL,
            data BLOB NOT NULL, PRIMARY KEY (document_id, kind)
        ) STRICT
    """)


@migrations()
def m006_create_facts(db: Database) -> None:
    """What is fixed for this library: its seal, a line that no document can know."""
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    db.execute("INSERT INTO facts VALUES ('seal', 'documents ' || lower(hex(randomblob(8))))")


@migrations()
def m007_index_documents_by_content(db: Database) -> None:
    """So that a file that is known is found by its bytes at once."""
    db.execute("CREATE INDEX documents_by_content ON documents (sha256, name)")
