"""Facts from a hub: the real huggingface_hub against a server in a thread that answers as the hub does."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CONFIG = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 1000,
    "tie_word_embeddings": True,
    "max_position_embeddings": 4096,
}
TENSORS = {
    "model.embed_tokens.weight": {"dtype": "BF16", "shape": [1000, 64], "data_offsets": [0, 128000]},
    "lm_head.weight": {"dtype": "BF16", "shape": [1000, 64], "data_offsets": [128000, 256000]},
    "model.layers.0.mlp.qweight": {"dtype": "I32", "shape": [50], "data_offsets": [256000, 256200]},
}
ASK = """
import json, sys
from yarn_runtime.errors import PlanProblem
from yarn_runtime.model import load_model
try:
    model = load_model(sys.argv[1])
    print(json.dumps([model.origin, model.weights_bytes("bfloat16"), len(model.layers)]))
except PlanProblem as problem:
    print(json.dumps([type(problem).__name__, problem.retryable, problem.hint]))
"""


class Hub(BaseHTTPRequestHandler):
    """One model, me/tiny, in safetensors; every other is unknown."""

    files: dict[str, bytes] = {}  # noqa: RUF012

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        path = self.path.split("?")[0]
        if path.startswith("/api/models/me/tiny"):
            facts = {"id": "me/tiny", "modelId": "me/tiny", "sha": "a" * 40, "siblings": [], "tags": []}
            content, status = json.dumps(facts).encode(), 200
        elif path.startswith("/me/tiny/resolve/"):
            content = self.files.get(path.split("/")[-1])
            status = 200 if content is not None else 404
        else:
            content, status = None, 404
        self.send_response(206 if status == 200 and "Range" in self.headers else status)
        if status == 404:
            known = path.startswith("/me/tiny/")
            self.send_header("X-Error-Code", "EntryNotFound" if known else "RepoNotFound")
        content = content or b"{}"
        self.send_header("ETag", '"' + hashlib.sha256(content).hexdigest() + '"')
        self.send_header("X-Repo-Commit", "a" * 40)
        if "Range" in self.headers:
            first, last = self.headers["Range"].removeprefix("bytes=").split("-")
            content = content[int(first) : int(last) + 1]
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    head = json.dumps(TENSORS).encode()
    Hub.files = {
        "config.json": json.dumps(CONFIG).encode(),
        "model.safetensors": len(head).to_bytes(8, "little") + head + bytes(256200),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(name, endpoint, home):
    run = subprocess.run(
        [sys.executable, "-c", ASK, name],
        env={**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": ""},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.strip().splitlines()[-1])


def test_config_and_headers_are_read_without_loading_the_weights(hub, tmp_path):
    assert ask("me/tiny", hub, tmp_path) == ["hub", 64_000 * 2 + 200, 2]
    assert ask("me/tiny", hub, tmp_path)[0] == "hub"
    assert not list(tmp_path.rglob("*.safetensors"))


def test_without_the_hub_the_config_that_was_seen_before_is_used(hub, tmp_path):
    ask("me/tiny", hub, tmp_path)
    assert ask("me/tiny", "http://127.0.0.1:9", tmp_path)[0] == "cache"


def test_a_model_that_the_hub_does_not_have(hub, tmp_path):
    kind, retryable, hint = ask("me/other", hub, tmp_path)
    assert (kind, retryable) == ("ModelUnknown", False)
    assert hint


def test_an_unreachable_hub_may_be_asked_again(tmp_path):
    kind, retryable, hint = ask("me/tiny", "http://127.0.0.1:9", tmp_path)
    assert (kind, retryable) == ("ModelUnknown", True)
    assert hint


def test_damaged_weights_on_the_hub_are_told(hub, tmp_path):
    Hub.files["model.safetensors"] = (40).to_bytes(8, "little") + b"no json at all, but forty bytes of text"
    assert ask("me/tiny", hub, tmp_path)[0] == "ConfigInvalid"
