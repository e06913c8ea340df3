"""A record names an engine only while its very process lives; stale and damaged ones are removed."""

import os
import subprocess
import sys
from dataclasses import replace

import psutil

from yarn_runtime import record


def _entry(pid: int, started: float) -> record.EngineRecord:
    lengths = {"native": 8_192, "long": 16_384}
    return record.EngineRecord(
        "http://127.0.0.1:1", "model", None, 16_384, "long", lengths, 1, pid, started, 60.0, "/log"
    )


def _mine() -> record.EngineRecord:
    return _entry(os.getpid(), psutil.Process().create_time())


def test_a_living_engine_is_found(tmp_path):
    file = tmp_path / "state" / "engine.json"
    record.write(file, _mine())
    assert record.read(file) == _mine()
    record.forget(file)
    assert record.read(file) is None


def test_a_pid_that_was_given_to_another_program_does_not_count(tmp_path):
    file = tmp_path / "engine.json"
    record.write(file, replace(_mine(), host_started=_mine().host_started - 3_600))
    assert record.read(file) is None
    assert not file.exists()


def test_an_engine_that_ended_does_not_count(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    entry = _entry(child.pid, psutil.Process(child.pid).create_time())
    record.write(tmp_path / "engine.json", entry)
    assert record.read(tmp_path / "engine.json") == entry
    child.communicate(b"\n")
    assert record.read(tmp_path / "engine.json") is None


def test_a_damaged_record_is_none(tmp_path):
    file = tmp_path / "engine.json"
    for text in ("", "{", "[]", '{"pid": 1}', '{"url": 7, "surprise": true}'):
        file.write_text(text)
        assert record.read(file) is None
        assert not file.exists()
