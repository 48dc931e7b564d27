"""Composing: the quotes of each place as one checked answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Answer, Outcome, Scope
from assistant.citing import Citations, tidy, verify
from assistant.compare import SILENT, UNCOVERED, UNSURE, Row, asks_which_places, printed_figure, statement, table
from assistant.currency import Currency
from assistant.question import Question
from assistant.refuse import Refuser, why
from assistant.replies import Reply
from assistant.scope import Gate, Slot, place_names, slot_of, titled
from assistant.select import Choice, Lack, Silence
from assistant.verify import measures_said, unsupported
from corpus.periods import find_periods
from corpus.quantities import find_quantities, same_quantity
from corpus.regions import COUNTRY
from corpus.statements import title_statements
from indexer.passages import strip_mark
from indexer.store import Store

_MARKER = re.compile(r"\[\d+\]")
_NOT_VERIFIED = "找到了相关条款,但回答里的数字没能与原文逐一核对上,因此不作回答,请直接查看下列条款。"
_LACKS: dict[Lack, str] = {
    "amount": "文件没有写明具体金额。",
    "now": "以上是文件定的目标,文件没有写现在的情况。",
    "yearly": "文件没有写每年的数,以上是整个时期的合计。",
    "total": "文件没有写总量,以上是新增的数量。",
}
_EXPIRED = "提示:以上内容对应的规划期或目标年份已经过去,请留意当地是否已有新文件。"


class Composer:
    """Puts the replies of several places together; what cannot be verified is refused."""

    def __init__(self, store: Store, currency: Currency, refuser: Refuser) -> None:
        self._store = store
        self._currency = currency
        self._refuser = refuser

    def compose(
        self, question: Question, scope: Scope, given: Sequence[Reply], silent: Sequence[Reply], gate: Gate, day: date
    ) -> Answer:
        """Return what the places of ``given`` say and what those of ``silent`` do not, line by line or as a table."""
        cites = Citations()
        several = len(given) > 1 or bool(silent) or bool(gate.missing)
        rows: list[Row] = []
        lines: list[str] = []
        for reply in given:
            assert isinstance(reply.choice, Choice)
            body = "".join(f"{tidy(quote.text)}[{cites.mark(quote)}]。" for quote in reply.choice.quotes)
            if reply.choice.claim is not None:
                body = _settling(reply.choice, cites) + body
            place = reply.label or _place_of(reply)
            told = several or not gate.named or place != reply.slot.name or _is_of_other(reply.slot)
            lead = f"{place}:" if told and not reply.label else ""
            body += "".join(_LACKS[lack] for lack in reply.choice.lacks)
            if reply.choice.unmentioned:
                body += f"文件没有专门写到{'、'.join(f'“{word}”' for word in reply.choice.unmentioned)}。"
            lines.append(lead + body)
            first = reply.choice.quotes[0]
            rows.append(
                Row(
                    place,
                    body,
                    reply.choice.target,
                    first.text,
                    cites.mark(first),
                    first.head.title,
                    bool(reply.label),
                )
            )
        stated = list(lines)
        for reply in silent:
            assert isinstance(reply.choice, Silence)
            lines.append(f"{reply.label or reply.slot.name}:现有文件{why(reply.choice)}。")
            rows.append(Row(reply.label or reply.slot.name, SILENT if reply.choice.words else UNSURE))
        lines += [f"{name}:现有文件没有收录当地政策,不能用其他地区的规定代替。" for name in gate.missing]
        rows += [Row(name, UNCOVERED) for name in gate.missing]
        if len(rows) > 1 and (question.intent.comparison or asks_which_places(question.text)):
            order = _checked(statement(rows), rows) if question.intent.comparison else ""
            head = "时期" if any(row.timed for row in rows) else "地区"
            lines = [*([order] if order else []), *table(rows, head)]
        citations = cites.all()
        missing = unsupported(_MARKER.sub("", "\n".join(stated)), [c.quote for c in citations])
        if missing:
            hits = [hit for reply in given for hit in reply.hits]
            return self._refuser.refuse(question, scope, _NOT_VERIFIED, hits, "refused")
        verify(citations, self._store)
        if _is_over(given, day):
            lines.append(_EXPIRED)
        lines += self._currency.remarks(cites.heads(), day)
        wider = any(reply.slot.wider for reply in given)
        if wider:
            lines.append("没有收录您所问地区本级的文件,以上只是其所辖地区的规定。")
        placeless = _placeless(given) if gate.named and (gate.places or gate.missing) else []
        if placeless:
            lines.append(f"提示:{'、'.join(placeless)}没有写明适用地区,是否适用于您所问的地区,请先核实。")
        vague = any(isinstance(reply.choice, Choice) and reply.choice.lacks for reply in given)
        unanswered = bool(silent) and gate.named
        outcome: Outcome = "partial" if gate.missing or unanswered or wider or vague or placeless else "answered"
        names = place_names(reply.slot for reply in given)
        return Answer(
            question.raw,
            question.text,
            outcome,
            "\n".join(lines),
            citations,
            replace(scope, regions=names if placeless else scope.regions or names),
            suggestions=self._suggest(question, given, gate),
        )

    def _suggest(self, question: Question, given: Sequence[Reply], gate: Gate) -> tuple[str, ...]:
        suggestions: list[str] = []
        first = given[0]
        assert isinstance(first.choice, Choice)
        clause = first.choice.quotes[0].clause
        place = first.slot.name if first.slot.region is not None else ""
        siblings = [
            c for c in self._store.clauses_of(clause.doc_id) if c.parent_id == clause.parent_id and c.heading_path
        ]
        for other in siblings:
            heading = strip_mark(other.heading_path[-1])
            if other.clause_id != clause.clause_id and 4 <= len(heading) <= 22 and other.role == "body":
                suggestions.append(f"{place}在“{heading.strip('“”')}”方面有什么规定?")
            if len(suggestions) == 2:
                break
        covered = [h.region.name for h in self._store.heads.values() if h.region and h.region.chain]
        others = [name for name in dict.fromkeys(covered) if name not in [r.slot.name for r in given]]
        if gate.named and others:
            suggestions.append(f"那{others[0]}呢?")
        return tuple(suggestions[:3])


def _checked(order: str, rows: Sequence[Row]) -> str:
    """Return ``order`` if the quotes and the titles say all of it, else nothing."""
    told = [text for row in rows for text in (row.quote, row.title) if row.target is not None]
    return "" if unsupported(_MARKER.sub("", order), told) else order


def _settling(choice: Choice, cites: Citations) -> str:
    """Return what a document's own figure makes of the one that the question claims, as a sentence."""
    assert choice.claim is not None and choice.target is not None
    quote = choice.quotes[0]
    asked, target = choice.claim.asked, choice.target
    figure = f"{printed_figure(target)}[{cites.mark(quote)}]"
    if choice.claim.verdict == "measure":
        kind = next((word for word in ("累计", "新增", "总量") if word in quote.text), "")
        return f"文件没有写每年的数,写的是{kind}{figure}。"
    if choice.claim.verdict == "aim":
        return f"文件写的是目标{figure},没有写完成情况。"
    if choice.claim.verdict == "report":
        return f"文件写的是完成情况{figure},不是目标。"
    own = next((q for q in find_quantities(quote.text) if q.surface == target.figure), None)
    if target.measure in ("新增", "总量") and own is not None and target.measure in measures_said(quote.text, own):
        figure = f"{target.measure}{figure}"
    denied = any(same_quantity(asked, other) for other in find_quantities(quote.text))
    if choice.claim.verdict == "stated" or denied:
        return f"文件写的是{figure}。"
    return f"文件写的是{figure},不是{asked.surface}。"


def _place_of(reply: Reply) -> str:
    """Return the place whose documents speak, the slot's own or one around it; a title where that is not told."""
    assert isinstance(reply.choice, Choice)
    return slot_of(reply.choice.quotes[0].head).name


def _is_of_other(slot: Slot) -> bool:
    """True where not the place asked for speaks: one inside it, the country, or a document that tells no place."""
    return slot.wider or slot.region is None or (slot.region == COUNTRY and slot.place is not None)


def _placeless(given: Sequence[Reply]) -> list[str]:
    """Return the titles of the documents that speak and do not tell for which place they hold."""
    heads = [quote.head for reply in given if isinstance(reply.choice, Choice) for quote in reply.choice.quotes]
    return list(dict.fromkeys(titled(head) for head in heads if head.region is None))


def _is_over(given: Sequence[Reply], day: date) -> bool:
    for reply in given:
        assert isinstance(reply.choice, Choice)
        for quote in reply.choice.quotes:
            planned = [one.day for one in title_statements(quote.head.title) if one.kind == "规划期"]
            years = [planned_day.year for planned_day in planned if planned_day] or [
                p.last for p in find_periods(quote.text) if p.last and p.kind in ("until", "range", "plan")
            ]
            if years and max(years) < day.year:
                return True
    return False
