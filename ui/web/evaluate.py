"""The evaluation workplace: questions in, progress, the report in place, earlier runs and their comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from eval.export import EXPORTS
from eval.measures.catalogue import BY_KEY
from eval.report import HEADLINE, verdict
from eval.scoring import Scored
from eval.significance import Comparison, Difference
from ui.evaluations import ENDINGS, MAX_QUESTIONS, MAX_UPLOAD, VARIANT_NAMES, Order, Status
from ui.web import layout

HERE = "/evaluate"
ABOUT = "上传一批问题，或用自带的题目，看看回答得怎样：每题的回答、依据和对错，一份可以离线看的报告，两次之间的比较。"
STATES = {
    "queued": "在等",
    "running": "正在跑",
    "finished": "已完成",
    "failed": "失败",
    "cancelled": "已取消",
    "interrupted": "中断",
}
SPLITS = (
    ("dev", "dev（调试）"),
    ("dev2", "dev2（口语）"),
    ("test", "test（总数）"),
)
LIMITS = (("20", "20 个"), ("60", "60 个"), ("", "全部"))
EXAMPLES = (("xlsx", "XLSX"), ("csv", "CSV"), ("jsonl", "JSONL"))
LISTED = 50


def page(runs: Sequence[Status], regions: Sequence[str], problem: tuple[str, str] | None = None) -> str:
    """The workplace; ``problem`` is the message and hint of an upload that could not be taken."""
    told = (
        f'<div class="problem" role="alert"><p>{escape(problem[0])}</p><p>{escape(problem[1])}</p></div>'
        if problem
        else ""
    )
    active = "".join(f'<p class="advice"><b>{STATES[one.state]}</b>{_link(one)}</p>' for one in runs if one.is_active)
    body = (
        f'{layout.heading("评测", ABOUT)}{told}{active}<div class="starting">{_upload(regions)}{_bundled()}</div>'
        f"{_comparing(runs)}{_runs(runs)}"
    )
    return layout.page("评测", HERE, body)


def one(status: Status) -> str:
    """One evaluation: its progress, or its report."""
    body = (
        f'<p class="trail"><a href="{HERE}">评测</a></p>{layout.heading(status.name)}'
        f"{layout.facts(_facts(status))}{_finished(status) if status.state == 'finished' else _state(status)}"
    )
    return layout.page(status.name, HERE, body, script="evaluate.js")


def comparison(first: Status, second: Status, found: Comparison, *, shown: bool) -> str:
    """Two evaluations side by side; ``shown`` lets single questions be seen."""
    headline = {key: one for key, one in found.differences.items() if key in HEADLINE}
    body = (
        f'<p class="trail"><a href="{HERE}">评测</a></p>{layout.heading("两次评测的比较")}'
        f"<p>先前：{_link(first)}（{_when(first)}）<br>之后：{_link(second)}（{_when(second)}）</p>"
        f'<p class="note">两次共有 {found.paired} 个相同的问题。p 小于 0.05 的差异才不像是偶然；'
        f"同时看许多指标时要更严，先看正确率，再读变错的问题。</p>{_differences('主要指标的差', headline)}"
        f"{_changed('变错的问题', [b for _, b in found.lost], shown)}"
        f"{_changed('变对的问题', [a for a, _ in found.gained], shown)}"
        f'<details class="all"><summary>全部指标</summary>{_differences("全部指标的差", found.differences)}</details>'
    )
    return layout.page("两次评测的比较", HERE, body)


def _upload(regions: Sequence[str]) -> str:
    examples = "、".join(f'<a href="{HERE}/example.{ending}" download>{name}</a>' for ending, name in EXAMPLES)
    return (
        f'<form class="bar" action="{HERE}" method="post" enctype="multipart/form-data"><h2>上传一批问题</h2>'
        '<label class="field wide"><span>问题文件</span>'
        f'<input type="file" name="file" accept="{",".join(ENDINGS)}" required></label>'
        f"{layout.select('region', '没写地区的问题按', layout.choices('不限地区', regions), '')}"
        '<button class="primary">上传并开始</button>'
        f'<p class="note">表格只需要“问题”一列；有标准答案的可以再加“答案”“结果”，没有的只列出回答。'
        f"最多 {MAX_QUESTIONS} 个问题、{MAX_UPLOAD >> 20} MB。示例：{examples}</p></form>"
    )


def _bundled() -> str:
    return (
        f'<form class="bar" action="{HERE}" method="post" enctype="multipart/form-data"><h2>用自带的题目</h2>'
        f"{layout.select('split', '题目', SPLITS, 'dev')}{layout.select('limit', '问多少个', LIMITS, '20')}"
        f"{layout.select('variant', '改写问题', [('', '不改写'), *VARIANT_NAMES.items()], '')}"
        '<button class="primary">开始</button>'
        '<p class="note">自带的题目依据自带的四份文件写成。改写用来看错别字、口语等会不会影响回答。</p></form>'
    )


def _comparing(runs: Sequence[Status]) -> str:
    finished = [(one.id, f"{one.name}（{_when(one)}）") for one in runs if one.state == "finished"][:LISTED]
    if len(finished) < 2:
        return ""
    return (
        f'<section aria-label="比较"><form class="bar" action="{HERE}/compare" method="get"><h2>比较两次评测</h2>'
        f"{layout.select('first', '先前', finished, finished[1][0])}"
        f"{layout.select('second', '之后', finished, finished[0][0])}"
        '<button class="primary">比较</button></form></section>'
    )


def _runs(runs: Sequence[Status]) -> str:
    if not runs:
        return '<p class="none">还没有评测过。</p>'
    rows = "".join(
        f'<tr><th scope="row" data-name="评测">{_link(one)}</th><td data-name="状态">{STATES[one.state]}</td>'
        f'<td data-name="题数">{_count(one)}</td><td data-name="时间">{_when(one)}</td></tr>'
        for one in runs[:LISTED]
    )
    more = f'<p class="note">只列出最近的 {LISTED} 次，共 {len(runs)} 次。</p>' if len(runs) > LISTED else ""
    return (
        '<section aria-label="做过的评测"><h2 class="section">做过的评测</h2>'
        '<div class="table" tabindex="0" role="region" aria-label="评测列表"><table class="figures"><thead><tr>'
        '<th scope="col">评测</th><th scope="col">状态</th><th scope="col">题数</th><th scope="col">时间</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>{more}</section>"
    )


def _state(status: Status) -> str:
    share = f"已有回答 {status.done} / {status.total}"
    told = (
        f'<div class="problem" role="alert"><p>{escape(status.message)}</p><p>{escape(status.hint)}</p></div>'
        if status.message
        else ""
    )
    if status.is_active:
        waiting = (
            "前面还有评测在跑，轮到时自动开始。" if status.state == "queued" else "每问一题就让一让，不影响别人提问。"
        )
        return (
            f'<section id="progress" class="progress" data-run="{escape(status.id)}" data-state="{status.state}">'
            f'<p><b>{STATES[status.state]}</b> <span id="share" role="status">{share}</span></p>'
            f'<progress max="{max(status.total, 1)}" value="{status.done}" aria-label="进度"></progress>'
            f'<p class="note">{waiting}可以关掉这一页，过后再来看。</p>'
            f"{_button(status, 'cancel', '取消')}"
            f'<noscript><p><a class="plain" href="{HERE}/{escape(status.id)}">看最新进度</a></p></noscript></section>'
        )
    again = _button(status, "resume", "接着跑") if status.order else ""
    kept = f"<p><b>{STATES[status.state]}</b> {share}，已有的回答都留着。</p>"
    return f'{told}<section class="progress">{kept}{again}</section>'


def _finished(status: Status) -> str:
    base = f"/api/v1/evaluations/{escape(status.id)}"
    test = bool(status.order and status.order.split == "test")
    tables = (
        ""
        if test
        else "".join(
            f'<a class="plain" href="{base}/results?format={kind}" download>逐题结果 {kind.upper()}</a>'
            for kind in EXPORTS
        )
    )
    return (
        f'<div class="actions"><a class="plain" href="{base}/report?format=html" download>下载报告 HTML</a>{tables}'
        f'<a class="plain" href="{HERE}/{escape(status.id)}/report" target="_blank">单独打开报告</a></div>'
        f'<iframe id="report" class="report" title="评测报告" sandbox="allow-same-origin" '
        f'src="{HERE}/{escape(status.id)}/report"></iframe>'
    )


def _button(status: Status, action: str, name: str) -> str:
    where = f"{HERE}/{escape(status.id)}/{action}"
    return f'<form action="{where}" method="post"><button class="plain">{name}</button></form>'


def _facts(status: Status) -> dict[str, str]:
    order = status.order or Order()
    return {
        "状态": STATES[status.state],
        "题数": _count(status),
        "时间": _when(status),
        "编号": status.id,
        "地区": order.region,
        "改写": VARIANT_NAMES.get(order.variant, ""),
    }


def _link(status: Status) -> str:
    return f'<a href="{HERE}/{escape(status.id)}">{escape(status.name)}</a>'


def _count(status: Status) -> str:
    return str(status.total) if status.state == "finished" else f"{status.done} / {status.total}"


def _when(status: Status) -> str:
    try:
        moment = datetime.fromisoformat(status.created)
    except ValueError:
        return ""
    # The clock of the server's place; a time without a zone is a damaged file.
    return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone():%Y-%m-%d %H:%M}"


def _differences(label: str, found: Mapping[str, Difference]) -> str:
    rows = "".join(_difference(key, one) for key, one in found.items())
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{label}"><table class="figures"><thead><tr>'
        '<th scope="col">指标</th><th scope="col">先前</th><th scope="col">之后</th>'
        '<th scope="col">差值（95% 区间）</th><th scope="col">p</th><th scope="col">判断</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _difference(key: str, one: Difference) -> str:
    measure = BY_KEY[key]
    label = measure.label + ("" if measure.higher_is_better else "（越低越好）")
    said = verdict(key, one.change, one.p)
    return (
        f'<tr><th scope="row" data-name="指标">{label}</th><td data-name="先前">{one.first:.3f}</td>'
        f'<td data-name="之后">{one.second:.3f}</td>'
        f'<td data-name="差值" class="period">{one.change:+.3f} [{one.low:+.3f}, {one.high:+.3f}]</td>'
        f'<td data-name="p">{escape(one.shown_p)}</td>'
        f'<td data-name="判断">{f"<b>{said}</b>" if said else "–"}</td></tr>'
    )


def _changed(heading: str, wrong: Sequence[Scored], shown: bool) -> str:
    rows = "".join(
        f"<li><code>{escape(one.item.id)}</code> {escape(one.item.question)}"
        f'<span class="note">{escape("；".join(one.problems))}</span></li>'
        for one in wrong
    )
    inside = f'<ul class="changed">{rows}</ul>' if shown and rows else ""
    silent = '<p class="note">test 集不列出单个问题。</p>' if not shown and wrong else ""
    return f'<section><h2 class="section">{heading}（{len(wrong)}）</h2>{inside}{silent}</section>'
