"""The words of a corpus as counts that add up over segments, and what is made of them: names, new words, spellings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from corpus.errors import CorruptIndex
from indexer.tokenizer import Reading, fold

# A run of characters is a word from the second time on; in a large corpus chance alone repeats some.
_NEW_WORD = 2
_NEW_WORD_SHARE = 20_000
# The most frequent words make the speller: a rare word corrects nothing reliably and slows every question.
_SPELLINGS, _NAMES = 30_000, 30_000
_PLAN = re.compile("[一二三四五六七八九十]{2,3}五(?:时期|期间|规划)?")
# “赣鄱工匠” · “证书直补”
_NAME = re.compile(r"“(?P<name>[\u4e00-\u9fffA-Za-z0-9]{3,10})”")


@dataclass(frozen=True, slots=True)
class WordCounts:
    """What is counted in the texts of a segment.

    ``words``: texts that have the word; ``phrases``: texts that contain the policy term or name; ``names``: texts that
    put it in quotation marks; ``runs``: occurrences of two or three characters that no dictionary word holds.
    """

    words: Counter[str] = field(default_factory=Counter)
    phrases: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)

    @classmethod
    def load(cls, path: Path) -> WordCounts:
        """Read what ``save`` wrote; nothing where there is no such file. Raises ``CorruptIndex``."""
        found = cls()
        if not path.is_file():
            return found
        counters = {item.name: getattr(found, item.name) for item in fields(cls)}
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                kind, word, count = line.split("\t")
                counters[kind][word] = int(count)
        except (OSError, ValueError, KeyError) as error:
            hint = "请运行 wence index --rebuild 重建索引。"
            raise CorruptIndex(f"索引文件缺失或已损坏:{path.name}", hint=hint) from error
        return found

    def save(self, path: Path) -> None:
        """Write a table: kind, word, count."""
        with path.open("w", encoding="utf-8") as lines:
            for item in fields(self):
                for word, count in sorted(getattr(self, item.name).items()):
                    lines.write(f"{item.name}\t{word}\t{count}\n")

    def add(self, other: WordCounts) -> None:
        """Add the counts of ``other``."""
        for item in fields(self):
            getattr(self, item.name).update(getattr(other, item.name))

    def subtract(self, other: WordCounts) -> None:
        """Take the counts of ``other`` away; what is then nought is gone."""
        for item in fields(self):
            counter = getattr(self, item.name)
            for word, count in getattr(other, item.name).items():
                left = counter[word] - count
                if left > 0:
                    counter[word] = left
                else:
                    del counter[word]

    def new_words(self, texts: int) -> list[str]:
        """Return the runs that count as words among that many texts, sorted."""
        least = max(_NEW_WORD, texts // _NEW_WORD_SHARE)
        return sorted(run for run, count in self.runs.items() if count >= least)

    def all_names(self) -> list[str]:
        """Return the proper names of plans, brands and prizes, sorted; the most frequent ones where there are many."""
        return sorted(name for name, _ in _most(self.names, _NAMES))

    def spellings(self, texts: int, places: Iterable[str]) -> dict[str, int]:
        """Return the words that a misspelt question may mean, with the number of texts that have them.

        ``places``, which no typo should be turned into, count 0.
        """
        counts = Counter(self.words)
        for word in self.new_words(texts):
            counts[word] = max(counts[word], self.runs[word])
        for phrase, count in self.phrases.items():
            counts[phrase] = max(counts[phrase], count)
        return dict.fromkeys(places, 0) | dict(_most(counts, _SPELLINGS))


def count_words(texts: Sequence[str], readings: Iterable[Reading], phrases: Collection[str]) -> WordCounts:
    """Count the words of ``texts`` with their ``readings``, and in how many of them each of ``phrases`` is.

    Names found in ``texts`` are phrases too.
    """
    found = WordCounts()
    for text, reading in zip(texts, readings, strict=True):
        found.words.update(set(reading.words))
        found.runs.update(reading.runs)
        found.names.update(set(names_in(text)))
    wanted = {fold(phrase): phrase for phrase in (*phrases, *found.names)}
    lengths = sorted({len(phrase) for phrase in wanted})
    for text in texts:
        folded = fold(text)
        windows = {folded[i : i + size] for size in lengths for i in range(len(folded) - size + 1)}
        found.phrases.update(wanted[window] for window in windows & wanted.keys())
    return found


def names_in(text: str) -> Iterator[str]:
    """Yield what ``text`` puts in quotation marks, folded: the proper names of plans, brands and prizes."""
    for match in _NAME.finditer(text):
        name = fold(match["name"])
        if not _PLAN.fullmatch(name):
            yield name


def _most(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
