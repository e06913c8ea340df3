"""Documents' text, history and a question in, the messages of a prompt and what each part of it takes out.

The layout is fixed: system, then documents, then history and the question. What stands before the question never
depends on it. What is added for a question (more passages, earlier turns that it recalls) stands right before it and
stays there, so that the next prompt begins with all of this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant import prompts
from assistant.context import ShownSpan
from assistant.rendering import Neutralise, as_data, render
from assistant.turn import Said, Turn
from yarn_runtime import Engine, Message, Tool


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands before a question besides the documents."""

    passages: tuple[ShownSpan, ...] = ()
    recalled: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Laid:
    """Everything that a prompt holds, in its place."""

    base: tuple[ShownSpan, ...]
    """The documents' part."""
    turns: tuple[Turn, ...]
    """Those that stand whole."""
    asides: tuple[Aside, ...]
    """One for each of these turns, and one for the new question."""

    @cached_property
    def shown(self) -> Mapping[int, ShownSpan]:
        """All passages by their marks."""
        every = [*self.base, *(item for each in self.asides for item in each.passages)]
        return {item.mark: item for item in every}

    def marks(self, said: Said) -> tuple[int, ...]:
        """Under which marks the passages of an earlier statement stand, as far as they do."""
        found = [
            item.mark
            for document, page, start in said.places
            for item in self._by_page.get((document, page), ())
            if item.span.start <= start < item.span.end
        ]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _by_page(self) -> dict[tuple[str, int], list[ShownSpan]]:
        found: dict[tuple[str, int], list[ShownSpan]] = {}
        for item in self.shown.values():
            found.setdefault((item.document.id, item.page.number), []).append(item)
        return found


def messages(
    engine: Engine,
    documents: str,
    question: str,
    history: Sequence[Turn],
    seal: str,
    may_look: bool = False,
    laid: Laid | None = None,
) -> list[Message]:
    """The first prompt of a run; `laid` has what stands before the questions, and the marks of what was said."""
    neutralise = engine.tokenizer.neutralise
    questions = [*(turn.question for turn in history), question]
    asides = [aside(laid, each, neutralise, seal) for each in laid.asides] if laid else [""] * len(questions)
    asked = [before + prompts.asked(neutralise(each)) for before, each in zip(asides, questions, strict=True)]
    prompt: list[Message] = [
        {"role": "system", "content": prompts.system(seal, may_look)},
        {"role": "user", "content": f"{prompts.enclosed(documents, seal)}\n\n{asked[0]}"},
    ]
    for turn, following in zip(history, asked[1:], strict=True):
        prompt.append({"role": "assistant", "content": _answer(laid, turn, neutralise)})
        prompt.append({"role": "user", "content": following})
    return prompt


def aside(laid: Laid, each: Aside, neutralise: Neutralise, seal: str) -> str:
    """What stands before a question, enclosed like the documents."""
    parts = []
    if each.passages:
        parts.append(f"=== More passages ===\n{render(each.passages, neutralise)}")
    if each.recalled:
        turns = "\n".join(recalled(laid, turn, neutralise) for turn in each.recalled)
        parts.append(f"=== Said earlier in this conversation ===\n{turns}")
    return prompts.enclosed("\n".join(parts), seal) + "\n\n" if parts else ""


def recalled(laid: Laid | None, turn: Turn, neutralise: Neutralise) -> str:
    """A turn in short: its question and its statements, word for word, with their marks."""
    question = as_data(" ".join(turn.question.split()), neutralise)
    return f"Question: {question}\n{_answer(laid, turn, neutralise, '- ')}"


def _answer(laid: Laid | None, turn: Turn, neutralise: Neutralise, before: str = "") -> str:
    """Its statements, one a line, or its text where nothing is known of them."""
    if laid is None or not turn.said:
        return f"{before}{as_data(turn.answer, neutralise)}"
    lines = []
    for said in turn.said:
        marks = "".join(f"<{mark}>" for mark in laid.marks(said))
        doubt = " (the passages do not say this)" if said.doubted else ""
        lines.append(f"{before}{as_data(said.text, neutralise)}{' ' if marks else ''}{marks}{doubt}")
    return "\n".join(lines)


def parts(
    engine: Engine,
    documents: str,
    question: str,
    history: Sequence[Turn],
    seal: str,
    prompt_tokens: int,
    tools: Sequence[Tool] = (),
    laid: Laid | None = None,
) -> dict[str, int]:
    """What each part takes; the remainder is the chat template and the joins between the parts."""
    count, neutralise = engine.tokenizer.count, engine.tokenizer.neutralise
    asides = laid.asides if laid else ()
    system: list[Message] = [{"role": "system", "content": prompts.system(seal)}, {"role": "user", "content": "1"}]
    known = {
        "instructions": count(prompts.system(seal, may_look=bool(tools)))
        + 2 * count(seal)
        + count(prompts.asked("")) * (1 + len(history)),
        "documents": count(documents),
        "history": sum(count(turn.question) + count(_answer(laid, turn, neutralise)) for turn in history),
        "question": count(question),
        "added": sum(count(render(each.passages, neutralise)) for each in asides if each.passages),
        "recalled": sum(count(recalled(laid, turn, neutralise)) for each in asides for turn in each.recalled),
        "tools": engine.count(system, tools) - engine.count(system) if tools else 0,
    }
    known = {name: tokens for name, tokens in known.items() if tokens or name in _ALWAYS}
    return {**known, "template": prompt_tokens - sum(known.values())}


_ALWAYS = ("instructions", "documents", "history", "question")
