"""Documents, a question and a budget in, exactly what would be sent of the documents and its ledger out; no engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Citation
from assistant.context import Context, Ledger, Selection
from assistant.errors import QuestionMissing
from assistant.pack import Way, pack
from assistant.search import Search
from yarn_runtime import TokenCounter

WITHOUT_BOUND = 10**12


@dataclass(frozen=True, slots=True)
class Preview:
    """The documents' part of a prompt."""

    context: Context
    coverage: Ledger
    exact: bool
    """False if the tokens are estimates."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values: the text, what each mark in it stands for, and the ledger."""
        return {
            "text": self.context.text,
            "spans": [
                {"mark": mark, **Citation(item, item.span).to_json()} for mark, item in self.context.shown.items()
            ],
            "coverage": {**self.coverage.to_json(), "exact": self.exact},
        }


def preview(
    selections: Sequence[Selection],
    question: str,
    budget: int | None,
    tokenizer: TokenCounter,
    *,
    way: Way = "auto",
    search: Search | None = None,
) -> Preview:
    """What of the selections goes into `budget` tokens; all of them where there is none.

    Raises QuestionMissing where the nearest passages are wanted and nothing is asked, else as `pack` does.
    """
    bound = WITHOUT_BOUND if budget is None else budget
    if not question.strip() and way != "whole":
        if way == "search":
            raise QuestionMissing("Nothing is asked.", "Give a question (-q), or send everything (--way whole).")
        way = "whole"
    context = pack(
        selections, question, bound, count=tokenizer.count, neutralise=tokenizer.neutralise, way=way, search=search
    )
    tokens = tokenizer.count(context.text)
    limit = tokens if budget is None else budget
    coverage = Ledger(limit, tokens, 0, {"documents": tokens}, context.documents)
    return Preview(context, coverage, tokenizer.exact)
