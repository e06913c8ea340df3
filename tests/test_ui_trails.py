"""The log and the traces of questions and jobs: what happened, to a real collector, without a word of a document."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import ingest
from assistant import Library, Selection
from tests.conftest import ROOT
from tests.scripted_tasks import faithful
from tests.test_ui_api import add, serving, stones, until, weighing, written
from ui.conversing import Asked, Conversing
from ui.current_engine import CurrentEngine
from ui.manner import Manner
from ui.metrics import Metrics
from ui.noting import Noting
from ui.runs import Runs
from ui.traces import Traces, wanted_traces
from ui.trails import Trails
from ui.words import ENGLISH
from yarn_runtime import attach
from yarn_runtime.script import Broken
from yarn_runtime.scripted import scripted_engine


@contextlib.contextmanager
def collector():
    """What listens for OTLP over HTTP on this machine; gives its address and the bodies that it received."""
    bodies = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", bodies
        finally:
            server.shutdown()
            thread.join()


def spans(bodies):
    """All spans of what was received, each with its attributes."""
    found = []
    for path, body in bodies:
        assert path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def facts(span):
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_question_leaves_a_line_and_no_word_of_its_document(tmp_path, capsys):
    with serving(tmp_path, trails=Trails(log=True)) as served:
        add(served, written(tmp_path, "stones.txt", stones(1, 2)))
        served.openai.chat.completions.create(
            model="unspool", messages=[{"role": "user", "content": "What does stone 2 weigh?"}]
        )
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert (line["event"], line["outcome"]) == ("question", "answered")
    assert line["tokens_computed"] > 0 and line["steps"] and line["seconds"] > 0
    assert not {"stone", "weigh", "kilograms"} & set(json.dumps(line).lower().replace('"', " ").split())


@pytest.mark.parametrize(
    ("script", "outcome", "problem"), [(weighing, "answered", None), ([Broken("{")], "failed", "EngineUnreachable")]
)
def test_a_question_of_the_page_leaves_a_line_too_and_counts(tmp_path, capsys, script, outcome, problem):
    metrics, trails = Metrics(), Trails(log=True)
    library = Library(tmp_path / "library")
    library.add(document := ingest.read(str(written(tmp_path, "stones.txt", stones(1, 2)))))
    with scripted_engine(script) as scripted:
        engine = CurrentEngine(attach(scripted.url))
        conversing = Conversing(library, engine, Runs(), Manner(rounds=0), lambda: Noting(metrics, trails, "ada"))
        asked = Asked("What does stone 2 weigh?", 0, lambda: [Selection(document)])
        _, running = conversing.ask("", asked, ENGLISH)
        until(lambda: running.over, 120)
    library.close()
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert (line["event"], line["outcome"], line.get("problem"), line["user"]) == ("question", outcome, problem, "ada")
    assert "weigh" not in json.dumps(line)
    assert f'unspool_questions_total{{outcome="{outcome}"}} 1.0' in metrics.text().decode()
    assert "unspool_running 0.0" in metrics.text().decode()


def test_a_question_that_fails_names_the_failure(tmp_path, capsys):
    with serving(tmp_path, [Broken("{")], trails=Trails(log=True)) as served:
        add(served, written(tmp_path, "stones.txt", stones(1, 2)))
        asked = {"model": "unspool", "messages": [{"role": "user", "content": "What does stone 1 weigh?"}]}
        assert httpx.post(f"{served.address}/v1/chat/completions", json=asked, timeout=60).status_code == 503
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert (line["outcome"], line["problem"]) == ("failed", "EngineUnreachable")


def test_a_job_is_logged_and_traced_to_the_collector_that_the_environment_names(tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.txt").write_text(f"The notice period is 30 days, says number {number}.")
    with collector() as (address, bodies), scripted_engine(faithful, limit=8_000) as scripted:
        command = [
            sys.executable,
            "-m",
            "ui",
            "batch",
            "summarise",
            str(tmp_path / "in"),
            "--out",
            str(tmp_path / "out"),
        ]
        environment = {
            **os.environ,
            "UNSPOOL_DATA": str(tmp_path / "data"),
            "UNSPOOL_LOG": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        }
        done = subprocess.run(
            [*command, "--engine-url", scripted.url],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
        )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(each) for each in done.stderr.splitlines() if each.startswith("{")]
    assert [(line["event"], line["outcome"], line["job"]) for line in lines] == [("item", "done", "out")] * 3
    assert all(line["tokens_computed"] > 0 and line["document"] for line in lines)
    received = spans(bodies)
    items = [span for span in received if span.name == "item"]
    steps = [span for span in received if span.name != "item"]
    assert {facts(span)["document"] for span in items} == {line["document"] for line in lines}
    assert {span.parent_span_id for span in steps} == {span.span_id for span in items}
    assert all(
        facts(span)["tokens.prompt"] > 0 and span.end_time_unix_nano > span.start_time_unix_nano for span in steps
    )
    assert not any(b"notice period" in body for _, body in bodies)


@pytest.mark.parametrize("environment", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}])
def test_without_a_collector_nothing_is_sent(environment):
    assert wanted_traces(environment)._provider is None
    Traces().close()
