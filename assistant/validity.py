"""Whether a document still holds: what it, or another document, says of it; never what its age suggests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.currency import Currency, inner
from assistant.question import Question
from assistant.reference import meant
from assistant.select import Quote
from corpus.metadata import normalise_doc_number
from corpus.validity import Standing
from indexer.store import DocumentHead

_NAMED = re.compile(r"《(?P<title>[^《》\n]{2,120})》")
_MAX_DOCUMENTS = 3
_WORDS = {
    "现行": "仍在施行",
    "尚未施行": "尚未施行",
    "已失效": "已经失效",
    "已被废止": "已被废止",
    "被新版本取代": "已被新版本取代",
    "规划期已结束": "规划期已结束",
    "未载明": "未载明是否有效",
}
_ASK = "是否另有修改或废止,请以发文机关公布的为准。"
_SILENT = "现有文件没有写明有效期,也没有写明是否已被修改或废止(未载明),不能凭发文时间推断,请以发文机关公布的为准。"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement without a source, and the quotes that it rests on."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Validity:
    """What to say of the documents meant; ``stated`` is false where nothing states whether they hold."""

    verdicts: tuple[Verdict, ...]
    stated: bool
    text: str = ""


def validity(question: Question, heads: Sequence[DocumentHead], currency: Currency, day: date) -> Validity:
    """Return whether the documents that ``question`` means among ``heads`` hold on ``day``.

    A document that is not in the index is answered for by one of the index that says it is repealed.
    """
    number, named = normalise_doc_number(question.text), _NAMED.search(question.text)
    head = meant(question, heads)
    known = head is not None and (number is None or (head.doc_number is not None and number.endswith(head.doc_number)))
    if number and not known:
        return _unknown(number, number, "", currency)
    if head is None and named:
        found = _unknown(f"《{inner(named['title'])}》", None, named["title"], currency)
        if found.stated or not heads:
            return found
    chosen = [head] if head is not None else list(heads) if len(heads) <= _MAX_DOCUMENTS else []
    stood = [(one, currency.standing(one.doc_id, day)) for one in chosen]
    said = [(one, found) for one, found in stood if found.state != "未载明"]
    if not said:
        return Validity((), False, _silent(stood, currency))
    verdicts = [_verdict(one, found, currency) for one, found in stood]
    return Validity(tuple(verdicts), True, _ASK)


def _verdict(head: DocumentHead, found: Standing, currency: Currency) -> Verdict:
    quotes = tuple(quote for quote in map(currency.quote, found.evidence) if quote is not None)
    return Verdict(f"《{inner(head.title)}》{_WORDS[found.state]}:{found.note}。", quotes)


def _silent(stood: Sequence[tuple[DocumentHead, Standing]], currency: Currency) -> str:
    if len(stood) != 1:
        return _SILENT
    head, found = stood[0]
    return (
        f"《{inner(head.title)}》未载明是否有效:{found.note}。没有写明有效期的,不能凭发文时间推断是否失效,"
        "请以发文机关公布的为准。"
    )


def _unknown(name: str, number: str | None, title: str, currency: Currency) -> Validity:
    found = currency.repeals_of(number, title)
    quotes = [quote for quote in map(currency.quote_of, found) if quote is not None][:1]
    if not quotes:
        return Validity((), False, f"现有文件没有收录{name},也没有写明它是否有效或已被废止。")
    by = quotes[0].head
    return Validity((Verdict(f"《{inner(by.title)}》写明{name}废止。", tuple(quotes)),), True, _ASK)
