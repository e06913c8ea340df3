"""A text config in, the fixed state that a recurrent layer keeps for a sequence out; knows no dtype and no memory.

State shapes follow vLLM's `model_executor/layers/mamba/mamba_utils.py` (read in 0.32.0).
"""

from dataclasses import dataclass

from yarn_runtime.config import Config


@dataclass(frozen=True, slots=True)
class State:
    """A layer that keeps no token but one state: `recurrent` numbers, and `convolution` numbers for each of `kernel`
    - 1 past tokens.

    `dtype` is that of the recurrent numbers where the config fixes one, "" where it is the engine's.
    """

    recurrent: int
    convolution: int
    kernel: int
    dtype: str = ""


def gated_delta_net(config: Config) -> State:
    """The linear attention of Qwen3-Next and Qwen3.5 (`gated_delta_net_state_shape`)."""
    keys = config.integer("linear_num_key_heads", default=16) * config.integer("linear_key_head_dim", default=128)
    value_heads = config.integer("linear_num_value_heads", default=32)
    value_size = config.integer("linear_value_head_dim", default=128)
    return State(
        recurrent=value_heads * value_size * config.integer("linear_key_head_dim", default=128),
        convolution=2 * keys + value_heads * value_size,
        kernel=config.integer("linear_conv_kernel_dim", default=4),
        dtype=config.text("mamba_ssm_dtype"),
    )


def mamba(config: Config) -> State:
    """Mamba 2 where the config counts heads (`mamba2_state_shape`), else Mamba 1 (`mamba1_state_shape`)."""
    size = config.integer("ssm_state_size", "mamba_d_state", "state_size", default=16)
    kernel = config.integer("conv_kernel", "mamba_d_conv", default=4)
    dtype = "float32" if config.text("model_type") == "nemotron_h" else ""
    dtype = config.text("mamba_ssm_cache_dtype", dtype)
    heads = config.optional_integer("mamba_num_heads", "mamba_n_heads")
    if heads is None:
        inner = config.integer("mamba_expand", default=2) * config.integer("hidden_size")
        return State(inner * size, inner, kernel, dtype)
    inner = inner_width(config, heads)
    groups = config.integer("n_groups", "mamba_n_groups", default=1)
    return State(inner * size, inner + 2 * groups * size, kernel, dtype)


def inner_width(config: Config, heads: int) -> int:
    """The width of a Mamba 2 block: heads times their size; an "auto" size means expand * hidden_size."""
    if isinstance(config.raw("mamba_d_head"), str):
        return config.integer("mamba_expand", default=2) * config.integer("hidden_size")
    return heads * config.integer("mamba_head_dim", "mamba_d_head", default=64)


def short_convolution(config: Config) -> State:
    """The gated convolution of LFM2 (`short_conv_state_shape`): no recurrent numbers at all."""
    return State(0, config.integer("hidden_size"), config.integer("conv_L_cache", default=3))
