"""A source in, a document out: segmentation and metadata joined, with its stable id."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.layout import read_layout
from corpus.metadata import DOC_NUMBER, read_metadata
from corpus.model import Document, Region
from corpus.regions import Gazetteer, region_of_doc_number
from corpus.segment import segment
from corpus.sources import Source

# 内蒙古自治区 → 内蒙古, 遵义市 → 遵义
_PLACE_SUFFIX = re.compile(r"(?<=..)(?:省|市|(?:[\u4e00-\u9fff]族)*(?:自治区|自治州|自治县)|特别行政区|地区|盟|县|区)$")


def parse_document(source: Source, gazetteer: Gazetteer) -> Document:
    """Return the document that ``source`` holds. Never refuses a text."""
    layout = read_layout(source.text, fallback_title=source.metadata.title or source.stem)
    metadata = read_metadata(source.text, layout, gazetteer, said=source.metadata)
    doc_id = document_id(metadata.doc_number, source.stem, region=metadata.region)
    parts = segment(source.text, doc_id=doc_id, layout=layout)
    return Document(
        doc_id=doc_id,
        title=parts.title,
        doc_number=metadata.doc_number,
        issuers=metadata.issuers,
        region=metadata.region,
        issued=metadata.issued,
        effective=metadata.effective,
        expires=metadata.expires,
        kind=metadata.kind,
        source=source.name,
        sha256=source.sha256,
        text=source.text,
        clauses=parts.clauses,
        noise=parts.noise,
        said=source.metadata,
    )


def document_id(doc_number: str | None, stem: str, *, region: Region | None = None) -> str:
    """Return ``liaoning-renshefa-2022-20`` for 辽人社发〔2022〕20号; the file's stem, made safe, without a 文号.

    ``region`` settles whose a shared sign is (宁政发).
    """
    match = DOC_NUMBER.fullmatch(doc_number) if doc_number else None
    if doc_number is None or match is None:
        return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "document"
    from pypinyin import lazy_pinyin  # slow to load, and only needed where documents are read

    organ = match["organ"]
    place = region_of_doc_number(doc_number, issuer=region)
    parts = [match["year"], match["serial"]]
    if place is not None and place.chain and len(organ) > 1:
        parts = ["".join(lazy_pinyin(_PLACE_SUFFIX.sub("", place.name))), "".join(lazy_pinyin(organ[1:])), *parts]
    else:
        parts = ["".join(lazy_pinyin(organ)), *parts]
    return "-".join(parts)


def with_id(document: Document, doc_id: str) -> Document:
    """Return ``document`` under another id, its clauses' ids changed with it."""

    def renamed(clause_id: str) -> str:
        return f"{doc_id}#{clause_id.partition('#')[2]}"

    clauses = tuple(
        replace(
            clause,
            clause_id=renamed(clause.clause_id),
            doc_id=doc_id,
            parent_id=renamed(clause.parent_id) if clause.parent_id else None,
        )
        for clause in document.clauses
    )
    return replace(document, doc_id=doc_id, clauses=clauses)
