"""Every word that the page says, in one place, so that another language can follow; knows no layout."""

NAME = "Unspool"
LIBRARY = "Library"
CHAT = "Chat"
PAGE = "Page"
CONTEXT = "context"

DROP = "Drop documents here"
FOLDER = "Folder or file on this machine"
FOLDER_EXAMPLE = "/home/me/project"
ADD = "Add"
PAGES = "Pages"
PAGES_INFO = "Only these are read. Empty: all of them."
PAGES_EXAMPLE = "1-8 or 3,5-7"
NO_DOCUMENTS = "No documents yet. Drop a PDF, a text or Markdown file above, or add a folder of source code."
REMOVE = "Remove"
REMOVE_SURELY = "Remove?"

QUESTION = "Question"
QUESTION_EXAMPLE = "Ask about the ticked documents"
SEND = "Send"
STOP = "Stop"
NEW = "New conversation"
WELCOME = "Tick what is to be read, and ask. Every statement of the answer opens the page that carries it."

NOTHING_OPEN = "Click a citation, and the page that carries it opens here with the passage marked."
PREVIOUS = "Page before"
NEXT = "Page after"

PROFILES = {"native": "as trained", "long": "stretched"}
SWITCH = "Switch"
KEEP = "Keep it as it is"
SWITCHING = "Switching"

PLANNED = "Plan"
READING = "Reading"
STEPS = {
    "read": "Reading all",
    "pick": "Picking notes",
    "look": "Looking up",
    "merge": "Merging notes",
    "judge": "Judging",
    "compare": "Comparing",
    "extract": "Filling in the table",
    "translate": "Translating",
    "outline": "Outlining",
    "write": "Writing",
    "draft": "Draft",
    "check": "Check",
    "critique": "Critique",
    "revise": "Revision",
}
THINKING = "Thinking"
WAITING = "Waiting for the first words"
NOT_FINISHED = "not finished"
CITATIONS = "Citations"
COVERAGE = "Coverage"


def documents_in_context(ticked: int, all_of_them: int) -> str:
    """How much of the library a question will be about."""
    return f"{ticked} of {all_of_them} in the {CONTEXT}"


def engine(model: str, limit: int, profile: str | None) -> str:
    """What answers, how much it can hold, and how it is served."""
    name = model.rpartition("/")[2]
    return f"{name} · {limit:,} tokens" + (f" · {PROFILES[profile]}" if profile else "")


def switch_to(profile: str, limit: int) -> str:
    """The button that offers the other profile."""
    return f"Switch to {limit:,} tokens ({PROFILES[profile]})"


def pages(kind: str, number: int) -> str:
    """How many pages a document has; those of a codebase are files."""
    noun = "file" if kind == "code" else "page"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def warnings(number: int) -> str:
    """How many warnings there are."""
    return f"{number:,} warning{'' if number == 1 else 's'}"


def reading_source(name: str) -> str:
    """A source is being read."""
    return f"Reading {name} …"


def read_source(name: str, kind: str, number: int) -> str:
    """A source was read and is in the library."""
    return f"{name}: {pages(kind, number)}."


def skipped(number: int) -> str:
    """Entries of a folder were left out."""
    return f"{number:,} left out"


def warning(page: int | None, text: str) -> str:
    """One warning of a document."""
    return text if page is None else f"Page {page}: {text}"


def tokens_read(prompt: int, cached: int, written: int) -> str:
    """What a step cost the engine."""
    return f"{prompt:,} tokens, {cached:,} cached, {written:,} written"


def of_limit(tokens: int, limit: int, seconds: float | None) -> str:
    """How full the engine's limit is, and how long it will read."""
    return f"{tokens:,} of {limit:,} tokens" + (f", at most {round(seconds):,} s to read" if seconds else "")


def reading(done: int, total: int, seconds_left: float | None) -> str:
    """How far the engine has read, and how long it will take."""
    left = f", about {max(1, round(seconds_left)):,} s left" if seconds_left is not None else ""
    return f"{done:,} of {total:,} tokens ({100 * done // max(total, 1)} %){left}"


def position(number: int, pages: int) -> str:
    """Which page of how many is open."""
    return f"{number:,} / {pages:,}"


def lines_shown(first: int, last: int, all_of_them: int) -> str:
    """Only part of a long file is shown."""
    return f"Lines {first:,} to {last:,} of {all_of_them:,}"
