"""Readers of public formats, on a line or two of each; the real sets are read where WENCE_DATA names their folder."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from eval.cli import run
from eval.external import (
    Passage,
    read_beir,
    read_passages,
    read_pool,
    read_rgb,
    read_spans,
    read_trec_qrels,
    read_trec_run,
)


def jsonl(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_beir(tmp_path: Path, suffix: str) -> None:
    jsonl(tmp_path / f"corpus.jsonl{suffix}", {"_id": "d1", "title": "题", "text": "文"}, {"_id": "d2", "text": "文"})
    jsonl(tmp_path / "queries.jsonl", {"_id": "q1", "text": "问"}, {"_id": "unjudged", "text": "问"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", "utf-8")
    found = read_beir(tmp_path)
    assert found.passages == {"d1": Passage("d1", "题", "文"), "d2": Passage("d2", "", "文")}
    assert (found.queries, found.qrels) == ({"q1": "问"}, {"q1": {"d1": 2}})


def test_trec_files(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("q1 0 d1 2\nq1 0 d2 0\nq2 0 d1 1\n", "utf-8")
    (tmp_path / "run").write_text("q1 Q0 d2 1 0.5 tag\nq1 Q0 d1 2 0.9 tag\nq1 Q0 d0 3 0.5 tag\n", "utf-8")
    assert read_trec_qrels(tmp_path / "qrels") == {"q1": {"d1": 2}, "q2": {"d1": 1}}
    assert read_trec_run(tmp_path / "run") == {"q1": ("d1", "d0", "d2")}  # by score, then by id


def test_flat_spans(tmp_path: Path) -> None:
    row = {"id": "1", "question": "问", "context": "上下文", "answers": ["文", "文", "下文"]}
    none = {"id": "2", "question": "问", "context": "文", "answers": [], "is_impossible": True, "casename": "x"}
    found = read_spans(jsonl(tmp_path / "s.jsonl.gz", row, none))
    assert [(q.answers, q.impossible) for q in found] == [(("文", "下文"), False), ((), True)]


def test_nested_spans(tmp_path: Path) -> None:
    answer = {"text": "文", "answer_start": 1}
    qas = [{"id": "1", "question": "问", "answers": [answer, answer]}]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"version": "1", "data": [{"paragraphs": [{"context": "上文", "qas": qas}]}]}), "utf-8")
    (found,) = read_spans(path)
    assert (found.id, found.answers, found.context) == ("1", ("文",), "上文")


def test_rgb(tmp_path: Path) -> None:
    row = {"id": 0, "question": "问", "answer": ["12人", ["甲", "乙"]], "positive": ["是"], "negative": ["否"]}
    (found,) = read_rgb(jsonl(tmp_path / "zh.jsonl", row))
    assert (found.id, found.answers, found.negative) == ("0", (("12人",), ("甲", "乙")), ("否",))


@pytest.mark.parametrize("name", ["passages.jsonl", "passages.jsonl.gz"])
def test_passages(tmp_path: Path, name: str) -> None:
    row = {"id": "1", "title": "题", "text": "文", "category": "x"}
    assert list(read_passages(jsonl(tmp_path / name, row))) == [Passage("1", "题", "文")]


def test_a_pool_of_documents(tmp_path: Path) -> None:
    jsonl(tmp_path / "documents.jsonl.gz", {"id": "d", "title": "题", "text": "正文答案", "extra": 1})
    question = {"id": "q", "question": "问", "answers": ["答案"], "answer_starts": [2], "doc_id": "d"}
    jsonl(tmp_path / "questions.jsonl", question)
    found = read_pool(tmp_path)
    assert found.documents["d"].text == "正文答案"
    assert found.questions[0].answers == ("答案",)
    jsonl(tmp_path / "questions.jsonl", question | {"answer_starts": [1]})
    with pytest.raises(CorpusError, match="q 的答案不在所说的位置"):
        read_pool(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "read", "message"),
    [
        ("qrels", "q1 0 d1\n", read_trec_qrels, "第 1 行: 有 3 列,应为 4 列"),
        ("qrels", "q1 0 d1 high\n", read_trec_qrels, "第 1 行: 等级不是整数"),
        ("run", "q1 Q0 d1 1 high tag\n", read_trec_run, "第 1 行: 得分不是数"),
        ("a.jsonl", "\n{\n", read_spans, "第 2 行: 不是合法的 JSON"),
        ("a.jsonl", '{"id": "1", "question": "问"}', read_spans, "第 1 行: answers 不对"),
        ("a.json", "{}", read_spans, "不是 SQuAD 格式"),
        ("a.jsonl.gz", "不是压缩文件", read_spans, "读不了"),
    ],
)
def test_a_broken_file_is_told(
    tmp_path: Path, name: str, text: str, read: Callable[[Path], object], message: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=message):
        read(tmp_path / name)


def test_trec_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "qrels").write_text("q1 0 d1 1\nq2 0 d1 1\n", "utf-8")
    (tmp_path / "run").write_text("q1 Q0 d1 1 0.5 tag\n", "utf-8")
    assert run(["trec", str(tmp_path / "qrels"), str(tmp_path / "run")]) == 0
    assert "R@10\t0.500" in capsys.readouterr().out


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("WENCE_DATA")
    if not folder:
        pytest.skip("WENCE_DATA is not set: it names the folder of the public data sets")
    return Path(folder)


@pytest.mark.slow
def test_the_real_sets_are_read(data: Path) -> None:
    stard = read_beir(data / "stard")
    assert (len(stard.passages), len(stard.queries)) == (58291, 1235)
    assert {p for grades in stard.qrels.values() for p in grades} <= stard.passages.keys()
    assert len(read_spans(data / "cmrc2018" / "trial.jsonl")) == 1002
    cjrc = read_spans(data / "cjrc" / "dev.jsonl.gz")
    assert (len(cjrc), sum(q.impossible for q in cjrc)) == (6000, 1420)
    assert all(q.impossible != bool(q.answers) for q in cjrc)
    assert len(read_rgb(data / "rgb" / "zh_refine.jsonl.gz")) == 300
    pool = read_pool(data / "ncp")
    assert (len(pool.documents), len(pool.questions)) == (599, 633)
