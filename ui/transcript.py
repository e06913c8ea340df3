"""A conversation in, the chat's messages out: one folded block a step, then the answer; knows no web framework.

A message is the dict that Gradio's chat takes: role, content, and for a folded block its metadata. A run that goes on
and an answer that the library keeps give the same messages.
"""

import time
from collections.abc import Mapping
from dataclasses import fields
from html import escape
from typing import Any

from assistant import Answered, Finished, Planned, Reading, Started, Step, StepRecord, Thinking, Writing
from ui.answer_html import answer_html, answer_text, text_html
from ui.ledger_html import ledger_html
from ui.problem_html import Problem, problem_html
from ui.words import Words

Message = dict[str, Any]

_TELLING_SECONDS = 0.05


def question_message(question: str, at: int, words: Words, *, ready: bool = True) -> Message:
    """What a person asked, as the conversation's question number `at` from 0; `ready` to be edited or asked again."""
    acts = _acts(("edit", at, words.edit), ("retry", at, words.retry)) if ready else ""
    return {"role": "user", "content": text_html(question) + acts}


def answered_messages(row: Mapping[str, Any], at: int, words: Words, *, last: bool) -> list[Message]:
    """An answer that the library keeps: its question, its steps, and itself."""
    coverage = row["coverage"]
    plan = words.of_limit(coverage["prompt_tokens"], coverage["limit"], None)
    records = [StepRecord(**step) for step in row["steps"]]
    parent = f"steps-{at}"
    steps = [_block(words.planned, ledger_html(coverage, words), plan)]
    for record in records:
        steps.append(_block(words.step(record.kind), text_html(words.told(record.note))))
        _close(steps[-1], record, words)
    for step in steps:
        step["metadata"]["parent_id"] = parent
    all_of_them = _block(words.how, "", words.steps_taken(len(steps)))
    all_of_them["metadata"] |= {"id": parent, "duration": round(sum(record.seconds for record in records), 1)}
    messages = [question_message(row["question"], at, words), all_of_them, *steps]
    acts = [("undo", at, words.undo)] if last else []
    copied = escape(answer_text(row)).replace("\n", "&#10;")
    copy = (
        f'<button type="button" name="copy" value="{copied}" title="{words.copied}">{words.copy}</button>'
        f"{_buttons(*acts)}"
    )
    content = answer_html(row, words) + f'<div class="acts">{copy}</div>'
    return [*messages, _said(content)]


class RunTranscript:
    """The messages of one run so far, without its question."""

    def __init__(self, words: Words) -> None:
        self.messages: list[Message] = []
        self._words = words
        self._reading: _Progress | None = None
        self._thinking = False

    def snapshot(self) -> list[Message]:
        """The messages as they are now: the run goes on changing its own."""
        return [{**message, "metadata": {**message.get("metadata", {})}} for message in list(self.messages)]

    def take(self, step: Step) -> None:
        """Show what has happened."""
        match step:
            case Planned(coverage, seconds):
                log = self._words.of_limit(coverage.prompt_tokens, coverage.limit, seconds)
                ledger = ledger_html(coverage.to_json(), self._words)
                self.messages.append(_block(self._words.planned, ledger, log))
            case Started(kind):
                self.messages.append(_block(self._words.step(kind), text_html(self._words.waiting), pending=True))
            case Reading():
                self._read(step)
            case Thinking(_, text):
                self._end_reading()
                self._think(text)
            case Writing(_, text):
                self._end_reading()
                self._end_thinking()
                self.messages[-1]["content"] = text_html(text or self._words.waiting)
            case Finished(record):
                self._end_reading()
                self._end_thinking()
                self._finish(record)
            case Answered(answer):
                self.messages.append(_said(answer_html(answer.to_json(), self._words)))
            case _:
                self.messages.append(_unknown(step, self._words))

    def fail(self, problem: Problem | None, at: int) -> None:
        """Show why there is no answer, and how to go on; None is a fault of the program."""
        words = self._words
        for message in self.messages:
            metadata = message.get("metadata", {})
            if metadata.get("status") == "pending":
                metadata.update(status="done", log=words.not_finished)
        acts = _acts(("retry", at, words.go_on), ("dismiss", at, words.dismiss))
        told = problem_html(problem, words) if problem else f'<div class="problem">{words.broken}</div>'
        self.messages.append(_said(told + acts))

    def _finish(self, record: StepRecord) -> None:
        message = self.messages[-1]
        _close(message, record, self._words)
        if message["content"] == text_html(self._words.waiting):
            message["content"] = text_html(self._words.told(record.note))

    def _read(self, step: Reading) -> None:
        """The engine's reading gets a block of its own, before the block of the step that waits for it."""
        if self._reading is None:
            self._reading = _Progress(step.done)
            waiting = self.messages.pop()
            self.messages += [_block(self._words.reading_prompt, "", pending=True), waiting]
        message = self.messages[-2]
        seconds_left = step.seconds_left
        if seconds_left is None:
            seconds_left = self._reading.seconds_left(step.done, step.total)
        said = self._words.reading(step.done, step.total, seconds_left)
        bar = f'<progress value="{step.done}" max="{max(step.total, 1)}" aria-label="{escape(said)}"></progress>'
        message["content"] = f'<div class="reading">{bar}<span>{said}</span></div>'

    def _think(self, text: str) -> None:
        """What the model thinks gets a block of its own, folded, before the block of what it then writes."""
        if not self._thinking:
            self._thinking = True
            waiting = self.messages.pop()
            self.messages += [_block(self._words.thinking, "", pending=True), waiting]
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


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}


def _block(title: str, content: str, log: str = "", *, pending: bool = False) -> Message:
    metadata = {"title": title, "status": "pending" if pending else "done", "log": log}
    return {"role": "assistant", "content": content, "metadata": metadata}


def _close(message: Message, record: StepRecord, words: Words) -> None:
    """What the engine did for a step, or what came of one that asked no model, and how long it took."""
    told = words.told(record.note)
    if record.prompt_tokens:
        told = words.tokens_read(record.prompt_tokens, record.cached_tokens, record.completion_tokens)
    message["metadata"].update(status="done", log=told)
    if record.seconds >= _TELLING_SECONDS:
        message["metadata"]["duration"] = round(record.seconds, 1)


def _unknown(step: Any, words: Words) -> Message:
    """A step of a kind that this page does not know yet: its name and its values."""
    values = [f"{field.name}: {getattr(step, field.name)}" for field in fields(step)]
    return _block(words.step(type(step).__name__), text_html("\n".join(values)))


def _acts(*acts: tuple[str, int, str]) -> str:
    return f'<div class="acts">{_buttons(*acts)}</div>'


def _buttons(*acts: tuple[str, int, str]) -> str:
    """Buttons that say what to do with which question; the chat's sanitizer keeps names and values."""
    return "".join(
        f'<button type="button" name="act" value="{name}/{at}">{escape(title)}</button>' for name, at, title in acts
    )
