"""The region gate: which documents may answer a question, decided before anything is ranked.

A document that does not tell its place is no national one: it speaks for itself, where no place was asked for or where
the question names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.currency import inner
from assistant.question import Question
from assistant.reference import documents_named
from corpus.model import Region
from indexer.heads import DocumentFilter, DocumentHead

# A place beside another one that is its partner, not where the question is asked for (湄潭县跟珠海哪个区对口).
_PARTNER = re.compile(r"对口|协作|结对|合作|帮扶|对接|输出|打工|务工|干活|上班")
# 沈阳去湖北支援的…: where somebody goes, not whose rule is asked for
_BOUND_FOR = re.compile(r"(?:去|赴|驰援|支援|援助|对口)$")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to answer for: its documents' ``region`` and, where narrower, the ``place`` that was asked for.

    ``wider`` is true where only documents of places inside the asked one exist. Where ``region`` is ``None``, the slot
    is the document ``head``, which does not tell its place.
    """

    region: Region | None
    place: Region | None = None
    wider: bool = False
    asked: bool = True
    head: DocumentHead | None = None

    @property
    def name(self) -> str:
        """The name to show, ``辽宁省``, or ``《…》`` for a document that does not tell its place."""
        return self.region.name if self.region is not None else titled(self.head)

    @property
    def documents(self) -> str:
        """What speaks or is silent there, ``辽宁省的现有文件``."""
        if self.region is None:
            return self.name
        missing = f"没有收录{self.place.name}的文件;" if self.place and not self.region.chain else ""
        return f"{missing}{level(self.region)}的现有文件"

    @property
    def admits(self) -> DocumentFilter:
        """Admits documents in force there: the region's own and, where it was asked for, those of all around it."""
        place = self.place or self.region
        if place is None or not self.asked:
            return self.is_at
        return DocumentFilter(region=lambda region: region.contains(place))

    @property
    def is_at(self) -> DocumentFilter:
        """Admits documents of exactly this slot's region, or the slot's one document."""
        if self.region is None:
            return DocumentFilter(only=self.head.doc_id if self.head else "")
        return DocumentFilter(region=self.region.__eq__)

    @property
    def source(self) -> Region | str:
        """What tells one slot's documents from another's: the region, or the id of the one document."""
        return self.region if self.region is not None else self.head.doc_id if self.head else ""


@dataclass(frozen=True, slots=True)
class Gate:
    """The slots to answer for, the named places that no document covers, and whether the question named any."""

    slots: tuple[Slot, ...]
    missing: tuple[str, ...]
    named: bool

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the places that were asked for or are answered for."""
        return place_names(self.slots)

    def holding(self, heads: Iterable[DocumentHead]) -> list[DocumentHead]:
        """Return which of ``heads`` are of exactly the slots; all of them where no place was named."""
        admits = [slot.is_at for slot in self.slots]
        return [head for head in heads if not self.named or any(one(head) for one in admits)]


def open_gate(question: Question, asked: Region | None, heads: Sequence[DocumentHead]) -> Gate:
    """Return the gate for a question and the region chosen beside it (``None`` for 全部地区)."""
    covered = list(dict.fromkeys(head.region for head in heads if head.region is not None))
    slots: dict[tuple[Region | str, Region | None], Slot] = {}
    missing: list[str] = []
    mentions = [m for m in question.places if m.region.chain]
    for mention in mentions:
        found = _slots_for(mention.region, covered)
        for slot in found:
            slots.setdefault((slot.source, slot.place), slot)
        if not found:
            missing.append(mention.surface)
    named = bool(mentions)
    if len(mentions) > 1:
        near = [m for m in mentions if not _BOUND_FOR.search(question.text[: m.start])]
        if near and len(near) < len(mentions):
            return open_gate(replace(question, places=tuple(near)), asked, heads)
    if slots and missing and _PARTNER.search(question.text):
        missing = []
    if not mentions and asked is not None:
        found = _slots_for(asked, covered)
        named = True
        slots = {(slot.source, slot.place): slot for slot in found}
        missing = [] if found else [level(asked)]
    if not named:
        slots = {(region, None): Slot(region, asked=False) for region in covered}
    placeless = unplaced(documents_named(question, heads) if named else heads)
    return Gate((*_narrowed(tuple(slots.values())), *placeless), tuple(dict.fromkeys(missing)), named)


def slot_of(head: DocumentHead) -> Slot:
    """Return the place that a document speaks for, or the document itself where it does not tell."""
    return Slot(head.region, head=head if head.region is None else None)


def unplaced(heads: Iterable[DocumentHead]) -> tuple[Slot, ...]:
    """Return a slot for each document that does not tell its place."""
    return tuple(Slot(None, asked=False, head=head) for head in heads if head.region is None)


def place_names(slots: Iterable[Slot]) -> tuple[str, ...]:
    """Return the names of the places of ``slots``, once each."""
    return tuple(dict.fromkeys(slot.name for slot in slots if slot.region is not None))


def level(region: Region) -> str:
    """Return the name of a place for a sentence: 辽宁省, and 国家层面 for the whole country."""
    return region.name if region.chain else f"{region.name}层面"


def titled(head: DocumentHead | None) -> str:
    """Return the title of a document in 《》."""
    return f"《{inner(head.title)}》" if head else ""


def _slots_for(place: Region, covered: Sequence[Region]) -> list[Slot]:
    if not place.chain:
        return [Slot(place)] if place in covered else []
    around = [region for region in covered if region.chain and region.contains(place)]
    if around:
        # The innermost document region that holds the place; the wider ones are admitted with it.
        best = max(around, key=lambda region: len(region.chain))
        return [Slot(best, place if place != best else None)]
    inside = [region for region in covered if place.contains(region) and region.chain]
    if inside:
        return [Slot(region, wider=True) for region in inside]
    country = [region for region in covered if not region.chain]
    return [Slot(country[0], place)] if country else []


def _narrowed(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Drop a slot where a narrower place of the same region is asked too (遵义…仁怀)."""
    with_place = {slot.region for slot in slots if slot.place is not None}
    return tuple(slot for slot in slots if slot.place is not None or slot.region not in with_place)
