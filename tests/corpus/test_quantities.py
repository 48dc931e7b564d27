"""Figures, their units, bounds and rates."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.quantities import Quantity, find_phones, find_quantities, normalise_number, same_quantity

ALPHABET = "零一二两三十百千万亿几余多点0123456789.,%/每年月日人次家个名期元前第分之成至-以上内不少于超近“”()\n "


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("一百二十万", 1200000),
        ("1.2万", 12000),
        ("0万亿", 0),
        ("0千亿", 0),
        ("149.1万", 1491000),
        ("3千", 3000),
        ("1万2千", 12000),
        ("3亿5000万", 350000000),
        ("1万亿", 10**12),
        ("十二万亿", 12 * 10**12),
        ("1,000,000", 1000000),
        ("１２万", 120000),
        ("十", 10),
        ("十五", 15),
        ("两千", 2000),
        ("一百零二", 102),
        ("一百二", 120),
        ("三万五", 35000),
        ("二十五万三千", 253000),
        ("二○二五", 2025),
        ("三点五", "3.5"),
        ("0万", 0),
    ],
)
def test_numbers(printed: str, value: int | str) -> None:
    assert normalise_number(printed) == Decimal(value)


@pytest.mark.parametrize("printed", ["", "万", "培训", "几十", "三点"])
def test_no_numbers(printed: str) -> None:
    with pytest.raises(ValueError, match="number"):
        normalise_number(printed)


@pytest.mark.parametrize(
    ("text", "surface", "value", "unit", "bound"),
    [
        ("累计培训12万人次。", "12万人次", 120000, "人次", ""),
        ("培训30万人次以上", "30万人次以上", 300000, "人次", "以上"),
        ("一百二十万人", "一百二十万人", 1200000, "人", ""),
        ("１２万人次", "１２万人次", 120000, "人次", ""),
        ("补贴1,000,000元", "1,000,000元", 1000000, "元", ""),
        ("共 3 万人次", "3 万人次", 30000, "人次", ""),
        ("150万", "150万", 1500000, "", ""),
        ("60%以上用于一线职工", "60%以上", 60, "%", "以上"),
        ("百分之六十", "百分之六十", 60, "%", ""),
        ("六成以上", "六成以上", 60, "%", "以上"),
        ("达到总户数百分之五十以上的", "百分之五十以上", 50, "%", "以上"),
        ("利率减50个基点", "50个基点", 50, "基点", ""),
        ("提高5个百分点", "5个百分点", 5, "百分点", ""),
        ("增长1.5倍", "1.5倍", "1.5", "倍", ""),
        ("5个左右基地", "5个左右", 5, "个", "左右"),
        ("50家以上的企业", "50家以上", 50, "家", "以上"),
        ("18个部门", "18个", 18, "个", ""),
        ("三个省级品牌", "三个", 3, "个", ""),
        ("20余家", "20余家", 20, "家", "超过"),
        ("10多万人", "10多万人", 100000, "人", "超过"),
        ("近3万人", "近3万人", 30000, "人", "左右"),
        ("不得超过3家培训机构", "不得超过3家", 3, "家", "不超过"),
        ("不少于80课时", "不少于80课时", 80, "课时", "不少于"),
        ("最高不超过5万元", "最高不超过5万元", 50000, "元", "不超过"),
        ("年满60周岁以上", "60周岁以上", 60, "岁", "以上"),
        ("3个工作日内", "3个工作日内", 3, "工作日", "不超过"),
        ("2年以上", "2年以上", 2, "年", "以上"),
        ("超200亿元", "超200亿元", 20000000000, "元", "超过"),
    ],
)
def test_value_unit_and_bound(text: str, surface: str, value: int | str, unit: str, bound: str) -> None:
    quantity = only(text)
    assert (quantity.surface, quantity.value, quantity.unit, quantity.bound) == (surface, Decimal(value), unit, bound)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("1-2家", 1, 2, "家"),
        ("1至2家", 1, 2, "家"),
        ("3至5个", 3, 5, "个"),
        ("10%—15%", 10, 15, "%"),
        ("百分之十至百分之二十", 10, 20, "%"),
        ("3-5万人", 30000, 50000, "人"),
        ("50万元至100万元", 500000, 1000000, "元"),
        ("1000元-1.5万元", 1000, 15000, "元"),
        ("三四家", 3, 4, "家"),
    ],
)
def test_ranges(text: str, low: int, high: int, unit: str) -> None:
    quantity = only(text)
    assert (quantity.surface, quantity.value, quantity.high, quantity.unit) == (text, low, high, unit)


@pytest.mark.parametrize(("text", "fraction"), [("1/3", (1, 3)), ("三分之一", (1, 3)), ("三分之二以上", (2, 3))])
def test_fractions_keep_numerator_and_denominator(text: str, fraction: tuple[int, int]) -> None:
    quantity = only(text)
    assert (quantity.surface, quantity.value, quantity.fraction, quantity.kind) == (text, None, fraction, "ratio")


@pytest.mark.parametrize(
    ("text", "surface", "base", "bound"),
    [
        ("人次数不得少于在校生人数的50%。", "不得少于在校生人数的50%", "在校生人数", "不少于"),
        ("总额不超过培训补贴的50%。", "不超过培训补贴的50%", "培训补贴", "不超过"),
        ("教师不得少于教师总数的1/3", "不得少于教师总数的1/3", "教师总数", "不少于"),
        ("可按投资额的30%,抵免", "投资额的30%", "投资额", ""),
        ("按照不低于工资基数的200%支付", "不低于工资基数的200%", "工资基数", "不少于"),
    ],
)
def test_what_a_ratio_is_taken_of(text: str, surface: str, base: str, bound: str) -> None:
    quantity = only(text)
    assert (quantity.surface, quantity.base, quantity.bound) == (surface, base, bound)


@pytest.mark.parametrize(
    ("text", "surface", "per", "kind"),
    [
        ("县级每年至少举办1期示范班", "每年至少举办1期", "每年", "frequency"),
        ("每2年开展一次评选", "每2年开展一次", "每2年", "frequency"),
        ("每2年一次", "每2年一次", "每2年", "frequency"),
        ("每年分别组织1-2家企业", "1-2家", "每年", "count"),
        ("年培训农民工30万人次以上", "30万人次以上", "年均", "count"),
        ("300元/人", "300元/人", "每人", "money"),
        ("500元/人·天", "500元/人·天", "每人每天", "money"),
        ("每人500元", "每人500元", "每人", "money"),
        ("每人每天50元", "每人每天50元", "每人每天", "money"),
        ("国家竞赛前3名", "前3名", "", "ordinal"),
        ("年龄在60岁以下", "60岁以下", "", "age"),
        ("三年内", "三年内", "", "duration"),
    ],
)
def test_rates_and_kinds(text: str, surface: str, per: str, kind: str) -> None:
    quantity = only(text)
    assert (quantity.surface, quantity.per, quantity.kind) == (surface, per, kind)


@pytest.mark.parametrize("text", ["十余家", "几十家", "数百人"])
def test_vague_amounts_have_no_value(text: str) -> None:
    assert (only(text).surface, only(text).value) == (text, None)


@pytest.mark.parametrize(
    "text",
    [
        "遵府办函〔2024〕19号",
        "国发〔201811号",
        "1.明确责任 (一)指导 第三条 专栏1 附件2",
        "2025年5月25日 2023—2025年 “十四五”时期",
        "5G、A4、COVID-19、二产技工类",
        "一是完善,二是一批,十一是一定要统一",
        "第一个五年、第二个百年、十九届、“三位一体”、“两个占比”",
        "双随机、一公开,一圈一带两区,三支一扶,一人一策",
        "“金保工程”二期,一次性奖励,上一篇,千家万户",
        "电话:0851-28612345,13812345678",
        "8:30至17:00,每月10日前",
        "两部制电价,2021届毕业生",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert [quantity.surface for quantity in find_quantities(text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话:0851-28612345", ["0851-28612345"]),
        ("拨打服务热线12333咨询", ["12333"]),
        ("手机13812345678", ["13812345678"]),
        ("培训12345人", []),
    ],
)
def test_phones(text: str, expected: list[str]) -> None:
    assert [(phone.surface, phone.kind) for phone in find_phones(text)] == [(number, "phone") for number in expected]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("一百万人", "100万人", True),
        ("1,000,000人", "100万人", True),
        ("六成", "60%", True),
        ("百分之六十", "60%", True),
        ("1/2", "50%", True),
        ("三分之一", "1/3", True),
        ("150万", "150万人次", True),
        ("9万人", "9万名", True),
        ("28家", "28个", True),
        ("9万人", "9万人次", False),
        ("9万人", "9万元", False),
        ("50%", "50个", False),
        ("1-2家", "2家", False),
        ("25万人", "14万人", False),
        ("50家以上", "50家", True),
    ],
)
def test_same_quantity(a: str, b: str, same: bool) -> None:
    assert same_quantity(only(a), only(b)) is same
    assert same_quantity(only(b), only(a)) is same


def test_the_bound_counts_where_asked_for() -> None:
    assert not same_quantity(only("50家以上"), only("50家"), with_bound=True)
    assert same_quantity(only("不少于50家"), only("不得少于50家"), with_bound=True)


@given(st.text(alphabet=ALPHABET, max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_without_error_and_verbatim(text: str) -> None:
    quantities = find_quantities(text)
    assert all(text[quantity.start : quantity.end] == quantity.surface for quantity in quantities)
    assert all(q.start <= q.number_start < q.number_end <= q.end for q in quantities)
    assert all(a.end <= b.start for a, b in pairwise(quantities))
