"""Copies, versions and relations among documents, and the state of a document on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from corpus.facts.extract import extract_facts
from corpus.ledger import Entry, Ledger, title_key, version_key
from corpus.model import Document
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import Source
from corpus.validity import State, standing

BODY = """第一条 为支持劳动者参加职业技能培训,提高就业创业能力,结合本市实际,制定本办法。
第二条 对参加培训并取得证书的失业人员、农民工、退役军人,按每人1500元给予一次性培训补贴。
第三条 培训机构应当具备与培训内容相适应的场地、设备和师资,不得以任何名义向学员收取费用。
第四条 补贴资金从就业补助资金中列支,专款专用,任何单位和个人不得截留、挪用、骗取。
第五条 人力资源社会保障部门应当自收到申请之日起二十个工作日内完成审核并公示。"""
OTHER = """第一条 建立县级公共实训基地,面向企业职工和社会学员提供实际操作训练服务。
第二条 实训基地应当建立设备管理、安全生产、学员考勤等制度,定期公布开放的工种和时间。
第三条 对承担公益性实训任务的基地,按照实际培训人次和考核结果给予运行经费补助。"""


def text(title: str, last: str = "", *, number: str = "", day: str = "", body: str = BODY) -> str:
    signed = f"\n\n沈阳市人力资源和社会保障局\n{day}" if day else ""
    return f"{title}\n{number}\n\n{body}\n{last}{signed}\n"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def entry(doc_id: str, source: str, gazetteer: Gazetteer) -> Entry:
    document: Document = with_id(parse_document(Source(f"{doc_id}.txt", doc_id, source, doc_id), gazetteer), doc_id)
    facts = extract_facts(document)
    return Entry(
        doc_id,
        document.title,
        document.doc_number,
        document.issuers,
        document.region,
        document.issued,
        document.effective,
        document.expires,
        document.kind,
        facts.statements,
        facts.relations,
        facts.signature,
    )


def ledger(sources: dict[str, str], gazetteer: Gazetteer) -> Ledger:
    return Ledger(entry(doc_id, source, gazetteer) for doc_id, source in sources.items())


RULE = "沈阳市职业培训补贴办法"
V1 = text(RULE, "第六条 本办法自2019年3月1日起施行,有效期5年。", number="沈人社发〔2019〕8号", day="2019年2月20日")
V2 = text(
    f"{RULE}(2023年修订)",
    "第六条 本办法自2023年7月1日起施行。原《沈阳市职业培训补贴办法》(沈人社发〔2019〕8号)同时废止。",
    number="沈人社发〔2023〕6号",
    day="2023年6月15日",
)
REPOST = text(f"沈阳市人力资源和社会保障局关于印发《{RULE}》的通知", "第六条 本办法自2019年3月1日起施行,有效期5年。")


@pytest.mark.parametrize(
    ("sources", "groups"),
    [
        ({"a": V1, "b": V1}, (("a", "b"),)),
        ({"b": V1, "a": REPOST}, (("b", "a"),)),
        ({"a": V1, "b": V2}, ()),
        ({"a": V1, "b": text("沈阳市公共实训基地管理办法", body=OTHER)}, ()),
        ({"a": text("沈阳市培训补贴通知", number="沈人社发〔2021〕1号"),
          "b": text("沈阳市培训补贴通知", number="沈人社发〔2022〕1号", body=BODY.replace("1500元", "1800元"))}, ()),
        ({"a": text("沈阳市培训补贴办法"), "b": text("大连市培训补贴办法", body=BODY.replace("本市", "我市"))}, ()),
        ({"a": text("关于2021年培训补贴的通知"),
          "b": text("关于2022年培训补贴的通知", "第六条 按季度公布。")}, ()),
        ({"a": text("培训补贴办法(征求意见稿)"), "b": text("培训补贴办法", "第六条 按季度公布。")}, ()),
        ({"a": V1, "b": text(f"《{RULE}》政策解读")}, ()),
        ({"a": V1}, ()),
        ({}, ()),
    ],
    ids=["same", "reposted", "versions", "another text", "two numbers", "two cities", "two years", "a draft",
         "an explanation", "one", "none"],
)  # fmt: skip
def test_copies(sources: dict[str, str], groups: tuple[tuple[str, ...], ...], gazetteer: Gazetteer) -> None:
    assert ledger(sources, gazetteer).groups == groups


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_the_cited_copy_depends_on_no_order(order: Sequence[str], gazetteer: Gazetteer) -> None:
    sources = {"a": REPOST, "b": V1, "c": REPOST}
    made = ledger({doc_id: sources[doc_id] for doc_id in order}, gazetteer)
    assert [made.original(doc_id) for doc_id in "abc"] == ["b", "b", "b"]
    assert [copy.doc_id for copy in made.copies("c")] == ["b", "a"]
    assert all(0.9 <= copy.likeness <= 1 for copy in made.copies("c"))


@pytest.mark.parametrize(
    ("sources", "chain"),
    [
        ({"new": V2, "old": V1}, ("old", "new")),
        ({"new": V2, "old": V1, "copy": REPOST}, ("old", "new")),
        ({"old": text("某项目申报指南", body=OTHER, day="2019年1月1日"),
          "new": text("某项目申报指南", day="2021年1月1日")}, ()),
        ({"old": V1, "new": V2.replace("沈阳", "大连").replace("沈人", "大人")}, ()),
        ({"old": text("《沈阳市职业培训补贴办法》政策解读"), "new": V2}, ()),
    ],
    ids=["in order", "copies once", "one title, two texts", "two cities", "an explanation"],
)  # fmt: skip
def test_versions(sources: dict[str, str], chain: tuple[str, ...], gazetteer: Gazetteer) -> None:
    assert ledger(sources, gazetteer).versions("new") == chain


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("根据《沈阳市职业培训补贴办法》(沈人社发〔2019〕8号),制定本细则。", [("依据", ("old",))]),
        ("根据《沈阳市职业培训补贴办法》,制定本细则。", [("依据", ("new",))]),
        ("根据沈人社发〔2023〕6号文件,制定本细则。", [("依据", ("new",))]),
        ("根据《沈阳市职业培训补贴办法》(沈人社发〔2001〕1号),制定本细则。", [("依据", ())]),
        ("根据《国务院关于推行终身职业技能培训制度的意见》(国发〔2018〕11号),制定本细则。", [("依据", ())]),
    ],
    ids=["number", "title means the last version", "number alone", "another number", "not in the corpus"],
)
def test_relations_are_resolved(statement: str, found: list[tuple[str, tuple[str, ...]]], gazetteer: Gazetteer) -> None:
    own = text("沈阳市职业培训补贴实施细则", body=f"{statement}\n{OTHER}", day="2024年1月5日")
    made = ledger({"old": V1, "new": V2, "own": own}, gazetteer)
    assert [(resolved.relation.kind, resolved.doc_ids) for resolved in made.relations("own")] == found


REPEAL = text(
    "沈阳市人力资源和社会保障局关于废止部分规范性文件的通知",
    body="经研究,决定废止下列文件:\n1.《沈阳市职业培训补贴办法》(沈人社发〔2019〕8号)\n2.《沈阳市公共实训基地管理办法》第三条\n"
    "本通知自2022年1月1日起施行。",
    number="沈人社发〔2021〕30号",
    day="2021年12月1日",
)
CENTRE = text("沈阳市公共实训基地管理办法", "第四条 本办法自2020年1月1日起施行。", body=OTHER, day="2019年12月1日")
PLAN = text("沈阳市“十四五”职业技能培训规划", body=OTHER, day="2021年8月1日")
SILENT = text("沈阳市职业培训工作方案", body=OTHER)
VOID = "是否有效:失效\n" + text("沈阳市职业培训工作方案", body=OTHER, number="沈人社发〔2012〕3号", day="2012年1月5日")
EPIDEMIC = text("沈阳市稳就业若干措施", "第四条 本措施有效期至新冠肺炎疫情解除。", body=OTHER)


@pytest.mark.parametrize(
    ("sources", "doc_id", "day", "state", "by", "words"),
    [
        ({"old": V1}, "old", "2019-01-31", "尚未施行", None, "自2019年3月1日起施行"),
        ({"old": V1}, "old", "2019-03-01", "现行", None, "有效期5年"),
        ({"old": V1}, "old", "2024-02-29", "现行", None, "有效期5年"),
        ({"old": V1}, "old", "2024-03-01", "已失效", None, "有效期5年"),
        ({"old": V1, "new": V2}, "old", "2023-06-30", "现行", None, "有效期5年"),
        ({"old": V1, "new": V2}, "old", "2023-07-01", "已被废止", "new", "同时废止"),
        ({"old": V1, "new": V2}, "new", "2023-06-30", "尚未施行", None, "自2023年7月1日起施行"),
        ({"old": V1, "new": V2}, "new", "2040-01-01", "现行", None, "自2023年7月1日起施行"),
        ({"old": V1, "new": V2.replace("同时废止", "")}, "old", "2023-08-01", "被新版本取代", "new", "起施行"),
        ({"old": V1, "list": REPEAL}, "old", "2021-12-31", "现行", None, "有效期5年"),
        ({"old": V1, "list": REPEAL}, "old", "2022-01-01", "已被废止", "list", "沈人社发〔2019〕8号"),
        ({"centre": CENTRE, "list": REPEAL}, "centre", "2023-01-01", "现行", None, "自2020年1月1日起施行"),
        ({"plan": PLAN}, "plan", "2025-12-31", "未载明", None, None),
        ({"plan": PLAN}, "plan", "2026-01-01", "规划期已结束", None, "十四五"),
        ({"silent": SILENT}, "silent", "2099-01-01", "未载明", None, None),
        ({"void": VOID}, "void", "2020-01-01", "已失效", None, "失效"),
        ({"stop": EPIDEMIC}, "stop", "2024-01-01", "未载明", None, "疫情解除"),
    ],
)
def test_state_on_a_day(
    sources: dict[str, str],
    doc_id: str,
    day: str,
    state: State,
    by: str | None,
    words: str | None,
    gazetteer: Gazetteer,
) -> None:
    found = standing(ledger(sources, gazetteer), doc_id, date.fromisoformat(day))
    assert (found.state, found.by) == (state, by)
    shown = [sources[one.doc_id][one.start : one.end] for one in found.evidence]
    assert (words is None and shown == []) or any(words is not None and words in quote for quote in shown)


@pytest.mark.parametrize("issued", [date(1950, 1, 1), date(2000, 1, 1), date(2024, 1, 1)])
def test_age_alone_says_nothing(issued: date) -> None:
    plain = Entry("a", "某市培训工作通知", None, (), None, issued, None, None, "通知")
    assert standing(Ledger([plain]), "a", date(2026, 1, 1)).state == "未载明"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("职业培训补贴办法(试行)", "职业培训补贴办法", True),
        ("职业培训补贴办法(2023年修订)", "职业培训补贴办法", True),
        ("关于印发《职业培训补贴办法》的通知", "职业培训补贴办法", True),
        ("职业培训补贴办法 ", "职业培训\n补贴办法", True),
        ("职业培训补贴办法(征求意见稿)", "职业培训补贴办法", False),
        ("2022年职业培训补贴通知", "2023年职业培训补贴通知", False),
        ("职业培训补贴实施细则", "职业培训补贴办法", False),
    ],
)
def test_titles_of_one_rule(one: str, other: str, same: bool) -> None:
    keys = [version_key(Entry("a", title, None, (), None, None, None, None, "办法")) for title in (one, other)]
    assert (keys[0] == keys[1]) is same


@pytest.mark.parametrize(
    ("title", "key"),
    [("《甲办法》", "甲办法"), ("甲 “乙”\n办法", "甲乙办法"), ("", ""), ("甲办法【已废止】", "甲办法")],
)
def test_title_key(title: str, key: str) -> None:
    assert title_key(title) == key
