"""Whose authorities speak in a document: its region, told only where the text gives evidence for it.

A name where the document names itself (issuer, title, 文号, signature) settles the region alone. A name elsewhere
counts only where it agrees with what the writer calls the own place (我市, 全县, 区政府): a text of 我区 that often
names 遵义市 is not 遵义市's. Where neither is found there is no region; nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.layout import ORGAN_LINE, SALUTATION, Layout
from corpus.model import Region
from corpus.regions import COUNTRY, MUNICIPALITIES, Gazetteer, Mention, region_of_doc_number, related

_MINISTRIES = (
    "外交部|国防部|(?:国家)?发展改革委|(?:国家)?发改委|教育部|科技部|科学技术部|工业和信息化部|工信部|国家民委|公安部|国家安全部|"
    "民政部|司法部|财政部|人力资源和?社会保障部|人社部|自然资源部|生态环境部|住房和?城乡建设部|住建部|交通运输部|水利部|"
    "农业农村部|商务部|文化和旅游部|退役军人事务部|应急管理部|审计署|海关总署|税务总局|市场监管总局|国家能源局|银保监会|银监会|"
    "证监会|中国证券监督管理委员会"
)
# 国务院办公厅 · 人力资源社会保障部办公厅 (never 省委组织部, 指挥部 or 开发区党建工作部)
_NATIONAL = re.compile(
    r"^(?:中共中央|中央|国务院|国家|全国|中华人民共和国|最高人民|中国人民银行)"
    r"|^(?!.*[省市县区州盟]委)[\u4e00-\u9fff]{2,12}"
    r"(?<!指挥)(?<![总支干])(?<!工作)(?<!组织)(?<!宣传)(?<!统战)(?<!武装)(?<!党群)(?<!项目)部(?:办公厅|办公室)?$"
    rf"|^(?:{_MINISTRIES})"
)
# 国家发展改革委协调增加武汉蔬菜供应: who acts stands first
_NATIONAL_BODY = re.compile(
    rf"^(?:中共中央|国务院|最高人民(?:法院|检察院)|中国人民银行|国家(?!级)[\u4e00-\u9fff]{{2,8}}?(?:局|委|署)|{_MINISTRIES})"
)
# 中央文明办关于…, 全国总工会关于…; never 国家助学金问答, 全国29省份…, which anyone may write
_NATIONAL_TITLE = re.compile(
    r"^(?:中华人民共和国|中国人民(?:解放军|武装警察)|中央[\u4e00-\u9fff、]{2,20}?(?:办|委|部|组)(?=关于|印发|发布|公布|[、\s])"
    r"|全国(?:人民代表大会|人大|政协|总工会|妇联|[\u4e00-\u9fff]{2,12}(?:办公室|委员会|领导小组|联合会)(?=关于|印发|发布|公布|[、\s])))"
)
# 中华人民共和国…法, 条例: no place's, whatever place it is about
_STATE_LAW = re.compile(r"^中华人民共和国.*(?:法|法典|宪法|条例|细则|规定|规则|办法)(?:[(（][^()（）]*[)）])?$")
# What only the rules of the state say: whom they set over the whole country, where they hold, what they repeal, whom
# they charge with their own detail.
_THIS = r"本(?:法|条例|规定|办法|细则|规则|暂行规定|解释|通知)"
_STATE_ORGAN = (
    r"(?:国务院|中央军(?:事委员会|委)|最高人民(?:法院|检察院)|劳动(?:和社会保障)?部|人事部|建设部|卫生部|农业部|"
    rf"{_MINISTRIES})"
)
_BEGINS = r"(?:^|[。；\n\s])(?:第[一二三四五六七八九十百]+条\s*)?"
_STATE_RULE = re.compile(
    r"(?:国务院[^。；\n]{0,60}(?:主管|负责|管理|指导|监督|组织)[^。；，\n]{0,12}|主管|负责|管理)全国"
    rf"|{_BEGINS}国务院[^，。；\n]{{2,24}}?(?:部门|机构|机关|院|署|局|委员会)"
    r"(?:应当|可以|负责|会同|制定|规定|依法|根据|依照|按照|对|商|统一|、)"
    r"|由国务院[^，。；\n]{2,30}?(?:部门|机构|机关|署|局|委员会)[^，。；\n]{0,20}?(?:制定|规定|确定|批准|审批|核准|公布|发布)"
    r"|由省、自治区、直辖市(?:人民政府|人民代表大会)[^。；，\n]{0,24}(?:规定|确定|制定|批准)"
    rf"|{_BEGINS}省、自治区、直辖市[^，。；\n]{{0,24}}?(?:应当|可以|负责|根据|依照|对|统一)"
    rf"|中华人民共和国(?:境内|领域|领土|管辖)[^。\n]{{0,120}}{_THIS}"
    rf"|{_THIS}[^。；\n]{{0,20}}(?:适用于|在)中华人民共和国(?:境内|领域|领土|管辖)"
    rf"|{_STATE_ORGAN}[^。；\n]{{0,30}}(?:发布|公布|颁布|批准)的?《[^》\n]{{2,60}}》[^。；\n]{{0,40}}(?:同时|即行|一律)?废止"
    rf"|{_THIS}[^。；\n]{{0,20}}由{_STATE_ORGAN}[^。；\n]{{0,30}}解释"
    rf"|{_STATE_ORGAN}[^。；\n]{{0,50}}(?:制定|规定){_THIS}的?(?:实施|具体)"
    r"|省、自治区、直辖市(?:人民政府|人大常委会|人民代表大会)[^。；\n]{0,40}(?:根据|依据|依照|按照)本(?:法|条例|规定|办法)[^。；\n]{0,40}制定"
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")
_LEAST_ARTICLES = 3
_OWN_PLACE = re.compile(r"[本我](?:省|市|县|区|州|自治区|自治州|自治县)(?![、级场值域间])")
# 国家税务总局 + 厦门市税务局: the name goes on, and the whole is a place's
_NAME_GOES_ON = re.compile(r"[局委会行院署部]$")
# 国家税务总局厦门市税务局 is a place's; 税务总局发布, 国务院…机制印发: a national body acts
_NATIONAL_ACT = re.compile(
    rf"(?:(?:国家)?税务总局|国务院(?![、，,和])[\u4e00-\u9fff]{{2,30}}|(?:国家)?医保局|海关总署|(?:{_MINISTRIES}))"
    r"(?![\u4e00-\u9fff]{2,9}(?:税务局|监管局|分局|支局|分行|支行))[^。；，,]{0,24}"
    r"(?:印发|发布|出台|公布|下发|部署|梳理|制定|举行|获悉|副[局部]长|负责人|日)"
)
_ADDRESSED = re.compile(r"各省、自治区、直辖市|各省（?自治区|各省级|各省(?:、|和)自治区")
# 我市, 全区, 省政府, 各县（市、区）: the writer is of some place, though it is not named
_LOCAL = re.compile(r"[我本全][省市县区州]|各(?:县|区|乡镇|街道)|[省市区县](?:委|政府|财政局|人社局)")
# 我市, 全省, 本区, but not 全市场, 本区域 or 结合本市实际, which a province may write to its cities
_FIRST_PERSON = re.compile(r"(?:我|全|(?<!结合)(?<!根据)本|我自治|全自治)(?P<own>[省市州盟县旗区])(?![场值级域间块别])")
# 市政府 · 县人力资源和社会保障局 · 市领导, no place before them
_UNNAMED = (
    r"(?P<own>[省市州县旗区])(?![场民值级域间块县区])"
    r"(?:委|人民政府|政府|领导|长(?![期远度])|[\u4e00-\u9fff]{1,24}?(?:局|厅|办|指挥部|委员会|领导小组|中心))"
)
_UNNAMED_ANYWHERE = re.compile(rf"(?:^|[\s，。；：:（(“《经由据从向报]){_UNNAMED}")
UNNAMED_BODY = re.compile(rf"^{_UNNAMED}")
"""A local body without its place: 市商务局, 省普法办; ``own`` is the word for the place."""
# 云溪市医疗保障局, of no known place: its 云医保发 is not 云南省's
_OF_SOME_PLACE = re.compile(
    r"^[\u4e00-\u9fff]{2,6}?[市县区州盟旗](?!场|域|级)[\u4e00-\u9fff]{0,24}(?:局|委|府|厅|办|会|院|中心)"
)
# 【今日头条】, 部门解读｜
_TITLE_HEAD = re.compile(r"^(?:【[^】]{1,10}】|[\u4e00-\u9fff]{2,6}[｜|])")
# 驰援武汉, 对口支援湖北: a place that others do something for
_AIDED = re.compile(r"(?:驰援|支援|援助|对口帮扶|对口协作|奔赴|赶赴|赶往)$")
# 新华社武汉2月12日电: where a reporter was
_DATELINE = re.compile(r"(?:新华社|中新社|中新网|新华网|央广网|人民网|央视网)$")
# 山东省台湾同胞投资保护条例, 中国公民往来台湾地区管理办法: whom it is about
_ACROSS = frozenset({"台湾省", "香港特别行政区", "澳门特别行政区"})
_FROM_THERE = re.compile(r"(?:地区)?(?:同胞|居民|青年|学生|人才|企业|投资者|客商)")
_WHERE = re.compile(r"[在到赴]$")
_JOINED = re.compile(r"[、和与及]?$")
# 来源：遵义市人社局 · 版权所有：仁怀市人民政府 · 江西日报讯 · 本报遵义讯
_SAID_BY = re.compile(
    r"(?:来源|稿源|发布机构|发布单位|主办单位|主办|承办单位|版权所有|转自)\s*[\]】]?\s*[:：]?\s*(?P<who>[\u4e00-\u9fff]{2,30})"
    r"|(?P<paper>[\u4e00-\u9fff]{2,6}(?:日报|晚报|都市报))(?:讯|记者)|本报(?P<desk>[\u4e00-\u9fff]{2,6})讯"
)
_PUBLISHER = re.compile(r"(?:发布机构|发布单位|发文机关|发文单位)\s*[\]】]?\s*[:：]?\s*(?P<who>[\u4e00-\u9fff]{4,30})")
# 兰州市委 · 重庆市新冠肺炎疫情防控工作新闻发布会 · 遵义市召开, after the place
_AUTHORITY_AFTER = re.compile(
    r"(?:委(?!托)|人民政府|政府|政协|人大|召开|举行|印发|出台|下发|发布|[\u4e00-\u9fff]{0,14}?"
    r"(?:局|厅|委员会|办公室|指挥部|领导小组|新闻发布会|会议))"
)
# 在道真自治县行政区域内
_TERRITORY_AFTER = re.compile(r"(?:行政区域|行政区|辖区|境内|范围内|户籍)")
# 各县市区，阜阳经开区… is a city's letter; 各市(州)人民政府，贵安新区管委会 a province's
_TO_COUNTIES = re.compile(r"^各(?:县|区(?!域)|旗)")
_TO_CITIES = re.compile(r"^各(?:市\s*[、，,(（]?\s*州|市人民政府|设区市|地级以上市)")
_OPENING = 1_500
_CLOSING = 300
_LEAD = 300
_LEAST_MENTIONS = 3
_LEAST_NAMED = 2
# 自武汉返回, 来自湖北, 赴海南: where people come from or go to
_MOVED = re.compile(r"[赴在到从自由往离返去抵]$")
_FRONT_LINES = 20


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a document shows of who speaks in it.

    ``number`` is its 文号, ``issuers`` who issued it, ``adopters`` who adopted or promulgated it; ``tail`` are the
    lines below the body.
    """

    layout: Layout
    text: str
    number: str | None
    issuers: tuple[str, ...]
    adopters: tuple[str, ...]
    tail: Sequence[str]


def read_region(speaker: Speaker, gazetteer: Gazetteer) -> Region | None:
    """Return the place whose authorities speak, ``COUNTRY`` for national ones; ``None`` where it is not told."""
    title = _TITLE_HEAD.sub("", speaker.layout.title)
    for source in (*speaker.issuers[:1], title):
        if (place := _who(source, speaker.text, gazetteer, titles=source is title)) is not None:
            return place
    unnamed = next(filter(None, map(UNNAMED_BODY.match, (*speaker.issuers[:1], title))), None)
    if unnamed is None and any(_NATIONAL_ACT.search(line) for line in _subtitle(speaker.layout)):
        return COUNTRY
    elsewhere = any(_OF_SOME_PLACE.match(issuer) for issuer in speaker.issuers[:1])
    if speaker.number and not elsewhere and (region := region_of_doc_number(speaker.number)) is not None:
        return region
    if any(map(_NATIONAL.match, speaker.adopters)):
        return COUNTRY
    for line in reversed(speaker.tail):
        if ORGAN_LINE.match(line) and (place := place_of(line, speaker.text, gazetteer)) is not None:
            return place
    for field in filter(None, (_PUBLISHER.search(line.text) for line in speaker.layout.lines[:_FRONT_LINES])):
        if (place := place_of(field["who"], speaker.text, gazetteer)) is not None:
            return place
    if unnamed is None and (_ADDRESSED.search(speaker.text[:600]) or _is_state_rule(speaker.text)):
        return COUNTRY
    own = frozenset(unnamed["own"]) if unnamed else own_place(speaker.text)
    if unnamed and (place := _named_elsewhere(speaker, own, gazetteer)) is not None:
        return place
    opening = speaker.text[:_OPENING]
    if unnamed is None and _NATIONAL_ACT.search(opening[:600]) and not _LOCAL.search(opening):
        return COUNTRY
    return next(filter(None, (find(speaker, own, gazetteer) for find in _HINTS)), None)


def place_of(source: str, text: str, gazetteer: Gazetteer) -> Region | None:
    """Return the first place that ``source`` names; one of several of its name needs a parent in ``text``."""
    mentions = list(_places(source, gazetteer))
    if not mentions:
        return None
    # 福建、江苏、山东积极…, 浙江重庆两地…: a title that names several is no one's.
    if (
        len(mentions) > 1
        and mentions[0].level == mentions[1].level
        and _JOINED.fullmatch(source[mentions[0].end : mentions[1].start])
    ):
        return None
    if not mentions[0].ambiguous:
        return mentions[0].region
    around = [m.region for m in gazetteer.find(text[:_OPENING] + text[-300:]) if m.region.chain and not m.ambiguous]
    settled = [mention for mention in gazetteer.find(source, context=around) if mention.region.chain]
    if settled and not settled[0].ambiguous:
        return settled[0].region
    return None


def is_national(body: str) -> bool:
    """Return whether ``body`` is an authority of the whole country, such as 国务院办公厅 or 商务部."""
    return _NATIONAL.match(body) is not None


def national_act(text: str) -> tuple[int, int] | None:
    """Return where ``text`` first tells of an act of a national body: 财政部、税务总局…发布."""
    match = _NATIONAL_ACT.search(text)
    return match.span() if match else None


def own_place(text: str) -> frozenset[str]:
    """Return the words for the writer's own place, such as 市 for 我市 and 市政府; empty where there are none."""
    said = {match["own"] for match in _FIRST_PERSON.finditer(text)}
    return frozenset(said or {m["own"] for m in _UNNAMED_ANYWHERE.finditer(text[:_OPENING] + "\n" + text[-_CLOSING:])})


def _is_state_rule(text: str) -> bool:
    """Return whether a text is a rule in articles for the whole country that never speaks of a place as its own."""
    return (
        len(_ARTICLE.findall(text)) >= _LEAST_ARTICLES
        and _STATE_RULE.search(text) is not None
        and _OWN_PLACE.search(text) is None
    )


def _who(source: str, text: str, gazetteer: Gazetteer, *, titles: bool) -> Region | None:
    """Return whom an issuer or a title names: a place, or the country where a national body acts.

    What begins with 国家 or 全国 is a national body among issuers, not among ``titles``.
    """
    if titles and _STATE_LAW.match(source):
        return COUNTRY
    first = next(_places(source, gazetteer), None)
    acts = _NATIONAL_BODY.match(source)
    if acts and first is not None and not _NAME_GOES_ON.search(source[: first.start]):
        return COUNTRY
    own = frozenset(match["own"] for match in _FIRST_PERSON.finditer(source))
    # 全省技能人才大会在南昌召开: where it took place, and not whose it is
    only_where = first is not None and _WHERE.search(source[: first.start]) and not _fits(first.region, own)
    if not only_where and (place := place_of(source, text, gazetteer)) is not None:
        return place
    if UNNAMED_BODY.match(source):
        return None
    named = (_NATIONAL_TITLE.match(source) or _NATIONAL_BODY.match(source)) if titles else _NATIONAL.match(source)
    return COUNTRY if named or _NATIONAL_ACT.search(source) else None


def _places(text: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the places named, those left out that a reporter writes from, that others help or that people are from."""
    for mention in gazetteer.find(text):
        before = text[max(0, mention.start - 6) : mention.start]
        across = mention.region.chain[:1] and mention.region.chain[0] in _ACROSS
        about = across and (_FROM_THERE.match(text, mention.end) or before.endswith(("往来", "来往")))
        if mention.region.chain and not about and not _AIDED.search(before) and not _DATELINE.search(before):
            yield mention


def _named_elsewhere(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place of 天津市商务局 for 市商务局, where the text names that body in full."""
    body = next((one for one in speaker.issuers[:1] if UNNAMED_BODY.match(one)), "")
    if len(body) < 4:
        return None
    at = {match.start() for match in re.finditer(re.escape(body), speaker.text)}
    found = {m.region for m in _places(speaker.text, gazetteer) if m.end - 1 in at and not m.ambiguous}
    return found.pop() if len(found) == 1 else None


def _addressed_with(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place around the zones that a letter to all its counties or cities names: 各县市区，阜阳经开区."""
    for line in speaker.layout.lines[:_FRONT_LINES]:
        if not SALUTATION.match(line.text):
            continue
        cut = 2 if _TO_COUNTIES.match(line.text) else 1 if _TO_CITIES.match(line.text) else 0
        around = {_around(m.region, cut) for m in _places(line.text, gazetteer) if cut and not m.ambiguous}
        if len(around) == 1 and (place := around.pop()) is not None and _fits(place, own):
            return place
    return None


def _around(region: Region, cut: int) -> Region | None:
    if region.chain[0] in MUNICIPALITIES:
        return Region(region.chain[:1])
    # A zone right below its province (贵安新区) has no city around it.
    direct = cut == 2 and len(region.chain) == 2 and not region.name.endswith(("市", "州", "盟", "地区"))
    return None if direct or len(region.chain) < cut else Region(region.chain[:cut])


def _headed(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place that opens the second line of a headline: 2月申报期限延长 / 重庆优化办税服务."""
    for line in _subtitle(speaker.layout):
        place = place_of(line, speaker.text, gazetteer)
        first = next(_places(line, gazetteer), None)
        if place is not None and first is not None and not first.start and _fits(place, own):
            return place
    return None


def _prevailing(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place named three times or more in the opening, those inside it counted; the inner of equals."""
    # 宝山区 alone may be in Shanghai or in Heilongjiang: a name that the text leaves open is no evidence.
    mentions = [m for m in _places(speaker.text[:_OPENING], gazetteer) if not m.ambiguous]
    counts = Counter(mention.region for mention in mentions)
    totals = {place: sum(count for other, count in counts.items() if place.contains(other)) for place in counts}
    best = max(totals.values(), default=0)
    if best < _LEAST_MENTIONS or best < 0.6 * len(mentions):
        return None
    place = max((place for place, total in totals.items() if total == best), key=lambda place: len(place.chain))
    first = next(mention.start for mention in mentions if place.contains(mention.region))
    if first >= _LEAD:
        return None
    if _fits(place, own):
        return place
    # 全区 in a report that names 上海 often and one of its districts again and again.
    inner = [one for one, count in counts.items() if count > 1 and one != place and place.contains(one)]
    fitting = [one for one in inner if _fits(one, own)]
    return fitting[0] if len(fitting) == 1 else None


def _acting(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the one place whose authorities act in the first sentences: 兰州市委副书记…, 在重庆市…新闻发布会上."""
    return _sole(speaker.text[:_LEAD], _AUTHORITY_AFTER, own, gazetteer)


def _covering(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the one place that the text says it is about: 在道真自治县行政区域内."""
    return _sole(speaker.text[:_OPENING], _TERRITORY_AFTER, own, gazetteer)


def _sole(text: str, after: re.Pattern[str], own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place before ``after`` that fits ``own`` if no place apart from it is named besides."""
    mentions = list(_places(text, gazetteer))
    found = {m.region for m in mentions if own and _fits(m.region, own) and after.match(text, m.end)}
    if len(found) != 1 or any(mention.ambiguous for mention in mentions):
        return None
    place = found.pop()
    return None if any(related(mention.region, place) == "apart" for mention in mentions) else place


def _published(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the place of the body or newspaper that the page or the report names as its source."""
    text = speaker.text
    edges = text if len(text) < 2 * _LEAD else text[: 2 * _LEAD] + "\n" + text[-_CLOSING:]
    found = {place_of(m[m.lastgroup or 0], text, gazetteer) for m in _SAID_BY.finditer(edges)} - {None}
    fitting = {place for place in found if place is not None and own and _fits(place, own)}
    return fitting.pop() if len(fitting) == 1 else None


def _only(speaker: Speaker, own: frozenset[str], gazetteer: Gazetteer) -> Region | None:
    """Return the one place of the kind that the text calls its own, named twice and no other of that kind."""
    mentions = [m for m in _places(speaker.text, gazetteer) if own and _fits(m.region, own)]
    if len(mentions) < _LEAST_NAMED or any(m.ambiguous or m.region != mentions[0].region for m in mentions):
        return None
    moved = any(_MOVED.search(speaker.text[max(0, m.start - 3) : m.start]) for m in mentions)
    return None if moved else mentions[0].region


_HINTS = (_addressed_with, _headed, _prevailing, _acting, _covering, _published, _only)


def _fits(place: Region, own: frozenset[str]) -> bool:
    """True where the place may be called what the writer calls the own one; 全区 is a district's or 自治区's."""
    return not own or place.name[-1] in own


def _subtitle(layout: Layout) -> list[str]:
    """Return the line below the title where it is a short headline too."""
    lines = layout.lines
    last = max((index for index, line in enumerate(lines[:20]) if line.part == "title"), default=None)
    if last is None or last + 1 >= len(lines):
        return []
    text = lines[last + 1].text
    return [text] if 6 <= len(text) <= 60 and not re.search(r"[。；;:：,，]$|新华社|记者", text) else []
