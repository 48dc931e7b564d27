"""Follow-up questions made whole from the questions before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Turn
from assistant.question import Question, QuestionReader
from corpus.errors import AssistantError
from corpus.periods import Period
from corpus.regions import Mention

# 那内蒙古呢 · 不是,我问的是辽宁 · 还有… · 换成…
_OPENER = re.compile(
    r"^(?:那么?|还有|另外|再问(?:一?下)?|接着问|顺便问(?:一?下)?|换成|改成|要是换成|反过来|哦|噢|嗯|好的?|谢谢你?|明白了?|懂了|知道了|"
    r"不是|不对|错了|说错了|我(?:是)?(?:问|说|指)的是|我(?:是)?(?:想)?问(?:的是)?|我说的是|应该是|[,，。、\s])+"
)
_CORRECTION = re.compile(r"^(?:不是|不对|错了|说错了|我(?:问|说|指)的是|我是问)")
# What is left of a question that only swaps a place or a year: 呢 · 也有吗 · 有没有 · 怎么样 · 的话呢
_ONLY_ASKING = re.compile(
    r"^(?:的|也|又|就|都|还|那个|这个|刚才|上面|前面|那边|这边|这儿|那儿|里|一样|呢|吗|吧|啊|呀|有|没有|没|有没有|是|不是|是不是|能|可以|行|搞|让|给|"
    r"怎么样|咋样|怎样|如何|多少|什么|啥|规定|情况|的话|要是|换|说|[,，。?？!！\s])*$"
)
_POINTER = re.compile(r"这个|那个|这项|那项|该项|这些|那些|它们|它|上面|前面|刚才|上述|这条|其中|里面|这块|这事")
# The asking part of a question, so that its subject can be carried on: …的目标是多少 → …
_ASKING_PART = re.compile(
    r"(?:的)?(?:目标|标准|金额|数量|人数|规模)?(?:是|有|要|能|会|到|达到|达|应该|一共|总共|到底|具体|可以|都|给|拿|领|补|搞|建|发|算|到底)*"
    r"(?:多少(?:万|钱|人次|人|家|个|名|期|元|年)*|(?<!哪)几(?:家|个|期|人|名|年|条|项)|什么时候|啥时候|何时|什么|啥|哪些|哪几?[个种类项]?(?:部门|单位)?|哪里|谁|"
    r"怎么(?:办|样|申请|报名|规定的?)?|如何|能不能|有没有|可不可以|吗|呢|没有|不$|没$)[?？]?"
)
_SAME_ASK = re.compile(r"呢[?？]?$|^[^吗没不有能可]{1,6}$")
_SHORT = 16
_MAX_TURNS = 12


@dataclass(frozen=True, slots=True)
class _Carried:
    """What earlier turns leave: ``topic``, the last question whole in itself, ``last``, the last one resolved, and
    ``places``, the places named last.
    """

    topic: str = ""
    last: str = ""
    places: str = ""


def interpretations(question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date) -> tuple[str, ...]:
    """Return the ways to make ``question`` whole from the user's turns in ``history``, likeliest first.

    A fragment takes over the last question with its place or period swapped; a short question goes with the last
    subject or, failing that, stands alone; a new question keeps only the place. Small talk is passed over.
    """
    carried = _Carried()
    if _is_small_talk(question, reader, as_of):
        return (reader.read(question, as_of=as_of).text,)
    for turn in [turn.content for turn in history if turn.role == "user"][-_MAX_TURNS:]:
        try:
            if _is_small_talk(turn, reader, as_of):
                continue
            ways, whole = _interpret(turn, carried, reader, as_of)
            topic = ways[0] if whole or not carried.topic else _moved(carried.topic, turn, reader, as_of)
            places = _places(reader.read(ways[0], as_of=as_of))
            carried = _Carried(topic, ways[0], places or carried.places)
        except AssistantError:
            continue
    return _interpret(question, carried, reader, as_of)[0]


def standalone(question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date) -> str:
    """Return the likeliest of ``interpretations``."""
    return interpretations(question, history, reader, as_of=as_of)[0]


def _moved(topic: str, turn: str, reader: QuestionReader, as_of: date) -> str:
    """Return ``topic`` with the places and periods that a later ``turn`` has put in their stead."""
    return _swap_slots(reader.read(topic, as_of=as_of), reader.read(turn, as_of=as_of))


def _is_small_talk(turn: str, reader: QuestionReader, as_of: date) -> bool:
    read = reader.read(turn, as_of=as_of)
    if read.places or read.periods or _POINTER.search(read.text):
        return False
    return not reader.has_subject(turn, as_of=as_of) and (bool(read.terms) or read.intent.wanted == ("any",))


def _interpret(turn: str, carried: _Carried, reader: QuestionReader, as_of: date) -> tuple[tuple[str, ...], bool]:
    """Return the ways to read ``turn``, and whether it is a question whole in itself."""
    new = reader.read(turn, as_of=as_of)
    if not carried.last:
        return (new.text,), True
    topic = reader.read(carried.topic, as_of=as_of)
    last = reader.read(carried.last, as_of=as_of)
    body = _OPENER.sub("", new.text) or new.text
    read = reader.read(body, as_of=as_of) if re.search(r"\w", body) else new
    rest = _without_slots(read)
    swaps = bool(read.places or read.periods)
    if _ONLY_ASKING.match(rest) and swaps:
        return _unique(_swap_slots(last, read), _swap_slots(topic, read)), False
    asks = read.intent.asks(
        "body", "date", "money", "count", "how", "reference", "phone", "basis", "list", "who", "ratio"
    )
    if _ONLY_ASKING.match(rest) and not asks:
        return (carried.last,), False
    alone = body if read.places or read.deictic else f"{carried.places}{body}"
    pointed = bool(_POINTER.search(body))
    if read.places and not pointed and len(rest) > 4:
        return (_unique(alone, _swap_slots(last, read)) if _CORRECTION.match(new.text) else (alone,)), True
    if len(rest.strip(" ?？")) > _SHORT and not pointed:
        return (alone,), True
    own = _POINTER.sub("", rest if swaps else body).strip(" ,，")
    ways: list[str] = []
    for before in (topic, last):
        whole = _swap_slots(before, read) if swaps else before.text
        # 酱酒的呢: asks what was asked before.
        subject = whole.rstrip("?？。") if _SAME_ASK.search(own) and not asks else _subject(whole)
        ways.append(f"{subject},{own}" if own else whole)
    return _unique(*ways, alone), False


def _unique(*ways: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ways))


def _without_slots(question: Question) -> str:
    text = question.text
    for _, start, end in sorted([*_surfaces(question.places), *_surfaces(question.periods)], key=lambda slot: -slot[1]):
        text = text[:start] + text[end:]
    return text


def _subject(question: str) -> str:
    subject = _ASKING_PART.sub("", question).strip(" ?？,，。")
    return subject or question.strip(" ?？")


def _places(question: Question) -> str:
    return "和".join(dict.fromkeys(mention.surface for mention in question.places))


def _surfaces(slots: Sequence[Mention] | Sequence[Period]) -> list[tuple[str, int, int]]:
    return [(slot.surface, slot.start, slot.end) for slot in slots]


def _swap_slots(old: Question, new: Question) -> str:
    text = old.text
    edits: list[tuple[int, int, str]] = []
    for olds, news in (
        (_surfaces(old.places), _surfaces(new.places)),
        (_surfaces(old.periods), _surfaces(new.periods)),
    ):
        if not news:
            continue
        wording = "和".join(dict.fromkeys(surface for surface, _, _ in news))
        if olds:
            start, last = olds[0][1], olds[-1][2]
            edits.append((start, last if last - start <= 20 else olds[0][2], wording))
        else:
            edits.append((0, 0, wording))
    for start, end, wording in sorted(edits, reverse=True):
        text = text[:start] + wording + text[end:]
    return text
