from __future__ import annotations

from datetime import date

import pytest

from assistant.question import QuestionReader
from assistant.scope import open_gate
from corpus.model import Region
from corpus.regions import Gazetteer
from indexer.search import Retriever
from indexer.store import DocumentHead

ALL = [("江西省", None), ("辽宁省", None), ("内蒙古自治区", None), ("遵义市", None)]


@pytest.fixture(scope="module")
def heads(toy_retriever: Retriever) -> tuple[DocumentHead, ...]:
    return tuple(toy_retriever.store.heads.values())


@pytest.mark.parametrize(
    ("question", "asked", "slots", "missing"),
    [
        ("高技能人才目标", None, ALL, ()),
        ("辽宁高技能人才目标", None, [("辽宁省", None)], ()),
        ("辽宁省高技能人才目标", None, [("辽宁省", None)], ()),
        ("沈阳高技能人才目标", None, [("辽宁省", "沈阳市")], ()),
        ("仁怀开展什么培训", None, [("遵义市", "仁怀市")], ()),
        ("遵义仁怀开展什么培训", None, [("遵义市", "仁怀市")], ()),
        ("贵阳高技能人才目标", None, [], ("贵阳",)),
        ("北京和上海的补贴", None, [], ("北京", "上海")),
        ("贵州高技能人才目标", None, [("遵义市", None)], ()),
        ("四川和辽宁高技能人才目标", None, [("辽宁省", None)], ("四川",)),
        ("辽宁、内蒙古高技能人才目标", None, [("辽宁省", None), ("内蒙古自治区", None)], ()),
        ("湄潭县跟珠海对口协作", None, [("遵义市", "湄潭县")], ()),
        ("高技能人才目标", "辽宁", [("辽宁省", None)], ()),
        ("高技能人才目标", "沈阳", [("辽宁省", "沈阳市")], ()),
        ("高技能人才目标", "贵阳", [], ("贵阳市",)),
        ("遵义高技能人才目标", "辽宁", [("遵义市", None)], ()),
    ],
)
def test_gate(
    reader: QuestionReader,
    heads: tuple[DocumentHead, ...],
    today: date,
    question: str,
    asked: str | None,
    slots: list[tuple[str, str | None]],
    missing: tuple[str, ...],
) -> None:
    region = Gazetteer.load().parse(asked) if asked else None
    gate = open_gate(reader.read(question, as_of=today), region, heads)
    assert [(slot.name, slot.place.name if slot.place else None) for slot in gate.slots] == slots
    assert gate.missing == missing
    assert gate.named == (slots != ALL)


@pytest.mark.parametrize(
    ("question", "admitted"),
    [
        ("辽宁高技能人才目标", {"辽宁省"}),
        ("沈阳高技能人才目标", {"辽宁省"}),
        ("遵义高技能人才目标", {"遵义市"}),
        ("贵州高技能人才目标", {"遵义市"}),
        ("贵阳高技能人才目标", set()),
        ("四川和辽宁高技能人才目标", {"辽宁省"}),
    ],
)
def test_only_documents_in_force_there_are_admitted(
    reader: QuestionReader, heads: tuple[DocumentHead, ...], today: date, question: str, admitted: set[str]
) -> None:
    gate = open_gate(reader.read(question, as_of=today), None, heads)
    found = {head.region.name for head in heads if head.region and any(slot.admits(head) for slot in gate.slots)}
    assert found == admitted


@pytest.mark.parametrize(
    ("places", "question", "admitted"),
    [
        (["贵州", "遵义", ""], "遵义的补贴", ["贵州", "遵义", ""]),
        (["贵州", "遵义", ""], "贵州的补贴", ["贵州", ""]),
        (["贵州", "遵义", ""], "仁怀的补贴", ["贵州", "遵义", ""]),
        (["贵州", "遵义", ""], "贵阳的补贴", ["贵州", ""]),
        (["遵义", ""], "贵阳的补贴", [""]),
        (["辽宁"], "遵义的补贴", []),
    ],
)
def test_documents_of_the_places_around_are_in_force_too(
    reader: QuestionReader,
    heads: tuple[DocumentHead, ...],
    today: date,
    places: list[str],
    question: str,
    admitted: list[str],
) -> None:
    regions = [Gazetteer.load().parse(place) if place else Region(()) for place in places]
    model = heads[0]
    corpus = [
        DocumentHead(
            f"d{number}",
            model.title,
            None,
            (),
            region,
            None,
            None,
            None,
            "意见",
            "d.txt",
            "0",
        )
        for number, region in enumerate(regions)
    ]
    gate = open_gate(reader.read(question, as_of=today), None, corpus)
    found = [place for place, head in zip(places, corpus, strict=True) if any(slot.admits(head) for slot in gate.slots)]
    assert found == admitted
