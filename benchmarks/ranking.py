"""Fits what makes a sentence the one that answers: the weights of ``assistant.evidence``.

    python -m benchmarks.ranking QUESTIONS[@HOME] ...

Each ``QUESTIONS`` is a JSONL file of the benchmark format over the index below ``HOME`` (default: the configured one);
test splits are refused. A conditional logit (McFadden 1974) over the sentences of each question that has an answer
among them; prints how often the first sentence answers, with the present weights and, for each file, with weights
fitted to the others, and the weights fitted to all, scaled so that similarity, coverage and clause add up to 1.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from assistant.evidence import WEIGHTS
from benchmarks.development import overlaps, place_of, question_set, read_set
from corpus.errors import PolicyError

NAMES = tuple(WEIGHTS)
MAIN = ("similar", "covered", "clause")
PENALTY = 3.0


@dataclass(frozen=True)
class Group:
    """The features (sentences, names) of the sentences found for a question, and which of them answer it."""

    file: str
    features: torch.Tensor
    answers: torch.Tensor


def observe(path: Path, home: Path | None) -> list[Group]:
    """Return the groups of the single questions of ``path``, one for each place asked."""
    development = read_set(path, home)
    groups: list[Group] = []
    for question in tqdm(development.questions, desc=path.stem, unit="题"):
        spans = development.gold_spans(question)
        try:
            replies = development.assistant.replies(question.question, region=question.region) if spans else []
        except PolicyError:
            continue
        for sentences in (reply.sentences for reply in replies):
            answers = torch.tensor([overlaps(place_of(sentence), spans) for sentence in sentences])
            if answers.any():
                rows = [[sentence.features[name] for name in NAMES] for sentence in sentences]
                groups.append(Group(development.label, torch.tensor(rows), answers))
    return groups


def fit(groups: Sequence[Group]) -> torch.Tensor:
    """Return the weights that make the answering sentences likeliest, one for each name."""
    weights = torch.zeros(len(NAMES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = PENALTY * (weights**2).sum() / 10
        for group in groups:
            scores = group.features @ weights
            total = total + torch.logsumexp(scores, 0) - torch.logsumexp(scores[group.answers], 0)
        total.backward()
        return total

    optimiser.step(loss)
    return weights.detach()


def first_right(groups: Sequence[Group], weights: torch.Tensor) -> float:
    """Return the share of groups whose best sentence answers."""
    return sum(bool(g.answers[int((g.features @ weights).argmax())]) for g in groups) / len(groups)


def main() -> None:
    """Fit and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="QUESTIONS[@HOME]", type=question_set)
    args = parser.parse_args()
    groups: list[Group] = []
    for path, home in args.sets:
        groups += observe(path, home)
    present = torch.tensor([WEIGHTS[name] for name in NAMES])
    for file in dict.fromkeys(group.file for group in groups):
        own = [group for group in groups if group.file == file]
        others = fit([group for group in groups if group.file != file])
        now, then = first_right(own, present), first_right(own, others)
        print(f"{file:40s} n={len(own):4d} present {now:.3f} left out {then:.3f}")
    weights = fit(groups)
    scale = sum(float(weights[NAMES.index(name)]) for name in MAIN)
    print(f"all n={len(groups)} present {first_right(groups, present):.3f} fitted {first_right(groups, weights):.3f}")
    print({name: round(float(value) / scale, 2) for name, value in zip(NAMES, weights, strict=True)})


if __name__ == "__main__":
    main()
