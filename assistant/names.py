"""Whether quotes name what a question asks the names of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question import Question

# 那17个帮扶县叫什么名字 · 18个部门一个一个列给我
_NAMES_ASKED = re.compile(r"叫(?:什么|啥)|名单|一个一?个|逐[一个]|列(?:给|个|出|一?下|全)")
# 是哪几个县 · 跟哪几家企业签的
_WHICH = re.compile(
    r"哪(?:几|些|两|三|四|五)(?:个|家|所|座)"
    r"(?P<kind>县|区|市|旗|国家|企业|公司|厂|学校|院校|大学|学院|医院)(?![级内里办管主])"
)
_COUNTY = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,5}[县区旗](?=[、,，和与及;；。])|(?<=[、和与及])[\u4e00-\u9fff]{1,4}[县区旗市]"
)
_COUNTRY = re.compile(
    r"[美英法德俄韩泰]国|日本|意大利|西班牙|葡萄牙|加拿大|墨西哥|巴西|澳大利亚|新西兰|新加坡|马来西亚|印度|越南|老挝|缅甸|柬埔寨|"
    r"蒙古国|哈萨克|荷兰|比利时|瑞[典士]|挪威|丹麦|芬兰|奥地利|波兰|土耳其|以色列|沙特|埃及|南非|东盟|欧盟|一带一路"
)
_ORGANISATION = re.compile(r"[\u4e00-\u9fff]{2,}(?:公司|集团|厂|学校|大学|学院|医院)")
_EVERYWHERE = re.compile(r"各(?:县|区|市|地|乡)|全[市省区县]|所有|等(?:县|地|区)")
_SEVERAL, _NAMEABLE = 3, 100


def leaves_unnamed(question: Question, said: Sequence[str]) -> bool:
    """Return whether ``question`` asks for names that the quotes ``said`` do not give, or not half of them."""
    return _leaves_out(question, said) or _names_none(question, said)


def goes_past(place: str, said: Sequence[str]) -> bool:
    """Return whether the quotes ``said`` go through the counties of a region, and ``place`` is none of them."""
    text = " ".join(said)
    # 务川仡佬族苗族自治县 is written 务川县
    return place[:2] not in text and len(set(_COUNTY.findall(text))) >= _SEVERAL and not _EVERYWHERE.search(text)


def _leaves_out(question: Question, said: Sequence[str]) -> bool:
    """True where the names of things that the question counts are asked for, and not half of them are listed."""
    figures = [q.value for q in question.quantities if q.kind == "count" and q.value is not None]
    # 12万人次, 一个个报: nobody asks for so many names.
    counted = [value for value in figures if _SEVERAL <= value <= _NAMEABLE]
    if not counted or not _NAMES_ASKED.search(question.text) or question.intent.wanted[0] in ("count", "ratio"):
        return False
    return len(said) + sum(text.count("、") for text in said) < min(counted) / 2


def _names_none(question: Question, said: Sequence[str]) -> bool:
    """True where it is asked which places, schools or firms something is about, and no quote names one."""
    asked = _WHICH.search(question.text)
    if asked is None:
        return False
    last = asked["kind"][-1]
    name = _COUNTRY if last == "家" else _COUNTY if last in "县区市旗" else _ORGANISATION
    return not any(name.search(text) for text in said)
