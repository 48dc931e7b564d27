from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CorruptIndex, NotFound
from corpus.facts.extract import extract_facts
from corpus.model import Document, Facts, Noise, Target
from indexer.passages import is_indexed
from indexer.store import STORE_FILE, DocumentFilter, Store, StorePart, StoreWriter

HOSTILE = (
    "' OR '1'='1",
    "x' UNION SELECT * FROM documents --",
    "'; DROP TABLE clauses; --",
    '"hainan"',
    "hainan\x00",
    "hainan\ud800",
    "%",
    "",
    "😀" * 500,
)


@pytest.fixture
def store(tmp_path: Path, documents: tuple[Document, ...]) -> Iterator[Store]:
    path = tmp_path / "名字 #1?%20" / STORE_FILE
    path.parent.mkdir()
    opened = Store.of_file(written(path, documents))
    yield opened
    opened.close()


def written(path: Path, documents: tuple[Document, ...], facts: tuple[Facts, ...] = ()) -> Path:
    writer = StoreWriter(path)
    for document, found in zip(documents, facts or map(extract_facts, documents), strict=True):
        writer.add(document, found)
    writer.close()
    return path


def test_documents_come_back_as_they_were(store: Store, documents: tuple[Document, ...]) -> None:
    assert tuple(map(store.document, store.heads)) == documents


def test_facts_come_back_as_they_were(store: Store, documents: tuple[Document, ...]) -> None:
    facts = [extract_facts(document) for document in documents]
    assert any(f.targets for f in facts) and any(f.duties for f in facts) and any(f.relations for f in facts)
    assert any(f.eligibility for f in facts)
    for document, found in zip(documents, facts, strict=True):
        assert store.targets(document.doc_id) == found.targets
        assert store.eligibility(document.doc_id) == found.eligibility
        assert store.duties(document.doc_id) == found.duties
        assert store.relations(document.doc_id) == found.relations
    assert store.targets() == tuple(target for found in facts for target in found.targets)


def test_every_field_survives(tmp_path: Path, documents: tuple[Document, ...]) -> None:
    full = replace(
        documents[0],
        issuers=("甲", "乙"),
        issued=date(2023, 3, 1),
        effective=date(2023, 4, 1),
        expires=date(2028, 3, 31),
        noise=(Noise(0, 1, "blank"),),
        text=documents[0].text + "\x00\r\n\u2028😀'\"",
    )
    empty = replace(documents[1], doc_number=None, issuers=(), region=None, issued=None, effective=None, expires=None)
    target = Target(
        full.doc_id,
        full.clauses[0].clause_id,
        "海南省",
        "人才",
        "0.10万",
        Decimal("1E+3"),
        Decimal("0.10"),
        "人",
        "",
        "总量",
        (None, 2025),
        "到2025年",
        1,
        2,
        0,
        3,
    )
    store = Store.of_file(written(tmp_path / STORE_FILE, (full, empty), (Facts(targets=(target,)), Facts())))
    assert store.document(full.doc_id) == full
    assert store.document(empty.doc_id) == empty
    assert store.targets(full.doc_id) == (target,)
    assert str(store.targets(full.doc_id)[0].high) == "0.10"
    store.close()


def test_clauses(store: Store, documents: tuple[Document, ...]) -> None:
    for document in documents:
        assert tuple(store.clauses_of(document.doc_id)) == document.clauses
        for clause in document.clauses:
            assert store.clause(clause.clause_id) == clause
            assert store.children(clause.clause_id) == [c for c in document.clauses if c.parent_id == clause.clause_id]


def test_rows_are_those_of_the_indexed_clauses(store: Store, documents: tuple[Document, ...]) -> None:
    indexed = [clause for document in documents for clause in document.clauses if is_indexed(clause)]
    assert store.indexed_clauses() == indexed
    assert store.clause_count() == len(indexed) < sum(len(document.clauses) for document in documents)
    assert store.clauses_at([3, 0, 3]) == [indexed[3], indexed[0], indexed[3]]
    assert store.clauses_at([]) == []


def test_heads_are_in_the_order_given(store: Store, documents: tuple[Document, ...]) -> None:
    assert list(store.heads) == [document.doc_id for document in documents]
    assert [head.title for head in store.heads.values()] == [document.title for document in documents]


@pytest.mark.parametrize("text", HOSTILE)
def test_ids_from_users_are_data(store: Store, documents: tuple[Document, ...], text: str) -> None:
    with pytest.raises(NotFound) as caught:
        store.document(text)
    assert caught.value.hint
    with pytest.raises(NotFound):
        store.clause(text)
    assert store.clauses_of(text) == store.children(text) == []
    assert store.targets(text) == ()
    assert store.relations(text) == ()
    assert len(store.heads) == len(list(map(store.document, store.heads))) == len(documents)


def test_a_store_is_read_only(store: Store, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    store.targets()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_missing_store(tmp_path: Path) -> None:
    with pytest.raises(CorruptIndex) as caught:
        Store.of_file(tmp_path / STORE_FILE)
    assert "wence index --rebuild" in caught.value.hint


@pytest.mark.parametrize("keep", [0, 10, 1500, 5000])
def test_a_truncated_store(tmp_path: Path, documents: tuple[Document, ...], keep: int) -> None:
    path = written(tmp_path / STORE_FILE, documents)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CorruptIndex):
        store = Store.of_file(path)
        list(map(store.document, store.heads))


def test_many_readers_at_once(store: Store, documents: tuple[Document, ...]) -> None:
    wrong: list[str] = []

    def read() -> None:
        for document in documents * 5:
            if store.document(document.doc_id) != document:
                wrong.append(document.doc_id)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture
def parted(tmp_path: Path, documents: tuple[Document, ...]) -> Iterator[Store]:
    """The documents in two files; the first also has an older text of the last one, which was removed."""
    older = replace(documents[2], title="旧文", text="旧")
    files = written(tmp_path / "a", (documents[0], older)), written(tmp_path / "b", documents[1:])
    parts = []
    for path, removed in zip(files, (frozenset({older.doc_id}), frozenset[str]()), strict=True):
        whole = Store.of_file(path)._parts[0]
        parts.append(StorePart(path, whole.row_documents, whole.row_clauses, removed))
    opened = Store(parts)
    yield opened
    opened.close()


def test_a_removed_document_was_never_there(parted: Store, documents: tuple[Document, ...]) -> None:
    indexed = [clause for document in documents for clause in document.clauses if is_indexed(clause)]
    assert tuple(parted.documents()) == documents
    assert list(parted.heads) == [document.doc_id for document in documents]
    assert parted.indexed_clauses() == indexed
    assert parted.clause_count() == len(indexed)
    assert parted.text(documents[2].doc_id) == documents[2].text
    assert parted.clause(documents[2].clauses[-1].clause_id) == documents[2].clauses[-1]
    assert parted.targets() == tuple(target for document in documents for target in extract_facts(document).targets)
    assert sorted(doc_id for doc_id, _ in parted.hashes()) == sorted(document.doc_id for document in documents)


def test_rows_go_on_from_part_to_part(parted: Store) -> None:
    masks = parted.allowed_rows(None)
    allowed = [mask is None or bool(mask[row]) for mask, part in zip(masks, parted._parts, strict=True)
               for row in range(len(part.row_clauses))]  # fmt: skip
    rows = [row for row, may in enumerate(allowed) if may]
    assert parted.clauses_at(rows) == parted.indexed_clauses()
    first, second = parted.removed_rows()
    assert (first.tolist(), second.tolist()) == ([row for row in range(len(allowed)) if not allowed[row]], [])


FILTERS = (
    DocumentFilter(),
    DocumentFilter(region=lambda region: region.name == "海南省"),
    DocumentFilter(region=lambda region: not region.chain),
    DocumentFilter(kinds=("办法", "意见")),
    DocumentFilter(kinds=()),
    DocumentFilter(first=date(2023, 1, 1)),
    DocumentFilter(last=date(2023, 12, 31)),
    DocumentFilter(region=lambda region: True, kinds=("意见",), first=date(2020, 1, 1), last=date(2025, 1, 1)),
)


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_a_filter_admits_what_it_says_of_each_head(parted: Store, number: int) -> None:
    wanted = FILTERS[number]
    fast = parted.allowed_rows(wanted)
    slow = parted.allowed_rows(lambda head: wanted(head))
    for one, other in zip(fast, slow, strict=True):
        assert one is not None and other is not None
        assert one.tolist() == other.tolist()


def test_a_filter_leaves_documents_out_by_id(parted: Store, documents: tuple[Document, ...]) -> None:
    left_out = documents[0].doc_id
    wanted = DocumentFilter(without=frozenset({left_out, "unheard-of"}))
    fast = parted.allowed_rows(wanted)
    slow = parted.allowed_rows(lambda head: head.doc_id != left_out)
    assert [mask.tolist() for mask in fast if mask is not None] == [m.tolist() for m in slow if m is not None]
    assert not wanted(parted.heads[left_out])


def test_clauses_are_counted_and_found_by_number_without_their_text(
    parted: Store, documents: tuple[Document, ...]
) -> None:
    roles = parted.clause_roles()
    labels = parted.labels()
    assert list(roles) == [document.doc_id for document in documents]
    for document in documents:
        assert sum(roles[document.doc_id].values()) == len(document.clauses)
        for clause in document.clauses:
            assert clause.clause_id in labels[clause.label]
    assert sum(map(len, labels.values())) == sum(len(document.clauses) for document in documents)


def test_named_rows_are_those_of_the_index(parted: Store) -> None:
    for clause in parted.indexed_clauses():
        masks = parted.named_rows(parted.allowed_rows(None), [clause.clause_id, "no#1"])
        rows = np.flatnonzero(np.concatenate([mask for mask in masks if mask is not None]))
        assert parted.clauses_at(rows.tolist()) == [clause]
    for nothing in ([], ["no#1", "' OR 1=1 --"]):
        assert not any(mask is None or mask.any() for mask in parted.named_rows([None, None], nothing))
