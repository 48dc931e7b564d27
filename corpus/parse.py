"""A source in, a document out: segmentation and metadata joined, with its stable id."""

from __future__ import annotations

import re

from corpus.metadata import DOC_NUMBER, read_metadata
from corpus.layout import read_layout
from corpus.model import Document
from corpus.regions import Gazetteer, region_of_doc_number
from corpus.segment import segment
from corpus.sources import Source


def parse_document(source: Source, gazetteer: Gazetteer) -> Document:
    """Return the document that ``source`` holds. Never refuses a text."""
    metadata = read_metadata(source.text, read_layout(source.text, fallback_title=source.stem), gazetteer)
    doc_id = document_id(metadata.doc_number, source.stem, gazetteer)
    parts = segment(source.text, doc_id=doc_id, fallback_title=source.stem)
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
    )


def document_id(doc_number: str | None, stem: str, gazetteer: Gazetteer) -> str:
    """Return ``liaoning-renshefa-2022-20`` for 辽人社发〔2022〕20号; the file's stem, made safe, without a 文号."""
    match = DOC_NUMBER.fullmatch(doc_number) if doc_number else None
    if match is None:
        return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "document"
    from pypinyin import lazy_pinyin

    organ = match["organ"]
    region = region_of_doc_number(doc_number or "")
    parts: list[str] = []
    if region is not None and region.chain:
        place = re.sub(r"(?:省|市|自治区|特别行政区|壮族|回族|维吾尔|自治州|地区|盟|县|区)+$", "", region.name)
        parts.append("".join(lazy_pinyin(place)))
        organ = organ[1:]
    parts += ["".join(lazy_pinyin(organ)) or "hao", match["year"], str(int(match["serial"]))]
    return "-".join(part for part in parts if part)
