"""The documents that gold quotes come from, looked up by file stem, document id or clause id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError
from corpus.model import Clause, Document
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import find_sources, read_sources


@dataclass(frozen=True, slots=True)
class Library:
    """Documents by file stem and by id, and their clauses by id."""

    by_stem: dict[str, Document]
    by_id: dict[str, Document]
    clauses: dict[str, Clause]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Library:
        """Return a library of ``documents``."""
        listed = tuple(documents)
        return cls(
            {Path(document.source).stem: document for document in listed},
            {document.doc_id: document for document in listed},
            {clause.clause_id: clause for document in listed for clause in document.clauses},
        )

    @classmethod
    def read(cls, *folders: Path) -> Library:
        """Return a library of the text files in ``folders``, cut into clauses as the indexer cuts them.

        Raises CorpusError where there is none.
        """
        gazetteer = Gazetteer.load()
        files, _ = find_sources(list(folders))
        if not files:
            raise CorpusError(f"{folders[0]} 里没有文本文件", hint="用 --documents 指定评测集所依据的文件夹")
        return cls.of(parse_document(source, gazetteer) for path in files for source in read_sources(path).sources)
