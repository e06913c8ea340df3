"""A fixed set of statements in, true ones and planted falsehoods, what the check says of them out.

`benchmarks/data/statements.jsonl` holds one statement a line: `half` (the part of the set; first: seen while the rules
were written; the others: written afterwards over other documents, frozen, and run before the rules were mended by
them), `source`, `find` (words of the passage it cites), `kind` and `text`. Kinds `literal` and `paraphrase` are true;
each other kind names what is false. Goal: no falsehood of a kind that the rules cover is verified (those that they do
not see are told in docs/citations.md: `swap`, `reworded`), and at most 2 % of the true ones are not.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from assistant.answer import Statement
from assistant.check import check
from assistant.context import ShownSpan
from assistant.fold import fold
from assistant.replies import Claim
from ingest import Document, read

ROOT = Path(__file__).parent.parent
DATA = ROOT / "benchmarks" / "data" / "statements.jsonl"
TRUE = ("literal", "paraphrase")
NOT_COVERED = ("swap", "reworded")
INVENTED_MARK = 10**6


@dataclass(frozen=True)
class Case:
    """A statement of the set, with what the check makes of it."""

    half: str
    kind: str
    text: str
    checked: Statement

    @property
    def group(self) -> str:
        """What it counts among."""
        return "all true" if self.kind in TRUE else "not covered" if self.kind in NOT_COVERED else "all false"

    @property
    def right(self) -> bool:
        """Whether a true statement is verified, or a false one is not."""
        return (self.checked.status == "verified") == (self.kind in TRUE)


def cases() -> Iterator[Case]:
    """The whole set, checked."""
    for line in DATA.read_text("utf-8").splitlines():
        row = json.loads(line)
        shown = _shown(row["source"])
        mark = INVENTED_MARK if row["kind"] == "invented" else _mark(shown, row["find"])
        (statement,) = check([Claim(row["text"], (mark,))], shown)
        yield Case(row["half"], row["kind"], row["text"], statement)


@cache
def _document(source: str) -> Document:
    return read(ROOT / source)


@cache
def _shown(source: str) -> dict[int, ShownSpan]:
    document, marks = _document(source), count(1)
    spans = ((page, span) for page in document.pages for span in page.spans)
    return {mark: ShownSpan(mark, document, page, span) for mark, (page, span) in zip(marks, spans, strict=False)}


def _mark(shown: dict[int, ShownSpan], find: str) -> int:
    return next(mark for mark, item in shown.items() if fold(find) in fold(item.span.text))


def table(found: list[Case]) -> str:
    """Per part and kind: how many, and how many of them are right."""
    tally: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for case in found:
        for kind in (case.kind, case.group):
            entry = tally[case.half, kind]
            entry[0] += 1
            entry[1] += case.right
    lines = ["| part | kind | statements | right | share |", "|---|---|---|---|---|"]
    order = {"all true": 2, "all false": 3, "not covered": 4, **dict.fromkeys(TRUE, 0), **dict.fromkeys(NOT_COVERED, 5)}
    for (half, kind), (number, right) in sorted(tally.items(), key=lambda item: (item[0][0], order.get(item[0][1], 1))):
        lines.append(f"| {half} | {kind} | {number} | {right} | {right / number:.1%} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table and every statement that the check gets wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="Put the table into this file, between its markers.")
    arguments = parser.parse_args()
    found = list(cases())
    print(table(found))
    for case in found:
        if not case.right:
            print(f"\n{case.half} {case.kind}: {case.text}\n  {case.checked.status} {' '.join(case.checked.findings)}")
    if arguments.write:
        before, _, rest = arguments.write.read_text("utf-8").partition("<!-- measured -->\n")
        after = rest.partition("<!-- end -->")[2]
        text = f"{before}<!-- measured -->\n{table(found)}\n<!-- end -->{after}"
        arguments.write.write_text(text, "utf-8")
    sys.exit(0 if all(case.right for case in found if case.group == "all false") else 1)


if __name__ == "__main__":
    main()
