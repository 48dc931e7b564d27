"""Documents in, an index generation on disk out, switched to atomically."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexerError, IndexNotBuilt
from corpus.facts.extract import Facts
from corpus.model import Document
from indexer.dictionary import Dictionary
from indexer.encoder import Encoder
from indexer.lexical import LexicalIndex
from indexer.manifest import FORMAT_VERSION, Manifest, file_sizes, read_manifest
from indexer.passages import GRAINS, Unit, is_indexed, lexical_text, units_of
from indexer.spelling import SPELLING_FILE, Speller
from indexer.store import STORE_FILE, Store, write_store
from indexer.tokenizer import Tokenizer, fold
from indexer.vectors import VectorIndex

CURRENT_FILE = "CURRENT"
LEXICAL_FOLDER = "bm25"
_KEY_BYTES = 16
NAMES_FILE = "names.txt"
# gen-000012
_GENERATION = re.compile(r"gen-\d+")
_NEW_WORD = 2
# “赣鄱工匠” · “证书直补”
_PLAN = re.compile("[一二三四五六七八九十]{2,3}五(?:时期|期间|规划)?")
_NAME = re.compile(r"“(?P<name>[\u4e00-\u9fffA-Za-z0-9]{3,10})”")


@dataclass(frozen=True, slots=True)
class Built:
    """A finished generation: its folder, its manifest, and how many vectors were computed and reused."""

    folder: Path
    manifest: Manifest
    encoded: int
    reused: int


def build_index(
    root: Path,
    documents: Sequence[Document],
    extract_facts: Callable[[Document], Facts],
    encoder: Encoder,
    *,
    extra_words: Sequence[str] = (),
    places: Sequence[str] = (),
    reuse: bool = True,
    progress: bool = False,
) -> Built:
    """Build a generation of ``documents`` below ``root`` and make it the current one.

    With ``reuse``, vectors of units whose text the current generation has, made by the same encoder, are
    taken over. The
    previous generation serves until the switch and survives any failure before it.

    Raises:
        IndexerError: nothing to index.
    """
    rows = [(document, clause) for document in documents for clause in document.clauses]
    flags = [is_indexed(clause) for _, clause in rows]
    passages = [pair for pair, flag in zip(rows, flags, strict=True) if flag]
    if not passages:
        raise IndexerError("没有可以建立索引的条款", hint="请检查文件里是否有正文。")
    root.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix="building-", dir=root))
    try:
        lexical = [lexical_text(document, clause) for document, clause in passages]
        tokenizer = tokenizer_for(lexical, extra_words)
        tokenizer.dictionary.save(workspace)
        names = names_in(lexical)
        (workspace / NAMES_FILE).write_text("\n".join(names) + "\n", encoding="utf-8")
        spellings = spelling_words(lexical, tokenizer, names, extra_words, places)
        Speller.build(spellings).save(workspace / SPELLING_FILE)
        LexicalIndex.build([tokenizer.terms(text) for text in lexical]).save(workspace / LEXICAL_FOLDER)
        units = [unit for row, (document, clause) in enumerate(passages) for unit in units_of(document, clause, row)]
        known = _current_vectors(root, encoder) if reuse else {}
        vectors, keys, reused = _encode(units, encoder, known, progress=progress)
        index = VectorIndex.build(
            vectors,
            np.array([unit.row for unit in units], dtype=np.int64),
            np.array([GRAINS.index(unit.grain) for unit in units], dtype=np.int8),
            keys,
        )
        index.save(workspace)
        write_store(workspace / STORE_FILE, documents, [extract_facts(d) for d in documents], flags)
        manifest = Manifest(
            FORMAT_VERSION,
            corpus_hash(documents),
            encoder.id,
            encoder.dimension,
            tokenizer.id,
            len(documents),
            len(passages),
            len(units),
            noise_level(index, encoder),
            datetime.now(UTC).isoformat(timespec="seconds"),
            file_sizes(workspace),
        )
        manifest.write(workspace)
        folder = _publish(root, workspace)
    except BaseException:
        shutil.rmtree(workspace, ignore_errors=True)
        raise
    return Built(folder, manifest, len(units) - reused, reused)


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
) -> Built:
    """Add documents to the current index, replacing those of the same ``doc_id``, and drop the ids in ``remove``.

    Without an index one is made. Ids in ``remove`` that are not there are passed over; one that is also in ``add`` is
    added. The previous generation serves until the switch and survives any failure before it.

    Raises:
        IndexerError: nothing would be left to search.
    """
    kept: dict[str, Document] = {}
    try:
        store = Store(current_folder(root) / STORE_FILE)
    except IndexNotBuilt:
        pass
    else:
        kept = {doc_id: store.document(doc_id) for doc_id in store.heads if doc_id not in remove}
        store.close()
    kept |= {document.doc_id: document for document in add}
    return build_index(
        root,
        list(kept.values()),
        extract_facts,
        encoder,
        extra_words=extra_words,
        places=places,
        progress=progress,
    )


def open_store(folder: Path) -> Store:
    """Open the documents of the generation ``folder``, whatever encoder made it. Raises ``CorruptIndex``."""
    return Store(folder / STORE_FILE)


def current_folder(root: Path) -> Path:
    """Return the folder of the current generation. Raises ``IndexNotBuilt``."""
    try:
        name = (root / CURRENT_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    folder = root / name
    # The name comes from a file: take nothing but a generation.
    if not _GENERATION.fullmatch(name) or not folder.is_dir():
        raise IndexNotBuilt(f"还没有索引:{root}", hint="请先运行 wence index。")
    return folder


def tokenizer_for(texts: Sequence[str], extra_words: Sequence[str]) -> Tokenizer:
    """Return a tokenizer that also knows ``extra_words`` and the new words of ``texts`` (赣鄱, 康养)."""
    words = list(map(fold, extra_words))
    tokenizer = Tokenizer(Dictionary.build(words))
    counts = Counter(word for text in texts for word in tokenizer.new_words(text))
    return Tokenizer(Dictionary.build([*words, *(word for word, count in counts.items() if count >= _NEW_WORD)]))


def spelling_words(
    texts: Sequence[str], tokenizer: Tokenizer, names: Sequence[str], terms: Sequence[str], places: Sequence[str]
) -> dict[str, int]:
    """Return the words that a misspelt question may mean, with the number of texts that have them.

    ``terms`` count where they occur; ``places``, which no typo should be turned into, count 0.
    """
    folded = [fold(text) for text in texts]
    counts = Counter(word for text in texts for word in set(tokenizer.words_of(text)))
    for term in (*names, *terms):
        counts[term] = max(counts[term], sum(fold(term) in text for text in folded))
    return {place: 0 for place in places} | {word: count for word, count in counts.items() if count}


def names_in(texts: Sequence[str]) -> list[str]:
    """Return what ``texts`` put in quotation marks, folded and sorted: the proper names of plans, brands and prizes."""
    names = {fold(match["name"]) for text in texts for match in _NAME.finditer(text)}
    return sorted(name for name in names if not _PLAN.fullmatch(name))


def noise_level(index: VectorIndex, encoder: Encoder) -> float:
    """Return the mean best similarity that the probes, sentences off every policy subject, reach in ``index``.

    Cosines of one encoder lie in a narrow band of its own; what is not above this level says nothing.
    """
    lines = resources.files("indexer").joinpath("data/probes.txt").read_text(encoding="utf-8").splitlines()
    probes = [line for line in lines if line and not line.startswith("#")]
    return round(float(np.mean([index.best_similarity(v) for v in encoder.encode_queries(probes)])), 4)


def corpus_hash(documents: Sequence[Document]) -> str:
    """Return a hash of the documents' ids and contents, independent of their order."""
    lines = sorted(f"{document.doc_id} {document.sha256}" for document in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _encode(
    units: Sequence[Unit], encoder: Encoder, known: dict[bytes, NDArray[np.float32]], *, progress: bool
) -> tuple[NDArray[np.float32], NDArray[np.uint8], int]:
    hashes = [hashlib.blake2b(unit.text.encode(), digest_size=_KEY_BYTES).digest() for unit in units]
    missing = list({h: unit.text for h, unit in zip(hashes, units, strict=True) if h not in known}.items())
    fresh = encoder.encode_passages([text for _, text in missing], progress=progress)
    found = known | {h: vector for (h, _), vector in zip(missing, fresh, strict=True)}
    vectors = np.stack([found[h] for h in hashes]).astype(np.float32)
    keys = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, _KEY_BYTES)
    return vectors, keys, len(units) - len(missing)


def _current_vectors(root: Path, encoder: Encoder) -> dict[bytes, NDArray[np.float32]]:
    try:
        folder = current_folder(root)
        if read_manifest(folder).encoder_id != encoder.id:
            return {}
        index = VectorIndex.load(folder)
    except Exception:  # a damaged previous generation only costs the reuse
        return {}
    return {bytes(key): vector for key, vector in zip(index.keys, index.vectors(), strict=True)}


def _publish(root: Path, workspace: Path) -> Path:
    taken = [int(p.name[4:]) for p in root.glob("gen-*") if p.name[4:].isdigit()]
    folder = root / f"gen-{max(taken, default=0) + 1:06d}"
    os.replace(workspace, folder)
    pointer = root / f"{CURRENT_FILE}.new"
    pointer.write_text(folder.name, encoding="ascii")
    os.replace(pointer, root / CURRENT_FILE)
    # The generation before this one stays for readers that are just opening it.
    for old in sorted(p for p in root.glob("gen-*") if p.name < folder.name)[:-1]:
        shutil.rmtree(old, ignore_errors=True)
    return folder
