"""A question within a dialogue: as a whole question of its own, or about the last answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.answer import Answer, Scope
from assistant.citing import tidy
from assistant.compose import Composer
from assistant.currency import inner
from assistant.dialogue import Reading, Thread, aside, asks_only_who, looks_back, reading_of
from assistant.ellipsis import natural, swap_slots
from assistant.evidence import covers
from assistant.intent import Wanted
from assistant.lists import item_number, item_span
from assistant.question import Question, QuestionReader, Term
from assistant.refuse import Refuser
from assistant.replies import Replies, Reply
from assistant.respond import Respondent
from assistant.scope import Gate, slot_of
from assistant.select import Choice, Quote, lead_rule
from assistant.verify import unsupported
from corpus.model import Region
from corpus.numbering import parse_cn
from corpus.quantities import find_quantities
from corpus.sentences import split_sentences
from indexer.passages import strip_mark
from indexer.search import Retriever
from indexer.store import DocumentHead
from indexer.tokenizer import fold

_OFF_SUBJECT = re.compile("没有提到|没有找到|没有能回答|再具体一些")
_OTHER_YEARS = re.compile("没有写到(?:您问的那个年份|[^“])")
# 刚才说的第二条 · 最后一项
_NTH = re.compile(
    r"(?:刚才|刚刚|前面|上面|你)?(?:说|讲|提)?(?:到|过)?的?(?:那)?"
    r"(?:第(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})|(?P<last>最后)[一那]?)(?:个|条|项|点|款|类|种|件)"
)
# 第二条是什么 · 第一项具体讲了啥
_WHAT_IT_SAYS = re.compile(
    r"^(?>(?:措施|计划|任务|内容|的|是|又|都|具体|详细|怎么|咋|如何|什么|啥|哪些|说|讲|写|指|做|弄|搞|了|有|意思|要求|规定|回事|呢|啊|呀|吗|吧|"
    r"一下|看看|[,，。?？!！\s])*)$"
)
_WHAT = re.compile(r"什么|啥|哪些|哪几|哪[一]?[种类个]")
_PURPOSE = re.compile(r"\s*为(?!期|止|准|主)[^。]{6,300}?(?:制定|提出|实施意见|出台|通知如下|印发|现就)[^。]*[。:：]?")
_NO_REASON = "文件没有写明为什么这样规定。"
_MAX_CLAUSES = 4
_KEPT = 256
_SPOKEN = 0.5
# How telling a name must be to be what a talk turns to
_A_TOPIC = 3.5
_FACTS: tuple[Wanted, ...] = ("count", "money", "date", "ratio", "body", "phone")
_SUPPORT = re.compile(r"资金|经费|补贴|补助|奖励|资助|津贴|费|[花要交出掏给收]钱")
# 用什么办法查
_MEANS_ASKED = re.compile(
    r"(?:什么|啥|哪些|哪种|哪几种)(?:样的)?(?:办法|方法|方式|手段|途径|渠道|法子|招)|(?:怎么|咋|如何)(?:去|来)?(?:查|管|监督|监管)"
)
_MEANS = re.compile(
    r"(?:运用|采取|采用|通过|依托|引入|借助|利用|实行|建立)[^。;；]{2,}(?:方式|办法|手段|途径|渠道|形式|机制|机构|制度)"
)
_PAUSE = re.compile(r"[,，;；。?？]")


class FollowUps:
    """Answers a question as it is meant after the turns before it."""

    def __init__(
        self,
        retriever: Retriever,
        reader: QuestionReader,
        replies: Replies,
        composer: Composer,
        respondent: Respondent,
        refuser: Refuser,
    ) -> None:
        self._retriever = retriever
        self._store = retriever.store
        self._reader = reader
        self._replies = replies
        self._composer = composer
        self._respondent = respondent
        self._refuser = refuser
        # The turns of a dialogue are answered again with every turn that follows.
        self._best_answer = lru_cache(maxsize=_KEPT)(self._weigh)

    def answer(self, question: str, thread: Thread, asked: Region | None, day: date) -> Answer:
        """Return the answer to ``question`` as it is meant after the turns of ``thread``."""
        if not thread.last:
            return self._best_answer(question, reading_of(question, thread, self._reader, as_of=day), asked, day)
        own = self._reader.read(question, as_of=day)
        about = aside(question, thread, self._reader, as_of=day)
        who = asks_only_who(own)
        of_document = own.intent.asks("reference", "basis") and not own.places
        around = self.quoted(thread, asked, day) if looks_back(question) else ""
        reading = reading_of(question, thread, self._reader, as_of=day, around=around)
        ways = reading.ways
        last = self._best_answer(thread.turn, thread.reading, asked, day)
        if not (about or who or of_document):
            nth = _NTH.search(own.text) if _answers(last) else None
            item = self._item(own, nth, last, day) if nth else None
            asked = asked or (None if own.places or thread.places else self._only_place(last))
            best = item or self._best_answer(question, reading, asked, day)
            return best if item or ways[0] == own.text else self._unsaid(own, last, best, day)
        found: Answer | None = None
        if not _answers(last):
            pass
        elif about == "repeat":
            found = last
        elif about == "source":
            found = _source(last)
        elif about == "figures":
            found = _figures(last) or last
        elif about == "reason":
            found = self._reason(question, last, day)
        elif about == "more":
            found = self._more(last, thread, day) or last
        elif who:
            found = self._responsible(ways[0], last, day)
        elif of_document:
            found = self._of_document(ways[0], own, last, day)
        return found or self._best_answer(question, reading, asked, day)

    def quoted(self, thread: Thread, asked: Region | None, day: date) -> str:
        """Return what the last answer of ``thread`` quoted, with the titles."""
        last = self._best_answer(thread.turn, thread.reading, asked, day)
        return " ".join(f"{citation.title} {citation.quote}" for citation in last.citations)

    def settled(self, turn: str, reading: Reading, asked: Region | None, day: date) -> str:
        """Return the way to read ``turn`` that its answer went by, the likeliest where none had an answer."""
        best = self._best_answer(turn, reading, asked, day)
        return best.standalone_question if _answers(best) else reading.ways[0]

    def _weigh(self, question: str, reading: Reading, asked: Region | None, day: date) -> Answer:
        """Return the answer to the likeliest way to read ``question`` that speaks of the question's own subjects.

        A turn is read alone where what the talk was about adds nothing to its evidence, or hides what it names.
        """
        ways = reading.ways
        # What an earlier turn asked is not asked again: only a turn of several parts is taken apart.
        several = bool(_PAUSE.search(question.rstrip("?？。!！ "))) or len(ways) == 1
        first = self._respondent.respond(ways[0], asked, day, several=several)
        if len(ways) == 1:
            return first
        own = self._reader.read(question, as_of=day)
        # 茶的呢: what it stands for
        own = own if own.terms or not reading.filler else self._reader.read(reading.filler, as_of=day)
        best = first
        known = any(term.known for term in own.terms) and not own.is_generic
        stands = bool(_OFF_SUBJECT.search(first.answer)) or own.is_firm or (known and own.intent.asks(*_FACTS))
        topic = self._reader.read(reading.topic, as_of=day) if reading.topic else None
        for way in ways[1:]:
            if _answers(best):
                if _speaks_of(best, own):
                    break
            elif not stands and not (_OTHER_YEARS.search(first.answer) and not own.periods):
                # Only a question with a subject of its own, or one whose subjects did not go together, stands alone.
                break
            other = self._respondent.respond(way, asked, day, several=several)
            if _answers(other) and (
                not _answers(best) or (_speaks_of(other, own) and not _leaves(best, other, own, topic))
            ):
                best = other
        if not _answers(best):
            best = self._heard(ways[0], own, best, asked, day) or best
        elif topic is not None and own.places and not own.terms:
            best = self._silent_there(topic, own, best, asked, day) or best
        alone = reading.alone
        names = any(term.weight >= _A_TOPIC for term in own.particular) and not own.is_generic
        if alone in ("", best.standalone_question) or not names or not _answers(best):
            return best
        stays = topic is not None and any(_says(best, term) for term in topic.particular)
        other = self._respondent.respond(alone, asked, day, several=several)
        if not _answers(other):
            return best
        same = not stays and other.citations[:1] == best.citations[:1]
        hidden = own.is_firm and _leads(other, own) and not _leads(best, own)
        return other if same or hidden else best

    def _heard(self, way: str, own: Question, best: Answer, asked: Region | None, day: date) -> Answer | None:
        """Return the answer to ``way`` without the words of earlier turns that no document knows."""
        carried = [
            term.surface
            for term in self._reader.read(way, as_of=day).terms
            if not term.known and not term.policy and term.surface not in own.text.lower()
        ]
        if not carried or not any(word in best.answer for word in carried):
            return None
        rest = way
        for word in carried:
            rest = rest.replace(word, "", 1)
        answer = self._respondent.respond(natural(rest), asked, day, several=False)
        return answer if _answers(answer) else None

    def _silent_there(
        self, topic: Question, own: Question, best: Answer, asked: Region | None, day: date
    ) -> Answer | None:
        """Return that the place ``own`` turns to says nothing of ``topic``, where ``best`` does neither."""
        if all(_says(best, term, titles=True) for term in topic.particular):
            return None
        there = self._respondent.respond(swap_slots(topic, own), asked, day, several=False)
        if _answers(there) or "没有提到" not in there.answer:
            return None
        return replace(there, standalone_question=best.standalone_question)

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

    def _unsaid(self, own: Question, last: Answer, best: Answer, day: date) -> Answer:
        """Return ``best``, or what the clauses of ``last`` say besides, where ``best`` says nothing new to ``own``."""
        repeats = _answers(best) and _repeats(best, last)
        way = self._reader.read(best.standalone_question, as_of=day)
        if own.intent.asks(*_FACTS) or way.intent.asks(*_FACTS):
            return best
        asks_what = bool(_WHAT.search(own.text))
        means = repeats and not own.terms and _MEANS_ASKED.search(own.text)
        if not _answers(last) or own.places or own.periods or own.quantities or not (own.terms or means):
            return best
        # 免费的吗: what one gets is told by the sentence that says so
        support = repeats and own.asks_for_support and not all(_says(best, term) for term in own.terms)
        whether = bool(support and _SUPPORT.search(own.text))
        if _answers(best) and not (repeats and (asks_what or whether or not _speaks_of(best, own))):
            return best
        clauses = list(dict.fromkeys(citation.clause_id for citation in last.citations))
        if len(clauses) > _MAX_CLAUSES:
            return best
        query = self._retriever.prepare(own.text, own.expansion)
        if means:
            choice = self._means(clauses, last.answer)
        else:
            choice = self._replies.unsaid(own, query, clauses, last.answer, whether=whether)
        if choice is None:
            return best
        return self._say(way, [Reply(slot_of(choice.quotes[0].head), choice, ())], last, day) or best

    def _means(self, clauses: Sequence[str], said: str) -> Choice | None:
        """Return the sentence of ``clauses`` that tells by what means something is done and is not in ``said``."""
        for clause in map(self._store.clause, clauses):
            for start, end in split_sentences(clause.text):
                text = clause.text[start:end]
                if _MEANS.search(text) and tidy(text) not in said:
                    return Choice((Quote(clause, self._store.heads[clause.doc_id], start, end),), 1.0)
        return None

    def _item(self, own: Question, nth: re.Match[str], last: Answer, day: date) -> Answer | None:
        """Return the item of the list in ``last`` that the turn points at, or what is asked of it."""
        items: dict[int, Quote] = {}
        for citation in last.citations:
            clause = self._store.clause(citation.clause_id)
            head = self._store.heads[citation.doc_id]
            begin, end = citation.start - clause.start, citation.end - clause.start
            for start, _ in split_sentences(clause.text):
                number = item_number(clause.text, start) if begin <= start < end else None
                if number is not None:
                    items.setdefault(number, Quote(clause, head, *item_span(clause, start)))
        if len(items) < 2:
            return None
        item = items.get(max(items) if nth["last"] else parse_cn(nth["number"]))
        rest = f"{own.text[: nth.start()]}{own.text[nth.end() :]}".strip(" ,、的")
        if item is None:
            return None
        name = strip_mark(tidy(item.clause.text[item.start : item.end].split("。")[0]))
        place = item.head.region.name if item.head.region else ""
        whole = natural(f"{place}{name},{rest}") if rest else f"{place}{name}"
        if not _WHAT_IT_SAYS.match(rest):
            told = self._respondent.respond(whole, None, day)
            return told if _answers(told) else None
        question = self._reader.read(whole, as_of=day)
        below = [Quote(c, item.head, 0, len(c.text)) for c in self._store.children(item.clause.clause_id)]
        quotes = (item, *below) if item.clause.role == "heading" else (item,)
        return self._say(question, [Reply(slot_of(item.head), Choice(quotes, 1.0), ())], last, day)

    def _reason(self, question: str, last: Answer, day: date) -> Answer:
        """Return what the documents of ``last`` say they are for, and that they give no other reason."""
        read = self._reader.read(question, as_of=day)
        scope = Scope(last.scope.regions, day)
        replies: list[Reply] = []
        for head in self._cited(last):
            for clause in self._store.clauses_of(head.doc_id):
                spans = [span for span in split_sentences(clause.text) if _PURPOSE.match(clause.text[slice(*span)])]
                if spans:
                    replies.append(Reply(slot_of(head), Choice((Quote(clause, head, *spans[0]),), 1.0), ()))
                    break
        told = self._say(read, replies, last, day)
        if told is None or not _answers(told):
            return self._refuser.refuse(read, scope, _NO_REASON, (), "refused")
        return replace(told, outcome="partial", answer=f"{_NO_REASON}文件写明的制定目的:\n{told.answer}")

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

    def _only_place(self, answer: Answer) -> Region | None:
        """Return the place whose documents ``answer`` cites, ``None`` where it cites those of several."""
        regions = {head.region for head in self._cited(answer)}
        return regions.pop() if len(regions) == 1 else None

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


def _figures(last: Answer) -> Answer | None:
    """Return the figures of ``last`` with no more words than they stand in, ``None`` where it has none."""
    lines: list[str] = []
    for citation in last.citations:
        parts = [part for part in _PAUSE.split(tidy(citation.quote)) if find_quantities(part)]
        if parts:
            lines.append(f"{','.join(parts)}[{citation.marker}]。")
    return replace(last, answer="\n".join(lines), suggestions=()) if lines else None


def _answers(answer: Answer) -> bool:
    return answer.outcome in ("answered", "partial")


def _speaks_of(answer: Answer, question: Question) -> bool:
    """True where the quotes of ``answer`` and the titles above them have the particular subjects of ``question``."""
    return all(_says(answer, term, titles=True) for term in question.particular)


def _repeats(best: Answer, last: Answer) -> bool:
    """True where ``best`` quotes nothing that ``last`` did not quote."""
    return {citation.quote for citation in best.citations} <= {citation.quote for citation in last.citations}


def _leaves(best: Answer, other: Answer, own: Question, topic: Question | None) -> bool:
    """True where ``best`` speaks of the topic of the talk and ``other`` does not, and ``own`` names no other."""
    if topic is None or not own.asks_for_support:
        return False
    kept = [term for term in topic.particular if _says(best, term)]
    told = " ".join(citation.quote for citation in best.citations)
    return bool(kept and _SUPPORT.search(told)) and not any(_says(other, term) for term in kept)


def _leads(answer: Answer, question: Question) -> bool:
    """True where the first quote of ``answer`` has the particular subjects of ``question``."""
    first = fold("".join(citation.quote for citation in answer.citations[:1]))
    return all(covers(term, first) >= _SPOKEN for term in question.particular)


def _says(answer: Answer, term: Term, *, titles: bool = False) -> bool:
    """True where the quotes of ``answer``, the headings above them or, if asked for, their titles have ``term``."""
    said = " ".join(" ".join([c.title if titles else "", c.quote, *c.heading_path]) for c in answer.citations)
    return covers(term, fold(said)) >= _SPOKEN
