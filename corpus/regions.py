"""The gazetteer: places of China down to county level, and where a text names them.

``Gazetteer.find`` marks places in running text, ``Gazetteer.parse`` reads a place given by name,
``regions_of_doc_number`` reads the place from the head of a 文号 and ``related`` compares two places. The table
``data/regions.tsv`` says which short names are safe in running text: 湄潭 is, 大方 (a county, but also a plain word) is
not and needs a cue, like a province before it. Nothing here guesses from the wording alone that 我省 is some province.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Literal, NamedTuple

from corpus.model import Region

Level = Literal["country", "province", "city", "county"]
Relationship = Literal["same", "inside", "around", "apart"]

COUNTRY = Region(())
"""国家."""

COUNTRY_WORDS = ("全国", "国家", "中央", "国务院")
LEVELS: tuple[Level, ...] = ("country", "province", "city", "county")
PROVINCE, CITY, COUNTY = 1, 2, 3
MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})
LONGEST_NAME = 40
"""A longer string is no place name; it keeps ``parse`` cheap on any input."""

# a street, a university or a clock named after a place is not that place: 北京路, 南京东路, 北京大学, not 北京大学生
NAMESAKE = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]?(?:路(?![网演桥况政径由线])|街(?![头坊区镇道])|大街|大道|巷(?!道)|弄)|大学(?!生)|时间"
)
# what makes a full name only the head of another word: 海南区|域, 沈阳市|场
FULL_NAME_OVERRUN = {"区": re.compile("[域块间位]"), "市": re.compile("场"), "县": re.compile("[级域]")}
# between the links of a chain: 贵州省 遵义市, 贵州·遵义, 贵州的遵义
CHAIN_GAP = re.compile(r"[ \u3000]*[·•/|>\-—的]?[ \u3000]*")
# before a place in a sentence about where somebody is: 在大方, 家住大方, 我是大方
PLACE_BEFORE = re.compile(r"(?:^|[\s,，。.;；:：、?？!！(（《“\"]|[在去到回来往从是住])$")
# after such a place: 大方那边, 大方打工
PLACE_AFTER = re.compile("打工|务工|上班|那边|这边|那儿|这儿|那里|这里|当地|本地|老家|农村")
# 大方人, / 大方人想学, not 大方人士
NATIVE_AFTER = re.compile(r"人(?=$|[\s,，。.;；:：、?？!！)）]|[想在能有可要去来的是也都])")
# where a short name may end once a parent stands before it: 贵州大方, / 贵州大方的
NAME_END = re.compile(r"$|[\s,，。.;；:：、?？!！)）》”\"]|[的那这人本户籍想能可]|有(?!关)")

# 我省, 全省, 咱们省里
DEICTIC: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("county", re.compile("[我本全]县|[我本]区|我们(?:县|区)|咱们?(?:县|区)|(?<![市州郡])县里")),
    ("city", re.compile("[我本全](?:市|州|盟)(?!场)|我们市|咱们?市|(?<![城都])市里")),
    ("province", re.compile("[我本全]省|我们省|咱们?省|省里|[我本全]自治区")),
)

# national bodies at the head of a 文号: 国办发, 人社部发, 财社, 中发, 人社厅函 (an office of the ministry)
NATIONAL_NUMBER = re.compile(
    r"国[发办函令卫税市土]|中[发办]|人社(?:部|厅)|财[社税预行教办会综建农资]|教[职技育师学]|民[发办函]|发改|工信|银发|医保|税总|"
    r"总工|全总|应急|退役军人部|科技部|农业|建[办市人城]|交[运办]|商[务办]|文旅|自然资|市监|主席令|劳社部|"
    r"新[出广闻]|安监总"
)
# the last character of a sign with an authority in it or after it: 苏府, 赣府, so that 新〔2020〕1号 stays unknown
AUTHORITY_NEAR = re.compile(r"[府政办]|.[\u4e00-\u9fff]")
# the sign at the head of a local 文号; several names where places share it: 宁政发 is 宁夏's, 南京's and 宁德's
NUMBER_SIGNS: dict[str, tuple[str, ...]] = {
    "京": ("北京市",),
    "津": ("天津市",),
    "冀": ("河北省",),
    "晋": ("山西省",),
    "内": ("内蒙古自治区",),
    "辽": ("辽宁省",),
    "吉": ("吉林省",),
    "吉府": ("江西省吉安市",),
    "黑": ("黑龙江省",),
    "沪": ("上海市",),
    "苏": ("江苏省",),
    "苏府": ("江苏省苏州市",),
    "浙": ("浙江省",),
    "皖": ("安徽省",),
    "闽": ("福建省",),
    "赣": ("江西省",),
    "赣市": ("江西省赣州市",),
    "鲁": ("山东省",),
    "豫": ("河南省",),
    "鄂": ("湖北省",),
    "鄂州": ("湖北省鄂州市",),
    "湘": ("湖南省",),
    "粤": ("广东省",),
    "桂": ("广西壮族自治区",),
    "琼": ("海南省",),
    "渝": ("重庆市",),
    "川": ("四川省",),
    "黔": ("贵州省",),
    "黔南": ("贵州省黔南布依族苗族自治州",),
    "黔东南": ("贵州省黔东南苗族侗族自治州",),
    "黔西南": ("贵州省黔西南布依族苗族自治州",),
    "贵": ("贵州省", "广西壮族自治区贵港市"),
    "云": ("云南省",),
    "云府": ("广东省云浮市",),
    "滇": ("云南省",),
    "藏": ("西藏自治区",),
    "陕": ("陕西省",),
    "甘": ("甘肃省",),
    "甘府": ("四川省甘孜藏族自治州",),
    "青": ("青海省", "山东省青岛市"),
    "宁": ("宁夏回族自治区", "江苏省南京市", "福建省宁德市"),
    "新": ("新疆维吾尔自治区",),
    "港": ("香港特别行政区",),
    "澳": ("澳门特别行政区",),
    "台": ("台湾省", "浙江省台州市"),
    "遵": ("贵州省遵义市",),
    "筑": ("贵州省贵阳市",),
    "安": ("贵州省安顺市", "河南省安阳市"),
    "毕": ("贵州省毕节市",),
    "铜": ("贵州省铜仁市", "安徽省铜陵市", "陕西省铜川市"),
    "穗": ("广东省广州市",),
    "深": ("广东省深圳市",),
    "珠": ("广东省珠海市",),
    "佛": ("广东省佛山市",),
    "东府": ("广东省东莞市",),
    "杭": ("浙江省杭州市",),
    "甬": ("浙江省宁波市",),
    "温": ("浙江省温州市",),
    "绍": ("浙江省绍兴市",),
    "沈": ("辽宁省沈阳市",),
    "大政": ("辽宁省大连市",),
    "鞍": ("辽宁省鞍山市",),
    "长政": ("湖南省长沙市",),
    "长府": ("吉林省长春市",),
    "哈": ("黑龙江省哈尔滨市",),
    "呼": ("内蒙古自治区呼和浩特市", "内蒙古自治区呼伦贝尔市"),
    "包": ("内蒙古自治区包头市",),
    "鄂府": ("内蒙古自治区鄂尔多斯市",),
    "石": ("河北省石家庄市", "宁夏回族自治区石嘴山市"),
    "并": ("山西省太原市",),
    "洪": ("江西省南昌市",),
    "九府": ("江西省九江市",),
    "饶": ("江西省上饶市",),
    "济": ("山东省济南市", "山东省济宁市"),
    "郑": ("河南省郑州市",),
    "洛": ("河南省洛阳市",),
    "武政": ("湖北省武汉市",),
    "合政": ("安徽省合肥市",),
    "榕": ("福建省福州市",),
    "厦": ("福建省厦门市",),
    "泉": ("福建省泉州市",),
    "南府": ("广西壮族自治区南宁市",),
    "南政": ("福建省南平市",),
    "海府": ("海南省海口市",),
    "成府": ("四川省成都市",),
    "成办": ("四川省成都市",),
    "绵府": ("四川省绵阳市",),
    "昆": ("云南省昆明市",),
    "拉政": ("西藏自治区拉萨市",),
    "兰政": ("甘肃省兰州市",),
    "银政": ("宁夏回族自治区银川市",),
    "乌政": ("新疆维吾尔自治区乌鲁木齐市",),
    "锡": ("江苏省无锡市",),
    "徐": ("江苏省徐州市",),
    "常政": ("江苏省常州市", "湖南省常德市"),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text: ``text[start:end] == surface``.

    ``region`` is the likeliest reading and ``candidates`` all readings that the text leaves open, ``region`` first;
    more than one means that the text does not decide. ``level`` is ``country`` for 全国 and the like.
    """

    region: Region
    start: int
    end: int
    surface: str
    level: Level
    candidates: tuple[Region, ...]

    @property
    def ambiguous(self) -> bool:
        """True where the text leaves several places open, as 鼓楼区 alone does."""
        return len(self.candidates) > 1


class _Entry(NamedTuple):
    """A row of the table: the place, its level and the position that breaks ties."""

    region: Region
    level: int
    order: int


class _Surface(NamedTuple):
    """A written form with the places that it may mean.

    ``cued`` holds those for which the form needs a cue; ``full`` is true of an official name.
    """

    free: tuple[_Entry, ...]
    cued: tuple[_Entry, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class _Draft:
    """A mention while its text is being read."""

    start: int
    end: int
    readings: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The table of places, ready for look-up."""

    _surfaces: dict[str, _Surface]
    _accidents: frozenset[str]
    _lengths: dict[str, tuple[int, ...]]

    @staticmethod
    def load() -> Gazetteer:
        """Return the gazetteer of ``data/regions.tsv``, read once per process."""
        return _load()

    def find(self, text: str, *, context: Iterable[Region] = ()) -> tuple[Mention, ...]:
        """Return the places named in ``text``, in order and without overlap.

        A chain (贵州省遵义市) is one mention. A name that several places share is read by the other places of the
        text and by ``context``, such as the region of the document that the text comes from.
        """
        drafts = list(self._scan(text))
        anchors = [(d.start, d.readings[0].region) for d in drafts if len(d.readings) == 1 and d.readings[0].level]
        around = tuple(region for region in context if region.chain)
        return tuple(_settled(text, draft, anchors, around) for draft in drafts)

    def main_names(self) -> tuple[str, ...]:
        """Return the full and short names of provinces and cities that are recognised anywhere, sorted."""
        return tuple(
            sorted(
                form
                for form, surface in self._surfaces.items()
                if any(entry.level in (PROVINCE, CITY) for entry in surface.free)
            )
        )

    def candidates(self, name: str) -> tuple[Region, ...]:
        """Return all places that ``name`` (full or short, with or without parents) may mean, highest level first."""
        return tuple(entry.region for entry in self._whole("".join(name.split())))

    def parse(self, name: str) -> Region | None:
        """Return the place that ``name`` means, 国家 included; ``None`` if it is unknown or several on one level are.

        The highest level wins: 吉林 is 吉林省. For 鼓楼区 there is no answer; ``candidates`` lists its readings.
        """
        found = self._whole("".join(name.split()))
        if not found or (len(found) > 1 and found[1].level == found[0].level):
            return None
        return found[0].region

    def _whole(self, name: str) -> list[_Entry]:
        """Return the readings of ``name`` as a chain that covers it all, best first."""
        if len(name) > LONGEST_NAME:
            return []
        if name in (*COUNTRY_WORDS, "中国"):
            return [_Entry(COUNTRY, 0, 0)]
        found = set(self._readings(name))
        for cut in range(2, len(name) - 1):
            heads = self._readings(name[:cut])
            tails = self._whole(name[cut:]) if heads else []
            found.update(t for t in tails if any(_inside(t.region, h.region) for h in heads))
        return sorted(_outermost(found), key=lambda entry: (entry.level, entry.order))

    def _readings(self, form: str) -> tuple[_Entry, ...]:
        surface = self._surfaces.get(form)
        return surface.free + surface.cued if surface else ()

    def _scan(self, text: str) -> Iterator[_Draft]:
        """Yield drafts from left to right, the longest form first, chains joined."""
        previous: _Draft | None = None
        position = masked = 0
        for start in range(len(text) - 1):
            lengths = self._lengths.get(text[start : start + 2])
            if lengths is None:
                continue
            for length in lengths:
                end = start + length
                form = text[start:end]
                if form in self._accidents:
                    masked = max(masked, end)
                    continue
                if start < position or end <= masked or end > len(text) or form not in self._surfaces:
                    continue
                draft = self._accepted(text, start, end, previous)
                if draft is None:
                    continue
                position = end
                if previous is not None and draft.start == previous.start:
                    previous = draft
                else:
                    if previous is not None:
                        yield previous
                    previous = draft
                break
        if previous is not None:
            yield previous

    def _accepted(self, text: str, start: int, end: int, previous: _Draft | None) -> _Draft | None:
        """Return the draft for the form at ``text[start:end]``, joined to ``previous`` where that is its parent."""
        surface = self._surfaces[text[start:end]]
        if surface.full and (overrun := FULL_NAME_OVERRUN.get(text[end - 1])) and overrun.match(text, end):
            return None
        if not surface.full and NAMESAKE.match(text, end):
            return None
        readings = surface.free + surface.cued
        if previous is not None and CHAIN_GAP.fullmatch(text, previous.end, start):
            inner = tuple(r for r in readings if any(_inside(r.region, p.region) for p in previous.readings))
            parents = tuple(p for p in previous.readings if any(_inside(i.region, p.region) for i in inner))
            if inner and (surface.full or _sure_child(text, end, inner, surface, parents)):
                return _Draft(previous.start, end, tuple(_outermost(inner)))
        if surface.free:
            return _Draft(start, end, tuple(_outermost(readings)))
        if _cued(text, start, end, full=surface.full):
            return _Draft(start, end, tuple(_outermost(readings)))
        return None


def related(a: Region, b: Region) -> Relationship:
    """Return how ``a`` lies to ``b``: the same place, inside it, around it or apart."""
    if a == b:
        return "same"
    if b.contains(a):
        return "inside"
    return "around" if a.contains(b) else "apart"


def deictic_level(text: str) -> Level | None:
    """Return the innermost level that 我省, 全市, 县里 … in ``text`` point to without naming it, else ``None``.

    全区 is left open: it is a province in 内蒙古 and a district elsewhere.
    """
    return next((level for level, pattern in DEICTIC if pattern.search(text)), None)


def regions_of_doc_number(number: str) -> tuple[Region, ...]:
    """Return the places whose authorities head their numbers like ``number``: 黔府发 → 贵州省; empty if unknown."""
    head = "".join(number.split()).lstrip("(（〔[【")
    if NATIONAL_NUMBER.match(head):
        return (COUNTRY,)
    for length in (3, 2, 1):
        if head[:length] in NUMBER_SIGNS and AUTHORITY_NEAR.match(head, length - 1):
            names = NUMBER_SIGNS[head[:length]]
            found = (Gazetteer.load().parse(name) for name in names)
            return tuple(region for region in found if region is not None)
    return ()


def region_of_doc_number(number: str, *, issuer: Region | None = None) -> Region | None:
    """Return the place that ``number`` belongs to, or ``None`` if unknown or, as for 宁政发, shared.

    A shared sign is settled by the ``issuer``'s place where that is one of those that share it.
    """
    found = regions_of_doc_number(number)
    if issuer is not None and len(found) > 1:
        found = tuple(region for region in found if region.contains(issuer))
    return found[0] if len(found) == 1 else None


def _inside(inner: Region, outer: Region) -> bool:
    return inner != outer and outer.contains(inner)


def _outermost(entries: Iterable[_Entry]) -> list[_Entry]:
    """Drop a place of the same name inside another (吉林市 in 吉林省); a province leaves no other reading."""
    ordered = sorted(set(entries), key=lambda entry: (entry.level, entry.order))
    if ordered and ordered[0].level <= PROVINCE:
        return ordered[:1]
    return [e for e in ordered if not any(_inside(e.region, other.region) for other in ordered)]


def _sure_child(text: str, end: int, inner: tuple[_Entry, ...], surface: _Surface, parents: tuple[_Entry, ...]) -> bool:
    """True where a short form after its parent is a place: 沈阳和平, 湖南会同的, but not 湖南会同有关部门."""
    if any(entry in surface.free or entry.level < COUNTY for entry in inner):
        return True
    if all(not parent.level for parent in parents):
        # 国务院公安、民政部门 is not about 公安县.
        return False
    if any(parent.level > PROVINCE or parent.region.name in MUNICIPALITIES for parent in parents):
        return True
    return NATIVE_AFTER.match(text, end) is not None or NAME_END.match(text, end) is not None


def _cued(text: str, start: int, end: int, *, full: bool) -> bool:
    """True where the words around a doubtful form say that it is a place."""
    if PLACE_BEFORE.search(text[max(0, start - 1) : start]) is None:
        return False
    if full:
        # 城区, 老城区 and the like mean a part of any town unless a parent stands before them
        return text[end - 1] != "区" and NAME_END.match(text, end) is not None
    return NATIVE_AFTER.match(text, end) is not None or PLACE_AFTER.match(text, end) is not None


def _settled(text: str, draft: _Draft, anchors: list[tuple[int, Region]], around: tuple[Region, ...]) -> Mention:
    """Turn a draft into a mention, its readings narrowed to those that share most with the nearest anchor."""
    readings = draft.readings
    if len(readings) > 1:
        scores = {entry: _support(entry.region, draft.start, anchors, around) for entry in readings}
        best = max(scores.values())
        if best[0]:
            readings = tuple(entry for entry in readings if scores[entry] == best)
    top = readings[0]
    return Mention(
        region=top.region,
        start=draft.start,
        end=draft.end,
        surface=text[draft.start : draft.end],
        level=LEVELS[top.level],
        candidates=tuple(entry.region for entry in readings),
    )


def _support(
    region: Region, start: int, anchors: list[tuple[int, Region]], around: tuple[Region, ...]
) -> tuple[int, int]:
    """Return (shared links, minus distance) of the anchor that shares most of its chain with ``region``."""
    best = max(((_shared(region, outer), -(10**9)) for outer in around), default=(0, 0))
    at = bisect_left(anchors, start, key=lambda anchor: anchor[0])
    for position, other in anchors[max(0, at - 40) : at + 40]:
        if shared := _shared(region, other):
            best = max(best, (shared, -abs(position - start)))
    return best


def _shared(a: Region, b: Region) -> int:
    count = 0
    for left, right in zip(a.chain, b.chain, strict=False):
        if left != right:
            break
        count += 1
    return count


@lru_cache(maxsize=1)
def _load() -> Gazetteer:
    names: dict[str, str] = {}
    rows: list[tuple[str, str, list[str], list[str]]] = []
    accidents: set[str] = set()
    for line in files("corpus").joinpath("data/regions.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name, *forms = line.split("\t")
        if code == "not":
            accidents.update(name.split())
            continue
        names[code] = name
        forms += ["", ""]
        rows.append((code, name, forms[0].split(), forms[1].split()))

    free_of: dict[str, list[_Entry]] = defaultdict(list)
    cued_of: dict[str, list[_Entry]] = defaultdict(list)
    full = set(names.values())
    provinces = {form for code, _, free, _ in rows if code.endswith("0000") for form in free}
    for order, (code, name, free, cued) in enumerate(rows):
        parents = (names.get(code[:2] + "0000"), names.get(code[:4] + "00"))
        links = tuple(dict.fromkeys([parent for parent in (*parents, name) if parent]))
        level = PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else COUNTY
        entry = _Entry(Region(links), level, order)
        if name not in cued:
            free_of[name].append(entry)
        shorts = _official_shorts(name, free, cued) - full
        # 河南县、乡 are counties of 河南省 sooner than 河南蒙古族自治县.
        doubtful = {form for form in shorts if form[:-1] in provinces}
        for form in (*free, *(shorts - doubtful)):
            free_of[form].append(entry)
        for form in (*cued, *doubtful):
            cued_of[form].append(entry)
    free_of.update({word: [_Entry(COUNTRY, 0, 0)] for word in COUNTRY_WORDS})

    surfaces = {
        form: _Surface(tuple(free_of.get(form, ())), tuple(cued_of.get(form, ())), form in full)
        for form in {*free_of, *cued_of}
        if free_of.get(form) or cued_of.get(form)
    }
    lengths_of: dict[str, set[int]] = defaultdict(set)
    for form in chain(surfaces, accidents):
        lengths_of[form[:2]].add(len(form))
    lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths_of.items()}
    return Gazetteer(surfaces, frozenset(accidents), lengths)


def _official_shorts(name: str, free: list[str], cued: list[str]) -> set[str]:
    """Return the shorter or former official forms: 凉山州, 道真县, 道真自治县, 祁阳县 (now 祁阳市)."""
    for kind in ("自治州", "自治县", "自治旗"):
        if name.endswith(kind):
            return {form + end for form in (*free, *cued) for end in (kind, kind[-1])}
    if name.endswith(("市", "区")):
        return {form + "县" for form in free}
    return set()


__all__ = [
    "COUNTRY",
    "Gazetteer",
    "Level",
    "Mention",
    "Relationship",
    "deictic_level",
    "region_of_doc_number",
    "regions_of_doc_number",
    "related",
]
