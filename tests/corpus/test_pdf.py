"""PDF files are written here by hand: text in a font that is not embedded, rules, pictures."""

from __future__ import annotations

import io

import pytest

from corpus.errors import UnreadableSource
from corpus.formats import ocr, pdf
from corpus.formats.pdf import fold_radicals, read_pdf

pytest.importorskip("pypdfium2", reason="needs the extra formats")

LEFT, WIDTH, SIZE, TOP, STEP = 80, 30, 14, 760, 24
FULL = "为贯彻落实党中央国务院关于就业工作的决策部署结合我省实际现提出"


def pdf_file(*pages: str, picture: bool = False) -> bytes:
    """Return a PDF file with a page for each content stream."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>"
    )
    image = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x00\nendstream"
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font, image]
    kids = []
    for page in pages:
        content = page.encode("ascii") + (b"\nq 500 0 0 700 40 40 cm /I Do Q" if picture else b"")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + head + b"trailer<</Size %d/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def text_at(x: float, y: float, text: str) -> str:
    return f"BT /F {SIZE} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def page(*lines: tuple[int, str]) -> str:
    """Return a page of ``(indent in characters, text)`` lines from the top down."""
    return "\n".join(text_at(LEFT + SIZE * indent, TOP - STEP * at, text) for at, (indent, text) in enumerate(lines))


def foot(text: str) -> str:
    return "\n" + text_at(290, 40, text)


def read(data: bytes) -> list[str]:
    return read_pdf(data, name="a.pdf").text.split("\n")[:-1]


def test_lines_are_joined_to_paragraphs() -> None:
    full = FULL[:WIDTH]
    shown = page(
        (8, "关于稳就业的通知"), (2, full[2:]), (0, full), (0, "以下意见。"), (2, "一、总体要求"), (2, "坚持优先。")
    )
    assert read(pdf_file(shown)) == ["关于稳就业的通知", f"{full[2:]}{full}以下意见。", "一、总体要求", "坚持优先。"]


def test_a_paragraph_goes_on_over_a_page_break_without_page_numbers_and_running_heads() -> None:
    full = FULL[:WIDTH]

    def sheet(number: int, *lines: tuple[int, str]) -> str:
        return text_at(200, 800, "某省人民政府公报") + "\n" + page(*lines) + foot(f"- {number} -")

    first = sheet(1, (2, "甲" + full[3:]), (0, full))
    second = sheet(2, (0, "乙" + full[1:]), (0, "丙。"), (2, "丁" + full[3:]))
    third = sheet(3, (2, "戊。"))
    assert read(pdf_file(first, second, third)) == [
        f"甲{full[3:]}{full}乙{full[1:]}丙。",
        f"丁{full[3:]}",
        "戊。",
    ]


@pytest.mark.parametrize("number", ["- 3 -", "— 3 —", "3", "第3页 共10页", "3/10"])
def test_page_numbers_are_left_out(number: str) -> None:
    assert read(pdf_file(page((0, "坚持就业优先政策。"), (0, "稳定岗位。")) + foot(number))) == [
        "坚持就业优先政策。",
        "稳定岗位。",
    ]


def test_unindented_items_stay_apart() -> None:
    full = "1." + FULL[: WIDTH - 2] + "。"
    lines = read(pdf_file(page((0, full), (0, full.replace("1.", "2.")), (0, "3.其他。"))))
    assert [line[:2] for line in lines] == ["1.", "2.", "3."]


def ruled(xs: list[int], ys: list[int], *, hole: bool = False) -> str:
    across = [f"{xs[0]} {y} {xs[-1] - xs[0]} 0.5 re f" for y in ys]
    if hole:  # The first column spans the last two rows.
        across[2] = f"{xs[1]} {ys[2]} {xs[-1] - xs[1]} 0.5 re f"
    return "\n".join([*across, *(f"{x} {ys[-1]} m {x} {ys[0]} l S" for x in xs)])


def test_a_ruled_table_keeps_rows_heads_and_spans() -> None:
    xs, ys = [80, 150, 300, 420], [700, 670, 640, 610]
    cells = [(85, 680, "类别"), (155, 680, "项目"), (305, 680, "标准"), (85, 650, "培训"), (155, 650, "职业培训补贴"),
             (305, 650, "1000元"), (155, 620, "生活费补贴"), (305, 620, "50元")]  # fmt: skip
    content = "\n".join(
        [text_at(LEFT, 760, "补贴标准如下。"), *(text_at(*cell) for cell in cells), ruled(xs, ys, hole=True)]
    )
    content += "\n" + text_at(LEFT, 560, "表后文字。")
    assert read(pdf_file(content)) == [
        "补贴标准如下。",
        "| 类别:培训 | 项目:职业培训补贴 | 标准:1000元 |",
        "| 类别:培训 | 项目:生活费补贴 | 标准:50元 |",
        "表后文字。",
    ]


@pytest.mark.parametrize(
    ("printed", "folded"),
    [("⼈⼒资源", "人力资源"), ("⼈⺠政府", "人民政府"), ("⻋辆⻔⼝", "车辆门口"), ("不变的字", "不变的字")],
)
def test_radicals_become_the_characters_that_they_stand_for(printed: str, folded: str) -> None:
    assert fold_radicals(printed) == folded


def test_a_scan_is_reported_where_no_recognition_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    with pytest.raises(UnreadableSource, match=r"扫描件,没有文字:a\.pdf") as caught:
        read_pdf(pdf_file("", "", picture=True), name="a.pdf")
    assert "wence[ocr]" in caught.value.hint
    mixed = pdf_file(page((0, "坚持就业优先政策,稳定岗位扩大就业。")), "", picture=True)
    found = read_pdf(mixed, name="a.pdf")
    assert found.text == "坚持就业优先政策,稳定岗位扩大就业。\n"
    assert found.notes == ("第 2 页是扫描图像,没有文字,未收录",)


@pytest.mark.slow
@pytest.mark.skipif(not ocr.is_installed(), reason="needs the extra ocr")
def test_a_scan_is_recognised() -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    image_module = pytest.importorskip("PIL.Image")
    draw_module = pytest.importorskip("PIL.ImageDraw")
    font_module = pytest.importorskip("PIL.ImageFont")
    try:
        font = font_module.truetype("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 32)
    except OSError:
        pytest.skip("needs a Chinese font")
    picture = image_module.new("RGB", (1240, 1754), "white")
    draw_module.Draw(picture).text((200, 300), "关于稳定就业的通知", font=font, fill="black")
    document = pypdfium2.PdfDocument.new()
    drawn = pypdfium2.PdfImage.new(document)
    drawn.set_bitmap(pypdfium2.PdfBitmap.from_pil(picture))
    drawn.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
    sheet = document.new_page(595, 842)
    sheet.insert_obj(drawn)
    sheet.gen_content()
    file = io.BytesIO()
    document.save(file)
    found = read_pdf(file.getvalue(), name="a.pdf")
    assert found.text == "关于稳定就业的通知\n"
    assert "机器识别" in found.notes[0]


@pytest.mark.parametrize(("data", "says"), [(b"%PDF-1.4 broken", "打不开"), (b"", "打不开"), (b"no pdf", "打不开")])
def test_damage_is_reported(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_pdf(data, name="a.pdf")


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="没有文字"):
        read_pdf(pdf_file(""), name="a.pdf")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(UnreadableSource, match="页数过多"):
        read_pdf(pdf_file("", ""), name="a.pdf")
