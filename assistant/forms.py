"""How an answer of a kind is worded: which of the sentences about a thing speaks as the answer asked for does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import Sentence
from assistant.figures import MIN_NAMES, names_share
from assistant.intent import Wanted
from assistant.question import Question
from corpus.periods import find_dates
from indexer.tokenizer import fold

# 这话作数吗 · 违法吗: asks what follows
_EFFECT_ASKED = re.compile(
    r"作数|算数|有效|无效|合法|违法|犯法|违规|合规|合理|管用|有用吗|(?:能|可以|允许)这[么样]|凭什么|后果"
)
# 反家暴的法管不管 · 也算吗 · 适用不: asks whom or what a text covers
_SCOPE_ASKED = re.compile(
    r"管不管|管不?[吗到着]|适用|算不算|也算|算吗|(?:都)?算(?:哪|什么|啥)|包不?包括|算在|在不在|属不属|属于|归.{0,6}管[吗不]|"
    r"也[要得能][^,，。?？]{0,10}[吗不么]|不用"
)
_SCOPE = re.compile(
    r"(?:不|可以|均)?适用|参照|比照|视同|视为|除外|不?(?:列入|计入|纳入)|不(?:包括|属于|在此限|受)|包括|是指|所称|"
    r"范围[为是]|无需|不再"
)
# 都算哪些人 · 什么叫…
_MEANING_ASKED = re.compile(
    r"(?:什么|啥)(?:叫|是)|叫(?:什么|啥)|(?:什么|啥)意思|含义|定义|(?:都|才|能)?算(?:哪|什么|啥)|"
    r"指(?:的是)?(?:哪|什么|啥|谁)|怎么?样?才算|包括(?:哪|什么|啥)"
)
_MEANING = re.compile(r"(?:是指|系指|[,，]指|所称[^,，。;；]{2,30}(?:是|为|包括|指)|范围(?:为|是|包括)|包括|分为)")
# 由…负责 · 报…批准
_CHARGED = re.compile(
    r"由[^,，。;；]{2,30}?(?:负责|组织|实施|批准|审批|核准|核发|办理|管理|认定|确定|制定|规定|受理|收集|监督|承担|签发|处)|"
    r"(?:报|报请|报经|经|向)[^,，。;；]{2,40}?(?:批准|审批|同意|核准|许可|备案|审查|申请|提出)|"
    r"是[^,，。;；]{2,24}(?:主管|机关)|负责|责任单位|牵头"
)
# 有什么待遇 · 能得到哪些照顾
_BENEFIT_ASKED = re.compile(
    r"待遇|好处|福利|优惠|扶持|帮扶|照顾|(?:什么|啥|哪些?)(?:样的)?(?:帮助|支持|政策|补)|"
    r"(?:享受|得到|拿到|领到)(?:到|些)?(?:什么|啥|哪)"
)
_BENEFIT = re.compile(r"给予|补贴(?!性)|补助|津贴|免费|奖励|享受|减免|免收|减半|优先|发放|报销|资助|贴息|返还")
# 什么人不能… · 哪些情况不让…
_BARRED_ASKED = re.compile(
    r"(?:什么|哪些?|啥)(?:样的)?(?:人|情况|情形|时候|企业|单位|东西|地方|场所)?[^,，。]{0,4}"
    r"(?:不能|不可以|不准|不许|不让|不得|禁止)"
)
_BARRED = re.compile(r"不得|禁止|严禁|不予|不能|不宜|不应")
# 多久能办下来
_DONE_ASKED = re.compile(
    r"(?:多久|几天|多少天|多长时间|啥时候|什么时候|几个工作日)[^,，。]{0,6}(?:办|批|发|审|拿|评|答复|下来|到手|出结果|有结果)"
)
_DONE = re.compile(
    r"(?:受理|收到|申请|提交|之日起)[^。;；]{0,24}(?:日|天|月)内|(?:日|天|月)内[^。;；]{0,16}(?:作出|办结|发放|发给|完成|制作|核发|答复)"
)
_FORMS = ((_BENEFIT_ASKED, _BENEFIT), (_BARRED_ASKED, _BARRED), (_DONE_ASKED, _DONE))
"""What is asked for, and how sentences that give it are worded."""
_GAIN, _DEFINED = 0.1, 0.5


def is_about(question: Question, sentence: Sentence) -> bool:
    """True where the sentence with its headings speaks of the subjects the question names."""
    text = fold(" ".join([sentence.statement, *sentence.clause.heading_path[-2:]]))
    return names_share(question.terms, text) >= MIN_NAMES


def asks_effect(question: Question) -> bool:
    """Return whether ``question`` asks what follows where a rule is not kept (这话作数吗)."""
    return bool(_EFFECT_ASKED.search(question.text))


def in_form(question: Question, needed: Wanted | None, sentences: Sequence[Sentence], *, dated: bool) -> list[Sentence]:
    """Return ranked ``sentences`` with those moved up that speak as an answer does.

    ``needed`` is the kind of fact asked for; ``dated`` is true where more than a year is (哪天): a day of the calendar
    comes first. Whom a text covers is told by what applies, is excepted or counted; who decides by who is in charge;
    what a word means by the sentence that defines it; what one gets, what is barred and how long it takes likewise.
    """
    asked = [form for asks, form in _FORMS if asks.search(question.text)]
    scope = needed is None and bool(_SCOPE_ASKED.search(question.text))
    defined = bool(_MEANING_ASKED.search(question.text))
    made: list[Sentence] = []
    for s in sentences:
        gain = _GAIN * sum(bool(form.search(s.statement)) for form in asked)
        if scope and _SCOPE.search(s.statement):
            gain += _GAIN
        if needed == "date" and dated and find_dates(s.text):
            gain += _GAIN
        if needed == "body" and _CHARGED.search(s.text):
            gain += _GAIN
        meaning = _MEANING.search(s.text) if defined else None
        if meaning and names_share(question.terms, fold(s.text[: meaning.end()])) >= MIN_NAMES:
            gain += _DEFINED
        made.append(replace(s, score=s.score + gain) if gain else s)
    return sorted(made, key=lambda s: (-s.score, s.clause.clause_id, s.start))
