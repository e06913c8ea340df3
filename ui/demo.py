"""Nothing in, two cited answers out: one question about the sample PDF, one about the sample codebase."""

import time
from pathlib import Path

from assistant import needed
from ingest import SourceMissing
from ui.asking import How, ask, select
from ui.engines import engine
from ui.searching import open_library
from ui.settings import Settings
from ui.sources import HowToRead
from ui.terminal import Terminal
from yarn_runtime import TokenCounter

SAMPLES = Path(__file__).parent.parent / "samples"
QUESTIONS = (
    ("reportlab-userguide.pdf", "8", "What is the ReportLab PDF library?"),
    ("itsdangerous", None, "What does the TimestampSigner do?"),
)
MOST = 1_500
"""Tokens of documents: what two cores read in seconds, and a model of 135 million parameters can make use of."""


def run_demo(settings: Settings, terminal: Terminal) -> None:
    """Ask both questions on one engine and print the answers with their ledgers and the seconds of each step."""
    if not SAMPLES.is_dir():
        raise SourceMissing("The samples are not here.", "Run the demo from a checkout of the project.")
    library = open_library(settings, terminal.say)
    started = time.monotonic()
    answers = []
    how = HowToRead(settings.ocr_languages, limits=settings.limits)
    asked = [
        (select(library, [str(SAMPLES / name)], pages, how, terminal), question) for name, pages, question in QUESTIONS
    ]

    def need(tokenizer: TokenCounter) -> int:
        """One profile for both, so that the engine starts once."""
        return max(needed(chosen, question, settings.rounds, tokenizer, most=MOST) for chosen, question in asked)

    with engine(settings, terminal.say, need=need) as running:
        for selections, question in asked:
            answer = ask(running, library, selections, question, How(settings.rounds, most=MOST), terminal)
            answers.append(answer)
            if not terminal.as_json:
                terminal.answer(answer)
    if terminal.as_json:
        terminal.result({"answers": [answer.to_json() for answer in answers]})
    terminal.say(f"\nThe demo took {time.monotonic() - started:.0f} s.")
