"""Documents, a question and an engine in, the whole first prompt with its exact ledger out; sends nothing.

The layout is fixed: system, then documents, then history and the question. What stands before the question never
depends on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.briefing import Briefing
from assistant.context import Context, DocumentCoverage, Ledger, Selection, TurnCoverage
from assistant.conversation import Conversation, Packed
from assistant.coverage import covered
from assistant.desk import Desk, tools_of
from assistant.errors import ContextTooLong, QuestionMissing
from assistant.layout import Aside, Laid, messages, parts
from assistant.looking import Looking, looks_reserve
from assistant.memory import Memory, remembered
from assistant.pack import Way, not_fitting, pack
from assistant.rendering import render
from assistant.reserve import reserve
from assistant.search import Search
from assistant.turn import Layout, Shelf, Turn
from yarn_runtime import Engine, Tool

LEAST_THINKING = 2048
"""Tokens for a model that thinks even where it is asked not to; a fourth of what Qwen tests with (8,192)."""


def brief(
    engine: Engine,
    selections: Sequence[Selection],
    question: str,
    *,
    history: Sequence[Turn] = (),
    rounds: int = 1,
    way: Way = "auto",
    search: Search | None = None,
    seal: str = "",
    most: int | None = None,
    tools: bool = True,
    thinking: int = 0,
) -> Briefing:
    """Pack the prompt of one run and count it with the engine itself.

    `seal` is the library's own line around the documents (`Library.seal`). `most` is for where fewer tokens of
    documents are wanted than fit: a small model answers worse over much text, and a slow engine reads long. With
    `tools` a model that can may look up what is left out, where anything is. `thinking` are the tokens that a model may
    think before it answers; one that always thinks gets some.

    Raises QuestionMissing, NothingToAsk, ContextTooLong (before anything is sent to be answered), or what
    counting raises.
    """
    if not question.strip():
        raise QuestionMissing("The question is empty.", "Type what you want to know.")
    if engine.always_thinks:
        thinking = max(thinking, LEAST_THINKING)
    asked = _Asked(engine, selections, question, history, way, search or Search(), seal, most)
    kept = reserve(rounds, thinking)
    briefing = _packed(asked, kept, ())
    if tools and way != "whole" and not all(each.whole for each in briefing.coverage.documents):
        briefing = _with_tools(asked, kept, briefing)
    return replace(briefing, rounds=rounds, thinking=thinking)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the packing needs and does not change."""

    engine: Engine
    selections: Sequence[Selection]
    question: str
    history: Sequence[Turn]
    way: Way
    search: Search
    seal: str
    most: int | None


def _with_tools(asked: _Asked, kept: int, without: Briefing) -> Briefing:
    """Packed anew with room for what is looked up, where the model can, something was left out, and at least half of
    the room stays for what is sent at once.
    """
    chosen = sum(len(page.spans) for each in asked.selections for page in each.document.pages if each.includes(page))
    engine, tokenizer = asked.engine, asked.engine.tokenizer
    reserved = kept + looks_reserve(engine.limit)
    if len(without.context.shown) == chosen or 2 * (engine.limit - reserved) < engine.limit - kept:
        return without
    if not engine.calls_tools:
        return without
    try:
        briefing = _packed(asked, reserved, tools_of(asked.selections))
    except ContextTooLong:
        return without
    desk = Desk(asked.selections, briefing.context, asked.search, tokenizer.count, tokenizer.neutralise)
    return replace(briefing, looking=Looking(desk, asked.seal, engine.limit))


def _packed(asked: _Asked, kept: int, tools: Sequence[Tool]) -> Briefing:
    """What fits beside what is kept free for the replies; `tools` stand in the prompt, too."""
    engine, question, seal, may_look = asked.engine, asked.question, asked.seal, bool(tools)
    budget = engine.limit - kept
    fixed = engine.count(messages(engine, "", question, (), seal, may_look), tools)
    if fixed >= budget:
        raise ContextTooLong(
            f"Question and conversation need {fixed:,} tokens, and {budget:,} of {engine.limit:,} are left beside"
            f" {kept:,} for the answer.",
            "Shorten the question, start a new conversation, or start the engine with a longer --context.",
        )
    neutralise, room = engine.tokenizer.neutralise, budget - fixed
    pack_into = _packing(asked)
    while True:
        packed = pack_into(room)
        laid = packed.laid
        text = render(laid.base, neutralise)
        prompt = messages(engine, text, question, laid.turns, seal, may_look, laid)
        prompt_tokens = engine.count(prompt, tools)
        # Counts of joined texts do not add up to the token: the few that are over are taken from the room.
        over = prompt_tokens - budget
        if over <= 0:
            break
        if asked.way == "whole":
            raise ContextTooLong(
                f"The prompt needs {prompt_tokens:,} tokens, {over:,} more than the {budget:,} of {engine.limit:,} that"
                f" are left beside {kept:,} for the answer.",
                "Choose fewer pages (--pages A-B), or start the engine with a longer --context.",
            )
        room -= over
    context = Context(text, laid.shown, _coverage(asked, packed))
    split = parts(engine, text, question, laid.turns, seal, prompt_tokens, tools, laid)
    coverage = Ledger(engine.limit, prompt_tokens, kept, split, context.documents, turns=_turns(asked.history, packed))
    return Briefing(engine, prompt, context, coverage, question, 0, layout=packed.layout)


def _packing(asked: _Asked) -> Callable[[int], Packed]:
    """What fits into so many tokens beside the question."""
    tokenizer = asked.engine.tokenizer
    shelf = Shelf(asked.selections)
    if asked.history and shelf.chosen:
        conversation = Conversation(
            shelf, asked.history, asked.question, asked.search, tokenizer.count, tokenizer.neutralise
        )
        return lambda room: conversation.packed(room, way=asked.way, most=asked.most)

    def first(room: int) -> Packed:
        context = pack(
            asked.selections,
            asked.question,
            room if asked.most is None else min(room, asked.most),
            count=tokenizer.count,
            neutralise=tokenizer.neutralise,
            way=asked.way,
            search=asked.search,
        )
        base = tuple(context.shown.values())
        layout = Layout(shelf.runs((item.document, item.page, item.span) for item in base))
        return Packed(Laid(base, (), (Aside(),)), layout, Memory(0, ()), context.documents)

    return first


def _coverage(asked: _Asked, packed: Packed) -> tuple[DocumentCoverage, ...]:
    """How much of each document is shown, wherever it stands in the prompt."""
    if packed.documents is not None:
        return packed.documents
    tokenizer, shown = asked.engine.tokenizer, list(packed.laid.shown.values())
    why = not_fitting(asked.search)
    return tuple(covered(each, shown, why, tokenizer.count, tokenizer.neutralise) for each in asked.selections)


def _turns(history: Sequence[Turn], packed: Packed) -> tuple[TurnCoverage, ...]:
    """How each earlier turn stands in the prompt."""
    reminded = {id(turn) for each in packed.laid.asides for turn in each.recalled}
    return remembered(history, packed.memory, {index for index, turn in enumerate(history) if id(turn) in reminded})
