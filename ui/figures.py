"""The figures of the documents as tables: filtered, sorted, exported, and compared where they can be."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from corpus.model import Document, Target
from eval.tables import as_xlsx, harmless
from ui.regions import UNTOLD

if TYPE_CHECKING:
    from indexer.store import DocumentHead

SortKey = Literal["document", "region", "indicator", "value", "measure", "period"]

# '全省累计开展各类补贴性职业技能培训' -> '补贴性培训'; scope and verb say how it is counted, not what
FRAME = re.compile(r"全[省市区县国]|全自治区|累计|新增|年均|各类|开展|参加|建设|建立|打造|总量|职业技能(?=培训)")

# '达到' says nothing that the bare figure does not; the others each promise something else
BOUNDS = {
    "以上": "不少于",
    "不少于": "不少于",
    "至少": "不少于",
    "超过": "超过",
    "以下": "不超过",
    "不超过": "不超过",
    "达到": "",
}

COLUMNS = (
    *("地区", "指标", "原文写法", "数值", "上限", "单位", "限定", "口径", "起始年", "截止年", "时间写法"),
    *("文件", "文号", "条款编号", "原文"),
)

WIDTHS = (14, 30, 14, 12, 10, 8, 10, 10, 9, 9, 18, 40, 22, 34, 60)
"""Widths of the columns in a workbook, in characters."""

MAX_NAMES = 300
"""The most indicators that are looked at for those that several places have."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """What two figures must share to stand in one chart."""

    subject: str
    unit: str
    measure: str
    bound: str
    period: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures of at least two places that mean the same, largest first."""

    basis: Comparable
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What one document states of an indicator; no targets: it states nothing."""

    document: DocumentHead
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An indicator across documents: every document's figures, and the charts of those that can be compared."""

    indicator: str
    stated: tuple[Stated, ...]
    charts: tuple[Chart, ...]


def select(
    targets: Iterable[Target],
    *,
    measure: str = "",
    year: int | None = None,
    sort: SortKey = "document",
    descending: bool = False,
) -> tuple[Target, ...]:
    """Return the targets of ``measure`` that speak for ``year``, sorted; ``document`` keeps their order."""
    kept = [one for one in targets if (not measure or one.measure == measure) and (year is None or _covers(one, year))]
    if sort == "document":
        return tuple(reversed(kept) if descending else kept)
    # A figure without a value is last whichever way the table is sorted.
    known = [one for one in kept if sort != "value" or one.value is not None]
    rest = [one for one in kept if sort == "value" and one.value is None]
    return (*sorted(known, key=lambda one: _sort_value(one, sort), reverse=descending), *rest)


def compare(indicator: str, targets: Sequence[Target], documents: Sequence[DocumentHead]) -> Comparison:
    """Put the figures whose indicator has the word ``indicator`` side by side, document by document."""
    meant = [one for one in targets if indicator and indicator in one.indicator]
    of: dict[str, list[Target]] = {}
    for one in meant:
        of.setdefault(one.doc_id, []).append(one)
    stated = tuple(Stated(document, tuple(of.get(document.doc_id, ()))) for document in documents)
    groups: dict[Comparable, list[Target]] = {}
    for one in meant:
        # What is not stated cannot be known to be the same, nor whose figure it is.
        if (
            one.region
            and one.value is not None
            and one.high is None
            and one.measure != "其他"
            and one.period != (None, None)
        ):
            groups.setdefault(basis(one), []).append(one)
    charts = [
        Chart(key, tuple(sorted(group, key=lambda one: (-(one.value or 0), one.region))))
        for key, group in groups.items()
        if len({one.region for one in group}) > 1
    ]
    return Comparison(indicator, stated, tuple(charts))


def basis(target: Target) -> Comparable:
    """Return what ``target`` shares with the figures it can be compared with."""
    subject = FRAME.sub("", target.indicator) or target.indicator
    return Comparable(
        subject,
        target.unit,
        target.measure,
        BOUNDS.get(target.bound, target.bound),
        (target.period[0], target.period[1]),
    )


def subjects(targets: Sequence[Target], *, at_most: int = 8) -> tuple[str, ...]:
    """Return what figures of at least two places are about, the subjects of most places first."""
    of: dict[str, set[str]] = {}
    for one in targets:
        if one.measure != "其他" and one.region:
            of.setdefault(one.indicator, set()).add(one.region)
    named: dict[str, set[str]] = {}
    for indicator, regions in of.items():
        if 3 <= len(name := FRAME.sub("", indicator)) <= 14:
            named.setdefault(name, set()).update(regions)
    # Counting where a name is part of another's is slow over many: only the most frequent are worth it.
    likely = sorted(named, key=lambda name: (-len(named[name]), len(name), name))[:MAX_NAMES]
    places = {
        name: len({region for key, regions in of.items() if name in key for region in regions}) for name in likely
    }
    shared = [name for name in likely if places[name] > 1]
    return tuple(sorted(shared, key=lambda name: (-places[name], len(name), name))[:at_most])


def to_csv(targets: Iterable[Target], documents: Mapping[str, Document]) -> str:
    """Return the table for a spreadsheet: with a byte order mark, and no cell that runs as a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(targets, documents):
        writer.writerow([number(cell) if isinstance(cell, Decimal) else harmless(str(cell)) for cell in row])
    return out.getvalue()


def to_xlsx(targets: Iterable[Target], documents: Mapping[str, Document]) -> bytes:
    """Return the table as an Excel workbook of one sheet: numbers as numbers, every text a text and never a formula."""
    return as_xlsx(COLUMNS, rows(targets, documents), title="指标", widths=WIDTHS)


def rows(targets: Iterable[Target], documents: Mapping[str, Document]) -> Iterator[tuple[str | int | Decimal, ...]]:
    """Yield the cells of the table, one row a target, in the order of ``COLUMNS``; numbers are ``Decimal``."""
    for one in targets:
        document = documents[one.doc_id]
        low, high = ("" if value is None else value for value in (one.value, one.high))
        first, last = ("" if year is None else year for year in one.period)
        said = (one.region or UNTOLD, one.indicator, one.figure, low, high, one.unit, one.bound)
        where = (document.title, document.doc_number or "", one.clause_id)
        quote = document.text[one.sentence_start : one.sentence_end]
        yield (*said, one.measure, first, last, one.period_text, *where, quote)


def number(value: Decimal | None) -> str:
    """Return ``value`` in plain digits, ``""`` for none."""
    return "" if value is None else format(value, "f")


def period_of(target: Target) -> str:
    """Return the years a target is for, as read from the text: ``2021–2025``, ``到 2025``, ``""`` where not stated."""
    first, last = target.period
    if first is None and last is None:
        return ""
    if first is None:
        return f"到 {last} 年"
    if last is None:
        return f"{first} 年起"
    return f"{first} 年" if first == last else f"{first}–{last} 年"


def _covers(target: Target, year: int) -> bool:
    first, last = target.period
    if first is None:
        return last == year
    return first <= year <= (last if last is not None else first)


def _sort_value(target: Target, sort: SortKey) -> tuple[str, Decimal | int | str]:
    values: dict[str, tuple[str, Decimal | int | str]] = {
        "region": (target.region, ""),
        "indicator": (target.indicator, ""),
        # People and courses are not one scale: a value is sorted within its unit.
        "value": (target.unit, target.value or Decimal(0)),
        "measure": (target.measure, ""),
        "period": ("", target.period[1] or target.period[0] or 0),
    }
    return values[sort]
