"""What the tests share: the real engine with the embedded model, started once a session, and a fresh library."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from assistant import Library
from ui.settings import Settings, load
from yarn_runtime import (
    Engine,
    EngineEnvironment,
    EngineMissing,
    Memory,
    Place,
    embedded_model,
    find_environment,
    plan,
    serve,
)

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"


# The same examples every time, on a machine as slow as it may be; HYPOTHESIS_PROFILE=default looks for new ones.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser shares two cores with its server and the tests: one more try, which the summary names."""
    for item in items:
        if item.get_closest_marker("page"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_configure() -> None:
    """Tell the tests that need them where the engine's Python and the embedded model are, if they are set up."""
    settings = load()
    try:
        python = find_environment(settings.engines, "cpu").python
        os.environ.setdefault("UNSPOOL_TEST_ENGINE_PYTHON", str(python))
    except EngineMissing:
        pass
    for tokenizer in settings.models.glob("SmolLM2*/tokenizer.json"):
        os.environ.setdefault("UNSPOOL_TEST_MODEL", str(tokenizer.parent))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of this machine: tests use the engine and model that `make` has set up."""
    return load()


@pytest.fixture(scope="session")
def engine_environment(settings: Settings) -> EngineEnvironment:
    """The engine's environment; `make test` makes it, so its absence is a failure, not a skip."""
    return find_environment(settings.engines, "cpu")


@pytest.fixture(scope="session")
def smollm2(settings: Settings, engine_environment: EngineEnvironment) -> Path:
    """The checkpoint of the embedded model."""
    return embedded_model(settings.models, engine_environment, print)


@pytest.fixture(scope="session")
def engine(
    smollm2: Path, engine_environment: EngineEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The embedded model, stretched by YaRN from 8,192 to 16,384 tokens, on the real vLLM."""
    place = engine_place(tmp_path_factory.mktemp("engine"))
    stretched = plan(smollm2, context=16_384, memory=Memory.of_machine())
    with serve(stretched, engine_environment, place, port=None, say=print) as running:
        yield running


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    made = Library(tmp_path / "library")
    yield made
    made.close()


def engine_place(folder: Path) -> Place:
    """Where an engine of the tests leaves its traces."""
    return Place(folder / "engine.json", folder / "logs")
