"""Finds clauses by what a clerk types: words, a 文号, a clause number, a clause id, or a 文号 with a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.answer import SearchHit
from corpus.errors import NotFound
from corpus.model import Clause, Document
from corpus.numbering import parse_cn
from corpus.validity import STALE, UNUSED
from ui.service import PolicyService

StateFilter = Literal["applicable", "现行", "尚未施行", "已失效", "已被废止", "被新版本取代", "规划期已结束", "未载明"]
APPLICABLE: StateFilter = "applicable"
"""The filter for documents that nothing says to be void, replaced, or not in force yet."""

MAX_K = 100
"""The most hits of one look-up; a filter picks among this many."""

_CN = "零〇一二三四五六七八九十百"
_SIGNS = rf"\s\d{_CN}第章节条款项部分之是、,.()"

# '三、(四)', '第二条', '专栏2 1', '2.5.17' -> a clause number and nothing else
LABEL = re.compile(rf"(?:[{_SIGNS}]|专栏|附件|前言)*")

# '三、(四)' -> '三', '四'; '专栏2、1' -> '专栏', '2', '1'
PART = re.compile(rf"专栏|附件|前言|\d+|[{_CN}]+")

# what tells a number from a word: '三、', '(四)', '第五条', '专栏2', '2.1'
NUMBERING = re.compile(rf"[{_CN}]、|\([{_CN}]+\)|第[{_CN}\d]+[章节条款项部]|专栏|附件|前言|\d\.\d")

# '遵府办函〔2024〕19号', '《实施方案》' or 'zunyi#2.1': worth a look at the documents
REFERENCE = re.compile(r"\d\s*号|《[^》]+》|#")

# '辽人社发〔2022〕20号 三、(四)' -> '辽人社发〔2022〕20号'
DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]*[〔\[(【]?\d{4}[〕\])】]?第?\s*\d+\s*号")

# '《技能遵义行动》' -> '技能遵义行动'
TITLE = re.compile(r"《([^》]+)》?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a look-up; an empty field does not."""

    region: str = ""
    kind: str = ""
    year: int | None = None
    state: str = ""
    as_of: date | None = None

    @property
    def is_narrow(self) -> bool:
        """True where not every document of the region is admitted."""
        return bool(self.kind or self.year is not None or self.state)

    def holds(self, service: PolicyService, doc_id: str) -> bool:
        """True for documents whose state on the day ``as_of`` is the one asked for."""
        if not self.state:
            return True
        state = service.standing(doc_id, as_of=self.as_of).state
        return state not in STALE | UNUSED if self.state == APPLICABLE else state == self.state

    def admits(self, document: Document) -> bool:
        """True for documents of this kind and year of issue; the region is the search's own affair."""
        return (not self.kind or document.kind == self.kind) and (
            self.year is None or (document.issued is not None and document.issued.year == self.year)
        )


ANYWHERE = Filters()


def find(service: PolicyService, query: str, filters: Filters = ANYWHERE, *, k: int = 10) -> tuple[SearchHit, ...]:
    """Return up to ``k`` hits, best first.

    A reference to a document or a clause number gives those clauses in the order of the text; anything else is a
    search. A 文号 followed by words searches that document.
    """
    text = unicodedata.normalize("NFKC", query).strip()
    referred = _referred(service, text, filters, k) if _may_refer(text) else ()
    if referred:
        return _numbered(referred[:k])
    if not filters.is_narrow:
        return service.search(query, region=filters.region or None, k=k)
    admitted = {
        document.doc_id
        for document in service.documents()
        if filters.admits(document) and filters.holds(service, document.doc_id)
    }
    found = service.search(query, region=filters.region or None, k=MAX_K)
    return _numbered([hit for hit in found if hit.citation.doc_id in admitted][:k])


def words_of(query: str) -> str:
    """Return what of ``query`` is words to find in a text: no 文号, no title, no clause number or id."""
    text = unicodedata.normalize("NFKC", query).strip()
    if not _may_refer(text):
        return query
    rest = TITLE.sub(" ", DOC_NUMBER.sub(" ", text)).strip()
    return "" if "#" in rest or LABEL.fullmatch(rest) else rest


def _may_refer(text: str) -> bool:
    return bool(REFERENCE.search(text) or (NUMBERING.search(text) and LABEL.fullmatch(text)))


def _referred(service: PolicyService, text: str, filters: Filters, k: int) -> Sequence[SearchHit]:
    documents = service.documents()
    if "#" in text:
        clauses = _by_id(documents, text)
    elif NUMBERING.search(text) and LABEL.fullmatch(text):
        inside = [
            one
            for one in documents
            if filters.admits(one) and _lies_in(one, filters.region) and filters.holds(service, one.doc_id)
        ]
        clauses = [clause for one in inside for clause in _by_label(one, text)]
    else:
        meant = [(one, rest) for one in documents if (rest := _rest(one, text)) is not None]
        words = next((rest for _, rest in meant if rest and not LABEL.fullmatch(rest)), "")
        if words:
            ids = {one.doc_id for one, _ in meant}
            return [hit for hit in service.search(words, k=MAX_K) if hit.citation.doc_id in ids]
        clauses = [clause for one, rest in meant for clause in _by_label(one, rest)]
    return [SearchHit(service.clause(clause.clause_id), 1.0, rank) for rank, clause in enumerate(clauses[:k], 1)]


def _by_id(documents: Sequence[Document], text: str) -> list[Clause]:
    wanted = text.replace(" ", "").lower()
    begun = [c for one in documents for c in one.clauses if c.clause_id.lower().startswith(wanted)]
    whole = [c for c in begun if c.clause_id.lower() == wanted]
    below = [c for c in begun if c.clause_id.lower().startswith((f"{wanted}.", f"{wanted}~"))]
    return [*whole, *below] or begun


def _by_label(document: Document, label: str) -> list[Clause]:
    """The clauses numbered ``label`` with what lies below them, else those whose number ends so; all for ``""``."""
    wanted = _parts(label)
    if not wanted:
        return [clause for clause in document.clauses if clause.role not in ("title", "notice")]
    numbers = [(clause, _parts(clause.label)) for clause in document.clauses]
    exact = [clause for clause, number in numbers if number == wanted]
    below = [clause for clause, number in numbers if number[: len(wanted)] == wanted and number != wanted]
    return [*exact, *(below if exact else [])] or [c for c, number in numbers if number[-len(wanted) :] == wanted]


def _parts(label: str) -> tuple[str | int, ...]:
    found = PART.findall(unicodedata.normalize("NFKC", label))
    return tuple(part if part in ("专栏", "附件", "前言") else parse_cn(part) for part in found)


def _rest(document: Document, text: str) -> str | None:
    """What of ``text`` is left once the document's 文号 or title is taken out, ``None`` where neither is in it."""
    if document.doc_number:
        end = _end_of(text, document.doc_number)
        if end is not None:
            return text[end:].strip()
    named = TITLE.search(text)
    if named and _squeezed(named[1]) and _squeezed(named[1]) in _squeezed(document.title):
        rest = f"{text[: named.start()]} {text[named.end() :]}".strip()
        return "" if document.doc_number and _squeezed(rest) == _squeezed(document.doc_number) else rest
    return None


def _end_of(text: str, number: str) -> int | None:
    """Where ``number`` ends in ``text``, brackets and spaces aside: '遵府办函2024 19号' names 遵府办函〔2024〕19号."""
    kept = [(at, char) for at, char in enumerate(text) if char.isalnum()]
    found = "".join(char for _, char in kept).find(_squeezed(number))
    return kept[found + len(_squeezed(number)) - 1][0] + 1 if found >= 0 else None


def _squeezed(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _lies_in(document: Document, region: str) -> bool:
    return not region or (document.region is not None and region in document.region.full_name)


def _numbered(hits: Sequence[SearchHit]) -> tuple[SearchHit, ...]:
    return tuple(
        replace(hit, rank=rank, citation=replace(hit.citation, marker=rank)) for rank, hit in enumerate(hits, start=1)
    )


def neighbours(document: Document, clause_id: str) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after one in the text, titles and covering letters left out.

    Raises:
        NotFound: the document has no such clause.

    """
    clauses = [c for c in document.clauses if c.role not in ("title", "notice") or c.clause_id == clause_id]
    at = next((n for n, clause in enumerate(clauses) if clause.clause_id == clause_id), None)
    if at is None:
        raise NotFound(f"没有编号为 {clause_id} 的条款", hint="请从查询结果里打开条款")
    return clauses[at - 1] if at else None, clauses[at + 1] if at + 1 < len(clauses) else None
