"""Questions as people type them: pinyin, homophones and slips of the finger, read against the index's own words.

A wrong correction changes what is asked, so every doubt is settled for the text as typed: only characters that no
dictionary word explains may change, a figure or a qualifier (高, 非, 省, …) never appears, disappears or changes, and
of two equally good words neither is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import ne
from pathlib import Path
from typing import Final, NamedTuple, Self

from corpus.errors import CorruptIndex
from corpus.regions import Gazetteer
from indexer.pinyin import ASKING_COUNT, LATIN, PinyinReader, Word, syllables_of

SPELLING_FILE: Final = "spelling.tsv"

_QUESTION_WORDS = """
多少 什么 怎么 怎样 如何 哪些 哪个 哪里 哪几 哪年 几个 几年 几家 几类 几种 几 谁 哪 啥 吗 呢 是 的 对 跟 在 给 和 有
没有 有没有 是不是 能不能 可以 能 要 到 想 会 请 去 来 看 还 建 做 办 考 用 报 家 人 钱 学 年 我 我想 我要 这个
年底 每年 一年 一共 总共 分别 需要 应该 怎么办 为什么 多久 什么时候 请问 参加 报名 免费 文件 目标 申请 条件 标准
政策 补贴 培训 负责 部门 单位 完成 达到 新增 建设 数量 期末
"""
ASKING: Final = tuple(_QUESTION_WORDS.split())
"""Words of questions that a document need not contain; in pinyin they win over the index's own words."""

_LONGEST_KNOWN, _LONGEST_WORD = 6, 12
_HINT = "请重新运行 wence index。"

# 高技能人才 · 技能大师工作室
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")
# “管行业必管人才” · 《…规划》 · 遵府办函〔2024〕19号
_PROTECTED = re.compile(
    r"“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|《[^》]*》|\"[^\"]*\""
    r"|[\u4e00-\u9fff]{1,10}[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*第?\s*\d{1,4}\s*号"
)

_FIGURES = frozenset("零〇一二三四五六七八九十百千万亿两半双几第")
# What qualifies a word: to add, drop or swap one asks for something else.
_QUALIFIERS = _FIGURES | frozenset(
    "高中低初新老旧非不未无没免省市国县区乡镇村州盟旗级总副正全各每单多少大小长短公民私男女上下左右前后内外东西南北首末次早晚增减升降加"
)
# Characters that stand alone in plain sentences, so that being no part of a word says nothing about them.
_STANDALONE = (
    frozenset(
        "的了着过和与及或跟同在是有为对等把被让将到从于以之其这那哪呢吗吧啊呀么嘛也都就还又再很太最只才却更我你他她它们咱俺个您谁啥咋怎"
        "时等本间处要会能可想去来给做办搞弄干学用看说问找交领拿补管归报考评建招收发花算查讲叫定设需应该得走住回像当教带开卖买吃"
        "里边家月日天年号岁元块钱点种类名人户期班证厂店费师员生工农商院校站室部厅局委课书条项款章法令件表所者事话时地好难快慢制率额式型版"
    )
    | _QUALIFIERS
)

# Characters with two readings in everyday words.
_POLYPHONES = frozenset(
    "行长重乐传调都还会数省校薄藏查差朝参单弹得地发给供冠好和核号合划假间"
    "降角教节解看空量率没铺切曲塞少舍盛识宿属提为系相兴应正着中种转作"
)

_WORD_COST, _STANDALONE_COST, _UNKNOWN_COST = 1.0, 1.0, 1.5
_HOMOPHONE, _SWAP, _DOUBLED, _MISSING, _WRONG = 1.0, 1.0, 1.0, 1.5, 1.75
_SHORTEST_SLIP, _SHORTEST_WRONG, _SHORTEST_MISSING = 3, 4, 5
# How much more frequent a word must be to win over one that explains the same characters as well.
_CLEARLY = 2


@dataclass(frozen=True, slots=True)
class Change:
    """``wrong`` at ``[start, end)`` of the text as typed was read as ``right``."""

    start: int
    end: int
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected ``text`` and its ``changes``, in order and without overlap."""

    text: str
    changes: tuple[Change, ...]


class _Slip(NamedTuple):
    """A reading of ``length`` characters as another word, and what it costs beyond a word."""

    length: int
    cost: float
    word: Word


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """The words that a question may have meant. Make one with ``build`` or ``load``."""

    _words: Mapping[str, Word]
    _latin: frozenset[str]
    _chars: Mapping[str, str]
    _sounds: Mapping[str, tuple[str, ...]]
    _by_first: Mapping[str, Sequence[Word]]
    _pinyin: PinyinReader

    @classmethod
    def build(cls, words: Mapping[str, int], *, like: Speller | None = None, general: Path | None = None) -> Speller:
        """Return a speller over ``words`` with their counts, and over ``ASKING``; ``general`` is that of ``load``.

        A word with a count of 0, such as a place that no document is about, is read from pinyin but never taken for
        what a slip meant. Words that mix scripts or contain digits are left out; a Latin word stays as it is when a
        question has it. What ``like``, a speller of nearly the same words, knows of pinyin is taken over.
        """
        counts = {word: count for word, count in words.items() if len(word) > 1 and _HAN_WORD.fullmatch(word)}
        for part, count in _parts(counts):
            counts[part] = max(counts.get(part, 0), count)
        counts |= dict.fromkeys(ASKING, ASKING_COUNT)
        entries = []
        for word, count in sorted(counts.items()):
            if like and (known := like._words.get(word)):
                entries.append(known._replace(times=count))
                continue
            syllables = syllables_of(word)
            if syllables is not None:
                entries.append(Word(word, count, " ".join(syllables)))
        latin = frozenset(word.lower() for word in words if LATIN.fullmatch(word))
        syllables_used = {s for entry in entries for s in entry.syllables}
        if like and syllables_used == like._chars.keys():
            return cls._of(entries, latin, like._chars, general)
        return cls._of(entries, latin, _readings(syllables_used), general)

    @classmethod
    def load(cls, path: Path, *, general: Path | None = None) -> Self:
        """Return the speller that ``save`` wrote; ``general`` holds further words that pinyin may mean.

        Raises ``CorruptIndex``.
        """
        words: list[Word] = []
        latin: set[str] = set()
        sounds: dict[str, str] = {}
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                kind, key, *values = line.split("\t")
                if kind == "word":
                    times, pinyin = values
                    if pinyin.count(" ") != len(key) - 1:
                        raise ValueError(key)
                    words.append(Word(key, int(times), pinyin))
                elif kind == "sound":
                    (sounds[key],) = values
                elif kind == "latin":
                    latin.add(key)
                else:
                    raise ValueError(kind)
        except (OSError, ValueError) as error:
            raise CorruptIndex(f"纠错词表读不了或已损坏:{path.name}", hint=_HINT) from error
        return cls._of(words, frozenset(latin), sounds, general)

    @classmethod
    def _of(cls, words: Sequence[Word], latin: frozenset[str], sounds: Mapping[str, str], general: Path | None) -> Self:
        readings: dict[str, tuple[str, ...]] = {}
        for syllable, chars in sounds.items():
            further = {char: (*readings[char], syllable) for char in chars if char in readings}
            readings |= dict.fromkeys(chars, (syllable,)) | further
        by_first: dict[str, list[Word]] = defaultdict(list)
        for word in words:
            if len(word.text) > 1 and word.times:
                by_first[word.text[0]].append(word)
        pinyin = PinyinReader(words, latin, general)
        return cls({word.text: word for word in words}, latin, sounds, readings, dict(by_first), pinyin)

    def save(self, path: Path) -> None:
        """Write a table that a person can read: words with count and pinyin, and the characters of each syllable."""
        lines = [f"word\t{word.text}\t{word.times}\t{word.pinyin}" for word in self._words.values()]
        lines += [f"sound\t{syllable}\t{chars}" for syllable, chars in self._chars.items()]
        lines += [f"latin\t{word}" for word in sorted(self._latin)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def correct(self, text: str, known: Callable[[str], bool]) -> Correction:
        """Return ``text`` with pinyin and slips read as words of the index.

        ``known`` says whether a word is in the general dictionary. Places, quotations and document numbers stay.
        """
        changes = list(self._from_pinyin(text))
        position = 0
        for kept in [*_PROTECTED.finditer(text), None]:
            end = kept.start() if kept else len(text)
            for run in _HAN_WORD.finditer(text, position, end):
                changes += self._slips_in(text, run.start(), run.end(), known)
            position = kept.end() if kept else end
        changes.sort(key=lambda change: change.start)
        pieces: list[str] = []
        position = 0
        for change in changes:
            pieces += (text[position : change.start], change.right)
            position = change.end
        return Correction("".join(pieces) + text[position:], tuple(changes))

    # Pinyin

    def _from_pinyin(self, text: str) -> Iterator[Change]:
        quoted = [match.span() for match in _PROTECTED.finditer(text)]
        for start, end, words in self._pinyin.read(text, quoted):
            left, right = len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())
            # Chinese is written without blanks; one that parts two pieces of a word would hide it.
            begin = left if left and _joins(text[left - 1]) else start
            stop = right if right < len(text) and _joins(text[right]) else end
            yield Change(begin, stop, text[begin:stop], "".join(word.text for word in words))

    # Slips

    def _slips_in(self, text: str, start: int, end: int, known: Callable[[str], bool]) -> Iterator[Change]:
        run = text[start:end]
        size = len(run)
        words = {
            (i, j)
            for i in range(size)
            for j in range(i + 2, min(size, i + _LONGEST_WORD) + 1)
            if run[i:j] in self._words or (j - i <= _LONGEST_KNOWN and known(run[i:j]))
        }
        weak = _weak(run, words)
        if not any(weak):
            return
        # covered[i]: some dictionary word holds this character, whether or not the best reading uses it
        covered = [False] * size
        for i, j in words:
            covered[i:j] = [True] * (j - i)
        slips = {i: found for i in range(size) if (found := self._slips_at(run, i, weak, covered, words, known))}
        if not slips:
            return
        places = [(m.start - start, m.end - start) for m in Gazetteer.load().find(text)]
        for i, slip in _best_reading(run, words, slips, places):
            at = start + i
            yield Change(at, at + slip.length, text[at : at + slip.length], slip.word.text)

    def _slips_at(
        self,
        run: str,
        i: int,
        weak: Sequence[bool],
        covered: Sequence[bool],
        words: set[tuple[int, int]],
        known: Callable[[str], bool],
    ) -> list[_Slip]:
        # Only an unexplained first character may be another one in the word that was meant.
        firsts = {run[i]}
        if weak[i] and run[i] not in _STANDALONE:
            firsts.update(*(self._chars[syllable] for syllable in self._sounds.get(run[i], ())))
        if all(weak[i : i + 2]):
            firsts.update(run[i : i + 2])
        candidates = [word for first in firsts for word in self._by_first.get(first, ())]
        found: dict[int, list[_Slip]] = defaultdict(list)
        for word in candidates:
            for slip in self._readings_as(run, i, word, weak, covered, known):
                if (i, i + slip.length) not in words:
                    found[slip.length].append(slip)
        best: list[_Slip] = []
        for slips in found.values():
            least = min(slip.cost for slip in slips)
            only = _only({slip.word for slip in slips if slip.cost == least})
            if only is not None:
                best.append(_Slip(slips[0].length, least, only))
        return best

    def _readings_as(
        self,
        run: str,
        i: int,
        word: Word,
        weak: Sequence[bool],
        covered: Sequence[bool],
        known: Callable[[str], bool],
    ) -> Iterator[_Slip]:
        right, size = word.text, len(word.text)
        typed = run[i : i + size]
        if len(typed) == size and sum(map(ne, typed, right)) <= max(2, size // 2):
            differing = [k for k in range(size) if typed[k] != right[k]]
            strange = [weak[i + k] for k in differing]
            sounds = word.syllables
            if not (differing and all(strange)):
                pass
            elif all(sounds[k] in self._sounds.get(typed[k], ()) for k in differing):
                if _may_sound(typed, right, differing, covered[i : i + size]):
                    yield _Slip(size, _HOMOPHONE, word)
            elif (
                len(differing) == 1
                and _may_replace(typed, right, differing[0])
                and not self._is_telling(right, differing[0], known)
            ):
                yield _Slip(size, _WRONG, word)
            if _is_swap(typed, right, differing):
                enough = any if size >= _SHORTEST_WRONG else all
                # 训培: two characters turned round must be no part of any word, nor words by themselves.
                alone = not any(covered[i : i + size]) and not _STANDALONE & set(typed)
                if enough(strange) and (size >= _SHORTEST_SLIP or alone):
                    yield _Slip(size, _SWAP, word)
        if size < _SHORTEST_SLIP or run[i] != right[0]:
            return
        longer = run[i : i + size + 1]
        if len(longer) > size and longer[-1] == right[-1]:
            k = next((k for k in range(size) if longer[k] != right[k]), size)
            is_doubled = longer[k] == longer[k - 1] and longer[k + 1 :] == right[k:] and longer[k] not in _FIGURES
            if is_doubled and any(weak[i + k - 1 : i + k + 1]):
                yield _Slip(size + 1, _DOUBLED, word)
        shorter = run[i : i + size - 1]
        if size >= _SHORTEST_MISSING and len(shorter) == size - 1 and shorter[-1] == right[-1]:
            k = next((k for k in range(size - 1) if shorter[k] != right[k]), size - 1)
            if right[k] not in _QUALIFIERS and right[k + 1 :] == shorter[k:] and any(weak[i + k - 1 : i + k + 1]):
                yield _Slip(size - 1, _MISSING, word)

    def _is_telling(self, word: str, k: int, known: Callable[[str], bool]) -> bool:
        """Say whether character ``k`` tells one of the two words that make up ``word`` from another of the index.

        培训质量 is 培训 and 质量, and but for 质 it could be 数量; of 赣鄱工匠 only 赣鄱 begins with 赣.
        """
        for cut in (k, k + 1):
            parts = word[:cut], word[cut:]
            if all(len(part) > 1 and (part in self._words or known(part)) for part in parts):
                part, at = (parts[1], 0) if cut == k else (parts[0], k)
                likes = (other for other in self._words if len(other) == len(part) and other != part)
                if any(other[:at] == part[:at] and other[at + 1 :] == part[at + 1 :] for other in likes):
                    return True
        return False


def _parts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a word leaves in front of another one of the index: 高技能 of 高技能人才."""
    return [
        (word[:cut], count)
        for word, count in counts.items()
        for cut in range(_SHORTEST_SLIP, len(word) - 1)
        if word[cut:] in counts
    ]


def _readings(syllables: set[str]) -> dict[str, str]:
    """Return, for each of ``syllables``, the characters of GB 2312 that are read so."""
    from pypinyin import Style, pinyin

    sounds: dict[str, str] = dict.fromkeys(sorted(syllables), "")
    # Rows 16 to 87 of the standard; the last row of the first level has five empty cells.
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    for char in "".join(cell.decode("gb2312", errors="ignore") for cell in cells):
        # Further readings are mostly rare ones (红 as gong) that would make strangers sound alike.
        for reading in pinyin(char, style=Style.NORMAL, heteronym=True)[0][: 2 if char in _POLYPHONES else 1]:
            syllable = reading.replace("ü", "v")
            if syllable in sounds and char not in sounds[syllable]:
                sounds[syllable] += char
    return sounds


def _only(words: Iterable[Word]) -> Word | None:
    """Return the clearly most frequent of ``words``, none if there is no such word."""
    ranked = sorted(words, key=lambda word: -word.times)
    if len(ranked) > 1 and ranked[0].times < max(ranked[1].times + 1, _CLEARLY * ranked[1].times):
        return None
    return ranked[0] if ranked else None


def _joins(char: str) -> bool:
    """Say whether no blank belongs between ``char`` and a Chinese word: Chinese, punctuation, a digit."""
    return char.isdigit() or not char.isascii()


def _single_cost(char: str) -> float:
    return _STANDALONE_COST if char in _STANDALONE else _UNKNOWN_COST


def _weak(run: str, words: set[tuple[int, int]]) -> list[bool]:
    """Return, for each character, whether a cheapest division of ``run`` leaves it outside every word."""
    size = len(run)
    before, after = [0.0] * (size + 1), [0.0] * (size + 1)
    for j in range(1, size + 1):
        options = [before[i] + _WORD_COST for i in range(max(0, j - _LONGEST_WORD), j - 1) if (i, j) in words]
        before[j] = min([before[j - 1] + _single_cost(run[j - 1]), *options])
    for i in range(size - 1, -1, -1):
        options = [after[j] + _WORD_COST for j in range(i + 2, min(size, i + _LONGEST_WORD) + 1) if (i, j) in words]
        after[i] = min([after[i + 1] + _single_cost(run[i]), *options])
    return [before[k] + _single_cost(run[k]) + after[k + 1] == before[size] for k in range(size)]


def _best_reading(
    run: str, words: set[tuple[int, int]], slips: Mapping[int, Sequence[_Slip]], places: Sequence[tuple[int, int]]
) -> list[tuple[int, _Slip]]:
    """Return the slips on the cheapest division of ``run``; without gain, none."""
    size = len(run)
    best: list[tuple[float, int, _Slip | None]] = [(0.0, 0, None)]
    best += [(float("inf"), 0, None)] * size
    for i in range(size):
        here = best[i][0]
        steps: list[tuple[float, int, _Slip | None]] = [(_single_cost(run[i]), i + 1, None)]
        steps += [(_WORD_COST, j, None) for j in range(i + 2, min(size, i + _LONGEST_WORD) + 1) if (i, j) in words]
        for slip in slips.get(i, ()):
            j = i + slip.length
            if all(j <= start or end <= i or run[start:end] in slip.word.text for start, end in places):
                steps.append((_WORD_COST + slip.cost, j, slip))
        for cost, j, step in steps:
            if here + cost < best[j][0]:
                best[j] = (here + cost, i, step)
    found: list[tuple[int, _Slip]] = []
    end = size
    while end:
        _, start, slip_here = best[end]
        if slip_here is not None:
            found.append((start, slip_here))
        end = start
    return found[::-1]


def _may_sound(typed: str, right: str, differing: Sequence[int], covered: Sequence[bool]) -> bool:
    size = len(right)
    if len(differing) == size:
        return False
    for k in differing:
        edge = k in (0, size - 1)
        if typed[k] in _QUALIFIERS or (right[k] in _QUALIFIERS and typed[k] in _STANDALONE):
            return False
        if typed[k] in _STANDALONE and (edge or size < _SHORTEST_WRONG):
            return False
    return size >= _SHORTEST_SLIP or not any(covered[k] for k in differing)


def _may_replace(typed: str, right: str, k: int) -> bool:
    # The outer characters tell one thing from another of its kind: 酱酒产业, 白酒产业; 工作站, 工作室.
    is_inner = len(right) >= _SHORTEST_WRONG and 0 < k < len(right) - 1
    return is_inner and typed[k] not in _STANDALONE and right[k] not in _QUALIFIERS


def _is_swap(typed: str, right: str, differing: Sequence[int]) -> bool:
    if len(differing) != 2:
        return False
    a, b = differing
    return b == a + 1 and typed[a] == right[b] and typed[b] == right[a] and not _QUALIFIERS & {right[a], right[b]}
