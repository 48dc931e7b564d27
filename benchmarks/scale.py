"""How time, memory and size grow with the corpus: one index grown step by step to a million clauses.

Usage, from the repository root, with DATA holding ``laws/documents.jsonl.gz`` and ``news/passages.jsonl.gz``
({id, title, text} a line) and, for questions, ``stard/queries.jsonl``::

    python -m benchmarks.scale DATA --home FOLDER [--steps 1000 10000 100000 380000 1000000] [--facts-every 50]
    python -m benchmarks.scale DATA --home FOLDER --copies 1000000
    python -m benchmarks.scale DATA --home FOLDER --sample 500

Each step adds documents to the index of the step before with ``update_index``, then adds one document more, then asks
``--queries`` questions. Laws and news are mixed evenly; when they end, at 380,000 clauses, news follow whose halves are
put together anew, so that each sentence comes up to four times and hardly any clause twice. ``--copies`` goes on from
the index that is there without reading texts: its largest segment is copied under other ids, its vectors moved by noise
and indexed anew, until there are so many clauses; only sizes, questions and adding one document are measured then.

The vectors are those of a cheap stand-in unless ``--encoder default``: the mean of the default model's own token
embeddings, centred and normalised ("static e5"); its speed says nothing about
the real encoder, which ``--sample`` passages measure apart. Facts are extracted of every ``--facts-every``-th document
and their time is multiplied. Memory: VmHWM, RssAnon and RssFile of Linux; pages of mapped files count in RssFile only
while nothing else wants the memory.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.assembly import prepare_default_model
from assistant.settings import Settings
from corpus.facts.extract import extract_facts
from corpus.model import Document, Facts
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import Source
from indexer.build import corpus_hash, update_index
from indexer.encoder import Encoder, load_encoder
from indexer.generation import current_folder, publish, workspace
from indexer.heads import DocumentFilter
from indexer.manifest import MANIFEST_FILE, file_sizes, read_manifest
from indexer.passages import is_indexed, lexical_parts
from indexer.search import Retriever
from indexer.segment import Segment, merge_segments, open_store_part
from indexer.store import STORE_FILE, Store
from indexer.tokenizer import Tokenizer
from indexer.vectors import VectorIndex, VectorSegment
from indexer.words import WordCounts

VECTOR_FILES = ("units.faiss", "unit-codes.npy", "unit-scales.npy", "sketches.faiss")
# Length of the noise that is added to a copied unit vector: cosine 0.97 to its original.
NOISE = 0.25
# Copies of segments smaller than this are merged.
SMALL = 50_000
SENTENCES = re.compile(r"(?<=[。!?！？；])")
# How far apart the two passages are that give a recut one.
DISTANCES = (1, 54_321, 100_003)
LAST_LAW, LAST_PASSAGE = 3_421, 235_643


class StaticEncoder:
    """The mean of the default model's token embeddings, centred: fast, and distributed somewhat like real vectors."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer as Pieces

        weights = load_file(folder / "model.safetensors")
        table = next(w for name, w in weights.items() if name.endswith("word_embeddings.weight")).astype(np.float32)
        self._table = table - table.mean(axis=0)
        self._pieces = Pieces.from_file(str(folder / "tokenizer.json"))
        self._pieces.no_padding()
        self._pieces.enable_truncation(512)
        self.id = "static-e5"
        self.dimension = int(table.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors. *Shape:* (len(texts), dimension)"""
        found = np.empty((len(texts), self.dimension), np.float32)
        for at in range(0, len(texts), 256):
            for row, one in enumerate(self._pieces.encode_batch_fast(list(texts[at : at + 256])), at):
                found[row] = self._table[one.ids].mean(axis=0)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Return unit vectors. *Shape:* (len(texts), dimension)"""
        return self.encode_queries(texts)


@dataclass(slots=True)
class Timed:
    """Seconds spent in each stage, and how many clauses went through."""

    seconds: dict[str, float] = field(default_factory=dict)
    clauses: int = 0
    documents: int = 0

    def add(self, stage: str, started: float, times: float = 1.0) -> None:
        """Add the time since ``started`` to ``stage``."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + times * (time.perf_counter() - started)


@dataclass(slots=True)
class TimedEncoder:
    """An encoder whose time is taken."""

    encoder: Encoder
    timed: Timed

    @property
    def id(self) -> str:
        """The wrapped encoder's id."""
        return self.encoder.id

    @property
    def dimension(self) -> int:
        """The wrapped encoder's dimension."""
        return self.encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of questions."""
        return self.encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Return unit vectors of passages."""
        started = time.perf_counter()
        found = self.encoder.encode_passages(texts)
        self.timed.add("encode", started)
        return found


def lines(path: Path) -> Iterator[dict[str, str]]:
    """Yield the objects of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def corpus(data: Path, timed: Timed) -> Iterator[Document]:
    """Yield laws and news, evenly mixed; reading and parsing are timed."""
    gazetteer = Gazetteer.load()
    laws, news = lines(data / "laws/documents.jsonl.gz"), lines(data / "news/passages.jsonl.gz")
    for number in range(LAST_LAW):
        share = LAST_PASSAGE * (number + 1) // LAST_LAW - LAST_PASSAGE * number // LAST_LAW
        started = time.perf_counter()
        batch = [("law", item) for item in islice(laws, 1)] + [("news", item) for item in islice(news, share)]
        timed.add("read", started)
        for kind, item in batch:
            started = time.perf_counter()
            text = f"{item['title']}\n\n{item['text']}"
            name = f"{kind}-{item['id']}"
            source = Source(f"{name}.txt", name, text, hashlib.sha256(text.encode()).hexdigest())
            # Several versions of one law print the same number: the file's name tells them apart.
            document = with_id(parse_document(source, gazetteer), name)
            timed.add("segment", started)
            yield document


def recut(data: Path, timed: Timed) -> Iterator[Document]:
    """Yield news cut another way: the first sentences of each passage with the last ones of another."""
    gazetteer = Gazetteer.load()
    passages = [
        (item["id"], [one for one in SENTENCES.split(item["text"]) if one])
        for item in lines(data / "news/passages.jsonl.gz")
    ]
    for distance in DISTANCES:
        for number, (name, own) in enumerate(passages):
            other = passages[(number + distance) % len(passages)][1]
            started = time.perf_counter()
            text = "\n\n" + "".join([*own[: (len(own) + 1) // 2], *other[(len(other) + 1) // 2 :]])
            name = f"news-{name}-{distance}"
            source = Source(f"{name}.txt", name, text, hashlib.sha256(text.encode()).hexdigest())
            document = with_id(parse_document(source, gazetteer), name)
            timed.add("segment", started)
            yield document


def copies(home: Path, clauses: int) -> None:
    """Copy the segments of the current index under other ids until it has that many clauses."""
    with workspace(home) as folder:
        current = current_folder(home)
        manifest = read_manifest(current)
        shutil.copytree(current, folder, dirs_exist_ok=True, copy_function=os.link)
        (folder / MANIFEST_FILE).unlink()
        entries = list(manifest.segments)
        original = max((entry for entry in entries if not entry.removed), key=lambda entry: entry.clauses)
        turn = 0
        while sum(entry.clauses for entry in entries) < clauses:
            turn += 1
            name = f"seg-{max(int(entry.name[4:]) for entry in entries) + 1:06d}"
            print(f"copy {turn}: {name}", file=sys.stderr, flush=True)
            (folder / name).mkdir()
            for path in (current / original.name).iterdir():
                if path.name not in VECTOR_FILES:
                    shutil.copyfile(path, folder / name / path.name)
            with closing(sqlite3.connect(folder / name / STORE_FILE)) as connection, connection:
                for statement in RENAMED:
                    connection.execute(statement, {"new": f"{name}-"})
            part = VectorSegment.load(current / original.name)
            random = np.random.default_rng(turn)
            vectors = part.vectors()
            for block in np.array_split(vectors, len(vectors) // 50_000 + 1):
                block += NOISE / part.dimension**0.5 * random.standard_normal(block.shape, dtype=np.float32)
                block /= np.linalg.norm(block, axis=1, keepdims=True)
            VectorSegment.build(vectors, part.rows, part.grains, part.keys, part.clauses).save(folder / name)
            entries.append(replace(original, name=name))
        if original.clauses < SMALL:
            # What an index of that size that grew would look like.
            whole = [entry for entry in entries if entry.clauses == original.clauses]
            name = f"seg-{max(int(entry.name[4:]) for entry in entries) + 1:06d}"
            merged = merge_segments(folder, whole, [WordCounts() for _ in whole], name)
            for entry in whole:
                shutil.rmtree(folder / entry.name)
            entries = [*(entry for entry in entries if entry not in whole), merged]
        store = Store([open_store_part(folder, entry) for entry in entries])
        hashes = store.hashes()
        removed = store.removed_rows()
        store.close()
        opened = [Segment.open(folder, entry) for entry in entries]
        replace(
            manifest,
            corpus_hash=corpus_hash(hashes),
            documents=len(hashes),
            clauses=sum(entry.clauses for entry in entries) - sum(map(len, removed)),
            units=sum(map(Segment.units_without, opened, removed)),
            segments=tuple(entries),
            files=file_sizes(folder),
        ).write(folder)
        publish(home, folder)


RENAMED = (
    "UPDATE documents SET doc_id = :new || doc_id",
    "UPDATE clauses SET doc_id = :new || doc_id, clause_id = :new || clause_id, parent_id = :new || parent_id",
    "UPDATE facts SET doc_id = :new || doc_id, clause_id = :new || clause_id",
)


def memory() -> dict[str, float]:
    """Return peak, private and file-backed resident memory in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        values = dict(line.split(":", 1) for line in status)
    return {name: int(values[name].split()[0]) / 1024 for name in ("VmHWM", "RssAnon", "RssFile")}


def grow(home: Path, documents: Iterator[Document], clauses: int, encoder: Encoder, timed: Timed, every: int) -> None:
    """Add documents until the index has that many clauses."""

    def taken() -> Iterator[Document]:
        while timed.clauses < clauses and (document := next(documents, None)) is not None:
            timed.clauses += sum(map(is_indexed, document.clauses))
            timed.documents += 1
            yield document

    def facts(document: Document) -> Facts:
        if timed.documents % every:
            return Facts()
        started = time.perf_counter()
        found = extract_facts(document)
        timed.add("facts", started, every)
        timed.add("facts really", started)
        return found

    update_index(
        home, add=taken(), extract_facts=facts, encoder=TimedEncoder(encoder, timed), progress=True, total=None
    )


def ask(home: Path, encoder: Encoder, questions: Sequence[str], *, exact: int) -> dict[str, float]:
    """Return latencies, memory and recall of a freshly opened index."""
    started = time.perf_counter()
    retriever = Retriever.open(home, encoder)
    opened = time.perf_counter() - started
    found: dict[str, float] = {"open s": opened}
    started = time.perf_counter()
    retriever.search(retriever.prepare(questions[0]))
    found["first query ms"] = (time.perf_counter() - started) * 1000
    regions = [region for region in retriever.store.columns().regions if region and region.chain]
    if regions:
        region = regions[len(regions) // 2]
        gate = DocumentFilter(region=lambda other: other.contains(region))
        found |= timings("gated ", retriever, questions, gate)
    found |= timings("", retriever, questions, None)
    found |= {f"query {name}": value for name, value in memory().items()}
    manifest = retriever.manifest
    segments = [Segment.open(retriever.folder, entry).vectors for entry in manifest.segments]
    masks = retriever.store.allowed_rows(None)
    vectors = encoder.encode_queries(questions[:exact])
    index = VectorIndex(segments)
    shares: dict[int, list[float]] = {10: [], 100: []}
    for vector in vectors:
        (got,), (true,) = (index.clause_scores(vector[None], masks, units=600, exact=flag) for flag in (False, True))
        for depth, values in shares.items():
            best = sorted(true, key=lambda row: (-true[row], row))[:depth]
            mine = sorted(got, key=lambda row: (-got[row], row))[:depth]
            values.append(len(set(best) & set(mine)) / len(best))
    found |= {f"recall@{depth}": float(np.mean(values)) for depth, values in shares.items()}
    retriever.close()
    return found


def timings(
    name: str, retriever: Retriever, questions: Sequence[str], allow: Callable[..., bool] | None
) -> dict[str, float]:
    """Return p50 and p95 in ms of preparing and searching, by the clock and of processor time."""
    values = []
    for question in questions:
        started = time.perf_counter(), time.process_time()
        retriever.search(retriever.prepare(question), allow=allow)
        values.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    return {
        f"{name}{kind}p{percent} ms": float(np.percentile(column, percent)) * 1000
        for kind, column in zip(("", "processor "), np.transpose(values), strict=True)
        for percent in (50, 95)
    }


def size_of(folder: Path) -> float:
    """Return the size of a folder in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def sample(data: Path, count: int, settings: Settings) -> None:
    """Print the speed of tokenising and of the real encoder over units of ``count`` clauses."""
    from indexer.dictionary import Dictionary
    from indexer.passages import units_of

    pairs = []
    for document in corpus(data, Timed()):
        pairs += [(document, clause) for clause in document.clauses if is_indexed(clause)]
        if len(pairs) >= count:
            break
    pairs = pairs[:count]
    tokenizer = Tokenizer(Dictionary.build())
    started = time.perf_counter()
    for document, clause in pairs:
        tokenizer.read(" ".join(lexical_parts(document, clause)))
    print(f"tokenise: {len(pairs) / (time.perf_counter() - started):.0f} clauses/s")
    units = [unit.text for document, clause in pairs for unit in units_of(document, clause, 0)]
    encoder = load_encoder("default", settings.models_dir, threads=settings.threads)
    chosen = units[:: max(1, len(units) // 1000)]
    started = time.perf_counter()
    encoder.encode_passages(chosen)
    speed = len(chosen) / (time.perf_counter() - started)
    print(
        f"default encoder: {speed:.1f} units/s over {len(chosen)} units; {len(units) / len(pairs):.2f} units a clause"
    )


def renamed(documents: Iterator[Document]) -> Iterator[Document]:
    """Yield documents that no index has yet."""
    for document in documents:
        yield with_id(document, f"new-{time.time_ns()}-{document.doc_id}")


def finish(
    args: argparse.Namespace, documents: Iterator[Document], encoder: Encoder, timed: Timed
) -> dict[str, object]:
    """Add one document, then ask: what is measured of an index however it was made."""
    row: dict[str, object] = {}
    started = time.perf_counter()
    grow(args.home, documents, timed.clauses + 1, encoder, timed, 1)
    row["add one document s"] = time.perf_counter() - started
    folder = current_folder(args.home)
    manifest = read_manifest(folder)
    row |= {"index MB": size_of(folder), "clauses": manifest.clauses, "documents": manifest.documents}
    row |= {"units": manifest.units, "segments": len(manifest.segments)}
    # A process of its own, so that building does not count in the memory of asking.
    command = [sys.executable, "-m", "benchmarks.scale", str(args.data), "--home", str(args.home), "--only-ask"]
    command += ["--queries", str(args.queries), "--encoder", args.encoder]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout
    return row | json.loads(output)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the steps and print a JSON line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--steps", type=int, nargs="+", default=[1_000, 10_000, 100_000, 380_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--facts-every", type=int, default=50)
    parser.add_argument("--encoder", choices=("static", "default"), default="static")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--copies", type=int, default=0, metavar="CLAUSES")
    parser.add_argument("--only-ask", action="store_true", help="ask the index that is there")
    args = parser.parse_args(argv)
    settings = Settings()
    folder = prepare_default_model(settings)
    if args.sample:
        sample(args.data, args.sample, settings)
        return 0
    encoder: Encoder = (
        StaticEncoder(folder) if args.encoder == "static" else load_encoder("default", settings.models_dir)
    )
    with (args.data / "stard/queries.jsonl").open(encoding="utf-8") as file:
        questions = [json.loads(line)["text"] for line in islice(file, args.queries)]
    if args.only_ask:
        print(json.dumps(ask(args.home, encoder, questions, exact=min(30, args.queries))), flush=True)
        return 0
    timed = Timed()
    documents = chain(corpus(args.data, timed), recut(args.data, timed))
    if args.copies:
        copies(args.home, args.copies)
        print(json.dumps({"copies": args.copies} | finish(args, renamed(documents), encoder, timed)), flush=True)
        return 0
    for step in args.steps:
        before, clauses, documents_before = dict(timed.seconds), timed.clauses, timed.documents
        started = time.perf_counter()
        grow(args.home, documents, step, encoder, timed, args.facts_every)
        wall = time.perf_counter() - started
        spent = {stage: seconds - before.get(stage, 0.0) for stage, seconds in timed.seconds.items()}
        new = timed.clauses - clauses
        known = sum(spent.get(stage, 0.0) for stage in ("read", "segment", "encode", "facts really"))
        spent["tokenise, index, store, merge"] = wall - known
        row: dict[str, object] = {
            "step": step,
            "clauses": timed.clauses,
            "documents added": timed.documents - documents_before,
            "wall s": wall,
            "clauses/s": {stage: round(new / seconds) for stage, seconds in spent.items() if seconds > 0},
            **{f"build {name}": value for name, value in memory().items()},
        }
        row |= finish(args, documents, encoder, timed)
        print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
