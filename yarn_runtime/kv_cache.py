"""Attention layers and a KV dtype in, the pool that vLLM makes of some bytes out; knows no model file and no
GPU.

The arithmetic is that of vLLM's `v1/kv_cache_interface.py` and `v1/core/kv_cache_utils.py` (read in 0.32.0):
the cache is cut into blocks of `block_size` tokens, layers of one kind share a block table (a group), all
groups draw block numbers from one pool, and one block of the pool stays empty.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from yarn_runtime.attention import Attention
from yarn_runtime.errors import OptionInvalid

FLOAT_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
KV_BYTES = {
    **FLOAT_BYTES,
    "fp8": 1,
    "fp8_e4m3": 1,
    "fp8_e5m2": 1,
    "int8_per_token_head": 1,
    "fp8_per_token_head": 1,
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
    return layer.elements * KV_BYTES[kv_dtype] + scales


@dataclass(frozen=True, slots=True)
class Group:
    """Layers that share a block table. Every group's page is equally large, so a wide page holds fewer
    tokens.
    """

    block_size: int
    window: int | None

    def blocks(self, length: int, in_flight: int) -> int:
        """Blocks that one request of `length` tokens holds at most, `in_flight` being the tokens of a batch.

        A sliding group holds window - 1 + in_flight tokens and one block more, since a window need not start
        at a block's first token (`SlidingWindowSpec.max_admission_blocks_per_request`).
        """
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

    @property
    def block_size(self) -> int:
        """Tokens in a block of the prefix cache, the granularity of its hits."""
        return math.lcm(*(group.block_size for group in self.groups))

    def blocks(self, length: int) -> int:
        """Blocks that one request of `length` tokens takes from the pool."""
        return sum(group.blocks(length, self.in_flight) for group in self.groups)

    def bytes_for(self, length: int, sequences: int = 1) -> int:
        """The smallest pool in bytes that serves so many requests of `length` at once, the empty block
        included.
        """
        return (self.blocks(length) * sequences + 1) * self.block_bytes

    def holds(self, kv_bytes: int, length: int) -> bool:
        """Whether vLLM starts with this pool at this max_model_len."""
        return self.bytes_for(length) <= kv_bytes

    def tokens(self, kv_bytes: int, length: int) -> int:
        """The "KV cache size: N tokens" that vLLM reports: requests of `length` that fit, times `length`,
        rounded down.
        """
        if kv_bytes < self.block_bytes:
            return 0
        return int(Fraction(kv_bytes // self.block_bytes, self.blocks(length)) * length)

    def longest(self, kv_bytes: int, limit: int) -> int:
        """The longest single request, up to `limit`, that this pool holds; 0 where not even one
        token fits.
        """
        low, high = 0, limit
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.holds(kv_bytes, middle) else (low, middle - 1)
        return low


def kv_bytes_per_token(layers: Sequence[Attention], kv_dtype: str) -> int:
    """Bytes that a further token of a long request costs: the layers that look back on everything."""
    return sum(token_bytes(layer, kv_dtype) for layer in layers if layer.window is None)


def kv_layout(layers: Sequence[Attention], kv_dtype: str, block_size: int, in_flight: int) -> KvLayout:
    """Groups the layers as vLLM does (`get_kv_cache_groups`) and gives the pool's block in bytes."""
    if len({layer.window for layer in layers}) == 1:
        page = sum(block_size * token_bytes(layer, kv_dtype) for layer in layers)
        return KvLayout((Group(block_size, layers[0].window),), page, in_flight)
    widest = max(block_size * token_bytes(layer, kv_dtype) for layer in layers)
    kinds = Counter((layer.window, token_bytes(layer, kv_dtype)) for layer in layers)
    size = group_size(list(kinds.values()))
    groups = []
    for (window, bytes_each), count in kinds.items():
        stretched = (
            widest // (bytes_each * block_size) * block_size
            if widest % (bytes_each * block_size) == 0
            else block_size
        )
        groups += [Group(stretched, window)] * math.ceil(count / size)
    return KvLayout(tuple(groups), widest * size, in_flight)


def group_size(counts: Sequence[int]) -> int:
    """Layers in a group: the rarest kind's count, or the commonest's where that is less than 1.5 times as
    many.
    """
    return max(counts) if max(counts) < min(counts) * 1.5 else min(counts)
