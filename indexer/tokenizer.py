"""Chinese text in, index terms out: words, single characters, and units that must not be taken apart."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from indexer.dictionary import Dictionary, WordClass

# Longest run of unknown characters that may be a new word, and that is indexed by its parts.
_LONGEST_NEW, _LONGEST_RUN = 3, 6
_SEEN = 500_000

# 遵府办函〔2024〕19号 · 1/3 · 12万人次 · 60% · 2023—2025 · 5g: one term each
_UNIT = re.compile(
    r"[\u4e00-\u9fff]{1,10}[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*第?\s*\d{1,4}\s*号"
    r"|\d+/\d+|\d+(?:\.\d+)?(?:[万亿千百]?(?:人次|周岁|个月|[人家个名期所项条元岁次年月日号%户倍])|[万亿%])?"
    r"|[a-z][a-z0-9+.-]*"
)
_PUNCTUATION = re.compile(r"[^\w〔〕%/.+-]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Characters that carry no subject matter on their own.
_STOP_CHARS = frozenset(
    "的了和与及或在是有为对等把被让将到从于以之其这那哪呢吗吧啊呀么也都就还又再很太最我你他她它们个"
)
# Characters of everyday speech that do not join into an unknown word.
_LOOSE_CHARS = frozenset(
    "时等全第本内外间处有没不要会能可想去来到给做办搞弄干学用看说问找交领拿补管归几多少好大小上下里中外前后年月日天次种类各每某该此哪谁啥咋怎吗"
)
_STOP_WORDS = frozenset(
    "什么 怎么 怎样 如何 多少 哪些 哪个 哪里 哪儿 为什么 是否 可以 能不能 可不可以 有没有 是不是 "
    "请问 一下 这个 那个 我们 你们 他们 "
    "以及 或者 如果 但是 因为 所以 关于 对于 通过 按照 根据 进行 开展 一个 一些 怎么办 知道 告诉 "
    "想问 问问 需要 应该".split()
)


def fold(text: str) -> str:
    """Return ``text`` in one form: NFKC, lower case, one kind of bracket and dash, no quotation marks.

    The length may change; use it for matching terms, never for offsets.
    """
    folded = unicodedata.normalize("NFKC", text).lower().translate(_FOLDS)
    return folded


_FOLDS = str.maketrans(
    {"○": "〇", "—": "-", "–": "-", "－": "-", "[": "〔", "]": "〕", "【": "〔", "】": "〕", "\xa0": " "}
    | dict.fromkeys("“”‘’\"'「」『』")
)


class _Weights(dict[str, float | None]):
    """Words seen lately with their weights; asks the dictionary for the others."""

    def __init__(self, dictionary: Dictionary) -> None:
        super().__init__()
        self._dictionary = dictionary

    def __missing__(self, word: str) -> float | None:
        weight = self._dictionary.weight(word)
        if len(self) < _SEEN:
            self[word] = weight
        return weight


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gives to an index: its ``terms``, its ``words``, and the ``runs`` that may be new words."""

    terms: list[str]
    words: list[str]
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Cuts text with jieba's algorithm over ``dictionary``; units such as 12万人次 or a 文号 stay whole."""

    VERSION: ClassVar[str] = "2"

    dictionary: Dictionary
    _weights: _Weights = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_weights", _Weights(self.dictionary))

    @property
    def id(self) -> str:
        """Identifies the cut, for the index manifest."""
        return f"{self.VERSION}-{self.dictionary.id}"

    def read(self, text: str) -> Reading:
        """Return all that indexing wants of ``text`` in one pass.

        To the terms of ``terms`` come the pairs and triples of single characters side by side: a word that the
        dictionary learns later (赣鄱) is found in what was indexed before.
        """
        reading = Reading([], [], [])
        for words, is_han in self._pieces(fold(text)):
            reading.terms.extend(_terms_of(words))
            reading.words.extend(word for word in words if len(word) > 1 and word not in _STOP_WORDS)
            if not is_han:
                continue
            for run in _runs(words):
                if len(run) <= _LONGEST_NEW:
                    reading.runs.append(run)
                if len(run) <= _LONGEST_RUN:
                    reading.terms.extend(run[i : i + n] for n in (2, 3) for i in range(len(run) - n + 1))
        return reading

    def words_of(self, text: str) -> list[str]:
        """Return the words of ``text`` in order, units whole, without stop words or single characters."""
        return [word for word in self._cut(fold(text)) if len(word) > 1 and word not in _STOP_WORDS]

    def terms(self, text: str) -> list[str]:
        """Return the index terms of ``text``: its words and, besides, every single character."""
        return _terms_of(self._cut(fold(text)))

    def subjects(self, text: str) -> list[tuple[str, WordClass | Literal["unknown"]]]:
        """Return the words of ``text`` with their classes, as a question's subjects need them.

        Single characters that no dictionary word holds together make an ``unknown`` word (康养); a single-character
        noun goes with the noun behind it (竹产业).
        """
        found: list[tuple[str, WordClass | Literal["unknown"]]] = []
        for piece in _PUNCTUATION.split(fold(text)):
            found += self._subjects_of(piece)
        return found

    def _subjects_of(self, folded: str) -> list[tuple[str, WordClass | Literal["unknown"]]]:
        found: list[tuple[str, WordClass | Literal["unknown"]]] = []
        run = ""
        for word in [*self._cut(folded), ""]:
            if len(word) == 1 and _HAN.match(word) and word not in _STOP_CHARS and word not in _LOOSE_CHARS:
                run += word
                continue
            nouns = self.dictionary.word_class(run) == self.dictionary.word_class(word) == "noun"
            if len(run) == 1 and len(word) > 1 and nouns:
                found.append((run + word, "unknown"))
                run = ""
                continue
            if 2 <= len(run) <= 4:
                found.append((run, "unknown"))
            run = ""
            if len(word) > 1 and word not in _STOP_WORDS:
                found.append((word, self.dictionary.word_class(word)))
        return found

    def _cut(self, folded: str) -> list[str]:
        return [word for words, _ in self._pieces(folded) for word in words]

    def _pieces(self, folded: str) -> Iterator[tuple[list[str], bool]]:
        """Yield the words of each run of Chinese characters, and each unit alone; the flag is true for the former."""
        position = 0
        for match in (*_UNIT.finditer(folded), None):
            end = match.start() if match else len(folded)
            for run in _HAN.findall(folded[position:end]):
                yield self._cut_run(run), True
            if match:
                yield [re.sub(r"\s", "", match.group())], False
                position = match.end()

    def _cut_run(self, run: str) -> list[str]:
        """Return the likeliest division of a run of Chinese characters: jieba's cut without its Markov model."""
        weights, size = self._weights, len(run)
        unknown = -math.log(self.dictionary.total)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for i in range(size - 1, -1, -1):
            top, end = -math.inf, 0
            j = i + 1
            while j <= size and (weight := weights[run[i:j]]) is not None:
                # 0.0 marks a mere beginning; of equal divisions the one with the longer word wins, as in jieba.
                if weight and weight + best[j] >= top:
                    top, end = weight + best[j], j
                j += 1
            best[i], ends[i] = (top, end) if end else (unknown + best[i + 1], i + 1)
        words: list[str] = []
        i = 0
        while i < size:
            words.append(run[i : ends[i]])
            i = ends[i]
        return words


def _terms_of(words: Iterable[str]) -> list[str]:
    terms: list[str] = []
    for word in words:
        if word in _STOP_WORDS:
            continue
        if len(word) > 1:
            terms.append(word)
            if _HAN.fullmatch(word):
                terms += [char for char in word if char not in _STOP_CHARS]
        elif word not in _STOP_CHARS and (_HAN.match(word) or word.isalnum()):
            terms.append(word)
    return terms


def _runs(words: Iterable[str]) -> Iterator[str]:
    """Yield the runs of single characters that no word of the dictionary holds together (赣鄱)."""
    run = ""
    for word in (*words, ""):
        if len(word) == 1 and word not in _STOP_CHARS and word not in _LOOSE_CHARS:
            run += word
            continue
        if len(run) > 1:
            yield run
        run = ""
