"""What a condition or the name of a group asks of a person, read into requirements that can be compared.

Seven kinds can be compared with what people say of themselves; ``statement`` is a fact of one's own to say yes or no to
(有创业意愿); ``authority`` is for the body in charge to judge (符合条件, 成效突出). Words that are not understood are
never taken for met: they become a ``statement`` where they tell of an act or a wish, else ``authority``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from corpus.facts.heads import ORGANISATION, PERSON
from corpus.numbering import parse_cn

Kind = Literal[
    "group", "age", "employment", "certificate", "graduation", "residence", "insured", "statement", "authority"
]

Employment = Literal["在职", "灵活就业", "自主创业", "登记失业", "失业", "未就业", "在校", "退休"]
Graduation = Literal[
    "在校", "毕业年度未离校", "毕业年度已离校", "离校1年内", "离校2年内", "离校3年内", "离校更久"
]  # fmt: skip

EMPLOYMENT: Final[tuple[str, ...]] = get_args(Employment)
"""How a person stands to work: ``登记失业`` is registered as unemployed, ``失业`` is not; ``未就业`` never had work."""

WORKING_OR_SEEKING: Final = EMPLOYMENT[:6]
"""Who counts as 劳动者: everyone but those at school and the retired."""

GRADUATION: Final[tuple[str, ...]] = get_args(Graduation)
"""How far graduation lies off; 毕业年度 is the calendar year of graduation."""

LEVELS: Final = ("初级工", "中级工", "高级工", "技师", "高级技师")
"""Levels of a skill certificate, 1 (五级) to 5 (一级)."""

MAX_WORDS: Final = 160

_N = r"\d{1,3}|[零〇一二两三四五六七八九十百]{1,4}"
_YEARS_OLD = rf"(?P<n>{_N})\s*周?岁"
_MORE = r"(?:[(（]含[^()（）]{0,10}[)）])?\s*(?:及|\(含\)|（含）)?\s*以上"
_LESS = r"(?:[(（]含[^()（）]{0,10}[)）])?\s*(?:及|\(含\)|（含）)?\s*(?:以下|以内)"
# 16-24岁 · 十六至六十周岁
_AGE_RANGE = re.compile(rf"(?P<low>{_N})\s*(?:周?岁)?\s*(?:[-—–~～至到]|—+)\s*(?P<high>{_N})\s*周?岁")
# 未满16周岁 · 不满十八周岁 · 不足60岁
_AGE_UNDER = re.compile(rf"(?:未满|不满|不足|未年满|低于|小于)\s*{_YEARS_OLD}")
# 不超过45周岁 · 45周岁以下 · 45周岁(含)以下; 以下 holds the number itself
_AGE_UP_TO = re.compile(rf"(?:不超过|不大于|不高于)\s*{_YEARS_OLD}|{_YEARS_OLD.replace('<n>', '<m>')}{_LESS}")
# 超过60周岁
_AGE_OVER = re.compile(rf"(?<!不)(?:超过|大于)\s*{_YEARS_OLD}")
# 年满16周岁 · 已满十八周岁 · 80周岁以上 · 65岁及以上
_AGE_FROM = re.compile(rf"(?<![未不])(?:年满|已满|满)\s*{_YEARS_OLD}|{_YEARS_OLD.replace('<n>', '<m>')}{_MORE}")
_WORKING_AGE = re.compile(r"(?:法定)?(?:劳动|就业)年龄(?:段)?(?:以?内|范围内|阶段|段)?")
# 男满六十周岁、女满五十周岁 · 劳动年龄段内(男16-60周岁,女16-55周岁)
_BY_SEX = re.compile(
    rf"(?:(?:法定)?劳动年龄段?内?)?[(（]?[男女][^,，、;；男女]{{0,8}}(?:{_N})\s*周?岁?[^,，、;；男女]{{0,4}}[,，、和及]"
    rf"[男女][^,，、;；]{{0,8}}(?:{_N})\s*周?岁(?:以[上下])?(?:及以上)?[)）]?"
)
# 抚养未满16周岁子女: the age of somebody else
_OF_OTHERS = re.compile(r"抚养|赡养|扶养|供养|照顾|照料|看护|监护|子女|家有|配偶|侵害|服务于")
_EMPLOYER = re.compile(r"招用|吸纳|聘用|雇用|招录|吸收")
_EITHER = re.compile(r"[和或及]")
_RETIREMENT = re.compile(r"法定退休年龄|退休年龄")

# 毕业年度 · 应届
_THIS_YEAR = re.compile(r"毕业年度内?|应届")
# 离校2年内 · 三年内离校 · 毕业2年以内 · 毕业5年内
_LEFT_WITHIN = re.compile(
    rf"(?:(?P<a>{_N})年(?:以)?内(?:离校|毕业)|(?:离校|毕业)(?:后)?(?P<b>{_N})年(?:\(含\)|（含）)?(?:以)?内)"
)
_LEFT = re.compile(r"(?<![即将要])离校")
_JOBLESS = re.compile(r"(?:尚|仍)?未(?:实现)?就业|没有就业|无业")
_REGISTERED = re.compile(r"(?:进行了?|办理了?|已)?(?:失业登记|登记失业)")
_UNEMPLOYED = re.compile(r"(?:处于)?失业(?:状态)?(?!保险|登记|金|补助|预警|率|动态)")
_FLEXIBLE = re.compile(r"灵活就业")
_STARTING = re.compile(r"(?:自主|首次|成功|正在)创业|从事个体经营|(?:领|创|开)办(?:企业|个体)|创业初期")
_AT_WORK = re.compile(r"(?<!不)在[职岗](?!训|培)")
_AT_SCHOOL = re.compile(r"(?<!非)在校|在读")
_RETIRED = re.compile(r"(?:已|离)退休")
_EMPLOYMENT: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (_REGISTERED, ("登记失业",)),
    (_JOBLESS, ("登记失业", "失业", "未就业")),
    (_UNEMPLOYED, ("登记失业", "失业")),
    (_FLEXIBLE, ("灵活就业",)),
    (_STARTING, ("自主创业",)),
    (_AT_WORK, ("在职",)),
    (_AT_SCHOOL, ("在校",)),
    (_RETIRED, ("退休",)),
)

# 遵义籍 · 本市户籍 · 具有本省户口; 外籍 and 国籍 are no place of registration
_RESIDENCE = re.compile(
    r"(?:具有|持有|拥有)?(?P<place>本[省市县区盟旗州]|我[省市县区]|全[省市县区]|当地|本地|"
    r"[\u4e00-\u9fff]{2,8}?[省市县区州盟旗]?)(?:常住)?(?:户籍|户口|籍(?!贯|民))"
)
_NOT_HERE = re.compile(r"(?:非|不(?:具有|属于)|无)\s*本[省市县区]|户籍不在|外[省市地]户籍")
_NO_PLACE = re.compile(r"^(?:外|国|原|农业|农村|城镇|城乡|非农|居民|同|异地|学|党|军|户口|华侨|持|不|无)")

# 缴纳失业保险费36个月以上 · 失业保险缴费满1年 · 参加失业保险累计满三年
_INSURED = re.compile(
    rf"(?:失业保险[^,，;；]{{0,14}}?|缴[费纳][^,，;；]{{0,10}}失业保险费?[^,，;；]{{0,6}}?)"
    rf"(?P<not>未满|不满|不足)?满?\s*(?P<n>{_N})\s*(?P<unit>个月|月|年)"
)
_CERTIFICATE = re.compile(
    r"(?:取得|获得|持有|具有|具备|拥有|考取|晋升)[^,，;；]{0,40}?(?:证书|职业资格|技能等级|技能鉴定|高级工|技师|中级工|初级工)"
)
_SKILL = re.compile(r"职业资格|技能等级|职业技能鉴定|高级工|技师|中级工|初级工|[一二三四五]级")
_LEVEL: Final[tuple[tuple[int, re.Pattern[str]], ...]] = (
    (5, re.compile(r"高级技师|一级|1级")),
    (4, re.compile(r"(?<!高级)(?<!特级)(?<!首席)技师|二级|2级")),
    (3, re.compile(r"高级(?!技师|职称|专业|工程|以上职称)|三级|3级")),
    (2, re.compile(r"中级(?!职称|专业)|四级|4级")),
    (1, re.compile(r"初级(?!职称|专业)|五级|5级")),
)
_OTHER_PAPER = re.compile(r"职称|专业技术职务|驾驶|操作证|教师资格|律师|医师|营业执照|毕业证|学历|学位|居住证|残疾")

# Whether these hold is for others to say.
_JUDGED = re.compile(
    r"符合|(?<!培训)合格(?!证)|经[^,，]{0,14}(?:认定|批准|审核|评定|同意|推荐|许可|审批)|突出|优秀|成效|贡献|表现|信用|资质|具备|"
    r"有条件|规定|列入|纳入|名单|目录|满足|备案|紧缺|急需|重点|招用|吸纳|聘用|达到|标准|为主|所需|引进|上述|^以上|"
    r"其他|确有|暂时|影响|条件|承担|认定|评为|优先|有关|相关|生产|销售|减免|企业|按政策|中的?$|岗位|水平"
)
# What one knows of oneself.
_OWN = re.compile(
    r"^(?:有|无|没有|未|不|已|曾|正|在|处于|即将|准备|愿意|自愿|拟|参加|参保|接受|从事|取得|获得|荣获|持有|签订|"
    r"缴纳|依法|按时|领取|享受|自主|首次|初次|初始|通过|报名|完成|考取|就读|返乡|外出|跨省|离岗|转岗|失去|居住|"
    r"患|独生|退役|服役|指导|培训|登记|连续|累计|灵活|创业|就业|城乡未|应|年|因)|[意愿需求望]{2}"
)
_SPLIT = re.compile(
    r"[,，;；]|(?<!合)并(?:且)?(?=有|具|已|在|未|无|参|缴|取|签|依|按|年|处|通|接|连|能|确|就)|且(?!慢)|、(?=处于|未|有|无|年满|具|已)"
)
_SPLIT_WISH = re.compile(r"(?<=意愿)和(?=[^,，]{1,8}(?:需求|愿望)$)")

_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_BRACKET = re.compile(r"[(（](?P<inner>[^()（）]*)[)）]$")
_INCLUDES = re.compile(r"^(?:均?含|包括|包含|指|即)")
_EXCLUDES = re.compile(r"^(?:不含|不包括|除)")
_WIDE = re.compile(
    r"^(?:城乡|城镇和农村|各级|各类|广大|全体|所有|当地|辖区内?|各地|全[省市区县国]|我[省市区县]|本[省市区县]|有关|"
    r"相关|其他|其它|符合条件的?|等)+"
)
_ANYONE = re.compile(
    r"(?:人员|人士|人群|群体|对象|个人|本人|成员|人|群众|居民|市民|公民|人口|当事人|申请人|学员|获得者|获奖者|"
    r"选手|老师)"
)
_WORKERS = re.compile(r"(?:劳动者|劳动力|从业人员|就业人员|就业者|人力资源)")
_EMPLOYEES = re.compile(r"(?:企业|单位|用人单位|用工单位|本企业|本单位)?(?:职工|员工|工作人员)(?:队伍)?")
_TRAINEES = re.compile(r"(?:参训|培训|参加培训的?|受训)(?:人员|劳动者|学员|对象|职工)")
_UNNAMED = re.compile(
    r"(?:重点|困难|特殊|特定|目标)(?:就业)?(?:群体|人群|人员|对象)|[一二三四五六七八九十\d]+类(?:人员|群体|人群)"
)
_BACK = re.compile(r"^(?:其(?!他|它)|该|上述|以上|前述|此类|这[类些]|他们|本办法|(?:配偶|子女|家属|父母)$)")
_ENDS_IN_HEAD = re.compile(rf"(?:{PERSON}|{ORGANISATION})\Z")
_PRAISED = re.compile(r"^(?:优秀|杰出|突出)")
_ABOUT_TO = re.compile(r"^(?:准备|拟|即将|有意)(?:外出)?(?:就业|务工|创业|退役)")
_GATHERED = re.compile(r"(?:群体|人群|成员)\Z")
# 高校、职业院校毕业生: the head that the members of a list share
_SHARED_HEAD = re.compile(r"(?:毕业生|学生|职工|人员|教师|从业人员|家庭|劳动力)\Z")
_PUPILS = re.compile(r"(?:在校)?(?:学生|生)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that ``words``, verbatim, ask for.

    ``low`` and ``high`` bound a number and belong to what is allowed: years of age, level of certificate (1 to 5, see
    ``LEVELS``), months insured. ``values`` are what is allowed of ``EMPLOYMENT`` or ``GRADUATION``, the names of a
    ``group``, or the place of a ``residence`` (``""`` where the document's own is meant). With ``negated`` the opposite
    is asked for.
    """

    kind: Kind
    words: str
    low: int | None = None
    high: int | None = None
    values: tuple[str, ...] = ()
    negated: bool = False


def read_condition(words: str) -> tuple[Requirement, ...]:
    """Return what a condition asks for, part by part, in text order; empty for empty ``words``."""
    found: list[Requirement] = []
    for part in _parts(words):
        found += _read_part(part)
    return tuple(dict.fromkeys(found))


def read_group(name: str) -> tuple[Requirement, ...]:
    """Return what belonging to the group ``name`` asks for: 离校2年内未就业高校毕业生 is three things.

    A group with an own name gives a requirement of kind ``group`` whose first value is that name without what was read
    out of it; names in brackets behind it (含…) are further values. 劳动者 and 职工 are read as ``employment``.
    """
    if len(name) > MAX_WORDS or _BACK.match(name) or _UNNAMED.fullmatch(name):
        return (Requirement("authority", name),)
    if _TRAINEES.fullmatch(name):
        return (Requirement("statement", name),)
    bare, others, excluded = _brackets(name.replace("“", "").replace("”", ""))
    found: list[Requirement] = []
    head, condition = _split_modifier(bare)
    if condition:
        found += read_condition(condition)
    base, inline = _read_inline(_WIDE.sub("", head) or head)
    found += inline
    found += _named(name, base, others, found)
    found += [Requirement("group", name, values=(one,), negated=True) for one in excluded]
    return tuple(dict.fromkeys(found))


def _parts(words: str) -> Iterator[str]:
    for part in _split(words[:MAX_WORDS]):
        for piece in _SPLIT_WISH.split(part):
            stripped = piece.strip(" 　,，;；、的")
            if stripped:
                yield stripped


def _split(words: str) -> Iterator[str]:
    """Split ``words`` where one condition ends, but not inside brackets nor between the ages of men and women."""
    kept = [span for pattern in (_BY_SEX, _IN_BRACKETS) for span in (m.span() for m in pattern.finditer(words))]
    begin = 0
    for joint in _SPLIT.finditer(words):
        if not any(start <= joint.start() < end for start, end in kept):
            yield words[begin : joint.start()]
            begin = joint.end()
    yield words[begin:]


def _read_part(part: str) -> list[Requirement]:
    """The requirements of one part; what is left once they are read out is a statement or for others to judge."""
    if _EMPLOYER.search(part):
        return [Requirement("authority", part)]
    if _OF_OTHERS.search(part):
        return [_told(part)]
    certificate = _certificate(part)
    if certificate:
        return [certificate]
    insured = _insured(part)
    if insured:
        return [insured]
    found, rest = [], part
    age = _age(part)
    if age:
        found += age
        rest = _without_age(rest)
    residence = _residence(rest)
    if residence:
        found.append(residence)
        rest = rest.replace(residence.words, "", 1)
    graduation = _graduation(rest)
    if graduation:
        found.append(graduation)
        rest = rest.replace(graduation.words, "", 1)
    employment = _employment(rest)
    if employment and not _JUDGED.search(rest):
        found.append(employment)
        rest = rest.replace(employment.words, "", 1)
    if found and found[-1].kind in ("employment", "graduation") and _EITHER.search(rest):
        # 准备创业和创业初期: one or the other, which is more than one requirement can say.
        return [_told(part)]
    rest = rest.strip(" 　,，、和及且并或与的")
    if len(rest) > 1 and not re.fullmatch(r"处于|年龄在?|内|以?内|人员|之间|周岁|具有|(?:男|女|性)+", rest):
        # What was read out of the middle leaves no words that stand in the text.
        found.append(_told(rest if found and rest in part else part))
    return found


def _told(words: str) -> Requirement:
    own = _OWN.search(words) and not _JUDGED.search(words)
    return Requirement("statement" if own else "authority", words)


def _age(words: str) -> list[Requirement]:
    by_sex = _BY_SEX.search(words)
    if by_sex or _RETIREMENT.search(words):
        return [Requirement("authority", by_sex.group() if by_sex else words)]
    bounds = _age_bounds(words)
    if bounds:
        span, low, high = bounds
        return [Requirement("age", span, low=low, high=high)]
    working = _WORKING_AGE.search(words)
    if working:
        # The upper end differs by sex, occupation and year of birth.
        return [Requirement("age", working.group(), low=16), Requirement("authority", working.group())]
    return [Requirement("age", "未成年人", high=17)] if words == "未成年人" else []


def _age_bounds(words: str) -> tuple[str, int | None, int | None] | None:
    """The span, least and greatest age of ``words``; both belong to what is allowed."""
    ranged = _AGE_RANGE.search(words)
    if ranged:
        return _age_span(words, [ranged]), parse_cn(ranged["low"]), parse_cn(ranged["high"])
    low = high = None
    matches: list[re.Match[str]] = []
    for pattern, step, upper in (
        (_AGE_UNDER, -1, True),
        (_AGE_UP_TO, 0, True),
        (_AGE_OVER, 1, False),
        (_AGE_FROM, 0, False),
    ):
        match = pattern.search(words)
        if match is None or any(match.start() < m.end() and m.start() < match.end() for m in matches):
            continue
        named = match.groupdict()
        number = parse_cn(named.get("n") or named.get("m") or "")
        if not 0 < number < 130:
            continue
        matches.append(match)
        if upper:
            high = number + step
        else:
            low = number + step
    return (_age_span(words, matches), low, high) if matches else None


def _age_span(words: str, matches: list[re.Match[str]]) -> str:
    start, end = min(m.start() for m in matches), max(m.end() for m in matches)
    after = re.match(r"(?:[(（]含[^()（）]{0,10}[)）])?(?:及)?以[上下]", words[end:])
    return words[start : end + (after.end() if after else 0)]


def _without_age(words: str) -> str:
    if _BY_SEX.search(words):
        return _BY_SEX.sub("", words, count=1)
    if _RETIREMENT.search(words):
        return ""
    bounds = _age_bounds(words)
    if bounds:
        return words.replace(bounds[0], "", 1)
    return _WORKING_AGE.sub("", words, count=1).removeprefix("未成年人")


def _residence(words: str) -> Requirement | None:
    away = _NOT_HERE.search(words)
    if away:
        return Requirement("residence", words, values=("",), negated=True)
    match = _RESIDENCE.search(words)
    if match is None or _NO_PLACE.match(match["place"]):
        return None
    place = "" if re.match(r"[本我全]|当地", match["place"]) else match["place"]
    return Requirement("residence", match.group(), values=(place,))


def _graduation(words: str) -> Requirement | None:
    within = _LEFT_WITHIN.search(words)
    if within:
        years = min(parse_cn(within["a"] or within["b"]), 3) if parse_cn(within["a"] or within["b"]) <= 3 else 0
        if not years:
            return Requirement("statement", within.group())
        return Requirement("graduation", within.group(), values=GRADUATION[2 : 3 + years])
    now = _THIS_YEAR.search(words)
    if now:
        return Requirement("graduation", now.group(), values=GRADUATION[1:3])
    left = _LEFT.search(words)
    return Requirement("graduation", left.group(), values=GRADUATION[2:]) if left else None


def _employment(words: str) -> Requirement | None:
    # 连续失业一年以上, 登记失业半年以上: how long is a matter of its own.
    if re.search(rf"(?:{_N}|半)\s*(?:个月|年)", words):
        return None
    for pattern, values in _EMPLOYMENT:
        match = pattern.search(words)
        if match:
            return Requirement("employment", match.group(), values=values)
    return None


def _insured(words: str) -> Requirement | None:
    match = _INSURED.search(words)
    if match is None:
        return None
    months = parse_cn(match["n"]) * (12 if match["unit"] == "年" else 1)
    if match["not"]:
        return Requirement("insured", words, high=months - 1)
    return Requirement("insured", words, low=months)


def _certificate(words: str) -> Requirement | None:
    if not _CERTIFICATE.search(words) or _OTHER_PAPER.search(words) or not _SKILL.search(words):
        return None
    levels = [level for level, pattern in _LEVEL if pattern.search(words)]
    if not levels:
        return Requirement("certificate", words, low=1)
    return Requirement("certificate", words, low=min(levels), high=None if "以上" in words else max(levels))


def _brackets(name: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """``name`` without its bracket, and the names that the bracket adds and takes away."""
    match = _BRACKET.search(name)
    if match is None:
        return name, (), ()
    inner = match["inner"]
    names = tuple(one.strip() for one in re.split(r"[、,，和及]", re.sub(_INCLUDES, "", inner)) if len(one.strip()) > 1)
    if _EXCLUDES.match(inner):
        taken = tuple(
            one for one in re.split(r"[、,，和及]", _EXCLUDES.sub("", inner).removesuffix("外")) if len(one) > 1
        )
        return name[: match.start()], (), taken
    return name[: match.start()], names if _INCLUDES.match(inner) else (), ()


def _split_modifier(name: str) -> tuple[str, str]:
    """(name, condition): 有意愿从事康养服务的各类人员 → (各类人员, 有意愿从事康养服务)."""
    before, mark, head = name.rpartition("的")
    split = mark and before and len(head) > 1 and not _ENDS_IN_HEAD.search(before)
    return (head, before) if split else (name, "")


def _read_inline(name: str) -> tuple[str, list[Requirement]]:
    """What stands inside a name without 的: (高校毕业生, [离校2年内, 未就业]) of 离校2年内未就业高校毕业生."""
    found: list[Requirement] = []
    rest = name
    bounds = _age_bounds(name) if "岁" in name else None
    if bounds:
        found.append(Requirement("age", bounds[0], low=bounds[1], high=bounds[2]))
        rest = rest.replace(bounds[0], "", 1)
    residence = _residence(rest)
    if residence and len(residence.words) < len(rest):
        found.append(residence)
        rest = rest.replace(residence.words, "", 1)
    graduation = _graduation(rest)
    if graduation:
        found.append(graduation)
        rest = rest.replace(graduation.words, "", 1)
    openings: tuple[tuple[re.Pattern[str], Kind], ...] = ((_ABOUT_TO, "statement"), (_PRAISED, "authority"))
    for pattern, kind in openings:
        match = pattern.match(rest)
        if match:
            found.append(Requirement(kind, match.group()))
            rest = rest[match.end() :]
    duration = re.match(rf"(?P<what>(?:连续)?(?:登记)?失业)(?:{_N}|半)\s*(?:个月|年)(?:\(含\)|（含）)?(?:以上)?", rest)
    if duration:
        found.append(Requirement("statement", duration.group()))
        found.append(Requirement("employment", duration["what"], values=_values_of(duration["what"])))
        rest = rest[duration.end() :]
    for pattern, values in _EMPLOYMENT:
        match = pattern.search(rest)
        if match and not re.fullmatch(r"(?:大学|应届)?失业保险.*", rest):
            found.append(Requirement("employment", match.group(), values=values))
            rest = rest[: match.start()] + rest[match.end() :]
            break
    school = re.match(r"未(?:能)?继续升学", rest)
    if school:
        found.append(Requirement("statement", school.group()))
        rest = rest[school.end() :]
    return rest.lstrip("的、和及") or "", found


def _values_of(words: str) -> tuple[str, ...]:
    return next((values for pattern, values in _EMPLOYMENT if pattern.search(words)), ())


def _named(name: str, base: str, others: tuple[str, ...], found: list[Requirement]) -> list[Requirement]:
    """The requirement of belonging to ``base``, where that says more than what was found already."""
    kinds = {one.kind for one in found}
    if _GATHERED.search(base) and _ENDS_IN_HEAD.search(_GATHERED.sub("", base)):
        base = _GATHERED.sub("", base)
    if base in LEVELS:
        level = LEVELS.index(base) + 1
        return [Requirement("certificate", name, low=level, high=level)]
    upwards = re.match(r"(?P<level>高级工|中级工|初级工|高级技师|技师)(?:及|[(（]含[)）])?以上", base)
    if upwards:
        base = re.sub(r"^(?:技能人才|人员|职工)$", "", base[upwards.end() :])
        level = LEVELS.index(upwards["level"]) + 1
        kept = [Requirement("group", name, values=(base, *others))] if base else []
        return [Requirement("certificate", name, low=level), *kept]
    said_by_work = any(pattern.fullmatch(base) for pattern in (_ANYONE, _WORKERS, _PUPILS))
    if "employment" in kinds and (not base or said_by_work):
        return []
    if _EMPLOYEES.fullmatch(base):
        return [] if "employment" in kinds else [Requirement("employment", name, values=("在职",))]
    if _WORKERS.fullmatch(base):
        return [] if "employment" in kinds else [Requirement("employment", name, values=WORKING_OR_SEEKING)]
    if _PUPILS.fullmatch(base):
        return [] if "graduation" in kinds else [Requirement("employment", name, values=("在校",))]
    if not base or _ANYONE.fullmatch(base):
        return [] if found and kinds != {"authority"} else [Requirement("authority", name)]
    return [Requirement("group", name, values=tuple(dict.fromkeys((base, *_members(base), *others))))]


def _members(base: str) -> tuple[str, ...]:
    """The names that a list with a shared head holds: 高校毕业生, 职业院校毕业生 of 高校、职业院校毕业生."""
    head = _SHARED_HEAD.search(base)
    pieces = re.split(r"、|和(?!谐)|及|或", base)
    if head is None or len(pieces) < 2 or any(len(piece) < 2 for piece in pieces):
        return ()
    return tuple(
        piece if _ENDS_IN_HEAD.search(piece) and not re.search(rf"{ORGANISATION}\Z", piece) else piece + head.group()
        for piece in pieces
    )
