"""Facts from directories, the cache and the catalogue; configs that lie; damaged and contradictory files."""

import json

import pytest

from yarn_runtime.catalogue import catalogue
from yarn_runtime.errors import ConfigInvalid, ModelUnknown, ModelUnsupported, PlanProblem
from yarn_runtime.model import load_model

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "max_position_embeddings": 4096,
    "rope_theta": 10000.0,
    "torch_dtype": "bfloat16",
}


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    """No Hugging Face cache of this machine takes part, and no hub is asked."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)


@pytest.fixture
def directory(tmp_path):
    def write(**changes):
        config = {name: value for name, value in {**LLAMA, **changes}.items() if value is not ...}
        folder = tmp_path / "tiny"
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text(json.dumps(config))
        return folder

    return write


def test_a_directory_gives_its_facts(directory):
    model = load_model(directory())
    assert (model.name, model.origin, model.location) == ("tiny", "directory", str(model.directory))
    assert len(model.layers) == 2
    assert model.layers[0].elements == 2 * 2 * 16
    assert model.trained.native == 4096
    assert model.positions.stretchable


def test_a_string_and_a_path_name_the_same_directory(directory):
    folder = directory()
    assert load_model(str(folder)) == load_model(folder)


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("Qwen/Qwen3-0.6B", 0.596),
        ("Qwen/Qwen3-1.7B", 1.721),
        ("Qwen/Qwen3-4B", 4.022),
        ("Qwen/Qwen3-8B", 8.191),
        ("Qwen/Qwen3-14B", 14.768),
        ("Qwen/Qwen3-32B", 32.762),
        ("Qwen/Qwen3-30B-A3B", 30.532),
        ("Qwen/Qwen2.5-0.5B-Instruct", 0.494),
        ("Qwen/Qwen2.5-7B-Instruct", 7.616),
        ("Qwen/QwQ-32B", 32.764),
        ("meta-llama/Llama-3.1-8B-Instruct", 8.030),
        ("meta-llama/Llama-3.2-1B-Instruct", 1.236),
        ("NousResearch/Yarn-Llama-2-7b-128k", 6.738),
        ("NousResearch/Yarn-Llama-2-13b-128k", 13.016),
        ("mistralai/Mistral-7B-Instruct-v0.3", 7.248),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", 0.1345),
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1.100),
        ("HuggingFaceTB/SmolLM2-1.7B-Instruct", 1.711),
        ("mistralai/Mistral-Nemo-Instruct-2407", 12.248),
        ("google/gemma-3-1b-it", 1.000),
        ("microsoft/phi-4", 14.660),
        ("microsoft/Phi-3-mini-4k-instruct", 3.821),
        ("microsoft/Phi-4-mini-instruct", 3.836),
        ("openai/gpt-oss-20b", 20.908),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", 70.554),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", 1.777),
    ],
)
def test_published_parameter_counts(name, billions):
    assert load_model(name).parameters.total / 1e9 == pytest.approx(billions, abs=6e-4)


@pytest.mark.parametrize(
    ("name", "native", "endorsed"),
    [
        ("Qwen/Qwen3-0.6B", 32768, 32768),
        ("Qwen/Qwen3-8B", 32768, 131072),
        ("Qwen/Qwen3-4B-Instruct-2507", 262144, 262144),
        ("Qwen/Qwen2.5-3B-Instruct", 32768, 32768),
        ("Qwen/Qwen2.5-7B-Instruct", 32768, 131072),
        ("Qwen/Qwen2.5-7B", 32768, 131072),
        ("Qwen/QwQ-32B", 32768, 131072),
        ("unsloth/QwQ-32B", 32768, 131072),
        ("meta-llama/Llama-3.1-8B-Instruct", 131072, 131072),
        ("meta-llama/Llama-2-7b-chat-hf", 4096, 4096),
        ("NousResearch/Yarn-Llama-2-7b-128k", 131072, 131072),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", 8192, 8192),
        ("NousResearch/Yarn-Mistral-7b-128k", 131072, 131072),
        ("NousResearch/Yarn-Llama-2-13b-64k", 65536, 65536),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", 32768, 131072),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", 131072, 131072),
        ("google/gemma-3-4b-it", 131072, 131072),
        ("openai/gpt-oss-20b", 131072, 131072),
        ("microsoft/Phi-4-mini-instruct", 131072, 131072),
        ("microsoft/phi-4", 16384, 16384),
        ("Qwen/Qwen3.5-4B", 262144, 1010000),
        ("mistralai/Mistral-7B-Instruct-v0.3", 32768, 32768),
    ],
)
def test_trained_and_endorsed_lengths(name, native, endorsed):
    trained = load_model(name).trained
    assert (trained.native, trained.endorsed) == (native, endorsed)


def test_every_entry_of_the_catalogue_gives_facts():
    for entry in catalogue().values():
        model = load_model(entry.name.lower())
        assert model.name == entry.name
        assert model.weights_bytes("bfloat16") > 0
        assert model.directory is None


def test_a_renamed_copy_of_a_lying_config_is_told_by_its_shape(directory):
    copy = directory(
        model_type="qwen2",
        rope_theta=1e6,
        max_position_embeddings=131072,
        hidden_size=5120,
        num_attention_heads=40,
    )
    assert load_model(copy).trained.native == 32768


def test_the_newest_snapshot_of_the_cache_is_found(tmp_path, directory):
    folder = tmp_path / "hf" / "hub" / "models--me--mine"
    snapshot = folder / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc")
    (snapshot / "config.json").write_text(json.dumps(LLAMA))
    model = load_model("me/mine")
    assert (model.origin, model.location, model.directory) == ("cache", "me/mine", snapshot)


@pytest.mark.parametrize(
    "rope",
    [
        {"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096}},
        {
            "rope_theta": ...,
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 10000.0,
                "factor": 4.0,
                "original_max_position_embeddings": 4096,
            },
        },
    ],
)
def test_a_baked_yarn_is_native_and_not_stretchable(directory, rope):
    model = load_model(directory(**rope))
    assert model.trained.native == 16384
    assert not model.positions.stretchable
    assert model.positions.theta == 10000.0


@pytest.mark.parametrize(
    ("scaling", "native"),
    [
        ({"type": "linear", "factor": 4.0}, 16384),
        ({"type": "dynamic", "factor": 2.0}, 8192),
        ({"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 512}, 4096),
        ({"rope_type": "longrope", "original_max_position_embeddings": 512}, 4096),
        ({"type": "mrope", "mrope_section": [16, 24, 24]}, 4096),
        (None, 4096),
    ],
)
def test_other_scalings(directory, scaling, native):
    assert load_model(directory(rope_scaling=scaling)).trained.native == native


def test_a_nested_config_is_found_and_its_place_kept(directory):
    nested = {name: value for name, value in LLAMA.items() if name != "architectures"}
    model = load_model(directory(model_type="vision", text_config=nested))
    assert model.section == ("text_config",)
    assert model.model_type == "llama"


@pytest.mark.parametrize("kind", ["bloom", "mpt", "opt", "gpt2"])
def test_no_rope_is_told(directory, kind):
    model = load_model(directory(model_type=kind))
    assert model.positions.encoding != "RoPE"
    assert not model.positions.stretchable


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"num_hidden_layers": ...}, "num_hidden_layers"),
        ({"num_hidden_layers": 0}, "num_hidden_layers"),
        ({"num_hidden_layers": "two"}, "num_hidden_layers"),
        ({"num_hidden_layers": True}, "num_hidden_layers"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers"),
        ({"hidden_size": ...}, "hidden_size"),
        ({"hidden_size": 65}, "65"),
        ({"num_key_value_heads": 3}, "3"),
        ({"num_key_value_heads": 8}, "8"),
        ({"vocab_size": -5}, "vocab_size"),
        ({"vocab_size": 1.5}, "vocab_size"),
        ({"max_position_embeddings": None, "n_positions": "many"}, "n_positions"),
        ({"rope_theta": float("nan")}, "rope_theta"),
        ({"rope_theta": float("inf")}, "rope_theta"),
        ({"rope_theta": 0}, "rope_theta"),
        ({"rope_scaling": "yarn"}, "rope_scaling"),
        ({"rope_scaling": {"type": 4}}, "type"),
        ({"rope_scaling": {"type": "yarn", "factor": -4}}, "factor"),
        ({"partial_rotary_factor": 3.0}, "partial_rotary_factor"),
        ({"layer_types": ["full_attention"]}, "layer_types"),
        ({"layer_types": ["sliding_attention"] * 2}, "sliding_window"),
        ({"text_config": 7}, "text_config"),
        ({"tie_word_embeddings": "yes"}, "tie_word_embeddings"),
        ({"kv_lora_rank": 64}, "qk_rope_head_dim"),
        ({"quantization_config": []}, "quantization_config"),
    ],
)
def test_contradictory_configs_are_named_in_the_error(directory, changes, word):
    with pytest.raises(ConfigInvalid, match=word) as caught:
        load_model(directory(**changes))
    assert caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "bert"},
        {"is_encoder_decoder": True},
        {"dual_chunk_attention_config": {"chunk_size": 262144}},
        {"layer_types": ["hyena", "hyena"]},
        {"quantization_config": {"quant_method": "quip"}},
    ],
)
def test_unsupported_models_say_so(directory, changes):
    with pytest.raises(ModelUnsupported) as caught:
        load_model(directory(**changes))
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"a": ' * 5000, "\x00\xff"])
def test_a_damaged_config(tmp_path, text):
    (tmp_path / "config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigInvalid) as caught:
        load_model(tmp_path)
    assert "config.json" in caught.value.message


def test_a_directory_without_a_config(tmp_path):
    with pytest.raises(ModelUnknown, match="holds no config") as caught:
        load_model(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["/no/such/directory", "./nowhere", "a/b/c", "what is this?", ""])
def test_neither_a_directory_nor_an_id(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlanProblem) as caught:
        load_model(name)
    assert caught.value.hint


def test_an_id_that_nobody_knows_is_unknown_with_and_without_a_network():
    with pytest.raises(ModelUnknown) as caught:
        load_model("nobody/no-such-model-at-all")
    assert caught.value.hint


def test_what_a_published_config_leaves_out_is_filled_in(directory):
    """gemma-3-4b-it names neither its heads nor their size nor its vocabulary."""
    text = {
        "model_type": "gemma3_text",
        "hidden_size": 2560,
        "intermediate_size": 10240,
        "num_hidden_layers": 34,
        "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
        "sliding_window": 1024,
    }
    folder = directory()
    (folder / "config.json").write_text(json.dumps({"model_type": "gemma3", "text_config": text}))
    model = load_model(folder)
    assert len(model.layers) == 34
    assert model.layers == load_model("google/gemma-3-4b-it").layers
    assert model.widths == load_model("google/gemma-3-4b-it").widths


@pytest.mark.parametrize("kind", ["zamba2", "rwkv", "kimi_linear", "falcon_h1"])
def test_layers_of_a_strange_kind_are_refused_and_not_guessed(directory, kind):
    with pytest.raises(ModelUnsupported, match=kind):
        load_model(directory(model_type=kind))
