"""A benchmark whose documents are not committed, made ready for ``wence eval run``."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import CorpusError
from eval.materialise import materialise, with_quotes


def prepare(benchmark: Path, data: Path, target: Path) -> tuple[Path, ...]:
    """Write the documents into ``target/documents`` and the questions beside it; return the question files.

    The questions name documents by file stem and quote their evidence, as ``eval.dataset.load_questions`` wants them.
    Raises CorpusError for a folder that is no such benchmark and for data that lack its documents.
    """
    selection = benchmark / "corpus.json"
    questions = sorted(benchmark.glob("questions.*.jsonl"))
    if not selection.is_file() or not questions:
        raise CorpusError(
            f"{benchmark} 里没有 corpus.json 和 questions.*.jsonl", hint="这样的评测集不需要准备,直接用 --data"
        )
    documents = target / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    files = materialise(data, selection, documents)
    stems = {doc_id: file.stem for doc_id, file in files.items()}
    return tuple(_with_stems(with_quotes(file, files, target), stems) for file in questions)


def _with_stems(path: Path, stems: dict[str, str]) -> Path:
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    for row in rows:
        row["documents"] = [stems[doc_id] for doc_id in row["documents"]]
        for evidence in row["evidence"]:
            evidence["document"] = stems[evidence["document"]]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8", newline="\n")
    return path
