"""Questions and documents in, cited answers out: the context, the agent, the library; knows no page and no terminal."""

from assistant.answer import Answer, Citation, Statement, StepRecord
from assistant.brief import Turn, brief
from assistant.context import DocumentCoverage, Ledger, Selection
from assistant.effort import Effort
from assistant.encoder import Encoder
from assistant.errors import AssistantError, PagesInvalid, QuestionMissing
from assistant.library import Conversation, Library, Shelved
from assistant.need import needed
from assistant.pack import Way
from assistant.preview import Preview, preview
from assistant.rendering import place
from assistant.run import Run
from assistant.search import Search
from assistant.search_model import find_search_model, obtain_search_model
from assistant.steps import Answered, Consent, Finished, Planned, Reading, Started, Step, Writing

__all__ = [
    "Answer",
    "Answered",
    "AssistantError",
    "Citation",
    "Consent",
    "Conversation",
    "DocumentCoverage",
    "Effort",
    "Encoder",
    "Finished",
    "Ledger",
    "Library",
    "PagesInvalid",
    "Planned",
    "Preview",
    "QuestionMissing",
    "Reading",
    "Run",
    "Search",
    "Selection",
    "Shelved",
    "Started",
    "Statement",
    "Step",
    "StepRecord",
    "Turn",
    "Way",
    "Writing",
    "brief",
    "find_search_model",
    "needed",
    "obtain_search_model",
    "place",
    "preview",
]
