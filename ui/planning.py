"""A model and a memory in, the plan in words or JSON out."""

import shlex

from ui.engines import default_plan, wishes
from ui.settings import Settings
from ui.terminal import Terminal
from yarn_runtime import Memory, Plan, PlanNotFitting, parse_memory, plan


def show_plan(settings: Settings, gpu: str | None, gpu_memory: str | None, terminal: Terminal) -> None:
    """Print the plan of the given or default model; raises a PlanProblem."""
    found = (
        plan(settings.model, memory=_memory(gpu, gpu_memory), **wishes(settings))
        if settings.model
        else default_plan(settings, _memory(gpu, gpu_memory))
    )
    if terminal.as_json:
        terminal.result(found.to_json())
        return
    _print(found, terminal)
    if not found.fits:
        raise PlanNotFitting(found.reasons[-1], "The lines after → are ways out, nearest to the wish first.")


def _memory(gpu: str | None, gpu_memory: str | None) -> Memory:
    if gpu_memory is not None:
        return Memory.of_bytes(parse_memory(gpu_memory))
    return Memory.of_gpu(gpu) if gpu is not None else Memory.detect()


def _print(found: Plan, terminal: Terminal) -> None:
    value = found.to_json()
    gib = {name: f"{value['memory'][name] / 2**30:.2f} GiB" for name in value["memory"] if name.endswith("_bytes")}
    verdict = "fits" if found.fits else "does not fit"
    terminal.table(
        ("", ""),
        [
            ("model", value["model"]),
            ("context", f"{found.max_model_len:,} tokens: {verdict}"),
            ("rope", f"YaRN, factor {found.factor:g}" if found.factor else "as trained"),
            ("memory", f"{gib['total_bytes']}, of which {value['memory']['utilization']:.0%} may be used"),
            ("weights", gib["weights_bytes"]),
            ("overhead", gib["overhead_bytes"]),
            ("KV cache", f"{gib['kv_bytes']} = {found.kv_tokens:,} tokens of {found.kv_bytes_per_token:,} bytes"),
        ],
    )
    for reason in found.reasons:
        terminal.out.print(f"· {reason}", markup=False)
    for way in found.ways_out:
        terminal.out.print(f"→ {way.text}\n  {' '.join(way.command)}", markup=False)
    terminal.out.print("\n" + shlex.join(value["command"]), markup=False)
