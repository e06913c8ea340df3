"""Steps, ledgers and answers in, lines on a terminal out: chatter to stderr, results to stdout; decides nothing."""

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant import (
    Answer,
    AssistantError,
    Citation,
    Finished,
    Ledger,
    Reading,
    Section,
    Started,
    Statement,
    Step,
    Thinking,
    Writing,
)
from ui.coverage import coverage_lines, tool_lines, turn_lines, window_lines

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer the terminal or turn its writing round: file names and documents may hold it."""

_WIDE = 1_000
"""Columns where stdout is a file or another program."""

STATUS_COLOUR = {"verified": "green", "weak": "yellow", "unsupported": "red"}
DOING = {
    "rewrite": "finding other words",
    "read": "reading everything",
    "pick": "picking notes",
    "look": "looking up",
    "merge": "merging notes",
    "judge": "judging",
    "compare": "comparing",
    "extract": "filling in the table",
    "translate": "translating",
    "outline": "outlining",
    "write": "writing",
    "draft": "drafting",
    "check": "checking",
    "critique": "critiquing",
    "revise": "revising",
}


class OutputLost(AssistantError):
    """What was asked for cannot be written to stdout."""


class _Out(Console):
    """stdout."""

    def print(self, *objects: Any, **how: Any) -> None:
        try:
            super().print(*objects, **how)
        except OSError as error:
            raise _lost(error) from error


class _Chatter(Console):
    """stderr for as long as someone takes it: that nobody does any more ends nothing, in no thread."""

    def on_broken_pipe(self) -> None:
        self.quiet = True

    def print(self, *objects: Any, **how: Any) -> None:
        try:
            super().print(*objects, **how)
        except OSError:  # a full disk
            self.quiet = True


def _lost(error: OSError) -> OutputLost:
    return OutputLost(f"The output cannot be written: {error.strerror}.", "Send it elsewhere.")


class Terminal:
    """Where one command talks: with `as_json` stdout carries one JSON object and nothing else."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.out = _Out(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _WIDE)
        self.err = _Chatter(stderr=True, soft_wrap=True, highlight=False)
        self._status = self.err.status("") if self.err.is_terminal else None

    def say(self, line: str) -> None:
        """One line of progress."""
        self.err.print(escape(line), style="dim")

    def result(self, value: Mapping[str, Any]) -> None:
        """The JSON object of a command. Raises OutputLost."""
        self.text(json.dumps(value, ensure_ascii=False))

    def text(self, text: str) -> None:
        """A text as it is on stdout. Raises OutputLost."""
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _lost(error) from error

    def problem(self, message: str, hint: str) -> None:
        """What happened, and what to do: one line each."""
        self.err.print(escape(" ".join(message.split())), style="red")
        if hint:
            self.err.print(escape(" ".join(hint.split())))

    def step(self, step: Step) -> None:
        """Show a step: what runs now in place, what is over as a line."""
        match step:
            case Started(kind):
                self._show(DOING[kind])
            case Reading(done, total, seconds_left, estimated):
                left = f", about {seconds_left:.0f} s left" if seconds_left is not None else ""
                self._show(f"reading {'about ' if estimated else ''}{done:,} of {total:,} tokens{left}")
            case Thinking(_, text):
                self._show(f"thinking: {text[-100:]}")
            case Writing(kind, text):
                self._show(f"{DOING[kind]}: {text[-100:]}")
            case Finished(record):
                tokens = (
                    f"{record.prompt_tokens:,} tokens read ({record.cached_tokens:,} cached), "
                    if (record.prompt_tokens)
                    else ""
                )
                written = f"{record.completion_tokens} written, " if record.completion_tokens else ""
                self.say(f"  {record.kind:<9} {record.seconds:6.1f} s  {tokens}{written}{record.note}")

    @contextlib.contextmanager
    def progress(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """A bar on stderr, shown once work takes a moment; what it yields is told how much is done, of how much."""
        if not self.err.is_terminal:
            yield lambda done, of: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)

    def step_over(self) -> None:
        """Take away what is shown in place."""
        if self._status is not None:
            self._status.stop()

    def ledger(self, ledger: Ledger, seconds: float | None) -> None:
        """What will be sent, what not, and how long the engine will read it."""
        for line in ledger_lines(ledger):
            self.say(line)
        if seconds:
            self.say(f"Reading it takes about {seconds:.0f} s, and less if the engine has read parts of it before.")

    def agrees(self, tokens: int, seconds: float | None) -> bool:
        """Whether the person wants so many tokens read; without a terminal to ask on, no."""
        time = f" in about {seconds:.0f} s" if seconds is not None else ""
        if not sys.stdin.isatty():
            self.say(f"{tokens:,} tokens would be read{time}, more than consent_tokens allows. Agree with --yes.")
            return False
        self.err.print(f"{tokens:,} tokens will be read{time}. Go on? [y/N] ", end="", markup=False)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def answer(self, answer: Answer) -> None:
        """The answer, its citations, what is weak in it, the ledger and the steps, on stdout."""
        numbers = {citation: number for number, citation in enumerate(answer.citations, 1)}
        self.out.print(f"\n[bold]{escape(answer.question)}[/bold]\n")
        if not answer.statements and not answer.sections:
            self.out.print(escape(answer.text))
        if answer.body:
            self.text(answer.body)
        for section in answer.sections or (Section("", answer.statements),):
            self._section(_doubtful(section) if answer.body else section, numbers)
        for remark in answer.remarks:
            self.out.print(escape(remark), style="yellow")
        if numbers:
            self.out.print("\nCitations")
        for citation, number in numbers.items():
            shown = citation.shown
            quoted = " ".join(citation.passage.text.split())
            self.out.print(f"{escape(f'[{number}]')} {escape(shown.document.name)}, {escape(citation.place)}")
            self.out.print(f"    {escape(quoted[:300] + (' …' if len(quoted) > 300 else ''))}", style="dim")
        self.out.print("\nCoverage")
        for line in ledger_lines(answer.coverage, over=True):
            self.out.print(f"  {escape(line)}")
        self.out.print("\nSteps")
        for step in answer.steps:
            self.out.print(
                f"  {step.kind:<9}{step.seconds:7.1f} s  {step.prompt_tokens:>7,} read  {step.cached_tokens:>7,} cached"
                f"  {step.completion_tokens:>5,} written  {escape(step.note)}"
            )

    def _section(self, section: Section, numbers: Mapping[Citation, int]) -> None:
        head = ": ".join(word for word in (section.of, section.title) if word)
        verdict = f" [bold]({escape(section.verdict)})[/bold]" if section.verdict else ""
        if head or verdict:
            self.out.print(f"\n[bold]{escape(head)}[/bold]{verdict}")
        if section.note:
            self.out.print(escape(section.note), style="dim")
        for statement in section.statements:
            marks = "".join(f"[{numbers[citation]}]" for citation in statement.citations)
            colour = STATUS_COLOUR[statement.status]
            self.out.print(f"{escape(statement.text)} {escape(marks)} [{colour}]({statement.status})[/{colour}]")
            for finding in _told(statement):
                self.out.print(f"    {escape(finding)}", style="dim")

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A plain table on stdout. Nothing in it is cut: where it is too wide, its longest column is broken."""
        longest = (
            [max(len(head), *(len(row[column]) for row in rows)) for column, head in enumerate(heads)] if rows else []
        )
        table = Table(box=None, pad_edge=False)
        for column, head in enumerate(heads):
            table.add_column(head, overflow="fold", no_wrap=bool(rows) and column != longest.index(max(longest)))
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self.out.print(table)

    def _show(self, text: str) -> None:
        if self._status is not None:
            self._status.update(escape(" ".join(text.split())))
            self._status.start()


def ledger_lines(ledger: Ledger, *, over: bool = False) -> list[str]:
    """The ledger in words: the sum, then each document with what was left out of it; `over` when all was read."""
    read, kept = ("were read", "were kept") if over else ("will be read", "are kept")
    parts = ", ".join(f"{name} {tokens:,}" for name, tokens in ledger.parts.items() if tokens and name != "windows")
    summed = (
        f"{ledger.prompt_tokens:,} tokens {read} in {ledger.prompts} windows of at most {ledger.limit:,}, of each"
        f" of which {ledger.reserve_tokens:,} {kept} for the reply."
        if ledger.prompts > 1
        else f"{ledger.prompt_tokens:,} tokens of {ledger.limit:,} {read}, {ledger.reserve_tokens:,} {kept} for"
        f" the answer{f' ({parts})' if parts else ''}."
    )
    return [
        summed,
        *coverage_lines(ledger.documents),
        *window_lines(ledger.windows),
        *turn_lines(ledger.turns),
        *tool_lines(ledger.tools),
    ]


def _doubtful(section: Section) -> Section:
    """Of a text that is shown as a whole, what could not be verified."""
    doubtful = tuple(each for each in section.statements if each.status != "verified")
    return replace(section, statements=doubtful, title=section.title if doubtful or section.note else "", of="")


def _told(statement: Statement) -> Sequence[str]:
    return statement.findings if statement.status != "verified" else ()


def escape(text: str) -> str:
    """Text that is shown as it is: no markup, and nothing that steers the terminal."""
    return escape_markup(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))
