from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from corpus.errors import UnreadableSource
from corpus.formats import docx as word
from corpus.formats.docx import read_docx

docx = pytest.importorskip("docx", reason="needs the extra formats")
oxml = pytest.importorskip("docx.oxml")

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def built(write: Callable[[Any], None]) -> str:
    document = docx.Document()
    write(document)
    return read_docx(saved(document), name="a.docx").text


def add_list(document: Any, key: int, *levels: tuple[str, str], start: int = 1) -> None:
    """Define list ``key`` with ``(number format, text)`` levels."""
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (style, text) in enumerate(levels)
    )
    root = document.part.numbering_part.element
    root.insert(0, oxml.parse_xml(f'<w:abstractNum {W} w:abstractNumId="{key}">{inner}</w:abstractNum>'))
    root.append(oxml.parse_xml(f'<w:num {W} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'))


def add_item(document: Any, text: str, key: int, level: int = 0) -> None:
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        oxml.parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>')
    )


def append(document: Any, xml: str) -> None:
    document.element.body.insert(-1, oxml.parse_xml(xml))


def test_paragraphs_and_typed_numbers_are_kept() -> None:
    def write(document: Any) -> None:
        document.add_heading("关于稳定就业的通知", 0)
        document.add_paragraph("各县人民政府：")
        document.add_paragraph("一、总体要求\n坚持就业优先。")

    assert built(write) == "关于稳定就业的通知\n各县人民政府：\n一、总体要求\n坚持就业优先。\n"


@pytest.mark.parametrize(
    ("style", "text", "start", "printed"),
    [
        ("chineseCounting", "%1、", 1, ["一、甲", "二、乙"]),
        ("chineseCountingThousand", "（%1）", 10, ["（十）甲", "（十一）乙"]),
        ("chineseCountingThousand", "第%1条", 99, ["第九十九条 甲", "第一百条 乙"]),
        ("japaneseCounting", "第%1章", 1, ["第一章 甲", "第二章 乙"]),
        ("decimal", "%1.", 1, ["1.甲", "2.乙"]),
        ("decimalEnclosedCircle", "%1", 1, ["① 甲", "② 乙"]),
        ("decimalZero", "%1.", 9, ["09.甲", "10.乙"]),
        ("lowerLetter", "%1)", 26, ["z)甲", "aa)乙"]),
        ("upperRoman", "%1.", 4, ["IV.甲", "V.乙"]),
        ("chineseLegalSimplified", "%1、", 2, ["贰、甲", "叁、乙"]),
        ("ideographTraditional", "%1、", 1, ["甲、甲", "乙、乙"]),
        ("bullet", "", 1, ["• 甲", "• 乙"]),
        ("none", "", 1, ["甲", "乙"]),
    ],
)
def test_automatic_numbers_are_printed(style: str, text: str, start: int, printed: list[str]) -> None:
    def write(document: Any) -> None:
        add_list(document, 90, (style, text), start=start)
        add_item(document, "甲", 90)
        add_item(document, "乙", 90)

    assert built(write).split("\n")[:-1] == printed


def test_levels_count_on_their_own_and_start_anew_below_the_next_item() -> None:
    def write(document: Any) -> None:
        add_list(document, 91, ("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
        for text, level in [("甲", 0), ("乙", 1), ("丙", 2), ("丁", 1), ("戊", 0), ("己", 1), ("庚", 2)]:
            add_item(document, text, 91, level)

    assert built(write).split() == ["一、甲", "（一）乙", "1.丙", "（二）丁", "二、戊", "（一）己", "1.庚"]


def test_a_level_may_print_the_numbers_above_it() -> None:
    def write(document: Any) -> None:
        add_list(document, 92, ("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"))
        for text, level in [("总则", 0), ("目的", 1), ("依据", 1), ("上位法", 2)]:
            add_item(document, text, 92, level)

    assert built(write).split("\n")[:-1] == ["1 总则", "1.1 目的", "1.2 依据", "1.2.1 上位法"]


def test_a_style_carries_its_list_to_its_paragraphs() -> None:
    def write(document: Any) -> None:
        add_list(document, 93, ("chineseCounting", "%1、"))
        style = document.styles["Heading 1"]
        style.element.get_or_add_pPr().append(oxml.parse_xml(f'<w:numPr {W}><w:numId w:val="93"/></w:numPr>'))
        document.add_heading("总体要求", 1)
        document.add_paragraph("坚持就业优先。")
        document.add_heading("重点任务", 1)

    assert built(write).split() == ["一、总体要求", "坚持就业优先。", "二、重点任务"]


def test_a_table_names_the_column_of_each_cell() -> None:
    def write(document: Any) -> None:
        table = document.add_table(rows=4, cols=3)
        texts = ["类别 项目 标准", "培训 职业培训补贴 1000元", " 生活费补贴 50元/天", "说明  "]
        for row, cells in zip(table.rows, texts, strict=True):
            for cell, text in zip(row.cells, cells.split(" "), strict=True):
                cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(3, 0).merge(table.cell(3, 2))

    assert built(write).split("\n")[:-1] == [
        "| 类别:培训 | 项目:职业培训补贴 | 标准:1000元 |",
        "| 类别:培训 | 项目:生活费补贴 | 标准:50元/天 |",
        "说明",
    ]


def test_inserted_text_is_kept_and_deleted_or_hidden_text_is_not() -> None:
    def write(document: Any) -> None:
        append(
            document,
            f"<w:p {W}><w:r><w:t>补贴</w:t></w:r><w:ins><w:r><w:t>1000元</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>500元</w:delText></w:r></w:del>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>",
        )

    assert built(write) == "补贴1000元\n"


def test_content_controls_and_text_boxes_are_read() -> None:
    def write(document: Any) -> None:
        append(document, f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>")
        append(
            document,
            f"<w:p {W}><w:r><w:t>正文</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p>"
            "</w:txbxContent></w:pict></w:r></w:p>",
        )

    assert built(write).split() == ["控件", "正文", "框内"]


def with_part(data: bytes, name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "word/_rels/document.xml.rels":
                relation = (
                    '<Relationship Id="rId99" Target="footnotes.xml" '
                    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/>'
                )
                body = body.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            if info.filename == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                override = f'<Override PartName="/{name}" ContentType="{kind}"/>'
                body = body.replace(b"</Types>", override.encode() + b"</Types>")
            new.writestr(info.filename, body)
        new.writestr(name, content)
    return out.getvalue()


def test_a_footnote_follows_its_paragraph() -> None:
    document = docx.Document()
    append(document, f'<w:p {W}><w:r><w:t>企业</w:t><w:footnoteReference w:id="2"/></w:r></w:p>')
    document.add_paragraph("下一段")
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>指用人单位。</w:t></w:r></w:p></w:footnote>'
    footnotes = f"<w:footnotes {W}>{note}</w:footnotes>"
    text = read_docx(with_part(saved(document), "word/footnotes.xml", footnotes), name="a.docx").text
    assert text.split() == ["企业", "注1:指用人单位。", "下一段"]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"PK\x03\x04 damaged", "打不开"), (b"", "打不开"), (b"\xd0\xcf\x11\xe0old word", "打不开")],
)
def test_damage_is_reported(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_docx(data, name="a.docx")


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="没有文字"):
        read_docx(saved(docx.Document()), name="a.docx")


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(UnreadableSource, match="解压后过大"):
        read_docx(saved(docx.Document()), name="a.docx")
