"""Finds clauses by what a clerk types: words, a 文号, a clause number, a clause id, or a 文号 with a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.answer import SearchHit
from corpus.errors import NotFound
from corpus.model import Clause, Document, Target
from corpus.numbering import parse_cn
from corpus.validity import STALE, UNUSED
from indexer.store import DocumentHead
from ui.regions import UNTOLD, region_name
from ui.service import PolicyService

StateFilter = Literal["applicable", "现行", "尚未施行", "已失效", "已被废止", "被新版本取代", "规划期已结束", "未载明"]
APPLICABLE: StateFilter = "applicable"
"""The filter for documents that nothing says to be void, replaced, or not in force yet."""

MAX_DOCUMENTS = 30
"""The most documents that one reference is looked up in: 《条例》 alone would name hundreds."""

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
    """What narrows a look-up, before anything is ranked; an empty field does not."""

    region: str = ""
    kind: str = ""
    year: int | None = None
    group: str = ""
    state: str = ""
    as_of: date | None = None

    def holds(self, service: PolicyService, doc_id: str) -> bool:
        """True for documents whose state on the day ``as_of`` is the one asked for."""
        if not self.state:
            return True
        state = service.standing(doc_id, as_of=self.as_of).state
        return state not in STALE | UNUSED if self.state == APPLICABLE else state == self.state

    def admits(self, head: DocumentHead) -> bool:
        """True for documents of this kind and year of issue."""
        return (not self.kind or head.kind == self.kind) and (
            self.year is None or (head.issued is not None and head.issued.year == self.year)
        )


ANYWHERE = Filters()


def find(service: PolicyService, query: str, filters: Filters = ANYWHERE, *, k: int = 10) -> tuple[SearchHit, ...]:
    """Return up to ``k`` hits, best first.

    Without a query the clauses of the chosen group come in the order of the documents, nothing without a group.
    A reference to a document or a clause number gives those clauses in the order of the text; anything else is a
    search among what ``filters`` admit. A 文号 followed by words searches that document.
    """
    text = unicodedata.normalize("NFKC", query).strip()
    admits = gate(service, filters)
    if not text:
        return _numbered(_provided(service, filters, admits, k))
    referred = _referred(service, text, filters, admits, k) if _may_refer(text) else ()
    if referred:
        return _numbered(referred[:k])
    clause_ids = service.groups().get(filters.group, frozenset()) if filters.group else None
    region = filters.region if filters.region != UNTOLD else ""
    found = service.search(query, region=region or None, k=k, admits=admits, clause_ids=clause_ids)
    return _numbered(found[:k])


def gate(service: PolicyService, filters: Filters) -> Callable[[DocumentHead], bool]:
    """Return which documents ``filters`` admit; a region that no document is of is left to the search."""
    heads = service.heads()
    named = (one.region for one in heads if one.region and one.region.full_name == filters.region)
    chosen = next(named, None) if filters.region else None

    def admits(head: DocumentHead) -> bool:
        if filters.region == UNTOLD:
            near = head.region is None
        elif chosen is None:
            near = True
        elif head.region is None or not chosen.chain:
            near = head.region == chosen
        else:
            near = chosen.contains(head.region) or head.region.contains(chosen)
        # Last, for it looks into what other documents say.
        return near and filters.admits(head) and filters.holds(service, head.doc_id)

    return admits


def words_of(query: str) -> str:
    """Return what of ``query`` is words to find in a text: no 文号, no title, no clause number or id."""
    text = unicodedata.normalize("NFKC", query).strip()
    if not _may_refer(text):
        return query
    rest = TITLE.sub(" ", DOC_NUMBER.sub(" ", text)).strip()
    return "" if "#" in rest or LABEL.fullmatch(rest) else rest


def _may_refer(text: str) -> bool:
    return bool(REFERENCE.search(text) or (NUMBERING.search(text) and LABEL.fullmatch(text)))


def _referred(
    service: PolicyService, text: str, filters: Filters, admits: Callable[[DocumentHead], bool], k: int
) -> Sequence[SearchHit]:
    ids: list[str]
    if "#" in text:
        ids = _by_id(service, text)
    elif NUMBERING.search(text) and LABEL.fullmatch(text):
        inside = {head.doc_id for head in service.heads() if admits(head) and _lies_in(head, filters.region)}
        ids = _labelled(service, text, inside)
    else:
        meant = [(head, rest) for head in service.heads() if (rest := _rest(head, text)) is not None]
        # 《职业技能培训规划》 names the document of this title before those whose title only has it.
        meant = sorted(meant, key=lambda pair: len(pair[0].title))[:MAX_DOCUMENTS]
        words = next((rest for _, rest in meant if rest and not LABEL.fullmatch(rest)), "")
        if words:
            named = {head.doc_id for head, _ in meant}
            return service.search(words, k=k, admits=lambda head: head.doc_id in named)
        ids = []
        for head, rest in meant:
            if len(ids) < k:
                ids += _by_label(service.document(head.doc_id), rest)
    return [SearchHit(service.clause(clause_id), 1.0, rank) for rank, clause_id in enumerate(ids[:k], 1)]


def _provided(
    service: PolicyService, filters: Filters, admits: Callable[[DocumentHead], bool], k: int
) -> list[SearchHit]:
    """The first ``k`` clauses that provide for the chosen group."""
    ids = service.groups().get(filters.group, frozenset())
    allowed = {head.doc_id: position for position, head in enumerate(service.heads()) if admits(head)}
    kept = [one for one in ids if one.partition("#")[0] in allowed]
    first = sorted(kept, key=lambda one: (allowed[one.partition("#")[0]], one))[:k]
    return [SearchHit(service.clause(clause_id), 1.0, rank) for rank, clause_id in enumerate(first, 1)]


def _by_id(service: PolicyService, text: str) -> list[str]:
    wanted = text.replace(" ", "").lower()
    named = wanted.partition("#")[0]
    doc_id = next((head.doc_id for head in service.heads() if head.doc_id.lower() == named), None)
    clauses = service.document(doc_id).clauses if doc_id else ()
    begun = [clause.clause_id for clause in clauses if clause.clause_id.lower().startswith(wanted)]
    whole = [one for one in begun if one.lower() == wanted]
    below = [one for one in begun if one.lower().startswith((f"{wanted}.", f"{wanted}~"))]
    return [*whole, *below] or begun


def _labelled(service: PolicyService, label: str, doc_ids: Collection[str]) -> list[str]:
    """The clauses of ``doc_ids`` printed as ``label``, document by document, else those whose number ends so."""
    wanted = _parts(label)
    exact: list[str] = []
    ending: list[str] = []
    for printed, ids in service.labels().items():
        number = _parts(printed)
        if number == wanted:
            exact += ids
        elif wanted and number[-len(wanted) :] == wanted:
            ending += ids
    order = {doc_id: position for position, doc_id in enumerate(head.doc_id for head in service.heads())}
    settled = {one.partition("#")[0] for one in exact}
    found = [*exact, *(one for one in ending if one.partition("#")[0] not in settled)]
    kept = [one for one in found if one.partition("#")[0] in doc_ids]
    return sorted(kept, key=lambda one: order[one.partition("#")[0]])


def _by_label(document: Document, label: str) -> list[str]:
    """The clauses numbered ``label`` with what lies below them, else those whose number ends so; all for ``""``."""
    wanted = _parts(label)
    if not wanted:
        return [clause.clause_id for clause in document.clauses if clause.role not in ("title", "notice")]
    numbers = [(clause.clause_id, _parts(clause.label)) for clause in document.clauses]
    exact = [one for one, number in numbers if number == wanted]
    below = [one for one, number in numbers if number[: len(wanted)] == wanted and number != wanted]
    return [*exact, *(below if exact else [])] or [one for one, number in numbers if number[-len(wanted) :] == wanted]


def _parts(label: str) -> tuple[str | int, ...]:
    found = PART.findall(unicodedata.normalize("NFKC", label))
    return tuple(part if part in ("专栏", "附件", "前言") else parse_cn(part) for part in found)


def _rest(document: DocumentHead, text: str) -> str | None:
    """What of ``text`` is left once the document's 文号 or title is taken out, ``None`` where neither is in it."""
    if document.doc_number:
        end = _end_of(text, document.doc_number)
        if end is not None:
            return text[end:].strip()
    named = TITLE.search(text)
    if named and squeezed(named[1]) and squeezed(named[1]) in squeezed(document.title):
        rest = f"{text[: named.start()]} {text[named.end() :]}".strip()
        return "" if document.doc_number and squeezed(rest) == squeezed(document.doc_number) else rest
    return None


def _end_of(text: str, number: str) -> int | None:
    """Where ``number`` ends in ``text``, brackets and spaces aside: '遵府办函2024 19号' names 遵府办函〔2024〕19号."""
    kept = [(at, char) for at, char in enumerate(text) if char.isalnum()]
    found = "".join(char for _, char in kept).find(squeezed(number))
    return kept[found + len(squeezed(number)) - 1][0] + 1 if found >= 0 else None


def squeezed(text: str) -> str:
    """Return what of a title or 文号 decides whether two are the same: 〔2024〕19号 is [2024] 19 号."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _lies_in(document: DocumentHead, region: str) -> bool:
    return not region or region in region_name(document)


def region_choices(service: PolicyService) -> list[str]:
    """Return the regions to filter by, those of one province together; ``UNTOLD`` last where a document is so."""
    untold = any(head.region is None for head in service.heads())
    return [*sorted(service.regions()), *([UNTOLD] if untold else [])]


def figures_of(service: PolicyService, region: str | None, indicator: str | None) -> tuple[Target, ...]:
    """Return the figures of a region, ``UNTOLD`` included, and of an indicator; ``None`` or ``""`` for any."""
    if region != UNTOLD:
        return service.targets(region=region or None, indicator=indicator or None)
    untold = {head.doc_id for head in service.heads() if head.region is None}
    return tuple(one for one in service.targets(indicator=indicator or None) if one.doc_id in untold)


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
