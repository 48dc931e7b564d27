"""What the librarian says, as plain dictionaries for the command line, the API and the page, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.librarian import Change, Checked, Outcome, Preview, Review
from corpus.check import SEVERITIES, Finding, Severity
from corpus.edits import FIELDS, text_of
from corpus.evidence import Evidence
from corpus.model import Clause, Document
from ui.render import INNER_TITLE, clean, one_line
from ui.serialize import Payload, document_payload

STATUSES = {
    "added": "已收录",
    "replaced": "已换成新版本",
    "unchanged": "没有变化",
    "edited": "已修订",
    "removed": "已删除",
    "refused": "没有收录",
}

OPENING = 40
"""How much of a clause stands in the tree, in characters."""

INDENT = "  "


def change_payload(change: Change) -> Payload:
    """What a change did."""
    return {
        "outcomes": [outcome_payload(outcome) for outcome in change.outcomes],
        "documents": change.documents,
        "clauses": change.clauses,
        "seconds": round(change.seconds, 3),
        "generation": change.generation or None,
    }


def outcome_payload(outcome: Outcome) -> Payload:
    """What became of one document or file."""
    return {
        "name": outcome.name,
        "status": outcome.status,
        "doc_id": outcome.doc_id or None,
        "title": outcome.title,
        "clause_count": outcome.clauses,
        "message": outcome.message,
        "hint": outcome.hint,
        "warnings": [finding_payload(finding) for finding in outcome.findings],
    }


def preview_payload(preview: Preview) -> Payload:
    """What an upload would bring."""
    return {
        "documents": [review_payload(review) for review in preview.reviews],
        "refused": [{"name": name, "message": why} for name, why in preview.refused],
    }


def review_payload(review: Review) -> Payload:
    """A document with all that helps to judge it."""
    document = review.document
    return {
        "document": document_payload(document, len(document.clauses)),
        "fields": [field_payload(review, field) for field in FIELDS],
        "clauses": [
            {
                "clause_id": clause.clause_id,
                "label": clause.label,
                "depth": depth,
                "role": clause.role,
                "characters": len(clause.text),
                "opening": one_line(clause.text)[:OPENING],
                "start": clause.start,
                "end": clause.end,
            }
            for clause, depth in tree(document)
        ],
        "warnings": [finding_payload(finding) for finding in review.findings],
        "relations": [
            {
                "kind": one.kind,
                "title": one.title,
                "doc_number": one.doc_number,
                "clause_id": one.clause_id,
                "quote": document.text[one.start : one.end],
                "start": one.start,
                "end": one.end,
            }
            for one in review.relations
        ],
        "conflict": review.conflict or None,
        "same_as": review.twin or None,
    }


def field_payload(review: Review, field: str) -> Payload:
    """A field of the metadata: its value, whether it was corrected, and where it was read."""
    edited = field in review.edits
    return {
        "field": field,
        "name": FIELDS[field],
        "value": text_of(review.document, field),
        "edited": edited,
        "read": review.read.get(field, "") if edited else None,
        "origin": review.origins.get(field) or None,
        **_place(review.evidence.get(field)),
    }


def finding_payload(finding: Finding) -> Payload:
    """Something missing or doubtful."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "field": finding.field or None,
        "others": list(finding.others),
        **_place(finding.evidence),
    }


def check_payload(checked: Sequence[Checked]) -> Payload:
    """The quality of the metadata, document by document, and how many findings there are of each severity."""
    return {
        "documents": [
            {"doc_id": one.doc_id, "title": one.title, "findings": [finding_payload(found) for found in one.findings]}
            for one in checked
        ],
        "counts": counts(checked),
    }


def counts(checked: Iterable[Checked]) -> dict[Severity, int]:
    """How many findings there are of each severity."""
    found = [finding.severity for one in checked for finding in one.findings]
    return {severity: found.count(severity) for severity in SEVERITIES}


def tree(document: Document) -> Iterator[tuple[Clause, int]]:
    """The clauses in the order of the text, each with its depth, 0 for the outermost."""
    depths: dict[str, int] = {}
    for clause in document.clauses:
        depths[clause.clause_id] = depths.get(clause.parent_id or "", -1) + 1
        yield clause, depths[clause.clause_id]


# -- as text ---------------------------------------------------------------------------------------------------


def change_text(change: Change) -> str:
    """What a change did, a line or more for each document."""
    lines: list[str] = []
    for outcome in change.outcomes:
        named = _titled(outcome.title) if outcome.title else ""
        what = one_line(outcome.doc_id or outcome.name)
        size = f"，{outcome.clauses} 条" if outcome.clauses else ""
        lines.append(f"{STATUSES[outcome.status]} {what}{named}{size}")
        if outcome.message:
            lines.append(f"{INDENT}{clean(outcome.message)}")
        if outcome.hint:
            lines.append(f"{INDENT}提示：{clean(outcome.hint)}")
        lines += [f"{INDENT}{line}" for line in findings_text(outcome.findings, outcome.doc_id)]
    lines.append(f"索引里现有 {change.documents} 份文件、{change.clauses} 条条款，用时 {change.seconds:.1f} 秒。")
    return "\n".join(lines)


def preview_text(preview: Preview) -> str:
    """What an upload would bring."""
    parts = [review_text(review) for review in preview.reviews]
    parts += [f"读不了 {one_line(name)}：{clean(why)}" for name, why in preview.refused]
    return "\n\n".join(parts)


def review_text(review: Review) -> str:
    """A document with its metadata and where it was read, warnings, relations and clause tree."""
    document = review.document
    blocks = [f"{document.doc_id}\n{_titled(document.title)}"]
    if review.twin:
        blocks.append(f"库里已有内容相同的文件：{review.twin}")
    if review.conflict:
        blocks.append(f"库里已有编号相同的文件：{_titled(review.conflict)}")
    blocks.append(_section("元数据", [line for field in FIELDS for line in _field_text(review, field)]))
    if review.findings:
        blocks.append(_section("请留意", findings_text(review.findings, document.doc_id)))
    if review.relations:
        blocks.append(
            _section(
                "与其他文件的关系",
                [
                    f"{one.kind}{_titled(one.title)}{one.doc_number or ''} {one.clause_id.partition('#')[2]}"
                    for one in review.relations
                ],
            )
        )
    blocks.append(
        _section(
            f"条款（{len(document.clauses)} 条）",
            [
                f"{INDENT * depth}{clause.label or clause.clause_id.partition('#')[2]} "
                f"{one_line(clause.text)[:OPENING]}（{len(clause.text)} 字）"
                for clause, depth in tree(document)
            ],
        )
    )
    blocks.append(f"来源 {one_line(document.source)} · SHA-256 {document.sha256[:16]}…")
    return "\n\n".join(blocks)


def check_text(checked: Sequence[Checked]) -> str:
    """The quality report: the documents with something to look at, then a sum."""
    blocks = [
        "\n".join(
            [f"{one.doc_id}{_titled(one.title)}", *(INDENT + line for line in findings_text(one.findings, one.doc_id))]
        )
        for one in checked
        if one.findings
    ]
    good = sum(not one.findings for one in checked)
    total = "、".join(f"{SEVERITIES[severity]} {n} 处" for severity, n in counts(checked).items())
    blocks.append(f"共 {len(checked)} 份文件，{good} 份没有问题；{total}。")
    return "\n\n".join(blocks)


def findings_text(findings: Iterable[Finding], doc_id: str) -> list[str]:
    """A line for each finding, its evidence and what to do below it."""
    lines: list[str] = []
    for one in findings:
        lines.append(f"[{SEVERITIES[one.severity]}] {clean(one.message)}")
        if one.evidence:
            lines.append(f"{INDENT}{_quoted(one.evidence)}")
        if one.field:
            lines.append(f"{INDENT}可以修订：wence docs set {doc_id} {one.field}=…")
        if one.hint:
            lines.append(f"{INDENT}{clean(one.hint)}")
    return lines


def _titled(title: str) -> str:
    return f"《{one_line(title).translate(INNER_TITLE)}》"


def _field_text(review: Review, field: str) -> list[str]:
    value = one_line(text_of(review.document, field)) or "未标明"
    if field in review.edits:
        read = one_line(review.read.get(field, "")) or "未标明"
        return [f"{FIELDS[field]}：{value}（人工修订，原文读出：{read}）"]
    line = f"{FIELDS[field]}：{value}"
    if place := review.evidence.get(field):
        return [line, f"{INDENT}{_quoted(place)}"]
    return [line, f"{INDENT}取自{review.origins[field]}"] if field in review.origins else [line]


def _quoted(evidence: Evidence) -> str:
    return f"原文 {evidence.start}–{evidence.end}：“{one_line(evidence.quote)}”"


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(INDENT + line for line in lines)])


def _place(evidence: Evidence | None) -> Mapping[str, str | int | None]:
    if evidence is None:
        return {"quote": None, "start": None, "end": None}
    return {"quote": evidence.quote, "start": evidence.start, "end": evidence.end}
