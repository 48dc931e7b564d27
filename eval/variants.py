"""Questions as people really type them: the same question with one thing changed, always in the same way."""

from __future__ import annotations

import hashlib
import logging
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from corpus.errors import PolicyError
from corpus.regions import Gazetteer
from eval.items import Conversation
from indexer.lexicon import GAP, Lexicon

if TYPE_CHECKING:
    from jieba import Tokenizer
    from opencc import OpenCC

# 的 and separators left over at either end: 辽宁的目标 → 目标
_EDGES = " 的,，"
_HAN = ("\u4e00", "\u9fff")
# Characters of everyday writing, as confusions come from them: the common plane of GB 2312, read by its order.
_LEAST_TERM = 3
_OPENINGS = ("我想问一下,", "麻烦问下,", "那个,", "你好,请问", "诶,")
_CLOSINGS = ("啊", "呀", "呢,麻烦了", "啊?谢谢", "哈")
_COMMON_ROWS = range(0xB0, 0xD8)


def vary(all_conversations: Sequence[Conversation], variant: str) -> tuple[Conversation, ...]:
    """Return the conversations with every user message changed by ``variant`` (a key of ``VARIANTS``).

    The gold stays, and with it the ids, so that ``wence eval compare`` shows what the change costs. The result depends
    on nothing but the text. Raises PolicyError for an unknown variant.
    """
    change = VARIANTS.get(variant)
    if change is None:
        raise PolicyError(f"不认识的改写 {variant}", hint=f"可用:{'、'.join(VARIANTS)}")
    return tuple(
        tuple(
            replace(
                item,
                gold=replace(item.gold, question=change(item.question)),
                history=tuple(map(change, item.history)),
            )
            for item in conversation
        )
        for conversation in all_conversations
    )


def typo(text: str) -> str:
    """Return ``text`` with two neighbouring characters swapped, or one doubled or dropped, outside place names."""
    places = _placed(text)
    spots = [
        i for i in range(1, len(text) - 1) if _is_han(text[i]) and _is_han(text[i + 1]) and not places & {i, i + 1}
    ]
    if not spots:
        return text
    generator = _generator(text, "typo")
    spot, way = generator.choice(spots), generator.randrange(3)
    if way == 0:
        return text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :]
    return text[: spot + 1] + text[spot] + text[spot + 1 :] if way == 1 else text[:spot] + text[spot + 1 :]


def homophone(text: str) -> str:
    """Return ``text`` with one character replaced by another common one of the same sound, outside place names."""
    places = _placed(text)
    spots = [i for i, char in enumerate(text) if i not in places and len(_alike(char)) > 1]
    if not spots:
        return text
    generator = _generator(text, "homophone")
    spot = generator.choice(spots)
    others = [char for char in _alike(text[spot]) if char != text[spot]]
    return text[:spot] + generator.choice(others) + text[spot + 1 :]


def pinyin(text: str) -> str:
    """Return ``text`` with its longest word of up to four characters outside place names typed in pinyin."""
    from pypinyin import lazy_pinyin

    places = _placed(text)
    words = [
        (start, end)
        for _, start, end in _cutter().tokenize(text)
        if 2 <= end - start <= 4 and all(map(_is_han, text[start:end])) and not places & set(range(start, end))
    ]
    if not words:
        return text
    start, end = max(words, key=lambda span: (span[1] - span[0], -span[0]))
    return text[:start] + "".join(lazy_pinyin(text[start:end])) + text[end:]


def pinyin_question(text: str) -> str:
    """Return ``text`` wholly in pinyin, places too, with a blank between words; what is no Chinese stays."""
    from pypinyin import lazy_pinyin

    words = ["".join(lazy_pinyin(word)) if all(map(_is_han, word)) else word for word, _, _ in _cutter().tokenize(text)]
    return re.sub(r"\s+", " ", " ".join(words))


def traditional(text: str) -> str:
    """Return ``text`` in Traditional characters."""
    return str(_converter("s2t").convert(text))


def no_region(text: str) -> str:
    """Return ``text`` without the places it names; as it is where nothing would be left."""
    places = _placed(text)
    rest = "".join(char for i, char in enumerate(text) if i not in places).strip(_EDGES)
    return rest if any(map(_is_han, rest)) else text


def colloquial(text: str) -> str:
    """Return ``text`` as a caller would say it: policy terms outside place names in everyday words, and words around.

    The longest terms first, each by the first everyday word of its group in ``indexer/data/lay_terms.toml``.
    """
    if not text.strip():
        return text
    places = _placed(text)
    taken = [i in places for i in range(len(text))]
    swaps: list[tuple[int, int, str]] = []
    for term, word in _everyday():
        start = text.find(term)
        while start >= 0:
            end = start + len(term)
            if not any(taken[start:end]):
                swaps.append((start, end, word))
                taken[start:end] = [True] * len(term)
            start = text.find(term, end)
    for start, end, word in sorted(swaps, reverse=True):
        text = text[:start] + word + text[end:]
    generator = _generator(text, "colloquial")
    return f"{generator.choice(_OPENINGS)}{text.rstrip('。?？')}{generator.choice(_CLOSINGS)}"


VARIANTS: dict[str, Callable[[str], str]] = {
    "typo": typo,
    "homophone": homophone,
    "pinyin": pinyin,
    "pinyin-question": pinyin_question,
    "traditional": traditional,
    "colloquial": colloquial,
    "no-region": no_region,
}
"""The variants by name."""


def _placed(text: str) -> set[int]:
    return {i for mention in Gazetteer.load().find(text) for i in range(mention.start, mention.end)}


def _is_han(char: str) -> bool:
    return _HAN[0] <= char <= _HAN[1]


def _generator(text: str, purpose: str) -> random.Random:
    # hash() differs from process to process.
    return random.Random(hashlib.sha256(f"{purpose} {text}".encode()).digest())


def _alike(char: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    return _sounds().get(lazy_pinyin(char, style=Style.TONE3)[0], ()) if _is_han(char) else ()


@cache
def _sounds() -> dict[str, tuple[str, ...]]:
    """Return the common characters by their sound with tone."""
    from pypinyin import Style, lazy_pinyin

    groups: dict[str, list[str]] = {}
    for row in _COMMON_ROWS:
        for cell in range(0xA1, 0xFF):
            char = bytes((row, cell)).decode("gb2312", "ignore")
            if char:
                groups.setdefault(lazy_pinyin(char, style=Style.TONE3)[0], []).append(char)
    return {sound: tuple(chars) for sound, chars in groups.items()}


@cache
def _everyday() -> tuple[tuple[str, str], ...]:
    """Return canonical terms of at least three characters with an everyday word for each, the longest first."""
    lexicon = Lexicon.load()
    spoken = {
        term: words[0]
        for group in lexicon.groups
        if (words := [word for word in group.lay if GAP not in word])
        for term in group.canonical
        if len(term) >= _LEAST_TERM
    }
    return tuple(sorted(spoken.items(), key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _converter(name: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(name)


@cache
def _cutter() -> Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
