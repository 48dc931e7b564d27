"""Who is responsible for what: brackets, running text, and the whole list of the four documents."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.duties import extract_duties
from corpus.model import Clause, Document, Duty, Region
from corpus.segment import segment

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "corpus" / "documents"
GOLDEN = HERE / "golden" / "duties"
STEMS = sorted(path.stem for path in DOCUMENTS.glob("*.txt"))
ALPHABET = "省市县区厅局部门教育财政民政等要应由负责牵头配合责任单位:：,，。;；、()（）《》 \n各地开展培训一二"


def document(text: str, *, heading: str = "") -> Document:
    """A document of one clause."""
    clause = Clause("d#1", "d", "一", (heading,) if heading else (), "body", 0, len(text), text)
    return Document("d", "通知", None, (), Region(("某省",)), None, None, None, "通知", "d", "", text, (clause,), ())


def segmented(stem: str) -> Document:
    text = (DOCUMENTS / f"{stem}.txt").read_text(encoding="utf-8")
    parts = segment(text, doc_id=stem, fallback_title=stem)
    return Document(
        stem, parts.title, None, (), None, None, None, None, "其他", stem, "", text, parts.clauses, parts.noise
    )


def shown(duty: Duty) -> tuple[str, str, str]:
    return duty.task, duty.lead, " ".join(duty.others)


@pytest.mark.parametrize("stem", STEMS)
def test_all_duties_of_the_four_documents(stem: str) -> None:
    source = segmented(stem)
    rows = [
        [
            duty.clause_id.partition("#")[2],
            duty.task,
            duty.lead,
            " | ".join(duty.others),
            source.text[duty.start : duty.end].replace("\n", "⏎"),
        ]
        for duty in extract_duties(source)
    ]
    with (GOLDEN / f"{stem}.tsv").open(encoding="utf-8", newline="") as file:
        golden = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows == golden[1:]


@pytest.mark.parametrize(
    ("bracket", "lead", "others"),
    [
        ("(责任单位:市教体局、市财政局等单位)", "", "市教体局 市财政局"),
        ("（责任单位：省科技厅、省财政厅）", "", "省科技厅 省财政厅"),
        ("(省教育厅、省财政厅等按职责分工负责)", "", "省教育厅 省财政厅"),
        ("(省教育厅、省财政厅等按职责分工负责。列第一位者为牵头单位,下同)", "省教育厅", "省财政厅"),
        ("(省教育厅牵头,省财政厅、省民政厅配合)", "省教育厅", "省财政厅 省民政厅"),
        ("（国家发展改革委牵头，工业和信息化部、财政部等按职责分工负责）", "国家发展改革委", "工业和信息化部 财政部"),
        ("（牵头单位：市医保局；配合单位：市卫生健康委、市财政局）", "市医保局", "市卫生健康委 市财政局"),
        ("（牵头单位:市住建局,责任单位:市城管局、各县(市、区)人民政府）", "市住建局", "市城管局 各县(市、区)人民政府"),
        ("(省税务局牵头)", "省税务局", ""),
        ("(省发展改革委负责)", "省发展改革委", ""),
        ("（省医保局、省财政厅牵头，各市、县〔区〕人民政府配合）", "省医保局", "省财政厅 各市、县〔区〕人民政府"),
        ("(责任单位:市就业工作领导小组各成员单位)", "", "市就业工作领导小组各成员单位"),
    ],
)
def test_brackets(bracket: str, lead: str, others: str) -> None:
    found = extract_duties(document(f"(一)加强保障。完善有关政策。{bracket}", heading="(一)加强保障"))
    assert [shown(duty) for duty in found] == [("加强保障", lead, others)]


@pytest.mark.parametrize("aside", ["(含技工院校,下同)", "(以下简称《办法》)", "(负责人签字)", "(特种设备操作员)"])
def test_other_brackets_are_no_duties(aside: str) -> None:
    assert extract_duties(document(f"(一)加强保障。完善政策{aside}。", heading="(一)加强保障")) == ()


def test_the_first_leads_from_the_clause_that_says_so() -> None:
    text = (
        "甲(省教育厅、省财政厅负责)\n乙(省教育厅、省财政厅负责。列第一位者为牵头单位,下同)\n丙(省民政厅、省财政厅负责)"
    )
    starts = [text.index(mark) for mark in "甲乙丙"] + [len(text)]
    clauses = tuple(
        Clause(f"d#{n}", "d", str(n), (), "body", a, b, text[a:b]) for n, (a, b) in enumerate(pairwise(starts))
    )
    source = Document("d", "t", None, (), None, None, None, None, "其他", "d", "", text, clauses, ())
    assert [duty.lead for duty in extract_duties(source)] == ["", "省教育厅", "省民政厅"]


def test_several_brackets_in_a_clause_speak_of_the_sentence_before() -> None:
    text = "(一)加强保障。完善补贴政策。(省财政厅负责)简化办理手续。(省民政厅负责)"
    assert [shown(duty) for duty in extract_duties(document(text, heading="(一)加强保障"))] == [
        ("完善补贴政策。", "省财政厅", ""),
        ("简化办理手续。", "省民政厅", ""),
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("市总工会要引导职工提升技能。", [("引导职工提升技能", "市总工会", "")]),
        (
            "县级每年要组织年度审计,市级要抽取一定的量。",
            [("每年要组织年度审计", "县级", ""), ("抽取一定的量", "市级", "")],
        ),
        ("《实施方案》明确要求各盟市要切实承担主体责任。", [("切实承担主体责任", "各盟市", "")]),
        ("国资、发改等部门要建立工作机制。", [("建立工作机制", "", "国资 发改")]),
        ("发改、住建等部门,要对项目开展培训。", [("对项目开展培训", "", "发改 住建")]),
        ("本条例由市民政局负责解释。", [("负责解释", "市民政局", "")]),
        ("由省医保局会同省财政厅制定具体办法。", [("制定具体办法", "省医保局", "省财政厅")]),
        ("违反规定的,由公安机关责令改正。", [("责令改正", "公安机关", "")]),
        ("县级以上人民政府教育行政部门应当公布名单。", [("公布名单", "县级以上人民政府教育行政部门", "")]),
        ("第八条 各级税务机关应当依法减免。", [("依法减免", "各级税务机关", "")]),
        ("湄潭县、凤冈县围绕茶产业开展培训。", [("围绕茶产业开展培训", "", "湄潭县 凤冈县")]),
        ("其他县(市、区)结合实际开展培训。", [("结合实际开展培训", "其他县(市、区)", "")]),
        ("各行业主管部门推动竞赛开展,各企业开展专项赛事。", [("推动竞赛开展", "各行业主管部门", "")]),
        # Reports, questions, objects and descriptions give nobody a task.
        ("财政部会同有关部门已经明确了补助政策。", []),
        ("市税务局近日发布了指引。", []),
        ("税务部门对此有何举措?", []),
        ("企业应当向市人力资源社会保障局申请。", []),
        ("报省教育厅备案。", []),
        ("形成政府统一领导,人社部门统筹协调的工作机制。", []),
        ("各县(市、区)都有1家职业院校。", []),
    ],
)
def test_running_text(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    found = extract_duties(document(sentence))
    assert [shown(duty) for duty in found] == expected
    assert all(sentence[duty.start : duty.end] == sentence for duty in found)


@given(st.text(ALPHABET, max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_verbatim_spans(text: str) -> None:
    source = document(text)
    for duty in extract_duties(source):
        span = source.text[duty.start : duty.end]
        assert span.strip() and duty.task
        assert all(name in span for name in (duty.lead, *duty.others))
        assert duty.lead not in duty.others
