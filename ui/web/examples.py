"""A batch of questions to fill in, in each form that is taken."""

from __future__ import annotations

import json
from collections.abc import Callable

from eval.export import EXPORTS
from eval.tables import as_csv, as_xlsx

HEAD = ("编号", "问题", "地区", "答案", "结果", "禁用", "主题")
ROWS = (
    ("1", "到2025年遵义市高技能人才要达到多少人？", "", "9万", "", "", "遵义目标"),
    ("2", "那边一共要培养多少技能人才", "贵州省遵义市", "45万|450000", "", "", "遵义目标"),
    ("3", "辽宁十四五要新增多少高技能人才？", "", "25万", "answered", "146.5万", "辽宁目标"),
    ("4", "公积金怎么提取？", "辽宁省", "", "refused|clarify", "", "其他事项"),
    ("5", "没有标准答案的问题，只列出回答：农民工能参加哪些培训？", "", "", "", "", ""),
)


def example(ending: str) -> tuple[bytes, str]:
    """Return the example in the form ``csv``, ``xlsx`` or ``jsonl``, and its media type. Raises KeyError for others."""
    kinds: dict[str, tuple[Callable[[], bytes], str]] = {
        "csv": (lambda: as_csv(HEAD, ROWS), EXPORTS["csv"][1]),
        "xlsx": (lambda: as_xlsx(HEAD, ROWS, title="问题"), EXPORTS["xlsx"][1]),
        "jsonl": (_lines, EXPORTS["jsonl"][1]),
    }
    make, media = kinds[ending]
    return make(), media


def _lines() -> bytes:
    return "".join(json.dumps(_object(row), ensure_ascii=False) + "\n" for row in ROWS).encode()


def _object(row: tuple[str, ...]) -> dict[str, object]:
    number, question, region, answers, outcome, forbidden, topic = row
    fields: dict[str, object] = {"id": number, "question": question, "region": region or None, "topic": topic}
    if answers:
        fields["answers"] = [answers.split("|")]
    if outcome:
        fields["outcome"] = outcome.split("|")
    if forbidden:
        fields["forbidden"] = [forbidden]
    return fields
