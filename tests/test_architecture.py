"""The direction of dependencies, one door a dependency, and files small enough to live in."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

ALLOWED = {
    "ingest": {"ingest"},
    "yarn_runtime": {"yarn_runtime"},
    "assistant": {"assistant", "ingest", "yarn_runtime"},
    "ui": {"ui", "assistant", "ingest", "yarn_runtime"},
}
DOORS = {
    "pypdf": ["ingest/pdf_pypdf.py"],
    "pypdfium2": ["ingest/pdf_annotations.py", "ingest/pdf_calls.py", "ingest/pdf_pdfium.py"],
    "dulwich": ["ingest/git_index.py"],
    "onnxruntime": ["assistant/encoder.py"],
    "onnxruntime_extensions": ["assistant/encoder.py"],
    "snowballstemmer": ["assistant/terms.py"],
    "quicktok": ["yarn_runtime/ascii_encoder.py"],
    "tiktoken": ["yarn_runtime/byte_level.py"],
    "langchain_openai": ["yarn_runtime/vllm_chat.py"],
    "langgraph": ["assistant/agent.py", "assistant/checkpoints.py"],
    "aiosqlite": ["assistant/checkpoints.py"],
    "ray": ["assistant/jobs/cluster.py"],
    "rapidfuzz": ["assistant/quotations.py"],
    "matplotlib": ["ui/plots.py"],
    "mcp": ["ui/mcp_server.py"],
    "opentelemetry": ["ui/traces.py"],
    "prometheus_client": ["ui/metrics.py"],
    "pynvml": ["yarn_runtime/memory.py"],
    "tree_sitter": ["ingest/grammar.py"],
    "tree_sitter_language_pack": ["ingest/grammar.py"],
    "typer": [
        "ui/cli.py",
        "ui/cli_ask.py",
        "ui/cli_batch.py",
        "ui/cli_engine.py",
        "ui/cli_key.py",
        "ui/cli_library.py",
        "ui/cli_options.py",
        "ui/cli_prove.py",
        "ui/cli_read.py",
        "ui/cli_shared.py",
        "ui/cli_tasks.py",
        "ui/cli_user.py",
    ],
}
MODULES = sorted(path for package in ALLOWED for path in (ROOT / package).glob("**/*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_packages_depend_one_way_and_are_entered_through_their_door(path):
    package = path.relative_to(ROOT).parts[0]
    for module in _imports(path):
        other = module.partition(".")[0]
        if other in ALLOWED:
            assert other in ALLOWED[package], f"{package} must not know {other}"
            assert other == package or module == other, f"{module}: enter {other} through its __init__"


@pytest.mark.parametrize("library", DOORS)
def test_one_door_a_dependency(library):
    users = [_name(path) for path in MODULES if any(name.partition(".")[0] == library for name in _imports(path))]
    assert users == DOORS[library]


def test_gradio_is_known_to_the_page_only():
    users = [_name(path) for path in MODULES if any(name.partition(".")[0] == "gradio" for name in _imports(path))]
    assert users
    assert all(name.startswith("ui/page") for name in users)


def test_sql_stands_in_the_library_only():
    users = [_name(path) for path in MODULES if {"sqlite3", "sqlite_utils"} & _imports(path)]
    assert users == ["assistant/schema.py", "assistant/store.py"]


def test_flags_of_vllm_stand_in_one_place():
    users = [_name(path) for path in MODULES if "--hf-overrides" in path.read_text("utf-8") and 'f"' not in path.name]
    assert [name for name in users if "--max-model-len" in (ROOT / name).read_text("utf-8")] == [
        "yarn_runtime/command.py"
    ]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_small_and_say_what_they_are(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text))


def test_no_cycles():
    graph = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): {
            module for module in _imports(path) if module.partition(".")[0] in ALLOWED and "." in module
        }
        for path in MODULES
        if path.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module in done or module not in graph:
            return
        for other in graph[module]:
            visit(other, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())
