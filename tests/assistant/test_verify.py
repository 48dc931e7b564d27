from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import Citation
from assistant.verify import unsupported, verify_quotes
from corpus.errors import UngroundedAnswer


@pytest.mark.parametrize(
    ("statement", "quote", "missing"),
    [
        ("", "", ()),
        ("没有数字", "没有", ()),
        ("高技能人才达到九万人以上", "高技能人才达到9万人以上", ()),
        ("高技能人才达到9万人以上", "高技能人才达到九万人以上", ()),
        ("达到90000人以上", "达到9万人以上", ()),
        ("12万人次", "120000人次", ()),
        ("补贴五百元", "补贴500元", ()),
        ("百分之三十", "30%", ()),
        ("三分之一", "1/3", ()),
        ("1/3", "1/3", ()),
        ("1-2家", "1-2家", ()),
        ("每2年", "每两年", ()),
        ("2023—2025年", "2023-2025年", ()),
        ("“十四五”时期", "2021-2025年", ()),
        ("2018年11月28日", "20181128", ()),
        ("2024年5月25日印发", "2024年5月25日", ()),
        ("达到10万人以上", "达到9万人以上", ("10万人以上",)),
        ("达到9万人", "达到9万人以上", ("9万人",)),
        ("30%", "30%以上", ("30%",)),
        ("不超过3家", "3家", ("不超过3家",)),
        ("2家", "1-2家", ("2家",)),
        ("12万人次", "12万人", ("12万人次",)),
        ("30%以上", "", ("30%以上",)),
        ("到2026年达到", "到2025年", ("到2026年",)),
        ("2024年5月26日印发", "2024年5月25日", ("2024年5月26日",)),
        # 年均 · 累计
        ("每年培训12万人次", "2023—2025年,累计培训12万人次", ("12万人次",)),
        ("累计培训30万人次", "年均培训30万人次", ("30万人次",)),
        ("累计培训12万人次", "累计培训12万人次", ()),
        ("培训12万人次", "累计培训12万人次", ()),
        ("累计培训12万人次", "培训12万人次", ()),
        # 新增 · 总量
        ("新增床位16万张", "床位总量达到16万张", ("16万张",)),
        ("床位总量达到16万张", "新增床位16万张", ("16万张",)),
        ("新增床位16万张,总量达到20万张", "总量达到20万张,其中新增16万张", ()),
        # 目标 · 完成情况
        ("目标是150万人次", "已培训150万人次", ("150万人次",)),
        ("已培训150万人次", "力争培训150万人次", ("150万人次",)),
        ("截至年底培训150万人次", "培训了150万人次", ()),
        # what figures differ by
        ("相差4万张", "甲有16万张,乙有12万张", ()),
        ("相差5万张", "甲有16万张,乙有12万张", ("5万张",)),
        ("相差4万人", "甲有16万张,乙有12万张", ("4万人",)),
        ("相差5个百分点", "甲60%以上,乙65%以上", ()),
        # what is denied
        ("不是20万张", "达到16万张", ()),
        ("不是16万张", "达到16万张以上", ("16万张",)),
    ],
)
def test_unsupported(statement: str, quote: str, missing: tuple[str, ...]) -> None:
    assert unsupported(statement, [quote]) == missing


def test_any_quote_may_support() -> None:
    assert unsupported("3万人次和9万人以上", ["9万人以上", "3万人次"]) == ()
    assert unsupported("3万人次", []) == ("3万人次",)


RAW = "总则。到2025年,高技能人才达到9万人以上。附则。"
GOOD = Citation(
    1,
    "d#1",
    "d",
    "标题",
    None,
    "",
    "",
    None,
    "",
    (),
    "到2025年,高技能人才达到9万人以上。",
    "高技能人才达到9万人以上",
    11,
    23,
)


def test_a_verbatim_quote_passes() -> None:
    start = RAW.index(GOOD.quote)
    verify_quotes([replace(GOOD, start=start, end=start + len(GOOD.quote))], {"d": RAW})


@pytest.mark.parametrize(
    "change",
    [
        {"start": 0, "end": 12},
        {"quote": "高技能人才达到90万人以上"},
        {"quote": "总则。"},
        {"text": "到2025年,高技能人才达到9万人以上!"},
        {"start": -12, "end": -1},
        {"start": 999, "end": 1011},
    ],
    ids=["elsewhere", "altered", "outside the clause", "altered clause", "negative", "beyond the end"],
)
def test_anything_else_does_not(change: dict[str, object]) -> None:
    start = RAW.index(GOOD.quote)
    citation = replace(replace(GOOD, start=start, end=start + len(GOOD.quote)), **change)  # type: ignore[arg-type]
    with pytest.raises(UngroundedAnswer) as caught:
        verify_quotes([citation], {"d": RAW})
    assert "d#1" in caught.value.message
