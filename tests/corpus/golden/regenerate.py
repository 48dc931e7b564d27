"""Write the golden clause trees anew, then read the diff by eye.

``PYTHONPATH=. python tests/corpus/golden/regenerate.py``
"""

from __future__ import annotations

from pathlib import Path

from corpus.model import Clause, Document
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import find_sources, read_source

DOCUMENTS = Path(__file__).parents[3] / "corpus" / "documents"
CLAUSES = Path(__file__).parent / "clauses"


def outline(document: Document) -> str:
    """Return the clause tree as text, a line each: id | label | role | heading path | text | length; noise as ``~``."""
    rows = [
        f"# {document.title}",
        f"# {document.doc_id} | {document.doc_number} | {'、'.join(document.issuers) or '-'} | "
        f"{document.region.full_name if document.region else '-'} | issued {document.issued} | {document.kind}",
        "",
    ]
    depth: dict[str | None, int] = {None: -1}
    noise = [span for span in document.noise if span.kind != "blank"]
    for span in sorted([*document.clauses, *noise], key=lambda span: span.start):
        text = document.text[span.start : span.end].replace("\n", "⏎")
        shown = text if len(text) <= 33 else f"{text[:20]} … {text[-10:]}"
        if isinstance(span, Clause):
            depth[span.clause_id] = depth[span.parent_id] + 1
            path = " > ".join(span.heading_path) or "-"
            cells = [span.clause_id.partition("#")[2], span.label, span.role, path, shown, str(len(text))]
            rows.append("  " * depth[span.clause_id] + " | ".join(cells))
        else:
            rows.append(f"~ {span.kind} | {shown} | {len(text)}")
    return "\n".join(rows) + "\n"


def golden_outlines() -> dict[str, str]:
    """Return the file name and the outline of each document of the repository."""
    gazetteer = Gazetteer.load()
    paths, _ = find_sources([DOCUMENTS])
    documents = [parse_document(read_source(path), gazetteer) for path in paths]
    return {f"{document.doc_id}.txt": outline(document) for document in documents}


if __name__ == "__main__":
    CLAUSES.mkdir(exist_ok=True)
    for name, text in golden_outlines().items():
        (CLAUSES / name).write_text(text, encoding="utf-8")
