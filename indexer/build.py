"""Documents in, an index generation on disk out, switched to atomically.

A generation lists immutable segments and which of their documents were removed. Adding documents writes one new
segment and links the others; when there are many of one size they are merged.
"""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.errors import CorruptIndex, IndexerError, IndexNotBuilt, StaleIndex
from corpus.model import Document, Facts
from indexer.dictionary import Dictionary
from indexer.encoder import Encoder
from indexer.generation import (
    DICTIONARY_FOLDER,
    NAMES_FILE,
    NEW_WORDS_FILE,
    current_folder,
    link_tree,
    publish,
    workspace,
)
from indexer.lexicon import Lexicon
from indexer.manifest import (
    FORMAT_VERSION,
    SEGMENT_NAME,
    Manifest,
    SegmentEntry,
    file_sizes,
    read_manifest,
    read_segments,
)
from indexer.pinyin import PINYIN_FILE, GeneralWords
from indexer.segment import (
    PROBES_FILE,
    WORDS_FILE,
    KnownVectors,
    Segment,
    SegmentWriter,
    merge_segments,
    open_store_part,
    words_of_documents,
)
from indexer.spelling import SPELLING_FILE, Speller
from indexer.store import Store
from indexer.tokenizer import Tokenizer, fold
from indexer.words import WordCounts

_REMOVED_WORDS = "removed-words-{}.tsv"
# Segments of one size that are merged into one; a size is eight times the one before.
_FAN_OUT = 8
_SMALLEST_TIER = 1_000
_LARGEST_MERGED = 200_000


@dataclass(frozen=True, slots=True)
class Built:
    """A finished generation: its folder, its manifest, and how many vectors were computed and reused."""

    folder: Path
    manifest: Manifest
    encoded: int
    reused: int


def build_index(
    root: Path,
    documents: Iterable[Document],
    extract_facts: Callable[[Document], Facts],
    encoder: Encoder,
    *,
    extra_words: Sequence[str] = (),
    places: Sequence[str] = (),
    reuse: bool = True,
    progress: bool = False,
    total: int | None = None,
) -> Built:
    """Build a generation of exactly ``documents`` below ``root`` and make it the current one.

    The documents may come from a generator; those of a few ten thousand clauses are held at a time. Of two with one
    ``doc_id`` the later one counts. With ``reuse``, vectors of units whose text the current generation has, made by
    the same encoder, are taken over. The previous generation serves until the switch and survives any failure before
    it. ``progress`` shows a bar, with the time left where ``total`` or the length of ``documents`` is known.

    Raises:
        IndexerError: nothing to index, or another process is writing.
    """
    with workspace(root) as folder:
        known = _current_vectors(root, encoder) if reuse else KnownVectors([])
        dictionary = Dictionary.build(map(fold, extra_words))
        (folder / DICTIONARY_FOLDER).mkdir()
        dictionary.save(folder / DICTIONARY_FOLDER)
        GeneralWords.build(dictionary, Lexicon.load().words()).save(folder / DICTIONARY_FOLDER / PINYIN_FILE)
        writer = _Writer(folder, Tokenizer(dictionary), encoder, known, extra_words)
        writer.write(documents, extract_facts, progress=progress, total=total)
        writer.compact()
        return writer.publish(root, places, None)


def update_index(
    root: Path,
    *,
    add: Iterable[Document] = (),
    remove: Collection[str] = (),
    extract_facts: Callable[[Document], Facts],
    encoder: Encoder,
    extra_words: Sequence[str] = (),
    places: Sequence[str] = (),
    progress: bool = False,
    total: int | None = None,
) -> Built:
    """Add documents to the current index, replacing those of the same ``doc_id``, and drop the ids in ``remove``.

    The cost is that of the documents added, not of those that are there. Without an index one is made; one made by
    another encoder, with other ``extra_words`` or in another format is made anew from its stored documents. Ids in
    ``remove`` that are not there are passed over; one that is also in ``add`` is added. ``progress`` and ``total`` are
    those of ``build_index``. The previous generation serves until the switch and survives any failure before it.

    Raises:
        IndexerError: nothing would be left to search, or another process is writing.
        CorruptIndex: the current generation is damaged.
    """
    try:
        current = current_folder(root)
    except IndexNotBuilt:
        current = None
    if current is None or not _is_extendable(current, encoder, extra_words):
        fresh = list(add)
        gone = {*remove, *(document.doc_id for document in fresh)}
        kept = (document for document in stored_documents(root) if document.doc_id not in gone)
        return build_index(
            root,
            chain(kept, fresh),
            extract_facts,
            encoder,
            extra_words=extra_words,
            places=places,
            progress=progress,
            total=total,
        )
    with workspace(root) as folder:
        # Another process may have finished while this one waited for its turn.
        current = current_folder(root)
        manifest = read_manifest(current)
        manifest.check_files(current)
        for name in (DICTIONARY_FOLDER, *(entry.name for entry in manifest.segments)):
            link_tree(current / name, folder / name)
        for entry in manifest.segments:
            if entry.removed:
                shutil.copyfile(current / _removed_file(entry), folder / _removed_file(entry))
        known = KnownVectors([Segment.open(current, entry).vectors for entry in manifest.segments])
        tokenizer = Tokenizer(Dictionary.load(folder / DICTIONARY_FOLDER))
        writer = _Writer(folder, tokenizer, encoder, known, extra_words, manifest.segments)
        writer.remove(remove)
        writer.write(add, extract_facts, progress=progress, total=total)
        writer.merge_tiers()
        return writer.publish(root, places, Speller.load(current / SPELLING_FILE))


def stored_documents(root: Path) -> Iterator[Document]:
    """Yield the documents of the current index one at a time, those of an older format too.

    Yields nothing where there is no index. Raises ``CorruptIndex`` where it cannot be read.
    """
    try:
        folder = current_folder(root)
    except IndexNotBuilt:
        return
    store = open_store(folder)
    try:
        yield from store.documents()
    finally:
        store.close()


def open_store(folder: Path) -> Store:
    """Open the documents of the generation ``folder``, whatever encoder made it. Raises ``CorruptIndex``."""
    legacy = folder / "store.sqlite"
    if legacy.is_file():  # format 2: one store for a generation, of the same tables
        return Store.of_file(legacy)
    segments = read_segments(folder)
    try:
        return Store([open_store_part(folder, entry) for entry in segments])
    except (OSError, ValueError) as error:
        raise CorruptIndex(
            f"索引文件缺失或已损坏:{folder.name}", hint="请运行 wence index --rebuild 重建索引。"
        ) from error


def corpus_hash(documents: Iterable[tuple[str, str]]) -> str:
    """Return a hash of ``(doc_id, sha256)`` of all documents, independent of their order."""
    lines = sorted(f"{doc_id} {digest}" for doc_id, digest in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def words_id(extra_words: Sequence[str]) -> str:
    """Return what identifies the words that were added to the dictionary."""
    return hashlib.sha256("\n".join(sorted(map(fold, extra_words))).encode()).hexdigest()[:16]


class _Writer:
    """Writes the segments of one generation."""

    def __init__(
        self,
        folder: Path,
        tokenizer: Tokenizer,
        encoder: Encoder,
        known: KnownVectors,
        extra_words: Sequence[str],
        segments: Sequence[SegmentEntry] = (),
    ) -> None:
        self._folder = folder
        self._tokenizer = tokenizer
        self._encoder = encoder
        self._known = known
        self._extra_words = extra_words
        self._segments = list(segments)
        self._number = max((int(entry.name[4:]) for entry in segments), default=0)
        self._encoded = self._units = 0

    def write(
        self,
        documents: Iterable[Document],
        extract_facts: Callable[[Document], Facts],
        *,
        progress: bool,
        total: int | None,
    ) -> None:
        """Write ``documents`` into new segments; they replace those of the same id."""
        if total is None and isinstance(documents, Sized):
            total = len(documents)
        segment: SegmentWriter | None = None
        for document in tqdm(documents, desc="收录", unit="份", total=total, disable=not progress):
            if segment is not None and (segment.is_full or document.doc_id in segment.doc_ids):
                self._finish(segment)
                segment = None
            if segment is None:
                segment = SegmentWriter(
                    self._folder / self._next_name(), self._tokenizer, self._encoder, self._known, self._extra_words
                )
            segment.add(document, extract_facts(document))
        if segment is not None:
            self._finish(segment)

    def remove(self, doc_ids: Collection[str]) -> None:
        """Mark documents as removed wherever they are; drop a segment of which nothing is left."""
        if not doc_ids:
            return
        left: list[SegmentEntry] = []
        for entry in self._segments:
            store = Store([open_store_part(self._folder, entry)])
            # Asked one by one: an update names few documents, a segment may hold very many.
            gone = [doc_id for doc_id in sorted(set(doc_ids)) if store.has(doc_id)]
            if not gone:
                left.append(entry)
            elif len(gone) + len(entry.removed) == entry.documents:
                shutil.rmtree(self._folder / entry.name)
                (self._folder / _removed_file(entry)).unlink(missing_ok=True)
            else:
                own = WordCounts.load(self._folder / entry.name / WORDS_FILE)
                lost = WordCounts.load(self._folder / _removed_file(entry))
                lost.add(words_of_documents(map(store.document, gone), self._tokenizer, own.phrases.keys()))
                lost.save(self._folder / _removed_file(entry))
                left.append(replace(entry, removed=tuple(sorted((*entry.removed, *gone)))))
            store.close()
        self._segments = left

    def compact(self) -> None:
        """Merge neighbours into as few segments as their largest size allows."""
        self._merge(_neighbours(self._segments, least=2))

    def merge_tiers(self) -> None:
        """Merge segments of about one size where there are many, and what was removed for the most part."""
        while groups := _tier_groups(self._segments):
            self._merge(groups)

    def publish(self, root: Path, places: Sequence[str], speller: Speller | None) -> Built:
        """Write what the segments add up to, and make the generation the current one."""
        if not self._segments:
            raise _nothing()
        parts = [open_store_part(self._folder, entry) for entry in self._segments]
        store = Store(parts)
        removed = store.removed_rows()
        hashes = store.hashes()
        store.close()
        clauses = sum(entry.clauses for entry in self._segments) - sum(map(len, removed))
        if not clauses:
            raise _nothing()
        words = WordCounts()
        for entry in self._segments:
            words.add(WordCounts.load(self._folder / entry.name / WORDS_FILE))
            words.subtract(WordCounts.load(self._folder / _removed_file(entry)))
        (self._folder / NEW_WORDS_FILE).write_text("\n".join([*words.new_words(clauses), ""]), encoding="utf-8")
        (self._folder / NAMES_FILE).write_text("\n".join([*words.all_names(), ""]), encoding="utf-8")
        Speller.build(words.spellings(clauses, places), like=speller).save(self._folder / SPELLING_FILE)
        probes = [np.load(self._folder / entry.name / PROBES_FILE) for entry in self._segments]
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            corpus_hash=corpus_hash(hashes),
            encoder_id=self._encoder.id,
            dimension=self._encoder.dimension,
            tokenizer_id=self._tokenizer.id,
            words_id=words_id(self._extra_words),
            documents=len(hashes),
            clauses=clauses,
            units=sum(map(self._live_units, self._segments, removed)),
            noise=round(float(np.max(probes, axis=0).mean()), 4),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            segments=tuple(self._segments),
            files=file_sizes(self._folder),
        )
        manifest.write(self._folder)
        return Built(publish(root, self._folder), manifest, self._encoded, self._units - self._encoded)

    def _finish(self, segment: SegmentWriter) -> None:
        entry = segment.finish()
        # The documents of this segment replace those of the segments before it.
        self.remove(segment.doc_ids)
        self._segments.append(entry)
        self._encoded += segment.encoded
        self._units += entry.units

    def _merge(self, groups: Sequence[Sequence[SegmentEntry]]) -> None:
        for group in groups:
            gone = [WordCounts.load(self._folder / _removed_file(entry)) for entry in group]
            merged = merge_segments(self._folder, group, gone, self._next_name())
            at = self._segments.index(group[0])
            self._segments = [entry for entry in self._segments if entry not in group]
            self._segments.insert(at, merged)
            for entry in group:
                shutil.rmtree(self._folder / entry.name)
                (self._folder / _removed_file(entry)).unlink(missing_ok=True)

    def _live_units(self, entry: SegmentEntry, removed: NDArray[np.int64]) -> int:
        return Segment.open(self._folder, entry).units_without(removed) if len(removed) else entry.units

    def _next_name(self) -> str:
        self._number += 1
        name = f"seg-{self._number:06d}"
        assert SEGMENT_NAME.fullmatch(name)
        return name


def _tier_groups(segments: Sequence[SegmentEntry]) -> list[list[SegmentEntry]]:
    """Return what to merge now: a segment of which half is gone, else all of a size of which there are many."""
    for entry in segments:
        if 2 * len(entry.removed) >= entry.documents:
            return [[entry]]
    tiers: dict[int, list[SegmentEntry]] = {}
    for entry in segments:
        if 2 * entry.clauses <= _LARGEST_MERGED:
            tier = max(0, math.ceil(math.log(max(entry.clauses, 1) / _SMALLEST_TIER, _FAN_OUT)))
            tiers.setdefault(tier, []).append(entry)
    for _, mates in sorted(tiers.items()):
        if len(mates) >= _FAN_OUT and (groups := _neighbours(mates, least=2)):
            return groups
    return []


def _neighbours(segments: Sequence[SegmentEntry], *, least: int) -> list[list[SegmentEntry]]:
    """Return ``segments`` in groups, in order, of at most the largest size; groups of fewer than ``least`` left out."""
    groups: list[list[SegmentEntry]] = []
    size = _LARGEST_MERGED + 1
    for entry in segments:
        if size + entry.clauses > _LARGEST_MERGED:
            groups.append([])
            size = 0
        groups[-1].append(entry)
        size += entry.clauses
    return [group for group in groups if len(group) >= least]


def _is_extendable(folder: Path, encoder: Encoder, extra_words: Sequence[str]) -> bool:
    try:
        manifest = read_manifest(folder)
    except StaleIndex:
        return False
    version, _, _ = manifest.tokenizer_id.partition("-")
    return (
        manifest.encoder_id == encoder.id
        and manifest.dimension == encoder.dimension
        and manifest.words_id == words_id(extra_words)
        and version == Tokenizer.VERSION
    )


def _current_vectors(root: Path, encoder: Encoder) -> KnownVectors:
    try:
        folder = current_folder(root)
        manifest = read_manifest(folder)
        manifest.check_files(folder)
        if manifest.encoder_id != encoder.id:
            return KnownVectors([])
        return KnownVectors([Segment.open(folder, entry).vectors for entry in manifest.segments])
    except Exception:  # a damaged previous generation only costs the reuse
        return KnownVectors([])


def _removed_file(entry: SegmentEntry) -> str:
    return _REMOVED_WORDS.format(entry.name)


def _nothing() -> IndexerError:
    return IndexerError("没有可以建立索引的条款", hint="请检查文件里是否有正文。")
