"""One document, a reflected answer and three follow-ups in, the tokens that the engine computed for them out: beside a
plain LangChain reflection loop that puts the document after the question.

Computed are the tokens of all prompts less those that came from the prefix cache, by the engine's own usage; the goal
is at most 1.10 times the document's tokens. Both sides run on one engine in one run. Then more pages than the engine
holds are read window after window, and the ledger of that is compared with the engine's usage.
"""

import argparse
import contextlib
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from langchain_openai import ChatOpenAI

from assistant import Answer, Run, Selection, Turn, brief, plan_read_all
from ingest import Document, read
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
HEAD = """# What a reflected answer costs

Written by `make bench-agent`: a draft, its check, critique and revision, and three follow-up questions, beside a plain
LangChain loop whose prompts say what is wanted and then hold the document. *Computed* are the tokens of all prompts
that did not come from the engine's cache.
"""


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
        print(f"  call {self.calls}: {prompt:,} tokens, {cached:,} from the cache", flush=True)

    @property
    def computed(self) -> int:
        """Tokens of prompts that the engine had to compute."""
        return self.prompt - self.cached


def ours(engine: Engine, document: Document, pages: frozenset[int]) -> tuple[Tally, int]:
    """A draft, check, critique and revision, and three follow-ups of one draft each; and the document's tokens."""
    tally, history = Tally(), []
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


def langchain_loop(engine: Engine, document: Document, pages: frozenset[int]) -> Tally:
    """The loop as tutorials write it: each prompt says what is wanted, then holds the document."""
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
        f"{platform.machine()}, {os.cpu_count()} cores; model {engine.model} of {engine.limit:,} tokens, in blocks of"
        f" {engine.block_size}. The document has {size:,} tokens.",
        "",
        "| | calls | tokens of prompts | from the cache | computed | times the document |",
        "|---|---|---|---|---|---|",
    ]
    for name, tally in (("unspool", mine), ("plain LangChain loop", theirs)):
        share = tally.computed / size
        lines.append(
            f"| {name} | {tally.calls} | {tally.prompt:,} | {tally.cached:,} | {tally.computed:,} | {share:.3f} |"
        )
    return "\n".join(lines)


def read_everything(engine: Engine, document: Document, pages: frozenset[int]) -> str:
    """One question over more pages than fit, every one of them read; what the ledger and what the engine says of it."""
    chosen = [span for page in document.pages if page.number in pages for span in page.spans]
    started = time.monotonic()
    answer: Answer = Run(plan_read_all(engine, [Selection(document, pages)], QUESTIONS[0], rounds=1)).answer()
    seconds = time.monotonic() - started
    windows = answer.coverage.windows
    sent = [step.prompt_tokens for step in answer.steps if step.kind == "read"]
    in_windows = {number for window in windows for number in range(window.first, window.last + 1)}
    unread = set(range(1, len(chosen) + 1)) - in_windows
    told = {omission.why for each in answer.coverage.documents for omission in each.omitted}
    rows = [
        f"| {number} | {window.first} to {window.last} | {window.tokens:,} | {tokens:,} | {window.notes} |"
        for number, (window, tokens) in enumerate(zip(windows, sent, strict=True), 1)
    ]
    return "\n".join(
        [
            f"{len(pages)} pages of {len(chosen):,} passages, in {seconds:.0f} s with the answer. Passages in"
            f" no window: {len(unread)}. The ledger of pages that were not read says: {'; '.join(told) or 'nothing'}.",
            "",
            "| window | passages | ledger, tokens | engine, tokens | notes |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


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
    """Run all of it, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine-url")
    parser.add_argument("--pages", type=int, default=6, help="Pages of the guide, from page 6 on.")
    parser.add_argument("--read-pages", type=int, default=24, help="Pages that are read window after window.")
    parser.add_argument("--context", type=int, default=8_192)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    document = read(GUIDE)
    pages, more = (frozenset(range(6, 6 + count)) for count in (arguments.pages, arguments.read_pages))
    with running(arguments.engine_url, arguments.context) as engine:
        mine, size = ours(engine, document, pages)
        told = table(size, mine, langchain_loop(engine, document, pages), engine)
        print(told, flush=True)
        windows = read_everything(engine, document, more)
        print(windows)
    if arguments.write:
        arguments.write.write_text(f"{HEAD}\n{told}\n\n## Everything read\n\n{windows}\n", "utf-8")


if __name__ == "__main__":
    main()
