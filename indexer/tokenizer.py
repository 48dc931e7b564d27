"""Chinese text in, index terms out: words, single characters, and units that must not be taken apart."""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

from indexer.dictionary import Dictionary, WordClass

_VERSION = 1

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


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Cuts text with jieba's algorithm over ``dictionary``; units such as 12万人次 or a 文号 stay whole."""

    dictionary: Dictionary
    _jieba: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        cutter = jieba.Tokenizer()
        # The cutter asks its word table for membership and counts only, so the mapped arrays can stand in for it.
        cutter.FREQ = self.dictionary
        cutter.total = self.dictionary.total
        cutter.initialized = True
        object.__setattr__(self, "_jieba", cutter)

    @property
    def id(self) -> str:
        """Identifies the cut, for the index manifest."""
        return f"{_VERSION}-{self.dictionary.id}"

    def words_of(self, text: str) -> list[str]:
        """Return the words of ``text`` in order, units whole, without stop words or single characters."""
        return [word for word in self._cut(fold(text)) if len(word) > 1 and word not in _STOP_WORDS]

    def terms(self, text: str) -> list[str]:
        """Return the index terms of ``text``: its words and, besides, every single character."""
        terms: list[str] = []
        for word in self._cut(fold(text)):
            if word in _STOP_WORDS:
                continue
            if len(word) > 1:
                terms.append(word)
                if _HAN.fullmatch(word):
                    terms += [char for char in word if char not in _STOP_CHARS]
            elif word not in _STOP_CHARS and (_HAN.match(word) or word.isalnum()):
                terms.append(word)
        return terms

    def subjects(self, text: str) -> list[tuple[str, WordClass | Literal["unknown"]]]:
        """Return the words of ``text`` with their classes, as a question's subjects need them.

        Single characters that no dictionary word holds together make an ``unknown`` word (康养); a single-character
        noun goes with the noun behind it (竹产业).
        """
        found: list[tuple[str, WordClass | Literal["unknown"]]] = []
        for piece in _PUNCTUATION.split(fold(text)):
            found += self._subjects_of(piece)
        return found

    def new_words(self, text: str) -> list[str]:
        """Return the runs of two or three single characters that no word of the dictionary holds together (赣鄱)."""
        runs: list[str] = []
        for piece in _PUNCTUATION.split(fold(text)):
            run = ""
            for word in [*self._cut(piece), ""]:
                if len(word) == 1 and _HAN.match(word) and word not in _STOP_CHARS and word not in _LOOSE_CHARS:
                    run += word
                    continue
                if 2 <= len(run) <= 3:
                    runs.append(run)
                run = ""
        return runs

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
        pieces: list[str] = []
        position = 0
        for match in _UNIT.finditer(folded):
            pieces += self._cut_han(folded[position : match.start()])
            pieces.append(re.sub(r"\s", "", match.group()))
            position = match.end()
        pieces += self._cut_han(folded[position:])
        return pieces

    def _cut_han(self, text: str) -> list[str]:
        words: list[str] = []
        for run in _HAN.findall(text):
            words += self._jieba.lcut(run, HMM=False)
        return words
