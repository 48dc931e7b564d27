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
    asking_of,
    asks_amount,
    exchange,
    fragment,
    natural,
    places_in,
    starts_asking,
    subject_of,
    swap_slots,
    with_level,
    without_modifier,
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
    r"^(?:那么?(?!边|里|儿|个|项|些|种|条|块)|(?:还有|另外|再问)(?:一?个问题|一?件事)?|对了|话说|再(?:问|说|讲|看|聊)(?:说|讲|看|聊|问|一?下)?|接着[问说]|"
    r"(?:顺便|想|请)问(?:一?下)?|(?:要是|如果)?换[成做]|改成|反过来|哦+|噢|嗯+|好的?吧?|行吧?|谢谢(?:你|您|啦|了)?|多谢|明白了?|"
    r"懂了|知道了|了解了?|算了|没事了?|那?还是(?:看|说|问|讲)|不是(?!.{1,12}(?:吗|么)[?？]?$)|不对|我?(?:刚才|刚刚)?[说写打问搞弄看]?错了|我?(?:是)?(?:想|要)?(?:问|说|指|看)的?是|"
    r"我?(?:是)?(?:想|要)问(?:的)?|应该是|换(?:一?个|别的)?(?:问题|话题|事)?(?=[,，:：。\s])|"
    r"(?:再)?(?:说?回到?|回头[说看])(?=[^,，。\s])|[,，。、:：!！~\s])+"
)
# 换遵义,机构不照要求培训怎么办 · 至于江西: before a place
_TURN_TO = re.compile(r"(?:换(?:成|做|到|去|个)?|改(?:成|问|看)|轮到|至于|关于|说到|看看|说说|讲讲|问问)(?:是|的)?$")
_CORRECTION = re.compile(
    r"^(?:不是|不对|我?(?:刚才|刚刚)?[说写打问搞弄看]?错了|我(?:是)?(?:要|想)?(?:问|说|指)的?是|我是问)"
)
# 说错了,我要辽宁的 · 不对,我是内蒙古的: who speaks, before the place that was meant
_I_MEANT = re.compile(r"^(?:我们?)(?:只|就)?(?:想|是)?(?:要|是|在|说|问|找|看)(?:的)?(?:是)?$")
# 再说说江西的退役军人: goes back to what the talk is about
_TELL = re.compile(r"^(?:那|你)?再?(?:[说讲聊]一?[说讲聊下]|来?[说看]看)")
_CHANGE = re.compile(r"^(?:[^,，。]{0,4}[,，。\s])?(?:再|先)?(?:换(?:一?个|别的|问)|另外问|(?:问|说)(?:一?个)?别的)")
_RETURN = re.compile(
    r"(?:刚才|刚刚|前面|方才|一开始|最开始|先前|最早)(?:[说问提讲聊]+(?:到|过)?)?的?(?:那(?:个|项|条|件)?)?(?:问题|事)?"
)
# 回到狗的事,禁养的名单谁定
_BACK_TO = re.compile(
    r"^(?:那|再|还是|好|行|[,，\s])*(?:说|讲|聊|转)?回(?:到|头|过头|来|去)?(?:再)?(?:来)?(?:说|讲|聊|看|问)?(?:到)?(?P<thing>[^,，。]{1,12}?)"
    r"(?:的?(?:事情?|问题|话题|那个|这个|那边|那块|这块|方面|上)+)?[,，]\s*(?=.{2})"
)
_POINTER = re.compile(
    r"(?:这|那)一?(?:些|类|种)(?:人群?|群体|对象)|(?:这|那|该|上述)(?:一?(?:个|项|些|种|条|块|件|边|里|儿|类|方面))?(?:事情?)?(?=$|[^么样时会年])|"
    r"它们|它|他们|她们|(?:^|(?<=[,，。那让给对]))[他她]|其中|里面|上述|对此"
)
# 对它们有啥照顾: without the pronoun
_LEFT_OVER = re.compile(r"^[对给向跟为](?=有|会|能|啥|什么|怎么|咋)")
# A turn that says no more than that the same is asked: 有没有 · 也是这样吗 · 一样吗 · 怎么规定的
_SAME = re.compile(
    r"一样|同样|相同|也(?:这样|这么|是这)|类似|这[么样]规定|^.{0,2}有没有$|^(?:有|也有)[吗没][?？]?$|"
    r"^(?:也|又|还)?(?:有|没)?(?:没有)?[写说提讲]到?(?:过|了)?[吗没么][?？]?$"
)
_LIKE = re.compile(r"(?:类似|同样|相同|一样)的?")
_NOTHING_OWN = re.compile(
    r"^(?>(?:的话|的|也|又|就|都|还|会|有|没有|没|是|不是|是不是|有没有|能|可以|行|让|给|呢|吗|吧|啊|呀|么|怎么样|咋样|怎样|如何|什么样|"
    r"对|给|针对|规定|要求|比例|标准|政策|做法|情况|说法|要是|如果|同口径|口径|一样|同样|相同|类似|这么|这样|怎么|咋|说|讲讲|讲|换|看|那个|这个|要|算|"
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
# 有专门的网校不: asks whether there is such a thing
_HAVING = re.compile(r"有(?:没有)?[^,，。有]{1,10}(?:吗|么|[不没](?:有)?)[?？]?$|^有没有.{1,10}$")
_TO_YOU = re.compile(r"[你您]")
_CONDITION = re.compile(r"^(?:要是|如果|假如|万一|[不没未])")
# 要是不退呢 · 偏要发的话呢: asks what follows from it
_WHAT_IF = re.compile(r"^(?P<case>(?:要是|如果|假如|万一)[^?？]{2,}?(?:的话)?|[^?？]{2,}的话)[呢啊]?[?？]?$")
# 我们辽宁的厂子 · 我是遵义红花岗的
_MINE = re.compile(r"^(?:[我俺咱]们?(?:这边|这里|这儿|这)?(?:家|家里)?(?:[是在]|住在?)?)$")
_SIDES = (
    r"(?:(?:刚才|刚刚|前面|后面|上面|以上)(?:[说问提讲]+(?:到|过)?)?的?)?"
    r"(?:它们|他们|这些|那些|[这那前后]?(?:(?P<sides>[两二三四五六七八九十]|\d{1,2}|[几仨俩])(?:个|边|地|省|家|者|处|份|样|种|项|头)?)"
    r"(?:地方|里|省|市|县|文件)?(?:里头?|之间|当中|中)?)"
)
_COMPARISON = re.compile(
    rf"^(?:{_SIDES})?(?:相?比(?:起来|一比|较)?|里头?|之中|其中)?[,，]?"
    r"(?:谁|哪(?:一?个|一?边|里|儿|省|市|地|家|份)?(?:地方|省|市)?)(?:的|(?P<verb>[\u4e00-\u9fff]{1,2}得)|要求)?(?:目标|数|人数|任务)?(?:更|最|要|会)*"
    r"(?:[多少高低大小长短早晚先后快慢严松]|厉害|宽松)(?:一?些|点)?[呢呀啊嘞?？]*$"
)
# 两家新增高技能人才谁多: the sides, and what is compared
_COMPARED = re.compile(
    rf"^(?:{_SIDES})(?:的|相?比(?:起来|较)?|在)?[,，]?(?P<what>.{{2,}}(?:谁|哪)[^,，。]{{0,6}}[多少高低大小长短早晚快慢](?:一?些|点)?[呢呀啊?？]*)$"
)
_SIDES_COUNTED = {"两": 2, "二": 2, "俩": 2, "三": 3, "仨": 3, "四": 4, "五": 5}
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
# 每年还是总共 · 是新增的吗: of what kind the figure just told is
_KIND = re.compile(
    r"^(?:(?:这|那)(?:个|是)?|这个数|那个数|数)?是?(?:每年|一年|年均|累计|总共|一共|合计|新增|总量|存量|目标|计划)的?(?:数|量)?"
    r"(?:还是.{2,8}|[吗么])[呢啊]?[?？]?$"
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
# 方案里有没有专门写他们的
_THEM = re.compile(r"(?<=[^,，。那对给让])(?:[他她它]们|(?:这|那)些(?:人|群体|对象)|这(?:类|种)人)")
# 茶这块一共培训多少人: names its subject before it asks
_AS_FOR = re.compile(r"^(?P<thing>[^,，。这那]{1,8})(?:(?:这|那)(?:一?块|方面)(?:儿)?|产业|行业)[,，]?(?=.{2})")
_ONE_CHARACTER = re.compile(r"(?<![^,，省市县区旗盟州])(?P<thing>[^\W\d_对那这就按从向给])(?:这|那)(?:一?块)儿?")
# 县里的靠什么建: the same of another level
_OWN_LEVEL = re.compile(r"^(?P<level>国家|自治区|省|市|县|区|州|盟|乡|镇|村)(?:里|级|上|一级)?的(?=.{2})")
# 那全市一共多少: the whole, not the part that was asked about
_TOTAL = re.compile(
    r"^(?:(?:全(?:自治区|[省市县区旗盟州])|整个[省市县区])(?:加起来)?的?(?:一共|总共|合计|总计)?|"
    r"所有人?|全部|一共|总共|合计|总计|加起来|总的|总数)(?:加起来|加一起|合起来|一共|总共)*的?"
    r"(?:要|有|是|培训|呢|得|会)*(?:多少|几)?[人个家名次]*[次呢啊]*[?？]?$"
)
_SUM = re.compile(r"所有人?|(?:要|有|是|培训|得|会)*(?:多少|几)?[人个家名次]*[次呢啊?？]*$")
# 我闺女刚毕业,她呢
_OWN_PRONOUN = re.compile(r"[,，。]\s*(?:那|那么)?[他她]们?(?:那个|那边)?")
_FIGURE = re.compile(r"\d[\d.,]*[%百千万亿]*")
_SHORT = 16
# 换遵义,机构不照要求培训怎么办: names its place and says enough to stand by itself
_ENOUGH = 9
_SPEAKER = re.compile(r"[我俺咱]")
_PLAIN = 1.2
_MAX_TURNS = 12
_MAX_TOPICS = 4
_MAX_WAYS = 5
# Turns whose earlier answer is looked up again, which costs an answer each.
_LOOKED_UP = 2
_SETTLED = 4
_MAX_TOLD = 6
_FIRM = 2.8
_UNHEARD = 3.0
_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The ways to read a turn, likeliest first.

    ``alone`` is the turn by itself with the place carried on, ``topic`` what the talk was about before; ``whole`` is
    true of a question whole in itself, ``filler`` is what it put in.
    """

    ways: tuple[str, ...]
    alone: str = ""
    whole: bool = False
    filler: str = ""
    topic: str = ""

    def settled(self, way: str) -> Reading:
        """Return the reading with ``way``, which the evidence bore out, before the others."""
        whole = self.whole or way == self.alone
        return replace(self, ways=_unique(way, *self.ways), alone="", whole=whole)


@dataclass(frozen=True, slots=True)
class Thread:
    """What earlier turns leave to go on from.

    ``topics`` are the questions whole in themselves, the latest first; ``told`` the questions as they were meant with
    what was replied, the latest first; ``filler`` is the part that the last turn put in; ``places`` the places named
    last. ``turn`` is the last turn that got an answer, as typed, and ``reading`` the ways to read it; ``said`` holds
    all that the assistant has said; ``refused`` is true where the last turn got no answer.
    """

    topics: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    filler: str = ""
    places: str = ""
    turn: str = ""
    reading: Reading = Reading(())
    said: str = ""
    refused: bool = False

    @property
    def last(self) -> str:
        """The last question, made whole; empty where there is none."""
        return self.told[0][0] if self.told else ""


Settle = Callable[[str, Reading], str]
"""Tells which way to read a turn the evidence bears out."""


def read_thread(
    history: Sequence[Turn],
    reader: QuestionReader,
    *,
    as_of: date,
    quoted: Callable[[Thread], str] | None = None,
    settle: Settle | None = None,
) -> Thread:
    """Return what the turns of ``history`` leave; small talk and what cannot be read is passed over.

    ``quoted`` tells what the last answer of a thread quoted, with the titles; it is asked where a turn looks back.
    ``settle`` says how the latest turns were meant; without it each was meant the likeliest way.
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
            reading = reading_of(turn, thread, reader, as_of=as_of, around=around)
            answered = reply is None or bool(_MARK.search(reply))
            if settle and answered and len(reading.ways) > 1 and i in users[-_SETTLED:]:
                reading = reading.settled(settle(turn, reading))
            thread = _moved(thread, turn, reading, reply, reader, as_of)
        except AssistantError:
            continue
    return thread


def _moved(
    thread: Thread, turn: str, reading: Reading, reply: str | None, reader: QuestionReader, as_of: date
) -> Thread:
    """Return ``thread`` after ``turn``; one that got no answer leaves topic and place as they were."""
    refused = bool(reply) and not _MARK.search(reply or "")
    last = reader.read(_POLITE.sub("", reading.ways[0]), as_of=as_of)
    places = _places(last) or thread.places
    topics = thread.topics
    if reading.whole or not topics:
        topics = tuple(dict.fromkeys((last.text, *topics)))[:_MAX_TOPICS]
    elif not refused:
        moved = swap_slots(reader.read(topics[0], as_of=as_of), reader.read(turn, as_of=as_of))
        topics = tuple(dict.fromkeys((moved, *topics)))[:_MAX_TOPICS] if moved != topics[0] else topics
    told = ((last.text, reply or ""), *thread.told)[:_MAX_TOLD]
    if refused and thread.reading.ways:
        return replace(thread, topics=topics, told=told, filler=reading.filler, refused=True)
    return Thread(topics, told, reading.filler, places, turn, reading, thread.said, refused)


def interpretations(
    question: str, history: Sequence[Turn], reader: QuestionReader, *, as_of: date, around: str = ""
) -> tuple[str, ...]:
    """Return the ways to make ``question`` whole from the turns in ``history``, likeliest first.

    ``around`` is what the last answer quoted, with the title: it tells which five years those before were.
    """
    thread = read_thread(history, reader, as_of=as_of)
    return reading_of(question, thread, reader, as_of=as_of, around=around).ways


def reading_of(question: str, thread: Thread, reader: QuestionReader, *, as_of: date, around: str = "") -> Reading:
    """Return the ways to make ``question`` whole after ``thread``, likeliest first."""
    if _is_small_talk(question, thread, reader, as_of):
        return Reading((reader.read(question, as_of=as_of).text,))
    return replace(
        _read(question, thread, reader, as_of, around), topic="" if thread.refused else (*thread.topics, "")[0]
    )


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
    if _KIND.match(body) or (_REPEAT.search(read.text) and not firm):
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
        asks_for_some = _HAVING.search(read.text) and not _TO_YOU.search(read.text)
        follows = _ELLIPSIS.search(read.text) or asks_for_some or read.intent.wanted[0] not in ("any", "yesno")
        return read.knows_nothing and read.weight >= _UNHEARD and not follows
    return bool(read.terms) or read.intent.wanted == ("any",)


def _as_meant(turn: str) -> str:
    """Return ``turn`` without the place or thing that it says was not meant (不是辽宁,我问的是江西)."""
    found = _NOT_THAT.match(turn)
    if found:
        return f"不是,我问的是{found['meant']}"
    return _AND_THERE.sub(r"\g<there>", _AND_NOT.sub("", turn))


def _read(turn: str, thread: Thread, reader: QuestionReader, as_of: date, around: str) -> Reading:
    new = reader.read(_as_meant(turn) if thread.last else turn, as_of=as_of)
    body = _OPENER.sub("", new.text)
    body = _RETURN.sub("", body).strip(" ,，、") if _RETURN.search(body) else body
    body = body if re.search(r"\w", body) else new.text
    if not thread.last:
        return Reading((body if _CHANGE.match(new.text) else new.text,), whole=True)
    back = _BACK_TO.match(new.text)
    thing = reader.read(back["thing"], as_of=as_of) if back and not _RETURN.search(new.text) else None
    if back and thing and not thing.places:
        body = new.text[back.end() :]
    read = reader.read(body, as_of=as_of)
    if read.places and _TURN_TO.fullmatch(body[: read.places[0].start]):
        body = body[read.places[0].start :]
        end = read.places[0].end - read.places[0].start
        body = f"{body[:end]}{body[end:].lstrip(' ,，')}"
    correction = bool(_CORRECTION.match(new.text))
    if correction and read.places and _I_MEANT.fullmatch(body[: read.places[0].start]):
        body = body[read.places[0].start :]
    body = _branch(_of_somebody_else(body, reader, as_of), reader, as_of)
    read = reader.read(body, as_of=as_of)
    topics = [reader.read(topic, as_of=as_of) for topic in thread.topics]
    last = reader.read(thread.last, as_of=as_of)
    here = thread.places
    returns = bool(_RETURN.search(new.text)) or (thing is not None and not thing.places)
    if returns:
        topics = _recalled(thing or read, topics, thread, reader, as_of)
        last = topics[0]
        here = _places(last) or here
    places = "" if read.places or read.deictic else here
    alone = natural(f"{places}{body}")
    if _CHANGE.match(new.text):
        return Reading((alone,), alone, True)
    if not read.places and not returns:
        compared = _compared(body, last, thread, reader, as_of)
        if compared:
            return Reading(_unique(*compared, alone), alone)
    if not returns and not read.places and thread.places:
        # The talk has moved on to another place than that of an earlier topic.
        there = reader.read(thread.places, as_of=as_of)
        topics = [topics[0], *(reader.read(swap_slots(topic, there), as_of=as_of) for topic in topics[1:])]
    if thread.places and read.places and (_BESIDE.search(body) or (read.intent.comparison and len(read.places) > 1)):
        both = "和".join(dict.fromkeys((thread.places if len(read.places) < 2 else "", _places(read)))).strip("和")
        pair = reader.read(both, as_of=as_of)
        if not _is_firm(read):
            return Reading(_unique(*(swap_slots(before, pair) for before in topics[:2]), alone), alone)
    if thread.places and all(_WITH.search(body[: mention.start]) for mention in read.places):
        read, alone = replace(read, places=()), natural(f"{here}{body}")
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
    as_for = _AS_FOR.match(rest)
    as_for = as_for if as_for and _names_thing(as_for["thing"]) else None
    own = rest if as_for else _LEFT_OVER.sub("", _POINTER.sub("", rest).strip(" ,，、"))
    own = own[1:] if own.startswith("的") and len(own) > 1 else own
    same = _NOTHING_OWN.match(own) or (swaps and _BARE.match(own)) or (_SAME.search(rest) and not _named(read))
    if same:
        elsewhere = [swap_slots(before, read) for before in (last, *topics[:2])]
        # Another place may plan for other years.
        undated = without_periods(reader.read(elsewhere[0], as_of=as_of)) if read.places and not read.periods else ""
        return Reading(_unique(*elsewhere, undated), alone)
    whole = _total(own, [last, *topics[:1]], reader, as_of) if _TOTAL.match(own) and not swaps else []
    if whole:
        return Reading(_unique(*whole, *_with_subject(topics[:1], read, own, reader, as_of)), alone)
    # 内蒙古学啥 after 辽宁…学啥: the same asked elsewhere
    part = fragment(own)
    unnamed = swaps and not read.terms and not part
    alike = [b for b in (last, *topics[:1]) if unnamed and b.intent.wanted == read.intent.wanted]
    again = [swap_slots(before, read) for before in alike] or (
        [swap_slots(last, read)] if swaps and _SAME.search(rest) else []
    )
    alone = _LIKE.sub("", alone)
    pointed = (bool(_POINTER.search(body)) and not as_for) or returns
    what_if = _WHAT_IF.match(own)
    if what_if and not _ASKING.search(what_if["case"]):
        own = f"{what_if['case']}怎么处理"
    elif part and not _CONDITION.match(part) and not again:
        return _of_fragment(part, own, alone, read, [last, *topics[:2]], thread, reader, as_of)
    others = _of_others(rest, read, [last, *topics[:1]], thread, reader, as_of)
    if others:
        filler = next(term.surface for term in read.terms if term.people)
        return Reading(
            _unique(*others, *_with_subject(topics[:1], read, own, reader, as_of)), whole=True, filler=filler
        )
    stands = read.places and (_is_whole(read) or _stands(read, rest)) and not _lacks_matter(read)
    if not pointed and (len(rest.strip(" ?？")) > _SHORT or stands or as_for):
        follow = [swap_slots(last, read)] if correction else []
        with_topic = _with_subject(topics[:1], read, own, reader, as_of)
        return Reading(_unique(*again, alone, *follow, *with_topic), alone, True)
    carried = _with_subject([*topics[:1], last, *topics[1:]], read, own, reader, as_of)
    whom = _with_people(body, [last, *topics])
    if whom:
        return Reading((natural(f"{places}{whom}"),))
    return Reading(_unique(*again, *carried, alone), "" if pointed else alone)


def _of_fragment(
    part: str,
    own: str,
    alone: str,
    read: Question,
    earlier: Sequence[Question],
    thread: Thread,
    reader: QuestionReader,
    as_of: date,
) -> Reading:
    """Return the ways to read a turn that names a part of a subject and asks nothing (高技能的呢? 残疾人呢?)."""
    if asks_amount(part):
        asked = f"{part}多少"
        ways = [natural(f"{subject_of(swap_slots(q, read))},{asked}") for q in earlier[::-1][-2:]]
        return Reading(_unique(*ways))
    part = _in_full(part, reader, as_of)
    swapped = [reader.read(swap_slots(before, read), as_of=as_of) for before in earlier]
    exchanged = [way for way in (exchange(q, part, thread.filler, reader, as_of) for q in swapped) if way]
    joined = natural(f"{swapped[0].text.rstrip('?？。')},{own}")
    filler = part.removesuffix("的")
    # 江西的基地呢 after 内蒙古竞赛集训基地…: the same thing elsewhere
    named = [q.text for q in swapped if read.places and filler in q.text and len(filler) > 1]
    if named and not exchanged:
        return Reading(_unique(*named, joined, alone))
    place = _places(read) or thread.places
    asking = asking_of(earlier[0].text) if _named(read) else ""
    moved = [f"{place}{filler}{asking}"] if asking else []
    # 产教融合的企业呢 after 示范实训基地要建几个: what was asked names nothing that stays
    what = reader.read(asking, as_of=as_of) if asking else read
    apart = bool(moved) and not starts_asking(asking) and what.intent.wanted[0] == "count" and not what.particular
    if exchanged:
        return Reading(_unique(*exchanged, joined), whole=True, filler=filler)
    if _ATTRIBUTE.search(part):
        asked = "是多少" if part[-2:] in ("目标", "任务", "数量", "标准") else "是什么"
        whole = f"{alone[: alone.rfind(part) + len(part)]}{asked}" if part in alone else alone
        return Reading(_unique(whole, joined), whole=_is_firm(read), filler=filler)
    if read.places and _is_firm(read) and not part.endswith("的"):
        return Reading(_unique(*moved, alone, joined), filler=filler)
    if any(term.people for term in read.terms) and _SPEAKER.search(filler):
        # 我闺女大专刚毕业没找着活,她呢: of somebody else
        return Reading(_unique(alone, *moved, joined), whole=True, filler=filler)
    return Reading(_unique(*(moved if apart else ()), joined, *moved, alone), filler=filler)


def _of_somebody_else(body: str, reader: QuestionReader, as_of: date) -> str:
    """Return ``body`` without a pronoun that stands for somebody the turn itself names (我闺女刚毕业,她呢)."""
    found = _OWN_PRONOUN.search(body)
    if found and any(term.people for term in reader.read(body[: found.start()], as_of=as_of).terms):
        rest = body[found.end() :]
        return body[: found.start()] if _NOTHING_OWN.match(rest) else f"{body[: found.start()]},{rest}"
    return body


def _with_subject(
    questions: Sequence[Question], read: Question, own: str, reader: QuestionReader, as_of: date
) -> list[str]:
    subjects = [_known(subject_of(swap_slots(before, read)), reader, as_of) for before in questions]
    level = _OWN_LEVEL.match(own)
    if level:
        # 县里的靠什么建 after 市级培训基地…
        moved = [with_level(subject, level["level"]) for subject in subjects]
        subjects, own = (moved, own[level.end() :]) if moved != subjects else (subjects, own)
    return [natural(f"{_from_place(subject, reader, as_of)},{own}") for subject in subjects]


def _total(own: str, earlier: Sequence[Question], reader: QuestionReader, as_of: date) -> list[str]:
    """Return the earlier questions asked of the whole instead of a part: 酱酒的要培训多少人 → 全市一共要培训多少人."""
    ways: list[str] = []
    for question in earlier:
        whole = without_modifier(question)
        if whole and any(term.known for term in reader.read(whole, as_of=as_of).terms):
            place = (places_in(question)[:1] or [("", 0, 0)])[0]
            ways.append(f"{whole[: place[2]]}{_SUM.sub('', own)}{whole[place[2] :]}")
    return ways


def _of_others(
    rest: str, read: Question, earlier: Sequence[Question], thread: Thread, reader: QuestionReader, as_of: date
) -> list[str]:
    """Return the earlier questions asked of the people that a turn names beside no more than 也行吗 (残疾人也行吗)."""
    people = [term.surface for term in read.terms if term.people]
    if len(people) != 1 or people[0] not in rest or not _NOTHING_OWN.match(rest.replace(people[0], "", 1)):
        return []
    swapped = [reader.read(swap_slots(question, read), as_of=as_of) for question in earlier]
    return [way for way in (exchange(q, people[0], thread.filler, reader, as_of) for q in swapped) if way]


def _with_people(body: str, earlier: Sequence[Question]) -> str:
    """Return ``body`` with the people that were spoken of last in the stead of a pronoun for them, empty for none."""
    them = _THEM.search(body)
    people = [term.surface for question in earlier for term in question.terms if term.people]
    return f"{body[: them.start()]}{people[0]}{body[them.end() :]}" if them and people else ""


def _in_full(part: str, reader: QuestionReader, as_of: date) -> str:
    """Return a branch named by one character in full (茶的 → 茶产业的), if it is known."""
    bare = part.removesuffix("的")
    full = f"{bare}产业"
    known = len(bare) == 1 and any(term.known for term in reader.read(full, as_of=as_of).terms)
    return f"{full}{part[1:]}" if known else part


def _branch(text: str, reader: QuestionReader, as_of: date) -> str:
    """Return ``text`` with the branch that it names by one character in full (茶这块 → 茶产业), if it is known."""
    found = _ONE_CHARACTER.search(text)
    if not found:
        return text
    full = f"{found['thing']}产业"
    known = any(term.known for term in reader.read(full, as_of=as_of).terms)
    return f"{text[: found.start()]}{full}{text[found.end() :]}" if known else text


def _names_thing(text: str) -> bool:
    """True where ``text`` is the name of something, not only a word that points (对, 关于)."""
    return not _NOTHING_OWN.match(text) and not _ASKING.search(text)


def _from_place(subject: str, reader: QuestionReader, as_of: date) -> str:
    """Return ``subject`` without the words before its place that say only who is speaking (我们辽宁的厂子)."""
    places = reader.read(subject, as_of=as_of).places
    return subject[places[0].start :] if places and _MINE.match(subject[: places[0].start]) else subject


def _known(subject: str, reader: QuestionReader, as_of: date) -> str:
    """Return the clauses of ``subject`` that name a place, a time or something the documents know; all, if none do."""
    clauses = [clause for clause in re.split(r"[,，;；]", subject) if re.search(r"\w", clause)]
    if len(clauses) < 2:
        return subject
    kept: list[str] = []
    for clause in clauses:
        told = reader.read(clause, as_of=as_of)
        if told.places or told.periods or any(term.known for term in told.terms):
            kept.append(clause)
    return ",".join(kept) if kept else subject


def _unique(*ways: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way for way in ways if way))[:_MAX_WAYS]


def _is_firm(question: Question) -> bool:
    return any(term.name and term.known and term.weight >= _FIRM for term in question.terms)


def _is_whole(question: Question) -> bool:
    """True where a question that names its place has a subject of its own."""
    figure = question.intent.wanted[0] in ("count", "ratio", "money", "date") or bool(question.quantities)
    return _is_firm(question) or (figure and _named(question) and not question.is_generic)


def _stands(question: Question, rest: str) -> bool:
    """True where a question begins with its place and says enough else (遵义,机构不照要求培训怎么办)."""
    begins = question.places[0].start == 0 and not rest.startswith(("的", "那", "呢", "也", "对"))
    return begins and len(rest.strip(" ,，?？")) >= _ENOUGH and bool(_ASKING.search(rest))


def _lacks_matter(question: Question) -> bool:
    """True where a question names people and leaves open what they may do or get (辽宁的农民能学不)."""
    told = question.quantities or question.periods
    return question.names_only_people and question.intent.wanted[0] in ("any", "yesno") and not told


def _named(question: Question) -> bool:
    return any(term.name and term.known for term in question.terms)


def _recalled(
    read: Question, topics: Sequence[Question], thread: Thread, reader: QuestionReader, as_of: date
) -> list[Question]:
    """Return what was asked before, that first which ``read`` names a word or a figure of.

    Failing that, the topic before the latest comes first.
    """
    words = [term.surface for term in read.terms if term.weight >= _PLAIN] + _FIGURE.findall(read.text)
    words = words or [read.text]
    asked = [reader.read(text, as_of=as_of) for text, _ in thread.told]
    replies = [reply for _, reply in thread.told]
    named = [t for t in (*topics, *asked) if any(word in t.text for word in words)]
    named += [q for q, reply in zip(asked, replies, strict=True) if any(word in reply for word in words)]
    order = named or [*topics[1:2], *topics[:1]]
    return list(dict.fromkeys([*order, *topics]))


def _compared(body: str, last: Question, thread: Thread, reader: QuestionReader, as_of: date) -> list[str]:
    """Return the last question, or what the turn compares, asked of the places that were asked about before."""
    bare = _COMPARISON.match(body)
    found = bare or _COMPARED.match(body)
    if found is None:
        return []
    number = _SIDES_COUNTED.get(found["sides"] or "", _MAX_TOLD if "最" in body or found["sides"] == "几" else 2)
    asked = [reader.read(text, as_of=as_of) for text, _ in thread.told]
    sides: list[str] = []
    for question in asked:
        sides += [surface for surface, _, _ in places_in(question) if surface not in sides]
        if len(sides) >= number:
            break
    if len(sides) < 2:
        return []
    both = reader.read("和".join(sides[:number][::-1]), as_of=as_of)
    if bare is None:
        return [f"{both.text}{found['what']}"]
    whole = reader.read(swap_slots(last, both), as_of=as_of)
    if bare["verb"] and bare["verb"] != "定得":
        return [natural(f"{subject_of(whole.text)},哪个{body[bare.start('verb') :]}")]
    ways = [whole.text, without_periods(whole)]
    # 到2025年 was asked of some of them only
    same = len({bool(question.periods) for question in asked[:number]}) == 1
    return ways if same else ways[::-1]


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
