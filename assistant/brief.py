"""Documents, a question and an engine in, the whole first prompt with its exact ledger out; sends nothing.

The layout is fixed: system, then documents, then history and the question. What stands before the question never
depends on it.
"""

from collections.abc import Sequence

from assistant.briefing import Briefing
from assistant.context import Ledger, Selection
from assistant.errors import ContextTooLong, QuestionMissing
from assistant.layout import Turn, messages, parts
from assistant.pack import Way, pack
from assistant.reserve import reserve
from assistant.search import Search
from yarn_runtime import Engine


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
) -> Briefing:
    """Pack the prompt of one run and count it with the engine itself.

    `seal` is the library's own line around the documents (`Library.seal`). `most` is for where fewer tokens of
    documents are wanted than fit: a small model answers worse over much text, and a slow engine reads long.

    Raises QuestionMissing, NothingToAsk, ContextTooLong (before anything is sent to be answered), or what
    counting raises.
    """
    if not question.strip():
        raise QuestionMissing("The question is empty.", "Type what you want to know.")
    kept = reserve(rounds)
    budget = engine.limit - kept
    bare = messages(engine, "", question, history, seal)
    fixed = engine.count(bare)
    if fixed >= budget:
        raise ContextTooLong(
            f"Question and conversation need {fixed:,} tokens, and {budget:,} of {engine.limit:,} are left beside"
            f" {kept:,} for the answer.",
            "Shorten the question, start a new conversation, or start the engine with a longer --context.",
        )
    tokenizer = engine.tokenizer
    room = budget - fixed if most is None else min(budget - fixed, most)
    while True:
        context = pack(
            selections, question, room, count=tokenizer.count, neutralise=tokenizer.neutralise, way=way, search=search
        )
        prompt = messages(engine, context.text, question, history, seal)
        prompt_tokens = engine.count(prompt)
        # Counts of joined texts do not add up to the token: the few that are over are taken from the documents' room.
        over = prompt_tokens - budget
        if over <= 0:
            break
        if way == "whole":
            raise ContextTooLong(
                f"The prompt needs {prompt_tokens:,} tokens, {over:,} more than the {budget:,} of {engine.limit:,} that"
                f" are left beside {kept:,} for the answer.",
                "Choose fewer pages (--pages A-B), or start the engine with a longer --context.",
            )
        room -= over
    coverage = Ledger(
        engine.limit,
        prompt_tokens,
        kept,
        parts(engine, context, question, history, seal, prompt_tokens),
        context.documents,
    )
    return Briefing(engine, prompt, context, coverage, question, rounds)
