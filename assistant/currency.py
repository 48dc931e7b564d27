"""Which documents may speak on a day: copies once, originals before explanations, rules in force before others."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from assistant.select import Quote
from corpus.ledger import Ledger
from corpus.metadata import normalise_doc_number
from corpus.model import Relation
from corpus.validity import Evidence, Standing, standing
from indexer.heads import DocumentFilter
from indexer.ledger import read_ledger
from indexer.search import Hit
from indexer.store import DocumentHead, Store

_DAYS = 8
_MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Silent:
    """The documents that say nothing on a day, and those that speak only where no other does."""

    unused: frozenset[str]
    stale: frozenset[str]


class Currency:
    """The ledger of an index as answering needs it; made when first used, safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._silent_on: dict[date, _Silent] = {}

    @cached_property
    def ledger(self) -> Ledger:
        """The copies, versions and relations among the documents."""
        return read_ledger(self._store)

    def standing(self, doc_id: str, day: date) -> Standing:
        """Return the state of a document on ``day``. Raises ``KeyError`` for an unknown one."""
        return standing(self.ledger, doc_id, day)

    def passes(self, tries: Sequence[DocumentFilter], day: date) -> Iterator[DocumentFilter]:
        """Yield each of ``tries`` over the documents that hold on ``day``, then over those that no longer do.

        Copies, documents that do not apply yet, and explanations of a document that is there are never admitted; the
        second round is left out where it would admit nothing new.
        """
        silent = self._silent(day)
        for admits in tries:
            yield replace(admits, without=silent.unused | silent.stale)
        heads = self._store.heads
        for admits in tries:
            if any(admits(heads[doc_id]) for doc_id in silent.stale - silent.unused):
                yield replace(admits, without=silent.unused)

    def in_order(self, hits: Sequence[Hit], day: date) -> list[Hit]:
        """Return ``hits`` with copies and documents that do not apply on ``day`` moved behind all others."""
        silent = self._silent(day)
        return sorted(hits, key=lambda hit: hit.clause.doc_id in silent.unused | silent.stale)

    def speaking(self, heads: Sequence[DocumentHead], day: date, question: str) -> list[DocumentHead]:
        """Return the documents that a question about a document may mean: those with the 文号 it names, else no copies,
        no explanation of one that is there unless it asks for it, and none that no longer applies where another does.
        """
        silent = self._silent(day)
        number = normalise_doc_number(question)
        copies = {doc_id for group in self.ledger.groups for doc_id in group[1:]}
        explained = "解读" not in question
        own = [
            head
            for head in heads
            if head.doc_id not in copies and not (explained and head.kind == "解读" and head.doc_id in silent.unused)
        ]
        named = [head for head in own if number and head.doc_number and number.endswith(head.doc_number)]
        return named or [head for head in own if head.doc_id not in silent.stale] or own

    def remarks(self, heads: Iterable[DocumentHead], day: date) -> list[str]:
        """Return what a reader must know of cited documents: that one no longer applies, or is an explanation."""
        lines: list[str] = []
        for head in dict.fromkeys(heads):
            found = self.standing(head.doc_id, day)
            if found.is_stale:
                lines.append(f"提示:《{inner(head.title)}》{found.note}。")
            if head.kind == "解读":
                lines.append(self._explanation(head, day))
        return lines

    def unused(self, heads: Iterable[DocumentHead], day: date) -> list[str]:
        """Return why documents that would have been asked were not: they do not apply yet on ``day``."""
        silent = self._silent(day)
        found = [self.standing(h.doc_id, day) for h in heads if h.doc_id in silent.unused]
        return [
            f"《{inner(self._store.heads[one.doc_id].title)}》{one.note},到所问的日期尚未施行,没有采用。"
            for one in found
            if not one.is_usable
        ][:_MAX_NAMED]

    def originals(self, doc_id: str) -> tuple[str, ...]:
        """Return the documents of the index that a document explains."""
        return tuple(
            meant
            for resolved in self.ledger.relations(doc_id)
            if resolved.relation.kind == "解读"
            for meant in resolved.doc_ids
        )

    def quote(self, evidence: Evidence) -> Quote | None:
        """Return the words of a piece of evidence as a quote, ``None`` for words outside every clause."""
        if not evidence.clause_id:
            return None
        clause = self._store.clause(evidence.clause_id)
        start, end = evidence.start - clause.start, evidence.end - clause.start
        if evidence.start < 0 or clause.role == "title":
            start, end = 0, len(clause.text)
        return Quote(clause, self._store.heads[evidence.doc_id], max(0, start), min(end, len(clause.text)))

    def quote_of(self, relation: Relation) -> Quote | None:
        """Return the words that make a relation."""
        return self.quote(Evidence(relation.doc_id, relation.clause_id, relation.start, relation.end))

    def repeals_of(self, number: str | None, title: str) -> tuple[Relation, ...]:
        """Return what the documents say of the repeal of one that may not be among them, by 文号 or whole title."""
        return tuple(
            relation
            for entry in self.ledger.entries.values()
            for relation in entry.relations
            if relation.kind == "废止"
            and not relation.partial
            and ((number and relation.doc_number == number) or (title and relation.title == title))
        )

    def _explanation(self, head: DocumentHead, day: date) -> str:
        explained = next((r for r in self.ledger.entries[head.doc_id].relations if r.kind == "解读"), None)
        if explained is None or not explained.title:
            return f"提示:《{inner(head.title)}》是政策解读,不是文件原文。"
        missing = "其中没有找到所问的内容" if self.originals(head.doc_id) else "现有文件没有收录"
        name = inner(explained.title)
        return f"提示:以上出自政策解读,不是文件原文;原文《{name}》{missing}。"

    def _silent(self, day: date) -> _Silent:
        with self._lock:
            if day not in self._silent_on:
                if len(self._silent_on) >= _DAYS:
                    self._silent_on.clear()
                self._silent_on[day] = self._find_silent(day)
            return self._silent_on[day]

    def _find_silent(self, day: date) -> _Silent:
        ledger = self.ledger
        unused = {doc_id for group in ledger.groups for doc_id in group[1:]}
        stale: set[str] = set()
        for doc_id, entry in ledger.entries.items():
            if (entry.applies_from or date.min) > day:
                unused.add(doc_id)
                continue
            spoken_of = entry.expires or entry.statements or ledger.versions(doc_id) or ledger.mentions(doc_id)
            if spoken_of and self.standing(doc_id, day).is_stale:
                stale.add(doc_id)
        for doc_id, entry in ledger.entries.items():
            if entry.kind == "解读" and any(original not in unused for original in self.originals(doc_id)):
                unused.add(doc_id)
        return _Silent(frozenset(unused), frozenset(stale))


def inner(title: str) -> str:
    """Return a title ready to stand in 《》, with 〈〉 inside."""
    bare = title.removeprefix("《").removesuffix("》") if title.startswith("《") and title.endswith("》") else title
    return bare.replace("《", "〈").replace("》", "〉")
