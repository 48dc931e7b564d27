from __future__ import annotations

import math

import pytest

from assistant.answerable import Answerability

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


def test_the_model_that_comes_along_is_whole() -> None:
    model = Answerability.load()
    assert 0 < model.threshold < 1
    # The nearer the evidence, and the less is left over, the likelier it answers.
    assert model.weights["similarity"] > 0 > model.weights["left_policy_names"]
