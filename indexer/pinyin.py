"""Pinyin without tones read as words: the likeliest division of its letters, by how often each word is used.

The words are those of the index, of asking and of the general dictionary. Text in another language stays as it is:
its letters are no syllables, or only make a row of rare characters.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby
from pathlib import Path
from typing import Final, NamedTuple, Self

from corpus.errors import CorruptIndex
from indexer.dictionary import Dictionary

PINYIN_FILE: Final = "pinyin.tsv"
ASKING_COUNT: Final = 1_000_000
"""The count of a word of asking, such as no index reaches for a word of its own."""

# zunyi · xi'an · lüse
LATIN: Final = re.compile(r"[A-Za-zÜü]+(?:['’][A-Za-zÜü]+)*")
# zunyi gao jineng: words with nothing but blanks between them
_LATIN_RUN = re.compile(rf"{LATIN.pattern}(?:[ \u3000]+{LATIN.pattern})*")
# APP · LN · GDP
_ABBREVIATION = re.compile(r"[A-Z]{1,4}")
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")

# What a word is drawn from: the general dictionary, the index, the words of asking.
_GENERAL_SHARE, _INDEX_SHARE, _ASKING_SHARE = 0.55, 0.3, 0.15
_RAREST = 3e-7
# Words and names too rare to be meant before the pieces they are made of.
_LEAST_COUNT, _LEAST_NAME = 10, 100
_LONGEST = 8
_LEAST_SHARE = 0.2
# Leaving letters as typed is worse than any reading of them, and nothing else.
_SKIP_COST, _SKIPPED_LETTER = 20.0, 5.0
# A blank within a word: usual where every syllable stands alone, unusual where words do.
_ACROSS_COST, _WORDWISE = 3.0, 4.0
_UNIT_GAIN = 5.0
# Of two readings, speech takes the one that asks or counts: 几点 (not 机电), 管不管, 证 (not 正), 职校 (not 知晓).
_SPOKEN_CHARS = "证搞拿发各交教评领补训咋咱县省市班课名"
_SPOKEN_CHAR_COUNT, _SPOKEN_COUNT, _LEXICON_COUNT = 80_000, 20_000, 10_000
_COUNTED = "天年月家样种类条万百块成期次门点号份笔项个批本张所名人"
_COUNTING = ("几", "哪", "哪几")
_YES_NO = "管收报让给算行要能会用办发补有教包评交领退考缴"
_PLANS = ("十一五", "十二五", "十三五", "十四五", "十五五", "十六五")
# 都 is du in 首都; the other readings of these stand alone.
_FURTHER = {"得": ("dei",), "长": ("zhang",), "行": ("hang",), "还": ("huan",), "谁": ("shei",), "那": ("nei",)}
_UNITS = frozenset("年月日号万亿元块个人名家岁天次倍期届项条所千百")
# How much likelier a word must be than another of the index with the same sound.
_CLEARLY = 2
_LEAST_PINYIN = 0.75
_LONGEST_MEAN = 8.0
# The share of the letters read that must be in words of more than one syllable.
_LEAST_LONGER = 0.4
_SHORTEST_NAME = 3
# How much likelier a place that no document is about gets where a question begins.
_PLACE_GAIN = 3.0


class Word(NamedTuple):
    """A word that occurs so many ``times`` in the index; ``pinyin`` has one toneless syllable per character."""

    text: str
    times: int
    pinyin: str

    @property
    def syllables(self) -> list[str]:
        return self.pinyin.split(" ")


def syllables_of(word: str) -> list[str] | None:
    """Return one toneless syllable per character of ``word``, ``None`` where one of them has no reading."""
    from pypinyin import lazy_pinyin

    syllables = [syllable.replace("ü", "v") for syllable in lazy_pinyin(word)]
    is_read = len(syllables) == len(word) and all(s.isascii() and s.isalpha() for s in syllables)
    return syllables if is_read else None


@dataclass(frozen=True, slots=True)
class GeneralWords:
    """The more frequent words of the general dictionary for each pinyin, and the sum of all counts."""

    words: tuple[Word, ...]
    total: int

    @classmethod
    def build(cls, dictionary: Dictionary, spoken: Iterable[str] = ()) -> Self:
        """Return those of ``dictionary``, which ``Dictionary.build`` made, and ``spoken``, more usual in questions."""
        alike: dict[str, dict[str, int]] = defaultdict(dict)
        counts = dict.fromkeys(spoken, _LEXICON_COUNT) | _spoken_counts()
        for word, count in chain(dictionary.words(), counts.items()):
            if count < _LEAST_COUNT or len(word) > _LONGEST or not _is_common_script(word):
                continue
            if count < _LEAST_NAME and dictionary.word_class(word) == "name":
                continue
            for pinyin in _readings(word):
                alike[pinyin][word] = max(count, alike[pinyin].get(word, 0))
        words = tuple(
            Word(word, count, pinyin)
            for pinyin, group in alike.items()
            for word, count in group.items()
            if count >= _LEAST_SHARE * max(group.values())
        )
        return cls(words, dictionary.total)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what ``save`` wrote; nothing where there is no such file. Raises ``CorruptIndex``."""
        if not path.is_file():
            return cls((), 0)
        try:
            first, *lines = path.read_text(encoding="utf-8").splitlines()
            words = []
            for line in lines:
                text, times, pinyin = line.split("\t")
                words.append(Word(text, int(times), pinyin))
            return cls(tuple(words), int(first))
        except (OSError, ValueError) as error:
            hint = "请运行 wence index --rebuild 重建索引。"
            raise CorruptIndex(f"索引文件缺失或已损坏:{path.name}", hint=hint) from error

    def save(self, path: Path) -> None:
        """Write a table that a person can read: the sum, then a line for each word with count and pinyin."""
        lines = [str(self.total), *("\t".join((word.text, str(word.times), word.pinyin)) for word in self.words)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class _Entry(NamedTuple):
    """A word as the letters may be read; ``cost`` is the negative log of its probability."""

    word: Word
    cost: float
    is_general: bool


class _Spellings(NamedTuple):
    """Entries by their pinyin without blanks, the likeliest first, and the length of the longest pinyin."""

    entries: Mapping[str, Sequence[_Entry]]
    longest: int


class _Step(NamedTuple):
    """The last step of the best way to a place: the cost so far, where the step began, the word that it read."""

    cost: float
    start: int
    word: Word | None


class Reading(NamedTuple):
    """Pinyin at ``[start, end)`` of a text and the words it was read as."""

    start: int
    end: int
    words: tuple[Word, ...]


class PinyinReader:
    """Reads pinyin as the ``words`` of an index and those of the file ``general``, opened when first needed.

    A Latin word among ``latin`` is left alone.
    """

    def __init__(self, words: Collection[Word], latin: frozenset[str], general: Path | None = None) -> None:
        self._words = words
        self._latin = latin
        self._general = general
        self._spellings: _Spellings | None = None

    def read(self, text: str, quoted: Sequence[tuple[int, int]]) -> list[Reading]:
        """Return the pinyin of ``text`` as words; none where it looks like another language.

        What is ``quoted`` is read beside other pinyin, or alone where it is a longer name of the index.
        """
        plain: list[Reading] = []
        names: list[Reading] = []
        letters = 0
        for run in _LATIN_RUN.finditer(text):
            is_quoted = any(start <= run.start() < end for start, end in quoted)
            for is_latin, group in groupby(LATIN.finditer(text, *run.span()), self._is_latin):
                if is_latin:
                    continue
                tokens = list(group)
                (names if is_quoted else plain).extend(self._read_run(text, tokens))
                letters += 0 if is_quoted else sum(len(token.group()) for token in tokens)
        words = [word for reading in plain for word in reading.words]
        matched = sum(map(_letters_of, words))
        # A word of one syllable is English as likely as not (you, men); it counts only beside longer ones.
        longer = sum(_letters_of(word) for word in words if len(word.text) > 1)
        if longer and matched >= _LEAST_PINYIN * letters and longer >= _LEAST_LONGER * matched:
            return plain + names
        return [name for name in names if _is_name(name)]

    def _is_latin(self, token: re.Match[str]) -> bool:
        return token.group().lower() in self._latin or bool(_ABBREVIATION.fullmatch(token.group()))

    def _read_run(self, text: str, tokens: Sequence[re.Match[str]]) -> Iterator[Reading]:
        """Yield the stretches of ``tokens`` that are words in pinyin, with their offsets in ``text``."""
        letters: list[str] = []
        offsets: list[int] = []
        breaks: list[int] = []
        blanks: set[int] = set()
        skips: dict[int, int] = {}
        for token in tokens:
            first = len(letters)
            blanks.add(first)
            for offset, char in enumerate(token.group(), token.start()):
                if char in "'’":
                    breaks.append(len(letters))
                else:
                    letters.append("v" if char in "üÜ" else char.lower())
                    offsets.append(offset)
            skips[first] = len(letters)
            breaks.append(len(letters))
        joined = "".join(letters)
        across = _ACROSS_COST if len(joined) > _WORDWISE * len(tokens) else 0.0
        before = text[: tokens[0].start()].rstrip()
        after_number, is_first = before[-1:].isdigit(), not before
        spellings = self._spelled()
        best: list[_Step | None] = [_Step(0.0, 0, None)] + [None] * len(joined)
        for i in range(len(joined)):
            here = best[i]
            if here is None:
                continue
            steps: list[tuple[float, int, Word | None]] = []
            if i in skips:
                steps.append((_SKIP_COST + _SKIPPED_LETTER * (skips[i] - i), skips[i], None))
            for j in range(i + 1, min(len(joined), i + spellings.longest) + 1):
                if (found := spellings.entries.get(joined[i:j])) is None:
                    continue
                if parted := breaks[bisect_right(breaks, i) : bisect_left(breaks, j)]:
                    within = {at - i for at in parted}
                    found = [e for e in found if within.issubset(accumulate(map(len, e.word.syllables)))]
                if found:
                    if i == 0 and after_number:
                        found = _favoured(found, _UNIT_GAIN, _is_unit)
                    elif i == 0 and is_first:
                        found = _favoured(found, _PLACE_GAIN, _is_place)
                    cost, word = _likeliest(found)
                    steps.append((cost + across * sum(at in blanks for at in parted), j, word))
            for cost, j, word in steps:
                there = best[j]
                if there is None or here.cost + cost < there.cost:
                    best[j] = _Step(here.cost + cost, i, word)
        for stretch in _stretches(best):
            words = tuple(step.word for step, _ in stretch if step.word)
            start, (last, end) = stretch[0][0].start, stretch[-1]
            if last.cost - _cost_before(best, start) <= _LONGEST_MEAN * sum(len(word.text) for word in words):
                yield Reading(offsets[start], offsets[end - 1] + 1, words)

    def _spelled(self) -> _Spellings:
        """Return the words by their letters, made when a question first needs them."""
        if self._spellings is None:
            entries = self._make_entries()
            self._spellings = _Spellings(entries, max(map(len, entries), default=0))
        return self._spellings

    def _make_entries(self) -> Mapping[str, Sequence[_Entry]]:
        general = GeneralWords.load(self._general) if self._general else GeneralWords((), 0)
        counts = {(word.text, word.pinyin): word.times for word in general.words}
        asking = sum(word.times >= ASKING_COUNT for word in self._words)
        indexed = sum(word.times for word in self._words if word.times < ASKING_COUNT)
        entries: dict[str, list[_Entry]] = defaultdict(list)
        for word in self._words:
            share = _GENERAL_SHARE * counts.pop((word.text, word.pinyin), 0) / (general.total or 1)
            if word.times >= ASKING_COUNT:
                share += _ASKING_SHARE / asking
            elif word.times:
                share += _INDEX_SHARE * word.times / indexed
            entries[word.pinyin.replace(" ", "")].append(_Entry(word, -math.log(max(share, _RAREST)), False))
        for (text, pinyin), times in counts.items():
            cost = -math.log(_GENERAL_SHARE * times / general.total)
            entries[pinyin.replace(" ", "")].append(_Entry(Word(text, times, pinyin), cost, True))
        for found in entries.values():
            found.sort(key=lambda entry: entry.cost)
        return entries


def _letters_of(word: Word) -> int:
    return len(word.pinyin) - word.pinyin.count(" ")


def _is_name(reading: Reading) -> bool:
    known = all(0 < word.times < ASKING_COUNT for word in reading.words)
    return known and sum(len(word.text) for word in reading.words) >= _SHORTEST_NAME


def _favoured(entries: Sequence[_Entry], gain: float, is_favoured: Callable[[Word], bool]) -> list[_Entry]:
    changed = [e._replace(cost=max(0.0, e.cost - gain)) if is_favoured(e.word) else e for e in entries]
    return sorted(changed, key=lambda entry: entry.cost)


def _is_place(word: Word) -> bool:
    return word.times == 0


def _is_unit(word: Word) -> bool:
    return word.text[0] in _UNITS


def _likeliest(entries: Sequence[_Entry]) -> tuple[float, Word | None]:
    """Return the cost of the likeliest of ``entries`` and its word, ``None`` where two are as good."""
    best = entries[0]
    rivals = [e for e in entries[1:] if not e.is_general]
    if not best.is_general and best.word.times < ASKING_COUNT and rivals:
        is_close = rivals[0].cost - best.cost < math.log(_CLEARLY)
        if is_close and (best.word.times > 0) == (rivals[0].word.times > 0):
            return best.cost, None
    return best.cost, best.word


def _stretches(best: Sequence[_Step | None]) -> Iterator[list[tuple[_Step, int]]]:
    """Yield the steps with words side by side on the best way to the end, with where each ends."""
    way: list[tuple[_Step, int]] = []
    end = len(best) - 1
    while end and (step := best[end]) is not None:
        way.append((step, end))
        end = step.start
    for has_word, stretch in groupby(reversed(way), lambda pair: pair[0].word is not None):
        if has_word:
            yield list(stretch)


def _cost_before(best: Sequence[_Step | None], start: int) -> float:
    step = best[start]
    return step.cost if step else 0.0


def _readings(word: str) -> list[str]:
    syllables = syllables_of(word)
    if syllables is None:
        return []
    return [" ".join(syllables)] if len(word) > 1 else list(dict.fromkeys((*syllables, *_FURTHER.get(word, ()))))


def _is_common_script(word: str) -> bool:
    # Rare characters have unlikely counts in the general dictionary (銆, a trace of a wrong encoding).
    try:
        word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return bool(_HAN_WORD.fullmatch(word))


def _spoken_counts() -> dict[str, int]:
    counts = dict.fromkeys(_SPOKEN_CHARS, _SPOKEN_CHAR_COUNT)
    counts |= dict.fromkeys((a + b for a in _COUNTING for b in _COUNTED), _SPOKEN_COUNT)
    counts |= dict.fromkeys((f"{verb}不{verb}" for verb in _YES_NO), _SPOKEN_COUNT)
    return counts | dict.fromkeys(_PLANS, _SPOKEN_COUNT)
