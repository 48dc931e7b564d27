"""The committed benchmark is sound, and a broken line is reported by its number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from eval.dataset import Dialogue, Question, load_dialogues, load_questions, mentions, validate

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK = ROOT / "eval" / "benchmarks" / "skills-2018-2024"
DOCUMENTS = ROOT / "corpus" / "documents"
FILES = ["questions.dev.jsonl", "questions.test.jsonl", "dialogues.dev.jsonl", "dialogues.test.jsonl"]

QUOTE = "全省技能人才总量达到565万人"


def line(**changes: object) -> dict[str, object]:
    """A sound question with ``changes`` applied."""
    return {
        "id": "x-001",
        "topic": "total",
        "question": "辽宁技能人才目标",
        "history": [],
        "region": None,
        "kind": "target",
        "outcome": ["answered"],
        "why": None,
        "documents": ["liaoning-2022-training-plan"],
        "evidence": [{"document": "liaoning-2022-training-plan", "quote": QUOTE, "grade": 2}],
        "answers": [["565万"]],
        "forbidden": [],
        "note": "",
    } | changes


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def questions(split: str) -> tuple[Question, ...]:
    return load_questions(BENCHMARK / f"questions.{split}.jsonl")


def dialogues(split: str) -> tuple[Dialogue, ...]:
    return load_dialogues(BENCHMARK / f"dialogues.{split}.jsonl")


@pytest.mark.parametrize("name", FILES)
def test_committed_file_is_sound(name: str) -> None:
    assert validate(BENCHMARK / name, DOCUMENTS) == []


def test_size_is_as_the_data_sheet_says() -> None:
    every = [*questions("dev"), *questions("test")]
    assert len(every) >= 330
    assert sum(question.why is None for question in every) >= 230
    assert sum(question.why is not None for question in every) >= 100
    assert len([*dialogues("dev"), *dialogues("test")]) >= 60


def test_splits_share_neither_questions_nor_topics() -> None:
    dev, test = questions("dev"), questions("test")
    assert not {q.question for q in dev} & {q.question for q in test}
    assert not {q.topic for q in dev} & {q.topic for q in test}


def test_openings_of_dialogues_stay_on_their_side() -> None:
    dev = {d.turns[0].question for d in dialogues("dev")} | {q.question for q in questions("dev")}
    test = {d.turns[0].question for d in dialogues("test")} | {q.question for q in questions("test")}
    assert not dev & test
    assert not {d.topic for d in dialogues("dev")} & {d.topic for d in dialogues("test")}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "rumour"}, "第 2 行: kind: 取值不在允许的范围里"),
        ({"outcome": ["maybe"]}, "第 2 行: outcome.0: 取值不在允许的范围里"),
        ({"colour": "red"}, "第 2 行: colour: 没有这个字段"),
        ({"answers": "565万"}, "第 2 行: answers: 类型不对"),
        ({"evidence": [{"document": "a", "quote": QUOTE}]}, "第 2 行: evidence.0.grade: 缺少这个字段"),
    ],
)
def test_malformed_line_names_line_and_field(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    path = write(tmp_path / "q.jsonl", line(), line(id="x-002", **changes))
    with pytest.raises(CorpusError, match=message) as caught:
        load_questions(path)
    assert caught.value.hint
    assert any(message in problem for problem in validate(path, DOCUMENTS))


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", line())
    path.write_text(path.read_text("utf-8") + "\n{oops\n", "utf-8")
    with pytest.raises(CorpusError, match="第 3 行: 不是合法的 JSON"):
        load_questions(path)


def test_missing_file_is_a_corpus_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="读不了评测集"):
        load_dialogues(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"question": " "}, "问题是空的"),
        ({"outcome": []}, "outcome 是空的"),
        ({"evidence": [], "documents": []}, "可答的问题没有 2 级证据"),
        ({"outcome": ["refused"], "why": "not_stated", "documents": []}, "不可答的问题却有答案"),
        ({"outcome": ["partial"]}, "要写明 why"),
        ({"documents": ["jiangxi-2018-lifelong-training"]}, "jiangxi-2018-lifelong-training 没有证据"),
        ({"answers": [[]]}, "answers 里有空的一组"),
        ({"forbidden": ["565万"]}, "禁用词 565万 就在答案 565万 里"),
        (
            {"evidence": [{"document": "liaoning-2022-training-plan", "quote": "全省技能人才达到565万人", "grade": 2}]},
            "原文没有这句",
        ),
        ({"evidence": [{"document": "liaoning-2022-training-plan", "quote": "565万人", "grade": 2}]}, "引文长 5 字"),
        ({"evidence": [{"document": "nowhere", "quote": QUOTE, "grade": 2}]}, "没有文件 nowhere"),
    ],
)
def test_validate_finds(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    problems = validate(write(tmp_path / "q.jsonl", line(**changes)), DOCUMENTS)
    assert any(problem.startswith("q.jsonl 第 1 行") and message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("reply", "phrase", "expected"),
    [
        ("全省技能人才总量达到565万人[1]。", "565万", True),
        ("补贴性培训125万人次以上", "25万", False),
        ("高技能人才146.5万人", "5万", False),
        ("(个) 20\n属性", "(个)20", True),
        ("辽菜（膳）师傅", "辽菜(膳)师傅", True),
        ("(个)205", "(个)20", False),
        ("占比32%。", "32%", True),
        ("发文日期 2024年05月25日", "2024年5月25日", False),
    ],
)
def test_mentions(reply: str, phrase: str, expected: bool) -> None:
    assert mentions(reply, phrase) is expected


def test_validate_finds_repeats(tmp_path: Path) -> None:
    problems = validate(write(tmp_path / "q.jsonl", line(), line()), DOCUMENTS)
    assert [problem.endswith("与第 1 行重复") for problem in problems] == [True, True]


def test_validate_counts_turns(tmp_path: Path) -> None:
    turn = {key: value for key, value in line().items() if key not in ("id", "topic", "history", "region")}
    bad = turn | {"answers": [[""]]}
    path = write(tmp_path / "d.jsonl", {"id": "d", "topic": "t", "region": "辽宁", "turns": [turn, bad]})
    assert len(load_dialogues(path)[0].turns) == 2
    assert validate(path, DOCUMENTS) == ["d.jsonl 第 1 行 第 2 轮: answers 里有空的一组"]
