"""What can go wrong around a question, as classes: one sentence that says what happened, a hint that says what to do.

AssistantError
├── NothingToAsk         no document, or no page of it, is left to ask about
├── QuestionMissing      the question is empty
├── PagesInvalid         the page range is none, or names pages that the document does not have
├── ContextTooLong       what should go in whole does not fit the running limit
├── SearchModelMissing   the model by which search knows meanings could not be fetched
├── RunStopped           a person ended the run
├── LibraryDamaged       the library's file is no library, or the disk failed
├── BackupInvalid        a file is no backup of a library, or may not replace what is there
├── DocumentMissing      the library holds no such document
└── ConversationMissing  the library holds no such conversation
"""


class AssistantError(Exception):
    """The base of everything that this package raises on purpose; `str()` of it is the message."""

    retryable: bool = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NothingToAsk(AssistantError):
    """There is no document, or no page of one, to ask about."""


class QuestionMissing(AssistantError):
    """The question is empty."""


class PagesInvalid(AssistantError):
    """A page range that is none, or that names pages which the document does not have."""


class ContextTooLong(AssistantError):
    """What was to go in whole needs more tokens than the engine's limit leaves."""


class SearchModelMissing(AssistantError):
    """The model by which search knows meanings could not be fetched or written."""


class RunStopped(AssistantError):
    """A person ended the run."""


class LibraryDamaged(AssistantError):
    """The library's file is not a library, or cannot be read or written."""


class BackupInvalid(AssistantError):
    """A file is not a whole backup, cannot be written, or would replace documents without being told to."""


class DocumentMissing(AssistantError):
    """The library holds no document of that name or id."""


class ConversationMissing(AssistantError):
    """The library holds no conversation of that id."""
