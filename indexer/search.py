"""Hybrid retrieval: dense and lexical scores of the allowed clauses, fused."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptIndex, IndexerError
from corpus.model import Clause
from indexer.build import LEXICAL_FOLDER, NAMES_FILE, current_folder
from indexer.dictionary import Dictionary
from indexer.encoder import Encoder
from indexer.lexical import LexicalIndex
from indexer.manifest import Manifest, read_manifest
from indexer.passages import sentence_spans
from indexer.spelling import SPELLING_FILE, Speller
from indexer.store import STORE_FILE, DocumentHead, Store
from indexer.tokenizer import Tokenizer
from indexer.vectors import VectorIndex

_UNITS = 600
_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each leg counts in the fused score; they need not sum to one."""

    dense: float = 0.6
    lexical: float = 0.3
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
        store: Store,
        lexical: LexicalIndex,
        vectors: VectorIndex,
        tokenizer: Tokenizer,
        names: frozenset[str],
        speller: Speller,
        encoder: Encoder,
        weights: Weights,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.store = store
        self.tokenizer = tokenizer
        self.names = names
        self.speller = speller
        self.encoder = encoder
        self._lexical = lexical
        self._vectors = vectors
        self._weights = weights

    @classmethod
    def open(cls, root: Path, encoder: Encoder, weights: Weights | None = None) -> Retriever:
        """Open the current generation below ``root``.

        Raises:
            IndexNotBuilt: there is none.
            StaleIndex: made by another encoder or format.
            CorruptIndex: files are missing or damaged.
        """
        folder = current_folder(root)
        manifest = read_manifest(folder)
        manifest.check(encoder_id=encoder.id, dimension=encoder.dimension)
        manifest.check_files(folder)
        try:
            lexical = LexicalIndex.load(folder / LEXICAL_FOLDER)
            vectors = VectorIndex.load(folder)
            tokenizer = Tokenizer(Dictionary.load(folder))
            names = frozenset((folder / NAMES_FILE).read_text(encoding="utf-8").split())
            speller = Speller.load(folder / SPELLING_FILE)
            store = Store(folder / STORE_FILE)
        except IndexerError:
            raise
        except Exception as error:  # whatever a library raises on damaged bytes
            raise CorruptIndex(
                f"索引文件缺失或已损坏:{folder.name}({type(error).__name__})",
                hint="请运行 wence index --rebuild 重建索引。",
            ) from error
        if not (lexical.size == manifest.clauses == store.clause_count() and vectors.size == manifest.units):
            raise CorruptIndex("索引各部分的条数对不上", hint="请运行 wence index --rebuild 重建索引。")
        return cls(folder, manifest, store, lexical, vectors, tokenizer, names, speller, encoder, weights or Weights())

    def close(self) -> None:
        """Release the files."""
        self.store.close()

    def specificity(self, phrase: str) -> float | None:
        """Return how rare ``phrase`` is: ln(clauses / clauses with its rarest word), ``None`` where it is absent."""
        counts = [self._lexical.frequency(word) for word in self.tokenizer.words_of(phrase)]
        if not counts or min(counts) == 0:
            return None
        return math.log(self.manifest.clauses / min(counts))

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

        ``allow`` decides before ranking which documents take part, ``clause_ids`` which of their clauses.
        """
        allowed = self._allowed(allow)
        if clause_ids is not None:
            named = np.zeros_like(allowed)
            named[self.store.rows_of(clause_ids)] = True
            allowed &= named
        if not allowed.any():
            return []
        dense = [self._vectors.clause_scores(vector, allowed, units=_UNITS) for vector in query.vectors]
        legs = [(self._weights.dense / len(dense), scores) for scores in dense]
        legs.append((self._weights.lexical, self._lexical_scores(query.terms, allowed)))
        if query.expansion:
            legs.append((self._weights.expansion, self._lexical_scores(query.expansion, allowed)))
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

    def _allowed(self, allow: Callable[[DocumentHead], bool] | None) -> NDArray[np.bool_]:
        if allow is None:
            return np.ones(self.manifest.clauses, dtype=np.bool_)
        verdict = {doc_id: allow(head) for doc_id, head in self.store.heads.items()}
        return np.fromiter(
            (verdict[doc_id] for doc_id in self.store.row_documents), dtype=np.bool_, count=self.manifest.clauses
        )

    def _lexical_scores(self, terms: Sequence[str], allowed: NDArray[np.bool_]) -> dict[int, float]:
        scores = np.where(allowed, self._lexical.scores(terms), 0.0)
        count = min(_DEPTH, int((scores > 0).sum()))
        if count == 0:
            return {}
        best = np.argpartition(-scores, count - 1)[:count]
        return {int(row): float(scores[row]) for row in best}


def fuse(legs: Sequence[tuple[float, dict[int, float]]]) -> dict[int, float]:
    """Return the weighted sum of the legs, each scaled to 0–1 over its best 100 rows (min-max; Lee 1997).

    A row that a leg does not hold gets 0 from it.
    """
    fused: dict[int, float] = {}
    for weight, scores in legs:
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:_DEPTH]
        if not best:
            continue
        high, low = best[0][1], best[-1][1] if len(best) > 1 else 0.0
        span = (high - low) or 1.0
        for row, score in best:
            fused[row] = fused.get(row, 0.0) + weight * ((score - low) / span if len(best) > 1 else 1.0)
    return fused
