"""What is in the index: its documents, places, numbers, groups, figures, and questions it can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from corpus.model import Document, Region, Target
from indexer.passages import strip_mark
from indexer.store import DocumentHead, Store

_SAMPLED_DOCUMENTS = 24
_MAX_GROUPS = 80
_CANDIDATES = 300
_LONGEST_GROUP = 10


class Catalogue:
    """Lists what one index holds; an open index does not change, so what takes long to list is read once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def documents(self) -> tuple[Document, ...]:
        """Return every document in the index."""
        return tuple(self._store.document(doc_id) for doc_id in self._store.heads)

    def document(self, doc_id: str) -> Document:
        """Return one document. Raises ``NotFound``."""
        return self._store.document(doc_id)

    def head(self, doc_id: str) -> DocumentHead:
        """Return the metadata of one document of the index."""
        return self._store.heads[doc_id]

    def heads(self) -> tuple[DocumentHead, ...]:
        """Return the metadata of every document, without its text."""
        return tuple(self._store.heads.values())

    def regions(self) -> tuple[str, ...]:
        """Return the full names of the places covered, for a picker."""
        return tuple(dict.fromkeys(h.region.full_name for h in self._store.heads.values() if h.region))

    def targets(self, place: Region | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        """Return the figures that documents set or report, filtered by place and by words of the indicator.

        Those of a place are those of its own documents and of places inside it; of 国家, its own.
        """
        heads = self._store.heads
        return tuple(
            t
            for t in self._targets
            if (place is None or _lies_in(heads[t.doc_id].region, place))
            and (not indicator or indicator in t.indicator)
        )

    @cached_property
    def clause_roles(self) -> Mapping[str, Mapping[str, int]]:
        """How many clauses of each role every document has, by doc_id."""
        return self._store.clause_roles()

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the clauses printed under each number, in text order."""
        return self._store.labels()

    @cached_property
    def groups(self) -> Mapping[str, frozenset[str]]:
        """The groups that the clauses provide for, those of most clauses first, with the ids of their clauses."""
        named: dict[str, set[str]] = {}
        for fact in self._store.eligibility():
            for group in fact.groups:
                named.setdefault(group, set()).add(fact.clause_id)
        # Counting what is part of what is slow over many: only the most frequent names are candidates.
        usual = sorted((g for g in named if 2 <= len(g) <= _LONGEST_GROUP), key=lambda g: (-len(named[g]), g))
        within = {
            group: frozenset(i for other, ids in named.items() if group in other for i in ids)
            for group in usual[:_CANDIDATES]
        }
        common = sorted(within.items(), key=lambda item: (-len(item[1]), len(item[0]), item[0]))
        return dict(common[:_MAX_GROUPS])

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """Questions about a few documents, of as many places as there are."""
        return self.samples_of(_spread(self._store.heads, _SAMPLED_DOCUMENTS))

    def samples_of(self, doc_ids: Iterable[str]) -> tuple[str, ...]:
        """Return questions about each of some documents: a goal that it sets, a matter that it treats."""
        samples: list[str] = []
        for doc_id in doc_ids:
            head = self._store.heads[doc_id]
            place = head.region.name if head.region else ""
            goals = [
                t
                for t in self._store.targets(doc_id)
                if t.measure in ("总量", "累计", "新增") and 4 <= len(t.indicator) <= 16
            ]
            if goals:
                samples.append(f"{place}{goals[0].indicator}的目标是多少?")
            headings = [
                strip_mark(c.heading_path[-1])
                for c in self._store.clauses_of(doc_id)
                if c.role == "body" and c.heading_path
            ]
            topics = [h for h in headings if 6 <= len(h) <= 18 and "组织领导" not in h and "总体" not in h]
            if topics:
                samples.append(f"{place}在“{topics[len(topics) // 2].strip('“”')}”方面有什么规定?")
        return tuple(samples)

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return self._store.targets()


def _lies_in(region: Region | None, place: Region) -> bool:
    if region is None or not place.chain:
        return region == place
    return place.contains(region)


def _spread(heads: Mapping[str, DocumentHead], at_most: int) -> list[str]:
    """Return ``at_most`` documents: the first of each place, then the second of each, as they are in the index."""
    seen: Counter[Region | None] = Counter()
    turns: list[tuple[int, str]] = []
    for doc_id, head in heads.items():
        turns.append((seen[head.region], doc_id))
        seen[head.region] += 1
    return [doc_id for _, doc_id in sorted(turns, key=lambda turn: turn[0])[:at_most]]
