"""Whether what a person says of themselves fits the conditions that clauses state: fits, does not, or what is missing.

Nothing here says that someone will get something. What cannot be known from one's own words is named and left to the
body in charge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from assistant.group_names import GroupNames
from assistant.offers import Offer
from corpus.facts.conditions import EMPLOYMENT, GRADUATION, Requirement, read_group
from corpus.facts.heads import names_people
from corpus.facts.measures import Alternative
from corpus.model import Region
from corpus.regions import Gazetteer

State = Literal["met", "unmet", "missing", "authority"]
Verdict = Literal["met", "missing", "unmet", "authority"]

VERDICTS: Final[Mapping[Verdict, str]] = {
    "met": "符合",
    "missing": "还缺信息",
    "unmet": "不符合",
    "authority": "只能由经办机构核实",
}
STATES: Final[Mapping[State, str]] = {
    "met": "符合",
    "missing": "还缺信息",
    "unmet": "不符合",
    "authority": "需经办机构核实",
}
MET: Final = "按您填的内容，符合该条列出的条件；以经办机构审核为准。"
OVER: Final = "这份文件的有效期或规划期已过，请留意当地是否已有新文件。"
EMPLOYMENT_LABELS: Final[Mapping[str, str]] = dict(
    zip(
        EMPLOYMENT,
        (
            "在单位上班",
            "灵活就业",
            "自己创业或经营",
            "失业，已办失业登记",
            "失业，没办失业登记",
            "还没有就业过",
            "在校读书",
            "已退休",
        ),
        strict=True,
    )
)
GRADUATION_LABELS: Final[Mapping[str, str]] = dict(
    zip(
        GRADUATION,
        (
            "在校，今年不毕业",
            "今年毕业，还没离校",
            "今年毕业，已离校",
            "离校 1 年以内",
            "离校 1 到 2 年",
            "离校 2 到 3 年",
            "离校 3 年以上",
        ),
        strict=True,
    )
)
Certificate = Literal["没有", "初级工", "中级工", "高级工", "技师", "高级技师"]
CERTIFICATES: Final[tuple[str, ...]] = get_args(Certificate)
"""The index is the level, as in ``corpus.facts.conditions.LEVELS`` counted from 1."""

GROUP_SECTIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("学生和毕业生", re.compile(r"毕业生|学生|学员|在校|留学|青年(?!农民)|教师|老师")),
    ("军人", re.compile(r"(?<!领)军人|士兵|士官|军属|烈士|优抚")),
    ("困难家庭和人员", re.compile(r"脱贫|贫困|低保|低收入|特困|困难|救助|残疾|建档|搬迁|帮扶|监测|零就业")),
    ("农村和务工", re.compile(r"农民|农村|农业|农牧|务工|返乡|乡村|牧民|渔民")),
    ("服刑、戒毒和矫正", re.compile(r"服刑|戒毒|矫正|刑满")),
    ("在企业或某个行业工作", re.compile(r"职工|员工|工人|从业|转岗|作业|企业人员|技术人员")),
    ("技能人才", re.compile(r"人才|技师|能手|工匠|大师|获奖|传承|带头人|师资|模范")),
)
OTHER_GROUPS: Final = "其他"


MAX_AGE, MAX_MONTHS, MAX_GROUPS, MAX_STATEMENTS, MAX_TERM = 120, 720, 40, 100, 160
"""What a person can say at most."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person says of themselves; ``None`` and ``""`` are not said.

    ``groups`` are all the groups the person belongs to, in everyday or policy words; ``()`` says none. ``certificate``
    is an index of ``CERTIFICATES``, ``residence`` the place of registration. ``statements`` says yes or no to
    conditions and groups in the clauses' words.
    """

    groups: tuple[str, ...] | None = None
    age: int | None = None
    employment: str = ""
    graduation: str = ""
    certificate: int | None = None
    insured_months: int | None = None
    residence: str = ""
    statements: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose: what is sent, what is shown, and under which head."""

    value: str
    label: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask and why: ``asked_by`` are the offers, by number, whose clauses ask it.

    ``key`` is a field of ``Profile``, or ``statement`` where ``words`` is to be said yes or no to.
    """

    key: str
    text: str
    words: str
    options: tuple[Option, ...]
    asked_by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One condition and how it stands; ``question`` is the key to ask for where it is missing."""

    requirement: Requirement
    state: State
    question: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """An offer and how the person stands to it, by the group of the clause that fits best."""

    offer: Offer
    verdict: Verdict
    group: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The findings in the order of the documents, and what is worth asking next.

    ``unmentioned`` are the groups said that no clause names, ``unasked`` the fields said that no clause asks for.
    """

    region: Region
    findings: tuple[Finding, ...]
    missing: tuple[Question, ...]
    unmentioned: tuple[str, ...]
    unasked: tuple[str, ...]

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """Return the findings with ``verdict``."""
        return tuple(one for one in self.findings if one.verdict == verdict)


def certificate_level(name: str | None) -> int | None:
    """Return the level of a certificate of ``CERTIFICATES``, ``None`` for no name."""
    return CERTIFICATES.index(name) if name else None


def questions(offers: Sequence[Offer]) -> tuple[Question, ...]:
    """Return all that the clauses of ``offers`` ask of a person: the fields first, then what to say yes or no to."""
    asked: dict[tuple[str, str], list[int]] = {}
    names: dict[str, None] = {}
    for number, offer in enumerate(offers):
        for requirement in _all_requirements(offer):
            key = _question_key(requirement)
            if key == "groups":
                names.setdefault(requirement.values[0])
            if key:
                asked.setdefault((key, requirement.words if key == "statement" else ""), []).append(number)
    found = [
        Question(key, _text(key, words), words, _options(key, names), tuple(dict.fromkeys(numbers)))
        for (key, words), numbers in asked.items()
    ]
    return tuple(sorted(found, key=lambda one: _FIELDS.index(one.key)))


def check(
    offers: Sequence[Offer], profile: Profile, place: Region, names: GroupNames, gazetteer: Gazetteer
) -> SelfCheck:
    """Compare what a person says with what each offer asks."""
    known = {value for offer in offers for one in _all_requirements(offer) for value in one.values}
    said = None if profile.groups is None else tuple(names.policy_name(one, known) for one in profile.groups)
    person = _Person(profile, said, names, gazetteer)
    findings = tuple(_judge(offer, person) for offer in offers)
    wanted = {
        (one.question, one.requirement.words if one.question == "statement" else "")
        for finding in findings
        if finding.verdict == "missing"
        for one in finding.checks
        if one.state == "missing"
    }
    everything = {(one.key, one.words): one for one in questions(offers)}
    missing = [everything.get(key) or _about_group(key[1], findings) for key in sorted(wanted, key=_order)]
    unmentioned = [
        words for words, name in zip(profile.groups or (), said or (), strict=True) if not person.is_named(name, offers)
    ]
    asked = {one.key for one in everything.values()}
    # A group may be met by another field: whoever is 下岗 is out of work.
    asked.add("groups")
    unasked = tuple(
        text for key, text in _TEXTS.items() if getattr(profile, key) not in (None, "") and key not in asked
    )
    return SelfCheck(place, findings, tuple(missing), tuple(unmentioned), unasked)


_FIELDS: Final = (
    "groups", "age", "employment", "graduation", "certificate", "insured_months", "residence", "statement",
)  # fmt: skip
_KEYS: Final[Mapping[str, str]] = {
    "group": "groups",
    "age": "age",
    "employment": "employment",
    "graduation": "graduation",
    "certificate": "certificate",
    "insured": "insured_months",
    "residence": "residence",
    "statement": "statement",
}
_TEXTS: Final[Mapping[str, str]] = {
    "groups": "属于哪些人群",
    "age": "年龄（周岁）",
    "employment": "就业状态",
    "graduation": "毕业情况",
    "certificate": "最高一级职业资格或技能等级证书",
    "insured_months": "累计缴纳失业保险费的月数",
    "residence": "户籍所在地",
}


@dataclass(frozen=True, slots=True)
class _Person:
    """A profile made ready to compare."""

    profile: Profile
    said: tuple[str, ...] | None
    names: GroupNames
    gazetteer: Gazetteer

    def state(self, requirement: Requirement, region: Region) -> Check:
        """How the person stands to one requirement of a clause of ``region``."""
        if requirement.kind == "authority":
            return Check(requirement, "authority")
        told = self.profile.statements.get(requirement.words)
        if told is None and requirement.kind == "group":
            told = self.profile.statements.get(requirement.values[0])
        key = _question_key(requirement)
        holds = told if told is not None else self._holds(requirement, region)
        if holds is None:
            # Whoever has told their groups is asked about this one only.
            asks = "statement" if key == "groups" and self.said is not None else key
            return Check(requirement, "missing", asks)
        if told is None and requirement.negated:
            holds = not holds
        return Check(requirement, "met" if holds else "unmet")

    def is_named(self, name: str, offers: Iterable[Offer]) -> bool:
        """Whether any clause speaks of people called ``name`` or near to them, or asks for what the name says."""
        own = {(one.kind, one.values) for one in read_group(name)}
        return any(
            (one.kind == "group" and self._relation(name, one) != "apart")
            or (one.kind in ("employment", "graduation") and (one.kind, one.values) in own)
            for offer in offers
            for one in _all_requirements(offer)
        )

    def _holds(self, requirement: Requirement, region: Region) -> bool | None:
        said = self.profile
        if requirement.kind == "group":
            return self._belongs(requirement)
        if requirement.kind in ("employment", "graduation"):
            value = said.employment if requirement.kind == "employment" else said.graduation
            return value in requirement.values if value else self._implied(requirement)
        if requirement.kind == "residence":
            return self._lives(requirement, region)
        numbers = {"age": said.age, "certificate": said.certificate, "insured": said.insured_months}
        number = numbers.get(requirement.kind)
        if number is None:
            return None
        return (requirement.low is None or number >= requirement.low) and (
            requirement.high is None or number <= requirement.high
        )

    def _belongs(self, requirement: Requirement) -> bool | None:
        if self.said is None:
            return None
        relations = {self._relation(name, requirement) for name in self.said}
        if relations & {"same", "inside"}:
            return True
        return None if relations & {"around", "related"} else False

    def _relation(self, name: str, requirement: Requirement) -> str:
        """The nearest relation of ``name`` to the names of a requirement; a name with modifiers counts as its base."""
        bases = [one.values[0] for one in read_group(name) if one.kind == "group" and not one.negated]
        found = {self.names.relation(one, asked) for one in (name, *bases) for asked in requirement.values}
        return next((one for one in ("same", "inside", "around", "related") if one in found), "apart")

    def _implied(self, requirement: Requirement) -> bool | None:
        """What the groups say about work or graduation: 失业人员 are out of work."""
        for name in self.said or ():
            for own in read_group(name):
                if own.kind == requirement.kind and set(own.values) <= set(requirement.values):
                    return True
                if own.kind == requirement.kind and not set(own.values) & set(requirement.values):
                    return False
        return None

    def _lives(self, requirement: Requirement, region: Region) -> bool | None:
        home = self.gazetteer.parse(self.profile.residence) if self.profile.residence else None
        place = self.gazetteer.parse(requirement.values[0]) if requirement.values[0] else region
        if home is None or place is None:
            return None
        if place.contains(home):
            return True
        return None if home.contains(place) else False


def _judge(offer: Offer, person: _Person) -> Finding:
    shared = tuple(person.state(one, offer.region) for one in offer.measure.exclusions)
    readings = [_alternative(one, offer, person, shared) for one in offer.measure.alternatives]
    verdict, group, checks = min(readings, key=lambda reading: _rank(reading[0], reading[2]))
    return Finding(offer, verdict, group, checks)


def _alternative(
    one: Alternative, offer: Offer, person: _Person, shared: tuple[Check, ...]
) -> tuple[Verdict, str, tuple[Check, ...]]:
    checks = (*(person.state(requirement, offer.region) for requirement in one.requirements), *shared)
    states = {check.state for check in checks}
    verdict: Verdict = "authority"
    for state in ("unmet", "missing", "met"):
        if state in states:
            verdict = state
            break
    return verdict, one.group, checks


def _rank(verdict: Verdict, checks: tuple[Check, ...]) -> tuple[int, int, int]:
    """The nearer a reading is to fit, the smaller."""
    order = ("met", "missing", "authority", "unmet").index(verdict)
    open_or_failed = sum(check.state in ("missing", "unmet") for check in checks)
    return order, open_or_failed, -sum(check.state == "met" for check in checks)


def _all_requirements(offer: Offer) -> tuple[Requirement, ...]:
    of_groups = (requirement for one in offer.measure.alternatives for requirement in one.requirements)
    return (*of_groups, *offer.measure.exclusions)


def _question_key(requirement: Requirement) -> str:
    return _KEYS.get(requirement.kind, "")


def _text(key: str, words: str) -> str:
    return _TEXTS.get(key) or f"是否{'属于' if names_people(words) else '符合'}：{words}"


def _options(key: str, names: Iterable[str]) -> tuple[Option, ...]:
    if key == "groups":
        order = [section for section, _ in GROUP_SECTIONS] + [OTHER_GROUPS]
        options = (Option(name, name, _section(name)) for name in names)
        return tuple(sorted(options, key=lambda one: order.index(one.section)))
    if key == "employment":
        return tuple(Option(value, label) for value, label in EMPLOYMENT_LABELS.items())
    if key == "graduation":
        return tuple(Option(value, label) for value, label in GRADUATION_LABELS.items())
    if key == "certificate":
        return tuple(Option(value, value) for value in CERTIFICATES)
    return (Option("yes", "是"), Option("no", "否")) if key == "statement" else ()


def _section(name: str) -> str:
    return next((section for section, pattern in GROUP_SECTIONS if pattern.search(name)), OTHER_GROUPS)


def _about_group(words: str, findings: Sequence[Finding]) -> Question:
    """Ask whether a person belongs to the group ``words``, which lies near to one they named."""
    numbers = (
        number
        for number, finding in enumerate(findings)
        if any(one.state == "missing" and one.requirement.words == words for one in finding.checks)
    )
    return Question("statement", f"是否属于：{words}", words, _options("statement", ()), tuple(numbers))


def _order(key: tuple[str, str]) -> tuple[int, str]:
    return _FIELDS.index(key[0]), key[1]
