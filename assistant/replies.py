"""What the documents of each place say to a question, or why they say nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answerable import Answerability
from assistant.citing import tidy
from assistant.compare import asks_which_places
from assistant.currency import Currency
from assistant.evidence import Sentence, covers, gather
from assistant.question import Question
from assistant.scope import Gate, Slot, slot_of
from assistant.select import Choice, Quote, Silence, choose, choose_within, lacking
from assistant.vocabulary import Vocabulary
from indexer.heads import DocumentFilter
from indexer.search import Hit, Retriever, SearchQuery
from indexer.store import DocumentHead
from indexer.tokenizer import fold

_EVIDENCE = 10
_MAX_SLOTS = 6
_NEAREST, _FAR_AND_WIDE = 3, 50
_NAMED, _LIGHT = 0.5, 2.0
_SEVERAL, _ITEM = 2, 0.05
_ABOVE_NOISE = 0.1


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said for one place, out of ``sentences`` of the clauses ``hits``, both best first.

    ``label`` is the period where several of one place are compared.
    """

    slot: Slot
    choice: Choice | Silence
    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...] = ()
    label: str = ""


class Replies:
    """Searches the documents of each place and chooses among their sentences."""

    def __init__(
        self, retriever: Retriever, currency: Currency, vocabulary: Vocabulary, answerability: Answerability
    ) -> None:
        self._retriever = retriever
        self._store = retriever.store
        self._currency = currency
        self._vocabulary = vocabulary
        self._answerability = answerability

    def for_gate(self, question: Question, query: SearchQuery, gate: Gate, day: date) -> list[Reply]:
        """Return a reply for each place of ``gate``, the best few where there are many."""
        many = len(gate.slots) > _MAX_SLOTS
        weighed = not gate.named and not asks_which_places(question.text)
        wide = _FAR_AND_WIDE if many else _NEAREST
        everywhere = self._retriever.search(query, k=wide) if many or weighed else []
        nearest = everywhere[:_NEAREST] if weighed else []
        spans = [span for hit in nearest for span in self._retriever.sentence_similarity(query, hit)]
        elsewhere = max((similarity for _, _, similarity in spans), default=0.0)
        slots = self._likeliest(gate.slots, everywhere) if many else gate.slots
        return [self._reply(question, query, slot, elsewhere, day) for slot in slots]

    def further(self, question: Question, query: SearchQuery, head: DocumentHead, said: str) -> Reply:
        """Return what one document says beyond the text ``said``."""
        hits = self._retriever.search(query, allow=lambda other: other.doc_id == head.doc_id, k=_EVIDENCE)
        left = [s for s in gather(question, query, hits, self._retriever) if tidy(s.text) not in said]
        return Reply(slot_of(head), self._choose(question, left, elsewhere=0.0, place=""), tuple(hits))

    def within(self, question: Question, query: SearchQuery, clause_ids: Collection[str], said: str) -> Reply | None:
        """Return what a few clauses say of the kind that ``question`` asks for and that is not in ``said``."""
        if not clause_ids:
            return None
        hits = self._retriever.search(query, clause_ids=clause_ids, k=len(clause_ids))
        noise = self._retriever.manifest.noise
        left = [s for s in gather(question, query, hits, self._retriever) if tidy(s.text) not in said]
        choice = choose_within(question, left, self._store, noise + _ABOVE_NOISE * (1.0 - noise))
        return Reply(slot_of(choice.quotes[0].head), choice, tuple(hits), tuple(left)) if choice else None

    def unsaid(
        self, question: Question, query: SearchQuery, clause_ids: Collection[str], said: str, *, whether: bool = False
    ) -> Choice | None:
        """Return the sentence of a few clauses that speaks of all that ``question`` names and is not in ``said``.

        A question that names little asks for a list, unless it only asks ``whether``.
        """
        hits = self._retriever.search(query, clause_ids=clause_ids, k=len(clause_ids))
        light = question.is_generic or question.weight < _LIGHT
        fitting = [
            s
            for s in gather(question, query, hits, self._retriever)
            if all(covers(term, fold(s.text)) >= _NAMED for term in question.terms)
            and tidy(s.text) not in said
            and (s.text.count("、") >= _SEVERAL or not light or whether)
        ]
        if not fitting:
            return None
        # 学什么: the sentence that lists the most
        best = max(fitting, key=lambda s: s.score + _ITEM * s.text.count("、"))
        return Choice((Quote(best.clause, best.head, best.start, best.end),), best.score)

    def _reply(self, question: Question, query: SearchQuery, slot: Slot, elsewhere: float, day: date) -> Reply:
        """Return what the place's own documents say or, where they are silent, those around it.

        Documents that no longer apply on ``day`` come after all others.
        """
        first: Reply | None = None
        for allow in self._currency.passes([slot.is_at, slot.admits] if slot.asked else [slot.is_at], day):
            reply = self._search(question, query, slot, elsewhere, allow)
            if isinstance(reply.choice, Choice):
                return reply
            first = first or reply
        assert first is not None
        return first

    def _search(
        self,
        question: Question,
        query: SearchQuery,
        slot: Slot,
        elsewhere: float,
        allow: DocumentFilter,
    ) -> Reply:
        hits = self._retriever.search(query, allow=allow, k=_EVIDENCE)
        sentences = gather(question, query, hits, self._retriever)
        place = short_name(slot.place.name) if slot.place else ""
        choice = self._choose(question, sentences, elsewhere=elsewhere, place=place)
        if isinstance(choice, Silence) and choice.reason == "subject":
            choice = self._truly_missing(choice, question, allow)
        return Reply(slot, choice, tuple(hits), tuple(sentences))

    def _truly_missing(self, silence: Silence, question: Question, allow: DocumentFilter) -> Silence:
        """Return ``silence`` without the words that the documents do have, if not where the answer would be."""
        words = tuple(word for word in silence.words if not self._retriever.mentions(word, allow))
        return Silence("subject", words) if words else Silence(lacking(question.intent.wanted[0], "unsaid"))

    def _choose(
        self, question: Question, sentences: Sequence[Sentence], *, elsewhere: float, place: str
    ) -> Choice | Silence:
        return choose(
            question,
            sentences,
            self._store,
            self._vocabulary,
            self._answerability,
            noise=self._retriever.manifest.noise,
            elsewhere=elsewhere,
            place=place,
        )

    def _likeliest(self, slots: Sequence[Slot], hits: Sequence[Hit]) -> Sequence[Slot]:
        """Return the few places that ``hits`` speak of first."""
        order = list(dict.fromkeys(slot_of(self._store.heads[hit.clause.doc_id]).source for hit in hits))
        rank = {source: n for n, source in enumerate(order)}
        return sorted(slots, key=lambda slot: rank.get(slot.source, len(order)))[:_MAX_SLOTS]


def short_name(place: str) -> str:
    """Return the name of a place as texts write it, ``湄潭`` for 湄潭县."""
    return re.sub(r"(?<=..)(?:自治县|自治区|省|市|县|区|盟|旗)$", "", place)
