"""Compares the plan with what vLLM servers printed about their memory: KV tokens predicted / measured, row by row.

    python benchmarks/plan.py [FOLDER] [--write docs/benchmarks-plan.md]

FOLDER holds kv_logs.csv and configs.json; by default `planner` under UNSPOOL_SHARED (../shared). Rows that state the
GPU and what was asked of it are planned from nothing else ("plan"); of the others only the KV layout is compared,
from the KV GiB that the log states ("layout"). Where the config does not describe the weights (an online or mixed
quantisation, an image tower without its config), their logged size stands in for the safetensors headers that a real
checkpoint has (marked *).
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rows import Row, rows

from yarn_runtime import Plan, PlanProblem, plan
from yarn_runtime.attention import Attention
from yarn_runtime.config import Config
from yarn_runtime.kv_cache import kv_layout
from yarn_runtime.memory import GIB
from yarn_runtime.model import read_facts
from yarn_runtime.releases import Release

FAR = 0.1
"""An error beyond this is looked at one by one."""
HEAD = """# The plan against the logs of real servers

Written by `python benchmarks/plan.py --write docs/benchmarks-plan.md`. Compared is the KV cache in tokens (or GiB) that
a vLLM server printed with the one that the plan gives for the same request; an error is |predicted / measured - 1|.
Releases from 0.5 to 0.29 are among them, each planned with its own accounting (`yarn_runtime/releases.py`).

"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One row and the plan's number beside the log's; `way` is "plan", "layout" or "skipped"."""

    row: Row
    way: str
    predicted: float = 0
    measured: float = 0
    unit: str = "tokens"
    from_headers: bool = False
    promised: bool = False
    """Whether the plan promised a context that the log says did not fit."""
    note: str = ""
    weights_gib: float = 0
    """Weights on all GPUs as planned."""

    @property
    def error(self) -> float:
        """predicted / measured - 1."""
        return self.predicted / self.measured - 1


def compare(row: Row, directory: Path) -> Compared:
    """Plans one row, in a directory of its own."""
    if row.unusable:
        return Compared(row, "skipped", note=row.unusable)
    from_headers = row.weights_gib is not None and not row.weights_described
    write_checkpoint(directory, row, row.weights_gib if from_headers else None)
    if row.memory is None:
        return compare_layout(row)
    if row.weights_gib is None and not row.weights_described:
        return compare_layout(row, "the config does not describe the weights")
    try:
        made = planned(row, directory)
    except PlanProblem as problem:
        return Compared(row, "skipped", note=problem.message)
    promised = made.fits and (row.failed or (row.kv_tokens is not None and row.kv_tokens < row.length))
    if row.kv_tokens:
        weights = made.memory.weights_bytes * row.gpus / GIB
        return Compared(
            row, "plan", made.kv_tokens, row.kv_tokens, "tokens", from_headers, promised, weights_gib=weights
        )
    if row.kv_gib is not None and row.kv_gib > 0:
        return Compared(row, "plan", made.memory.kv_bytes / GIB, row.kv_gib, "GiB", from_headers, promised)
    return Compared(row, "skipped", from_headers=from_headers, promised=promised, note=fits_alike(row, made))


def planned(row: Row, directory: Path) -> Plan:
    """The plan for what the server was asked."""
    return plan(
        directory,
        memory=row.memory,
        context=row.length,
        utilization=row.utilization,
        kv_cache_dtype=row.kv_dtype,
        max_num_seqs=row.sequences,
        max_num_batched_tokens=row.batched,
        dtype=row.dtype,
        tensor_parallel_size=row.gpus,
        enforce_eager=row.eager,
        text_only=False,
        engine_version=f"{row.release.major}.{row.release.minor}",
    )


def fits_alike(row: Row, made: Plan) -> str:
    return "no KV size in the log: " + ("both say it does not fit" if row.failed and not made.fits else "not compared")


def compare_layout(row: Row, note: str = "") -> Compared:
    """KV tokens from the logged KV GiB, where the GPU's size is not known."""
    if row.kv_gib is None or not row.kv_tokens or row.kv_gib <= 0:
        return Compared(row, "skipped", note=note or "neither the GPU nor the KV GiB is stated")
    facts = read_facts(Config(row.config), name=row.model, origin="directory")
    dtype = row.dtype or "bfloat16"
    whole = next(layer for layer in facts.layers if isinstance(layer, Attention) and layer.window is None)
    layout = kv_layout(
        (*facts.layers, whole) if row.drafts else facts.layers,
        dtype if row.kv_dtype == "auto" else row.kv_dtype,
        16,
        row.batched * row.release.batches_in_flight,
        dtype=dtype,
        gpus=row.gpus,
        speculative=row.speculative,
        release=row.release,
    )
    return Compared(row, "layout", layout.tokens(int(row.kv_gib * GIB), row.length), row.kv_tokens, note=note)


def write_checkpoint(directory: Path, row: Row, weights_gib: float | None) -> None:
    """config.json and, where the weights are given, the header of a safetensors file that describes that many bytes."""
    directory.mkdir(parents=True)
    config = {**row.config, "max_position_embeddings": max(row.length, row.config.get("max_position_embeddings") or 0)}
    (directory / "config.json").write_text(json.dumps(config), encoding="utf-8")
    if weights_gib is not None:
        size = int(weights_gib * row.gpus * GIB)
        tensor = {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}
        header = json.dumps({"weights": tensor}).encode()
        (directory / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)


def compare_all(folder: Path) -> list[Compared]:
    with tempfile.TemporaryDirectory() as scratch:
        return [compare(row, Path(scratch) / row.id) for row in rows(folder)]


def ask_peers(python: str, compared: Iterable[Compared]) -> Iterator[str]:
    """Lines of a table: the same rows, one GPU or more, as other planners see them."""
    rows_ = {each.row.id: each for each in compared if each.way == "plan" and each.unit == "tokens" and each.row.memory}
    asked = [
        {
            "id": each.row.id,
            "config": json.dumps(dict(each.row.config)),
            "weights_gib": each.weights_gib,
            "total_gib": each.row.memory.total_bytes / GIB if each.row.memory else 0,
            "utilization": each.row.utilization,
            "gpus": each.row.gpus,
            "kv_dtype": each.row.kv_dtype,
            "quantization": each.row.config.get("quantization_config", {}).get("quant_method", ""),
        }
        for each in rows_.values()
    ]
    run = subprocess.run(
        [python, str(Path(__file__).with_name("peers.py"))],
        input="".join(json.dumps(each) + "\n" for each in asked),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    told = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    yield f"| this plan | {summary(rows_.values())} | {sum(each.error > FAR for each in rows_.values())} |"
    for tool in (name for name in (told[0] if told else {}) if name != "id"):
        answers = {each["id"]: each[tool] for each in told if isinstance(each[tool], int)}
        seen = [replace(rows_[name], predicted=tokens) for name, tokens in answers.items()]
        yield f"| {tool} | {summary(seen)} | {sum(each.error > FAR for each in seen)} |"
    yield "| hf-mem | n/a: reads the hub, knows no engine | | | | |"
    yield "| accelerate estimate-memory | n/a: weights only | | | | |"


def summary(compared: Iterable[Compared]) -> str:
    """Median and 90th percentile of the absolute error."""
    errors = sorted(abs(each.error) for each in compared)
    if not errors:
        return "0 | | |"
    ninetieth = errors[min(len(errors) - 1, int(len(errors) * 0.9))]
    within = sum(error <= FAR for error in errors)
    return f"{len(errors)} | {statistics.median(errors):.1%} | {ninetieth:.1%} | {within}"


def report(compared: list[Compared], peers: str | None) -> Iterator[str]:
    """The summary in Markdown, line by line."""
    usable = [each for each in compared if each.way != "skipped"]
    whole = [each for each in usable if each.way == "plan"]
    parts = {
        "all": usable,
        "planned": whole,
        "planned, the weights counted from the config": [each for each in whole if not each.from_headers],
        "planned, the logged weights in place of safetensors headers": [each for each in whole if each.from_headers],
        "KV layout only": [each for each in usable if each.way == "layout"],
        "planned, V1 engine": [each for each in whole if each.row.release >= Release(0, 8)],
        "planned, V0 engine": [each for each in whole if each.row.release < Release(0, 8)],
        "planned, one GPU": [each for each in whole if each.row.gpus == 1],
        "planned, several GPUs": [each for each in whole if each.row.gpus > 1],
    }
    for family in sorted({each.row.config["model_type"] for each in usable}):
        parts[family] = [each for each in usable if each.row.config["model_type"] == family]
    yield from ("| rows | number | median error | 90th percentile | within 10 % |", "|---|---:|---:|---:|---:|")
    for name, chosen in parts.items():
        yield f"| {name} | {summary(chosen)} |"
    promised = [each.row.id for each in compared if each.promised]
    yield from ("", f"Contexts promised that the log says did not fit: {', '.join(promised) or 'none'}.", "")
    if peers:
        yield from ("The same rows as other planners see them (KV tokens; no other tool takes them as a whole):", "")
        yield "| planner | number | median error | 90th percentile | within 10 % | promises over 10 % too much |"
        yield "|---|---:|---:|---:|---:|---:|"
        yield from ask_peers(peers, compared)
        yield ""


def table(compared: Iterable[Compared]) -> Iterator[str]:
    """Row by row, in Markdown."""
    yield "| row | model | GPU | vLLM | compared | predicted | measured | error |"
    yield "|---|---|---|---|---|---:|---:|---:|"
    for each in compared:
        row = each.row
        gpu = f"{row.gpus} x {row.gpu or '?'}" if row.gpus > 1 else row.gpu or "?"
        head = f"| {row.id} | {row.model} | {gpu} | {row.release.major}.{row.release.minor} | "
        if each.way == "skipped":
            yield f"{head}no: {each.note} | | | |"
            continue
        digits = 0 if each.unit == "tokens" else 2
        yield (
            f"{head}{each.way}{'*' if each.from_headers else ''} | {each.predicted:,.{digits}f} | "
            f"{each.measured:,.{digits}f} {each.unit} | {each.error:+.1%} |"
        )


def main() -> None:
    shared = Path(os.environ.get("UNSPOOL_SHARED", "../shared"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "planner")
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python that has llm-d-planner and vllm-wizard installed")
    asked = parser.parse_args()
    if not (asked.folder / "kv_logs.csv").is_file():
        parser.exit(2, f"{asked.folder} holds no kv_logs.csv: name the folder, or set UNSPOOL_SHARED.\n")
    compared = compare_all(asked.folder)
    text = "\n".join(report(compared, asked.peers)) + "\n"
    print(text)
    print("\n".join(table(compared)))
    if asked.write:
        far = [each for each in compared if each.way != "skipped" and abs(each.error) > FAR]
        rest = "\n".join(table(far)) + "\n"
        asked.write.write_text(f"{HEAD}{text}\nRows further off than 10 %:\n\n{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
