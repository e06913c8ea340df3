"""The library's tables as an append-only list of migrations; part of the one place that knows SQL."""

import json

from sqlite_utils import Database, Migrations

from assistant.terms import terms

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


@migrations()
def m008_create_word_search(db: Database) -> None:
    """Full-text search over pages and answers; what is indexed are the terms of a text, so Chinese is found, too."""
    db.executescript("""
        CREATE VIRTUAL TABLE page_terms USING fts5(document_id UNINDEXED, page UNINDEXED, terms);
        CREATE VIRTUAL TABLE answer_terms USING fts5(terms);
        CREATE TRIGGER documents_forget_terms AFTER DELETE ON documents BEGIN
            DELETE FROM page_terms WHERE document_id = old.id;
        END;
        CREATE TRIGGER answers_forget_terms AFTER DELETE ON answers BEGIN
            DELETE FROM answer_terms WHERE rowid = old.id;
        END;
    """)
    for page in list(db.query("SELECT document_id, number, text FROM pages")):
        db.execute(
            "INSERT INTO page_terms VALUES (?, ?, ?)", [page["document_id"], page["number"], joined(page["text"])]
        )
    for row in list(db.query("SELECT id, question, answer FROM answers")):
        text = joined(f"{row['question']} {row['answer']}")
        db.execute("INSERT INTO answer_terms (rowid, terms) VALUES (?, ?)", [row["id"], text])


@migrations()
def m009_name_documents_of_answers(db: Database) -> None:
    """Which documents an answer cites, so that deleting one deletes what was quoted of it."""
    db.executescript("""
        CREATE TABLE citations (
            answer_id INTEGER NOT NULL REFERENCES answers(id) ON DELETE CASCADE, document_id TEXT NOT NULL,
            PRIMARY KEY (answer_id, document_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX citations_by_document ON citations(document_id);
    """)
    for row in list(db.query("SELECT id, statements FROM answers")):
        for document_id in cited(json.loads(row["statements"])):
            db.execute("INSERT INTO citations VALUES (?, ?)", [row["id"], document_id])


@migrations()
def m010_keep_tasks(db: Database) -> None:
    """What an answer is of, with its sections; and the replies of tasks that are not over, to go on with."""
    db.executescript("""
        ALTER TABLE answers ADD COLUMN task TEXT NOT NULL DEFAULT 'ask';
        ALTER TABLE answers ADD COLUMN sections TEXT NOT NULL DEFAULT '[]';
        CREATE TABLE replies (
            key TEXT PRIMARY KEY, run TEXT NOT NULL, reply TEXT NOT NULL, step TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX replies_by_run ON replies(run);
    """)


@migrations()
def m011_keep_layouts(db: Database) -> None:
    """What stood where in the prompt of an answer, so that the next one can begin alike."""
    db.execute("ALTER TABLE answers ADD COLUMN layout TEXT")


@migrations()
def m012_keep_spans_with_their_pages(db: Database) -> None:
    """The spans of a page as one JSON value: twenty thousand rows took ten times as long to load as their pages."""
    db.executescript("""
        ALTER TABLE pages ADD COLUMN spans BLOB NOT NULL DEFAULT x'5b5d';
        UPDATE pages SET spans = (
            SELECT CAST(json_group_array(json_array(start, "end", json(boxes), confidence)) AS BLOB) FROM (
                SELECT * FROM spans
                WHERE spans.document_id = pages.document_id AND page = pages.number ORDER BY start
            )
        );
        DROP TABLE spans;
    """)


@migrations()
def m013_create_jobs(db: Database) -> None:
    """Batch runs and how far each of their items has come."""
    db.executescript("""
        CREATE TABLE jobs (
            name TEXT PRIMARY KEY, task TEXT NOT NULL,
            conversation_id TEXT REFERENCES conversations(id) ON DELETE SET NULL
        ) STRICT;
        CREATE TABLE items (
            job TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL, question TEXT NOT NULL,
            state TEXT NOT NULL, reason TEXT NOT NULL, key TEXT NOT NULL, document_id TEXT NOT NULL,
            tokens INTEGER NOT NULL, answer_id INTEGER REFERENCES answers(id) ON DELETE SET NULL,
            PRIMARY KEY (job, source, question)
        ) STRICT;
        CREATE INDEX items_by_key ON items(key);
        CREATE INDEX items_by_answer ON items(answer_id);
    """)


def joined(text: str) -> str:
    """The terms of a text as FTS5 takes them: words parted by blanks."""
    return " ".join(terms(text))


def cited(statements: list[dict[str, list[dict[str, str]]]]) -> list[str]:
    """Ids of the documents that the statements of an answer, as JSON values, cite."""
    return list(
        dict.fromkeys(citation["document_id"] for statement in statements for citation in statement["citations"])
    )
