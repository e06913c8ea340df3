"""Documents, a question and an engine in, the whole first prompt with its exact ledger out; sends nothing.

The layout is fixed: system, then documents, then history and the question. What stands before the question never
depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.briefing import Briefing
from assistant.context import Ledger, Selection
from assistant.desk import Desk, tools_of
from assistant.errors import ContextTooLong, QuestionMissing
from assistant.layout import Turn, messages, parts
from assistant.looking import Looking, looks_reserve
from assistant.pack import Way, pack
from assistant.reserve import reserve
from assistant.search import Search
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


def _packed(asked: _Asked, kept: int, shown: Sequence[Tool]) -> Briefing:
    """What fits beside what is kept free for the replies; `shown` are the tools that stand in the prompt."""
    engine, question, history, seal = asked.engine, asked.question, asked.history, asked.seal
    budget = engine.limit - kept
    may_look = bool(shown)
    bare = messages(engine, "", question, history, seal, may_look)
    fixed = engine.count(bare, shown)
    if fixed >= budget:
        raise ContextTooLong(
            f"Question and conversation need {fixed:,} tokens, and {budget:,} of {engine.limit:,} are left beside"
            f" {kept:,} for the answer.",
            "Shorten the question, start a new conversation, or start the engine with a longer --context.",
        )
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    room = budget - fixed if asked.most is None else min(budget - fixed, asked.most)
    while True:
        context = pack(
            asked.selections, question, room, count=count, neutralise=neutralise, way=asked.way, search=asked.search
        )
        prompt = messages(engine, context.text, question, history, seal, may_look)
        prompt_tokens = engine.count(prompt, shown)
        # Counts of joined texts do not add up to the token: the few that are over are taken from the documents' room.
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
    tools_tokens = fixed - engine.count(bare) if shown else 0
    split = parts(engine, context, question, history, seal, prompt_tokens, tools_tokens)
    coverage = Ledger(engine.limit, prompt_tokens, kept, split, context.documents)
    return Briefing(engine, prompt, context, coverage, question, 0)
