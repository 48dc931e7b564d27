from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from corpus.model import Relation
from ui.validity import resolved, standings

TODAY = date(2025, 1, 31)


@pytest.fixture
def heads(service):
    return service.heads()


@pytest.mark.parametrize(
    ("dates", "validity", "reason"),
    [
        ({}, "未见失效", "没有写明有效期"),
        ({"expires": date(2025, 1, 30)}, "已失效", "2025-01-30"),
        ({"expires": date(2025, 1, 31)}, "未见失效", "2025-01-31"),
        ({"effective": date(2025, 2, 1)}, "尚未施行", "2025-02-01"),
        ({"effective": date(2025, 1, 31)}, "未见失效", "没有写明有效期"),
    ],
)
def test_dates_of_its_own(heads, dates, validity, reason):
    found = standings([replace(heads[0], **dates)], (), TODAY)["zunyi"]
    assert found.validity == validity
    assert reason in found.reason


@pytest.mark.parametrize(
    ("title", "number", "kind", "ended"),
    [
        ("辽宁省“十四五”职业技能培训规划", None, "废止", True),
        ("辽宁省'十四五'职业技能培训规划", None, "废止", True),
        ("另一题目", "辽人社发[2022]20号", "废止", True),
        ("辽宁省“十四五”职业技能培训规划", "辽人社发〔2021〕1号", "废止", False),
        ("职业技能培训规划", None, "废止", False),
        ("辽宁省“十四五”职业技能培训规划", None, "依据", False),
    ],
)
def test_what_another_document_says(heads, title, number, kind, ended):
    relation = Relation("zunyi", kind, title, number, "zunyi#1", 0, 1)
    found = standings(heads, [relation], TODAY)["liaoning"]
    assert (found.validity == "已失效") is ended
    assert found.ended_by == ("zunyi" if ended else "")


def test_an_older_document_ends_no_newer_one(heads):
    relation = Relation("liaoning", "废止", heads[0].title, None, "liaoning#2.2", 0, 1)
    assert standings(heads, [relation], TODAY)["zunyi"].validity == "未见失效"


def test_a_version_does_not_end_itself(heads):
    zunyi = heads[0]
    older = replace(zunyi, doc_id="older", issued=date(2020, 1, 1), doc_number=None)
    relation = Relation("zunyi", "废止", zunyi.title, None, "zunyi#1", 0, 1)
    found = standings([zunyi, older], [relation], TODAY)
    assert {doc_id: one.validity for doc_id, one in found.items()} == {"zunyi": "未见失效", "older": "已失效"}


def test_resolved_names_the_other_end(service, heads):
    assert [(one.kind, doc_id) for one, doc_id in resolved(heads, service.relations())] == [("废止", "liaoning")]
