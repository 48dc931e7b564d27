"""Puts the application together from its settings; the only place that knows every part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
from assistant.answerable import Answerability
from assistant.assistant import Assistant
from assistant.live import LiveAssistant
from assistant.settings import Settings
from corpus.errors import IndexerError, IndexNotBuilt, LibraryBusy
from corpus.regions import Gazetteer
from corpus.sources import MAX_SOURCE_BYTES, SUFFIXES, find_sources
from indexer.encoder import Encoder, load_encoder
from indexer.generation import current_folder
from indexer.lexicon import Lexicon
from indexer.library import Library
from indexer.search import Retriever

if TYPE_CHECKING:
    # It brings the extractors along, which asking does without.
    from assistant.librarian import Librarian, Upload

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
    those of the index from their originals (the bundled ones where there are none). Corrections made by hand hold in
    either case. A file that cannot be read is skipped and reported.

    Raises:
        UnreadableSource: a path does not exist.
        IndexerError: nothing readable was found.
        LibraryBusy: another process is changing the documents.
    """
    files, refused = find_sources(list(paths) or [default_documents()])
    skipped = [(path.name, reason) for path, reason in refused]
    librarian = open_librarian(settings, progress=progress)
    uploads = _uploads(files, skipped)
    try:
        change = librarian.rebuild(uploads, only=bool(paths)) if rebuild else librarian.index(uploads)
    except IndexerError as error:
        raise _nothing(skipped) if type(error) is IndexerError and skipped else error from error
    skipped += [(one.name, one.message) for one in change.outcomes if one.status in ("refused", "unchanged")]
    if paths and not any(one.status in ("added", "replaced") for one in change.outcomes):
        raise _nothing(skipped)
    return IndexReport(
        documents=change.documents,
        clauses=change.clauses,
        skipped=tuple(skipped),
        seconds=change.seconds,
        index_dir=settings.index_dir / change.generation,
        notes=tuple((one.name, w.message) for one in change.outcomes for w in one.findings if w.code == "reading"),
    )


def read_files(paths: Sequence[Path]) -> tuple[list[Upload], list[tuple[str, str]]]:
    """Return the bytes of the files at or below ``paths``, and ``(file, reason)`` for what cannot be taken.

    Raises:
        UnreadableSource: a path does not exist.

    """
    files, refused = find_sources(list(paths))
    skipped = [(path.name, reason) for path, reason in refused]
    return list(_uploads(files, skipped)), skipped


def _uploads(files: Iterable[Path], skipped: list[tuple[str, str]]) -> Iterator[Upload]:
    """Yield the bytes of ``files``; what cannot be read is added to ``skipped``."""
    from assistant.librarian import Upload

    for path in files:
        try:
            if path.stat().st_size > MAX_SOURCE_BYTES:
                skipped.append((path.name, f"文件过大,上限 {MAX_SOURCE_BYTES // 2**20} MB"))
                continue
            data = path.read_bytes()
        except OSError as error:
            skipped.append((path.name, f"读不了文件({error.strerror})"))
            continue
        yield Upload(path.name, data)


def open_librarian(
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    wait: float | None = None,
    progress: bool = False,
    ready: bool = False,
) -> Librarian:
    """Return the writer of the documents below ``WENCE_HOME``.

    ``encoder`` saves opening another one; ``wait`` is how many seconds to wait for another writer; with ``ready`` the
    index is built first where there is none.
    """
    from assistant.librarian import WAIT_SECONDS, Librarian

    if ready:
        _ensure_index(settings, progress=progress)
    return Librarian(
        settings.index_dir,
        Library(settings.library_dir),
        Gazetteer.load(),
        (lambda: encoder) if encoder else (lambda: _encoder(settings, progress=progress)),
        words=sorted(term for term in Lexicon.load().policy_terms() if len(term) <= _MAX_WORD),
        wait=WAIT_SECONDS if wait is None else wait,
        progress=progress,
    )


def open_assistant(
    settings: Settings, *, progress: bool = True, answerability: Answerability | None = None
) -> Assistant:
    """Return an assistant over the current index; the first call on a fresh home prepares model and index.

    ``answerability`` stands in for the model that comes with the program.
    """
    _ensure_index(settings, progress=progress)
    return _assistant(settings, _encoder(settings, progress=progress), answerability)


def open_live(settings: Settings, *, progress: bool = True) -> tuple[LiveAssistant, Librarian]:
    """Return an assistant that moves to each new index by itself, and the writer that shares its encoder."""
    _ensure_index(settings, progress=progress)
    encoder = _encoder(settings, progress=progress)
    live = LiveAssistant(settings.index_dir, lambda: _assistant(settings, encoder))
    return live, open_librarian(settings, encoder=encoder)


def _assistant(settings: Settings, encoder: Encoder, answerability: Answerability | None = None) -> Assistant:
    return Assistant(Retriever.open(settings.index_dir, encoder), Gazetteer.load(), Lexicon.load(), answerability)


def _ensure_index(settings: Settings, *, progress: bool) -> None:
    """Build the index where there is none: of the library's originals, else of the bundled documents."""
    try:
        current_folder(settings.index_dir)
    except IndexNotBuilt:
        try:
            build_index(settings, progress=progress, rebuild=any(Library(settings.library_dir).originals()))
        except LibraryBusy:
            # Another process may just have made it.
            current_folder(settings.index_dir)


def _nothing(skipped: Sequence[tuple[str, str]]) -> IndexerError:
    reasons = ";".join(f"{name}:{reason}" for name, reason in skipped[:3])
    return IndexerError(f"没有可以收录的文件。{reasons}", hint=f"请检查路径。能读的格式:{' '.join(SUFFIXES)}。")


def _encoder(settings: Settings, *, progress: bool) -> Encoder:
    if settings.encoder == "default":
        prepare_default_model(settings, progress=progress)
    return load_encoder(settings.encoder, settings.models_dir, threads=settings.threads)
