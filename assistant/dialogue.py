"""Follow-up questions made whole from the questions before them.

A turn rarely says how it hangs on what came before, so every turn gives several whole questions, likeliest first:
the last question with a place, a period or a part of its subject exchanged; its subject with the new thing asked; the
turn alone with the place carried on. Which of them was meant is for the evidence to say (`Assistant.ask`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.answer import Turn
from assistant.ellipsis import (
    asks_amount,
    exchange,
    fragment,
    natural,
    places_in,
    subject_of,
    swap_slots,
    without_periods,
    without_slots,
)
from assistant.question import Question, QuestionReader
from corpus.errors import AssistantError
from corpus.periods import find_periods

Aside = Literal["source", "repeat", "more", "figures", "reason"]
"""What a turn asks of the last answer itself: where it stands, to hear it again, what else there is, only its
figures, or why it is so."""

# 那内蒙古呢 · 不是,我问的是辽宁 · 换个问题,… · 好吧,…
_OPENER = re.compile(
    r"^(?:那么?(?!边|里|儿|个|项|些|种|条|块)|(?:还有|另外|再问)(?:一?个问题|一?件事)?|对了|再(?:问|说|讲|看|聊)(?:说|讲|看|聊|问|一?下)?|接着[问说]|"
    r"(?:顺便|想|请)问(?:一?下)?|(?:要是|如果)?换[成做]|改成|反过来|哦+|噢|嗯+|好的?吧?|行吧?|谢谢(?:你|您|啦|了)?|多谢|明白了?|"
    r"懂了|知道了|了解了?|算了|没事了?|那?还是(?:看|说|问|讲)|不是|不对|我?(?:刚才|刚刚)?[说写打问搞弄看]?错了|我?(?:是)?(?:想|要)?(?:问|说|指|看)的?是|"
    r"我?(?:是)?(?:想|要)问(?:的)?|应该是|换(?:一?个|别的)?(?:问题|话题|事)?(?=[,，:：。\s])|"
    r"(?:再)?(?:说?回到?|回头[说看])(?=[^,，。\s])|[,，。、:：!！~\s])+"
)
_CORRECTION = re.compile(
    r"^(?:不是|不对|我?(?:刚才|刚刚)?[说写打问搞弄看]?错了|我(?:是)?(?:要|想)?(?:问|说|指)的?是|我是问)"
)
# 再说说江西的退役军人: goes back to what the talk is about
_TELL = re.compile(r"^(?:那|你)?再?(?:[说讲聊]一?[说讲聊下]|来?[说看]看)")
_CHANGE = re.compile(r"^(?:[^,，。]{0,4}[,，。\s])?(?:再|先)?(?:换(?:一?个|别的|问)|另外问|(?:问|说)(?:一?个)?别的)")
_RETURN = re.compile(
    r"(?:刚才|刚刚|前面|方才|一开始|最开始|先前|最早)(?:[说问提讲聊]+(?:到|过)?)?的?(?:那(?:个|项|条|件)?)?(?:问题|事)?"
)
_POINTER = re.compile(
    r"(?:这|那)一?(?:些|类|种)(?:人群?|群体|对象)|(?:这|那|该|上述)(?:一?(?:个|项|些|种|条|块|件|边|里|儿|类|方面))?(?:事情?)?(?=$|[^么样时会年])|"
    r"它们|它|他们|她们|(?:^|(?<=[,，。那让给对]))[他她]|其中|里面|上述|对此"
)
# A turn that says no more than that the same is asked: 有没有 · 也是这样吗 · 一样吗 · 怎么规定的
_SAME = re.compile(r"一样|同样|相同|也(?:这样|这么|是这)|类似|这[么样]规定|有没有$|^(?:有|也有)[吗没][?？]?$")
_LIKE = re.compile(r"(?:类似|同样|相同|一样)的?")
_NOTHING_OWN = re.compile(
    r"^(?>(?:的话|的|也|又|就|都|还|会|有|没有|没|是|不是|是不是|有没有|能|可以|行|让|给|呢|吗|吧|啊|呀|么|怎么样|咋样|怎样|如何|什么样|"
    r"对|给|针对|规定|要求|比例|标准|政策|做法|情况|说法|要是|如果|一样|同样|相同|类似|这么|这样|怎么|咋|说|讲讲|讲|换|看|那个|这个|要|算|"
    r"[,，。、:：?？!！\s])*)$"
)
_COURTESY = re.compile(
    r"^(?>(?:你好|您好|在吗|在不在|在么|有人吗|哈喽|嗨|喂|谢谢|多谢|感谢|辛苦|麻烦|再见|拜拜|好的?|行|嗯|哦|噢|哈|知道|明白|了解|懂|收到|"
    r"不用|没事|早上?|晚上?|下午|大家|你|您|了|啦|呀|啊|吧|呢|的|[,，。!！~?？\s])+)$"
)
OF_THE_ASSISTANT = re.compile(r"^(?:那|所以)?[你您]们?(?:是|叫|会|多大|几岁|喜欢|吃|累|在干|是不是|真)")
_ASKING = re.compile(r"[谁哪啥咋怎几呢吗么?？]|什么|多少|多[长久大]|何时|如何|有没有|([^\W\d_])不\1|[不没]有?[?？]?$")
# 银牌呢: goes on with what was asked, whatever it names
_ELLIPSIS = re.compile(r"呢[?？]?$")
_CONDITION = re.compile(r"^(?:要是|如果|假如|万一|[不没未])")
_COMPARISON = re.compile(
    r"^(?:它们|他们|(?:这|那)?[两二](?:个|边|地|省|家|者|处)?(?:地方|里|省|市)?)?(?:相?比(?:起来|一比|较)?)?[,，]?"
    r"(?:谁|哪(?:一?个|一?边|里|儿|省|市|地|家)?(?:地方|省|市)?)的?(?:目标|数)?(?:更|最|要|会)*[多少高低大小长短](?:一?些|点)?[呢呀啊?？]*$"
)
# 和辽宁比谁高: both places
_BESIDE = re.compile(r"(?:[跟与同和]|相比于?).{1,8}?(?:相?比|比较|对比)|比.{1,8}?(?:多|少|高|低|大|小)")
_EARLIER = re.compile(
    r"(?:再?往?[上前]一?个?|之前|此前|上一轮|过去)的?五年(?:规划)?(?:时?期)?(?:末|底|结束时)?|原来|原先|从前|以前|之前"
)
# 依据 · 出处 · 原文: what the last answer stands on
_SOURCE = re.compile(
    r"原[文话]|出处|来源(?:是|在)|(?:出自|见于|写在)(?:哪|什么|啥)|"
    r"(?:哪|第几)(?:一|几)?[条款章段节句](?:里|上)?(?:写|说|规定|讲|有)|"
    r"(?:哪|什么)(?:一|个|份|些)?(?:文件|文|政策)(?:里|上)?(?:写|说|规定|讲)|"
    r"(?:依据|根据)(?:呢|是?(?:什么|啥|哪))|有(?:什么|啥)?(?:依据|根据|出处)|"
    r"怎么(?:写|说)的|哪(?:儿|里)?(?:写|说|规定)(?:的|着)|凭(?:什么|啥)|你?怎么知道"
)
_OTHER_SOURCE = re.compile(r"国家|中央|省里|上级|上位|国务院|部里|依据的|贯彻|落实")
_REPEAT = re.compile(
    r"再(?:说|讲|发|念|来)一?[遍次]|重[复新](?:说|讲|一遍|一下)|没(?:看|听)(?:清|懂|明白)|刚才说(?:的)?(?:什么|啥)"
)
_MORE = re.compile(
    r"^(?:除了?(?:这|那|上面|刚才|以上)[^,，]{0,6})?[,，]?(?:那|另外|此外)?"
    r"(?:还有(?:没有|吗|呢|别的|其他|其它|什么|啥|哪些)|(?:有没有|有)?(?:别的|其他的?|其它的?|更多的?))"
    r"(?>(?:别的|其他的?|其它的?|什么|啥|了|吗|没有|没|规定|内容|呢|[?？])*)$"
)
# 再具体点 · 能不能说详细一些
_DETAIL = re.compile(
    r"^(?:能不能|能|可以|请|麻烦)?再?(?:说|讲|写|答)?得?(?:再|更)?(?:具体|详细|仔细|展开|细)(?:地|的)?(?:一?[点些下])?"
    r"(?:[说讲]{1,2}|介绍)?(?:一?[点些下])?[吗呢吧么]?[?？。]?$"
)
# 只要数字 · 给个准数就行
_FIGURES = re.compile(
    r"^我?(?:只|就)?(?:想|要|说|给|看|报)(?:我)?(?:一?个)?(?:准确的?|具体的?)?(?:数字?|数值|准数)(?:就?[行好]|即可)?[了吧啊]?[?？。]?$"
)
# 为什么要这么规定 · 原因呢
_REASON = re.compile(
    r"^(?:这|那)?(?:又|都)?是?(?:为什么|为啥|为何|干嘛|干吗)(?:是|要|会|得)?(?:这么|这样|有这)?(?:个|种)?"
    r"(?:规定|要求|定|安排|做|说|搞|弄)?的?[呢啊呀]?[?？。]?$|^(?:有什么|什么)?(?:原因|理由)(?:是(?:什么|啥))?[呢啊]?[?？。]?$"
)
# 不是辽宁,我问的是江西 · 不是我问的辽宁,是江西: what was not meant, and what was
_NOT_THAT = re.compile(
    r"^(?:[哦噢啊呃嗯唉,，]|我说的?)*不是(?:我)?(?:想|要)?(?:问|说|指|看)?的?(?:是)?[^,，。;；?？吗么]{1,12}[,，。;；\s]+"
    r"(?:而|应该|我)?(?:想|要)?(?:问|说|指|看)?的?(?:就|应该)?是(?P<meant>.+)$"
)
_AND_NOT = re.compile(r"[,，。;；\s]+(?:而)?不是[^,，。;；?？吗么]{1,12}[。!！]?$")
# 江西那个呢?什么时候发的
_AND_THERE = re.compile(r"^(?P<there>[^,，。?？]{1,10}?)(?:那个|那份|那边|这个)?呢[?？,，\s]\s*(?=[^,，。]{3})")
# 遵义让不让: the same asked of another place
_BARE = re.compile(
    r"^(?:也|又|就|都|还)?([让给行能准许搞办管算要会认兴有是])(?:不|没)\1[的呢啊呀]?[?？]?$|^可不可以[?？]?$"
)
# 工作站的目标呢: says what is asked of its own subject
_ATTRIBUTE = re.compile(r".的?(?:目标|任务|标准|要求|条件|政策|规定|流程|文号|对象|数量)$")
_POLITE = re.compile(r"^(?:我?(?:想|要)?请?(?:问|咨询|了解|打听)(?:一?下)?)[,，]?(?=.{4})")
# 跟珠海哪个学校合作: the place of a partner, not the one asked for
_WITH = re.compile(r"[跟与同和]$")
_SHORT = 16
_MAX_TURNS = 12
_MAX_TOPICS = 4
_MAX_WAYS = 5
# Turns whose earlier answer is looked up again, which costs an answer each.
_LOOKED_UP = 2
_FIRM = 2.8
_UNHEARD = 3.0
_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Thread:
    """What earlier turns leave to go on from.

    ``topics`` are the questions whole in themselves, the latest first; ``last`` is the last question made whole and
    ``before`` the one before it; ``filler`` is the part that the last turn put in; ``places`` the places named last.
    ``turn`` is the last turn that got an answer, as typed, and ``ways`` the ways to read it; ``said`` holds all that
    the assistant has said; ``refused`` is true where the last turn got no answer.
    """

    topics: tuple[str, ...] = ()
    last: str = ""
    before: str = ""
    filler: str = ""
    places: str = ""
    turn: str = ""
    ways: tuple[str, ...] = ()
    said: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """The ways to read a turn; ``whole`` is true of a question whole in itself, ``filler`` is what it put in."""

    ways: tuple[str, ...]
    whole: bool = False
    filler: str = ""


def read_thread(
    history: Sequence[Turn],
    reader: QuestionReader,
    *,
    as_of: date,
    quoted: Callable[[Thread], str] | None = None,
) -> Thread:
    """Return what the turns of ``history`` leave; small talk and what cannot be read is passed over.

    ``quoted`` tells what the last answer of a thread quoted, with the titles; it is asked where a turn looks back.
    """
    thread = Thread(said="\n".join(turn.content for turn in history if turn.role == "assistant"))
    users = [i for i, turn in enumerate(history) if turn.role == "user"][-_MAX_TURNS:]
    for i in users:
        turn = _as_meant(history[i].content) if thread.last else history[i].content
        reply = history[i + 1].content if i + 1 < len(history) and history[i + 1].role == "assistant" else None
        try:
            if aside(turn, thread, reader, as_of=as_of) or _is_small_talk(turn, thread, reader, as_of):
                continue
            around = quoted(thread) if quoted and i in users[-_LOOKED_UP:] and thread.turn and looks_back(turn) else ""
            thread = _moved(thread, turn, _read(turn, thread, reader, as_of, around), reply, reader, as_of)
        except AssistantError:
            continue
    return thread


def _moved(
    thread: Thread, turn: str, reading: _Reading, reply: str | None, reader: QuestionReader, as_of: date
) -> Thread:
    """Return ``thread`` after ``turn``; one that got no answer leaves topic and place as they were."""
    refused = bool(reply) and not _MARK.search(reply or "")
    last = reader.read(_POLITE.sub("", reading.ways[0]), as_of=as_of)
    places = _places(last) or thread.places
    topics = thread.topics
    if reading.whole or not topics:
        topics = tuple(dict.fromkeys((_POLITE.sub("", reading.ways[0]), *topics)))[:_MAX_TOPICS]
    elif not refused:
        moved = swap_slots(reader.read(topics[0], as_of=as_of), reader.read(turn, as_of=as_of))
        topics = tuple(dict.fromkeys((moved, *topics)))[:_MAX_TOPICS] if moved != topics[0] else topics
    if refused and thread.ways:
        return replace(thread, topics=topics, last=last.text, before=thread.last, filler=reading.filler, refused=True)
    return Thread(topics, last.text, thread.last, reading.filler, places, turn, reading.ways, thread.said, refused)


def interpretations(
    question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date, around: str = ""
) -> tuple[str, ...]:
    """Return the ways to make ``question`` whole from the turns in ``history``, likeliest first.

    ``around`` is what the last answer quoted, with the title: it tells which five years those before were.
    """
    return ways_of(question, read_thread(history, reader, as_of=as_of), reader, as_of=as_of, around=around)


def ways_of(question: str, thread: Thread, reader: QuestionReader, *, as_of: date, around: str = "") -> tuple[str, ...]:
    """Return the ways to make ``question`` whole after ``thread``, likeliest first."""
    if _is_small_talk(question, thread, reader, as_of):
        return (reader.read(question, as_of=as_of).text,)
    return _read(question, thread, reader, as_of, around).ways


def standalone(question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date) -> str:
    """Return the likeliest of ``interpretations``."""
    return interpretations(question, history, reader, as_of=as_of)[0]


def looks_back(question: str) -> bool:
    """True where the question is about the time before that of the last answer (上一个五年, 原来)."""
    return bool(_EARLIER.search(question))


def asks_only_who(question: Question) -> bool:
    """True where all that is asked is who is responsible (这个归谁管, 谁牵头)."""
    return question.intent.asks("body") and not question.places and not any(t.name and t.known for t in question.terms)


def aside(question: str, thread: Thread, reader: QuestionReader, *, as_of: date) -> Aside | None:
    """Return what ``question`` asks of the last answer itself, ``None`` where it asks something of its own."""
    if not thread.turn:
        return None
    read = reader.read(question, as_of=as_of)
    if read.places or read.periods:
        return None
    body = _OPENER.sub("", read.text) or read.text
    if _MORE.search(read.text) or _MORE.search(body) or _DETAIL.match(body):
        return "more"
    if _FIGURES.match(body):
        return "figures"
    if _REASON.match(body):
        return "reason"
    firm = any(term.known and term.name and not _SOURCE.search(term.surface) for term in read.terms)
    if _REPEAT.search(read.text) and not firm:
        return "repeat"
    if _SOURCE.search(read.text) and not firm and not _OTHER_SOURCE.search(read.text):
        return "source"
    return None


def _is_small_talk(turn: str, thread: Thread, reader: QuestionReader, as_of: date) -> bool:
    read = reader.read(turn, as_of=as_of)
    if _COURTESY.match(read.text) or OF_THE_ASSISTANT.match(read.text):
        return True
    if read.places or read.periods or _POINTER.search(read.text) or _RETURN.search(read.text):
        return False
    if reader.has_subject(turn, as_of=as_of):
        return False
    if thread.last and _ASKING.search(read.text):
        follows = _ELLIPSIS.search(read.text) or read.intent.wanted[0] not in ("any", "yesno")
        return read.knows_nothing and read.weight >= _UNHEARD and not follows
    return bool(read.terms) or read.intent.wanted == ("any",)


def _as_meant(turn: str) -> str:
    """Return ``turn`` without the place or thing that it says was not meant (不是辽宁,我问的是江西)."""
    found = _NOT_THAT.match(turn)
    if found:
        return f"不是,我问的是{found['meant']}"
    return _AND_THERE.sub(r"\g<there>", _AND_NOT.sub("", turn))


def _read(turn: str, thread: Thread, reader: QuestionReader, as_of: date, around: str) -> _Reading:
    new = reader.read(_as_meant(turn) if thread.last else turn, as_of=as_of)
    body = _OPENER.sub("", new.text)
    body = _RETURN.sub("", body).strip(" ,，、") if _RETURN.search(body) else body
    body = body if re.search(r"\w", body) else new.text
    if not thread.last:
        return _Reading((body if _CHANGE.match(new.text) else new.text,), True)
    read = reader.read(body, as_of=as_of)
    places = "" if read.places or read.deictic else thread.places
    alone = natural(f"{places}{body}")
    if _CHANGE.match(new.text):
        return _Reading((alone,), True)
    topics = [reader.read(topic, as_of=as_of) for topic in thread.topics]
    last = reader.read(thread.last, as_of=as_of)
    if _COMPARISON.match(body) and not read.places:
        return _Reading(_unique(*_compared(last, thread, reader, as_of), alone))
    if _RETURN.search(new.text):
        topics = _recalled(read, topics)
        last = topics[0]
    elif not read.places and thread.places:
        # The talk has moved on to another place than that of an earlier topic.
        here = reader.read(thread.places, as_of=as_of)
        topics = [topics[0], *(reader.read(swap_slots(topic, here), as_of=as_of) for topic in topics[1:])]
    if thread.places and read.places and (_BESIDE.search(body) or (read.intent.comparison and len(read.places) > 1)):
        both = "和".join(dict.fromkeys((thread.places if len(read.places) < 2 else "", _places(read)))).strip("和")
        pair = reader.read(both, as_of=as_of)
        if not _is_firm(read):
            return _Reading(_unique(*(swap_slots(before, pair) for before in topics[:2]), alone))
    if thread.places and all(_WITH.search(body[: mention.start]) for mention in read.places):
        read, alone = replace(read, places=()), natural(f"{thread.places}{body}")
    if _TELL.match(new.text) or (thread.refused and thread.turn):
        last, topics = topics[0], [*topics, last]
    swaps = bool(read.places or read.periods)
    earlier = _period_before(body, last, around)
    if earlier:
        body = _EARLIER.sub("", body).strip(" ,，的")
        read = reader.read(body, as_of=as_of) if re.search(r"\w", body) else replace(read, text="", terms=())
        last = _in_period(last, earlier, reader, as_of)
        topics = [_in_period(topic, earlier, reader, as_of) for topic in topics]
    rest = without_slots(read)
    own = _POINTER.sub("", rest).strip(" ,，、")
    own = own[1:] if own.startswith("的") and len(own) > 1 else own
    same = _NOTHING_OWN.match(own) or (swaps and _BARE.match(own)) or (_SAME.search(rest) and not _named(read))
    if same:
        elsewhere = [swap_slots(before, read) for before in (last, *topics[:2])]
        # Another place may plan for other years.
        undated = without_periods(reader.read(elsewhere[0], as_of=as_of)) if read.places and not read.periods else ""
        return _Reading(_unique(*elsewhere, undated))
    # 内蒙古学啥 after 辽宁…学啥: the same asked elsewhere
    part = fragment(own)
    unnamed = swaps and not read.terms and not part
    alike = [b for b in (last, *topics[:1]) if unnamed and b.intent.wanted == read.intent.wanted]
    again = [swap_slots(before, read) for before in alike] or (
        [swap_slots(last, read)] if swaps and _SAME.search(rest) else []
    )
    alone = _LIKE.sub("", alone)
    pointed = bool(_POINTER.search(body)) or bool(_RETURN.search(new.text))
    if part and not _CONDITION.match(part) and not again:
        return _of_fragment(part, own, alone, read, [last, *topics[:2]], thread, reader, as_of)
    correction = bool(_CORRECTION.match(new.text))
    if not pointed and (len(rest.strip(" ?？")) > _SHORT or (read.places and _is_whole(read))):
        follow = [swap_slots(last, read)] if correction else []
        return _Reading(_unique(*again, alone, *follow, *_with_subject(topics[:1], read, own)), True)
    return _Reading(_unique(*again, *_with_subject([*topics[:1], last, *topics[1:]], read, own), alone))


def _of_fragment(
    part: str,
    own: str,
    alone: str,
    read: Question,
    earlier: Sequence[Question],
    thread: Thread,
    reader: QuestionReader,
    as_of: date,
) -> _Reading:
    """Return the ways to read a turn that names a part of a subject and asks nothing (高技能的呢? 残疾人呢?)."""
    if asks_amount(part):
        asked = f"{part}多少"
        return _Reading(_unique(*(natural(f"{subject_of(swap_slots(q, read))},{asked}") for q in earlier[::-1][-2:])))
    swapped = [reader.read(swap_slots(before, read), as_of=as_of) for before in earlier]
    exchanged = [way for way in (exchange(q, part, thread.filler, reader, as_of) for q in swapped) if way]
    joined = natural(f"{swapped[0].text.rstrip('?？。')},{own}")
    filler = part.removesuffix("的")
    if exchanged:
        return _Reading(_unique(*exchanged, joined), True, filler)
    if _ATTRIBUTE.search(part) or (read.places and _is_firm(read) and not part.endswith("的")):
        ending = part[-2:] if _ATTRIBUTE.search(part) else ""
        asked = "是多少" if ending in ("目标", "任务", "数量", "标准") else "是什么" if ending else ""
        whole = f"{alone[: alone.rfind(part) + len(part)]}{asked}" if asked and part in alone else alone
        return _Reading(_unique(whole, joined), bool(_ATTRIBUTE.search(part) and _is_firm(read)), filler)
    return _Reading(_unique(joined, alone), filler=filler)


def _with_subject(questions: Sequence[Question], read: Question, own: str) -> list[str]:
    return [natural(f"{subject_of(swap_slots(before, read))},{own}") for before in questions]


def _unique(*ways: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way for way in ways if way))[:_MAX_WAYS]


def _is_firm(question: Question) -> bool:
    return any(term.name and term.known and term.weight >= _FIRM for term in question.terms)


def _is_whole(question: Question) -> bool:
    """True where a question that names its place has a subject of its own."""
    figure = question.intent.wanted[0] in ("count", "ratio", "money", "date") or bool(question.quantities)
    return _is_firm(question) or (figure and _named(question) and not question.is_generic)


def _named(question: Question) -> bool:
    return any(term.name and term.known for term in question.terms)


def _recalled(read: Question, topics: Sequence[Question]) -> list[Question]:
    """Return ``topics`` with those first that the turn names a word of; failing that, the one before the latest."""
    named = [t for t in topics if any(term.surface in t.text for term in read.terms)]
    order = named or [*topics[1:2], *topics[:1]]
    return [*order, *(t for t in topics if t not in order)]


def _compared(last: Question, thread: Thread, reader: QuestionReader, as_of: date) -> list[str]:
    """Return the last question asked for the places of the one before it as well."""
    earlier = reader.read(thread.before, as_of=as_of) if thread.before else None
    if earlier is None or not earlier.places or not last.places or _places(earlier) == _places(last):
        return []
    both = "和".join(dict.fromkeys((_places(earlier), _places(last))))
    return [swap_slots(last, reader.read(both, as_of=as_of))]


def _period_before(body: str, last: Question, around: str) -> str:
    """Return the five-year plan before the one that the last question or answer was about, as a question names it."""
    found = _EARLIER.search(body)
    if not found:
        return ""
    for text in (last.text, around):
        plans = [p for p in find_periods(text) if p.last and (p.last % 5 == 0)]
        if plans:
            number = (max(p.last or 0 for p in plans) - 2020) // 5 + 13 - 1
            if 11 <= number <= 18:
                return f"十{'一二三四五六七八'[number - 11]}五末"
    return ""


def _in_period(question: Question, period: str, reader: QuestionReader, as_of: date) -> Question:
    return reader.read(swap_slots(question, reader.read(f"{period}呢", as_of=as_of)), as_of=as_of)


def _places(question: Question) -> str:
    return "和".join(dict.fromkeys(surface for surface, _, _ in places_in(question)))
