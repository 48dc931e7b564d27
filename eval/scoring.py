"""Records to scores: every measure of every question, and their summary by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.regions import Gazetteer
from eval.items import Item
from eval.library import Library
from eval.measures.answers import answers
from eval.measures.catalogue import CATALOGUE
from eval.measures.citations import citations
from eval.measures.correctness import correctness, problems_of
from eval.measures.dialogue import dialogue
from eval.measures.grounding import grounding
from eval.measures.refusal import refusal
from eval.measures.regions import regions
from eval.measures.retrieval import retrieval
from eval.measures.share import SEED, Estimate, Scores, estimate
from eval.qrels import make_qrels
from eval.replies import Record, Reply


@dataclass(frozen=True, slots=True)
class Scored:
    """A record with its scores and, in Chinese, what is wrong with it (nothing for a correct reply)."""

    item: Item
    reply: Reply
    scores: Scores
    problems: tuple[str, ...]


Summary = dict[str, Estimate]
"""Measure key → value with interval, in the catalogue's order; measures that apply to no question are left out."""


def score(records: Sequence[Record], library: Library, *, as_of: date) -> tuple[Scored, ...]:
    """Return every record with all measures that apply to it, in order."""
    gazetteer = Gazetteer.load()
    all_scores: dict[str, Scores] = {}
    for record in records:
        item, reply = record.item, record.reply
        all_scores[item.id] = {
            **correctness(item, reply, library),
            **refusal(item, reply),
            **answers(item, reply),
            **citations(item, reply, library),
            **regions(item, reply, library, gazetteer),
            **grounding(item, reply, library, as_of),
        }
    _add(all_scores, _dialogues(records, all_scores))
    _add(all_scores, _retrieval(records, library))
    return tuple(Scored(r.item, r.reply, all_scores[r.item.id], problems_of(r.item, r.reply, library)) for r in records)


def summarise(scored: Iterable[Scored], *, seed: int = SEED) -> Summary:
    """Return each measure over all of ``scored``, with intervals that draw whole topics."""
    listed = list(scored)
    summary: Summary = {}
    for measure in CATALOGUE:
        having = [one for one in listed if measure.key in one.scores]
        shares = [one.scores[measure.key] for one in having]
        found = estimate(shares, [one.item.topic for one in having], seed=seed) if having else None
        if found is not None:
            summary[measure.key] = found
    return summary


def breakdown(scored: Iterable[Scored], group: Callable[[Item], str]) -> dict[str, tuple[Scored, ...]]:
    """Return the scored records by ``group`` of their item, larger groups first."""
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        groups.setdefault(group(one.item), []).append(one)
    return {name: tuple(ones) for name, ones in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))}


def _add(all_scores: dict[str, Scores], more: dict[str, Scores]) -> None:
    for item_id, scores in more.items():
        all_scores[item_id] |= scores


def _dialogues(records: Sequence[Record], all_scores: dict[str, Scores]) -> dict[str, Scores]:
    turns: dict[str, list[tuple[Item, bool]]] = {}
    for record in records:
        if record.item.dialogue and record.item.gold.judged:
            correct = all_scores[record.item.id]["correct"].part > 0
            turns.setdefault(record.item.dialogue, []).append((record.item, correct))
    return {item_id: scores for listed in turns.values() for item_id, scores in dialogue(listed).items()}


def _retrieval(records: Sequence[Record], library: Library) -> dict[str, Scores]:
    run = {r.item.id: r.reply.ranking or () for r in records}
    # A system that never retrieves is not measured; one that failed on a question scores 0 there.
    if not any(run.values()):
        return {}
    return retrieval(make_qrels((r.item for r in records), library), run)
