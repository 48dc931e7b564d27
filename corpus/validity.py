"""Whether a document holds on a day: one of seven states, each with the words that say so. Age alone says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.ledger import Entry, Ledger
from corpus.model import Statement, StatementKind

State = Literal["现行", "尚未施行", "已失效", "已被废止", "被新版本取代", "规划期已结束", "未载明"]
STATES: tuple[State, ...] = ("现行", "尚未施行", "已失效", "已被废止", "被新版本取代", "规划期已结束", "未载明")

STALE: frozenset[State] = frozenset({"已失效", "已被废止", "被新版本取代"})
"""States in which a document is no rule any more: it ranks behind others and is never cited without a word."""

UNUSED: frozenset[State] = frozenset({"尚未施行"})
"""States in which a document is no rule yet."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that show a state: the raw text from ``start`` to ``end``; ``clause_id`` is ``""`` outside clauses.

    ``start`` is -1 for the whole clause.
    """

    doc_id: str
    clause_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A document's state on a day, in words to show (``note``), with its evidence.

    ``until`` is the last day of validity or of the period planned for, ``since`` the day the state began, and ``by``
    the document that repealed or replaced it; ``None`` where nothing says so.
    """

    doc_id: str
    day: date
    state: State
    note: str
    evidence: tuple[Evidence, ...] = ()
    since: date | None = None
    until: date | None = None
    by: str | None = None

    @property
    def is_stale(self) -> bool:
        """True where the document no longer applies."""
        return self.state in STALE

    @property
    def is_usable(self) -> bool:
        """True unless the document does not apply yet."""
        return self.state not in UNUSED


def standing(ledger: Ledger, doc_id: str, day: date) -> Standing:
    """Return the state of a document on ``day``.

    In order: not yet in force; repealed by a document in force by then; replaced by a later version; its stated time
    over; noted as void by the page it comes from; the period it plans for over; in force where it says from when or
    until when; else nothing is stated.
    An explanation has no force of its own. Raises ``KeyError`` for an unknown document.
    """
    entry = ledger.entries[doc_id]
    if entry.kind == "解读":
        return _planned(ledger, entry, day) or Standing(
            doc_id, day, "未载明", "政策解读本身不写效力,以它所解读的文件为准"
        )
    for rule in (_not_yet, _repealed, _replaced, _expired, _noted, _planned, _in_force):
        found = rule(ledger, entry, day)
        if found is not None:
            return found
    said = _last(entry, "有效期")
    if said is not None:
        return Standing(doc_id, day, "未载明", "写有失效的条件,没有写明具体日期", _proof(said))
    return Standing(doc_id, day, "未载明", "没有写明施行日期和有效期,收录的文件中也没有废止或取代它的")


def _not_yet(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    begin = entry.applies_from
    if begin is None or begin <= day:
        return None
    said = _last(entry, "施行")
    if said is not None and said.day == begin:
        return Standing(entry.doc_id, day, "尚未施行", f"自{spoken(begin)}起施行", _proof(said), since=begin)
    amended = [one for one in entry.statements if one.kind == "修订" and one.day == begin]
    return Standing(
        entry.doc_id,
        day,
        "尚未施行",
        f"{spoken(begin)}才印发或修订",
        _proof(*amended[:1]) or _title(entry),
        since=begin,
    )


def _repealed(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    found: list[tuple[date, str, Evidence]] = []
    for relation in ledger.mentions(entry.doc_id):
        by = ledger.entries[relation.doc_id]
        # An amendment since does not put the repeal off.
        begin = by.effective or by.issued or by.dated
        if relation.kind == "废止" and not relation.partial and (begin is None or begin <= day):
            proof = Evidence(relation.doc_id, relation.clause_id, relation.start, relation.end)
            found.append((begin or date.min, relation.doc_id, proof))
    if not found:
        return None
    begin, by_id, proof = min(found, key=lambda one: (one[0], one[1]))
    since = begin if begin != date.min else None
    when = f"自{spoken(since)}起" if since else ""
    return Standing(
        entry.doc_id, day, "已被废止", f"{when}被《{_named(ledger, by_id)}》废止", (proof,), since=since, by=by_id
    )


def _replaced(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    later = [ledger.entries[doc_id] for doc_id in ledger.newer(ledger.original(entry.doc_id))]
    begun = [other for other in later if (other.applies_from or date.max) <= day]
    if not begun:
        return None
    latest = begun[-1]
    first = min(other.applies_from or date.max for other in begun)
    said = _last(latest, "修订") or _last(latest, "施行")
    proof = _proof(said) if said and said.clause_id else _title(latest)
    note = f"自{spoken(first)}起已有新版本《{_plain(latest.title)}》"
    return Standing(entry.doc_id, day, "被新版本取代", note, proof, since=first, by=latest.doc_id)


def _expired(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    if entry.expires is None or entry.expires >= day:
        return None
    note = f"载明有效期至{spoken(entry.expires)},已过期"
    return Standing(entry.doc_id, day, "已失效", note, _proof(_last(entry, "有效期")), until=entry.expires)


def _noted(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    said = _last(entry, "失效")
    return Standing(entry.doc_id, day, "已失效", "来源网页标明已失效或废止", _proof(said)) if said else None


def _planned(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    said = _last(entry, "规划期")
    if said is None or said.day is None or said.day >= day:
        return None
    note = f"规划期到{said.day.year}年为止,已经结束;没有写明是否继续有效"
    return Standing(entry.doc_id, day, "规划期已结束", note, _proof(said), until=said.day)


def _in_force(ledger: Ledger, entry: Entry, day: date) -> Standing | None:
    begun = _last(entry, "施行") if entry.effective else None
    ending = _last(entry, "有效期") if entry.expires else None
    noted = _last(entry, "有效")
    proof = _proof(begun, ending) or _proof(noted)
    if entry.expires is not None:
        note = f"载明有效期至{spoken(entry.expires)}"
    elif entry.effective is not None:
        note = f"自{spoken(entry.effective)}起施行,没有写明有效期;收录的文件中没有废止或取代它的"
    elif noted is not None:
        note = "来源网页标明有效"
    else:
        return None
    return Standing(entry.doc_id, day, "现行", note, proof, since=entry.effective, until=entry.expires)


def spoken(day: date) -> str:
    """Return a day as texts print it, 2025年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _last(entry: Entry, kind: StatementKind) -> Statement | None:
    """Return the statement of a kind that counts: the latest day of 修订, else the last with a day."""
    found = [one for one in entry.statements if one.kind == kind]
    if kind == "修订":
        return max(found, key=lambda one: one.day or date.min, default=None)
    return next((one for one in reversed(found) if one.day), found[-1] if found else None)


def _proof(*statements: Statement | None) -> tuple[Evidence, ...]:
    found = [Evidence(one.doc_id, one.clause_id, one.start, one.end) for one in statements if one is not None]
    return tuple(dict.fromkeys(found))


def _title(entry: Entry) -> tuple[Evidence, ...]:
    return (Evidence(entry.doc_id, f"{entry.doc_id}#title", -1, -1),)


def _named(ledger: Ledger, doc_id: str) -> str:
    return _plain(ledger.entries[doc_id].title)


def _plain(title: str) -> str:
    return title.replace("《", "〈").replace("》", "〉")
