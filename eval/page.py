"""The report as one HTML page: no scripts, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from html import escape
from importlib import resources
from itertools import groupby

from eval.measures.catalogue import BY_KEY
from eval.measures.share import Estimate
from eval.names import KINDS, OUTCOMES, REASONS
from eval.replies import Cited
from eval.report import GROUP_MEASURES, HEADLINE, Failure, Report, told
from eval.scoring import Scored, Summary

_CONTEXT = 160


def as_html(report: Report) -> str:
    """Return the whole page."""
    css = resources.files("eval").joinpath("page.css").read_text(encoding="utf-8")
    sections = (_headline, _figure, _kinds, _failures, _unjudged, _groups, _details)
    parts = [section(report) for section in sections]
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>评测报告 {escape(report.config.split)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def _headline(report: Report) -> str:
    config = report.config
    tiles = "".join(
        f'<div class="tile"><b>{_percent(report.summary[key])}</b><span>{escape(BY_KEY[key].label)}</span>'
        f"<small>{_interval(report.summary[key])}</small></div>"
        for key in HEADLINE
        if key in report.summary
    )
    latency = f",中位用时 {report.latency.p50:.0f} 毫秒(p95 {report.latency.p95:.0f})" if report.latency else ""
    return (
        f"<header><h1>评测报告</h1><p>系统 <b>{escape(config.system)}</b>,{escape(config.split)} 集,"
        f"{report.count} 个问题(含对话各轮),{told(report)}{latency}。"
        f"以 {escape(config.as_of)} 为准。</p></header>"
        f'<section class="tiles">{tiles}</section>'
    )


def _figure(report: Report) -> str:
    named = [(BY_KEY[key], found) for key, found in report.summary.items()]
    rows = "".join(_bar(measure.label, found, measure.higher_is_better) for measure, found in named)
    return (
        f'<section><h2>各项指标</h2><p class="note">横条是数值,细线是 95 % 置信区间;红色的越低越好。</p>'
        f'<div class="bars">{rows}</div></section>'
    )


def _bar(label: str, found: Estimate, higher_is_better: bool) -> str:
    style = "good" if higher_is_better else "harm"
    low, high, value = (min(max(number, 0.0), 1.0) * 100 for number in (found.low, found.high, found.value))
    return (
        f'<div class="row"><span class="name">{escape(label)}</span>'
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{_percent(found)}">'
        '<rect class="rail" x="0" y="1" width="100" height="8"/>'
        f'<rect class="{style}" x="0" y="1" width="{value:.2f}" height="8"/>'
        f'<line x1="{low:.2f}" x2="{high:.2f}" y1="5" y2="5"/></svg>'
        f'<span class="number">{_percent(found)} <small>{_interval(found)} 共 {found.count} 题</small></span></div>'
    )


def _kinds(report: Report) -> str:
    groups = report.groups.get("按问题种类", {})
    rows = "".join(
        _bar(f"{name}({count})", summary["correct"], True)
        for name, (count, summary) in groups.items()
        if "correct" in summary
    )
    return f'<section><h2>各类问题的正确率</h2><div class="bars">{rows}</div></section>' if rows else ""


def _failures(report: Report) -> str:
    if not report.failures:
        note = "本报告不列出单个问题。" if report.wrong else "没有不正确的回答。"
        return f"<section><h2>失败的问题</h2><p>{note}</p></section>"
    sections = [(kind, list(ones)) for kind, ones in groupby(report.failures, key=lambda failure: failure.kind)]
    links = " · ".join(f'<a href="#f{n}">{kind} {len(ones)}</a>' for n, (kind, ones) in enumerate(sections))
    body = "".join(
        f'<h3 id="f{n}">{kind}({len(ones)})</h3>' + "".join(map(_failure, ones))
        for n, (kind, ones) in enumerate(sections)
    )
    return f"<section><h2>失败的问题({report.wrong})</h2><p>由重到轻:{links}</p>{body}</section>"


def _unjudged(report: Report) -> str:
    if not report.unjudged:
        return ""
    cards = "".join(map(_answer, report.unjudged))
    head = f"没有标准答案的问题({len(report.unjudged)})"
    return f"<section><h2>{head}</h2><p>只列出回答,请人工判断。</p>{cards}</section>"


def _answer(one: Scored) -> str:
    item, reply = one.item, one.reply
    place = f'<p><span class="tag">地区 {escape(item.region)}</span></p>' if item.region else ""
    cited = "".join(map(_citation, reply.citations)) or '<p class="none">没有引用</p>'
    given = OUTCOMES.get(reply.outcome or "", "无")
    return (
        f'<article id="{escape(item.id)}"><h4><code>{escape(item.id)}</code> {escape(item.question)}</h4>{place}'
        f'<div class="side"><div><h5>实际:{given}</h5><p class="answer">{escape(reply.answer or reply.error)}</p></div>'
        f"<div><h5>引用的条款</h5>{cited}</div></div></article>"
    )


def _failure(failure: Failure) -> str:
    item, reply = failure.scored.item, failure.scored.reply
    gold = item.gold
    history = "".join(f'<p class="before">此前:{escape(text)}</p>' for text in item.history)
    place = f'<span class="tag">地区 {escape(item.region)}</span>' if item.region else ""
    why = f'<span class="tag">{REASONS[gold.why]}</span>' if gold.why else ""
    harms = "".join(f'<span class="tag">{BY_KEY[key].label}</span>' for key in failure.harms)
    answers = "".join(f"<li>{' / '.join(map(escape, group))}</li>" for group in gold.answers)
    quotes = "".join(_quote(escape(evidence.quote), evidence.document) for evidence in gold.evidence)
    cited = "".join(map(_citation, reply.citations)) or '<p class="none">没有引用</p>'
    whole = reply.standalone_question
    understood = f'<p class="before">理解为:{escape(whole)}</p>' if whole and whole != item.question else ""
    rank = "" if failure.rank is None else f'<p class="before">检索:正确条款排第 {failure.rank}</p>'
    problems = escape(";".join(failure.scored.problems))
    accepted = "或".join(OUTCOMES[outcome] for outcome in gold.outcome)
    given = OUTCOMES.get(reply.outcome or "", "无")
    return (
        f'<article id="{escape(item.id)}"><h4><code>{escape(item.id)}</code> {escape(item.question)}</h4>{history}'
        f'<p><span class="tag">{KINDS[gold.kind]}</span>{why}{place}{harms}<b class="why">{problems}</b></p>'
        f'<div class="side"><div><h5>应当:{accepted}</h5><ul>{answers}</ul>{quotes}</div>'
        f'<div><h5>实际:{given}</h5><p class="answer">{escape(reply.answer)}</p>{understood}{rank}</div>'
        f"<div><h5>引用的条款</h5>{cited}</div></div></article>"
    )


def _citation(cited: Cited) -> str:
    start = cited.text.find(cited.quote) if cited.quote else -1
    if start < 0:
        body = escape((cited.text or cited.quote)[: 2 * _CONTEXT])
    else:
        end = start + len(cited.quote)
        before, after = cited.text[:start], cited.text[end:]
        lead = "…" + before[-_CONTEXT:] if len(before) > _CONTEXT else before
        tail = after[:_CONTEXT] + "…" if len(after) > _CONTEXT else after
        body = f"{escape(lead)}<mark>{escape(cited.quote)}</mark>{escape(tail)}"
    return _quote(body, f"{cited.title} {cited.label} {cited.clause_id}")


def _quote(body: str, source: str) -> str:
    """Return a quotation; ``body`` is HTML already, ``source`` is not."""
    return f"<blockquote>{body}<cite>{escape(source)}</cite></blockquote>"


def _groups(report: Report) -> str:
    sections = (f"<section><h2>{h}</h2>{_group_table(groups)}</section>" for h, groups in report.groups.items())
    return "".join(sections)


def _group_table(groups: dict[str, tuple[int, Summary]]) -> str:
    keys = [key for key in GROUP_MEASURES if any(key in summary for _, summary in groups.values())]
    rows = [
        [name, str(count), *(_percent(summary[key]) if key in summary else "–" for key in keys)]
        for name, (count, summary) in groups.items()
    ]
    return _table(["", "题数", *(BY_KEY[key].label for key in keys)], rows)


def _details(report: Report) -> str:
    config = report.config
    rows = [
        [BY_KEY[key].label, f"{e.value:.4f}", f"{e.low:.4f}–{e.high:.4f}", str(e.count), BY_KEY[key].about]
        for key, e in report.summary.items()
    ]
    about = {"以哪天为准": config.as_of, "随机种子": str(config.seed), "语料": config.corpus_hash[:16]}
    about |= {"改写": config.variant, "干扰文件": config.distractors, "选的地区": config.region or ""}
    about |= {"向量模型": config.encoder_id, "分词": config.tokenizer_id, **config.data, **config.versions}
    facts = [[name, value] for name, value in about.items() if value]
    return (
        f"<section><h2>全部数值</h2>{_table(['指标', '值', '95 % 区间', '题数', '含义'], rows)}</section>"
        f"<section><h2>怎样得到的</h2>{_table(['', ''], facts)}</section>"
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table whose first column heads its rows; every cell is escaped."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _percent(found: Estimate) -> str:
    return f"{found.value * 100:.1f}%"


def _interval(found: Estimate) -> str:
    return f"{found.low * 100:.0f}–{found.high * 100:.0f}"
