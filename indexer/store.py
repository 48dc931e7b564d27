"""Documents, clauses and facts on disk: one SQLite file per index generation, read-only once written."""

from __future__ import annotations

import json
import sqlite3
import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from corpus.errors import CorruptIndex, NotFound
from corpus.facts.extract import Facts
from corpus.model import Clause, Document, Duty, Eligibility, Noise, Region, Relation, Target

STORE_FILE = "store.sqlite"

_SCHEMA = """
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, position INTEGER, title TEXT, doc_number TEXT, issuers TEXT, region TEXT, issued TEXT,
    effective TEXT, expires TEXT, kind TEXT, source TEXT, sha256 TEXT, text TEXT, noise TEXT
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


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document's metadata without its text, as ranking and answering need it for every document."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: str
    source: str
    sha256: str


def write_store(path: Path, documents: Sequence[Document], facts: Sequence[Facts], indexed: Sequence[bool]) -> None:
    """Write ``documents`` with their ``facts`` into a new file; ``indexed`` flags every clause in row order."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.executescript(_SCHEMA)
            row = 0
            for position, (document, found) in enumerate(zip(documents, facts, strict=True)):
                connection.execute(
                    f"INSERT INTO documents VALUES ({','.join('?' * 14)})", _document_row(document, position)
                )
                for clause in document.clauses:
                    connection.execute(
                        f"INSERT INTO clauses VALUES ({','.join('?' * 11)})",
                        (
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
                            int(indexed[row]),
                        ),
                    )
                    row += 1
                connection.executemany("INSERT INTO facts VALUES (?,?,?,?)", _fact_rows(found))
    finally:
        connection.close()


class Store:
    """Read access to a store file; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CorruptIndex(f"索引缺少文件 {path.name}", hint="请运行 wence index --rebuild 重建索引。")
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self.heads = {head.doc_id: head for head in map(_head, self._query(_HEADS))}
        rows = self._query("SELECT row, doc_id FROM clauses WHERE indexed = 1 ORDER BY row")
        self.row_documents: tuple[str, ...] = tuple(r["doc_id"] for r in rows)
        self._table_rows: tuple[int, ...] = tuple(r["row"] for r in rows)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def document(self, doc_id: str) -> Document:
        """Return one document, whole. Raises ``NotFound``."""
        rows = self._query("SELECT * FROM documents WHERE doc_id = ?", doc_id)
        if not rows:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        clauses = tuple(map(_clause, self._query("SELECT * FROM clauses WHERE doc_id = ? ORDER BY row", doc_id)))
        row = rows[0]
        head = _head(row)
        return Document(
            **{name: getattr(head, name) for name in DocumentHead.__dataclass_fields__},
            text=row["text"],
            clauses=clauses,
            noise=tuple(Noise(*item) for item in json.loads(row["noise"])),
        )

    def text(self, doc_id: str) -> str:
        """Return the raw text of one document. Raises ``NotFound``."""
        rows = self._query("SELECT text FROM documents WHERE doc_id = ?", doc_id)
        if not rows:
            raise NotFound(f"没有这份文件:{doc_id}", hint="用 wence docs 查看已收录的文件。")
        return str(rows[0]["text"])

    def clause(self, clause_id: str) -> Clause:
        """Return one clause. Raises ``NotFound``."""
        rows = self._query("SELECT * FROM clauses WHERE clause_id = ?", clause_id)
        if not rows:
            raise NotFound(f"没有这一条款:{clause_id}", hint="条款编号形如 文件编号#3.4,可在检索结果里复制。")
        return _clause(rows[0])

    def clauses_at(self, rows: Sequence[int]) -> list[Clause]:
        """Return the clauses at index rows (rows of indexed clauses, in index order)."""
        found: list[Clause] = []
        for row in rows:
            item = self._query("SELECT * FROM clauses WHERE row = ?", self._table_rows[row])
            found.append(_clause(item[0]))
        return found

    def indexed_clauses(self) -> list[Clause]:
        """Return every indexed clause in row order."""
        return [_clause(r) for r in self._query("SELECT * FROM clauses WHERE indexed = 1 ORDER BY row")]

    def children(self, clause_id: str) -> list[Clause]:
        """Return the clauses directly below ``clause_id``, in text order."""
        return [_clause(r) for r in self._query("SELECT * FROM clauses WHERE parent_id = ? ORDER BY row", clause_id)]

    def clauses_of(self, doc_id: str) -> list[Clause]:
        """Return the clauses of one document in text order."""
        return [_clause(r) for r in self._query("SELECT * FROM clauses WHERE doc_id = ? ORDER BY row", doc_id)]

    def clause_count(self) -> int:
        """Return the number of indexed clauses."""
        return len(self.row_documents)

    def clause_roles(self) -> dict[str, dict[str, int]]:
        """Return how many clauses of each role every document has, by doc_id; reads no text."""
        counts: dict[str, dict[str, int]] = {}
        for row in self._query("SELECT doc_id, role, COUNT(*) AS number FROM clauses GROUP BY doc_id, role"):
            counts.setdefault(row["doc_id"], {})[row["role"]] = int(row["number"])
        return counts

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Return the ids of the clauses printed under each number, in text order: ``三、(四)`` → their ids."""
        found: dict[str, list[str]] = {}
        for row in self._query("SELECT label, clause_id FROM clauses ORDER BY row"):
            found.setdefault(row["label"], []).append(row["clause_id"])
        return {label: tuple(ids) for label, ids in found.items()}

    def rows_of(self, clause_ids: Iterable[str]) -> list[int]:
        """Return the index rows of those of ``clause_ids`` that are indexed."""
        wanted = json.dumps(list(clause_ids))
        found = self._query(
            "SELECT row FROM clauses WHERE indexed = 1 AND clause_id IN (SELECT value FROM json_each(?))", wanted
        )
        return [bisect_left(self._table_rows, row["row"]) for row in found]

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

    def _facts(self, kind: str, doc_id: str | None) -> list[sqlite3.Row]:
        if doc_id is None:
            return self._query("SELECT body FROM facts WHERE kind = ? ORDER BY rowid", kind)
        return self._query("SELECT body FROM facts WHERE kind = ? AND doc_id = ? ORDER BY rowid", kind, doc_id)

    def _query(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, parameters).fetchall()
        except UnicodeEncodeError:  # a parameter with half a surrogate pair, which no stored text has
            return []
        except sqlite3.DatabaseError as error:
            raise CorruptIndex(f"索引文件已损坏({error})", hint="请运行 wence index --rebuild 重建索引。") from error


_HEADS = (
    "SELECT doc_id, title, doc_number, issuers, region, issued, effective, expires, kind, source, sha256 "
    "FROM documents ORDER BY position"
)


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
    )


def _head(row: sqlite3.Row) -> DocumentHead:
    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row[name] else None

    return DocumentHead(
        doc_id=row["doc_id"],
        title=row["title"],
        doc_number=row["doc_number"],
        issuers=tuple(json.loads(row["issuers"])),
        region=Region(tuple(json.loads(row["region"]))) if row["region"] is not None else None,
        issued=day("issued"),
        effective=day("effective"),
        expires=day("expires"),
        kind=row["kind"],
        source=row["source"],
        sha256=row["sha256"],
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
    ):
        for item in items:
            yield kind, item.doc_id, item.clause_id, json.dumps(asdict(item), ensure_ascii=False, default=str)


def _target(body: dict[str, Any]) -> Target:
    body["value"] = None if body["value"] is None else Decimal(body["value"])
    body["high"] = None if body["high"] is None else Decimal(body["high"])
    body["period"] = tuple(body["period"])
    return Target(**body)


def _tuples(body: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
