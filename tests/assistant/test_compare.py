from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.compare import Row, asks_which_places, ranking, table
from corpus.model import Measure, Target


def target(
    value: int | None, figure: str, unit: str = "人次", measure: Measure = "累计", last: int | None = 2025
) -> Target:
    number = None if value is None else Decimal(value)
    return Target(
        "d", "d#1", "某省", "培训", figure, number, None, unit, "", measure, (None, last), "", 0, 1, 0, 1
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些地方有退役军人培训", True),
        ("都有哪些省在搞马兰花", True),
        ("哪几个市支持学徒制", True),
        ("哪里有免费培训", True),
        ("哪些人可以参加", False),
        ("哪个部门负责", False),
    ],
)
def test_who_asks_for_places(question: str, expected: bool) -> None:
    assert asks_which_places(question) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("甲省", target(1_250_000, "125万人次以上")), ("乙省", target(1_500_000, "150万人次以上"))],
            "按原文数字从高到低:乙省150万人次以上、甲省125万人次以上。",
        ),
        (
            [("甲省", target(12, "12万人次")), ("乙省", target(9, "9万人次", last=2020))],
            "按原文数字从高到低:甲省12万人次、乙省9万人次(所指时期不同)。",
        ),
        ([("甲省", target(30, "年30万人次", measure="年均")), ("乙省", target(150, "150万人次"))], ""),
        ([("甲省", target(30, "30%", unit="%")), ("乙省", target(150, "150万人次"))], ""),
        ([("甲省", target(None, "1/3")), ("乙省", target(2, "2人次"))], ""),
        ([("甲省", target(12, "12万人次")), ("乙省", None)], ""),
    ],
)
def test_only_like_figures_are_put_in_order(rows: list[tuple[str, Target | None]], expected: str) -> None:
    assert ranking([Row(place, "", figure) for place, figure in rows]) == expected


def test_a_cell_cannot_break_the_table() -> None:
    assert table([Row("甲省", "一|二\n三[1]。")]) == [
        "| 地区 | 文件怎么写 |",
        "| --- | --- |",
        "| 甲省 | 一｜二 三[1]。 |",
    ]
