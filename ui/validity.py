"""Whether a document still holds, as far as the documents themselves say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.model import Relation
from indexer.store import DocumentHead

Validity = Literal["未见失效", "已失效", "尚未施行"]
"""``未见失效``: no document of the index says that it has ended, which is not to say that it is in force."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a document: ``validity``, ``reason`` in a few words, and the document that ended it, if any."""

    validity: Validity
    reason: str
    ended_by: str = ""


def standings(heads: Sequence[DocumentHead], relations: Iterable[Relation], today: date) -> dict[str, Standing]:
    """Return the standing of every document on ``today``, by doc_id."""
    ended = repeals(heads, relations)
    return {head.doc_id: _standing(head, ended.get(head.doc_id), today) for head in heads}


def repeals(heads: Sequence[DocumentHead], relations: Iterable[Relation]) -> dict[str, DocumentHead]:
    """Return which document repeals which, as ``{repealed doc_id: the document that says so}``."""
    held = {head.doc_id: head for head in heads}
    found: dict[str, DocumentHead] = {}
    for relation, doc_id in resolved(heads, (one for one in relations if one.kind == "废止")):
        if _is_later(held[relation.doc_id], held[doc_id]):
            found[doc_id] = held[relation.doc_id]
    return found


def resolved(heads: Sequence[DocumentHead], relations: Iterable[Relation]) -> list[tuple[Relation, str]]:
    """Return the relations whose other end is in the index, each with its doc_id: by 文号, else by the whole title."""
    by_number: Mapping[str, list[str]] = _grouped((key(head.doc_number), head.doc_id) for head in heads)
    by_title: Mapping[str, list[str]] = _grouped((key(head.title), head.doc_id) for head in heads)
    pairs: list[tuple[Relation, str]] = []
    for relation in relations:
        if relation.doc_number:
            meant = by_number.get(key(relation.doc_number), [])
        else:
            meant = by_title.get(key(relation.title), [])
        pairs += [(relation, doc_id) for doc_id in meant if doc_id != relation.doc_id]
    return pairs


def key(text: str | None) -> str:
    """Return what of a title or 文号 decides whether two are the same: '〔2024〕19号' is '[2024] 19 号'."""
    return "".join(char for char in unicodedata.normalize("NFKC", text or "") if char.isalnum()).lower()


def _standing(head: DocumentHead, ended_by: DocumentHead | None, today: date) -> Standing:
    if ended_by is not None:
        return Standing("已失效", f"《{ended_by.title.strip('《》')}》写明废止", ended_by.doc_id)
    if head.expires is not None and head.expires < today:
        return Standing("已失效", f"载明有效期至 {head.expires.isoformat()}")
    if head.effective is not None and head.effective > today:
        return Standing("尚未施行", f"自 {head.effective.isoformat()} 起施行")
    if head.expires is not None:
        return Standing("未见失效", f"载明有效期至 {head.expires.isoformat()}")
    return Standing("未见失效", "文件没有写明有效期")


def _is_later(one: DocumentHead, other: DocumentHead) -> bool:
    """True unless the dates say otherwise; two versions of one title tell apart by their dates alone."""
    if one.issued is None or other.issued is None:
        return key(one.title) != key(other.title)
    return one.issued > other.issued


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, doc_id in pairs:
        if name:
            groups.setdefault(name, []).append(doc_id)
    return groups
