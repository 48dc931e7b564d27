"""Whole lists: what a sentence announces, and what an item is an item of."""

from __future__ import annotations

import re

from corpus.model import Clause
from corpus.numbering import parse_cn
from corpus.sentences import split_sentences

# 主要包括以下5个专项计划: · 主要采取以下11条措施。 · 有下列情形之一的，…：
# (never 处500元以下罚款。)
_ANNOUNCES = re.compile(
    r"(?:[:：]|(?:(?<![元块岁年月日天个倍人名次级米里时分克升亩户成%％十百千万亿\d])以下|如下|下列)[^,，。;；]{0,14}[。:：]?)$"
)
# （一）… · 1.… · 一是… · ①
_ITEM = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．)）](?!\d)|[一二三四五六七八九十]{1,3}[、是]|[①-⑳])"
)
_MAX_ITEMS = 20


def announces(text: str) -> bool:
    """Return whether a list follows ``text``."""
    return bool(_ANNOUNCES.search(text.rstrip()))


def is_list_item(text: str, start: int) -> bool:
    """Return whether what begins at ``start`` is numbered as an item of a list."""
    return bool(_ITEM.match(text, start))


def with_items(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """Return the span of a sentence in ``clause.text`` together with the items it announces in the same clause."""
    if not announces(clause.text[start:end]):
        return start, end
    following = [span for span in split_sentences(clause.text) if span[0] >= end]
    for count, (first, last) in enumerate(following):
        if count >= _MAX_ITEMS or not _ITEM.match(clause.text, first):
            break
        end = last
    return start, end


def item_number(text: str, start: int = 0) -> int | None:
    """Return the number that the item of a list beginning at ``start`` bears, ``None`` where none begins there."""
    found = _ITEM.match(text, start)
    if found is None:
        return None
    digits = re.sub(r"[^一二三四五六七八九十\d①-⑳]", "", found.group())
    if "①" <= digits[0] <= "⑳":
        return ord(digits[0]) - ord("①") + 1
    return int(digits) if digits.isdecimal() else parse_cn(digits)


def item_span(clause: Clause, start: int) -> tuple[int, int]:
    """Return the span of the item that begins at ``start`` of ``clause.text``, up to the next one or the end."""
    end = start
    for first, last in split_sentences(clause.text):
        if first < start:
            continue
        if first > start and _ITEM.match(clause.text, first):
            break
        end = last
    return start, end


def lead_of(clause: Clause, start: int) -> tuple[int, int] | None:
    """Return the span of the sentence that announces the list whose item begins at ``start``, if it is one."""
    if not _ITEM.match(clause.text, start):
        return None
    for first, last in reversed([span for span in split_sentences(clause.text) if span[1] <= start]):
        if announces(clause.text[first:last]):
            return first, last
        if not _ITEM.match(clause.text, first):
            return None
    return None
