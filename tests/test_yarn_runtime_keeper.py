"""The keeper ends everything that it started, whatever ends its parent; with real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from yarn_runtime import keeper

KEEPER = Path(keeper.__file__)
# A server with a child of its own that ignores SIGTERM, as a hanging worker would.
SERVER = """
import os, signal, subprocess, sys, time
stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
PARENT = """
import subprocess, sys, time
keeper = subprocess.Popen([sys.executable, sys.argv[1], sys.argv[2], sys.executable, "-c", sys.argv[3]],
                          stdin=subprocess.PIPE, start_new_session=True)
print(keeper.pid, flush=True)
time.sleep(600)
"""


def test_a_killed_parent_leaves_no_process(tmp_path):
    parent, kept = _start(tmp_path)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _assert_gone(kept)


def test_a_killed_keeper_leaves_no_server(tmp_path):
    parent, (keeper_pid, server_pid, _) = _start(tmp_path)
    os.kill(keeper_pid, signal.SIGKILL)
    _assert_gone([server_pid])
    parent.kill()
    parent.wait()
    os.killpg(keeper_pid, signal.SIGKILL)  # the stubborn grandchild: only a keeper that lives can end it


def test_a_terminated_keeper_ends_its_group(tmp_path):
    parent, kept = _start(tmp_path)
    os.kill(kept[0], signal.SIGTERM)
    _assert_gone(kept[1:])
    parent.kill()
    parent.wait()


def test_a_server_that_ends_by_itself_passes_on_its_exit_code(tmp_path):
    kept = subprocess.Popen(
        [sys.executable, KEEPER, tmp_path / "log", sys.executable, "-c", "print('said'); raise SystemExit(7)"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    assert kept.wait(30) == 7
    assert "said" in (tmp_path / "log").read_text()


def test_a_full_log_moves_on_and_the_oldest_goes(tmp_path):
    log, line = tmp_path / "log", "x" * 1023
    for number in range(keeper.OLDER_LOGS + 1):
        (tmp_path / "log").write_text(f"log {number}")
        keeper.rotate(str(log))
    assert [item.name for item in sorted(tmp_path.iterdir())] == ["log.1", "log.2", "log.3"]
    assert (tmp_path / "log.3").read_text() == "log 1"
    _run_to_the_end(log, f"for _ in range({keeper.LOG_BYTES // 1024 + 100}): print('{line}')")
    assert 0 < log.stat().st_size < keeper.LOG_BYTES
    assert keeper.LOG_BYTES <= (tmp_path / "log.1").stat().st_size < keeper.LOG_BYTES + 2**17
    assert (tmp_path / "log.3").read_text() == "log 2"


def _run_to_the_end(log: Path, script: str) -> None:
    command = [sys.executable, KEEPER, log, sys.executable, "-c", script]
    assert subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True).wait(30) == 0


def _start(tmp_path: Path) -> tuple["subprocess.Popen[bytes]", list[int]]:
    log = tmp_path / "log"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(KEEPER), str(log), SERVER], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    keeper_pid = int(parent.stdout.readline())
    deadline = time.monotonic() + 20
    while not (log.exists() and log.read_text().endswith("\n")):
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    time.sleep(0.3)  # the grandchild installs its signal handler
    return parent, [keeper_pid, *map(int, log.read_text().split())]


def _assert_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + keeper.GRACE_SECONDS + 15
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still there: {[pid for pid in pids if _runs(pid)]}"
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
