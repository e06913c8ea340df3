"""Who may use the page: names, passwords, sessions and tries as values, then what a stranger and a user get by HTTP."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

import ingest
from assistant import Library
from tests.conftest import ROOT, SAMPLES
from tests.test_ui_api import weighing
from ui import page as web_page
from ui.access import Access, AddressUnsafe
from ui.api_keys import ApiKeys
from ui.current_engine import CurrentEngine
from ui.gate import COOKIE
from ui.hosts import Hosts
from ui.login import TRIES_OF_ADDRESS
from ui.manner import Manner
from ui.password import SHORTEST, PasswordUnfit, hashed, matches
from ui.secret_file import SecretFileDamaged
from ui.service import Service
from ui.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions
from ui.start import run
from ui.throttle import Throttle
from ui.users import User, UserInvalid, Users
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

ANNA, BOB = "four words for anna", "other words of bob"
NOTE = "Stone number 7 weighs 49 kilograms, and nobody else knows it.\n"
GUIDE = SAMPLES / "reportlab-userguide.pdf"


@dataclass
class Clock:
    """A time that a test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Served:
    """The page with two users, each with a browser that is logged in."""

    address: str
    users: Users
    anna: httpx.Client
    bob: httpx.Client


def client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=60, headers={"Origin": address})


def log_in(http: httpx.Client, name: str, password: str, **more: str) -> httpx.Response:
    return http.post("/login", data={"name": name, "password": password, **more})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data")
    users = Users(data)
    users.add("anna", ANNA)
    users.add("bob", BOB)
    library = Library(data / "library")
    with scripted_engine(weighing) as scripted:
        engine = CurrentEngine(attach(scripted.url))
        service = Service(library, engine, ingest.read, ApiKeys(data / "keys.json"), Manner(rounds=0))
        with (
            web_page.serve(library, engine, manner=Manner(rounds=0), port=0, service=service) as address,
            client(address) as anna,
            client(address) as bob,
        ):
            assert log_in(anna, "Anna ", ANNA).status_code == 303
            assert log_in(bob, "bob", BOB).status_code == 303
            yield Served(address, users, anna, bob)
    library.close()


def test_a_password_is_kept_as_a_salted_slow_hash():
    first, second = hashed(ANNA), hashed(ANNA)
    assert first != second
    assert ANNA not in first
    assert matches(ANNA, first)
    assert not matches(ANNA + " ", first)
    assert not matches(ANNA, "")
    assert not matches(ANNA, first.replace("scrypt", "plain"))
    for unfit in ("", "x" * (SHORTEST - 1), "x" * 2_000):
        with pytest.raises(PasswordUnfit):
            hashed(unfit)


def test_users_come_change_and_go(tmp_path):
    users = Users(tmp_path)
    first = users.add("Anna", ANNA)
    assert (tmp_path / "users.json").stat().st_mode & 0o077 == 0
    assert first.folder.stat().st_mode & 0o077 == 0
    assert ANNA not in (tmp_path / "users.json").read_text()
    assert users.check("ANNA", ANNA) == first
    assert users.check("anna", BOB) is None
    assert users.check("nobody", ANNA) is None
    users.change("anna", BOB)
    assert not users.current(first)
    assert users.check("anna", BOB) is not None
    assert users.remove("anna").folder == first.folder
    again = users.add("anna", ANNA)
    assert again.folder != first.folder, "another person may have the name, and must not get the documents"
    for name in ("", "..", ".", "a/b", "../x", "-a", "a b", "x" * 65, "anna", "ＡＮＮＡ"):
        with pytest.raises(UserInvalid):
            users.add(name, ANNA)
    with pytest.raises(UserInvalid):
        users.remove("nobody")
    (tmp_path / "users.json").write_text('{"anna": 1}')
    with pytest.raises(SecretFileDamaged):
        users.all()


def test_one_user_may_take_over_the_library_of_the_command_line(tmp_path):
    users = Users(tmp_path)
    assert users.add("anna", ANNA, whole=True).library == tmp_path / "library"
    with pytest.raises(UserInvalid):
        users.add("bob", BOB, whole=True)
    assert [user.name for user in users.all()] == ["anna"]
    key = ApiKeys(tmp_path / "keys.json").add("robot")
    users.remove("anna")
    keys = users.add("bob", BOB, whole=True).keys
    assert not ApiKeys(keys).user(key), "the library is given to another one, the keys are not"
    (tmp_path / "users.json").write_text('{"anna": {}}')
    with pytest.raises(SecretFileDamaged):
        users.add("carla", ANNA, whole=True)


def test_a_session_ends_by_itself(tmp_path):
    clock = Clock()
    sessions = Sessions(clock)
    user = User("anna", tmp_path, "")
    token = sessions.begin(user)
    clock.now += IDLE_SECONDS - 1
    assert sessions.user(token) == user
    assert sessions.user(token + "x") is None
    clock.now += IDLE_SECONDS + 1
    assert sessions.user(token) is None
    used = sessions.begin(user)
    for _ in range(int(LONGEST_SECONDS // IDLE_SECONDS)):
        clock.now += IDLE_SECONDS - 1
        assert sessions.user(used) == user
    clock.now += IDLE_SECONDS - 1
    assert sessions.user(used) is None
    left = sessions.begin(user)
    sessions.end(left)
    assert sessions.user(left) is None


@for_any(st.lists(st.floats(0, 30), max_size=60))
def test_within_any_span_no_more_is_tried_than_may_be(pauses):
    clock, let_in = Clock(), []
    throttle = Throttle(5, 60.0, clock)
    for pause in pauses:
        clock.now += pause
        wait = throttle.enter("x")
        if wait == 0:
            let_in.append(clock.now)
        else:
            assert len([at for at in let_in if at > clock.now + wait - 60.001]) <= 5
    for at in let_in:
        assert len([other for other in let_in if at <= other < at + 60]) <= 5


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/login", 200),
        ("GET", "/", 401),
        ("GET", "/engine", 401),
        ("GET", "/config", 401),
        ("GET", "/theme.css", 401),
        ("GET", "/openapi.json", 401),
        ("GET", "/metrics", 401),
        ("GET", "/v1/documents", 401),
        ("POST", "/v1/documents", 401),
        ("GET", "/v1/search?q=stone", 401),
        ("GET", "/v1/models", 401),
        ("POST", "/v1/chat/completions", 401),
        ("GET", "/conversations/x.json", 401),
        ("POST", "/gradio_api/upload", 401),
        ("GET", "/gradio_api/info", 401),
        ("GET", "/gradio_api/queue/data?session_hash=x", 401),
        ("POST", "/gradio_api/queue/join", 401),
        ("GET", "/gradio_api/file=/etc/hostname", 401),
        ("GET", "//", 401),
        ("GET", "/login/../v1/documents", 401),
        ("GET", "/health/", 401),
        ("GET", "/LOGIN", 401),
    ],
)
def test_a_stranger_is_shown_nothing(served, method, path, status):
    files = {"files": ("note.txt", NOTE)} if path.endswith(("upload", "documents")) and method == "POST" else None
    with client(served.address) as stranger:
        for headers in ({}, {"Cookie": f"{COOKIE}=wrong"}, {"Authorization": "Bearer unspool-wrong"}):
            answer = stranger.request(method, path, files=files, headers=headers)
            assert answer.status_code == status, path
    if path == "/health":
        assert answer.json() == {"status": "ok"}


def test_a_strangers_browser_is_sent_to_log_in_and_then_where_it_wanted(served):
    with client(served.address) as http:
        sent = http.get("/?c=abc", headers={"Accept": "text/html"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/login?place=/%3Fc%3Dabc")
        shown = http.get(sent.headers["location"], headers={"Accept-Language": "zh-CN"})
        assert "登录" in shown.text
        assert 'value="/?c=abc"' in shown.text
        assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
        entered = log_in(http, "anna", ANNA, place="/?c=abc")
        assert entered.headers["location"] == "/?c=abc"
        cookie = entered.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age="))
        assert ANNA not in cookie
        for elsewhere in ("//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x=y"):
            assert log_in(http, "anna", ANNA, place=elsewhere).headers["location"] == "/"
    with client(served.address) as other:
        assert other.post("/login", data={"name": "anna"}, headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_wrong_password_is_told_and_soon_not_tried_any_more(served):
    with client(served.address) as http:
        http.headers["X-Forwarded-For"] = "192.0.2.66"  # as a proxy on this machine tells it
        wrong = log_in(http, 'anna"><script>', "wrong")
        assert (wrong.status_code, "do not go together" in wrong.text, "<script>" in wrong.text.split("<body")[1]) == (
            401,
            True,
            False,
        )
        assert COOKIE not in http.cookies
        tried = [log_in(http, "anna", f"wrong {number}") for number in range(TRIES_OF_ADDRESS + 1)]
        assert [answer.status_code for answer in tried[-3:]] == [401, 429, 429]
        assert int(tried[-1].headers["retry-after"]) > 0
        assert log_in(http, "anna", ANNA).status_code == 429
        assert served.anna.get("/v1/documents").status_code == 200, "who is in stays in"
        assert http.post("/login", content=b"name=" + b"x" * 100_000).status_code in (401, 429)


def test_each_has_documents_answers_and_figures_alone(served):
    added = served.anna.post("/v1/documents", files={"file": ("note.txt", NOTE)})
    assert added.status_code == 201
    guide = served.anna.post("/v1/documents", files={"file": (GUIDE.name, GUIDE.read_bytes())}).json()["id"]
    note = added.json()["id"]
    asked = {"messages": [{"role": "user", "content": "What does stone 7 weigh?"}], "store": True, "documents": [note]}
    answer = served.anna.post("/v1/chat/completions", json=asked)
    assert "49 kilograms" in answer.json()["choices"][0]["message"]["content"]
    found = served.anna.get("/v1/search", params={"q": "stone"}).json()
    assert found["pages"]
    conversation = found["answers"][0]["conversation_id"]
    assert served.anna.get(f"/conversations/{conversation}.json").status_code == 200
    assert served.anna.get(f"/v1/documents/{guide}/pages/1/image").status_code == 200

    assert served.bob.get("/v1/documents").json()["data"] == []
    assert [each["id"] for each in served.bob.get("/v1/models").json()["data"]] == ["unspool"]
    assert served.bob.get("/v1/search", params={"q": "stone"}).json() == {"pages": [], "answers": []}
    for wanted in (note, note[:12], "note.txt"):
        assert served.bob.get(f"/v1/documents/{wanted}").status_code == 404
        assert served.bob.get(f"/v1/documents/{wanted}/pages/1").status_code == 404
        assert served.bob.delete(f"/v1/documents/{wanted}").status_code == 404
        assert served.bob.post("/v1/chat/completions", json={**asked, "documents": [wanted]}).status_code == 404
    assert served.bob.get(f"/v1/documents/{guide}/pages/1/image").status_code == 404
    assert served.bob.get(f"/conversations/{conversation}.json").status_code == 404
    mixed = served.bob.get("/v1/documents", headers={"Cookie": f"{COOKIE}={served.bob.cookies[COOKIE]}x"})
    assert mixed.status_code == 401


def test_an_event_queue_and_an_uploaded_file_are_their_owners(served):
    """Gradio's own routes know no person, only a session hash or a path: another's must lead nowhere."""
    path = served.anna.post("/gradio_api/upload", files={"files": ("note.txt", NOTE)}).json()[0]
    assert served.anna.get(f"/gradio_api/file={path}").text == NOTE
    assert served.bob.get(f"/gradio_api/file={path}").status_code == 403
    joined = {"data": [], "fn_index": 0, "session_hash": "annas", "trigger_id": None, "event_data": None}
    assert served.anna.post("/gradio_api/queue/join", json=joined).status_code == 200
    assert "process_" not in told_by_queue(served.bob, "annas")
    assert "process_completed" in told_by_queue(served.anna, "annas")
    for file in (served.users.named("anna").keys, served.users.named("anna").library / "library.db"):
        assert served.bob.get(f"/gradio_api/file={file}").status_code == 403


def told_by_queue(http: httpx.Client, session: str) -> str:
    """Until all is told, or the connection is broken off as it is for a session that is not there."""
    lines: list[str] = []
    with (
        contextlib.suppress(httpx.RemoteProtocolError),
        http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream,
    ):
        for line in stream.iter_lines():
            lines.append(line)
            if "process_completed" in line:
                break
    return "\n".join(lines)


def test_a_key_opens_its_users_library_alone(served):
    key = ApiKeys(served.users.named("bob").keys).add("robot")
    with httpx.Client(base_url=served.address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as robot:
        assert robot.get("/v1/documents").json()["data"] == []
        added = robot.post("/v1/documents", files={"file": ("bobs.txt", "Bob's own.\n")})
        assert added.status_code == 201
        assert b"unspool_questions" in robot.get("/metrics").content
        assert robot.get("/health").json()["engine"]["model"]
        annas = served.users.named("anna").keys
        annas.write_text("{")
        assert robot.get("/v1/documents").status_code == 200, "what is damaged of one shuts out nobody else"
        annas.unlink()
    assert "bobs.txt" in [each["name"] for each in served.bob.get("/v1/documents").json()["data"]]
    assert "bobs.txt" not in [each["name"] for each in served.anna.get("/v1/documents").json()["data"]]


def test_logging_out_a_new_password_and_removal_end_a_session(tmp_path):
    users, library = Users(tmp_path), Library(tmp_path / "library")
    with scripted_engine([]) as scripted:
        engine = CurrentEngine(attach(scripted.url))
        with web_page.serve(library, engine, port=0) as address, client(address) as http:
            assert http.get("/config").status_code == 200, "without users whoever sits here is let in"
            users.add("carol", ANNA)
            assert http.get("/config").status_code == 401, "from the first user on they are asked for, here too"
            log_in(http, "carol", ANNA)
            token = http.cookies[COOKIE]
            assert http.get("/config").status_code == 200
            assert http.post("/logout").headers["location"] == "/login"
            assert COOKIE not in http.cookies
            assert http.get("/config", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401
            log_in(http, "carol", ANNA)
            assert http.get("/config").status_code == 200
            users.change("carol", BOB)
            assert http.get("/config").status_code == 401
            log_in(http, "carol", BOB)
            assert http.get("/config").status_code == 200
            users.add("dora", ANNA)
            users.remove("carol")
            assert http.get("/config").status_code == 401
    library.close()


def test_beyond_this_machine_nobody_is_let_in_without_users(tmp_path):
    users = Users(tmp_path)
    for access in (Access(users, host="0.0.0.0"), Access(users, host="::"), Access(users, names=("box.lan",))):
        with pytest.raises(AddressUnsafe) as refused:
            access.refuse_unsafe()
        assert "unspool user add" in refused.value.hint
    Access(users).refuse_unsafe()
    users.add("anna", ANNA)
    Access(users, host="0.0.0.0").refuse_unsafe()
    library = Library(tmp_path / "library")
    with scripted_engine([]) as scripted:
        engine = CurrentEngine(attach(scripted.url))
        access = Access(users, host="0.0.0.0", names=("Box.lan",))
        with web_page.serve(library, engine, port=0, access=access) as address:
            port = address.rpartition(":")[2]
            for host, status in (("192.0.2.7", 401), ("box.lan", 401), ("[::1]", 401), ("evil.example", 400)):
                answer = httpx.get(f"http://127.0.0.1:{port}/v1/models", headers={"Host": f"{host}:{port}"})
                assert answer.status_code == status, host
            users.remove("anna")
            assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 401, "the last user's removal opens nothing"
    library.close()


@pytest.mark.parametrize(
    ("listening", "host", "let_in"),
    [
        ("127.0.0.1", "127.0.0.1:7860", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "[::1]:7860", True),
        ("127.0.0.1", "192.0.2.7", False),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "", False),
        ("0.0.0.0", "192.0.2.7:7860", True),
        ("0.0.0.0", "[2001:db8::1]:7860", True),
        ("127.0.0.2", "127.0.0.2:7860", True),
        ("docs.lan", "DOCS.lan:7860", True),
        ("0.0.0.0", "[::1", False),
        ("0.0.0.0", "127.0.0.1.evil.example", False),
        ("0.0.0.0", "evil.example", False),
    ],
)
def test_only_our_own_names_are_answered(listening, host, let_in):
    assert Hosts(None, listening)._ours(host) is let_in  # type: ignore[arg-type]


def test_the_command_line_makes_lists_and_removes_users(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("UNSPOOL_DATA", str(tmp_path))
    command = [sys.executable, "-m", "ui", "user", "add", "Anna", "--json"]
    for options, given, code in (([], "", 1), (["--password-stdin"], f"{ANNA}\n", 0)):
        done = subprocess.run([*command, *options], input=given, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stderr
    assert ANNA not in done.stdout + done.stderr
    made = json.loads(done.stdout)
    assert run(["user", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["users"] == [made]
    assert run(["key", "add", "robot"]) == 1
    assert "--user" in capsys.readouterr().err
    assert run(["key", "add", "robot", "--user", "anna"]) == 0
    key = capsys.readouterr().out.strip()
    assert ApiKeys(Users(tmp_path).named("anna").keys).user(key) == "robot"
    assert run(["user", "remove", "anna"]) == 0
    assert made["library"] in capsys.readouterr().err
    assert run(["user", "password", "anna", "--password-stdin"]) == 1
    capsys.readouterr()
    assert run(["ui", "--host", "0.0.0.0"]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert "no users" in said[0]
    assert "unspool user add" in said[1]
