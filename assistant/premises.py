"""What a question takes for granted: the years it speaks of and the figures it says the documents have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import Sentence
from assistant.figures import compatible
from assistant.forms import is_about
from assistant.question import Question
from corpus.periods import find_periods
from corpus.quantities import Quantity, find_quantities, same_quantity

# 听说要培训20万人 · 文件里写的18个部门
_SAID_OF_TEXT = re.compile(r"目标|规定|文件|方案|规划|政策|计划|写|说|提到|听|那个?\d|的那|任务|指标")
# 要新增50万…吗: the part of the question that the figure stands in asks whether it is so
_STOPPED = re.compile(r"[,，。;；?？!！]")
_ASKED = re.compile(r"吗|吧|呢|是不是|对不对|不$|没有?$")
# 每个员工扣两百块, · 我交了500块
_TOLD_BEFORE = re.compile(r"我|俺|咱|家|员工|老板|公司|厂|工资|交了|花了|存了|欠了|扣")


def period_known(question: Question, sentences: Sequence[Sentence]) -> bool:
    """True where every year asked about is one the evidence speaks of, or the year of issue."""
    if not question.periods:
        return True
    for asked in question.periods:
        stated: list[tuple[int | None, int | None]] = []
        for sentence in sentences[:8]:
            text = f"{sentence.head.title} {sentence.clause.text}"
            stated += [(p.first, p.last) for p in find_periods(text)]
            if sentence.head.issued:
                stated.append((sentence.head.issued.year, sentence.head.issued.year))
        # What bears no date may be of any year.
        if not any(span != (None, None) for span in stated):
            continue
        if not any(span != (None, None) and compatible(asked, span) for span in stated):
            return False
    return True


def _is_said(text: str, quantity: Quantity) -> bool:
    """True where ``text`` says ``quantity`` of what is written, or asks whether it is so."""
    before, after = _STOPPED.split(text[: quantity.start])[-1], _STOPPED.split(text[quantity.end :])[0]
    said = _SAID_OF_TEXT.search(before + quantity.surface + after)
    if quantity.kind == "age" and after.startswith(("的", "娃", "孩")):
        return False
    if quantity.kind == "money":
        return bool(said or _ASKED.search(after) or not _TOLD_BEFORE.search(before))
    return bool(said or _ASKED.search(after) or quantity.kind == "ratio") and bool(quantity.unit or quantity.fraction)


def unfounded_figure(question: Question, sentences: Sequence[Sentence], asserted: Quantity | None) -> Quantity | None:
    """Return the figure that the question says the documents have, and they have not; ``None`` where they have all.

    What callers tell of themselves (招了120来个人, 带四岁的孙子) is theirs: a figure counts only if the part of the
    question it stands in says it of a text or asks about it. The figure ``asserted`` must stand in a sentence about
    what the question names.
    """
    for quantity in question.quantities:
        if quantity is not asserted and not _is_said(question.text, quantity):
            continue
        heard = sentences[:12]
        if quantity is asserted:
            heard = [s for s in heard if is_about(question, s)]
        # 我58岁还能参加不: any age that is stated answers, if only a bound
        found = any(
            same_quantity(quantity, other) or (quantity.kind == other.kind == "age" and quantity is not asserted)
            for s in heard
            for other in find_quantities(s.statement if quantity is asserted else s.clause.text)
        )
        if not found and (quantity.kind in ("money", "age", "ratio") or (quantity.value or 0) > 50):
            return quantity
    return None
