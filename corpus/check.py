"""What is missing or doubtful in the metadata and the structure of documents, each finding with its evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Literal, Protocol

from corpus.evidence import Evidence, find_evidence
from corpus.model import Clause, Document
from corpus.regions import Gazetteer

Severity = Literal["missing", "doubtful", "notice"]

SEVERITIES: dict[Severity, str] = {"missing": "缺少", "doubtful": "存疑", "notice": "提醒"}

LONG_CLAUSE = 3000
"""A clause of more characters is hard to cite and probably holds headings that were not recognised."""

NOISE_SHARE = 0.4
"""A larger part of the text that is page furniture or repeated is worth a look."""

# 辽人社发〔2022〕20号 -> 2022
_YEAR = re.compile(r"〔(\d{4})〕")
# What a decoder puts where bytes do not fit.
_REPLACEMENT = "\ufffd"
# 二 · 十一 · 第三章
_OUTER = re.compile(r"[一二三四五六七八九十]+|第[^、]+[编章节]")
_SENTENCE = re.compile(r"[。；;：:,，]")
_SHORT = 30
_QUOTE = 60
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at in a document.

    ``code`` is a stable name; ``message`` and ``hint`` are Chinese; ``evidence`` is the place in the text where there
    is one; ``field`` is the field to correct where one is missing; ``others`` are the ids of the documents concerned
    besides.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    evidence: Evidence | None = None
    field: str = ""
    others: tuple[str, ...] = ()


def check_document(
    document: Document, gazetteer: Gazetteer, day: date, *, settled: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Return what is missing or doubtful in ``document`` as of ``day``, what is missing first.

    A field in ``settled``, corrected by hand, is not missing where the document has none.
    """
    evidence = find_evidence(document, gazetteer)
    found = [*_missing(document, settled, gazetteer), *_dates(document, evidence, day), *_structure(document)]
    order = list(SEVERITIES)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


class Known(Protocol):
    """What of a document is compared with others: itself or its head."""

    @property
    def doc_id(self) -> str: ...

    @property
    def doc_number(self) -> str | None: ...

    @property
    def sha256(self) -> str: ...


def check_shared(documents: Iterable[Known]) -> dict[str, tuple[Finding, ...]]:
    """Return, by doc_id, what shows only beside other documents: the same 文号, or the same text, twice."""
    by_number: dict[str, list[str]] = defaultdict(list)
    by_text: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, str] = {}
    for document in documents:
        if document.doc_number:
            by_number[document.doc_number].append(document.doc_id)
            numbers[document.doc_id] = document.doc_number
        by_text[document.sha256].append(document.doc_id)
    found: dict[str, list[Finding]] = defaultdict(list)
    for number, ids in by_number.items():
        for doc_id in ids if len(ids) > 1 else ():
            others = tuple(one for one in ids if one != doc_id)
            found[doc_id].append(
                Finding(
                    "same_number",
                    "doubtful",
                    f"文号 {number} 与另外 {len(others)} 份文件相同:{'、'.join(others[:5])}",
                    "如果是同一文件的两个版本,请删除旧的;如果是解读等另一份文件,请把它的文号改为 无。",
                    others=others,
                )
            )
    for ids in by_text.values():
        for doc_id in ids if len(ids) > 1 else ():
            others = tuple(one for one in ids if one != doc_id)
            message = f"内容与 {'、'.join(others[:5])} 完全相同"
            found[doc_id].append(Finding("same_text", "doubtful", message, "请只保留一份。", others=others))
    return {doc_id: tuple(findings) for doc_id, findings in found.items()}


def _missing(document: Document, settled: Collection[str], gazetteer: Gazetteer) -> Iterable[Finding]:
    if _title_is_file_name(document):
        message = f"没有读出标题,暂用文件名:{document.title}"
        yield Finding("no_title", "missing", message, evidence=_opening(document), field="title")
    for field, message, hint in (
        ("doc_number", "没有读出文号", "本来就没有文号的,把文号改为 无 即不再提示。"),
        ("issuers", "没有读出发文机关", ""),
        (
            "region",
            "没有读出地区",
            "在写明之前,不当作任何地方的规定;请写明所属地区,全国适用的写 国家。",
        ),
        ("issued", "没有读出成文日期", ""),
    ):
        if getattr(document, field) in (None, ()) and field not in settled:
            open_name = _open_name(document, gazetteer) if field == "region" else None
            if open_name is not None:
                evidence, places = open_name
                several = "、".join(places[:_PLACES]) + ("等" if len(places) > _PLACES else "")
                message += f":“{evidence.quote}”可能是{several}"
            yield Finding(f"no_{field}", "missing", message, hint, open_name and open_name[0], field=field)


def _open_name(document: Document, gazetteer: Gazetteer) -> tuple[Evidence, list[str]] | None:
    """Return the name of a place in the issuer or the title that several places share, with their full names."""
    for source in (*document.issuers[:1], document.title):
        for mention in gazetteer.find(source):
            if mention.ambiguous and (start := document.text.find(mention.surface)) >= 0:
                evidence = Evidence(start, start + len(mention.surface), mention.surface)
                return evidence, [region.full_name for region in mention.candidates]
    return None


def _dates(document: Document, evidence: dict[str, Evidence], day: date) -> Iterable[Finding]:
    issued, effective, expires = document.issued, document.effective, document.expires
    check = "请对照原文核对日期。"
    if issued and issued > day:
        yield Finding("issued_in_future", "doubtful", f"成文日期 {issued} 还没有到", check, evidence.get("issued"))
    if issued and effective and effective < issued:
        message = f"施行日期 {effective} 早于成文日期 {issued}"
        yield Finding("date_order", "doubtful", message, check, evidence.get("effective"))
    for name, begin in (("施行日期", effective), ("成文日期", issued)):
        if expires and begin and expires < begin:
            message = f"失效日期 {expires} 早于{name} {begin}"
            yield Finding("date_order", "doubtful", message, check, evidence.get("expires"))
            break
    year = _YEAR.search(document.doc_number or "")
    if year and issued and abs(int(year[1]) - issued.year) > 1:
        message = f"文号的年份是 {year[1]},成文日期是 {issued}"
        yield Finding("number_year", "doubtful", message, check, evidence.get("doc_number"))
    if expires and expires < day:
        yield Finding(
            "expired", "notice", f"有效期已于 {expires} 届满", "请确认是否已有新文件。", evidence.get("expires")
        )


def _structure(document: Document) -> Iterable[Finding]:
    body = [clause for clause in document.clauses if clause.role in ("body", "table", "preamble")]
    if not body:
        yield Finding("no_clauses", "doubtful", "没有切分出正文条款", "请检查文件是否完整。", _opening(document))
    parents = {clause.parent_id for clause in document.clauses}
    bare = [clause for clause in document.clauses if clause.clause_id not in parents and _is_bare(clause)]
    if bare:
        labels = "、".join(clause.label for clause in bare[:5]) + ("等" if len(bare) > 5 else "")
        yield Finding(
            "bare_heading", "doubtful", f"{len(bare)} 个标题下面没有条文:{labels}", "正文可能有缺失。", _start(bare[0])
        )
    for clause in document.clauses:
        if len(clause.text) > LONG_CLAUSE:
            message = f"条款 {clause.label} 有 {len(clause.text)} 字"
            yield Finding("long_clause", "doubtful", message, "里面的小标题可能没有认出来。", _start(clause))
    noise = [one for one in document.noise if one.kind != "blank"]
    share = sum(one.end - one.start for one in noise) / max(len(document.text), 1)
    if share > NOISE_SHARE:
        largest = max(noise, key=lambda one: one.end - one.start)
        quote = document.text[largest.start : largest.start + _QUOTE]
        yield Finding(
            "much_noise",
            "doubtful",
            f"全文的 {share:.0%} 被当作网页导航或重复内容略去",
            "如果略去的是正文,请另存一份只有正文的文件再收录。",
            Evidence(largest.start, largest.start + len(quote), quote),
        )
    if (at := document.text.find(_REPLACEMENT)) >= 0:
        start = max(0, at - 10)
        quote = document.text[start : at + 10]
        yield Finding(
            "damaged_text",
            "doubtful",
            "原文有无法识别的字符",
            "编码可能不对。",
            Evidence(start, start + len(quote), quote),
        )


def _is_bare(clause: Clause) -> bool:
    """True for an outer heading without a sentence of its own; an item of a list (1.身份证) is none."""
    return clause.role == "heading" or (
        clause.role == "body"
        and bool(_OUTER.fullmatch(clause.label))
        and len(clause.text.strip()) <= _SHORT
        and not _SENTENCE.search(clause.text)
    )


def _title_is_file_name(document: Document) -> bool:
    name = PurePosixPath(document.source.rpartition("/")[2] or document.source)
    return document.title in (name.stem, name.name) and document.title not in document.text


def _opening(document: Document) -> Evidence | None:
    start = len(document.text) - len(document.text.lstrip())
    quote = document.text[start : start + _QUOTE]
    return Evidence(start, start + len(quote), quote) if quote else None


def _start(clause: Clause) -> Evidence:
    quote = clause.text[:_QUOTE]
    return Evidence(clause.start, clause.start + len(quote), quote)
