"""How the region of a document is shown; one that does not tell its place is shown as such, never as 国家."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.model import Document
    from indexer.store import DocumentHead

UNTOLD = "地区未标明"
"""The region to show, and to filter by, of documents that do not tell their place."""


def region_name(document: Document | DocumentHead) -> str:
    """Return the full name of a document's region, ``UNTOLD`` where it does not tell."""
    return document.region.full_name if document.region is not None else UNTOLD
