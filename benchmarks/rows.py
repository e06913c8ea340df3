"""kv_logs.csv and configs.json in, rows that a plan can be compared with out: what the log states, and vLLM's
defaults of that release where it is silent.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarn_runtime.catalogue import catalogue
from yarn_runtime.errors import MemoryUnknown
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.releases import CURRENT, Release, parse_release

MODEL_TYPES = (
    (r"qwen3-next", "qwen3_next"),
    (r"qwen3\.?[5-9]|qwen3[5-9]", "qwen3_5_text"),
    (r"qwen3", "qwen3"),
    (r"qwen2|qwq|r1-distill-qwen", "qwen2"),
    (r"dsr1|dsv3|deepseek-(v3|r1)", "deepseek_v3"),
    (r"dsv2|deepseek-.*v2", "deepseek_v2"),
    (r"gemma-?4", "gemma4_text"),
    (r"gemma-?3", "gemma3_text"),
    (r"gemma-?2", "gemma2"),
    (r"gpt-oss", "gpt_oss"),
    (r"phi-?[34]", "phi3"),
    (r"lfm", "lfm2"),
    (r"mixtral", "mixtral"),
    (r"mistral", "mistral"),
    (r"nemotron", "nemotron_h"),
    (r"granite", "granite"),
)
"""configs.json leaves model_type out: told by its config_key, Llama's shape otherwise."""
QUANTIZATIONS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"nvfp4", {"quant_method": "modelopt", "quant_algo": "NVFP4"}),
    (r"mxfp4", {"quant_method": "mxfp4"}),
    (r"bnb|bitsandbytes", {"quant_method": "bitsandbytes", "load_in_4bit": True}),
    (r"w8a16", {"quant_method": "gptq", "bits": 8, "group_size": 128, "sym": True}),
    (r"asym", {"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": False}),
    (r"gptq|auto_?round|w4a16|int4", {"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": True}),
    (r"awq", {"quant_method": "awq", "bits": 4, "group_size": 128}),
    (r"aqlm", {"quant_method": "gptq", "bits": 2, "group_size": -1, "sym": True}),
    (r"fp8", {"quant_method": "fp8"}),
)
BY_ISSUE = ((7500, (0, 5)), (11700, (0, 6)), (13900, (0, 7)), (17500, (0, 8)), (20500, (0, 9)), (26500, (0, 10)))
"""vLLM issue and pull request numbers below these were written when that release was the newest."""
BY_LINE = ((1000, (0, 9)), (1200, (0, 11)), (1600, (0, 16)), (2000, (0, 23)))
"""The line of kv_cache_utils.py that printed a message, below these: the release tells itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One log: what the plan is asked, and what the server said."""

    id: str
    model: str
    config: Mapping[str, Any]
    release: Release
    gpu: str
    memory: Memory | None
    """None where neither the size nor a known card is stated."""
    gpus: int
    utilization: float
    length: int
    dtype: str | None
    kv_dtype: str
    batched: int
    sequences: int
    eager: bool
    speculative: int
    """Tokens that are drafted a step."""
    drafts: bool
    """Whether a draft model with a layer of its own runs along."""
    weights_gib: float | None
    activation_gib: float | None
    non_torch_gib: float | None
    kv_gib: float | None
    kv_tokens: int | None
    failed: bool
    """Whether the log says that the wanted length did not fit."""
    weights_described: bool
    """Whether the config and the quantisation's name say all that the weights' size depends on."""
    unusable: str
    """Why no plan can be compared with it, empty where one can."""


def rows(folder: Path) -> Iterator[Row]:
    """Every row of the folder's kv_logs.csv, in order."""
    configs = json.loads((folder / "configs.json").read_text(encoding="utf-8"))
    with (folder / "kv_logs.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield read_row(line, configs)


def read_row(line: Mapping[str, str], configs: Mapping[str, Mapping[str, Any]]) -> Row:
    """One line, its defaults filled in as its release had them."""
    number = {name: float(value) for name, value in line.items() if re.fullmatch(r"-?\d+(\.\d+)?", value or "")}
    facts = configs.get(line["model"], {})
    release = release_of(line, facts)
    gpus = int(re.match(r"\d+", line["tp"] or "1")[0])  # type: ignore[index]
    memory = memory_of(line, number)
    declared = int(facts.get("max_position_embeddings") or 0)
    length = int(number.get("max_model_len", declared))
    sequences, batched = defaults(release, line, memory, length, "kv_lora_rank" in facts, "vision" in facts)
    tokens = number.get("kv_tokens")
    if tokens is None and "concurrency" in number:
        tokens = number["concurrency"] * length
    text = f"{line['quote']} {line['quantization']}".lower()
    return Row(
        id=line["id"],
        model=line["model"],
        config=config_of(line, facts),
        release=release,
        gpu=line["gpu"],
        memory=memory,
        gpus=gpus,
        utilization=number.get("gpu_memory_utilization", release.utilization),
        length=length,
        dtype="float16" if re.search(r"fp16|float16|half", line["quantization"]) else None,
        kv_dtype=line["kv_cache_dtype"] or "auto",
        batched=int(number.get("max_num_batched_tokens", batched)),
        sequences=int(number.get("max_num_seqs", sequences)),
        eager=line["enforce_eager"] == "True",
        speculative=int(match[1]) if (match := re.search(r"mtp (\d)", text)) else 0,
        drafts="mtp" in text or "eagle" in text,
        weights_gib=number.get("weights_gib") or published_gib(line, facts, gpus),
        activation_gib=number.get("activation_gib"),
        non_torch_gib=number.get("non_torch_gib"),
        kv_gib=number.get("kv_gib"),
        kv_tokens=None if tokens is None else int(tokens),
        failed="larger than the maximum number" in text or "insufficient kv" in text or "can't run" in text,
        weights_described=weights_described(line, facts),
        unusable=unusable(line, facts, release),
    )


def weights_described(line: Mapping[str, str], facts: Mapping[str, Any]) -> bool:
    mixed = re.search(r"\+|dynamic|online|lora|aqlm|not stated", f"{line['quantization']} {line['model']}".lower())
    pictures = re.search(r"-vl-|omni|gemma-[34]|qwen3\.[5-9]", line["model"].lower()) and "vision" not in facts
    return not (mixed or pictures or facts.get("num_params", 0) is facts.get("intermediate_size", 0) is None)


def published_gib(line: Mapping[str, str], facts: Mapping[str, Any], gpus: int) -> float | None:
    """The weights on each GPU by the published number of parameters, where they are served unquantised."""
    whole = line["quantization"] in ("bf16", "fp16")
    return facts["num_params"] * 2 / GIB / gpus if whole and facts.get("num_params") else None


def unusable(line: Mapping[str, str], facts: Mapping[str, Any], release: Release) -> str:
    if not facts:
        return "configs.json does not have the model"
    if "PP" in (line["tp"] or ""):
        return "pipeline parallel"
    if "cpu_offload" in line["quantization"]:
        return "weights offloaded to the CPU"
    if "kv_lora_rank" in facts and release < Release(0, 7):
        return "a release from before latent attention was cached as such"
    return ""


def release_of(line: Mapping[str, str], facts: Mapping[str, Any]) -> Release:
    """The stated release, else the one that the log's own words, lines or the issue's number tell; V0 ends with 0.7.

    Since 0.23 a hybrid's tokens are concurrency times length; before, they were not.
    """
    found = CURRENT
    issue = re.search(r"vllm-project/vllm/(?:issues|pull)/(\d+)", line["source_url"] or "")
    printed = re.search(r"kv_cache_utils\.py:(\d+)", line["quote"] or "")
    dev = re.match(r"0\.1\.dev(\d+)", line["vllm_version"] or "")
    if line["engine"] == "V1" and not re.search(r", Maximum conc|consumed memory", line["quote"]):
        found = Release(0, 11)
    if line["gpu_memory_utilization"] == "0.92":
        found = CURRENT
    if facts.get("layer_types") and line["concurrency"] and line["kv_tokens"]:
        product = float(line["concurrency"]) * float(line["max_model_len"])
        found = Release(0, 24) if abs(product / float(line["kv_tokens"]) - 1) < 0.01 else Release(0, 11)
    if line["vllm_version"] and not dev:
        found = parse_release(line["vllm_version"])
    elif dev:
        found = Release(0, 9) if int(dev[1]) < 10000 else Release(0, 17)
    elif printed:
        found = _before(int(printed[1]), BY_LINE)
    elif issue:
        found = _before(int(issue[1]), BY_ISSUE)
    return min(found, Release(0, 7)) if line["engine"] == "V0" else found


def _before(number: int, table: tuple[tuple[int, tuple[int, int]], ...]) -> Release:
    return next((Release(*release) for limit, release in table if number < limit), CURRENT)


def memory_of(line: Mapping[str, str], number: Mapping[str, float]) -> Memory | None:
    """The stated total; else that of the named card, if it is one of the table."""
    name = re.sub(r"\(.*?\)|\b\d+ ?[GM]i?B\b", "", line["gpu"] or "").strip()
    try:
        card = Memory.of_gpu(name or line["gpu"])
    except MemoryUnknown:
        card = None
    if "gpu_total_gib" in number:
        capability = card.capability if card else 8.0
        return Memory(int(number["gpu_total_gib"] * GIB), "cuda", line["gpu"], capability=capability)
    return card


def defaults(
    release: Release, line: Mapping[str, str], memory: Memory | None, length: int, latent: bool, vision: bool
) -> tuple[int, int]:
    """(max_num_seqs, max_num_batched_tokens) as `vllm serve` of that release sets them (`engine/arg_utils.py`)."""
    total = memory.total_bytes if memory else 24 * GIB
    offline = re.search(r"\bLLM\(|Initializing a V1 LLM engine", line["quote"] or "")
    if release < Release(0, 8):  # V0 cuts prompts into chunks beyond 32K only, and never for MLA or images
        chunked = length > 32_768 and not latent and not vision
        return 256, 2048 if chunked else max(length, 5120 if vision else 2048)
    if total >= 160 * GIB:
        return 1024, 16384
    if total >= 70 * GIB and "A100" not in (line["gpu"] or ""):
        return (1024 if release >= Release(0, 9) else 256), 16384 if offline else 8192
    return 256, 8192 if offline else 2048


def config_of(line: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A config.json from the facts: what is missing is taken from a catalogue model of the same shape."""
    config: dict[str, Any] = {**_relative(facts)}
    config |= {name: value for name, value in facts.items() if value is not None and name != "layer_types"}
    key = f"{facts.get('config_key', '')} {line['model']}".lower()
    kind = next((kind for pattern, kind in MODEL_TYPES if re.search(pattern, key)), "llama")
    experts = "num_experts" in config
    config["model_type"] = (
        {"qwen3": "qwen3_moe", "qwen3_5_text": "qwen3_5_moe_text"}.get(kind, kind) if experts else kind
    )
    if isinstance(facts.get("layer_types"), str):
        config |= _layer_types(facts["layer_types"])
    if "vision" in config:
        config["vision_config"] = config.pop("vision")
    quantization = next(
        (made for pattern, made in QUANTIZATIONS if re.search(pattern, line["quantization"].lower())), None
    )
    if quantization is not None:
        config["quantization_config"] = dict(quantization)
    return config


def _relative(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    shape = ("num_hidden_layers", "hidden_size", "num_attention_heads", "num_key_value_heads")
    for entry in catalogue().values():
        values = entry.config.values.get("text_config", entry.config.values)
        if all(values.get(name) == facts.get(name) for name in shape):
            return {name: value for name, value in values.items() if name.startswith(("linear_", "mamba_", "moe_"))}
    return {}


def _layer_types(text: str) -> dict[str, Any]:
    """ "full_attention_interval=4: ..." names a key; "10 short-conv + 6 full" is spread evenly."""
    named = re.match(r"(full_attention_interval|sliding_window_pattern)=(\d+)", text)
    if named:
        return {named[1]: int(named[2])}
    words = {
        "full": "full_attention",
        "sliding": "sliding_attention",
        "short-conv": "conv",
        "linear": "linear_attention",
    }
    counts = {words[word]: int(count) for count, word in re.findall(r"(\d+) ([a-z-]+)", text) if word in words}
    rare = min(counts, key=lambda word: counts[word])
    every = round(sum(counts.values()) / counts[rare])
    common = next(word for word in counts if word != rare)
    count = sum(counts.values())
    types = [rare if (i + 1) % every == 0 else common for i in range(count)]
    if types.count(rare) != counts[rare]:
        types = [common] * counts[common] + [rare] * counts[rare]
    return {"layer_types": types}
