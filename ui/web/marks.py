"""Marks words in a text, and cuts a text down to the surroundings of its first mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

# '2025年GDP增长5.5%' -> '2025', '年', 'GDP', '增长', '5.5%'
WORD = re.compile(r"[0-9A-Za-z.%]+|[\u3400-\u9fff]+")

# '一、\n\n  推进' -> '一、 推进'
WHITE_SPACE = re.compile(r"\s+")


def words_to_mark(query: str, text: str) -> tuple[str, ...]:
    """The runs of ``query`` to mark in ``text``, longest first: a run itself where it occurs, else its pairs."""
    runs = WORD.findall(query)
    # A lone character such as 年 would be marked all over, unless it is all that was asked for.
    runs = [run for run in runs if len(run) > 1] or runs
    lower = text.lower()
    words = {run for run in runs if run.lower() in lower}
    for run in {run for run in runs if not run.isascii()} - words:
        words |= {run[i : i + 2] for i in range(len(run) - 1)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def mark_words(text: str, words: Sequence[str]) -> str:
    """``text`` escaped, each of ``words`` in a ``mark``."""
    if not words:
        return escape(text)
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, words))})+", re.IGNORECASE)
    parts: list[str] = []
    at = 0
    for match in pattern.finditer(text):
        parts += [escape(text[at : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def snippet(text: str, words: Sequence[str], *, prefer: str = "", size: int = 110) -> str:
    """About ``size`` characters around the longest of ``words`` (else around ``prefer``), marked."""
    flat = WHITE_SPACE.sub(" ", text).strip()
    lower = flat.lower()
    found = [at for word in words if (at := lower.find(word.lower())) >= 0][:1]
    at = found[0] if found else max(flat.find(WHITE_SPACE.sub(" ", prefer)[:20]), 0)
    start = max(0, at - size // 3) if at > size // 2 else 0
    cut = flat[start : start + size]
    return f"{'…' if start else ''}{mark_words(cut, words)}{'…' if start + size < len(flat) else ''}"
