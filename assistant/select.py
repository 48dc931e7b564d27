"""Chooses what to say for one place, or finds that its documents do not say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evidence import Sentence, context_of, covers, coverage
from assistant.figures import compatible, rank_figures
from assistant.intent import Wanted
from assistant.question import Question, Term
from corpus.model import Clause, Target
from corpus.periods import find_dates, find_periods
from corpus.quantities import find_phones, find_quantities, same_quantity
from indexer.store import DocumentHead, Store
from indexer.tokenizer import fold

Reason = Literal["nothing", "subject", "period", "premise", "money", "count", "ratio", "date", "phone", "place", "how", "body"]
"""Why nothing can be said: nothing retrieved; a subject the documents never mention; another period; a figure the
question asserts and they do not; or the kind of fact asked for is not stated."""

_MONEY_RULE = re.compile(r"不低于[^,，。;；]{1,12}标准|免费|全额|按[^,，。;；]{0,14}标准给予")
_TIME = re.compile(r"时段|期间|定期|每[年月季周]|之日起|年内|届满")
_ADDRESS = re.compile(r"地址|[路街巷]\d+号|服务大厅|办事大厅|窗口")
_PROCEDURE = re.compile(r"申请|申报|提交|提供[^,，。]{0,10}(?:材料|证明)|办理|受理|报名|登录|填写|填报|程序|流程|凭[^,，。]{1,10}(?:证|卡)")
_PROCEDURE_ASKED = re.compile(r"申请|申领|申报|报名|报销|领取|怎么领|咋领|怎么办(?!学|班)|咋办|办理|补办|材料|手续|流程|证件|资料|提取|去哪|哪里办")
_BODY = re.compile(r"厅|局|委|部门|单位|政府|办公室|领导小组|工会|妇联|残联|团省?委|院校|机构|企业|县级|市级|省级|各地|盟市|学校|协会|主体")

# 主要包括以下5个专项计划: · 主要采取以下11条措施。
_ANNOUNCES = re.compile(r"(?:[:：]|(?:以下|如下|下列)[^,，。;；]{0,14}[。:：]?)$")

MIN_COVERAGE = 0.45
MIN_NAME_WEIGHT = 2.2
NEAR_NOISE = 0.03
NEAR_NAME_WEIGHT = 2.8
FAR_NAME_WEIGHT = 4.5
_CLOSE = 0.12
_FAR = 0.35
_GAIN = 2.5
_MAX_SENTENCES = 3
_MAX_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span to say and to cite: offsets in the clause's text."""

    clause: Clause
    head: DocumentHead
    start: int
    end: int

    @property
    def text(self) -> str:
        """The span itself."""
        return self.clause.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to say for one place: quotes in order, and how well they cover the question (0–1)."""

    quotes: tuple[Quote, ...]
    coverage: float
    score: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nothing is said; ``words`` are the subjects that no evidence mentions."""

    reason: Reason
    words: tuple[str, ...] = ()


def choose(question: Question, sentences: Sequence[Sentence], store: Store, *, noise: float) -> Choice | Silence:
    """Return the quotes that answer ``question`` out of ranked ``sentences``, or why there are none.

    ``noise`` is the similarity that questions off every subject reach in this index.
    """
    if not sentences:
        return Silence("nothing")
    missing = _uncovered(question, sentences, noise)
    if missing:
        return Silence("subject", missing)
    if not _period_known(question, sentences):
        return Silence("period")
    if not _premises_hold(question, sentences):
        return Silence("premise")
    if question.intent.wanted[0] in ("count", "ratio", "money", "date"):
        figure = _figure(question, sentences, store)
        if figure is not None:
            return figure
    return _sentences(question, sentences, store)


def _sentences(question: Question, sentences: Sequence[Sentence], store: Store) -> Choice | Silence:
    needed = _needed(question)
    fitting = [s for s in sentences if needed is None or (_states(needed, s) and _is_about(question, s))]
    if not fitting:
        assert needed is not None
        return Silence(_reason(needed))
    best = fitting[0]
    if needed is not None and best.score < sentences[0].score - _FAR:
        return Silence(_reason(needed))
    chosen = [best]
    said = fold(best.text)
    for other in fitting[1:12]:
        if len(chosen) == _MAX_SENTENCES:
            break
        text = fold(other.text)
        if text in said or said in text:
            continue
        gain = sum(t.weight for t in question.terms if covers(t, text) > covers(t, said) + 0.3)
        same = other.clause.clause_id == best.clause.clause_id
        if same and other.score >= best.score - _CLOSE and (gain > 0 or needed is None) or gain >= _GAIN:
            chosen.append(other)
            said += text
    covered = coverage(question.terms, said, fold(context_of(best.clause, best.head)))
    if covered < MIN_COVERAGE and question.terms:
        return Silence("subject", tuple(t.surface for t in question.terms if covers(t, said) < 0.5))
    first = [s for s in chosen if s.clause.clause_id == best.clause.clause_id]
    rest = [s for s in chosen if s.clause.clause_id != best.clause.clause_id]
    quotes: list[Quote] = []
    for s in [*sorted(first, key=lambda s: s.start), *rest]:
        quotes.append(Quote(s.clause, s.head, s.start, s.end))
        quotes += _announced(s, store)
    return Choice(tuple(quotes), covered, best.score)


def _announced(sentence: Sentence, store: Store) -> list[Quote]:
    """Return the headings of the items that a sentence announces (主要包括以下5个专项计划:)."""
    at_end = sentence.end >= len(sentence.clause.text.rstrip())
    if not at_end or not _ANNOUNCES.search(sentence.text):
        return []
    quotes: list[Quote] = []
    for child in store.children(sentence.clause.clause_id)[:_MAX_ITEMS]:
        heading = child.heading_path[-1] if child.heading_path and child.text.startswith(child.heading_path[-1]) else ""
        end = len(heading) if heading else min(len(child.text), len(child.text.split("。")[0]))
        quotes.append(Quote(child, sentence.head, 0, end))
    return quotes


def _is_about(question: Question, sentence: Sentence) -> bool:
    """True where the sentence with its headings speaks of every subject the question names."""
    text = fold(" ".join([sentence.text, *sentence.clause.heading_path[-2:]]))
    return all(covers(t, text) >= 0.5 for t in question.terms if t.name and t.weight >= MIN_NAME_WEIGHT)


def _figure(question: Question, sentences: Sequence[Sentence], store: Store) -> Choice | None:
    best_of: dict[str, Sentence] = {}
    for sentence in sentences:
        best_of.setdefault(sentence.clause.clause_id, sentence)
    targets: dict[str, list[Target]] = {}
    for doc_id in dict.fromkeys(s.head.doc_id for s in best_of.values()):
        for target in store.targets(doc_id):
            targets.setdefault(target.clause_id, []).append(target)
    top = sentences[0].score or 1.0
    figures = rank_figures(
        question,
        [
            (s.clause, s.score / top, [t for t in targets.get(key, ()) if _asked_kind(question, t)])
            for key, s in best_of.items()
        ],
    )
    if not figures or figures[0].coverage < MIN_COVERAGE:
        return None
    best = figures[0]
    head = best_of[best.clause.clause_id].head
    target = best.target
    quote = Quote(best.clause, head, target.sentence_start - best.clause.start, target.sentence_end - best.clause.start)
    return Choice((quote,), best.coverage, best_of[best.clause.clause_id].score)


def _asked_kind(question: Question, target: Target) -> bool:
    if question.intent.wanted[0] == "money":
        return target.unit.startswith("元") or target.unit == "%"
    if question.intent.wanted[0] == "date":
        return target.unit in ("年", "月", "日", "天", "个月") or "每" in target.figure
    return True


def _uncovered(question: Question, sentences: Sequence[Sentence], noise: float) -> tuple[str, ...]:
    """Return the subjects of the question that the best clauses never mention.

    A rare word that is left over counts the more, the less the best clause stands out from noise.
    """
    texts = list(dict.fromkeys(fold(f"{context_of(s.clause, s.head)} {s.clause.text}") for s in sentences[:20]))
    margin = max(s.similarity for s in sentences) - noise
    left = [t for t in question.terms if max(covers(t, text) for text in texts) < 0.5]
    named = [t for t in left if t.name and t.weight >= MIN_NAME_WEIGHT]
    bound = NEAR_NAME_WEIGHT if margin < NEAR_NOISE else FAR_NAME_WEIGHT
    if any(t.weight >= bound for t in named) or (margin <= 0 and left):
        return tuple(t.surface for t in left)
    best = max((coverage(question.terms, text) for text in texts), default=0.0)
    if question.terms and best < MIN_COVERAGE:
        return tuple(_missed(question.terms, texts))
    return ()


def _missed(terms: Sequence[Term], texts: Sequence[str]) -> list[str]:
    return [t.surface for t in terms if max(covers(t, text) for text in texts) < 0.5] or [t.surface for t in terms]


def _period_known(question: Question, sentences: Sequence[Sentence]) -> bool:
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
        if not any(span != (None, None) and compatible(asked, span) for span in stated):
            return False
    return True


def _premises_hold(question: Question, sentences: Sequence[Sentence]) -> bool:
    for quantity in question.quantities:
        found = any(
            same_quantity(quantity, other) for s in sentences[:12] for other in find_quantities(s.clause.text)
        )
        if not found and quantity.kind in ("money", "age", "ratio") or (not found and (quantity.value or 0) > 50):
            return False
    return True


def _needed(question: Question) -> Wanted | None:
    """Return the kind of fact a sentence must state to be an answer, ``None`` if any relevant sentence is one."""
    first = question.intent.wanted[0]
    if first in ("money", "ratio", "count", "phone", "place", "date", "body"):
        return first
    if question.intent.asks("how") and _PROCEDURE_ASKED.search(question.text):
        return "how"
    return None


def _states(wanted: Wanted, sentence: Sentence) -> bool:
    text = sentence.text
    if wanted == "phone":
        return bool(find_phones(text))
    if wanted == "place":
        return bool(_ADDRESS.search(text))
    if wanted == "how":
        return bool(_PROCEDURE.search(text))
    if wanted == "body":
        return bool(_BODY.search(text))
    quantities = [q for q in find_quantities(text) if q.value is not None or q.fraction]
    if wanted == "money":
        return any(q.kind == "money" or q.kind == "ratio" for q in quantities) or bool(_MONEY_RULE.search(text))
    if wanted == "ratio":
        return any(q.kind == "ratio" for q in quantities)
    if wanted == "date":
        timed = find_periods(text) or find_dates(text) or _TIME.search(text)
        return bool(timed) or any(q.kind in ("duration", "frequency") for q in quantities)
    return bool(quantities)


def _reason(wanted: Wanted) -> Reason:
    if wanted in ("money", "count", "ratio", "date", "phone", "place", "how", "body"):
        return wanted  # type: ignore[return-value]
    return "nothing"
