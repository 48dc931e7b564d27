"""Chinese sentences and sub-clauses with their offsets."""

from __future__ import annotations

_STOPS = "。！？!?；;\n"
_PART_STOPS = ",，;；。:：\n"
# Each opening mark with the marks that may close it: sources mix full and half width.
_PAIRS = {"(": ")）", "（": ")）", "[": "]〕", "〔": "]〕", "【": "】", "《": "》", "“": "”", "‘": "’", "<": ">"}
_TRAILING = "”’)）】》"
# A bracket that is never closed must not swallow the rest of the text.
_MAX_BRACKET = 400


def split_sentences(text: str, *, stops: str = _STOPS) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence of ``text``, stripped of white space, in order.

    A sentence ends at one of ``stops`` outside brackets and quotation marks, or at a line break.
    """
    return _split(text, 0, len(text), stops, trailing=_TRAILING)


def split_parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the comma-separated parts of ``text[start:end]`` outside brackets, as spans of ``text``."""
    return _split(text, start, end, _PART_STOPS, trailing="")


def _split(text: str, start: int, end: int, stops: str, *, trailing: str) -> list[tuple[int, int]]:
    closing = _brackets(text, start, end)
    spans: list[tuple[int, int]] = []
    begin = position = start
    while position < end:
        char = text[position]
        position = closing.get(position, position) + 1
        if char in stops:
            while char != "\n" and position < end and text[position] in trailing:
                position += 1
            _append(spans, text, begin, position)
            begin = position
    _append(spans, text, begin, end)
    return spans


def _brackets(text: str, start: int, end: int) -> dict[int, int]:
    """Return the offset of the closing mark for each opening mark that is closed soon and on its own line."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for position in range(start, end):
        char = text[position]
        if char in _PAIRS:
            opened.append(position)
        elif char == "\n":
            opened.clear()
        elif char in ")）]〕】》”’>":
            # An unclosed inner mark must not hide the outer one, but only a few are worth looking at.
            for depth in range(1, min(len(opened), 4) + 1):
                if char in _PAIRS[text[opened[-depth]]]:
                    if position - opened[-depth] <= _MAX_BRACKET:
                        closing[opened[-depth]] = position
                    del opened[-depth:]
                    break
    return closing


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
