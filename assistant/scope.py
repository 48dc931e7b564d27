"""The region gate: which documents may answer a question, decided before anything is ranked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.question import Question
from corpus.model import Region
from indexer.heads import DocumentFilter, DocumentHead

# A place beside another one that is its partner, not where the question is asked for (湄潭县跟珠海哪个区对口).
_PARTNER = re.compile(r"对口|协作|结对|合作|帮扶|对接|输出|打工|务工|干活|上班")
# 沈阳去湖北支援的…: where somebody goes, not whose rule is asked for
_BOUND_FOR = re.compile(r"(?:去|赴|驰援|支援|援助|对口)$")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to answer for: its documents' ``region`` and, where narrower, the ``place`` that was asked for.

    ``wider`` is true where only documents of places inside the asked one exist.
    """

    region: Region
    place: Region | None = None
    wider: bool = False
    asked: bool = True

    @property
    def name(self) -> str:
        """The name to show, ``辽宁省``."""
        return self.region.name

    @property
    def admits(self) -> DocumentFilter:
        """Admits documents in force there: the region's own and, where it was asked for, those of all around it."""
        place = self.place or self.region
        return DocumentFilter(region=lambda region: region.contains(place)) if self.asked else self.is_at

    @property
    def is_at(self) -> DocumentFilter:
        """Admits documents of exactly this slot's region."""
        return DocumentFilter(region=self.region.__eq__)


@dataclass(frozen=True, slots=True)
class Gate:
    """The slots to answer for, the named places that no document covers, and whether the question named any."""

    slots: tuple[Slot, ...]
    missing: tuple[str, ...]
    named: bool


def open_gate(question: Question, asked: Region | None, heads: Sequence[DocumentHead]) -> Gate:
    """Return the gate for a question and the region chosen beside it (``None`` for 全部地区)."""
    covered = list(dict.fromkeys(head.region or Region(()) for head in heads))
    slots: dict[tuple[Region, Region | None], Slot] = {}
    missing: list[str] = []
    mentions = [m for m in question.places if m.region.chain]
    for mention in mentions:
        found = _slots_for(mention.region, covered)
        for slot in found:
            slots.setdefault((slot.region, slot.place), slot)
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
        slots = {(slot.region, slot.place): slot for slot in found}
        missing = [] if found else [asked.name]
    if not named:
        slots = {(region, None): Slot(region, asked=False) for region in covered}
    return Gate(_narrowed(tuple(slots.values())), tuple(dict.fromkeys(missing)), named)


def slot_of(head: DocumentHead) -> Slot:
    """Return the place that a document speaks for."""
    return Slot(head.region or Region(()))


def _slots_for(place: Region, covered: Sequence[Region]) -> list[Slot]:
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
