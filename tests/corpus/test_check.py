from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from corpus.check import LONG_CLAUSE, check_document, check_shared
from corpus.evidence import find_evidence
from corpus.model import Document
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import read_bytes

DAY = date(2025, 1, 31)
QINGHAI = """青海省人民政府办公厅关于印发《青海省职业技能培训管理办法》的通知
青政办〔2024〕12号

各市、州人民政府:

现将《青海省职业技能培训管理办法》印发给你们,请认真执行。

青海省人民政府办公厅
2024年3月1日

青海省职业技能培训管理办法

第一条 为规范职业技能培训,制定本办法。

第二条 本办法自2024年5月1日起施行,有效期至2029年4月30日。
"""
GANSU = """甘肃省人民政府关于加强技能培训的意见
甘政发〔2020〕3号

一、总体要求

对企业给予补贴。本意见自发布之日起施行,有效期3年。

二、保障措施

甘肃省人民政府
2020年1月2日
"""
NOTE = "请各单位填表。\n\n填好以后交回。\n"


def parsed(text: str, name: str = "note.txt") -> Document:
    return parse_document(read_bytes(name, text.encode()).sources[0], Gazetteer.load())


def codes(document: Document) -> list[str]:
    return [one.code for one in check_document(document, Gazetteer.load(), DAY)]


@pytest.mark.parametrize(
    ("text", "field", "quote"),
    [
        (QINGHAI, "title", "青海省人民政府办公厅关于印发《青海省职业技能培训管理办法》的通知"),
        (QINGHAI, "doc_number", "青政办〔2024〕12号"),
        (QINGHAI, "issuers", "青海省人民政府办公厅"),
        (QINGHAI, "region", "青海省"),
        (QINGHAI, "issued", "2024年3月1日"),
        (QINGHAI, "effective", "2024年5月1日"),
        (QINGHAI, "expires", "2029年4月30日"),
        (QINGHAI, "kind", "办法"),
        (GANSU, "effective", "自发布之日起施行"),
        (GANSU, "expires", "有效期3年"),
        (GANSU, "issued", "2020年1月2日"),
        (
            "关于税收的公告\n财政部 税务总局公告(2020年)第8号\n一、甲。",
            "doc_number",
            "财政部 税务总局公告(2020年)第8号",
        ),
        ("关于保险的通知人社部发〔2020〕11号\n一、甲。", "doc_number", "人社部发〔2020〕11号"),
        ("税收优惠来了\n近日,财政部发布公告。\n一、甲。", "region", "财政部发布"),
        (f"企业贷款可获贴息\n全省企业可获贴息。\n{'一、甲。' * 400}\n来源：江西日报", "region", "江西"),
        (NOTE, "doc_number", None),
        (NOTE, "issued", None),
        (NOTE, "region", None),
    ],
)  # fmt: skip
def test_each_field_has_its_place_in_the_text(text, field, quote):
    document = parsed(text)
    found = find_evidence(document, Gazetteer.load()).get(field)
    assert (found.quote if found else None) == quote
    assert found is None or document.text[found.start : found.end] == found.quote


def test_a_missing_region_comes_with_the_places_that_a_shared_name_may_mean():
    document = parsed("和平区招聘公告\n一、甲。\n和平区人民政府\n2024年2月18日\n")
    found = next(one for one in check_document(document, Gazetteer.load(), DAY) if one.code == "no_region")
    assert found.message == "没有读出地区:“和平区”可能是天津市和平区、辽宁省沈阳市和平区"
    assert found.evidence is not None and found.evidence.quote == "和平区"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (parsed(QINGHAI), []),
        (parsed(GANSU), ["bare_heading", "expired"]),
        (parsed(NOTE), ["no_title", "no_doc_number", "no_issuers", "no_region", "no_issued"]),
        (replace(parsed(QINGHAI), effective=date(2024, 2, 1)), ["date_order"]),
        (replace(parsed(QINGHAI), expires=date(2024, 4, 1)), ["date_order", "expired"]),
        (replace(parsed(QINGHAI), issued=date(2026, 1, 1), effective=None), ["issued_in_future", "number_year"]),
        (replace(parsed(QINGHAI), clauses=()), ["no_clauses"]),
        (parsed(QINGHAI.replace("为规范", "为" + "长" * LONG_CLAUSE)), ["long_clause"]),
        (parsed(QINGHAI.replace("规范", "规\ufffd范")), ["damaged_text"]),
        (parsed(GANSU.replace("二、保障措施", "二、保障措施\n\n加强领导。")), ["expired"]),
        (parsed(GANSU.replace("二、保障措施", "二、申请材料\n\n1.身份证\n\n2.毕业证")), ["expired"]),
    ],
)  # fmt: skip
def test_what_is_missing_or_doubtful(document, found):
    assert codes(document) == found


def test_every_finding_says_what_and_where():
    found = check_document(parsed(NOTE), Gazetteer.load(), DAY)
    assert [one.field for one in found] == ["title", "doc_number", "issuers", "region", "issued"]
    assert all(one.message for one in found)
    assert found[0].evidence.quote.startswith("请各单位填表")


def test_a_field_settled_by_hand_is_not_missing():
    found = check_document(parsed(NOTE), Gazetteer.load(), DAY, settled=("doc_number", "issued"))
    assert [one.code for one in found] == ["no_title", "no_issuers", "no_region"]


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([], {}),
        ([with_id(parsed(QINGHAI), "twin")], {"same_number", "same_text"}),
        ([with_id(parsed(QINGHAI + "\n附注\n"), "later")], {"same_number"}),
        ([parsed(GANSU)], set()),
    ],
)
def test_what_shows_beside_other_documents(others, found):
    first = parsed(QINGHAI)
    shared = check_shared([first, *others])
    assert {one.code for one in shared.get(first.doc_id, ())} == set(found)
    for one in shared.get(first.doc_id, ()):
        assert one.others == (others[0].doc_id,)
