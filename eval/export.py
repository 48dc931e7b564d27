"""A scored run question by question, for a spreadsheet or a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from eval.names import KINDS, OUTCOMES
from eval.scoring import Scored
from eval.tables import as_csv, as_xlsx

HEAD = (
    "编号", "问题", "地区", "种类", "应当", "标准答案", "实际", "回答", "是否正确", "不对之处", "引用", 
    "引用的条款编号", "引文", "用时(毫秒)", "出错",
)  # fmt: skip
"""The columns of the table."""


def results_csv(scored: Sequence[Scored]) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark; no cell runs as a formula."""
    return as_csv(HEAD, map(_row, scored))


def results_xlsx(scored: Sequence[Scored]) -> bytes:
    """Return the table as a workbook; every cell is text."""
    return as_xlsx(HEAD, map(_row, scored), title="评测结果")


def results_jsonl(scored: Sequence[Scored]) -> bytes:
    """Return one JSON object a question: what was wanted, the reply, and every measure's part and whole."""
    return "".join(json.dumps(_object(one), ensure_ascii=False) + "\n" for one in scored).encode()


EXPORTS: dict[str, tuple[Callable[[Sequence[Scored]], bytes], str]] = {
    "csv": (results_csv, "text/csv; charset=utf-8"),
    "xlsx": (results_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "jsonl": (results_jsonl, "application/x-ndjson; charset=utf-8"),
}
"""The forms by file ending, each with its media type."""


def _row(one: Scored) -> list[str]:
    item, reply = one.item, one.reply
    cited = reply.citations
    return [
        item.id,
        item.question,
        item.region or "",
        KINDS[item.gold.kind],
        "或".join(OUTCOMES[outcome] for outcome in item.gold.outcome),
        ";".join("|".join(group) for group in item.gold.answers),
        OUTCOMES.get(reply.outcome or "", "无"),
        reply.answer,
        ("否" if one.problems else "是") if item.gold.judged else "未评",
        ";".join(one.problems),
        "\n".join(f"{c.title} {c.label}".strip() for c in cited),
        "\n".join(c.clause_id for c in cited),
        "\n".join(c.quote for c in cited),
        f"{reply.seconds * 1000:.0f}",
        reply.error,
    ]


def _object(one: Scored) -> dict[str, object]:
    item, reply = one.item, one.reply
    return {
        "id": item.id,
        "question": item.question,
        "history": list(item.history),
        "region": item.region,
        "kind": item.gold.kind,
        "accepted": list(item.gold.outcome),
        "answers": [list(group) for group in item.gold.answers],
        "outcome": reply.outcome,
        "answer": reply.answer,
        "correct": not one.problems if item.gold.judged else None,
        "problems": list(one.problems),
        "citations": [
            {"clause_id": c.clause_id, "doc_id": c.doc_id, "title": c.title, "label": c.label, "quote": c.quote}
            for c in reply.citations
        ],
        "ranking": None if reply.ranking is None else list(reply.ranking),
        "scores": {key: [share.part, share.whole] for key, share in one.scores.items()},
        "seconds": reply.seconds,
        "error": reply.error,
    }
