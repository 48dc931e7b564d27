"""What a clause offers to people: its eligibility facts with the conditions of each group by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.facts.conditions import Requirement, read_condition, read_group
from corpus.facts.heads import names_organisation, names_people
from corpus.model import Clause, Eligibility
from corpus.numbering import mark_at

# What only those who are to graduate or have graduated can be asked.
_OF_GRADUATES = re.compile(r"毕业|离校|升学|应届|在校")
_GRADUATES = re.compile(r"毕业生|学生|学员|在校生|青年|考生|大学生|研究生")
_AND = re.compile(r"[和与及或]")
# 参加就业见习的各类用人单位, 补贴企业: given to others; 通过线上渠道办理: how, not what
_FOR_OTHERS = re.compile(r"^(?:补贴|奖励|补助|支持)|的[^的,，]{0,14}$")
_HOW = re.compile(r"^(?:先|可)?(?:通过|登录|登陆|拨打|凭|按提示|到)[^,，]*(?:办理|申请|查询|等)?$")
_STRUCTURED = ("age", "employment", "certificate", "graduation", "residence", "insured")
# 一是… · 1.… : what stands before a heading's words
_MARK = re.compile(r"^(?:[一二三四五六七八九十]{1,3}是|第[一二三四五六七八九十\d]+[条章节])")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One group that a measure is for, as the clause names it, and all that is asked of it."""

    group: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What one sentence gives to people; whoever meets one of the ``alternatives`` is meant.

    ``benefits`` are in the sentence's words. ``start``/``end`` is the sentence, verbatim, in the raw text.
    """

    doc_id: str
    clause_id: str
    benefits: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    exclusions: tuple[Requirement, ...]
    start: int
    end: int


def read_measures(facts: Iterable[Eligibility], clause: Clause) -> tuple[Measure, ...]:
    """Return what the ``facts`` of one clause give to people, in text order.

    What is given to enterprises, schools and places is left out, and so is the heading of a clause whose body says
    more. Facts of one sentence and the same groups become one measure.
    """
    found: dict[tuple[int, tuple[Alternative, ...]], Measure] = {}
    for fact in facts:
        sentence = clause.text[fact.start - clause.start : fact.end - clause.start]
        if _is_heading(sentence, clause):
            continue
        alternatives = () if _not_for_people(fact.benefit) else _alternatives(fact, sentence)
        if not alternatives:
            continue
        key = (fact.start, alternatives)
        known = found.get(key)
        benefits = tuple(dict.fromkeys((*(known.benefits if known else ()), fact.benefit)))
        found[key] = Measure(
            fact.doc_id, fact.clause_id, benefits, alternatives, _exclusions(fact), fact.start, fact.end
        )
    return tuple(found.values())


def _not_for_people(benefit: str) -> bool:
    return _HOW.match(benefit) is not None or (names_organisation(benefit) and _FOR_OTHERS.search(benefit) is not None)


def _is_heading(sentence: str, clause: Clause) -> bool:
    """(五)开展高校毕业生专业转换和技能提升培训。 is for those whom the sentences behind it name."""
    if not clause.heading_path or len(clause.text.strip()) <= len(sentence) + 2:
        return False
    return _bare(sentence) == _bare(clause.heading_path[-1])


def _bare(text: str) -> str:
    text = text.strip().rstrip("。;；:：")
    mark = mark_at(text, 0)
    return _MARK.sub("", text[mark.end :] if mark else text).strip()


def _alternatives(fact: Eligibility, sentence: str) -> tuple[Alternative, ...]:
    owned, common = _owners(fact, sentence)
    found: list[Alternative] = []
    for name in fact.groups:
        if not names_people(name):
            # 对灵活就业并缴纳社会保险费的给予…: people, where something is asked that only people can meet.
            own = read_condition(name)
            if names_organisation(name) or not any(one.kind in _STRUCTURED for one in own):
                continue
        else:
            own = read_group(name)
        conditions = [*owned.get(name, ()), *(c for c in common if _concerns(c, name))]
        read = [one for condition in conditions for one in read_condition(condition)]
        found.append(Alternative(name, _without_repeats((*own, *read))))
    return tuple(dict.fromkeys(found))


def _owners(fact: Eligibility, sentence: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The conditions that belong to one group, by its name, and those that belong to all.

    What stands before a group with 的 is its own. What opens a list holds for all its members; what stands further on
    reaches over 和 to the next only. A condition inside a name is read with the name.
    """
    names = [name for name in fact.groups if name in sentence]
    before: dict[str, tuple[str, ...]] = {}
    for name in names:
        at = sentence.find(name)
        fitting = [c for c in fact.conditions if sentence[:at].endswith((f"{c}的", f"{c}的各类", f"{c}的其他"))]
        if fitting:
            before[name] = (max(fitting, key=len),)
    inside = {c for c in fact.conditions if any(c in name for name in fact.groups)}
    taken = {c for conditions in before.values() for c in conditions}
    common = tuple(c for c in fact.conditions if c not in inside and c not in taken)
    # 参加劳动预备制培训的城乡未继续升学的应届毕业生: both belong to the graduates, the nearer one says so.
    for name, conditions in list(before.items()):
        at = sentence.find(f"{conditions[0]}的{name}")
        further = tuple(c for c in common if at > 0 and sentence[:at].endswith(f"{c}的"))
        before[name] = (*further, *conditions)
        common = tuple(c for c in common if c not in further)
    owned: dict[str, tuple[str, ...]] = {}
    # 参保的企业、灵活就业人员: a head that says little keeps its condition in the name.
    opening = before.get(names[0], tuple(c for c in fact.conditions if names[0].startswith(f"{c}的"))) if names else ()
    previous: tuple[str, ...] = ()
    end = 0
    for position, name in enumerate(names):
        own = before.get(name, ())
        start = sentence.find(f"{own[0]}的" if own else name, end)
        joint = sentence[end : max(start, end)]
        loose = position > 0 and _AND.search(joint) is not None
        # A list that begins with a condition has it throughout, but not where 及 or 和 brings a condition of its own.
        shared = () if own and loose else opening
        reaching = previous if loose and not own and joint in ("和", "与", "及") else ()
        owned[name] = tuple(dict.fromkeys((*(c for c in (*shared, *reaching) if _concerns(c, name)), *own)))
        previous = own
        end = sentence.find(name, end) + len(name) if sentence.find(name, end) >= 0 else end
    return owned, common


def _concerns(condition: str, name: str) -> bool:
    return not _OF_GRADUATES.search(condition) or _GRADUATES.search(name) is not None


def _without_repeats(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    kept: dict[tuple[object, ...], Requirement] = {}
    for one in requirements:
        asked = (one.kind, one.low, one.high, one.values, one.negated)
        structured = one.kind not in ("statement", "authority")
        kept.setdefault(asked if structured else (*asked, one.words), one)
    return tuple(kept.values())


def _exclusions(fact: Eligibility) -> tuple[Requirement, ...]:
    """What keeps people out: groups that can be told of, everything else for the body in charge."""
    found: list[Requirement] = []
    for words in fact.exclusions:
        name = re.sub(r"^(?:不(?:含|包括|包含)|除)|(?:的)?(?:除外|不在此列)$|(?:以|之)?外$", "", words)
        if names_people(name) and len(name) <= 20:
            for piece in re.split(r"[、和及]", name):
                read = read_group(piece) if names_people(piece) else ()
                only = read[0] if len(read) == 1 and read[0].kind in ("group", "employment") else None
                if only is None:
                    found.append(Requirement("authority", piece))
                else:
                    found.append(Requirement(only.kind, piece, values=only.values, negated=True))
        else:
            found.append(Requirement("authority", words))
    return tuple(dict.fromkeys(found))
