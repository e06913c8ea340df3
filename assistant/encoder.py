"""Texts in, vectors whose nearness is nearness of meaning out: the only file that knows ONNX; knows no document.

The model is Google's multilingual Universal Sentence Encoder 3 (Yang et al. 2019, arXiv:1907.04307), the convolutional
one, quantised to eight bits: sixteen languages share its space, so a question finds passages in another language, and
it reads some 15,000 tokens a second on one core.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BATCH = 32
LONGEST = 1200
"""Characters of a text that are read: the model was trained on sentences, and only debris is longer."""

Vectors = npt.NDArray[np.float32]


class Encoder:
    """The model, loaded when it is first asked (about a second)."""

    name = "use-multilingual-3-int8"
    """Names the vectors: those of another name are not comparable."""
    dimensions = 512

    def __init__(self, model: Path) -> None:
        self._model = model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text."""
        rows = list(self._batches(texts))
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), np.float32)

    def _batches(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for start in range(0, len(texts), BATCH):
            batch = np.array([text[:LONGEST] or " " for text in texts[start : start + BATCH]], object)
            vectors = self._session.run(["outputs"], {"inputs": batch})[0]
            yield vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime
        from onnxruntime_extensions import get_library_path

        options = onnxruntime.SessionOptions()
        options.register_custom_ops_library(get_library_path())  # the model cuts its text into pieces itself
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
