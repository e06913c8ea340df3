"""Every word that the page says in English, in one place; another language overrides each of them; knows no layout."""

from collections.abc import Mapping

from ui.words_batch import BatchWords
from ui.words_ledger import LedgerWords
from ui.words_people import PeopleWords
from ui.words_views import ViewWords


class Words(LedgerWords, PeopleWords, ViewWords, BatchWords):
    """Plain attributes are what stands on the page from the start, methods what is said with a value in it."""

    language = "en"
    name = "Unspool"
    library = "Library"
    documents = "Documents"
    chat = "Chat"
    page = "Page"
    other_language = "中文"

    drop = "Drop documents here"
    folder = "Folder, file or git address"
    folder_example = "/home/me/project or https://host/me/project.git"
    add = "Add"
    pages_box = "Pages"
    pages_info = "Only these are read. Empty: all of them."
    pages_example = "1-8 or 3,5-7"
    no_documents = "No documents yet. Drop a PDF, an office file or a text above, or add a folder of source code."
    remove = "Remove"
    facts = "What was read"
    outline = "Outline"
    remove_surely = "Remove?"

    conversations = "Conversations"
    no_conversations = "No conversations yet. Ask something, and it is kept here."
    search_conversations = "Search conversations"
    rename = "Rename"
    export = "Export"
    delete = "Delete"
    delete_surely = "Delete?"
    more = "More"
    running = "running"
    today = "Today"
    yesterday = "Yesterday"

    question = "Question"
    question_example = "Ask about the ticked documents"
    send = "Send"
    stop = "Stop"
    new = "New conversation"
    welcome = "Tick what is to be read, and ask. Every statement of the answer opens the page that carries it."
    retry = "Ask again"
    edit = "Edit"
    undo = "Undo"
    copy = "Copy with sources"
    copied = "Copied"
    go_on = "Go on"
    dismiss = "Dismiss"
    broken = "Something in the program broke off here. Ask again; if it happens again, it is a fault to be told."
    editing = "You are editing an earlier question. What was asked after it is replaced by the new answer."
    cancel = "Cancel"

    nothing_open = "Click a citation, and the page that carries it opens here with the passage marked."
    page_before = "Page before"
    page_after = "Page after"
    citation_before = "Citation before"
    citation_after = "Next citation"

    switch = "Switch"
    keep = "Keep it as it is"
    switching = "Switching"

    ask_view = "Ask"
    engine_view = "Engine"
    rope_view = "YaRN"
    conversation = "Conversation"
    instructions = "Instructions and question"
    reserve = "Kept for the answer"
    ways_to_read = "How to read what does not fit"

    planned = "Plan"
    reading_prompt = "Reading"
    thinking = "Thinking"
    waiting = "Waiting for the first words"
    how = "How it was answered"
    not_finished = "not finished"
    citations = "Citations"
    coverage = "Coverage"

    profiles: Mapping[str, str] = {"native": "as trained", "long": "stretched"}
    ways: Mapping[str, str] = {
        "whole": "Everything",
        "search": "The nearest passages",
        "read": "Read all of it",
        "selection": "Choose pages",
    }
    statuses: Mapping[str, str] = {"verified": "verified", "weak": "weak", "unsupported": "unsupported"}
    steps: Mapping[str, str] = {
        "rewrite": "Other words",
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

    def step(self, kind: str) -> str:
        """What a step is called; one that is not known yet by its own name."""
        return self.steps.get(kind, kind.capitalize())

    def told(self, text: str) -> str:
        """A sentence of the program itself, in this language where it is known."""
        return text

    def documents_in_context(self, ticked: int, all_of_them: int) -> str:
        """How much of the library a question will be about."""
        return f"{ticked} of {all_of_them} in the context"

    def engine(self, model: str, limit: int, profile: str | None) -> str:
        """What answers, how much it can hold, and how it is served."""
        name = model.rpartition("/")[2]
        return f"{name} · {limit:,} tokens" + (f" · {self.profiles[profile]}" if profile else "")

    def switch_to(self, profile: str, limit: int) -> str:
        """The button that offers the other profile."""
        return f"Switch to {limit:,} tokens ({self.profiles[profile]})"

    def pages(self, kind: str, number: int) -> str:
        """How many pages a document has; those of a codebase are files."""
        noun = "file" if kind == "code" else "page"
        return f"{number:,} {noun}{'' if number == 1 else 's'}"

    def warnings(self, number: int) -> str:
        """How many warnings there are."""
        return f"{number:,} warning{'' if number == 1 else 's'}"

    def reading_source(self, name: str, done: int, of: int) -> str:
        """A source is being read; `of` is 0 where its pages are not counted yet."""
        return f"Reading {name}" + (f": {done:,} of {of:,} pages" if of else " …")

    def read_source(self, name: str, kind: str, number: int) -> str:
        """A source was read and is in the library."""
        return f"{name}: {self.pages(kind, number)}."

    def hidden(self, number: int) -> str:
        """Pieces of text that no reader sees."""
        return f"{number:,} hidden text{'' if number == 1 else 's'}"

    def secrets(self, number: int) -> str:
        """Keys and passwords that were covered."""
        return f"{number:,} secret{'' if number == 1 else 's'} covered"

    def annotations(self, number: int) -> str:
        """Notes that somebody wrote onto the pages."""
        return f"{number:,} note{'' if number == 1 else 's'} on the pages"

    def tokens(self, number: int, *, exact: bool) -> str:
        """The size of a document."""
        return f"{'' if exact else 'about '}{number:,} tokens"

    def skipped(self, number: int) -> str:
        """Entries of a folder were left out."""
        return f"{number:,} left out"

    def steps_taken(self, number: int) -> str:
        """How many steps an answer took."""
        return f"{number} steps"

    def tokens_read(self, prompt: int, cached: int, written: int) -> str:
        """What a step cost the engine."""
        return f"{prompt:,} tokens, {cached:,} cached, {written:,} written"

    def of_limit(self, tokens: int, limit: int, seconds: float | None) -> str:
        """How full the engine's limit is, and how long it will read."""
        return f"{tokens:,} of {limit:,} tokens" + (f", at most {round(seconds):,} s to read" if seconds else "")

    def reading(self, done: int, total: int, seconds_left: float | None) -> str:
        """How far the engine has read, and how long it will take."""
        left = f", about {max(1, round(seconds_left)):,} s left" if seconds_left is not None else ""
        return f"{done:,} of {total:,} tokens ({100 * done // max(total, 1)} %){left}"

    def position(self, number: int, pages: int) -> str:
        """Which page of how many is open."""
        return f"{number:,} / {pages:,}"

    def lines_shown(self, first: int, last: int, all_of_them: int) -> str:
        """Only part of a long file is shown."""
        return f"Lines {first:,} to {last:,} of {all_of_them:,}"

    def too_much(self, tokens: int) -> str:
        """By how much the context is too long."""
        return f"{tokens:,} tokens too many"

    def free(self, tokens: int, limit: int) -> str:
        """What is left of the limit."""
        return f"{tokens:,} of {limit:,} free"

    def other_holds(self, limit: int) -> str:
        """The engine's other profile holds everything."""
        return f"Stretched to {limit:,} tokens it holds all of it: switch above."

    def about_seconds(self, seconds: float) -> str:
        """How long something is expected to take."""
        return f"about {max(1, round(seconds)):,} s"

    def way_tokens(self, tokens: int, prompts: int) -> str:
        """What a way to read makes the engine read."""
        return f"{tokens:,} tokens" + (f" in {prompts} prompts" if prompts > 1 else "")

    def found(self, number: int) -> str:
        """How many conversations a search has found."""
        return f"{number:,} found"

    def and_more(self, number: int) -> str:
        """The rest of a list that is not shown."""
        return f"and {number:,} more"

    def show_more(self, number: int) -> str:
        """The button that shows the rest of a long list."""
        return f"Show {number:,} more"


ENGLISH = Words()


def static(words: Words) -> dict[str, str]:
    """The plain attributes by name."""
    names = (name for name in dir(Words) if not name.startswith("_"))
    return {name: value for name in names if isinstance(value := getattr(words, name), str)}
