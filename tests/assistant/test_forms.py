"""Which sentence speaks as the answer asked for does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.evidence import Sentence
from assistant.forms import in_form
from assistant.question import Question


def sentence(text: str, score: float) -> Sentence:
    clause = SimpleNamespace(text=text, clause_id=text)
    return Sentence(cast("Any", clause), cast("Any", None), 0, len(text), 0.0, 0.0, score)


@pytest.mark.parametrize(
    ("question", "first", "better"),
    [
        ("学徒有什么待遇", "到2025年,培养学徒1万人以上。", "对学徒给予培训补贴。"),
        ("学徒有什么待遇", "学徒每年不少于1万人次。", "学徒免费参加培训。"),
        ("什么人不能报名", "年满十八周岁的公民可以报名。", "正在服刑的人员不得报名。"),
        ("哪些地方不让抽烟", "控制吸烟工作由市卫生部门负责。", "禁止在电梯、楼道内吸烟。"),
        ("居住证多久能办下来", "居住证每年签注一次。", "公安机关应当自受理之日起15日内制作发放居住证。"),
    ],
)
def test_the_sentence_in_the_form_asked_for_comes_first(question: str, first: str, better: str) -> None:
    asked = cast("Question", SimpleNamespace(text=question, terms=()))
    ranked = in_form(asked, None, [sentence(first, 0.9), sentence(better, 0.85)], dated=False)
    assert ranked[0].text == better


def test_a_question_of_no_form_leaves_the_order() -> None:
    asked = cast("Question", SimpleNamespace(text="学徒在哪里报名", terms=()))
    sentences = [sentence("学徒到企业报名。", 0.9), sentence("对学徒给予培训补贴。", 0.85)]
    assert in_form(asked, None, sentences, dated=False) == sentences
