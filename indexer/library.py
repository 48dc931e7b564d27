"""The original files of the documents, and what was corrected by hand: what an index cannot be made again without."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import LibraryError

LIBRARY_FILE = "library.sqlite"
FILES_FOLDER = "files"

# An original is read by documents: a document of the index is known by the name and hash of the source it was read
# from, so what is kept before the index switches is right whether or not it does.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS originals (
    name TEXT NOT NULL, sha256 TEXT NOT NULL, doc_id TEXT NOT NULL, file_name TEXT NOT NULL, file_sha256 TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (name, sha256, doc_id)
);
CREATE TABLE IF NOT EXISTS edits (
    doc_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT, at TEXT NOT NULL, PRIMARY KEY (doc_id, field)
);
"""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was given, and the part of it (``name``, ``sha256``) that the document ``doc_id`` was read from."""

    doc_id: str
    name: str
    sha256: str
    file_name: str
    data: bytes


Keep = Callable[[str, str, str, str, bytes], None]


class Library:
    """The store below ``folder``, made when something is first kept. Safe to use from several threads.

    Files are named by the hash of their content, never by what a user typed. All methods raise ``LibraryError`` where
    the store cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / LIBRARY_FILE
        self._files = folder / FILES_FOLDER

    @contextmanager
    def keeping(self) -> Iterator[Keep]:
        """Give a function that keeps a file: ``(doc_id, name, sha256, file name, bytes)``.

        ``name`` and ``sha256`` are those of the part of the file that the document was read from. All are kept
        together, and safe on the disk, when the block ends.
        """
        rows: list[tuple[str, ...]] = []
        at = datetime.now(UTC).isoformat(timespec="seconds")

        def keep(doc_id: str, name: str, sha256: str, file_name: str, data: bytes) -> None:
            digest = hashlib.sha256(data).hexdigest()
            self._write(digest, data)
            rows.append((name, sha256, doc_id, file_name, digest, at))

        yield keep
        if rows:
            with self._opened() as connection:
                connection.executemany("INSERT OR REPLACE INTO originals VALUES (?, ?, ?, ?, ?, ?)", rows)

    def original(self, doc_id: str, name: str, sha256: str) -> Original | None:
        """Return the file that the document was read from, ``None`` where it was not kept or is damaged."""
        rows = self._rows(
            "SELECT file_name, file_sha256 FROM originals WHERE doc_id = ? AND name = ? AND sha256 = ?",
            doc_id, name, sha256,
        )  # fmt: skip
        data = self._read(rows[0][1]) if rows else None
        return Original(doc_id, name, sha256, rows[0][0], data) if data is not None else None

    def originals(self) -> Iterator[Original]:
        """Yield everything that is kept, in the order in which it was given."""
        rows = self._rows("SELECT doc_id, name, sha256, file_name, file_sha256 FROM originals ORDER BY rowid")
        for doc_id, name, sha256, file_name, digest in rows:
            if (data := self._read(digest)) is not None:
                yield Original(doc_id, name, sha256, file_name, data)

    def edits(self) -> dict[str, dict[str, str]]:
        """Return the corrections in force: doc_id → field → value."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for doc_id, field, value in self._rows("SELECT doc_id, field, value FROM edits ORDER BY rowid"):
            if value is not None:
                found[doc_id][field] = value
        return dict(found)

    def unsettled(self) -> set[str]:
        """Return the ids of documents of which a correction was taken back and the index may not know it yet."""
        return {row[0] for row in self._rows("SELECT doc_id FROM edits WHERE value IS NULL")}

    def edit(self, doc_id: str, changes: Mapping[str, str]) -> None:
        """Correct fields of a document; the value ``""`` takes a correction back."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [(doc_id, field, value or None, at) for field, value in changes.items()]
        with self._opened() as connection:
            connection.executemany("INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?)", rows)

    def settle(self, documents: Collection[tuple[str, str, str]]) -> None:
        """Forget all that belongs to none of ``documents``, the (doc_id, name, sha256) of what the index holds."""
        if not self._file.is_file():
            return
        held, ids = set(documents), {doc_id for doc_id, _, _ in documents}
        with self._opened() as connection:
            rows = connection.execute("SELECT doc_id, name, sha256 FROM originals").fetchall()
            connection.executemany(
                "DELETE FROM originals WHERE doc_id = ? AND name = ? AND sha256 = ?",
                [row for row in rows if tuple(row) not in held],
            )
            edited = {row[0] for row in connection.execute("SELECT doc_id FROM edits")}
            connection.executemany("DELETE FROM edits WHERE doc_id = ?", [(one,) for one in edited - ids])
            kept = {row[0] for row in connection.execute("SELECT file_sha256 FROM originals")}
        for path in self._files.glob("*"):
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def forget_taken_back(self) -> None:
        """Forget the corrections that were taken back: the index knows."""
        if self._file.is_file():
            with self._opened() as connection:
                connection.execute("DELETE FROM edits WHERE value IS NULL")

    def _rows(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        """What is kept; nothing, and no file made, where nothing was kept yet."""
        if not self._file.is_file():
            return []
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as connection:
                return connection.execute(sql, parameters).fetchall()
        except UnicodeEncodeError:  # a parameter with half a surrogate pair, which nothing kept has
            return []
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> LibraryError:
        return LibraryError(f"文件库读写失败:{self._file}({error})", hint="请检查这个文件夹是否可写、磁盘是否已满。")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=10)) as connection, connection:
                connection.executescript(_SCHEMA)
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise self._trouble(error) from error

    def _write(self, digest: str, data: bytes) -> None:
        path = self._files / digest
        if path.is_file() and path.stat().st_size == len(data):
            return
        try:
            self._files.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._files, prefix="new-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except OSError as error:
            raise LibraryError(
                f"原件没有存下来({error.strerror})", hint="请检查磁盘是否已满、WENCE_HOME 是否可写。"
            ) from error

    def _read(self, digest: str) -> bytes | None:
        if not _HASH.fullmatch(digest):
            return None
        try:
            data = (self._files / digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None
