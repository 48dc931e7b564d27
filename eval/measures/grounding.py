"""Whether an answer says numbers that its quotes do not say, or leans on documents whose time is over."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

from corpus.model import Document
from corpus.periods import find_dates, find_periods
from corpus.quantities import find_quantities
from eval.items import Item
from eval.library import Library
from eval.measures.share import Scores, Share
from eval.measures.text import numbers, unmarked
from eval.replies import Reply

# 已经过去 · 已到期 · 失效 · 可能过期 · 已有新文件
_NOTICE = re.compile(r"过期|到期|失效|已经?过去|期满|新文件|废止")


def grounding(item: Item, reply: Reply, library: Library, as_of: date) -> Scores:
    """Return the grounding measures of one reply that answers.

    - ``unsupported_number``: 1 where a number in Arabic digits stands in the answer, but in no quote, no document's
      title and not in the question, nor is what two numbers of the quotes differ by (相差25万); deliberately a plainer
      check than the assistant's own
    - ``stale_citation``: citations of documents whose time is over on ``as_of`` / citations
    - ``stale_unsaid``: of those, the ones whose answer gives no notice of it / citations
    """
    if not reply.answers:
        return {}
    allowed = [item.question, *item.history, *(cited.quote for cited in reply.citations)]
    allowed += [document.title for document in library.by_id.values()]
    source = "\n".join(allowed)
    # 20181128 may be said as 2018年11月28日.
    dates = "\n".join(f"{day.value.year} {day.value.month} {day.value.day}" for day in find_dates(source))
    loose = numbers(reply.answer) - numbers(source) - numbers(dates) - _differences(reply.answer, source)
    scores: Scores = {"unsupported_number": Share(float(bool(loose)))}
    if reply.citations:
        cited_documents = [library.by_id.get(cited.doc_id) for cited in reply.citations]
        stale = sum(is_over(document, as_of) for document in cited_documents if document)
        count = len(reply.citations)
        scores["stale_citation"] = Share(stale, count)
        scores["stale_unsaid"] = Share(0 if _NOTICE.search(unmarked(reply.answer)) else stale, count)
    return scores


def _differences(answer: str, source: str) -> frozenset[str]:
    """Return the numbers that ``answer`` gives as the difference of two amounts which ``source`` has."""
    amounts = {q.value for q in find_quantities(source) if q.value is not None}
    apart = {abs(a - b) for a, b in combinations(amounts, 2)}
    told = [q for q in find_quantities(answer) if answer[: q.start].endswith("相差") and q.value in apart]
    return frozenset(number for q in told for number in numbers(q.surface))


def is_over(document: Document, as_of: date) -> bool:
    """Whether a document has expired, or its title names a period (2022—2025年, “十四五”) that has ended."""
    if document.expires and document.expires < as_of:
        return True
    ends = [period.last for period in find_periods(document.title) if period.last and period.kind in ("range", "plan")]
    return bool(ends) and max(ends) < as_of.year
