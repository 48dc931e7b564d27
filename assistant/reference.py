"""Questions about a document itself: its 文号, who issued it and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import coverage
from assistant.question import Question
from assistant.select import Quote
from corpus.metadata import DOC_NUMBER, normalise_doc_number
from corpus.model import Document
from corpus.numbering import parse_cn
from corpus.periods import find_dates
from corpus.sentences import split_sentences
from indexer.store import DocumentHead, Store
from indexer.tokenizer import fold

_ABOUT_DOCUMENT = re.compile(
    r"文号|文件|方案|规划|意见|办法|通知|条例|解读|行动|制度|政策|公告|规定|细则|这份|这个文|发文|"
    r"印发|出台|发布|联合发|发的"
)
_NUMBER = re.compile(r"文号|发文字号|几号文|号是")
_VALIDITY = re.compile(
    r"(?:还|仍|现在|是否|是不是|还在|到现在).{0,6}(?:有效|管用|作数|算数|执行|生效|适用)|废(?:止|除|"
    r"了|没)|作废|失效|过期"
)
_CLAUSE = re.compile(r"第[零〇一二三四五六七八九十百\d]{1,6}条|专栏\s*[\d一二三四五六七八九十]{1,2}")
_EFFECT_ASKED = re.compile(
    r"(?:哪一?[天年日]|什么时候|啥时候|何时|几号|几月).{0,6}(?:施行|实施|生效|执行)|施行日期|生效日期|实施日期"
)
_EFFECT = re.compile(r"自.{2,20}起(?:施行|实施|执行|生效)|(?:施行|实施|生效)日期")
_DATE = re.compile(r"(?:什么|啥)时候|何时|哪一?[年天日]|几[号月]|日期|时间|落款")
_ISSUER = re.compile(
    r"发文(?:机关|单位)|谁(?:印发|发布|发文|出台|发)|(?:哪个|哪些|哪几个|几个|什么)(?:部门|单位|机关|"
    r"地方)?(?:联合)?(?:印发|发布|发文|出台|发)的?"
)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def about_document(question: Question) -> bool:
    """True where the question asks for a document's own data."""
    if question.intent.asks("basis"):
        return False
    named = _ABOUT_DOCUMENT.search(question.text) or DOC_NUMBER.search(question.text)
    return question.intent.asks("reference") and bool(named)


def clause_asked(question: Question, heads: Sequence[DocumentHead], store: Store) -> list[Quote]:
    """Return the clause that the question names by its number (第十七条, 专栏1) and, for a bare heading, its items."""
    found = _CLAUSE.search(question.text)
    head = meant(question, heads) if found else None
    if found is None or head is None:
        return []
    wanted = _standard_label(found.group())
    for clause in store.clauses_of(head.doc_id):
        if _standard_label(clause.label) == wanted:
            items = store.children(clause.clause_id) if clause.role == "heading" else []
            return [Quote(item, head, 0, len(item.text)) for item in (clause, *items)]
    return []


def _standard_label(label: str) -> str:
    """Return a label with Arabic numbers in place of Chinese ones: 第十七条 → 第17条."""
    return re.sub("[零〇一二三四五六七八九十百]+", lambda match: str(parse_cn(match.group())), re.sub(r"\s", "", label))


def effective_day(question: Question, heads: Sequence[DocumentHead], store: Store) -> Quote | None:
    """Return the sentence that says from when the document meant is in force."""
    head = meant(question, heads) if _EFFECT_ASKED.search(question.text) else None
    if head is None:
        return None
    for clause in store.clauses_of(head.doc_id):
        for start, end in split_sentences(clause.text):
            if _EFFECT.search(clause.text[start:end]):
                return Quote(clause, head, start, end)
    return None


def basis(question: Question, heads: Sequence[DocumentHead], store: Store) -> Quote | None:
    """Return the sentence that names what the document meant rests on."""
    head = meant(question, heads) if question.intent.asks("basis") else None
    relation = next((r for r in store.relations(head.doc_id) if r.kind == "依据"), None) if head else None
    if head is None or relation is None:
        return None
    clause = store.clause(relation.clause_id)
    for start, end in split_sentences(clause.text):
        if start <= relation.start - clause.start < end:
            return Quote(clause, head, start, end)
    return None


def asks_validity(question: Question) -> bool:
    """True where the question asks whether a document still holds (还有效吗, 废了没)."""
    return bool(_VALIDITY.search(question.text)) and bool(
        _ABOUT_DOCUMENT.search(question.text) or DOC_NUMBER.search(question.text)
    )


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a document says of itself: ``statement``, and the ``quote`` that shows it.

    ``quote`` is ``None`` where the document does not print what is asked.
    """

    statement: str
    quote: Quote | None
    head: DocumentHead


def answer_about(question: Question, heads: Sequence[DocumentHead], store: Store) -> list[Attribute]:
    """Return what is asked of the document meant: its 文号, issuers and date, one or more.

    Nothing where it is not clear which document is meant.
    """
    head = meant(question, heads)
    if head is None:
        return []
    document = store.document(head.doc_id)
    readers = {_NUMBER: _number_of, _ISSUER: _issuers_of, _DATE: _day_of}
    asked = [pattern for pattern in readers if pattern.search(question.raw)]
    if not asked:
        # In a follow-up the attribute asked for now stands last (…的文号,什么时候发的).
        asked = [max(readers, key=lambda pattern: _last(pattern, question.text))]
    return [readers[pattern](document, head) for pattern in asked]


def _number_of(document: Document, head: DocumentHead) -> Attribute:
    quote = _find(document, head, head.doc_number) if head.doc_number else None
    return Attribute(f"文号是{quote.text}" if quote else "没有印出文号", quote, head)


def _issuers_of(document: Document, head: DocumentHead) -> Attribute:
    quote = _find(document, head, *head.issuers) if head.issuers else None
    return Attribute(f"发文机关是{'、'.join(head.issuers)}" if quote else "没有印出发文机关", quote, head)


def _day_of(document: Document, head: DocumentHead) -> Attribute:
    for clause in document.clauses if head.issued else ():
        for mention in find_dates(clause.text) if clause.role == "notice" else ():
            if mention.value == head.issued:
                day = mention.value
                quote = Quote(clause, head, mention.start, mention.end)
                return Attribute(f"{day.year}年{day.month}月{day.day}日印发", quote, head)
    return Attribute("没有印出成文日期", None, head)


def meant(question: Question, heads: Sequence[DocumentHead]) -> DocumentHead | None:
    """Return the document that the question means by its 文号 or the words of its title, ``None`` where unclear."""
    number = normalise_doc_number(question.text)
    named = [head for head in heads if number and head.doc_number and number.endswith(head.doc_number)]
    if len(named) == 1:
        return named[0]
    if len(heads) == 1:
        return heads[0]
    ranked = sorted(
        ((coverage(question.terms, fold(head.title)), head) for head in heads),
        key=lambda pair: (-pair[0], pair[1].doc_id),
    )
    if ranked and ranked[0][0] >= 0.5 and (len(ranked) == 1 or ranked[0][0] > ranked[1][0]):
        return ranked[0][1]
    return None


def _find(document: Document, head: DocumentHead, *wanted: str) -> Quote | None:
    """Return the shortest quote that holds all of ``wanted`` in order; signatures and records before titles."""
    pattern = re.compile(r"[\s\S]{0,80}?".join(r"\s*".join(map(re.escape, part)) for part in wanted))
    for clause in sorted(document.clauses, key=lambda clause: clause.role != "notice"):
        match = pattern.search(clause.text)
        if match:
            return Quote(clause, head, match.start(), match.end())
    return None
