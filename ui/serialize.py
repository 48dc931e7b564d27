"""The JSON contract: plain dictionaries in the contract's field order, shared by the command line and the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, Citation, SearchHit
from corpus.errors import PolicyError
from corpus.model import Clause, Document, Target
from ui.figures import Comparison
from ui.service import IndexStatus

if TYPE_CHECKING:
    from assistant.dossier import Dossier, Kin, Link
    from corpus.validity import Standing
    from indexer.store import DocumentHead

Payload = dict[str, Any]

# '…9万人以上[1]。' -> '…9万人以上[1]。' whole; a piece ends after punctuation or a line, never inside a marker
PIECE = re.compile(r"[^,，。;；、:：\n]*[,，。;；、:：\n]+(?:\[\d+\])*|.+", re.DOTALL)


def answer_payload(answer: Answer) -> Payload:
    """The contract's answer. ``related`` is there where the question was refused or a clause is worth a look."""
    payload: Payload = {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "outcome": answer.outcome,
        "answer": answer.answer,
        "citations": [citation_payload(citation) for citation in answer.citations],
    }
    if answer.related or answer.outcome == "refused":
        payload["related"] = [citation_payload(citation) for citation in answer.related]
    payload["scope"] = {"regions": list(answer.scope.regions), "as_of": answer.scope.as_of.isoformat()}
    payload["suggestions"] = list(answer.suggestions)
    payload["mode"] = answer.mode
    payload["timings_ms"] = {name: round(ms, 3) for name, ms in answer.timings_ms.items()}
    return payload


def citation_payload(citation: Citation) -> Payload:
    """The contract's citation."""
    return {
        "marker": citation.marker,
        "clause_id": citation.clause_id,
        "doc_id": citation.doc_id,
        "title": citation.title,
        "doc_number": citation.doc_number,
        "issuer": citation.issuer,
        "region": citation.region,
        "issued": _day(citation.issued),
        "label": citation.label,
        "heading_path": list(citation.heading_path),
        "text": citation.text,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "verification": citation.verification,
    }


def hit_payload(hit: SearchHit) -> Payload:
    """A citation's fields plus ``score`` and ``rank``."""
    return {**citation_payload(hit.citation), "score": round(hit.score, 6), "rank": hit.rank}


def search_payload(query: str, hits: Iterable[SearchHit]) -> Payload:
    """The reply of a search."""
    return {"query": query, "hits": [hit_payload(hit) for hit in hits]}


def standing_payload(standing: Standing) -> Payload:
    """Whether a document holds on a day."""
    return {
        "state": standing.state,
        "note": standing.note,
        "as_of": standing.day.isoformat(),
        "since": _day(standing.since),
        "until": _day(standing.until),
        "by": standing.by,
    }


def dossier_payload(dossier: Dossier) -> Payload:
    """The state of a document with its evidence, its copies and versions, and its relations both ways."""
    return {
        "validity": {
            **standing_payload(dossier.standing),
            "evidence": [citation_payload(citation) for citation in dossier.evidence],
        },
        "cited_as": dossier.cited_as,
        "duplicates": [kin_payload(kin) for kin in dossier.copies],
        "versions": [kin_payload(kin) for kin in dossier.versions],
        "relations": [link_payload(link) for link in dossier.relations],
        "mentioned_by": [link_payload(link) for link in dossier.mentions],
    }


def kin_payload(kin: Kin) -> Payload:
    """A copy or another version of a document."""
    return {
        "doc_id": kin.doc_id,
        "title": kin.title,
        "doc_number": kin.doc_number,
        "source": kin.source,
        "date": _day(kin.day),
        "state": kin.state,
        "likeness": kin.likeness,
    }


def link_payload(link: Link) -> Payload:
    """A relation between documents with the words that make it."""
    return {
        "kind": link.kind,
        "title": link.title,
        "doc_number": link.doc_number,
        "doc_ids": list(link.doc_ids),
        "partial": link.partial,
        "citation": citation_payload(link.citation) if link.citation else None,
    }


def clause_detail_payload(citation: Citation, dossier: Dossier) -> Payload:
    """A clause as a citation of itself, with the state of its document and the copies of it."""
    known = dossier_payload(dossier)
    return {**citation_payload(citation), **{name: known[name] for name in ("validity", "cited_as", "duplicates")}}


def document_payload(document: Document | DocumentHead, clause_count: int) -> Payload:
    """A document's metadata, without its text."""
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "doc_number": document.doc_number,
        "issuers": list(document.issuers),
        "region": document.region.full_name if document.region else None,
        "issued": _day(document.issued),
        "effective": _day(document.effective),
        "expires": _day(document.expires),
        "kind": document.kind,
        "source": document.source,
        "sha256": document.sha256,
        "clause_count": clause_count,
    }


def document_detail_payload(document: Document, dossier: Dossier) -> Payload:
    """A document's metadata, what is known of it, its raw text and its clauses with their offsets into it."""
    clauses = [clause_payload(clause) for clause in document.clauses]
    known = {**document_payload(document, len(clauses)), **dossier_payload(dossier)}
    return {**known, "text": document.text, "clauses": clauses}


def clause_payload(clause: Clause) -> Payload:
    """A clause of a document; ``start``/``end`` are its offsets in the raw text."""
    return {
        "clause_id": clause.clause_id,
        "label": clause.label,
        "heading_path": list(clause.heading_path),
        "role": clause.role,
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
        "parent_id": clause.parent_id,
    }


def documents_payload(
    listed: Iterable[tuple[DocumentHead, Standing]], roles: Mapping[str, Mapping[str, int]], *, total: int
) -> Payload:
    """The list of documents, each with its state, out of ``total``; ``roles`` counts the clauses of each."""
    return {
        "total": total,
        "documents": [
            {
                **document_payload(head, sum(roles.get(head.doc_id, {}).values())),
                "validity": standing_payload(standing),
            }
            for head, standing in listed
        ],
    }


def target_payload(target: Target, document: Document) -> Payload:
    """A figure with the sentence part that states it; ``start``/``end`` are the quote's offsets in the raw text."""
    return {
        "region": target.region,
        "indicator": target.indicator,
        "figure": target.figure,
        "value": _number(target.value),
        "high": _number(target.high),
        "unit": target.unit,
        "bound": target.bound,
        "measure": target.measure,
        "period": list(target.period),
        "period_text": target.period_text,
        "doc_id": target.doc_id,
        "clause_id": target.clause_id,
        "title": document.title,
        "quote": document.text[target.sentence_start : target.sentence_end],
        "start": target.sentence_start,
        "end": target.sentence_end,
    }


def targets_payload(targets: Iterable[Target], documents: Mapping[str, Document]) -> Payload:
    """The table of figures; ``documents`` by doc_id."""
    return {"targets": [target_payload(target, documents[target.doc_id]) for target in targets]}


def comparison_payload(comparison: Comparison, documents: Mapping[str, Document]) -> Payload:
    """An indicator across documents; ``documents`` by doc_id holds those that state it."""
    return {
        "indicator": comparison.indicator,
        "documents": [
            {
                "doc_id": stated.document.doc_id,
                "title": stated.document.title,
                "region": stated.document.region.full_name if stated.document.region else None,
                **targets_payload(stated.targets, documents),
            }
            for stated in comparison.stated
        ],
        "charts": [
            {
                "subject": chart.basis.subject,
                "unit": chart.basis.unit,
                "measure": chart.basis.measure,
                "bound": chart.basis.bound,
                "period": list(chart.basis.period),
                **targets_payload(chart.targets, documents),
            }
            for chart in comparison.charts
        ],
    }


def status_payload(status: IndexStatus) -> Payload:
    """The state of the index."""
    return {
        "ready": status.ready,
        "documents": status.documents,
        "clauses": status.clauses,
        "encoder": status.encoder,
        "built_at": status.built_at,
    }


def error_payload(error: PolicyError) -> Payload:
    """The one shape of every error."""
    return error_body(error.code, error.message, error.hint)


def error_body(code: str, message: str, hint: str = "") -> Payload:
    """The one shape of every error, from its parts."""
    return {"error": {"code": code, "message": message, "hint": hint}}


def to_json(payload: Payload, *, indent: int | None = None) -> str:
    """UTF-8 ready JSON: Chinese stays readable, lone surrogates become the replacement character."""
    return printable(json.dumps(payload, ensure_ascii=False, indent=indent, allow_nan=False))


def printable(text: str) -> str:
    """``text`` that can be encoded: what was no UTF-8 on the command line becomes the replacement character."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def pieces(text: str, *, at_most: int = 24) -> Iterator[str]:
    """``text`` in readable pieces for streaming; joined they are ``text``, and no piece ends inside a marker."""
    found = [match.group() for match in PIECE.finditer(text)]
    size = -(-len(found) // at_most) if found else 1
    for first in range(0, len(found), size):
        yield "".join(found[first : first + size])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
