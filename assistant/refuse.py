"""Refusing: what is not said, what is covered, and whom to ask instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Outcome, Scope
from assistant.catalogue import Catalogue
from assistant.citing import cite
from assistant.currency import Currency, inner
from assistant.dialogue import OF_THE_ASSISTANT
from assistant.question import Question
from assistant.replies import Reply
from assistant.scope import Gate, titled
from assistant.select import Choice, Quote, Reason, Silence
from corpus.regions import COUNTRY
from indexer.search import Hit
from indexer.store import Store

_MAX_RELATED = 3
_MAX_SUGGESTIONS = 3
_MAX_PLACES = 5
_HAN = re.compile("[\u4e00-\u9fff]")
_REFUSALS: dict[Reason, str] = {
    "nothing": "没有找到相关条款",
    "period": "没有写到您问的那个年份或时期",
    "premise": "没有您问题里提到的那个数",
    "money": "没有写明具体金额或标准",
    "count": "没有写明具体数量",
    "ratio": "没有写明具体比例",
    "date": "没有写明具体时间或期限",
    "phone": "没有写联系电话",
    "place": "没有写明具体地点",
    "how": "没有写申请或办理的手续、材料",
    "person": "没有写相关人员的姓名",
    "basis": "没有写明依据",
    "body": "没有写明由哪个部门负责",
    "names": "没有逐一列出名称",
    "sanction": "没有写明会怎么处罚",
    "subject": "没有提到",
    "unsaid": "没有找到能直接回答这个问题的内容",
}


class Refuser:
    """Says that nothing is said, and why."""

    def __init__(self, store: Store, currency: Currency, catalogue: Catalogue) -> None:
        self._store = store
        self._currency = currency
        self._catalogue = catalogue

    def refuse(
        self,
        question: Question,
        scope: Scope,
        text: str,
        hits: Sequence[Hit],
        outcome: Outcome,
        suggestions: Sequence[str] = (),
    ) -> Answer:
        """Return ``text`` as a reply that cites nothing, with the nearest of ``hits`` beside it.

        ``suggestions`` are questions to go on with; any that the documents answer where there are none.
        """
        related = [
            cite(Quote(hit.clause, self._store.heads[hit.clause.doc_id], 0, len(hit.clause.text)), n)
            for n, hit in enumerate(hits[:_MAX_RELATED], 1)
        ]
        return Answer(
            question.raw,
            question.text,
            outcome,
            text,
            (),
            scope,
            related=tuple(related),
            suggestions=tuple(suggestions or self._catalogue.samples[:_MAX_SUGGESTIONS]),
        )

    def silent(self, question: Question, scope: Scope, silent: Sequence[Reply], gate: Gate) -> Answer:
        """Return why the documents of every place are silent."""
        hits = sorted(
            (hit for reply in silent for hit in reply.hits), key=lambda h: (-h.similarity, h.clause.clause_id)
        )
        reasons = list(dict.fromkeys(why(r.choice) for r in silent if isinstance(r.choice, Silence)))
        if gate.named:
            lines = [
                f"{reply.slot.documents}{why(reply.choice)}。" for reply in silent if isinstance(reply.choice, Silence)
            ]
        else:
            lines = [f"现有文件{reasons[0]}。" if len(reasons) == 1 else "现有文件里没有能回答这个问题的内容。"]
        lines += [f"{name}:现有文件没有收录当地政策。" for name in gate.missing]
        asked = gate.holding(self._store.heads.values()) if gate.named else []
        lines += self._currency.unused(asked, scope.as_of)
        off_topic = all(isinstance(r.choice, Silence) and r.choice.reason in ("nothing", "subject") for r in silent)
        # An office that one document names for its own matter can say nothing of another.
        near = () if off_topic and not gate.named else hits
        lines.append("没有依据的内容不作回答。" + self._contact([h.clause.doc_id for h in near[:1]]))
        if off_topic:
            lines.append(self._covered())
        return self.refuse(question, scope, "\n".join(lines), near, "refused")

    def unclear(self, question: Question, scope: Scope, gate: Gate) -> Answer:
        """Return what to say to a question that nothing says the subject of."""
        # Only what holds in the whole country could answer for them, and it speaks of nothing that was asked.
        elsewhere = [slot.place.name for slot in gate.slots if slot.place is not None and slot.region == COUNTRY]
        if elsewhere and len(elsewhere) == len(gate.slots):
            return self.uncovered(question, scope, elsewhere)
        asks = question.terms or question.intent.wanted[0] not in ("any", "yesno")
        spoken_to = OF_THE_ASSISTANT.match(question.text)
        if asks and not question.knows_nothing and not spoken_to:
            return self._ask_back(question, scope, gate)
        words = tuple(term.surface for term in question.terms if (term.name or term.policy) and not term.stray)
        if words and not spoken_to and _HAN.search(question.text):
            return self._at_none(question, scope, gate, Silence("subject", words))
        hint = "" if _HAN.search(question.text) else "请用中文提问。"
        return self.refuse(
            question, scope, f"您好,我只回答政策文件里写明的内容。{hint}{self._covered()}", (), "refused"
        )

    def unheard(self, question: Question, scope: Scope, gate: Gate) -> Answer:
        """Return that the documents of no place say anything of the years asked for."""
        years = Silence("period", tuple(period.surface for period in question.periods))
        return self._at_none(question, scope, gate, years)

    def _at_none(self, question: Question, scope: Scope, gate: Gate, silence: Silence) -> Answer:
        return self.silent(question, scope, [Reply(slot, silence, ()) for slot in gate.slots], gate)

    def _ask_back(self, question: Question, scope: Scope, gate: Gate) -> Answer:
        """Return which place or which matter the question leaves open, with questions that leave neither open."""
        names = gate.places
        if gate.named or len(names) == 1:
            at = [h.doc_id for h in gate.holding(self._store.heads.values())]
            samples = self._catalogue.samples_of(at[:_MAX_SUGGESTIONS])[:_MAX_SUGGESTIONS]
            of = f"{'、'.join(names[:_MAX_PLACES])}的" if gate.named else ""
            text = f"请说得再具体一些:您想问{of}哪类人员或哪项政策?{_such_as(samples)}"
            return self.refuse(question, scope, text, (), "clarify", samples)
        more = f"等 {len(names)} 个地区" if len(names) > _MAX_PLACES else ""
        places = "、".join(names[:_MAX_PLACES]) + more
        text = f"请说得再具体一些:您想问哪个地区、哪类人员或哪项政策?收录的地区:{places}。"
        asked = [name + question.text for name in names[:_MAX_SUGGESTIONS]] if question.terms else []
        return self.refuse(question, scope, text, (), "clarify", asked)

    def uncovered(self, question: Question, scope: Scope, places: Sequence[str]) -> Answer:
        """Return that no document covers ``places``, and what is covered."""
        return self.refuse(question, scope, self._not_covered(places), (), "refused")

    def beside(self, refusal: Answer, replies: Sequence[Reply]) -> Answer:
        """Return ``refusal`` with clauses to look at of documents that do not tell for which place they hold."""
        quotes = [quote for r in replies if isinstance(r.choice, Choice) for quote in r.choice.quotes][:_MAX_RELATED]
        titles = "、".join(dict.fromkeys(titled(quote.head) for quote in quotes))
        return replace(
            refusal,
            answer=f"{refusal.answer}\n{titles}提到了相关内容,但没有写明适用地区,不能当作当地的规定;条款列在下面,供核实。",
            related=tuple(cite(quote, n) for n, quote in enumerate(quotes, 1)),
        )

    def _not_covered(self, missing: Sequence[str]) -> str:
        names = "、".join(missing) or "您问的地区"
        return f"现有文件没有收录{names}的政策,不能用其他地区的规定代替。{self._covered()}"

    def _covered(self) -> str:
        titles = [f"{h.region.name if h.region else ''}《{inner(h.title)}》" for h in self._store.heads.values()]
        more = f"等 {len(titles)} 份文件" if len(titles) > 5 else ""
        return f"目前收录:{';'.join(titles[:5])}{more}。"

    def _contact(self, doc_ids: Sequence[str]) -> str:
        for doc_id in doc_ids:
            for clause in self._store.clauses_of(doc_id):
                found = re.search(r"(?:联系|咨询)(?:单位|电话|人|处室)\s*[:：][^()（）\n]{2,40}", clause.text)
                if clause.role == "notice" and found:
                    return f"可向文件载明的{found.group()}咨询。"
        return "可向当地主管部门咨询。"


def _such_as(samples: Sequence[str]) -> str:
    return f"例如:{' '.join(samples[:2])}" if samples else ""


def why(silence: Silence) -> str:
    """Return what the documents do not say, as the end of a sentence."""
    if silence.reason == "period" and silence.words:
        return "没有写到" + "、".join(re.sub('[“”"]', "", word) for word in silence.words)
    if silence.reason in ("subject", "premise") and silence.words:
        verb = "没有提到" if silence.reason == "subject" else "没有写到"
        return verb + "、".join(f"“{word}”" for word in silence.words[:3])
    return _REFUSALS[silence.reason]
