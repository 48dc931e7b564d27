"""What an answer looks like from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Turn
from assistant.assistant import Assistant
from corpus.errors import AssistantError, EmptyQuery, NotFound, QueryTooLong
from ui.schemas import AnswerOut, SearchOut
from ui.serialize import answer_payload, search_payload, to_json

FIELDS = {
    "question",
    "standalone_question",
    "outcome",
    "answer",
    "citations",
    "scope",
    "suggestions",
    "mode",
    "timings_ms",
}
CITATION = [
    "marker",
    "clause_id",
    "doc_id",
    "title",
    "doc_number",
    "issuer",
    "region",
    "issued",
    "label",
    "heading_path",
    "text",
    "quote",
    "start",
    "end",
    "verification",
]
QUESTIONS = (
    "辽宁这份规划的文号是多少",
    "遵义酱酒产业培训多少人次",
    "四川和辽宁高技能人才目标",
    "贵阳高技能人才目标是多少",
    "遵义公积金怎么提取",
    "辽宁培训补贴的咨询电话",
    "遵义高技能人才目标多少?文号是多少?",
    "补贴多少",
    "谢谢",
    "<b>辽宁</b>高技能人才",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer(toy: Assistant, today: date, check_grounded: Callable[..., None], question: str) -> None:
    answer = toy.ask(question, as_of=today)
    payload = answer_payload(answer)
    assert set(payload) - {"related"} == FIELDS
    assert ("related" in payload) >= (answer.outcome == "refused")
    assert AnswerOut.model_validate(payload)
    assert json.loads(to_json(payload)) == payload
    for citation in (*payload["citations"], *payload.get("related", [])):
        assert list(citation) == CITATION
        assert re.fullmatch(r"[\w.-]+#[\w.-]+", citation["clause_id"])
        assert citation["end"] - citation["start"] == len(citation["quote"])
    assert payload["question"] == question
    assert payload["mode"] == "extractive"
    assert payload["scope"]["as_of"] == "2024-06-01"
    assert payload["timings_ms"]["total"] >= 0
    assert payload["answer"].strip() == payload["answer"] != ""
    check_grounded(toy, answer)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_has_the_same_answer(toy: Assistant, today: date, question: str) -> None:
    first, second = (answer_payload(toy.ask(question, as_of=today)) | {"timings_ms": {}} for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("question", "region", "error"),
    [
        ("", None, EmptyQuery),
        ("😀", None, EmptyQuery),
        ("问" * 10_000, None, QueryTooLong),
        ("辽宁补贴", "火星", AssistantError),
        ("辽宁补贴", "<script>", AssistantError),
    ],
)
def test_errors_say_what_to_do(toy: Assistant, question: str, region: str | None, error: type[AssistantError]) -> None:
    with pytest.raises(error) as caught:
        toy.ask(question, region=region)
    assert caught.value.message and caught.value.hint


def test_search(toy: Assistant) -> None:
    hits = toy.search("民办培训机构专职教师", k=5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert SearchOut.model_validate(search_payload("民办培训机构专职教师", hits))
    assert hits[0].citation.clause_id == "zunyi-fubanhan-2024-19#2.3.12"
    for hit in hits:
        document = toy.document(hit.citation.doc_id)
        assert document.text[hit.citation.start : hit.citation.end] == hit.citation.quote
        assert hit.citation.quote in hit.citation.text


@pytest.mark.parametrize(
    ("query", "region", "documents"),
    [
        ("高技能人才", "辽宁", {"liaoning-renshefa-2022-20"}),
        ("遵义高技能人才", None, {"zunyi-fubanhan-2024-19"}),
        ("遵义高技能人才", "辽宁", {"zunyi-fubanhan-2024-19"}),
        ("贵阳高技能人才", None, set()),
        ("高技能人才", "贵阳", set()),
    ],
)
def test_search_is_gated(toy: Assistant, query: str, region: str | None, documents: set[str]) -> None:
    assert {hit.citation.doc_id for hit in toy.search(query, region=region, k=50)} == documents


def test_documents_and_clauses(toy: Assistant) -> None:
    documents = toy.documents()
    assert len(documents) == 4
    for document in documents:
        assert toy.document(document.doc_id) == document
        for clause in document.clauses[:5]:
            cited = toy.clause(clause.clause_id)
            assert (cited.text, cited.quote, cited.start, cited.end) == (
                clause.text,
                clause.text,
                clause.start,
                clause.end,
            )


@pytest.mark.parametrize("name", ["", "nothing", "' OR 1=1 --", "../x", "x\x00", "liaoning-renshefa-2022-20#99"])
def test_unknown_ids(toy: Assistant, name: str) -> None:
    with pytest.raises(NotFound):
        toy.document(name)
    with pytest.raises(NotFound):
        toy.clause(name)


def test_targets(toy: Assistant) -> None:
    everything = toy.targets()
    assert {target.doc_id for target in everything} == {document.doc_id for document in toy.documents()}
    assert {target.doc_id for target in toy.targets(region="贵州")} == {"zunyi-fubanhan-2024-19"}
    chosen = toy.targets(region="辽宁", indicator="高技能人才")
    assert chosen and all(
        "高技能人才" in target.indicator and target.doc_id.startswith("liaoning") for target in chosen
    )
    assert toy.targets(region="贵阳") == ()


def test_status_regions_and_examples(toy: Assistant) -> None:
    status = toy.status()
    assert (status.ready, status.documents, status.encoder) == (True, 4, "hash/64")
    assert status.clauses > 100
    assert set(toy.regions()) == {"江西省", "辽宁省", "内蒙古自治区", "贵州省遵义市"}
    assert len(toy.examples()) <= 6


def test_documents_are_listed_without_their_text(toy: Assistant) -> None:
    assert [head.doc_id for head in toy.heads()] == [document.doc_id for document in toy.documents()]
    counts = {document.doc_id: len(document.clauses) for document in toy.documents()}
    assert {doc_id: sum(roles.values()) for doc_id, roles in toy.clause_roles().items()} == counts
    assert toy.labels()["三、(四)"]


def test_a_group_has_the_clauses_of_its_narrower_groups(toy: Assistant) -> None:
    groups = toy.groups()
    assert 10 <= len(groups) <= 80
    assert any("离校未就业高校毕业生" in toy.clause(clause_id).text for clause_id in groups["高校毕业生"])
    sizes = [len(ids) for ids in groups.values()]
    assert sizes == sorted(sizes, reverse=True)
    found = toy.search("培训", clause_ids=groups["退役军人"], k=20)
    assert found
    assert {hit.citation.clause_id for hit in found} <= groups["退役军人"]


def test_a_search_admits_before_it_ranks(toy: Assistant) -> None:
    found = toy.search("技能大师工作室", k=1, admits=lambda head: head.issued is not None and head.issued.year == 2018)
    assert [hit.citation.region for hit in found] == ["江西省"]


@pytest.mark.slow
def test_examples_can_be_answered(assistant: Assistant, today: date) -> None:
    examples = assistant.examples()
    assert 3 <= len(examples) <= 6
    assert all(assistant.ask(question, as_of=today).outcome == "answered" for question in examples)


def test_the_history_is_read_and_the_question_kept(toy: Assistant, today: date) -> None:
    answer = toy.ask("那遵义呢", history=[Turn("user", "辽宁规划的文号是多少"), Turn("assistant", "略")], as_of=today)
    assert answer.question == "那遵义呢"
    assert "遵义" in answer.standalone_question
    assert "遵府办函〔2024〕19号" in answer.answer


def test_nothing_of_this_machine_shows(toy: Assistant, today: date) -> None:
    for question in QUESTIONS:
        assert str(Path.home()) not in to_json(answer_payload(toy.ask(question, as_of=today)))
