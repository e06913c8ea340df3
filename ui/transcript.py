"""The steps of one run in, the chat's messages out: one folded block a step, then the answer; knows no web framework.

A message is the dict that Gradio's chat takes: role, content, and for a folded block its metadata.
"""

import time
from typing import Any

from assistant import Answered, Finished, Planned, Reading, Started, Step, StepRecord, Thinking, Writing
from ui import words
from ui.answer_html import answer_html, ledger_html, text_html
from ui.problem_html import Problem, problem_html

Message = dict[str, Any]


def question_message(question: str) -> Message:
    """What a person asked."""
    return {"role": "user", "content": text_html(question)}


class RunTranscript:
    """The messages of one run so far."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._reading: _Progress | None = None
        self._thinking = False

    def take(self, step: Step) -> None:
        """Show what has happened."""
        match step:
            case Planned(coverage, seconds):
                log = words.of_limit(coverage.prompt_tokens, coverage.limit, seconds)
                self._open(words.PLANNED, ledger_html(coverage), status="done", log=log)
            case Started(kind):
                self._open(words.STEPS[kind], text_html(words.WAITING))
            case Reading():
                self._read(step)
            case Thinking(_, text):
                self._end_reading()
                self._think(text)
            case Writing(_, text):
                self._end_reading()
                self._end_thinking()
                self.messages[-1]["content"] = text_html(text or words.WAITING)
            case Finished(record):
                self._end_reading()
                self._end_thinking()
                self._finish(record)
            case Answered(answer):
                self.messages.append({"role": "assistant", "content": answer_html(answer)})

    def fail(self, problem: Problem) -> None:
        """Show why there is no answer."""
        for message in self.messages:
            metadata = message.get("metadata", {})
            if metadata.get("status") == "pending":
                metadata.update(status="done", log=words.NOT_FINISHED)
        self.messages.append({"role": "assistant", "content": problem_html(problem)})

    def _open(self, title: str, content: str, *, status: str = "pending", log: str = "") -> None:
        metadata = {"title": title, "status": status, "log": log}
        self.messages.append({"role": "assistant", "content": content, "metadata": metadata})

    def _finish(self, record: StepRecord) -> None:
        message = self.messages[-1]
        message["metadata"].update(status="done", log=_cost(record))
        if record.seconds >= 0.05:
            message["metadata"]["duration"] = round(record.seconds, 1)
        if message["content"] == text_html(words.WAITING):
            message["content"] = text_html(record.note)

    def _read(self, step: Reading) -> None:
        """The engine's reading gets a block of its own, before the block of the step that waits for it."""
        if self._reading is None:
            self._reading = _Progress(step.done)
            waiting = self.messages.pop()
            self._open(words.READING, "")
            self.messages.append(waiting)
        message = self.messages[-2]
        seconds_left = step.seconds_left
        if seconds_left is None:
            seconds_left = self._reading.seconds_left(step.done, step.total)
        said = words.reading(step.done, step.total, seconds_left)
        bar = f'<progress value="{step.done}" max="{max(step.total, 1)}"></progress>'
        message["content"] = f'<div class="reading">{bar}<span>{said}</span></div>'

    def _think(self, text: str) -> None:
        """What the model thinks gets a block of its own, folded, before the block of what it then writes."""
        if not self._thinking:
            self._thinking = True
            waiting = self.messages.pop()
            self._open(words.THINKING, "")
            self.messages.append(waiting)
        self.messages[-2]["content"] = text_html(text)

    def _end_thinking(self) -> None:
        if self._thinking:
            self.messages[-2]["metadata"].update(status="done")
            self._thinking = False

    def _end_reading(self) -> None:
        if self._reading is not None:
            self.messages[-2]["metadata"].update(status="done", duration=round(self._reading.seconds, 1))
            self._reading = None


class _Progress:
    """How fast the engine reads, seen here, for as long as it is not known better."""

    def __init__(self, done: int) -> None:
        self._started = time.monotonic()
        self._first = done

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def seconds_left(self, done: int, total: int) -> float | None:
        """None until there are two measurements."""
        return (total - done) * self.seconds / (done - self._first) if done > self._first else None


def _cost(record: StepRecord) -> str:
    """What the engine did for a step, or what came of one that asked no model."""
    if not record.prompt_tokens:
        return record.note
    return words.tokens_read(record.prompt_tokens, record.cached_tokens, record.completion_tokens)
