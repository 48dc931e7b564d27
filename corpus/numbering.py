"""The grammar of Chinese official numbering: which marks open a heading, and what number they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MarkKind = Literal[
    "annex", "box", "part", "chapter", "section", "article", "cn", "cn_paren", "arabic", "arabic_paren", "circled",
    "bullet", "dash",
]

# Outermost first; a mark closes every open heading of the same or an inner rank.
RANK: dict[MarkKind, int] = {
    "annex": 0, "part": 1, "chapter": 2, "section": 3, "article": 4, "cn": 5, "box": 6, "cn_paren": 7,
    "arabic": 8, "arabic_paren": 9, "circled": 10, "dash": 11, "bullet": 12,
}

_CN = "[零〇○一二三四五六七八九十百]"
_CN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_MARKS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    # 附件 · 附件1 · 附件二: (a heading of its own line, never 附件下载)
    ("annex", re.compile(rf"附件\s*(?P<n>\d{{1,2}}|{_CN}{{1,3}})?\s*[:：]?(?=\s|$|[^\w])")),
    # 专栏1 · 专栏 3 · 专栏一
    ("box", re.compile(rf"专栏\s*(?P<n>\d{{1,2}}|{_CN}{{1,3}})[\s:：]*")),
    # 第一编 总则
    ("part", re.compile(rf"(?:#+\s*)?第(?P<n>{_CN}{{1,5}}|\d{{1,4}})编(?=[\s　]|$)[\s　]*")),
    # 第一章 总则
    ("chapter", re.compile(rf"(?:#+\s*)?第(?P<n>{_CN}{{1,5}}|\d{{1,4}})章(?=[\s　]|$)[\s　]*")),
    # 第二节 申请
    ("section", re.compile(rf"(?:#+\s*)?第(?P<n>{_CN}{{1,5}}|\d{{1,4}})节(?=[\s　]|$)[\s　]*")),
    # 第三十条 本办法自发布之日起施行 · 第一百二十条之一
    ("article", re.compile(rf"第(?P<n>{_CN}{{1,6}}|\d{{1,4}})条(?P<sub>之{_CN}{{1,2}})?(?![第款项的规中所、,，和至])[\s　:：]*")),
    # 三、健全完善
    ("cn", re.compile(rf"(?P<n>{_CN}{{1,3}})[、.．](?!\d)\s*")),
    # (四)抓好 · （十二）
    ("cn_paren", re.compile(rf"[(（](?P<n>{_CN}{{1,3}})[)）][、.．]?\s*")),
    # 1.明确 · 12、 (never 1.5 or 2.3万)
    ("arabic", re.compile(r"(?P<n>\d{1,3})[.．、](?!\d)\s*")),
    # (1)申请 · 2）
    ("arabic_paren", re.compile(r"[(（]?(?P<n>\d{1,2})[)）](?![,，。;；、])\s*")),
    ("circled", re.compile(rf"(?P<n>[{_CIRCLED}])\s*")),
    # ——终身职业技能培训制度更加完善。
    ("dash", re.compile(r"(?:——|--)(?=\S)")),
    # • 总体要求
    ("bullet", re.compile(r"[•●■◆▪◇○·](?![一二三四五六七八九〇\d])\s*")),
)

# 一是 · 十一是 (never 一是一 or 凡是)
ORDINAL = re.compile(r"(?P<n>[一二三四五六七八九十]{1,3})是(?=[^否非])")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark at the start of a heading.

    ``number`` is its value (0 for marks without one), ``printed`` the mark without trailing space, ``end`` the
    offset in the scanned text just behind the mark and its white space.
    """

    kind: MarkKind
    number: int
    printed: str
    end: int
    sub: str = ""


def mark_at(text: str, position: int) -> Mark | None:
    """Return the mark that stands at ``position`` of ``text``, or ``None``."""
    for kind, pattern in _MARKS:
        match = pattern.match(text, position)
        if match is None:
            continue
        groups = match.groupdict()
        number = _value(groups.get("n"))
        if kind == "arabic" and not 0 < number < 200:
            continue
        return Mark(kind, number, match.group().strip(), match.end(), groups.get("sub") or "")
    return None


def parse_cn(numeral: str) -> int:
    """Return the value of a Chinese or Arabic numeral below 10,000: ``三十八`` → 38; 0 where it is none."""
    if numeral.isdigit():
        return int(numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _CN_DIGITS:
            digit = _CN_DIGITS[char]
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


def _value(numeral: str | None) -> int:
    if not numeral:
        return 0
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    return parse_cn(numeral)
