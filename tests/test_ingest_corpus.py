"""Real broken PDFs from the test folders of other readers: each ends in a sound Document or one typed error.

UNSPOOL_CORPUS_FILES sets how many are read (default 8, 0 for all), evenly spread over the folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_ingest_document import ROOT, assert_sound

from ingest import IngestError, Limits, read

CORPUS = Path(os.environ.get("UNSPOOL_SHARED", ROOT.parent / "shared")) / "corpus" / "pdf"
WANTED = int(os.environ.get("UNSPOOL_CORPUS_FILES", "8"))


def sample() -> list[Path]:
    """The files to read."""
    files = sorted(CORPUS.glob("*.pdf"))
    return files[:: max(1, len(files) // WANTED)] if WANTED else files


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus is not at {CORPUS} (set UNSPOOL_SHARED)")
def test_every_broken_pdf_is_read_or_refused() -> None:
    read_well = 0
    for path in sample():
        try:
            document = read(path, limits=Limits(cpu_seconds=20, wall_seconds=60))
        except IngestError as error:
            assert path.name in error.message and error.hint
            continue
        assert_sound(document)
        read_well += 1
        if "pypdfium2" in document.reader:
            assert all(span.boxes for page in document.pages for span in page.spans)
    assert read_well > 0.5 * len(sample())
