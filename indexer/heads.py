"""The metadata of documents, and conditions on it that are checked without asking every document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.model import Region


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document's metadata without its text, as ranking and answering need it for every document."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: str
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents may take part; a condition that is ``None`` admits all.

    ``region`` is asked with a document's region, and a document of no known region is then left out; ``kinds`` are
    kinds of documents; ``first`` and ``last`` bound the day of issue, and a document without one is then left out;
    ``only`` is the id of the one document admitted, ``without`` are the ids of those that are not. Called with a head,
    it says whether that document is admitted.
    """

    region: Callable[[Region], bool] | None = None
    kinds: Collection[str] | None = None
    first: date | None = None
    last: date | None = None
    only: str | None = None
    without: frozenset[str] = frozenset()

    def __call__(self, head: DocumentHead) -> bool:
        """True where ``head`` meets every condition."""
        return (
            (self.region is None or (head.region is not None and self.region(head.region)))
            and (self.kinds is None or head.kind in self.kinds)
            and (self.first is None or (head.issued is not None and head.issued >= self.first))
            and (self.last is None or (head.issued is not None and head.issued <= self.last))
            and (self.only is None or head.doc_id == self.only)
            and head.doc_id not in self.without
        )


@dataclass(frozen=True, slots=True)
class HeadColumns:
    """The columns of the heads that filters ask for: distinct values, and which of them each document has.

    ``region_numbers``, ``kind_numbers`` and ``issued`` (documents,); a day is its ordinal, 0 for none. ``positions``
    has the place of each document among them by id.
    """

    regions: tuple[Region | None, ...]
    region_numbers: NDArray[np.int32]
    kinds: tuple[str, ...]
    kind_numbers: NDArray[np.int32]
    issued: NDArray[np.int32]
    positions: Mapping[str, int]

    @classmethod
    def of(cls, heads: Iterable[DocumentHead]) -> HeadColumns:
        """Return the columns of ``heads``."""
        regions: dict[Region | None, int] = {}
        kinds: dict[str, int] = {}
        documents = list(heads)
        # By identity first: hashing a region for each of very many documents would take longer than all the rest.
        numbers: dict[int, int] = {}
        for region in (head.region for head in documents):
            if id(region) not in numbers:
                numbers[id(region)] = regions.setdefault(region, len(regions))
        columns = (
            (numbers[id(head.region)] for head in documents),
            (kinds.setdefault(head.kind, len(kinds)) for head in documents),
            (head.issued.toordinal() if head.issued else 0 for head in documents),
        )
        region_numbers, kind_numbers, issued = (np.fromiter(one, np.int32, count=len(documents)) for one in columns)
        positions = {head.doc_id: place for place, head in enumerate(documents)}
        return cls(tuple(regions), region_numbers, tuple(kinds), kind_numbers, issued, positions)

    def admitted(self, wanted: DocumentFilter) -> NDArray[np.bool_]:
        """Return which documents ``wanted`` admits. *Shape:* (documents,)"""
        found = np.ones(len(self.issued), dtype=np.bool_)
        if wanted.region is not None:
            told = [region is not None and wanted.region(region) for region in self.regions]
            found &= np.array(told, np.bool_)[self.region_numbers]
        if wanted.kinds is not None:
            found &= np.array([kind in wanted.kinds for kind in self.kinds], np.bool_)[self.kind_numbers]
        if wanted.first is not None:
            found &= self.issued >= wanted.first.toordinal()
        if wanted.last is not None:
            found &= (self.issued > 0) & (self.issued <= wanted.last.toordinal())
        if wanted.only is not None:
            one = np.zeros(len(found), dtype=np.bool_)
            if wanted.only in self.positions:
                one[self.positions[wanted.only]] = True
            found &= one
        out = [self.positions[doc_id] for doc_id in wanted.without if doc_id in self.positions]
        found[np.array(out, dtype=np.intp)] = False
        return found
