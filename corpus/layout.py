"""Which lines of a raw text are policy and which are page furniture, a repeated body, a title or a signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.numbering import mark_at

Part = Literal["furniture", "repeat", "title", "front", "body", "tail"]

_KINDS = (
    "通知|意见|方案|规划|计划|办法|条例|规定|细则|解读|公告|通告|决定|决议|通报|函|批复|纲要|要点|措施|指南|目录|标准|"
    "规则|规程|章程|说明|清单|政策|法|准则|制度|公报|报告|令"
)
_ORGANS = (
    "政府|办公室|办公厅|厅|局|委员会|发展改革委|委|部|院|会|总工会|联合会|妇联|残联|中心|银行|税务局|海关|法院|检察院|集团|领导小组|指挥部"
)

# 关于印发《…规划》的通知 · 江西省人民政府关于推行…的实施意见 · 《…方案》政策解读,
TITLE_LINE = re.compile(rf"^[^。；;!！?？]{{4,120}}(?:{_KINDS})(?:[(（][^()（）]{{1,20}}[)）])?[》”]?[,，]?$")
# 遵义市人民政府办公室 · 辽宁省人力资源和社会保障厅               辽宁省教育厅
ORGAN_LINE = re.compile(rf"^(?:[\u4e00-\u9fff()（）]{{2,30}}(?:{_ORGANS})[\s\u3000\xa0]*){{1,8}}$")
# 2024年5月25日 · 二〇二四年五月二十五日 · 20181128 · 2024-05-25
DATE_LINE = re.compile(
    r"^[(（]?(?:(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[一二][零〇○九][零〇○一二三四五六七八九]{2}年[一二三四五六七八九十]{1,2}月"
    r"[一二三四五六七八九十]{1,3}日|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2})[)）]?$"
)
# (此件公开发布) · (联系单位:省人力资源社会保障厅职业能力建设处) · 联系电话:0851-12345
CLOSING_LINE = re.compile(r"^[(（]?(?:此件|此文|联系(?:人|单位|电话|方式|处室)|咨询(?:电话|单位)|抄送|主送)[^。]{0,80}[)）]?$")
# 各市人民政府,沈抚示范区管委会:
SALUTATION = re.compile(r"^[^。；;]{2,160}[:：]$")
# 索引号 000014349/2024-770811 · 发布时间:2022年06月14日 编辑:… · 字号: 分享:
META_LINE = re.compile(
    r"^(?:索\s*引\s*号|发布(?:机构|者|时间|日期|单位|人)|发文(?:日期|机关|字号|单位)|成文日期|公开日期|生成日期|文\s*号|标\s*题|时间|日期|"
    r"字号|字体|来源|信息来源|作者|编辑|责任编辑|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|次数)?|主题(?:分类|词)|体裁分类|有效性|"
    r"是否有效|文件类型|服务对象|分享|打印|公文种类|名\s*称)\s*(?:[:：]|[\s\u3000\xa0]|$|[0-9])"
)
# 您当前所在的位置: 首页 > 政务公开 · 扫一扫在手机打开当前页面 · 上一篇:
PAGE_LINE = re.compile(
    r"(?:当前(?:所在)?(?:的)?位置|^首页\s*[>»|/]|扫一扫|手机(?:打开|查看)当前页|^[上下]一[篇条]\s*[:：]|点击查看|^(?:【|\[)?(?:打印|关闭|收藏|分享|返回)"
    r"|无障碍(?:浏览|阅读)|^繁体|^简体|个人中心|^相关(?:链接|阅读|新闻|文章|附件)|^附件下载|^政策解读$|^政策原文$|^图片解读$|版权所有|主办单位\s*[:：]"
    r"|ICP备|公安备|网站地图|^字号[:：]|分享(?:到|至)|^English$|^登录$|^注册$)"
)
_FRONT_LINES = 60
_SHORT = 40
_REPEAT_LINES = 3
_REPEAT_CHARS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line, stripped: its span in the raw text and the part of the page it belongs to."""

    start: int
    end: int
    text: str
    part: Part = "body"


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a text in order, the document's title, and the index of the inner title of an attachment.

    ``inner`` is ``None`` where the text is not a covering letter with the document it sends out.
    """

    lines: tuple[Line, ...]
    title: str
    inner: int | None


def read_layout(text: str, *, fallback_title: str) -> Layout:
    """Return the layout of a raw text. Never raises: what is not recognised is body."""
    lines = _lines(text)
    parts: list[Part] = ["body"] * len(lines)
    first_mark = _first_mark(lines)
    title_lines = _title_lines(lines, first_mark)
    title = "".join(lines[i].text for i in title_lines).rstrip(",，") or _fallback_title(lines, fallback_title)
    top = title_lines[0] if title_lines else 0
    for index, line in enumerate(lines):
        bulleted = line.text.lstrip("•· ")
        if index in title_lines:
            parts[index] = "title"
        elif index < top:
            keep = ORGAN_LINE.match(line.text) or _is_doc_number(line.text)
            parts[index] = "front" if keep else "furniture"
        elif len(line.text) <= 200 and (PAGE_LINE.search(bulleted) and len(line.text) <= 60 or META_LINE.match(bulleted)) and (
            index < first_mark or PAGE_LINE.search(bulleted) or index >= len(lines) - 8
        ):
            parts[index] = "furniture"
    _mark_repeats(lines, parts)
    inner = _inner_title(lines, parts, title, top)
    if inner is not None:
        for index in range(top, inner):
            if parts[index] == "body":
                parts[index] = "front"
        parts[inner] = "title"
    else:
        for index in range(top, min(first_mark, len(lines))):
            if parts[index] != "body":
                continue
            text_ = lines[index].text
            if _is_doc_number(text_) or DATE_LINE.match(text_) or ORGAN_LINE.match(text_) and len(text_) < _SHORT:
                parts[index] = "front"
    _mark_tail(lines, parts)
    return Layout(
        tuple(Line(line.start, line.end, line.text, part) for line, part in zip(lines, parts, strict=True)),
        title,
        inner,
    )


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    position = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped[0])
            lines.append(Line(start, start + len(stripped), stripped))
        position += len(raw) + 1
    return lines


def _first_mark(lines: list[Line]) -> int:
    for index, line in enumerate(lines):
        mark = mark_at(line.text, 0)
        if mark is not None and mark.kind in ("part", "chapter", "section", "article", "cn", "cn_paren", "arabic"):
            return index
    return len(lines)


def _title_lines(lines: list[Line], first_mark: int) -> list[int]:
    for index in range(min(first_mark, _FRONT_LINES, len(lines))):
        text = lines[index].text
        if META_LINE.match(text) or PAGE_LINE.search(text) or SALUTATION.match(text):
            continue
        # A title broken over lines: an issuer, then 关于…; or 关于印发《…》, then 的通知.
        for span in (1, 2, 3):
            joined = "".join(line.text for line in lines[index : index + span])
            if index + span > len(lines) or not TITLE_LINE.match(joined):
                continue
            heads_title = span == 1 or lines[index + 1].text.startswith(("关于", "的", "印发"))
            organ_first = span == 1 or ORGAN_LINE.match(text) or text.startswith("关于") or "关于" in text
            if heads_title and organ_first:
                if span == 1 and index and text.startswith("关于") and ORGAN_LINE.match(lines[index - 1].text):
                    return [index - 1, index]
                return list(range(index, index + span))
    return []


def _fallback_title(lines: list[Line], fallback: str) -> str:
    if not lines:
        return fallback
    head = re.split(r"[\s　]", lines[0].text, maxsplit=1)[0]
    return head if 4 <= len(head) <= 80 and not re.search(r"[。；;]", head) else fallback


def _is_doc_number(text: str) -> bool:
    return bool(re.fullmatch(r"[(（]?[\u4e00-\u9fff]{1,15}\s*[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*第?\s*\d{1,4}\s*号[)）]?", text))


def _mark_repeats(lines: list[Line], parts: list[Part]) -> None:
    keys = [re.sub(r"[\s,，。;；:：]+$", "", line.text) for line in lines]
    seen: dict[str, list[int]] = {}
    index = 0
    while index < len(lines):
        best = 0
        for earlier in seen.get(keys[index], ()) if parts[index] != "furniture" else ():
            length = 0
            while (
                index + length < len(lines)
                and earlier + length < index
                and keys[earlier + length] == keys[index + length]
            ):
                length += 1
            best = max(best, length)
        if best >= _REPEAT_LINES and sum(len(k) for k in keys[index : index + best]) >= _REPEAT_CHARS:
            for offset in range(index, index + best):
                parts[offset] = "repeat"
            index += best
        else:
            seen.setdefault(keys[index], []).append(index)
            index += 1


def _inner_title(lines: list[Line], parts: list[Part], title: str, top: int) -> int | None:
    match = re.search(r"(?:印发|公布|发布|转发|下发)[^《]{0,12}《(?P<inner>.+)》", title)
    if match is None:
        return None
    wanted = _letters(match["inner"])
    for index in range(top + 1, len(lines)):
        if parts[index] == "body" and _letters(lines[index].text) == wanted:
            return index
    return None


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def _mark_tail(lines: list[Line], parts: list[Part]) -> None:
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if parts[index] in ("furniture", "repeat"):
            continue
        if parts[index] == "body" and (
            DATE_LINE.match(text) or CLOSING_LINE.match(text) or ORGAN_LINE.match(text) and len(text) < 80
        ) and mark_at(text, 0) is None:
            parts[index] = "tail"
            continue
        break
