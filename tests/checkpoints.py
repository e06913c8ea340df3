"""Tiny checkpoints for tests: random weights of a real architecture, made by the engine's own Python."""

import json
import shutil
import subprocess
from pathlib import Path

from yarn_runtime import EngineEnvironment

_MAKE = """
import sys, json, torch
from transformers import Qwen3Config, Qwen3ForCausalLM
torch.manual_seed(0)
Qwen3ForCausalLM(Qwen3Config(**json.loads(sys.argv[2]))).save_pretrained(sys.argv[1])
"""
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def tiny_qwen3(directory: Path, environment: EngineEnvironment, tokenizer_of: Path, *, native: int) -> Path:
    """A Qwen3 of one layer (16 MB, float32) that was "trained" on `native` tokens, with another model's tokenizer."""
    config = {
        "vocab_size": 49_152,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "max_position_embeddings": native,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": True,
    }
    directory.mkdir(parents=True)
    command = [str(environment.python), "-c", _MAKE, str(directory), json.dumps(config)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for name in _TOKENIZER_FILES:
        shutil.copyfile(tokenizer_of / name, directory / name)
    return directory


def retold(directory: Path, checkpoint: Path, *, native: int) -> Path:
    """The same weights under a config that claims another trained length, so that a plan sees no need to stretch."""
    directory.mkdir(parents=True)
    for file in checkpoint.iterdir():
        (directory / file.name).symlink_to(file)
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    (directory / "config.json").unlink()
    (directory / "config.json").write_text(json.dumps({**config, "max_position_embeddings": native}), "utf-8")
    return directory
