from __future__ import annotations

import math

import pytest

from assistant.answerable import Answerability, asked_last

MODEL = Answerability(-1.0, {"similarity": 2.0, "left": -3.0}, 0.5)


@pytest.mark.parametrize(
    ("features", "score"),
    [
        ({}, -1.0),
        ({"similarity": 0.5}, 0.0),
        ({"similarity": 1.0, "left": 0.5}, -0.5),
        ({"similarity": 1.0, "unheard_of": 9.0}, 1.0),
        ({"left": 1e9}, -30.0),
    ],
)
def test_the_probability_is_that_of_a_logistic_regression(features: dict[str, float], score: float) -> None:
    assert MODEL.probability(features) == pytest.approx(1 / (1 + math.exp(-score)))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("辽宁有补贴吗?", "辽宁有补贴吗"),
        ("前天脑子一热办了张卡,一次没去,店家几天内退钱?", "店家几天内退钱"),
        ("学养老护理有补贴吗 辽宁", "学养老护理有补贴吗 辽宁"),
        ("有补贴吗。。", "有补贴吗"),
        ("?", "?"),
    ],
)
def test_what_is_asked_comes_last(question: str, asked: str) -> None:
    assert asked_last(question) == asked


def test_the_model_that_comes_along_is_whole() -> None:
    model = Answerability.load()
    assert 0 < model.threshold < 1
    # The nearer the evidence, and the less is left over, the likelier it answers.
    assert model.weights["similarity"] > 0 > model.weights["left_policy_names"]
