"""Which parsers a model is served with: by its name and type, and by its chat template where that is at hand."""

import json
import os
import subprocess

import pytest

from yarn_runtime.catalogue import catalogue
from yarn_runtime.families import Parsers, always_thinks, parsers
from yarn_runtime.memory import Memory
from yarn_runtime.plan import plan

REGISTERED = """
import json
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager
found = {}
for name, manager in (("tools", ToolParserManager), ("thinking", ReasoningParserManager)):
    found[name] = sorted({**manager.lazy_parsers, **getattr(manager, name + "_parsers", {})})
print("FOUND " + json.dumps(found))
"""


@pytest.mark.parametrize(
    ("name", "tools", "thinking"),
    [
        ("Qwen/Qwen3-4B", "hermes", "qwen3"),
        ("Qwen/Qwen3-30B-A3B-FP8", "hermes", "qwen3"),
        ("Qwen/Qwen3-4B-Instruct-2507", "hermes", None),
        ("Qwen/Qwen3-4B-Thinking-2507", "hermes", "deepseek_r1"),
        ("Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3_coder", None),
        ("Qwen/Qwen2.5-7B-Instruct-AWQ", "hermes", None),
        ("Qwen/Qwen2.5-7B", None, None),
        ("Qwen/QwQ-32B", "hermes", "deepseek_r1"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", None, "deepseek_r1"),
        ("Qwen/Qwen3.5-9B", "qwen3_coder", "qwen3"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3_json", None),
        ("meta-llama/Llama-3.1-8B", None, None),
        ("meta-llama/Llama-2-7b-chat-hf", None, None),
        ("openai/gpt-oss-20b", "openai", "openai_gptoss"),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", None, None),
    ],
)
def test_the_parsers_of_known_models(name, tools, thinking):
    model_type = plan(name, memory=Memory.of_gpu("A100 80GB")).model.model_type
    assert parsers(model_type, name) == Parsers(tools, thinking)


def test_what_always_thinks_is_what_the_catalogue_says():
    wrong = [entry.name for entry in catalogue().values() if always_thinks(entry.name) != entry.thinks]
    assert wrong == []


def test_a_template_that_shows_no_tools_gets_no_parser(tmp_path):
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": "{% for m in messages %}{% endfor %}"})
    )
    assert parsers("qwen3", "my-qwen3", tmp_path) == Parsers()
    (tmp_path / "chat_template.jinja").write_text("{% if tools %}{% endif %} enable_thinking <think>")
    assert parsers("qwen3", "my-qwen3", tmp_path) == Parsers("hermes", "qwen3")
    (tmp_path / "chat_template.jinja").write_text("{% if tools %}{% endif %}")
    assert parsers("qwen3", "my-qwen3", tmp_path) == Parsers("hermes", None)
    assert parsers("qwen3", "my-qwen3", tmp_path / "missing") == Parsers("hermes", "qwen3")


def test_the_command_enables_them():
    words = plan("Qwen/Qwen3-4B", memory=Memory.of_gpu("RTX 3090")).arguments
    assert words[words.index("--tool-call-parser") + 1] == "hermes"
    assert words[words.index("--reasoning-parser") + 1] == "qwen3"
    assert "--enable-auto-tool-choice" in words


@pytest.mark.engine
def test_every_parser_is_known_to_vllm():
    python = os.environ.get("UNSPOOL_TEST_ENGINE_PYTHON")
    if not python:
        pytest.skip("UNSPOOL_TEST_ENGINE_PYTHON does not name the Python of an engine's environment")
    run = subprocess.run([python, "-c", REGISTERED], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    (line,) = [line[6:] for line in run.stdout.splitlines() if line.startswith("FOUND ")]
    known = json.loads(line)
    for entry in catalogue().values():
        found = parsers(entry.config.text("model_type"), entry.name)
        assert found.tools is None or found.tools in known["tools"]
        assert found.thinking is None or found.thinking in known["thinking"]
