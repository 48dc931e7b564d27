"""The life of a document: taken in, looked over, corrected, replaced, removed. One change at a time, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal, TypeVar

from corpus.check import Finding, check_document, check_shared
from corpus.edits import FIELDS, NONE, edited, field_named, standard_value, text_of
from corpus.errors import CorruptIndex, IndexNotBuilt, InvalidChange, NotFound, PolicyError, UnreadableSource
from corpus.evidence import Evidence, find_evidence
from corpus.facts.extract import extract_facts
from corpus.facts.relations import extract_relations
from corpus.model import Document, Relation
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import Reading, Source, read_bytes, stem_of
from indexer.build import Built, build_index, open_store, update_index
from indexer.encoder import Encoder
from indexer.generation import current_folder
from indexer.library import Keep, Library, Original
from indexer.store import DocumentHead, Store
from indexer.writer import writing

T = TypeVar("T")

OnConflict = Literal["refuse", "replace", "both"]
"""What to do with a document whose id another one has: refuse it, put it in the other's place, or keep both."""

Status = Literal["added", "replaced", "unchanged", "edited", "removed", "refused"]

WAIT_SECONDS = 20.0
"""How long a change waits for another one to finish."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was given: its name, which is only shown, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Review:
    """A document with all that helps to judge it.

    ``evidence`` has a place in the text for each field that was found there, ``origins`` a name (网页信息表) for each
    that the file says elsewhere; ``edits`` the fields corrected by hand, as text; ``read`` what the text itself says of
    those; ``conflict`` the title of the document of the same id that a draft would meet; ``twin`` the id of the
    document with the same content.
    """

    document: Document
    evidence: Mapping[str, Evidence]
    origins: Mapping[str, str]
    findings: tuple[Finding, ...]
    relations: tuple[Relation, ...]
    edits: Mapping[str, str]
    read: Mapping[str, str]
    conflict: str = ""
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload would bring: a review of each document in it, and what of it cannot be read, with the reason."""

    reviews: tuple[Review, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A document with what is missing or doubtful in it."""

    doc_id: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document or file; ``name`` is the file's or the document's id."""

    name: str
    status: Status
    doc_id: str = ""
    title: str = ""
    clauses: int = 0
    message: str = ""
    hint: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did, and the size of the index after it; ``generation`` is empty where nothing was changed."""

    outcomes: tuple[Outcome, ...]
    documents: int
    clauses: int
    seconds: float
    generation: str = ""

    @property
    def done(self) -> bool:
        """True where something was taken in, changed or removed, or was there already."""
        return any(outcome.status != "refused" for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document to be taken in, with the file it was read from."""

    document: Document
    upload: Upload
    notes: tuple[str, ...]

    def keep(self, keep: Keep) -> None:
        """Give the file to the library."""
        one = self.document
        keep(one.doc_id, one.source, one.sha256, _shown(self.upload.name), self.upload.data)


class Librarian:
    """The one writer of the documents, their originals, corrections and index. Safe to call from several threads.

    ``encoder`` is asked for only where something is indexed; ``words`` and ``places`` are those of ``build_index``.
    """

    def __init__(
        self,
        index_dir: Path,
        library: Library,
        gazetteer: Gazetteer,
        encoder: Callable[[], Encoder],
        *,
        words: Sequence[str] = (),
        wait: float = WAIT_SECONDS,
        progress: bool = False,
    ) -> None:
        self._index_dir = index_dir
        self._library = library
        self._gazetteer = gazetteer
        self._encoder = encoder
        self._words = words
        self._wait = wait
        self._progress = progress

    # -- looking ---------------------------------------------------------------------------------------------

    def preview(self, upload: Upload) -> Preview:
        """Return what ``upload`` would bring, without taking it in. Raises ``UnreadableSource``."""
        reading = read_bytes(_shown(upload.name), upload.data)
        heads = self.heads()
        edits = self._library.edits()
        reviews = []
        for source in reading.sources:
            document = self._corrected(parse_document(source, self._gazetteer), edits)
            head = heads.get(document.doc_id)
            review = self._review(document, edits, _notes(source.notes))
            same = next((one.doc_id for one in heads.values() if one.sha256 == document.sha256), "")
            reviews.append(replace(review, conflict=head.title if head and not same else "", twin=same))
        return Preview(tuple(reviews), tuple((name, why) for name, why in reading.refused))

    def review(self, doc_id: str) -> Review:
        """Return a document of the index with all that helps to judge it. Raises ``NotFound``."""
        documents = self._documents([doc_id])
        if doc_id not in documents:
            raise _unknown(doc_id)
        shared = check_shared(self.heads().values()).get(doc_id, ())
        return self._review(documents[doc_id], self._library.edits(), shared)

    def check(self, doc_ids: Collection[str] = (), *, day: date | None = None) -> list[Checked]:
        """Return what is missing or doubtful in each document (or those of ``doc_ids``) as of ``day``."""
        edits = self._library.edits()

        def read(store: Store) -> list[Checked]:
            if unknown := [one for one in doc_ids if one not in store.heads]:
                raise _unknown(unknown[0])
            shared = check_shared(store.heads.values())
            found = []
            for doc_id in doc_ids or store.heads:
                document = store.document(doc_id)
                findings = self._findings(document, edits, day) + shared.get(doc_id, ())
                found.append(Checked(doc_id, document.title, findings))
            return found

        if doc_ids and not self.heads():
            raise _unknown(next(iter(doc_ids)))
        return self._look(read, [])

    def original(self, doc_id: str) -> Upload:
        """Return the file that a document was read from, byte for byte. Raises ``NotFound``."""
        head = self.heads().get(doc_id)
        if head is None:
            raise _unknown(doc_id)
        kept = self._library.original(doc_id, head.source, head.sha256)
        if kept is None:
            raise NotFound(
                f"没有存下这份文件的原件:{doc_id}",
                hint="它是早先收录的;可以下载收录时的文本,或用 wence docs update 换成新版本。",
            )
        return Upload(kept.file_name, kept.data)

    def heads(self) -> dict[str, DocumentHead]:
        """Return what is known of each document in the index, without the texts; nothing where there is no index."""
        return self._look(lambda store: dict(store.heads), {})

    def edits(self) -> dict[str, dict[str, str]]:
        """Return the corrections by hand: doc_id → field → value as text."""
        return self._library.edits()

    # -- changing --------------------------------------------------------------------------------------------

    def add(self, uploads: Sequence[Upload], *, on_conflict: OnConflict = "refuse") -> Change:
        """Take ``uploads`` in. A file that cannot be read, or a part of one, is refused; the others are taken in."""
        started = time.monotonic()
        with self._writing() as heads:
            outcomes: list[Outcome] = []
            drafts: dict[str, _Draft] = {}
            by_text = {head.sha256: head.doc_id for head in heads.values()}
            for draft in self._drafts(uploads, outcomes):
                document = draft.document
                if twin := by_text.get(document.sha256):
                    message = f"库里已有内容相同的文件:{twin}"
                    outcomes.append(Outcome(document.source, "unchanged", twin, document.title, 0, message))
                    continue
                met = heads.get(document.doc_id)
                if met and on_conflict == "refuse":
                    outcomes.append(_conflict(document, met))
                    continue
                doc_id = document.doc_id
                if on_conflict == "both" or doc_id in drafts:
                    doc_id = _free(doc_id, {*heads, *drafts})
                drafts[doc_id] = _named(draft, doc_id)
                by_text[document.sha256] = doc_id
                outcomes.append(self._taken(drafts[doc_id], "replaced" if doc_id in heads else "added"))
            return self._commit(started, outcomes, heads, drafts=list(drafts.values()))

    def replace(self, doc_id: str, upload: Upload) -> Change:
        """Put a new version of the file in the place of document ``doc_id``, which keeps its id and corrections.

        Raises:
            NotFound: no such document.
            UnreadableSource: the file cannot be read or does not hold exactly one document.

        """
        started = time.monotonic()
        with self._writing() as heads:
            if doc_id not in heads:
                raise _unknown(doc_id)
            reading = read_bytes(_shown(upload.name), upload.data)
            if len(reading.sources) != 1:
                raise UnreadableSource(
                    f"{_shown(upload.name)} 里有 {len(reading.sources)} 份文件,换新版本时只能有一份",
                    hint="请换成只含一份文件的文件,或用 wence docs add 分别收录。",
                )
            (source,) = reading.sources
            if source.sha256 == heads[doc_id].sha256 and source.name == heads[doc_id].source:
                outcome = Outcome(doc_id, "unchanged", doc_id, heads[doc_id].title, 0, "内容与库里的完全相同")
                return self._unchanged(started, [outcome])
            read = parse_document(source, self._gazetteer)
            message = ""
            if read.doc_id.partition("~")[0] != doc_id.partition("~")[0] and read.doc_number:
                message = f"新文件的文号是 {read.doc_number},编号仍为 {doc_id}"
            draft = _named(_Draft(read, upload, source.notes), doc_id)
            return self._commit(started, [self._taken(draft, "replaced", message)], heads, drafts=[draft])

    def remove(self, doc_ids: Sequence[str]) -> Change:
        """Remove documents with all that is kept of them. Raises ``NotFound``, and ``InvalidChange`` for the last."""
        started = time.monotonic()
        with self._writing() as heads:
            if unknown := [one for one in doc_ids if one not in heads]:
                raise _unknown(unknown[0])
            if not heads.keys() - set(doc_ids):
                raise InvalidChange("不能删除全部文件", hint="库里至少要留一份;请先收录新的,再删除旧的。")
            outcomes = [Outcome(one, "removed", one, heads[one].title) for one in dict.fromkeys(doc_ids)]
            return self._commit(started, outcomes, heads, remove=set(doc_ids))

    def edit(self, doc_id: str, values: Mapping[str, str]) -> Change:
        """Correct fields of a document: name (English or Chinese) → value; ``""`` takes a correction back.

        Raises:
            NotFound: no such document.
            InvalidChange: an unknown field, or a value that is none of it.

        """
        started = time.monotonic()
        changes: dict[str, str] = {}
        for name, value in values.items():
            field = field_named(name)
            if field in changes:
                raise InvalidChange(f"{FIELDS[field]}写了两次", hint="每一项只写一次。")
            changes[field] = standard_value(field, value, self._gazetteer)
        if not changes:
            raise InvalidChange("没有要修改的内容", hint="写作 字段=值,例如 issued=2024-05-25。")
        with self._writing() as heads:
            if doc_id not in heads:
                raise _unknown(doc_id)
            edits = self._library.edits()
            before = edits.get(doc_id, {})
            changes = {field: value for field, value in changes.items() if before.get(field, "") != value}
            if not changes and doc_id not in self._behind(heads, edits):
                outcome = Outcome(doc_id, "unchanged", doc_id, heads[doc_id].title, 0, "与现在的修订相同")
                return self._unchanged(started, [outcome])
            self._library.edit(doc_id, changes)
            return self._commit(started, [Outcome(doc_id, "edited", doc_id)], heads, touched={doc_id})

    def index(self, uploads: Iterable[Upload]) -> Change:
        """Take ``uploads`` in; a document of the same id as one of them is replaced, also by the same content.

        The files may come from a generator; one is held at a time.
        """
        started = time.monotonic()
        with self._writing() as heads:
            outcomes: list[Outcome] = []
            documents = self._taken_in(uploads, heads, outcomes)
            first = next(documents, None)
            if first is None:
                return self._unchanged(started, outcomes)
            return self._update(started, outcomes, heads, chain([first], documents))

    def rebuild(self, uploads: Iterable[Upload], *, only: bool) -> Change:
        """Read and index every document anew from its original, or else the text in the index, with its corrections.

        ``only``: index ``uploads`` and nothing else. Otherwise they are taken only where there is nothing to read anew.
        """
        started = time.monotonic()
        with self._writing(tolerant=True) as heads:
            outcomes: list[Outcome] = []
            edits = self._library.edits()
            documents = iter(()) if only else (self._corrected(one, edits) for one in self._reread_all())
            first = next(documents, None)
            if first is None:
                documents = self._taken_in(uploads, heads, outcomes)
            built = build_index(
                self._index_dir,
                chain([first] if first else [], documents),
                extract_facts,
                self._encoder(),
                extra_words=self._words,
                places=self._gazetteer.main_names(),
                reuse=False,
                progress=self._progress,
            )
            return self._finished(started, outcomes, built)

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, *, tolerant: bool = False) -> Iterator[dict[str, DocumentHead]]:
        """Hold the right to write; gives what the index holds (nothing where it is damaged and ``tolerant``)."""
        with writing(self._index_dir, wait=self._wait):
            try:
                heads = self.heads()
            except PolicyError:
                if not tolerant:
                    raise
                heads = {}
            if heads:
                self._library.settle([(head.doc_id, head.source, head.sha256) for head in heads.values()])
            yield heads

    def _commit(
        self,
        started: float,
        outcomes: list[Outcome],
        heads: Mapping[str, DocumentHead],
        *,
        drafts: Sequence[_Draft] = (),
        remove: Collection[str] = (),
        touched: Collection[str] = (),
    ) -> Change:
        """Bring the index up to date: ``drafts``, what a correction ``touched``, what a killed change left behind."""
        edits = self._library.edits()
        if not (drafts or remove or touched or self._behind(heads, edits)):
            return self._unchanged(started, outcomes)
        with self._library.keeping() as keep:
            for draft in drafts:
                draft.keep(keep)
        add = [self._corrected(draft.document, edits) for draft in drafts]
        return self._update(started, outcomes, heads, add, remove=remove, touched=touched)

    def _update(
        self,
        started: float,
        outcomes: list[Outcome],
        heads: Mapping[str, DocumentHead],
        add: Iterable[Document],
        *,
        remove: Collection[str] = (),
        touched: Collection[str] = (),
    ) -> Change:
        edits = self._library.edits()
        again = (set(touched) | self._behind(heads, edits)) - set(remove)
        reread = (self._corrected(self._reread(one), edits) for one in self._documents(again).values())
        built = update_index(
            self._index_dir,
            add=chain(reread, add),
            remove=remove,
            extract_facts=extract_facts,
            encoder=self._encoder(),
            extra_words=self._words,
            places=self._gazetteer.main_names(),
            progress=self._progress,
        )
        return self._finished(started, outcomes, built)

    def _finished(self, started: float, outcomes: list[Outcome], built: Built) -> Change:
        heads = self.heads()
        self._library.settle([(head.doc_id, head.source, head.sha256) for head in heads.values()])
        self._library.forget_taken_back()
        edited_ids = [one.doc_id for one in outcomes if one.status == "edited"]
        documents = self._documents(edited_ids)
        told = [self._told(one, documents[one.doc_id]) if one.doc_id in documents else one for one in outcomes]
        seconds = time.monotonic() - started
        return Change(tuple(told), built.manifest.documents, built.manifest.clauses, seconds, built.folder.name)

    def _unchanged(self, started: float, outcomes: Sequence[Outcome]) -> Change:
        documents, clauses = self._look(lambda store: (len(store.heads), store.clause_count()), (0, 0))
        return Change(tuple(outcomes), documents, clauses, time.monotonic() - started)

    def _behind(self, heads: Mapping[str, DocumentHead], edits: Mapping[str, Mapping[str, str]]) -> set[str]:
        """The documents whose corrections a killed change wrote down but did not bring into the index."""
        late = {
            doc_id
            for doc_id, fields in edits.items()
            if doc_id in heads and any(text_of(heads[doc_id], f) != ("" if v == NONE else v) for f, v in fields.items())
        }
        return late | (self._library.unsettled() & heads.keys())

    def _drafts(self, uploads: Iterable[Upload], outcomes: list[Outcome]) -> Iterator[_Draft]:
        """Yield the documents of ``uploads``; what cannot be read is added to ``outcomes``."""
        for upload in uploads:
            try:
                reading = read_bytes(_shown(upload.name), upload.data)
            except UnreadableSource as error:
                outcomes.append(Outcome(_shown(upload.name), "refused", message=error.message, hint=error.hint))
                continue
            outcomes += [Outcome(name, "refused", message=why) for name, why in reading.refused]
            for source in reading.sources:
                yield _Draft(parse_document(source, self._gazetteer), upload, source.notes)

    def _taken_in(
        self, uploads: Iterable[Upload], heads: Mapping[str, DocumentHead], outcomes: list[Outcome]
    ) -> Iterator[Document]:
        """Yield the documents of ``uploads``, corrected, each under an id of its own; the files are kept at the end."""
        edits = self._library.edits()
        seen: dict[str, tuple[str, str]] = {}
        # Whoever takes the last document has not switched to the new index yet.
        with self._library.keeping() as keep:
            for draft in self._drafts(uploads, outcomes):
                doc_id = draft.document.doc_id
                sha256, source = seen.get(doc_id, ("", ""))
                if sha256 == draft.document.sha256:
                    message = f"与 {source} 内容相同"
                    outcomes.append(Outcome(draft.document.source, "unchanged", doc_id, message=message))
                    continue
                # Two texts may print one 文号, a notice and its explanation say; neither may hide the other.
                doc_id = _free(doc_id, seen)
                seen[doc_id] = (draft.document.sha256, draft.document.source)
                named = _named(draft, doc_id)
                named.keep(keep)
                outcomes.append(self._taken(named, "replaced" if doc_id in heads else "added"))
                yield self._corrected(named.document, edits)

    def _taken(self, draft: _Draft, status: Status, message: str = "") -> Outcome:
        edits = self._library.edits()
        document = self._corrected(draft.document, edits)
        findings = self._findings(document, edits)
        return Outcome(
            document.source, status, document.doc_id, document.title, len(document.clauses), message,
            findings=_notes(draft.notes) + findings,
        )  # fmt: skip

    def _told(self, outcome: Outcome, document: Document) -> Outcome:
        findings = self._findings(document, self._library.edits())
        return Outcome(
            outcome.name, outcome.status, outcome.doc_id, document.title, len(document.clauses), outcome.message,
            findings=findings,
        )  # fmt: skip

    def _review(
        self, document: Document, edits: Mapping[str, Mapping[str, str]], more: tuple[Finding, ...] = ()
    ) -> Review:
        own = dict(edits.get(document.doc_id, {}))
        read = self._reread(document) if own else document
        found = find_evidence(document, self._gazetteer)
        said = document.said
        return Review(
            document,
            {field: place for field, place in found.items() if field not in own},
            {field: said.origin for field in FIELDS if field not in {*found, *own} and getattr(said, field, None)},
            self._findings(document, edits) + more,
            extract_relations(document),
            own,
            {field: text_of(read, field) for field in own},
        )

    def _findings(
        self, document: Document, edits: Mapping[str, Mapping[str, str]], day: date | None = None
    ) -> tuple[Finding, ...]:
        settled = edits.get(document.doc_id, {})
        return check_document(document, self._gazetteer, day or date.today(), settled=settled)

    def _corrected(self, document: Document, edits: Mapping[str, Mapping[str, str]]) -> Document:
        return edited(document, edits.get(document.doc_id, {}), self._gazetteer)

    def _reread(self, document: Document, parts: _Parts | None = None) -> Document:
        """Return ``document`` read anew from its original, or else its text, without corrections."""
        kept = self._library.original(document.doc_id, document.source, document.sha256)
        source = (parts or _Parts()).find(kept) if kept else None
        if source is None:
            source = Source(document.source, stem_of(document.source), document.text, document.sha256, document.said)
        return _renamed(parse_document(source, self._gazetteer), document.doc_id)

    def _reread_all(self) -> Iterator[Document]:
        """Yield the documents of the index, or else of the library, read anew, without corrections."""
        try:
            ids = list(self.heads())
        except CorruptIndex:
            ids = []
        parts = _Parts()
        for number, doc_id in enumerate(ids):
            try:
                stored = self._documents([doc_id])[doc_id]
            except CorruptIndex:
                if number:
                    raise
                ids = []
                break
            yield self._reread(stored, parts)
        for original in self._library.originals() if not ids else ():
            source = parts.find(original)
            if source is not None:
                yield _renamed(parse_document(source, self._gazetteer), original.doc_id)

    def _documents(self, doc_ids: Collection[str]) -> dict[str, Document]:
        def read(store: Store) -> dict[str, Document]:
            return {one: store.document(one) for one in doc_ids if one in store.heads}

        return self._look(read, {}) if doc_ids else {}

    def _look(self, read: Callable[[Store], T], otherwise: T) -> T:
        """Return what ``read`` finds in the current generation, ``otherwise`` where there is none."""
        while True:
            try:
                folder = current_folder(self._index_dir)
            except IndexNotBuilt:
                return otherwise
            try:
                store = open_store(folder)
                try:
                    return read(store)
                finally:
                    store.close()
            except CorruptIndex:
                # A writer may have switched and cleaned up between the two steps.
                if current_folder(self._index_dir) == folder:
                    raise


class _Parts:
    """Finds the part of an original that its document was read from; an archive is read once for parts in a row."""

    def __init__(self) -> None:
        self._data = b""
        self._reading = Reading(())

    def find(self, original: Original) -> Source | None:
        """Return the part, ``None`` where the file holds it no more, say because a reader has changed."""
        if original.data != self._data:
            try:
                self._reading = read_bytes(original.file_name, original.data)
            except UnreadableSource:
                return None
            self._data = original.data
        wanted = (original.name, original.sha256)
        return next((one for one in self._reading.sources if (one.name, one.sha256) == wanted), None)


def _named(draft: _Draft, doc_id: str) -> _Draft:
    return _Draft(_renamed(draft.document, doc_id), draft.upload, draft.notes)


def _renamed(document: Document, doc_id: str) -> Document:
    return document if document.doc_id == doc_id else with_id(document, doc_id)


def _free(doc_id: str, taken: Collection[str]) -> str:
    number = 1
    name = doc_id
    while name in taken:
        number += 1
        name = f"{doc_id}~{number}"
    return name


def _shown(name: str) -> str:
    readable = name.encode("utf-8", "replace").decode()
    return readable.replace("\\", "/").rpartition("/")[2][-200:] or "未命名"


def _notes(notes: Sequence[str]) -> tuple[Finding, ...]:
    return tuple(Finding("reading", "notice", note) for note in notes)


def _conflict(document: Document, met: DocumentHead) -> Outcome:
    return Outcome(
        document.source,
        "refused",
        document.doc_id,
        document.title,
        message=f"库里已有编号相同的文件:{met.doc_id}《{met.title}》",
        hint=f"换成新版本:wence docs update {met.doc_id} 文件;两份都要:wence docs add --keep-both 文件。",
    )


def _unknown(doc_id: str) -> NotFound:
    return NotFound(f"没有这份文件:{doc_id[:100]}", hint="用 wence docs 查看已收录的文件。")
