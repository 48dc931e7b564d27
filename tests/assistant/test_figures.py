from __future__ import annotations

from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.figures import asks_yearly, compatible, names_share, wanted_units
from assistant.question import Term
from corpus.periods import find_periods


@pytest.mark.parametrize(
    ("asked", "stated", "expected"),
    [
        ("到2025年", (2023, 2025), True),
        ("到2025年", (None, 2025), True),
        ("到2025年", (None, 2020), False),
        ("到2025年", (None, None), True),
        ("2025年", (2021, 2025), True),
        ("2023年", (2021, 2025), False),
        ("2030年", (None, 2025), False),
        ("十四五", (2021, 2025), True),
        ("十四五", (None, 2025), True),
        ("十四五", (2016, 2020), False),
        ("十五五", (2021, 2025), False),
        ("十三五", (2016, 2020), True),
        ("2023-2025年", (2023, 2025), True),
        ("2023-2025年", (2026, 2030), False),
    ],
)
def test_compatible(asked: str, stated: tuple[int | None, int | None], expected: bool) -> None:
    (period,) = find_periods(asked, year=2024, colloquial=True)
    assert compatible(period, stated) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("要培训多少人次", "人次"),
        ("要培训多少农民工", "人次"),
        ("新增多少高技能人才", "人"),
        ("多少职工的企业", None),
        ("多少万人", "人"),
        ("多少个人", "人"),
        ("建几家基地", "家"),
        ("办几期班", "期"),
        ("几条措施", "条"),
        ("一年多少学时", "学时"),
        ("多少岁以上", "岁"),
        ("几分钟内到场", "分钟"),
        ("家里能养几条狗", "只"),
        ("多少斤", "公斤"),
        ("降几个基点", "基点"),
        ("一车最多几个?", None),
        ("多少", None),
        ("哪几家", None),
        ("高技能人才目标", None),
    ],
)
def test_wanted_units(text: str, unit: str | None) -> None:
    units = wanted_units(text)
    assert unit in units if unit else units == frozenset()


@pytest.mark.parametrize(
    ("terms", "text", "share"),
    [
        ([], "高技能人才", 1.0),
        ([Term("高技能人才", (), 4.0, True)], "新增高技能人才25万人", 1.0),
        ([Term("高技能人才", (), 4.0, True)], "新增技师25万人", 0.0),
        ([Term("当兵的", ("退役军人",), 4.0, True)], "退役军人培训", 1.0),
        ([Term("高技能人才", (), 4.0, True), Term("酱酒", (), 4.0, True)], "酱酒产业3万人次", 0.5),
        ([Term("培训", (), 4.0, False)], "评价", 1.0),
        ([Term("培训", (), 1.0, True)], "评价", 1.0),
    ],
)
def test_names_share(terms: list[Term], text: str, share: float) -> None:
    assert names_share(terms, text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("辽宁十四五要新增多少高技能人才", "25万人以上", "121.5万"),
        ("辽宁十三五末有多少高技能人才", "121.5万人", "146.5万"),
        ("辽宁国家级高技能人才培训基地现有多少家", "28家", "20"),
        ("遵义酱酒产业培训多少人次", "3万人次", "9万人"),
        ("遵义到2025年高技能人才要达到多少人", "9万人以上", "12万"),
        ("江西每年培训农民工多少人次", "30万人次以上", "100家"),
        ("辽宁企业自主评价要达到多少家", "300家", "138家"),
        # 高技能人才培养计划等5项计划: the five count plans
        ("内蒙古到2025年高技能人才多少", "高技能人才14万人以上", "5项计划"),
    ],
)
@pytest.mark.slow
def test_the_figure_asked_for(assistant: Assistant, today: date, question: str, wanted: str, unwanted: str) -> None:
    answer = assistant.ask(question, as_of=today)
    assert wanted in answer.answer
    assert unwanted not in answer.answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("遵义民办机构专职教师最少占多少", "1/3"),
        ("遵义兼职教师最多能在几家机构任职", "3家"),
    ],
)
def test_a_floor_and_a_ceiling(assistant: Assistant, today: date, question: str, wanted: str) -> None:
    assert wanted in assistant.ask(question, as_of=today).answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("内蒙古每年培训农牧民工多少人", "35万人次以上"),
        ("辽宁每年新增高技能人才多少", "25万人以上"),
    ],
)
def test_a_sum_of_several_years_is_said_to_be_one(
    assistant: Assistant, today: date, question: str, wanted: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "partial"
    assert wanted in answer.answer
    assert "文件没有写每年的数" in answer.answer


@pytest.mark.parametrize(
    ("text", "yearly"),
    [
        ("每年培训多少人", True),
        ("一年能培训多少人", True),
        ("年均新增多少", True),
        ("满一年能领多少", False),
        ("一年内任职几家", False),
        ("一年里最多在几家任职", False),
        ("去年一年级招了多少", False),
    ],
)
def test_asks_yearly(text: str, yearly: bool) -> None:
    assert asks_yearly(text) == yearly


@pytest.mark.slow
def test_what_is_added_is_not_given_as_the_total(assistant: Assistant, today: date) -> None:
    answer = assistant.ask("内蒙古技能人才总量多少", as_of=today)
    assert answer.outcome == "partial"
    assert "75万人以上" in answer.answer
    assert "文件没有写总量" in answer.answer
