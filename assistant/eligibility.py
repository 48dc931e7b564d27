"""The self-check at one desk: what a region's clauses ask, and how a person stands to what they offer."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial

from assistant import self_check
from assistant.group_names import GroupNames
from assistant.offers import Offer, find_facts, heads_at, offers_at
from assistant.self_check import Profile, Question, SelfCheck
from corpus.errors import NotFound
from corpus.model import Eligibility, Region
from corpus.regions import Gazetteer
from indexer.lexicon import Lexicon
from indexer.store import Store

KEPT_PLACES = 16


class EligibilityDesk:
    """Answers from the facts of one index; safe to share between threads.

    Every method raises ``NotFound`` for a place that is unknown or that no document covers; what is in force there are
    the documents of the place itself and of the places around it.
    """

    def __init__(self, store: Store, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self._store = store
        # A page asks three times for the offers of one place.
        self._offers_at = lru_cache(maxsize=KEPT_PLACES)(partial(offers_at, store))
        self._gazetteer = gazetteer
        self._names = GroupNames(lexicon)

    def name(self, region: str) -> str:
        """Return the full name of a place."""
        return self._place(region).full_name

    def offers(self, region: str, *, as_of: date | None = None) -> tuple[Offer, ...]:
        """Return what the clauses in force at ``region`` give to people."""
        return self._offers_at(self._place(region), as_of or date.today())

    def questions(self, region: str) -> tuple[Question, ...]:
        """Return what those clauses ask of a person; ``asked_by`` counts the ``offers`` of the region."""
        return self_check.questions(self.offers(region))

    def check(self, region: str, profile: Profile, *, as_of: date | None = None) -> SelfCheck:
        """Return how a person stands to each offer at ``region``."""
        offers = self.offers(region, as_of=as_of)
        return self_check.check(offers, profile, self._place(region), self._names, self._gazetteer)

    def facts(self, region: str, *, group: str = "", benefit: str = "") -> tuple[Eligibility, ...]:
        """Return the facts at ``region`` that speak of a group and of a benefit, both in everyday or policy words."""
        heads = heads_at(self._store, self._place(region))
        found = tuple(fact for head in heads for fact in self._store.eligibility(head.doc_id))
        return find_facts(found, self._names, group=group, benefit=benefit)

    def _place(self, name: str) -> Region:
        place = self._gazetteer.parse(name.strip()) if name.strip() else None
        if place is None:
            told = f"不认识的地区:{name.strip()[:40]}" if name.strip() else "没有选定地区"
            covered = "、".join(dict.fromkeys(h.region.full_name for h in self._store.heads.values() if h.region))
            raise NotFound(told, hint=f"请写省、市或县的名称。已收录:{covered}。")
        return place
