"""A picture in, its words with their places and how sure they are out. The one user of the program tesseract."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import Any, NamedTuple

from ingest.decode import clean
from ingest.unseen import without_unseen

LANGUAGES = "eng+chi_sim"
"""What is read unless a person says otherwise: English and simplified Chinese, in tesseract's own names."""
INSTALL = "Install the text recognition: apt install tesseract-ocr tesseract-ocr-chi-sim"
_AUTO, _AUTO_TURNED = "3", "1"
"""Its page segmentation modes: find the columns; find out first which way up the page is."""
_SURE_ENOUGH = 0.75
"""Mean confidence below which the page may lie on its side. Measured: 0.93 to 0.95 upright, 0.52 on its side."""
_PR_SET_PDEATHSIG = 1


class Word(NamedTuple):
    """A word: its box in pixels, `sure` from 0 to 1, and the line and paragraph it stands in, counted down the page."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: float
    line: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program that is installed here, with those of the wanted languages that it has."""

    program: str
    version: str
    languages: str
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What goes into a document's reader: another version or language gives another text."""
        return f"tesseract {self.version} {self.languages}"


class NotRecognised(Exception):
    """The program failed on a picture; the message says how."""


def installed(languages: str) -> Tesseract | None:
    """The program with the languages (such as "eng+chi_sim"); None where it or every one of them is missing."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        version = _asked(program, "--version").split()[1]
        known = set(_asked(program, "--list-langs").splitlines()[1:])
    except (OSError, IndexError, subprocess.SubprocessError):
        return None
    wanted = languages.split("+")
    found = [language for language in wanted if language in known]
    missing = tuple(language for language in wanted if language not in known)
    return Tesseract(program, version, "+".join(found), missing) if found else None


def words(picture: Any, engine: Tesseract, dots: int, seconds: float) -> list[Word]:
    """The words of a grey picture of PIL of `dots` per inch, in reading order; raises NotRecognised."""
    found = _read(picture, engine, dots, seconds, _AUTO)
    if confidence(found) >= _SURE_ENOUGH:
        return found
    turned = _read(picture, engine, dots, seconds, _AUTO_TURNED)
    return max(found, turned, key=confidence)


def confidence(found: list[Word]) -> float:
    """The mean over the letters; 0 where there are none."""
    letters = sum(len(word.text) for word in found)
    return sum(word.sure * len(word.text) for word in found) / letters if letters else 0.0


def _asked(program: str, question: str) -> str:
    return subprocess.run([program, question], capture_output=True, text=True, timeout=20, check=True).stdout


def _read(picture: Any, engine: Tesseract, dots: int, seconds: float, mode: str) -> list[Word]:
    command = [engine.program, "stdin", "stdout", "--dpi", str(dots), "-l", engine.languages, "--psm", mode, "tsv"]
    image = b"P5 %d %d 255\n" % picture.size + picture.tobytes()
    # One thread: more make it slower on a page, and pages are read beside each other.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command,
            input=image,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            preexec_fn=_die_with_parent,
        )
    except subprocess.TimeoutExpired as error:
        raise NotRecognised(f"it took more than {seconds:.0f} seconds") from error
    except OSError as error:
        raise NotRecognised(f"tesseract cannot be started: {error.strerror}") from error
    if done.returncode != 0:
        raise NotRecognised(f"tesseract ended with code {done.returncode}")
    return _words(done.stdout.decode("utf-8", errors="replace"))


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _words(table: str) -> list[Word]:
    """The rows of its TSV that are words: level, page, block, paragraph, line, word, box, confidence, text."""
    found: list[Word] = []
    lines: dict[tuple[str, ...], int] = {}
    paragraphs: dict[tuple[str, ...], int] = {}
    for row in table.split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not (text := without_unseen(clean(cells[11]))[0].strip()):
            continue
        left, top, wide, high = (int(cell) for cell in cells[6:10])
        line = lines.setdefault(tuple(cells[2:5]), len(lines))
        paragraph = paragraphs.setdefault(tuple(cells[2:4]), len(paragraphs))
        sure = min(1.0, max(0.0, float(cells[10]) / 100))
        found.append(Word(text, left, top, left + wide, top + high, sure, line, paragraph))
    return found
