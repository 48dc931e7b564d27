"""An index grown, changed and shrunk step by step is the index of what is left."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import CorruptIndex, IndexerError, StaleIndex
from corpus.facts.extract import extract_facts
from corpus.model import Document, Facts
from corpus.parse import with_id
from indexer import build as build_module
from indexer import segment as segment_module
from indexer.build import Built, build_index, stored_documents, update_index
from indexer.encoder import HashEncoder
from indexer.generation import CURRENT_FILE, current_folder, workspace
from indexer.heads import DocumentFilter
from indexer.manifest import FORMAT_VERSION, MANIFEST_FILE, read_manifest
from indexer.search import Retriever
from indexer.store import StoreWriter

QUERIES = ("退役军人免费培训", "藏毯编织生活费补贴", "申请材料", "康养护理", "椰乡工匠", "补贴多少钱", "2025年")
SUBJECTS = ("康养护理", "藏毯编织", "椰乡工匠", "退役军人", "赣鄱陶艺", "育婴早教", "智能制造", "茶艺")


@pytest.fixture(scope="session")
def texts(parse: Callable[[str, str], Document], documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """Eight documents, several of one wording, and a second text of each with the same id."""
    made = []
    for number, subject in enumerate(SUBJECTS):
        for version in (1, 2):
            text = (
                f"关于{subject}培训的办法\n\n一、对象\n\n对参加{subject}培训的人员,每人补贴{number + version}00元。\n\n"
                f"二、目标\n\n到202{version}年,培训{subject}人员{number}万人次。“{subject}计划”由{subject}机构组织。\n"
            )
            made.append(with_id(parse(f"d{number}", text), f"d{number}"))
    return tuple(made)


def update(root: Path, add: Sequence[Document] = (), remove: Sequence[str] = (), **options: object) -> Built:
    encoder = options.get("encoder", HashEncoder())
    return update_index(root, add=add, remove=remove, extract_facts=extract_facts, encoder=encoder)  # type: ignore[arg-type]


def answers(root: Path) -> tuple[list[object], list[float]]:
    """Everything that must not depend on how the index came about; the scores apart, which are equal to 1e-5."""
    retriever = Retriever.open(root, HashEncoder())
    try:
        found: list[object] = []
        scores: list[float] = []
        for query in QUERIES:
            prepared = retriever.prepare(query, ["培训补贴"])
            for allow in (None, DocumentFilter(kinds=("办法",)), lambda head: head.doc_id in ("d1", "d3", "d5")):
                hits = retriever.search(prepared, allow=allow, k=100)
                hits.sort(key=lambda hit: hit.clause.clause_id)
                found.append([hit.clause for hit in hits])
                scores += [hit.score for hit in hits]
            found.append(retriever.specificity(query))
        found += [sorted(retriever.names), retriever.tokenizer.words_of("赣鄱康养茶艺")]
        found += [sorted(map(str, retriever.store.targets())), set(retriever.store.heads), retriever.manifest.clauses]
        found += [
            retriever.manifest.units,
            retriever.manifest.corpus_hash,
            retriever.speller.correct("茶义", retriever.tokenizer.dictionary).text,
        ]
        return found, scores
    finally:
        retriever.close()


# Each step adds some texts (the even ones are first versions, the odd ones second) and removes some documents.
STEPS = st.lists(
    st.tuples(st.lists(st.integers(0, 15), max_size=5, unique=True), st.lists(st.integers(0, 7), max_size=3)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, many=st.integers(2, 4), full=st.integers(2, 30))
def test_the_way_an_index_grew_does_not_show(
    texts: tuple[Document, ...],
    tmp_path_factory: pytest.TempPathFactory,
    few_words: None,
    steps: list[tuple[list[int], list[int]]],
    many: int,
    full: int,
) -> None:
    root = tmp_path_factory.mktemp("grown")
    held: dict[str, Document] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, "_FAN_OUT", many)
        patch.setattr(segment_module, "FULL_CLAUSES", full)
        for added, removed in steps:
            new = [texts[number] for number in added]
            gone = [f"d{number}" for number in removed]
            after = {i: d for i, d in held.items() if i not in gone} | {d.doc_id: d for d in new}
            if not after:
                with pytest.raises(IndexerError):
                    update(root, new, gone)
                continue
            update(root, new, gone)
            held = after
    if not held:
        assert not (root / CURRENT_FILE).exists()
        return
    assert {document.doc_id: document for document in stored_documents(root)} == held
    fresh = tmp_path_factory.mktemp("fresh")
    build_index(fresh, list(held.values()), extract_facts, HashEncoder())
    (grown, scores), (made, expected) = answers(root), answers(fresh)
    assert grown == made
    assert scores == pytest.approx(expected, abs=1e-5)


def segments_of(root: Path) -> list[tuple[int, tuple[str, ...]]]:
    return [(entry.documents, entry.removed) for entry in read_manifest(current_folder(root)).segments]


@pytest.mark.parametrize(
    ("add", "remove", "segments"),
    [
        ([8], [], [(4, ()), (1, ())]),
        ([8, 10], [], [(4, ()), (2, ())]),
        ([1], [], [(4, ("d0",)), (1, ())]),
        ([], ["d0"], [(4, ("d0",))]),
        ([], ["d0", "strange", "d9'"], [(4, ("d0",))]),
        ([], ["d0", "d0", "d0", "d0"], [(4, ("d0",))]),
        ([8], ["d4"], [(4, ()), (1, ())]),
        ([1, 3], [], [(2, ()), (2, ())]),
        ([1, 3, 5, 7], [], [(4, ())]),
        ([8, 9], [], [(4, ()), (1, ())]),
        ([], ["d0", "d1"], [(2, ())]),
    ],
    ids=str,
)
def test_segments(
    texts: tuple[Document, ...],
    tmp_path: Path,
    few_words: None,
    add: list[int],
    remove: list[str],
    segments: list[tuple[int, tuple[str, ...]]],
) -> None:
    update(tmp_path, texts[:8:2])
    update(tmp_path, [texts[number] for number in add], remove)
    assert segments_of(tmp_path) == segments


def test_many_small_segments_become_one(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    for document in texts[::2]:
        built = update(tmp_path, [document])
    assert segments_of(tmp_path) == [(8, ())]
    assert built.reused + built.encoded < built.manifest.units
    assert not list(current_folder(tmp_path).glob("removed-words-*"))


def test_old_segments_are_shared_not_copied(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    first = update(tmp_path, texts[:6:2]).folder
    second = update(tmp_path, texts[6:7]).folder
    name = "seg-000001/units.faiss"
    assert os.path.samefile(first / name, second / name)


class CountingEncoder(HashEncoder):
    """The toy encoder with a note of how many passages it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.passages = 0

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False):  # type: ignore[no-untyped-def]
        self.passages += len(texts)
        return super().encode_passages(texts, progress=progress)


def test_only_what_is_new_is_read_and_encoded(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    update(tmp_path, texts[:14:2])
    encoder = CountingEncoder()
    extracted: list[str] = []

    def facts(document: Document) -> Facts:
        extracted.append(document.doc_id)
        return extract_facts(document)

    built = update_index(tmp_path, add=iter([texts[14]]), extract_facts=facts, encoder=encoder)
    assert extracted == ["d7"]
    assert encoder.passages == built.encoded < 10
    # A replaced document keeps the vectors of what it has in common with the old text.
    assert update(tmp_path, [texts[14]]).encoded == 0


@pytest.mark.parametrize("change", ["words", "encoder"])
def test_another_setting_makes_the_index_anew(
    texts: tuple[Document, ...], tmp_path: Path, few_words: None, change: str
) -> None:
    update(tmp_path, texts[:6:2])
    encoder = HashEncoder(32) if change == "encoder" else HashEncoder()
    words = ["椰乡"] if change == "words" else []
    built = update_index(
        tmp_path, add=texts[1:2], remove=["d1"], extract_facts=extract_facts, encoder=encoder, extra_words=words
    )
    assert {document.doc_id: document.text for document in stored_documents(tmp_path)} == {
        "d0": texts[1].text,
        "d2": texts[4].text,
    }
    assert len(built.manifest.segments) == 1
    assert built.manifest.dimension == encoder.dimension


def test_documents_stream(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    """No document is asked for before the one before it was taken in."""
    taken: list[str] = []

    def facts(document: Document) -> Facts:
        taken.append(document.doc_id)
        return Facts()

    def stream() -> Iterator[Document]:
        for number, document in enumerate(texts[::2]):
            assert len(taken) == number
            yield document

    build_index(tmp_path, stream(), facts, HashEncoder())
    assert len(taken) == 8


class Killed(BaseException):
    """What a power cut looks like to the code before it."""


STAGES = ("workspace", "encode", "facts", "merge", "manifest", "sync", "rename", "pointer")


@pytest.mark.parametrize("stage", STAGES)
def test_a_crash_at_any_stage_leaves_the_index_whole(
    texts: tuple[Document, ...], tmp_path: Path, few_words: None, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(tmp_path, texts[:6:2])
    before, folder = answers(tmp_path), current_folder(tmp_path)

    def die(*arguments: object, **options: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "_FAN_OUT", 2)
        patch.setattr(shutil, "rmtree", lambda *a, **k: None)  # a crash tidies nothing up
        targets = {
            "workspace": "indexer.build.link_tree",
            "encode": "indexer.encoder.HashEncoder.encode_passages",
            "facts": "indexer.store.StoreWriter.add",
            "merge": "indexer.segment.StoreWriter.add_from",
            "manifest": "indexer.manifest.Manifest.write",
            "sync": "indexer.generation._sync",
            "rename": "indexer.generation.os.replace",
        }
        if stage == "pointer":
            real = os.replace
            patch.setattr(os, "replace", lambda a, b: die() if Path(b).name == CURRENT_FILE else real(a, b))
        else:
            patch.setattr(targets[stage], die)
        with pytest.raises(Killed):
            update(tmp_path, texts[6:9])
    assert current_folder(tmp_path) == folder
    assert answers(tmp_path) == before
    update(tmp_path, texts[6:9])
    assert len(list(stored_documents(tmp_path))) == 5


def test_one_writer_at_a_time(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    update(tmp_path, texts[:1])
    with workspace(tmp_path), pytest.raises(IndexerError) as caught:
        update(tmp_path, texts[2:3])
    assert caught.value.hint
    update(tmp_path, texts[2:3])
    assert len(list(stored_documents(tmp_path))) == 2


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_damaged_segment_is_not_built_upon(
    texts: tuple[Document, ...], tmp_path: Path, few_words: None, share: float
) -> None:
    folder = update(tmp_path, texts[:6:2]).folder
    for path in sorted((folder / "seg-000001").iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(CorruptIndex) as caught:
            update(tmp_path, texts[6:7])
        assert "wence index --rebuild" in caught.value.hint
        path.write_bytes(content)
    assert len(list(stored_documents(tmp_path))) == 3


def test_readers_of_two_generations(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    update(tmp_path, texts[:6:2])
    old = Retriever.open(tmp_path, HashEncoder())
    query = old.prepare("藏毯编织")
    before = old.search(query)
    for document in itertools.islice(texts, 6, 10):
        update(tmp_path, [document], ["d1"])
    assert old.search(query) == before
    old.close()


@pytest.mark.parametrize("version", [3, FORMAT_VERSION - 1])
def test_an_index_of_an_older_format_with_segments_is_made_anew(
    texts: tuple[Document, ...], tmp_path: Path, few_words: None, version: int
) -> None:
    update(tmp_path, texts[:4:2])
    update(tmp_path, texts[4:5])
    manifest = current_folder(tmp_path) / MANIFEST_FILE
    body = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(body | {"format_version": version}), encoding="utf-8")
    with pytest.raises(StaleIndex):
        Retriever.open(tmp_path, HashEncoder())
    assert tuple(stored_documents(tmp_path)) == texts[:6:2]
    update(tmp_path, texts[6:7])
    assert tuple(stored_documents(tmp_path)) == texts[:8:2]


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 0, None, "6"])
def test_stores_of_an_unknown_format_are_not_read(
    texts: tuple[Document, ...], tmp_path: Path, few_words: None, version: object
) -> None:
    update(tmp_path, texts[:1])
    manifest = current_folder(tmp_path) / MANIFEST_FILE
    body = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(body | {"format_version": version}), encoding="utf-8")
    with pytest.raises(StaleIndex):
        list(stored_documents(tmp_path))


def test_an_index_of_one_store_is_made_anew(texts: tuple[Document, ...], tmp_path: Path, few_words: None) -> None:
    folder = tmp_path / "gen-000004"
    folder.mkdir()
    writer = StoreWriter(folder / "store.sqlite")
    for document in texts[:4:2]:
        writer.add(document, extract_facts(document))
    writer.close()
    (folder / "manifest.json").write_text('{"format_version": 2}', encoding="utf-8")
    (tmp_path / CURRENT_FILE).write_text(folder.name, encoding="ascii")
    assert tuple(stored_documents(tmp_path)) == texts[:4:2]
    update(tmp_path, texts[4:5])
    assert tuple(stored_documents(tmp_path)) == texts[:6:2]
    assert segments_of(tmp_path) == [(3, ())]
