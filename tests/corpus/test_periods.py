"""Years, plan periods and dates."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.periods import find_dates, find_periods, plan_years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2025年,技能人才", [("到2025年", None, 2025, "until")]),
        ("力争到2020年", [("力争到2020年", None, 2020, "until")]),
        ("2020年底前完成", [("2020年底前", None, 2020, "until")]),
        ("2025年12月底前完成", [("2025年12月底前", None, 2025, "until")]),
        ("到2025年12月31日", [("到2025年12月31日", None, 2025, "until")]),
        ("截至2020年3月1日", [("截至2020年3月1日", None, 2020, "until")]),
        ("至“十三五”期末,", [("至“十三五”期末", None, 2020, "until")]),
        ("“十四五”期末,力争", [("“十四五”期末", None, 2025, "until")]),
        ("2023—2025年,累计", [("2023—2025年", 2023, 2025, "range")]),
        ("(2022-2025年)", [("2022-2025年", 2022, 2025, "range")]),
        ("2021至2025年", [("2021至2025年", 2021, 2025, "range")]),
        ("2021年到2025年", [("2021年到2025年", 2021, 2025, "range")]),
        ("２０２１－２０２５年", [("２０２１－２０２５年", 2021, 2025, "range")]),
        ("2020年2月1日至6月30日", [("2020年2月1日至6月30日", 2020, 2020, "range")]),
        ("“十四五”时期,我国", [("“十四五”时期", 2021, 2025, "plan")]),
        ("十五五规划", [("十五五", 2026, 2030, "plan")]),
        ("“十五”期间", [("“十五”期间", 2001, 2005, "plan")]),
        ("第十四个五年规划", [("第十四个五年", 2021, 2025, "plan")]),
        ("十四五辽宁培训多少人", [("十四五", 2021, 2025, "plan")]),
        ("“十二五”以来", [("“十二五”以来", 2011, None, "since")]),
        ("力争2020年后基本满足", [("2020年后", 2020, None, "since")]),
        ("自2018年起", [("自2018年起", 2018, None, "since")]),
        ("五年来,面向企业", [("五年来", None, None, "since")]),
        ("近三年培训", [("近三年", None, None, "since")]),
        ("二○三五年远景目标", [("二○三五年", 2035, 2035, "year")]),
        ("二〇二四年", [("二〇二四年", 2024, 2024, "year")]),
        ("2020 年底", [("2020 年底", 2020, 2020, "year")]),
        ("2024年5月25日", [("2024年5月25日", 2024, 2024, "date")]),
        ("20181128", [("20181128", 2018, 2018, "date")]),
        ("每2年开展一次,三年内,十五家", []),
        ("辽人社发〔2022〕20号 000014349/2024-770811", []),
        ("25年底", []),
    ],
)
def test_periods(text: str, expected: list[tuple[str, int | None, int | None, str]]) -> None:
    assert [(p.surface, p.first, p.last, p.kind) for p in find_periods(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25年底要培训多少人", [("25年底", 2025, 2025, "year")]),
        ("到25年要培训多少人", [("到25年", None, 2025, "until")]),
        ("今年的目标", [("今年", 2024, 2024, "year")]),
        ("明年底前", [("明年底前", None, 2025, "until")]),
        ("比去年多", [("去年", 2023, 2023, "year")]),
        ("工作满25年", []),
    ],
)
def test_periods_of_a_question(text: str, expected: list[tuple[str, int | None, int | None, str]]) -> None:
    found = find_periods(text, year=2024, colloquial=True)
    assert [(p.surface, p.first, p.last, p.kind) for p in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年5月25日", [date(2024, 5, 25)]),
        ("二〇二四年五月二十五日", [date(2024, 5, 25)]),
        ("二○一八年十一月三十日", [date(2018, 11, 30)]),
        ("时间:2024-05-30 10:37", [date(2024, 5, 30)]),
        ("2022/6/10 2022.6.10", [date(2022, 6, 10), date(2022, 6, 10)]),
        ("   20181128", [date(2018, 11, 28)]),
        ("２０２２年６月１４日", [date(2022, 6, 14)]),
        ("2024年2月30日,20241345,2024年5月,13812345678", []),
    ],
)
def test_dates(text: str, expected: list[date]) -> None:
    assert [mention.value for mention in find_dates(text)] == expected


@pytest.mark.parametrize(("ordinal", "years"), [(10, (2001, 2005)), (13, (2016, 2020)), (15, (2026, 2030))])
def test_five_year_plans(ordinal: int, years: tuple[int, int]) -> None:
    assert plan_years(ordinal) == years


@given(st.text(alphabet="0129二〇一四五十年月日至到底末前后来“”第个规划期-—/.今明 ", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_error_and_verbatim(text: str) -> None:
    periods = find_periods(text, year=2024, colloquial=True)
    assert all(text[period.start : period.end] == period.surface for period in periods)
    assert all(a.end <= b.start for a, b in pairwise(periods))
    assert all(text[mention.start : mention.end] == mention.surface for mention in find_dates(text))
