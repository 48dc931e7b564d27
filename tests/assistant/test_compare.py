from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from assistant.assistant import Assistant
from assistant.compare import Row, asked_of_each, asks_which_places, printed_figure, statement, table, without
from assistant.intent import read_intent
from assistant.verify import unsupported
from corpus.model import Measure, Target


def target(
    value: int | str | None,
    figure: str,
    unit: str = "人次",
    measure: Measure = "累计",
    last: int | None = 2025,
    *,
    first: int | None = None,
    bound: str = "",
    period: str = "",
    indicator: str = "培训",
) -> Target:
    number = None if value is None else Decimal(value)
    return Target(
        "d", "d#1", "某省", indicator, figure, number, None, unit, bound, measure, (first, last), period, 0, 1, 0, 1
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些地方有退役军人培训", True),
        ("都有哪些省在搞马兰花", True),
        ("哪几个市支持学徒制", True),
        ("哪里有免费培训", True),
        ("哪里提到了残疾人", True),
        ("哪份文件里写了残疾人", True),
        ("这份文件是哪里发的", False),
        ("哪些人可以参加", False),
        ("哪个部门负责", False),
    ],
)
def test_who_asks_for_places(question: str, expected: bool) -> None:
    assert asks_which_places(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("甲省和乙省养老床位差多少", True),
        ("甲省床位比乙省多几万张", True),
        ("甲省床位比乙省高多少", True),
        ("甲省和乙省床位各是多少", True),
        ("新增床位甲省多还是乙省多", True),
        ("甲省跟乙省比哪个定得高", True),
        ("护理床位占比的要求一样吗", True),
        ("甲省床位占比多少", False),
        ("甲省技能比赛奖多少钱", False),
        ("甲省护理床位比例多高", False),
        ("甲省养老床位多少张", False),
    ],
)
def test_what_compares(question: str, expected: bool) -> None:
    assert read_intent(question).comparison is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("甲省和乙省养老床位差多少", "甲省和乙省养老床位多少"),
        ("养老床位甲省跟乙省相差几万张", "养老床位甲省跟乙省多少张"),
        ("甲省养老床位比乙省少几万张", "甲省养老床位和乙省多少张"),
        ("甲省占比比乙省高几个百分点", "甲省占比和乙省多少个百分点"),
        ("培训人次,甲省跟乙省比哪个定得高", "培训人次,甲省跟乙省多少"),
        ("同样是到2025年,甲省和乙省床位谁的更多", "到2025年,甲省和乙省床位多少"),
        ("新增床位:甲省多还是乙省多", "新增床位:甲省和乙省多少"),
        ("甲省床位占比多少", "甲省床位占比多少"),
        ("内蒙古和辽宁谁的高技能人才目标高", "内蒙古和辽宁高技能人才目标多少"),
        ("辽宁和内蒙古哪个省的小微企业多", "辽宁和内蒙古小微企业多少"),
        ("遵义和江西哪个地方培训的农民工更多?", "遵义和江西培训的农民工多少?"),
    ],
)
def test_what_each_side_is_asked(question: str, expected: str) -> None:
    assert asked_of_each(question) == expected


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        ("甲省和乙省养老床位多少", ["甲省", "乙省"], "养老床位多少"),
        ("养老床位甲省跟乙省多少", ["甲省", "乙省"], "养老床位多少"),
        ("到2025年,养老床位甲省、乙省各多少", ["甲省", "乙省"], "到2025年,养老床位各多少"),
        ("甲省床位十三五末和2025年多少", ["十三五末"], "甲省床位2025年多少"),
        ("甲省床位十三五末和2025年多少", ["2025年"], "甲省床位十三五末多少"),
    ],
)
def test_one_side_alone(text: str, taken: list[str], left: str) -> None:
    spans = [(text.index(part), text.index(part) + len(part)) for part in taken]
    assert without(text, spans) == left


A, B = "甲省", "乙省"
COMPARED = [
    (
        [(A, target(1_250_000, "125万人次以上")), (B, target(1_500_000, "150万人次以上"))],
        "乙省更高,按原文数字相差25万人次:甲省125万人次以上[1],乙省150万人次以上[2]。",
    ),
    (
        [(A, target(1_250_000, "125万人次以上")), (B, target(1_500_000, "150万"))],
        "乙省更高,按原文数字相差25万人次:甲省125万人次以上[1],乙省150万人次[2]。",
    ),
    (
        [(A, target(60, "60%以上", "%", "比例")), (B, target("65.5", "65.5%以上", "%", "比例"))],
        "乙省更高,按原文数字相差5.5个百分点:甲省60%以上[1],乙省65.5%以上[2]。",
    ),
    (
        [(A, target(9500, "9500张", "张")), (B, target(9000, "9000张", "张"))],
        "甲省更高,按原文数字相差500张:甲省9500张[1],乙省9000张[2]。",
    ),
    (
        [(A, target(9, "9家", "家")), (B, target(9, "9家", "家"))],
        "双方的数字相同:甲省9家[1],乙省9家[2]。",
    ),
    (
        [(A, target(9, "9万人", "人", period="到2025年")), (B, target(5, "5万人", "人", last=2020, period="到2020年"))],
        "所指时期不同,不能直接比较高低:甲省(到2025年)9万人[1],乙省(到2020年)5万人[2]。",
    ),
    (
        [(A, target(9, "9人", "人", first=2021)), (B, target(5, "5人", "人", first=2023))],
        "所指时期不同,不能直接比较高低:甲省9人[1],乙省5人[2]。",
    ),
    (
        [
            (A, target(12000, "1.2万元", "元", "其他", first=2021, period="“十四五”")),
            (B, target(10000, "1万元", "元", "其他", None)),
        ],
        "甲省更高,按原文数字相差2000元:甲省(“十四五”)1.2万元[1],乙省1万元[2]。",
    ),
    (
        [(A, target(30, "每年30人次", measure="年均")), (B, target(150, "累计150人次"))],
        "口径不同(甲省写的是每年的数,乙省写的是累计),不能直接比较高低:甲省每年30人次[1],乙省累计150人次[2]。",
    ),
    (
        [(A, target(30, "30%", "%", "比例")), (B, target(150, "150人次"))],
        "单位不同(%、人次),不能直接比较高低:甲省30%[1],乙省150人次[2]。",
    ),
    (
        [(A, target(3, "3家", "家", bound="不超过")), (B, target(2, "2家", "家", bound="不少于"))],
        "限定的方向不同(不少于、不超过),不能直接比较高低:甲省3家[1],乙省2家[2]。",
    ),
    (
        [(A, target(None, "1/3", "")), (B, target(2, "2人次"))],
        "数字的写法不同,不能直接比较高低:甲省1/3[1],乙省2人次[2]。",
    ),
    (
        [(A, target(3, "3人")), (B, target(9, "9人")), ("丙省", target(5, "5人"))],
        "按原文数字从高到低:乙省9人、丙省5人、甲省3人。",
    ),
    ([(A, target(12, "12人次")), (B, None)], ""),
    ([(A, None), (B, None)], ""),
]


def rows_of(sides: list[tuple[str, Target | None]], *, timed: bool = False) -> list[Row]:
    return [
        Row(place, "", figure, f"{figure.period_text}达到{figure.figure}" if figure else "", n, "", timed)
        for n, (place, figure) in enumerate(sides, 1)
    ]


@pytest.mark.parametrize(("sides", "expected"), COMPARED)
def test_what_figures_come_to(sides: list[tuple[str, Target | None]], expected: str) -> None:
    assert statement(rows_of(sides)) == expected


@pytest.mark.parametrize(("sides", "expected"), [row for row in COMPARED if "相差" in row[1]])
def test_what_is_said_of_figures_is_supported(sides: list[tuple[str, Target | None]], expected: str) -> None:
    quotes = [row.quote for row in rows_of(sides)]
    assert unsupported(expected.replace("[1]", "").replace("[2]", ""), quotes) == ()


@pytest.mark.parametrize(
    ("earlier", "later", "compares"),
    [
        (target(45, "45人", "人", "完成情况", 2020), target(60, "60人", "人", "总量"), True),
        (target(45, "45人", "人", "完成情况", 2020, first=2016), target(60, "60人", "人", "累计", first=2021), True),
        (target(45, "45%", "%", "比例", 2020), target(60, "60%", "%", "比例"), True),
        (target(45, "45%", "%", "完成情况", 2020), target(60, "60%", "%", "比例"), True),
        (target(45, "45人", "人", "完成情况", 2020, indicator="新增护理员"), target(60, "60人", "人", "总量"), False),
        (target(45, "45家", "家", "完成情况", 2020), target(20, "20家", "家", "累计", first=2021), False),
        (target(45, "45家", "家", "完成情况", 2020), target(20, "20家", "家", "新增"), False),
    ],
)
def test_periods_of_one_place(earlier: Target, later: Target, compares: bool) -> None:
    said = statement(rows_of([("2020年", earlier), ("2025年", later)], timed=True))
    assert ("更高,按原文数字相差" in said) is compares
    assert ("不能直接比较高低" in said) is not compares


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (target(1, "150万"), "150万人次"),
        (target(1, "20", "个"), "20个"),
        (target(1, "125万人次以上"), "125万人次以上"),
        (target(1, "60%以上", "%"), "60%以上"),
        (target(1, "1/3", ""), "1/3"),
    ],
)
def test_a_figure_with_its_unit(figure: Target, expected: str) -> None:
    assert printed_figure(figure) == expected


def test_a_cell_cannot_break_the_table() -> None:
    assert table([Row("甲省", "一|二\n三[1]。")]) == [
        "| 地区 | 文件怎么写 |",
        "| --- | --- |",
        "| 甲省 | 一｜二 三[1]。 |",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("内蒙和辽宁补贴性培训差多少", "辽宁省更高,按原文数字相差25万人次:"),
        ("内蒙古补贴性培训比辽宁少几万人次", "辽宁省更高,按原文数字相差25万人次:"),
        ("农民工(农牧民工)这块的培训人次,辽宁跟内蒙古比哪个定得高", "内蒙古自治区更高,按原文数字相差10万人次:"),
        ("新增高技能人才:辽宁多还是内蒙古多", "辽宁省更高,按原文数字相差11万人:"),
        ("江西和遵义对职工教育经费用于一线的比例要求一样吗", "双方的数字相同:江西省60%以上[1]"),
        ("辽宁和遵义高技能人才目标哪个多", "口径不同(辽宁省写的是新增,遵义市写的是累计)"),
        ("辽宁高技能人才十三五末和十四五末差多少", "“十四五”时期更高,按原文数字相差25万人:"),
    ],
)
def test_a_comparison(
    assistant: Assistant, today: date, check_grounded: Callable[..., None], question: str, first: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.answer.startswith(first)
    check_grounded(assistant, answer)
