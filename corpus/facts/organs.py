"""Public bodies as policy texts write them, found by the grammar of their names.

A name is a level (省, 遵义市, 各县<市、区>), a sector (人力资源社会保障) and a suffix (厅, 局, 部门). Sectors come
from a table of the fields of Chinese administration; a body of an unlisted sector is found where its level is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# The standard name of each field of administration, then its other names.
_SECTORS: tuple[tuple[str, ...], ...] = (
    ("人力资源社会保障", "人力资源和社会保障", "人力资源与社会保障", "人力资源", "人社", "人力社保", "社会保障"),
    ("劳动保障", "劳动和社会保障", "劳动行政", "劳动监察", "劳动"),
    ("发展改革", "发展和改革", "发展与改革", "发改", "发展计划"),
    ("工业和信息化", "工业信息化", "工信", "工业与信息化"), ("经济和信息化", "经济信息化", "经信", "经济信息"),
    ("工业和科学技术", "工业科技", "工业和科技", "工科"), ("科学技术", "科技"),
    ("教育体育", "教体", "教育和体育", "教科体", "教育科技体育"), ("教育",), ("财政",),
    ("税务", "国税", "地税", "国家税务", "地方税务"), ("民政",), ("公安",), ("公安交通管理", "公安交管", "交警"),
    ("司法", "司法行政"), ("自然资源", "自然资源和规划", "规划和自然资源", "国土资源", "国土", "土地"),
    ("城乡规划", "规划", "规划建设"), ("生态环境", "环境保护", "环保"),
    ("住房城乡建设", "住房和城乡建设", "住房建设", "住建", "城乡建设", "建设", "城建"),
    ("房屋管理", "房管", "房产", "房地产", "住房保障", "住房", "住房保障和房产"), ("住房公积金", "公积金"),
    ("交通运输", "交通"), ("水利", "水务", "水行政"), ("农业农村", "农业", "农牧", "农委", "农业和农村"),
    ("畜牧", "畜牧兽医", "农业农村畜牧"), ("渔业", "渔政", "水产", "海洋渔业", "海洋与渔业"), ("海洋",),
    ("商务", "商业"), ("文化旅游", "文化和旅游", "文旅", "文化广电旅游", "文广旅", "文体旅游", "文体广电旅游"),
    ("文化",), ("旅游",), ("文物",), ("卫生健康", "卫健", "卫生", "卫计", "卫生计生", "卫生和计划生育", "计划生育"),
    ("中医药", "中医药管理"), ("疾病预防控制", "疾控"), ("退役军人", "退役军人事务"), ("应急", "应急管理"),
    ("安全生产", "安监", "安全监管", "安全生产监督管理"), ("审计",), ("外事",), ("外国专家", "外专"), ("侨务",),
    ("国资", "国有资产监督管理", "国资监管", "国有资产监管"), ("市场监管", "市场监督管理", "市场监督"),
    ("工商", "工商行政管理"), ("质监", "质量监督", "质量技术监督"),
    ("药监", "药品监管", "药品监督管理", "食品药品监管", "食品药品监督管理", "食药监"), ("食品安全",),
    ("知识产权", "专利"), ("广电", "广播电视", "新闻出版广电"), ("新闻出版",), ("体育",), ("统计",),
    ("医保", "医疗保障"), ("金融", "金融监管", "地方金融监管", "地方金融监督管理", "金融工作"),
    ("银保监", "银行业监督管理", "银监", "保监", "银行保险监管"), ("证监",), ("信访",),
    ("林业", "林草", "林业和草原", "草原", "林业草原", "园林绿化", "园林"), ("乡村振兴",),
    ("扶贫", "扶贫开发", "脱贫攻坚"), ("粮食", "粮食和物资储备", "粮食和储备", "物资储备"), ("能源",), ("电力",),
    ("煤炭",), ("煤矿安全监察", "煤监"), ("机关事务", "机关事务管理"),
    ("大数据", "大数据发展管理", "大数据管理", "大数据发展"), ("数据", "数据管理"), ("生态移民", "移民"),
    ("城市管理", "城管", "城市管理执法", "城管执法", "城市管理综合执法"), ("综合执法", "综合行政执法"),
    ("行政审批", "审批", "行政审批服务"), ("政务服务", "政务", "政务服务管理", "营商环境"), ("海关",), ("气象",),
    ("地震",), ("邮政", "邮政管理"), ("通信", "通信管理", "电信"), ("网信", "互联网信息"), ("宣传",), ("组织",),
    ("统战",), ("政法",), ("编制", "机构编制", "编办"), ("监察", "纪检监察", "纪检"), ("保密",), ("档案",),
    ("烟草", "烟草专卖"), ("消防", "消防救援"), ("铁路",), ("民航", "民用航空"), ("海事",),
    ("出入境", "移民管理", "出入境管理"), ("就业", "就业服务", "公共就业服务", "就业创业"), ("社会保险", "社保"),
    ("人事",),
    ("公务员",), ("人才",), ("民族宗教", "民宗", "民族事务", "民族", "宗教", "宗教事务", "民族宗教事务"),
    ("价格", "物价"), ("供销",), ("监狱管理", "监狱"), ("戒毒", "戒毒管理"), ("军民融合",), ("人民防空", "人防"),
    ("老龄", "老龄工作"), ("投资促进", "招商"), ("口岸",), ("公共资源交易",), ("测绘", "测绘地理信息"),
    ("国防科工", "国防科技工业"), ("社会工作",), ("精神文明", "文明"), ("爱国卫生", "爱卫"), ("港口", "航运"),
    ("版权",), ("密码",), ("矿产", "地矿"), ("水文",), ("防汛抗旱", "防汛"), ("血站", "采供血"), ("殡葬",),
    ("共青团", "团委", "团组织"), ("工会",), ("妇联",), ("残联",), ("工商联",),
)  # fmt: skip
_STANDARD = {form: forms[0] for forms in _SECTORS for form in forms}
_SECTOR = "(?:" + "|".join(sorted(_STANDARD, key=lambda form: (-len(form), form))) + ")"
# Standard names of whole bodies, for comparison.
_BODIES = {
    "妇女联合会": "妇联", "残疾人联合会": "残联", "工商业联合会": "工商联", "科学技术协会": "科协",
    "文学艺术界联合会": "文联", "共青团": "团", "总工会": "工会", "管理委员会": "管委会", "人民政府": "政府",
    "供销合作社": "供销社", "居民委员会": "居委会", "村民委员会": "村委会", "人民代表大会常务委员会": "人大常委会",
    "国际贸易促进委员会": "贸促会", "归国华侨联合会": "侨联",
}  # fmt: skip

_HAN = r"[\u4e00-\u9fff]"
# Characters that end a name on the left: prepositions, conjunctions, auxiliaries.
_FREE = r"[^\W\da-zA-Z_由向对经报与和及会同请各的在以为从将把给被要应须并但且或等到至于是有可能按据当]"
# 遵义市 · 新蒲新区 · 和平区 (begins with a conjunction)
_PLACE = (
    r"(?:(?:和[平田硕顺]|大同|同[心江安德]|从化|向阳|经[开济]|应[城县]|于都)?"
    rf"{_FREE}{{1,7}}?(?:自治[区州县旗]|特别行政区|开发区|示范区|新区|省|市|县|区|州|盟|旗|镇|乡))"
)
# 县<市、区> · 市(州) · 区（市）
_OPTION = r"(?:[<(（〈〔\[][市区县旗州盟、,，自治功能园特开发管委会]{1,16}[>)）〉〕\]])"
_UNIT = rf"(?:自治[区州县旗]|乡镇|镇街|街道|地区|行政公署|省|市|县|区|州|盟|旗|乡|镇|地){_OPTION}?"
_UNITS = rf"(?:{_UNIT}(?:[、和及]?{_UNIT}){{0,5}})"
_ABOVE = r"(?:(?:县|市|省|区|乡|镇|设区的?市)级?(?:以上|以下)(?:地方)?(?:各级)?)"
_LEVEL = (
    rf"(?:(?:各级|各|所在地|当地|上级|下级|同级|本级|有关|相关|本|我|全|所属|地方各级|地方|基层|原|驻|属地)?"
    rf"(?:{_ABOVE}|国家|中央|全国|中国|国务院|中共|(?:省|市|县|区|州|旗|盟|乡镇|镇)[级直属]|{_UNITS}|{_PLACE})"
    rf"|各级地方|地方各级|各级|各|所在地|当地|上级|下级|同级|本级|有关|相关|地方|基层|所属|本|属地|双方)"
)
_LEVELS = rf"(?:{_LEVEL}{{0,3}})"
_LEVELS_GIVEN = rf"(?:{_LEVEL}{{1,3}})"
_SUFFIX = (
    r"(?:(?:管理|监督管理|监察|执法|服务|工作)?(?:总局|总署|厅(?![级长])|局(?![部面限势长级])|委员会|"
    r"委(?![托派任员会内])|办公厅|办公室|办(?![理法事公学好案税证])|署)"
    r"|部(?![门分署长队属级位件]))"
)
_POWER = r"(?:行政)?(?:主管|监管|监督管理|监督|管理|执法|审批|职能|征收|登记|服务|经办)?"
# 等部门 · 行政主管部门 · 等行业主管部门 · 等有关部门和单位
_SHARED = re.compile(
    rf"(?:等)?(?:各?有关|各?相关|各?行业|业务|其他)*{_POWER}(?:部门|机关(?!事务|干|工|党|单|企|事))(?:和单位|"
    rf"及单位|、单位)?"
)
_ITEM = re.compile(rf"(?P<level>{_LEVELS}){_SECTOR}(?:行政|管理)?\Z")
_OTHER_ITEM = re.compile(rf"(?<=[、和及与]){_FREE}{{2,6}}\Z")
# 行业主管部门 · 各部门 · 市政府各部门 · 责任单位 is a label, not a body
_GENERIC = re.compile(
    rf"{_LEVELS}(?:(?:行业|业务|行政|职能|相关|有关|各有关|各相关|各行业|各|主办|承办|牵头|责任|成员|监管|主管|"
    rf"省直|市直|区直|县直|直属)"
    rf"{{1,3}}(?:主管|监管|职能|责任|行业|行政)?(?:部门(?:和单位)?|机关(?!事务|干|工|党|企)|"
    rf"(?<!责任)(?<!牵头)(?<!承办)(?<!主办)单位))"
)
_NAMED = re.compile(
    "|".join(
        (
            # 市人力资源社会保障局 · 省发展改革委 · 财政部
            rf"{_LEVELS}{_SECTOR}(?:[和与]{_SECTOR})?{_SUFFIX}(?:{_FREE}{{2,8}}[处科](?![理以室技学长员]))?",
            # 市委组织部 · 团省委 · 中共中央办公厅
            rf"{_LEVELS}(?:党委|党工委|省委|市委|县委|区委|州委|盟委|旗委|自治区党委|中央)(?:组织部|宣传部|"
            rf"统战部|政法委|网信办|编办|办公[厅室]|{_FREE}{{2,6}}(?:办|部)(?![理法事公门分]))?(?![员会])",
            r"(?:共青)?团[省市县区州旗盟]委|共青团(?:中央|组织)?",
            # 市总工会 · 省妇联 · 工商联及所属商会 gives two
            rf"{_LEVELS}(?:总工会|工会(?![会经主法])(?:组织)?|妇联|妇女联合会|残联|残疾人联合会|工商联|"
            rf"工商业联合会|科协|文联|侨联|贸促会|红十字会|慈善总会|供销社|供销合作社|供销合作总社|商会|关工委|"
            rf"计生协会)",
            # 各县<市、区>人民政府 · 新蒲新区管委会 · 国务院办公厅
            rf"{_LEVELS}(?:人民政府|"
            rf"政府(?![投购补采补主引奖资监定性间部工储信统出优债]))(?:办公[厅室])?(?:[和、]?各?(?:有关|"
            rf"组成)?部门|{_FREE}{{2,10}}?(?:行政|主管|行政主管|监督管理|管理)(?:部门|机构)|{_SECTOR}机构)?",
            rf"{_LEVELS_GIVEN}(?:管理委员会|管委会|行政公署|街道办事处|办事处)|街道办事处|乡镇(?:街道|"
            rf"[（(]街道[)）])?(?:人民政府)?",
            r"国务院(?:办公厅)?(?!令)|中共中央|党中央",
            # 市就业工作领导小组各成员单位 · 省应对疫情工作领导小组办公室
            rf"{_LEVELS_GIVEN}{_FREE}{{0,20}}?(?:领导小组|指挥部|联席会议|工作专班|协调机制)(?:办公室|各?成员单位)?",
            # 县级以上人民法院 · 派出所
            rf"{_LEVELS}(?:人民法院|人民检察院|检察院|人大常委会|人大|政协|派出所|海关|人民银行|国家开发银行|"
            rf"银保监[会局]|证监[会局]|监委|纪委)(?:{_FREE}{{1,8}}(?:分行|支行|监管局))?",
            # 社会保险经办机构 · 公共就业服务机构 · 疾病预防控制机构 · 住房公积金管理中心
            rf"{_LEVELS}(?:公共)?{_SECTOR}(?:和{_SECTOR})?(?:管理|服务|经办|监督|执法|监测|征收)+(?:机构|中心)",
            rf"{_LEVELS}疾(?:病预防控制|控)(?:机构|中心)",
            # 居(村)民委员会 · 村（居）委会 · 社区居委会
            r"(?:社区)?(?:[居村][(（][村居][)）]民?|居民|村民|居|村)(?:委员会|委会)",
            # A body of an unlisted sector whose level is printed: 市委军民融合办 · 省外办 · 市工业和科学技术局
            rf"{_LEVELS_GIVEN}{_FREE}{{1,10}}?(?:[和与]{_FREE}{{2,10}})?(?:委员会|"
            rf"厅(?<![餐客大舞前展业事]厅)(?![级长])|"
            rf"局(?<![格布大结当全药开定僵危时终残变政]局)(?![部面限势长级])|管理中心|服务中心)",
            rf"(?:省|市|县|区|州|旗|盟|自治区){_FREE}{{1,6}}[办](?![理法事公学好案税证])",
            # 各地 · 各盟市 · 各县(市、区), where they act
            r"各级(?=要|应|须|必须)",
            rf"各(?:地(?:区(?!域))?(?!区域)|设区市|区县|市县|市州|州市|盟市|旗县市?区?|县市区?|镇街|"
            rf"{_UNITS})(?:{_OPTION})?(?:和)?(?:各?(?:有关|相关)?部门|"
            rf"各?单位)?(?![类项种个的级区域有人委政政党团机司中高企院事])",
            # 县级 and 市级 acting by themselves
            r"(?:省|市|县|区|盟|旗|州|国家|乡|镇)级(?=(?:财政)?(?:要|应|每年|负责|须|必须|可))",
        )
    )
)  # fmt: skip
# Verbs and adverbs that a name has swallowed: 支持正安县人民政府 → 正安县人民政府
_SWALLOWED = re.compile(
    r"(?:支持|指导|督促|鼓励|推动|组织|协调|配合|依托|通过|依靠|帮助|引导|发挥|接受|加强|坚持|建立|完善|加快|"
    r"要求|推进|选择|取得|"
    r"报请|报送|申请|提请|联合|协助|抄送|责成|委托|授权|协同|提交|通知|参照|遵照|服从|听从|履行|落实|违反|凡|"
    r"如|因|即|又|还|也|就|都|均|"
    r"明确|经过|根据|按照|依照|依据|关于|现将|制定|执行|实行|其中|其他|其它|包括|"
    r"告知|主动|积极|应当|必须|需要|可以|予以|进行|为了|凭|用人单位|个人|企业|单位|疫情期间|期间)+"
)
_QUANTIFIER = re.compile(r"^(?:各级|各地|各有关|各相关|各|所在地|当地|有关|相关|本级|本|我|全|所属|属地|原)+")
_LIST_WORDS = re.compile(
    r"[\s、,，;；和及与或等]|以及|会同|所属|各有关单位|各?(?:有关|相关)?(?:部门|单位)|配合|联合|人民政府|共同|"
    r"分别|按照?职责分工|按各自职责|要"
)
_PLAIN_LEVELS = frozenset(
    ["省", "自治区", "市", "自治州", "州", "盟", "县", "区", "旗", "自治县", "自治旗", "国家", "中央", "国务院", "全国"]
)
_TIERS = {"国": 0, "中": 0, "全": 0, "省": 1, "自": 1, "市": 2, "州": 2, "盟": 2, "县": 3, "区": 3, "旗": 3}
_KEY_SUFFIX = re.compile(
    r"(?:等)?(?:行政)?(?:主管|监管|监督管理|管理|执法|职能)?(?P<form>部门|机关|委员会|办公室|办公厅|总局|总署|"
    r"厅|局|委|办|署|部)$"
)


@dataclass(frozen=True, slots=True)
class Organ:
    """A public body as printed; ``text[start:end] == name``."""

    start: int
    end: int
    name: str


@lru_cache(maxsize=4096)
def find_organs(text: str) -> tuple[Organ, ...]:
    """Return the public bodies named in ``text``, in order, without overlap.

    国资、发改、商务等部门 gives 国资, 发改 and 商务, each with its own span; 人力资源社会保障部门 is one body.
    """
    found = [*_enumerations(text), *((organ, organ.end) for organ in _plain(text))]
    chosen: list[Organ] = []
    closed = 0
    for organ, end in sorted(found, key=lambda item: (item[0].start, -item[1], -item[0].end)):
        if organ.start >= closed:
            chosen.append(organ)
            closed = end
    return tuple(chosen)


def parse_organ_list(text: str) -> tuple[Organ, ...]:
    """Return the bodies of ``text`` where it is nothing but a list of them (省教育厅、省财政厅等); else ``()``."""
    organs = find_organs(text)
    rest, position = "", 0
    for organ in organs:
        rest += text[position : organ.start]
        position = organ.end
    rest += text[position:]
    rest = _SHARED.sub("", rest)
    return () if _LIST_WORDS.sub("", rest) else organs


def normalise_organ(name: str) -> str:
    """Return a key under which the names of one body agree: 市人社局 → ``市人力资源社会保障局``.

    Quantifiers (各, 当地) and bracketed options go, the sector takes its standard name, 部门 and 机关 go.
    """
    level, sector, suffix = _split_name(name)
    return level + sector + ("" if suffix in ("部门", "机关") else suffix)


def same_organ(a: str, b: str) -> bool:
    """Return whether two names can mean one body: same field, and the same level so far as both name one.

    省人社厅 and 省人力资源和社会保障厅 agree, and so do 遵义市人社局 and 市人社局; 市人社局 and 省人社厅 do not.
    """
    level_a, sector_a, suffix_a = _split_name(a)
    level_b, sector_b, suffix_b = _split_name(b)
    if not sector_a or sector_a != sector_b:
        return False
    if not level_a or not level_b:
        loose = ("", "部门", "机关")
        return suffix_a == suffix_b or suffix_a in loose or suffix_b in loose
    if level_a in _PLAIN_LEVELS or level_b in _PLAIN_LEVELS:
        return _tier(level_a) == _tier(level_b)
    return level_a.endswith(level_b) or level_b.endswith(level_a)


def _split_name(name: str) -> tuple[str, str, str]:
    """Return (level, standard sector or body, suffix)."""
    bare = re.sub(r"[<(（〈][^<>()（）〈〉]*[>)）〉]|\s", "", name)
    bare = _QUANTIFIER.sub("", bare) or bare
    league = re.fullmatch(r"(?:共青)?团([省市县区州旗盟])委", bare)
    if league:
        return league[1], "团", ""
    for long, short in _BODIES.items():
        bare = bare.replace(long, short)
    match = _KEY_SUFFIX.search(bare)
    stem, suffix = (bare[: match.start()], match["form"]) if match and match.start() else (bare, "")
    suffix = {"委员会": "委", "办公室": "办"}.get(suffix, suffix)
    for size in range(len(stem), 1, -1):
        # The longest sector that ends the name, so that 市 of 城市管理 is no level.
        if stem[-size:] in _STANDARD:
            return stem[:-size], _STANDARD[stem[-size:]], suffix
    level = re.match(rf"(?:{_PLACE}|自治区|省|市|县|区|州|盟|旗|国家|中央|国务院)(?={_HAN})", stem)
    return (level.group(), stem[level.end() :], suffix) if level else ("", stem, suffix)


def _tier(level: str) -> int:
    for char in (level[0] if level in _PLAIN_LEVELS else level[-1], level[-1]):
        if char in _TIERS:
            return 1 if level.endswith("自治区") else _TIERS[char]
    return -1


def _enumerations(text: str) -> Iterator[tuple[Organ, int]]:
    """Yield each body with the end of what it covers: the last of a list covers 等行业主管部门 too."""
    for suffix in _SHARED.finditer(text):
        items: list[tuple[int, int]] = []
        end = suffix.start()
        if text[end - 1 : end] == "、" and text[end : end + 1] == "等":
            end -= 1
        floor = max(0, end - 160)
        while end > floor:
            window = text[max(floor, end - 24) : end]
            match = _search_end(_ITEM, window) or _search_end(_OTHER_ITEM, window)
            if match is None:
                break
            start = end - (len(window) - match.start())
            start += len(_trim(text[start:end]))
            items.append((start, end))
            before = text[start - 1 : start]
            if before not in ("、", "和", "及", "与", ",") or start - 1 <= floor:
                break
            end = start - 1
        while items and not _search_end(_ITEM, text[items[-1][0] : items[-1][1]]):
            items.pop()
        if len(items) == 1:
            start = items[0][0]
            yield Organ(start, suffix.end(), text[start : suffix.end()]), suffix.end()
        else:
            for number, (start, end) in enumerate(items):
                yield Organ(start, end, text[start:end]), end if number else suffix.end()


def _search_end(pattern: re.Pattern[str], window: str) -> re.Match[str] | None:
    return next((m for i in range(len(window)) if (m := pattern.match(window, i))), None)


def _trim(name: str) -> str:
    """Return the verbs that a name begins with."""
    match = _SWALLOWED.match(name)
    return match.group() if match and len(match.group()) < len(name) - 1 else ""


def _plain(text: str) -> Iterator[Organ]:
    position = 0
    while position < len(text):
        match = _NAMED.search(text, position)
        generic = _GENERIC.search(text, position)
        if generic and (match is None or (generic.start(), -generic.end()) < (match.start(), -match.end())):
            match = generic
        if match is None:
            return
        start = match.start() + len(_trim(match.group()))
        if start > match.start() and not (_NAMED.match(text, start) or _GENERIC.match(text, start)):
            start = match.start()
        if match.end() - start > 1:
            yield Organ(start, match.end(), text[start : match.end()])
        position = max(match.end(), position + 1)
