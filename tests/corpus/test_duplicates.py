"""The same text again: how alike sketches say two texts are, and which pairs are found."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.duplicates import candidates, containment, figures_alike, likeness, signature_of
from corpus.model import Signature

PROSE = "支持企业自主开展职业技能培训,按规定给予培训补贴;对退役军人、残疾人、农民工等重点群体开展免费培训。"


def prose(seed: int, length: int) -> str:
    """Chinese characters in no order, the same for the same seed."""
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0x4E00, 0x9FA5)) for _ in range(length))


def sketch(text: str) -> Signature:
    return signature_of("d", text)


def changed(text: str, share: float) -> str:
    """``text`` with its last characters replaced by others."""
    kept = int(len(text) * (1 - share))
    return text[:kept] + prose(99, len(text) - kept)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (PROSE, PROSE, 1.0),
        (PROSE, PROSE.replace("，", ",").replace(",", " ，\n"), 1.0),
        ("第１条 培训补贴５００元 每人每年一次", "第1条培训补贴500元每人每年一次", 1.0),
        (prose(1, 2000), prose(2, 2000), 0.0),
        (prose(1, 2000), changed(prose(1, 2000), 0.1), 0.9 / 1.1),
        (prose(1, 2000), changed(prose(1, 2000), 0.3), 0.7 / 1.3),
        (prose(1, 2000), prose(1, 1000), 0.5),
        ("", "", 0.0),
        ("", PROSE, 0.0),
    ],
    ids=["same", "punctuation", "widths", "unlike", "a tenth changed", "a third changed", "half", "none", "one none"],
)
def test_likeness_is_the_share_of_common_text(one: str, other: str, expected: float) -> None:
    assert likeness(sketch(one), sketch(other)) == pytest.approx(expected, abs=0.12)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (prose(1, 2000), prose(1, 2000)[:900], 0.85, 1.0),
        (prose(1, 2000), prose(2, 900), 0.0, 0.05),
        (prose(1, 2000), prose(1, 450) + prose(2, 450), 0.3, 0.7),
    ],
)
def test_containment_is_the_share_of_the_shorter(one: str, other: str, least: float, most: float) -> None:
    assert least <= containment(sketch(one), sketch(other)) <= most


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("补贴500元,3个月", "补贴500元,3个月", 1.0, 1.0),
        ("补贴500元,3个月", "补贴600元,6个月", 0.0, 0.2),
        ("补贴500元,3个月", "补贴500元,6个月", 0.1, 0.6),
    ],
)
def test_figures_are_compared_apart(one: str, other: str, least: float, most: float) -> None:
    assert least <= figures_alike(sketch(one), sketch(other)) <= most


def texts() -> Iterator[tuple[str, list[str], set[tuple[int, int]]]]:
    base, other = prose(1, 1500), prose(2, 1500)
    yield "none", [], set()
    yield "one", [base], set()
    yield "empty ones", ["", "", base], set()
    yield "a copy", [base, other, base], {(0, 2)}
    yield "a near copy", [base, changed(base, 0.1), other], {(0, 1)}
    yield "three", [base, base, base], {(0, 1), (0, 2), (1, 2)}


@pytest.mark.parametrize(("bodies", "pairs"), [case[1:] for case in texts()], ids=[case[0] for case in texts()])
def test_pairs_are_found(bodies: list[str], pairs: set[tuple[int, int]]) -> None:
    assert set(candidates([sketch(body) for body in bodies])) == pairs


def test_a_crowd_of_copies_does_not_make_all_pairs() -> None:
    pairs = candidates([sketch(PROSE)] * 400)
    assert {j for _, j in pairs} == set(range(1, 400))
    assert len(pairs) <= 400 * 40


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_sketch_like_itself(text: str) -> None:
    made = sketch(text)
    assert likeness(made, made) == (1.0 if made.digest else 0.0)
    assert len(bytes.fromhex(made.sketch)) == 512
