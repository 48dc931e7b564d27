"""The self-check: a form that asks only for what clauses ask, and where a person stands to each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from typing import Final

from assistant.offers import Offer
from assistant.self_check import (
    CERTIFICATES,
    MAX_AGE,
    MAX_GROUPS,
    MAX_MONTHS,
    MAX_STATEMENTS,
    MET,
    OVER,
    STATES,
    VERDICTS,
    Check,
    Finding,
    Option,
    Profile,
    Question,
    SelfCheck,
    Verdict,
)
from corpus.facts.conditions import EMPLOYMENT, GRADUATION
from ui.render import place, titled
from ui.web import layout

TITLE: Final = "资格自查"
ABOUT: Final = "选地区，说说自己的情况，逐条对照文件写明的条件。只问条款问到的事；结果供参考，以经办机构审核为准。"
PRIVACY: Final = "您填的内容不会保存。它们写在网页地址里，可以收藏或发给家人；不想让别人看到就不要转发这个地址。"
NOBODY: Final = "none"
"""What the box 以上都不属于 sends."""

# s-1a2b3c4d: what says yes or no to one condition
STATEMENT: Final = re.compile(r"^s-[0-9a-f]{10}$")
SPOKEN: Final[Mapping[Verdict, str]] = {
    "met": MET,
    "missing": "再填上缺的几项，就能知道是否符合这些条款列出的条件。",
    "authority": "这些条款的条件无法凭自己的说明判断，请询问经办机构。",
    "unmet": "按您填的内容，至少有一项条件不符合。如果填错了可以改。",
}
ORDER: Final[tuple[Verdict, ...]] = ("met", "missing", "authority", "unmet")


def read_form(sent: Sequence[tuple[str, str]], questions: Iterable[Question], extra: Iterable[str]) -> Profile:
    """Return what the pairs ``sent`` say; what does not fit is left out.

    ``questions`` and the words ``extra`` tell which condition an ``s-…`` stands for.
    """
    values: dict[str, list[str]] = {}
    for name, value in sent:
        values.setdefault(name, []).append(value.strip())
    groups = tuple(dict.fromkeys(one[:60] for one in values.get("group", ()) if one))[:MAX_GROUPS]
    words = {field_name(one): one for one in (*(q.words for q in questions if q.words), *extra)}
    said = {
        words[name]: given[-1] == "yes"
        for name, given in values.items()
        if STATEMENT.match(name) and name in words and given[-1] in ("yes", "no")
    }
    certificate = _one(values, "certificate", CERTIFICATES)
    return Profile(
        groups=() if NOBODY in groups else groups or None,
        age=_number(values, "age", MAX_AGE),
        employment=_one(values, "employment", EMPLOYMENT),
        graduation=_one(values, "graduation", GRADUATION),
        certificate=CERTIFICATES.index(certificate) if certificate else None,
        insured_months=_number(values, "insured_months", MAX_MONTHS),
        residence=_last(values, "residence")[:50],
        statements=dict(list(said.items())[:MAX_STATEMENTS]),
    )


def _last(values: Mapping[str, Sequence[str]], name: str) -> str:
    return (values.get(name) or ("",))[-1]


def _one(values: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str]) -> str:
    said = _last(values, name)
    return said if said in allowed else ""


def _number(values: Mapping[str, Sequence[str]], name: str, most: int) -> int | None:
    said = _last(values, name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 and int(said) <= most else None


def field_name(words: str) -> str:
    """The name of the field that says yes or no to ``words``; it stays the same as long as the clause does."""
    return f"s-{sha256(words.encode('utf-8', 'replace')).hexdigest()[:10]}"


def start(regions: Sequence[str]) -> str:
    """The page before a region is chosen."""
    return layout.page(TITLE, "/eligibility", f"{layout.heading(TITLE, ABOUT)}{_regions(regions, '')}{_privacy()}")


def ask(regions: Sequence[str], region: str, questions: Sequence[Question], offers: int) -> str:
    """The page that asks, before anything is said."""
    body = (
        f'<form class="self-check" action="/eligibility" method="get">{_hidden(region)}'
        f'<h2 class="section">您的情况</h2><p class="note">{escape(region)}的文件里有 {offers} 项面向个人的内容。'
        f"能填几项填几项，不确定的可以不填。</p>{_fields(questions, Profile(), statements=False)}"
        '<div class="actions"><button class="primary">对照条件</button></div></form>'
        if questions
        else '<p class="none">这个地区的文件没有写明面向个人的条件。可以换一个地区，或在“政策问答”里提问。</p>'
    )
    head = layout.heading(TITLE, ABOUT)
    return layout.page(TITLE, "/eligibility", f"{head}{_regions(regions, region)}{body}{_privacy()}")


def result(said: Profile, regions: Sequence[str], questions: Sequence[Question], found: SelfCheck) -> str:
    """The page with what was found, what is missing and what was said."""
    region = found.region.full_name
    known = {(one.key, one.words) for one in found.missing}
    others = [
        one
        for one in questions
        if (one.key, one.words) not in known and (one.key != "statement" or one.words in said.statements)
    ]
    form = (
        f'<form class="self-check" action="/eligibility" method="get">{_hidden(region)}{_missing(found, said)}'
        f'<details class="told"><summary>查看或修改已填的内容</summary>{_fields(others, said, statements=True)}'
        f"{_told_besides(said, questions, found)}"
        '<div class="actions"><button class="primary">按修改后的内容再对照</button></div></details></form>'
    )
    rest = "".join(_list(verdict, found) for verdict in ORDER[1:])
    head = layout.heading(f"{TITLE}：{region}", ABOUT)
    fits = _list("met", found)
    body = f"{head}{_summary(found)}{_notes(found)}{fits}{form}{rest}{_regions(regions, region)}{_privacy()}"
    return layout.page(f"{TITLE} {region}", "/eligibility", body)


def _regions(regions: Sequence[str], chosen: str) -> str:
    names = [*regions, *([chosen] if chosen and chosen not in regions else [])]
    options = [("", "请选择"), *((one, one) for one in names)]
    return (
        '<form class="bar" action="/eligibility" method="get">'
        f"{layout.select('region', '地区', options, chosen)}"
        f'<button class="primary">{"换一个地区" if chosen else "下一步"}</button></form>'
    )


def _hidden(region: str) -> str:
    return f'<input type="hidden" name="region" value="{escape(region)}">'


def _privacy() -> str:
    return f'<p class="note privacy">{PRIVACY}</p>'


def _summary(found: SelfCheck) -> str:
    counts = "".join(
        f'<li class="{verdict}"><a href="#{verdict}"><b>{len(found.of(verdict))}</b>{VERDICTS[verdict]}</a></li>'
        for verdict in ORDER
        if found.of(verdict)
    )
    return f'<ul class="counts" aria-label="结果">{counts}</ul>'


def _notes(found: SelfCheck) -> str:
    notes: list[str] = []
    if found.unmentioned:
        names = "、".join(f"“{escape(one)}”" for one in found.unmentioned)
        notes.append(f"这个地区收录的文件里，没有哪一条写明面向{names}。没有写明不等于没有政策，可以询问经办机构。")
    if found.unasked:
        notes.append(f"没有条款问到：{escape('、'.join(found.unasked))}。")
    if any(finding.offer.over for finding in (*found.of("met"), *found.of("missing"))):
        notes.append("有的文件有效期或规划期已过，请留意当地是否已有新文件。")
    return "".join(f'<p class="advice"><b>提示</b><span>{one}</span></p>' for one in notes)


def _missing(found: SelfCheck, said: Profile) -> str:
    if not found.missing:
        return ""
    fields = _fields(found.missing, said, statements=True)
    return (
        f'<section class="wanted" aria-labelledby="wanted"><h2 class="section" id="wanted">还缺这些信息</h2>{fields}'
        '<div class="actions"><button class="primary">补充后再对照</button></div></section>'
    )


def _told_besides(said: Profile, questions: Sequence[Question], found: SelfCheck) -> str:
    """What was said in other words than the form offers, so that changing the form does not lose it."""
    offered = {option.value for one in questions if one.key == "groups" for option in one.options}
    besides = [one for one in said.groups or () if one not in offered]
    kept = "".join(
        f'<label class="choice"><input type="checkbox" name="group" value="{escape(one)}" checked>'
        f"<span>{escape(one)}</span></label>"
        for one in besides
    )
    boxes = (
        f'<fieldset class="ask"><legend>另外填的人群</legend><div class="options">{kept}</div></fieldset>'
        if kept
        else ""
    )
    shown = {one.words for one in (*questions, *found.missing)}
    rows = "".join(
        _statement(f"是否属于：{words}", words, yes) for words, yes in said.statements.items() if words not in shown
    )
    return boxes + rows


def _fields(questions: Sequence[Question], said: Profile, *, statements: bool) -> str:
    grouped = [one for one in questions if one.key == "groups"]
    plain = [one for one in questions if one.key not in ("groups", "statement")]
    yes_no = [one for one in questions if one.key == "statement"] if statements else []
    fields = "".join(_field(one, said) for one in plain)
    bar = f'<div class="fields">{fields}</div>' if fields else ""
    rows = "".join(_statement(one.text, one.words, said.statements.get(one.words), len(one.asked_by)) for one in yes_no)
    rows = f'<div class="ask-list">{rows}</div>' if rows else ""
    return f"{''.join(_groups(one, said) for one in grouped)}{bar}{rows}"


def _groups(question: Question, profile: Profile) -> str:
    sections: dict[str, list[Option]] = {}
    for option in question.options:
        sections.setdefault(option.section, []).append(option)
    chosen = set(profile.groups or ())
    parts = "".join(
        f'<fieldset class="ask"><legend>{escape(section)}</legend><div class="options">'
        f"{''.join(_box(option, option.value in chosen) for option in options)}</div></fieldset>"
        for section, options in sections.items()
    )
    parts = f'<div class="ask-list">{parts}</div>'
    nobody = _box(Option(NOBODY, "以上都不属于"), profile.groups == ())
    return (
        '<div class="groups" role="group" aria-labelledby="groups-head"><h3 id="groups-head">您属于哪些人群？'
        f'<small>请把符合的都选上</small></h3>{parts}<div class="options alone">{nobody}</div></div>'
    )


def _box(option: Option, checked: bool) -> str:
    return (
        f'<label class="choice"><input type="checkbox" name="group" value="{escape(option.value)}"'
        f"{' checked' if checked else ''}><span>{escape(option.label)}</span></label>"
    )


def _field(question: Question, profile: Profile) -> str:
    key = question.key
    if key in ("employment", "graduation", "certificate"):
        level = profile.certificate
        value = (CERTIFICATES[level] if level is not None else "") if key == "certificate" else getattr(profile, key)
        options = [("", "不填"), *((option.value, option.label) for option in question.options)]
        return layout.select(key, f"{escape(question.text)}{_why(len(question.asked_by))}", options, value)
    said = getattr(profile, key)
    value = "" if said is None else str(said)
    if key == "residence":
        kind = 'maxlength="50" placeholder="省市县，例如 贵州遵义"'
    else:
        kind = f'type="number" inputmode="numeric" min="0" max="{MAX_AGE if key == "age" else MAX_MONTHS}"'
    return (
        f'<label class="field"><span>{escape(question.text)}{_why(len(question.asked_by))}</span>'
        f'<input name="{key}" {kind} value="{escape(value)}"></label>'
    )


def _statement(text: str, words: str, said: bool | None, asked_by: int = 0) -> str:
    name = field_name(words)
    answers = "".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{value}"{" checked" if said is meant else ""}>'
        f"<span>{label}</span></label>"
        for value, label, meant in (("yes", "是", True), ("no", "否", False), ("", "不填", None))
    )
    legend = f"<legend>{escape(text)}{_why(asked_by)}</legend>"
    return f'<fieldset class="ask yes-no">{legend}<div class="options">{answers}</div></fieldset>'


def _why(asked_by: int) -> str:
    return f" <small>{asked_by} 项内容问到</small>" if asked_by else ""


def _list(verdict: Verdict, found: SelfCheck) -> str:
    findings = found.of(verdict)
    if not findings:
        return ""
    cards = "".join(map(_card, findings))
    title = f'<h2 class="section">{VERDICTS[verdict]}<small>{len(findings)} 项</small></h2>'
    about = f'<p class="note">{SPOKEN[verdict]}</p>'
    if verdict == "unmet":
        fold = f'<details class="folded"><summary>逐项看哪里不符合</summary>{cards}</details>'
        return f'<section class="findings {verdict}" id="{verdict}">{title}{about}{fold}</section>'
    return f'<section class="findings {verdict}" id="{verdict}">{title}{about}{cards}</section>'


def _card(finding: Finding) -> str:
    offer = finding.offer
    citation = offer.citation
    where = layout.clause_address(citation.doc_id, citation.clause_id, (citation.start, citation.end))
    benefits = "；".join(escape(one) for one in offer.measure.benefits)
    rows = "".join(map(_condition, finding.checks))
    facts = " · ".join(
        escape(one)
        for one in (citation.region, citation.doc_number or "", citation.issued.isoformat() if citation.issued else "")
        if one
    )
    over = f'<p class="over">{OVER}</p>' if offer.over else ""
    met = f'<p class="met-note">{MET}</p>' if finding.verdict == "met" else ""
    return (
        f'<article class="finding"><h3>{benefits}</h3><p class="facts">面向：{escape(_groups_of(offer, finding.group))}'
        f'</p><ul class="conditions">{rows}</ul>{met}<blockquote>{escape(citation.quote)}</blockquote>'
        f'<p class="facts">{escape(titled(citation))} {escape(place(citation))}<br>{facts}</p>{over}'
        f'<a class="plain" href="{where}">看这一条原文<span class="sr">：{escape(citation.label)}</span></a></article>'
    )


def _groups_of(offer: Offer, nearest: str) -> str:
    others = [one.group for one in offer.measure.alternatives if one.group != nearest]
    return "、".join([nearest, *others])


def _condition(check: Check) -> str:
    words = escape(check.requirement.words)
    text = f"{words}（除外）" if check.requirement.negated else words
    return f'<li class="{check.state}"><span class="state">{STATES[check.state]}</span><span>{text}</span></li>'
