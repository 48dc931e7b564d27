"""One question with no turns before it: gate, search and choose, then compose or refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from assistant.answer import Answer, Outcome, Scope
from assistant.citing import Citations, tidy, verify
from assistant.claims import claimed
from assistant.compare import Row, asked_of_each, asks_which_places, incomparable, without
from assistant.compose import Composer
from assistant.currency import Currency, inner
from assistant.dialogue import OF_THE_ASSISTANT
from assistant.figures import compatible
from assistant.parts import Part, best_way, join, split_question, tells_all
from assistant.question import Question, QuestionReader
from assistant.reference import (
    Attribute,
    about_document,
    about_one_document,
    answer_about,
    asks_validity,
    basis,
    clause_asked,
    effective_day,
    missing_number,
)
from assistant.refuse import Refuser
from assistant.replies import Replies, Reply, short_name
from assistant.scope import Gate, open_gate, place_names, slot_of, unplaced
from assistant.select import Choice, Silence
from assistant.validity import validity
from assistant.verify import unsupported
from corpus.model import Region
from indexer.search import Retriever
from indexer.store import DocumentHead
from indexer.tokenizer import fold

_MARGIN = 0.15
_MIN_WEIGHT = 1.5
_SMALL_TALK = 3.5
_HAN = re.compile("[\u4e00-\u9fff]")
# How far before a quote, in characters, the words of its period may stand
_REACH = 200
# 十三五末
_END_OF = re.compile(r"(?:期?[末底初]|时期|期间|结束时)?")


class Respondent:
    """Answers one whole question."""

    def __init__(
        self,
        retriever: Retriever,
        reader: QuestionReader,
        currency: Currency,
        replies: Replies,
        composer: Composer,
        refuser: Refuser,
    ) -> None:
        self._retriever = retriever
        self._store = retriever.store
        self._reader = reader
        self._currency = currency
        self._replies = replies
        self._composer = composer
        self._refuser = refuser

    def respond(self, text: str, asked: Region | None, day: date, *, several: bool = True) -> Answer:
        """Return the reply to ``text``, to each of its questions where it asks several and ``several`` is true."""
        question = self._reader.read(text, as_of=day)
        parts = split_question(question, self._reader, as_of=day)
        if len(parts) < 2 or not several or about_one_document([part.ways[0] for part in parts]):
            return self._answer(question, asked, day)
        answers = [best_way(part, lambda way: self._answer(way, asked, day)) for part in parts]
        answers = [
            answer if answer.citations else self._beside(part, answers, asked, day) or answer
            for part, answer in zip(parts, answers, strict=True)
        ]
        if not all(answer.citations for answer in answers) and any(answer.citations for answer in answers):
            whole = self._answer(question, asked, day)
            if tells_all(whole, answers):
                return whole
        return join(answers, parts, question)

    def _beside(self, part: Part, answers: Sequence[Answer], asked: Region | None, day: date) -> Answer | None:
        """Return what the clauses that answered other parts, or those next to them, say to one without an answer."""
        cited = [citation for answer in answers for citation in answer.citations]
        if not cited or part.asked.periods or part.asked.places:
            return None
        way = part.ways[0]
        gate = open_gate(way, asked, tuple(self._store.heads.values()))
        if gate.missing:
            return None
        query = self._retriever.prepare(way.text, way.expansion)
        said = " ".join(answer.answer for answer in answers)
        own = dict.fromkeys(citation.clause_id for citation in cited)
        reply = self._replies.within(way, query, list(own), said)
        reply = reply or self._replies.within(way, query, self._neighbours(list(own)), said)
        if reply is None:
            return None
        scope = Scope(tuple(dict.fromkeys(slot.name for slot in gate.slots)) if gate.named else (), day)
        return self._composer.compose(way, scope, [reply], [], gate, day)

    def _neighbours(self, clause_ids: Sequence[str]) -> list[str]:
        """Return the clauses before and after those of ``clause_ids`` in the text of their documents."""
        found: list[str] = []
        for clause_id in clause_ids:
            clauses = [c for c in self._store.clauses_of(self._store.clause(clause_id).doc_id) if c.role == "body"]
            at = next((i for i, c in enumerate(clauses) if c.clause_id == clause_id), None)
            if at is not None:
                found += [c.clause_id for c in (*clauses[max(0, at - 1) : at], *clauses[at + 1 : at + 2])]
        return [one for one in dict.fromkeys(found) if one not in clause_ids]

    def replies(self, question: str, asked: Region | None, day: date) -> list[Reply]:
        """Return what would be said for each place that ``question`` concerns, for calibration and inspection."""
        read = self._reader.read(question, as_of=day)
        gate = open_gate(read, asked, tuple(self._store.heads.values()))
        query = self._retriever.prepare(read.text, read.expansion)
        return self._replies.for_gate(read, query, gate, day)

    def about_document(self, question: Question, gate: Gate, scope: Scope) -> Answer | None:
        """Return what is asked of documents themselves, one for each place named, or of a clause by its number."""
        held = gate.holding(self._store.heads.values())
        heads = self._currency.speaking(held, scope.as_of, question.text)
        told = self._attributes(question, gate, heads) if about_document(question) else []
        quotes = [] if told else clause_asked(question, heads, self._store)
        if not told and not quotes:
            told = effective_day(question, heads, self._store)
            rests_on = None if told else basis(question, heads, self._store)
            quotes = [rests_on] if rests_on else []
        if not told and not quotes:
            return self._unknown(question, scope)
        cites = Citations()
        lines: list[str] = []
        for head in dict.fromkeys(one.head for one in told):
            parts = [
                one.statement + (f"[{cites.mark(one.quote)}]" if one.quote else "") for one in told if one.head is head
            ]
            lines.append(f"《{inner(head.title)}》{','.join(parts)}。")
        if quotes:
            body = "".join(f"{tidy(item.text)}[{cites.mark(item)}]。" for item in quotes)
            lines.append(f"《{inner(quotes[0].head.title)}》:{body}")
        citations = cites.all()
        if not citations:
            return self._refuser.refuse(question, scope, "\n".join(lines), (), "refused")
        verify(citations, self._store)
        text = "\n".join([*lines, *self._currency.remarks(cites.heads(), scope.as_of)])
        regions = place_names(map(slot_of, cites.heads()))
        outcome: Outcome = "answered" if all(one.quote for one in told) else "partial"
        return Answer(question.raw, question.text, outcome, text, citations, replace(scope, regions=regions))

    def _unknown(self, question: Question, scope: Scope) -> Answer | None:
        """Return that the document asked about by its 文号 is not in the index, ``None`` where there is none such."""
        number = missing_number(question, tuple(self._store.heads.values()))
        if number is None:
            return None
        text = f"现有文件没有收录{number},不能用其他文件的内容代替。"
        return self._refuser.refuse(question, scope, text, (), "refused")

    def _answer(self, question: Question, asked: Region | None, day: date) -> Answer:
        heads = tuple(self._store.heads.values())
        gate = open_gate(question, asked, heads)
        scope = Scope(gate.places if gate.named else (), day)
        if not gate.slots:
            refusal = self._refuser.uncovered(question, scope, gate.missing)
            return self._placeless(question, scope, gate, [], day, refusal)
        if asks_validity(question):
            return self._validity(question, gate, scope)
        reply = self.about_document(question, gate, scope)
        if reply is not None:
            return reply
        if not self._is_clear(question, gate):
            if self._unheard(question, gate):
                return self._refuser.unheard(question, scope, gate)
            return self._refuser.unclear(question, scope, gate)
        replies = self._sides(question, gate, day) or self._asked(question, gate, day)
        tells_silent = gate.named or asks_which_places(question.text)
        given = [r for r in replies if isinstance(r.choice, Choice)]
        given = given if tells_silent else _kept(given)
        silent = [r for r in replies if isinstance(r.choice, Silence)]
        if not given:
            refusal = self._refuser.silent(question, scope, silent, gate)
            return self._placeless(question, scope, gate, silent, day, refusal) if gate.named else refusal
        told = [r for r in silent if tells_silent and (gate.named or r.slot.region is not None)]
        return self._composer.compose(question, scope, given, told, gate, day)

    def _placeless(
        self, question: Question, scope: Scope, gate: Gate, silent: Sequence[Reply], day: date, refusal: Answer
    ) -> Answer:
        """Return what documents say that do not tell their place but speak of the one asked for, else ``refusal``.

        Documents that do not even name that place are shown beside the refusal.
        """
        if any(slot.region is None for slot in gate.slots) or not self._is_clear(question, gate):
            return refusal
        untold = Gate(unplaced(self._store.heads.values()), (), named=False)
        replies = (
            [r for r in self._asked(question, untold, day) if isinstance(r.choice, Choice)] if untold.slots else []
        )
        if not replies:
            return refusal
        places = [mention.surface for mention in question.places] or [*gate.places, *gate.missing]
        naming = [reply for reply in _kept(replies) if _names_any(reply, places)]
        if naming:
            return self._composer.compose(question, scope, naming, silent, gate, day)
        return self._refuser.beside(refusal, _kept(replies))

    def _asked(self, question: Question, gate: Gate, day: date) -> list[Reply]:
        query = self._retriever.prepare(question.text, question.expansion)
        return self._replies.for_gate(question, query, gate, day)

    def _sides(self, question: Question, gate: Gate, day: date) -> list[Reply]:
        """Return what is said on each side of a comparison of figures, asked by itself; none where it is no such."""
        if not question.intent.comparison or not gate.named:
            return []
        core = self._reader.read(asked_of_each(question.text), as_of=day)
        if core.intent.wanted[0] not in ("count", "ratio", "money"):
            return []
        if len(gate.slots) == 1 and not gate.missing and len(core.periods) > 1:
            return self._times(core, gate, day)
        if len(gate.slots) < 2:
            return []
        named = without(core.text, [(place.start, place.end) for place in core.places])
        replies: list[Reply] = []
        for slot in gate.slots:
            place = slot.place or slot.region
            alone = self._reader.read(f"{place.name if place else slot.name}{named}", as_of=day)
            (reply,) = self._asked(alone, replace(gate, slots=(slot,)), day)
            if isinstance(reply.choice, Silence):
                (reply,) = self._asked(question, replace(gate, slots=(slot,)), day)
            replies.append(reply)
        return _aligned(replies)

    def _times(self, core: Question, gate: Gate, day: date) -> list[Reply]:
        """Return what is said of each period that a question about one place compares; none without a figure each."""
        replies: list[Reply] = []
        for period in core.periods:
            others = [other for other in core.periods if other is not period]
            spans = [(o.start, o.end + len(_END_OF.match(core.text, o.end)[0])) for o in others]  # type: ignore[index]
            alone = self._reader.read(without(core.text, spans), as_of=day)
            replies += [replace(reply, label=period.surface) for reply in self._asked(alone, gate, day)]
        dated = [_dated(reply) for reply in _aligned(replies)]
        return [] if None in dated else [reply for reply in dated if reply is not None]

    def _is_clear(self, question: Question, gate: Gate) -> bool:
        """False where nothing says what the question is about."""
        if question.intent.asks("basis", "reference") and gate.named:
            return True
        if (
            question.knows_nothing
            and not gate.named
            and (
                not _HAN.search(question.text)
                or OF_THE_ASSISTANT.match(question.text)
                or (question.weight < _SMALL_TALK and not any(term.policy for term in question.terms))
            )
        ):
            return False
        if claimed(question) is not None:
            return True
        if gate.named and question.intent.asks("phone"):
            return True
        # 务川跟珠海哪里结对: two places are subject enough.
        if len(question.places) > 1 and any(slot.place for slot in gate.slots):
            return True
        if gate.named and (question.quantities or question.intent.wanted[0] not in ("any", "yesno")):
            return bool(question.terms or question.quantities)
        return question.weight >= _MIN_WEIGHT and not question.is_generic

    def _unheard(self, question: Question, gate: Gate) -> bool:
        """True where the documents set figures for years, and none for those of a question, nor name them."""
        if not question.periods or any(self._retriever.specificity(fold(p.surface)) for p in question.periods):
            return False
        held = (h.doc_id for h in gate.holding(self._store.heads.values()))
        dated = [t.period for doc_id in held for t in self._store.targets(doc_id) if t.period != (None, None)]
        return bool(dated) and not any(compatible(asked, period) for asked in question.periods for period in dated)

    def _attributes(self, question: Question, gate: Gate, heads: Sequence[DocumentHead]) -> list[Attribute]:
        if not gate.named or len(gate.slots) < 2:
            return answer_about(question, heads, self._store)
        each = [answer_about(question, [h for h in heads if slot.is_at(h)], self._store) for slot in gate.slots]
        return [one for found in each for one in found] if all(each) else []

    def _validity(self, question: Question, gate: Gate, scope: Scope) -> Answer:
        heads = gate.holding(self._store.heads.values())
        found = validity(question, heads, self._currency, scope.as_of)
        if not found.stated:
            return self._refuser.refuse(question, scope, found.text, (), "refused")
        cites = Citations()
        lines: list[str] = []
        for verdict in found.verdicts:
            lines.append(verdict.text)
            lines += [f"原文写明:“{tidy(quote.text)}”[{cites.mark(quote)}]。" for quote in verdict.quotes]
        citations = cites.all()
        verify(citations, self._store)
        text = "\n".join([*lines, found.text])
        if not citations:
            return self._refuser.refuse(question, scope, text, (), "refused")
        return Answer(question.raw, question.text, "answered", text, citations, scope)


def _names_any(reply: Reply, places: Sequence[str]) -> bool:
    """True where the title of the document, or a clause that is quoted, names one of ``places``."""
    assert isinstance(reply.choice, Choice)
    said = " ".join(f"{quote.head.title} {quote.clause.text}" for quote in reply.choice.quotes)
    return any(short_name(place) in said for place in places)


def _aligned(replies: list[Reply]) -> list[Reply]:
    """Return two replies with figures that compare, where one or both have another that fits as well and does."""
    choices = [reply.choice for reply in replies if isinstance(reply.choice, Choice) and reply.choice.target]
    if len(replies) != 2 or len(choices) != 2:
        return replies
    own = [[(choice.target, choice.quotes[0]), *choice.rivals] for choice in choices]
    pairs = sorted(product(*map(enumerate, own)), key=lambda pair: pair[0][0] + pair[1][0])
    for pair in pairs:
        sides = [side for _, side in pair]
        rows = [
            Row(reply.label, "", target, quote.text, timed=bool(reply.label))
            for reply, (target, quote) in zip(replies, sides, strict=True)
        ]
        if not incomparable(rows):
            return [
                replace(reply, choice=replace(choice, target=target, quotes=(quote,)))
                for reply, choice, (target, quote) in zip(replies, choices, sides, strict=True)
            ]
    return replies


def _dated(reply: Reply) -> Reply | None:
    """Return a reply labelled by the period its figure has in the document, which its quote or title then names."""
    choice = reply.choice
    if not isinstance(choice, Choice) or choice.target is None or not choice.target.period_text:
        return None
    named, quote = choice.target.period_text, choice.quotes[0]
    if unsupported(named, [quote.text, quote.head.title]):
        at = quote.clause.text.rfind(named, max(0, quote.start - _REACH), quote.start)
        if at < 0:
            return None
        quote = replace(quote, start=at)
    return replace(reply, label=named, choice=replace(choice, quotes=(quote,)))


def _kept(given: Sequence[Reply]) -> list[Reply]:
    """Return the replies about as good as the best."""
    best = max((r.choice.support for r in given if isinstance(r.choice, Choice)), default=0.0)
    return [r for r in given if isinstance(r.choice, Choice) and r.choice.support >= best - _MARGIN]
