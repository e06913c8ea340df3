"""Jobs over the HTTP API: begun, watched, stopped and gone on with, results as files; only the model is played."""

import json
import threading
from urllib.parse import quote

import httpx

from assistant import Order, Task
from tests.scripted_tasks import faithful, said
from tests.test_ui_api import add, serving, until, written
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine


def job(served, name):
    return httpx.get(f"{served.address}/v1/jobs/{name}", timeout=60).json()


def start(served, **wanted):
    return httpx.post(f"{served.address}/v1/jobs", json=wanted, timeout=60)


def test_a_job_is_begun_watched_and_its_results_are_files(tmp_path):
    with serving(tmp_path, faithful) as served:
        documents = [
            add(served, written(tmp_path, f"{number}.txt", f"The notice period is 30 days, says number {number}."))
            for number in range(3)
        ]
        named = [documents[0]["id"], documents[1]["name"], documents[2]["id"]]
        begun = start(served, name="short", task="summarise", documents=named, length="short")
        assert begun.status_code == 202, begun.text
        until(lambda: not job(served, "short")["running"], 120)
        found = job(served, "short")
        assert (found["states"], found["problem"], found["kind"]) == ({"done": 3}, "", "summarise")
        assert [item["source"] for item in found["items"]] == [document["id"] for document in documents]
        (listed,) = httpx.get(f"{served.address}/v1/jobs").json()["data"]
        assert listed["name"] == "short"
        files = f"{served.address}/v1/jobs/short/results"
        rows = [json.loads(line) for line in httpx.get(f"{files}/results.jsonl").text.splitlines()]
        assert [row["state"] for row in rows] == ["done"] * 3
        report = httpx.get(f"{files}/report.html")
        assert report.headers["content-type"].startswith("text/html")
        assert f"/v1/documents/{documents[0]['id']}/pages/1" in report.text and "file://" not in report.text
        calls = len(served.scripted.requests)
        assert start(served, name="short", task="summarise", documents=named, length="short").status_code == 202
        until(lambda: not job(served, "short")["running"], 120)
        assert len(served.scripted.requests) == calls
        differs = start(served, name="short", task="summarise", documents=named, length="long")
        assert (differs.status_code, differs.json()["error"]["code"]) == (409, "JobDiffers")
        assert httpx.get(f"{files}/nothing").status_code == httpx.get(f"{files[:-13]}/none").status_code == 404


def test_a_job_that_is_stopped_goes_on_with_the_next_start(tmp_path):
    gate = threading.Event()

    def waiting(*_):
        gate.wait(120)
        return said(("The notice period is 30 days.", [1]))

    with serving(tmp_path, waiting) as served:
        try:
            document = add(served, written(tmp_path, "a.txt", "The notice period is 30 days."))
            wanted = {
                "name": "asked",
                "task": "ask",
                "documents": [document["id"]],
                "instructions": ["How long?", "Who?"],
            }
            start(served, **wanted)
            until(lambda: served.scripted.requests, 120)
            httpx.post(f"{served.address}/v1/jobs/asked/stop")
            gate.set()
            until(lambda: not job(served, "asked")["running"], 120)
            start(served, **wanted)
            until(lambda: job(served, "asked")["states"] == {"done": 2}, 120)
            assert len(served.service.library.documents()) == 1
        finally:
            gate.set()


def test_a_job_that_is_stopped_before_its_turn_ends_at_once_and_can_be_started_again(tmp_path):
    gate = threading.Event()

    def waiting(*_):
        gate.wait(120)
        return said(("The notice period is 30 days.", [1]))

    with serving(tmp_path, waiting) as served:
        try:
            document = add(served, written(tmp_path, "a.txt", "The notice period is 30 days."))
            wanted = {"task": "ask", "documents": [document["id"]], "instructions": ["How long?"]}
            start(served, name="first", **wanted)
            until(lambda: served.scripted.requests, 120)
            assert start(served, name="next", **wanted).status_code == 202
            httpx.post(f"{served.address}/v1/jobs/next/stop")
            until(lambda: not job(served, "next")["running"], 120)
            assert job(served, "first")["running"]
            assert start(served, name="next", **wanted).status_code == 202
            gate.set()
            until(lambda: job(served, "next")["states"] == {"done": 1}, 120)
        finally:
            gate.set()


def test_a_job_that_was_begun_elsewhere_is_opened_whatever_its_name(tmp_path):
    with serving(tmp_path, faithful) as served:
        document = add(served, written(tmp_path, "a.txt", "The notice period is 30 days."))
        name = "Q3: leases (2)"
        served.service.desk.start(Order(name, Task("summarise", length="short"), rounds=0), [document["id"]])
        until(lambda: job(served, name).get("states") == {"done": 1}, 120)
        address = f"{served.address}/v1/jobs/{quote(name)}"
        assert httpx.post(f"{address}/stop").json()["name"] == name
        assert httpx.get(f"{address}/results/results.jsonl").status_code == 200
        for unknown in (httpx.get(f"{address}!"), httpx.post(f"{address}!/stop"), httpx.get(f"{address}!/results/a")):
            assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "JobMissing")


def test_what_no_job_can_be_is_refused_and_no_path_is_read(tmp_path):
    secret = written(tmp_path, "secret.txt", "The notice period is 30 days.")
    with serving(tmp_path, faithful) as served:
        for status, wanted in (
            (404, {"name": "a", "task": "summarise", "documents": [str(secret)]}),
            (400, {"name": "a", "task": "summarise", "documents": []}),
            (400, {"name": "../a", "task": "summarise", "documents": ["x"]}),
            (400, {"name": "a", "task": "ask", "documents": ["x"]}),
            (400, {"name": "a", "task": "translate", "documents": ["x"]}),
            (400, {"name": "a", "task": "extract", "documents": ["x"]}),
            (400, {"name": "a", "task": "explain", "documents": ["x"]}),
        ):
            done = start(served, **wanted)
            assert done.status_code == status, done.text
        assert httpx.get(f"{served.address}/v1/jobs").json()["data"] == []
        described = httpx.get(f"{served.address}/openapi.json").json()["paths"]
        assert {
            "/v1/jobs",
            "/v1/jobs/{name}",
            "/v1/jobs/{name}/stop",
            "/v1/jobs/{name}/results/{file}",
        } <= described.keys()
        served.service.keys.add("robot")
        assert httpx.get(f"{served.address}/v1/jobs").status_code == 401


def test_a_job_whose_engine_ended_says_so_and_goes_on_later(tmp_path):
    with serving(tmp_path, faithful) as served:
        document = add(served, written(tmp_path, "a.txt", "The notice period is 30 days."))
        wanted = {"name": "late", "task": "summarise", "documents": [document["id"]]}
        alive = served.current[0]
        with scripted_engine(faithful) as other:
            served.current[0] = attach(other.url)
        start(served, **wanted)
        until(lambda: not job(served, "late")["running"], 120)
        assert "No engine answers" in job(served, "late")["problem"]
        assert job(served, "late")["states"] == {"queued": 1}
        served.current[0] = alive
        start(served, **wanted)
        until(lambda: job(served, "late")["states"] == {"done": 1}, 120)
