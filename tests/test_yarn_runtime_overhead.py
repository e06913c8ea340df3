"""Activations, graphs and processes against what servers printed, and the release that they depend on."""

import pytest

from yarn_runtime.errors import OptionInvalid
from yarn_runtime.memory import GIB
from yarn_runtime.model import load_model
from yarn_runtime.overhead import Batch, Widths, activations, captures, overhead
from yarn_runtime.releases import CURRENT, Release, parse_release


@pytest.mark.parametrize(
    ("model", "release", "batch", "gib"),
    [
        # "PyTorch activation peak memory takes N GiB" in the logs of vLLM servers
        ("meta-llama/Llama-3.1-8B-Instruct", (0, 6), Batch("bfloat16", 20_000, 256), 2.07),
        ("meta-llama/Llama-3.1-8B-Instruct", (0, 6), Batch("bfloat16", 29_000, 256), 2.99),
        ("meta-llama/Meta-Llama-3-8B", (0, 6), Batch("bfloat16", 8192, 256), 1.26),
        ("meta-llama/Llama-3.2-3B-Instruct", (0, 7), Batch("float16", 2048, 192), 0.90),
        ("Qwen/Qwen2.5-0.5B", (0, 7), Batch("float16", 32_768, 256), 1.44),
        ("Qwen/Qwen2.5-1.5B-Instruct", (0, 7), Batch("bfloat16", 4096, 256), 1.40),
        ("microsoft/Phi-4-mini-instruct", (0, 7), Batch("float16", 2048, 256), 1.83),
        ("Qwen/Qwen3-0.6B", (0, 11), Batch("bfloat16", 8192, 1024), 5.56),
        ("Qwen/Qwen3-32B", (0, 11), Batch("bfloat16", 8192, 1024), 5.64),
        ("Qwen/Qwen3-Next-80B-A3B-Instruct", (0, 11), Batch("bfloat16", 8192, 1024, gpus=2), 5.58),
        ("Qwen/Qwen3-8B", (0, 19), Batch("bfloat16", 8192, 1024), 2.21),
        ("meta-llama/Llama-3.1-8B-Instruct", (0, 19), Batch("bfloat16", 8192, 1024), 1.89),
        ("google/gemma-3-4b-it", (0, 19), Batch("bfloat16", 8192, 1024), 3.94),
        ("Qwen/Qwen2.5-1.5B-Instruct", (0, 28), Batch("float16", 8192, 256), 0.50),
    ],
)
def test_activations_as_logged(model, release, batch, gib):
    found = activations(load_model(model).widths, batch, Release(*release)) / GIB
    assert found == pytest.approx(gib, rel=0.045)


SMALL = Widths(hidden=1024, feed_forward=3072, vocabulary=150_000)


def test_graphs_are_taken_off_only_where_they_are_captured():
    batch = Batch("bfloat16", 2048, 256)
    assert captures(batch) == 3 + 31 + 17
    assert 0.45 * GIB < overhead("cuda", SMALL, batch).graphs < 0.7 * GIB
    assert overhead("cuda", SMALL, Batch("bfloat16", 2048, 4)).graphs < 0.3 * GIB
    assert overhead("cuda", SMALL, Batch("bfloat16", 2048, 256, eager=True)).graphs == 0
    assert overhead("cuda", SMALL, batch, Release(0, 20)).graphs == 0
    assert overhead("cpu", SMALL, batch).graphs == 0


def test_more_of_anything_never_takes_less():
    base = overhead("cuda", SMALL, Batch("bfloat16", 2048, 4)).total
    for more in (
        Batch("bfloat16", 4096, 4),
        Batch("bfloat16", 2048, 512),
        Batch("float32", 2048, 4),
        Batch("bfloat16", 2048, 4, table=10**7),
    ):
        assert overhead("cuda", SMALL, more).total > base


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("0.32.0", (0, 32)),
        ("v0.11", (0, 11)),
        ("0.28.1rc1.dev50+gcac8a75a7.d20260828", (0, 28)),
        ("1.0", (1, 0)),
        ("0.1.dev15312+g690e127b1", (0, 32)),
    ],
)
def test_releases(text, release):
    assert parse_release(text) == Release(*release)


@pytest.mark.parametrize("text", ["", "newest", "0", "-1.2", "0.x", "99999.1"])
def test_releases_that_are_none(text):
    with pytest.raises(OptionInvalid):
        parse_release(text)


def test_the_current_release_counts_as_the_newest_logs_do():
    assert (CURRENT.utilization, CURRENT.batches_in_flight, CURRENT.state_pages) == (0.92, 2, 2)
    assert CURRENT.reserves_graphs
    assert not CURRENT.splits_evenly
