"""What a text threatens for an act: fines and other sanctions, found by the articles they punish.

A law forbids an act in one article and fines it in another, which often names only the number of the first
(违反本条例第八条第二款规定的,处…罚款).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.evidence import WEIGHTS, Sentence, context_of, coverage
from assistant.lists import announces, is_list_item, lead_of
from assistant.question import Question
from assistant.wholes import whole, whole_lead
from corpus.articles import Passage, articles_of, find_article_refs, resolve
from corpus.model import Clause
from corpus.quantities import find_quantities
from corpus.sentences import split_sentences
from indexer.store import Store
from indexer.tokenizer import fold

_ASKED = re.compile(
    r"罚(?![球站]|款[^,，。?？]{0,6}(?:交到|缴到|交给|怎么交|咋交|哪儿?交|哪里交))|处分|惩[罚处戒]|吊销|拘留|坐牢|蹲(?:班房|号子)|追究|"
    r"法律责任|什么后果|啥后果|后果是|"
    r"(?:会|要|该|被|查[到出着]?|抓[到着住]?|逮[到着住]?|发现)[^,，。?？]{0,6}(?:怎么|怎样|咋|如何)(?:样|的)?(?:处理|处置|办|罚)|"
    r"(?:会|要)(?:怎么|怎样|咋|如何)(?:样|的)?(?:处理|处置)|把(?:他|她|它|人家?)(?:怎么|咋)(?:样|办)"
)
_IMPOSED = re.compile(
    r"罚款|警告|没收|吊销|拘留|取缔|责令|处分|追究[^。;；]{0,8}责任|扣留|暂扣|收缴|训诫|追回|撤销|取消[^,，。]{0,10}资格|"
    r"(?:予以|给予|依法|进行)[^,，。;；]{0,12}(?:处罚|处理)|失信|信用(?:记录|档案|信息)|黑名单|停止享受"
)
# 怎么罚 · 罚不罚款
_PENALTY = re.compile(
    r"(?:怎么|怎样|咋|如何|什么|啥)样?(?:个|的)?(?:处?罚|惩[罚处]|法律责任|后果)|罚款?(?:什么|啥|不罚|[吗么])|会不会被?罚|处罚(?:标准|规定)"
)
# What a text may threaten besides
_HANDLED = re.compile(
    r"[处惩]罚|严惩|惩[处戒]|查处|问责|约谈|通报|整改|清退|退出|淘汰|注销|移送|不予|不得再|不再|停止|暂停|中止|终止|解除|扣[减除罚回]|"
    r"退[还回]|返还|赔偿|承担|无效|批评|劝[阻导离]|举报|投诉|有权|可以|追(?:究|责|缴|偿)|纠正|改正|处理|处置"
)
# 违反本条例第九条规定的,由…: names the article alone
_BARE = re.compile(
    r"第[零〇一二三四五六七八九十百\d]{1,6}[条款项](?:的?规定)?(?:的?行为)?(?:之一)?的?[,，]\s*(?:由|处|责令|依|按|给|予|可|对)"
)
# 说了不听 · 责令改了还拖
_STUBBORN_ASKED = re.compile(
    r"不改|不听|屡教|仍然?[不没拒未]|拒|就是不|还(?:是|照样)?[不拖没]|死活不|硬是?不|赖着|照样|劝[了也]|催[了也]|说了"
)
_STUBBORN = re.compile(r"逾期|拒不|拒绝|仍不|仍未")
_OF_PERSON = re.compile(r"个人|居民|公民|村民|人员|驾驶人|乘客|住户|业主|监护人|饲养人|养犬人|当事人|任何人")
# No sanction is asked for where something else about it is.
_OTHER_FACTS = frozenset({"phone", "place", "reference", "basis", "person", "date"})
_COVERED, _OF_KIND, _OTHER_SORT = 0.5, 0.1, 0.1
# 没批就… · 没跟谁说 · 无证
_LEAVE_ASKED = re.compile(
    r"(?:没|未|不)(?:有|找|经|经过|得到?|拿到?|取得|去|跟|和|向|办)?[^,，。?？]{0,5}(?:批|许可|证(?!明)|执照|备案|登记|报备|报告|申请|打招呼|同意|允许|说)|"
    r"无[证照]|私自|偷偷|擅自|自己就|自作主张"
)
_WITHOUT_LEAVE = re.compile(
    r"未经|未取得|未办理?|未获|未按[^,，。;；]{0,4}(?:批准|申请|报|备案|登记|许可)|擅自|私自|无证|"
    r"未(?:申请|备案|登记|报)"
)
# Who asks of no such body asks of persons.
_BODY_ASKED = re.compile(
    r"公司|企业|单位|机构|平台|[商酒饭旅]店|店[主家里]|门店|老板|厂|商[家贩户场]|酒店|宾馆|饭[店馆]|餐馆|医院|学校|幼儿园|物业|开发商|"
    r"合作社|协会|[^\W\d_]{1,4}[站场所行局院社]|主办|承办|经营|销售|生产|卖|开[个家]|铺"
)
_OF_BODY = re.compile(
    r"(?:企业|单位|机构|经营者|公司|生产者|销售者|提供者|承办者|主办方)[^,，。;；]{0,24}(?:[未不]|擅自|违反|违法|拒|[^,，。;；]{0,12}的[,，])"
)
_BEHIND = 0.9
_MAX_DOCUMENTS, _MAX_SENTENCES = 3, 15
_MAX_ADDED = 20


Articles = Callable[[str], Mapping[tuple[int, str], Clause]]
"""The articles of a document, by number and 之一."""


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction with the spans to quote, in the order of the text, and how well it fits the act asked about.

    ``support`` is the score of the best sentence it rests on: its own or one of the rule that it punishes.

    ``rule`` is the passage it punishes, where the sanction does not name the act itself; ``states_figure`` is true of a
    fine.
    """

    sentence: Sentence
    spans: tuple[tuple[int, int], ...]
    score: float
    support: float
    rule: Passage | None = None
    states_figure: bool = False


def asks_sanction(question: Question) -> bool:
    """Return whether ``question`` asks what happens to who does something."""
    return bool(_ASKED.search(question.text)) and question.intent.wanted[0] not in _OTHER_FACTS


def states_consequence(text: str) -> bool:
    """Return whether ``text`` says what happens to who does something."""
    return bool(_IMPOSED.search(text) or _HANDLED.search(text))


def asks_penalty(question: Question) -> bool:
    """Return whether ``question`` asks in so many words how something is punished."""
    return bool(_PENALTY.search(question.text)) and asks_sanction(question)


def articles_in(store: Store) -> Articles:
    """Return a function from the id of a document to its articles, which reads each document once."""
    return cache(lambda doc_id: articles_of(store.clauses_of(doc_id)))


def with_sanctions(sentences: Sequence[Sentence], articles_by: Articles) -> list[Sentence]:
    """Return ranked ``sentences`` with those added that punish what one of the best of them forbids."""
    best = sentences[:_MAX_SENTENCES]
    known = {(s.clause.clause_id, s.start) for s in sentences}
    added: list[Sentence] = []
    for doc_id in list(dict.fromkeys(s.head.doc_id for s in best))[:_MAX_DOCUMENTS]:
        articles = articles_by(doc_id)
        own = [s for s in best if s.head.doc_id == doc_id]
        for clause in articles.values():
            if not _IMPOSED.search(clause.text):
                continue
            for start, end in split_sentences(clause.text):
                if (clause.clause_id, start) in known or len(added) == _MAX_ADDED:
                    continue
                forbidding = [s for p in _punished(clause, start, end, articles) for s in own if _inside(s, p)]
                if forbidding:
                    top = max(forbidding, key=lambda s: s.score)
                    made = replace(top, clause=clause, start=start, end=end, score=_BEHIND * top.score, lead=None)
                    added.append(made)
    return sorted([*sentences, *added], key=lambda s: (-s.score, s.clause.clause_id, s.start))


def rank_sanctions(question: Question, sentences: Sequence[Sentence], articles_by: Articles) -> list[Sanction]:
    """Return the sanctions among ``sentences`` that speak of the act asked about, best first."""
    found: dict[tuple[str, tuple[tuple[int, int], ...]], Sanction] = {}
    of_body = bool(_BODY_ASKED.search(question.text))
    without_leave = bool(_LEAVE_ASKED.search(question.text))
    stubborn = bool(_STUBBORN_ASKED.search(question.text))
    for s in sentences:
        text = s.clause.text
        span = whole(text, s.start, s.end)
        if announces(text[slice(*span)]):
            continue
        lead = lead_of(s.clause, span[0]) if is_list_item(text, span[0]) else None
        spans = ((whole_lead(text, *lead),) if lead else ()) + (span,)
        said = "".join(text[a:b] for a, b in spans)
        if not _IMPOSED.search(said):
            continue
        punished = list(_punished(s.clause, *span, articles_by(s.head.doc_id)))
        fined = any(q.kind in ("money", "ratio") or q.unit == "倍" for q in find_quantities(said))
        rules = fold(" ".join(p.text for p in punished))
        context = fold(context_of(s.clause, s.head))
        bare = bool(punished) and bool(_BARE.search(said))
        covered = coverage(question.terms, fold(f"{said} {rules if bare else ''}"), f"{context} {rules}")
        score = (
            _standing(s, spans, punished, sentences)
            + _COVERED * covered
            + (_OF_KIND if fined else 0.0)
            + (_OF_KIND if without_leave and _WITHOUT_LEAVE.search(said) else 0.0)
            + (_OF_KIND if stubborn and _STUBBORN.search(said) else 0.0)
            - (_OTHER_SORT if not of_body and _OF_BODY.search(said) and not _OF_PERSON.search(said) else 0.0)
        )
        rule = max(punished, key=lambda p: coverage(question.terms, fold(p.text))) if bare else None
        key = s.clause.clause_id, spans
        if key not in found or score > found[key].score:
            support = max([s.score, *(o.score for o in sentences if any(_inside(o, p) for p in punished))])
            found[key] = Sanction(s, spans, score, support, rule, fined)
    return sorted(found.values(), key=lambda x: (-x.score, x.sentence.clause.clause_id, x.sentence.start))


def _standing(
    sentence: Sentence,
    spans: Sequence[tuple[int, int]],
    punished: Sequence[Passage],
    sentences: Sequence[Sentence],
) -> float:
    """Return how well ``sentence`` stands among ``sentences``, words apart.

    What leads to it and what it punishes speak for it too.
    """
    own = _likeness(sentence)
    clause_id = sentence.clause.clause_id
    leading = [
        _likeness(o) for o in sentences for a, b in spans[:-1] if o.clause.clause_id == clause_id and a <= o.start < b
    ]
    forbidding = [_BEHIND * _likeness(o) for o in sentences if any(_inside(o, p) for p in punished)]
    return max([own, *((own + other) / 2 for other in leading), *forbidding])


def _likeness(sentence: Sentence) -> float:
    return sentence.score - WEIGHTS["covered"] * sentence.coverage


def _punished(clause: Clause, start: int, end: int, articles: Mapping[tuple[int, str], Clause]) -> Iterator[Passage]:
    """Yield the passages whose breach the sentence at ``clause.text[start:end]`` punishes."""
    begin, _ = whole(clause.text, start, end)
    for ref in find_article_refs(clause.text[begin:end]):
        passage = resolve(ref, articles)
        if passage is not None and passage.clause.clause_id != clause.clause_id:
            yield passage


def _inside(sentence: Sentence, passage: Passage) -> bool:
    return (
        sentence.clause.clause_id == passage.clause.clause_id
        and sentence.start < passage.end
        and passage.start < sentence.end
    )
