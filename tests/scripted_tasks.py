"""What the tests of tasks share: a long contract, a model that reads what it is shown, and a task done on both."""

import json
import re

from assistant import Run, Selection, plan_task
from ingest import read
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

FACTS = {
    "The notice period is 30 days.": "notice period is 30",
    "The fee is 1,250 euros a year.": "fee is 1,250",
}


def long_contract(folder, clauses=400):
    """Far longer than a small engine's limit, with a fact near its beginning and one near its end."""
    lines = [f"Clause {number} of this contract is void and of no effect at all.\n\n" for number in range(clauses)]
    lines[20] = "The notice period is 30 days, counted from the day of receipt.\n\n"
    lines[clauses - 20] = "The fee is 1,250 euros a year, payable in advance.\n\n"
    source = folder / "contract.txt"
    source.write_text("".join(lines))
    return read(source)


def said(*statements, **beside) -> str:
    """A reply of statements: (text, marks), or (text, marks, {further fields})."""
    return json.dumps(
        {
            "statements": [
                {"text": text, "marks": marks, **(rest[0] if rest else {})} for text, marks, *rest in statements
            ]
        }
    )


def mark_of(words: str, prompt: str) -> int | None:
    """The mark of the passage or note that holds these words, as a model sees it."""
    found = re.search(rf"<(\d+)> (?:(?!<\d+> ).)*?{re.escape(words)}", prompt, re.DOTALL)
    return int(found[1]) if found else None


def facts(prompt: str, known=FACTS) -> str:
    """The reply of a model that says what it knows to stand there, and nothing else."""
    return said(*((text, [mark]) for text, words in known.items() if (mark := mark_of(words, prompt)) is not None))


def faithful(messages, schema, call) -> str:
    """A model that says both facts where it sees them, and repeats its reply when it is asked to mend it."""
    return messages[2]["content"] if len(messages) > 2 else facts(messages[1]["content"])


def done(task, documents, script=faithful, *, limit=4_000, rounds=1, effort=None, replies=None, seal="", keep=None):
    """The answer, its steps, and what the engine was asked."""
    selections = [each if isinstance(each, Selection) else Selection(each) for each in documents]
    with scripted_engine(script, limit=limit) as scripted:
        work = plan_task(task, attach(scripted.url), selections, rounds=rounds, replies=replies, seal=seal)
        run = Run(work, keep, effort=effort)
        steps = list(run.steps())
        return steps[-1].answer, steps, scripted.requests


def resolves(answer) -> None:
    """Every citation is a slice of its page, and each section's statements are the answer's own."""
    for citation in answer.citations:
        span = citation.passage
        assert citation.shown.document.page(span.page).text[span.start : span.end] == span.text
    value = answer.to_json()
    listed = [index for section in value["sections"] for index in section["statements"]]
    assert listed == list(range(len(answer.statements)))
