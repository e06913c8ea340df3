"""Layers and a KV dtype in, the pool that vLLM makes of some bytes out; knows no model file and no GPU.

The arithmetic is that of vLLM's `v1/kv_cache_interface.py`, `v1/core/kv_cache_utils.py` and, for hybrids, of
`platforms/interface.py` (read in 0.32.0): the cache is cut into blocks of `block_size` tokens, layers of one kind
share a block table (a group), all groups draw block numbers from one pool, and one block of the pool stays empty.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from yarn_runtime.attention import Attention, Layer
from yarn_runtime.errors import OptionInvalid
from yarn_runtime.recurrent import State
from yarn_runtime.releases import CURRENT, Release

FLOAT_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
KV_BYTES: dict[str, int | Fraction] = {
    **FLOAT_BYTES,
    "fp8": 1,
    "fp8_e4m3": 1,
    "fp8_e5m2": 1,
    "int8_per_token_head": 1,
    "fp8_per_token_head": 1,
    "nvfp4": Fraction(4 + Fraction(8, 16)) / 8,  # 16 numbers of 4 bits share a scale of 8
}
"""Bytes of one cached number, by the values of vLLM's --kv-cache-dtype that are planned here."""
SCALE_BYTES = 4
"""The per-token-head kinds keep a float32 scale for each head, token and side (K, V)."""


def token_bytes(layer: Attention, kv_dtype: str) -> int:
    """Bytes that one layer keeps for one token. Raises OptionInvalid for a dtype that is not planned here."""
    if kv_dtype not in KV_BYTES:
        raise OptionInvalid(
            f"The KV dtype {kv_dtype!r} is not known to this planner.",
            f"Known are auto, {', '.join(sorted(KV_BYTES))}.",
        )
    scales = 2 * layer.heads * SCALE_BYTES if kv_dtype.endswith("per_token_head") else 0
    return math.ceil(layer.elements * KV_BYTES[kv_dtype]) + scales


def state_bytes(layer: State, dtype: str, gpus: int = 1, speculative: int = 0) -> int:
    """Bytes of one state on one GPU of a tensor-parallel group; each drafted token lengthens the convolution by one."""
    recurrent = FLOAT_BYTES.get(layer.dtype, FLOAT_BYTES[dtype]) * layer.recurrent
    return (recurrent + FLOAT_BYTES[dtype] * layer.convolution * (layer.kernel - 1 + speculative)) // gpus


@dataclass(frozen=True, slots=True)
class Group:
    """Layers that share a block table. Every group's page is equally large, so a wide page holds fewer tokens.

    `pages` is the fixed number of pages that a group of states takes for a request, None for attention.
    """

    block_size: int
    window: int | None = None
    pages: int | None = None

    def blocks(self, length: int, in_flight: int) -> int:
        """Blocks that one request of `length` tokens holds at most, `in_flight` being the tokens of a batch.

        A sliding group holds window - 1 + in_flight tokens and one block more, since a window need not start
        at a block's first token (`SlidingWindowSpec.max_admission_blocks_per_request`).
        """
        if self.pages is not None:
            return self.pages
        if self.window is None:
            return math.ceil(length / self.block_size)
        return math.ceil(min(self.window - 1 + in_flight, length) / self.block_size) + 1


@dataclass(frozen=True, slots=True)
class KvLayout:
    """How the layers are put into groups, and the bytes of one block of the pool."""

    groups: tuple[Group, ...]
    block_bytes: int
    in_flight: int
    """Tokens of the batches under way at once: sliding layers give blocks back only afterwards."""
    token_bytes: int
    """Bytes that a further token of a long request costs: the layers that look back on everything, or all of them where
    each has a window.
    """
    splits_evenly: bool = False
    """Whether the engine reports the size as if every group took the same share (before 0.23)."""

    @property
    def block_size(self) -> int:
        """Tokens in a block of the prefix cache, the granularity of its hits."""
        return math.lcm(*(group.block_size for group in self.groups))

    def blocks(self, length: int) -> int:
        """Blocks that one request of `length` tokens takes from the pool."""
        return sum(group.blocks(length, self.in_flight) for group in self.groups)

    def bytes_for(self, length: int, sequences: int = 1) -> int:
        """The smallest pool in bytes that serves so many requests of `length` at once, the empty block included."""
        return (self.blocks(length) * sequences + 1) * self.block_bytes

    def holds(self, kv_bytes: int, length: int) -> bool:
        """Whether vLLM starts with this pool at this max_model_len."""
        return self.bytes_for(length) <= kv_bytes

    def tokens(self, kv_bytes: int, length: int) -> int:
        """The "KV cache size: N tokens" that vLLM reports: requests of `length` that fit, times `length`, rounded
        down.
        """
        blocks = kv_bytes // self.block_bytes
        if blocks < 1:
            return 0
        if self.splits_evenly:
            return blocks // len(self.groups) * min(group.block_size for group in self.groups)
        return int(Fraction(blocks, self.blocks(length)) * length)

    def longest(self, kv_bytes: int, limit: int) -> int:
        """The longest single request, up to `limit`, that this pool holds; 0 where not even one token fits."""
        low, high = 0, limit
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.holds(kv_bytes, middle) else (low, middle - 1)
        return low


def kv_layout(
    layers: Sequence[Layer],
    kv_dtype: str,
    block_size: int,
    in_flight: int,
    *,
    dtype: str = "bfloat16",
    gpus: int = 1,
    speculative: int = 0,
    release: Release = CURRENT,
) -> KvLayout:
    """Groups the layers as vLLM does (`get_kv_cache_groups`) and gives the bytes of the pool's block on each GPU.

    `dtype` is the engine's (states follow it, not the KV dtype), `speculative` the drafted tokens of a step.
    """
    states = [state_bytes(layer, dtype, gpus, speculative) for layer in layers if isinstance(layer, State)]
    attention = [_aligned(layer.share(gpus), release.latent_unit) for layer in layers if isinstance(layer, Attention)]
    whole = [layer for layer in attention if layer.window is None]
    further = sum(token_bytes(layer, kv_dtype) for layer in whole or attention)
    widest_token = max(token_bytes(layer, kv_dtype) for layer in attention)
    if states:
        # the attention page grows until it holds a state (`_align_hybrid_block_size`)
        block_size *= math.ceil(max(states) / (block_size * widest_token))
    elif len({layer.window for layer in attention}) == 1:
        page = sum(block_size * token_bytes(layer, kv_dtype) for layer in attention)
        return KvLayout((Group(block_size, attention[0].window),), page, in_flight, further)
    page = block_size * widest_token
    kinds: Counter[Group] = Counter()
    for layer in attention:
        kinds[Group(_tokens_in(page, block_size, token_bytes(layer, kv_dtype)), layer.window)] += 1
    kinds[Group(block_size, pages=release.state_pages + speculative)] += len(states)
    kinds = +kinds
    size = group_size(list(kinds.values()))
    groups = [group for group, count in kinds.items() for _ in range(math.ceil(count / size))]
    return KvLayout(tuple(groups), page * size, in_flight, further, release.splits_evenly)


def _aligned(layer: Attention, unit: int) -> Attention:
    return replace(layer, elements=-(-layer.elements // unit) * unit) if layer.latent else layer


def _tokens_in(page: int, block_size: int, token: int) -> int:
    """Tokens in a page: a narrower layer takes more of them where that comes out even, else its page is padded
    (`unify_kv_cache_spec_page_size`).
    """
    return page // token if page % (token * block_size) == 0 else block_size


def group_size(counts: Sequence[int]) -> int:
    """Layers in a group: the rarest kind's count, or the commonest's where that is less than 1.5 times as many."""
    return max(counts) if max(counts) < min(counts) * 1.5 else min(counts)
