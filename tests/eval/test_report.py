"""Reports and comparisons: what is in them, that nothing hostile runs in them, and that chance is told from change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from eval.config import Config
from eval.items import Item
from eval.library import Library
from eval.measures.catalogue import BY_KEY
from eval.measures.share import Share
from eval.page import as_html
from eval.qrels import make_qrels
from eval.replies import Cited, Record, Reply
from eval.report import FAILURES, Report, as_json, as_markdown, comparison_markdown, make_report, verdict
from eval.scoring import Scored, score, summarise
from eval.significance import compare, difference

EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">|`*'
DAY = date(2026, 11, 22)
CONFIG = Config(
    system="toy", split="dev", as_of="2026-11-22", seed=1, limit=None, region=None, variant="", documents="", data={},
    corpus_hash="", encoder_id="", tokenizer_id="", versions={},
)  # fmt: skip


def scored(library: Library, *pairs: tuple[Item, Reply]) -> tuple[Scored, ...]:
    return score([Record(item=item, reply=reply) for item, reply in pairs], library, as_of=DAY)


@pytest.fixture
def report(
    make_item: Callable[..., Item], make_reply: Callable[..., Reply], make_cited: Callable[..., Cited], library: Library
) -> Report:
    refused = {"documents": (), "evidence": (), "answers": (), "outcome": ("refused",), "why": "not_stated"}
    pairs = [
        (make_item(id="good"), make_reply(seconds=0.02, ranking=("liaoning#1",))),
        (make_item(EVIL, id="evil"), make_reply(EVIL, citations=(make_cited(text=EVIL, quote="alert"),), seconds=0.04)),
        (make_item(id="harm", forbidden=("565万",)), make_reply("25万,565万[1]")),
        (make_item(id="silent"), make_reply(outcome="refused", citations=(), ranking=("zunyi#1", "liaoning#1"))),
        (make_item(id="bold", **refused), make_reply()),
        (make_item(id="uncited", answers=(("财政厅",),)), make_reply("由省财政厅牵头", citations=())),
        (make_item(id="down"), Reply(error="超时")),
    ]
    ones = scored(library, *pairs)
    return make_report(CONFIG, ones, make_qrels([one.item for one in ones], library))


def test_failures_come_worst_first(report: Report) -> None:
    found = [(failure.scored.item.id, failure.kind) for failure in report.failures]
    assert found == [
        ("down", "系统出错"),
        ("harm", "说了不该说的"),
        ("bold", "不该回答却答了"),
        ("evil", "答错或答不全"),
        ("uncited", "引用不对"),
        ("silent", "该回答却没有答"),
    ]
    assert [kind for _, kind in found] == sorted((kind for _, kind in found), key=FAILURES.index)
    assert report.wrong == 6
    assert {failure.scored.item.id: failure.rank for failure in report.failures}["silent"] == 2


def test_a_test_split_can_be_reported_without_its_questions(
    report: Report, make_item: Callable[..., Item], make_reply: Callable[..., Reply], library: Library
) -> None:
    ones = scored(library, (make_item("绝密的问题"), make_reply("错的回答")))
    shown = make_report(CONFIG, ones, {}, failures=False)
    for text in (as_html(shown), as_markdown(shown), str(as_json(shown))):
        assert "绝密的问题" not in text
        assert "错的回答" not in text
    assert shown.wrong == 1


class Reader(HTMLParser):
    """Collects what a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.risky: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.risky += [f"{tag} {name}" for name, value in attrs if name in ("src", "onerror", "onclick")]
        links = [value or "" for name, value in attrs if name == "href"]
        self.risky += [f"{tag} {link}" for link in links if not link.startswith("#")]


def test_the_page_loads_and_runs_nothing(report: Report) -> None:
    page = as_html(report)
    reader = Reader()
    reader.feed(page)
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert reader.risky == []
    assert "@import" not in page and "url(" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_shows_each_failure_side_by_side(report: Report) -> None:
    page = as_html(report)
    assert page.count("<article ") == 6
    article = page.split('<article id="harm">')[1].split("</article>")[0]
    for part in ("25万,565万", "应当:回答", "出现了不该有的“565万”", "新增高技能人才25万人以上", "引用的条款"):
        assert part in article


def test_markdown_escapes_what_would_be_markup(report: Report) -> None:
    text = as_markdown(report)
    assert "\\<script\\>" in text
    assert "<script>" not in text
    assert "### harm 说了不该说的" in text


def test_json_has_every_measure(report: Report) -> None:
    data = as_json(report)
    assert (data["count"], data["wrong"], len(data["failures"])) == (7, 6, 6)
    assert set(data["summary"]) <= set(BY_KEY)
    assert data["summary"]["correct"]["value"] == pytest.approx(1 / 7, abs=1e-6)
    assert set(data["groups"]) == {"按问题种类", "按能否回答", "按文件", "单问与对话"}


def test_summary_by_hand(make_item: Callable[..., Item], make_reply: Callable[..., Reply], library: Library) -> None:
    ones = scored(
        library,
        (make_item(id="a", topic="a"), make_reply()),
        (make_item(id="b", topic="b"), make_reply("26万[1]")),
        (make_item(id="c", topic="c", outcome=("refused",)), make_reply(outcome="refused", citations=())),
    )
    found = summarise(ones)
    assert found["correct"].value == pytest.approx(2 / 3)
    assert found["refusal_f1"].value == 1
    assert found["citation_precision"].count == 2
    assert "nDCG@10" not in found


# -- comparing


@pytest.mark.parametrize(
    ("first", "second", "change", "significant"),
    [
        ([1] * 40, [1] * 40, 0.0, False),
        ([0] * 40, [1] * 20 + [0] * 20, 0.5, True),
        ([1] * 20 + [0] * 20, [0] * 40, -0.5, True),
        ([1, 0] * 20, [0, 1] * 20, 0.0, False),
        ([0] * 40, [1] + [0] * 39, 0.025, False),
    ],
)
def test_paired_difference(first: list[int], second: list[int], change: float, significant: bool) -> None:
    names = [str(n) for n in range(40)]
    found = difference([Share(n) for n in first], [Share(n) for n in second], names)
    assert found is not None
    assert found.change == pytest.approx(change)
    assert found.low <= found.change <= found.high
    assert (found.p < 0.05) == significant


def test_small_permutation_test_by_hand() -> None:
    # Six topics, all better by 1: only the two of 64 sign patterns that swap none or all are as extreme.
    found = difference([Share(0)] * 6, [Share(1)] * 6, list("abcdef"))
    assert found is not None
    assert found.p == pytest.approx(2 / 64, abs=0.01)


def test_paraphrases_do_not_make_a_difference_significant() -> None:
    found = difference([Share(0)] * 60, [Share(1)] * 60, ["a"] * 30 + ["b"] * 30)
    assert found is not None
    assert found.p == pytest.approx(0.5, abs=0.05)


def test_gained_and_lost(make_item: Callable[..., Item], make_reply: Callable[..., Reply], library: Library) -> None:
    right, wrong = make_reply(), make_reply("26万[1]")
    names = ("kept", "gained", "lost")
    first = scored(library, *((make_item(id=n, topic=n), {"gained": wrong}.get(n, right)) for n in names))
    # Other words, same gold: a variant of the question is still a pair.
    second = scored(library, *((make_item("辽宁?", id=n, topic=n), {"lost": wrong}.get(n, right)) for n in names))
    other = scored(library, (make_item(id="kept", answers=(("565万",),)), right))
    comparison = compare(first, second)
    assert comparison.paired == 3
    assert [a.item.id for a, _ in comparison.gained] == ["gained"]
    assert [a.item.id for a, _ in comparison.lost] == ["lost"]
    assert compare(first, other).paired == 0
    text = comparison_markdown(comparison, "甲", "乙")
    assert "变对的问题(1)" in text and "- gained 辽宁新增多少高技能人才(缺少“25万”)" in text
    assert "- gained" not in comparison_markdown(comparison, "甲", "乙", questions=False)


@pytest.mark.parametrize(
    ("key", "change", "p", "expected"),
    [
        ("correct", 0.1, 0.01, "变好"),
        ("correct", -0.1, 0.01, "变差"),
        ("region_confusion", 0.1, 0.01, "变差"),
        ("correct", 0.1, 0.2, ""),
        ("correct", 0.0, 0.0, ""),
    ],
)
def test_verdict(key: str, change: float, p: float, expected: str) -> None:
    assert verdict(key, change, p) == expected
