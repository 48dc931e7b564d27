"""Tables over public data sets, on small files in their formats and with the toy encoder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cli import run
from eval.public import BestSentence, Task, as_markdown, measured, reading_table, retrieval_table, tasks_of
from indexer.encoder import load_encoder

ARTICLES = {
    "a": "劳动者在试用期内提前三日通知用人单位,可以解除劳动合同。",
    "b": "用人单位应当按月足额支付劳动者工资。",
    "c": "机动车通过交叉路口应当按照交通信号灯通行。",
}


@pytest.fixture
def encoder(tmp_path: Path):
    return load_encoder("hash", tmp_path)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": "", "text": text} for name, text in ARTICLES.items()]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    asked = [{"_id": "q1", "text": "试用期辞职要提前几日通知"}, {"_id": "q2", "text": "工资要按月支付吗"}]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in asked), "utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\n", "utf-8")
    return folder


def test_retrieval_repeats_and_keeps_its_vectors(beir: Path, encoder, tmp_path: Path) -> None:
    said: list[str] = []
    tables = [
        retrieval_table(beir, encoder, queries=2, articles=3, cache=tmp_path / "cache", say=said.append) for _ in (1, 2)
    ]
    assert tables[0] == tables[1]
    assert [row.name for row in tables[0].rows] == ["BM25", "向量", "BM25 + 向量"]
    assert tables[0].rows[0].values["RR"].value == 1.0
    assert len(list((tmp_path / "cache").glob("*.npy"))) == 1
    assert sum("只算一次" in line for line in said) == 1
    assert "| BM25 | 1.000 [1.000, 1.000] |" in as_markdown(tables[0])


@pytest.mark.parametrize(("articles", "held"), [(1, 2), (2, 2), (3, 3), (9, 3)])
def test_relevant_articles_are_always_there(beir: Path, encoder, tmp_path: Path, articles: int, held: int) -> None:
    table = retrieval_table(beir, encoder, queries=2, articles=articles, cache=tmp_path, say=lambda _: None)
    assert f"{held} 条条文(共 3)" in table.about


TEXT = "本市设立服务窗口。补贴标准为每人每天20元。咨询电话为12333。"
TASKS = (
    Task("1", "t", "补贴标准是多少", (TEXT,), (("20元", "二十元"),)),
    Task("2", "t", "最低工资标准是多少", ("机动车应当按照交通信号通行。",), ()),
)


@pytest.mark.parametrize(
    ("task", "answer", "expected"),
    [
        (TASKS[0], "20元", {"answered": 1, "exact_match": 1, "char_f1": 1, "rouge_l": 1, "contains": 1}),
        (TASKS[0], "", {"answered": 0, "exact_match": 0, "char_f1": 0, "rouge_l": 0, "contains": 0}),
        # 每天20元 against 20元: 3 of 5 and 3 characters
        (TASKS[0], "每天20元", {"answered": 1, "exact_match": 0, "char_f1": 6 / 8, "rouge_l": 6 / 8, "contains": 1}),
        (TASKS[0], "120元", {"answered": 1, "exact_match": 0, "char_f1": 6 / 7, "rouge_l": 6 / 7, "contains": 0}),
        (TASKS[1], "", {"rejected": 1}),
        (TASKS[1], "20元", {"rejected": 0}),
    ],
)
def test_one_answer(task: Task, answer: str, expected: dict[str, float]) -> None:
    assert measured(task, answer) == pytest.approx(expected)


def test_the_best_sentence() -> None:
    assert BestSentence(TASKS).answer(TASKS[0]) == "补贴标准为每人每天20元。"


def test_a_reader_sees_only_the_passages_given(encoder, tmp_path: Path) -> None:
    table = reading_table(TASKS, encoder, scratch=tmp_path / "index", about="两题")
    assert [row.name for row in table.rows] == ["助手(全部引文)", "助手(第一处引文)", "BM25 最佳句"]
    assert table.rows[0].values["rejected"].value == 1.0
    assert table.rows[2].values["rejected"].value == 0.0
    assert table.rows[2].values["contains"].value == 1.0


def test_tasks_of_each_set(tmp_path: Path) -> None:
    rgb = tmp_path / "rgb.jsonl"
    row = {
        "id": 1,
        "question": "几人",
        "answer": ["12人", ["a", "b"]],
        "positive": ["p1", "p2", "p3"],
        "negative": ["n"],
    }
    rgb.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    full, bare = tasks_of("rgb", rgb, 9)
    assert (full.passages, full.answers) == (("p1", "p2", "n"), (("12人",), ("a", "b")))
    assert (bare.passages, bare.answers, bare.topic) == (("n",), (), full.topic)
    cjrc = tmp_path / "cjrc.jsonl"
    rows = [
        {"id": "1", "question": "谁", "context": "甲诉乙", "answers": ["甲"]},
        {"id": "2", "question": "是否", "context": "甲诉乙", "answers": ["YES"]},
        {"id": "3", "question": "何时", "context": "甲诉乙", "answers": [], "is_impossible": True},
    ]
    cjrc.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert [(task.id, task.answers) for task in tasks_of("cjrc", cjrc, 9)] == [("1", (("甲",),)), ("3", ())]


@pytest.mark.parametrize("kind", ["stard", "cmrc", "rgb"])
def test_data_that_is_not_there(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENCE_HOME", str(tmp_path))
    monkeypatch.setenv("WENCE_ENCODER", "hash")
    assert run(["public", kind, str(tmp_path / "none")]) == 1
    assert "读不了" in capsys.readouterr().err
