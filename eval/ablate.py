"""What each part of retrieval contributes: the same questions with a part left out or alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from corpus.model import Clause, Document
from corpus.regions import Gazetteer
from eval.items import Item
from eval.measures.retrieval import MEASURES, retrieval
from eval.measures.share import Scores
from eval.qrels import Qrels
from eval.significance import Difference, difference
from eval.systems import DEPTH
from indexer.build import open_store
from indexer.encoder import Encoder
from indexer.generation import CURRENT_FILE, current_folder
from indexer.lexicon import Lexicon
from indexer.manifest import MANIFEST_FILE, SegmentEntry, file_sizes, read_manifest
from indexer.passages import GRAINS, Unit, units_of
from indexer.search import Retriever, Weights
from indexer.segment import Segment, open_store_part
from indexer.store import Store
from indexer.vectors import VectorSegment

Vectors = NDArray[np.float32]
Find = Callable[[Item], Sequence[str]]
Prefix = Callable[[Document, Clause], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the name, the measures' means, and the paired difference of nDCG@10 to the first row."""

    name: str
    means: dict[str, float]
    change: Difference | None


@dataclass(slots=True)
class MemoEncoder:
    """An encoder that embeds each question once, however many rows ask it."""

    encoder: Encoder
    _known: dict[str, Vectors] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The wrapped encoder's id."""
        return self.encoder.id

    @property
    def dimension(self) -> int:
        """The wrapped encoder's dimension."""
        return self.encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of questions. *Shape:* (len(texts), dimension)"""
        for text in texts:
            if text not in self._known:
                self._known[text] = self.encoder.encode_queries([text])[0]
        return np.stack([self._known[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors of passages. *Shape:* (len(texts), dimension)"""
        return self.encoder.encode_passages(texts, progress=progress)


WEIGHTS = {
    "只用 BM25": Weights(dense=0.0, lexical=1.0, expansion=0.0),
    "只用向量": Weights(dense=1.0, lexical=0.0, expansion=0.0),
    "向量 + BM25,不用俗语扩展的词": Weights(expansion=0.0),
}
GRAIN_SETS = {
    "向量只用整条": ("clause",),
    "向量用整条和片段": ("clause", "chunk"),
    "向量用整条和句子": ("clause", "sentence"),
}
PREFIXES: dict[str, Prefix] = {
    "条款前不加标题": lambda document, clause: "",
    "条款前加全部标题": lambda document, clause: " ".join(clause.heading_path),
    "条款前加文件名和全部标题": lambda document, clause: " ".join([document.title, *clause.heading_path]),
}


def ablate(root: Path, encoder: Encoder, items: Sequence[Item], qrels: Qrels, *, scratch: Path) -> Iterator[Row]:
    """Yield the row of the whole retriever over the index at ``root``, then one for each part left out or changed.

    Only items with relevant clauses count. Indexes with other vectors are written below ``scratch``; the rows with
    other text before the clauses embed every clause anew.
    """
    judged = [item for item in items if item.id in qrels]
    memo = MemoEncoder(encoder)
    whole = _run(_gated(Retriever.open(root, memo)), judged, qrels)
    yield _row("全部(现行设置)", whole, None, judged)
    yield _row("不用地区闸门和扩展", _run(_bare(Retriever.open(root, memo)), judged, qrels), whole, judged)
    for name, weights in WEIGHTS.items():
        yield _row(name, _run(_gated(Retriever.open(root, memo, weights)), judged, qrels), whole, judged)
    altered: dict[str, Callable[[SegmentEntry], VectorSegment]] = {
        **{name: partial(_only, root, grains) for name, grains in GRAIN_SETS.items()},
        **{name: partial(_embedded, root, encoder, prefix) for name, prefix in PREFIXES.items()},
    }
    for number, (name, vectors) in enumerate(altered.items()):
        other = _with_vectors(root, vectors, scratch / str(number))
        yield _row(name, _run(_gated(Retriever.open(other, memo)), judged, qrels), whole, judged)


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table in Markdown."""
    lines = [
        f"| | {' | '.join(MEASURES)} | nDCG@10 之差 | p |",
        "|---|" + "---:|" * (len(MEASURES) + 2),
    ]
    for row in rows:
        change = row.change
        last = f"{change.change:+.3f} [{change.low:+.3f}, {change.high:+.3f}] | {change.shown_p}" if change else "– | –"
        lines.append(f"| {row.name} | {' | '.join(f'{row.means[key]:.3f}' for key in MEASURES)} | {last} |")
    return "\n".join(lines)


def _with_vectors(root: Path, vectors: Callable[[SegmentEntry], VectorSegment], copy: Path) -> Path:
    """Return ``copy`` as the root of an index that differs from the one at ``root`` in its vectors alone."""
    folder = copy / "gen-000001"
    shutil.copytree(current_folder(root), folder)
    manifest = read_manifest(folder)
    entries: list[SegmentEntry] = []
    for entry in manifest.segments:
        segment = vectors(entry)
        segment.save(folder / entry.name)
        entries.append(replace(entry, units=segment.size))
    (folder / MANIFEST_FILE).unlink()
    store = open_store(current_folder(root))
    opened = [Segment.open(folder, entry) for entry in entries]
    units = sum(map(Segment.units_without, opened, store.removed_rows()))
    store.close()
    replace(manifest, units=units, segments=tuple(entries), files=file_sizes(folder)).write(folder)
    (copy / CURRENT_FILE).write_text(folder.name, encoding="ascii")
    return copy


def _only(root: Path, grains: Sequence[str], entry: SegmentEntry) -> VectorSegment:
    whole = VectorSegment.load(current_folder(root) / entry.name)
    kept = np.isin(whole.grains, [GRAINS.index(grain) for grain in GRAINS if grain in grains])
    return VectorSegment.build(
        whole.vectors()[kept], whole.rows[kept], whole.grains[kept], whole.keys[kept], whole.clauses
    )


def _embedded(root: Path, encoder: Encoder, prefix: Prefix, entry: SegmentEntry) -> VectorSegment:
    """Return the vectors of all units with another text before each."""
    store = Store([replace(open_store_part(current_folder(root), entry), removed=frozenset())])
    documents = {doc_id: store.document(doc_id) for doc_id in store.heads}
    units: list[Unit] = []
    for row, clause in enumerate(store.indexed_clauses()):
        document = documents[clause.doc_id]
        for unit in units_of(document, clause, row):
            # A unit is its prefix, a line feed and its own words.
            body = unit.text.partition("\n")[2]
            units.append(replace(unit, text=f"{prefix(document, clause)}\n{body}".strip()))
    store.close()
    return VectorSegment.build(
        encoder.encode_passages([unit.text for unit in units]),
        np.array([unit.row for unit in units], dtype=np.int64),
        np.array([GRAINS.index(unit.grain) for unit in units], dtype=np.int8),
        np.zeros((len(units), 16), dtype=np.uint8),
        entry.clauses,
    )


def _gated(retriever: Retriever) -> Find:
    """Return the product's own search."""
    assistant = Assistant(retriever, Gazetteer.load(), Lexicon.load())
    return lambda item: [hit.citation.clause_id for hit in assistant.search(item.question, region=item.region, k=DEPTH)]


def _bare(retriever: Retriever) -> Find:
    """Return the retriever's search of the bare question over everything."""
    return lambda item: [hit.clause.clause_id for hit in retriever.search(retriever.prepare(item.question), k=DEPTH)]


def _run(find: Find, items: Sequence[Item], qrels: Qrels) -> dict[str, Scores]:
    return retrieval({item.id: qrels[item.id] for item in items}, {item.id: find(item) for item in items})


def _row(name: str, scores: dict[str, Scores], whole: dict[str, Scores] | None, items: Sequence[Item]) -> Row:
    means = {key: sum(scores[item.id][key].part for item in items) / len(items) for key in MEASURES}
    if whole is None:
        return Row(name, means, None)
    topics = [item.topic for item in items]
    first, second = ([found[item.id]["nDCG@10"] for item in items] for found in (whole, scores))
    return Row(name, means, difference(first, second, topics))
