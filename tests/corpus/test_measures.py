"""Which conditions belong to which group of a sentence, and what is no offer to people."""

from __future__ import annotations

import pytest

from corpus.facts.eligibility import extract_eligibility
from corpus.facts.measures import Measure, read_measures
from corpus.model import Clause, Document, Region


def measures(text: str, heading: str = "") -> tuple[Measure, ...]:
    """The measures of a document of one clause."""
    clause = Clause("d#1", "d", "一", (heading,) if heading else (), "body", 0, len(text), text)
    region = Region(("贵州省", "遵义市"))
    document = Document("d", "通知", None, (), region, None, None, None, "通知", "d", "", text, (clause,), ())
    return read_measures(extract_eligibility(document), clause)


def read(text: str) -> dict[str, list[str]]:
    """Group -> its requirements as ``kind words``."""
    (measure,) = measures(text)
    return {one.group: [f"{r.kind} {r.words}" for r in one.requirements] for one in measure.alternatives}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what opens a list holds for all of it
        (
            "面向符合条件的脱贫家庭、困难职工家庭和残疾人,开展技能帮扶。",
            {
                "脱贫家庭": ["group 脱贫家庭", "authority 符合条件"],
                "困难职工家庭": ["group 困难职工家庭", "authority 符合条件"],
                "残疾人": ["group 残疾人", "authority 符合条件"],
            },
        ),
        # what stands further on holds for its own member, and over 和 for the next
        (
            "对退役军人、符合条件的道德模范、符合就业培训条件的服刑人员和强制隔离戒毒人员,提供免费培训。",
            {
                "退役军人": ["group 退役军人"],
                "道德模范": ["group 道德模范", "authority 符合条件"],
                "服刑人员": ["group 服刑人员", "authority 符合就业培训条件"],
                "强制隔离戒毒人员": ["group 强制隔离戒毒人员", "authority 符合就业培训条件"],
            },
        ),
        # a condition inside a name is the name's own
        (
            "对离校2年内未就业高校毕业生、退役军人给予培训补贴。",
            {
                "离校2年内未就业高校毕业生": [
                    "graduation 离校2年内", "employment 未就业", "group 离校2年内未就业高校毕业生",
                ],
                "退役军人": ["group 退役军人"],
            },
        ),
        # nobody but graduates can have left school
        (
            "对城乡未继续升学的初高中毕业生、退役军人给予生活费补贴。",
            {
                "初高中毕业生": ["group 初高中毕业生", "statement 城乡未继续升学"],
                "退役军人": ["group 退役军人"],
            },
        ),
        # what a group does for the benefit is asked of every member
        (
            "对失业人员、退役军人参加职业技能培训的,按规定给予培训补贴。",
            {
                "失业人员": ["employment 失业", "statement 参加职业技能培训"],
                "退役军人": ["group 退役军人", "statement 参加职业技能培训"],
            },
        ),
        (
            "依法参加失业保险,累计缴纳失业保险费36个月以上的企业职工,取得职业资格证书的,可申领技能提升补贴。",
            {
                "企业职工": [
                    "employment 企业职工", "statement 依法参加失业保险", "insured 累计缴纳失业保险费36个月以上",
                    "certificate 取得职业资格证书",
                ],
            },
        ),
        # enterprises are left out, the people beside them are not
        ("对参保的企业、灵活就业人员给予补贴。", {"灵活就业人员": ["employment 灵活就业", "statement 参保"]}),
    ],
)  # fmt: skip
def test_conditions_find_their_group(text: str, expected: dict[str, list[str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "对承担培训任务的企业给予补贴。",
        "支持职业院校开展培训。",
        "对组织高校毕业生参加就业见习的各类用人单位,给予就业见习补贴。",
        "劳动者可通过网站、手机客户端等渠道办理。",
    ],
)
def test_nothing_is_offered_to_people(text: str) -> None:
    assert measures(text) == ()


def test_a_heading_gives_nothing_where_its_body_says_more() -> None:
    heading = "(五)开展高校毕业生技能提升培训"
    body = "各地要面向三年内离校未就业高校毕业生,开展技能提升培训。"
    assert [m.alternatives[0].group for m in measures(f"{heading}。{body}", heading)] == ["三年内离校未就业高校毕业生"]
    assert [m.alternatives[0].group for m in measures(f"{heading}。", heading)] == ["高校毕业生"]


def test_benefits_of_one_sentence_are_one_measure() -> None:
    text = "面向毕业年度职业院校学生开展技能培训,纳入职业培训补贴范围。"
    (measure,) = measures(text)
    assert measure.benefits == ("技能培训", "纳入职业培训补贴范围")
    assert text[measure.start : measure.end] == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("除在校学生外,对失业人员给予补贴。", [("employment", "在校学生", True)]),
        ("对失业人员给予补贴,不得重复享受。", [("authority", "不得重复享受", False)]),
    ],
)
def test_exclusions(text: str, expected: list[tuple[str, str, bool]]) -> None:
    (measure,) = measures(text)
    assert [(one.kind, one.words, one.negated) for one in measure.exclusions] == expected
