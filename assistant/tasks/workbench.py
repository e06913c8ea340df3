"""A prompt and the form of its reply in, the reply or checked statements out, each call told, counted and kept.

What the check finds fault with is written anew, up to the work's rounds and within the effort; all calls over a window
begin with the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant import prompts
from assistant.answer import Statement, StepRecord, counts
from assistant.briefing import Briefing
from assistant.call import Call, Tell, ask
from assistant.check import check, report
from assistant.context import Context, Ledger, ShownSpan, WindowRead
from assistant.effort import Effort
from assistant.rendering import render
from assistant.replies import Claim
from assistant.reserve import REPORT_TOKENS, TEMPLATE_TOKENS
from assistant.rounds import better, sound
from assistant.steps import Finished, Started
from assistant.tasks.forms import Form, read_claims
from assistant.tasks.work import Window, Work
from yarn_runtime import Message

Read = Callable[[str], Sequence[Claim]]
Check = Callable[[Sequence[Claim], Mapping[int, ShownSpan]], tuple[Statement, ...]]


class Workbench:
    """Where one task is worked on: what has been asked and read so far."""

    def __init__(self, work: Work, tell: Tell, effort: Effort) -> None:
        self.work = work
        self.records: list[StepRecord] = []
        self.reads: dict[int, WindowRead] = {read.first: read for read in work.coverage.windows}
        """By the mark of their first passage."""
        self.enough = ""
        """Why nothing is written anew any more, if a bound ended that."""
        self._tell = tell
        self._effort = effort

    def over(self, window: Window | Sequence[ShownSpan], request: str) -> list[Message]:
        """The prompt that shows these passages and asks for something."""
        return prompt(self.work, render(window, self.work.engine.tokenizer.neutralise), request)

    def fits(self, asked: Sequence[Message], form: Form) -> bool:
        """Whether a prompt leaves room for its reply and, where there are rounds, for another."""
        return self.work.engine.count(asked) + reply_room(form.tokens, self.work.rounds) <= self.work.engine.limit

    async def reply(
        self,
        kind: str,
        asked: Sequence[Message],
        form: Form,
        note: Callable[[str], str],
        follow_up: Sequence[Message] = (),
    ) -> str:
        """The text of one reply; one that was kept when the task was interrupted is not asked for again."""
        work = self.work
        key = _key(work.engine.model, [*asked, *follow_up], form)
        kept = work.replies.kept(key)
        if kept is not None:
            text, record = kept
            self._tell_kept(record)
        else:
            ledger = Ledger(work.engine.limit, work.engine.count(asked), 0, {}, ())
            briefing = Briefing(work.engine, asked, Context("", {}, ()), ledger, work.title, 0)
            text, record = await ask(briefing, Call(kind, follow_up, form.schema, form.tokens, note), self._tell)
            work.replies.keep(work.key, key, text, record)
        self.records.append(record)
        return text

    async def statements(
        self,
        kind: str,
        asked: Sequence[Message],
        form: Form,
        shown: Mapping[int, ShownSpan],
        read: Read = read_claims,
        check: Check = check,
        where: str = "",
    ) -> tuple[Statement, ...]:
        """The checked statements of a reply, written anew while that mends what the check found."""

        def note(text: str) -> str:
            tally = ", ".join(
                f"{number} {status}" for status, number in counts(check(read(text), shown)).items() if number
            )
            return f"{where}{tally or 'nothing'}"

        text = await self.reply(kind, asked, form, note)
        best = check(read(text), shown)
        for _ in range(self.work.rounds):
            if not best or sound(best) or self.spent():
                break
            anew: list[Message] = [
                {"role": "assistant", "content": text},
                {"role": "user", "content": prompts.revision_request(report(best), ())},
            ]
            text = await self.reply("revise", asked, form, note, anew)
            again = check(read(text), shown)
            if not better(again, best):
                break
            best = again
        return best

    def read(self, window: Window, statements: Sequence[Statement]) -> None:
        """A window was read, and this came of it."""
        read = self.reads[window[0].mark]
        marks = {citation.shown.mark for statement in statements for citation in statement.citations}
        cited = tuple(sorted(marks.union(read.cited)))
        self.reads[window[0].mark] = replace(read, notes=(read.notes or 0) + len(statements), cited=cited)

    def spent(self) -> bool:
        """Whether the effort's bounds let nothing more be written anew."""
        self.enough = self.enough or self._effort.spent(self.records).replace(
            "No further round", "Nothing written anew"
        )
        return bool(self.enough)

    def _tell_kept(self, record: StepRecord) -> None:
        self._tell(Started(record.kind))
        self._tell(Finished(replace(record, note=f"{record.note} (kept from a task that was interrupted)")))


def prompt(work: Work, documents: str, request: str) -> list[Message]:
    """Documents between the seals, then what is wanted."""
    content = f"{prompts.enclosed(documents, work.seal)}\n\n{work.engine.tokenizer.neutralise(request)}"
    return [{"role": "system", "content": prompts.system(work.seal)}, {"role": "user", "content": content}]


def reply_room(tokens: int, rounds: int) -> int:
    """Tokens to keep free beside a prompt for a reply of so many, and to have it written anew."""
    anew = 2 * TEMPLATE_TOKENS + REPORT_TOKENS + len(prompts.revision_request("", ())) // 2 + tokens
    return tokens + TEMPLATE_TOKENS + (anew if rounds else 0)


def _key(model: str, messages: Sequence[Message], form: Form) -> str:
    asked = [model, [dict(message) for message in messages], form.schema, form.tokens]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
