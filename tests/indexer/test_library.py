from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from corpus.errors import LibraryBusy, LibraryError
from indexer.library import FILES_FOLDER, LIBRARY_FILE, Library
from indexer.writer import writing


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def keep(library: Library, doc_id: str, name: str, sha256: str, data: bytes) -> None:
    with library.keeping() as keep_one:
        keep_one(doc_id, name, sha256, name, data)


def test_nothing_is_made_by_looking(library: Library, tmp_path: Path) -> None:
    assert (library.edits(), library.unsettled(), list(library.originals())) == ({}, set(), [])
    assert library.original("a", "a.txt", "0") is None
    library.settle([])
    library.forget_taken_back()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.txt", "../../etc/passwd", "甲\n乙'; DROP TABLE originals;--.txt", ""])
def test_files_are_named_by_their_content(library: Library, tmp_path: Path, name: str) -> None:
    keep(library, "a", name, "0" * 64, b"one")
    kept = library.original("a", name, "0" * 64)
    assert kept is not None
    assert (kept.file_name, kept.data) == (name, b"one")
    (path,) = (tmp_path / "library" / FILES_FOLDER).iterdir()
    assert path.name == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"


def test_a_damaged_file_is_none(library: Library, tmp_path: Path) -> None:
    keep(library, "a", "a.txt", "0", b"one")
    (path,) = (tmp_path / "library" / FILES_FOLDER).iterdir()
    path.write_bytes(b"two")
    assert library.original("a", "a.txt", "0") is None
    assert list(library.originals()) == []


def test_corrections_are_made_and_taken_back(library: Library) -> None:
    library.edit("a", {"title": "甲", "issued": "2024-01-01"})
    library.edit("a", {"title": ""})
    assert library.edits() == {"a": {"issued": "2024-01-01"}}
    assert library.unsettled() == {"a"}
    library.forget_taken_back()
    assert library.unsettled() == set()
    assert library.edits() == {"a": {"issued": "2024-01-01"}}


def test_what_the_index_does_not_hold_is_forgotten(library: Library, tmp_path: Path) -> None:
    for doc_id, sha, data in (("a", "1", b"old"), ("a", "2", b"new"), ("b", "3", b"new"), ("c", "4", b"gone")):
        keep(library, doc_id, f"{doc_id}.txt", sha, data)
        library.edit(doc_id, {"title": doc_id})
    library.settle([("a", "a.txt", "2"), ("b", "b.txt", "3")])
    assert [(one.doc_id, one.sha256) for one in library.originals()] == [("a", "2"), ("b", "3")]
    assert set(library.edits()) == {"a", "b"}
    assert len(list((tmp_path / "library" / FILES_FOLDER).iterdir())) == 1


def test_a_damaged_store_is_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / LIBRARY_FILE).write_bytes(b"no database" * 100)
    for use in (library.edits, lambda: library.edit("a", {"title": "甲"}), lambda: library.settle([])):
        with pytest.raises(LibraryError) as caught:
            use()
        assert caught.value.hint


def test_an_interrupted_change_leaves_nothing(library: Library, tmp_path: Path) -> None:
    library.edit("a", {"title": "甲"})
    connection = sqlite3.connect(tmp_path / "library" / LIBRARY_FILE)
    connection.execute("INSERT INTO edits VALUES ('b', 'title', '乙', '')")
    connection.close()
    assert library.edits() == {"a": {"title": "甲"}}


class TestOneWriter:
    def test_a_second_one_is_told(self, tmp_path: Path) -> None:
        told: list[str] = []

        def second() -> None:
            try:
                with writing(tmp_path, wait=0):
                    told.append("in")
            except LibraryBusy as error:
                told.append(error.hint)

        with writing(tmp_path, wait=0):
            thread = threading.Thread(target=second)
            thread.start()
            thread.join()
        assert len(told) == 1
        assert "再试" in told[0]
        second()
        assert told[1] == "in"

    def test_a_second_one_waits(self, tmp_path: Path) -> None:
        order: list[str] = []
        inside = threading.Event()

        def second() -> None:
            inside.wait(10)
            with writing(tmp_path, wait=20):
                order.append("second")

        thread = threading.Thread(target=second)
        with writing(tmp_path, wait=0):
            thread.start()
            inside.set()
            order.append("first")
        thread.join()
        assert order == ["first", "second"]

    def test_leftovers_of_a_killed_writer_go(self, tmp_path: Path) -> None:
        for name in ("building-x", "gen-000004", "gen-000005", "gen-000006", "other"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "file").write_text("x")
        (tmp_path / "CURRENT").write_text("gen-000005")
        (tmp_path / "CURRENT.new").write_text("gen-000006")
        with writing(tmp_path, wait=0):
            left = sorted(path.name for path in tmp_path.iterdir() if path.name != "writer.lock")
        assert left == ["CURRENT", "gen-000004", "gen-000005", "other"]
