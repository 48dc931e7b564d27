"""Who is responsible for what: 责任单位 in brackets, and bodies that running text gives a task."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.facts.organs import Organ, find_organs, parse_organ_list
from corpus.model import Clause, Document, Duty
from corpus.numbering import mark_at
from corpus.sentences import split_parts, split_sentences

# 列第一位者为牵头单位,下同 · 排在第一位的为牵头单位
_FIRST_LEADS = re.compile(r"(?:列|排)(?:名)?(?:在)?(?:第一|首)位?的?者?(?:部门|单位)?(?:为|是)牵头")
_THROUGHOUT = re.compile(r"下同|以下同|以下均同")
# (责任单位:…) · (…按职责分工负责) · (省教育厅牵头,…配合)
_CUE = re.compile(r"(?:责任|牵头|配合|主办|协办|参与|承办|负责)(?:单位|部门)|负责|牵头|按职责分工")
# 责任单位: · 牵头部门：
_LABEL = re.compile(
    r"(?P<role>责任|牵头(?:责任)?|配合|主办|协办|参与|参加|承办|负责|实施|落实)(?:单位|部门|机构)(?:[:：]|为)\s*"
)
# 省教育厅牵头 · 省财政厅等按职责分工负责 · 省民政厅配合
_ROLE_END = re.compile(
    r"(?:等)?(?:有关|相关|各有关)?(?:部门|单位)?(?:和单位)?(?:按照?)?(?:各自)?(?:职责|职能)?(?:分工)?(?:分别|共同)?"
    r"(?P<role>牵头负责|牵头|负责|配合|参与|参加|落实|实施)(?:落实|实施)?$"
)
_BRACKET = re.compile(r"[(（【\[](?P<inner>(?:[^()（）【】\[\]\n]|[(（][^()（）\n]{0,40}[)）]){4,700})[)）】\]]")
_LINE = re.compile(r"^[ \t　]*(?P<inner>(?:责任|牵头|配合|主办|协办)(?:单位|部门)[:：][^\n]{2,400})$", re.MULTILINE)
_ITEM_BREAK = re.compile(r"[、,，\s]|(?<=[厅局委部会府办门位])[和及与](?=[^、,，]{3,})")
_TAIL = re.compile(r"(?:等)?(?:有关|相关|各有关)?(?:部门|单位)?(?:和单位)?[。.]?$")
# What may stand before the subject: numbering, 《方案》明确要求, 疫情防控期间
_LEAD_IN = re.compile(
    r"(?:[一二三四五六七八九十]+是(?:要)?|(?:本|该)?《[^》]{1,60}》(?:[^,，。]{0,6}(?:要求|提出|规定|明确))[,，:：]?"
    r"|(?:同时|此外|另外|其中|必要时|原则上|今后|即日起|一般|具体)[,，]?|[^,，。、《》]{2,18}(?:期间|以来|之前|"
    r"之后|过程中|时|后|内)(?=各|省|市|县|国务院|有关|相关))+"
)
_MODAL = (
    r"(?:要|应当?|必须|须|需要?|负责|牵头|会同|联合|统一|具体|分别|可以|可|有权|不得|应该|将|均|也|都|每年|"
    r"定期|及时|依法|按照|按规定"
    r"|根据|结合|依据|切实|认真|积极|进一步|充分|严格|全面|主动|密切|共同|加强|加大|不断|持续|抓紧|尽快|综合|"
    r"优先|各司其职|协调|相互配合|自)"
)
_MUST = re.compile(r"^(?:要|应当|应该|应|必须|须)(?=[^用变急])")
_VERB = (
    r"(?:组织|开展|制定|建立|落实|做好|实施|推动|推进|指导|监督|督促|提供|安排|协助|配合|参与|承担|统筹|审核|"
    r"审批|审查|核实|核定|办理|发放|发布|"
    r"公布|公开|受理|管理|完善|健全|强化|履行|采取|责令|给予|予以|处以|编制|拟订|报|对|向|在|把|将|为|从|通过|"
    r"确定|确保|保障|支持|鼓励|引导|设立|"
    r"成立|调度|汇总|牵头|检查|评估|考核|汇报|通报|宣传|认定|颁发|出具|征收|收取|撤销|吊销|没收|主管|主要|派出|"
    r"召开|列支|拨付|筹集|收到|接到|发现|"
    r"作出|决定|审定|批准|备案|登记|通知|告知|移送|调查|处理|解决|设置|建设|打造|培育|优化|深化|探索|压实|利用|"
    r"依托|聚焦|抓好|关注)"
)
_PREDICATE = re.compile(rf"(?:{_MODAL}|{_VERB})")
_NOT_PREDICATE = re.compile(
    r"(?:都有|均有|要求|应用|应对|可以?作为|须知|将军|在编|在职|管理(?:的|人员|制度|办法|规定|条例|系统|平台|水平)|"
    r"确定的|批准的|规定|认定的|公布的|发布的|登记的|备案的|核定的|审核的|制定的|组织的|颁发的|出具的|"
    r"主要负责人|负责人)"
)
# 已经明确了 · 联合发布《…》 · 在2月10日编制: a report, no duty. 近日 and 表示 likewise.
_REPORT = re.compile(
    r"(?:已|均已|近日|日前|于\d|在\d+月|\d|(?:联合|共同|分别|及时|迅速|正式)?(?:发布|印发|出台|下发|表示|决定|"
    r"宣布|通报|发出|公布)(?!工作|统一)|指出|提醒|建议|称|介绍)"
    r"|[^,，。;；]{0,40}[^为除极不受]了(?!解|望|如|结|却|然)|[^。;；]*[?？]"
)
# 由省教育厅负责 · 可由各地工商联会同
_BY = re.compile(r"(?<![理自缘来经不])由(?=[^,，。;；]{2,60})")
# 仁怀市、习水县、汇川区 · 红花岗区、汇川区等地 · 其他县(市、区), where they act
_PLACE = (
    r"(?:[^\W\d_由向对经与和及在以为从将把各等其全本我]{1,7}?(?:自治[州县旗]|新区|开发区|示范区|合作区|省|市|"
    r"县|区|州|盟|旗)"
    r"(?<![城社小园辖市山地校景灾疫库厂院牧林矿战禁病]区)(?<![城都超上股门夜]市)(?<!直辖市))"
)
_PLACES = re.compile(
    rf"(?:其他|其它)?(?:县[(（]市、区[)）]|{_PLACE}(?:[、和]{_PLACE})*)(?:等地|"
    rf"等县[(（]?[市、区]*[)）]?)?(?=围绕|要|持续|结合|重点|负责|率先|开展|抓好|牵头)"
)
# Actors that are no public bodies; they end the task of the body before them.
_OTHER_ACTOR = re.compile(
    r"(?:各|各类|有关|相关)?(?:企业|院校|职业院校|普通高校|高校|学校|培训机构|用人单位|医疗机构|行业协会|"
    r"行业组织|社会组织|业主|个人|申请人)"
    r"(?:[、和](?:各|各类)?(?:企业|院校|学校|培训机构|单位|协会))*(?:要|应当?|须|必须|负责|开展|可以?|不得)"
)
_PARTNER = re.compile(
    r"(?:[、和及]|以及)(?:行业组织|行业协会|社会组织|责任单位|有关院校|企业|用人单位|有关单位|相关单位|"
    r"群团组织|人民团体)"
)
# 建立政府统一领导,人社部门统筹协调,…的工作机制 describes, it gives nobody a task.
_DESCRIBED = re.compile(
    r"(?:建立|构建|形成|健全|完善|发挥)[^。;；]{4,160}?的[^,，。;；]{0,10}(?:机制|格局|体系|局面|模式|作用)"
)
_JOIN = re.compile(r"(?:会同|联合|商|协同)")
_HELPERS = re.compile(
    r"(?:[、,，和]\s*)?(?P<organs>[^,，。;；]{2,80}?)(?:等)?(?:参与|配合|协助|协同配合|"
    r"参加)(?![^、,，。;；的]{0,1}的)"
)


def extract_duties(document: Document) -> tuple[Duty, ...]:
    """Return the duties that a document states, in text order.

    Joint bodies without a named leader all stand in ``others`` and ``lead`` is ``""``; the first of a list leads only
    where the document says so (列第一位者为牵头单位,下同 holds from there on). The task of a bracket is the heading of
    its clause where the bracket speaks of the whole clause, else the sentence before it.
    """
    duties: list[Duty] = []
    first_leads = False
    for clause in document.clauses:
        if clause.role == "title":
            continue
        brackets = _statements(clause.text)
        floor = 0
        for match in brackets:
            names_first = _FIRST_LEADS.search(match["inner"]) is not None
            lead, others = _bracket_bodies(match["inner"], first_leads or names_first)
            first_leads = first_leads or (names_first and _THROUGHOUT.search(match["inner"]) is not None)
            if lead or others:
                task = _task(clause, floor, match.start(), alone=len(brackets) == 1)
                duties.append(_duty(clause, task, lead, others, match.start(), match.end()))
                floor = match.end()
        covered = [match.span() for match in brackets]
        duties += [duty for duty in _running(clause) if not _inside(duty.start - clause.start, covered)]
    return tuple(sorted(duties, key=lambda duty: (duty.start, duty.end)))


def _duty(clause: Clause, task: str, lead: str, others: tuple[str, ...], start: int, end: int) -> Duty:
    offset = clause.start
    return Duty(clause.doc_id, clause.clause_id, task, lead, others, offset + start, offset + end)


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _statements(text: str) -> list[re.Match[str]]:
    found = [m for m in _BRACKET.finditer(text) if _CUE.search(m["inner"])]
    spans = [m.span() for m in found]
    found += [m for m in _LINE.finditer(text) if not _inside(m.start("inner"), spans)]
    return sorted(found, key=lambda m: m.start())


def _bracket_bodies(inner: str, first_leads: bool) -> tuple[str, tuple[str, ...]]:
    leads: list[str] = []
    others: list[str] = []
    for segment, role in _segments(inner):
        label = role
        names = _names(segment)
        if not names:
            continue
        if label.startswith(("牵头", "主办")) or (label == "负责" and len(names) == 1):
            leads += names
        elif first_leads and not leads and not label.startswith(("配合", "参与", "协办", "参加")):
            leads.append(names[0])
            others += names[1:]
        else:
            others += names
    if len(leads) > 1:
        # 甲、乙牵头: the first is the lead, as the model holds one.
        others = leads[1:] + others
    lead = leads[0] if leads else ""
    return lead, tuple(name for name in dict.fromkeys(others) if name != lead)


def _segments(inner: str) -> Iterator[tuple[str, str]]:
    """Yield (list of bodies, role) for each part of a bracket."""
    for start, end in split_sentences(inner):
        sentence = inner[start:end].rstrip("。;；")
        labels = list(_LABEL.finditer(sentence))
        if labels:
            for number, label in enumerate(labels):
                stop = labels[number + 1].start() if number + 1 < len(labels) else len(sentence)
                yield sentence[label.end() : stop], label["role"]
            continue
        begin = 0
        parts = split_parts(sentence, 0, len(sentence))
        for part_start, part_end in parts:
            match = _ROLE_END.search(sentence[part_start:part_end].rstrip(",，"))
            if match and match.start() + part_start > begin:
                yield sentence[begin : part_start + match.start()], match["role"]
                begin = part_end
            elif match:
                begin = part_end


def _names(listing: str) -> list[str]:
    """Return the bodies of a list; an item that is none ends it, since prose follows."""
    names: list[str] = []
    for item in _split_items(listing):
        bare = _TAIL.sub("", item) if not parse_organ_list(item) or item.endswith("等单位") else item
        bare = re.sub(r"等$", "", bare).strip("。:： ")
        organs = find_organs(bare)
        if organs and organs[0].start == 0 and organs[-1].end == len(bare):
            names.append(bare) if len(organs) == 1 else names.extend(organ.name for organ in organs)
        elif (
            2 <= len(bare) <= 12
            and not re.search(r"[的0-9]|负责|工作|责任|单位", bare)
            and (names or not _PREDICATE.match(bare))
        ):
            names.append(bare)
        elif bare:
            break
    return names


def _split_items(listing: str) -> list[str]:
    items: list[str] = []
    begin = depth = 0
    organs = [(organ.start, organ.end) for organ in find_organs(listing)]
    for position, char in enumerate(listing):
        depth += (char in "<(（〈〔") - (char in ">)）〉〕")
        if depth == 0 and _ITEM_BREAK.match(listing, position) and not _inside(position, organs):
            items.append(listing[begin:position])
            begin = position + 1
    items.append(listing[begin:])
    return [item.strip() for item in items if item.strip()]


def _task(clause: Clause, floor: int, position: int, *, alone: bool) -> str:
    if alone and clause.heading_path:
        heading = clause.heading_path[-1]
        mark = mark_at(heading, 0)
        bare = heading[mark.end :] if mark else heading
        if clause.text.lstrip("• \t　").startswith(heading[:6]) or bare in clause.text[: len(heading) + 20]:
            return bare.strip("—: ：")
    before = clause.text[floor:position]
    sentences = split_sentences(before)
    if not sentences:
        return clause.heading_path[-1] if clause.heading_path else ""
    start, end = sentences[-1]
    mark = mark_at(before, start)
    return before[mark.end if mark else start : end]


def _running(clause: Clause) -> Iterator[Duty]:
    text = clause.text
    for start, end in split_sentences(text):
        seen: set[str] = set()
        described = [match.span() for match in _DESCRIBED.finditer(text, start, end)]
        parts = split_parts(text, start, end)
        found: list[tuple[str, tuple[str, ...], int]] = []
        stops = [end]
        for part_start, part_end in parts:
            if any(begin < part_start < close for begin, close in described):
                continue
            if _OTHER_ACTOR.match(text, part_start, part_end):
                stops.append(part_start)
            actor = _by(text, part_start, part_end, end) or _subject(text, part_start, part_end, end)
            if actor is not None:
                found.append(actor)
        for number, (lead, others, at) in enumerate(found):
            stop = found[number + 1][2] if number + 1 < len(found) else end
            stop = _before_subject(text, parts, at, stop) if number + 1 < len(found) else stop
            stop = min([stop, *(other for other in stops if other > at)])
            task = _MUST.sub("", text[at:stop].strip(" ,，。;；、:：\n　"))
            if len(task) > 1 and task not in seen and not _REPORT.match(text, at, end):
                seen.add(task)
                yield _duty(clause, task, lead, others, start, end)


def _before_subject(text: str, parts: list[tuple[int, int]], at: int, stop: int) -> int:
    """Return where the part begins that holds the next subject, whose predicate starts at ``stop``."""
    starts = [start for start, end in parts if at < start and start <= stop <= end]
    return starts[-1] if starts else stop


def _by(text: str, start: int, end: int, stop: int) -> tuple[str, tuple[str, ...], int] | None:
    """Read 由X负责…; the offset is where the task begins."""
    part = text[start:end]
    match = _BY.search(part)
    if match is None:
        return None
    organs = _list_at(part, match.end())
    if not organs:
        return None
    after = _close_list(part, organs[-1].end)
    if part[after : after + 1] in ("", "的", ",", "，", "。") and not part[after:].startswith((",", "，")):
        return None
    lead, others, after = _with_joined(part, organs, after)
    return lead, others, start + after


def _subject(text: str, start: int, end: int, stop: int) -> tuple[str, tuple[str, ...], int] | None:
    """Read X要… at the start of a part; the offset is where the predicate begins."""
    part = text[start:end]
    mark = mark_at(part, 0)
    begin = mark.end if mark else 0
    lead_in = _LEAD_IN.match(part, begin)
    organs = _list_at(part, begin)
    if not organs and lead_in:
        organs = _list_at(part, lead_in.end())
    if not organs:
        return _places(part, begin, start)
    after = _close_list(part, organs[-1].end)
    partner = _PARTNER.match(part, after)
    while partner:
        after = partner.end()
        partner = _PARTNER.match(part, after)
    if part[after:] in (",", "，"):
        # 发改、住建等部门,要对…: the predicate stands in the next part.
        rest = text[end:stop]
        if re.match(r"\s*(?:要|应|须|必须|负责)", rest):
            lead, others, _ = _with_joined(part, organs, after)
            return lead, others, end
        return None
    if not _JOIN.match(part, after) and (not _PREDICATE.match(part, after) or _NOT_PREDICATE.match(part, after)):
        return None
    lead, others, after = _with_joined(part, organs, after)
    return lead, others, start + after


def _places(part: str, begin: int, start: int) -> tuple[str, tuple[str, ...], int] | None:
    """Read 仁怀市、习水县围绕…: places stand for their governments."""
    match = _PLACES.match(part, begin)
    if match is None:
        return None
    names = re.split(r"[、和](?![^(（]*[)）])", re.sub(r"等地$|等县.*$", "", match.group()))
    return (names[0], (), start + match.end()) if len(names) == 1 else ("", tuple(names), start + match.end())


def _list_at(part: str, begin: int) -> tuple[Organ, ...]:
    """Return the list of bodies that starts at ``begin``."""
    while begin < len(part) and part[begin] in " 　\xa0":
        begin += 1
    organs = [organ for organ in find_organs(part) if organ.start >= begin]
    taken: list[Organ] = []
    for organ in organs:
        between = part[taken[-1].end if taken else begin : organ.start]
        if between and (
            not taken
            or not re.fullmatch(
                r"[、,，和及与或]|以及|或者其?|等?(?:行业)?(?:主管)?部门[、和及]?|、和|(?:、|和)?(?:其他)", between
            )
        ):
            break
        if not between and taken:
            break
        taken.append(organ)
    return tuple(taken)


def _close_list(part: str, position: int) -> int:
    """Return the offset behind 等部门和单位 that closes a list of bodies."""
    match = re.compile(
        r"(?:、?等)?(?:有关|相关|各|行业)*(?:行政)?(?:主管|监管)?(?:部门|机关|单位)?(?:(?:和|及|、)(?:有关|"
        r"相关)?单位)?"
    ).match(part, position)
    return match.end() if match else position


def _with_joined(part: str, organs: tuple[Organ, ...], after: int) -> tuple[str, tuple[str, ...], int]:
    """Return lead, others and where the predicate begins, with 会同 and 参与 read."""
    names = tuple(dict.fromkeys(organ.name for organ in organs))
    others: tuple[str, ...] = names[1:]
    lead = names[0] if len(names) == 1 else ""
    join = _JOIN.match(part, after)
    if join:
        joined = _list_at(part, join.end())
        if joined:
            return (
                names[0],
                (*names[1:], *(o.name for o in joined)),
                _skip_comma(part, _close_list(part, joined[-1].end)),
            )
    if part.startswith("牵头", after):
        lead = names[0]
        helpers = _HELPERS.match(part, after + 2)
        if helpers:
            others = (*others, *(o.name for o in find_organs(helpers["organs"])))
        return lead, tuple(name for name in others if name != lead), after
    return lead, others if lead else names, after


def _skip_comma(part: str, position: int) -> int:
    return position + 1 if part[position : position + 1] in (",", "，") else position
