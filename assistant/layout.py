"""Documents' text, history and a question in, the messages of a prompt and what each part of it takes out.

The layout is fixed: system, then documents, then history and the question. What stands before the question never
depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import prompts
from assistant.context import Context
from yarn_runtime import Engine, Message


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and what was answered."""

    question: str
    answer: str


def messages(
    engine: Engine, documents: str, question: str, history: Sequence[Turn], seal: str, may_look: bool = False
) -> list[Message]:
    """The first prompt of a run."""
    neutralise = engine.tokenizer.neutralise
    questions = [*(turn.question for turn in history), question]
    first = prompts.documents_and_question(documents, neutralise(questions[0]), seal)
    prompt: list[Message] = [
        {"role": "system", "content": prompts.system(seal, may_look)},
        {"role": "user", "content": first},
    ]
    for turn, following in zip(history, questions[1:], strict=True):
        prompt.append({"role": "assistant", "content": neutralise(turn.answer)})
        prompt.append({"role": "user", "content": prompts.asked(neutralise(following))})
    return prompt


def parts(
    engine: Engine,
    context: Context,
    question: str,
    history: Sequence[Turn],
    seal: str,
    prompt_tokens: int,
    tools_tokens: int = 0,
) -> dict[str, int]:
    """What each part takes; the remainder is the chat template and the joins between the parts."""
    count = engine.tokenizer.count
    known = {
        "instructions": count(prompts.system(seal, may_look=tools_tokens > 0))
        + 2 * count(seal)
        + count(prompts.asked("")),
        "documents": count(context.text),
        "history": sum(count(turn.question) + count(turn.answer) for turn in history),
        "question": count(question),
        **({"tools": tools_tokens} if tools_tokens else {}),
    }
    return {**known, "template": prompt_tokens - sum(known.values())}
