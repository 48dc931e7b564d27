"""Quotes that stand by themselves: what a span needs of the text around it."""

from __future__ import annotations

import re

from assistant.lists import is_list_item
from corpus.sentences import split_sentences

_FULL_STOPS = "。！？!?\n"
# 但物业均为非住宅的,… · 其中小微企业… · 否则…: goes on from what stands before
_TURNS = re.compile(r"\s*(?:但|但是|不过|然而|否则|其中|除此之?外|同时符合)(?=[\u4e00-\u9fff,，])")
# 情况紧急的,应当在…内… · 逾期不改正的,处…
_CASE = re.compile(r"\s*(?:其中)?[^,，。;；:：、]{1,40}(?:[^目]的|时|后)[,，]")
# 情节严重的,… after the sentence that says what for
_GRAVER = re.compile(
    r"\s*(?:情节|逾期|拒不|拒绝|仍不|再次|多次|屡次|造成|构成|有违法所得|没有违法所得|违法所得|尚不|后果|对[^,，。;；]{2,20}直接)"
)
# 包含前款规定内容的,其内容无效
_CONSEQUENCE = re.compile(
    r"\s*(?:[^。;；]{0,40})?(?:前款|上款|上述)(?:规定|所列|内容|情形|行为)[^,，。;；]{0,20}的[,，]"
)
_QUESTION = re.compile(r"[?？][”’」』)）]*\s*$")
# 答: · 【记者】
_LEADING_WORDS = re.compile(r"\s*(?:问|【?记者(?:问)?】?|提问)\s*[:：】]?")
_SHORT_LEAD = 9
_MAX_CHARS = 200
_MAX_ANSWER = 300


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return ``text[start:end]``, a sentence or part of one, widened to what can be understood by itself.

    A question takes the answer that follows it along; what turns against the sentence before (但…) that sentence; the
    cases of one sentence (…的,…;…的,…) stay together, and so do the graver cases that follow in its paragraph. What
    would grow beyond a few lines, and the items of a list, stay as they are.
    """
    if _QUESTION.search(text[start:end]):
        return start, _answer_end(text, end)
    begin, last = _with_cases(text, start, end)
    if _TURNS.match(text, begin) and not is_list_item(text, begin):
        begin = _sentence_before(text, begin)
    last = _with_graver(text, begin, last)
    return (begin, last) if last - begin <= max(_MAX_CHARS, end - start) else (start, end)


def whole_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence that announces a list, with what it needs to say what of (计时工资是指…。包括:)."""
    begin, last = _with_cases(text, start, end)
    if _TURNS.match(text, begin) or len(re.sub(r"\W", "", text[begin:last])) < _SHORT_LEAD:
        begin = _sentence_before(text, begin)
    return (begin, last) if last - begin <= max(_MAX_CHARS, end - start) else (start, end)


def consequence_end(text: str, end: int) -> int:
    """Return the end of the sentence that says what follows from the rule before ``end`` (违反前款规定的,无效).

    ``end`` where there is none.
    """
    following = [s for s in split_sentences(text, stops=_FULL_STOPS) if s[0] >= end]
    if following and _CONSEQUENCE.match(text, following[0][0]) and following[0][1] - end <= _MAX_CHARS:
        return following[0][1]
    return end


def _with_cases(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span up to the full stops around it, where what semicolons part there are cases of one thing."""
    around = [s for s in split_sentences(text, stops=_FULL_STOPS) if s[0] < end and start < s[1]]
    if not around:
        return start, end
    begin, last = min(start, around[0][0]), max(end, around[-1][1])
    parts = [s for s in split_sentences(text[begin:last]) if text[begin + s[0] : begin + s[1]].strip()]
    if len(parts) < 2 or any(is_list_item(text, begin + first) for first, _ in parts[1:]):
        return start, end
    if any(_CASE.match(text, begin + first) for first, _ in parts[1:]):
        return begin, last
    return start, end


def _with_graver(text: str, start: int, end: int) -> int:
    for first, last in split_sentences(text, stops=_FULL_STOPS):
        if first < end:
            continue
        if "\n" in text[end:first] or not _GRAVER.match(text, first):
            break
        end = last
    return end


def _sentence_before(text: str, start: int) -> int:
    """Return where the sentence before begins, ``start`` where that is on another line."""
    before = [s for s in split_sentences(text, stops=_FULL_STOPS) if s[1] <= start]
    if not before or "\n" in text[before[-1][1] : start]:
        return start
    return before[-1][0]


def _answer_end(text: str, end: int) -> int:
    """Return where the answer to the question that ends at ``end`` ends: before the next question or a few lines on."""
    last = end
    for first, stop in split_sentences(text, stops=_FULL_STOPS):
        if first < end:
            continue
        if _QUESTION.search(text[first:stop]) or _LEADING_WORDS.match(text, first):
            break
        if stop - end > _MAX_ANSWER and last > end:
            break
        last = stop
    return last
