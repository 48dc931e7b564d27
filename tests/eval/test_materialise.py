"""Documents come out of the data folder as text files, and the questions on them quote them verbatim."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import CorpusError
from eval.dataset import load_questions, mentions
from eval.materialise import materialise, with_quotes

BENCHMARK = Path(__file__).resolve().parents[2] / "eval" / "benchmarks" / "other-policies"
LAW = {"id": "社会法/甲法(2018-12-29).md", "title": "甲法", "text": "第一条 为了甲。\n第二条 乙。"}
NOTICE = {"id": "ncp-1", "title": "通知", "text": "通知 各县:一、免租。"}

needs_data = pytest.mark.skipif(
    not os.environ.get("WENCE_DATA"),
    reason="needs the public documents: set WENCE_DATA to the folder with ncp/ and laws/",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one law and one notice."""
    for source, document in (("laws", LAW), ("ncp", NOTICE)):
        (tmp_path / "data" / source).mkdir(parents=True)
        with gzip.open(tmp_path / "data" / source / "documents.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(document | {"region": ""}, ensure_ascii=False) + "\n")
    return tmp_path / "data"


def listing(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "corpus.json"
    path.write_text(text, "utf-8")
    return path


def rows(split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (BENCHMARK / f"questions.{split}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("source", "doc_id", "name", "text"),
    [
        ("ncp", "ncp-1", "ncp-1.txt", "通知 各县:一、免租。"),
        ("laws", LAW["id"], "社会法-甲法-2018-12-29-md.txt", "甲法\n\n第一条 为了甲。\n第二条 乙。"),
    ],
)
def test_document_becomes_a_file(tmp_path: Path, data: Path, source: str, doc_id: str, name: str, text: str) -> None:
    files = materialise(data, listing(tmp_path, json.dumps({source: [doc_id]})), tmp_path / "out")
    assert files == {doc_id: tmp_path / "out" / name}
    assert files[doc_id].read_bytes().decode() == text


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ('{"ncp": ["ncp-2"]}', "没有文档 ncp-2"),
        ('{"ncp": ["ncp-1", "ncp-1"]}', "同一文件 ncp-1.txt"),
        ('{"news": ["1"]}', "读不了数据文件 news"),
        ('["ncp-1"]', "读不了文档清单 corpus.json"),
        ("{", "读不了文档清单 corpus.json"),
    ],
)
def test_bad_list_is_reported(tmp_path: Path, data: Path, corpus: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        materialise(data, listing(tmp_path, corpus), tmp_path / "out")


@pytest.mark.parametrize("content", [b"{}", gzip.compress(b"{"), gzip.compress(b"{}"), gzip.compress(b"{}\n" * 9)[:-9]])
def test_bad_source_is_reported(tmp_path: Path, data: Path, content: bytes) -> None:
    (data / "ncp" / "documents.jsonl.gz").write_bytes(content)
    with pytest.raises(CorpusError, match=r"ncp/documents\.jsonl\.gz"):
        materialise(data, listing(tmp_path, '{"ncp": ["ncp-1"]}'), tmp_path / "out")


def test_size_is_as_the_data_sheet_says() -> None:
    dev, test = rows("dev"), rows("test")
    assert (len(dev), len(test)) == (48, 162)
    assert sum(question["why"] is None for question in (*dev, *test)) == 155


def test_splits_share_no_question_topic_or_answering_document() -> None:
    dev, test = rows("dev"), rows("test")
    assert not {q["question"] for q in dev} & {q["question"] for q in test}
    assert not {q["topic"] for q in dev} & {q["topic"] for q in test}
    assert not {d for q in dev for d in q["documents"]} & {d for q in test for d in q["documents"]}


def test_questions_are_about_listed_documents() -> None:
    listed = {doc_id for ids in json.loads((BENCHMARK / "corpus.json").read_bytes()).values() for doc_id in ids}
    assert {e["document"] for split in ("dev", "test") for q in rows(split) for e in q["evidence"]} == listed


def test_nothing_of_the_texts_is_committed() -> None:
    assert not [e for split in ("dev", "test") for q in rows(split) for e in q["evidence"] if "quote" in e]


def test_a_span_outside_its_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("短", "utf-8")
    (tmp_path / "in.jsonl").write_text('{"evidence": [{"document": "d", "start": 0, "end": 9}]}', "utf-8")
    with pytest.raises(CorpusError, match="第 1 行"):
        with_quotes(tmp_path / "in.jsonl", {"d": tmp_path / "text.txt"}, tmp_path)


@needs_data
@pytest.mark.parametrize("split", ["dev", "test"])
def test_answers_stand_in_the_quotes(split: str, tmp_path: Path) -> None:
    files = materialise(Path(os.environ["WENCE_DATA"]), BENCHMARK / "corpus.json", tmp_path)
    located = load_questions(with_quotes(BENCHMARK / f"questions.{split}.jsonl", files, tmp_path))
    assert len(located) == len(rows(split))
    for question in located:
        quotes = [evidence.quote for evidence in question.evidence if evidence.grade]
        assert all(any(mentions(quote, group[0]) for quote in quotes) for group in question.answers), question.id
