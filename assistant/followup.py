"""A question within a dialogue: as a whole question of its own, or about the last answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Answer, Scope
from assistant.citing import tidy
from assistant.compose import Composer
from assistant.currency import inner
from assistant.dialogue import Thread, aside, asks_only_who, looks_back, ways_of
from assistant.evidence import covers
from assistant.question import Question, QuestionReader
from assistant.replies import Replies, Reply
from assistant.respond import Respondent
from assistant.scope import Gate, slot_of
from assistant.select import Choice, Quote, lead_rule
from assistant.verify import unsupported
from corpus.model import Region
from indexer.passages import strip_mark
from indexer.search import Retriever
from indexer.store import DocumentHead
from indexer.tokenizer import fold

_OFF_SUBJECT = re.compile("没有提到|没有找到|没有能回答|再具体一些")


class FollowUps:
    """Answers a question as it is meant after the turns before it."""

    def __init__(
        self,
        retriever: Retriever,
        reader: QuestionReader,
        replies: Replies,
        composer: Composer,
        respondent: Respondent,
    ) -> None:
        self._retriever = retriever
        self._store = retriever.store
        self._reader = reader
        self._replies = replies
        self._composer = composer
        self._respondent = respondent

    def answer(self, question: str, thread: Thread, asked: Region | None, day: date) -> Answer:
        """Return the answer to ``question`` as it is meant after the turns of ``thread``."""
        if not thread.last:
            return self._best_answer(question, ways_of(question, thread, self._reader, as_of=day), asked, day)
        own = self._reader.read(question, as_of=day)
        about = aside(question, thread, self._reader, as_of=day)
        who = asks_only_who(own)
        of_document = own.intent.asks("reference", "basis") and not own.places
        around = self.quoted(thread, asked, day) if looks_back(question) else ""
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
            found = _source(last)
        elif about == "more":
            found = self._more(last, thread, day) or last
        elif who:
            found = self._responsible(ways[0], last, day)
        elif of_document:
            found = self._of_document(ways[0], own, last, day)
        return found or self._best_answer(question, ways, asked, day)

    def quoted(self, thread: Thread, asked: Region | None, day: date) -> str:
        """Return what the last answer of ``thread`` quoted, with the titles."""
        last = self._best_answer(thread.turn, thread.ways, asked, day)
        return " ".join(f"{citation.title} {citation.quote}" for citation in last.citations)

    def _best_answer(self, question: str, ways: Sequence[str], asked: Region | None, day: date) -> Answer:
        """Return the answer to the likeliest way to read ``question`` that speaks of the question's own subjects."""
        first = self._respondent.respond(ways[0], asked, day)
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
            other = self._respondent.respond(way, asked, day)
            if _answers(other) and (not _answers(best) or _speaks_of(other, own)):
                best = other
        return best

    def _more(self, last: Answer, thread: Thread, day: date) -> Answer | None:
        """Return what else the documents cited by ``last`` say to its question, ``None`` where that is nothing."""
        said = f"{thread.said}\n{last.answer}"
        question = self._reader.read(last.standalone_question, as_of=day)
        query = self._retriever.prepare(question.text, question.expansion)
        replies: list[Reply] = []
        for head in self._cited(last):
            reply = self._replies.further(question, query, head, said)
            if isinstance(reply.choice, Choice):
                replies.append(reply)
        return self._say(question, replies, last, day)

    def _responsible(self, way: str, last: Answer, day: date) -> Answer | None:
        """Return who is responsible for the clauses that ``last`` cites, ``None`` where they do not say."""
        question = self._reader.read(way, as_of=day)
        replies: list[Reply] = []
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
                    replies.append(Reply(slot_of(head), Choice(tuple(quotes), 1.0, "duty"), ()))
        return self._say(question, replies, last, day)

    def _of_document(self, way: str, own: Question, last: Answer, day: date) -> Answer | None:
        """Return what ``own`` asks of the one document that ``last`` cites, ``None`` where it cites several."""
        heads = self._cited(last)
        if len(heads) != 1:
            return None
        gate = Gate((slot_of(heads[0]),), (), named=True)
        found = self._respondent.about_document(own, gate, Scope(last.scope.regions, day))
        return replace(found, standalone_question=way) if found else None

    def _cited(self, answer: Answer) -> list[DocumentHead]:
        return [self._store.heads[doc_id] for doc_id in dict.fromkeys(c.doc_id for c in answer.citations)]

    def _say(self, question: Question, replies: Sequence[Reply], last: Answer, day: date) -> Answer | None:
        if not replies:
            return None
        gate = Gate(tuple(reply.slot for reply in replies), (), named=True)
        return self._composer.compose(question, Scope(last.scope.regions, day), replies, [], gate, day)


def _source(last: Answer) -> Answer:
    """Return where the quotes of ``last`` stand, with the quotes."""
    lines: list[str] = []
    for citation in last.citations:
        where = strip_mark(citation.heading_path[-1]) if citation.heading_path else ""
        label = citation.label if citation.label and not where.startswith(citation.label) else ""
        heading = f",{label}“{where}”" if where else (f",{label}" if label else "")
        source = f"《{inner(citation.title)}》"
        heading = "" if unsupported(heading, [citation.text, citation.title]) else heading
        lines.append(f"出自{source}{heading},原文:{tidy(citation.quote)}[{citation.marker}]。")
    return replace(last, answer="\n".join(lines), suggestions=())


def _answers(answer: Answer) -> bool:
    return answer.outcome in ("answered", "partial")


def _speaks_of(answer: Answer, question: Question) -> bool:
    """True where the quotes of ``answer`` have the particular subjects of ``question``."""
    said = fold(" ".join(" ".join([c.quote, *c.heading_path]) for c in answer.citations))
    return all(covers(term, said) >= 0.5 for term in question.particular)
