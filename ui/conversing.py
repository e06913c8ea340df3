"""A conversation in, what the page shows of it out; asks in it, stops, undoes; knows no web framework."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import Answer, AssistantError, Library, Run, Selection, Way, brief, plan_read_all, undo
from ui.current_engine import CurrentEngine
from ui.manner import Manner
from ui.noting import Noting
from ui.runs import Running, Runs
from ui.transcript import Message, RunTranscript, answered_messages, question_message
from ui.words import Words

Choose = Callable[[], Sequence[Selection]]
"""Gives what a question is about; raises an AssistantError."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation as the page shows it."""

    kept: list[Message]
    """What does not change while something runs: the answers that are kept, and the question that runs."""
    running: Running | None = None
    """What runs there, or was not answered."""

    @property
    def messages(self) -> list[Message]:
        """All of it as it is now."""
        return [*self.kept, *self.running.transcript.snapshot()] if self.running else self.kept

    @property
    def going_on(self) -> bool:
        """Whether something runs."""
        return self.running is not None and not self.running.over

    @property
    def failed(self) -> str:
        """The question that was not answered, if the last one was not."""
        return self.running.question if self.running is not None and self.running.over else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how it is to be answered."""

    question: str
    at: int
    """How many answers of the conversation it comes after; what follows them is replaced by its answer."""
    choose: Choose
    way: str = "auto"
    """As `assistant.Way`, or `read` to read everything window after window."""


class Conversing:
    """The conversations of one library, with what runs in them."""

    def __init__(
        self, library: Library, engine: CurrentEngine, runs: Runs, manner: Manner, note: Callable[[], Noting]
    ) -> None:
        self._library = library
        self._engine = engine
        self._runs = runs
        self._manner = manner
        self._note = note

    def shown(self, conversation: str, words: Words) -> Shown:
        """All of it: the answers that are kept, then what runs or has failed."""
        running = self._runs.of(conversation)
        rows = self._library.answers(conversation) if conversation else []
        if running is not None and not running.over:
            rows = rows[: running.at]
        messages: list[Message] = []
        for at, row in enumerate(rows):
            last = running is None and at == len(rows) - 1
            messages += answered_messages(row, at, words, last=last)
        if running is not None:
            messages.append(question_message(running.question, running.at, words, ready=False))
        return Shown(messages, running)

    def going_on(self, conversation: str) -> bool:
        """Whether something runs there."""
        running = self._runs.of(conversation)
        return running is not None and not running.over

    def length(self, conversation: str) -> int:
        """How many answers are kept of it."""
        return len(self._library.turns(conversation)) if conversation else 0

    def ask(self, conversation: str, asked: Asked, words: Words) -> tuple[str, Running]:
        """Begin to answer; gives the conversation, a new one where there was none, and what runs in it now."""
        key = conversation or uuid.uuid4().hex

        def keep(answer: Answer) -> None:
            self._library.start_conversation(asked.question, key)
            self._library.add_answer(key, answer, self._engine().model, after=asked.at)

        def begin() -> Run:
            return self._run(key, asked, keep)

        running = Running(asked.question, asked.at, RunTranscript(words), self._note)
        return key, self._runs.begin(key, running, begin)

    def stop(self, conversation: str) -> None:
        """Stop what runs there."""
        self._runs.stop(conversation)

    def dismiss(self, conversation: str) -> None:
        """Show no more what was not answered there."""
        self._runs.forget(conversation)

    def undo(self, conversation: str, at: int) -> str:
        """Delete the answers from number `at` on; gives the question of the first of them."""
        question = self.question(conversation, at)
        self._runs.forget(conversation)
        undo(self._library, conversation, at)
        return question

    def question(self, conversation: str, at: int) -> str:
        """The question number `at` from 0; raises AssistantError where it is gone."""
        running = self._runs.of(conversation)
        if running is not None and running.at == at:
            return running.question
        turns = self._library.turns(conversation)
        if at >= len(turns):
            raise AssistantError("This question is not there any more.", "Load the page again.")
        return turns[at].question

    def _run(self, conversation: str, asked: Asked, keep: Callable[[Answer], None]) -> Run:
        library, engine = self._library, self._engine()
        turns = library.turns(conversation)[: asked.at]
        selections = asked.choose()
        if asked.way == "read":
            plan = plan_read_all(
                engine,
                selections,
                asked.question,
                history=turns,
                rounds=self._manner.rounds,
                search=library.search,
                seal=library.seal,
            )
            return Run(plan, keep, effort=self._manner.effort, folder=library.folder)
        way: Way = "search" if asked.way == "search" else "auto"
        briefing = brief(
            engine,
            selections,
            asked.question,
            history=turns,
            rounds=self._manner.rounds,
            way=way,
            search=library.search,
            seal=library.seal,
            tools=self._manner.tools,
            thinking=self._manner.thinking,
        )
        return Run(briefing, keep, effort=self._manner.effort, folder=library.folder)
