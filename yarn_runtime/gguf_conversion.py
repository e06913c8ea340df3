"""Run by the engine's own Python: turns a GGUF file into a normal checkpoint directory; knows nothing of Unspool.

A script, not a module of the app: `transformers`, `torch` and `gguf` live in the engine's environment only.
Usage: python gguf_conversion.py SOURCE.gguf DIRECTORY
"""

import json
import pathlib
import sys


def convert(source: pathlib.Path, directory: pathlib.Path) -> None:
    """Write config, tokenizer (with its chat template) and float32 safetensors of `source` into `directory`."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    tokenizer.save_pretrained(directory)
    _split_digits(directory / "tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        dtype=torch.float32,
        quantization_config=GgufConfig(dequantize=True),
    )
    model.save_pretrained(directory)


def _split_digits(file: pathlib.Path) -> None:
    """Put back what the conversion loses: this tokenizer takes every digit by itself (its GGUF says pre = smollm)."""
    definition = json.loads(file.read_text("utf-8"))
    digits = {"type": "Digits", "individual_digits": True}
    definition["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [digits, definition["pre_tokenizer"]]}
    file.write_text(json.dumps(definition, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    convert(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
