"""Questions as people type them: pinyin and slips read as what was meant, mostly the index's own words.

A wrong correction changes what is asked, so every doubt is settled for the text as typed: a slip must make the question
much likelier, a figure never appears, disappears or changes, and of two equally good words neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from corpus.errors import CorruptIndex
from indexer.dictionary import Dictionary
from indexer.pinyin import ASKING_COUNT, LATIN, PinyinReader, Word, syllables_of
from indexer.slips import SlipReader

SPELLING_FILE: Final = "spelling.tsv"

_QUESTION_WORDS = """
多少 什么 怎么 怎样 如何 哪些 哪个 哪里 哪几 哪年 几个 几年 几家 几类 几种 几 谁 哪 啥 吗 呢 是 的 对 跟 在 给 和 有
没有 有没有 是不是 能不能 可以 能 要 到 想 会 请 去 来 看 还 建 做 办 考 用 报 家 人 钱 学 年 我 我想 我要 这个
年底 每年 一年 一共 总共 分别 需要 应该 怎么办 为什么 多久 什么时候 请问 参加 报名 免费 文件 目标 申请 条件 标准
政策 补贴 培训 负责 部门 单位 完成 达到 新增 建设 数量 期末
"""
ASKING: Final = tuple(_QUESTION_WORDS.split())
"""Words of questions that a document need not contain; in pinyin they win over the index's own words."""

_SHORTEST_PART = 3
_HINT = "请重新运行 wence index。"

# 高技能人才 · 技能大师工作室
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")
# “管行业必管人才” · 《…规划》 · 遵府办函〔2024〕19号
_PROTECTED = re.compile(
    r"“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|《[^》]*》|\"[^\"]*\""
    r"|[\u4e00-\u9fff]{1,10}[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*第?\s*\d{1,4}\s*号"
)

# Characters with two readings in everyday words.
_POLYPHONES = frozenset(
    "行长重乐传调都还会数省校薄藏查差朝参单弹得地发给供冠好和核号合划假间"
    "降角教节解看空量率没铺切曲塞少舍盛识宿属提为系相兴应正着中种转作"
)


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


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """The words that a question may have meant. Make one with ``build`` or ``load``."""

    _words: Mapping[str, Word]
    _latin: frozenset[str]
    _chars: Mapping[str, str]
    _pinyin: PinyinReader
    _slips: SlipReader

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
        by_text = {word.text: word for word in words}
        return cls(by_text, latin, sounds, PinyinReader(words, latin, general), SlipReader(by_text, sounds, readings))

    def save(self, path: Path) -> None:
        """Write a table that a person can read: words with count and pinyin, and the characters of each syllable."""
        lines = [f"word\t{word.text}\t{word.times}\t{word.pinyin}" for word in self._words.values()]
        lines += [f"sound\t{syllable}\t{chars}" for syllable, chars in self._chars.items()]
        lines += [f"latin\t{word}" for word in sorted(self._latin)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def correct(self, text: str, dictionary: Dictionary) -> Correction:
        """Return ``text`` with pinyin and slips read as what was meant.

        ``dictionary`` has the general words. Places, quotations and document numbers stay.
        """
        quoted = [match.span() for match in _PROTECTED.finditer(text)]
        changes = list(self._from_pinyin(text, quoted))
        fixes = self._slips.read(text, quoted, dictionary)
        changes += (Change(fix.start, fix.end, text[fix.start : fix.end], fix.right) for fix in fixes)
        changes.sort(key=lambda change: change.start)
        pieces: list[str] = []
        position = 0
        for change in changes:
            pieces += (text[position : change.start], change.right)
            position = change.end
        return Correction("".join(pieces) + text[position:], tuple(changes))

    def _from_pinyin(self, text: str, quoted: Sequence[tuple[int, int]]) -> Iterator[Change]:
        for start, end, words in self._pinyin.read(text, quoted):
            left, right = len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())
            # Chinese is written without blanks; one that parts two pieces of a word would hide it.
            begin = left if left and _joins(text[left - 1]) else start
            stop = right if right < len(text) and _joins(text[right]) else end
            yield Change(begin, stop, text[begin:stop], "".join(word.text for word in words))


def _parts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a word leaves in front of another one of the index: 高技能 of 高技能人才."""
    return [
        (word[:cut], count)
        for word, count in counts.items()
        for cut in range(_SHORTEST_PART, len(word) - 1)
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


def _joins(char: str) -> bool:
    """Say whether no blank belongs between ``char`` and a Chinese word: Chinese, punctuation, a digit."""
    return char.isdigit() or not char.isascii()
