"""A segment: the files of some documents, written once, read by many generations, merged without encoding anew."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Facts
from indexer.arrays import concatenated, open_array
from indexer.encoder import Encoder
from indexer.lexical import Postings, PostingsWriter, merge_postings
from indexer.manifest import SegmentEntry
from indexer.passages import GRAINS, is_indexed, lexical_parts, units_of
from indexer.store import STORE_FILE, StorePart, StoreWriter
from indexer.tokenizer import Reading, Tokenizer
from indexer.vectors import VectorSegment
from indexer.words import WordCounts, count_words

WORDS_FILE = "words.tsv"
PROBES_FILE = "probes.npy"
_ROW_FILES = ("row-documents.npy", "row-clauses.npy")
_KEY_BYTES = 16
# Texts that are handed to the encoder together.
_ENCODED_TOGETHER = 256
FULL_CLAUSES, FULL_UNITS = 20_000, 60_000
"""What is written as one segment while documents stream in; it bounds the memory of indexing."""


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment."""

    entry: SegmentEntry
    store: StorePart
    postings: Postings
    vectors: VectorSegment

    @classmethod
    def open(cls, folder: Path, entry: SegmentEntry) -> Segment:
        """Open the segment below the generation ``folder``; arrays are memory-mapped."""
        own = folder / entry.name
        return cls(entry, open_store_part(folder, entry), Postings.load(own), VectorSegment.load(own))

    def units_without(self, removed: NDArray[np.int64]) -> int:
        """Return the number of units but for those of the rows ``removed``."""
        return self.entry.units - int(np.diff(self.vectors.starts)[removed].sum())

    @property
    def is_consistent(self) -> bool:
        """Whether the parts agree with each other and with the entry."""
        return (
            self.postings.is_consistent
            and self.vectors.is_consistent
            and self.vectors.size == self.entry.units
            and self.entry.clauses
            == self.vectors.clauses
            == len(self.postings.lengths)
            == len(self.store.row_clauses)
            == len(self.store.row_documents)
        )


def open_store_part(folder: Path, entry: SegmentEntry) -> StorePart:
    """Return the store of a segment below the generation ``folder``."""
    own = folder / entry.name
    documents, clauses = (open_array(own / name) for name in _ROW_FILES)
    return StorePart(own / STORE_FILE, documents, clauses, frozenset(entry.removed))


class KnownVectors:
    """The vectors of segments by the hash of the text they were made from."""

    def __init__(self, segments: Sequence[VectorSegment]) -> None:
        self._segments = tuple(segments)
        heads = [np.ascontiguousarray(part.keys[:, :8]).view(np.uint64).ravel() for part in self._segments]
        joined = concatenated(heads, np.uint64)
        self._order = np.argsort(joined)
        self._sorted = joined[self._order]
        self._offsets = np.cumsum([0, *map(len, heads)])

    def find(self, key: bytes) -> NDArray[np.float32] | None:
        """Return the vector of the text with this hash. *Shape:* (dimension,)"""
        head = np.frombuffer(key[:8], dtype=np.uint64)[0]
        at = int(np.searchsorted(self._sorted, head))
        while at < len(self._sorted) and self._sorted[at] == head:
            place = int(self._order[at])
            number = int(np.searchsorted(self._offsets, place, side="right")) - 1
            unit = place - int(self._offsets[number])
            if bytes(self._segments[number].keys[unit]) == key:
                return np.asarray(self._segments[number].take(np.array([unit]))[0], dtype=np.float32)
            at += 1
        return None


class SegmentWriter:
    """Takes documents one by one; their vectors are computed on the way, so that progress is even."""

    def __init__(
        self, folder: Path, tokenizer: Tokenizer, encoder: Encoder, known: KnownVectors, phrases: Collection[str]
    ) -> None:
        folder.mkdir()
        self._folder = folder
        self._tokenizer = tokenizer
        self._encoder = encoder
        self._known = known
        self._phrases = phrases
        self._store = StoreWriter(folder / STORE_FILE)
        self._postings = PostingsWriter()
        self._texts: list[str] = []
        self._readings: list[Reading] = []
        self._row_documents: list[int] = []
        self._row_clauses: list[int] = []
        self._unit_rows: list[int] = []
        self._grains: list[int] = []
        self._keys: list[bytes] = []
        self._vectors: dict[bytes, NDArray[np.float32]] = {}
        self._waiting: dict[bytes, str] = {}
        self.doc_ids: set[str] = set()
        self.encoded = 0

    @property
    def is_full(self) -> bool:
        """Whether the next document should go into another segment."""
        return len(self._texts) >= FULL_CLAUSES or len(self._keys) >= FULL_UNITS

    def add(self, document: Document, facts: Facts) -> None:
        """Add a document whose id this segment does not have yet."""
        self.doc_ids.add(document.doc_id)
        self._row_documents += [self._store.documents] * sum(map(is_indexed, document.clauses))
        self._row_clauses += self._store.add(document, facts)
        read: dict[str, Reading] = {}
        for clause in filter(is_indexed, document.clauses):
            row = len(self._texts)
            parts = lexical_parts(document, clause)
            for part in parts[:-1]:
                if part not in read:
                    read[part] = self._tokenizer.read(part)
            reading = _joined([*(read[part] for part in parts[:-1]), self._tokenizer.read(parts[-1])])
            self._postings.add(reading.terms)
            reading.terms.clear()
            self._texts.append(" ".join(parts))
            self._readings.append(reading)
            for unit in units_of(document, clause, row):
                self._want(unit.text)
                self._unit_rows.append(row)
                self._grains.append(GRAINS.index(unit.grain))
        if len(self._waiting) >= _ENCODED_TOGETHER:
            self._encode()

    def finish(self) -> SegmentEntry:
        """Write all files."""
        self._encode()
        self._store.close()
        dimension = self._encoder.dimension
        vectors = np.zeros((len(self._keys), dimension), dtype=np.float32)
        for place, key in enumerate(self._keys):
            vectors[place] = self._vectors[key]
        segment = VectorSegment.build(
            vectors,
            np.array(self._unit_rows, dtype=np.int64),
            np.array(self._grains, dtype=np.int8),
            np.frombuffer(b"".join(self._keys), dtype=np.uint8).reshape(-1, _KEY_BYTES),
            len(self._texts),
        )
        segment.save(self._folder)
        self._postings.finish().save(self._folder)
        _save_rows(self._folder, self._row_documents, self._row_clauses)
        count_words(self._texts, self._readings, self._phrases).save(self._folder / WORDS_FILE)
        np.save(self._folder / PROBES_FILE, segment.best_similarities(self._encoder.encode_queries(probes())))
        return SegmentEntry(self._folder.name, self._store.documents, len(self._texts), len(self._keys))

    def _want(self, text: str) -> None:
        key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_KEY_BYTES).digest()
        self._keys.append(key)
        if key in self._vectors or key in self._waiting:
            return
        vector = self._known.find(key)
        if vector is None:
            self._waiting[key] = text
        else:
            self._vectors[key] = vector

    def _encode(self) -> None:
        if self._waiting:
            fresh = self._encoder.encode_passages(list(self._waiting.values()))
            self._vectors.update(zip(self._waiting, fresh, strict=True))
            self.encoded += len(self._waiting)
            self._waiting.clear()


def merge_segments(
    folder: Path, entries: Sequence[SegmentEntry], gone: Sequence[WordCounts], name: str
) -> SegmentEntry:
    """Write the segment ``name`` of what is left of ``entries``, all below the generation ``folder``.

    ``gone`` holds the words of each entry's removed documents. Texts are neither read nor encoded anew.
    """
    segments = [Segment.open(folder, entry) for entry in entries]
    own = folder / name
    own.mkdir()
    store = StoreWriter(own / STORE_FILE)
    documents: list[NDArray[np.int32]] = []
    clauses: list[NDArray[np.int32]] = []
    kept: list[NDArray[np.bool_]] = []
    for segment in segments:
        positions, offset = store.add_from(segment.store.path, segment.store.removed)
        moved = positions[segment.store.row_documents]
        stays = moved >= 0
        kept.append(stays)
        documents.append(moved[stays])
        clauses.append((segment.store.row_clauses[stays] + offset).astype(np.int32))
    store.close()
    _save_rows(own, concatenated(documents, np.int32), concatenated(clauses, np.int32))
    merge_postings([(part.postings, stays) for part, stays in zip(segments, kept, strict=True)]).save(own)
    vectors = VectorSegment.merge([(part.vectors, stays) for part, stays in zip(segments, kept, strict=True)])
    vectors.save(own)
    words = WordCounts()
    for entry, lost in zip(entries, gone, strict=True):
        words.add(WordCounts.load(folder / entry.name / WORDS_FILE))
        words.subtract(lost)
    words.save(own / WORDS_FILE)
    np.save(own / PROBES_FILE, np.max([np.load(folder / entry.name / PROBES_FILE) for entry in entries], axis=0))
    return SegmentEntry(name, store.documents, vectors.clauses, vectors.size)


def words_of_documents(documents: Iterable[Document], tokenizer: Tokenizer, phrases: Collection[str]) -> WordCounts:
    """Return what ``documents`` brought to the counts of their segment, whose phrases are given."""
    texts = [
        " ".join(lexical_parts(document, clause))
        for document in documents
        for clause in document.clauses
        if is_indexed(clause)
    ]
    return count_words(texts, map(tokenizer.read, texts), phrases)


def probes() -> list[str]:
    """Return sentences off every policy subject."""
    lines = resources.files("indexer").joinpath("data/probes.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _save_rows(
    folder: Path, documents: Sequence[int] | NDArray[np.int32], clauses: Sequence[int] | NDArray[np.int32]
) -> None:
    for name, values in zip(_ROW_FILES, (documents, clauses), strict=True):
        np.save(folder / name, np.asarray(values, dtype=np.int32))


def _joined(readings: Sequence[Reading]) -> Reading:
    return Reading(
        list(chain.from_iterable(reading.terms for reading in readings)),
        list(chain.from_iterable(reading.words for reading in readings)),
        list(chain.from_iterable(reading.runs for reading in readings)),
    )
