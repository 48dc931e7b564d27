"""Everyday speech to policy terms: a question's lay words, found by longest match, with the terms policies write.

``data/lay_terms.toml`` holds the words and explains its fields. The direction is one way, from the question to the
terms: a passage is never rewritten.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from corpus.errors import CorpusError

SECTIONS: Final = ("groups", "benefits", "bodies", "verbs", "matters")
"""Who, what one gets, which authority, what one does, what it is about."""

LAY_TERMS: Final = Path(__file__).parent / "data" / "lay_terms.toml"
GAP: Final = "…"
LONGEST_GAP: Final = 4

_FIELDS = ("canonical", "near", "lay")
# 考…证 · 从部队…下来
_GAPPED = re.compile(r"[^…]+(?:…[^…]+)+")
_HINT = "请按 docs/lay-terms.md 的写法修改后重试"


@dataclass(frozen=True, slots=True)
class Group:
    """Words about one thing: ``canonical`` and ``near`` are policy wording, ``lay`` is how people say it.

    ``near`` terms stand for the canonical ones without changing an answer; two canonical terms of a group need not
    mean the same.
    """

    section: str
    canonical: tuple[str, ...]
    near: tuple[str, ...] = ()
    lay: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The first canonical term."""
        return self.canonical[0]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of a question and the policy terms it stands for.

    ``start`` and ``end`` are offsets into the question as given and ``surface`` is that part of it.
    """

    surface: str
    start: int
    end: int
    canonical: tuple[str, ...]
    section: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word stands: the number of its group, and the field."""

    group: int
    field: str


@dataclass(frozen=True, slots=True)
class _Gapped:
    """A lay term with gaps and its parts in order: 考…证 has ``("考", "证")``."""

    word: str
    parts: tuple[str, ...]

    def matches(self, text: str) -> Iterator[tuple[tuple[int, int], ...]]:
        """Yield the spans of the parts for each place where the term begins, each part taken where it comes first."""
        start = text.find(self.parts[0])
        while start >= 0:
            spans = [(start, start + len(self.parts[0]))]
            for part in self.parts[1:]:
                last = spans[-1][1]
                found = text.find(part, last, last + LONGEST_GAP + len(part))
                if found < 0 or (found > last and not text[last:found].isalnum()):
                    break
                spans.append((found, found + len(part)))
            else:
                yield tuple(spans)
            start = text.find(self.parts[0], start + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The groups of a lay-term file, ready for look-up. Make one with ``load``."""

    groups: tuple[Group, ...]
    _places: Mapping[str, tuple[_Place, ...]]
    _lengths: Mapping[str, tuple[int, ...]]
    _gapped: tuple[_Gapped, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Return the lexicon of ``path``, by default the one that comes with the program.

        Raises ``CorpusError`` for a file that cannot be read or breaks a rule of docs/lay-terms.md; the message
        names the group and the term.
        """
        groups, guards = _read(path or LAY_TERMS)
        places: dict[str, tuple[_Place, ...]] = dict.fromkeys(_fold_all(guards), ())
        for number, group in enumerate(groups):
            for field, words in (("canonical", group.canonical), ("near", group.near), ("lay", group.lay)):
                place = _Place(number, field)
                for word in _fold_all(words):
                    places[word] = (*places.get(word, ()), place)
        gapped = tuple(_Gapped(word, tuple(word.split(GAP))) for word in places if GAP in word)
        lengths: dict[str, set[int]] = {}
        for word in places:
            if GAP not in word:
                lengths.setdefault(word[0], set()).add(len(word))
        longest_first = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
        return cls(groups, places, longest_first, gapped)

    def expand(self, text: str) -> tuple[Expansion, ...]:
        """Return what the words of the question ``text`` stand for in policies, by ``start``, then ``end``.

        Words are taken from left to right, the longest first; a policy term is read whole, so that no lay word is
        found inside it. Lay terms with gaps are found besides, unless they would tear a policy term. A word known to
        several sections gives one expansion for each; of overlapping words that say the same, only the first counts.
        """
        folded, offsets = _fold_with_offsets(text)
        found: list[tuple[int, int, str]] = []
        whole: list[tuple[int, int]] = []
        for start, end in self._words(folded):
            found.append((start, end, folded[start:end]))
            if self._is_policy(folded[start:end]):
                whole.append((start, end))
        for gapped in self._gapped:
            for parts in gapped.matches(folded):
                if not any(first < stop and begin < last for first, last in parts for begin, stop in whole):
                    found.append((parts[0][0], parts[-1][1], gapped.word))
        expansions: list[Expansion] = []
        reach: dict[tuple[str, ...], int] = {}
        for start, end, word in sorted(found):
            for section, terms in self._meanings(word).items():
                if start >= reach.get(terms, 0):
                    first, last = offsets[start], offsets[end]
                    expansions.append(Expansion(text[first:last], first, last, terms, section))
                    reach[terms] = end
        return tuple(expansions)

    def terms(self) -> frozenset[str]:
        """Return every policy and lay term as it is compared (folded), without the lay terms that have gaps."""
        return frozenset(word for word, places in self._places.items() if places and GAP not in word)

    def policy_terms(self) -> frozenset[str]:
        """Return every canonical and near term as written: the words that can occur in a policy."""
        return frozenset(term for group in self.groups for term in group.canonical + group.near)

    def words(self) -> frozenset[str]:
        """Return every term as written, everyday ones too, but for those with gaps."""
        lay = (term for group in self.groups for term in group.lay if GAP not in term)
        return self.policy_terms().union(lay)

    def same(self, a: str, b: str) -> bool:
        """True where ``a`` and ``b`` may name one thing: equal, or in one group, unless both are canonical there."""
        first, second = fold(a), fold(b)
        if first == second:
            return True
        fields = {place.group: place.field for place in self._places.get(first, ())}
        return any(
            {place.field, fields[place.group]} != {"canonical"}
            for place in self._places.get(second, ())
            if place.group in fields
        )

    def _words(self, folded: str) -> Iterator[tuple[int, int]]:
        position = 0
        while position < len(folded):
            for length in self._lengths.get(folded[position], ()):
                end = position + length
                if end > len(folded):
                    continue
                if folded[position:end] in self._places and not _tears_latin(folded, position, end):
                    yield position, end
                    position = end
                    break
            else:
                position += 1

    def _is_policy(self, word: str) -> bool:
        # A guard, which has no place, is read whole like a policy term.
        places = self._places[word]
        return not places or any(place.field != "lay" for place in places)

    def _meanings(self, word: str) -> dict[str, tuple[str, ...]]:
        """The terms that ``word`` stands for, by section."""
        meanings: dict[str, tuple[str, ...]] = {}
        for place in self._places[word]:
            group = self.groups[place.group]
            terms = group.near if place.field == "canonical" else group.canonical + group.near
            others = (*meanings.get(group.section, ()), *(term for term in terms if fold(term) != word))
            if others:
                meanings[group.section] = tuple(dict.fromkeys(others))
        return meanings


def fold(text: str) -> str:
    """Return ``text`` as terms are compared: NFKC and without case, ＡＩ and AI as ai. The length may change."""
    return unicodedata.normalize("NFKC", text).casefold().replace("...", GAP)


def _fold_all(words: Sequence[str]) -> list[str]:
    # One call for all: words hold no white space.
    return fold(" ".join(words)).split()


def _fold_with_offsets(text: str) -> tuple[str, list[int]]:
    folded = [unicodedata.normalize("NFKC", char).casefold() for char in text]
    offsets = [number for number, piece in enumerate(folded) for _ in piece]
    return "".join(folded), [*offsets, len(text)]


def _tears_latin(text: str, start: int, end: int) -> bool:
    """True where a cut falls inside a Latin word or a number: ai in email."""
    return any(
        0 < cut < len(text) and all(char.isascii() and char.isalnum() for char in text[cut - 1 : cut + 1])
        for cut in (start, end)
    )


def _read(path: Path) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CorpusError(f"读不到口语词表 {path.name}:{error.strerror}", hint="请检查文件能否读取") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"口语词表 {path.name} 不是有效的 TOML 文件:{error}", hint=_HINT) from error
    guards = _words_of(content.pop("guards", ""), "guards")
    groups: list[Group] = []
    for section, tables in content.items():
        if section not in SECTIONS:
            raise CorpusError(f"口语词表有未知的部分「{section}」", hint=f"可用的部分:{'、'.join(SECTIONS)}")
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise CorpusError(f"口语词表的「{section}」不是词组列表", hint=f"每个词组以 [[{section}]] 开头")
        names: set[str] = set()
        for number, table in enumerate(tables, 1):
            group = _group(section, number, table)
            if group.name in names:
                raise CorpusError(f"{section} 有两个词组都叫「{group.name}」", hint="请合并它们,或换一个首词")
            names.add(group.name)
            groups.append(group)
    return tuple(groups), guards


def _group(section: str, number: int, table: Mapping[str, object]) -> Group:
    place = f"{section} 第 {number} 个词组"
    if unknown := sorted(table.keys() - set(_FIELDS)):
        raise CorpusError(f"{place}有未知的字段「{unknown[0]}」", hint=f"可用的字段:{'、'.join(_FIELDS)}")
    canonical = _words_of(table.get("canonical", ""), f"{place}的 canonical")
    if not canonical:
        raise CorpusError(f"{place}没有政策用语", hint='例如 canonical = "退役军人 退役士兵"')
    place = f"{section} 的词组「{canonical[0]}」"
    near = _words_of(table.get("near", ""), f"{place}的 near")
    lay = _words_of(table.get("lay", ""), f"{place}的 lay", gaps=True)
    if not near and not lay:
        raise CorpusError(f"{place}只有 canonical", hint="还要有 near 或 lay 中的词")
    words = _fold_all((*canonical, *near, *lay))
    if len(set(words)) < len(words):
        repeated = next(word for word in words if words.count(word) > 1)
        raise CorpusError(f"{place}里「{repeated}」出现了不止一次", hint="请删去重复的词")
    return Group(section, canonical, near, lay)


def _words_of(value: object, place: str, *, gaps: bool = False) -> tuple[str, ...]:
    """Check and split the words of one field; ``place`` says in messages where it stands."""
    if not isinstance(value, str):
        raise CorpusError(f"{place} 应是用空格隔开的词", hint='例如 lay = "退伍兵 当兵回来的"')
    words = tuple(value.split())
    for word in words:
        if len(word) < 2 or (GAP in word and not (gaps and _GAPPED.fullmatch(word))):
            raise CorpusError(f"{place} 中的「{word}」不能用", hint="每个词至少两个字;lay 的词可以在两个字之间用「…」")
    return words
