"""The end of an engine's log."""

from pathlib import Path

from ui.log_tail import log_tail

LOOK = 'INFO:     127.0.0.1:60366 - "GET /metrics HTTP/1.1" 200 OK\n'
ASKED = 'INFO:     127.0.0.1:60366 - "POST /v1/chat/completions HTTP/1.1" 200 OK'


def test_what_happened_is_not_buried_under_looks(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("first\n" + f"{ASKED}\n" + LOOK * 500)
    assert log_tail(log) == f"first\n{ASKED}"


def test_only_the_end_of_a_long_log_is_given(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    assert log_tail(log).splitlines() == [f"line {number}" for number in range(99_960, 100_000)]
    assert log_tail(tmp_path / "none") == ""
