from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Answer, Citation, Outcome, Scope
from assistant.parts import Part, join, split_question
from assistant.question import QuestionReader


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("辽宁高技能人才目标是多少", 1),
        ("遵义高技能人才目标多少?文号是多少?", 2),
        ("辽宁高技能人才目标是多少,由谁负责", 2),
        ("遵义茶产业培训多少人次,哪些县搞", 2),
        ("辽宁农民工培训多少人次以及证书新增多少", 2),
        ("江西赣鄱工匠多久评一次,每次多少人,奖多少钱", 3),
        ("我是退役军人,在江西培训要交钱吗,找哪个部门", 2),
        ("居住证头回办收钱不?丢了补一张收多少块", 2),
        ("江西证书补贴几天内要申请,要带啥东西", 2),
        ("辽宁还有什么补贴", 1),
        ("江西赣鄱工匠几年评一次,每次评多少名", 2),
        ("辽宁十三五末高技能人才多少,十四五末呢", 2),
        ("我是退役军人,辽宁能免费培训吗", 1),
        ("遵义茶产业、酱酒产业培训多少人次", 1),
        ("辽宁和内蒙古高技能人才目标分别是多少", 1),
        ("家里几个兄弟吵翻了,人在外地打工,辽宁技能培训一次最多几天", 1),
    ],
)
def test_split(reader: QuestionReader, today: date, question: str, parts: int) -> None:
    assert len(split_question(reader.read(question, as_of=today), reader, as_of=today)) == parts


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("遵义高技能人才目标多少?文号是多少?", [("遵义", "高技能人才"), ("遵义", "文号")]),
        ("江西赣鄱工匠几年评一次,每次评多少名", [("江西", "赣鄱工匠", "几年"), ("江西", "赣鄱工匠", "多少名")]),
        (
            "辽宁十三五末高技能人才多少,十四五末呢",
            [("辽宁", "十三五末", "高技能人才"), ("辽宁", "十四五末", "高技能人才")],
        ),
    ],
)
def test_each_part_is_whole(reader: QuestionReader, today: date, question: str, words: list[tuple[str, ...]]) -> None:
    found = split_question(reader.read(question, as_of=today), reader, as_of=today)
    for part, wanted in zip(found, words, strict=True):
        assert all(word in part.ways[0].text for word in wanted)


def citation(marker: int, clause_id: str) -> Citation:
    return Citation(marker, clause_id, "d", "标题", None, "", "", None, "", (), "原文", "原文", 0, 2)


def answer(text: str, outcome: Outcome, *cited: Citation, place: str = "辽宁省") -> Answer:
    related = () if cited else (citation(1, "d#9"),)
    return Answer("问", "问", outcome, text, cited, Scope((place,), date(2024, 6, 1)), related=related)


@pytest.mark.parametrize(
    ("answers", "text", "clauses", "outcome"),
    [
        (
            [answer("甲[1]。", "answered", citation(1, "d#1")), answer("乙[1]。", "answered", citation(1, "d#2"))],
            "甲[1]。\n乙[2]。",
            ["d#1", "d#2"],
            "answered",
        ),
        (
            [
                answer("甲[1]。", "answered", citation(1, "d#1")),
                answer("乙[1]丙[2]。", "answered", citation(1, "d#2"), citation(2, "d#1")),
            ],
            "甲[1]。\n乙[2]丙[1]。",
            ["d#1", "d#2"],
            "answered",
        ),
        (
            [answer("甲[1]。", "answered", citation(1, "d#1")), answer("甲[1]。", "answered", citation(1, "d#1"))],
            "甲[1]。",
            ["d#1"],
            "answered",
        ),
        (
            [answer("没有。", "refused"), answer("乙[1]。\n提示:过期。", "answered", citation(1, "d#2"))],
            "关于“由谁负责”:没有。\n乙[1]。\n提示:过期。",
            ["d#2"],
            "partial",
        ),
        (
            [
                answer("甲[1]。\n提示:过期。", "answered", citation(1, "d#1")),
                answer("乙[1]。\n提示:过期。", "answered", citation(1, "d#2")),
            ],
            "甲[1]。\n乙[2]。\n提示:过期。",
            ["d#1", "d#2"],
            "answered",
        ),
        (
            [
                answer("甲[1]。", "answered", citation(1, "d#1")),
                answer("乙[1]。", "answered", citation(1, "d#2"), place="江西省"),
            ],
            "辽宁省:甲[1]。\n江西省:乙[2]。",
            ["d#1", "d#2"],
            "answered",
        ),
        (
            [
                answer("辽宁省的现有文件没有写。", "refused"),
                answer("江西省:乙[1]。", "answered", citation(1, "d#2"), place="江西省"),
            ],
            "关于“由谁负责”:辽宁省的现有文件没有写。\n江西省:乙[1]。",
            ["d#2"],
            "partial",
        ),
        ([answer("没有甲。", "refused"), answer("没有乙。", "refused")], "没有甲。\n没有乙。", [], "refused"),
    ],
    ids=[
        "two",
        "shared clause",
        "the same twice",
        "one refused",
        "one notice",
        "two places",
        "two places, one silent",
        "none",
    ],
)
def test_join(
    reader: QuestionReader, today: date, answers: list[Answer], text: str, clauses: list[str], outcome: Outcome
) -> None:
    question = reader.read("辽宁高技能人才目标是多少", as_of=today)
    joined = join(answers, [Part(reader.read("由谁负责", as_of=today), (question,))] * len(answers), question)
    assert joined.answer == text
    assert [(c.marker, c.clause_id) for c in joined.citations] == list(enumerate(clauses, 1))
    assert joined.outcome == outcome
    assert bool(joined.related) == (outcome == "refused")
