"""Documents too long for one prompt in, a briefing made of what was noted while every passage was read out.

Window after window goes to the engine; its notes name passages of that window. The passages that the notes name then
stand before the question, under new marks and followed by the notes, and the agent answers over them as over any other
prompt, with the same check. The ledger holds every window, so that it proves that all was read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant import prompts
from assistant.answer import StepRecord
from assistant.brief import brief
from assistant.briefing import Briefing
from assistant.call import Call, Tell, ask
from assistant.context import Context, Ledger, Selection, ShownSpan, WindowRead
from assistant.conversation import SHARE
from assistant.coverage import covered
from assistant.errors import ContextTooLong, NothingToAsk, QuestionMissing
from assistant.layout import Aside, Laid, messages, parts, recalled
from assistant.memory import Memory, remember, remembered
from assistant.notes import (
    NOTE_TOKENS,
    PICK_TOKENS,
    Note,
    note_request,
    note_schema,
    pick_request,
    pick_schema,
    read_notes,
    read_pick,
)
from assistant.rendering import render
from assistant.replies import read_draft
from assistant.reserve import TEMPLATE_TOKENS, reserve
from assistant.search import Search
from assistant.turn import Layout, Turn
from assistant.windows import counted, unread
from yarn_runtime import Engine, Message


@dataclass(frozen=True, slots=True)
class ReadAll:
    """The plan of reading everything: which windows, and what they cost. Nothing has been sent yet."""

    engine: Engine
    selections: Sequence[Selection]
    question: str
    history: Sequence[Turn]
    rounds: int
    search: Search | None
    seal: str
    windows: tuple[tuple[ShownSpan, ...], ...]
    coverage: Ledger
    """Of the windows together: `prompt_tokens` is the sum of their prompts."""


def plan_read_all(
    engine: Engine,
    selections: Sequence[Selection],
    question: str,
    *,
    history: Sequence[Turn] = (),
    rounds: int = 1,
    search: Search | None = None,
    seal: str = "",
) -> ReadAll:
    """Divide the selections into windows, each counted by the engine itself.

    Raises QuestionMissing, NothingToAsk, ContextTooLong, or what counting raises.
    """
    if not question.strip():
        raise QuestionMissing("The question is empty.", "Type what you want to know.")
    chosen = [
        (selection.document, page, span)
        for selection in selections
        for page in selection.document.pages
        if selection.includes(page)
        for span in page.spans
    ]
    if not chosen:
        raise NothingToAsk("There is no text to ask about.", "Choose a document, or pages of it, that hold text.")
    shown = [ShownSpan(mark, *item) for mark, item in enumerate(chosen, 1)]
    parted = counted(
        shown, engine, lambda window: _window_prompt(engine, window, question, seal), engine.limit - NOTE_TOKENS
    )
    reads, total = tuple(unread(*each) for each in parted), sum(tokens for _, tokens in parted)
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    documents = tuple(covered(selection, shown, "", count, neutralise) for selection in selections)
    ledger = Ledger(engine.limit, total, NOTE_TOKENS, {"windows": total}, documents, reads)
    return ReadAll(
        engine,
        selections,
        question,
        history,
        rounds,
        search,
        seal,
        tuple(tuple(window) for window, _ in parted),
        ledger,
    )


def window_room(engine: Engine, question: str, seal: str) -> tuple[int, int]:
    """Tokens of passages that one window holds, and of what stands around them."""
    around = engine.count(_window_prompt(engine, [], question, seal))
    return max(1, engine.limit - NOTE_TOKENS - around), around


async def read_all(plan: ReadAll, tell: Tell) -> Briefing:
    """Read every window, and make the prompt of what was noted. Raises what the engine raises, and ContextTooLong."""
    notes: list[Note] = []
    reads: list[WindowRead] = []
    records: list[StepRecord] = []
    for number, (window, read) in enumerate(zip(plan.windows, plan.coverage.windows, strict=True), 1):
        first, last = window[0].mark, window[-1].mark
        call = Call("read", [], note_schema(first, last), NOTE_TOKENS, _said(f"window {number} of {len(plan.windows)}"))
        prompt = _window_prompt(plan.engine, window, plan.question, plan.seal)
        text, record = await ask(_one_call(plan, prompt, read.tokens), call, tell)
        found = read_notes(text, first, last)
        notes += found
        cited = dict.fromkeys(mark for note in found for mark in note.marks)
        reads.append(replace(read, notes=len(found), cited=tuple(cited)))
        records.append(record)
    return await _with_notes(plan, notes, reads, records, tell)


async def _with_notes(
    plan: ReadAll, notes: list[Note], reads: Sequence[WindowRead], records: list[StepRecord], tell: Tell
) -> Briefing:
    """Pick among the notes until what they name fits; then the briefing of the answer."""
    taken = len(notes)
    while notes:
        briefing = _briefing(plan, notes, taken)
        if briefing is not None:
            return replace(briefing, before=tuple(records), coverage=replace(briefing.coverage, windows=tuple(reads)))
        if len(notes) == 1:
            raise ContextTooLong(
                "The passages of one note alone do not fit beside the question.",
                "Shorten the question, start a new conversation, or start the engine with a longer --context.",
            )
        notes = await _picked(plan, notes, records, tell)
    nearest = brief(
        plan.engine,
        plan.selections,
        plan.question,
        history=plan.history,
        rounds=plan.rounds,
        way="search",
        search=plan.search,
        seal=plan.seal,
    )
    documents = plan.coverage.documents  # everything was read, though nothing was noted
    return replace(
        nearest,
        before=tuple(records),
        coverage=replace(nearest.coverage, documents=documents, windows=tuple(reads)),
    )


async def _picked(plan: ReadAll, notes: list[Note], records: list[StepRecord], tell: Tell) -> list[Note]:
    """About half of the notes, window by window of notes where they are too many for one prompt."""
    kept: list[Note] = []
    rest = list(notes)
    while rest:
        size = len(rest)
        while size > 1 and plan.engine.count(_pick_prompt(plan, rest[:size])) > plan.engine.limit - PICK_TOKENS:
            size //= 2
        some, rest = rest[:size], rest[size:]
        prompt = _pick_prompt(plan, some)
        call = Call("pick", [], pick_schema(some), PICK_TOKENS, lambda _: f"of {len(notes)} notes")
        text, record = await ask(_one_call(plan, prompt, plan.engine.count(prompt)), call, tell)
        records.append(record)
        kept += read_pick(text, some, plan.question)
    return kept if len(kept) < len(notes) else kept[: len(notes) // 2]


def _briefing(plan: ReadAll, notes: Sequence[Note], taken: int) -> Briefing | None:
    """The prompt of the answer over these notes; None where it does not fit."""
    engine = plan.engine
    every = {item.mark: item for window in plan.windows for item in window}
    cited = sorted({mark for note in notes for mark in note.marks})
    shown = [replace(every[mark], mark=number) for number, mark in enumerate(cited, 1)]
    renamed = {mark: number for number, mark in enumerate(cited, 1)}
    neutralise = engine.tokenizer.neutralise
    passages = render(shown, neutralise)
    lines = "\n".join(
        f"- {neutralise(note.text)} {''.join(f'<{renamed[mark]}>' for mark in note.marks)}" for note in notes
    )
    picked = "" if len(notes) == taken else f", {len(notes)} of {taken}"
    text = f"{passages}\n=== Notes taken while all was read{picked} ===\n{lines}"
    kept = reserve(plan.rounds)
    memory = _remembered(plan, engine.limit - kept)
    recalled_turns = tuple(plan.history[index] for index in memory.recalled)
    history = tuple(plan.history[memory.first :])
    laid = Laid(tuple(shown), history, (*(Aside() for _ in history), Aside((), recalled_turns)))
    prompt = messages(engine, text, plan.question, history, plan.seal, laid=laid)
    tokens = engine.count(prompt)
    if tokens > engine.limit - kept:
        return None
    context = Context(text, {item.mark: item for item in shown}, plan.coverage.documents)
    split = parts(engine, context.text, plan.question, history, plan.seal, tokens, laid=laid)
    count = engine.tokenizer.count
    split = {**split, "documents": count(passages), "notes": split["documents"] - count(passages)}
    turns = remembered(plan.history, memory)
    ledger = Ledger(engine.limit, tokens, kept, split, plan.coverage.documents, turns=turns)
    return Briefing(engine, prompt, context, ledger, plan.question, plan.rounds)


def _remembered(plan: ReadAll, room: int) -> Memory:
    """Which turns stand beside the notes: in whole or recalled, in a quarter of the room."""
    count, neutralise = plan.engine.tokenizer.count, plan.engine.tokenizer.neutralise
    short = [recalled(None, turn, neutralise) for turn in plan.history]
    costs = [count(text) + count(prompts.asked("")) + TEMPLATE_TOKENS for text in short]
    search = plan.search or Search()
    return remember(
        [replace(turn, layout=Layout()) for turn in plan.history],
        room // SHARE,
        whole=costs.__getitem__,
        recalled=costs.__getitem__,
        nearest=lambda: search.nearest(plan.question, short),
    )


def _one_call(plan: ReadAll, prompt: list[Message], tokens: int) -> Briefing:
    """What a call needs to know of its prompt."""
    ledger = Ledger(plan.engine.limit, tokens, NOTE_TOKENS, {}, ())
    return Briefing(plan.engine, prompt, Context("", {}, ()), ledger, plan.question, 0)


def _window_prompt(engine: Engine, window: Sequence[ShownSpan], question: str, seal: str) -> list[Message]:
    neutralise = engine.tokenizer.neutralise
    content = note_request(prompts.enclosed(render(window, neutralise), seal), neutralise(question))
    return [{"role": "system", "content": prompts.system(seal)}, {"role": "user", "content": content}]


def _pick_prompt(plan: ReadAll, notes: Sequence[Note]) -> list[Message]:
    content = plan.engine.tokenizer.neutralise(pick_request(notes, plan.question))
    return [{"role": "system", "content": prompts.system("")}, {"role": "user", "content": content}]


def _said(where: str) -> Callable[[str], str]:
    return lambda text: f"{where}: {len(read_draft(text).claims)} notes"
