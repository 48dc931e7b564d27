"""Puts the application together from its settings; the only place that knows every part."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
from assistant.answerable import Answerability
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.errors import CorruptIndex, IndexerError, IndexNotBuilt, UnreadableSource
from corpus.facts.extract import extract_facts
from corpus.model import Document
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import SUFFIXES, Source, find_sources, read_sources, stem_of
from indexer.build import build_index as build_generation
from indexer.build import current_folder
from indexer.encoder import Encoder, load_encoder
from indexer.lexicon import Lexicon
from indexer.search import Retriever
from indexer.store import STORE_FILE, Store

# Longer policy terms would swallow the words inside them.
_MAX_WORD = 6


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What ``build_index`` did.

    ``skipped`` holds ``(file, reason)``, ``notes`` what to know of a file that was read (``(file, note)``, Chinese).
    """

    documents: int
    clauses: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float
    index_dir: Path
    notes: tuple[tuple[str, str], ...] = ()


def default_documents() -> Path:
    """Return the folder of the documents that come with the program."""
    return Path(corpus.__file__).parent / "documents"


def prepare_default_model(settings: Settings, progress: bool = True) -> Path:
    """Prepare the default encoder below ``WENCE_HOME`` where it is missing; return its folder."""
    from indexer.model_folder import DEFAULT_MODEL
    from indexer.model_preparation import prepare_model

    folder = settings.models_dir / DEFAULT_MODEL
    prepare_model(folder, progress=progress)
    return folder


def build_index(
    settings: Settings, paths: Sequence[Path] = (), *, progress: bool = True, rebuild: bool = False
) -> IndexReport:
    """Add or update the documents at ``paths`` and switch to the new index.

    Documents already in the index stay; one with the same id is replaced. Without ``paths`` the bundled documents are
    taken. With ``rebuild`` everything is encoded anew: the documents at ``paths`` and no others or, without ``paths``,
    those of the index from their stored text (the bundled ones where the old index cannot be read). A file that
    cannot be read, or a part of one (a member of an archive, a record), is skipped and reported.

    Raises:
        UnreadableSource: a path does not exist.
        IndexerError: nothing readable was found.
    """
    started = time.monotonic()
    gazetteer = Gazetteer.load()
    stored = _reread(settings, gazetteer) if rebuild else _indexed_documents(settings)
    kept = [] if rebuild and paths else stored
    documents: dict[str, Document] = {document.doc_id: document for document in kept}
    wanted = list(paths) or ([] if rebuild and documents else [default_documents()])
    files, refused = find_sources(wanted)
    skipped = [(path.name, reason) for path, reason in refused]
    fresh: dict[str, Document] = {}
    notes: list[tuple[str, str]] = []
    for source in _sources(files, skipped):
        notes += [(source.name, note) for note in source.notes]
        document = parse_document(source, gazetteer)
        twin = fresh.get(document.doc_id)
        if twin is not None and twin.sha256 == document.sha256:
            skipped.append((source.name, f"与 {twin.source} 内容相同"))
            continue
        # Two texts may print one 文号, a notice and its explanation say; neither may hide the other.
        number = 1
        doc_id = document.doc_id
        while doc_id in fresh:
            number += 1
            doc_id = f"{document.doc_id}~{number}"
        fresh[doc_id] = document if number == 1 else with_id(document, doc_id)
    if (not fresh and not documents) or (paths and not fresh):
        reasons = ";".join(f"{name}:{reason}" for name, reason in skipped[:3])
        raise IndexerError(f"没有可以收录的文件。{reasons}", hint=f"请检查路径。能读的格式:{' '.join(SUFFIXES)}。")
    documents |= fresh
    built = build_generation(
        settings.index_dir,
        list(documents.values()),
        extract_facts,
        _encoder(settings, progress=progress),
        extra_words=sorted(term for term in Lexicon.load().policy_terms() if len(term) <= _MAX_WORD),
        places=gazetteer.main_names(),
        reuse=not rebuild,
        progress=progress,
    )
    return IndexReport(
        documents=len(documents),
        clauses=built.manifest.clauses,
        skipped=tuple(skipped),
        seconds=time.monotonic() - started,
        index_dir=built.folder,
        notes=tuple(notes),
    )


def open_assistant(
    settings: Settings, *, progress: bool = True, answerability: Answerability | None = None
) -> Assistant:
    """Return an assistant over the current index; the first call on a fresh home prepares model and index.

    ``answerability`` stands in for the model that comes with the program.
    """
    try:
        current_folder(settings.index_dir)
    except IndexNotBuilt:
        build_index(settings, progress=progress)
    retriever = Retriever.open(settings.index_dir, _encoder(settings, progress=progress))
    return Assistant(retriever, Gazetteer.load(), Lexicon.load(), answerability)


def _encoder(settings: Settings, *, progress: bool) -> Encoder:
    if settings.encoder == "default":
        prepare_default_model(settings, progress=progress)
    return load_encoder(settings.encoder, settings.models_dir, threads=settings.threads)


def _reread(settings: Settings, gazetteer: Gazetteer) -> list[Document]:
    """Return the documents of the current index, segmented anew; none where it cannot be read."""
    try:
        stored = _indexed_documents(settings)
    except CorruptIndex:
        return []
    return [parse_document(Source(d.source, stem_of(d.source), d.text, d.sha256, d.said), gazetteer) for d in stored]


def _sources(files: Iterable[Path], skipped: list[tuple[str, str]]) -> Iterator[Source]:
    """Yield the documents of ``files``; what cannot be read is added to ``skipped`` with the reason."""
    for path in files:
        try:
            reading = read_sources(path)
        except UnreadableSource as error:
            skipped.append((path.name, error.message))
            continue
        skipped += reading.refused
        yield from reading.sources


def _indexed_documents(settings: Settings) -> list[Document]:
    try:
        folder = current_folder(settings.index_dir)
    except IndexNotBuilt:
        return []
    store = Store(folder / STORE_FILE)
    try:
        return [store.document(doc_id) for doc_id in store.heads]
    finally:
        store.close()
