"""The command line end to end on the real engine: one JSON object with every promised key."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, SAMPLES
from yarn_runtime import Engine

pytestmark = pytest.mark.engine


def test_ask_with_the_real_engine(engine: Engine, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ui", "ask", str(SAMPLES / "itsdangerous" / "src" / "itsdangerous" / "encoding.py")]
        + ["-q", "What does base64_encode do?", "--engine-url", engine.url, "--json"],
        cwd=ROOT,
        env={**os.environ, "UNSPOOL_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert set(value) >= {"answer", "statements", "coverage", "steps"}
    assert value["coverage"]["prompt_tokens"] == value["steps"][0]["prompt_tokens"]
    assert value["coverage"]["documents"][0]["omitted"] == []
    for statement in value["statements"]:
        for citation in statement["citations"]:
            assert citation["place"].startswith("encoding.py:")
