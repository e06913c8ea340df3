"""Sources that are read one after another for the page."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest
from assistant import Library
from ingest import Document
from ui.readings import Reading, Readings


def over(readings: list[Reading]) -> None:
    until = time.monotonic() + 60
    while not all(reading.over for reading in readings):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_same_upload_twice_is_there_for_both_and_then_removed(library: Library, tmp_path: Path) -> None:
    upload, started = tmp_path / "a.txt", threading.Event()
    upload.write_text("What both of them dropped.")

    def read(source: str, *, progress: Callable[[int, int], None]) -> Document:
        started.wait(60)
        return ingest.read(source, progress=progress)

    readings = Readings(library, read)
    both = readings.begin([str(upload)], ours=True) + readings.begin([str(upload)], ours=True)
    started.set()
    over(both)
    assert [reading.problem for reading in both] == [None, None]
    assert not upload.exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_holds_up_nothing_that_waits(library: Library, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("What is read nevertheless.")

    def read(source: str, *, progress: Callable[[int, int], None]) -> Document:
        if source == "faulty":
            raise ZeroDivisionError
        return ingest.read(source, progress=progress)

    both = Readings(library, read).begin(["faulty", str(tmp_path / "b.txt")])
    over(both)
    assert both[1].document is not None
