from __future__ import annotations

import pytest

from corpus.numbering import ORDINAL, RANK, mark_at, parse_cn, to_cn


@pytest.mark.parametrize(
    ("text", "kind", "number", "printed"),
    [
        ("附件", "annex", 0, "附件"),
        ("附件1 清单", "annex", 1, "附件1"),
        ("附件二:名单", "annex", 2, "附件二:"),
        ("附 件 3", "annex", 3, "附 件 3"),
        ("附表1：计划表", "annex", 1, "附表1："),
        ("专栏1  “十四五”时期指标", "box", 1, "专栏1"),
        ("专栏 十 计划", "box", 10, "专栏 十"),
        ("第一编 总则", "part", 1, "第一编"),
        ("第二部分 政策内容", "part", 2, "第二部分"),
        ("第一章　总则", "chapter", 1, "第一章"),
        ("第十二章附则", "chapter", 12, "第十二章"),
        ("## 第三章 罚则", "chapter", 3, "第三章"),
        ("第二节 申请", "section", 2, "第二节"),
        ("第一条 为了规范", "article", 1, "第一条"),
        ("第一百二十条之一 有下列", "article", 120, "第一百二十条之一"),
        ("第一千二百六十条 本法", "article", 1260, "第一千二百六十条"),
        ("第30条 施行", "article", 30, "第30条"),
        ("第二条中国公民享有", "article", 2, "第二条"),
        ("三、健全完善", "cn", 3, "三、"),
        ("二十一、附则", "cn", 21, "二十一、"),
        ("一、三级联动机制", "cn", 1, "一、"),
        ("一、二〇二二年计划", "cn", 1, "一、"),
        ("(四)抓好重点", "cn_paren", 4, "(四)"),
        ("（十二）建立", "cn_paren", 12, "（十二）"),
        ("（ 三 ）建立", "cn_paren", 3, "（ 三 ）"),
        ("㈢建立", "cn_paren", 3, "㈢"),
        ("1.明确责任", "arabic", 1, "1."),
        ("１２．明确", "arabic", 12, "１２．"),
        ("3、抓好", "arabic", 3, "3、"),
        ("⒉抓好", "arabic", 2, "⒉"),
        ("(1)申请", "arabic_paren", 1, "(1)"),
        ("2）审核", "arabic_paren", 2, "2）"),
        ("⑶发证", "arabic_paren", 3, "⑶"),
        ("③公示", "circled", 3, "③"),
        ("——终身培训制度", "dash", 0, "——"),
        ("• 总体要求", "bullet", 0, "•"),
        ("●重点", "bullet", 0, "●"),
    ],
)
def test_marks(text: str, kind: str, number: int, printed: str) -> None:
    mark = mark_at(text, 0)
    assert mark is not None
    assert (mark.kind, mark.number, mark.printed) == (kind, number, printed)
    assert mark.kind in RANK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "附件下载",
        "附件一览表",
        "专栏作家",
        "第三条规定的",
        "第三条第二款",
        "第十条、第十一条",
        "第二章的规定",
        "第一，要抓好",
        "一、二级市场",
        "三、四季度",
        "一、二、三类人员",
        "(一)、(二)项",
        "（三）项规定",
        "(含技校)",
        "1.5万人",
        "2024.5.25",
        "2024年",
        "0.明确",
        "(2022)3号",
        "(3)、(4)",
        "①②",
        "------",
        "○三五",
        "一是加强",
        "一方面",
        "十四五时期",
    ],
)
def test_what_is_no_mark(text: str) -> None:
    assert mark_at(text, 0) is None


def test_a_mark_ends_on_its_line_behind_its_white_space() -> None:
    assert [mark_at(text, 0).end for text in ("一、  总体", "一、\n总体", "## 一、总体")] == [4, 2, 5]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十八", 38), ("一百零五", 105), ("一千二百六十", 1260),
     ("两", 2), ("38", 38), ("３８", 38), ("", 0), ("甲", 0)],
)  # fmt: skip
def test_parse_cn(numeral: str, value: int) -> None:
    assert parse_cn(numeral) == value


def test_to_cn_is_undone_by_parse_cn() -> None:
    assert [parse_cn(to_cn(number)) for number in range(1, 100)] == list(range(1, 100))
    assert to_cn(11) == "十一"


@pytest.mark.parametrize(
    ("text", "found"),
    [("一是加强", "一"), ("十一是", None), ("十一是大力", "十一"), ("一是否", None)],
)
def test_ordinals(text: str, found: str | None) -> None:
    match = ORDINAL.match(text)
    assert (match and match["n"]) == found
