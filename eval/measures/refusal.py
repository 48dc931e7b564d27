"""Whether a system declines (refuses or asks back) exactly where the documents do not answer."""

from __future__ import annotations

from eval.items import Item
from eval.measures.share import Scores, Share
from eval.replies import Reply

_DECLINED = frozenset({"refused", "clarify"})


def refusal(item: Item, reply: Reply) -> Scores:
    """Return the refusal measures of one reply.

    Over questions where only declining or only answering is acceptable (the others say nothing), with declining as the
    positive class: ``refusal_precision`` = TP/(TP+FP), ``refusal_recall`` = TP/(TP+FN), ``refusal_f1`` =
    2TP/(2TP+FP+FN). ``outcome`` = 1 where the outcome is an acceptable one, over all questions. The breakdown by
    ``why`` gives the recall by reason.
    """
    if not item.gold.judged:
        return {}
    scores: Scores = {"outcome": Share(float(reply.outcome in item.gold.outcome))}
    should = must_decline(item)
    if should is None:
        return scores
    declined = reply.outcome in _DECLINED
    hit = float(should and declined)
    scores["refusal_precision"] = Share(hit, float(declined))
    scores["refusal_recall"] = Share(hit, float(should))
    scores["refusal_f1"] = Share(2 * hit, float(declined) + float(should))
    return scores


def must_decline(item: Item) -> bool | None:
    """Return whether declining is the only acceptable thing, ``None`` where answering is acceptable too."""
    accepted = set(item.gold.outcome)
    if not accepted:
        return None
    if accepted <= _DECLINED:
        return True
    return None if accepted & _DECLINED else False
