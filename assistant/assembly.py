"""Puts the application together from its settings; the only place that knows every part."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import corpus
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.errors import CorruptIndex, IndexerError, IndexNotBuilt, UnreadableSource
from corpus.facts.extract import extract_facts
from corpus.model import Document
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import Source, find_sources, read_source
from indexer.build import build_index as build_generation
from indexer.build import current_folder, stored_documents, update_index
from indexer.encoder import Encoder, load_encoder
from indexer.lexicon import Lexicon
from indexer.search import Retriever

# Longer policy terms would swallow the words inside them.
_MAX_WORD = 6


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What ``build_index`` did; ``skipped`` holds ``(file, reason)``."""

    documents: int
    clauses: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float
    index_dir: Path


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
    cannot be read is skipped and reported.

    Raises:
        UnreadableSource: a path does not exist.
        IndexerError: nothing readable was found.
    """
    started = time.monotonic()
    gazetteer = Gazetteer.load()
    # Only a whole text tells how it is to be read now; those of the index come back one at a time.
    kept = _reread(settings, gazetteer) if rebuild and not paths else iter(())
    first = next(kept, None)
    wanted = list(paths) or ([] if first else [default_documents()])
    files, refused = find_sources(wanted)
    skipped = [(path.name, reason) for path, reason in refused]
    documents = _parsed(files, gazetteer, skipped)
    if first is not None:
        documents = chain([first], kept)
    else:
        first = next(documents, None)
        documents = chain([first] if first else [], documents)
    if first is None:
        reasons = ";".join(f"{name}:{reason}" for name, reason in skipped[:3])
        raise IndexerError(f"没有可以收录的文件。{reasons}", hint="请检查路径,支持 UTF-8 或 GB18030 编码的 .txt 文件。")
    encoder = _encoder(settings, progress=progress)
    words = sorted(term for term in Lexicon.load().policy_terms() if len(term) <= _MAX_WORD)
    places = gazetteer.main_names()
    total = len(files) or None
    if rebuild:
        built = build_generation(
            settings.index_dir,
            documents,
            extract_facts,
            encoder,
            extra_words=words,
            places=places,
            reuse=False,
            progress=progress,
            total=total,
        )
    else:
        built = update_index(
            settings.index_dir,
            add=documents,
            extract_facts=extract_facts,
            encoder=encoder,
            extra_words=words,
            places=places,
            progress=progress,
            total=total,
        )
    return IndexReport(
        documents=built.manifest.documents,
        clauses=built.manifest.clauses,
        skipped=tuple(skipped),
        seconds=time.monotonic() - started,
        index_dir=built.folder,
    )


def _parsed(files: Sequence[Path], gazetteer: Gazetteer, skipped: list[tuple[str, str]]) -> Iterator[Document]:
    """Yield the documents of ``files`` as they are read; what cannot be is noted in ``skipped``."""
    seen: dict[str, tuple[str, str]] = {}
    for path in files:
        try:
            document = parse_document(read_source(path), gazetteer)
        except UnreadableSource as error:
            skipped.append((path.name, error.message))
            continue
        digest, source = seen.get(document.doc_id, ("", ""))
        if digest == document.sha256:
            skipped.append((path.name, f"与 {source} 内容相同"))
            continue
        # Two texts may print one 文号, a notice and its explanation say; neither may hide the other.
        number = 1
        doc_id = document.doc_id
        while doc_id in seen:
            number += 1
            doc_id = f"{document.doc_id}~{number}"
        seen[doc_id] = document.sha256, document.source
        yield document if number == 1 else with_id(document, doc_id)


def open_assistant(settings: Settings, *, progress: bool = True) -> Assistant:
    """Return an assistant over the current index; the first call on a fresh home prepares model and index."""
    try:
        current_folder(settings.index_dir)
    except IndexNotBuilt:
        build_index(settings, progress=progress)
    retriever = Retriever.open(settings.index_dir, _encoder(settings, progress=progress))
    return Assistant(retriever, Gazetteer.load(), Lexicon.load())


def _encoder(settings: Settings, *, progress: bool) -> Encoder:
    if settings.encoder == "default":
        prepare_default_model(settings, progress=progress)
    return load_encoder(settings.encoder, settings.models_dir, threads=settings.threads)


def _reread(settings: Settings, gazetteer: Gazetteer) -> Iterator[Document]:
    """Yield the documents of the current index, segmented anew; none where it cannot be read.

    Raises ``CorruptIndex`` where only the later ones cannot.
    """
    is_first = True
    try:
        for document in stored_documents(settings.index_dir):
            stem = Path(document.source).stem
            yield parse_document(Source(document.source, stem, document.text, document.sha256), gazetteer)
            is_first = False
    except CorruptIndex:
        if not is_first:
            raise
