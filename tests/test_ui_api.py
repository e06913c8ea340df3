"""The HTTP API beside the page: the clients that people use, a real server, real files; only the model is played."""

import concurrent.futures
import contextlib
import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI

import ingest
from assistant import Library
from tests.conftest import SAMPLES
from ui import page as web_page
from ui.api_keys import ApiKeys
from ui.current_engine import CurrentEngine
from ui.manner import Manner
from ui.service import Service
from ui.trails import Trails
from ui.turnstile import Turnstile
from yarn_runtime import Engine, attach
from yarn_runtime.script import Broken
from yarn_runtime.scripted import ScriptedEngine, scripted_engine

GUIDE = SAMPLES / "reportlab-userguide.pdf"


def stones(*numbers: int) -> str:
    return "\n\n".join(f"Stone number {number} weighs {number * 7} kilograms." for number in numbers)


def weighing(messages: Any, *_: Any) -> str:
    """A model that finds the line about the stone that was asked for."""
    asked = re.findall(r"hat does stone (\d+) weigh", "".join(message["content"] for message in messages))[-1]
    found = re.search(rf"<(\d+)>(?:(?!<\d+>)[\s\S])*?Stone number {asked} weighs (\d+)", messages[1]["content"])
    assert found is not None
    text = f"Stone number {asked} weighs {found[2]} kilograms."
    return json.dumps({"found": True, "statements": [{"text": text, "marks": [int(found[1])]}]})


class Served:
    """A service, its address and the engine behind it."""

    def __init__(self, address: str, service: Service, scripted: ScriptedEngine, current: list[Engine]) -> None:
        self.address, self.service, self.scripted, self.current = address, service, scripted, current

    @property
    def openai(self) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.address}/v1", api_key="none", max_retries=0)


@contextlib.contextmanager
def serving(
    folder: Path,
    script: Any = weighing,
    turnstile: Turnstile | None = None,
    trails: Trails | None = None,
    **speeds: Any,
) -> Iterator[Served]:
    library = Library(folder / "library")
    with scripted_engine(script, **speeds) as scripted:
        current = [attach(scripted.url)]
        extra: dict[str, Any] = {"turnstile": turnstile} if turnstile else {}
        extra |= {"trails": trails} if trails else {}
        service = Service(
            library, lambda: current[0], ingest.read, ApiKeys(folder / "keys.json"), Manner(rounds=0), **extra
        )
        with web_page.serve(library, CurrentEngine(current[0]), port=0, service=service) as address:
            yield Served(address, service, scripted, current)
    library.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as found:
        yield found


def add(served: Served, path: Path, **headers: str) -> dict[str, Any]:
    with path.open("rb") as file:
        done = httpx.post(f"{served.address}/v1/documents", files={"file": file}, headers=headers, timeout=60)
    assert done.status_code == 201, done.text
    value: dict[str, Any] = done.json()
    return value


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_openais_own_client_is_answered_with_citations(served, tmp_path):
    document = add(served, written(tmp_path, "stones.txt", stones(*range(1, 30))))
    assert [model.id for model in served.openai.models.list()] == ["unspool", "unspool:stones.txt"]
    for wanted in ({"model": "unspool"}, {"model": "unspool:stones.txt"}, {"model": f"unspool:{document['id']}"}):
        done = served.openai.chat.completions.create(
            messages=[{"role": "user", "content": "What does stone 12 weigh?"}], **wanted
        )
        assert done.choices[0].message.content.startswith("Stone number 12 weighs 84 kilograms. [1]")
        assert "[1] stones.txt" in done.choices[0].message.content
        extension = done.model_extra["unspool"]
        citation = extension["statements"][0]["citations"][0]
        assert extension["statements"][0]["status"] == "verified"
        assert "Stone number 12 weighs 84" in citation["text"]
        page = httpx.get(f"{served.address}/v1/documents/{document['id']}/pages/{citation['page']}").json()
        assert page["text"][citation["start"] : citation["end"]] == citation["text"]
        assert extension["coverage"]["prompt_tokens"] == done.usage.prompt_tokens
    assert not served.service.library.conversations()


def test_a_stream_ends_with_what_it_rests_on(served, tmp_path):
    add(served, written(tmp_path, "stones.txt", stones(*range(1, 30))))
    chunks = list(
        served.openai.chat.completions.create(
            model="unspool",
            messages=[{"role": "user", "content": "What does stone 3 weigh?"}],
            stream=True,
            stream_options={"include_usage": True},
            store=True,
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.startswith("Stone number 3 weighs 21 kilograms. [1]")
    assert chunks[-1].usage.prompt_tokens > 0
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].model_extra["unspool"]["statements"][0]["citations"]
    (kept,) = served.service.library.conversations()
    assert served.service.library.answers(kept.id)[0]["question"] == "What does stone 3 weigh?"


def test_langchain_asks_unchanged_and_follows_up(served, tmp_path):
    add(served, written(tmp_path, "stones.txt", stones(*range(1, 30))))
    chat = ChatOpenAI(base_url=f"{served.address}/v1", api_key="none", model="unspool")
    first = chat.invoke("What does stone 5 weigh?")
    assert "35 kilograms" in str(first.content)
    second = chat.invoke([("user", "What does stone 5 weigh?"), first, ("user", "And what does stone 6 weigh?")])
    assert "42 kilograms" in str(second.content)
    assert "35 kilograms" in json.dumps(served.scripted.requests[-1]["messages"])
    assert "".join(str(piece.content) for piece in chat.stream("What does stone 7 weigh?")).startswith("Stone number 7")


def test_documents_come_open_and_go(served, tmp_path):
    guide = add(served, GUIDE)
    again = add(served, GUIDE)
    assert again["id"] == guide["id"]
    assert len(guide["pages"]) == 134
    url = f"{served.address}/v1/documents"
    assert [item["name"] for item in httpx.get(url).json()["data"]] == [GUIDE.name]
    picture = httpx.get(f"{url}/{guide['id']}/pages/7/image")
    assert picture.content.startswith(b"\x89PNG")
    assert httpx.get(f"{url}/{guide['id']}/pages/900").status_code == 404
    assert httpx.get(f"{served.address}/v1/search", params={"q": "frame"}).json()["pages"]
    assert httpx.delete(f"{url}/{guide['id']}").json()["deleted"]
    assert httpx.get(f"{url}/{guide['id']}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"messages": []}, 400, "messages"),
        ({"messages": "x"}, 400, "messages"),
        ({"n": 2}, 400, "one answer"),
        ({"tools": [{}]}, 400, "tools"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format"),
        ({"model": "gpt-4"}, 400, "/v1/models"),
        ({"model": "unspool:nowhere.pdf"}, 404, "no document"),
        ({"documents": ["nowhere"]}, 404, "no document"),
        ({"pages": "1-900"}, 400, "pages"),
        ({"pages": "9" * 5_000}, 400, "pages"),
        ({"messages": [{"role": "user", "content": ""}]}, 400, "empty"),
        ({"messages": [{"role": "assistant", "content": "Yes."}]}, 400, "question"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "text"),
        ({"messages": [{"role": "user", "content": "x " * 40_000}]}, 400, "tokens"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_said(refusing, changes, status, said, stream):
    asked = {"model": "unspool", "messages": [{"role": "user", "content": "Why?"}], "stream": stream, **changes}
    done = httpx.post(f"{refusing.address}/v1/chat/completions", json=asked, timeout=30)
    assert (done.status_code, said in done.json()["error"]["message"]) == (status, True), done.text
    assert not refusing.scripted.requests


def test_half_a_character_is_refused(refusing):
    """JSON escapes it, no text can hold it."""
    body = b'{"messages": [{"role": "user", "content": "\\ud800"}]}'
    headers = {"Content-Type": "application/json"}
    done = httpx.post(f"{refusing.address}/v1/chat/completions", content=body, headers=headers, timeout=30)
    assert (done.status_code, "half a character" in done.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"..", "document"),
        (b"a/\\..", "document"),
        (b"\0", "document"),
        (("漢" * 250 + ".txt").encode(), "漢" * 65 + ".txt"),
        (b"../../a.txt", "a.txt"),
    ],
)
def test_whatever_a_file_is_called_it_is_read(refusing, given, kept):
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + given + b'"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    body = head + b"A file called " + kept.encode() + b"\r\n--b--\r\n"
    done = httpx.post(f"{refusing.address}/v1/documents", content=body, headers=headers, timeout=60)
    assert (done.status_code, done.json().get("name")) == (201, kept), done.text
    httpx.delete(f"{refusing.address}/v1/documents/{done.json()['id']}")


def test_a_form_that_cannot_be_read_is_told_as_everything_else(refusing):
    answer = httpx.post(f"{refusing.address}/v1/documents", headers={"Content-Type": "multipart/form-data"}, timeout=60)
    assert answer.status_code == 400
    assert "boundary" in answer.json()["error"]["message"]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("refusing")
    with serving(folder) as found:
        add(found, written(folder, "stones.txt", stones(1, 2)))
        yield found


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({}, 400),
        ({"other": b"x"}, 400),
        ({"file": ("../../etc/passwd.pdf", b"%PDF-1.4 broken")}, 422),
        ({"file": ("x.exe", b"MZ\0\0\0\0")}, 422),
        ({"file": ("empty.txt", b"")}, 422),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(refusing, files, status):
    before = httpx.get(f"{refusing.address}/v1/documents").json()
    done = httpx.post(f"{refusing.address}/v1/documents", files=files, timeout=30)
    assert (done.status_code, bool(done.json()["error"]["message"])) == (status, True)
    assert httpx.get(f"{refusing.address}/v1/documents").json() == before


def test_a_failure_of_the_engine_is_told_before_and_within_a_stream(tmp_path):
    with serving(tmp_path, [Broken("{"), Broken("{")]) as served:
        add(served, written(tmp_path, "stones.txt", stones(1, 2)))
        asked = {"model": "unspool", "messages": [{"role": "user", "content": "What does stone 1 weigh?"}]}
        whole = httpx.post(f"{served.address}/v1/chat/completions", json=asked, timeout=30)
        assert whole.status_code == 503
        assert whole.headers["retry-after"]
        with pytest.raises(openai.APIError):
            list(served.openai.chat.completions.create(**asked, stream=True))
    assert 'unspool_failures_total{error="' in served.service.metrics.text().decode()


def test_keys_are_wanted_once_there_is_one(tmp_path):
    with serving(tmp_path) as served:
        key = served.service.keys.add("robot")
        for path in ("/v1/models", "/v1/documents", "/metrics", "/v1/search?q=x"):
            assert httpx.get(served.address + path).status_code == 401
            wrong = httpx.get(served.address + path, headers={"Authorization": "Bearer unspool-x"})
            assert wrong.status_code == 401
            assert httpx.get(served.address + path, headers={"Authorization": f"Bearer {key}"}).status_code == 200
        assert httpx.get(f"{served.address}/health").status_code == 200
        assert key not in (tmp_path / "keys.json").read_text()
        assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
        served.service.keys.remove("robot")
        served.service.keys.add("other")
        assert httpx.get(f"{served.address}/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 401
        (tmp_path / "keys.json").write_text("{")
        assert httpx.get(f"{served.address}/v1/models").status_code == 400


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_frees_the_engine(tmp_path, stream):
    with serving(tmp_path, lambda *_: '{"statements": [{"text": "' + "word " * 5_000, tokens_per_second=200) as served:
        add(served, written(tmp_path, "stones.txt", stones(1, 2)))
        engine = served.service.engine()
        client = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=20)
        asked = {"model": "unspool", "stream": stream, "messages": [{"role": "user", "content": "Why?"}]}
        client.request("POST", "/v1/chat/completions", json.dumps(asked), {"Content-Type": "application/json"})
        until(lambda: engine.running() == 1)
        client.close()
        until(lambda: engine.running() == 0, 2)
        until(lambda: 'unspool_questions_total{outcome="gone"} 1.0' in served.service.metrics.text().decode())
        assert "unspool_running 0.0" in served.service.metrics.text().decode()


def test_a_hundred_clients_lose_and_mix_nothing(tmp_path):
    with serving(tmp_path) as served:
        add(served, written(tmp_path, "stones.txt", stones(*range(1, 101))))

        def ask(number: int) -> str:
            client = openai.OpenAI(base_url=f"{served.address}/v1", api_key="none", max_retries=0, timeout=120)
            done = client.chat.completions.create(
                model="unspool",
                messages=[{"role": "user", "content": f"What does stone {number} weigh?"}],
                stream=False,
            )
            return str(done.choices[0].message.content)

        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(ask, range(1, 101)))
        for number, answer in enumerate(answers, 1):
            assert answer.startswith(f"Stone number {number} weighs {number * 7} kilograms.")
        figures = httpx.get(f"{served.address}/metrics").text
        assert 'unspool_questions_total{outcome="answered"} 100.0' in figures
        assert "unspool_waiting 0.0" in figures


def test_who_may_not_wait_is_told_to_come_again(tmp_path):
    with serving(tmp_path, turnstile=Turnstile(1, 1), tokens_per_second=100) as served:
        add(served, written(tmp_path, "stones.txt", stones(1, 2)))
        asked = {"model": "unspool", "messages": [{"role": "user", "content": "What does stone 1 weigh?"}]}

        def ask() -> httpx.Response:
            return httpx.post(f"{served.address}/v1/chat/completions", json=asked, timeout=60)

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            done = sorted(pool.map(lambda _: ask(), range(3)), key=lambda response: response.status_code)
        assert [response.status_code for response in done] == [200, 200, 429]
        assert int(done[-1].headers["retry-after"]) > 0


def test_health_knows_an_engine_that_is_gone(tmp_path):
    with serving(tmp_path) as served:
        well = httpx.get(f"{served.address}/health")
        assert (well.status_code, well.json()["status"]) == (200, "ok")
        assert well.json()["engine"]["max_model_len"] == served.service.engine().limit
        with scripted_engine(weighing) as other:
            served.current[0] = attach(other.url)
        ill = httpx.get(f"{served.address}/health", timeout=30)
        assert (ill.status_code, ill.json()["status"]) == (503, "engine unreachable")


def test_another_site_and_another_name_are_refused(refusing):
    url = f"{refusing.address}/v1/documents"
    assert httpx.get(url, headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.get(url, headers={"Origin": "http://["}).status_code == 403
    assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 400
