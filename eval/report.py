"""A finished run as a report: what is said in it, and its Markdown and JSON forms (``eval.page`` makes the HTML)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.config import Config
from eval.items import Item
from eval.measures.catalogue import BY_KEY
from eval.measures.correctness import MISSING, UNCITED
from eval.measures.latency import Latency, latency
from eval.measures.share import Estimate
from eval.names import KINDS, OUTCOMES, REASONS
from eval.qrels import Qrels
from eval.scoring import Scored, Summary, breakdown, summarise
from eval.significance import Comparison

HEADLINE = ("correct", "citation_precision", "refusal_f1", "number_exact", "nDCG@10", "whole_dialogue")
GROUP_MEASURES = ("correct", "outcome", "gold_answers", "citation_hit", "refusal_recall", "nDCG@10")
FAILURES = (
    "系统出错", "说了不该说的", "不该回答却答了", "答错或答不全", "引用不对", "该回答却没有答", "结果类别不对",
)  # fmt: skip
"""Kinds of failure, worst first."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A wrong reply: its kind (one of ``FAILURES``) and the rank of the first relevant clause, where there is one."""

    scored: Scored
    kind: str
    rank: int | None

    @property
    def harms(self) -> tuple[str, ...]:
        """The measures of saying what must not be said that it trips."""
        return _harms(self.scored)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows. ``groups`` maps a heading to summaries by group, each with its number of items.

    ``outcomes`` counts the replies by outcome in the words of reports; ``unjudged`` are the replies to questions of
    which nothing is known, in order.
    """

    config: Config
    count: int
    summary: Summary
    groups: dict[str, dict[str, tuple[int, Summary]]]
    latency: Latency | None
    wrong: int
    failures: tuple[Failure, ...]
    outcomes: dict[str, int]
    unjudged: tuple[Scored, ...]


def make_report(config: Config, scored: Sequence[Scored], qrels: Qrels, *, failures: bool = True) -> Report:
    """Return the report of a scored run; ``failures=False`` leaves out the single questions, as a test split wants."""
    headings: dict[str, Callable[[Item], str]] = {
        "按问题种类": lambda item: KINDS[item.gold.kind],
        "按能否回答": _answerable,
        "按文件": _documents_of,
        "单问与对话": lambda item: "单问" if not item.dialogue else "对话首轮" if item.turn == 1 else "对话后续轮",
    }
    wrong = [_failure(one, qrels) for one in scored if one.problems]
    return Report(
        config=config,
        count=len(scored),
        summary=summarise(scored),
        groups={
            heading: {name: (len(ones), summarise(ones)) for name, ones in breakdown(scored, group).items()}
            for heading, group in headings.items()
        },
        latency=latency([one.reply.seconds for one in scored if not one.reply.error and one.reply.seconds]),
        wrong=len(wrong),
        failures=tuple(sorted(wrong, key=_severity)) if failures else (),
        outcomes=_outcomes(scored),
        unjudged=tuple(one for one in scored if not one.item.gold.judged) if failures else (),
    )


def failure_kind(scored: Scored) -> str:
    """Return what kind of failure a wrong reply is, the worst that applies."""
    item, reply = scored.item, scored.reply
    if reply.error:
        return "系统出错"
    if _harms(scored):
        return "说了不该说的"
    if reply.answers and not {"answered", "partial"} & set(item.gold.outcome):
        return "不该回答却答了"
    if not reply.answers and not {"refused", "clarify"} & set(item.gold.outcome):
        return "该回答却没有答"
    if any(problem.startswith(MISSING) for problem in scored.problems):
        return "答错或答不全"
    return "引用不对" if UNCITED in scored.problems else "结果类别不对"


def as_markdown(report: Report) -> str:
    """Return the report in Markdown."""
    lines = ["# 评测报告", "", _about(report), "", "## 总体", "", *_table(report.summary)]
    if report.latency:
        p = report.latency
        lines += ["", f"用时(毫秒):中位 {p.p50:.0f},p95 {p.p95:.0f},最长 {p.highest:.0f}。"]
    for heading, groups in report.groups.items():
        lines += ["", f"## {heading}", "", *_group_table(groups)]
    if report.failures:
        lines += ["", f"## 失败的问题({report.wrong})"]
        for failure in report.failures:
            one = failure.scored
            lines += [
                "",
                f"### {_line(one.item.id)} {failure.kind}",
                "",
                f"- 问题:{_line(one.item.question)}",
                f"- 标准:{gold_line(one.item)}",
                f"- 回答({OUTCOMES.get(one.reply.outcome or '', '无')}):{_line(one.reply.answer)}",
                f"- 引用:{_line(';'.join(f'{c.title} {c.label}' for c in one.reply.citations)) or '无'}",
                f"- 原因:{';'.join(one.problems)}",
            ]
    if report.unjudged:
        lines += ["", f"## 没有标准答案的问题({len(report.unjudged)})"]
        for one in report.unjudged:
            lines += [
                "",
                f"### {_line(one.item.id)} {_line(one.item.question)}",
                "",
                f"- 回答({OUTCOMES.get(one.reply.outcome or '', '无')}):{_line(one.reply.answer or one.reply.error)}",
                f"- 引用:{_line(';'.join(f'{c.title} {c.label}' for c in one.reply.citations)) or '无'}",
            ]
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as a JSON object; measures by their keys."""
    return {
        "config": asdict(report.config),
        "count": report.count,
        "wrong": report.wrong,
        "outcomes": report.outcomes,
        "summary": _values(report.summary),
        "groups": {
            heading: {name: {"count": count, "summary": _values(summary)} for name, (count, summary) in groups.items()}
            for heading, groups in report.groups.items()
        },
        "latency_ms": asdict(report.latency) if report.latency else None,
        "failures": [
            {
                "id": failure.scored.item.id,
                "kind": failure.kind,
                "question": failure.scored.item.question,
                "gold": gold_line(failure.scored.item),
                "outcome": failure.scored.reply.outcome,
                "answer": failure.scored.reply.answer,
                "citations": [cited.clause_id for cited in failure.scored.reply.citations],
                "rank": failure.rank,
                "problems": list(failure.scored.problems),
            }
            for failure in report.failures
        ],
        "unjudged": [
            {
                "id": one.item.id,
                "question": one.item.question,
                "outcome": one.reply.outcome,
                "answer": one.reply.answer,
                "citations": [cited.clause_id for cited in one.reply.citations],
            }
            for one in report.unjudged
        ],
    }


def comparison_markdown(comparison: Comparison, first: str, second: str, *, questions: bool = True) -> str:
    """Return a comparison in Markdown; ``questions=False`` lists no single questions, as a test split wants."""
    lines = [
        f"# {first} → {second}",
        "",
        f"两次运行共有 {comparison.paired} 个相同的问题。差值为后者减前者,方括号里是 95 % 区间;"
        "p 小于 0.05 的差异才不像是偶然,同时看许多指标时要更严。",
        "",
        f"| 指标 | {first} | {second} | 差值 | p | 题数 | |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for key, found in comparison.differences.items():
        lines.append(
            f"| {BY_KEY[key].label} | {found.first:.3f} | {found.second:.3f} | {found.change:+.3f} "
            f"[{found.low:+.3f}, {found.high:+.3f}] | {found.shown_p} | {found.count} "
            f"| {verdict(key, found.change, found.p)} |"
        )
    for heading, pairs, side in (("变对的问题", comparison.gained, 0), ("变错的问题", comparison.lost, 1)):
        lines += ["", f"## {heading}({len(pairs)})", ""]
        if questions:
            lines += [f"- {p[0].item.id} {_line(p[0].item.question)}({';'.join(p[side].problems)})" for p in pairs]
    return "\n".join(lines).rstrip() + "\n"


def verdict(key: str, change: float, p: float) -> str:
    """Return 变好, 变差 or, where the difference may be chance, nothing."""
    if p >= 0.05 or not change:
        return ""
    return "变好" if (change > 0) == BY_KEY[key].higher_is_better else "变差"


def told(report: Report) -> str:
    """Return in Chinese how many replies are wrong and how many of each outcome there are."""
    judged = report.count - len(report.unjudged)
    wrong = f"{report.wrong} 个不正确" if judged else "没有标准答案,只列出回答"
    return f"{wrong}({','.join(f'{name} {count}' for name, count in report.outcomes.items())})"


def gold_line(item: Item) -> str:
    """Return what a good reply is, in one line."""
    accepted = "或".join(OUTCOMES[outcome] for outcome in item.gold.outcome)
    groups = ",".join("/".join(map(_line, group)) for group in item.gold.answers)
    reason = f"({REASONS[item.gold.why]})" if item.gold.why else ""
    return f"{accepted}{reason}" + (f":{groups}" if groups else "")


_HARMS = ("forbidden", "region_confusion", "unsupported_number")


def _harms(scored: Scored) -> tuple[str, ...]:
    return tuple(key for key in _HARMS if key in scored.scores and scored.scores[key].part)


def _failure(one: Scored, qrels: Qrels) -> Failure:
    relevant = qrels.get(one.item.id, {})
    rank = next((n for n, clause_id in enumerate(one.reply.ranking or (), 1) if clause_id in relevant), None)
    return Failure(one, failure_kind(one), rank)


def _severity(failure: Failure) -> tuple[int, float, str]:
    share = failure.scored.scores.get("gold_answers")
    return FAILURES.index(failure.kind), share.part / share.whole if share else 0.0, failure.scored.item.id


def _answerable(item: Item) -> str:
    if not item.gold.judged:
        return "没有标准答案"
    return REASONS[item.gold.why] if item.gold.why else "能完整回答"


def _outcomes(scored: Sequence[Scored]) -> dict[str, int]:
    counts = Counter("出错" if one.reply.error else OUTCOMES.get(one.reply.outcome or "", "未说明") for one in scored)
    return {name: counts[name] for name in (*OUTCOMES.values(), "未说明", "出错") if counts[name]}


def _documents_of(item: Item) -> str:
    stems = item.gold.documents
    if not stems or stems == ("*",):
        return "未指明" if stems else "无"
    return stems[0] if len(stems) == 1 else "多份文件"


def _about(report: Report) -> str:
    config = report.config
    return (
        f"系统 {config.system},{config.split} 集,{report.count} 个问题(含对话各轮),以 {config.as_of} 为准;"
        f"{told(report)}。方括号里是 95 % 置信区间(按主题自助抽样,种子 {config.seed})。"
    )


def _table(summary: Summary) -> list[str]:
    rows = ["| 指标 | 值 | 95 % 区间 | 题数 | 含义 |", "|---|---:|---:|---:|---|"]
    for key, found in summary.items():
        measure = BY_KEY[key]
        label = measure.label + ("" if measure.higher_is_better else "(越低越好)")
        interval = f"[{found.low:.3f}, {found.high:.3f}]"
        rows.append(f"| {label} | {found.value:.3f} | {interval} | {found.count} | {measure.about} |")
    return rows


def _group_table(groups: dict[str, tuple[int, Summary]]) -> list[str]:
    keys = [key for key in GROUP_MEASURES if any(key in summary for _, summary in groups.values())]
    rows = [f"| | 题数 | {' | '.join(BY_KEY[key].label for key in keys)} |", "|---|---:|" + "---:|" * len(keys)]
    for name, (count, summary) in groups.items():
        cells = [f"{summary[key].value:.2f}" if key in summary else "–" for key in keys]
        rows.append(f"| {name} | {count} | {' | '.join(cells)} |")
    return rows


def _values(summary: Summary) -> dict[str, dict[str, float]]:
    return {key: _value(found) for key, found in summary.items()}


def _value(found: Estimate) -> dict[str, float]:
    return {name: round(value, 6) for name, value in asdict(found).items()}


def _line(text: str) -> str:
    """Return ``text`` on one line, with what Markdown would take for markup escaped."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in " ".join(text.split()))
