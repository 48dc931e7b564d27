"""Fits the model of answerability to development questions and says how well it does on questions it has not seen.

    python -m benchmarks.calibrate QUESTIONS[@HOME] ... [--write]

Each ``QUESTIONS`` is a JSONL file of the benchmark format over the index below ``HOME`` (default: the configured one).
Test splits are refused. Leave-one-file-out and ten-fold figures are printed; ``--write`` replaces
``assistant/data/answerable.json``. Needs scikit-learn, which comes with sentence-transformers.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from assistant.answerable import Answerability
from assistant.select import Choice
from benchmarks.development import overlaps, place_of, question_set, read_set
from corpus.errors import PolicyError

MODEL = Path(__file__).parent.parent / "assistant" / "data" / "answerable.json"
OPEN = Answerability(0.0, {}, 0.0)
REGULARISATION = 0.1
PRESUMED = 0.3
"""The weight of a choice off the gold of an answerable question: it may yet answer."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was chosen for one place of a question, and whether the place's documents answer it."""

    file: str
    question: str
    features: dict[str, float]
    answers: bool
    weight: float


def observe(path: Path, home: Path | None) -> list[Observation]:
    """Return the observations of every single question of ``path`` that got as far as a choice."""
    development = read_set(path, home, OPEN)
    found: list[Observation] = []
    for gold in tqdm(development.questions, desc=path.stem, unit="题"):
        try:
            replies = development.assistant.replies(gold.question, region=gold.region)
        except PolicyError:
            continue
        spans = development.gold_spans(gold)
        for choice in (reply.choice for reply in replies):
            # A claim that is settled by its figure is not judged by the model.
            if not isinstance(choice, Choice) or not choice.features:
                continue
            answers = any(overlaps(place_of(quote), spans) for quote in choice.quotes)
            answers = answers and (gold.why is None or "refused" not in gold.outcome)
            sure = answers or (gold.why is not None and "refused" in gold.outcome)
            found.append(
                Observation(development.label, gold.id, dict(choice.features), answers, 1.0 if sure else PRESUMED)
            )
    return found


def fit(rows: list[Observation], names: list[str]) -> tuple[NDArray[np.float64], float]:
    """Return the weights (one a name) and the bias of a logistic regression on standardised features."""
    matrix = _matrix(rows, names)
    scaler = StandardScaler().fit(matrix)
    model = LogisticRegression(C=REGULARISATION, max_iter=2000)
    model.fit(scaler.transform(matrix), [row.answers for row in rows], sample_weight=[row.weight for row in rows])
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def judge(rows: list[Observation], names: list[str], weights: NDArray[np.float64], bias: float) -> NDArray[np.float64]:
    """Return the probability of each row."""
    return np.asarray(1 / (1 + np.exp(-(_matrix(rows, names) @ weights + bias))))


def report(label: str, rows: list[Observation], probability: NDArray[np.float64], threshold: float) -> None:
    """Print accuracy, share of answers kept and share of non-answers let through, over the sure rows."""
    sure = np.array([row.weight == 1.0 for row in rows])
    truth = np.array([row.answers for row in rows])[sure]
    kept = probability[sure] >= threshold
    print(
        f"{label:32s} n={sure.sum():4d} accuracy {(kept == truth).mean():.3f} "
        f"kept {kept[truth].mean():.3f} let through {kept[~truth].mean():.3f}"
    )


def main() -> None:
    """Fit, report and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="QUESTIONS[@HOME]", type=question_set)
    parser.add_argument("--threshold", type=float, default=0.45)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows: list[Observation] = []
    for path, home in args.sets:
        rows += observe(path, home)
    names = sorted(rows[0].features)
    groups = [f"{row.file} {row.question}" for row in rows]
    folds = np.zeros(len(rows))
    for train, test in GroupKFold(10).split(rows, groups=groups):
        weights, bias = fit([rows[i] for i in train], names)
        folds[test] = judge([rows[i] for i in test], names, weights, bias)
    files = list(dict.fromkeys(row.file for row in rows))
    for file in files:
        inside = np.array([row.file == file for row in rows])
        held = [row for row in rows if row.file == file]
        report(f"ten folds: {file}", held, folds[inside], args.threshold)
        if len(files) > 1:
            rest = fit([row for row in rows if row.file != file], names)
            report(f"left out: {file}", held, judge(held, names, *rest), args.threshold)
    report("ten folds: all", rows, folds, args.threshold)
    weights, bias = fit(rows, names)
    for name, weight in sorted(zip(names, weights, strict=True), key=lambda item: -abs(item[1])):
        print(f"  {name:26s}{weight:+.2f}")
    if args.write:
        data = {
            "fitted_on": files,
            "observations": len(rows),
            "scikit_learn": version("scikit-learn"),
            "threshold": args.threshold,
            "bias": round(bias, 4),
            "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        }
        MODEL.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _matrix(rows: list[Observation], names: list[str]) -> NDArray[np.float64]:
    return np.array([[row.features[name] for name in names] for row in rows])


if __name__ == "__main__":
    main()
