"""Who gets what on which condition: sentence by sentence, and the whole list of the four documents."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.eligibility import extract_eligibility
from corpus.model import Clause, Document, Region
from corpus.segment import segment

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "corpus" / "documents"
GOLDEN = HERE / "golden" / "eligibility"
STEMS = sorted(path.stem for path in DOCUMENTS.glob("*.txt"))
ALPHABET = (
    "对面向为将企业职工人员毕业生残疾人和、的,，。;；()（）给予开展提供享受补贴培训"
    "按规定可鼓励支持纳入符合条件除外不得等以重点\n"
)


def document(text: str) -> Document:
    """A document of one clause."""
    clause = Clause("d#1", "d", "一", (), "body", 0, len(text), text)
    region = Region(("贵州省", "遵义市"))
    return Document("d", "通知", None, (), region, None, None, None, "通知", "d", "", text, (clause,), ())


def facts(text: str) -> list[tuple[str, str, str]]:
    return [(" ".join(f.groups), f.benefit, " ".join(f.conditions)) for f in extract_eligibility(document(text))]


@pytest.mark.parametrize("stem", STEMS)
def test_all_eligibility_of_the_four_documents(stem: str) -> None:
    text = (DOCUMENTS / f"{stem}.txt").read_text(encoding="utf-8")
    parts = segment(text, doc_id=stem, fallback_title=stem)
    source = Document(
        stem, parts.title, None, (), None, None, None, None, "其他", stem, "", text, parts.clauses, parts.noise
    )
    rows = [
        [
            fact.clause_id.partition("#")[2],
            " | ".join(fact.groups),
            fact.benefit,
            " | ".join(fact.conditions),
            " | ".join(fact.exclusions),
            text[fact.start : fact.end].replace("\n", "⏎"),
        ]
        for fact in extract_eligibility(source)
    ]
    with (GOLDEN / f"{stem}.tsv").open(encoding="utf-8", newline="") as file:
        golden = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows == golden[1:]


@pytest.mark.parametrize(
    ("sentence", "groups", "benefit", "conditions"),
    [
        # 对 … 给予 …, in one part and in two
        ("对退役军人开展就业技能培训。", "退役军人", "就业技能培训", ""),
        ("对服刑人员、强制隔离戒毒人员,开展就业技能培训。", "服刑人员 强制隔离戒毒人员", "就业技能培训", ""),
        ("对承担培训任务的培训主体,给予职业培训补贴。", "培训主体", "职业培训补贴", "承担培训任务"),
        ("对获得金牌、银牌和优胜奖的选手,按照国家标准给予一次性奖励。", "选手", "一次性奖励", "获得金牌、银牌和优胜奖"),
        ("对符合条件的道德模范和残疾人,给予生活补贴。", "道德模范 残疾人", "生活补贴", "符合条件"),
        ("对评为省级基地的给予适当补助。", "评为省级基地", "适当补助", ""),
        ("按规定对符合条件的参训人员给予培训补贴。", "参训人员", "培训补贴", "符合条件"),
        ("对帮扶家庭子女接受职业教育给予补助。", "帮扶家庭子女", "补助", "接受职业教育"),
        ("对重度残疾人每人每月发放护理补贴。", "重度残疾人", "护理补贴", ""),
        ("对受疫情影响的餐饮企业,免征一季度房产税。", "餐饮企业", "免征一季度房产税", "受疫情影响"),
        ("对高校、职业院校毕业生提供岗位信息。", "高校、职业院校毕业生", "岗位信息", ""),
        ("对提供就业岗位的企业给予补贴。", "提供就业岗位的企业", "补贴", "提供就业岗位"),
        ("对80周岁以上老年人发放高龄津贴。", "80周岁以上老年人", "高龄津贴", ""),
        ("对密切接触者实施集中隔离观察。", "密切接触者", "集中隔离观察", ""),
        ("对租赁国有房屋的个体工商户,减免三个月租金。", "个体工商户", "减免三个月租金", "租赁国有房屋"),
        ("对纳税人提供快递服务取得的收入,免征增值税。", "纳税人", "免征增值税", "提供快递服务取得的收入"),
        # 面向, 为, 聚焦, 针对, 围绕, 以…为重点
        ("面向有创业意愿的劳动者开展创业培训。", "劳动者", "创业培训", "有创业意愿"),
        (
            "面向三年内离校未就业高校毕业生及毕业年度在校生(含技师学院),开展技能提升培训。",
            "三年内离校未就业高校毕业生 毕业年度在校生(含技师学院)",
            "技能提升培训",
            "三年内离校未就业 毕业年度",
        ),
        ("为失业人员提供职业指导。", "失业人员", "职业指导", ""),
        ("为65岁及以上老年人提供免费体检。", "65岁及以上老年人", "免费体检", ""),
        ("聚焦脱贫劳动力等重点群体开展技能培训。", "脱贫劳动力", "技能培训", ""),
        ("针对遵义籍务工人员开展岗前培训。", "遵义籍务工人员", "岗前培训", ""),
        ("以退役军人、失业人员等群体为重点,依托院校,开展创业指导。", "退役军人 失业人员", "创业指导", ""),
        ("组织脱贫户、低收入人口开展技能培训。", "脱贫户 低收入人口", "技能培训", ""),
        ("服务项目全部向具备资质的院校开放。", "院校", "服务项目全部向具备资质的院校开放", "具备资质"),
        # …的,给予… and 可/按规定 …
        ("企业招用毕业年度毕业生的,给予社会保险补贴。", "企业", "社会保险补贴", "招用毕业年度毕业生"),
        ("纳税人缴纳确有困难的,可享受延期缴纳政策。", "纳税人", "延期缴纳政策", "缴纳确有困难"),
        ("全国技术能手获得者可按规定认定为高级职称。", "全国技术能手获得者", "认定为高级职称", ""),
        ("取得证书的技工院校毕业生,按规定参加职称评聘。", "技工院校毕业生", "参加职称评聘", "取得证书"),
        ("取得技师证书的专业技术人才可领办、创办工作室。", "专业技术人才", "领办、创办工作室", "取得技师证书"),
        ("其配偶、子女按有关规定享受住房保障服务。", "其配偶 子女", "住房保障服务", ""),
        ("参保企业可申请稳岗返还。", "参保企业", "申请稳岗返还", ""),
        # the group is a part by itself, its modifiers in the part before
        (
            "依法参加失业保险,累计缴费满36个月的企业职工,取得职业资格证书的,可申领技能提升补贴。",
            "企业职工",
            "申领技能提升补贴",
            "依法参加失业保险,累计缴费满36个月 取得职业资格证书",
        ),
        # 鼓励, 支持, 允许
        ("鼓励有条件的职业院校、培训机构深化国际交流合作。", "职业院校 培训机构", "深化国际交流合作", "有条件"),
        ("支持企业设立技能大师工作室。", "企业", "设立技能大师工作室", ""),
        ("允许小微企业延期缴纳税款。", "小微企业", "延期缴纳税款", ""),
        ("鼓励民营医院参与家庭医生签约服务。", "民营医院", "参与家庭医生签约服务", ""),
        # 纳入
        ("将符合条件的低保家庭纳入救助范围。", "低保家庭", "纳入救助范围", "符合条件"),
        ("推动高技能人才纳入直接落户范围。", "高技能人才", "纳入直接落户范围", ""),
        # the group inside the name of the measure
        ("做好失业人员、妇女及残疾人等群体职业技能培训工作。", "失业人员 妇女 残疾人", "职业技能培训工作", ""),
    ],
)
def test_one_fact(sentence: str, groups: str, benefit: str, conditions: str) -> None:
    assert facts(sentence) == [(groups, benefit, conditions)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "对即将退役的军人开展职业指导,对退役军人开展就业技能培训。",
            [("军人", "职业指导", "即将退役"), ("退役军人", "就业技能培训", "")],
        ),
        (
            "支持平台企业及新业态企业开展职工培训,符合条件的按规定给予培训补贴。",
            [("平台企业 新业态企业", "开展职工培训", ""), ("平台企业 新业态企业", "培训补贴", "符合条件")],
        ),
        (
            "对获奖者按规定授予证书并给予奖励,在职称评定上给予倾斜。",
            [("获奖者", "授予证书并给予奖励", ""), ("获奖者", "倾斜", "")],
        ),
        (
            "支持企业设立培训基地,按规定给予补助。",
            [("企业", "设立培训基地", ""), ("企业", "补助", "")],
        ),
    ],
)
def test_several_facts(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert facts(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "对培训机构、培训项目、培训资金等进行规范管理。",
        "对违法企业依法予以处罚。",
        "对培训质量较差的培训机构予以依法清退。",
        "不得对消费者实施差别待遇。",
        "为贯彻落实有关精神,提出以下意见。",
        "加强组织领导,完善工作机制。",
        "本办法所称企业,是指依法设立的企业。",
        "鼓励社会捐助、赞助等工作,增强力量。",
        "对资金使用情况开展年度审计。",
        "企业不得拖欠工资。",
        "纳税人可登录电子税务局查询。",
    ],
)
def test_no_fact(sentence: str) -> None:
    assert facts(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "exclusions"),
    [
        ("除高耗能行业外,对中小企业给予电费补贴。", ("高耗能行业",)),
        ("对在岗职工给予培训补贴,不包括公务员。", ("不包括公务员",)),
        ("对符合条件的劳动者给予补贴,同一人不得重复享受。", ("不得重复享受",)),
        ("对劳动者给予补贴。", ()),
    ],
)
def test_exclusions(sentence: str, exclusions: tuple[str, ...]) -> None:
    assert [fact.exclusions for fact in extract_eligibility(document(sentence))] == [exclusions]


def test_the_span_is_the_sentence_and_the_region_the_documents() -> None:
    text = "一、保障。对失业人员给予补贴。其他事项另行通知。"
    (fact,) = extract_eligibility(document(text))
    assert text[fact.start : fact.end] == "对失业人员给予补贴。"
    assert fact.region == "贵州省遵义市"


@given(st.text(ALPHABET, max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_its_own_words(text: str) -> None:
    source = document(text)
    for fact in extract_eligibility(source):
        sentence = source.text[fact.start : fact.end]
        assert fact.groups and fact.benefit in sentence
        assert all(words in sentence for words in (*fact.groups, *fact.conditions, *fact.exclusions))
