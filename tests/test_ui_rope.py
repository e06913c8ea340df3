"""`unspool rope`: the table, the words, the JSON and the picture; and two lines where no picture can be drawn."""

import json
import os
import subprocess
import sys

from PIL import Image

from tests.conftest import ROOT


def _rope(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ui", "rope", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_table_and_words():
    done = _rope("Qwen/Qwen3-8B", "--factor", "4")
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line[:1].isdigit()}
    assert len(rows) == 64
    assert rows["23"][3:] == ["kept", "0.2500", "0.6028", "1.0000", "1.0000"]
    assert rows["24"][3:] == ["blended", "0.2500", "0.5897", "0.9559", "0.9559"]
    assert rows["40"][3:] == ["divided", "0.2500", "0.4147", "0.2500", "0.2500"]
    assert "0.1 ln 4 + 1 = 1.1386" in done.stdout
    for counted in ("Kept: 24 pairs", "Divided by 4: 24 pairs", "Blended: 16 pairs"):
        assert counted in done.stdout


def test_json_and_picture(tmp_path):
    picture = tmp_path / "rope.png"
    done = _rope("NousResearch/Yarn-Llama-2-7b-128k", "--factor", "32", "--json", "--plot", str(picture))
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["original_max_position_embeddings"] == 4096
    assert len(value["pairs"]) == 64
    with Image.open(picture) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 24)}
    assert {(0xD9, 0xEA, 0xD3), (0xFF, 0xF2, 0xCC), (0xF4, 0xCC, 0xCC)} <= colours, "the three zones are shaded"


def test_a_picture_that_cannot_be_drawn_is_two_lines(tmp_path):
    broken = tmp_path / "matplotlib"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('a library of it is missing')\n")
    picture = tmp_path / "rope.png"
    done = _rope("Qwen/Qwen3-8B", "--factor", "4", "--plot", str(picture), PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "No picture can be drawn: matplotlib does not load (a library of it is missing).",
        "Install it with: pip install matplotlib, or leave the picture out.",
    ]
    nowhere = _rope("Qwen/Qwen3-8B", "--factor", "4", "--plot", str(tmp_path / "none" / "rope.png"))
    assert (nowhere.returncode, len(nowhere.stderr.strip().splitlines())) == (1, 2)


def test_matplotlib_is_loaded_only_for_a_picture():
    code = "import sys, ui.rope_report, ui.start; ui.start.run(['library', 'list']); print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().splitlines()[-1] == "False", done.stderr
