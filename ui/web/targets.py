"""The figures: a table to filter, sort and export, and one indicator across places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import get_args

from corpus.model import Measure, Target
from indexer.store import DocumentHead
from ui.figures import Chart, Comparison, SortKey, period_of
from ui.regions import UNTOLD, region_name
from ui.web import layout

ABOUT = "从文件里读出的目标和完成数。每个数字都照原文写法给出，可以点开它所在的条款。"

COLUMNS: tuple[tuple[SortKey, str], ...] = (
    ("region", "地区"),
    ("indicator", "指标"),
    ("value", "数值"),
    ("measure", "口径"),
    ("period", "时期"),
)

CURRENT = ' aria-current="true"'
BAR_WIDTH = 360
"""Length of the longest bar, in the units of the drawing."""


PER_PAGE = 100
MAX_SILENT = 20
MAX_STATED = 100


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure stands: the title of the document and the number of the clause as printed."""

    title: str
    label: str


@dataclass(frozen=True, slots=True)
class View:
    """What of the table is shown."""

    region: str = ""
    indicator: str = ""
    measure: str = ""
    year: int | None = None
    document: str = ""
    sort: SortKey = "document"
    descending: bool = False
    compared: str = ""
    page: int = 1


def page(
    view: View,
    targets: Sequence[Target],
    sources: Mapping[str, Source],
    regions: Sequence[str],
    years: Sequence[int],
    subjects: Sequence[str],
    comparison: Comparison | None,
) -> str:
    """The whole workplace, with one page of ``targets``; ``sources`` holds their clauses by clause_id."""
    body = (
        f"{layout.heading('指标对比', ABOUT)}{_comparing(view, subjects)}"
        f"{_comparison(comparison) if comparison else ''}"
        f'<section aria-label="全部指标"><h2 class="section">指标表</h2>{_form(view, regions, years)}'
        f"{_table(view, targets, sources)}</section>"
    )
    return layout.page("指标对比", "/targets", body)


def _comparing(view: View, subjects: Sequence[str]) -> str:
    options = "".join(f'<option value="{escape(one)}"></option>' for one in subjects)
    chips = "".join(
        f'<a class="chip" href="{layout.address("/targets", compare=one)}"'
        f"{CURRENT if one == view.compared else ''}>{escape(one)}</a>"
        for one in subjects
    )
    common = f'<div class="chips"><p>常见的指标</p>{chips}</div>' if chips else ""
    return (
        '<section aria-label="比较" class="comparing"><form class="bar" action="/targets" method="get">'
        '<label class="field wide"><span>要比较的指标</span>'
        f'<input name="compare" list="subjects" maxlength="100" value="{escape(view.compared)}" '
        f'placeholder="例如 高技能人才"></label><datalist id="subjects">{options}</datalist>'
        f'<button class="primary">比较各地</button></form>{common}</section>'
    )


def _comparison(comparison: Comparison) -> str:
    found = any(stated.targets for stated in comparison.stated)
    silent = [stated for stated in comparison.stated if not stated.targets]
    # Of thousands of documents most state nothing: those that do come first, and the rest is counted.
    listed = [stated for stated in comparison.stated if stated.targets or len(silent) <= MAX_SILENT][:MAX_STATED]
    rows = "".join(_stated_rows(stated.document, stated.targets) for stated in listed)
    left = len(comparison.stated) - len(listed)
    rest = f'<p class="note">其余 {left} 份文件未规定这一指标，或没有列出。</p>' if left else ""
    charts = "".join(_chart(chart, number) for number, chart in enumerate(comparison.charts))
    if found and not charts:
        charts = (
            '<p class="advice">没有两地的数字在单位、口径、限定和时期上都相同，所以不画在一张图里。'
            "看下表时请留意各自的口径和时期。</p>"
        )
    none = "" if found else '<p class="none">没有文件写明这一指标，可以换一个说法再试。</p>'
    return (
        '<section class="comparison" aria-label="比较的结果">'
        f'<h2 class="section">“{escape(comparison.indicator)}”在各文件</h2>'
        f"{none}{charts}"
        '<div class="table" tabindex="0" role="region" aria-label="各文件的数字"><table><thead><tr>'
        '<th scope="col">地区和文件</th><th scope="col">指标</th><th scope="col">数值</th><th scope="col">口径</th>'
        f'<th scope="col">时期</th></tr></thead><tbody>{rows}</tbody></table></div>{rest}</section>'
    )


def _stated_rows(document: DocumentHead, targets: Sequence[Target]) -> str:
    region = region_name(document)
    head = (
        f'<th scope="rowgroup" rowspan="{max(1, len(targets))}"><b>{escape(region)}</b>'
        f'<span class="small">{escape(document.title)}</span></th>'
    )
    if not targets:
        return f'<tr>{head}<td colspan="4" class="silent">本文件未规定</td></tr>'
    cells = [
        f'<td data-name="指标">{escape(one.indicator)}</td><td data-name="数值" class="figure">{_figure(one)}</td>'
        f'<td data-name="口径">{_measure(one)}</td><td data-name="时期" class="period">{_period(one)}</td>'
        for one in targets
    ]
    return "".join(f"<tr>{head if not number else ''}{row}</tr>" for number, row in enumerate(cells))


def _chart(chart: Chart, number: int) -> str:
    """Bars from zero on one scale; the text beside each says what the bar shows."""
    basis = chart.basis
    top = max((one.value for one in chart.targets if one.value is not None), default=None)
    period = period_of(chart.targets[0]) or "时期未写明"
    about = " · ".join(part for part in (f"单位：{basis.unit}", basis.measure, basis.bound, period) if part)
    rows = "".join(
        f'<li><span class="bar-name">{escape(one.region)}</span>'
        f'<svg viewBox="0 0 {BAR_WIDTH} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect width="{float((one.value or 0) / top) * BAR_WIDTH if top else 0:.1f}" height="20"></rect></svg>'
        f'<span class="bar-figure">{_printed(one)}</span></li>'
        for one in chart.targets
    )
    return (
        f'<figure class="chart" aria-labelledby="chart-{number}"><figcaption id="chart-{number}">'
        f"<b>{escape(basis.subject)}</b><span>{escape(about)}</span></figcaption><ul>{rows}</ul></figure>"
    )


def _form(view: View, regions: Sequence[str], years: Sequence[int]) -> str:
    year = str(view.year) if view.year is not None else ""
    kept = f'<input type="hidden" name="compare" value="{escape(view.compared)}">' if view.compared else ""
    return (
        f'<form class="bar" action="/targets" method="get">{kept}'
        f'<label class="field wide"><span>指标名称</span><input name="indicator" type="search" maxlength="100" '
        f'value="{escape(view.indicator)}"></label>'
        f"{layout.select('region', '地区', layout.choices('全部地区', regions), view.region)}"
        f"{layout.select('measure', '口径', layout.choices('全部口径', get_args(Measure)), view.measure)}"
        f"{layout.select('year', '年份', layout.choices('全部年份', [str(one) for one in years]), year)}"
        '<button class="primary">筛选</button></form>'
    )


def on_page(view: View, targets: Sequence[Target]) -> Sequence[Target]:
    """The part of ``targets`` that is on the page shown."""
    first = (min(max(1, view.page), _last(targets)) - 1) * PER_PAGE
    return targets[first : first + PER_PAGE]


def _last(targets: Sequence[Target]) -> int:
    return max(1, -(-len(targets) // PER_PAGE))


def _table(view: View, targets: Sequence[Target], sources: Mapping[str, Source]) -> str:
    asked = {"region": view.region, "indicator": view.indicator, "measure": view.measure, "year": view.year}
    exported = {**asked, "doc": view.document, "sort": view.sort if view.sort != "document" else None}
    exports = "".join(
        f'<a class="plain" href="{layout.address(f"/api/v1/targets.{kind}", **exported)}" download>导出 {name}</a>'
        for kind, name in (("xlsx", "Excel"), ("csv", "CSV"))
    )
    last = _last(targets)
    number = min(max(1, view.page), last)
    part = f"，第 {number} 页，共 {last} 页" if last > 1 else ""
    line = (
        f'<div class="count-line"><p class="count" role="status">共 {len(targets)} 项{part}</p>'
        f'<div class="exports">{exports}</div></div>'
    )
    turned = {"sort": exported["sort"], "down": "1" if view.descending else None}
    links = layout.pages("/targets", number, last, **asked, doc=view.document, compare=view.compared, **turned)
    if not targets:
        return f'{line}<p class="none">没有符合条件的数字。放宽筛选再试。</p>'
    head = "".join(_column(view, key, name) for key, name in COLUMNS)
    rows = "".join(_row(one, sources[one.clause_id]) for one in on_page(view, targets))
    return (
        f'{line}<div class="table" tabindex="0" role="region" aria-label="指标表"><table class="figures"><thead><tr>'
        f'{head}<th scope="col">出处</th></tr></thead><tbody>{rows}</tbody></table></div>{links}'
    )


def _column(view: View, key: SortKey, name: str) -> str:
    sorted_by = view.sort == key
    state = ("descending" if view.descending else "ascending") if sorted_by else "none"
    turn = "1" if sorted_by and not view.descending else None
    link = layout.address(
        "/targets",
        region=view.region,
        indicator=view.indicator,
        measure=view.measure,
        year=view.year,
        doc=view.document,
        compare=view.compared,
        sort=key,
        down=turn,
    )
    arrow = {"ascending": "▲", "descending": "▼", "none": ""}[state]
    return (
        f'<th scope="col" aria-sort="{state}"><a href="{link}">{name}<span aria-hidden="true">{arrow}</span></a></th>'
    )


def _row(target: Target, source: Source) -> str:
    link = layout.clause_address(target.doc_id, target.clause_id, (target.sentence_start, target.sentence_end))
    return (
        f'<tr><td data-name="地区">{escape(target.region or UNTOLD)}</td>'
        f'<th scope="row" data-name="指标">{escape(target.indicator)}</th>'
        f'<td data-name="数值" class="figure">{_figure(target)}</td>'
        f'<td data-name="口径">{_measure(target)}</td><td data-name="时期" class="period">{_period(target)}</td>'
        f'<td data-name="出处"><a href="{link}" title="{escape(source.title)}">{escape(source.label)}'
        f'<span class="sr">，{escape(source.title)}</span></a></td></tr>'
    )


def _figure(target: Target) -> str:
    link = layout.clause_address(target.doc_id, target.clause_id, (target.sentence_start, target.sentence_end))
    return f'<a href="{link}">{_printed(target)}</a>'


def _printed(target: Target) -> str:
    """The figure as printed, with the unit that a table gives elsewhere."""
    unit = f'<span class="unit">（{escape(target.unit)}）</span>' if target.unit not in target.figure else ""
    return f"{escape(target.figure)}{unit}"


def _measure(target: Target) -> str:
    return escape(target.measure) if target.measure != "其他" else '<span class="silent">未分类</span>'


def _period(target: Target) -> str:
    said = target.period_text or period_of(target)
    return escape(said) if said else '<span class="silent">未写明</span>'
