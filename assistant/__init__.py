"""Questions and documents in, cited answers out: the context, the agent, the library; knows no page and no terminal."""

from assistant.answer import Answer, Citation, Section, Statement, StepRecord
from assistant.backup import backup, restore
from assistant.brief import brief
from assistant.briefing import Briefing
from assistant.context import DocumentCoverage, Ledger, Selection, ToolUse, TurnCoverage, WindowRead
from assistant.effort import Effort
from assistant.encoder import Encoder
from assistant.errors import (
    AssistantError,
    ConversationMissing,
    DocumentMissing,
    LibraryDamaged,
    NothingToAsk,
    PagesInvalid,
    QuestionMissing,
)
from assistant.export import Format, export, export_answer, export_answers
from assistant.finding import FoundAnswer, FoundPage, find
from assistant.library import Library
from assistant.listed import Conversation, Shelved
from assistant.need import needed
from assistant.pack import Way
from assistant.passage import cut
from assistant.preview import Preview, preview
from assistant.read_all import ReadAll, plan_read_all
from assistant.rendering import place
from assistant.run import Run
from assistant.search import Search
from assistant.search_model import find_search_model, obtain_search_model
from assistant.steps import Answered, Consent, Finished, Planned, Reading, Started, Step, Thinking, Writing
from assistant.tasks.perform import plan_task
from assistant.tasks.table import table, table_of
from assistant.tasks.task import CHECKLISTS, Item, Kind, Length, Task, Term, parse_glossary, parse_items, read_lines
from assistant.tasks.work import Work
from assistant.turn import Turn
from assistant.verify import verify
from assistant.ways import WayCost, ways

__all__ = [
    "CHECKLISTS",
    "Answer",
    "Answered",
    "AssistantError",
    "Briefing",
    "Citation",
    "Consent",
    "Conversation",
    "ConversationMissing",
    "DocumentCoverage",
    "DocumentMissing",
    "Effort",
    "Encoder",
    "Finished",
    "Format",
    "FoundAnswer",
    "FoundPage",
    "Item",
    "Kind",
    "Ledger",
    "Length",
    "Library",
    "LibraryDamaged",
    "NothingToAsk",
    "PagesInvalid",
    "Planned",
    "Preview",
    "QuestionMissing",
    "ReadAll",
    "Reading",
    "Run",
    "Search",
    "Section",
    "Selection",
    "Shelved",
    "Started",
    "Statement",
    "Step",
    "StepRecord",
    "Task",
    "Term",
    "Thinking",
    "ToolUse",
    "Turn",
    "TurnCoverage",
    "Way",
    "WayCost",
    "WindowRead",
    "Work",
    "Writing",
    "backup",
    "brief",
    "cut",
    "export",
    "export_answer",
    "export_answers",
    "find",
    "find_search_model",
    "needed",
    "obtain_search_model",
    "parse_glossary",
    "parse_items",
    "place",
    "plan_read_all",
    "plan_task",
    "preview",
    "read_lines",
    "restore",
    "table",
    "table_of",
    "verify",
    "ways",
]
