"""The headline: is a reply right as a whole."""

from __future__ import annotations

from eval.dataset import mentions
from eval.items import Item
from eval.library import Library
from eval.measures.citations import is_right, known
from eval.measures.share import Scores, Share
from eval.measures.text import unmarked
from eval.replies import Reply

UNCITED, MISSING = "没有引到正确的条款", "缺少"


def correctness(item: Item, reply: Reply, library: Library) -> Scores:
    """Return the all-or-nothing measures of one reply.

    - ``correct_answer``: no error, an acceptable outcome, nothing forbidden and, where it answers, every group of short
      answers
    - ``correct``: that, and at least one right citation where the documents answer
    - ``error``: 1 where the system failed; the only one of a question of which nothing is known
    """
    error = Share(float(bool(reply.error)))
    if not item.gold.judged:
        return {"error": error}
    problems = problems_of(item, reply, library)
    return {
        "correct": Share(float(not problems)),
        "correct_answer": Share(float(not set(problems) - {UNCITED})),
        "error": error,
    }


def problems_of(item: Item, reply: Reply, library: Library) -> tuple[str, ...]:
    """Return what is wrong with a reply, in Chinese; empty for a correct one."""
    if reply.error:
        return (f"出错:{reply.error}",)
    gold = item.gold
    if not gold.judged:
        return ()
    text = unmarked(reply.answer)
    problems: list[str] = []
    if reply.outcome not in gold.outcome:
        problems.append("结果类别不对")
    problems += [f"出现了不该有的“{phrase}”" for phrase in gold.forbidden if mentions(text, phrase)]
    if reply.answers:
        groups = [group for group in gold.answers if not any(mentions(text, option) for option in group)]
        problems += [f"{MISSING}“{group[0]}”" for group in groups]
        if known(item, library) and not any(is_right(cited, item, library) for cited in reply.citations):
            problems.append(UNCITED)
    return tuple(problems)
