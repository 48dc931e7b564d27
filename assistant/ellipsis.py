"""Questions taken apart at the seams where a later turn puts something else in: slots, subject, asking part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.question import Question, QuestionReader
from corpus.periods import Period
from corpus.regions import Mention

_QUESTION_WORDS = (
    r"多少(?:万|钱|人次|人|家|个|名|期|元|年|次|条|项)*|(?<!哪)(?<!第)几[十百千万]*(?:家|个|期|人|名|年|条|项|次|天|块|成|种|类|级)*(?:以内|之内|内)?|"
    r"(?:什么|啥)(?:时候|地方|样的?|时间)?|何时|多久|多长时间|多大|"
    r"哪(?:里|儿|些|[一几两三]?[个种类项年天家份条位级])?(?:部门|单位|地方|机构|局|厅)?|谁|怎么(?:样|办|个|去|弄|整|搞)?|咋(?:样|办|个|弄|整|搞)?|如何|为什么|"
    r"能不能|有没有|可不可以|会不会|是不是|要不要|是否"
)
_QUESTION = re.compile(_QUESTION_WORDS)
# Groups are atomic, never possessive: possessive groups do not match as they should before Python 3.11.5.
# What stands between a subject and the question word, and goes with it: 目标是 · 要达到 · 一年能
_BEFORE = re.compile(
    r"(?>(?:的?(?:目标|标准|金额|数量|人数|规模|对象)|一共|总共|合计|一年|每年|一次|每次|分别|主要|具体|到底|大概|应该|可以|能够|需要|达到|"
    r"[要能会有是在由归给让需达到拿领补搞建发算办评放占定拨得都还也就又去干叫从跟靠些]|"
    r"(?<=[都要能会])[学教用花写看]些?)+)$"
)
_LIGHT = re.compile(r"(?>(?:分别|主要|具体|到底|应该|可以|能够|需要|[要能会有是在由归让需得都还也就又])+)$")
# 劳动仲裁要钱吗: is about 劳动仲裁
_COST = re.compile(r"(?<=..)(?:要不要|要|收|花|交|给|出)?(?:钱|收费|免费)$")
# 办得好不好 · 还搞不搞: what stands before a verb that asks whether
_HOW_WELL = re.compile(r"(?:[办做搞管干弄学教]?得|[还都也就又])$")
_MODAL = re.compile(r"^(?:可以|能够?|会)(?=.)")
_AFTER = re.compile(
    r"^(?>(?:一?[次回个期]|结束|开始|负责|处理|处罚|解决|对待|安排|规定|推行|推进|开展|"
    r"[办搞管抓来去定出发做干弄算学教推评领拿罚在的了呢呀啊吗?？])*)$"
)
_PARTICLES = re.compile(r"(?>(?:[呢吗啊呀吧嘛了?？!！。,，\s]|(?<![什怎多那这])么)+)$")
_HAS = re.compile(r"(?:有|行|可以|对)$")
_YESNO = re.compile(r"还?(?:(?:有没有|没有|[不没]|有吗|行吗|行不行|可以吗|对吗)|([^\W\d_])不\1)$")
_ENDING = re.compile(
    r"(?:的话|这?方面|(?:的)?[那这](?:个|份|条|项|部)|(?:的)?(?:那|这)?(?:块|边|里|儿|种)|(?<![会要能该得])(?:怎么样|咋样)|也?(?:讲|说)[讲说]?)?[呢啊呀吧嘛?？!！。\s]*$"
)
_LEADING = re.compile(r"^(?:那么?|呢|其中|里面|里头|是|就是|看|问|说|的|,|，|\s)+(?=.)")
_NOT_A_PART = re.compile(rf"{_QUESTION_WORDS}|[吗么]|[不没]$|一样|也[能会要得行可]|([^\W\d_])[不没]\1")
_MAX_PART = 14
# 全市一共: the whole of the place asked for
_EVERYWHERE = re.compile(r"全(?:自治区|[省市县区旗盟州])(?![域性面])")
# 辽宁和江西: one slot
_JOINED = re.compile(r"[和与及、,，/]?")
_LEVEL = re.compile(r"[省市县区州盟](?=级)")
_LEVEL_OF = re.compile(r"(?:国家|自治区|省|市|县|区|州|盟|乡|村|世界|部)级")
# 茶这块 · 吉他产业
_FIELD = re.compile(r"(?P<thing>[^,，。的这那有要多几什啥哪]{1,6})(?=(?:这|那)(?:一?块|方面)|产业|行业)")
# 做吉他的
_DOING = re.compile(r"(?P<thing>[做搞弄干学种养开跑送卖当造烧酿][^,，。的有要能]{1,6})(?=的)")
# 装备制造的要培训多少人
_NARROW = re.compile(r"(?P<thing>[^,，的要能会有多几什哪啥]{1,8})的(?=[要能会得一])")
_COUNTS = re.compile(r"(?:多少|几)[个名万]?$")
_TAIL = re.compile(r"^(?:的|(?:这|那)(?:一?块|方面)|产业|行业)+[,，]?")
# 规划的文号: what was asked of it, not what it is about
_GOAL = re.compile(r"的?(?:目标|文号|发文字号|发文机关|印发日期|落款)$")
# 奖金呢: asks how much
_AMOUNT = re.compile(r"(?:奖金|工资|薪资|报酬|费用|学费|价格|金额|名额|人数|上限|下限|占比|比例)$")
_TIDY = re.compile(r"[,，](?=[,，])|^[,，、\s]+|[,，、\s]+$")


def natural(text: str) -> str:
    """Return ``text`` without doubled or stray commas."""
    return _TIDY.sub("", text)


def fragment(text: str) -> str:
    """Return the part of a subject that ``text`` names and nothing else, empty for a question.

    高技能的呢? → 高技能的
    """
    part = _LEADING.sub("", _ENDING.sub("", text)).strip(" ,，")
    if not part or len(part) > _MAX_PART or _NOT_A_PART.search(part):
        return ""
    return part


def asks_amount(part: str) -> bool:
    """True for a fragment that names an amount, so that 呢 asks how much it is (奖金呢)."""
    return bool(_AMOUNT.search(part))


def subject_of(text: str) -> str:
    """Return what a question is about, without what it asks: 遵义哪里能学养老护理员 → 遵义学养老护理员."""
    clauses = re.split(r"[,，]", text.rstrip("?？。! "))
    kept: list[str] = []
    for clause in clauses:
        bare = _PARTICLES.sub("", clause)
        match = _QUESTION.search(bare)
        if match is None:
            asks = bare == clause and _YESNO.search(bare)
            told = _HOW_WELL.sub("", bare[: asks.start()]) if asks else _HAS.sub("", bare)
            kept.append(_COST.sub("", told) if asks or bare != clause else told)
            continue
        before, after = bare[: match.start()], bare[match.end() :]
        if _AFTER.match(after):
            kept.append(_BEFORE.sub("", before))
        else:
            kept.append(_LIGHT.sub("", before) + _YESNO.sub("", _QUESTION.sub("", _MODAL.sub("", after))))
    subject = natural(",".join(part for part in kept if part)).removesuffix("的")
    subject = _GOAL.sub("", subject)
    return subject if len(subject) > 1 else text.strip(" ?？")


def asking_of(text: str) -> str:
    """Return what a question asks, without what it is about: 条例什么时候施行 → 什么时候施行; empty for no such."""
    bare = _PARTICLES.sub("", re.split(r"[,，]", text)[-1])
    match = _QUESTION.search(bare)
    if match is None:
        return ""
    before = bare[: match.start()]
    return bare[len(_BEFORE.sub("", before)) :]


def starts_asking(asking: str) -> bool:
    """True where what a question asks has lost its verb (多少 of 没上牌罚多少)."""
    return bool(_QUESTION.match(asking))


def exchange(question: Question, part: str, filler: str, reader: QuestionReader, as_of: date) -> str:
    """Return ``question`` with ``part`` in the stead of what is of its kind there; empty where nothing is.

    Of its kind is what the last turn put in (``filler``), a group of people for another group, or a phrase that shares
    a word with ``part``: 高技能 takes the place of 技能 in 技能人才, 茶产业 that of 酱酒产业.
    """
    text = question.text
    modifier = part.endswith("的")
    bare = part.removesuffix("的")
    if filler and filler in text and filler != bare:
        return text.replace(filler, bare, 1)
    if bare in text and not modifier and _is_word(bare, text, question):
        return ""
    new = reader.read(bare, as_of=as_of)
    people = [term for term in question.terms if term.people and term.surface in text.lower()]
    old = next((term for term in people if term.group or not _shared(question, bare)), None)
    if old is not None and any(term.people and len(term.surface) >= len(bare) - 1 for term in new.terms):
        at = text.lower().find(old.surface)
        wording = part if old.surface.endswith("的") else bare
        after = text[at + len(old.surface) :]
        return f"{text[:at]}{wording}{after[1:] if wording[-1] == after[:1] else after}"
    run = _shared(question, bare) or _modifier(question, modifier) or _counted(question, bare)
    if run is None:
        return ""
    start, end = run
    return f"{text[:start]}{bare}{text[end:]}"


def _modifier(question: Question, modifier: bool) -> tuple[int, int] | None:
    """Return the span of what ``question`` is about where a word says so (茶这块 · 吉他产业), or what modifies it.

    做吉他的那个品牌 has 做吉他, which another modifier (``modifier``, 军工的) can take the place of.
    """
    text = question.text
    begin = max((last for _, _, last in places_in(question)), default=0)
    found = _FIELD.search(text, begin)
    if found is None and modifier:
        found = _DOING.search(text, begin)
        names = [re.escape(term.surface) for term in question.terms if term.name]
        known = re.search(f"(?:{'|'.join(names)})(?=的)", text.lower()) if names else None
        if found is None and known:
            return known.span()
        narrow = _NARROW.match(text, begin)
        if found is None and narrow and any(term.surface in narrow["thing"] for term in question.terms if term.name):
            return narrow.span("thing")
    return found.span("thing") if found else None


def without_modifier(question: Question) -> str:
    """Return ``question`` without what narrows its subject (搞酱酒的 of 搞酱酒的要培训多少人), empty if nothing."""
    span = _modifier(question, modifier=True)
    people = next((term.surface for term in question.terms if term.people), "")
    if span is None and people and people in question.text:
        before, after = question.text.split(people, 1)
        # 一年要培训多少农民工 → 一年要培训多少人
        return f"{before}{'人' if _COUNTS.search(before) else ''}{after}"
    if span is None:
        return ""
    rest = question.text[span[1] :]
    return f"{question.text[: span[0]]}{_TAIL.sub('', rest)}"


def with_level(text: str, level: str) -> str:
    """Return ``text`` with ``level`` in the stead of the level it names: 市级培训基地 → 县级培训基地."""
    return _LEVEL_OF.sub(f"{level}级", text, count=1)


def _is_word(bare: str, text: str, question: Question) -> bool:
    """True where the question already names ``bare`` by itself and not as the end of a longer word."""
    at = text.find(bare)
    return not any(bare in term.surface and term.surface != bare for term in question.terms) and (
        at == 0 or any(m.end == at for m in question.places) or any(t.surface == bare for t in question.terms)
    )


def _shared(question: Question, bare: str) -> tuple[int, int] | None:
    """Return the span that ``bare`` replaces: from where the noun phrase begins to the end of what both share."""
    text = question.text
    if _LEVEL_OF.fullmatch(bare):
        old = _LEVEL_OF.search(text)
        return old.span() if old and old.group() != bare else None
    size = next((n for n in range(len(bare), 1, -1) if bare[-n:] in text), 0)
    if not size:
        return None
    start = text.rfind(bare[-size:])
    end = start + size
    fixed = [(first, last) for _, first, last in (*places_in(question), *_surfaces(question.periods))]
    if any(first < end and start < last for first, last in fixed):
        return None
    words = sorted(
        (at.start(), at.end()) for term in question.terms for at in re.finditer(re.escape(term.surface), text.lower())
    )
    moved = True
    while moved:
        moved = False
        for first, last in words:
            if first < start <= last and not any(first < e and s < last for s, e in fixed):
                start, moved = first, True
    # 满十年 → 满二十年
    if start and text[start - 1] == bare[0] and text[start:end] != bare:
        start -= 1
    return start, end


def _counted(question: Question, bare: str) -> tuple[int, int] | None:
    """Return the span of what the question counts (要建几个示范性实训基地), where it ends with it."""
    counts = [m for m in _QUESTION.finditer(question.text) if m.group()[0] in "多几" and m.group()[-1] in "个家名所种"]
    end = len(_PARTICLES.sub("", question.text))
    if not counts or end - counts[-1].end() < 3 or bare[-1] in "人者员工生的":
        return None
    return counts[-1].end(), end


def without_slots(question: Question) -> str:
    """Return the text of ``question`` without its places and periods."""
    return _without(question.text, [*places_in(question), *_surfaces(question.periods)])


def without_periods(question: Question) -> str:
    """Return the text of ``question`` without its periods."""
    return _without(question.text, _surfaces(question.periods))


def _without(text: str, slots: Sequence[tuple[str, int, int]]) -> str:
    for _, start, end in sorted(slots, key=lambda slot: -slot[1]):
        text = text[:start] + text[end:]
    return text


def swap_slots(old: Question, new: Question) -> str:
    """Return ``old`` with the places and periods of ``new``, where it has some, in the stead of its own.

    What ``old`` has nothing of comes first, a period after the places.
    """
    text = old.text
    edits: list[tuple[int, int, str]] = []
    swapped = places_in(new)
    for olds, news in (
        (places_in(old), swapped),
        (_surfaces(old.periods), _surfaces(new.periods)),
    ):
        if not news:
            continue
        wording = "和".join(dict.fromkeys(surface for surface, _, _ in news))
        if olds:
            end = olds[0][2]
            for _, start, last in olds[1:]:
                if _JOINED.fullmatch(text[end:start]):
                    end = last
            edits.append((olds[0][1], end, wording))
        else:
            leading = [end for _, start, end in places_in(old) if start == 0]
            at = leading[0] if leading and news is not swapped else 0
            # 内蒙和辽宁…: what is put in follows the places that are exchanged, all of them
            at = next((end for start, end, _ in edits if start <= at <= end), at)
            edits.append((at, at, wording))
    for start, end, wording in sorted(edits, reverse=True):
        text = text[:start] + wording + text[end:]
    return _EVERYWHERE.sub(f"全{_level_of(new)}", text) if swapped else text


def _level_of(question: Question) -> str:
    """Return what a place is called in 全省 and 全市."""
    name = question.places[0].region.name
    return name[-1] if name[-1:] in tuple("省市县区旗盟州国") else "区域"


def _surfaces(slots: Sequence[Mention] | Sequence[Period]) -> list[tuple[str, int, int]]:
    return [(slot.surface, slot.start, slot.end) for slot in slots]


def places_in(question: Question) -> list[tuple[str, int, int]]:
    """Return the places with their spans; the 省 of 辽宁省级 belongs to what follows."""
    found: list[tuple[str, int, int]] = []
    for surface, start, end in _surfaces(question.places):
        cut = int(bool(_LEVEL.match(question.text, end - 1)) and end - start > 2)
        found.append((surface[: len(surface) - cut], start, end - cut))
    return found
