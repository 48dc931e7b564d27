"""Saved web pages: the article with its tables, without navigation, and what the page says of the document."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from corpus.errors import UnreadableSource
from corpus.formats.extracted import Extracted, optional_module
from corpus.formats.fields import field_of, metadata_of
from corpus.formats.tables import expand, render_rows
from corpus.formats.text import decoded, unix_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

# <meta charset="gb2312"> · <meta http-equiv=… content="text/html; charset=gbk"> · <?xml … encoding="utf-8"?>
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_LEGACY = frozenset({"gb2312", "gbk", "gb18030", "gb-2312", "x-gbk", "cp936"})
_DROPPED = frozenset(
    "script style noscript template iframe object embed svg canvas audio video head nav footer form button select "
    "input textarea dialog map area link meta source track frameset noframes".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
# Class and id words of what surrounds an article on the sites of Chinese authorities and elsewhere.
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|foot|topbar|toolbar|sidebar|share|bshare\w*|"
    r"bdsharebuttonbox|social|qrcode|erweima|ewm|print|related|xgwj|copyright|banner|login|search|searchbox|pagination|"
    r"fontsize|mobile-only|wza|ttsbox)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ATTACHED = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|txt|csv)$", re.IGNORECASE)
# 浙江省人民政府办公厅关于…的通知 - 浙江省人民政府 · …_国务院文件_中国政府网
_SITE_SUFFIX = re.compile(
    r"\s*(?:[-_|｜—]+\s*[^-_|｜—]{2,30}(?:网|网站|政府|委员会|局|厅|部|平台|文件|公开|通知|政策|动态))+\s*$"
)
_PLAIN_SPACE = re.compile(r"[ \t\r\n\f\v]+")
# How much of the text of an element one child must hold to be the article instead of it.
_MAIN_SHARE = 0.7
_LEAST_ARTICLE = 60
_MAX_ELEMENTS = 500_000
_CHROME_TAGS = frozenset("div ul ol section aside p span dl table header".split())
_SHORT_CHROME = 150
_MAX_INFORMATION = 1_500
_MAX_BOX_TEXTS = 60
# Names in an information table that say nothing the program reads.
_OTHER_NAMES = re.compile(
    r"^(?:主题分类|主题词|体裁分类|有效性|是否有效|时效状态|公开方式|公开形式|公开类别|公开范围|公开日期|发布日期|发布时间|服务对象|"
    r"关键词|信息来源|来源|文件类型|公文种类|组配分类|统一登记号|统一编号|内容概述|分类|语种)$"
)
_SITE_NAME = re.compile(r"(?:网|网站|门户|平台|首页)$")
_META_NAMES = {"articletitle": "标题", "docno": "文号", "indexnum": "索引号", "url": "url"}


def read_html(data: bytes, *, name: str) -> Extracted:
    """Return the article of a saved page: information table, title, text, tables as rows, names of attachments.

    Raises:
        UnreadableSource: no text in it, an unknown encoding, or lxml is not installed.

    """
    markup = decode_page(data)
    if markup is None or "\0" in markup:
        raise UnreadableSource(f"网页的编码无法识别:{name}", hint="请用浏览器另存为 UTF-8 编码的网页后再试。")
    return _extract(markup, name=name)


def read_mht(data: bytes, *, name: str) -> Extracted:
    """Return the article of a page saved as one file (MHTML).

    Raises:
        UnreadableSource: it holds no page, or as ``read_html``.

    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        pages = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    except (ValueError, LookupError, AssertionError, TypeError, RecursionError, IndexError, AttributeError) as error:
        raise UnreadableSource(f"网页存档打不开:{name}", hint="请用浏览器另存为网页后再试。") from error
    page = next((page for page in pages if isinstance(page, bytes) and page.strip()), None)
    if page is None:
        raise UnreadableSource(f"网页存档里没有网页:{name}", hint="请用浏览器另存为网页后再试。")
    return read_html(page, name=name)


def decode_page(data: bytes) -> str | None:
    """Return the markup by byte order mark, as UTF-8 where it is, by its ``<meta charset>``, or as GB18030."""
    text = decoded(data)
    if text is not None:
        return unix_lines(text)
    found = _CHARSET.search(data[:4096])
    charset = found[1].decode("ascii").lower() if found else "gb18030"
    charset = "gb18030" if charset in _LEGACY else charset
    try:
        # A page that says what it is may hold a few broken bytes; one that does not say so may not.
        return unix_lines(data.decode(charset, errors="replace" if found else "strict"))
    except (LookupError, ValueError):
        return None


def _extract(markup: str, *, name: str) -> Extracted:
    html = optional_module("lxml.html", kind="网页", name=name)
    etree = optional_module("lxml.etree", kind="网页", name=name)
    try:
        parser = html.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
        )
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableSource(f"网页里没有内容:{name}", hint="请重新保存网页后再试。") from error
    said = [(_META_NAMES[key], value) for key, value in _metas(root) if key in _META_NAMES]
    head_title = _SITE_SUFFIX.sub("", " ".join((root.findtext(".//head/title") or "").split()))
    body = root.find("body") if root.find("body") is not None else root
    _prune(body)
    pairs, above = _information(body)
    said = [*pairs, *said]
    main = _main_part(body)
    attachments = _attachments(main, body)
    lines = _lines(main)
    title = next((value for key, value in said if field_of(key) == "title"), "")
    title = title or _headline(body) or head_title
    if title and not _opens_with(lines, title):
        lines = [title, *lines]
    listed = [item for item in attachments if not any(item in line for line in lines)]
    if listed:
        lines += [f"附件:{listed[0]}"] if len(listed) == 1 else [
            f"附件:{number}.{item}" if number == 1 else f"{number}.{item}" for number, item in enumerate(listed, 1)
        ]  # fmt: skip
    text = "\n".join([*above, *lines])
    if not text.strip():
        raise UnreadableSource(f"网页里没有文字:{name}", hint="正文可能由脚本加载;请在浏览器里复制正文存为文本。")
    metadata = replace(
        metadata_of(said, origin="网页信息表" if pairs else "网页元数据"), title=title[:200], attachments=attachments
    )
    notes = (f"附件没有随网页保存,需要时请另行导入:{'、'.join(attachments)}",) if attachments else ()
    return Extracted(text + "\n", metadata, notes)


def _metas(root: _Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        yield (meta.get("name") or "").lower(), " ".join((meta.get("content") or "").split())


def _prune(body: _Element) -> None:
    """Take out what a browser does not show and what surrounds the article."""
    lengths = _lengths(body, links=True)
    plain = _lengths(body, links=False)
    for number, element in enumerate(list(body.iter())):
        if not isinstance(element.tag, str) or element is body:
            continue
        label = f"{element.get('class') or ''} {element.get('id') or ''}"
        length = lengths[element]
        # A word in a class name is a weak sign: the element must also be short or mostly links.
        surrounds = _CHROME.search(label) is not None and (length < _SHORT_CHROME or plain[element] < 0.6 * length)
        if (
            number > _MAX_ELEMENTS
            or element.tag in _DROPPED
            or element.get("hidden") is not None
            or _HIDDEN.search(element.get("style") or "")
            or (surrounds and element.tag in _CHROME_TAGS)
        ):
            parent = element.getparent()
            if parent is not None:
                _drop(element, parent)


def _lengths(body: _Element, *, links: bool) -> dict[_Element, int]:
    """Return the length of the text in each element, with or without the text of links."""
    found: dict[_Element, int] = {}
    for element in reversed(list(body.iter())):
        if not isinstance(element.tag, str) or (element.tag == "a" and not links):
            found[element] = 0
            continue
        below = sum(found.get(child, 0) + len((child.tail or "").strip()) for child in element)
        found[element] = len((element.text or "").strip()) + below
    return found


def _drop(element: _Element, parent: _Element) -> None:
    """Remove ``element`` but keep the text behind it."""
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _information(body: _Element) -> tuple[list[tuple[str, str]], list[str]]:
    """Take out the page's information tables (索引号, 发文字号, 成文日期 …); return their pairs and their lines."""
    pairs: list[tuple[str, str]] = []
    lines: list[str] = []
    lengths = _lengths(body, links=True)
    for box in list(body.iter("table", "ul", "dl", "div")):
        parent = box.getparent()
        if parent is None or not 10 <= lengths[box] <= _MAX_INFORMATION:
            continue
        texts = list(islice(_box_texts(box), _MAX_BOX_TEXTS + 1))
        if not 4 <= len(texts) <= _MAX_BOX_TEXTS:
            continue
        found = _pairs(texts)
        fields = {field_of(key) for key, value in found if value} - {None, "title", "url"}
        if len(fields) < 2 or sum(2 if value else 1 for _, value in found) < 0.6 * len(texts):
            continue
        pairs += [(key, value) for key, value in found if value]
        lines += [f"{key}:{value}" if value else key for key, value in found]
        _drop(box, parent)
    return pairs, lines


def _box_texts(box: _Element) -> Iterator[str]:
    """Yield the texts of the cells of a table, of any other element those between its tags."""
    if box.tag == "table" and next(box.iter("td"), None) is not None:
        texts: Iterator[str] = ("".join(cell.itertext()) for cell in box.iter("td", "th") if cell.find(".//td") is None)
    else:
        texts = iter(box.itertext())
    return (" ".join(text.split()) for text in texts if text.strip())


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    """Return ``(name, value)`` of texts like 发文字号: and its value, or both in one; a text alone has no value."""
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(texts):
        key, colon, value = texts[index].replace("：", ":", 1).partition(":")
        name = re.sub(r"[\s\u3000\[\]【】]", "", key)
        index += 1
        if not _is_name(name, colon):
            found.append((texts[index - 1], ""))
        elif value.strip():
            found.append((name, value.strip()))
        else:
            follows = texts[index] if index < len(texts) else ""
            other, colon, _ = follows.replace("：", ":", 1).partition(":")
            if follows and not _is_name(re.sub(r"[\s\u3000\[\]【】]", "", other), colon):
                found.append((name, follows))
                index += 1
            else:
                found.append((name, ""))
    return found


def _is_name(name: str, colon: str) -> bool:
    return field_of(name) is not None or _OTHER_NAMES.match(name) is not None or (bool(colon) and 2 <= len(name) <= 6)


def _main_part(body: _Element) -> _Element:
    """Return the innermost element that holds nearly all text that is no link."""
    weights = _lengths(body, links=False)
    main = body
    while True:
        children = [child for child in main if isinstance(child.tag, str) and child.tag in _BLOCKS]
        best = max(children, key=lambda child: weights[child], default=None)
        if best is None or weights[best] < max(_LEAST_ARTICLE, _MAIN_SHARE * weights[main]):
            return main
        # A single long paragraph is a part of its article.
        if best.tag in ("p", "li", "h1", "h2"):
            return main
        main = best


def _headline(body: _Element) -> str:
    found = [" ".join("".join(h1.itertext()).split()) for h1 in body.iter("h1")]
    return next((text for text in found if 4 <= len(text) <= 120 and not _SITE_NAME.search(text)), "")


def _opens_with(lines: list[str], title: str) -> bool:
    wanted = "".join(title.split())
    return wanted in "".join("".join(line.split()) for line in lines[:12])


def _attachments(main: _Element, body: _Element) -> tuple[str, ...]:
    names: list[str] = []
    for link in (*main.iter("a"), *body.iter("a")):
        try:
            path = unquote(urlsplit(link.get("href") or "").path)
        except ValueError:
            continue
        if _ATTACHED.search(path):
            names.append((" ".join("".join(link.itertext()).split()) or path.rpartition("/")[2])[:120])
    return tuple(dict.fromkeys(names))[:100]


# -- text ---------------------------------------------------------------------------------------------------


def _lines(main: _Element) -> list[str]:
    """Return the text of an element as a browser shows it, a line per block and a line per table row."""
    pieces: list[str] = []
    # An explicit stack: saved pages nest deeper than Python recurses.
    stack: list[tuple[str, _Element | str]] = [("open", main)]
    while stack:
        action, item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        tag = item.tag if isinstance(item.tag, str) else ""
        if action == "open" and tag == "br":
            pieces.append("\n")
        elif action == "open" and tag == "table" and item is not main and (rows := _table_lines(item)) is not None:
            pieces.append("\n" + "\n".join(rows) + "\n")
        elif action == "open" and tag:
            block = tag in _BLOCKS
            if block:
                stack.append(("text", "\n"))
            for child in reversed(item):
                if child.tail:
                    stack.append(("text", _PLAIN_SPACE.sub(" ", child.tail)))
                stack.append(("open", child))
            if item.text:
                stack.append(("text", item.text if tag == "pre" else _PLAIN_SPACE.sub(" ", item.text)))
            if block:
                stack.append(("text", "\n" + _number(item)))
    lines = (line.strip(" \t") for line in "".join(pieces).split("\n"))
    return [line for line in lines if line.strip()]


def _number(item: _Element) -> str:
    """Return the number that a browser prints before an item of an ordered list."""
    parent = item.getparent()
    if item.tag != "li" or parent is None or parent.tag != "ol" or (parent.get("type") or "1") != "1":
        return ""
    start = parent.get("start") or "1"
    first = int(start) if start.isdecimal() and len(start) < 5 else 1
    return f"{first + sum(1 for _ in item.itersiblings('li', preceding=True))}."


def _table_lines(table: _Element) -> list[str] | None:
    """Return the lines of a table of data; ``None`` for one that only lays the page out."""
    rows = [row for row in table.iter("tr") if _nearest_table(row) is table]
    if any(True for _ in table.iter("table") if _ is not table) or len(rows) < 2:
        return None
    cells: list[tuple[int, int, int, int, str]] = []
    busy: set[tuple[int, int]] = set()
    head_rows = 0
    for y, row in enumerate(rows):
        x = 0
        kinds = [cell.tag for cell in row if cell.tag in ("td", "th")]
        if y == head_rows and kinds and set(kinds) == {"th"}:
            head_rows += 1
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (y, x) in busy:
                x += 1
            height, width = _span(cell.get("rowspan"), len(rows) - y), _span(cell.get("colspan"), 50)
            busy.update((below, beside) for below in range(y, y + height) for beside in range(x, x + width))
            cells.append((y, x, height, width, " ".join(_lines(cell))))
            x += width
    grid = expand(cells)
    if not grid or len(grid[0]) < 2 or max(len(cell[4]) for cell in cells) > 1_000:
        return None
    caption = [" ".join("".join(part.itertext()).split()) for part in table.iter("caption")]
    return [*filter(None, caption), *render_rows(grid, head_rows=head_rows or None)]


def _nearest_table(row: _Element) -> _Element | None:
    return next(iter(row.iterancestors("table")), None)


def _span(printed: str | None, most: int) -> int:
    return max(1, min(int(printed), most)) if printed and printed.isdecimal() and len(printed) < 6 else 1
