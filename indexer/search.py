"""Hybrid retrieval: dense and lexical scores of the allowed clauses, fused."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptIndex, IndexerError
from corpus.model import Clause
from indexer.dictionary import Dictionary
from indexer.encoder import Encoder
from indexer.generation import DICTIONARY_FOLDER, NAMES_FILE, NEW_WORDS_FILE, current_folder
from indexer.lexical import LexicalIndex
from indexer.manifest import Manifest, read_manifest
from indexer.passages import sentence_spans
from indexer.pinyin import PINYIN_FILE
from indexer.segment import Segment
from indexer.spelling import SPELLING_FILE, Speller
from indexer.store import DocumentHead, Store
from indexer.tokenizer import Tokenizer, fold
from indexer.vectors import VectorIndex

_UNITS = 600
_DEPTH = 100
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each leg counts in the fused score; they need not sum to one.

    Chosen on eight development sets (docs/evaluation.md).
    """

    dense: float = 0.7
    lexical: float = 0.2
    expansion: float = 0.1


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved clause.

    ``score`` is the fused score in 0–1, comparable only within one query; ``row`` is the clause's row in the index
    and ``similarity`` the mean cosine of its grains.
    """

    clause: Clause
    score: float
    row: int
    similarity: float


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A query ready for searching: ``vectors`` (1 or 2, dimension), with and without expansion, and its terms."""

    vectors: NDArray[np.float32]
    terms: tuple[str, ...]
    expansion: tuple[str, ...]


class Retriever:
    """Searches one index generation."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        segments: Sequence[Segment],
        tokenizer: Tokenizer,
        names: frozenset[str],
        speller: Speller,
        encoder: Encoder,
        weights: Weights,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.store = Store([segment.store for segment in segments])
        self.tokenizer = tokenizer
        self.names = names
        self.speller = speller
        self.encoder = encoder
        self._lexical = LexicalIndex([segment.postings for segment in segments], self.store.removed_rows())
        self._vectors = VectorIndex([segment.vectors for segment in segments])
        self._weights = weights

    @classmethod
    def open(cls, root: Path, encoder: Encoder, weights: Weights | None = None) -> Retriever:
        """Open the current generation below ``root``.

        Raises:
            IndexNotBuilt: there is none.
            StaleIndex: made by another encoder, tokenizer or format.
            CorruptIndex: files are missing or damaged.
        """
        folder = current_folder(root)
        manifest = read_manifest(folder)
        manifest.check(encoder_id=encoder.id, dimension=encoder.dimension)
        manifest.check_files(folder)
        try:
            dictionary = Dictionary.load(folder / DICTIONARY_FOLDER)
            manifest.check(encoder_id=encoder.id, dimension=encoder.dimension, tokenizer_id=Tokenizer(dictionary).id)
            segments = [Segment.open(folder, entry) for entry in manifest.segments]
            if not all(segment.is_consistent for segment in segments):
                raise _mismatch()
            retriever = cls(
                folder,
                manifest,
                segments,
                Tokenizer(dictionary.extended(_lines(folder / NEW_WORDS_FILE))),
                frozenset(_lines(folder / NAMES_FILE)),
                Speller.load(folder / SPELLING_FILE, general=folder / DICTIONARY_FOLDER / PINYIN_FILE),
                encoder,
                weights or Weights(),
            )
        except IndexerError:
            raise
        except Exception as error:  # whatever a library raises on damaged bytes
            raise CorruptIndex(
                f"索引文件缺失或已损坏:{folder.name}({type(error).__name__})",
                hint="请运行 wence index --rebuild 重建索引。",
            ) from error
        units = sum(map(Segment.units_without, segments, retriever.store.removed_rows()))
        if retriever._lexical.size != manifest.clauses or units != manifest.units:
            retriever.close()
            raise _mismatch()
        return retriever

    def close(self) -> None:
        """Release the files."""
        self.store.close()

    def specificity(self, phrase: str) -> float | None:
        """Return how rare ``phrase`` is: ln(clauses / clauses with its rarest word), ``None`` where it is absent."""
        counts = [self._lexical.frequency(word) for word in self.tokenizer.words_of(phrase)]
        if not counts or min(counts) == 0:
            return None
        return math.log(self.manifest.clauses / min(counts))

    def mentions(self, phrase: str, allow: Callable[[DocumentHead], bool] | None = None) -> bool:
        """Return whether a clause of the documents that ``allow`` admits has ``phrase``, in its text or headings.

        Only the clauses that BM25 finds first for its words are looked at.
        """
        masks = self.store.allowed_rows(allow)
        wanted = fold(phrase)
        found = self._lexical.top(tuple(self.tokenizer.terms(phrase)), masks, _LOOKED_AT) if wanted else {}
        return any(
            wanted in fold(" ".join([clause.text, *clause.heading_path]))
            for clause in self.store.clauses_at(list(found))
        )

    def prepare(self, query: str, expansion: Sequence[str] = ()) -> SearchQuery:
        """Return ``query``, with ``expansion`` for its lay terms, encoded and cut once for several searches."""
        texts = [query, f"{query} {' '.join(expansion)}"] if expansion else [query]
        return SearchQuery(
            vectors=self.encoder.encode_queries(texts),
            terms=tuple(self.tokenizer.terms(query)),
            expansion=tuple(term for phrase in expansion for term in self.tokenizer.terms(phrase)),
        )

    def search(
        self,
        query: SearchQuery,
        *,
        allow: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
        k: int = 10,
    ) -> list[Hit]:
        """Return the ``k`` best clauses for ``query``, best first, ties by clause id.

        ``allow`` decides before ranking which documents take part, ``clause_ids`` which of their clauses; a
        ``DocumentFilter`` does so without asking every document.
        """
        masks = self.store.allowed_rows(allow)
        if clause_ids is not None:
            masks = self.store.named_rows(masks, clause_ids)
        if not any(mask is None or mask.any() for mask in masks):
            return []
        dense = self._vectors.clause_scores(query.vectors, masks, units=_UNITS)
        legs = [(self._weights.dense / len(dense), scores) for scores in dense]
        legs.append((self._weights.lexical, self._lexical.top(query.terms, masks, _DEPTH)))
        if query.expansion:
            legs.append((self._weights.expansion, self._lexical.top(query.expansion, masks, _DEPTH)))
        fused = fuse(legs)
        rows = sorted(fused, key=lambda row: (-fused[row], row))[: k + 20]
        hits = [
            Hit(clause, fused[row], row, max(scores.get(row, 0.0) for scores in dense))
            for row, clause in zip(rows, self.store.clauses_at(rows), strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.clause.clause_id))[:k]

    def sentence_similarity(self, query: SearchQuery, hit: Hit) -> list[tuple[int, int, float]]:
        """Return ``(start, end, cosine)`` of each sentence of a hit's clause, offsets in the clause's text.

        The cosine is the best over the query's vectors.
        """
        spans = sentence_spans(hit.clause)
        if not spans:
            return [(0, len(hit.clause.text), hit.similarity)]
        scores = np.max([self._vectors.unit_scores(vector, hit.row, "sentence") for vector in query.vectors], axis=0)
        if len(scores) != len(spans):
            return [(start, end, hit.similarity) for start, end in spans]
        return [(start, end, float(score)) for (start, end), score in zip(spans, scores, strict=True)]


def fuse(legs: Sequence[tuple[float, dict[int, float]]]) -> dict[int, float]:
    """Return the weighted sum of the legs, each scaled to 0–1 over its best 100 rows (min-max; Lee 1997).

    A row that a leg does not hold gets 0 from it.
    """
    fused: dict[int, float] = {}
    for weight, scores in legs:
        best = sorted(sorted(scores.items()), key=itemgetter(1), reverse=True)[:_DEPTH]
        if not best:
            continue
        high, low = best[0][1], best[-1][1] if len(best) > 1 else 0.0
        span = (high - low) or 1.0
        for row, score in best:
            fused[row] = fused.get(row, 0.0) + weight * ((score - low) / span if len(best) > 1 else 1.0)
    return fused


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split()


def _mismatch() -> CorruptIndex:
    return CorruptIndex("索引各部分的条数对不上", hint="请运行 wence index --rebuild 重建索引。")
