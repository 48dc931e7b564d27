"""Documents, clauses and facts on disk: one SQLite file for each segment, read-only once written."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptIndex, NotFound
from corpus.model import (
    Clause,
    Document,
    Duty,
    Eligibility,
    Facts,
    Noise,
    Region,
    Relation,
    Signature,
    SourceMetadata,
    Statement,
    Target,
)
from indexer.heads import DocumentFilter, DocumentHead, HeadColumns
from indexer.passages import is_indexed

__all__ = ["STORE_FILE", "DocumentFilter", "DocumentHead", "Store", "StorePart", "StoreWriter"]

STORE_FILE = "store.sqlite"

_SCHEMA = """
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, position INTEGER, title TEXT, doc_number TEXT, issuers TEXT, region TEXT, issued TEXT,
    effective TEXT, expires TEXT, kind TEXT, source TEXT, sha256 TEXT, text TEXT, noise TEXT,
    said TEXT
);
CREATE TABLE clauses (
    row INTEGER PRIMARY KEY, clause_id TEXT UNIQUE, doc_id TEXT, label TEXT, heading_path TEXT, role TEXT,
    start INTEGER, "end" INTEGER, text TEXT, parent_id TEXT, indexed INTEGER
);
CREATE INDEX clauses_by_document ON clauses (doc_id, row);
CREATE TABLE facts (kind TEXT, doc_id TEXT, clause_id TEXT, body TEXT);
CREATE INDEX facts_by_clause ON facts (clause_id);
CREATE INDEX facts_by_kind ON facts (kind, doc_id);
"""


class StoreWriter:
    """Writes the store file of one segment, document by document."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # Nothing reads the file before it is whole and synced to the disk.
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        self.documents = 0
        self._rows = 0

    def add(self, document: Document, facts: Facts) -> list[int]:
        """Add a document; return the table rows of its indexed clauses."""
        execute = self._connection.execute
        execute(f"INSERT INTO documents VALUES ({','.join('?' * 15)})", _document_row(document, self.documents))
        indexed: list[int] = []
        for clause in document.clauses:
            if is_indexed(clause):
                indexed.append(self._rows)
            execute(f"INSERT INTO clauses VALUES ({','.join('?' * 11)})", _clause_row(clause, self._rows))
            self._rows += 1
        self._connection.executemany("INSERT INTO facts VALUES (?,?,?,?)", _fact_rows(facts))
        self.documents += 1
        return indexed

    def add_from(self, path: Path, removed: Collection[str]) -> tuple[NDArray[np.int32], int]:
        """Add the documents of another store file but for those ``removed``.

        Returns the new position of each of its documents, -1 for one left out, and what its table rows moved by.
        """
        execute = self._connection.execute
        execute("ATTACH DATABASE ? AS part", (str(path),))
        ids = [row[0] for row in execute("SELECT doc_id FROM part.documents ORDER BY position")]
        positions = np.full(len(ids), -1, dtype=np.int32)
        kept = [number for number, doc_id in enumerate(ids) if doc_id not in removed]
        positions[kept] = np.arange(self.documents, self.documents + len(kept))
        execute("CREATE TEMP TABLE kept (doc_id TEXT PRIMARY KEY, position INTEGER)")
        self._connection.executemany(
            "INSERT INTO kept VALUES (?,?)", ((ids[number], int(positions[number])) for number in kept)
        )
        execute(
            f"INSERT INTO documents SELECT d.doc_id, kept.position, {_DOCUMENT_BODY} "
            "FROM kept CROSS JOIN part.documents d ON d.doc_id = kept.doc_id ORDER BY kept.position"
        )
        offset = self._rows
        execute(
            f"INSERT INTO clauses SELECT c.row + {offset:d}, {_CLAUSE_BODY} "
            "FROM part.clauses c JOIN kept ON kept.doc_id = c.doc_id ORDER BY c.row"
        )
        execute(
            "INSERT INTO facts SELECT f.kind, f.doc_id, f.clause_id, f.body "
            "FROM part.facts f JOIN kept ON kept.doc_id = f.doc_id ORDER BY f.rowid"
        )
        self._rows = int(execute("SELECT coalesce(max(row) + 1, 0) FROM clauses").fetchone()[0])
        self.documents += len(kept)
        execute("DROP TABLE kept")
        self._connection.commit()
        execute("DETACH DATABASE part")
        return positions, offset

    def close(self) -> None:
        """Finish the file."""
        self._connection.commit()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class StorePart:
    """A store file with what of it counts: the removed documents, and the arrays that lead from rows to its tables.

    ``row_documents`` and ``row_clauses`` (rows,) hold the position of the document and the table row of each indexed
    clause.
    """

    path: Path
    row_documents: NDArray[np.int32]
    row_clauses: NDArray[np.int32]
    removed: frozenset[str] = frozenset()


class Store:
    """Read access to the store files of an index; safe to share between threads.

    Rows of indexed clauses are numbered through all parts in order.
    """

    def __init__(self, parts: Sequence[StorePart]) -> None:
        self._parts = tuple(parts)
        self._files = tuple(_StoreFile(part.path) for part in self._parts)
        self._lock = threading.Lock()
        self.offsets = np.cumsum([0, *(len(part.row_clauses) for part in self._parts)])
        self._heads: dict[str, DocumentHead] | None = None
        self._ends: list[int] = []
        self._positions: NDArray[np.int32] = np.zeros(0, np.int32)
        self._sizes: list[int] = []
        self._columns: HeadColumns | None = None
        self._removed: list[NDArray[np.int64]] | None = None

    @classmethod
    def of_file(cls, path: Path) -> Store:
        """Open one store file without the arrays beside it."""
        file = _StoreFile(path)
        rows = file.query(
            "SELECT c.row, d.position FROM clauses c JOIN documents d USING (doc_id) WHERE indexed = 1 ORDER BY c.row"
        )
        file.close()
        documents, clauses = (np.array([row[name] for row in rows], np.int32) for name in ("position", "row"))
        return cls([StorePart(path, documents, clauses)])

    def close(self) -> None:
        """Release the files."""
        for file in self._files:
            file.close()

    @property
    def heads(self) -> Mapping[str, DocumentHead]:
        """The metadata of every document by id, in the order of indexing; read when first asked for."""
        with self._lock:
            if self._heads is None:
                heads: dict[str, DocumentHead] = {}
                ends: list[int] = [0]
                positions: list[int] = []
                sizes: list[int] = []
                read = _HeadReader()
                for part, file in zip(self._parts, self._files, strict=True):
                    rows = file.query(_HEADS)
                    sizes.append(rows[-1]["position"] + 1 if rows else 0)
                    for position, *values in rows:
                        if values[0] not in part.removed:
                            heads[values[0]] = read.head(*values)
                            positions.append(position)
                    ends.append(len(positions))
                self._ends = ends
                self._positions = np.array(positions, dtype=np.int32)
                self._sizes = sizes
                self._heads = heads
            return self._heads

    def allowed_rows(self, allow: Callable[[DocumentHead], bool] | None) -> list[NDArray[np.bool_] | None]:
        """Return for each part which rows belong to documents that ``allow`` admits; ``None`` for all of them.

        A ``DocumentFilter`` costs one look at each distinct region; any other function is asked for every document.
        """
        if allow is None:
            verdicts = None
        elif isinstance(allow, DocumentFilter):
            verdicts = self.columns().admitted(allow)
        else:
            heads = self.heads
            verdicts = np.fromiter(map(allow, heads.values()), dtype=np.bool_, count=len(heads))
        if verdicts is None:
            return [_all_but(part, gone) for part, gone in zip(self._parts, self.removed_rows(), strict=True)]
        self.heads  # noqa: B018 - fills the places of documents
        masks: list[NDArray[np.bool_] | None] = []
        for part, size, (first, end) in zip(self._parts, self._sizes, pairwise(self._ends), strict=True):
            documents = np.zeros(size, dtype=np.bool_)
            documents[self._positions[first:end]] = verdicts[first:end]
            masks.append(documents[part.row_documents])
        return masks

    def columns(self) -> HeadColumns:
        """Return the metadata that filters ask for, by column."""
        if self._columns is None:
            self._columns = HeadColumns.of(self.heads.values())
        return self._columns

    def removed_rows(self) -> list[NDArray[np.int64]]:
        """Return for each part the rows, ascending, of removed documents."""
        if self._removed is None:
            self._removed = [
                np.flatnonzero(np.isin(part.row_documents, file.positions(part.removed)))
                if part.removed
                else np.zeros(0, np.int64)
                for part, file in zip(self._parts, self._files, strict=True)
            ]
        return self._removed

    def has(self, doc_id: str) -> bool:
        """Return whether there is such a document."""
        return bool(self._of(doc_id, "SELECT position FROM documents WHERE doc_id = ?"))

    def document(self, doc_id: str) -> Document:
        """Return one document, whole. Raises ``NotFound``."""
        rows = self._of(doc_id, "SELECT * FROM documents WHERE doc_id = ?")
        if not rows:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        clauses = tuple(map(_clause, self._of(doc_id, "SELECT * FROM clauses WHERE doc_id = ? ORDER BY row")))
        row = rows[0]
        head = _HeadReader().head(*(row[name] for name in DocumentHead.__dataclass_fields__))
        return Document(
            **{name: getattr(head, name) for name in DocumentHead.__dataclass_fields__},
            text=row["text"],
            clauses=clauses,
            noise=tuple(Noise(*item) for item in json.loads(row["noise"])),
            said=_said(row),
        )

    def documents(self) -> Iterator[Document]:
        """Yield every document in the order of indexing, one at a time."""
        for doc_id in self.heads:
            yield self.document(doc_id)

    def text(self, doc_id: str) -> str:
        """Return the raw text of one document. Raises ``NotFound``."""
        rows = self._of(doc_id, "SELECT text FROM documents WHERE doc_id = ?")
        if not rows:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        return str(rows[0]["text"])

    def clause(self, clause_id: str) -> Clause:
        """Return one clause. Raises ``NotFound``."""
        rows = self._live("SELECT * FROM clauses WHERE clause_id = ?", clause_id)
        if not rows:
            raise NotFound(f"没有这一条款:{clause_id}", hint="条款编号形如 文件编号#3.4,可在检索结果里复制。")
        return _clause(rows[0])

    def clauses_at(self, rows: Sequence[int]) -> list[Clause]:
        """Return the clauses at index rows (rows of indexed clauses, in index order)."""
        found: list[Clause] = []
        for row in rows:
            number = int(np.searchsorted(self.offsets, row, side="right")) - 1
            at = int(self._parts[number].row_clauses[row - int(self.offsets[number])])
            found.append(_clause(self._files[number].query("SELECT * FROM clauses WHERE row = ?", at)[0]))
        return found

    def indexed_clauses(self) -> list[Clause]:
        """Return every indexed clause in row order."""
        return [_clause(r) for r in self._live("SELECT * FROM clauses WHERE indexed = 1 ORDER BY row")]

    def children(self, clause_id: str) -> list[Clause]:
        """Return the clauses directly below ``clause_id``, in text order."""
        return [_clause(r) for r in self._live("SELECT * FROM clauses WHERE parent_id = ? ORDER BY row", clause_id)]

    def clauses_of(self, doc_id: str) -> list[Clause]:
        """Return the clauses of one document in text order."""
        return [_clause(r) for r in self._of(doc_id, "SELECT * FROM clauses WHERE doc_id = ? ORDER BY row")]

    def clause_count(self) -> int:
        """Return the number of indexed clauses."""
        return int(self.offsets[-1]) - sum(map(len, self.removed_rows()))

    def clause_roles(self) -> dict[str, dict[str, int]]:
        """Return how many clauses of each role every document has, by doc_id; reads no text."""
        counts: dict[str, dict[str, int]] = {}
        for row in self._live("SELECT doc_id, role, COUNT(*) AS number FROM clauses GROUP BY doc_id, role"):
            counts.setdefault(row["doc_id"], {})[row["role"]] = int(row["number"])
        return counts

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Return the ids of the clauses printed under each number, in text order: ``三、(四)`` → their ids."""
        found: dict[str, list[str]] = {}
        for row in self._live("SELECT doc_id, label, clause_id FROM clauses ORDER BY row"):
            found.setdefault(row["label"], []).append(row["clause_id"])
        return {label: tuple(ids) for label, ids in found.items()}

    def named_rows(
        self, masks: Sequence[NDArray[np.bool_] | None], clause_ids: Iterable[str]
    ) -> list[NDArray[np.bool_] | None]:
        """Return ``masks`` of the rows of each part, narrowed to those of ``clause_ids`` that are indexed."""
        wanted = json.dumps(list(clause_ids))
        narrowed: list[NDArray[np.bool_] | None] = []
        for part, file, mask in zip(self._parts, self._files, masks, strict=True):
            found = file.query(
                "SELECT row FROM clauses WHERE indexed = 1 AND clause_id IN (SELECT value FROM json_each(?))", wanted
            )
            named = np.isin(part.row_clauses, [row["row"] for row in found])
            narrowed.append(named if mask is None else named & mask)
        return narrowed

    def targets(self, doc_id: str | None = None) -> tuple[Target, ...]:
        """Return all targets, or those of one document, in text order."""
        return tuple(_target(json.loads(r["body"])) for r in self._facts("target", doc_id))

    def eligibility(self, doc_id: str | None = None) -> tuple[Eligibility, ...]:
        """Return all eligibility facts, or those of one document."""
        return tuple(Eligibility(**_tuples(json.loads(r["body"]))) for r in self._facts("eligibility", doc_id))

    def duties(self, doc_id: str | None = None) -> tuple[Duty, ...]:
        """Return all duties, or those of one document."""
        return tuple(Duty(**_tuples(json.loads(r["body"]))) for r in self._facts("duty", doc_id))

    def relations(self, doc_id: str | None = None) -> tuple[Relation, ...]:
        """Return all relations, or those of one document."""
        return tuple(Relation(**_tuples(json.loads(r["body"]))) for r in self._facts("relation", doc_id))

    def hashes(self) -> list[tuple[str, str]]:
        """Return the id and the sha256 of every document, in the order of indexing."""
        return [
            (r["doc_id"], r["sha256"]) for r in self._live("SELECT doc_id, sha256 FROM documents ORDER BY position")
        ]

    def statements(self, doc_id: str | None = None) -> tuple[Statement, ...]:
        """Return what all documents, or one, say of their own validity."""
        return tuple(_statement(json.loads(r["body"])) for r in self._facts("statement", doc_id))

    def signatures(self) -> tuple[Signature, ...]:
        """Return the sketch of every document's text."""
        return tuple(Signature(**json.loads(r["body"])) for r in self._facts("signature", None))

    def _facts(self, kind: str, doc_id: str | None) -> list[sqlite3.Row]:
        if doc_id is None:
            return self._live("SELECT doc_id, body FROM facts WHERE kind = ? ORDER BY rowid", kind)
        return self._of(doc_id, "SELECT body FROM facts WHERE doc_id = ? AND kind = ? ORDER BY rowid", kind)

    def _of(self, doc_id: str, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """Return the rows about one document, from the part where it is."""
        for part, file in zip(self._parts, self._files, strict=True):
            if doc_id not in part.removed and (rows := file.query(sql, doc_id, *parameters)):
                return rows
        return []

    def _live(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """Return the rows of all parts but those of removed documents."""
        return [
            row
            for part, file in zip(self._parts, self._files, strict=True)
            for row in file.query(sql, *parameters)
            if row["doc_id"] not in part.removed
        ]


def _all_but(part: StorePart, removed: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    if not len(removed):
        return None
    mask = np.ones(len(part.row_documents), dtype=np.bool_)
    mask[removed] = False
    return mask


class _StoreFile:
    """A store file, opened for reading."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CorruptIndex(f"索引缺少文件 {path.name}", hint="请运行 wence index --rebuild 重建索引。")
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        self._connection.close()

    def positions(self, doc_ids: Collection[str]) -> list[int]:
        found: list[int] = []
        for doc_id in doc_ids:
            found += [row["position"] for row in self.query("SELECT position FROM documents WHERE doc_id = ?", doc_id)]
        return found

    def query(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, parameters).fetchall()
        except UnicodeEncodeError:  # a parameter with half a surrogate pair, which no stored text has
            return []
        except sqlite3.DatabaseError as error:
            raise CorruptIndex(f"索引文件已损坏({error})", hint="请运行 wence index --rebuild 重建索引。") from error


_HEADS = f"SELECT position, {', '.join(DocumentHead.__dataclass_fields__)} FROM documents ORDER BY position"
_DOCUMENT_BODY = (
    "d.title, d.doc_number, d.issuers, d.region, d.issued, d.effective, d.expires, d.kind, d.source, d.sha256, "
    "d.text, d.noise, d.said"
)
_CLAUSE_BODY = (
    'c.clause_id, c.doc_id, c.label, c.heading_path, c.role, c.start, c."end", c.text, c.parent_id, c.indexed'
)


def _said(row: sqlite3.Row) -> SourceMetadata:
    # An index of an earlier format is read once more when it is rebuilt.
    return SourceMetadata(**_tuples(json.loads(row["said"]))) if "said" in row.keys() else SourceMetadata()  # noqa: SIM118


def _document_row(document: Document, position: int) -> tuple[object, ...]:
    region = None if document.region is None else json.dumps(document.region.chain, ensure_ascii=False)
    days = [day.isoformat() if day else None for day in (document.issued, document.effective, document.expires)]
    return (
        document.doc_id,
        position,
        document.title,
        document.doc_number,
        json.dumps(document.issuers, ensure_ascii=False),
        region,
        *days,
        document.kind,
        document.source,
        document.sha256,
        document.text,
        json.dumps([[n.start, n.end, n.kind] for n in document.noise]),
        json.dumps(asdict(document.said), ensure_ascii=False),
    )


class _HeadReader:
    """Reads heads; equal regions, issuers and days become one object, of which a large corpus has few."""

    def __init__(self) -> None:
        self._regions: dict[str | None, Region | None] = {None: None}
        self._issuers: dict[str, tuple[str, ...]] = {}
        self._days: dict[str | None, date | None] = {None: None}

    def head(
        self,
        doc_id: str,
        title: str,
        doc_number: str | None,
        issuers: str,
        region: str | None,
        issued: str | None,
        effective: str | None,
        expires: str | None,
        kind: str,
        source: str,
        sha256: str,
    ) -> DocumentHead:
        """Return the head in a row of the table: its fields in their order."""
        if region not in self._regions:
            self._regions[region] = Region(tuple(json.loads(region or "[]")))
        if issuers not in self._issuers:
            self._issuers[issuers] = tuple(json.loads(issuers))
        return DocumentHead(
            doc_id,
            title,
            doc_number,
            self._issuers[issuers],
            self._regions[region],
            self._day(issued),
            self._day(effective),
            self._day(expires),
            kind,
            source,
            sha256,
        )

    def _day(self, text: str | None) -> date | None:
        if text not in self._days:
            self._days[text] = date.fromisoformat(text) if text else None
        return self._days[text]


def _clause_row(clause: Clause, row: int) -> tuple[object, ...]:
    return (
        row,
        clause.clause_id,
        clause.doc_id,
        clause.label,
        json.dumps(clause.heading_path, ensure_ascii=False),
        clause.role,
        clause.start,
        clause.end,
        clause.text,
        clause.parent_id,
        int(is_indexed(clause)),
    )


def _clause(row: sqlite3.Row) -> Clause:
    return Clause(
        row["clause_id"],
        row["doc_id"],
        row["label"],
        tuple(json.loads(row["heading_path"])),
        row["role"],
        row["start"],
        row["end"],
        row["text"],
        row["parent_id"],
    )


def _fact_rows(facts: Facts) -> Iterable[tuple[str, str, str, str]]:
    for kind, items in (
        ("target", facts.targets),
        ("eligibility", facts.eligibility),
        ("duty", facts.duties),
        ("relation", facts.relations),
        ("statement", facts.statements),
    ):
        for item in items:
            yield kind, item.doc_id, item.clause_id, json.dumps(asdict(item), ensure_ascii=False, default=str)
    if facts.signature is not None:
        yield "signature", facts.signature.doc_id, "", json.dumps(asdict(facts.signature))


def _target(body: dict[str, Any]) -> Target:
    body["value"] = None if body["value"] is None else Decimal(body["value"])
    body["high"] = None if body["high"] is None else Decimal(body["high"])
    body["period"] = tuple(body["period"])
    return Target(**body)


def _statement(body: dict[str, Any]) -> Statement:
    body["day"] = None if body["day"] is None else date.fromisoformat(body["day"])
    return Statement(**body)


def _tuples(body: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
