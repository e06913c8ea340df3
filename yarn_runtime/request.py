"""What a plan is asked for, checked, and the command line that asks it; knows no arithmetic."""

from dataclasses import dataclass

from yarn_runtime.errors import OptionInvalid
from yarn_runtime.kv_cache import FLOAT_BYTES, KV_BYTES
from yarn_runtime.memory import Memory
from yarn_runtime.model import ModelFacts
from yarn_runtime.releases import CURRENT, Release


@dataclass(frozen=True, slots=True)
class Request:
    """What a plan is asked for; None leaves the choice to the plan."""

    model: ModelFacts
    memory: Memory
    context: int | None = None
    utilization: float | None = None
    kv_cache_dtype: str = "auto"
    max_num_seqs: int | None = None
    max_num_batched_tokens: int | None = None
    dtype: str | None = None
    tensor_parallel_size: int = 1
    enforce_eager: bool = False
    text_only: bool = True
    release: Release = CURRENT

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that makes this request: to serve where the memory is at hand, to plan where it
        was only named.
        """
        at_hand = self.memory.free_bytes is not None
        words = ["unspool", "serve" if at_hand else "plan", self.model.location]
        if self.context is not None:
            words += ["--context", str(self.context)]
        if not at_hand:
            words += self.memory.option
        if self.utilization is not None:
            words += ["--utilization", f"{self.utilization:g}"]
        if self.kv_cache_dtype != "auto":
            words += ["--kv-cache-dtype", self.kv_cache_dtype]
        if self.max_num_seqs is not None:
            words += ["--max-num-seqs", str(self.max_num_seqs)]
        if self.tensor_parallel_size > 1:
            words += ["--tensor-parallel-size", str(self.tensor_parallel_size)]
        return tuple(words)


def check_request(request: Request) -> None:
    """Raises OptionInvalid for wishes that no engine takes."""
    if request.utilization is not None and not 0 < request.utilization <= 1:
        raise OptionInvalid(
            f"A utilization of {request.utilization:g} is not possible.",
            "Give a share of the memory such as 0.92.",
        )
    if request.kv_cache_dtype != "auto" and request.kv_cache_dtype not in KV_BYTES:
        raise OptionInvalid(
            f"The KV dtype {request.kv_cache_dtype!r} is not known to this planner.",
            f"Known are auto, {', '.join(sorted(KV_BYTES))}.",
        )
    if request.dtype is not None and request.dtype not in FLOAT_BYTES:
        raise OptionInvalid(f"The dtype {request.dtype!r} is not possible.", f"Possible are {', '.join(FLOAT_BYTES)}.")
    for name, value in (
        ("max_num_seqs", request.max_num_seqs),
        ("max_num_batched_tokens", request.max_num_batched_tokens),
    ):
        if value is not None and not 1 <= value <= 10**6:
            raise OptionInvalid(f"{name} = {value} is not possible.", "Give a small positive number.")
    heads, gpus = request.model.attention_heads, request.tensor_parallel_size
    if not 1 <= gpus <= 1024 or heads % gpus or (gpus > 1 and request.memory.device == "cpu"):
        raise OptionInvalid(
            f"{request.model.name} with its {heads} attention heads cannot be spread over {gpus} devices.",
            "Choose a number of GPUs that divides them, such as 2 or 4.",
        )
