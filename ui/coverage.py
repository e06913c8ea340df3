"""How much of each document was sent in, lines with a map of its pages out; decides nothing."""

from collections.abc import Sequence

from assistant import DocumentCoverage, ToolUse, TurnCoverage, WayCost, WindowRead

WHOLE, PARTIAL, LEFT_OUT = "█", "▒", "·"
ROW = 100
"""Pages in one row of a map."""


def coverage_lines(documents: Sequence[DocumentCoverage]) -> list[str]:
    """Each document with what was left out of it, by reason, and a map of its pages."""
    lines: list[str] = []
    for document in documents:
        if document.whole:
            lines.append(f"{document.name}: whole, {document.tokens:,} tokens.")
            continue
        lines.append(f"{document.name}: {document.included_tokens:,} of {document.tokens:,} tokens. Left out:")
        reasons: dict[str, list[tuple[str, int]]] = {}
        for omission in document.omitted:
            reasons.setdefault(omission.why, []).append((omission.label, omission.tokens))
        for why, omitted in reasons.items():
            tokens = sum(count for _, count in omitted)
            named = omitted[0][0] if len(omitted) == 1 else f"{omitted[0][0]} … {omitted[-1][0]} ({len(omitted)})"
            lines.append(f"  {named}, {tokens:,} tokens: {why}.")
        lines += page_map(document.pages)
    return lines


def page_map(shares: Sequence[float]) -> list[str]:
    """A character a page, a hundred in a row: whole, partial, left out; nothing for a single page."""
    if len(shares) < 2:
        return []
    cells = "".join(WHOLE if share == 1 else PARTIAL if share else LEFT_OUT for share in shares)
    width = len(str(len(cells)))
    rows = [f"  {start + 1:>{width}} {cells[start : start + ROW]}" for start in range(0, len(cells), ROW)]
    return [*rows, f"  {WHOLE} whole  {PARTIAL} in part  {LEFT_OUT} left out"]


def window_lines(windows: Sequence[WindowRead]) -> list[str]:
    """By which prompts everything is read, and what was noted in each."""
    if not windows:
        return []
    total = sum(window.tokens for window in windows)
    lines = [f"Everything is read in {len(windows)} window{'' if len(windows) == 1 else 's'}, {total:,} tokens:"]
    for window in windows:
        noted = "" if window.notes is None else f", {window.notes} notes on {len(window.cited)} passages"
        lines.append(f"  {window.begins} … {window.ends}: {window.tokens:,} tokens{noted}")
    return lines


def turn_lines(turns: Sequence[TurnCoverage]) -> list[str]:
    """How the conversation so far is known, and which of it is not."""
    by: dict[str, list[str]] = {}
    for turn in turns:
        by.setdefault(turn.how, []).append(turn.question)
    if not by or set(by) == {"whole"}:
        return []
    lines = [f"Of the {len(turns)} earlier questions {len(by.get('whole', ()))} are sent whole with their answers."]
    for how, said in (("recalled", "Recalled with their statements"), ("left out", "Left out")):
        lines += [f"  {said}: {'; '.join(by[how])}."] if how in by else []
    return lines


def tool_lines(uses: Sequence[ToolUse]) -> list[str]:
    """What the model looked up by itself."""
    if not uses:
        return []
    lines = [f"Looked up by the model, {sum(use.tokens for use in uses):,} tokens:"]
    for use in uses:
        asked = f" “{use.asked}”" if use.asked else ""
        found = f": {', '.join(use.places)}" if use.places else ""
        lines.append(f"  {use.tool}{asked}, {use.tokens:,} tokens{found}")
    return lines


def way_lines(found: Sequence[WayCost], taken: str) -> list[str]:
    """What each way would send and cost; `taken` is the one that is gone."""
    lines = []
    for way in found:
        seconds = "" if way.seconds is None else f", about {way.seconds:,.0f} s"
        prompts = "" if way.prompts == 1 else f" in {way.prompts} prompts"
        fits = f"{way.what}; {way.tokens:,} tokens{prompts}{seconds}" if way.fits else f"{way.what}: does not fit"
        lines.append(f"{'>' if way.name == taken else ' '} {way.name:<9} {fits}")
    return lines
