"""``ask``: a question in, a verified answer or an honest refusal out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, SearchHit, Turn
from assistant.answerable import Answerability
from assistant.catalogue import Catalogue
from assistant.citing import cite
from assistant.compose import Composer
from assistant.currency import Currency
from assistant.dialogue import read_thread
from assistant.dossier import Dossier, make_dossier
from assistant.followup import FollowUps
from assistant.question import QuestionReader
from assistant.refuse import Refuser
from assistant.replies import Replies, Reply
from assistant.respond import Respondent
from assistant.scope import open_gate
from assistant.select import Quote
from assistant.vocabulary import Vocabulary
from corpus.errors import AssistantError, NotFound
from corpus.metadata import normalise_doc_number
from corpus.model import Document, Region, Target
from corpus.regions import Gazetteer
from corpus.validity import Standing
from indexer.lexicon import Lexicon
from indexer.search import Retriever
from indexer.store import DocumentHead

if TYPE_CHECKING:
    from assistant.eligibility import EligibilityDesk

_MAX_EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What there is to answer from."""

    ready: bool
    documents: int
    clauses: int
    encoder: str
    built_at: str


class Assistant:
    """Answers from one index generation; safe to call from several threads."""

    def __init__(
        self, retriever: Retriever, gazetteer: Gazetteer, lexicon: Lexicon, answerability: Answerability | None = None
    ) -> None:
        store = retriever.store
        self._retriever = retriever
        self._store = store
        self._gazetteer = gazetteer
        self._lexicon = lexicon
        self._currency = Currency(store)
        self._catalogue = Catalogue(store)
        self._reader = QuestionReader(gazetteer, lexicon, retriever)
        vocabulary = Vocabulary.of(lexicon, retriever.tokenizer)
        replies = Replies(retriever, self._currency, vocabulary, answerability or Answerability.load())
        refuser = Refuser(store, self._currency, self._catalogue)
        composer = Composer(store, self._currency, refuser)
        self._respondent = Respondent(retriever, self._reader, self._currency, replies, composer, refuser)
        self._follow_ups = FollowUps(retriever, self._reader, replies, composer, self._respondent, refuser)

    @property
    def generation(self) -> str:
        """The name of the index generation that answers."""
        return self._retriever.folder.name

    @cached_property
    def eligibility(self) -> EligibilityDesk:
        """What the clauses in force at a place ask of people."""
        # Reading conditions takes long to load, and asking does without.
        from assistant.eligibility import EligibilityDesk

        return EligibilityDesk(self._store, self._gazetteer, self._lexicon)

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
        follow_ups = self._follow_ups
        thread = read_thread(
            history,
            self._reader,
            as_of=day,
            quoted=lambda earlier: follow_ups.quoted(earlier, asked, day),
            settle=lambda turn, reading: follow_ups.settled(turn, reading, asked, day),
        )
        understood = time.perf_counter()
        answer = follow_ups.answer(question, thread, asked, day)
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

    def replies(self, question: str, *, region: str | None = None) -> list[Reply]:
        """Return what would be said for each place that ``question`` concerns, for calibration and inspection.

        Raises like ``ask``.
        """
        return self._respondent.replies(question, self._region(region), date.today())

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
            found.append(SearchHit(cite(quote, rank), round(hit.score, 6), rank))
        return tuple(found)

    def documents(self) -> tuple[Document, ...]:
        """Return every document in the index."""
        return self._catalogue.documents()

    def document(self, doc_id: str) -> Document:
        """Return one document. Raises ``NotFound``."""
        return self._catalogue.document(doc_id)

    def head(self, doc_id: str) -> DocumentHead:
        """Return the metadata of one document of the index."""
        return self._catalogue.head(doc_id)

    def clause(self, clause_id: str) -> Citation:
        """Return one clause as a citation of itself. Raises ``NotFound``."""
        clause = self._store.clause(clause_id)
        return cite(Quote(clause, self._store.heads[clause.doc_id], 0, len(clause.text)), 1)

    def dossier(self, doc_id: str, *, as_of: date | None = None) -> Dossier:
        """Return a document's state on a day, its copies, versions and relations. Raises ``NotFound``."""
        day = self.standing(doc_id, as_of=as_of).day
        return make_dossier(doc_id, day, self._currency, self._store, cite)

    def standing(self, doc_id: str, *, as_of: date | None = None) -> Standing:
        """Return whether a document holds on a day, today if none is given. Raises ``NotFound``."""
        if doc_id not in self._store.heads:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        return self._currency.standing(doc_id, as_of or date.today())

    def heads(self) -> tuple[DocumentHead, ...]:
        """Return the metadata of every document, without its text."""
        return self._catalogue.heads()

    def clause_roles(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many clauses of each role every document has, by doc_id."""
        return self._catalogue.clause_roles

    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the clauses printed under each number, in text order."""
        return self._catalogue.labels

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Return the groups of people and bodies that the clauses provide for, those of most clauses first.

        Each comes with the ids of its clauses: 高校毕业生 with those for 离校未就业高校毕业生 too.
        """
        return self._catalogue.groups

    def targets(self, *, region: str | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        """Return the figures that documents set or report, filtered by place and by words of the indicator."""
        return self._catalogue.targets(self._region(region), indicator)

    def regions(self) -> tuple[str, ...]:
        """Return the full names of the places covered, for a picker."""
        return self._catalogue.regions()

    def examples(self) -> tuple[str, ...]:
        """Return questions that the documents can answer."""
        return self._examples

    @cached_property
    def _examples(self) -> tuple[str, ...]:
        answered = (q for q in self._catalogue.samples if self.ask(q).outcome == "answered")
        return tuple(islice(answered, _MAX_EXAMPLES))

    def status(self) -> IndexStatus:
        """Return the state of the index."""
        manifest = self._retriever.manifest
        return IndexStatus(True, manifest.documents, manifest.clauses, manifest.encoder_id, manifest.built_at)

    def close(self) -> None:
        """Release the index."""
        self._retriever.close()

    def _region(self, name: str | None) -> Region | None:
        if not name or not name.strip() or name.strip() in ("全部", "全部地区", "全国"):
            return None
        region = self._gazetteer.parse(name.strip())
        if region is None:
            raise AssistantError(f"不认识的地区:{name[:40]}", hint="请写省、市或县的名称,例如 辽宁 或 贵州省遵义市。")
        return region
