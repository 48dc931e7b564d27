"""Measures of the answer's text against its gold. All look at the text without its ``[n]`` markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from eval.dataset import Gold, mentions
from eval.items import Item
from eval.measures.share import Scores, Share
from eval.measures.text import normal, numbers, unmarked
from eval.replies import Reply


def answers(item: Item, reply: Reply) -> Scores:
    """Return the text measures of one reply.

    For questions that the documents answer (a reply that declines scores 0):

    - ``gold_answers``: groups of short answers of which one equivalent stands in the reply / groups
    - ``number_exact``: the same over the groups whose every equivalent holds a digit
    - ``exact_match``, ``char_f1``, ``rouge_l``: the best over the reference texts (quotes of grade 2, else the short
      answers)

    For every question with forbidden phrases: ``forbidden`` = 1 where one of them stands in the reply.
    """
    gold = item.gold
    scores: Scores = {}
    text = unmarked(reply.answer)
    said = text if reply.answers else ""
    if gold.forbidden:
        scores["forbidden"] = Share(float(any(mentions(text, phrase) for phrase in gold.forbidden)))
    if not gold.answerable:
        return scores
    if gold.answers:
        found = [any(mentions(said, option) for option in group) for group in gold.answers]
        scores["gold_answers"] = Share(sum(found), len(found))
        numeric = [hit for hit, group in zip(found, gold.answers, strict=True) if all(map(numbers, group))]
        if numeric:
            scores["number_exact"] = Share(sum(numeric), len(numeric))
    references = references_of(gold)
    if references:
        scores["exact_match"] = Share(max(exact_match(said, reference) for reference in references))
        scores["char_f1"] = Share(max(character_f1(said, reference) for reference in references))
        scores["rouge_l"] = Share(max(rouge_l(said, reference) for reference in references))
    return scores


def references_of(gold: Gold) -> tuple[str, ...]:
    """Return the texts that a perfect extract would equal: the quotes of grade 2, else the one group of answers."""
    quotes = tuple(evidence.quote for evidence in gold.evidence if evidence.grade == 2)
    return quotes or (gold.answers[0] if len(gold.answers) == 1 else ())


def exact_match(text: str, reference: str) -> float:
    """Return 1 where both are equal after normalisation (Rajpurkar et al. 2016)."""
    return float(normal(text) == normal(reference))


def character_f1(text: str, reference: str) -> float:
    """Return the F1 of the two bags of characters: 2·|common| / (|text| + |reference|), SQuAD's F1 by character.

    Two empty texts give 1, one empty text 0.
    """
    return _f1(sum((Counter(normal(text)) & Counter(normal(reference))).values()), text, reference)


def rouge_l(text: str, reference: str) -> float:
    """Return ROUGE-L's F1 by character (Lin 2004): 2·LCS / (|text| + |reference|), LCS in order, not contiguous.

    Two empty texts give 1, one empty text 0.
    """
    return _f1(LCSseq.similarity(normal(text), normal(reference)), text, reference)


def best_of(text: str, references: Sequence[str]) -> tuple[float, float, float]:
    """Return exact match, character F1 and ROUGE-L, each the best over ``references`` (0 for none)."""
    measures = (exact_match, character_f1, rouge_l)
    em, f1, rouge = (max((measure(text, reference) for reference in references), default=0.0) for measure in measures)
    return em, f1, rouge


def _f1(common: int, text: str, reference: str) -> float:
    size = len(normal(text)) + len(normal(reference))
    return 2 * common / size if size else 1.0
