"""Questions and documents in, cited answers out: the context, the agent, the library; knows no page and no terminal."""

from assistant.answer import Answer, Citation, Section, Statement, StepRecord
from assistant.backup import backup, restore
from assistant.brief import brief
from assistant.briefing import Briefing
from assistant.context import DocumentCoverage, Ledger, Selection, ToolUse, TurnCoverage, WindowRead
from assistant.durable import put
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
    RunStopped,
)
from assistant.export import Format, export, export_answer, export_answers
from assistant.finding import FoundAnswer, FoundPage, find
from assistant.history import find_conversations, rename, undo
from assistant.jobs.cluster import Cluster
from assistant.jobs.item import Item
from assistant.jobs.jobs import JobBusy, JobDiffers, JobMissing, Jobs
from assistant.jobs.order import Order
from assistant.jobs.results import counted, results
from assistant.jobs.runner import Runner, Told
from assistant.library import Library
from assistant.listed import Conversation, Shelved
from assistant.need import needed
from assistant.other_words import other_words
from assistant.pack import Way
from assistant.passage import cut
from assistant.preview import Preview, preview
from assistant.read_all import ReadAll, plan_read_all
from assistant.rendering import place
from assistant.reread import Reread, reread
from assistant.run import Run
from assistant.search import Search
from assistant.search_model import find_search_model, obtain_search_model
from assistant.steps import Answered, Consent, Finished, Planned, Reading, Started, Step, Thinking, Writing
from assistant.tasks.perform import plan_task
from assistant.tasks.table import table, table_of
from assistant.tasks.task import CHECKLISTS, Entry, Kind, Length, Task, Term, parse_entries, parse_glossary, read_lines
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
    "Cluster",
    "Consent",
    "Conversation",
    "ConversationMissing",
    "DocumentCoverage",
    "DocumentMissing",
    "Effort",
    "Encoder",
    "Entry",
    "Finished",
    "Format",
    "FoundAnswer",
    "FoundPage",
    "Item",
    "JobBusy",
    "JobDiffers",
    "JobMissing",
    "Jobs",
    "Kind",
    "Ledger",
    "Length",
    "Library",
    "LibraryDamaged",
    "NothingToAsk",
    "Order",
    "PagesInvalid",
    "Planned",
    "Preview",
    "QuestionMissing",
    "ReadAll",
    "Reading",
    "Reread",
    "Run",
    "RunStopped",
    "Runner",
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
    "Told",
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
    "counted",
    "cut",
    "export",
    "export_answer",
    "export_answers",
    "find",
    "find_conversations",
    "find_search_model",
    "needed",
    "obtain_search_model",
    "other_words",
    "parse_entries",
    "parse_glossary",
    "place",
    "plan_read_all",
    "plan_task",
    "preview",
    "put",
    "read_lines",
    "rename",
    "reread",
    "restore",
    "results",
    "table",
    "table_of",
    "undo",
    "verify",
    "ways",
]
