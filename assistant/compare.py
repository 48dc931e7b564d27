"""Several places side by side: a table with a row for each, and their figures in order where these compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Target

SILENT = "本文件未规定"
UNSURE = "没有找到直接的规定"
UNCOVERED = "未收录当地文件"
# 哪些地方有… · 都有哪些省… · 哪个市…
_WHICH_PLACES = re.compile(r"哪(?:些|几个?|一?个)?(?:地方|省份?|市|地区|省市|县|区县)|哪(?:里|儿)(?:有|都)")


@dataclass(frozen=True, slots=True)
class Row:
    """What is said for one ``place``: ``text`` with its markers, and the ``target`` behind it where it is a figure."""

    place: str
    text: str
    target: Target | None = None


def asks_which_places(question: str) -> bool:
    """Return whether the places themselves are asked for, so that those which are silent are told too."""
    return bool(_WHICH_PLACES.search(question))


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of a Markdown table of ``rows``."""
    lines = ["| 地区 | 文件怎么写 |", "| --- | --- |"]
    return lines + [f"| {row.place} | {_cell(row.text)} |" for row in rows]


def ranking(rows: Sequence[Row]) -> str:
    """Return a sentence with the figures of ``rows`` in order, empty where they do not compare.

    Only figures of one unit and one kind (累计, 年均, 比例 …) compare; where their periods differ, that is said.
    """
    stated = [(row.place, row.target) for row in rows if row.target is not None and row.target.value is not None]
    if len(stated) < 2 or len(stated) < len([row for row in rows if row.target is not None]):
        return ""
    if len({(target.unit, target.measure) for _, target in stated}) > 1:
        return ""
    ordered = sorted(stated, key=lambda item: item[1].value or 0, reverse=True)
    listed = "、".join(f"{place}{target.figure}" for place, target in ordered)
    periods = {target.period[1] for _, target in stated}
    return f"按原文数字从高到低:{listed}{'' if len(periods) == 1 else '(所指时期不同)'}。"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "｜")).strip()
