from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.errors import CorruptIndex, NotFound
from corpus.facts.extract import Facts, extract_facts
from corpus.model import Document, Noise, Target
from indexer.passages import is_indexed
from indexer.store import STORE_FILE, Store, write_store

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
    opened = Store(written(path, documents))
    yield opened
    opened.close()


def written(path: Path, documents: tuple[Document, ...], facts: tuple[Facts, ...] = ()) -> Path:
    flags = [is_indexed(clause) for document in documents for clause in document.clauses]
    write_store(path, documents, facts or [extract_facts(document) for document in documents], flags)
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
    store = Store(written(tmp_path / STORE_FILE, (full, empty), (Facts(targets=(target,)), Facts())))
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
    assert store.row_documents == tuple(clause.doc_id for clause in indexed)


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
        Store(tmp_path / STORE_FILE)
    assert "wence index --rebuild" in caught.value.hint


@pytest.mark.parametrize("keep", [0, 10, 1500, 5000])
def test_a_truncated_store(tmp_path: Path, documents: tuple[Document, ...], keep: int) -> None:
    path = written(tmp_path / STORE_FILE, documents)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CorruptIndex):
        store = Store(path)
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


def test_clauses_are_counted_and_found_by_number_without_their_text(
    store: Store, documents: tuple[Document, ...]
) -> None:
    roles = store.clause_roles()
    labels = store.labels()
    for document in documents:
        assert sum(roles[document.doc_id].values()) == len(document.clauses)
        for clause in document.clauses:
            assert clause.clause_id in labels[clause.label]
    assert sum(map(len, labels.values())) == sum(len(document.clauses) for document in documents)


def test_rows_of_clauses_are_those_of_the_index(store: Store) -> None:
    clauses = store.indexed_clauses()
    assert [store.rows_of([clause.clause_id]) for clause in clauses] == [[row] for row in range(len(clauses))]
    assert store.rows_of([]) == []
    assert store.rows_of(["no#1", "' OR 1=1 --"]) == []
