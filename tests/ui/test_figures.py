from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from ui import figures


@pytest.fixture
def target(service):
    return service.targets()[0]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-3", "'-3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        (" =1", "' =1"),
        ("9万人以上", "9万人以上"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_runs(cell, wanted):
    assert figures.harmless(cell) == wanted


def test_the_table_is_read_back(target, service):
    hostile = replace(target, indicator='=cmd|"/c calc"!A1', figure="甲,乙\n丙")
    made = figures.to_csv([hostile], {"zunyi": service.document("zunyi")})
    assert made[0] == "\ufeff"
    head, row = csv.reader(io.StringIO(made[1:]))
    assert tuple(head) == figures.COLUMNS
    assert row[1:4] == ['\'=cmd|"/c calc"!A1', "甲,乙\n丙", "90000"]


@pytest.mark.parametrize(
    ("changed", "together"),
    [
        ({}, True),
        ({"indicator": "全省高技能人才总量"}, True),
        ({"bound": "不少于"}, True),
        ({"bound": ""}, False),
        ({"bound": "左右"}, False),
        ({"bound": "以下"}, False),
        ({"unit": "人次"}, False),
        ({"measure": "累计"}, False),
        ({"measure": "年均"}, False),
        ({"period": (2021, 2025)}, False),
        ({"period": (None, 2030)}, False),
        ({"indicator": "高技能人才培训基地"}, False),
        ({"value": None}, False),
        ({"high": Decimal(100000)}, False),
        ({"region": "遵义市"}, False),
        ({"same": {"period": (None, None)}}, False),
        ({"same": {"measure": "其他"}}, False),
        ({"same": {"measure": "累计", "period": (2021, 2025)}}, True),
    ],
)
def test_only_like_figures_share_a_chart(service, target, changed, together):
    changed = dict(changed)
    target = replace(target, **changed.pop("same", {}))
    other = replace(target, **{"region": "辽宁省", "doc_id": "liaoning", **changed})
    compared = figures.compare("高技能人才", [target, other], service.documents())
    assert bool(compared.charts) is together


def test_a_chart_is_sorted_and_documents_without_figures_are_kept(service, target):
    other = replace(target, region="辽宁省", doc_id="liaoning", value=Decimal(250000))
    compared = figures.compare("高技能人才", [target, other], service.documents())
    (chart,) = compared.charts
    assert [one.region for one in chart.targets] == ["辽宁省", "遵义市"]
    assert [len(stated.targets) for stated in compared.stated] == [1, 1, 0]


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({}, [3, None, 1]),
        ({"sort": "value"}, [1, 3, None]),
        ({"sort": "value", "descending": True}, [3, 1, None]),
        ({"descending": True}, [1, None, 3]),
        ({"measure": "新增"}, [1]),
        ({"year": 2023}, [1]),
        ({"year": 2025}, [3, None, 1]),
    ],
)
def test_select(target, options, values):
    made = [
        replace(target, value=Decimal(3)),
        replace(target, value=None),
        replace(target, value=Decimal(1), measure="新增", period=(2021, 2025)),
    ]
    assert [one.value for one in figures.select(made, **options)] == values


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ((None, None), ""),
        ((None, 2025), "到 2025 年"),
        ((2021, 2025), "2021–2025 年"),
        ((2024, 2024), "2024 年"),
        ((2024, None), "2024 年起"),
    ],
)
def test_periods(target, period, text):
    assert figures.period_of(replace(target, period=period)) == text


def test_subjects_are_those_of_several_places(target):
    others = [
        replace(target, region="辽宁省", indicator="全省高技能人才总量"),
        replace(target, indicator="企业新型学徒制培训"),
    ]
    assert figures.subjects([target, *others]) == ("高技能人才",)
