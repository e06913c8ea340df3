"""The words of a ledger in English: what was read of how much, and why not the rest; part of `ui.words`."""

from collections.abc import Mapping


class LedgerWords:
    """What is said with a value in it; another language overrides it with the rest of the words."""

    parts: Mapping[str, str] = {}
    hows: Mapping[str, str] = {"recalled": "recalled with its statements", "left out": "left out"}
    states: Mapping[str, str] = {"whole": "read", "part": "read in part", "none": "left out"}

    def ledger_sum(self, tokens: int, limit: int, reserve: int, parts: str) -> str:
        """The ledger in one sentence."""
        return f"{tokens:,} tokens of {limit:,} are read, {reserve:,} are kept for the answer ({parts})."

    def ledger_windows(self, tokens: int, prompts: int, limit: int, reserve: int) -> str:
        """The ledger of what is read window after window in one sentence."""
        return (
            f"{tokens:,} tokens are read in {prompts} windows of at most {limit:,}, of each of which {reserve:,} are"
            " kept for the reply."
        )

    def whole(self, name: str, tokens: int) -> str:
        """A document went in whole."""
        return f"{name}: whole, {tokens:,} tokens."

    def partly(self, name: str, included: int, tokens: int) -> str:
        """A document did not go in whole."""
        return f"{name}: {included:,} of {tokens:,} tokens. Left out:"

    def left_out(self, named: str, tokens: int, why: str) -> str:
        """Pages that were left out, and why."""
        return f"{named}, {tokens:,} tokens: {why}."

    def pages_read(self, state: str, first: int, last: int) -> str:
        """Pages of the map: whole, part or none of them was read."""
        named = f"Page {first:,}" if first == last else f"Pages {first:,} to {last:,}"
        return f"{named}: {self.states[state]}"

    def in_windows(self, number: int, tokens: int) -> str:
        """Everything is read window after window."""
        return f"Everything is read in {number:,} windows, {tokens:,} tokens:"

    def turn(self, how: str, question: str) -> str:
        """An earlier question that is not sent whole with its answer."""
        return f"Earlier question, {self.hows.get(how, how)}: {question}"

    def looked_up(self, tokens: int) -> str:
        """What the model looked up by itself."""
        return f"Looked up by the model, {tokens:,} tokens:"

    def lookup(self, tool: str, asked: str, tokens: int, places: str) -> str:
        """One look, with what was asked and where it was found."""
        quoted = f" “{asked}”" if asked else ""
        return f"{tool}{quoted}, {tokens:,} tokens" + (f": {places}" if places else "")

    def window(self, where: str, tokens: int, noted: tuple[int, int] | None) -> str:
        """One window, with its notes and the passages that they name."""
        return f"{where}: {tokens:,} tokens" + (f", {noted[0]} notes on {noted[1]} passages" if noted else "")

    def in_part(self, pages: int, whole: int) -> str:
        """How many pages went in, in part too, of how many."""
        return f"{pages:,} of {whole:,} pages read"

    def part(self, name: str) -> str:
        """A part of a prompt in the ledger."""
        return self.parts.get(name, name)
