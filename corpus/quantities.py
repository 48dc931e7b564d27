"""Every figure of a Chinese policy text, with its unit, its bound and what it is taken per.

``find_quantities("技能人才占比达到30%以上")`` → one `Quantity` of 30 ``%`` with the bound ``以上``. Numbering, document
numbers, years, dates and phone numbers are not quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from corpus.periods import HALF_WIDTH, find_periods

QuantityKind = Literal["count", "ratio", "money", "duration", "frequency", "age", "ordinal", "phone"]
"""``count`` 12万人次; ``ratio`` 60%, 1/3, 1.5倍; ``money`` 500元; ``duration`` 2年, 3个月; ``frequency`` 每2年一次;
``age`` 60周岁; ``ordinal`` 前3名; ``phone`` only from `find_phones`."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed figure; ``text[start:end] == surface``, bound words and the base of a ratio included.

    ``value`` is in ``unit`` (12万人次 → 120000 人次, 六成 → 60 %) and ``None`` where the text is vague (十余家) or a
    fraction (``fraction`` then holds numerator and denominator); ``high`` is the upper end of a range. ``base`` is
    what a ratio is taken of (不得少于在校生人数的50% → 在校生人数), ``per`` its rate as printed (每年, 每2年, 每人每天,
    人均). ``number_start``/``number_end`` is the narrower span of number and unit alone.
    """

    start: int
    end: int
    surface: str
    value: Decimal | None
    high: Decimal | None
    unit: str
    bound: str
    kind: QuantityKind
    per: str
    base: str
    fraction: tuple[int, int] | None
    number_start: int
    number_end: int


_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

_SPACE = "[ \u3000\xa0]?"
# 1,000,000 · 1000000 · 149.1
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
# 12万 · 3千万 · 3亿5000万 · 1万2千
_MIXED = rf"{_ARABIC}(?:{_SPACE}[百千]?[万亿]+(?:\d+(?:\.\d+)?[千万])?|{_SPACE}[百千])?"
# 一百二十万 · 三点五 · 两千 · 十二 (never a bare 百, 千 or 万: 千家万户)
_CHINESE = (
    r"(?:[一二三四五六七八九两][〇○零一二三四五六七八九两十百千万亿]{0,20}|十[一二三四五六七八九]?[百千万亿]*)"
    r"(?:点[零一二三四五六七八九]+)?"
)
# 十余 · 几十 · 数百 · 上千 · 几, but not in 总户数百分之五十
_VAGUE = r"(?:[几数][十百千万亿]{1,4}(?!分之)|上[百千万亿]{1,4}|[十百千万亿]{1,4}余|几)[万亿]?"
_NUMBER = rf"(?:{_MIXED}|{_VAGUE}|{_CHINESE})"
_RANGE_TO = r"[ ]?(?:[-—–―~～]{1,2}|至|到)[ ]?"

# Measure words are a closed class of the language.
_UNIT_WORDS = (
    "人次|人天|人日|户次|家次|件次|场次|班次|车次|架次|批次|台次|辆次|列次|例次|人|名|位|家|个|户|所|次|期|批|届|轮|场|条|项|种|类|"
    "篇|部|套|台|辆|艘|架|件|份|张|门|本|册|对|双|组|支|座|处|栋|幢|间|层|片|块|株|棵|头|只|匹|羽|尾|枚|把|盒|箱|包|袋|瓶|顶|床|席|眼|口|道|"
    "代|档|起|例|宗|笔|股|款|站|步|句|字|分|学分|床位|车位|标准箱|像素|"
    "倍|%|‰|百分点|个百分点|基点|个基点|美元|欧元|港元|港币|日元|人民币|元|周岁|岁|"
    "年|天|日|周|星期|季度|学期|学年|个月|个学期|小时|个小时|分钟|秒|工作日|个工作日|自然日|个自然日|课时|学时|个课时|个学时|"
    "吨标准煤|立方米|平方公里|平方千米|平方米|平方|平米|公里|千米|海里|毫米|厘米|分米|米|公顷|亩|"
    "吨|公斤|千克|毫克|克|斤|毫升|升|千瓦时|兆瓦时|千瓦|兆瓦|摄氏度|℃"
)
_UNIT = "(?:" + "|".join(sorted(map(re.escape, _UNIT_WORDS.split("|")), key=len, reverse=True)) + ")"
# Words that only begin like a measure word: 5人员, 18部门, 三位一体, 一次性, 两部制.
_LOOK_ALIKES = {
    "人": "员|均|才|类|民|力|工|物|大",
    "家": "庭|长|属|政",
    "年": "级|龄|轻|会|度",
    "次": "性|数|于|日|生|月",
    "项": "目",
    "条": "件|例|线",
    "位": "一体|于|置|数",
    "名": "单|称|额|校|师|牌|录",
    "门": "类|户|诊|店",
    "部": "委|门|队|分|署|级|制",
    "场": "所|地|景|馆",
    "组": "织|成|长|合|建",
    "所": "有|属|在|得|需",
    "处": "理|置|于|罚",
    "本": "级|地|市|省|科|年",
    "代": "表|码|理|化",
    "起": "草|步|来",
    "批": "准|发|示",
    "期": "间|限|末",
    "件": "套",
    "对": "接|象|策|口|不|吗|么|吧",
    "双": "一流|向|方|语",
    "把": "关|手|握",
    "包": "括|含|装",
    "分": "别|类|级|之|钟|局|区|行|公司|段|步",
    "站": "式|点",
    "道": "路|德",
    "元": "旦|件|素",
    "口": "岸|径|罩|腔",
    "类": "别|型|似",
    "张": "家|掖|江",
    "户": "籍|口|外",
    "轮": "换|岗|训|流|值",
    "届": "时|.{0,2}全会",
    "字": "号|第",
    "周": "年|边|转|期",
    "头": "部|像",
    "款": "项|规",
    "日": "常|报|前|均",
    "层": "次|级|面",
}
_NOT_UNIT = "(?!" + "|".join(f"(?<={word})(?:{rest})" for word, rest in _LOOK_ALIKES.items()) + ")"

_BEFORE = {
    "不少于": "不(?:得|应|宜|能)?(?:少|低|小)于|最低(?!生活|工资)",
    "不超过": "(?:最[高多长]?)?不(?:得|应|能|宜)?(?:超过|超出|超|高于|多于|大于|长于)"
    "|最[高多长](?:可达|可)?|至多|上限为?|控制在",
    "至少": "至少|最少|起码",
    "以下": "(?<!不)(?<!不得)(?<!不应)(?<!不能)(?:低于|少于|小于|不足|不到|不满|未满|未达到?)",
    "超过": "(?<!不)(?<!不得)(?<!不应)(?<!不能)(?:超过|突破|高于|多于|大于|逾|超)",
    "左右": "大约|(?<![预节合签条契制])约(?!束|定|谈)|(?<![最附临远靠亲])近|将近|接近",
}
AT_LEAST, AT_MOST = frozenset("以上 不少于 至少 超过".split()), frozenset("以下 不超过".split())
"""The bounds of ``Quantity`` that set a floor, and those that set a ceiling."""
_BEFORE_ANY = "|".join(f"(?P<b{n}>{pattern})" for n, pattern in enumerate(_BEFORE.values()))
_BOUNDS = tuple(_BEFORE)
# 不少于 20家 · 近 3万人 · 超过了50%
_BOUND_HERE = re.compile(rf"(?:{_BEFORE_ANY})(?:了|到|为)?{_SPACE}$")
# 至少举办1期 · 不得超过培训补贴总额50%: the bound governs a figure a few characters on.
_BOUND_NEAR = re.compile(
    r"(?P<less>至少|最少|起码)|(?P<none>不得?少于|不得?低于)|(?P<most>最多|至多|不得?超过|不得?高于)"
)
# 不得少于在校生人数的50% · 按投资额的30% · 占就业人口的30%
_BASE = re.compile(
    rf"(?:(?:{_BEFORE_ANY})了?|(?P<link>按(?:照|(?!照))|以|占|为|达到?|给予|补助|补贴|奖励|相当于))(?!不|至少|最|超过|低于)(?P<base>[^\W\d]{{0,3}}[^\s,，;；。:：、\d]{{1,14}}?)的$"
)
_AFTER = re.compile(
    rf"{_SPACE}(?:[(（](?P<open>含本?数?|不含)[)）])?(?P<word>及?以上|或者?以上|及?以下|或者?以下|以内|之内|内(?![蒙部容在需外])|左右|上下|及其以上)"
)
_AFTER_BOUND = {"内": "不超过", "以内": "不超过", "之内": "不超过", "左右": "左右", "上下": "左右"}
# 10多万 · 20余家
_MORE = "(?:(?P<more>[余多])(?P<scale>[千万亿]{0,2}))"

# 提前30日 · 公示7日 · 满3日; 30日内 · 15日后 are spans of days, 3月15日 and 15日 are days of a month.
_DAYS_BEFORE = re.compile(
    r"(?:提前|公示期?|公告|期满|(?<!期)满|逾期|超过|连续|累计|至少|不(?:得)?少于|不超过|不足|休假?|享受)[为达]?$"
)
_DAYS_AFTER = re.compile(r"(?:以|之)?内(?![蒙部容])|以[上下]|期(?!间)|(?<!月..日)(?<!月.日)后")

_FIGURE = re.compile(
    rf"(?P<hundred>百分之|千分之|万分之)(?P<pc>{_CHINESE}|{_ARABIC}|百)(?:{_RANGE_TO}(?:百分之|千分之)?(?P<pc2>{_CHINESE}|{_ARABIC}))?"
    rf"|(?P<den>{_CHINESE}|\d+)分之(?P<num>{_CHINESE}|\d+)"
    r"|(?<![\d/.])(?P<fn>\d{1,3})/(?P<fd>\d{1,3})(?![\d/.年月])"
    rf"|(?P<cheng>[一二两三四五六七八九十1-9])成(?P<half>半)?(?:(?:以上|左右|以下|的|为|[，。,;；、）)]|$)(?!不变))"
    rf"|(?P<front>(?<!提)前|第)?{_SPACE}(?P<a>{_NUMBER}){_MORE}?{_SPACE}(?P<unit_a>{_UNIT}{_NOT_UNIT})?"
    rf"(?:{_RANGE_TO}(?P<b>{_NUMBER}){_SPACE}(?P<unit_b>{_UNIT}{_NOT_UNIT})?)?(?P<more_b>[余多](?=[^数个样]))?"
)
# 元/人 · 元/人·天 · 元/人/月 · 元每平方米
_SLASH_PER = re.compile(
    r"(?:/|每)(?P<per>[人户家年月天日次亩吨期个件台套辆例名课学小][时岗]?(?:[/·.]?(?:人|年|月|天|日|次|期))*)(?![一-龥]{0,1}至)"
)
_PER_ITEM = (
    rf"(?:每(?:{_NUMBER})?{_SPACE}(?:个)?(?:{_UNIT}|户|月|季度|季|县|市|村|镇|校|企业|班|例|旬|批)|[人年月日户周]均)"
)
# 每人每天50元 · 每年至少举办1期 · 人均补助200元: the rate stands before the figure.
_PER_HERE = re.compile(rf"(?P<per>(?:{_PER_ITEM})+)(?P<between>[^\d,，;；。、]{{0,12}})$")
# 年培训农民工30万人次以上: 年 before a verb (never 年龄, 年底, 年度)
_PER_YEAR = re.compile(
    r"(?:^|(?<=[,，;；。:：、\s\d（(力争]))(?P<per>年)(?![龄底末前初度内限级轻满终报检来月日之以间起后后中均会代])[^\d,，;；。:：、\s]{1,20}$"
)
_SHORT_VERB = 6
_PARTS = {"百分之": "%", "千分之": "‰", "万分之": "‱"}
_FREQUENCY_UNITS = frozenset(["次", "期", "场", "届", "轮", "批", "场次", "批次", "班次"])
_DURATION_UNITS = frozenset(
    ["年", "月", "天", "日", "周", "星期", "季度", "学期", "学年", "小时", "分钟", "秒", "工作日", "自然日"]
)
_MONEY_UNITS = frozenset(["元", "美元", "欧元", "港元", "港币", "日元"])
_RATIO_UNITS = frozenset(["%", "‰", "‱", "倍", "百分点", "基点"])
_SAME_UNIT = {
    "周岁": "岁",
    "人民币": "元",
    "千米": "公里",
    "平方千米": "平方公里",
    "平方": "平方米",
    "平米": "平方米",
    "千克": "公斤",
}

_PHONE = re.compile(
    r"(?<![\d.])(?:(?:\(0\d{2,3}\)|0\d{2,3})[-— ]?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}"
    r"|(?<=[话线打:：转])\d{5,8})(?![\d万亿元.%])"
)
_MASKS = (
    # 〔2024〕19号 · (2019)5号 · 第12号 · 2020年第3号
    re.compile(
        r"[〔\[［(（【]\s*(?:19|20)\d{2,4}\s*[〕\]］)）】]?\s*\d{0,5}\s*号|(?<!\d)\d+\s*号(?!线)|[〔\[［]\s*\d{4,}[^〕\]]{0,6}[〕\]］]?号?"
    ),
    # 第3条 · 第十九届 · 第一
    re.compile(r"第\s*(?:\d+|[一二三四五六七八九十百千零〇]+)(?:[批次期届条款项章节位名类个部轮季年代例步])?"),
    # 1.明确 · 12、 · (一) · （3）
    re.compile(
        r"(?:(?<=[\s。;；:：”」])|^)\d{1,2}[.、．](?!\d)|[(（]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]", re.M
    ),
    # 专栏1 · 附件2 · 表3 · 图4
    re.compile(r"(?:专栏|附件|附表|附录|表|图|注)\s*\d{1,2}(?!\d|[.万%人家个名])"),
    # 一是 · 十一是 · 其一
    re.compile(r"[一二三四五六七八九十]{1,3}(?:是(?=[^否非])|则(?=[^一-龥]))"),
    # 5G · COVID-19 · A4 · 2.0 · http://…
    re.compile(r"https?://\S+|(?<![A-Za-z.\-_])[A-Za-z][A-Za-z.\-_]*\d[\w.\-]*|(?<![.\d])\d[.\d]*[A-Za-z][\w\-]*"),
    # 8:30 · 8时30分 · 上午9点
    re.compile(
        r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,2}[时点]\d{1,2}分|\d{1,2}时(?:许|起|前|止|至|-|—)|(?:上午|下午|晚上?|早上?|中午|凌晨)[一二三四五六七八九十\d]{1,3}[时点]"
    ),
    # 5月25日 · 3月底 · 1-2月 · 十二月
    re.compile(
        r"(?<!个)(?:\d{1,2}\s*[-—至、]\s*)?(?<!\d)\d{1,2}\s*月(?:份|\s*\d{1,2}\s*[日号]?|[上中下]旬|底|初|末)?(?:[至\-—~]+\d{1,2}[日号])?|[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日|份)?"
    ),
    # 000014349/2024-770811 · 0123 · 3.15-4.20-5
    re.compile(r"(?<![\d.])(?:\d+[-/.]){2,}\d+|(?<![\d.,])0\d+(?![.\d])[-/\d]*|(?<!\d)\d{6,}/\d+"),
    # 二产 · 三支一扶 · 一人一策 · 双随机一公开 · 十分重要 · 四川
    re.compile(
        r"[一两三四五六七八九双](?![十百千万亿点零至到或年月天周日次余多])[一-龥][一两三四五六七八九](?![十百千万亿])[一-龥]|十分|十足|一律|一般|一定|一并|一同|一起|一些|一直|统一|四川|三亚|万一|百姓"
    ),
)
# “三篇大文章”, “五大安全”: a Chinese numeral right after a quotation mark opens a name.
_NAME_OPENING = '“‘「『"《'


def normalise_number(printed: str) -> Decimal:
    """Return the value of one printed number in either script: ``一百二十万`` → 1200000, ``1.2万`` → 12000.

    Raises ValueError where ``printed`` is no number.
    """
    text = re.sub(r"[\s,]", "", printed.translate(HALF_WIDTH).replace("，", ","))
    if not text:
        raise ValueError("empty number")
    if re.fullmatch(r"[〇○零一二三四五六七八九]{2,}", text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    whole, point, decimals = text.partition("点")
    value = _grouped(whole)
    if point:
        value += Decimal("0." + "".join(str(_DIGITS[char]) for char in _known(decimals)))
    # 149.1万 is 1491000, not 1491000.0 or 1.491E+6.
    return value.quantize(Decimal(1)) if value == value.to_integral_value() and value < 10**20 else value


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of ``text``, sorted by ``start``, without overlap."""
    plain = text.translate(HALF_WIDTH)
    hidden = bytearray(len(plain))
    for start, end in _masked(plain):
        hidden[start:end] = b"\1" * (end - start)
    found: list[Quantity] = []
    position = 0
    while (match := _FIGURE.search(plain, position)) is not None:
        position = max(match.end(), match.start() + 1)
        masked = hidden.find(1, match.start(), match.end())
        if masked >= 0:
            # What is left of a mask is read again on its own.
            unmasked = hidden.find(0, masked)
            position = unmasked if unmasked > 0 else len(plain)
            continue
        quantity = _read(text, plain, match, found[-1].end if found else 0)
        if quantity is not None:
            found.append(quantity)
            position = quantity.end
        elif match["b"] is not None:
            position = match.end("a")
    return tuple(found)


def find_phones(text: str) -> tuple[Quantity, ...]:
    """Return the phone numbers of ``text`` as quantities of kind ``phone`` without value."""
    return tuple(
        Quantity(
            match.start(), match.end(), text[match.start() : match.end()], None, None, "", "", "phone", "", "", None,
            match.start(), match.end(),
        )
        for match in _PHONE.finditer(text.translate(HALF_WIDTH))
    )  # fmt: skip


def same_quantity(a: Quantity, b: Quantity, *, with_bound: bool = False) -> bool:
    """Return whether two figures say the same amount.

    A unit missing on one side is no difference; 人 and 人次 differ, 人 and 名 do not. ``with_bound`` also asks for the
    same bound (50家以上 against 50家 is then a difference).
    """
    if with_bound and a.bound != b.bound:
        return False
    if not _units_agree(a.unit, b.unit):
        return False
    if a.fraction or b.fraction:
        left, right = _as_fraction(a), _as_fraction(b)
        return left is not None and left == right
    if a.value is None or b.value is None:
        return a.value is b.value and a.surface == b.surface
    return a.value == b.value and a.high == b.high


def _masked(plain: str) -> Iterator[tuple[int, int]]:
    for period in find_periods(plain):
        yield period.start, period.end
    for phone in find_phones(plain):
        yield phone.start, phone.end
    for mask in _MASKS:
        for match in mask.finditer(plain):
            yield match.span()


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its measure word, before the words around it are read."""

    start: int
    end: int
    value: Decimal | None
    high: Decimal | None = None
    unit: str = ""
    bound: str = ""
    fraction: tuple[int, int] | None = None
    ordinal: bool = False


def _read(text: str, plain: str, match: re.Match[str], floor: int) -> Quantity | None:
    """Turn one match of `_FIGURE` into a quantity, or None where it is only a look-alike."""
    amount = _amount(plain, match)
    if amount is None:
        return None
    kind = _kind(amount, head=plain[max(0, amount.start - 6) : amount.start])
    start, end, bound, per, base = amount.start, amount.end, amount.bound, "", ""
    if kind in ("money", "count") and (slash := _SLASH_PER.match(plain, end)) is not None:
        per, end = "每" + re.sub(r"[/·.]", "每", slash["per"]), slash.end()
    after = _AFTER.match(plain, end)
    if after is not None and (amount.unit or after["word"] != "内"):
        end = after.end()
        bound = _AFTER_BOUND.get(after["word"], "以上" if "上" in after["word"] else "以下")
    if amount.ordinal:
        # 前3名: the 前 belongs to the figure.
        start = plain.rfind("前", 0, start)

    limit = max(floor, start - 40)
    left = plain[max(limit, 1 + max(plain.rfind(stop, limit, start) for stop in "\n,，;；。")) : start]
    if (here := _BOUND_HERE.search(left)) is not None:
        bound = bound or _named_bound(here)
        start, left = start - len(left) + here.start(), left[: here.start()]
    elif kind == "ratio" and (based := _BASE.search(left)) is not None:
        bound, base = bound or _named_bound(based), based["base"]
        cut = based.start("base") if based["link"] else based.start()
        start, left = start - len(left) + cut, left[: based.start()]
    elif not bound and (near := _BOUND_NEAR.search(left[-12:])) is not None:
        bound = "至少" if near["less"] else "不少于" if near["none"] else "不超过"

    if not per and not amount.ordinal:
        if (rate := _PER_HERE.search(left)) is not None:
            per = rate["per"]
            often = amount.unit in _FREQUENCY_UNITS
            kind = "frequency" if often else kind
            if not rate["between"].strip() or (often and len(rate["between"]) <= _SHORT_VERB):
                start -= len(left) - rate.start()
        elif _PER_YEAR.search(left) is not None:
            per = "年均"
    return Quantity(
        start, end, text[start:end], amount.value, amount.high, amount.unit, bound, kind, per, base, amount.fraction,
        amount.start, amount.end,
    )  # fmt: skip


def _amount(plain: str, match: re.Match[str]) -> _Amount | None:
    """Return the number that a match of `_FIGURE` holds: a percentage in words, a fraction, 成, or a count."""
    if match["hundred"]:
        value = normalise_number("一百" if match["pc"] == "百" else match["pc"])
        high = normalise_number(match["pc2"]) if match["pc2"] else None
        return _Amount(match.start(), match.end(), value, high, _PARTS[match["hundred"]])
    if match["den"] or match["fd"]:
        top, bottom = normalise_number(match["num"] or match["fn"]), normalise_number(match["den"] or match["fd"])
        if not 0 < top < bottom or bottom != bottom.to_integral_value():
            return None
        return _Amount(match.start(), match.end(), None, fraction=(int(top), int(bottom)))
    if match["cheng"]:
        value = normalise_number(match["cheng"]) * 10 + (5 if match["half"] else 0)
        end = match.end("half") if match["half"] else match.end("cheng") + 1
        return _Amount(match.start(), end, value, None, "%")
    return _count(plain, match)


def _count(plain: str, match: re.Match[str]) -> _Amount | None:
    """Return a number or a range of numbers with its measure word."""
    first, second = match["a"], match["b"]
    start = match.start("a")
    unit_a, unit_b = match["unit_a"] or "", match["unit_b"] or ""
    chinese = not first[0].isascii()
    if match["front"] == "第" or plain[start - 1 : start] == "每":
        return None
    if second and not _is_range(first, second, unit_a, unit_b):
        second = None
    if second:
        unit, end = unit_b, match.end("unit_b") if unit_b else match.end("b")
    else:
        unit, end = unit_a, match.end("unit_a") if unit_a else match.end("scale") if match["more"] else match.end("a")
    if chinese and ((not unit and not re.search("[百千万亿]", first)) or _is_name(plain, start, first, unit, end)):
        return None
    if not unit and plain[end : end + 1] in tuple("号楼路级后时点月日年"):
        return None
    if unit == "届" and re.fullmatch(r"(?:19|20)\d\d", first):
        # 2021届毕业生 is a year.
        return None
    if unit == "日" and not (_DAYS_BEFORE.search(plain[:start]) or _DAYS_AFTER.match(plain, end)):
        return None
    bound = "超过" if match["more"] else ""
    # 3万人余, 20家多; but 一支多学科团队
    if second is None and unit_a and match["more_b"] and not chinese:
        bound, end = "超过", match.end("more_b")
    unit, ordinal = _clean_unit(unit), bool(match["front"])
    if re.match(_VAGUE, first):
        return _Amount(start, end, None, None, unit, bound, ordinal=ordinal)
    low = normalise_number(first + (match["scale"] or ""))
    high = None
    if second:
        high = normalise_number(second)
        scale = _scale(second)
        if not unit_a and _scale(first) == 1 and low < high and low * scale <= high:
            # 3-5万人: thirty to fifty thousand
            low *= scale
    elif re.fullmatch("[一二三四五六七八九]{2}", first):
        # 三四家: three or four
        low, high = Decimal(_DIGITS[first[0]]), Decimal(_DIGITS[first[1]])
        if high != low + 1:
            return None
    return _Amount(start, end, low, high, unit, bound, ordinal=ordinal)


def _is_range(first: str, second: str, unit_a: str, unit_b: str) -> bool:
    """True where ``second`` ends the range that ``first`` begins: 1-2家, 50万元至100万元, not 5家至十."""
    if re.match(_VAGUE, first) or re.match(_VAGUE, second) or first[0].isascii() != second[0].isascii():
        return False
    if unit_a and _clean_unit(unit_a) != _clean_unit(unit_b):
        return False
    low, high = normalise_number(first), normalise_number(second)
    return low < high


def _is_name(plain: str, start: int, number: str, unit: str, end: int) -> bool:
    """True for a Chinese numeral that counts nothing: “三篇大文章”, 二期工程, 一批, 一类, 百家."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    if before in tuple(_NAME_OPENING) or before in tuple("第其同之统唯单万初专更某另逐进"):
        return True
    if number == "二" and unit not in _DURATION_UNITS and unit not in ("个月", "人", "倍"):
        return True
    if unit in ("分", "步", "代", "道", "把", "口", "片", "层", "句", "字", "档", "类", "起", "包", "块", "头"):
        return True
    if number == "一" and (unit == "批" or before in tuple("上下")):
        return True
    if unit == "届" or (unit in ("期", "轮") and len(number) == 1):
        # 二期工程 is a name; a count needs 每 or a bound: 每年举办一期, 不少于两轮.
        return not re.search(r"(?:每|至少|不)[^,，;；。]{0,8}$", plain[max(0, start - 10) : start])
    return after in tuple("一两三四五六七八九十") and unit not in ("年", "个月", "月", "天", "小时")


def _kind(amount: _Amount, *, head: str) -> QuantityKind:
    unit = amount.unit
    if amount.ordinal:
        return "ordinal"
    if amount.fraction or unit in _RATIO_UNITS:
        return "ratio"
    if unit in _MONEY_UNITS:
        return "money"
    if unit == "岁" or (unit == "年" and re.search(r"年龄[^,，]{0,4}$", head)):
        return "age"
    if unit in _DURATION_UNITS:
        return "duration"
    return "count"


def _clean_unit(unit: str) -> str:
    if unit.startswith("个") and len(unit) > 1:
        unit = unit[1:]
    return _SAME_UNIT.get(unit, unit)


def _named_bound(match: re.Match[str]) -> str:
    for index, name in enumerate(_BOUNDS):
        if match[f"b{index}"]:
            return name
    return ""


def _scale(printed: str) -> int:
    multiplier = re.search(r"[百千万亿]+$", printed.strip())
    scale = 1
    if multiplier and printed[0] in "0123456789":
        for char in multiplier[0]:
            scale *= _STEPS.get(char, 1) * _MYRIADS.get(char, 1)
    return scale


def _known(numeral: str) -> str:
    if not numeral or any(char not in _DIGITS for char in numeral):
        raise ValueError(f"not a number: {numeral!r}")
    return numeral


def _grouped(text: str) -> Decimal:
    """Sum the groups of 亿, 万 and the rest: 1亿2000万, 一百二十万, 3千."""
    total = Decimal(0)
    group = Decimal(0)
    current: Decimal | None = None
    previous_step = 1
    for place, token in enumerate(re.findall(r"\d+(?:\.\d+)?|.", text)):
        if token[0].isdigit() and token.isascii():
            current = Decimal(token)
        elif token in _DIGITS:
            current = Decimal(_DIGITS[token])
            previous_step = 1 if token in "零〇○" else previous_step
        elif token in _STEPS:
            group += (Decimal(1) if current is None else current) * _STEPS[token]
            previous_step, current = _STEPS[token], None
        elif token in _MYRIADS:
            if not place:
                raise ValueError(f"not a number: {text!r}")
            group += current or 0
            # 万亿: the larger mark multiplies all that came before it.
            total = (
                (total + group) * _MYRIADS[token] if group == 0 or token == "亿" else total + group * _MYRIADS[token]
            )
            group, current, previous_step = Decimal(0), None, _MYRIADS[token]
        else:
            raise ValueError(f"not a number: {text!r}")
    if current is not None and previous_step >= 100 and not text[-1].isascii():
        # 一百二 is 120 and 三万五 is 35000.
        current *= previous_step // 10
    return total + group + (current or 0)


def _units_agree(a: str, b: str) -> bool:
    if not a or not b or a == b:
        return True
    people = {"人", "名", "位"}
    if (a in people and b in people) or {a, b} == {"课时", "学时"}:
        return True
    measured = _MONEY_UNITS | _RATIO_UNITS | _DURATION_UNITS | {"人次", "次", "岁"}
    return ("个" in (a, b) and not {a, b} & measured) or {a, b} <= {"家", "所", "户"}


def _as_fraction(quantity: Quantity) -> Fraction | None:
    if quantity.fraction:
        return Fraction(*quantity.fraction)
    if quantity.value is None or quantity.unit != "%":
        return None
    return Fraction(quantity.value) / 100
