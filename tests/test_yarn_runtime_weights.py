"""Bytes of weights: from safetensors headers, which win, and from the config in each quantisation."""

import json
from pathlib import Path

import pytest

from yarn_runtime.checkpoint import Checkpoint, read_checkpoint
from yarn_runtime.errors import ConfigInvalid
from yarn_runtime.model import load_model

GIB = 1024**3


def write_safetensors(path: Path, tensors: dict[str, tuple[str, list[int], int]]) -> None:
    """A real safetensors file: name -> (dtype, shape, bytes an element)."""
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, (dtype, shape, each) in tensors.items():
        size = each
        for length in shape:
            size *= length
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + bytes(at))


def test_headers_are_summed_by_kind(tmp_path):
    write_safetensors(
        tmp_path / "model.safetensors",
        {
            "model.embed_tokens.weight": ("BF16", [10, 4], 2),
            "lm_head.weight": ("BF16", [10, 4], 2),
            "model.layers.0.q_proj.qweight": ("I32", [3, 2], 4),
            "model.layers.0.q_proj.scales": ("F16", [5], 2),
        },
    )
    assert read_checkpoint(tmp_path) == Checkpoint(floats=85, packed_bytes=24, head_elements=40)


def test_several_files_by_their_index(tmp_path):
    write_safetensors(tmp_path / "a.safetensors", {"x": ("F32", [7], 4)})
    write_safetensors(tmp_path / "b.safetensors", {"y": ("F8_E4M3", [9], 1)})
    write_safetensors(tmp_path / "unlisted.safetensors", {"z": ("F32", [1000], 4)})
    index = {"metadata": {}, "weight_map": {"x": "a.safetensors", "y": "b.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert read_checkpoint(tmp_path) == Checkpoint(floats=7, packed_bytes=9, head_elements=0)


def test_an_index_without_any_of_its_files_is_a_config_only_directory(tmp_path):
    index = {"weight_map": {"x": "a.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert read_checkpoint(tmp_path) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\x10", b"\xff" * 64, (5).to_bytes(8, "little") + b"[1,2]", (2).to_bytes(8, "little") + b"{"],
)
def test_damaged_files(tmp_path, content):
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ConfigInvalid):
        read_checkpoint(tmp_path)


def test_a_half_finished_download(tmp_path):
    write_safetensors(tmp_path / "a.safetensors", {"x": ("F32", [7], 4)})
    index = {"weight_map": {"x": "a.safetensors", "y": "b.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ConfigInvalid, match="lacks 1 of its 2"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("index", ["{", "[]", "{}", '{"weight_map": 3}', '{"weight_map": {"x": "../up"}}'])
def test_a_damaged_index(tmp_path, index):
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ConfigInvalid):
        read_checkpoint(tmp_path)


def test_headers_win_over_the_config_and_follow_the_dtype(tmp_path):
    config = {
        "model_type": "llama",
        "hidden_size": 8,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "vocab_size": 10,
        "tie_word_embeddings": True,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    write_safetensors(
        tmp_path / "model.safetensors",
        {"model.embed_tokens.weight": ("F32", [10, 8], 4), "lm_head.weight": ("F32", [10, 8], 4)},
    )
    model = load_model(tmp_path)
    assert model.weights_bytes("float32") == 80 * 4
    assert model.weights_bytes("bfloat16") == 80 * 2


@pytest.mark.parametrize(
    ("name", "gib"),
    [
        # "Model loading took N GiB" in the logs of vLLM servers
        ("meta-llama/Llama-3.1-8B-Instruct", 14.9888),
        ("Qwen/Qwen2.5-7B", 14.2717),
        ("Qwen/Qwen2.5-1.5B-Instruct", 2.8871),
        ("meta-llama/Llama-3.2-1B-Instruct", 2.3185),
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 2.0513),
    ],
)
def test_weights_as_logged(name, gib):
    assert load_model(name).weights_bytes("bfloat16") / GIB == pytest.approx(gib, rel=0.01)


def test_quantised_weights_keep_embeddings_in_full():
    whole = load_model("Qwen/Qwen3-32B").weights_bytes("bfloat16")
    four_bits = load_model("Qwen/Qwen3-32B-AWQ").weights_bytes("bfloat16")
    eight_bits = load_model("Qwen/Qwen3-32B-FP8").weights_bytes("bfloat16")
    assert four_bits == pytest.approx(19.33e9, rel=0.005)
    assert whole / 2 < eight_bits < whole / 2 * 1.06


@pytest.mark.parametrize(
    ("name", "gib", "off"),
    [
        # hybrids, experts and image towers: "Model loading took N GiB", checkpoints' sizes, published counts of
        # parameters
        ("Qwen/Qwen3-Next-80B-A3B-Instruct", 2 * 74.2812, 0.01),
        ("Qwen/Qwen3.8-27B", 51.1, 0.01),
        ("google/gemma-3-4b-it", 8.58, 0.08),
        ("google/gemma-3-27b-it", 27.432e9 * 2 / GIB, 0.005),
        ("ibm-granite/granite-4.0-micro", 3.4028e9 * 2 / GIB, 0.005),
        ("deepseek-ai/DeepSeek-V2-Lite-Chat", 15.706e9 * 2 / GIB, 0.005),
        ("microsoft/Phi-4-mini-instruct", 7.1694, 0.01),
        ("neuralmagic/Mistral-7B-Instruct-v0.3-FP8", 7.01, 0.01),
        ("Qwen/Qwen2.5-7B-Instruct-AWQ", 5.29, 0.025),
    ],
)
def test_further_weights_as_logged(name, gib, off):
    assert load_model(name).weights_bytes("bfloat16", text_only=False) / GIB == pytest.approx(gib, rel=off)


def test_mxfp4_experts_are_padded_as_the_kernels_want_them():
    found = load_model("openai/gpt-oss-120b").weights_bytes("bfloat16") / GIB
    assert found == pytest.approx(65.9, rel=0.01)


LAYER = {
    "model_type": "llama",
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "tie_word_embeddings": False,
}
LINEAR = 256 * (256 + 2 * 128 + 256 + 3 * 512)
KEPT = 2 * 1000 * 256 + 3 * 256


@pytest.mark.parametrize(
    ("quantization", "bits"),
    [
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, 8),
        ({"quant_method": "awq", "bits": 4, "group_size": 128}, 4 + 20 / 128),
        ({"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": True}, 4 + 16 / 128),
        ({"quant_method": "gptq", "bits": 8, "group_size": -1}, 8),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {
                    "g": {"weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32}}
                },
            },
            4 + 16 / 32,
        ),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"g": {"weights": {"num_bits": 8, "type": "float"}}},
            },
            8,
        ),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, 4.5),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, 4.5),
    ],
)
def test_every_quantisation_counts_embeddings_in_full(tmp_path, quantization, bits):
    (tmp_path / "config.json").write_text(json.dumps({**LAYER, "quantization_config": quantization}))
    assert load_model(tmp_path).weights_bytes("bfloat16") == pytest.approx(LINEAR * bits / 8 + KEPT * 2, abs=1)


def test_awq_headers_and_config_agree(tmp_path):
    """The tensors of an AWQ layer, as its files hold them: packed weights, scales and zero points."""
    config = {**LAYER, "quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 128}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    tensors = {"model.embed_tokens.weight": ("F16", [1000, 256], 2), "lm_head.weight": ("F16", [1000, 256], 2)}
    norms = ("layers.0.input_layernorm", "layers.0.post_attention_layernorm", "norm")
    tensors |= {f"model.{name}.weight": ("F16", [256], 2) for name in norms}
    sides = {"q": (256, 256), "k": (256, 128), "v": (256, 128), "o": (256, 256), "gate": (256, 512), "up": (256, 512)}
    for name, (rows, columns) in {**sides, "down": (512, 256)}.items():
        tensors[f"model.layers.0.{name}_proj.qweight"] = ("I32", [rows, columns // 8], 4)
        tensors[f"model.layers.0.{name}_proj.qzeros"] = ("I32", [rows // 128, columns // 8], 4)
        tensors[f"model.layers.0.{name}_proj.scales"] = ("F16", [rows // 128, columns], 2)
    from_config = load_model(tmp_path).weights_bytes("float16")
    write_safetensors(tmp_path / "model.safetensors", tensors)
    assert load_model(tmp_path).weights_bytes("float16") == from_config


def test_encoders_are_not_counted_where_only_text_is_served(tmp_path):
    text = {key: value for key, value in LAYER.items() if key != "model_type"}
    config = {"model_type": "gemma3", "text_config": {**text, "model_type": "llama"}, "vision_config": {"depth": 2}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    write_safetensors(
        tmp_path / "model.safetensors",
        {
            "language_model.model.embed_tokens.weight": ("BF16", [1000, 256], 2),
            "vision_tower.encoder.layers.0.mlp.fc1.weight": ("BF16", [300, 7], 2),
            "multi_modal_projector.weight": ("BF16", [11], 2),
        },
    )
    model = load_model(tmp_path)
    assert model.multimodal
    assert model.weights_bytes("bfloat16") == 1000 * 256 * 2
    assert model.weights_bytes("bfloat16", text_only=False) == (1000 * 256 + 2100 + 11) * 2
