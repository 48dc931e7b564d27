"""What texts say of their own validity, sentence by sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.validity import extract_statements
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import Source
from corpus.statements import amendments, noted_state, spoken_validity, title_statements

ISSUED = date(2024, 5, 25)
ALPHABET = "本办法自印发之日起施行有效期至年月日2025底五试行疫情结束废止,。;、\n()"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本办法自2020年1月1日起施行。", [("施行", date(2020, 1, 1))]),
        ("第九条 本办法由省厅负责解释,自印发之日起施行。", [("施行", ISSUED)]),
        ("本通告自即日起施行。", [("施行", ISSUED)]),
        ("本办法自公布之日起30日后施行。", [("施行", None)]),
        ("本办法自2024年6月1日起施行,有效期5年。", [("施行", date(2024, 6, 1)), ("有效期", date(2029, 5, 31))]),
        ("本措施自2024年1月31日起执行,有效期为六个月。", [("施行", date(2024, 1, 31)), ("有效期", date(2024, 7, 30))]),
        ("本意见有效期至2025年底。", [("有效期", date(2025, 12, 31))]),
        ("本通知自发布之日起执行至2026年2月底。", [("施行", ISSUED), ("有效期", date(2026, 2, 28))]),
        ("本办法有效期自2023年1月1日至2027年12月31日。", [("有效期", date(2027, 12, 31))]),
        ("上述政策执行期限至2025年12月31日。", [("有效期", date(2025, 12, 31))]),
        ("本措施自印发之日起施行,有效期至疫情解除。", [("施行", ISSUED), ("有效期", None)]),
        ("本意见自印发之日起执行,待疫情结束后自行废止。", [("施行", ISSUED), ("有效期", None)]),
        ("许可证有效期为3年。", []),
        ("备案自准予之日起生效,有效期为10年。", []),
        ("对符合本条例规定条件的,准予延续,延续执业注册有效期为5年。", []),
        ("明确了补贴标准,政策执行至2025年12月31日。", []),
        ("企业自2020年1月1日起停产。", []),
        ("", []),
    ],
)  # fmt: skip
def test_running_text(text: str, found: list[tuple[str, date | None]]) -> None:
    assert [(one.kind, one.day) for one in spoken_validity(text, ISSUED)] == found


@pytest.mark.parametrize("text", ["本办法有效期5年。", "本办法自印发之日起施行,有效期5年。"])
def test_no_day_is_counted_from_an_unknown_one(text: str) -> None:
    assert all(one.day is None for one in spoken_validity(text, None))


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("文号 甲政发〔2019〕8号 是否有效 否", ["失效"]),
        ("效力状态:已废止", ["失效"]),
        ("[时效性] 现行有效", ["有效"]),
        ("是否有效 是", ["有效"]),
        ("文号 甲政发〔2019〕8号 是否有效", []),
        ("【已失效】甲市补贴办法", ["失效"]),
        ("合同失效后,按有效证件办理", []),
    ],
)
def test_what_a_page_notes(line: str, kinds: list[str]) -> None:
    assert [kind for kind, _, _ in noted_state(line)] == kinds


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("甲市技能补贴办法(试行)", [("试行", None)]),
        ("甲市“十四五”职业技能培训规划", [("规划期", date(2025, 12, 31))]),
        ("甲市行动实施方案(2022—2025年)", [("规划期", date(2025, 12, 31))]),
        ("甲市2020年工作要点", [("规划期", date(2020, 12, 31))]),
        ("甲市补贴办法(2020年修订)", []),
        ("甲市行动方案(2020年修订)", []),
        ("甲市重点任务(2022—2025年)", [("规划期", date(2025, 12, 31))]),
        ("关于2020年缴费基数的公告", []),
        ("甲市补贴办法【已废止】", [("失效", None)]),
    ],
)
def test_titles(title: str, found: list[tuple[str, date | None]]) -> None:
    assert [(one.kind, one.day) for one in title_statements(title)] == found


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("(2004年4月6日 第八次会议修订)", [date(2004, 4, 6)]),
        ("(2024年4月26日 第九次会议《关于修改〈甲法〉、〈乙法〉的决定》第二次修正)", [date(2024, 4, 26)]),
        ("(2001年7月13日通过 根据2011年11月17日《关于修改〈甲条例〉的决定》修正)", [date(2011, 11, 17)]),
        ("(2001年7月13日 第二十九次会议通过)", []),
        ("第三条 2020年1月1日修订的合同继续有效", []),
    ],
)
def test_amendments(line: str, days: list[date]) -> None:
    assert [one.day for one in amendments(line)] == days


@pytest.mark.parametrize(
    ("notes", "days"),
    [
        (["(2021年5月21日 第三十一次会议通过)"], []),
        (["(2021年5月21日 第三十一次会议通过)", "(2024年11月28日 第十七次会议通过)"], [date(2024, 11, 28)]),
        (["(2021年5月21日 第三十一次会议通过)", "(2021年6月18日 第三十二次会议通过)"], []),
        (["(2021年5月21日 第三十一次会议通过)", "(2024年4月26日 第九次会议修订)"], [date(2024, 4, 26)]),
    ],
    ids=["once", "anew", "a stage of one adoption", "amended"],
)
def test_a_later_adoption_is_a_version(notes: list[str], days: list[date]) -> None:
    text = "\n".join(
        ["上海市备案审查条例", *notes, "", "第一条 为了规范备案审查工作,制定本条例。", "第二条 公布结果。"]
    )
    document = parse_document(Source("d.txt", "d", text, "x"), Gazetteer.load())
    assert [one.day for one in extract_statements(document) if one.kind == "修订"] == days


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=160))
def test_every_statement_is_a_span_of_its_clause(text: str) -> None:
    document = parse_document(Source("d.txt", "d", f"某市培训办法\n一、目标\n{text}", "x"), Gazetteer.load())
    clauses = {clause.clause_id: clause for clause in document.clauses}
    for one in extract_statements(document):
        assert 0 <= one.start < one.end <= len(document.text)
        if one.clause_id:
            clause = clauses[one.clause_id]
            assert clause.start <= one.start < one.end <= clause.end
