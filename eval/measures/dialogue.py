"""Multi-turn accuracy."""

from __future__ import annotations

from collections.abc import Sequence

from eval.items import Item
from eval.measures.share import Scores, Share


def dialogue(turns: Sequence[tuple[Item, bool]]) -> dict[str, Scores]:
    """Return scores by item id for the turns of one dialogue, each with whether its reply is correct.

    - ``opening_turn``: correct first turns / first turns
    - ``later_turn``: correct turns from the second on / such turns, where the history matters
    - ``whole_dialogue``: dialogues with every turn correct / dialogues, written to the last turn
    """
    scores: dict[str, Scores] = {}
    for item, correct in turns:
        scores[item.id] = {"opening_turn" if item.turn == 1 else "later_turn": Share(float(correct))}
    if turns:
        last = max(turns, key=lambda turn: turn[0].turn)[0]
        scores[last.id]["whole_dialogue"] = Share(float(all(correct for _, correct in turns)))
    return scores
