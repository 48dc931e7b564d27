"""How likely what was chosen really answers the question: a logistic model over what question and evidence share.

The model is small enough to read: ``data/answerable.json`` holds one weight a feature, fitted by
``python -m benchmarks.calibrate`` on development questions alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from statistics import fmean, pstdev

from assistant.evidence import Sentence, context_of, coverage, covers
from assistant.question import FIRM_WEIGHT, Question, Term
from indexer.tokenizer import fold

_MAX_WEIGHT, _MAX_SUM, _MAX_TERMS = 6.0, 20.0, 10
_HALF = 0.5
# Spread of similarities too small to tell anything, and the deviations that make a feature of 1
_NO_SPREAD, _MANY_DEVIATIONS = 1e-4, 5.0
# What is asked comes last, after what is told.
_PART = re.compile(r"[,，。;；!！?？]+")
_FIGURES = ("money", "count", "ratio")
_FACTS = ("date", "phone", "place", "how", "body", "person", "basis")


@dataclass(frozen=True, slots=True)
class Answerability:
    """Logistic regression: ``probability`` of ``features`` is 1 / (1 + exp(-(bias + Σ weight · feature)))."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    @classmethod
    def load(cls) -> Answerability:
        """Return the model that comes with the program."""
        data = json.loads(resources.files("assistant").joinpath("data/answerable.json").read_text(encoding="utf-8"))
        return cls(float(data["bias"]), {k: float(v) for k, v in data["weights"].items()}, float(data["threshold"]))

    def probability(self, features: Mapping[str, float]) -> float:
        """Return how likely evidence with ``features`` answers its question, 0–1."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def features(
    question: Question,
    sentences: Sequence[Sentence],
    chosen: Sequence[Sentence],
    quoted: str,
    left: Sequence[Term],
    noise: float,
) -> dict[str, float]:
    """Return what tells whether ``quoted`` out of ranked ``sentences`` answers ``question``, each about 0–1.

    ``chosen`` are the sentences of the clause quoted, ``left`` the terms that none of the best clauses has; ``noise``
    is the similarity that questions off every subject reach in this index.
    """
    terms = question.terms
    total = question.weight or 1.0
    names = [term for term in terms if term.name]
    clause, head = chosen[0].clause, chosen[0].head
    said = fold(quoted)
    context = fold(context_of(clause, head))
    whole = f"{context} {fold(clause.text)}"
    asked = fold(asked_last(question.text))
    best = dict.fromkeys(s.clause.clause_id for s in sentences)
    scores = [next(s.score for s in sentences if s.clause.clause_id == key) for key in list(best)[:2]]
    first = question.intent.wanted[0]
    return {
        "best_similarity": _above(noise, max(s.similarity for s in sentences)),
        "similarity": _above(noise, max(s.similarity for s in chosen)),
        "stands_out": _stands_out(sentences, chosen),
        "retrieved": max(s.retrieved for s in chosen),
        "score": sentences[0].score,
        "lead": scores[0] - scores[1] if len(scores) > 1 else 0.5,
        "covered": coverage(terms, said),
        "covered_in_context": coverage(terms, said, context),
        "names_covered": coverage(names, said) if names else 1.0,
        "names_covered_in_clause": coverage(names, whole) if names else 1.0,
        "asked_missing": _missing([t for t in names if t.weight >= FIRM_WEIGHT and t.surface in asked], whole),
        "left_policy_names": _sum([t for t in left if t.name and (t.known or t.policy)]) / total,
        "heaviest_missing": _heaviest([t for t in names if covers(t, whole) < _HALF]),
        "group_left": float(any(t.group for t in left)),
        "known_group_left": float(any(t.group and t.known for t in left)),
        "unknown": _sum([t for t in terms if not t.known]) / total,
        "weight": min(total, _MAX_SUM) / _MAX_SUM,
        "terms": min(len(terms), _MAX_TERMS) / _MAX_TERMS,
        "no_terms": float(not terms),
        "asks_figure": float(first in _FIGURES),
        "asks_fact": float(first in _FACTS),
        "asks_yesno": float(first == "yesno"),
        "asks_who": float(first in ("who", "list", "definition")),
    }


def _above(noise: float, similarity: float) -> float:
    """Return how far ``similarity`` stands out from ``noise``, as a share of the way to 1."""
    return (similarity - noise) / (1.0 - noise)


def asked_last(text: str) -> str:
    """Return the last part of a question between stops, which holds what is asked (…一次没去,店家几天内退钱)."""
    return next((part for part in reversed(_PART.split(text)) if part.strip()), text)


def _stands_out(sentences: Sequence[Sentence], chosen: Sequence[Sentence]) -> float:
    """Return by how many deviations the best of ``chosen`` is more similar than the mean sentence retrieved, a fifth.

    A story around a question lowers the similarity of all sentences alike.
    """
    found = [s.similarity for s in sentences]
    return (max(s.similarity for s in chosen) - fmean(found)) / (pstdev(found) + _NO_SPREAD) / _MANY_DEVIATIONS


def _missing(terms: Sequence[Term], text: str) -> float:
    """Return the weighted share of ``terms`` that a folded text lacks; 0 where there are none."""
    total = _sum(terms)
    return _sum([term for term in terms if covers(term, text) < _HALF]) / total if total else 0.0


def _sum(terms: Sequence[Term]) -> float:
    return sum(term.weight for term in terms)


def _heaviest(terms: Sequence[Term]) -> float:
    return min(_MAX_WEIGHT, max((term.weight for term in terms), default=0.0)) / _MAX_WEIGHT
