from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.extract import extract_facts
from corpus.model import Document
from indexer.build import Built, build_index
from indexer.encoder import HashEncoder
from indexer.search import Retriever, Weights, fuse

WORDS = st.lists(
    st.sampled_from(
        "培训 补贴 企业 退役军人 藏毯 椰乡工匠 证书 申请 材料 的 2025年 高技能人才 第三条 厦门 500元 “ \x00 <b>".split()
    ),
    max_size=8,
).map("".join)


@pytest.fixture(scope="module")
def retriever(built: Built) -> Iterator[Retriever]:
    opened = Retriever.open(built.folder.parent, HashEncoder())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "suffix"),
    [
        ("退役军人能不能免费培训", "#2.2"),
        ("椰乡工匠每次评选多少名", "#2.3"),
        ("新招用职工岗前培训每人500元", "#2.1"),
        ("牧区劳动者藏毯编织", "#a3"),
        ("骗取补贴责令退回", "#a4"),
        ("身份证和职业技能等级证书在窗口办理", "xiamen#2"),
    ],
)
def test_the_clause_that_says_it_is_first(retriever: Retriever, query: str, suffix: str) -> None:
    assert retriever.search(retriever.prepare(query))[0].clause.clause_id.endswith(suffix)


def test_expansion_lifts_what_the_question_does_not_say(retriever: Retriever) -> None:
    plain, expanded = (
        {hit.clause.clause_id: hit.score for hit in retriever.search(query, k=50)}
        for query in (retriever.prepare("残疾的人"), retriever.prepare("残疾的人", ["藏毯编织"]))
    )
    rug = next(clause_id for clause_id in plain if clause_id.endswith("#a3"))
    assert expanded[rug] > plain[rug]
    assert retriever.prepare("残疾的人", ["藏毯编织"]).vectors.shape == (2, 64)
    assert retriever.prepare("残疾的人").vectors.shape == (1, 64)


@pytest.mark.parametrize("k", [1, 3, 100])
def test_k(retriever: Retriever, k: int) -> None:
    assert len(retriever.search(retriever.prepare("培训补贴"), k=k)) == min(k, retriever.manifest.clauses)


@pytest.mark.parametrize("query", ["", " ", "\x00", "。。。", "zzz", "\U0003ffff", "培训" * 5000])
def test_any_query_is_searched(retriever: Retriever, query: str) -> None:
    hits = retriever.search(retriever.prepare(query))
    assert all(math.isfinite(hit.score) for hit in hits)


@settings(max_examples=80, deadline=None)
@given(query=WORDS, admitted=st.sets(st.integers(0, 2)), k=st.integers(1, 30))
def test_no_hit_outside_the_allowed_documents(
    retriever: Retriever, documents: tuple[Document, ...], query: str, admitted: set[int], k: int
) -> None:
    ids = {documents[number].doc_id for number in admitted}
    hits = retriever.search(retriever.prepare(query, ["培训"]), allow=lambda head: head.doc_id in ids, k=k)
    assert {hit.clause.doc_id for hit in hits} <= ids
    if admitted:
        assert hits
    assert [(-hit.score, hit.clause.clause_id) for hit in hits] == sorted(
        (-hit.score, hit.clause.clause_id) for hit in hits
    )
    assert len({hit.clause.clause_id for hit in hits}) == len(hits) <= k


def test_an_open_and_a_closed_gate(retriever: Retriever) -> None:
    query = retriever.prepare("培训补贴")
    everything = retriever.search(query, allow=lambda head: True, k=50)
    assert everything == retriever.search(query, k=50)
    assert retriever.search(query, allow=lambda head: False) == []


def test_the_gate_is_asked_once_for_each_document(retriever: Retriever) -> None:
    asked: list[str] = []
    retriever.search(retriever.prepare("培训"), allow=lambda head: not asked.append(head.doc_id))  # type: ignore[func-returns-value]
    assert asked == list(retriever.store.heads)


def test_ties_are_broken_by_clause_id(parse: Callable[[str, str], Document], tmp_path: Path, few_words: None) -> None:
    text = "培训办法\n\n一、培训\n\n对参加培训的人员给予补贴。\n"
    same = [replace_id(parse("same", text), stem) for stem in ("c", "a", "d", "b")]
    build_index(tmp_path, same, extract_facts, HashEncoder())
    retriever = Retriever.open(tmp_path, HashEncoder())
    hits = retriever.search(retriever.prepare("参加培训的补贴"))
    retriever.close()
    assert len({hit.score for hit in hits}) == 1
    assert [hit.clause.doc_id for hit in hits] == ["a", "b", "c", "d"]


def replace_id(document: Document, doc_id: str) -> Document:
    clauses = tuple(
        replace(
            clause,
            doc_id=doc_id,
            clause_id=clause.clause_id.replace(document.doc_id, doc_id),
            parent_id=clause.parent_id and clause.parent_id.replace(document.doc_id, doc_id),
        )
        for clause in document.clauses
    )
    return replace(document, doc_id=doc_id, clauses=clauses)


def test_weights_switch_a_leg_off(built: Built) -> None:
    lexical = Retriever.open(built.folder.parent, HashEncoder(), Weights(dense=0.0, lexical=1.0, expansion=0.0))
    hits = lexical.search(lexical.prepare("藏毯"))
    lexical.close()
    assert hits[0].clause.clause_id.endswith("#a3")
    assert [hit.score for hit in hits[1:]] == [0.0] * (len(hits) - 1)


def test_scores_are_shares(retriever: Retriever) -> None:
    for hit in retriever.search(retriever.prepare("藏毯编织", ["牧区"]), k=50):
        assert 0 <= hit.score <= 1 + 1e-6
        assert -1 <= hit.similarity <= 1 + 1e-6


def test_sentence_similarity(retriever: Retriever) -> None:
    query = retriever.prepare("民办培训机构专职教师不得少于教师总数的1/3")
    for hit in retriever.search(query, k=50):
        spans = retriever.sentence_similarity(query, hit)
        assert spans
        assert all(0 <= start < end <= len(hit.clause.text) for start, end, _ in spans)
        if hit.clause.clause_id.endswith("#2.2"):
            start, end, _ = max(spans, key=lambda span: span[2])
            assert "1/3" in hit.clause.text[start:end]


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        ([], {}),
        ([(1.0, {})], {}),
        ([(0.5, {7: 3.0})], {7: 0.5}),
        ([(1.0, {1: 4.0, 2: 3.0, 3: 2.0})], {1: 1.0, 2: 0.5, 3: 0.0}),
        ([(0.6, {1: 1.0, 2: 0.0}), (0.4, {2: 9.0})], {1: 0.6, 2: 0.4}),
        ([(0.6, {1: -0.5, 2: -1.0})], {1: 0.6, 2: 0.0}),
    ],
)
def test_fuse(legs: list[tuple[float, dict[int, float]]], expected: dict[int, float]) -> None:
    assert fuse(legs) == pytest.approx(expected)


def test_fuse_takes_the_best_hundred_of_a_leg() -> None:
    assert set(fuse([(1.0, {row: float(row) for row in range(250)})])) == set(range(150, 250))


def test_specificity_grows_with_rarity(retriever: Retriever) -> None:
    common, rare = retriever.specificity("培训"), retriever.specificity("藏毯")
    assert common is not None and rare is not None and common < rare
    assert retriever.specificity("户口") is None
    assert retriever.specificity("") is None


@pytest.mark.parametrize("wanted", [("#a3", "#a4"), ("#2.3",), ()])
def test_only_the_named_clauses_take_part(retriever: Retriever, wanted: tuple[str, ...]) -> None:
    ids = [c.clause_id for c in retriever.store.indexed_clauses() if c.clause_id.endswith(wanted or ("#nothing",))]
    hits = retriever.search(retriever.prepare("培训补贴"), clause_ids=ids, k=50)
    assert {hit.clause.clause_id for hit in hits} == set(ids)


@pytest.mark.parametrize(
    ("phrase", "admitted", "found"),
    [
        ("椰乡工匠", "", True),
        ("椰乡工匠", "xiamen", False),
        ("退役军人", "", True),
        ("公积金", "", False),
        ("", "", False),
    ],
)
def test_what_documents_mention(retriever: Retriever, phrase: str, admitted: str, found: bool) -> None:
    assert retriever.mentions(phrase, lambda head: admitted in head.doc_id) == found
