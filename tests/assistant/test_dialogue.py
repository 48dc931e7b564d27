from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Turn
from assistant.dialogue import interpretations, standalone
from assistant.question import QuestionReader

GOAL = "辽宁高技能人才目标是多少"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([], GOAL, GOAL),
        ([], "那内蒙古呢", "那内蒙古呢"),
        ([GOAL], "那内蒙古呢", "内蒙古高技能人才目标是多少"),
        ([GOAL], "内蒙古呢?", "内蒙古高技能人才目标是多少"),
        ([GOAL], "遵义呢", "遵义高技能人才目标是多少"),
        ([GOAL], "十三五末呢", "十三五末辽宁高技能人才目标是多少"),
        ([GOAL], "不是,我问的是江西", "江西高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢"], "遵义呢", "遵义高技能人才目标是多少"),
        ([GOAL, "谢谢"], "那内蒙古呢", "内蒙古高技能人才目标是多少"),
        (["你好", GOAL], "那江西呢", "江西高技能人才目标是多少"),
        (["你好"], GOAL, GOAL),
        ([GOAL], "江西赣鄱工匠几年评一次", "江西赣鄱工匠几年评一次"),
        ([GOAL], "遵义民办培训机构专职教师不得少于多少", "遵义民办培训机构专职教师不得少于多少"),
        (["😀", GOAL], "那江西呢", "江西高技能人才目标是多少"),
        (["长" * 3000, GOAL], "那江西呢", "江西高技能人才目标是多少"),
        ([""], GOAL, GOAL),
    ],
)
def test_first_interpretation(
    reader: QuestionReader, today: date, history: list[str], question: str, expected: str
) -> None:
    turns = [Turn("user", text) for text in history]
    assert interpretations(question, turns, reader, as_of=today)[0] == expected
    assert standalone(question, turns, reader, as_of=today) == expected


@pytest.mark.parametrize(
    ("history", "question", "words"),
    [
        ([GOAL], "由谁负责", ("辽宁", "高技能人才", "由谁负责")),
        (["遵义酱酒产业培训多少人次"], "茶产业呢", ("遵义", "茶产业")),
        (["江西赣鄱工匠几年评一次"], "每次评多少名", ("江西", "赣鄱工匠", "多少名")),
        (["辽宁退役军人能免费培训吗"], "残疾人呢", ("辽宁", "残疾人", "培训")),
        (["辽宁规划的文号是多少"], "什么时候印发的", ("辽宁", "规划", "什么时候印发")),
    ],
)
def test_a_short_question_goes_with_the_last_subject(
    reader: QuestionReader, today: date, history: list[str], question: str, words: tuple[str, ...]
) -> None:
    first = standalone(question, [Turn("user", text) for text in history], reader, as_of=today)
    assert all(word in first for word in words)


def test_what_the_assistant_said_is_not_the_question(reader: QuestionReader, today: date) -> None:
    turns = [Turn("user", GOAL), Turn("assistant", "北京赣鄱工匠文号是多少"), Turn("assistant", "")]
    assert standalone("那内蒙古呢", turns, reader, as_of=today) == "内蒙古高技能人才目标是多少"


def test_a_long_history(reader: QuestionReader, today: date) -> None:
    turns = [Turn("user", "江西赣鄱工匠几年评一次"), *[Turn("user", GOAL)] * 60]
    assert standalone("那遵义呢", turns, reader, as_of=today) == "遵义高技能人才目标是多少"


@pytest.mark.parametrize("question", ["那内蒙古呢", "由谁负责", GOAL])
def test_ways_differ(reader: QuestionReader, today: date, question: str) -> None:
    ways = interpretations(question, [Turn("user", GOAL)], reader, as_of=today)
    assert ways and len(set(ways)) == len(ways)
