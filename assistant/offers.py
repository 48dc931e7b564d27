"""The measures that hold at a place, and eligibility facts by group and benefit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Citation
from assistant.citing import cite
from assistant.group_names import GroupNames
from assistant.select import Quote
from corpus.errors import NotFound
from corpus.facts.measures import Measure, read_measures
from corpus.model import Clause, Eligibility, Region
from corpus.periods import find_periods
from indexer.store import DocumentHead, Store

# 生活费(含交通费)补贴
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure with the clause that states it; ``over`` where the document's own period lies in the past."""

    measure: Measure
    citation: Citation
    region: Region
    over: bool


def offers_at(store: Store, place: Region, day: date) -> tuple[Offer, ...]:
    """Return what the documents in force at ``place`` offer to people, in the order of the documents.

    Those of the place itself and of the places around it are in force there; markers count from 1.

    Raises:
        NotFound: no document is in force there.
    """
    heads = heads_at(store, place)
    if not heads:
        inside = [head.region.full_name for head in store.heads.values() if head.region and place.contains(head.region)]
        covered = inside or [head.region.full_name for head in store.heads.values() if head.region]
        names = "、".join(dict.fromkeys(covered))
        untold = sum(head.region is None for head in store.heads.values())
        hints = [f"可以选择:{names}。"] if names else []
        hints += [f"另有 {untold} 份文件没有标明地区,写明后才用于自查(wence docs check)。"] if untold else []
        raise NotFound(f"没有收录适用于{place.full_name}的文件", hint="".join(hints))
    found: list[Offer] = []
    for head in heads:
        for clause, facts in _facts_by_clause(store, head.doc_id):
            for measure in read_measures(facts, clause):
                quote = Quote(clause, head, measure.start - clause.start, measure.end - clause.start)
                assert head.region is not None
                found.append(Offer(measure, cite(quote, len(found) + 1), head.region, is_over(head, day)))
    return tuple(found)


def heads_at(store: Store, place: Region) -> tuple[DocumentHead, ...]:
    """Return the documents in force at ``place``, those of narrower places first; none that does not tell its own."""
    heads = [head for head in store.heads.values() if head.region is not None and head.region.contains(place)]
    return tuple(sorted(heads, key=lambda head: -len(head.region.chain if head.region else ())))


def find_facts(
    facts: Sequence[Eligibility], names: GroupNames, *, group: str = "", benefit: str = ""
) -> tuple[Eligibility, ...]:
    """Return the facts that say something about ``group`` and about ``benefit``, in order; ``""`` asks for nothing.

    ``group`` may be an everyday word; a fact for a wider group speaks of it too. A benefit fits where its words or
    policy wordings for them stand in the fact's benefit.
    """
    wanted = names.policy_name(group, {name for fact in facts for name in fact.groups}) if group else ""
    terms = {benefit} if benefit else set()
    for expansion in names.lexicon.expand(benefit) if benefit else ():
        terms |= set(expansion.canonical)
    return tuple(
        fact
        for fact in facts
        if (not wanted or any(names.relation(wanted, name) in ("same", "inside") for name in fact.groups))
        and (not terms or any(term in _IN_BRACKETS.sub("", fact.benefit) or term in fact.benefit for term in terms))
    )


def is_over(head: DocumentHead, day: date) -> bool:
    """Return whether a document has expired, or the period that its title names has."""
    if head.expires is not None and head.expires < day:
        return True
    years = [period.last for period in find_periods(head.title) if period.last]
    return bool(years) and max(years) < day.year


def _facts_by_clause(store: Store, doc_id: str) -> Iterator[tuple[Clause, list[Eligibility]]]:
    by_clause: dict[str, list[Eligibility]] = {}
    for fact in store.eligibility(doc_id):
        by_clause.setdefault(fact.clause_id, []).append(fact)
    if by_clause:
        for clause in store.clauses_of(doc_id):
            if clause.clause_id in by_clause:
                yield clause, by_clause[clause.clause_id]
