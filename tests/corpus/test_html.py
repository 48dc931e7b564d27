from __future__ import annotations

import pytest

from corpus.errors import UnreadableSource
from corpus.formats.html import read_html, read_mht

pytest.importorskip("lxml", reason="needs the extra formats")

BODY = "<p>各县人民政府：</p><p>　　一、<b>总体</b>要求<br>坚持就业优先，" + "完善政策，" * 20 + "稳定岗位。</p>"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="{{charset}}"><title>关于稳就业的通知_某市人民政府网</title>
<script>var a = "脚本";</script><style>p {{{{ color: red }}}}</style></head><body>
<div class="nav"><a href="/">首页</a> &gt; <a href="/a">政务公开</a></div>
<div class="main"><h1>某市人民政府关于稳就业的通知</h1>
<div class="share">分享到 微信</div><div style="display: none">隐藏</div>
<div class="TRS_Editor">{BODY}</div></div><div class="footer">版权所有 某ICP备1号</div></body></html>"""


def read(markup: str, encoding: str = "utf-8") -> str:
    return read_html(markup.encode(encoding), name="a.html").text


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "utf-8"), ("gbk", "gb2312"), ("gb18030", "gbk"), ("utf-8", "gbk"), ("gbk", ""), ("utf-16", "utf-16")],
)
def test_the_article_is_read_in_any_encoding(encoding: str, charset: str) -> None:
    text = read(PAGE.format(charset=charset), encoding)
    lines = text.split("\n")
    assert lines[:3] == ["某市人民政府关于稳就业的通知", "各县人民政府：", "　　一、总体要求"]
    assert lines[3].startswith("坚持就业优先") and lines[3].endswith("稳定岗位。")
    assert not {"首页", "脚本", "隐藏", "版权", "分享"} & set(text) and "版权所有" not in text and "首页" not in text


def test_the_title_falls_back_to_that_of_the_page_without_the_name_of_the_site() -> None:
    page = f"<html><head><title>关于稳就业的通知 - 某市人民政府</title></head><body><div>{BODY}</div></body></html>"
    assert read(page).split("\n")[0] == "关于稳就业的通知"


INFORMATION = {
    "table": "<table><tr><td>索 引 号：</td><td>X-1</td><td>发文机关：</td><td>某市人民政府</td></tr>"
    "<tr><td>发文字号：</td><td>某政发〔2024〕5号</td><td>成文日期：</td><td>2024年05月06日</td></tr>"
    "<tr><td>标　　题：</td><td>某市人民政府关于稳就业的通知</td>"
    "<td>发布日期：</td><td>2024年05月08日</td></tr></table>",
    "list": "<ul><li><b>索引号:</b> X-1</li><li><b>发文字号:</b> 某政发〔2024〕5号</li>"
    "<li><b>发文机关:</b> 某市人民政府</li><li><b>成文日期:</b> 2024年05月06日</li></ul>",
    "spans": "<div><span>索引号：X-1</span><span>发文机关：某市人民政府</span><span>发文字号：某政发〔2024〕5号</span>"
    "<span>成文日期：2024年05月06日</span></div>",
}


@pytest.mark.parametrize("shape", INFORMATION)
def test_the_information_table_is_read_and_printed_above_the_title(shape: str) -> None:
    page = f"<html><body>{INFORMATION[shape]}<h1>某市人民政府关于稳就业的通知</h1><div>{BODY}</div></body></html>"
    found = read_html(page.encode(), name="a.html")
    said = found.metadata
    assert (said.doc_number, said.issuers, said.issued, said.index_number) == (
        "某政发〔2024〕5号",
        ("某市人民政府",),
        "2024年05月06日",
        "X-1",
    )
    assert said.origin == "网页信息表"
    lines = found.text.split("\n")
    assert "发文字号:某政发〔2024〕5号" in lines
    assert lines.index("发文字号:某政发〔2024〕5号") < lines.index("某市人民政府关于稳就业的通知")


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "<tr><th>项目</th><th>标准</th></tr><tr><td>培训补贴</td><td>1000元</td></tr>",
            ["| 项目:培训补贴 | 标准:1000元 |"],
        ),
        (
            "<tr><td>类别</td><td>项目</td><td>标准</td></tr>"
            "<tr><td rowspan=2>补贴</td><td>培训</td><td>1000元</td></tr><tr><td>生活费</td><td>50元</td></tr>",
            ["| 类别:补贴 | 项目:培训 | 标准:1000元 |", "| 类别:补贴 | 项目:生活费 | 标准:50元 |"],
        ),
        (
            "<tr><td rowspan=2>指标</td><td colspan=2>目标</td></tr><tr><td>2024年</td><td>2025年</td></tr>"
            "<tr><td>新增就业</td><td>10万人</td><td>11万人</td></tr>",
            ["| 指标:新增就业 | 目标/2024年:10万人 | 目标/2025年:11万人 |"],
        ),
        (
            "<tr><td colspan=2>补贴标准表</td></tr><tr><td>项目</td><td>标准</td></tr>"
            "<tr><td>甲|乙</td><td>1元</td></tr>",
            ["补贴标准表", "| 项目:甲｜乙 | 标准:1元 |"],
        ),
        (
            "<tr><td>1元。</td><td>2元。</td></tr><tr><td>3元</td><td>4元</td></tr>",
            ["| 1元。 | 2元。 |", "| 3元 | 4元 |"],
        ),
    ],
)
def test_a_table_keeps_rows_and_heads(table: str, rows: list[str]) -> None:
    lines = read(f"<html><body><h1>通知全文</h1><div>{BODY}<table>{table}</table></div></body></html>").split("\n")
    assert lines[-1 - len(rows) : -1] == rows


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    page = (
        f"<html><body><table><tr><td>左</td><td><table><tr><td>{BODY}</td></tr></table></td></tr></table></body></html>"
    )
    assert "|" not in read(page)


def test_attachments_are_listed() -> None:
    links = "<a href='./P02.pdf'>1.申请表</a><a href='b.docx'>名单</a>"
    page = f"<html><body><h1>通知全文</h1><div>{BODY}{links}</div></body></html>"
    found = read_html(page.encode(), name="a.html")
    assert found.metadata.attachments == ("1.申请表", "名单")
    assert "另行导入:1.申请表、名单" in found.notes[0]


def test_numbers_of_an_ordered_list_are_printed() -> None:
    items = "<ol start=3><li>甲项工作</li><li>乙项工作</li></ol>"
    page = f"<html><body><h1>通知全文</h1><div>{BODY}{items}</div></body></html>"
    assert read(page).split("\n")[-3:-1] == ["3.甲项工作", "4.乙项工作"]


def test_a_page_saved_as_one_file() -> None:
    head = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\n'
    mht = (
        head
        + b"Content-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: 8bit\n\n"
        + PAGE.format(charset="gb2312").encode("gbk")
        + b"\n--B--\n"
    )
    assert read_mht(mht, name="a.mht").text.startswith("某市人民政府关于稳就业的通知\n各县人民政府：\n")


@pytest.mark.parametrize("data", [b"", b"<html><body></body></html>", b"<html><script>x</script></html>", b"\x00\x00"])
def test_a_page_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read_html(data, name="a.html")


def test_a_deeply_nested_page_is_read() -> None:
    page = "<html><body>" + "<div>" * 1000 + "坚持就业优先" + "</div>" * 1000 + BODY + "</body></html>"
    assert "各县人民政府" in read(page)
