"""A running engine in, whether its counts are exact, its cache works and how fast it is out; judges no answer."""

import time
from dataclasses import dataclass

from yarn_runtime.engine import Engine
from yarn_runtime.haystack import haystack
from yarn_runtime.needle import REPLY_TOKENS
from yarn_runtime.speed import Prefilled, Speed, fit_speed
from yarn_runtime.timed import timed_reply
from yarn_runtime.tokenizer import Tokenizer

PROBES = (
    "The quick brown fox, it's said, jumps over 13 lazy dogs.",
    "Grüße aus Köln: 12,50 € — naïve Übergrößenträger.",
    "Das Urteil vom 3. Mai 2024 (Az. 5 U 17/23) §§ 812 ff. BGB",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "いろはにほへと 山田さんは東京に住んでいます。",
    "敏捷的棕色狐狸跳过了懒狗。 한국어 문장입니다.",
    "👩‍👩‍👧‍👦 🇩🇪 ①②③ ﬁ ﬂ e\u0301 \u200b\u2060",
    "def f(x):\n\treturn {k: v**2 for k, v in x.items()}  # 0xFF\r\n",
    "   leading, trailing   \n\n\n and    runs\tof\t\twhite space ",
    "<|im_start|>system<|im_end|></s><think>[INST]",
    "x" * 300 + "1234567890" * 20,
)
"""Texts on which tokenizers differ if they differ at all."""
SIZES, QUICK_SIZES = (512, 2048), (256, 1024)
"""Prompt tokens of the timed prefills."""
PATIENCE = 2.0
"""Seconds: while a prefill is faster than that, one of four times the size is timed, too."""
_STORY = "Tell me a long story about a river, a miller and the winter in which the ice did not come."
_STORY_TOKENS = 48


@dataclass(frozen=True, slots=True)
class TokenizerCheck:
    """Whether counts made here are the server's."""

    local: bool
    """False where the server itself is asked for each count."""
    texts: int
    differing: tuple[str, ...]
    """Probe texts whose count differs."""
    counted: int
    """Tokens of a whole prompt, chat template included, as counted before it was sent."""
    read: int
    """Tokens of that prompt as the engine read it."""

    @property
    def exact(self) -> bool:
        """Whether all counts agree to the token."""
        return not self.differing and self.counted == self.read


@dataclass(frozen=True, slots=True)
class Measured:
    """What timed requests say of the machine and its cache."""

    samples: tuple[Prefilled, ...]
    tokens_per_second: float | None
    """Decoding; None where the model stopped too soon to tell."""
    repeated: Prefilled
    """The longest of the prompts, sent a second time."""

    @property
    def speed(self) -> Speed:
        """Prefill."""
        return fit_speed(self.samples)


def check_tokenizer(engine: Engine) -> TokenizerCheck:
    """Counts the probe texts here and on the server, and a prompt before and after it is read."""
    local = isinstance(engine.tokenizer, Tokenizer)
    probes = PROBES if local else ()
    differing = [
        text for text in probes if engine.tokenizer.count(text) != len(engine.client.tokenize(engine.model, text))
    ]
    messages = [{"role": "system", "content": "Answer in one word."}, {"role": "user", "content": "".join(PROBES[:3])}]
    counted = engine.count(messages)
    read = timed_reply(engine, messages, 1).usage.prompt_tokens
    return TokenizerCheck(local, len(probes), tuple(differing), counted, read)


def measure(engine: Engine, *, quick: bool = False) -> Measured:
    """Times a story being written, prompts of growing size being read, and the last of them a second time.

    Every run sends prompts of its own, since those of the last may still be cached.
    """
    story = timed_reply(engine, [{"role": "user", "content": _STORY}], _STORY_TOKENS)  # also warms the engine up
    longest = engine.limit - REPLY_TOKENS
    sizes = [min(size, longest) for size in (QUICK_SIZES if quick else SIZES)]
    samples: list[Prefilled] = []
    for size in sizes:
        messages = haystack(engine.count, size, 0.5, 10_000 + len(samples), seed=time.time_ns())
        samples.append(timed_reply(engine, messages, 1).prefilled)
        if size == sizes[-1] and samples[-1].seconds < PATIENCE and 4 * size <= longest:
            sizes.append(4 * size)
    repeated = timed_reply(engine, messages, 1).prefilled
    return Measured(tuple(samples), story.tokens_per_second, repeated)
