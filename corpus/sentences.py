"""Chinese sentences and sub-clauses with their offsets."""

from __future__ import annotations

_STOPS = "。！？!?；;\n"
_OPEN = "(（[〔【《“‘<"
_CLOSE = ")）]〕】》”’>"
_TRAILING = "”’)）】》"
# A bracket that is never closed must not swallow the rest of the text.
_MAX_BRACKET = 400


def split_sentences(text: str, *, stops: str = _STOPS) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence of ``text``, stripped of white space, in order.

    A sentence ends at one of ``stops`` outside brackets and quotation marks, or at a line break.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    position = 0
    while position < len(text):
        char = text[position]
        if char in _OPEN:
            closing = _matching(text, position)
            position = closing + 1 if closing is not None else position + 1
            continue
        position += 1
        if char in stops:
            while char != "\n" and position < len(text) and text[position] in _TRAILING:
                position += 1
            _append(spans, text, start, position)
            start = position
    _append(spans, text, start, len(text))
    return spans


def split_parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the comma-separated parts of ``text[start:end]`` outside brackets, as spans of ``text``."""
    spans: list[tuple[int, int]] = []
    begin = position = start
    while position < end:
        char = text[position]
        if char in _OPEN:
            closing = _matching(text, position)
            position = min(closing + 1, end) if closing is not None else position + 1
            continue
        position += 1
        if char in ",，;；。:：":
            _append(spans, text, begin, position)
            begin = position
    _append(spans, text, begin, end)
    return spans


def _matching(text: str, position: int) -> int | None:
    opening = text[position]
    closing = _CLOSE[_OPEN.index(opening)]
    pairs = {"(": ")）", "（": ")）", "[": "]〕", "〔": "]〕"}.get(opening, closing)
    depth = 0
    for index in range(position, min(len(text), position + _MAX_BRACKET)):
        char = text[index]
        if char == "\n" and opening in "<“‘":
            return None
        if char == opening:
            depth += 1
        elif char in pairs:
            depth -= 1
            if depth == 0:
                return index
    return None


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
