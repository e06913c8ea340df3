"""One document, a reflected answer and three follow-ups in, the tokens that the engine computed for them out: beside a
plain LangChain reflection loop that puts the document after the question.

Computed are the tokens of all prompts less those that came from the prefix cache, by the engine's own usage; the goal
is at most 1.10 times the document's tokens. Both sides run on one engine in one run.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from langchain_openai import ChatOpenAI

from assistant import Run, Selection, Turn, brief
from ingest import read
from ui.settings import load
from yarn_runtime import Engine, Memory, Place, attach, embedded_model, find_environment, plan, serve

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "samples" / "reportlab-userguide.pdf"
QUESTIONS = (
    "What is the ReportLab PDF library?",
    "Which Python versions does it need?",
    "What is RML?",
    "How can one get involved?",
)
REPLY_TOKENS = 192


@dataclass
class Tally:
    """What one side cost."""

    calls: int = 0
    prompt: int = 0
    cached: int = 0

    def add(self, prompt: int, cached: int) -> None:
        """Count one call."""
        self.calls += 1
        self.prompt += prompt
        self.cached += cached

    @property
    def computed(self) -> int:
        """Tokens of prompts that the engine had to compute."""
        return self.prompt - self.cached


def ours(engine: Engine, pages: frozenset[int]) -> tuple[Tally, int]:
    """A draft, check, critique and revision, and three follow-ups of one draft each; and the document's tokens."""
    tally, history = Tally(), []
    document = read(GUIDE)
    size = 0
    for number, question in enumerate(QUESTIONS):
        briefing = brief(
            engine, [Selection(document, pages)], question, history=history, rounds=0 if number else 1, way="whole"
        )
        size = briefing.coverage.parts["documents"]
        answer = Run(briefing).answer()
        history.append(Turn(question, answer.text))
        for step in answer.steps:
            if step.prompt_tokens:
                tally.add(step.prompt_tokens, step.cached_tokens)
    return tally, size


def langchain_loop(engine: Engine, pages: frozenset[int]) -> Tally:
    """The loop as tutorials write it: each prompt says what is wanted, then holds the document."""
    document = read(GUIDE)
    text = "\n".join(document.page(number).text for number in sorted(pages))
    chat = ChatOpenAI(
        model=engine.model,
        base_url=f"{engine.url}/v1",
        api_key=lambda: "unused",
        temperature=0.0,
        max_completion_tokens=REPLY_TOKENS,
        streaming=True,
        stream_usage=True,
    )
    tally = Tally()

    def say(prompt: str) -> str:
        reply = chat.invoke(prompt)
        usage = reply.usage_metadata or {}
        tally.add(usage["input_tokens"], usage.get("input_token_details", {}).get("cache_read", 0) or 0)
        return str(reply.text)

    first = QUESTIONS[0]
    draft = say(f"Answer the question.\nQuestion: {first}\nDocument:\n{text}")
    critique = say(f"Critique this answer to the question.\nQuestion: {first}\nAnswer: {draft}\nDocument:\n{text}")
    answer = say(f"Improve the answer.\nQuestion: {first}\nAnswer: {draft}\nCritique: {critique}\nDocument:\n{text}")
    said = f"Question: {first}\nAnswer: {answer}\n"
    for question in QUESTIONS[1:]:
        answer = say(f"{said}Answer the question.\nQuestion: {question}\nDocument:\n{text}")
        said += f"Question: {question}\nAnswer: {answer}\n"
    return tally


def table(size: int, mine: Tally, theirs: Tally, engine: Engine) -> str:
    """Both sides, side by side."""
    lines = [
        f"Document: {size:,} tokens; blocks of {engine.block_size} tokens; model {engine.model}.",
        "",
        "| | calls | tokens of prompts | from the cache | computed | times the document |",
        "|---|---|---|---|---|---|",
    ]
    for name, tally in (("unspool", mine), ("plain LangChain loop", theirs)):
        share = tally.computed / size
        lines.append(
            f"| {name} | {tally.calls} | {tally.prompt:,} | {tally.cached:,} | {tally.computed:,} | {share:.2f} |"
        )
    return "\n".join(lines)


@contextlib.contextmanager
def running(url: str | None, context: int) -> Iterator[Engine]:
    """The engine at `url`, or the embedded model on a real vLLM on this machine's processor."""
    if url:
        yield attach(url)
        return
    settings = load()
    environment = find_environment(settings.engines, "cpu")
    checkpoint = embedded_model(settings.models, environment, print)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "engine.json", Path(folder))
        planned = plan(checkpoint, context=context, memory=Memory.of_machine())
        with serve(planned, environment, place, port=None, say=print) as engine:
            yield engine


def main() -> None:
    """Run both sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine-url")
    parser.add_argument("--pages", type=int, default=6, help="Pages of the guide, from page 6 on.")
    parser.add_argument("--context", type=int, default=8_192)
    arguments = parser.parse_args()
    pages = frozenset(range(6, 6 + arguments.pages))
    with running(arguments.engine_url, arguments.context) as engine:
        mine, size = ours(engine, pages)
        print(table(size, mine, langchain_loop(engine, pages), engine))


if __name__ == "__main__":
    main()
