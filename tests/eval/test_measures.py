"""Every measure against values worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.regions import Gazetteer
from eval.dataset import Evidence
from eval.items import Item
from eval.library import Library
from eval.measures.answers import answers, best_of, character_f1, exact_match, rouge_l
from eval.measures.catalogue import CATALOGUE
from eval.measures.citations import citations
from eval.measures.correctness import correctness, problems_of
from eval.measures.dialogue import dialogue
from eval.measures.grounding import grounding
from eval.measures.latency import latency
from eval.measures.refusal import refusal
from eval.measures.regions import regions
from eval.measures.retrieval import MEASURES, retrieval
from eval.measures.share import Scores, Share, estimate, ratio, resampled
from eval.measures.text import numbers
from eval.replies import Cited, Reply
from eval.scoring import score

Make = Callable[..., Item]
Answer = Callable[..., Reply]
Cite = Callable[..., Cited]


def plain(scores: Scores) -> dict[str, tuple[float, float]]:
    return {name: (share.part, share.whole) for name, share in scores.items()}


# -- shares and intervals


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([], None),
        ([Share(0, 0)], None),
        ([Share(1), Share(0)], 0.5),
        ([Share(1, 2), Share(2, 2), Share(0, 4)], 0.375),  # micro, not the mean of 0.5, 1 and 0
    ],
)
def test_ratio_of_sums(shares: list[Share], expected: float | None) -> None:
    assert ratio(shares) == expected


def test_interval_is_the_percentile_bootstrap_over_clusters() -> None:
    shares = [Share(1), Share(1), Share(1), Share(0), Share(0), Share(0)]
    found = estimate(shares, ["a", "a", "a", "b", "b", "b"])
    assert found is not None
    # Two clusters of 1 and of 0: a sample is 0, 0.5 or 1 with 1/4, 1/2 and 1/4.
    assert (found.value, found.low, found.high, found.count) == (0.5, 0.0, 1.0, 6)


def test_interval_is_reproducible_and_narrows_with_more_clusters() -> None:
    few = estimate([Share(float(n % 2)) for n in range(10)], [str(n) for n in range(10)])
    many = estimate([Share(float(n % 2)) for n in range(1000)], [str(n) for n in range(1000)])
    assert few == estimate([Share(float(n % 2)) for n in range(10)], [str(n) for n in range(10)])
    assert few is not None and many is not None
    assert many.high - many.low < 0.08 < few.high - few.low
    # The normal approximation: 0.5 ± 1.96·sqrt(0.25/1000).
    assert many.low == pytest.approx(0.469, abs=0.006)


def test_samples_with_an_empty_whole_are_left_out() -> None:
    values = resampled(np.array([1.0, 0.0]), np.array([1.0, 0.0]), samples=100)
    assert 0 < len(values) < 100
    assert set(values) == {1.0}


def test_interval_needs_a_cluster_for_every_share() -> None:
    with pytest.raises(ValueError, match="one cluster a share"):
        estimate([Share(1)], [])


# -- retrieval


def test_retrieval_by_hand() -> None:
    qrels = {"a": {"d1": 2, "d2": 1}, "b": {"d9": 1}, "missing": {"d1": 1}}
    run = {"a": ["d3", "d2", "d1"], "b": ["d9"], "not judged": ["d1"]}
    found = retrieval(qrels, run)
    ideal = 2 / log2(2) + 1 / log2(3)
    assert found["a"]["nDCG@10"].part == pytest.approx((1 / log2(3) + 2 / log2(4)) / ideal)
    assert {name: found["a"][name].part for name in MEASURES[1:]} == {
        "R@5": 1, "R@10": 1, "RR": 0.5, "Success@1": 0, "Success@5": 1,
    }  # fmt: skip
    assert all(found["b"][name].part == 1 for name in MEASURES)
    assert all(found["missing"][name] == Share(0.0) for name in MEASURES)
    assert set(found) == {"a", "b", "missing"}


def test_ranks_beyond_the_cut_count_for_rr_only() -> None:
    run = {"a": [f"x{n}" for n in range(11)] + ["d1"]}
    found = retrieval({"a": {"d1": 2}}, run)["a"]
    assert found["RR"].part == pytest.approx(1 / 12)
    assert found["R@10"].part == found["nDCG@10"].part == 0


def test_an_empty_run_scores_the_default() -> None:
    assert retrieval({"a": {"d1": 1}}, {}) == {"a": dict.fromkeys(MEASURES, Share(0.0))}


# -- text of the answer


@pytest.mark.parametrize(
    ("text", "reference", "exact", "f1", "rouge"),
    [
        ("25万人", "25万人。", 1, 1, 1),
        ("２５万 人[1]", "25万人", 1, 1, 1),
        ("", "25万人", 0, 0, 0),
        ("", "", 1, 1, 1),
        ("人万52", "25万人", 0, 1, 0.25),  # same characters; the longest common subsequence has one
        ("新增25万人以上", "25万人", 0, 2 * 4 / 12, 2 * 4 / 12),
        ("甲乙", "丙丁", 0, 0, 0),
    ],
)
def test_text_measures(text: str, reference: str, exact: float, f1: float, rouge: float) -> None:
    assert exact_match(text, reference) == exact
    assert character_f1(text, reference) == pytest.approx(f1)
    assert rouge_l(text, reference) == pytest.approx(rouge)
    assert best_of(text, [reference, "完全无关"]) == pytest.approx((exact, f1, rouge))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25万人[1],149.10万", {"25", "149.1"}),
        ("１，０００元 和 2,500.50", {"1000", "2500.5"}),
        ("2024年05月", {"2024", "5"}),
        ("二十五万", set()),
    ],
)
def test_numbers(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("answer", "changes", "expected"),
    [
        (
            "25万人以上,总量565万人",
            {"answers": (("25万",), ("565万", "565 万"))},
            {"gold_answers": (2, 2), "number_exact": (2, 2)},
        ),
        ("125万人,财政厅", {"answers": (("25万",), ("财政厅",))}, {"gold_answers": (1, 2), "number_exact": (0, 1)}),
        ("财政厅", {"answers": (("省财政厅", "财政厅"),)}, {"gold_answers": (1, 1)}),
        ("总量565万", {"answers": (), "forbidden": ("565万",)}, {"forbidden": (1, 1)}),
    ],
)  # fmt: skip
def test_short_answers(
    make_item: Make, make_reply: Answer, answer: str, changes: dict[str, object],
    expected: dict[str, tuple[float, float]],
) -> None:  # fmt: skip
    found = plain(answers(make_item(**changes), make_reply(answer)))
    assert {k: v for k, v in found.items() if k in ("gold_answers", "number_exact", "forbidden")} == expected


def test_declining_scores_nothing_on_an_answerable_question(make_item: Make, make_reply: Answer) -> None:
    found = answers(make_item(), make_reply("文件没有写明25万", outcome="refused"))
    assert {name: share.part for name, share in found.items()} == dict.fromkeys(found, 0.0)
    assert "rouge_l" in found


def test_the_best_reference_counts(make_item: Make, make_reply: Answer) -> None:
    quotes = ("新增高技能人才25万人以上", "25万")
    evidence = tuple(Evidence(document="liaoning", quote=quote, grade=2) for quote in quotes)
    assert answers(make_item(evidence=evidence), make_reply("25万[1]。"))["exact_match"] == Share(1.0)


# -- citations


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        (["liaoning#1"], {"citation_precision": (1, 1), "citation_recall": (1, 1), "citation_hit": (1, 1)}),
        (["liaoning#1", "zunyi#1"], {"citation_precision": (1, 2), "citation_recall": (1, 1), "citation_hit": (1, 1)}),
        (["liaoning#2"], {"citation_precision": (0, 1), "citation_recall": (0, 1), "citation_hit": (0, 1)}),
        ([], {"citation_recall": (0, 1), "citation_hit": (0, 1)}),
    ],
)
def test_right_clauses(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, cited: list[str],
    expected: dict[str, tuple[float, float]],
) -> None:  # fmt: skip
    reply = make_reply(citations=tuple(map(make_cited, cited)))
    found = plain(citations(make_item(), reply, library))
    assert {k: v for k, v in found.items() if k not in ("verbatim", "clause_identity")} == expected


def test_grade_one_is_right_and_grade_zero_is_not(make_item: Make, make_reply: Answer, library: Library) -> None:
    for grade, right in ((1, 1), (0, 0)):
        item = make_item(evidence=(Evidence(document="liaoning", quote="新增高技能人才25万人以上", grade=grade),))
        assert citations(item, make_reply(), library)["citation_precision"] == Share(right, 1)


def test_a_letterhead_can_only_be_cited_by_its_document(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library
) -> None:
    evidence = (Evidence(document="zunyi", quote="遵府办函〔2024〕19号", grade=2),)
    item = make_item(documents=("zunyi",), evidence=evidence)
    for clause_id, right in (("zunyi#1", 1), ("liaoning#1", 0)):
        reply = make_reply(citations=(make_cited(clause_id),))
        assert citations(item, reply, library)["citation_hit"] == Share(right)


def test_any_citation_is_wrong_where_nothing_answers(make_item: Make, make_reply: Answer, library: Library) -> None:
    item = make_item(documents=(), evidence=(), answers=(), outcome=("refused",), why="not_stated")
    found = plain(citations(item, make_reply(), library))
    assert found == {"citation_precision": (0, 1), "clause_identity": (1, 1), "verbatim": (1, 1)}


@pytest.mark.parametrize(
    ("clause_id", "quote", "same"),
    [
        ("liaoning#1", "新增高技能人才25万人以上", 1),
        ("liaoning#2", "新增高技能人才25万人以上", 0),  # the quote stands in another clause
        ("liaoning#9", "新增高技能人才25万人以上", 0),  # no such clause
        ("liaoning#1", "新增高技能人才26万人以上", 0),
    ],
)
def test_the_clause_cited_is_the_clause_quoted(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, clause_id: str, quote: str, same: int
) -> None:
    reply = make_reply(citations=(make_cited(clause_id, quote),))
    assert citations(make_item(), reply, library)["clause_identity"] == Share(same)


def test_of_a_bare_question_nothing_but_the_text_is_measured(
    make_item: Make, make_reply: Answer, library: Library
) -> None:
    item = make_item(documents=(), evidence=(), answers=(), outcome=())
    reply = make_reply()
    found = {
        **correctness(item, reply, library), **refusal(item, reply), **answers(item, reply),
        **citations(item, reply, library),
    }  # fmt: skip
    assert set(found) == {"error", "clause_identity", "verbatim"}
    assert problems_of(item, reply, library) == ()


@pytest.mark.parametrize(
    ("changes", "verbatim"),
    [
        ({}, 1),
        ({"start": -1, "end": -1}, 1),
        ({"start": 0, "end": 4}, 0),
        ({"quote": "新增高技能人才26万人以上", "start": -1}, 0),
        ({"text": "别的条款"}, 0),
        ({"doc_id": "unknown"}, 0),
        ({"quote": "", "start": -1}, 0),
    ],
)
def test_verbatim(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, changes: dict[str, object], verbatim: int
) -> None:
    reply = make_reply(citations=(make_cited(**changes),))
    assert citations(make_item(), reply, library)["verbatim"] == Share(verbatim, 1)


# -- refusing


@pytest.mark.parametrize(
    ("accepted", "outcome", "expected"),
    [
        (("refused",), "refused", {"outcome": 1, "p": (1, 1), "r": (1, 1), "f": (2, 2)}),
        (("refused", "clarify"), "clarify", {"outcome": 1, "p": (1, 1), "r": (1, 1), "f": (2, 2)}),
        (("refused",), "answered", {"outcome": 0, "p": (0, 0), "r": (0, 1), "f": (0, 1)}),
        (("answered",), "refused", {"outcome": 0, "p": (0, 1), "r": (0, 0), "f": (0, 1)}),
        (("answered",), "partial", {"outcome": 0, "p": (0, 0), "r": (0, 0), "f": (0, 0)}),
        (("refused", "partial"), "partial", {"outcome": 1}),
        (("refused", "partial"), "answered", {"outcome": 0}),
    ],
)
def test_refusal(make_item: Make, accepted: tuple[str, ...], outcome: str, expected: dict[str, object]) -> None:
    found = plain(refusal(make_item(outcome=accepted), Reply(outcome=outcome)))  # type: ignore[arg-type]
    keys = {"p": "refusal_precision", "r": "refusal_recall", "f": "refusal_f1"}
    assert found.pop("outcome") == (expected.pop("outcome"), 1)
    assert found == {keys[key]: value for key, value in expected.items()}


# -- places


@pytest.mark.parametrize(
    ("question", "history", "region", "clause_id", "wrong"),
    [
        ("辽宁新增多少", (), None, "liaoning#1", 0),
        ("辽宁新增多少", (), None, "zunyi#1", 1),
        ("沈阳新增多少", (), None, "liaoning#1", 0),  # the province around the city
        ("贵州新增多少", (), None, "zunyi#1", 0),  # a city inside the province
        ("全国新增多少", (), None, "zunyi#1", 0),
        ("新增多少", (), "辽宁", "zunyi#1", 1),
        ("遵义新增多少", (), "辽宁", "zunyi#1", 0),  # the question's own words come first
        ("新增多少", ("遵义怎么样", "辽宁呢"), None, "zunyi#1", 1),  # the latest place holds
        ("新增多少", (), None, "zunyi#1", None),
    ],
)
def test_region_confusion(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, question: str, history: tuple[str, ...],
    region: str | None, clause_id: str, wrong: int | None,
) -> None:  # fmt: skip
    item = make_item(question, history=history, region=region)
    found = regions(item, make_reply(citations=(make_cited(clause_id),)), library, Gazetteer.load())
    assert found == ({} if wrong is None else {"region_confusion": Share(wrong, 1)})


# -- grounding


@pytest.mark.parametrize(
    ("answer", "loose"),
    [
        ("新增高技能人才25万人以上[1]。", 0),
        ("新增高技能人才26万人以上[1]。", 1),
        ("到2025年新增25万人[1]。", 1),
        ("没有数字[1]。", 0),
    ],
)
def test_unsupported_numbers(
    make_item: Make, make_reply: Answer, library: Library, as_of: date, answer: str, loose: int
) -> None:
    assert grounding(make_item(), make_reply(answer), library, as_of)["unsupported_number"] == Share(loose)


@pytest.mark.parametrize(
    ("answer", "loose"),
    [
        ("相差25万人次:125万人次以上[1],150万人次[1]。", 0),
        ("相差30万人次:125万人次以上[1],150万人次[1]。", 1),
        ("多25万人次[1]。", 1),
    ],
)
def test_what_two_quoted_numbers_differ_by(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, as_of: date, answer: str, loose: int
) -> None:
    reply = make_reply(answer, citations=(make_cited(quote="甲125万人次以上,乙150万人次"),))
    assert grounding(make_item(), reply, library, as_of)["unsupported_number"] == Share(loose)


def test_a_compact_date_may_be_written_out(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, as_of: date
) -> None:
    for answer, loose in (("2018年11月28日印发[1]。", 0), ("2018年11月29日印发[1]。", 1)):
        reply = make_reply(answer, citations=(make_cited(quote="20181128"),))
        assert grounding(make_item(), reply, library, as_of)["unsupported_number"] == Share(loose)


def test_numbers_of_the_question_may_be_repeated(
    make_item: Make, make_reply: Answer, library: Library, as_of: date
) -> None:
    reply = make_reply("2025年的情况:25万人以上[1]。")
    assert grounding(make_item("辽宁2025年新增多少"), reply, library, as_of)["unsupported_number"] == Share(0.0)


@pytest.mark.parametrize(
    ("clause_id", "answer", "day", "stale", "unsaid"),
    [
        ("liaoning#1", "25万[1]。", date(2026, 1, 1), 1, 1),
        ("liaoning#1", "25万[1]。提示:规划期已经过去。", date(2026, 1, 1), 1, 0),
        ("liaoning#1", "25万[1]。", date(2025, 12, 31), 0, 0),
        ("zunyi#1", "25万[1]。", date(2026, 1, 1), 0, 0),  # its title names no period
    ],
)
def test_stale_citations(
    make_item: Make, make_reply: Answer, make_cited: Cite, library: Library, clause_id: str, answer: str, day: date,
    stale: int, unsaid: int,
) -> None:  # fmt: skip
    found = grounding(make_item(), make_reply(answer, citations=(make_cited(clause_id),)), library, day)
    assert (found["stale_citation"], found["stale_unsaid"]) == (Share(stale, 1), Share(unsaid, 1))


def test_a_refusal_is_not_measured_for_grounding(make_item: Make, library: Library, as_of: date) -> None:
    assert grounding(make_item(), Reply(outcome="refused", answer="999"), library, as_of) == {}


# -- the whole


@pytest.mark.parametrize(
    ("changes", "reply", "problems"),
    [
        ({}, {}, ()),
        ({}, {"outcome": "refused"}, ("结果类别不对",)),
        ({"forbidden": ("565万",)}, {"answer": "25万,总量565万"}, ("出现了不该有的“565万”",)),
        ({}, {"answer": "26万"}, ("缺少“25万”",)),
        ({}, {"citations": ()}, ("没有引到正确的条款",)),
        ({}, {"error": "超时"}, ("出错:超时",)),
        (
            {"outcome": ("refused",), "documents": (), "evidence": (), "answers": ()},
            {"outcome": "refused", "citations": ()},
            (),
        ),
    ],
)  # fmt: skip
def test_correctness(
    make_item: Make, make_reply: Answer, library: Library, changes: dict[str, object], reply: dict[str, object],
    problems: tuple[str, ...],
) -> None:  # fmt: skip
    item, given = make_item(**changes), make_reply(**reply)
    assert problems_of(item, given, library) == problems
    found = correctness(item, given, library)
    assert found["correct"] == Share(float(not problems))
    assert found["correct_answer"] == Share(float(problems in ((), ("没有引到正确的条款",))))


def test_dialogue(make_item: Make) -> None:
    turns = [(make_item(id=f"d/{n}", dialogue="d", turn=n, last=n == 3), n != 2) for n in (1, 2, 3)]
    assert {name: plain(scores) for name, scores in dialogue(turns).items()} == {
        "d/1": {"opening_turn": (1, 1)},
        "d/2": {"later_turn": (0, 1)},
        "d/3": {"later_turn": (1, 1), "whole_dialogue": (0, 1)},
    }


def test_latency() -> None:
    found = latency([n / 1000 for n in range(1, 102)])
    assert found is not None
    assert (found.p50, found.p90, found.p95, found.highest) == pytest.approx((51, 91, 96, 101))
    assert latency([]) is None


def test_every_measure_has_a_name(make_item: Make, make_reply: Answer, library: Library, as_of: date) -> None:
    from eval.replies import Record

    items = (make_item(forbidden=("1",)), make_item(id="d/1", dialogue="d"), make_item(id="d/2", dialogue="d", turn=2))
    records = [Record(item=item, reply=make_reply(ranking=("liaoning#1",))) for item in items]
    seen = {name for one in score(records, library, as_of=as_of) for name in one.scores}
    assert seen == {measure.key for measure in CATALOGUE}


# -- against another implementation


def plain_retrieval(grades: dict[str, int], ranking: Sequence[str]) -> dict[str, float]:
    """The textbook formulas, written out."""
    gains = [grades.get(name, 0) for name in ranking]
    ideal = sorted(grades.values(), reverse=True)

    def dcg(listed: Sequence[int]) -> float:
        return sum(gain / log2(rank + 1) for rank, gain in enumerate(listed[:10], 1))

    first = next((rank for rank, gain in enumerate(gains, 1) if gain), 0)
    return {
        "nDCG@10": dcg(gains) / dcg(ideal),
        "R@5": sum(gain > 0 for gain in gains[:5]) / len(grades),
        "R@10": sum(gain > 0 for gain in gains[:10]) / len(grades),
        "RR": 1 / first if first else 0.0,
        "Success@1": float(any(gains[:1])),
        "Success@5": float(any(gains[:5])),
    }


@given(
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 2), min_size=1, max_size=6),
    st.permutations("abcdefghijklmnop"),
    st.integers(0, 16),
)
@settings(max_examples=60, deadline=None)
def test_retrieval_equals_the_formulas(grades: dict[str, int], order: Sequence[str], count: int) -> None:
    found = retrieval({"q": grades}, {"q": order[:count]})["q"]
    assert {name: share.part for name, share in found.items()} == pytest.approx(plain_retrieval(grades, order[:count]))


def longest_common(a: str, b: str) -> int:
    """The longest common subsequence, by the table of Wagner and Fischer."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = row
        row = [0]
        for j, y in enumerate(b, 1):
            row.append(before[j - 1] + 1 if x == y else max(before[j], row[-1]))
    return row[-1]


@given(st.text("甲乙丙12", min_size=1, max_size=9), st.text("甲乙丙12", min_size=1, max_size=9))
@settings(max_examples=100, deadline=None)
def test_text_measures_equal_the_formulas(a: str, b: str) -> None:
    rest = list(b)
    common = sum(1 for char in a if char in rest and (rest.remove(char) is None))
    assert character_f1(a, b) == pytest.approx(2 * common / (len(a) + len(b)))
    assert rouge_l(a, b) == pytest.approx(2 * longest_common(a, b) / (len(a) + len(b)))
