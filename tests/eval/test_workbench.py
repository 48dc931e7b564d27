"""The commands of ``wence eval`` from end to end, with a file of answers in the place of the assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cli import run
from eval.sets import bundled

LIAONING = "liaoning-renshefa-2022-20"
QUOTE = "新增高技能人才25万人以上"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WENCE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Answers to the bundled dev questions: the first is right, every other says nothing."""
    lines = (bundled() / "questions.dev.jsonl").read_text("utf-8").split("\n")
    rows = [{"id": json.loads(line)["id"], "answer": "文件没有写明。"} for line in lines if line]
    rows[0] |= {
        "answer": f"{QUOTE}[1]。",
        "outcome": "answered",
        "citations": [{"doc_id": LIAONING, "clause_id": f"{LIAONING}#2.2", "quote": QUOTE}],
    }
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def ask(answers: Path, out: Path, *more: str) -> int:
    data = bundled() / "questions.dev.jsonl"
    return run(["run", "--data", str(data), "--system", str(answers), "--out", str(out), "--quiet", *more])


def test_run_report_compare(answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert ask(answers, first) == 0
    assert "294 个问题" in capsys.readouterr().out
    assert run(["report", str(first)]) == 0
    assert {"report.html", "report.md", "report.json"} <= {file.name for file in first.iterdir()}
    report = json.loads((first / "report.json").read_text("utf-8"))
    assert report["summary"]["refusal_recall"]["value"] == 1
    assert "dev-001" not in [failure["id"] for failure in report["failures"]]
    capsys.readouterr()
    answers.write_text(answers.read_text("utf-8").replace(QUOTE + "[1]", "不知道[1]"), "utf-8")
    assert ask(answers, second) == 0
    assert run(["compare", str(first), str(second)]) == 0
    out = capsys.readouterr().out
    assert "## 变错的问题(1)" in out and "- dev-001" in out


def test_a_run_can_be_limited_and_given_a_region(answers: Path, tmp_path: Path) -> None:
    assert ask(answers, tmp_path / "run", "--limit", "10", "--region", "辽宁", "--variant", "no-region") == 0
    records = [json.loads(line) for line in (tmp_path / "run" / "records.jsonl").read_text("utf-8").splitlines()]
    assert len(records) == 10
    assert {record["item"]["region"] for record in records} == {"辽宁"}
    assert not any("辽宁" in record["item"]["gold"]["question"] for record in records)


def test_the_same_run_gives_the_same_files(answers: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert ask(answers, tmp_path / name, "--limit", "20") == 0
    for name in ("records.jsonl", "run.trec", "qrels.trec", "config.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_test_split_is_reported_without_its_questions(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert ask(answers, out, "--split", "test", "--limit", "5") == 0
    assert run(["report", str(out)]) == 0
    assert "不列单个问题" in capsys.readouterr().err
    assert json.loads((out / "report.json").read_text("utf-8"))["failures"] == []
    assert run(["report", str(out), "--failures"]) == 0
    assert len(json.loads((out / "report.json").read_text("utf-8"))["failures"]) > 0


def test_validate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = bundled() / "questions.dev.jsonl"
    assert run(["validate", str(good)]) == 0
    bad = tmp_path / "bad.jsonl"
    bad.write_text(good.read_text("utf-8").split("\n")[0].replace(QUOTE, "原文没有的一句话"), "utf-8")
    assert run(["validate", str(bad)]) == 1
    assert "第 1 行: 原文没有这句:原文没有的一句话" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--data", "nowhere.jsonl", "--system", "x.jsonl"], "读不了评测集"),
        (["run", "--data", ".", "--system", "x.jsonl"], "没有 questions.dev.jsonl"),
        (["run", "--system", "nowhere.jsonl"], "读不了回答文件"),
        (["run", "--variant", "rot13"], "不认识的改写"),
        (["report", "nowhere"], "不是运行文件夹"),
        (["compare", "nowhere", "nowhere"], "不是运行文件夹"),
        (["validate", "nowhere.jsonl"], "读不了评测集"),
    ],
)
def test_errors_are_told_in_one_line_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str],
    message: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "提示: " in error
    assert "Traceback" not in error


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run", "--limit", "0"], ["run", "--split", "train"]])
def test_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "usage" in capsys.readouterr().err


def test_a_batch_in_csv(tmp_path: Path) -> None:
    table = tmp_path / "批量.csv"
    table.write_bytes(
        "编号,问题,地区,答案,结果\n甲,辽宁新增多少高技能人才,,25万|250000,\n乙,公积金怎么提取,辽宁,,refused\n".encode(
            "gb18030"
        )
    )
    replies = tmp_path / "answers.jsonl"
    rows = [{"id": "甲", "answer": "25万人以上"}, {"id": "乙", "answer": "文件没有写明"}]
    replies.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    out = tmp_path / "run"
    assert run(["run", "--data", str(table), "--system", str(replies), "--out", str(out), "--quiet"]) == 0
    assert run(["report", str(out)]) == 0
    summary = json.loads((out / "report.json").read_text("utf-8"))["summary"]
    assert (summary["correct"]["value"], summary["gold_answers"]["value"]) == (1, 1)
    assert "citation_hit" not in summary


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "是空的"),
        ("编号,地区\n1,辽宁\n", "没有“问题”一列"),
        ("问题,种类\n多少,猜谜\n", "第 2 行: 不认识的种类 猜谜"),
        ("问题,结果\n多少,maybe\n", "第 2 行: 不认识的结果 maybe"),
        ("编号,问题\n1,甲\n1,乙\n", "第 3 行: 编号 1 重复"),
        ("编号,问题\n1,\n", "第 2 行: 问题是空的"),
    ],
)
def test_a_broken_batch_is_told_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(text, "utf-8-sig")
    assert run(["validate", str(path)]) == 1
    assert message in capsys.readouterr().err


def test_distractors_are_indexed_besides_and_gone_afterwards(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENCE_ENCODER", "hash")
    others = tmp_path / "others"
    others.mkdir()
    text = "辽宁省技能人才培训办法\n\n一、总则\n辽宁省新增高技能人才25万人以上,由省财政厅安排培训补贴。\n"
    (others / "other.txt").write_text(text, "utf-8")
    command = ["run", "--system", "search", "--limit", "6", "--quiet"]
    assert run([*command, "--distractors", str(others), "--out", str(tmp_path / "run")]) == 0
    config = json.loads((tmp_path / "run" / "config.json").read_text("utf-8"))
    assert config["distractors"] == str(others)
    assert "other#" in (tmp_path / "run" / "run.trec").read_text("utf-8")
    assert not (home / "index").exists()
    assert run([*command[:1], "--system", "x.jsonl", "--distractors", str(others)]) == 1
    assert "只能加进本机的索引" in capsys.readouterr().err
