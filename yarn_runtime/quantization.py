"""A config's quantization_config in, the bytes of one quantised weight out; knows no layer and no memory.

4-bit group formats keep a 16-bit scale and, where they are asymmetric, a 4-bit zero point for each group of
weights.
"""

from dataclasses import dataclass
from fractions import Fraction

from yarn_runtime.config import Config
from yarn_runtime.errors import ModelUnsupported


@dataclass(frozen=True, slots=True)
class Quantization:
    """A method in vLLM's words and the bytes that a quantised weight takes, its share of the scales included."""

    method: str
    weight_bytes: Fraction
    experts_only: bool = False
    """Whether only a mixture of experts is quantised, as in gpt-oss."""


def read_quantization(config: Config) -> Quantization | None:
    """None for an unquantised model. Raises ModelUnsupported for a method whose size is not known here."""
    section = config.inner("quantization_config") or config.inner("compression_config")
    if section is None:
        return None
    method = section.text("quant_method").lower()
    if method in ("awq", "awq_marlin", "gptq", "gptq_marlin", "auto-round", "auto_round", "autoround"):
        symmetric = section.flag("sym", default=False)
        return _grouped(
            method, section.integer("bits", "w_bit", default=4), section.raw("group_size") or 128, symmetric
        )
    if method in ("compressed-tensors", "compressed_tensors"):
        return _compressed_tensors(section)
    if method in ("fp8", "fbgemm_fp8", "ptpc_fp8"):
        return Quantization("fp8", Fraction(1))
    if method == "mxfp4":  # 32 4-bit weights share an 8-bit exponent (OCP microscaling formats 1.0)
        return Quantization("mxfp4", Fraction(4 + Fraction(8, 32)) / 8, experts_only=True)
    if method == "modelopt" or method == "modelopt_fp4":
        if "FP4" in section.text("quant_algo").upper() or method == "modelopt_fp4":
            return Quantization("nvfp4", NVFP4)
        return Quantization("fp8", Fraction(1))
    if method == "bitsandbytes":
        if section.flag("load_in_8bit"):
            return Quantization(method, Fraction(1))
        return Quantization(method, Fraction(4 + Fraction(32, 64)) / 8)  # a float32 absmax for each 64 weights
    raise ModelUnsupported(
        f"{config.where}: the quantisation {method or 'without a name'!r} is not known to this planner.",
        "Choose a checkpoint in bf16, FP8, AWQ, GPTQ, compressed-tensors, MXFP4 or NVFP4.",
    )


NVFP4 = Fraction(4 + Fraction(8, 16)) / 8
"""16 4-bit weights share an 8-bit scale."""


def _grouped(method: str, bits: int, group_size: object, symmetric: bool) -> Quantization:
    if bits not in (2, 3, 4, 8):
        raise ModelUnsupported(
            f"{bits}-bit weights ({method}) are not known to this planner.",
            "Choose a 4- or 8-bit checkpoint.",
        )
    if not isinstance(group_size, int) or group_size <= 0:  # -1: one scale for a whole output channel
        return Quantization(method, Fraction(bits, 8))
    zero_bits = 0 if symmetric else bits
    return Quantization(method, (bits + Fraction(16 + zero_bits, group_size)) / 8)


def _compressed_tensors(section: Config) -> Quantization:
    groups = section.inner("config_groups")
    first = groups.inner(next(iter(groups))) if groups and groups.values else None
    weights = first.inner("weights") if first else None
    if weights is None:
        raise section.invalid("config_groups describes no weights")
    bits = weights.integer("num_bits")
    if weights.text("type") == "float":
        return Quantization("nvfp4", NVFP4) if bits == 4 else Quantization("fp8", Fraction(bits, 8))
    group_size = weights.raw("group_size") if weights.text("strategy") in ("group", "") else None
    return _grouped("compressed-tensors", bits, group_size, weights.flag("symmetric", default=True))
