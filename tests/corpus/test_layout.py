from __future__ import annotations

import pytest

from corpus.layout import read_layout

BODY = "\n一、总体要求\n到2025年,培训12万人次。\n二、工作措施\n抓好落实。"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("江西省人民政府关于推行终身职业技能培训制度的实施意见", None),
        ("《“技能行动”实施方案(2022—2025年)》政策解读", None),
        ("最高人民法院关于适用合同编若干问题的解释（一）", None),
        ("# 某县稳就业若干措施（试行）", "某县稳就业若干措施（试行）"),
        ("直销管理条例", None),
        (
            "辽宁省人力资源和社会保障厅\n关于印发《辽宁省职业技能培训规划》的通知",
            "辽宁省人力资源和社会保障厅关于印发《辽宁省职业技能培训规划》的通知",
        ),
        (
            "财政部\n税务总局\n关于支持就业创业有关税收政策的公告",
            "财政部税务总局关于支持就业创业有关税收政策的公告",
        ),
        (
            "某市人民政府办公室关于印发《某市推进技能行动\n实施方案》\n的通知",
            "某市人民政府办公室关于印发《某市推进技能行动实施方案》的通知",
        ),
        ("某省人民政府文件\n某政发〔2024〕5号\n某省人民政府关于促进就业的意见", "某省人民政府关于促进就业的意见"),
        ("您当前所在的位置: 首页 > 政策\n索引号 0001 主题 就业\n某市促进就业办法", "某市促进就业办法"),
        ("多地出台新举措 帮助企业稳岗", None),
        ("各市人民政府:", "文件名"),
        ("为贯彻落实有关精神,现提出以下意见。", "文件名"),
        ("要闻\n某部部署安全工作,要求抓紧落实。\n某部关于安全工作的通知", "文件名"),
    ],
)
def test_title(head: str, title: str | None) -> None:
    assert read_layout(head + BODY, fallback_title="文件名").title == (title or head)


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "一、总体要求"])
def test_a_text_without_a_title_takes_the_fallback(text: str) -> None:
    assert read_layout(text, fallback_title="文件名").title == "文件名"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("索引号 000014349/2024-770811 主题分类 劳动", "record"),
        ("[发文机构] 北京市人民政府办公厅", "furniture"),
        ("发布时间:2022年06月14日 编辑:张三 来源:职业能力建设处", "furniture"),
        ("字号: 分享:", "furniture"),
        ("某人社发〔2022〕20号", "front"),
        ("2011年5月27日 某省第十一届人民代表大会常务委员会第二十四次会议通过", "front"),
        ("（2005年8月23日国务院令第443号公布 根据2017年3月1日《决定》修订）", "front"),
        ("某市促进就业实施办法", "repeat"),
        ("各县(区)人民政府:", "body"),
        ("为促进就业,制定本办法。", "body"),
        ("时间就是生命,各单位要抓紧落实。", "body"),
    ],
)
def test_lines_between_title_and_body(line: str, part: str) -> None:
    layout = read_layout(f"某市促进就业实施办法\n{line}{BODY}", fallback_title="")
    assert [found.part for found in layout.lines[:2]] == ["title", part]


@pytest.mark.parametrize(
    ("tail", "parts"),
    [
        ("\n某市人民政府\n2024年5月25日", ["tail", "tail"]),
        ("\n某市人民政府 二〇二四年五月二十五日", ["tail"]),
        ("\n某市教育局    某市财政局\n2024-05-25\n(此件公开发布)", ["tail", "tail", "tail"]),
        ("\n20181128", ["tail"]),
        ("\n2024年5月25日\n扫一扫在手机打开当前页面\n上一篇:\n下一篇:", ["tail", *["furniture"] * 3]),
        ("\n附件:1.任务清单\n2.联系表\n某市人民政府\n2024年5月25日", [*["annexes"] * 2, *["tail"] * 2]),
        ("\n附件:任务清单", ["annexes"]),
        ("\n某市人民政府\n2024年5月25日\n附件1\n清单\n一、目标\n完成。", ["tail", "tail", *["body"] * 4]),
        ("\n附件1:任务清单\n各县要完成任务。", ["body", "body"]),
    ],
)
def test_lines_below_the_body(tail: str, parts: list[str]) -> None:
    layout = read_layout(f"某市促进就业实施办法{BODY}{tail}", fallback_title="")
    assert [line.part for line in layout.lines[5:]] == parts


def test_a_covering_letter_ends_at_the_inner_title() -> None:
    letter = "某局关于印发《某市技能方案》的通知\n各县:\n现印发给你们。\n某局\n2024年1月2日"
    text = f"{letter}\n某市技能方案\n为了发展,制定。{BODY}"
    layout = read_layout(text, fallback_title="")
    assert layout.inner == 5
    assert [line.part for line in layout.lines] == ["title", *["front"] * 4, "title", *["body"] * 5]


def test_an_order_takes_the_title_of_what_it_orders() -> None:
    order = "中华人民共和国国务院令\n第443号\n《直销管理条例》已经通过,现予公布。\n总理"
    layout = read_layout(f"{order}\n直销管理条例\n第一条 为了规范。", fallback_title="")
    assert (layout.title, layout.inner) == ("直销管理条例", 4)


def test_a_second_copy_of_the_body_is_a_repeat() -> None:
    many = "加强组织领导," * 12
    body = "\n".join(f"{n}、第{n}项任务\n各地要落实第{n}项任务,{many}按时完成。" for n in "一二三四")
    layout = read_layout(f"某市政策解读\n前言一句。\n{body}\n点击查看政策原文\n{body}", fallback_title="")
    assert [line.part for line in layout.lines] == ["title", *["body"] * 9, "furniture", *["repeat"] * 8]


def test_a_table_of_contents_is_a_repeat() -> None:
    contents = "目 录\n第一章 总则……1\n第二章 罚则……3\n第三章 附则……9"
    text = f"某省条例\n{contents}\n第一章 总则\n第一条 略。\n第二章 罚则\n第三章 附则"
    parts = [line.part for line in read_layout(text, fallback_title="").lines]
    assert parts == ["title", *["repeat"] * 4, *["body"] * 4]


def test_lost_line_breaks_are_found_again_in_long_lines() -> None:
    work = "各单位要落实。" * 30
    text = f"某市关于稳岗的通知 各有关单位： 为了稳岗 2020 年 2 月起执行。{work} 一、提高认识 要提高认识。"
    lines = read_layout(text, fallback_title="").lines
    openings = ["某市关于", "各有关单", "为了稳岗", "一、提高", "要提高认"]
    assert [line.text[:4] for line in lines] == openings
    assert [line.inside for line in lines] == [False, True, True, True, True]
    assert all(text[line.start : line.end] == line.text for line in lines)


def test_zero_width_characters_are_blank() -> None:
    lines = read_layout("\ufeff某市促进就业办法\u200b\n\u200b\n\u3000\u200b一、总则\n", fallback_title="").lines
    assert [line.text for line in lines] == ["某市促进就业办法", "一、总则"]
