"""The grammar of Chinese official numbering: which marks open a heading, and what number they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MarkKind = Literal[
    "annex", "part", "chapter", "section", "article", "cn", "box", "cn_paren", "decimal1", "decimal2", "decimal3",
    "decimal4", "arabic", "arabic_paren", "circled", "dash", "bullet",
]  # fmt: skip

# Outermost first; a mark closes every open heading of the same or an inner rank.
RANK: dict[MarkKind, int] = {
    "annex": 0, "part": 1, "chapter": 2, "section": 3, "article": 4, "cn": 5, "box": 6, "cn_paren": 7,
    "decimal1": 8, "decimal2": 9, "decimal3": 10, "decimal4": 11, "arabic": 12, "arabic_paren": 13, "circled": 14,
    "dash": 15, "bullet": 16,
}  # fmt: skip

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CN = "[零〇○一二三四五六七八九十百千]"
# White space within one line
_SPACE = r"[^\S\n]*"
_GAP = r"[^\S\n]{0,3}"
_N = rf"(?P<n>{_CN}{{1,8}}|\d{{1,4}})"
_SMALL = rf"(?P<n>\d{{1,2}}|{_CN}{{1,3}})"
# One character that is a numeral with its brackets or stop: ① ⑴ ⒈ ㈠
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ENCLOSED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_STOPPED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_IDEOGRAPHIC = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_SINGLE = {char: value for row in (_CIRCLED, _ENCLOSED, _STOPPED, _IDEOGRAPHIC) for value, char in enumerate(row, 1)}

# 1.1 编制目的 · 4.2.1应急响应 (never 1.5万 or 2.3%): the level is the count of numbers
_DECIMAL = re.compile(
    r"(?P<n>\d{1,2}(?:[.．]\d{1,2}){1,3})[.．、]?(?![\d.．])[^\S\n]*(?=[\u4e00-\u9fff“《(（A-Z])"
    r"(?![万亿千百元倍个人年月日时天米吨升亩度级类分件家号])"
)
# 1 总则, alone on a line: a heading only where 1.1 follows
_BARE = re.compile(r"(?P<n>\d{1,2})[.．、]?[^\S\n]*(?=[\u4e00-\u9fff][^。；;，,\n]{1,28}$)", re.MULTILINE)
DECIMALS: tuple[MarkKind, ...] = ("decimal1", "decimal2", "decimal3", "decimal4")

# 第二章规定的… and 第三条第二款… speak of a heading, they are none.
_CITED = r"(?![第款项的、,，。和与及至或]|规定|所[称列规述]|中(?![国华央小型介等]))"
# 第一章 总则 · 第一章总则 (a short line of its own) · 第一章 (the name on the next line)
_NAMED = rf"(?:[ \t\u3000\xa0]+|$|{_CITED}(?=[^。；;，,\n]{{1,30}}$))"

_MARKS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    # 附件 · 附件1 · 附件二:名单 (never 附件下载 or 附件一览表)
    ("annex", re.compile(rf"附{_GAP}[件表录](?:{_GAP}{_SMALL})?(?:{_GAP}[:：]{_SPACE}|[^\S\n]+|$)", re.MULTILINE)),
    # 专栏1 · 专栏 3 · 专栏一
    ("box", re.compile(rf"专栏{_GAP}{_SMALL}[ \t\u3000\xa0:：]*")),
    # 第一编 总则 · 第一部分 背景
    ("part", re.compile(rf"第{_GAP}{_N}{_GAP}(?:编|篇|部分){_NAMED}", re.MULTILINE)),
    # 第一章 总则
    ("chapter", re.compile(rf"第{_GAP}{_N}{_GAP}章{_NAMED}", re.MULTILINE)),
    # 第二节 申请
    ("section", re.compile(rf"第{_GAP}{_N}{_GAP}节{_NAMED}", re.MULTILINE)),
    # 第三十条 本办法自发布之日起施行 · 第一百二十条之一
    ("article", re.compile(rf"第{_GAP}{_N}{_GAP}条(?P<sub>之{_CN}{{1,2}})?{_CITED}[ \t\u3000\xa0:：]*")),
    # 三、健全完善
    ("cn", re.compile(rf"(?P<n>{_CN}{{1,3}}){_GAP}(?:、|[.．](?!\d)){_SPACE}")),
    # (四)抓好 · （十二） · ㈠ (never (一)、(二)项)
    (
        "cn_paren",
        re.compile(
            rf"(?:[(（]{_GAP}(?P<n>{_CN}{{1,3}}){_GAP}[)）]|(?P<c>[{_IDEOGRAPHIC}]))(?!、?[项款(（])[、.．]?{_SPACE}"
        ),
    ),
    # 1.明确 · 12、 · ⒈ (never 1.5 or 2.3万)
    ("arabic", re.compile(rf"(?:(?P<n>\d{{1,3}})[.．、](?!\d)|(?P<c>[{_STOPPED}])){_SPACE}")),
    # (1)申请 · 2） · ⑴
    ("arabic_paren", re.compile(rf"(?:[(（]?(?P<n>\d{{1,2}})[)）]|(?P<c>[{_ENCLOSED}]))(?![,，。;；、项款]){_SPACE}")),
    ("circled", re.compile(rf"(?P<c>[{_CIRCLED}])(?![{_CIRCLED}、]){_SPACE}")),
    # ——终身职业技能培训制度更加完善。
    ("dash", re.compile(r"(?:——|--|－－)(?=[^\s\-—－])")),
    # • 总体要求 (never ○三五)
    ("bullet", re.compile(rf"[•●■◆▪◇○·](?!{_CN}|\d){_SPACE}")),
)
# ## 第一章 总则
_MARKDOWN = re.compile(r"#{1,6}[ \t\u3000\xa0]+")
# 一、二级市场 · 三、四季度: two levels named in one breath, no heading (三级联动 behind 一、 is one).
_PAIRED = re.compile(rf"(?P<n>{_CN}{{1,3}})[、级类档等季期线]")

# 一是 · 十一是 (never 一是否)
ORDINAL = re.compile(r"(?P<n>[一二三四五六七八九十]{1,3})是(?=[^否非])")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark at the start of a heading.

    ``number`` is its value (0 for marks without one), ``printed`` the mark without surrounding space, ``end`` the
    offset in the scanned text just behind the mark and its white space; ``sub`` is the 之一 of an inserted article, or
    the whole number of a decimal mark.
    """

    kind: MarkKind
    number: int
    printed: str
    end: int
    sub: str = ""


def mark_at(text: str, position: int) -> Mark | None:
    """Return the mark that stands at ``position`` of ``text`` (behind Markdown's ``##``), or ``None``."""
    markdown = _MARKDOWN.match(text, position)
    if markdown is not None:
        position = markdown.end()
    for kind, pattern in _MARKS:
        match = pattern.match(text, position)
        if match is None:
            continue
        groups = match.groupdict()
        number = _SINGLE[groups["c"]] if groups.get("c") else parse_cn(groups.get("n") or "")
        if kind in ("arabic", "arabic_paren") and not 0 < number < 200:
            continue
        if kind == "cn" and _names_a_pair(text, match.end(), number):
            continue
        return Mark(kind, number, match.group().strip(), match.end(), groups.get("sub") or "")
    return None


def decimal_at(text: str, position: int) -> Mark | None:
    """Return the decimal mark (1.1, 4.2.1) at ``position``, ``sub`` its full number, or a bare one (1 总则).

    A number at the start of a line need not be a heading; the caller checks that it goes on from those before it.
    """
    markdown = _MARKDOWN.match(text, position)
    if markdown is not None:
        position = markdown.end()
    match = _DECIMAL.match(text, position) or _BARE.match(text, position)
    if match is None:
        return None
    numbers = re.split(r"[.．]", match["n"])
    kind = DECIMALS[len(numbers) - 1]
    return Mark(kind, int(numbers[-1]), match.group().strip(), match.end(), ".".join(numbers))


def parse_cn(numeral: str) -> int:
    """Return the value of a Chinese or Arabic numeral below 10,000: ``三十八`` → 38; 0 where it is none."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            return 0
    return total + digit


def to_cn(number: int) -> str:
    """Return 1–99 as a Chinese numeral: 38 → ``三十八``."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones else "") or digits[0]


def _names_a_pair(text: str, position: int, number: int) -> bool:
    second = _PAIRED.match(text, position)
    return second is not None and parse_cn(second["n"]) == number + 1
