"""How people stand to what clauses offer: sentence by sentence, and at the places of the bundled documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.eligibility import EligibilityDesk
from assistant.group_names import GroupNames
from assistant.self_check import MET, Profile, SelfCheck, Verdict
from corpus.errors import NotFound
from corpus.facts.extract import extract_facts
from corpus.model import Clause, Document, Region
from corpus.regions import Gazetteer
from indexer.lexicon import Lexicon
from indexer.store import Store, StoreWriter

DAY = date(2024, 6, 1)
ZUNYI = Region(("贵州省", "遵义市"))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture
def desk_over(tmp_path: Path, gazetteer: Gazetteer, lexicon: Lexicon):
    """Makes a desk over one document at 遵义 with one clause of the given text."""
    opened: list[Store] = []

    def make(text: str, title: str = "通知", region: Region = ZUNYI) -> EligibilityDesk:
        clause = Clause("d#1", "d", "一", (), "body", 0, len(text), text)
        document = Document("d", title, None, (), region, None, None, None, "通知", "d", "", text, (clause,), ())
        writer = StoreWriter(tmp_path / "store.sqlite")
        writer.add(document, extract_facts(document))
        writer.close()
        opened.append(Store.of_file(tmp_path / "store.sqlite"))
        return EligibilityDesk(opened[0], gazetteer, lexicon)

    yield make
    for store in opened:
        store.close()


def verdict(found: SelfCheck) -> str:
    (finding,) = found.findings
    return finding.verdict


CERTIFIED = "依法参加失业保险,累计缴纳失业保险费36个月以上的企业职工,取得中级以上职业资格证书的,可申领技能提升补贴。"
GRADUATE = "对离校2年内未就业高校毕业生给予一次性补贴。"
YOUNG = "对16-24岁失业青年给予就业见习补贴。"
TRAINEE = "对符合条件的退役军人参加职业技能培训的,给予生活费补贴。"
WORKING_AGE = "对法定劳动年龄内的失业人员给予免费培训。"
LOCAL = "对具有本市户籍的失业人员给予补贴。"
EXCEPT = "除在校学生外,对农民工给予补贴。"


@pytest.mark.parametrize(
    ("text", "profile", "expected"),
    [
        # everything said and met; what nobody can say of themselves stays for the body in charge
        (YOUNG, Profile(("青年",), age=24, employment="失业"), "met"),
        (TRAINEE, Profile(("退役军人",), statements={"参加职业技能培训": True}), "met"),
        (WORKING_AGE, Profile(age=16, employment="登记失业"), "met"),
        (GRADUATE, Profile(("高校毕业生",), graduation="离校2年内", employment="未就业"), "met"),
        (
            CERTIFIED,
            Profile(employment="在职", certificate=2, insured_months=36, statements={"依法参加失业保险": True}),
            "met",
        ),
        (LOCAL, Profile(employment="失业", residence="遵义红花岗"), "met"),
        # one bound missed, on either side
        (YOUNG, Profile(("青年",), age=25, employment="失业"), "unmet"),
        (YOUNG, Profile(("青年",), age=15, employment="失业"), "unmet"),
        (YOUNG, Profile(("青年",), age=20, employment="在职"), "unmet"),
        (WORKING_AGE, Profile(age=15, employment="失业"), "unmet"),
        (GRADUATE, Profile(("高校毕业生",), graduation="离校3年内", employment="未就业"), "unmet"),
        (CERTIFIED, Profile(employment="在职", certificate=1, insured_months=36), "unmet"),
        (CERTIFIED, Profile(employment="在职", certificate=3, insured_months=35), "unmet"),
        (TRAINEE, Profile(("退役军人",), statements={"参加职业技能培训": False}), "unmet"),
        (LOCAL, Profile(employment="失业", residence="辽宁"), "unmet"),
        (EXCEPT, Profile(("农民工",), employment="在校"), "unmet"),
        # groups are said in whole: one that is not near to them does not count
        (TRAINEE, Profile(("残疾人",)), "unmet"),
        (TRAINEE, Profile(()), "unmet"),
        # something is missing
        (TRAINEE, Profile(), "missing"),
        (TRAINEE, Profile(("退役军人",)), "missing"),
        (YOUNG, Profile(("青年",), age=20), "missing"),
        (CERTIFIED, Profile(employment="在职", certificate=3), "missing"),
        (LOCAL, Profile(employment="失业", residence="贵州"), "missing"),
        (EXCEPT, Profile(("农民工",)), "missing"),
        # nothing that can be asked
        ("聚焦重点群体开展职业技能培训。", Profile(("退役军人",)), "authority"),
    ],
)
def test_one_offer(desk_over, text: str, profile: Profile, expected: Verdict) -> None:
    assert verdict(desk_over(text).check("遵义", profile, as_of=DAY)) == expected


@pytest.mark.parametrize(
    ("said", "asked", "expected"),
    [
        ("退役军人", "退役军人", "same"),
        ("退伍军人", "退役军人", "same"),
        ("退役士兵", "退役军人", "inside"),
        ("转业士官", "退役军人", "inside"),
        ("返乡农民工", "农民工", "inside"),
        ("高技能人才", "技能人才", "inside"),
        ("农民工", "返乡农民工", "around"),
        ("技能人才", "高技能人才", "around"),
        ("农民工", "农村转移劳动力", "related"),
        ("脱贫人口", "脱贫劳动力", "related"),
        ("高校毕业生", "青年", "related"),
        # a beginning that takes the rest back, and words that only look alike
        ("退役军人", "军人", "related"),
        ("高技能领军人才", "退役军人", "apart"),
        ("高校毕业生", "初高中毕业生", "apart"),
        ("退役军人", "残疾人", "apart"),
    ],
)
def test_how_groups_lie_to_each_other(lexicon: Lexicon, said: str, asked: str, expected: str) -> None:
    assert GroupNames(lexicon).relation(said, asked) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("退役军人", "met"),
        ("退役士兵", "met"),
        ("当兵回来的", "met"),
        ("退伍兵", "met"),
        # near to it: asked, not assumed
        ("军人", "missing"),
        ("老板", "unmet"),
    ],
)
def test_everyday_words_for_groups(desk_over, words: str, expected: Verdict) -> None:
    desk = desk_over("对退役军人给予补贴。")
    assert verdict(desk.check("遵义", Profile((words,)))) == expected


def test_a_group_near_to_the_one_said_is_asked_about(desk_over) -> None:
    desk = desk_over("对返乡农民工给予补贴。")
    found = desk.check("遵义", Profile(("农民工",)))
    assert [(one.key, one.text, one.words) for one in found.missing] == [
        ("statement", "是否属于：返乡农民工", "返乡农民工")
    ]
    for answer, expected in ((True, "met"), (False, "unmet")):
        again = desk.check("遵义", Profile(("农民工",), statements={"返乡农民工": answer}))
        assert (verdict(again), again.missing) == (expected, ())


def test_only_what_clauses_ask_is_asked(desk_over) -> None:
    asked = desk_over(YOUNG).questions("遵义")
    assert [one.key for one in asked] == ["groups", "age", "employment"]
    assert [option.value for option in asked[0].options] == ["青年"]
    assert [one.asked_by for one in asked] == [(0,), (0,), (0,)]


def test_only_what_is_missing_is_asked_next(desk_over) -> None:
    desk = desk_over(f"{YOUNG}\n{CERTIFIED}")
    found = desk.check("遵义", Profile(("青年",), age=40, employment="在职", certificate=3))
    assert [(one.verdict, one.offer.measure.benefits) for one in found.findings] == [
        ("unmet", ("就业见习补贴",)),
        ("missing", ("申领技能提升补贴",)),
    ]
    assert [(one.key, one.words) for one in found.missing] == [
        ("insured_months", ""),
        ("statement", "依法参加失业保险"),
    ]


def test_every_condition_stands_beside_its_clause(desk_over) -> None:
    text = f"一、总则。{TRAINEE}"
    (finding,) = desk_over(text).check("遵义", Profile(("退役军人",))).findings
    assert [(one.requirement.words, one.state) for one in finding.checks] == [
        ("退役军人", "met"), ("符合条件", "authority"), ("参加职业技能培训", "missing"),
    ]  # fmt: skip
    citation = finding.offer.citation
    assert citation.quote == TRAINEE == text[citation.start : citation.end]
    assert all(one.requirement.words in citation.quote for one in finding.checks)


def test_what_no_clause_speaks_of_is_told(desk_over) -> None:
    found = desk_over("对失业人员给予补贴。").check("遵义", Profile(("退伍兵", "下岗"), age=45))
    assert found.unmentioned == ("退伍兵",)
    assert found.unasked == ("年龄（周岁）",)
    assert [one.verdict for one in found.findings] == ["met"]


@pytest.mark.parametrize(
    ("title", "over"),
    [("“十三五”职业技能培训规划", True), ("技能行动实施方案(2022—2025年)", False), ("关于发放补贴的通知", False)],
)
def test_a_period_that_is_over_is_told(desk_over, title: str, over: bool) -> None:
    found = desk_over(YOUNG, title).check("遵义", Profile(), as_of=DAY)
    assert [one.offer.over for one in found.findings] == [over]


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("广州", "没有收录适用于广东省广州市的文件"),
        ("贵州", "没有收录适用于贵州省的文件"),
        ("火星", "不认识的地区:火星"),
        ("", "没有选定地区"),
    ],
)
def test_places_without_documents(desk_over, region: str, told: str) -> None:
    with pytest.raises(NotFound) as caught:
        desk_over(YOUNG).check(region, Profile())
    assert caught.value.message == told
    assert "贵州省遵义市" in caught.value.hint


def test_documents_around_a_place_are_in_force_there(desk_over) -> None:
    desk = desk_over(YOUNG, region=Region(("贵州省",)))
    assert len(desk.offers("遵义仁怀")) == len(desk.offers("贵州")) == 1


@pytest.mark.parametrize("region", ["辽宁", "江西", "内蒙古", "遵义", "沈阳"])
@pytest.mark.parametrize(
    "profile",
    [Profile(), Profile(()), Profile(("退役军人", "下岗"), age=45, employment="登记失业", certificate=4)],
    ids=["nothing", "none", "much"],
)
def test_the_bundled_documents(toy: Assistant, region: str, profile: Profile) -> None:
    found = toy.eligibility.check(region, profile)
    assert len(found.findings) == len(toy.eligibility.offers(region)) > 10
    for finding in found.findings:
        citation = finding.offer.citation
        document = toy.document(citation.doc_id)
        assert document.text[citation.start : citation.end] == citation.quote
        assert all(benefit in citation.quote for benefit in finding.offer.measure.benefits)
        assert all(one.requirement.words in citation.quote for one in finding.checks)
        states = {one.state for one in finding.checks}
        assert finding.verdict != "met" or states <= {"met", "authority"}
        assert finding.verdict == "authority" or finding.verdict in states
    asked = {(one.key, one.words) for one in found.missing}
    assert bool(asked) == bool(found.of("missing"))


def test_what_the_bundled_documents_offer(toy: Assistant) -> None:
    found = toy.eligibility.check("辽宁", Profile(("退伍兵",), employment="登记失业"))
    met = [
        (one.offer.citation.clause_id.partition("#")[2], one.offer.measure.benefits, one.group)
        for one in found.of("met")
    ]
    assert met == [("3.4", ("职业技能培训",), "退役军人"), ("3.4", ("职业技能培训工作",), "失业人员")]
    assert "以经办机构审核为准" in MET
    assert toy.eligibility.check("遵义", Profile(("退役军人",))).unmentioned == ("退役军人",)


@pytest.mark.parametrize(
    ("region", "group", "benefit", "expected"),
    [
        ("辽宁", "退伍兵", "培训", ["职业技能培训"]),
        ("辽宁", "残疾人", "", ["技能帮扶"]),
        ("内蒙古", "", "生活费补贴", ["职业技能培训补贴和生活费(含交通费)补贴"]),
        ("遵义", "退役军人", "", []),
    ],
)
def test_facts_by_group_and_benefit(toy: Assistant, region: str, group: str, benefit: str, expected: list[str]) -> None:
    found = toy.eligibility.facts(region, group=group, benefit=benefit)
    assert [fact.benefit for fact in found] == expected
