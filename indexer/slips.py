"""Slips of the finger and of the ear read as the words that were meant, where that makes the text much likelier.

What was meant is guessed as in a noisy channel (Kernighan, Church and Gale 1990): two characters turned round, one
doubled, one left out, or some that sound alike, each believed once the run is likelier by so much (``Line.gain``).
How much was set on questions without a slip and the same questions with one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from operator import ne
from typing import NamedTuple

from corpus.regions import Gazetteer
from indexer.dictionary import Dictionary
from indexer.fluency import LONGEST_KNOWN, LONGEST_WORD, Line, Unigrams
from indexer.pinyin import Word

# 高技能人才 · 技能大师工作室
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")


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
# Particles that stand inside what is one word elsewhere: 犯了规, 献的血, 住过院.
_INSIDE = frozenset("了过着的得地不")

_WORD_COST, _STANDALONE_COST, _UNKNOWN_COST = 1.0, 1.0, 1.5
_SHORTEST_SLIP, _SHORTEST_WRONG, _SHORTEST_MISSING = 3, 4, 4
_SECOND_LEVEL = 0xD8
# How much more frequent a word must be to win over one that explains the same characters as well.
_CLEARLY = 2

# The least gain, for two characters turned round: within a word, between two others, or at the end of one that the
# index knows, that it does not know, that a particle may tear.
_TURNED_WITHIN, _TURNED_BETWEEN = 7.0, 5.5
_TURNED_KNOWN, _TURNED_OTHER, _TURNED_PARTICLE = 9.5, 10.0, 12.0
_DOUBLED = 5.7
# 工伤险 is no slip of 工伤保险: the shorter the word, the likelier a short form.
_MISSING, _MISSING_SHORT, _SHORT = 7.0, 11.0, 4
# What was left out must be likelier by so much than anything else there.
_RIVAL = 2.0
_HOMOPHONE, _HOMOPHONE_SHORT, _WRONG = 6.0, 9.2, 8.0
# A word that the index lacks, and how rare a character must be alone to be taken for another.
_ALIKE, _RARE = 11.5, 9.5


# What is left of a word of asking, alone in a question: 完成少人次, 重点是些人, 什候.
_TORN = re.compile(
    r"(?P<many>(?<![不最至减缺很较更太越了还也就只好年青多])少(?=人|个|家|名|万|元|块|钱|天|次|期|户))"
    r"|(?P<which>(?<=[是为])些(?!啥|什))|(?P<what>什)"
)
_WHOLE = {"many": "多少", "which": "哪些", "what": "什么"}


class Fix(NamedTuple):
    """The text at ``[start, end)`` read as ``right``; ``gain`` is how far beyond the least it gains."""

    start: int
    end: int
    right: str
    gain: float


class _Slip(NamedTuple):
    """A reading of ``length`` characters as another word; ``least`` is what it must gain."""

    length: int
    least: float
    word: Word


class SlipReader:
    """Reads slips as ``words`` of an index and of asking, with the ``chars`` of a syllable and their ``sounds``."""

    def __init__(
        self, words: Mapping[str, Word], chars: Mapping[str, str], sounds: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._words = words
        self._chars = chars
        self._sounds = sounds
        self._unigrams = Unigrams(words.values())
        by_first: dict[str, list[Word]] = defaultdict(list)
        for word in words.values():
            if len(word.text) > 1 and word.times:
                by_first[word.text[0]].append(word)
        self._by_first = dict(by_first)
        self._common = {syllable: "".join(filter(_is_common, alike)) for syllable, alike in chars.items()}

    @cached_property
    def _shortened(self) -> Mapping[str, Sequence[str]]:
        """The words by what is left of them without one inner character that may be left out."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._words.values():
            text = word.text
            if _SHORTEST_MISSING <= len(text) <= LONGEST_WORD and word.times:
                for k in range(1, len(text) - 1):
                    if text[k] not in _QUALIFIERS:
                        found[text[:k] + text[k + 1 :]].append(text)
        return dict(found)

    def read(self, text: str, quoted: Sequence[tuple[int, int]], dictionary: Dictionary) -> list[Fix]:
        """Return what ``text`` meant besides what is ``quoted``, in order and without overlap."""
        places = [(mention.start, mention.end) for mention in Gazetteer.load().find(text)]
        fixes: list[Fix] = []
        position = 0
        for kept_from, kept_to in [*quoted, (len(text), len(text))]:
            for match in _HAN_WORD.finditer(text, position, kept_from):
                run, at = match.group(), match.start()
                found = [Fix(at + f.start, at + f.end, f.right, f.gain) for f in self._fixes(run, dictionary)]
                allowed = [f for f in found if _keeps_places(text, f, places)]
                fixes += _best(allowed)
            position = kept_to
        return fixes

    def _fixes(self, run: str, dictionary: Dictionary) -> Iterator[Fix]:
        line = Line(run, self._unigrams, dictionary)
        yield from self._turned(line)
        yield from _doubled(line)
        yield from _torn(line)
        yield from self._left_out(line)
        yield from self._sounding(line, dictionary)
        yield from self._alike(line, dictionary)

    def _turned(self, line: Line) -> Iterator[Fix]:
        """Yield fixes of neighbours turned round, such as no word of the likeliest division holds."""
        run = line.run
        for k in line.cuts[1:-1]:
            a, b = run[k - 1], run[k]
            if a == b or {a, b} <= _FIGURES:
                continue
            gain = line.gain(k - 1, k + 1, b + a)
            if gain < _TURNED_BETWEEN:
                continue
            words = line.changed(k - 1, k + 1, b + a)
            if len(words) == 1:
                # 生活费里哪一块
                least = _TURNED_PARTICLE if a == "里" else _TURNED_WITHIN
            elif min(map(len, words)) > 1:
                least = _TURNED_BETWEEN
            elif _INSIDE & {a, b}:
                least = _TURNED_PARTICLE
            else:
                is_indexed = all(word in self._words for word in words if len(word) > 1)
                least = _TURNED_KNOWN if is_indexed else _TURNED_OTHER
            if gain >= least:
                yield Fix(k - 1, k + 1, b + a, gain - least)

    def _left_out(self, line: Line) -> Iterator[Fix]:
        """Yield fixes of words of the index that lost an inner character, likelier than any other such word there."""
        run = line.run
        alone = [i for i, j in pairwise(line.cuts) if j == i + 1]
        found: list[tuple[float, int, int, str]] = []
        for i in range(len(run)):
            for j in range(i + _SHORTEST_MISSING - 1, min(len(run), i + LONGEST_WORD) + 1):
                if run[i:j] in self._shortened and any(i <= at < j for at in alone):
                    found += [(line.gain(i, j, word), i, j, word) for word in self._shortened[run[i:j]]]
        for gain, i, j, word in found:
            least = _MISSING if len(word) > _SHORT else _MISSING_SHORT
            rivals = (other for other, k, m, right in found if k < j and i < m and right != word)
            if gain >= least and gain >= max(rivals, default=0.0) + _RIVAL:
                yield Fix(i, j, word, gain - least)

    def _sounding(self, line: Line, dictionary: Dictionary) -> Iterator[Fix]:
        """Yield fixes of words of the index that sound like what was typed, or differ in one character within."""
        run = line.run
        size = len(run)
        words = {
            (i, j)
            for i in range(size)
            for j in range(i + 2, min(size, i + LONGEST_WORD) + 1)
            if run[i:j] in self._words or (j - i <= LONGEST_KNOWN and dictionary.get(run[i:j]))
        }
        weak = _weak(run, words)
        if not any(weak):
            return
        # covered[i]: some dictionary word holds this character, whether or not the best reading uses it
        covered = [False] * size
        for i, j in words:
            covered[i:j] = [True] * (j - i)
        for i in range(size):
            for slip in self._slips_at(run, i, weak, covered, words, dictionary):
                gain = line.gain(i, i + slip.length, slip.word.text) - slip.least
                if gain >= 0:
                    yield Fix(i, i + slip.length, slip.word.text, gain)

    def _alike(self, line: Line, dictionary: Dictionary) -> Iterator[Fix]:
        """Yield fixes of rare characters alone, by one that sounds alike and makes a word with its neighbour."""
        run = line.run
        for k, end in pairwise(line.cuts):
            if end > k + 1 or run[k] in _QUALIFIERS or line.cost(k) < _RARE:
                continue
            before, after = run[max(0, k - 1) : k], run[end : end + 1]
            found: dict[str, float] = {}
            for char in {char for syllable in self._sounds.get(run[k], ()) for char in self._common[syllable]}:
                pairs = [pair for pair in (before + char, char + after) if len(pair) > 1]
                if char != run[k] and any(pair in self._words or dictionary.get(pair) for pair in pairs):
                    found[char] = line.gain(k, end, char)
            best = max(found, key=lambda char: (found[char], char), default="")
            rivals = (gain for char, gain in found.items() if char != best)
            if best and best not in _FIGURES and found[best] >= max(_ALIKE, max(rivals, default=0.0) + _RIVAL):
                yield Fix(k, end, best, found[best] - _ALIKE)

    def _slips_at(
        self,
        run: str,
        i: int,
        weak: Sequence[bool],
        covered: Sequence[bool],
        words: set[tuple[int, int]],
        dictionary: Dictionary,
    ) -> list[_Slip]:
        # Only an unexplained first character may be another one in the word that was meant.
        firsts = {run[i]}
        if weak[i] and run[i] not in _STANDALONE:
            firsts.update(*(self._chars[syllable] for syllable in self._sounds.get(run[i], ())))
        candidates = [word for first in firsts for word in self._by_first.get(first, ())]
        found: dict[int, list[_Slip]] = defaultdict(list)
        for word in candidates:
            for slip in self._readings_as(run, i, word, weak, covered, dictionary):
                if (i, i + slip.length) not in words:
                    found[slip.length].append(slip)
        best: list[_Slip] = []
        for slips in found.values():
            least = min(slip.least for slip in slips)
            only = _only({slip.word for slip in slips if slip.least == least})
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
        dictionary: Dictionary,
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
                    yield _Slip(size, _HOMOPHONE if size >= _SHORTEST_SLIP else _HOMOPHONE_SHORT, word)
            elif (
                len(differing) == 1
                and _may_replace(typed, right, differing[0])
                and not self._is_telling(right, differing[0], dictionary)
            ):
                yield _Slip(size, _WRONG, word)

    def _is_telling(self, word: str, k: int, dictionary: Dictionary) -> bool:
        """Say whether character ``k`` tells one of the two words that make up ``word`` from another of the index.

        培训质量 is 培训 and 质量, and but for 质 it could be 数量; of 赣鄱工匠 only 赣鄱 begins with 赣.
        """
        for cut in (k, k + 1):
            parts = word[:cut], word[cut:]
            if all(len(part) > 1 and (part in self._words or dictionary.get(part)) for part in parts):
                part, at = (parts[1], 0) if cut == k else (parts[0], k)
                likes = (other for other in self._words if len(other) == len(part) and other != part)
                if any(other[:at] == part[:at] and other[at + 1 :] == part[at + 1 :] for other in likes):
                    return True
        return False


def _is_common(char: str) -> bool:
    """Say whether ``char`` is of the first level of GB 2312, the characters of everyday writing."""
    return char.encode("gb2312", errors="replace")[0] < _SECOND_LEVEL


def _doubled(line: Line) -> Iterator[Fix]:
    """Yield fixes of characters typed twice, but for those that end one word and begin the next."""
    run = line.run
    lengths = {cut: cut - start for start, cut in pairwise(line.cuts)}
    following = {start: cut - start for start, cut in pairwise(line.cuts)}
    for k in line.cuts[1:-1]:
        char = run[k]
        # 坡坡坎坎; 配水|水量; 十五五
        pairs = run[k - 3 : k - 2] == run[k - 2 : k - 1] != "" or run[k + 1 : k + 2] == run[k + 2 : k + 3] != ""
        if run[k - 1] != char or pairs or char in _FIGURES - {"几"} or (lengths[k] > 1 and following[k] > 1):
            continue
        gain = line.gain(k - 1, k + 1, char) - _DOUBLED
        if gain >= 0:
            yield Fix(k - 1, k + 1, char, gain)


def _torn(line: Line) -> Iterator[Fix]:
    """Yield fixes of words of asking of which one character is left, where no other such word asks."""
    if any(word in line.run for word in _WHOLE.values()):
        return
    alone = {i for i, j in pairwise(line.cuts) if j == i + 1}
    for match in _TORN.finditer(line.run):
        if match.start() in alone and match.lastgroup:
            yield Fix(match.start(), match.end(), _WHOLE[match.lastgroup], 0.0)


def _best(fixes: Iterable[Fix]) -> list[Fix]:
    """Return those of ``fixes`` that gain most and do not overlap, in order."""
    taken: list[Fix] = []
    for fix in sorted(fixes, key=lambda fix: (-fix.gain, fix.start, fix.end)):
        if all(fix.end <= other.start or other.end <= fix.start for other in taken):
            taken.append(fix)
    return sorted(taken)


def _keeps_places(text: str, fix: Fix, places: Sequence[tuple[int, int]]) -> bool:
    return all(fix.end <= start or end <= fix.start or text[start:end] in fix.right for start, end in places)


def _only(words: Iterable[Word]) -> Word | None:
    """Return the clearly most frequent of ``words``, none if there is no such word."""
    ranked = sorted(words, key=lambda word: -word.times)
    if len(ranked) > 1 and ranked[0].times < max(ranked[1].times + 1, _CLEARLY * ranked[1].times):
        return None
    return ranked[0] if ranked else None


def _single_cost(char: str) -> float:
    return _STANDALONE_COST if char in _STANDALONE else _UNKNOWN_COST


def _weak(run: str, words: set[tuple[int, int]]) -> list[bool]:
    """Return, for each character, whether a cheapest division of ``run`` leaves it outside every word."""
    size = len(run)
    before, after = [0.0] * (size + 1), [0.0] * (size + 1)
    for j in range(1, size + 1):
        options = [before[i] + _WORD_COST for i in range(max(0, j - LONGEST_WORD), j - 1) if (i, j) in words]
        before[j] = min([before[j - 1] + _single_cost(run[j - 1]), *options])
    for i in range(size - 1, -1, -1):
        options = [after[j] + _WORD_COST for j in range(i + 2, min(size, i + LONGEST_WORD) + 1) if (i, j) in words]
        after[i] = min([after[i + 1] + _single_cost(run[i]), *options])
    return [before[k] + _single_cost(run[k]) + after[k + 1] == before[size] for k in range(size)]


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
