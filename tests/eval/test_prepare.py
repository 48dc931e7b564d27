"""A benchmark with documents from elsewhere becomes one that can be run and validated."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.cli import run

TEXT = "某市公告 一、对失业人员免费培训。二、由人社局负责。"
QUOTE = "对失业人员免费培训"


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    folder = tmp_path / "benchmark"
    folder.mkdir()
    (folder / "corpus.json").write_text('{"ncp": ["a/1.md"]}', "utf-8")
    start = TEXT.index(QUOTE)
    row = {
        "id": "dev-001", "topic": "t", "question": "某市失业人员培训收费吗", "history": [], "region": None,
        "kind": "eligibility", "outcome": ["answered"], "why": None, "documents": ["a/1.md"],
        "evidence": [{"document": "a/1.md", "start": start, "end": start + len(QUOTE), "grade": 2}],
        "answers": [["免费"]], "forbidden": [], "note": "",
    }  # fmt: skip
    (folder / "questions.dev.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "data" / "ncp" / "documents.jsonl.gz"
    file.parent.mkdir(parents=True)
    document = {"id": "a/1.md", "title": "某市公告", "text": TEXT}
    file.write_bytes(gzip.compress(json.dumps(document, ensure_ascii=False).encode() + b"\n"))
    return tmp_path / "data"


def test_prepare(benchmark: Path, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["prepare", str(benchmark), "--source", str(source), "--out", str(out)]) == 0
    assert "wence eval run --data" in capsys.readouterr().out
    assert [file.read_text("utf-8") for file in (out / "documents").iterdir()] == [TEXT]
    questions = out / "questions.dev.jsonl"
    assert json.loads(questions.read_text("utf-8"))["evidence"][0]["quote"] == QUOTE
    assert run(["validate", str(questions), "--documents", str(out / "documents")]) == 0


@pytest.mark.parametrize(("missing", "message"), [("corpus.json", "没有 corpus.json"), ("source", "不知道数据在哪里")])
def test_what_is_missing_is_told(
    benchmark: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    missing: str, message: str,
) -> None:  # fmt: skip
    monkeypatch.delenv("WENCE_DATA", raising=False)
    arguments = ["prepare", str(benchmark), "--out", str(tmp_path / "out")]
    if missing == "corpus.json":
        (benchmark / missing).unlink()
        arguments += ["--source", str(source)]
    assert run(arguments) == 1
    assert message in capsys.readouterr().err
