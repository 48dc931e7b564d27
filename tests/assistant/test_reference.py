from __future__ import annotations

from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.question import QuestionReader
from assistant.reference import about_document, asks_validity


@pytest.mark.parametrize(
    ("question", "wanted", "suffix"),
    [
        ("辽宁这份规划的文号是多少", "辽人社发〔2022〕20号", "#notice"),
        ("遵义的方案文号是多少", "遵府办函〔2024〕19号", "#record"),
        ("辽宁规划是哪天印发的", "2022年6月10日", "#notice"),
        ("遵义的方案什么时候印发的", "2024年5月25日", "zunyi-fubanhan-2024-19"),
        ("江西文件什么时候印发的", "2018年11月28日", "#sign"),
        ("辽宁的规划是谁发的", "辽宁省人力资源和社会保障厅、辽宁省教育厅", "#notice"),
        ("遵义的方案依据哪个文件", "黔府发〔2023〕13号", "#0"),
        ("江西文件是根据国务院哪个意见制定的", "《国务院关于推行终身职业技能培训制度的意见》", "#0"),
        ("辽宁专栏1的内容", "150万", "#box1"),
    ],
)
def test_facts_of_a_document(toy: Assistant, today: date, question: str, wanted: str, suffix: str) -> None:
    answer = toy.ask(question, as_of=today)
    assert answer.outcome == "answered"
    assert wanted in answer.answer
    assert suffix in answer.citations[0].clause_id


@pytest.mark.parametrize("question", ["内蒙古解读的文号是多少", "江西文件的文号是多少", "遵义文件专栏9的内容"])
def test_what_a_document_does_not_print_is_not_made_up(toy: Assistant, today: date, question: str) -> None:
    answer = toy.ask(question, as_of=today)
    assert answer.outcome in ("refused", "clarify")
    assert answer.citations == ()


@pytest.mark.parametrize("question", ["遵义的方案还有效吗", "辽宁规划作废了没", "辽人社发〔2022〕20号现在还执行吗"])
def test_validity_is_not_inferred(toy: Assistant, today: date, question: str) -> None:
    answer = toy.ask(question, as_of=today)
    assert answer.outcome == "refused"
    assert "有效期" in answer.answer


@pytest.mark.parametrize(
    ("question", "about", "validity"),
    [
        ("辽宁规划的文号", True, False),
        ("这个方案是谁印发的", True, False),
        ("方案还有效吗", False, True),
        ("依据什么文件", False, False),
        ("高技能人才目标", False, False),
        ("证书还有效吗", False, False),
    ],
)
def test_what_is_about_a_document(
    reader: QuestionReader, today: date, question: str, about: bool, validity: bool
) -> None:
    read = reader.read(question, as_of=today)
    assert (about_document(read), asks_validity(read)) == (about, validity)
