"""Follow-up questions made whole from the questions before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Turn
from assistant.question import Question, QuestionReader, blank
from corpus.errors import AssistantError

# 那内蒙古呢 · 不是,我问的是辽宁 · 还有… · 换成…
_OPENERS = re.compile(
    r"^(?:那么?|还有|另外|再问(?:一?下)?|接着问|顺便问(?:一?下)?|换成|改成|要是换成|哦|噢|嗯|好的?|谢谢|明白了?|"
    r"不是|不对|错了|说错了|我(?:是)?(?:问|说|指)的是|我(?:是)?(?:想)?问(?:的是)?|我说的是|应该是|,|，|。|、|\s)+"
)
_CORRECTION = re.compile(r"^(?:不是|不对|错了|说错了|我(?:问|说|指)的是|我是问)")
_TAIL = re.compile(r"(?:的)?(?:呢|吗|吧|啊|呀|怎么样|咋样|又?是?怎样)?[?？。!！]*$")
_POINTER = re.compile(r"这个|那个|这项|那项|该项|这些|那些|它们?|上面|前面|刚才|上述|这一条|这条|其中|这块|这事")
# What a question asks for, so that a new ask can take its place (目标是多少 → 归谁管).
_ASK = re.compile(
    r"(?:的)?(?:目标|标准|金额|数量|人数|规模)?(?:是|有|要|能|会|达到|达|应该|一共|总共|到底|具体)*(?:多少(?:钱|人次|人|家|个|名|期|元|年)?|几(?:家|个|期|人|名|年)|"
    r"什么时候|啥时候|何时|什么|啥|哪些|哪个(?:部门|单位)?|哪里|谁|怎么(?:办|样|申请|报名|规定的?)?|如何|吗|呢|能不能|有没有)[^,，?？]{0,6}[?？]*$"
)
_MAX_TURNS = 12


@dataclass(frozen=True, slots=True)
class _Read:
    question: Question

    @property
    def places(self) -> str:
        return "和".join(dict.fromkeys(m.surface for m in self.question.places))


def standalone(question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date) -> str:
    """Return ``question`` with what it leaves out filled in from the user's turns in ``history``.

    A fragment takes over the last question with its place, period or subject replaced; a pointer (这个归谁管) keeps
    the last subject; a new question keeps only the place. Turns that cannot be read are passed over.
    """
    carried = ""
    for turn in [*[t.content for t in history if t.role == "user"][-_MAX_TURNS:], question]:
        try:
            carried = _resolve(turn, carried, reader, as_of)
        except AssistantError:
            if turn is question:
                raise
    return carried


def _resolve(turn: str, before: str, reader: QuestionReader, as_of: date) -> str:
    new = reader.read(turn, as_of=as_of)
    if not before:
        return new.text
    old = reader.read(before, as_of=as_of)
    if not old.terms:
        return new.text
    body = _OPENERS.sub("", new.text)
    corrected = bool(_CORRECTION.match(new.text))
    core = _TAIL.sub("", blank(body, [])).strip(" ,，的")
    fragment = reader.read(body, as_of=as_of) if body.strip(" ?？") else new
    if not core:
        return before
    asks = fragment.intent.wanted[0] not in ("any", "yesno")
    own_subject = sum(term.weight for term in fragment.terms)
    elliptic = len(core) <= 14 and (body.rstrip("?？。").endswith("呢") or corrected or new.text != body)
    if _only_slots(fragment) and not asks:
        return _swap_slots(old, fragment)
    if _POINTER.search(body) or (asks and own_subject < 1.5 and not fragment.terms):
        subject = _ASK.sub("", before).rstrip("?？,，。 ")
        rest = _POINTER.sub("", body)
        return f"{subject},{rest}" if rest.strip("?？ ") else before
    if elliptic and own_subject:
        return _swap_subject(old, fragment, core)
    if not new.places and old.places and not new.deictic:
        return f"{_Read(old).places}{body}"
    return body


def _only_slots(question: Question) -> bool:
    return not question.terms and bool(question.places or question.periods)


def _swap_slots(old: Question, new: Question) -> str:
    text = old.text
    edits: list[tuple[int, int, str]] = []
    for olds, news in ((old.places, new.places), (old.periods, new.periods)):
        if not news:
            continue
        wording = "和".join(dict.fromkeys(item.surface for item in news))
        if olds:
            first, last = olds[0], olds[-1]
            between = text[first.start : last.end]
            end = last.end if len(between) <= 20 else first.end
            edits.append((first.start, end, wording))
        else:
            edits.append((0, 0, wording))
    for start, end, wording in sorted(edits, reverse=True):
        text = text[:start] + wording + text[end:]
    return text


def _swap_subject(old: Question, new: Question, core: str) -> str:
    place = "" if new.places else _Read(old).places
    ask = _ASK.search(old.text)
    tail = ask.group() if ask and not new.intent.asks("count", "body", "date", "how", "money", "who", "list") else ""
    period = "" if new.periods or not old.periods else old.periods[0].surface
    kept = [t.surface for t in old.terms if not any(t.surface in core or core in t.surface for _ in (0,))]
    related = [word for word in kept if len(word) >= 2][:3] if len(core) <= 5 else []
    return f"{place}{period}{core}{''.join(related)}{tail}"
