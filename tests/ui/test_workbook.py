from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from eval.tables import MAX_CELL
from ui import figures
from ui.figures import to_xlsx


@pytest.fixture
def target(service):
    return service.targets()[0]


def read(made: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(made))["指标"].iter_rows()]


def test_the_table_is_read_back(target, service):
    head, row = read(to_xlsx([target], {"zunyi": service.document("zunyi")}))
    assert tuple(head) == figures.COLUMNS
    assert row[:7] == ["遵义市", "高技能人才", "9万人以上", 90000, None, "人", "以上"]
    assert row[-1] == "其中,高技能人才达到9万人以上"


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ('=cmd|"/c calc"!A1', '=cmd|"/c calc"!A1'),
        ("+86", "+86"),
        ("-3", "-3"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("\t=1", "\t=1"),
        ("＝1", "＝1"),
        ("甲\x07乙", "甲乙"),
        ("甲\n乙", "甲\n乙"),
        ("长" * 40_000, "长" * MAX_CELL),
    ],
)
def test_no_cell_runs_or_breaks_the_file(target, service, said, cell):
    made = to_xlsx([replace(target, indicator=said)], {"zunyi": service.document("zunyi")})
    book = load_workbook(io.BytesIO(made))
    assert book["指标"]["B2"].value == cell
    assert book["指标"]["B2"].data_type == "s"


@pytest.mark.parametrize(("value", "cell"), [(Decimal("-3"), -3), (Decimal("0.5"), 0.5), (None, None)])
def test_a_number_is_a_number(target, service, value, cell):
    made = to_xlsx([replace(target, value=value)], {"zunyi": service.document("zunyi")})
    assert read(made)[1][3] == cell
