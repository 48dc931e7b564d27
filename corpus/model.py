"""The domain model: a document, its clauses, what is noise, and the facts found in it.

Everything here is frozen. Offsets count characters (code points) of ``Document.text``, the raw text as read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

ClauseRole = Literal["title", "preamble", "heading", "body", "table", "notice"]
"""What a clause is: ``title`` of the document; ``preamble`` before the first numbered heading; ``heading`` a
numbered line without a sentence of its own; ``body`` running text; ``table`` a 专栏 of short cells;
``notice`` the covering letter, signature, date line and contact of a 通知."""

NoiseKind = Literal["blank", "furniture", "repeat"]
"""``blank`` white space between clauses; ``furniture`` of a web page; ``repeat`` a second copy of the body."""

DocumentKind = Literal["规划", "方案", "意见", "通知", "办法", "条例", "规定", "细则", "解读", "公告", "法律", "其他"]


@dataclass(frozen=True, slots=True)
class Region:
    """A place with its administrative chain, outermost first: ``("贵州省", "遵义市")``. ``()`` means 国家.

    Where a document does not tell its place, its region is ``None``, which is neither 国家 nor any other place.
    """

    chain: tuple[str, ...]

    @property
    def name(self) -> str:
        """The innermost name, ``遵义市``; ``国家`` for the whole country."""
        return self.chain[-1] if self.chain else "国家"

    @property
    def full_name(self) -> str:
        """The chain joined, ``贵州省遵义市``."""
        return "".join(self.chain) or "国家"

    def contains(self, other: Region) -> bool:
        """True where ``other`` is this place or lies inside it."""
        return other.chain[: len(self.chain)] == self.chain


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the heading tree with the text that is its own, up to its first child.

    ``clause_id`` is ``{doc_id}#{numbering}``; ``label`` is the numbering as printed (``三、(四)``);
    ``heading_path`` holds the headings from the outermost down to this clause's own heading (where it has one).
    ``document.text[start:end] == text``.
    """

    clause_id: str
    doc_id: str
    label: str
    heading_path: tuple[str, ...]
    role: ClauseRole
    start: int
    end: int
    text: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Noise:
    """A marked span of the raw text that is no part of the policy."""

    start: int
    end: int
    kind: NoiseKind


@dataclass(frozen=True, slots=True)
class SourceMetadata:
    """What a file says of its document apart from the text: the fields of a record, the information table of a page.

    Values stand as printed; ``""`` and ``()`` mean that the file does not say. ``origin`` names the place, in Chinese
    (``网页信息表``); ``attachments`` are names of files that a page links to and that are not part of the text.
    """

    title: str = ""
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    region: str = ""
    issued: str = ""
    effective: str = ""
    expires: str = ""
    index_number: str = ""
    attachments: tuple[str, ...] = ()
    url: str = ""
    origin: str = ""


SAYS_NOTHING = SourceMetadata()


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text. Clauses and noise, sorted by ``start``, tile ``text`` without gap or overlap.

    ``text`` is the text of the file as its format gives it; ``said`` is what the file says apart from that text, kept
    so that the stored text can be read anew.
    """

    doc_id: str
    title: str
    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: DocumentKind
    source: str
    sha256: str
    text: str
    clauses: tuple[Clause, ...]
    noise: tuple[Noise, ...]
    said: SourceMetadata = SAYS_NOTHING


Measure = Literal["累计", "年均", "新增", "总量", "比例", "完成情况", "其他"]
Bound = Literal["", "以上", "以下", "左右", "不少于", "不超过", "超过", "至少", "达到", "力争"]


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that a clause sets or reports.

    ``indicator`` is what is counted, in the clause's words (``高技能人才``); ``value`` and ``high`` (for 1-2家)
    are in ``unit`` after normalisation (12万人次 → 120000 人次; 60% → 60 %; 1/3 → value None, ``figure`` keeps it);
    ``figure`` is the printed form (``9万人以上``); ``period`` is (first year, last year), ``None`` if not stated;
    ``start``/``end`` is the verbatim span of the figure in the raw text and ``sentence_start``/``sentence_end``
    the smallest sentence part that can be quoted with its meaning.
    """

    doc_id: str
    clause_id: str
    region: str
    indicator: str
    figure: str
    value: Decimal | None
    high: Decimal | None
    unit: str
    bound: str
    measure: Measure
    period: tuple[int | None, int | None]
    period_text: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who gets what on which condition, as a clause says it; ``start``/``end`` is the verbatim sentence."""

    doc_id: str
    clause_id: str
    region: str
    groups: tuple[str, ...]
    benefit: str
    conditions: tuple[str, ...]
    exclusions: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is responsible for a clause's task: ``lead`` first, then ``others``; the span of the statement."""

    doc_id: str
    clause_id: str
    task: str
    lead: str
    others: tuple[str, ...]
    start: int
    end: int


RelationKind = Literal["依据", "转发", "解读", "修订", "废止"]


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge from this document to another, known by title and/or 文号, with the span that says so.

    ``partial`` is true where only a part of the other is meant (《…》第三条同时废止).
    """

    doc_id: str
    kind: RelationKind
    title: str
    doc_number: str | None
    clause_id: str
    start: int
    end: int
    partial: bool = False


StatementKind = Literal["施行", "有效期", "试行", "失效", "有效", "修订", "规划期"]
"""``施行`` begins to apply; ``有效期`` stops to apply; ``试行`` on trial; ``失效``/``有效`` the page or title says that
it no longer, or still, holds; ``修订`` the day of an amendment; ``规划期`` the last day of the period a plan is for."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says of its own validity, with the verbatim span; ``clause_id`` is ``""`` in page furniture.

    ``day`` is ``None`` where none is printed or can be counted (疫情结束后失效); ``printed`` is false where the day was
    counted (有效期5年) and does not stand in the text. For 有效期 it is the last day of validity.
    """

    doc_id: str
    kind: StatementKind
    day: date | None
    clause_id: str
    start: int
    end: int
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """A document's text in a few hundred bytes, for finding the same text elsewhere (``corpus/duplicates.py``).

    ``sketch`` and ``figures`` are MinHash sketches in hex of the body's character 5-grams and of its figures;
    ``size`` is the number of distinct 5-grams and ``digest`` a hash of the folded body.
    """

    doc_id: str
    digest: str
    size: int
    sketch: str
    figures: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything extracted from one document, each kind in text order, and the sketch of its text."""

    targets: tuple[Target, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    duties: tuple[Duty, ...] = ()
    relations: tuple[Relation, ...] = ()
    statements: tuple[Statement, ...] = ()
    signature: Signature | None = None
