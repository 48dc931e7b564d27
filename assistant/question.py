"""A question taken apart: places, periods, figures, intent, and the terms its answer must cover."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from assistant.intent import CONFIRMING, Intent, read_intent
from corpus.errors import EmptyQuery, QueryTooLong
from corpus.periods import Period, find_periods
from corpus.quantities import Quantity, find_quantities
from corpus.regions import Gazetteer, Mention
from indexer.lexicon import Lexicon
from indexer.search import Retriever
from indexer.tokenizer import fold

MAX_QUESTION_CHARS = 2000

# Words of asking rather than of a subject. The question words proper never reach the terms (see the tokenizer).
_ASKING = frozenset(
    "政策 文件 规定 方案 规划 意见 通知 办法 内容 情况 问题 东西 事情 时候 地方 部门 单位 机构 目标 "
    "计划 标准 要求 条件 对象 具体 "
    "主要 方面 有关 相关 包括 分别 一共 总共 大概 至少 最多 上限 下限 现在 目前 今年 明年 去年 已经 "
    "直接 告诉 说明 介绍 查询 "
    "咨询 了解 知道 解释一下 想问 请问 麻烦 谢谢 帮忙 帮我 我们 咱们 你们 人家 自己 别人 大家 这边 "
    "那边 这里 那里 这儿 那儿 这样 那样 "
    "可以 能够 应该 需要 必须 打算 准备 希望 觉得 认为 属于 作为 成为 什么样 哪种 哪类 几个 几种 "
    "多少 多少钱 多大 多长 多久 怎么样 "
    "期间 时期 以后 以前 之后 之前 后来 开始 结束 到底 究竟 其实 真的 是不是 有没有 能不能 会不会 "
    "要不要 不是 没有 还有 "
    "那个 这个 哪个 一个 一些 一下 一年 每年 几年 三年 多年 听说 据说 如果 的话 名字 名称 叫做 指的 "
    "意思 定义 含义 数量 人数 规模 "
    "安排 帮助 得到 能得到 要做到 做到 各市县 什么样 上班时间 三年 政府 国家 来源 渠道 形式 方式 "
    "类型 种类 范围 特点 作用 意义 目的 原因 步骤 区别 不同 人次 人员 县区 区县 市县 旗县 各县 各市 "
    "咨询电话 联系电话 电话 号码 办公室 窗口 地址 顶多 顶多能 最高 最低 起码 起码要 "
    "地区 各地 上面 下面 里面 任务 值 目标值 指标值 环节 指标 总量 总数 总人数 总计 合计 "
    "全省 全市 全县 全区 全州 全旗 全盟 全自治区 "
    "数字 比例 占比 比重 百分之 多少人 "
    "多少次 总盘子 大盘子 盘子 吗 呢 管不管 要不 不要 算不算 给不给 行不行".split()
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)
# [1], left over from an answer that was copied
_MARKER = re.compile(r"\[\d{1,3}\]")
# 到2025遵义… · 辽宁 2025 总量 · 好多人 (dialect); 2025 nian has its year in pinyin
_BARE_YEAR = re.compile(
    r"(?<![\d.])(20[0-4]\d)(?! ?nian)(?![\d年至到〕)\].元人名个家次万亿多余块号])(?=[\u4e00-\u9fff,，?？\s]|$)"
)
# 你好,请问… · 我想问一下…: said before a question, and no part of it
_OPENER = re.compile(
    r"^(?:(?:你们?好(?![像意多])|您们?好|哈喽|喂(?=[,，。!！~\s你您请我])|嗨|嗯+|劳驾|不好意思|打扰(?:一?下|了)?|"
    r"(?:(?:麻烦|我?想)?(?:请问|请教|咨询一?下|打听一?下|问一?下)|(?:麻烦|我?想)问问)"
    r"(?:你们?|您)?)[啊呀哈呢]?[,，。!！~:：、\s]*)+(?=.{2})"
)
_MUCH = re.compile(r"好多(?=[人家个钱次年万天名号所块]|[?？,，。]|$)")
# 啥子 · 啷个 · 咋个 · 评一回 · 归哪个管喃: words of asking in dialect, with what they are in the standard language
_DIALECT = (
    (re.compile(r"(?:啥|么|嘛)子(?![女弟孙])|么事|啥个(?!人|体)|啥玩意儿?"), "什么"),
    (re.compile(r"啷个|咋个|咋子|咋样个|哪门(?=[办个做弄])"), "怎么"),
    (re.compile(r"(?<=[一两二三四五六几每])回(?!事|头|来|家|乡|国|收|答|复|去|款|迁|购|执|访|流|归|应)"), "次"),
    (re.compile(r"[喃咧哩](?=[?？。!！,，\s]|$)"), "呢"),
)
# 那个体检 is no 个体
_THAT_ONE = re.compile(r"[那这哪][个份](?=[\u4e00-\u9fff])|有(?=机构|名额|限制|效果)")
_WORD = re.compile(r"[\w]")
# A word with one of these asks, whatever else it says (哪几个, 啥意思, 给谁, 培训多少人).
_QUESTION_WORD = re.compile(
    r"[谁哪啥咋怎吗呢]|什么|多少|多长|多久|多大|几|干嘛|为何|不能|可不可|有没有|([\u4e00-\u9fff])不\1"
)
# Words that leave open what they are about; a question of nothing else needs asking back.
_GENERIC = frozenset(
    "补贴 补助 津贴 报名 申请 培训 待遇 奖励 流程 手续 材料 证书 钱 费用 名额 享受 办理 资格 扶持 "
    "支持 好处 福利 条件 符合".split()
)
# Sections of the lexicon whose words name a subject; verbs and bodies come in too many wordings to insist on.
_SUBJECT_SECTIONS = frozenset({"groups", "benefits", "matters"})
# 评不评 · 挂不挂钩
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])不\1")
# 多久出结果 · 几年内能申请: ask for a time, and name no 结果 and no 内能
_TIME_ASKED = re.compile(r"[出有]结果|(?<=[年月天日时周])之?内(?=[能要可得必须就该])")
# 我省 · 我们市 · 本县 · 咱这儿 · 当地
_DEICTIC = re.compile(r"(?:我们?|咱们?|本|俺们?)(?:这边|这儿|这里|那边|省|市|县|区|自治区|地区|地方)|当地|本地")
_COMMONNESS = 8.0
_PRESENT_WEIGHT = 0.5
FIRM_WEIGHT = 2.8
_MAX_WEIGHT = 6.0
_MAX_VERB_WEIGHT = 1.2
_UNKNOWN_WEIGHT = 4.0
_STRAY_WEIGHT = 1.0
_QUOTED_WEIGHT = 5.0
# “退一补一” · 《…》
_QUOTED = re.compile(r"[“\"‘《](?P<name>[^“”\"‘’《》]{2,30})[”\"’》]")


# 跟哪几个国家合作: names no place
_WHICH = re.compile(r"(?:哪一?[几些个]?|什么|啥|多少|几|[两二三四五六七八九十\d])(?:个|家)?$")
# 今年 · 去年夏天
_RELATIVE = re.compile(r"[今去明前后]年|本年")
# The stops between the parts of a story.
_STOP = re.compile(r"[,，。;；!！?？\s]+")
_LONG, _MANY_PARTS = 30, 3
# 还有几万块, · 干了几年,
_VAGUE_FIGURE = re.compile(
    r"(?:[有剩了过存攒欠]|将近|小)(?:好)?几[十百千万多]*(?:块钱?|元钱?|年|个月|天|次|万|千|百|人)(?=[,，])"
)
_TOLD = 0.5
_KEPT = 128


@dataclass(frozen=True, slots=True)
class Term:
    """Something the evidence must speak of: ``surface`` or one of ``others`` (policy words for a lay term).

    ``weight`` grows with how rare the word is in general Chinese; ``name`` is true of words that name one thing
    (马兰花, 公积金); ``group`` of words that stand for a group of people in other words; ``section`` is where the
    lexicon has the word, be it policy wording or not; ``known`` is true of what some document of the index mentions;
    ``policy`` of what policies have a word for; ``stray`` of characters that neither dictionary nor documents know as
    a word.
    """

    surface: str
    others: tuple[str, ...]
    weight: float
    name: bool
    group: bool = False
    known: bool = False
    policy: bool = False
    stray: bool = False
    section: str = ""

    @property
    def people(self) -> bool:
        """True for the name of a group of people or bodies."""
        return self.section == "groups"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; ``text`` is cleaned and simplified, offsets of mentions refer to it."""

    raw: str
    text: str
    intent: Intent
    places: tuple[Mention, ...]
    periods: tuple[Period, ...]
    quantities: tuple[Quantity, ...]
    terms: tuple[Term, ...]
    expansion: tuple[str, ...]
    deictic: bool

    @property
    def weight(self) -> float:
        """The summed weight of the terms: how much of a subject the question has."""
        return sum(term.weight for term in self.terms)

    @property
    def knows_nothing(self) -> bool:
        """True where no document of the index mentions anything of the question."""
        return bool(self.terms) and not any(term.known for term in self.terms)

    @property
    def particular(self) -> tuple[Term, ...]:
        """The terms that name something particular the documents know."""
        return tuple(term for term in self.terms if term.name and term.known and term.weight >= FIRM_WEIGHT)

    @property
    def is_firm(self) -> bool:
        """True where it asks for a kind of fact of something particular that the documents know."""
        return bool(self.particular) and self.intent.wanted[0] not in ("any", "yesno")

    @property
    def names_only_people(self) -> bool:
        """True where it names people and nothing that they get or do (农民能学不)."""
        people = any(term.people for term in self.terms)
        return people and all(t.people or not (t.name or t.surface in _GENERIC) for t in self.terms)

    @property
    def asks_for_support(self) -> bool:
        """True where nothing is named but what one gets, whoever gets it (给钱支持不, 免费的吗)."""
        return all(t.section == "benefits" or not t.name or t.surface in _GENERIC for t in self.terms)

    @property
    def is_generic(self) -> bool:
        """True where no term says what the question is about (补贴多少, 能报名吗)."""
        return all(term.surface in _GENERIC for term in self.terms)


def clean(question: str) -> str:
    """Return ``question`` without control characters, in simplified characters and one width.

    Raises:
        EmptyQuery: nothing to read.
        QueryTooLong: more than ``MAX_QUESTION_CHARS`` characters.
    """
    if len(question) > MAX_QUESTION_CHARS:
        raise QueryTooLong(
            f"问题太长:{len(question)} 字,最多 {MAX_QUESTION_CHARS} 字", hint="请把问题写短一些,一次问一件事。"
        )
    text = unicodedata.normalize("NFKC", _MARKER.sub(" ", _CONTROL.sub(" ", question)))
    text = re.sub(r"\s+", " ", _simplifier().convert(text)).strip()
    text = _OPENER.sub("", _BARE_YEAR.sub(r"\1年", _MUCH.sub("多少", text)))
    for spoken, standard in _DIALECT:
        text = spoken.sub(standard, text)
    if not _WORD.search(text):
        raise EmptyQuery("没有看到问题", hint="请用文字写下想问的事,例如:辽宁高技能人才的目标是多少?")
    return text


def _straddles(mention: Mention, start: int, end: int) -> bool:
    """Return whether a place is cut out across the edge of a name (花都 of 马兰花都有, unlike 遵义 in 技能遵义)."""
    inside = start <= mention.start and mention.end <= end
    return not inside and start < mention.end and mention.start < end


def asking_part(text: str) -> str:
    """Return the part of a long story that asks, with what stands just before it; a short question whole.

    What a caller tells of himself may hold any question word; what he asks comes last.
    """
    parts = [part for part in _STOP.split(text) if part]
    asking = [i for i, part in enumerate(parts) if _QUESTION_WORD.search(part)]
    if len(text) < _LONG or len(parts) < _MANY_PARTS or not asking:
        return text
    first = asking[-1] - 1 if len(asking) == 1 or asking[-2] < asking[-1] - 1 else asking[-2]
    return ",".join(parts[max(0, first) :])


def _told_figures(text: str) -> str:
    """Return ``text`` without what it tells in vague figures before it asks (账户里还有几万块,谁能取出来)."""
    told = _VAGUE_FIGURE.sub("", text)
    return told if _QUESTION_WORD.search(told) else text


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """Return ``text`` with ``spans`` replaced by a space each."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(r"\s+", " ", text)


class QuestionReader:
    """Reads questions with a gazetteer, a lexicon of lay terms and the index's own words."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon, retriever: Retriever) -> None:
        self._gazetteer = gazetteer
        self._lexicon = lexicon
        self._retriever = retriever
        self._tokenizer = retriever.tokenizer
        self._policy_terms = frozenset(map(fold, lexicon.policy_terms()))
        self._sections = {fold(name): g.section for g in lexicon.groups[::-1] for name in g.canonical + g.near}
        # A follow-up reads the turns before it, and each way to make it whole, many times over.
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def read(self, question: str, *, as_of: date) -> Question:
        """Return ``question`` taken apart. Raises ``EmptyQuery`` and ``QueryTooLong``."""
        return self._kept(question, as_of)

    def _read(self, question: str, as_of: date) -> Question:
        text = self._retriever.speller.correct(clean(question), self._tokenizer.dictionary).text
        plans = self._names_in(fold(text))
        named = [match.span() for name in plans for match in re.finditer(re.escape(name), text.lower())]
        found = (m for m in self._gazetteer.find(text) if not any(_straddles(m, *span) for span in named))
        places = tuple(m for m in found if m.region.chain or not _WHICH.search(text[: m.start]))
        core = asking_part(text)
        intent = read_intent(_told_figures(core))
        # 我去年得了奖,… tells a story; 今年目标多少 sets a period.
        periods = tuple(
            p
            for p in find_periods(text, year=as_of.year, colloquial=True)
            if intent.wanted[0] in ("count", "ratio") or not _RELATIVE.search(p.surface)
        )
        quantities = tuple(q for q in find_quantities(text) if q.value is not None and _is_premise(q))
        deictic = _DEICTIC.search(text)
        asides = [match.span() for aside in (CONFIRMING, _TIME_ASKED) for match in aside.finditer(text)]
        spans = asides + [(m.start, m.end) for m in places] + [(p.start, p.end) for p in periods]
        if deictic:
            spans.append(deictic.span())
        terms, expansion = self._terms(text, plans, spans)
        if core != text:
            told = fold(core)
            terms = tuple(t if t.surface in told else replace(t, weight=t.weight * _TOLD) for t in terms)
        return Question(question, text, intent, places, periods, quantities, terms, expansion, deictic is not None)

    def has_subject(self, question: str, *, as_of: date) -> bool:
        """True where the documents know a word of ``question``: false for small talk."""
        read = self.read(question, as_of=as_of)
        return any(
            self._retriever.specificity(form) is not None
            for term in read.terms
            for form in (term.surface, *term.others)
        )

    def _terms(
        self, text: str, plans: Sequence[str], hidden: list[tuple[int, int]]
    ) -> tuple[tuple[Term, ...], tuple[str, ...]]:
        taken = list(hidden)
        terms: dict[str, Term] = {}
        expansion: list[str] = []
        for name in plans:
            at = text.lower().find(name)
            if at >= 0:
                taken.append((at, at + len(name)))
            terms[name] = Term(name, (), _QUOTED_WEIGHT, name=True, known=True, policy=True)
        hidden = list(taken)
        for found in self._lexicon.expand(text):
            if found.start and _THAT_ONE.match(text, found.start - 1):
                continue
            if any(found.start < end and start < found.end for start, end in hidden):
                continue
            expansion += found.canonical
            if found.surface in _ASKING or _QUESTION_WORD.search(found.surface):
                continue
            taken.append((found.start, found.end))
            surface = fold(found.surface)
            others = tuple(map(fold, found.canonical))
            earlier = terms.get(surface)
            if earlier is not None:
                others = (*earlier.others, *others)
            present = [
                self._weight(word) for word in (surface, *others) if self._retriever.specificity(word) is not None
            ]
            weight = max(present) if present else self._weight(surface)
            if found.section == "verbs":
                weight = min(weight, _MAX_VERB_WEIGHT)
            subject = found.section in _SUBJECT_SECTIONS
            terms[surface] = Term(
                surface,
                others,
                weight,
                subject,
                found.section == "groups",
                bool(present),
                policy=subject,
                section=found.section,
            )
        for quoted in _QUOTED.finditer(text):
            surface = fold(quoted["name"])
            if not any(start < quoted.end("name") and quoted.start("name") < end for start, end in taken):
                taken.append(quoted.span())
                terms[surface] = Term(surface, (), _QUOTED_WEIGHT, name=True, policy=True)
        for word, kind in self._tokenizer.subjects(_THAT_ONE.sub(r"\g<0> ", _A_NOT_A.sub(r"\1", blank(text, taken)))):
            if word in _ASKING or word in terms or word[0].isdigit() or _QUESTION_WORD.search(word):
                continue
            weight = self._weight(word)
            # Characters that only happen to stand together must not pass for a name nobody knows.
            stray = kind == "unknown" and self._retriever.specificity(word) is None
            if kind == "unknown":
                weight = min(weight, _STRAY_WEIGHT if stray else _UNKNOWN_WEIGHT)
            if kind in ("verb", "adjective"):
                weight = min(weight, _MAX_VERB_WEIGHT)
            if kind == "function" or weight <= 0:
                continue
            names = kind in ("noun", "name", "other") or (kind == "unknown" and not stray)
            known = self._retriever.specificity(word) is not None
            policy, section = word in self._policy_terms, self._sections.get(word, "")
            terms[word] = Term(word, (), weight, names, known=known, policy=policy, stray=stray, section=section)
        return tuple(terms.values()), tuple(dict.fromkeys(expansion))

    def _names_in(self, folded: str) -> list[str]:
        """Return the names that documents put in quotation marks and the question uses, none inside another."""
        found = sorted((name for name in self._retriever.names if name in folded), key=len, reverse=True)
        return [name for i, name in enumerate(found) if not any(name in longer for longer in found[:i])]

    def _weight(self, word: str) -> float:
        """Return how much a word tells: how rare it is among the clauses, or in Chinese where they lack it."""
        rarity = self._retriever.specificity(word)
        if rarity is not None:
            return min(_MAX_WEIGHT, _PRESENT_WEIGHT + rarity)
        dictionary = self._tokenizer.dictionary
        count = dictionary.get(fold(word)) or 0
        return min(_MAX_WEIGHT, max(0.0, math.log(dictionary.total / (count + 1)) - _COMMONNESS))


def _is_premise(quantity: Quantity) -> bool:
    """True for a figure the question itself asserts, which the evidence must then hold (never 一次, 一个人)."""
    return quantity.value not in (None, 1) or quantity.kind in ("money", "ratio", "age")


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
