from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from corpus.model import Clause, Document, Region
from eval.dataset import Evidence, Gold
from eval.items import Item
from eval.library import Library
from eval.replies import Cited, Reply

LIAONING_TEXT = (
    "辽宁省“十四五”培训规划\n一、目标\n"
    "新增高技能人才25万人以上。全省技能人才总量达到565万人。\n二、保障\n由省财政厅牵头。\n"
)
ZUNYI_TEXT = "遵府办函〔2024〕19号\n遵义市行动方案\n一、目标\n高技能人才达到9万人以上。\n"


def document(stem: str, chain: tuple[str, ...], title: str, text: str, *bodies: str) -> Document:
    """A document whose clauses are the title and the lines given."""
    clauses = []
    for number, body in enumerate((title, *bodies)):
        start = text.index(body)
        role = "title" if number == 0 else "body"
        clauses.append(Clause(f"{stem}#{number}", stem, str(number), (), role, start, start + len(body), body))
    head = (stem, title, None, (), Region(chain), None, None, None, "规划", f"{stem}.txt", "0" * 64)
    return Document(*head, text, tuple(clauses), ())


@pytest.fixture
def library() -> Library:
    return Library.of(
        [
            document(
                "liaoning",
                ("辽宁省",),
                "辽宁省“十四五”培训规划",
                LIAONING_TEXT,
                "新增高技能人才25万人以上。全省技能人才总量达到565万人。",
                "由省财政厅牵头。",
            ),
            document("zunyi", ("贵州省", "遵义市"), "遵义市行动方案", ZUNYI_TEXT, "高技能人才达到9万人以上。"),
        ]
    )


@pytest.fixture
def as_of() -> date:
    return date(2026, 11, 22)


@pytest.fixture
def make_item() -> Callable[..., Item]:
    def make(question: str = "辽宁新增多少高技能人才", **changes: object) -> Item:
        gold = {
            "question": question,
            "kind": "target",
            "outcome": ("answered",),
            "why": None,
            "documents": ("liaoning",),
            "evidence": (Evidence(document="liaoning", quote="新增高技能人才25万人以上", grade=2),),
            "answers": (("25万",),),
            "forbidden": (),
            "note": "",
        }
        place = {"id": "q1", "topic": "t1", "dialogue": "", "turn": 1, "last": True, "region": None, "history": ()}
        gold |= {key: changes.pop(key) for key in list(changes) if key in gold}
        return Item(**(place | changes), gold=Gold(**gold))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_reply(make_cited: Callable[..., Cited]) -> Callable[..., Reply]:
    def make(answer: str = "新增高技能人才25万人以上[1]。", **changes: object) -> Reply:
        given = {"outcome": "answered", "answer": answer, "citations": (make_cited(),)} | changes
        return Reply(**given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_cited() -> Callable[..., Cited]:
    def make(clause_id: str = "liaoning#1", quote: str = "新增高技能人才25万人以上", **changes: object) -> Cited:
        text = {"liaoning": LIAONING_TEXT, "zunyi": ZUNYI_TEXT}.get(clause_id.split("#")[0], "")
        start = text.find(quote)
        given = {
            "clause_id": clause_id,
            "doc_id": clause_id.split("#")[0],
            "quote": quote,
            "start": start,
            "end": start + len(quote),
        }
        return Cited(**(given | changes))  # type: ignore[arg-type]

    return make
