"""``ask``: a question in, a verified answer or an honest refusal out."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice

from assistant.answer import Answer, Citation, Outcome, Scope, SearchHit, Turn
from assistant.answerable import Answerability
from assistant.citing import cite
from assistant.compare import SILENT, UNCOVERED, UNSURE, Row, asks_which_places, ranking, table
from assistant.currency import Currency, inner
from assistant.dialogue import Thread, aside, asks_only_who, looks_back, read_thread, ways_of
from assistant.dossier import Dossier, make_dossier
from assistant.eligibility import EligibilityDesk
from assistant.evidence import covers, gather
from assistant.parts import join, split_question
from assistant.question import Question, QuestionReader
from assistant.reference import (
    Attribute,
    about_document,
    answer_about,
    asks_validity,
    basis,
    clause_asked,
    effective_day,
)
from assistant.scope import Gate, Slot, open_gate
from assistant.select import Choice, Quote, Reason, Silence, choose, lead_rule
from assistant.validity import validity
from assistant.verify import unsupported, verify_quotes
from assistant.vocabulary import Vocabulary
from corpus.errors import AssistantError, NotFound
from corpus.metadata import normalise_doc_number
from corpus.model import Document, Region, Target
from corpus.periods import find_periods
from corpus.regions import Gazetteer
from corpus.statements import title_statements
from corpus.validity import Standing
from indexer.lexicon import Lexicon
from indexer.passages import strip_mark
from indexer.search import Hit, Retriever, SearchQuery
from indexer.store import DocumentHead
from indexer.tokenizer import fold

_EVIDENCE = 10
_MAX_SLOTS = 6
_NEAREST = 3
_MAX_RELATED = 3
_MAX_EXAMPLES = 6
_SAMPLED_DOCUMENTS = 24
_MAX_GROUPS = 80
_CANDIDATES = 300
_LONGEST_GROUP = 10
_MARGIN = 0.15
_MIN_WEIGHT = 1.5
_SMALL_TALK = 3.5
_HAN = re.compile("[\u4e00-\u9fff]")
_MARKER = re.compile(r"\[\d+\]")
_OFF_SUBJECT = re.compile("没有提到|没有找到|没有能回答|再具体一些")
_NOT_VERIFIED = "找到了相关条款,但回答里的数字没能与原文逐一核对上,因此不作回答,请直接查看下列条款。"
_EXPIRED = "提示:以上内容对应的规划期或目标年份已经过去,请留意当地是否已有新文件。"
_REFUSALS: dict[Reason, str] = {
    "nothing": "没有找到相关条款",
    "period": "没有写到您问的那个年份或时期",
    "premise": "没有您问题里提到的那个数",
    "money": "没有写明具体金额或标准",
    "count": "没有写明具体数量",
    "ratio": "没有写明具体比例",
    "date": "没有写明具体时间或期限",
    "phone": "没有写联系电话",
    "place": "没有写办理地点",
    "how": "没有写申请或办理的手续、材料",
    "person": "没有写相关人员的姓名",
    "basis": "没有写明依据",
    "body": "没有写明由哪个部门负责",
    "subject": "没有提到",
}


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What there is to answer from."""

    ready: bool
    documents: int
    clauses: int
    encoder: str
    built_at: str


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is said for one place."""

    slot: Slot
    choice: Choice | Silence
    hits: tuple[Hit, ...]
    statement: str = ""


class Assistant:
    """Answers from one index generation; safe to call from several threads."""

    def __init__(
        self, retriever: Retriever, gazetteer: Gazetteer, lexicon: Lexicon, answerability: Answerability | None = None
    ) -> None:
        self._answerability = answerability or Answerability.load()
        self._retriever = retriever
        self._store = retriever.store
        self._currency = Currency(retriever.store)
        self._gazetteer = gazetteer
        self._reader = QuestionReader(gazetteer, lexicon, retriever)
        self._vocabulary = Vocabulary.of(lexicon, retriever.tokenizer)
        self.eligibility = EligibilityDesk(retriever.store, gazetteer, lexicon)

    @property
    def generation(self) -> str:
        """The name of the index generation that answers."""
        return self._retriever.folder.name

    # -- asking ---------------------------------------------------------------------------------------------

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), region: str | None = None, as_of: date | None = None
    ) -> Answer:
        """Return the reply to ``question``; a refusal is a reply too.

        ``region`` limits the answer to a place unless the question names one; ``as_of`` is the day it speaks for.

        Raises:
            EmptyQuery, QueryTooLong: nothing, or too much, to read.
            AssistantError: ``region`` is no known place.
        """
        started = time.perf_counter()
        day = as_of or date.today()
        asked = self._region(region)
        thread = read_thread(history, self._reader, as_of=day, quoted=lambda earlier: self._quoted(earlier, asked, day))
        understood = time.perf_counter()
        answer = self._in_thread(question, thread, asked, day)
        ended = time.perf_counter()
        return replace(
            answer,
            question=question,
            timings_ms={
                "understand": round((understood - started) * 1000, 2),
                "answer": round((ended - understood) * 1000, 2),
                "total": round((ended - started) * 1000, 2),
            },
        )

    # -- follow-ups -----------------------------------------------------------------------------------------

    def _in_thread(self, question: str, thread: Thread, asked: Region | None, day: date) -> Answer:
        """Return the answer to ``question`` as it is meant after the turns of ``thread``."""
        if not thread.last:
            return self._best_answer(question, ways_of(question, thread, self._reader, as_of=day), asked, day)
        own = self._reader.read(question, as_of=day)
        about = aside(question, thread, self._reader, as_of=day)
        who = asks_only_who(own)
        of_document = own.intent.asks("reference", "basis") and not own.places
        around = self._quoted(thread, asked, day) if looks_back(question) else ""
        ways = ways_of(question, thread, self._reader, as_of=day, around=around)
        if not (about or who or of_document):
            return self._best_answer(question, ways, asked, day)
        last = self._best_answer(thread.turn, thread.ways, asked, day)
        found: Answer | None = None
        if not _answers(last):
            pass
        elif about == "repeat":
            found = last
        elif about == "source":
            found = self._source(last)
        elif about == "more":
            found = self._more(last, thread, day) or last
        elif who:
            found = self._responsible(ways[0], last, day)
        elif of_document:
            found = self._of_document(ways[0], own, last, day)
        return found or self._best_answer(question, ways, asked, day)

    def _quoted(self, thread: Thread, asked: Region | None, day: date) -> str:
        """Return what the last answer of ``thread`` quoted, with the titles."""
        last = self._best_answer(thread.turn, thread.ways, asked, day)
        return " ".join(f"{citation.title} {citation.quote}" for citation in last.citations)

    def _best_answer(self, question: str, ways: Sequence[str], asked: Region | None, day: date) -> Answer:
        """Return the answer to the likeliest way to read ``question`` that speaks of the question's own subjects."""
        first = self._whole_answer(ways[0], asked, day)
        if len(ways) == 1:
            return first
        own = self._reader.read(question, as_of=day)
        best = first
        for way in ways[1:]:
            if _answers(best):
                if _speaks_of(best, own):
                    break
            elif not (_OFF_SUBJECT.search(first.answer) or own.is_firm):
                # Only a question with a subject of its own, or one whose subjects did not go together, stands alone.
                break
            other = self._whole_answer(way, asked, day)
            if _answers(other) and (not _answers(best) or _speaks_of(other, own)):
                best = other
        return best

    def _source(self, last: Answer) -> Answer:
        """Return where the quotes of ``last`` stand, with the quotes."""
        lines: list[str] = []
        for citation in last.citations:
            where = strip_mark(citation.heading_path[-1]) if citation.heading_path else ""
            label = citation.label if citation.label and not where.startswith(citation.label) else ""
            heading = f",{label}“{where}”" if where else (f",{label}" if label else "")
            source = f"《{inner(citation.title)}》"
            heading = "" if unsupported(heading, [citation.text, citation.title]) else heading
            lines.append(f"出自{source}{heading},原文:{_tidy(citation.quote)}[{citation.marker}]。")
        return replace(last, answer="\n".join(lines), suggestions=())

    def _more(self, last: Answer, thread: Thread, day: date) -> Answer | None:
        """Return what else the documents cited by ``last`` say to its question, ``None`` where that is nothing."""
        said = f"{thread.said}\n{last.answer}"
        question = self._reader.read(last.standalone_question, as_of=day)
        query = self._retriever.prepare(question.text, question.expansion)
        replies: list[_Reply] = []
        for head in self._cited(last):
            hits = self._retriever.search(query, allow=lambda h, own=head: h.doc_id == own.doc_id, k=_EVIDENCE)  # type: ignore[misc]
            left = [s for s in gather(question, query, hits, self._retriever) if _tidy(s.text) not in said]
            choice = choose(
                question,
                left,
                self._store,
                self._vocabulary,
                self._answerability,
                noise=self._retriever.manifest.noise,
                elsewhere=0.0,
                place="",
            )
            if isinstance(choice, Choice):
                replies.append(_Reply(_slot_of(head), choice, tuple(hits)))
        return self._say(question, replies, last, day)

    def _responsible(self, way: str, last: Answer, day: date) -> Answer | None:
        """Return who is responsible for the clauses that ``last`` cites, ``None`` where they do not say."""
        question = self._reader.read(way, as_of=day)
        replies: list[_Reply] = []
        for head in self._cited(last):
            cited = [citation for citation in last.citations if citation.doc_id == head.doc_id][:1]
            for citation in cited:
                clause = self._store.clause(citation.clause_id)
                duties = [d for d in self._store.duties(head.doc_id) if d.clause_id == clause.clause_id]
                quotes = [Quote(clause, head, d.start - clause.start, d.end - clause.start) for d in duties]
                whole = [quote for quote in quotes if quote.text.startswith(("(", "（"))]
                quotes = whole[:1] or [q for q in quotes if citation.start <= clause.start + q.start < citation.end][:1]
                if "牵头" in way and quotes and "牵头" not in quotes[0].text:
                    quotes += lead_rule(head, self._store)
                if quotes:
                    replies.append(_Reply(_slot_of(head), Choice(tuple(quotes), 1.0, 1.0, "duty"), ()))
        return self._say(question, replies, last, day)

    def _of_document(self, way: str, own: Question, last: Answer, day: date) -> Answer | None:
        """Return what ``own`` asks of the one document that ``last`` cites, ``None`` where it cites several."""
        heads = self._cited(last)
        if len(heads) != 1:
            return None
        gate = Gate((_slot_of(heads[0]),), (), named=True)
        found = self._about_document(own, gate, Scope(last.scope.regions, day))
        return replace(found, standalone_question=way) if found else None

    def _cited(self, answer: Answer) -> list[DocumentHead]:
        return [self._store.heads[doc_id] for doc_id in dict.fromkeys(c.doc_id for c in answer.citations)]

    def _say(self, question: Question, replies: Sequence[_Reply], last: Answer, day: date) -> Answer | None:
        if not replies:
            return None
        gate = Gate(tuple(reply.slot for reply in replies), (), named=True)
        return self._compose(question, Scope(last.scope.regions, day), replies, [], gate, day)

    def _whole_answer(self, text: str, asked: Region | None, day: date) -> Answer:
        question = self._reader.read(text, as_of=day)
        parts = split_question(question, self._reader, as_of=day)
        if len(parts) < 2:
            return self._answer(question, asked, day)
        return join([self._answer(part, asked, day) for part in parts], question)

    def _answer(self, question: Question, asked: Region | None, day: date) -> Answer:
        heads = tuple(self._store.heads.values())
        gate = open_gate(question, asked, heads)
        scope = Scope(tuple(dict.fromkeys(slot.name for slot in gate.slots)) if gate.named else (), day)
        if not gate.slots:
            return self._refuse(question, scope, self._not_covered(gate.missing), (), "refused")
        if asks_validity(question):
            return self._validity(question, gate, scope)
        reply = self._about_document(question, gate, scope)
        if reply is not None:
            return reply
        if not self._is_clear(question, gate):
            return self._unclear(question, scope, gate)
        query = self._retriever.prepare(question.text, question.expansion)
        replies = self._replies(question, query, gate, day)
        tells_silent = gate.named or asks_which_places(question.text)
        given = [r for r in replies if isinstance(r.choice, Choice)]
        given = given if tells_silent else _kept(given)
        silent = [r for r in replies if isinstance(r.choice, Silence)]
        if not given:
            return self._silent(question, scope, silent, gate)
        return self._compose(question, scope, given, silent if tells_silent else [], gate, day)

    def choices(self, question: str, *, region: str | None = None) -> list[tuple[Slot, Choice | Silence]]:
        """Return what would be said for each place that ``question`` concerns, for calibration and inspection.

        Raises like ``ask``.
        """
        day = date.today()
        read = self._reader.read(question, as_of=day)
        gate = open_gate(read, self._region(region), tuple(self._store.heads.values()))
        query = self._retriever.prepare(read.text, read.expansion)
        return [(reply.slot, reply.choice) for reply in self._replies(read, query, gate, day)]

    def _is_clear(self, question: Question, gate: Gate) -> bool:
        """False where nothing says what the question is about."""
        if question.intent.asks("basis", "reference") and gate.named:
            return True
        if (
            question.knows_nothing
            and not gate.named
            and (not _HAN.search(question.text) or question.weight < _SMALL_TALK)
        ):
            return False
        if gate.named and question.intent.wanted[0] not in ("any", "yesno"):
            return bool(question.terms or question.quantities)
        return question.weight >= _MIN_WEIGHT and not question.is_generic

    def _replies(self, question: Question, query: SearchQuery, gate: Gate, day: date) -> list[_Reply]:
        weighed = gate.named or asks_which_places(question.text)
        best = [] if weighed else self._retriever.search(query, k=_NEAREST)
        spans = [span for hit in best for span in self._retriever.sentence_similarity(query, hit)]
        elsewhere = max((similarity for _, _, similarity in spans), default=0.0)
        return [self._reply(question, query, slot, elsewhere, day) for slot in self._slots(gate, query)]

    def _reply(self, question: Question, query: SearchQuery, slot: Slot, elsewhere: float, day: date) -> _Reply:
        """Return what the place's own documents say or, where they are silent, those around it.

        Documents that no longer apply on ``day`` come after all others.
        """
        first: _Reply | None = None
        for allow in self._currency.passes([slot.is_at, slot.admits] if slot.asked else [slot.is_at], day):
            reply = self._choose(question, query, slot, elsewhere, allow)
            if isinstance(reply.choice, Choice):
                return reply
            first = first or reply
        assert first is not None
        return first

    def _choose(
        self,
        question: Question,
        query: SearchQuery,
        slot: Slot,
        elsewhere: float,
        allow: Callable[[DocumentHead], bool],
    ) -> _Reply:
        hits = self._retriever.search(query, allow=allow, k=_EVIDENCE)
        sentences = gather(question, query, hits, self._retriever)
        choice = choose(
            question,
            sentences,
            self._store,
            self._vocabulary,
            self._answerability,
            noise=self._retriever.manifest.noise,
            elsewhere=elsewhere,
            place=_short(slot.place),
        )
        return _Reply(slot, choice, tuple(hits))

    def _slots(self, gate: Gate, query: SearchQuery) -> Sequence[Slot]:
        if len(gate.slots) <= _MAX_SLOTS:
            return gate.slots
        best = self._retriever.search(query, k=50)
        order = [self._store.heads[hit.clause.doc_id].region or Region(()) for hit in best]
        ranked = sorted(gate.slots, key=lambda s: order.index(s.region) if s.region in order else len(order))
        return ranked[:_MAX_SLOTS]

    # -- composing ------------------------------------------------------------------------------------------

    def _compose(
        self, question: Question, scope: Scope, given: Sequence[_Reply], silent: Sequence[_Reply], gate: Gate, day: date
    ) -> Answer:
        cites = _Citations(self)
        several = len(given) > 1 or bool(silent) or bool(gate.missing)
        rows: list[Row] = []
        lines: list[str] = []
        for reply in given:
            assert isinstance(reply.choice, Choice)
            body = "".join(f"{_statement(quote)}[{cites.mark(quote)}]。" for quote in reply.choice.quotes)
            place = _place_of(reply)
            lead = f"{place}:" if several or place != reply.slot.name or not gate.named or reply.slot.wider else ""
            if reply.choice.only_rule:
                body += "文件没有写明具体金额。"
            if reply.choice.unmentioned:
                body += f"文件没有专门写到{'、'.join(f'“{word}”' for word in reply.choice.unmentioned)}。"
            lines.append(lead + body)
            rows.append(Row(place, body, reply.choice.target))
        stated = list(lines)
        for reply in silent:
            assert isinstance(reply.choice, Silence)
            lines.append(f"{reply.slot.name}:现有文件{_why(reply.choice)}。")
            rows.append(Row(reply.slot.name, SILENT if reply.choice.words else UNSURE))
        lines += [f"{name}:现有文件没有收录当地政策,不能用其他地区的规定代替。" for name in gate.missing]
        rows += [Row(name, UNCOVERED) for name in gate.missing]
        if len(rows) > 1 and (question.intent.comparison or asks_which_places(question.text)):
            order = ranking(rows) if question.intent.comparison else ""
            lines = [*([order] if order else []), *table(rows)]
        citations = cites.all()
        missing = unsupported(_MARKER.sub("", "\n".join(stated)), [c.quote for c in citations])
        if missing:
            hits = [hit for reply in given for hit in reply.hits]
            return self._refuse(question, scope, _NOT_VERIFIED, hits, "refused")
        self._check(citations)
        if self._is_over(given, day):
            lines.append(_EXPIRED)
        lines += self._currency.remarks(cites.heads(), day)
        wider = any(reply.slot.wider for reply in given)
        if wider:
            lines.append("没有收录您所问地区本级的文件,以上只是其所辖地区的规定。")
        vague = any(isinstance(reply.choice, Choice) and reply.choice.only_rule for reply in given)
        unanswered = bool(silent) and gate.named
        outcome: Outcome = "partial" if gate.missing or unanswered or wider or vague else "answered"
        names = tuple(dict.fromkeys(reply.slot.name for reply in given))
        return Answer(
            question.raw,
            question.text,
            outcome,
            "\n".join(lines),
            citations,
            replace(scope, regions=scope.regions or names),
            suggestions=self._suggest(question, given, gate),
        )

    def _about_document(self, question: Question, gate: Gate, scope: Scope) -> Answer | None:
        """Return what is asked of documents themselves, one for each place named, or of a clause by its number."""
        held = [h for h in self._store.heads.values() if any(slot.is_at(h) for slot in gate.slots)]
        heads = self._currency.speaking(held, scope.as_of, question.text)
        told = self._attributes(question, gate, heads) if about_document(question) else []
        quotes = [] if told else clause_asked(question, heads, self._store)
        if not told and not quotes:
            single = effective_day(question, heads, self._store) or basis(question, heads, self._store)
            quotes = [single] if single else []
        if not told and not quotes:
            return None
        cites = _Citations(self)
        lines: list[str] = []
        for head in dict.fromkeys(one.head for one in told):
            parts = [
                one.statement + (f"[{cites.mark(one.quote)}]" if one.quote else "") for one in told if one.head is head
            ]
            lines.append(f"《{inner(head.title)}》{','.join(parts)}。")
        if quotes:
            body = "".join(f"{_statement(item)}[{cites.mark(item)}]。" for item in quotes)
            lines.append(f"《{inner(quotes[0].head.title)}》:{body}")
        citations = cites.all()
        if not citations:
            return self._refuse(question, scope, "\n".join(lines), (), "refused")
        self._check(citations)
        text = "\n".join([*lines, *self._currency.remarks(cites.heads(), scope.as_of)])
        regions = tuple(dict.fromkeys(head.region.name if head.region else "国家" for head in cites.heads()))
        outcome: Outcome = "answered" if all(one.quote for one in told) else "partial"
        return Answer(question.raw, question.text, outcome, text, citations, replace(scope, regions=regions))

    def _attributes(self, question: Question, gate: Gate, heads: Sequence[DocumentHead]) -> list[Attribute]:
        if not gate.named or len(gate.slots) < 2:
            return answer_about(question, heads, self._store)
        each = [answer_about(question, [h for h in heads if slot.is_at(h)], self._store) for slot in gate.slots]
        return [one for found in each for one in found] if all(each) else []

    def _silent(self, question: Question, scope: Scope, silent: Sequence[_Reply], gate: Gate) -> Answer:
        hits = sorted(
            (hit for reply in silent for hit in reply.hits), key=lambda h: (-h.similarity, h.clause.clause_id)
        )
        reasons = list(dict.fromkeys(_why(r.choice) for r in silent if isinstance(r.choice, Silence)))
        if gate.named:
            lines = [
                f"{reply.slot.name}的现有文件{_why(reply.choice)}。"
                for reply in silent
                if isinstance(reply.choice, Silence)
            ]
        else:
            lines = [f"现有文件{reasons[0]}。" if len(reasons) == 1 else "现有文件里没有能回答这个问题的内容。"]
        lines += [f"{name}:现有文件没有收录当地政策。" for name in gate.missing]
        asked = (
            [h for h in self._store.heads.values() if any(slot.is_at(h) for slot in gate.slots)] if gate.named else []
        )
        lines += self._currency.unused(asked, scope.as_of)
        lines.append("没有依据的内容不作回答。" + self._contact([h.clause.doc_id for h in hits[:1]]))
        off_topic = all(isinstance(r.choice, Silence) and r.choice.reason in ("nothing", "subject") for r in silent)
        if off_topic:
            lines.append(self._covered())
        return self._refuse(question, scope, "\n".join(lines), () if off_topic and not gate.named else hits, "refused")

    def _unclear(self, question: Question, scope: Scope, gate: Gate) -> Answer:
        # Only what holds in the whole country could answer for them, and it speaks of nothing that was asked.
        elsewhere = [slot.place.name for slot in gate.slots if slot.place is not None and not slot.region.chain]
        if elsewhere and len(elsewhere) == len(gate.slots):
            return self._refuse(question, scope, self._not_covered(elsewhere), (), "refused")
        asks = question.terms or question.intent.wanted[0] not in ("any", "yesno")
        if asks and not question.knows_nothing:
            examples = " ".join(self._sample_questions()[:2])
            text = f"请说得再具体一些:您想问哪个地区、哪类人员或哪项政策?例如:{examples}"
            return self._refuse(question, scope, text, (), "clarify")
        hint = "" if _HAN.search(question.text) else "请用中文提问。"
        return self._refuse(
            question, scope, f"您好,我只回答政策文件里写明的内容。{hint}{self._covered()}", (), "refused"
        )

    def _refuse(self, question: Question, scope: Scope, text: str, hits: Sequence[Hit], outcome: Outcome) -> Answer:
        related = [
            self.citation(Quote(hit.clause, self._store.heads[hit.clause.doc_id], 0, len(hit.clause.text)), n)
            for n, hit in enumerate(hits[:_MAX_RELATED], 1)
        ]
        return Answer(
            question.raw,
            question.text,
            outcome,
            text,
            (),
            scope,
            related=tuple(related),
            suggestions=tuple(self._sample_questions()[:3]),
        )

    def _validity(self, question: Question, gate: Gate, scope: Scope) -> Answer:
        heads = [h for h in self._store.heads.values() if any(slot.is_at(h) for slot in gate.slots)]
        found = validity(question, heads, self._currency, scope.as_of)
        if not found.stated:
            return self._refuse(question, scope, found.text, (), "refused")
        cites = _Citations(self)
        lines: list[str] = []
        for verdict in found.verdicts:
            lines.append(verdict.text)
            lines += [f"原文写明:“{_statement(quote)}”[{cites.mark(quote)}]。" for quote in verdict.quotes]
        citations = cites.all()
        self._check(citations)
        text = "\n".join([*lines, found.text])
        if not citations:
            return self._refuse(question, scope, text, (), "refused")
        return Answer(question.raw, question.text, "answered", text, citations, scope)

    def _not_covered(self, missing: Sequence[str]) -> str:
        names = "、".join(missing) or "您问的地区"
        return f"现有文件没有收录{names}的政策,不能用其他地区的规定代替。{self._covered()}"

    def _covered(self) -> str:
        titles = [f"{h.region.name if h.region else '国家'}《{inner(h.title)}》" for h in self._store.heads.values()]
        more = f"等 {len(titles)} 份文件" if len(titles) > 5 else ""
        return f"目前收录:{';'.join(titles[:5])}{more}。"

    def _contact(self, doc_ids: Sequence[str]) -> str:
        for doc_id in doc_ids:
            for clause in self._store.clauses_of(doc_id):
                found = re.search(r"(?:联系|咨询)(?:单位|电话|人|处室)\s*[:：][^()（）\n]{2,40}", clause.text)
                if clause.role == "notice" and found:
                    return f"可向文件载明的{found.group()}咨询。"
        return "可向当地主管部门咨询。"

    def _check(self, citations: Sequence[Citation]) -> None:
        texts = {doc_id: self._store.text(doc_id) for doc_id in {c.doc_id for c in citations}}
        verify_quotes(citations, texts)

    def _is_over(self, given: Sequence[_Reply], day: date) -> bool:
        for reply in given:
            assert isinstance(reply.choice, Choice)
            for quote in reply.choice.quotes:
                planned = [one.day for one in title_statements(quote.head.title) if one.kind == "规划期"]
                years = [planned_day.year for planned_day in planned if planned_day] or [
                    p.last for p in find_periods(quote.text) if p.last and p.kind in ("until", "range", "plan")
                ]
                if years and max(years) < day.year:
                    return True
        return False

    # -- suggestions ----------------------------------------------------------------------------------------

    def _suggest(self, question: Question, given: Sequence[_Reply], gate: Gate) -> tuple[str, ...]:
        suggestions: list[str] = []
        first = given[0]
        assert isinstance(first.choice, Choice)
        clause = first.choice.quotes[0].clause
        place = first.slot.name
        siblings = [
            c for c in self._store.clauses_of(clause.doc_id) if c.parent_id == clause.parent_id and c.heading_path
        ]
        for other in siblings:
            heading = strip_mark(other.heading_path[-1])
            if other.clause_id != clause.clause_id and 4 <= len(heading) <= 22 and other.role == "body":
                suggestions.append(f"{place}在“{heading.strip('“”')}”方面有什么规定?")
            if len(suggestions) == 2:
                break
        covered = [h.region.name for h in self._store.heads.values() if h.region]
        others = [name for name in dict.fromkeys(covered) if name not in [r.slot.name for r in given]]
        if gate.named and others:
            suggestions.append(f"那{others[0]}呢?")
        return tuple(suggestions[:3])

    def _sample_questions(self) -> tuple[str, ...]:
        return self._samples

    @cached_property
    def _samples(self) -> tuple[str, ...]:
        """Questions about a few documents, of as many places as there are."""
        samples: list[str] = []
        for doc_id, head in _spread(self._store.heads, _SAMPLED_DOCUMENTS):
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

    # -- looking up -----------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        region: str | None = None,
        k: int = 10,
        admits: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
    ) -> tuple[SearchHit, ...]:
        """Return the ``k`` best clauses for ``query``, best first, gated by ``region`` or a place in the query.

        ``admits`` and ``clause_ids`` limit the documents and the clauses that take part, before anything is ranked.
        """
        read = self._reader.read(query, as_of=date.today())
        gate = open_gate(read, self._region(region), tuple(self._store.heads.values()))
        if not gate.slots:
            return ()
        prepared = self._retriever.prepare(read.text, read.expansion)
        number = normalise_doc_number(read.text)
        named = {head.doc_id for head in self._store.heads.values() if number and head.doc_number == number}

        def allowed(head: DocumentHead) -> bool:
            if named and head.doc_id not in named:
                return False
            within = bool(named) or not gate.named or any(slot.admits(head) for slot in gate.slots)
            return within and (admits is None or admits(head))

        ranked = self._retriever.search(prepared, allow=allowed, clause_ids=clause_ids, k=k)
        hits = self._currency.in_order(ranked, date.today())
        found: list[SearchHit] = []
        for rank, hit in enumerate(hits, 1):
            spans = self._retriever.sentence_similarity(prepared, hit)
            start, end, _ = max(spans, key=lambda span: (span[2], -span[0]))
            quote = Quote(hit.clause, self._store.heads[hit.clause.doc_id], start, end)
            found.append(SearchHit(self.citation(quote, rank), round(hit.score, 6), rank))
        return tuple(found)

    def documents(self) -> tuple[Document, ...]:
        """Return every document in the index."""
        return tuple(self._store.document(doc_id) for doc_id in self._store.heads)

    def document(self, doc_id: str) -> Document:
        """Return one document. Raises ``NotFound``."""
        return self._store.document(doc_id)

    def head(self, doc_id: str) -> DocumentHead:
        """Return the metadata of one document of the index."""
        return self._store.heads[doc_id]

    def clause(self, clause_id: str) -> Citation:
        """Return one clause as a citation of itself. Raises ``NotFound``."""
        clause = self._store.clause(clause_id)
        return self.citation(Quote(clause, self._store.heads[clause.doc_id], 0, len(clause.text)), 1)

    def dossier(self, doc_id: str, *, as_of: date | None = None) -> Dossier:
        """Return a document's state on a day, its copies, versions and relations. Raises ``NotFound``."""
        day = self.standing(doc_id, as_of=as_of).day
        return make_dossier(doc_id, day, self._currency, self._store, self.citation)

    def standing(self, doc_id: str, *, as_of: date | None = None) -> Standing:
        """Return whether a document holds on a day, today if none is given. Raises ``NotFound``."""
        if doc_id not in self._store.heads:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        return self._currency.standing(doc_id, as_of or date.today())

    def heads(self) -> tuple[DocumentHead, ...]:
        """Return the metadata of every document, without its text."""
        return tuple(self._store.heads.values())

    def clause_roles(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many clauses of each role every document has, by doc_id."""
        return self._clause_roles

    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the clauses printed under each number, in text order."""
        return self._labels

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Return the groups of people and bodies that the clauses provide for, those of most clauses first.

        Each comes with the ids of its clauses: 高校毕业生 with those for 离校未就业高校毕业生 too.
        """
        return self._groups

    # An open index does not change: each of these is read once.

    @cached_property
    def _clause_roles(self) -> dict[str, dict[str, int]]:
        return self._store.clause_roles()

    @cached_property
    def _labels(self) -> dict[str, tuple[str, ...]]:
        return self._store.labels()

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return self._store.targets()

    @cached_property
    def _groups(self) -> dict[str, frozenset[str]]:
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

    def targets(self, *, region: str | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        """Return the figures that documents set or report, filtered by place and by words of the indicator."""
        place = self._region(region)
        heads = self._store.heads
        return tuple(
            t
            for t in self._targets
            if (place is None or place.contains(heads[t.doc_id].region or Region(())))
            and (not indicator or indicator in t.indicator)
        )

    def regions(self) -> tuple[str, ...]:
        """Return the full names of the places covered, for a picker."""
        return tuple(dict.fromkeys(h.region.full_name for h in self._store.heads.values() if h.region))

    def examples(self) -> tuple[str, ...]:
        """Return questions that the documents can answer."""
        return self._examples

    @cached_property
    def _examples(self) -> tuple[str, ...]:
        answered = (q for q in self._sample_questions() if self.ask(q).outcome == "answered")
        return tuple(islice(answered, _MAX_EXAMPLES))

    def status(self) -> IndexStatus:
        """Return the state of the index."""
        manifest = self._retriever.manifest
        return IndexStatus(True, manifest.documents, manifest.clauses, manifest.encoder_id, manifest.built_at)

    def close(self) -> None:
        """Release the index."""
        self._retriever.close()

    def citation(self, quote: Quote, marker: int) -> Citation:
        """Return ``quote`` with its document's data."""
        return cite(quote, marker)

    def _region(self, name: str | None) -> Region | None:
        if not name or not name.strip() or name.strip() in ("全部", "全部地区", "全国"):
            return None
        region = self._gazetteer.parse(name.strip())
        if region is None:
            raise AssistantError(f"不认识的地区:{name[:40]}", hint="请写省、市或县的名称,例如 辽宁 或 贵州省遵义市。")
        return region


class _Citations:
    """Numbers quotes in order of first use; the same span keeps its number."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._made: dict[tuple[str, int, int], Citation] = {}

    def mark(self, quote: Quote) -> int:
        key = (quote.clause.clause_id, quote.start, quote.end)
        if key not in self._made:
            self._made[key] = self._assistant.citation(quote, len(self._made) + 1)
        return self._made[key].marker

    def all(self) -> tuple[Citation, ...]:
        return tuple(self._made.values())

    def heads(self) -> list[DocumentHead]:
        """Return the documents cited, in order of first use."""
        return [self._assistant.head(citation.doc_id) for citation in self._made.values()]


def _slot_of(head: DocumentHead) -> Slot:
    return Slot(head.region or Region(()))


def _spread(heads: Mapping[str, DocumentHead], at_most: int) -> list[tuple[str, DocumentHead]]:
    """Return ``at_most`` documents: the first of each place, then the second of each, as they are in the index."""
    seen: Counter[Region | None] = Counter()
    turns: list[tuple[int, str]] = []
    for doc_id, head in heads.items():
        turns.append((seen[head.region], doc_id))
        seen[head.region] += 1
    chosen = sorted(turns, key=lambda turn: turn[0])[:at_most]
    return [(doc_id, heads[doc_id]) for _, doc_id in chosen]


def _answers(answer: Answer) -> bool:
    return answer.outcome in ("answered", "partial")


def _speaks_of(answer: Answer, question: Question) -> bool:
    """True where the quotes of ``answer`` have the particular subjects of ``question``."""
    said = fold(" ".join(" ".join([c.quote, *c.heading_path]) for c in answer.citations))
    return all(covers(term, said) >= 0.5 for term in question.particular)


def _kept(given: Sequence[_Reply]) -> list[_Reply]:
    """Return the replies about as good as the best."""
    best = max((r.choice.support for r in given if isinstance(r.choice, Choice)), default=0.0)
    return [r for r in given if isinstance(r.choice, Choice) and r.choice.support >= best - _MARGIN]


def _place_of(reply: _Reply) -> str:
    """Return the place whose documents speak: the slot's own, or one around it."""
    assert isinstance(reply.choice, Choice)
    region = reply.choice.quotes[0].head.region
    return region.name if region else "国家"


def _statement(quote: Quote) -> str:
    return _tidy(quote.text)


def _tidy(text: str) -> str:
    """Return a quote on one line, without the stop at its end."""
    return re.sub(r"\s+", " ", text).strip().rstrip("。;；,，、!！")


def _short(place: Region | None) -> str:
    """Return the name of a place as texts write it within its region, ``湄潭``; empty for none."""
    if place is None:
        return ""
    return re.sub(r"(?<=..)(?:自治县|市|县|区|盟|旗)$", "", place.name)


def _why(silence: Silence) -> str:
    if silence.reason == "subject" and silence.words:
        return "没有提到" + "、".join(f"“{word}”" for word in silence.words[:3])
    return _REFUSALS[silence.reason]
