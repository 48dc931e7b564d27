from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from corpus.edits import FIELDS, KINDS, edited, field_named, standard_value, text_of
from corpus.errors import InvalidChange
from corpus.model import Document, Region
from corpus.regions import COUNTRY, Gazetteer

DOCUMENT = Document(
    doc_id="a", title="甲办法", doc_number="琼府〔2023〕7号", issuers=("甲厅", "乙局"), region=Region(("海南省",)),
    issued=date(2023, 3, 1), effective=None, expires=None, kind="办法", source="a.txt", sha256="0", text="", clauses=(),
    noise=(),
)  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("field", "text", "kept", "value"),
    [
        ("title", " 甲\u200b意见\x07 ", "甲意见", "甲意见"),
        ("doc_number", "琼府[2023]第8号", "琼府〔2023〕8号", "琼府〔2023〕8号"),
        ("doc_number", "无", "无", None),
        ("issuers", "甲厅,乙局 丙委", "甲厅、乙局、丙委", ("甲厅", "乙局", "丙委")),
        ("issuers", "无", "无", ()),
        ("region", "遵义", "贵州省遵义市", Region(("贵州省", "遵义市"))),
        ("region", "全国", "国家", COUNTRY),
        ("region", "无", "无", None),
        ("issued", "2024年5月6日", "2024-05-06", date(2024, 5, 6)),
        ("expires", "20291231", "2029-12-31", date(2029, 12, 31)),
        ("effective", "无", "无", None),
        ("kind", "意见", "意见", "意见"),
    ],
)
def test_a_value_in_its_standard_form(gazetteer, field, text, kept, value):
    assert standard_value(field, text, gazetteer) == kept
    assert standard_value(field, kept, gazetteer) == kept
    corrected = edited(DOCUMENT, {field: kept}, gazetteer)
    assert getattr(corrected, field) == value
    assert replace(corrected, **{field: getattr(DOCUMENT, field)}) == DOCUMENT


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_takes_a_correction_back(gazetteer, field):
    assert standard_value(field, "  ", gazetteer) == ""


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("issued", "去年", "不是一个日期"),
        ("issued", "2024-02-30", "不是一个日期"),
        ("issued", "2024-01-01至2024-02-01", "不是一个日期"),
        ("region", "霍格沃茨", "不认识的地区"),
        ("doc_number", "第七号", "不是文号"),
        ("kind", "诗歌", "没有这个文种"),
        ("title", "无", "不能为空"),
        ("kind", "无", "不能为空"),
        ("title", "长" * 301, "最多 300 个字符"),
    ],
)
def test_what_is_no_value(gazetteer, field, text, told):
    with pytest.raises(InvalidChange, match=told) as caught:
        standard_value(field, text, gazetteer)
    assert caught.value.hint


@pytest.mark.parametrize(("name", "field"), [(" 文号 ", "doc_number"), ("issued", "issued"), ("发文机关", "issuers")])
def test_fields_have_two_names(name, field):
    assert field_named(name) == field


@pytest.mark.parametrize("name", ["", "text", "doc_id", "source", "__class__"])
def test_other_fields_cannot_be_corrected(name):
    with pytest.raises(InvalidChange) as caught:
        field_named(name)
    assert all(field in caught.value.hint for field in FIELDS)


@pytest.mark.parametrize(
    ("field", "text"),
    [("issuers", "甲厅、乙局"), ("region", "海南省"), ("issued", "2023-03-01"), ("effective", ""), ("kind", "办法")],
)
def test_values_as_text(field, text):
    assert text_of(DOCUMENT, field) == text
    assert DOCUMENT.kind in KINDS
