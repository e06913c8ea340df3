"""A job on a real Ray cluster of two nodes on this machine, one of which is killed; only the model is played."""

import os
import subprocess
import sys
import threading

import pytest

from assistant import Cluster, Effort, Item, Jobs, Runner
from assistant.jobs.cluster import ClusterUnreachable
from ingest import SourceTooHeavy
from tests.conftest import ROOT
from tests.scripted_tasks import said
from tests.test_assistant_batch import ASK, texts
from yarn_runtime import attach
from yarn_runtime.scripted import scripted_engine

REPLY = said(("The notice period is 30 days.", [1]))


@pytest.fixture
def nodes():
    """A cluster of two nodes, and what kills the second one."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ["PYTHONPATH"] = str(ROOT)  # what the nodes' processes find this program by
    from ray.cluster_utils import Cluster as Nodes

    made = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = made.add_node(num_cpus=1)
    killed = threading.Event()

    def kill():
        if not killed.is_set():
            killed.set()
            made.remove_node(second, allow_graceful=False)

    yield made.address, kill
    made.shutdown()


def test_a_node_that_is_killed_loses_nothing_and_a_stopped_job_goes_on(library, tmp_path, nodes):
    address, kill = nodes
    named = texts(tmp_path / "in", 4)
    (tmp_path / "in" / "broken.txt").write_text("")
    jobs, seen = Jobs(library), []

    def work(engine, then):
        cluster = Cluster(address, Effort(), {"languages": "eng"})
        try:
            with jobs.held(ASK) as conversation:
                jobs.add(ASK.name, [Item(each, question) for each in named for question in ASK.questions])

                def kept(source):
                    document = cluster.read(tmp_path / "in" / source)
                    library.add(document)
                    return document

                def told(what):
                    seen.append(what.item.state)
                    if what.step is None and what.item.state == "done":
                        then(runner)

                runner = Runner(ASK, jobs, conversation, kept, told, Effort(), cluster)
                runner.work([engine], [each for each in jobs.items(ASK.name) if each.state == "queued"], last=True)
        finally:
            cluster.close()

    with scripted_engine(lambda *_: REPLY, limit=3_000, prefill_tokens_per_second=2_000) as scripted:
        engine = attach(scripted.url)
        work(engine, lambda runner: runner.stop())
        assert {"done", "queued"} <= {each.state for each in jobs.items(ASK.name)}
        work(engine, lambda runner: kill())
    items = jobs.items(ASK.name)
    assert [each.state for each in items] == ["done"] * 8, items
    assert len({each.answer_id for each in items}) == 8
    assert library.store.db.execute("SELECT count(*) FROM answers").fetchone()[0] == 8
    cluster = Cluster(address, Effort(), {"languages": "eng"})
    with pytest.raises(Exception) as problem:
        cluster.read(tmp_path / "in" / "broken.txt")
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(1 << 40)  # takes no room on the disk, and no memory could hold it
    with pytest.raises(SourceTooHeavy, match="larger than 512 MiB"):
        cluster.read(tmp_path / "huge.txt")
    cluster.close()
    assert type(problem.value).__name__ == "SourceEmpty"


def test_no_cluster_and_no_engines_are_told(tmp_path):
    with pytest.raises(ClusterUnreachable, match="No Ray cluster"):
        Cluster("127.0.0.1:1", Effort(), {})
    done = subprocess.run(
        [sys.executable, "-m", "ui", "batch", "summarise", str(ROOT / "README.md"), "--out", str(tmp_path / "out")]
        + ["--ray", "127.0.0.1:1"],
        cwd=ROOT,
        env={**os.environ, "UNSPOOL_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "--engine-url" in done.stderr
