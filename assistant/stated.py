"""Which kind of fact a question asks for, and whether a sentence states one."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.evidence import Sentence
from assistant.figures import wanted_units
from assistant.intent import Wanted
from assistant.question import Question
from corpus.periods import find_dates, find_periods
from corpus.quantities import Quantity, find_phones, find_quantities

_MONEY_RULE = re.compile(
    r"不低于[^,，。;；]{1,12}标准|免费|全额|按[^,，。;；]{0,14}标准给予|不(?:承担|收取|缴纳)|免(?:收|征|交|缴|除|予)|无偿"
)
_BASIS = re.compile(r"(?:依据|根据|按照|贯彻|落实|遵照)[^。;；]{0,40}《")
_PERSON = re.compile(r"联系人\s*[:：]\s*[\u4e00-\u9fff]{2,4}")
_TIME = re.compile(
    r"半(?:年|个?月|天|日)|时段|期间|定期|每[年月季周]|之日|年内|届满|次日|前一日|当[日天]|同时|立即|即时|[\d一二三四五六七八九十]{1,3}时"
)
# 几天能办好: on the same day
_DAYS = frozenset({"天", "日", "工作日"})
_DAY_COUNT = re.compile(r"(?<![\d月])(?:\d{1,4}|[一二三四五六七八九十百]{1,4})个?(?:工作)?[日天](?!\d)")
_PROMPT = re.compile(r"当[日天](?!前)|即时|即刻|当场|次日|立即|半[天日]|半个?月")
# 每人多少钱: asks for an amount, which no share answers
_CASH_ASKED = re.compile(r"[几少]元|块|每人|一天|一个月|每月|每天|一个人")
# 退还日热费金额的百分之五十: a share of an amount says how much money, too
_OF_MONEY = re.compile(r"(?:费|金|价|额|款|税|工资|报酬|薪酬|薪水|收入|成本|标准|房租|利息|本息)[^,，。;；:：]{0,6}$")
# 几月份 · 几号: asks for more than a year
_DAY_ASKED = re.compile(r"几月|几号|哪一?[天日]|哪个月|几点")
_DAY = re.compile(
    r"\d{1,2}月|[一二三四五六七八九十]{1,2}月|月底|月初|季度|\d{1,2}[日号]|次日|前一日|之日|[\d一二三四五六七八九十]{1,3}时"
)
_ADDRESS = re.compile(
    r"地址|[路街巷]\d+号|服务大厅|办事大厅|窗口|(?:向|到)[^,，。;；]{2,24}(?:部门|机构|局|中心|委员会|办事处|政府)|"
    r"在[^,，。;；]{2,15}(?:举办|举行|建设|设立)|"
    r"在[^,，。;；]{2,40}(?:机关|部门|机构|局|处|所|中心|大厅|银行|法院)[^,，。;；]{0,4}(?:办理|登记|申请|提出|领取|签注|缴|交)|"
    r"(?:所在地|户籍地|居住地|发生地|发现地|住所地|注册地)的?[^,，。;；、]{0,12}(?:机关|部门|机构|局|政府|派出所|法院)"
)
_PROCEDURE = re.compile(
    r"申请|申报|提交|提供[^,，。]{0,10}(?:材料|证明)|办理|受理|报名|登录|填写|填报|"
    r"按[^,，。]{1,10}程序|凭[^,，。]{1,10}(?:证|卡)"
)
_PAPERS = re.compile(r"材料|证件|证明|提交|携带|凭[^,，。]{1,10}(?:证|卡)")
# 材料少一张能先办吗: mentions papers, and asks whether
_OPEN = re.compile(r"怎么|如何|咋|流程|步骤|程序|哪|什么|啥|谁|多少|几")
_PAPERS_ASKED = re.compile(r"材料|证件|资料|(?:带|交|准备)(?:什么|啥|哪些)")
_PROCEDURE_ASKED = re.compile(
    r"申请|申领|申报|报名|报销|领取|怎么领|咋领|(?:证|卡|手续|登记|贷款|补贴|补助|金|费)(?:怎么|咋)办|"
    r"办理|补办|材料|手续|流程|证件|资料|(?:怎么|如何|咋|去哪儿?)提取|去哪|哪里办"
)
_BODY = re.compile(
    r"厅|局|委|部门|单位|政府|办公室|领导小组|工会|妇联|残联|团省?委|院校|机构|企业|县级|市级|省级|"
    r"各地|盟市|学校|协会|主体"
)
_OF = re.compile(r"[元块]?的")
_WHOLE = 100
_SHARE_REACH = 12


def fact_asked(question: Question) -> Wanted | None:
    """Return the kind of fact a sentence must state to be an answer, ``None`` if any relevant sentence is one."""
    first = question.intent.wanted[0]
    if first in ("person", "basis", "money", "ratio", "count", "phone", "place", "date", "body"):
        return first
    whether = question.intent.asks("yesno") and not _OPEN.search(question.text)
    if question.intent.asks("how") and _PROCEDURE_ASKED.search(question.text) and not whether:
        return "how"
    return None


def states(wanted: Wanted, question: Question, sentence: Sentence) -> bool:
    """Return whether ``sentence`` states a fact of the kind ``wanted`` by ``question``."""
    text = sentence.statement
    if wanted == "person":
        return bool(_PERSON.search(text))
    if wanted == "basis":
        return bool(_BASIS.search(text))
    if wanted == "phone":
        return bool(find_phones(text))
    if wanted == "place":
        return bool(_ADDRESS.search(text))
    if wanted == "how":
        return bool((_PAPERS if _PAPERS_ASKED.search(question.text) else _PROCEDURE).search(text))
    if wanted == "body":
        return bool(_BODY.search(text))
    # What the question tells itself is not what it asks for (那个50亿的事,最高能贷多少).
    told = told_values(question)
    quantities = [q for q in find_quantities(text) if (q.value is not None or q.fraction) and q.value not in told]
    if wanted == "money":
        if is_fine(question, text):
            return False
        stated = any(q.kind == "money" or (q.kind == "ratio" and _is_money(question, text, q)) for q in quantities)
        return stated or bool(_MONEY_RULE.search(text))
    if wanted == "ratio":
        return any(q.kind == "ratio" for q in quantities)
    if wanted == "count":
        units = wanted_units(question.text)
        if units & _DAYS and (_PROMPT.search(text) or _DAY_COUNT.search(text)):
            return True
        # 加班给几倍: 百分之三百
        times = "倍" in units
        return any(
            not units
            or q.unit in units
            or (times and q.unit == "%" and _is_times(q))
            or (q.kind == "ratio" and _is_share_of(units, text, q))
            for q in quantities
        )
    if wanted == "date" and "提前" in question.text and "前" not in text:
        return False
    if wanted == "date" and _DAY_ASKED.search(question.text):
        return bool(_DAY.search(text) or find_dates(text))
    if wanted == "date" and "有效" in question.text and "有效" not in text:
        return False
    if wanted == "date":
        timed = find_periods(text) or find_dates(text) or _TIME.search(text)
        return bool(timed or _DAY_COUNT.search(text)) or any(q.kind in ("duration", "frequency") for q in quantities)
    return bool(quantities)


def is_fine(question: Question, text: str) -> bool:
    """Return whether ``text`` states a fine, which is no price or allowance, and none is asked for."""
    return "罚款" in text and "罚" not in question.text


def _is_money(question: Question, text: str, share: Quantity) -> bool:
    """True where ``share``, a ratio in ``text``, says how much money it is that is asked for."""
    if _CASH_ASKED.search(question.text):
        return False
    return "钱" not in question.text or bool(_OF_MONEY.search(text[: share.number_start]))


def _is_share_of(units: frozenset[str], text: str, share: Quantity) -> bool:
    """True where ``share`` is one of what is counted: 多少户, 总户数百分之五十以上."""
    before = text[max(0, share.number_start - _SHARE_REACH) : share.number_start]
    return any(f"{unit}数" in before for unit in units)


def _is_times(share: Quantity) -> bool:
    return share.value is not None and share.value >= _WHOLE


def told_values(question: Question) -> set[Decimal | None]:
    """Return the figures by which the question names its subject (那个50亿的事)."""
    return {q.value for q in question.quantities if _OF.match(question.text, q.end)} - {None}


def asks_day(question: Question) -> bool:
    """Return whether ``question`` asks for more of a date than its year (几月份, 哪天)."""
    return bool(_DAY_ASKED.search(question.text))
