"""Text recognition of scanned pages with RapidOCR, whose package holds its models; an extra of its own."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

MAX_PAGES = 60
"""More scanned pages than this take too long at once: some 5 to 10 seconds a page on one core."""

_DPI = 150
_MAX_PIXELS = 12_000_000
_LEAST_SCORE = 0.5

BoxSides = tuple[float, float, float, float]


def is_installed() -> bool:
    """True where the extra ``ocr`` is installed."""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


class Recogniser:
    """Recognises printed Chinese lines on pages; loading takes a second and some 200 MB."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        # The package sets up its own log handler; its notes on loading are no news to users.
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, page: PdfPage) -> Iterator[tuple[str, BoxSides]]:
        """Yield ``(text, (left, bottom, right, top))`` of each printed line from the top down, boxes in points."""
        width, height = page.get_size()
        scale = min(_DPI / 72, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        image = page.render(scale=scale).to_numpy()
        found = self._engine(image, use_cls=False)
        if found.boxes is None or found.txts is None:
            return
        pieces: list[tuple[str, BoxSides]] = []
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            if score < _LEAST_SCORE or not text.strip():
                continue
            xs, ys = [float(p[0]) / scale for p in box], [float(p[1]) / scale for p in box]
            pieces.append((text.strip(), (min(xs), height - max(ys), max(xs), height - min(ys))))
        yield from _rows(pieces)


def _rows(pieces: list[tuple[str, BoxSides]]) -> Iterator[tuple[str, BoxSides]]:
    """Yield pieces that stand side by side as one line, a space between them."""
    row: list[tuple[str, BoxSides]] = []
    for piece in sorted(pieces, key=lambda item: -(item[1][1] + item[1][3])):
        middle = (piece[1][1] + piece[1][3]) / 2
        if row and not row[0][1][1] <= middle <= row[0][1][3]:
            yield _joined(row)
            row = []
        row.append(piece)
    if row:
        yield _joined(row)


def _joined(row: list[tuple[str, BoxSides]]) -> tuple[str, BoxSides]:
    row.sort(key=lambda item: item[1][0])
    boxes = [box for _, box in row]
    return " ".join(text for text, _ in row), (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
