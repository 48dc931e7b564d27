from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.segment import Segmentation, segment
from corpus.sources import find_sources, read_source

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
TEXTS = {path.stem: read_source(path).text for path in find_sources([DOCUMENTS])[0]}


def check(text: str, found: Segmentation) -> None:
    """The invariants: clauses and noise tile the text, offsets round-trip, ids are unique, parents exist."""
    position = 0
    for span in sorted([*found.clauses, *found.noise], key=lambda span: span.start):
        assert span.start == position < span.end
        position = span.end
    assert position == len(text)
    ids = [clause.clause_id for clause in found.clauses]
    assert len(set(ids)) == len(ids)
    for clause in found.clauses:
        assert text[clause.start : clause.end] == clause.text
        assert clause.text.strip()
        assert clause.parent_id is None or clause.parent_id in ids
        assert clause.parent_id != clause.clause_id


def tree(text: str) -> list[tuple[str, str, str, str]]:
    """Return (key, label, role, text with line breaks as ⏎) of each clause."""
    found = segment(text, doc_id="d")
    check(text, found)
    return [(c.clause_id[2:], c.label, c.role, c.text.replace("\n", "⏎")) for c in found.clauses]


def keys(text: str) -> list[str]:
    return [row[0] for row in tree(text)]


def test_sections_items_and_ordinals() -> None:
    text = (
        "某市就业方案\n为促进就业,制定本方案。\n一、目标\n(一)指导思想。坚持创新。\n(二)主要任务\n"
        "1.抓培训。培训1万人。一是面向青年。二是面向农民。\n2.抓评价。评价1万人。\n"
        "二、保障。加强领导。\n某市人民政府\n2024年5月25日"
    )
    assert tree(text) == [
        ("title", "标题", "title", "某市就业方案"),
        ("0", "前言", "preamble", "为促进就业,制定本方案。"),
        ("1", "一", "heading", "一、目标"),
        ("1.1", "一、(一)", "body", "(一)指导思想。坚持创新。"),
        ("1.2", "一、(二)", "heading", "(二)主要任务"),
        ("1.2.1", "一、(二)1", "body", "1.抓培训。培训1万人。"),
        ("1.2.1.1", "一、(二)1一是", "body", "一是面向青年。"),
        ("1.2.1.2", "一、(二)1二是", "body", "二是面向农民。"),
        ("1.2.2", "一、(二)2", "body", "2.抓评价。评价1万人。"),
        ("2", "二", "body", "二、保障。加强领导。"),
        ("sign", "落款", "notice", "某市人民政府⏎2024年5月25日"),
    ]


def test_rows_of_a_table_are_a_clause_below_their_section() -> None:
    assert tree(
        "某市就业方案\n一、标准\n补贴如下。\n| 项目:培训 | 标准:1000元 |\n| 项目:生活费 | 标准:50元 |\n"
        "自2024年起执行。\n二、保障\n| 一、单位:甲 | 职责:1.抓 |\n"
    ) == [
        ("title", "标题", "title", "某市就业方案"),
        ("1", "一", "body", "一、标准⏎补贴如下。"),
        ("1.t1", "一表1", "table", "| 项目:培训 | 标准:1000元 |⏎| 项目:生活费 | 标准:50元 |"),
        ("1.p2", "一", "body", "自2024年起执行。"),
        ("2", "二", "body", "二、保障"),
        ("2.t1", "二表1", "table", "| 一、单位:甲 | 职责:1.抓 |"),
    ]


def test_a_table_without_numbered_text_and_a_long_one() -> None:
    row = f"| 项目:{'培' * 400} | 标准:1000元 |"
    text = f"第一段文字。\n| 甲 | 乙 |\n|---|---|\n| 丙 | 丁 |\n第二段文字。\n{row}\n{row}\n{row}\n{row}"
    assert keys(text) == ["p1", "t1", "p2", "t2", "t2.p2"]


def test_decimal_numbers_open_clauses() -> None:
    text = (
        "某市应急预案\n1 总则\n1.1 编制目的\n为了应对。\n1.2 编制依据\n1.2.1 法律。依法。\n1.2.2 规划。照办。\n"
        "2 职责\n2.1 指挥部\n1.5万人参加。\n2.3%的比例。\n2.2 办公室\n(1)值守。\n"
    )
    assert [(key, label) for key, label, *_ in tree(text)] == [
        ("title", "标题"),
        ("1", "1"),
        ("1.1", "1.1"),
        ("1.2", "1.2"),
        ("1.2.1", "1.2.1"),
        ("1.2.2", "1.2.2"),
        ("2", "2"),
        ("2.1", "2.1"),
        ("2.2", "2.2"),
        ("2.2.1", "2.2(1)"),
    ]


def test_decimal_figures_are_no_headings() -> None:
    assert keys("某市就业方案\n一、目标\n1.5万人就业。\n2.1亿元投入。\n二、保障\n3.2个百分点。\n") == [
        "title",
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某市关于就业的通知\n一 、总 体 要 求\n坚持优先。\n二 、保 障\n落实。", ["title", "1", "2"]),
        ("某某条例\n第 一 条 为了就业。\n第 二 条 依法。\n第二条之一 补充。", ["title", "a1", "a2", "a2-1"]),
        ("关 于 做 好 就 业 工 作 的 通 知\n一、甲。\n二、乙。", ["title", "1", "2"]),
    ],
)
def test_slips_of_text_recognition(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "某省建立保障机制 1月29日，记者获悉：该厅会同部门，健全机制,落实经费,确保民生资金。 一是抓落实。",
            "某省建立保障机制",
        ),
        (
            "某省物资管理确保“五严格” 日前，省厅印发通知，要求各级部门落实到位,不得自行其是。 严格管理。",
            "某省物资管理确保“五严格”",
        ),
        ("关 于 做 好 就 业 工 作 的 通 知\n一、甲。", "关于做好就业工作的通知"),
    ],
)
def test_titles_of_texts_without_line_breaks(text: str, title: str) -> None:
    assert segment(text, doc_id="d", fallback_title="stem").title == title


def test_heading_paths() -> None:
    items = "(一)指导思想。坚持创新。\n(二)到2025年,培训1万人,评价1万人,表彰1百人。"
    found = segment(f"某市就业方案\n一、目标\n{items}", doc_id="d")
    assert [clause.heading_path for clause in found.clauses] == [
        (),
        ("一、目标",),
        ("一、目标", "(一)指导思想"),
        ("一、目标",),
    ]
    assert [clause.parent_id for clause in found.clauses] == [None, None, "d#1", "d#1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # articles keep their paragraphs and items
        (
            "某省条例\n第一章 总则\n第一条 为了。\n第二款。\n第二条 有下列情形：\n（一）甲；\n（二）乙。\n"
            "第二章 附则\n第三条 施行。",
            ["title", "c1", "a1", "a2", "c2", "a3"],
        ),
        ("某省条例\n第一条 甲。\n第一条之一 乙。\n第二条 按照第一条规定。", ["title", "a1", "a1-1", "a2"]),
        ("## 第一编 总则\n## 第一章 基本\n第一条 甲。\n## 第二编 物权\n## 第一章 一般\n第二条 乙。",
         ["part1", "part1.c1", "a1", "part2", "part2.c1", "a2"]),
        # a number that occurs twice
        ("一、甲。\n一、乙。\n二、丙。", ["1", "1~2", "2"]),
        # a 专栏 between (一) and (二), with items of its own
        ("一、甲\n(一)乙。\n专栏1 计划\n1.子。\n2.丑。\n(二)丙。\n二、丁。",
         ["1", "1.1", "box1", "box1.1", "box1.2", "1.2", "2"]),
        # a lost number
        ("一、甲\n做好。\n• 总体要求\n(一)乙。\n三、丙\n做好。", ["1", "2", "2.1", "3"]),
        # dashes
        ("一、甲。\n——乙更加完善。要做。\n——丙更加健全。要做。", ["1", "1.d1", "1.d2"]),
        # a list of one sentence stays in its clause
        ("一、对象。包括：\n1.青年；\n2.农民；\n3.妇女。\n二、标准。每人100元。", ["1", "2"]),
        # the order turned around: 1. above (一)
        ("1.甲\n(一)子。做好。\n(二)丑。做好。\n2.乙\n(一)寅。做好。\n(二)卯。做好。",
         ["1", "1.1", "1.2", "2", "2.1", "2.2"]),
        # numbers that run on through sections
        ("一、甲\n1.子。做好。\n2.丑。做好。\n二、乙\n3.寅。做好。", ["1", "1.1", "1.2", "2", "2.3"]),
        # annexes begin anew
        ("某市就业方案\n一、甲。\n某市人民政府\n2024年5月1日\n附件1\n清单\n一、子。\n附件2\n一、丑。",
         ["title", "1", "sign", "annex1", "annex1.1", "annex2", "annex2.1"]),
        # no numbering at all
        ("稳岗政策有哪些\n第一段内容在这里。\n第二段内容在这里。", ["title", "p1", "p2"]),
        # page furniture in the middle of a clause
        ("一、甲。\n(一)乙。做好第一件事。\n【打印】\n做好第二件事。\n(二)丙。", ["1", "1.1", "1.1.p2", "1.2"]),
        # citations and pairs are no headings
        ("一、甲。按照第三条第（二）项和（一）、（二）项办理。\n一、二级市场要稳定。\n二、乙。", ["1", "2"]),
        ("", []),
        (" \n\u3000\n", []),
    ],
)  # fmt: skip
def test_keys(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_marks_inside_a_line() -> None:
    text = (
        "某市关于稳岗的通知 各有关单位： 为了稳岗，现通知如下： 一、提高认识 各单位要重视一、二级市场。 "
        "二、抓好落实。（一）减税。按第三条执行。（二）降费。投入1.5亿元。 三、加强领导。" + "各单位要认真落实。" * 20
    )
    assert keys(text) == ["title", "0", "1", "2", "2.1", "2.2", "3"]


def test_a_long_line_without_marks_is_cut_at_sentence_ends() -> None:
    text = "为促进就业创业,各单位要认真做好各项服务工作。" * 60
    rows = tree(text)
    assert [key for key, *_ in rows] == [f"p{number}" for number in range(1, len(rows) + 1)]
    assert all(200 <= len(body) <= 500 for *_, body in rows[:-1])
    assert all(body.endswith("。") for *_, body in rows)


def test_a_very_long_clause_is_cut_and_an_article_is_not() -> None:
    body = "各单位要认真做好各项服务工作。" * 120
    assert keys(f"一、甲。\n二、乙。{body}\n三、丙。")[:3] == ["1", "2", "2.p2"]
    assert keys(f"第一条 甲。\n第二条 {body}\n第三条 丙。") == ["a1", "a2", "a3"]


def test_a_table_of_short_cells_is_one_clause() -> None:
    rows = "\n".join(f"{number}.指标{number}(人次)\n{number}5万\n预期性" for number in range(1, 6))
    assert [(key, role) for key, _, role, _ in tree(f"一、甲\n做好。\n专栏1 主要指标\n{rows}\n二、乙。")] == [
        ("1", "body"),
        ("box1", "table"),
        ("2", "body"),
    ]


# -- properties ---------------------------------------------------------------------------------------------

PIECES = [
    "一、", "（一）", "(二)", "1.", "2．", "（1）", "①", "第一章", "第一条", "第一条之一", "##", "专栏1", "附件",
    "附件1：", "——", "•", "一是", "二是", "目录", "2024年5月25日", "\n", "\n\n", " ", "\u3000", "\xa0", "\u200b",
    "\ufeff", "\x00", "\x07", "\x1c", "\x85", "\u2028", "\t", "。", ";", "；", ",", "：", "“", "”", "(", "）", "《",
    "》", "😀", "👨‍👩‍👧", "𠮷", "a", "1", "９",
    "某市人民政府", "关于印发《某方案》的通知", "某方案", "各市人民政府:", "到2025年,培训12万人次", "上一篇:",
    "发布时间:2024-01-01", "字" * 230,
]  # fmt: skip
HALF_TO_FULL = str.maketrans("(),:;.1234567890", "（），：；．１２３４５６７８９０")


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Return a real document cut, shuffled, swapped between half and full width, or with marks strewn in."""
    text = draw(st.sampled_from(sorted(TEXTS.values())))
    start = draw(st.integers(0, len(text)))
    text = text[start : start + draw(st.integers(0, 3000))]
    shuffler = random.Random(draw(st.integers(0, 2**16)))
    if draw(st.booleans()):
        lines = text.split("\n")
        shuffler.shuffle(lines)
        text = "\n".join(lines)
    if draw(st.booleans()):
        text = text.translate(HALF_TO_FULL)
    if draw(st.booleans()):
        text = text.replace("\n", draw(st.sampled_from(["", " ", "\u3000\u3000", "\n\n"])))
    for piece in draw(st.lists(st.sampled_from(PIECES), max_size=20)):
        at = shuffler.randrange(len(text) + 1)
        text = text[:at] + piece + text[at:]
    return text


@settings(deadline=None, max_examples=300)
@given(st.one_of(mangled(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=300)))
def test_any_text_is_tiled_and_segmented_the_same_again(text: str) -> None:
    found = segment(text, doc_id="d", fallback_title="t")
    check(text, found)
    assert segment(text, doc_id="d", fallback_title="t") == found


@pytest.mark.parametrize("stem", sorted(TEXTS))
@pytest.mark.parametrize("grown", ["十九、新增部分\n(一)新增内容。要做好。", "\n十九、新增部分。\n要做好。\n"])
def test_a_new_last_section_keeps_the_other_ids(stem: str, grown: str) -> None:
    before = segment(TEXTS[stem], doc_id="d").clauses
    body_end = max(clause.end for clause in before if clause.role in ("body", "table"))
    text = f"{TEXTS[stem][:body_end]}\n{grown}\n{TEXTS[stem][body_end:]}"
    found = segment(text, doc_id="d")
    check(text, found)
    after = {clause.clause_id: clause.text for clause in found.clauses}
    assert {clause.clause_id: clause.text for clause in before}.items() <= after.items()
    assert "d#19" in after


def test_half_and_full_width_give_the_same_ids() -> None:
    for text in TEXTS.values():
        ids = [clause.clause_id for clause in segment(text, doc_id="d").clauses]
        wide = text.translate(HALF_TO_FULL)
        assert [clause.clause_id for clause in segment(wide, doc_id="d").clauses] == ids


# -- scale --------------------------------------------------------------------------------------------------


def public_texts(folder: Path) -> Iterator[str]:
    for name in ("laws", "ncp"):
        with gzip.open(folder / name / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield "\n".join([record["title"], *(record.get("info") or []), record["text"]])


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "一、\n(一)\n1.\n",
        "附件1\n",
        "预期性\n",
        "(",
        "。1.明确",
        "• 总体\n一、\n",
        " ",
        "目录\n一、好\n",
        "|a|\n",
        "1.1 好\n",
        "某 市 ",
    ],
)
def test_two_megabytes_of_anything(line: str) -> None:
    text = line * (2_000_000 // len(line)) + "一、尾。"
    check(text, segment(text, doc_id="d", fallback_title="t"))


@pytest.mark.slow
@pytest.mark.skipif("WENCE_DATA" not in os.environ, reason="WENCE_DATA names no folder with laws/ and ncp/")
def test_all_public_laws_and_notices() -> None:
    count = 0
    for text in public_texts(Path(os.environ["WENCE_DATA"])):
        found = segment(text, doc_id="d", fallback_title="t")
        check(text, found)
        assert max(len(clause.text) for clause in found.clauses) < 5000
        count += 1
    assert count > 4000
