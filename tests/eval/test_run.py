"""Gold quotes become clauses; a run keeps every reply, and goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Turn
from corpus.errors import CorpusError, PolicyError
from eval.config import Config
from eval.dataset import Dialogue, Evidence, Question
from eval.items import Item, conversations, first, items_of
from eval.library import Library
from eval.qrels import clauses_of, make_qrels, trec_qrels
from eval.replies import Record, Reply, read_record, write_record
from eval.run import QRELS_FILE, RECORDS_FILE, RUN_FILE, execute, read_run
from eval.systems import FileSystem, outcome_of

Make = Callable[..., Item]

CONFIG = Config(
    system="toy", split="dev", as_of="2026-11-22", seed=1, limit=None, region=None, variant="", documents="documents",
    data={}, corpus_hash="", encoder_id="", tokenizer_id="", versions={},
)  # fmt: skip


class Echo:
    """Answers with the question and how much history came along; fails on the questions named."""

    name = "echo"

    def __init__(self, *, fails: frozenset[str] = frozenset(), workers: int = 1) -> None:
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.fails = fails
        self.workers = workers

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        self.asked.append((item.id, tuple(history)))
        if item.id in self.fails:
            return Reply(error="超时")
        return Reply(outcome="answered", answer=f"答{item.id}", ranking=("liaoning#1", "zunyi#1"))


def gold(item: Item) -> dict[str, object]:
    return {name: getattr(item.gold, name) for name in type(item.gold).__slots__}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([("liaoning", "新增高技能人才25万人以上", 2)], {"liaoning#1": 2}),
        ([("liaoning", "565万人", 1), ("liaoning", "25万人以上", 2)], {"liaoning#1": 2}),
        ([("liaoning", "由省财政厅牵头", 1), ("zunyi", "9万人以上", 2)], {"liaoning#2": 1, "zunyi#1": 2}),
        ([("liaoning", "由省财政厅牵头", 0)], {}),  # only the nearest text
        ([("zunyi", "遵府办函〔2024〕19号", 2)], {}),  # in no clause
        ([("zunyi", "遵义市行动方案", 2)], {}),  # a title
        ([("unknown", "9万人以上", 2)], {}),
    ],
)
def test_quotes_to_clauses(
    make_item: Make, library: Library, evidence: list[tuple[str, str, int]], expected: dict[str, int]
) -> None:
    item = make_item(evidence=tuple(Evidence(document=d, quote=q, grade=g) for d, q, g in evidence))  # type: ignore[arg-type]
    assert clauses_of(item, library) == expected
    assert make_qrels([item], library) == ({"q1": expected} if expected else {})


def test_trec_format() -> None:
    assert trec_qrels({"q1": {"b#2": 1, "a#1": 2}}) == "q1 0 a#1 2\nq1 0 b#2 1\n"


def test_turns_become_items_with_their_history(make_item: Make) -> None:
    item = make_item()
    question = Question(**gold(item), id="q", topic="t", history=("上一问",), region="辽宁")  # type: ignore[arg-type]
    dialogue = Dialogue(id="d", topic="t", region=None, turns=(item.gold, replace(item.gold, question="那遵义呢")))
    items = items_of(conversations([question], [dialogue]))
    assert [(i.id, i.turn, i.last, i.history) for i in items] == [
        ("q", 1, True, ("上一问",)),
        ("d/1", 1, False, ()),
        ("d/2", 2, True, ("辽宁新增多少高技能人才",)),
    ]


def test_a_limited_run_is_spread_over_the_whole(make_item: Make) -> None:
    singles = [(make_item(id=str(n)),) for n in range(10)]
    assert [c[0].id for c in first(singles, 4)] == ["0", "2", "5", "7"]
    assert len(first(singles, None)) == len(first(singles, 99)) == 10


@pytest.mark.parametrize("workers", [1, 4])
def test_a_run_keeps_replies_in_the_order_of_the_questions(
    make_item: Make, library: Library, tmp_path: Path, workers: int
) -> None:
    singles = [(make_item(id=f"q{n}"),) for n in range(8)]
    run = execute(singles, Echo(workers=workers), library, tmp_path, CONFIG, progress=False)
    assert [record.reply.answer for record in run.records] == [f"答q{n}" for n in range(8)]
    assert read_run(tmp_path) == run
    assert (tmp_path / RUN_FILE).read_text("utf-8").startswith("q0 Q0 liaoning#1 1 1.000000 echo\n")
    assert (tmp_path / QRELS_FILE).read_text("utf-8").startswith("q0 0 liaoning#1 2\n")


def test_turns_hear_the_systems_own_replies(make_item: Make, library: Library, tmp_path: Path) -> None:
    system = Echo()
    dialogue = tuple(make_item(f"问{n}", id=f"d/{n}", dialogue="d", turn=n) for n in (1, 2))
    execute([dialogue], system, library, tmp_path, CONFIG, progress=False)
    assert system.asked == [("d/1", ()), ("d/2", (Turn("user", "问1"), Turn("assistant", "答d/1")))]


def test_a_stopped_run_goes_on(make_item: Make, library: Library, tmp_path: Path) -> None:
    singles = [(make_item(id=f"q{n}"),) for n in range(4)]
    whole = execute(singles, Echo(fails=frozenset({"q3"})), library, tmp_path, CONFIG, progress=False)
    assert whole.records[3].reply.error == "超时"
    lines = (tmp_path / RECORDS_FILE).read_text("utf-8").splitlines(keepends=True)
    # Killed while writing the second of two records; the failed question has to be asked again.
    (tmp_path / RECORDS_FILE).write_text(lines[0] + lines[3] + lines[1][:40], "utf-8")
    system = Echo()
    run = execute(singles, system, library, tmp_path, CONFIG, progress=False)
    assert [item_id for item_id, _ in system.asked] == ["q1", "q2", "q3"]
    assert [record.reply.answer for record in run.records] == ["答q0", "答q1", "答q2", "答q3"]


def test_a_changed_question_is_asked_again(make_item: Make, library: Library, tmp_path: Path) -> None:
    execute([(make_item("旧问"),)], Echo(), library, tmp_path, CONFIG, progress=False)
    system = Echo()
    execute([(make_item("新问"),)], system, library, tmp_path, CONFIG, progress=False)
    assert len(system.asked) == 1


def test_a_folder_holds_one_run(make_item: Make, library: Library, tmp_path: Path) -> None:
    execute([(make_item(),)], Echo(), library, tmp_path, CONFIG, progress=False)
    with pytest.raises(PolicyError, match="已有别的运行"):
        execute([(make_item(),)], Echo(), library, tmp_path, replace(CONFIG, split="test"), progress=False)


def test_reading_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="不是运行文件夹"):
        read_run(tmp_path)


def test_records_survive_writing_and_reading(make_item: Make, make_reply: Callable[..., Reply]) -> None:
    record = Record(item=make_item(history=("前一问\n",)), reply=make_reply("含\u2028行分隔符[1]"))
    assert read_record(write_record(record), "第 1 行") == record
    with pytest.raises(CorpusError, match="第 1 行: 记录读不出来"):
        read_record("{}", "第 1 行")


def test_a_file_of_answers(make_item: Make, library: Library, tmp_path: Path) -> None:
    rows = [
        {"id": "q1", "answer": "25万", "citations": [{"clause_id": "liaoning#1", "unknown": 1}]},
        {"id": "q2", "answer": "文件没有写明"},
        {"id": "q3", "answer": "不知道", "outcome": "partial"},
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    system = FileSystem(path, library)
    replies = [system.reply(make_item(id=f"q{n}"), ()) for n in (1, 2, 3, 4)]
    assert [(r.outcome, r.error) for r in replies] == [
        ("answered", ""), ("refused", ""), ("partial", ""), (None, "文件里没有这个问题的回答"),
    ]  # fmt: skip
    assert replies[0].citations[0].clause_id == "liaoning#1"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "第 1 行: 不是合法的 JSON"),
        ('{"answer": "x"}', "第 1 行: 缺少编号 id"),
        ('{"id": "q", "outcome": "maybe"}', "回答的格式不对"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, library: Library, line: str, message: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(CorpusError, match=message):
        FileSystem(path, library)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("25万人以上。", "answered"),
        ("文件没有写明具体金额。", "refused"),
        ("我不知道。", "refused"),
        ("", "refused"),
        ("请问您想了解哪个地区?", "clarify"),
    ],
)
def test_outcome_of_bare_text(text: str, outcome: str) -> None:
    assert outcome_of(text) == outcome
