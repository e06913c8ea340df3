"""A model and a memory in, the plan in words or JSON out."""

import shlex

from ui.engines import default_profiles, wishes
from ui.settings import Settings
from ui.terminal import Terminal
from yarn_runtime import Memory, Plan, PlanNotFitting, in_k, models, parse_context, parse_memory, plan


def show_plan(settings: Settings, gpu: str | None, gpu_memory: str | None, terminal: Terminal) -> None:
    """Print the plan of the given or default model; raises a PlanProblem."""
    found = (
        plan(settings.model, memory=_memory(gpu, gpu_memory), **wishes(settings))
        if settings.model
        else default_profiles(settings, _memory(gpu, gpu_memory)).plan("long")
    )
    if terminal.as_json:
        terminal.result(found.to_json())
        return
    _print(found, terminal)
    if not found.fits:
        ways = "The lines after → are ways out, nearest to the wish first."
        raise PlanNotFitting(found.reasons[-1], ways if found.ways_out else "No model of the catalogue fits there.")


def show_models(settings: Settings, gpu: str | None, gpu_memory: str | None, terminal: Terminal) -> None:
    """Print the catalogue ranked for this memory and context, the best first."""
    context = parse_context(settings.context) if settings.context else None
    ranked = models(
        _memory(gpu, gpu_memory),
        context,
        kv_cache_dtype=settings.kv_cache_dtype,
        utilization=settings.utilization,
        max_num_seqs=settings.max_num_seqs,
    )
    if terminal.as_json:
        terminal.result({"models": [candidate.to_json() for candidate in ranked]})
        return
    if not ranked:
        terminal.say("No model of the catalogue fits there.")
    rows = [
        (
            candidate.name,
            f"{candidate.plan.max_model_len:,}",
            f"YaRN x{candidate.plan.factor:g}" if candidate.plan.factor else "as trained",
            candidate.plan.kv_cache_dtype,
            "yes" if candidate.reaches else "no",
            f"{candidate.plan.memory.weights_bytes / 2**30:.1f} GiB",
            f"{candidate.score.value:g} at {in_k(candidate.score.length)}" if candidate.score else "none known",
        )
        for candidate in ranked
    ]
    terminal.table(("model", "tokens", "RoPE", "KV", "enough", "weights", "RULER"), rows)


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
        terminal.out.print(f"→ {way.text}\n  {shlex.join(way.command)}", markup=False)
    terminal.out.print("\n" + shlex.join(value["command"]), markup=False)
