"""Where in its text a document says what its metadata holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from corpus.metadata import DOC_NUMBER, normalise_doc_number
from corpus.model import Clause, Document
from corpus.periods import HALF_WIDTH, find_dates
from corpus.posting import POSTED_LABEL
from corpus.regions import Gazetteer
from corpus.speaker import national_act

# 发文日期 2024年05月25日 · 成文日期] 2020-02-03
_DATE_NAMED = re.compile(r"(?:发文|成文|印发|制发)日期\s*[\]】]?\s*[:：]?\s*$")
_ADOPTED = re.compile(r"公布|发布|通过|批准")
_IN_FORCE = re.compile(r"施行|实施|执行|生效")
# 自发布之日起施行
_FROM_ISSUE = re.compile(r"自(?:发布|印发|公布|下发|发文)之日[^。；;\n]{0,12}(?:施行|实施|执行|生效)")
# 有效期至2025年12月31日 · 有效期5年 · 有效期为五年
_VALID_FOR = re.compile(r"有效期[^。；;，,\n]{0,24}?年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?")
_OPENING = 1_500
_PRINTED = {
    "〔": r"[〔\[（(【﹝]",
    "〕": r"[〕\]）)】﹞]?",
    "告": r"告\s*[(（〔\[]?",
    "令": r"令\s*[(（〔\[]?",
    "年": r"年?\s*[)）〕\]]?",
    "第": r"[(（〔\[]?\s*第",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the raw text; ``document.text[start:end] == quote``."""

    start: int
    end: int
    quote: str


def find_evidence(document: Document, gazetteer: Gazetteer) -> dict[str, Evidence]:
    """Return the place in the text for each field that has one, ``title`` first; a field without one is left out.

    A value that was computed (有效期5年) has the words that it was computed from; ``region`` the name or the 文号
    that settles it.
    """
    finders: dict[str, Callable[[Document], tuple[int, int] | None]] = {
        "title": _title,
        "doc_number": _doc_number,
        "issuers": _issuers,
        "region": lambda one: _region(one, gazetteer),
        "issued": _issued,
        "effective": _effective,
        "expires": _expires,
        "kind": _kind,
    }
    spans = {field: find(document) for field, find in finders.items()}
    return {field: Evidence(*span, document.text[slice(*span)]) for field, span in spans.items() if span}


def _title(document: Document) -> tuple[int, int] | None:
    if (start := document.text.find(document.title)) >= 0:
        return start, start + len(document.title)
    titled = [clause for clause in document.clauses if clause.role == "title"]
    wanted = _bare(document.title)
    for clause in titled:
        if wanted and (wanted in _bare(clause.text) or _bare(clause.text) in wanted):
            return clause.start, clause.end
    return None


def _doc_number(document: Document) -> tuple[int, int] | None:
    if document.doc_number is None:
        return None
    text = document.text.translate(HALF_WIDTH)
    for match in DOC_NUMBER.finditer(text):
        if normalise_doc_number(match.group()) == document.doc_number:
            lead = len(match["organ"]) - len(document.doc_number.partition("〔")[0])
            return match.start() + max(lead, 0), match.end()
    # An order's number, and one right behind a title: as it is printed, spaces and brackets apart.
    printed = r"\s*".join(_PRINTED.get(char, re.escape(char)) for char in document.doc_number)
    found = re.search(printed, text)
    return found.span() if found else None


def _issuers(document: Document) -> tuple[int, int] | None:
    """The first issuer where it signs (near the end of the body), else where it stands first."""
    if not document.issuers:
        return None
    name = document.issuers[0]
    for clause in _signatures(document):
        if (at := clause.text.rfind(name)) >= 0:
            return clause.start + at, clause.start + at + len(name)
    spaced = re.compile(r"\s*".join(map(re.escape, name)))
    match = spaced.search(document.text)
    return match.span() if match else None


def _region(document: Document, gazetteer: Gazetteer) -> tuple[int, int] | None:
    if document.region is None:
        return None
    for span in (_issuers(document), _title(document)):
        if span is None:
            continue
        for mention in gazetteer.find(document.text[slice(*span)]):
            if mention.region == document.region:
                return span[0] + mention.start, span[0] + mention.end
    # The title of a letter names the place where its document's own title need not.
    mentions = gazetteer.find(document.text)
    for mention in mentions:
        if mention.region == document.region and mention.start < _OPENING:
            return mention.start, mention.end
    # 来源：江西日报 at the end; 海东工业园区 among those addressed by the city around it
    named = [mention for mention in mentions if mention.region == document.region]
    within = [mention for mention in mentions if mention.start < _OPENING and document.region.contains(mention.region)]
    sure = next((mention for mention in (*reversed(named), *within) if not mention.ambiguous), None)
    acts = national_act(document.text[:_OPENING]) if not document.region.chain else None
    return _doc_number(document) or ((sure.start, sure.end) if sure else _issuers(document) or acts)


def _issued(document: Document) -> tuple[int, int] | None:
    spans = list(_days(document, document.issued))
    signed = [clause for clause in _signatures(document)]
    return (
        next((span for span in reversed(spans) if any(c.start <= span[0] < c.end for c in signed)), None)
        or next((span for span in reversed(spans) if _is_alone(document.text, span)), None)
        or next((span for span in spans if _DATE_NAMED.search(document.text[max(0, span[0] - 20) : span[0]])), None)
        or next((span for span in spans if _ADOPTED.search(_around(document.text, span))), None)
        or next(iter(spans), None)
    )


def _effective(document: Document) -> tuple[int, int] | None:
    for span in _days(document, document.effective):
        if _IN_FORCE.search(document.text[span[1] : span[1] + 12]):
            return span
    match = _FROM_ISSUE.search(document.text) if document.effective else None
    return match.span() if match else None


def _expires(document: Document) -> tuple[int, int] | None:
    if document.expires is None:
        return None
    spans = list(_days(document, document.expires))
    named = (span for span in spans if "有效期" in document.text[max(0, span[0] - 40) : span[0]])
    if span := next(named, None):
        return span
    match = next(iter(_VALID_FOR.finditer(document.text)), None)
    return match.span() if match else next(iter(spans), None)


def _kind(document: Document) -> tuple[int, int] | None:
    span = _title(document)
    at = document.text.rfind(document.kind, *span) if span else -1
    return (at, at + len(document.kind)) if at >= 0 else None


def _days(document: Document, day: date | None) -> Iterator[tuple[int, int]]:
    return ((m.start, m.end) for m in (find_dates(document.text) if day else ()) if m.value == day)


def _signatures(document: Document) -> Iterator[Clause]:
    """The covering letter, the signature and what else stands around the body, the last first."""
    return (clause for clause in reversed(document.clauses) if clause.role == "notice" and clause.label != POSTED_LABEL)


def _is_alone(text: str, span: tuple[int, int]) -> bool:
    """True for what has a line of its own."""
    line = text[text.rfind("\n", 0, span[0]) + 1 : (text.find("\n", span[1]) + 1 or len(text) + 1) - 1]
    return line.strip() == text[slice(*span)].strip()


def _around(text: str, span: tuple[int, int]) -> str:
    return text[max(0, span[0] - 30) : span[1] + 30].replace("\n", " ")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
