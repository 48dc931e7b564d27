from __future__ import annotations

import pytest

from assistant.intent import read_intent


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("辽宁新型学徒制补贴多少钱", "money"),
        ("每人每月能领多少", "money"),
        ("技能大赛获奖奖励多少", "money"),
        ("培训一次给几百块", "money"),
        ("一天补多少", "money"),
        ("能报销多少", "money"),
        ("要罚款多少", "money"),
        ("交多少罚款", "money"),
        ("盖这些要投多少亿", "money"),
        ("政府一共花几百万", "money"),
        ("这三家哪个投得最多", "money"),
        ("几个小公司能不能凑一起搞", "yesno"),
        ("几家企业可以联合办班吗", "yesno"),
        ("一起来的有几个人", "count"),
        ("那个中心在什么路上", "place"),
        ("走什么路子提升技能", "any"),
        ("博士能拿多少人才补贴", "money"),
        ("培训用哪几块钱", "list"),
        ("贷款利率在LPR上减多少", "ratio"),
        ("两种班叫什么名字", "any"),
        ("建这些要投多少亿", "money"),
        ("要罚款多少", "money"),
        ("在什么路上", "place"),
        ("示范基地,分别在哪", "place"),
        ("培训走什么路子", "any"),
        ("几个小公司能不能凑一起搞", "yesno"),
        ("要建几个基地", "count"),
        ("虚报人数冒领补助会咋处理", "how"),
        ("培训人数是多少", "count"),
        ("辽宁十四五要新增多少高技能人才", "count"),
        ("遵义要培训多少人次", "count"),
        ("江西每年评选多少名赣鄱工匠", "count"),
        ("建几家培训基地", "count"),
        ("有多少家实训基地", "count"),
        ("要办几期示范培训班", "count"),
        ("分别培训多少人", "count"),
        ("高技能人才占技能人才的比例要达到多少", "ratio"),
        ("专职教师不少于多少", "ratio"),
        ("教育经费百分之几用于一线职工", "ratio"),
        ("赣鄱工匠几年评一次", "date"),
        ("报名截止到哪天", "date"),
        ("期限多长时间", "date"),
        ("哪几年完成的", "date"),
        ("条例从哪天起施行", "date"),
        ("什么时候开始实施", "date"),
        ("谁来负责煤矿从业人员培训", "body"),
        ("哪个部门牵头", "body"),
        ("这事归谁管", "body"),
        ("该找哪个单位", "body"),
        ("谁能参加免费培训", "who"),
        ("哪些人可以领生活费补贴", "who"),
        ("面向什么人", "who"),
        ("需要什么条件", "who"),
        ("哪种人不能参加", "who"),
        ("怎么申请培训补贴", "how"),
        ("报名要带什么材料", "how"),
        ("流程是什么", "how"),
        ("咨询电话是多少", "phone"),
        ("有没有联系方式", "phone"),
        ("在哪里报名", "place"),
        ("去哪里领补贴", "place"),
        ("培训地点在什么地方", "place"),
        ("地址在哪", "place"),
        ("什么是新型学徒制", "definition"),
        ("证书直补是什么意思", "definition"),
        ("马兰花计划是什么", "definition"),
        ("遵义这份方案的文号是多少", "reference"),
        ("这个文件是谁印发的", "reference"),
        ("辽宁规划是哪天印发的", "reference"),
        ("内蒙古的实施方案什么时候印发的", "reference"),
        ("依据什么文件制定的", "basis"),
        ("这个方案落实的是哪个意见", "basis"),
        ("局长是谁", "person"),
        ("联系人叫什么名字", "person"),
        ("遵义有哪些技能品牌", "list"),
        ("辽宁的专栏有哪些", "list"),
        ("有什么补贴", "list"),
        ("包括几个方面", "list"),
        ("退役军人能免费培训吗", "yesno"),
        ("有没有生活费补贴", "yesno"),
        ("能不能在线学习", "yesno"),
        ("企业可以自己评职称不", "yesno"),
        ("酱酒产业培训3万人次吗", "yesno"),
        ("农民工培训", "any"),
        ("技能遵义", "any"),
        ("", "any"),
    ],
)
def test_what_is_wanted_first(question: str, wanted: str) -> None:
    assert read_intent(question).wanted[0] == wanted


@pytest.mark.parametrize(
    ("question", "flags"),
    [
        ("辽宁和内蒙古哪个省高技能人才目标多", {"comparison", "aim"}),
        ("辽宁跟内蒙古比较", {"comparison"}),
        ("十三五末已经有多少", {"done"}),
        ("现有多少家", {"done"}),
        ("要建多少家", {"aim"}),
        ("到2025年达到多少", {"aim"}),
        ("每年培训多少", {"recurrence"}),
        ("几年评一次", {"recurrence"}),
        ("新型学徒制", set()),
    ],
)
def test_flags(question: str, flags: set[str]) -> None:
    intent = read_intent(question)
    assert {name for name in ("comparison", "done", "aim", "recurrence") if getattr(intent, name)} == flags


def test_asks() -> None:
    intent = read_intent("流程是什么")
    assert intent.asks("how") and intent.asks("money", "definition") and not intent.asks("money")
