from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from indexer.lexicon import GAP, SECTIONS, Lexicon, fold

LEXICON = Lexicon.load()

# What carries no subject: a term like this would be added to every question.
STOP_WORDS = """
什么 怎么 怎样 如何 多少 哪些 哪个 哪里 是否 可以 能不能 有没有 是不是 请问 一下 这个 那个 我们 你们 他们
以及 或者 如果 但是 因为 所以 关于 对于 通过 按照 根据 进行 开展 一个 一些 怎么办 知道 告诉 想问 需要 应该
推进 完善 提高 加强 工作 时候
"""
# Very frequent, yet in a question they say who is meant.
FREQUENT_ON_PURPOSE = frozenset({"公司", "单位"})
FREQUENT = 12_000


def lexicon_of(tmp_path: Path, text: str) -> Lexicon:
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    return Lexicon.load(path)


def canonical(question: str, lexicon: Lexicon = LEXICON) -> set[str]:
    return {term for expansion in lexicon.expand(question) for term in expansion.canonical}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("当兵回来能学点啥", "退役军人"),
        ("当了五年兵刚回来,有啥照顾", "退役军人"),
        ("下岗了,在家闲着", "失业人员"),
        ("庄稼汉想学养猪", "农村劳动力"),
        ("在外打工的人过年回来", "农民工"),
        ("牧区打工的有没有名额", "农牧民工"),
        ("坐过牢的还能学手艺吗", "刑满释放人员"),
        ("从戒毒所出来的人", "强制隔离戒毒人员"),
        ("腿脚不方便的人", "残疾人"),
        ("刚从大学里毕业", "高校毕业生"),
        ("毕业半年了还没找到工作", "离校未就业高校毕业生"),
        ("娃没考上高中", "初高中毕业生"),
        ("高考落榜的孩子", "初高中毕业生"),
        ("我是宝妈", "妇女"),
        ("要有几个全职老师", "专职教师"),
        ("专任教师要几个", "专职教师"),
        ("厂里上班的也能报吗", "企业职工"),
        ("新来的工人", "新招用人员"),
        ("吃低保的家庭", "低保家庭"),
        ("想自己当老板", "创业者"),
        ("想开个小饭馆", "创业者"),
        ("外卖小哥算不算", "新就业形态劳动者"),
        ("挖煤的", "煤矿从业人员"),
        ("登高证", "特种作业"),
        ("海归回来", "留学回国人员"),
        ("个人办的培训学校", "职业培训机构"),
    ],
)
def test_groups(question: str, expected: str) -> None:
    assert expected in canonical(question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("骑电动车可以带人吗", "电动自行车"),
        ("骑电动车可以带人吗", "搭载"),
        ("网吧得离学校多远", "互联网上网服务营业场所"),
        ("房东不退押金", "出租人"),
        ("狗证丢了怎么补办", "补领"),
        ("办的健身卡能退吗", "预付卡"),
        ("楼道里堆东西归谁管", "疏散通道"),
        ("学焊工国家给多少钱", "补贴"),
        ("有不要钱的班吗", "免费培训"),
        ("用不用交钱", "免费培训"),
        ("学习的时候管饭吗", "生活费补贴"),
        ("来回路费谁出", "交通费补贴"),
        ("自己考证能领钱不", "职业技能提升补贴"),
        ("考了焊工证补不补钱", "职业技能提升补贴"),
        ("企业能少交点税吗", "税收优惠"),
        ("户口能迁过来吗", "户籍条件"),
        ("把户口迁过来", "落户"),
        ("比赛奖金多少", "竞赛奖励"),
        ("没本钱开店", "创业担保贷款"),
        ("老板跑了工钱没着落", "拖欠工资"),
        ("八十岁以上老人", "高龄老年人"),
        ("看病报销多少", "基本医疗保险"),
        ("村里修房子有没有补助", "农村危房改造"),
        ("归劳动局管吗", "人力资源社会保障部门"),
        ("找教委问", "教育部门"),
        ("谁来管这件事", "责任单位"),
        ("去哪报名", "报名"),
        ("打算培养多少技工", "目标"),
        ("工人怎么考级", "职业技能等级认定"),
        ("技术比武", "职业技能竞赛"),
        ("谁来查账", "年度审计"),
        ("冒领的怎么办", "套取"),
        ("办得不好会被取消资格吗", "清退"),
        ("学照顾老人", "养老护理"),
        ("给人带孩子", "托育服务"),
        ("当保姆", "家政服务"),
        ("学AI", "人工智能"),
        ("学ＡＩ", "人工智能"),
        ("在手机上学", "线上培训"),
        ("想学电脑", "数字技能"),
        ("开网店", "电子商务"),
        ("村里的手艺人", "乡村工匠"),
    ],
)
def test_benefits_bodies_verbs_and_matters(question: str, expected: str) -> None:
    assert expected in canonical(question)


@pytest.mark.parametrize(
    ("question", "unwanted"),
    [
        ("农民工", "农村劳动力"),
        ("高技能人才有多少", "技能人才"),
        ("科学技术部门", "职业技能培训"),
        ("子女的教育", "妇女"),
        ("提升职业能力", "晋升"),
        ("筹集资金", "非法集资"),
        ("有没有工作经验要求", "失业人员"),
        ("我的email地址", "人工智能"),
        ("人工智能", "职业技能培训"),
        ("考,焊工证", "职业资格证书"),
        ("考完以后又等了半年的证", "职业资格证书"),
        ("今天天气怎么样", "培训质量"),
    ],
)
def test_words_are_not_torn(question: str, unwanted: str) -> None:
    assert unwanted not in canonical(question)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("退伍兵", "退役军人", True),
        ("退役军人", "退伍兵", True),
        ("当过兵的", "退伍兵", True),
        ("专职教师", "专任教师", True),
        ("补贴", "补助", True),
        ("人力资源社会保障厅", "人力资源和社会保障厅", True),
        ("没有这个词", "没有这个词", True),
        ("ＡＩ", "人工智能", True),
        ("退伍兵", "农民工", False),
        ("没有这个词", "退役军人", False),
        ("技能人才", "高技能人才", False),
        ("技能人才", "技能劳动者", False),
        ("高级工", "技师", False),
        ("技师", "高级技师", False),
        ("累计", "年均", False),
        ("国家级", "省级", False),
        ("农民工", "农牧民工", True),
        ("失业保险金", "失业补助金", False),
        ("公租房", "保障性租赁住房", False),
        ("人社局", "人社厅", False),
        ("专职教师", "兼职教师", False),
        ("初中毕业生", "高中毕业生", False),
        ("中小企业", "规模以上企业", False),
    ],
)
def test_same(a: str, b: str, expected: bool) -> None:
    assert LEXICON.same(a, b) is expected


SMALL = """
guards = "要不要"
[[groups]]
canonical = "甲甲 乙乙"
near = "丙丙"
lay = "俗语 俗语长 不要钱 a股"
[[benefits]]
canonical = "丁丁"
lay = "俗语 头…尾"
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("问俗语吗", [("俗语", 1, 3, "groups", "甲甲 乙乙 丙丙"), ("俗语", 1, 3, "benefits", "丁丁")]),
        ("俗语长", [("俗语长", 0, 3, "groups", "甲甲 乙乙 丙丙")]),
        ("甲甲", [("甲甲", 0, 2, "groups", "丙丙")]),
        ("丙丙", [("丙丙", 0, 2, "groups", "甲甲 乙乙")]),
        ("丁丁", []),
        ("要不要钱", []),
        ("不要钱", [("不要钱", 0, 3, "groups", "甲甲 乙乙 丙丙")]),
        ("头尾", [("头尾", 0, 2, "benefits", "丁丁")]),
        ("头一二三四尾", [("头一二三四尾", 0, 6, "benefits", "丁丁")]),
        ("头一二三四五尾", []),
        ("头,尾", []),
        ("㎏㎏俗语", [("俗语", 2, 4, "groups", "甲甲 乙乙 丙丙"), ("俗语", 2, 4, "benefits", "丁丁")]),
        ("Ａ股", [("Ａ股", 0, 2, "groups", "甲甲 乙乙 丙丙")]),
        ("沪A股", [("A股", 1, 3, "groups", "甲甲 乙乙 丙丙")]),
        ("BA股", []),
        ("俗", []),
        ("", []),
    ],
)
def test_expand(tmp_path: Path, question: str, expected: list[tuple[str, int, int, str, str]]) -> None:
    found = lexicon_of(tmp_path, SMALL).expand(question)
    assert [(e.surface, e.start, e.end, e.section, " ".join(e.canonical)) for e in found] == expected


@given(
    st.text(st.sampled_from("当兵回来的考个电工证补钱退役军人能不能ＡＩai㎏㈱,。…… \n") | st.characters(), max_size=60)
)
def test_spans_are_verbatim_and_sorted(question: str) -> None:
    found = LEXICON.expand(question)
    assert all(question[e.start : e.end] == e.surface and e.surface for e in found)
    assert [(e.start, e.end) for e in found] == sorted((e.start, e.end) for e in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[groups]\n", "不是有效的 TOML"),
        ('[[people]]\ncanonical = "甲甲"\nlay = "乙乙"', "未知的部分「people」"),
        ('[groups]\ncanonical = "甲甲"', "「groups」不是词组列表"),
        ('[[groups]]\nlay = "乙乙"', "groups 第 1 个词组没有政策用语"),
        ('[[groups]]\ncanonical = "甲甲"', "「甲甲」只有 canonical"),
        ('[[groups]]\ncanonical = ["甲甲"]\nlay = "乙乙"', "groups 第 1 个词组的 canonical 应是"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = 3', "「甲甲」的 lay 应是"),
        ('[[groups]]\ncanonical = "甲甲"\nlays = "乙乙"', "未知的字段「lays」"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "乙乙 丙丙 乙乙"', "「甲甲」里「乙乙」出现了不止一次"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "甲甲"', "「甲甲」里「甲甲」出现了不止一次"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "AI ＡＩ"', "「甲甲」里「ai」出现了不止一次"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "乙"', "「甲甲」的 lay 中的「乙」"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "乙…"', "「乙…」"),
        ('[[groups]]\ncanonical = "甲甲"\nlay = "乙……丙"', "「乙……丙」"),
        ('[[groups]]\ncanonical = "甲…甲"\nlay = "乙乙"', "「甲…甲」"),
        ('guards = "要"', "guards 中的「要」"),
        (
            '[[groups]]\ncanonical = "甲甲"\nlay = "乙乙"\n[[groups]]\ncanonical = "甲甲"\nlay = "丙丙"',
            "groups 有两个词组都叫「甲甲」",
        ),
    ],
)
def test_malformed_files(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CorpusError) as caught:
        lexicon_of(tmp_path, text)
    assert message in caught.value.message
    assert caught.value.hint


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="读不到口语词表"):
        Lexicon.load(tmp_path / "missing.toml")
    (tmp_path / "gbk.toml").write_bytes('guards = "要不要"'.encode("gbk"))
    with pytest.raises(CorpusError, match="不是有效的 TOML"):
        Lexicon.load(tmp_path / "gbk.toml")


def test_lexicon_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        LEXICON.groups = ()  # type: ignore[misc]


def test_terms(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, SMALL)
    assert lexicon.terms() == {"甲甲", "乙乙", "丙丙", "丁丁", "俗语", "俗语长", "不要钱", "a股"}
    assert lexicon.policy_terms() == {"甲甲", "乙乙", "丙丙", "丁丁"}


def test_the_word_list_is_broad() -> None:
    assert {group.section for group in LEXICON.groups} == set(SECTIONS)
    assert len(LEXICON.groups) >= 250
    assert len(LEXICON.terms()) >= 1500


def test_no_policy_term_is_a_stop_word() -> None:
    assert not LEXICON.policy_terms() & set(STOP_WORDS.split())


def test_lay_words_are_specific() -> None:
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    lay = {fold(word) for group in LEXICON.groups for word in group.lay}
    assert min(len(word.replace(GAP, "")) for word in lay) >= 2
    assert not lay & set(STOP_WORDS.split())
    frequent = {word for word in lay if len(word) == 2 and tokenizer.FREQ.get(word, 0) > FREQUENT}
    assert frequent <= FREQUENT_ON_PURPOSE
