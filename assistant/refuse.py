"""Refusing: what is not said, what is covered, and whom to ask instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Outcome, Scope
from assistant.catalogue import Catalogue
from assistant.citing import cite
from assistant.currency import Currency, inner
from assistant.question import Question
from assistant.replies import Reply
from assistant.scope import Gate
from assistant.select import Quote, Reason, Silence
from indexer.search import Hit
from indexer.store import Store

_MAX_RELATED = 3
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
    "place": "没有写办理地点",
    "how": "没有写申请或办理的手续、材料",
    "person": "没有写相关人员的姓名",
    "basis": "没有写明依据",
    "body": "没有写明由哪个部门负责",
    "names": "没有逐一列出名称",
    "subject": "没有提到",
}


class Refuser:
    """Says that nothing is said, and why."""

    def __init__(self, store: Store, currency: Currency, catalogue: Catalogue) -> None:
        self._store = store
        self._currency = currency
        self._catalogue = catalogue

    def refuse(self, question: Question, scope: Scope, text: str, hits: Sequence[Hit], outcome: Outcome) -> Answer:
        """Return ``text`` as a reply that cites nothing, with the nearest of ``hits`` beside it."""
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
            suggestions=tuple(self._catalogue.samples[:3]),
        )

    def silent(self, question: Question, scope: Scope, silent: Sequence[Reply], gate: Gate) -> Answer:
        """Return why the documents of every place are silent."""
        hits = sorted(
            (hit for reply in silent for hit in reply.hits), key=lambda h: (-h.similarity, h.clause.clause_id)
        )
        reasons = list(dict.fromkeys(why(r.choice) for r in silent if isinstance(r.choice, Silence)))
        if gate.named:
            lines = [
                f"{reply.slot.name}的现有文件{why(reply.choice)}。"
                for reply in silent
                if isinstance(reply.choice, Silence)
            ]
        else:
            lines = [f"现有文件{reasons[0]}。" if len(reasons) == 1 else "现有文件里没有能回答这个问题的内容。"]
        lines += [f"{name}:现有文件没有收录当地政策。" for name in gate.missing]
        asked = (
            [h for h in self._store.heads.values() if any(slot.is_at(h) for slot in gate.slots)] if gate.named else []
        )
        lines += self._currency.unused(asked, scope.as_of)
        lines.append("没有依据的内容不作回答。" + self._contact([h.clause.doc_id for h in hits[:1]]))
        off_topic = all(isinstance(r.choice, Silence) and r.choice.reason in ("nothing", "subject") for r in silent)
        if off_topic:
            lines.append(self._covered())
        return self.refuse(question, scope, "\n".join(lines), () if off_topic and not gate.named else hits, "refused")

    def unclear(self, question: Question, scope: Scope, gate: Gate) -> Answer:
        """Return what to say to a question that nothing says the subject of."""
        # Only what holds in the whole country could answer for them, and it speaks of nothing that was asked.
        elsewhere = [slot.place.name for slot in gate.slots if slot.place is not None and not slot.region.chain]
        if elsewhere and len(elsewhere) == len(gate.slots):
            return self.uncovered(question, scope, elsewhere)
        asks = question.terms or question.intent.wanted[0] not in ("any", "yesno")
        if asks and not question.knows_nothing:
            examples = " ".join(self._catalogue.samples[:2])
            text = f"请说得再具体一些:您想问哪个地区、哪类人员或哪项政策?例如:{examples}"
            return self.refuse(question, scope, text, (), "clarify")
        hint = "" if _HAN.search(question.text) else "请用中文提问。"
        return self.refuse(
            question, scope, f"您好,我只回答政策文件里写明的内容。{hint}{self._covered()}", (), "refused"
        )

    def uncovered(self, question: Question, scope: Scope, places: Sequence[str]) -> Answer:
        """Return that no document covers ``places``, and what is covered."""
        return self.refuse(question, scope, self._not_covered(places), (), "refused")

    def _not_covered(self, missing: Sequence[str]) -> str:
        names = "、".join(missing) or "您问的地区"
        return f"现有文件没有收录{names}的政策,不能用其他地区的规定代替。{self._covered()}"

    def _covered(self) -> str:
        titles = [f"{h.region.name if h.region else '国家'}《{inner(h.title)}》" for h in self._store.heads.values()]
        more = f"等 {len(titles)} 份文件" if len(titles) > 5 else ""
        return f"目前收录:{';'.join(titles[:5])}{more}。"

    def _contact(self, doc_ids: Sequence[str]) -> str:
        for doc_id in doc_ids:
            for clause in self._store.clauses_of(doc_id):
                found = re.search(r"(?:联系|咨询)(?:单位|电话|人|处室)\s*[:：][^()（）\n]{2,40}", clause.text)
                if clause.role == "notice" and found:
                    return f"可向文件载明的{found.group()}咨询。"
        return "可向当地主管部门咨询。"


def why(silence: Silence) -> str:
    """Return what the documents do not say, as the end of a sentence."""
    if silence.reason in ("subject", "premise") and silence.words:
        verb = "没有提到" if silence.reason == "subject" else "没有写到"
        return verb + "、".join(f"“{word}”" for word in silence.words[:3])
    return _REFUSALS[silence.reason]
