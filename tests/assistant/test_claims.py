"""A figure that a question claims, confirmed or corrected by the documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.claims import claimed, same_amount
from assistant.question import QuestionReader
from corpus.model import Target
from corpus.quantities import find_quantities


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("内蒙古高技能人才2025年达到200万对不对", "200万"),
        ("遵义每年培训30万人次是真的吗", "30万人次"),
        ("江西说要办100所技工学校真的假的", "100所"),
        ("听说每人发5000块", "5000块"),
        ("遵义吉他培训目标是不是3万人次", "3万人次"),
        ("辽宁新增高技能人才25万吗", "25万"),
        ("遵义规定每年培训12万人次,那三年就是36万,对吧", "12万人次"),
        ("我今年55岁能参加吗", None),
        ("我们招了120人,有补贴吗", None),
        ("培训满20天可以领补贴吗", None),
        ("辽宁培训150万人次的目标由谁负责", None),
        ("遵义培训多少万人次", None),
        ("高技能人才有目标吗", None),
        ("街道说要腾房子,按住户数算,一百户起码得配多大面积", None),
        ("辽宁那17个帮扶县叫什么名字", None),
    ],
)
def test_what_is_claimed(reader: QuestionReader, today: date, question: str, figure: str | None) -> None:
    found = claimed(reader.read(question, as_of=today))
    assert (found.surface if found else None) == figure


@pytest.mark.parametrize(
    ("asked", "stated", "expected"),
    [
        ("25万", "25万人以上", True),
        ("25万人", "25万人以上", True),
        ("二十五万", "25万人", True),
        ("100所", "100家", True),
        ("26万人", "25万人以上", False),
        ("不超过3家", "不得少于3家", False),
        ("不超过3家", "不得超过3家", True),
    ],
)
def test_same_amount(asked: str, stated: str, expected: bool) -> None:
    (quantity,) = find_quantities(asked)
    (own,) = find_quantities(stated)
    target = Target(
        "d", "d#1", "", "", stated, own.value, own.high, own.unit, own.bound, "其他", (None, None), "", 0, 1, 0, 1
    )
    assert same_amount(quantity, target) is expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("内蒙古高技能人才2025年达到200万对不对", "文件写的是14万人以上[1],不是200万。"),
        ("内蒙古补贴性培训150万人次对吗", "文件写的是125万人次以上[1],不是150万人次。"),
        ("辽宁十四五要新增50万高技能人才吗", "文件写的是新增25万人以上[1],不是50万。"),
        ("江西每年培训农民工50万人次是真的吗", "文件写的是30万人次以上[1],不是50万人次。"),
        ("江西每年培训农民工30万人次吗", "文件写的是30万人次以上[1]。"),
        ("辽宁高技能人才总量25万对不对", "文件写的是总量146.5万人[1]。"),
        ("遵义吉他培训目标是不是3万人次", "文件写的是2000人次[1]。"),
        ("遵义每年培训30万人次是真的吗", "文件没有写每年的数,写的是累计12万人次[1]。"),
        ("遵义每年培训12万人次对吗", "文件没有写每年的数,写的是累计12万人次[1]。"),
        ("辽宁补贴性培训150万人次完成了吗", "文件写的是目标150万人次以上[1],没有写完成情况。"),
    ],
)
def test_a_claim_that_the_documents_settle(
    assistant: Assistant, today: date, check_grounded: Callable[..., None], question: str, first: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "answered"
    assert answer.answer.startswith(first)
    check_grounded(assistant, answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("江西说要办100所技工学校真的假的", "没有写到“100所”"),
        ("听说遵义每人发5000块", "没有写到“5000块”"),
        ("听说每人发5000块", "没有写到“5000块”"),
        ("遵义农牧民工培训35万人次完成了吗", "没有写到“35万人次”"),
    ],
)
def test_a_claim_that_none_speaks_of(assistant: Assistant, today: date, question: str, told: str) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "refused"
    assert told in answer.answer
