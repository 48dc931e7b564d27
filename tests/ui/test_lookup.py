from __future__ import annotations

import pytest

from corpus.errors import NotFound
from ui.lookup import Filters, find, neighbours, words_of


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("辽人社发〔2022〕20号 三、(四)", ["liaoning#3.4"]),
        ("辽人社发[2022]20号三（四）", ["liaoning#3.4"]),
        ("辽人社发2022 20号", ["liaoning#2.2", "liaoning#3.4"]),
        ("辽人社发〔2022〕20号 第三部分第四项", ["liaoning#3.4"]),
        ("《“十四五”职业技能培训规划》三、(四)", ["liaoning#3.4"]),
        ("《遵义市推进“技能遵义”行动实施方案》(遵府办函〔2024〕19号)17", ["zunyi#2.5.17"]),
        ("zunyi#2", ["zunyi#2.5.17"]),
        ("ZUNYI#2.5.17", ["zunyi#2.5.17"]),
        ("三、(四)", ["liaoning#3.4"]),
        ("(四)", ["liaoning#3.4"]),
        ("遵府办函〔2024〕19号 高技能人才", ["zunyi#1", "zunyi#2.5.17"]),
        ("技能大师工作室", ["zunyi#2.5.17"]),
        ("遵府办函〔2023〕19号", []),
        ("#", []),
    ],
)
def test_find(service, query, found):
    hits = find(service, query)
    assert [hit.citation.clause_id for hit in hits] == found
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"zunyi", "liaoning"}),
        (Filters(region="辽宁"), {"liaoning"}),
        (Filters(year=2024), {"zunyi"}),
        (Filters(kind="办法"), set()),
    ],
)
def test_filters(service, filters, found):
    assert {hit.citation.doc_id for hit in find(service, "高技能人才", filters)} == found


def test_as_many_as_asked_for(service):
    assert len(find(service, "高技能人才", k=1)) == 1
    assert len(find(service, "辽人社发〔2022〕20号", k=1)) == 1


@pytest.mark.parametrize(("at", "before", "after"), [(0, None, 1), (1, 0, None)])
def test_neighbours(service, at, before, after):
    document = service.document("zunyi")
    clauses = {number: clause for number, clause in enumerate(document.clauses)}
    found = neighbours(document, clauses[at].clause_id)
    assert found == (clauses.get(before), clauses.get(after))


def test_neighbours_of_nothing(service):
    with pytest.raises(NotFound):
        neighbours(service.document("zunyi"), "zunyi#99")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("技能大师工作室", "技能大师工作室"),
        ("辽人社发〔2022〕20号 三、(四)", ""),
        ("辽人社发〔2022〕20号 工作室", "工作室"),
        ("《规划》工作室", "工作室"),
        ("zunyi#1", ""),
        ("三、(四)", ""),
        ("2025年目标", "2025年目标"),
    ],
)
def test_only_words_are_marked(query, words):
    assert words_of(query) == words


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(group="高技能人才"), ["zunyi#1"]),
        (Filters(group="没有这一类"), []),
        (Filters(group="高技能人才", state="未载明"), []),
        (Filters(region="辽宁省", state="未载明"), ["liaoning#2.2"]),
        (Filters(region="辽宁省", state="现行"), []),
    ],
)
def test_groups_and_states(service, filters, found):
    hits = find(service, "高技能人才", filters)
    assert [hit.citation.clause_id for hit in hits] == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), []),
        (Filters(region="辽宁省"), []),
        (Filters(group="高技能人才"), ["zunyi#1"]),
        (Filters(group="高技能人才", year=2022), []),
    ],
)
def test_a_group_can_be_listed_without_a_query(service, filters, found):
    assert [hit.citation.clause_id for hit in find(service, " ", filters)] == found


def test_filters_come_before_ranking(service):
    assert [hit.citation.clause_id for hit in find(service, "高技能人才", Filters(year=2022), k=1)] == ["liaoning#2.2"]


@pytest.mark.parametrize("query", ["高技能人才", "三、(四)", "zunyi#2", "辽人社发〔2022〕20号"])
def test_no_look_up_reads_every_document(service, monkeypatch, query):
    monkeypatch.setattr(service, "documents", None)
    assert find(service, query)
