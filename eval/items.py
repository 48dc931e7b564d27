"""What is put to a system: single questions and the turns of dialogues in one shape, grouped into conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from eval.dataset import Dialogue, Gold, Question

_GOLD_FIELDS = tuple(field.name for field in fields(Gold))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message with its gold.

    ``dialogue`` is the dialogue's id (empty for a single question), ``turn`` counts from 1, ``last`` is true of the
    last turn; ``history`` holds the user's earlier messages. ``topic`` groups paraphrases.
    """

    id: str
    topic: str
    dialogue: str
    turn: int
    last: bool
    region: str | None
    history: tuple[str, ...]
    gold: Gold

    @property
    def question(self) -> str:
        """The user's words."""
        return self.gold.question


Conversation = tuple[Item, ...]
"""Items to be asked in order, each with the replies to those before it."""


def conversations(questions: Iterable[Question] = (), dialogues: Iterable[Dialogue] = ()) -> tuple[Conversation, ...]:
    """Return one conversation a question, then one a dialogue; turns are numbered ``dev-d01/1``, ``dev-d01/2`` …"""
    return (*map(_single, questions), *map(_turns, dialogues))


def items_of(all_conversations: Iterable[Conversation]) -> tuple[Item, ...]:
    """Return the items of all conversations, in order."""
    return tuple(item for conversation in all_conversations for item in conversation)


def first(all_conversations: Sequence[Conversation], limit: int | None) -> tuple[Conversation, ...]:
    """Return ``limit`` conversations spread evenly over the whole, all for ``None``; always the same ones."""
    count = len(all_conversations)
    if limit is None or limit >= count:
        return tuple(all_conversations)
    return tuple(all_conversations[index * count // limit] for index in range(limit))


def _single(question: Question) -> Conversation:
    gold = Gold(**{name: getattr(question, name) for name in _GOLD_FIELDS})
    return (
        Item(
            id=question.id,
            topic=question.topic,
            dialogue="",
            turn=1,
            last=True,
            region=question.region,
            history=question.history,
            gold=gold,
        ),
    )


def _turns(dialogue: Dialogue) -> Conversation:
    return tuple(
        Item(
            id=f"{dialogue.id}/{number}",
            topic=dialogue.topic,
            dialogue=dialogue.id,
            turn=number,
            last=number == len(dialogue.turns),
            region=dialogue.region,
            history=tuple(turn.question for turn in dialogue.turns[: number - 1]),
            gold=gold,
        )
        for number, gold in enumerate(dialogue.turns, 1)
    )
