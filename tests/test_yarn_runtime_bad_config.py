"""Random and damaged configs and weights: a plan or a PlanProblem with a hint, never another error."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yarn_runtime.catalogue import catalogue
from yarn_runtime.errors import PlanProblem
from yarn_runtime.memory import GIB, Memory
from yarn_runtime.plan import plan

MEMORIES = [Memory.of_gpu("RTX 3090"), Memory(16 * GIB, "cpu", "16 GiB", free_bytes=15 * GIB), Memory.of_bytes(1)]
WHOLE = [dict(entry.config.values) for entry in catalogue().values()]
KEYS = sorted(
    {key for config in WHOLE for key in config}
    | {key for config in WHOLE for key in config.get("text_config", {})}
    | {"n_head", "alibi", "multi_query", "hybrid_override_pattern", "layers_block_type", "mamba_num_heads"}
    | {"attn_layer_period", "full_attn_idxs", "num_kv_shared_layers", "global_head_dim", "mamba_d_head"}
    | {"vision_config", "dual_chunk_attention_config", "is_encoder_decoder", "expert_layer_period", "n_groups"}
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(
        ["", "yarn", "llama", "qwen3_5_text", "nemotron_h", "lfm2", "gemma3_text", "M*-E", "auto", "\x00", "é"]
    ),
    st.text(max_size=8),
)
WORDS = st.lists(
    st.sampled_from(["full_attention", "sliding_attention", "linear_attention", "mamba", "conv", "?"]), max_size=5
)
VALUES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=6,
)
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def planned_or_refused(directory: Path, config: object, memory: Memory, context: int | None) -> None:
    """Plans the directory as a person would; any other error than a PlanProblem fails the test."""
    (directory / "config.json").write_text(json.dumps(config), encoding="utf-8")
    try:
        made = plan(directory, memory=memory, context=context)
    except PlanProblem as problem:
        assert problem.message
        assert problem.hint
    else:
        json.dumps(made.to_json())
        assert made.fits or made.reasons


CONTEXTS = st.none() | st.integers(-5, 10**10)


@QUICK
@given(config=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12), context=CONTEXTS)
def test_random_configs(tmp_path, config, context):
    planned_or_refused(tmp_path, config, MEMORIES[0], context)


@settings(QUICK, max_examples=150)
@given(
    whole=st.sampled_from(WHOLE),
    changes=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3),
    nested=st.booleans(),
    memory=st.sampled_from(MEMORIES),
    context=CONTEXTS,
)
def test_real_configs_with_damaged_fields(tmp_path, whole, changes, nested, memory, context):
    if nested and "text_config" in whole:
        config = {**whole, "text_config": {**whole["text_config"], **changes}}
    else:
        config = {**whole, **changes}
    planned_or_refused(tmp_path, config, memory, context)


@QUICK
@given(whole=st.sampled_from(WHOLE), gone=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4))
def test_real_configs_with_missing_fields(tmp_path, whole, gone):
    planned_or_refused(tmp_path, {key: value for key, value in whole.items() if key not in gone}, MEMORIES[0], None)


@QUICK
@given(config=VALUES)
def test_configs_that_are_anything(tmp_path, config):
    planned_or_refused(tmp_path, config, MEMORIES[0], 4096)


@QUICK
@given(
    header=st.dictionaries(
        st.text(max_size=6),
        VALUES | st.fixed_dictionaries({"dtype": st.sampled_from(["BF16", "F8_E4M3", "?"]) | SCALARS, "shape": VALUES}),
        max_size=3,
    ),
    cut=st.integers(0, 40),
)
def test_damaged_safetensors(tmp_path, header, cut):
    head = json.dumps(header).encode()
    whole = len(head).to_bytes(8, "little") + head
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) - cut])
    planned_or_refused(tmp_path, WHOLE[0], MEMORIES[0], None)


@pytest.mark.parametrize("memory", MEMORIES)
def test_models_of_the_catalogue_are_planned_or_refused_anywhere(memory, tmp_path):
    for config in WHOLE[::5]:
        planned_or_refused(tmp_path, config, memory, 100_000)
