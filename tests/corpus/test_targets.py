"""What clauses say in figures: the whole list of the four documents, and the grammar rule by rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.targets import extract_targets
from corpus.model import Clause, Document, Region, Target
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.segment import segment
from corpus.sources import Source

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "corpus" / "documents"
GOLDEN = HERE / "golden" / "targets"
ISSUED = {
    "jiangxi-2018-lifelong-training": ("江西省", date(2018, 11, 28)),
    "liaoning-2022-training-plan": ("辽宁省", date(2022, 6, 10)),
    "neimenggu-2022-skills-action-explained": ("内蒙古自治区", None),
    "zunyi-2024-skills-action": ("遵义市", date(2024, 5, 25)),
}
ALPHABET = "一二三十百千万亿0123456789.,%/年月日人次家个名期每不少于以上达到其中,,。;;、“”()《》至—-\n 开展培训基地比例"
COLUMNS = ["clause", "indicator", "figure", "value", "unit", "bound", "measure", "from", "to", "period", "sentence"]


def document(
    text: str,
    *,
    title: str = "关于做好培训工作的通知",
    heading: str = "",
    issued: date | None = date(2022, 6, 10),
) -> Document:
    """A document of one clause."""
    path = (heading,) if heading else ()
    clause = Clause("d#1", "d", "一", path, "body", 0, len(text), text)
    return Document(
        "d", title, None, (), Region(("辽宁省",)), issued, None, None, "规划", "d.txt", "", text, (clause,), ()
    )  # fmt: skip


def segmented(stem: str) -> Document:
    name, issued = ISSUED[stem]
    text = (DOCUMENTS / f"{stem}.txt").read_text(encoding="utf-8")
    parts = segment(text, doc_id=stem, fallback_title=stem)
    return Document(
        stem, parts.title, None, (), Region((name,)), issued, None, None, "其他", stem, "", text, parts.clauses,
        parts.noise,
    )  # fmt: skip


def row(target: Target, text: str) -> list[str]:
    value = "" if target.value is None else f"{target.value}"
    return [
        target.clause_id.split("#")[1],
        target.indicator,
        target.figure,
        value + (f"~{target.high}" if target.high is not None else ""),
        target.unit,
        target.bound,
        target.measure,
        *("" if year is None else str(year) for year in target.period),
        target.period_text,
        text[target.sentence_start : target.sentence_end].replace("\n", "⏎"),
    ]


@pytest.mark.parametrize("stem", sorted(ISSUED))
def test_every_target_of_a_document(stem: str) -> None:
    lines = (GOLDEN / f"{stem}.tsv").read_text(encoding="utf-8").splitlines()
    doc = segmented(stem)
    assert lines[0].split("\t") == COLUMNS
    assert [row(target, doc.text) for target in extract_targets(doc)] == [line.split("\t") for line in lines[1:]]


@pytest.mark.parametrize("stem", sorted(ISSUED))
def test_spans_are_verbatim(stem: str) -> None:
    doc = segmented(stem)
    clauses = {clause.clause_id: clause for clause in doc.clauses}
    targets = extract_targets(doc)
    assert targets
    for target in targets:
        clause = clauses[target.clause_id]
        assert doc.text[target.start : target.end] == target.figure
        assert clause.start <= target.sentence_start <= target.start < target.end <= target.sentence_end <= clause.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("围绕茶产业开展培训1万人次。", [("围绕茶产业开展培训", "1万人次", "累计")]),
        (
            "技能人才累计达到45万人以上,其中,高技能人才达到9万人以上。",
            [("技能人才", "45万人以上", "累计"), ("高技能人才", "9万人以上", "累计")],
        ),
        (
            "新增技能人才75万人以上,高技能人才14万人以上,技能人才占就业人口比例达到30%以上。",
            [
                ("新增技能人才", "75万人以上", "新增"),
                ("新增高技能人才", "14万人以上", "新增"),
                ("技能人才占就业人口比例", "30%以上", "比例"),
            ],
        ),
        ("到2025年,全市养老机构床位总量达到3.2万张。", [("全市养老机构床位总量", "3.2万张", "总量")]),
        (
            "建设10个省级示范基地,20个市级示范基地。",
            [("建设省级示范基地", "10个", "累计"), ("建设市级示范基地", "20个", "累计")],
        ),
        (
            "到2025年,力争企业评价机构达到300家、社会评价机构达到200家。",
            [("企业评价机构", "300家", "总量"), ("社会评价机构", "200家", "总量")],
        ),
        ("年培训农民工30万人次以上。", [("培训农民工", "30万人次以上", "年均")]),
        ("县级每年至少举办1期示范培训班。", [("县级示范培训班", "每年至少举办1期", "年均")]),
        (
            "每2年开展一次工匠评选活动,每次评选100名。",
            [("工匠评选活动", "每2年开展一次", "其他"), ("工匠评选活动每次评选", "100名", "其他")],
        ),
        ("人次数不得少于在校生人数的50%。", [("人次数", "不得少于在校生人数的50%", "比例")]),
        ("可按投资额的30%,抵免当年应缴教育费附加。", [("抵免当年应缴教育费附加", "投资额的30%", "比例")]),
        ("确保教育经费60%以上用于一线职工培训。", [("教育经费用于一线职工培训", "60%以上", "比例")]),
        (
            "落实专职教师不得少于教师总数的1/3和兼职教师任职不得超过3家培训机构的要求。",
            [("专职教师", "不得少于教师总数的1/3", "比例"), ("兼职教师任职培训机构", "不得超过3家", "其他")],
        ),
        ("五年来,开展补贴性培训149.1万人次。", [("开展补贴性培训", "149.1万人次", "完成情况")]),
        ("主要采取以下11条措施。", [("主要采取以下措施", "11条", "其他")]),
        ("给予每人500元补贴。", [("给予补贴", "每人500元", "其他")]),
        ("新增就业1,200,000人。", [("新增就业", "1,200,000人", "新增")]),
        ("参训率由10%提高到15%。", [("参训率", "10%", "比例"), ("参训率", "15%", "比例")]),
    ],
)
def test_indicator_figure_and_measure(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(target.indicator, target.figure, target.measure) for target in extract_targets(document(text))]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "给予不低于国家奖励标准的一次性奖励。",
        "面向三年内离校未就业高校毕业生,年满60周岁的除外。",
        "对获得国家竞赛前3名的选手给予奖励。",
        "培育一批市级品牌,打造一支劳动者大军。",
        "做好“三篇大文章”,推动“三位一体”融合,办好《支持企业20条》解读。",
        "各地建成了几十家基地和十余所学校。",
        "遵府办函〔2024〕19号,联系电话:0851-28612345。",
        "招用失业人员30人以上的,每新增1人给予奖励。",
        "以5G为代表的新技术,二产技工类、双随机、一公开。",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert extract_targets(document(text)) == ()


@pytest.mark.parametrize(
    ("text", "title", "heading", "period", "printed"),
    [
        ("2023—2025年,累计开展培训12万人次。", "", "", (2023, 2025), "2023—2025年"),
        ("到2025年,建立机制。开展培训12万人次。", "", "", (None, 2025), "到2025年"),
        ("“十三五”时期,成效显著。五年来,开展培训12万人次。", "", "", (2016, 2020), "“十三五”时期"),
        ("开展培训12万人次。", "某省“十四五”培训规划", "", (2021, 2025), "“十四五”"),
        ("开展培训12万人次。", "培训方案(2022—2025年)", "一、到2024年的目标", (None, 2024), "到2024年"),
        ("落实《改革方案(2019—2022年)》,开展培训12万人次。", "", "", (None, None), ""),
        ("开展培训12万人次,与2019年同期持平。", "", "", (None, None), ""),
        ("开展培训12万人次。", "", "", (None, None), ""),
    ],
)
def test_period_is_the_nearest_stated(
    text: str, title: str, heading: str, period: tuple[int | None, int | None], printed: str
) -> None:
    (target,) = extract_targets(document(text, title=title, heading=heading))
    assert (target.period, target.period_text) == (period, printed)


@pytest.mark.parametrize(
    ("text", "heading", "issued", "measure"),
    [
        ("至“十三五”期末,培训基地28家。", "", date(2022, 6, 10), "完成情况"),
        ("至“十三五”期末,培训基地达到28家。", "", date(2018, 6, 10), "总量"),
        ("培训基地28家。", "一、发展基础", None, "完成情况"),
        ("截至目前,建成培训基地28家。", "", None, "完成情况"),
        ("力争建成培训基地28家。", "", None, "累计"),
    ],
)
def test_reported_and_planned(text: str, heading: str, issued: date | None, measure: str) -> None:
    (target,) = extract_targets(document(text, heading=heading, issued=issued))
    assert target.measure == measure


TABLE = """专栏2 主要指标

指标
单位
2020年
2025年
属性
1.城镇新增就业
万人
120
[600]
2.开展培训(万人次)
30
150
预期性
其中:农民工培训(万人次)
8
40
3.城镇调查失业率(%)
<5.5
5
"""


def test_table_rows_take_period_from_the_head_and_unit_from_the_label() -> None:
    doc = document(TABLE)
    found = [(t.indicator, t.figure, t.value, t.unit, t.measure, t.period) for t in extract_targets(doc)]
    assert found == [
        ("城镇新增就业", "120", Decimal(1200000), "人", "新增", (2020, 2020)),
        ("城镇新增就业", "600", Decimal(6000000), "人", "新增", (2025, 2025)),
        ("开展培训", "30", Decimal(300000), "人次", "累计", (2020, 2020)),
        ("开展培训", "150", Decimal(1500000), "人次", "累计", (2025, 2025)),
        ("农民工培训", "8", Decimal(80000), "人次", "累计", (2020, 2020)),
        ("农民工培训", "40", Decimal(400000), "人次", "累计", (2025, 2025)),
        ("城镇调查失业率", "5.5", Decimal("5.5"), "%", "比例", (2020, 2020)),
        ("城镇调查失业率", "5", Decimal(5), "%", "比例", (2025, 2025)),
    ]


def test_headings_and_notices_hold_no_targets() -> None:
    doc = segmented("zunyi-2024-skills-action")
    quiet = {clause.clause_id for clause in doc.clauses if clause.role in ("title", "heading", "notice")}
    assert not quiet & {target.clause_id for target in extract_targets(doc)}


@given(st.text(alphabet=ALPHABET, max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_error_and_verbatim(text: str) -> None:
    doc = document(text)
    for target in extract_targets(doc):
        assert text[target.start : target.end] == target.figure
        assert 0 <= target.sentence_start <= target.start < target.end <= target.sentence_end <= len(text)


def test_a_row_of_a_table_says_what_its_figures_count() -> None:
    text = (
        "遵义市职业技能培训方案\n一、目标\n"
        "| 序号:1 | 项目:农民工培训 | 标准:每人不超过2000元 | 2025年目标:累计5000人次 |\n"
        "| 序号:2 | 项目:高技能人才占比 | 2025年目标:30%以上 |\n"
    )
    found = extract_targets(parse_document(Source("a.txt", "a", text, "0"), Gazetteer.load()))
    assert [(t.indicator, t.value, t.unit, t.measure, t.period) for t in found] == [
        ("农民工培训标准", Decimal(2000), "元", "其他", (None, None)),
        ("农民工培训", Decimal(5000), "人次", "累计", (2025, 2025)),
        ("高技能人才占比", Decimal(30), "%", "比例", (2025, 2025)),
    ]
    for target in found:
        assert text[target.start : target.end] == target.figure
        row = text[target.sentence_start : target.sentence_end]
        assert row.startswith("| 序号") and row.endswith("|")
