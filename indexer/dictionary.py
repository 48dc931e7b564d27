"""jieba's word list as memory-mapped arrays, so that a query can be cut without loading it."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

WordClass = Literal["other", "noun", "verb", "adjective", "function", "name"]
_CLASSES: tuple[WordClass, ...] = ("other", "noun", "verb", "adjective", "function", "name")
# First letters of jieba's part-of-speech tags (ICTCLAS): proper names come before common nouns.
_TAG_CLASS: dict[str, WordClass] = {
    "nr": "name",
    "ns": "name",
    "nt": "name",
    "nz": "noun",
    "n": "noun",
    "l": "noun",
    "i": "noun",
    "j": "noun",
    "s": "noun",
    "b": "noun",
    "v": "verb",
    "a": "adjective",
    "z": "adjective",
    "u": "function",
    "p": "function",
    "c": "function",
    "r": "function",
    "d": "function",
    "y": "function",
    "e": "function",
    "o": "function",
    "m": "function",
    "q": "function",
    "f": "function",
    "t": "function",
    "h": "function",
    "k": "function",
}
# High enough that a policy term wins over its parts (里|高技能人才, not 里高|技能人才).
_EXTRA_COUNT = 2000
_FILES = ("word-hashes.npy", "word-counts.npy", "word-classes.npy")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Word → count, with 0 for what is only the beginning of a word, as jieba's cut wants it.

    ``hashes`` (n,) is sorted; ``counts`` and ``classes`` (n,) go with it. ``total`` is the sum of all counts. Words of
    ``extended`` stand beside the arrays.
    """

    hashes: NDArray[np.uint64]
    counts: NDArray[np.int32]
    classes: NDArray[np.int8]
    total: int
    _extra: Mapping[str, int] = field(default_factory=dict, repr=False)
    # All entries, where the dictionary was just built: cutting a whole corpus asks for millions of words.
    _entries: Mapping[str, int] | None = field(default=None, repr=False, compare=False)
    _seen: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(cls, extra_words: Iterable[str] = ()) -> Dictionary:
        """Return jieba's dictionary with ``extra_words`` added as nouns."""
        words, classes = _jieba_words()
        for word in extra_words:
            if len(word) > 1:
                words[word] = max(words.get(word, 0), _EXTRA_COUNT)
                classes.setdefault(word, "noun")
        entries = dict(words)
        for word in words:
            for end in range(1, len(word)):
                entries.setdefault(word[:end], 0)
        hashes = np.fromiter((_hash(word) for word in entries), dtype=np.uint64, count=len(entries))
        order = np.argsort(hashes)
        counts = np.fromiter(entries.values(), dtype=np.int32, count=len(entries))
        tags = np.fromiter(
            (_CLASSES.index(classes.get(word, "other")) for word in entries), dtype=np.int8, count=len(entries)
        )
        return cls(hashes[order], counts[order], tags[order], sum(words.values()), _entries=entries)

    @classmethod
    def load(cls, folder: Path) -> Dictionary:
        """Open the arrays that ``save`` wrote, memory-mapped."""
        hashes, counts, classes = (np.load(folder / name, mmap_mode="r") for name in _FILES)
        return cls(hashes, counts, classes, int((folder / "word-total.txt").read_text(encoding="ascii")))

    def extended(self, words: Iterable[str]) -> Dictionary:
        """Return this dictionary with ``words`` besides, as ``build`` would have added them; the arrays are shared."""
        extra = dict(self._extra)
        total = self.total
        for word in words:
            if len(word) < 2:
                continue
            known = extra.get(word) or self.get(word) or 0
            extra[word] = max(known, _EXTRA_COUNT)
            total += extra[word] - known
            for end in range(1, len(word)):
                if self.get(word[:end]) is None:
                    extra.setdefault(word[:end], 0)
        return Dictionary(self.hashes, self.counts, self.classes, total, extra, self._entries)

    def save(self, folder: Path) -> None:
        """Write the arrays into ``folder``; words of ``extended`` are left out."""
        for name, array in zip(_FILES, (self.hashes, self.counts, self.classes), strict=True):
            np.save(folder / name, np.asarray(array))
        (folder / "word-total.txt").write_text(str(self.total), encoding="ascii")

    @property
    def id(self) -> str:
        """A hash of the words and their counts, without those of ``extended``."""
        digest = hashlib.sha256(np.ascontiguousarray(self.hashes).tobytes())
        digest.update(np.ascontiguousarray(self.counts).tobytes())
        return digest.hexdigest()[:16]

    def words(self) -> Iterator[tuple[str, int]]:
        """Yield each word with its count; none but where the dictionary was just built."""
        return ((word, count) for word, count in (self._entries or {}).items() if count)

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        count = self.get(word)
        if count is None:
            raise KeyError(word)
        return count

    def get(self, word: str, default: int | None = None) -> int | None:
        """Return the count of ``word``, 0 for a mere beginning, ``default`` for neither."""
        if word in self._extra:
            return self._extra[word]
        if self._entries is not None:
            return self._entries.get(word, default)
        at = self._at(word)
        return int(self.counts[at]) if at >= 0 else default

    def weight(self, word: str) -> float | None:
        """Return ln(count / total), 0.0 for a mere beginning of a word, ``None`` for neither."""
        count = self.get(word)
        return count and math.log(count) - math.log(self.total)

    def word_class(self, word: str) -> WordClass:
        """Return the part of speech of ``word``, ``other`` if it is unknown."""
        at = self._at(word)
        if at >= 0 and self.counts[at] > 0:
            return _CLASSES[int(self.classes[at])]
        return "noun" if self._extra.get(word) else "other"

    def _at(self, word: str) -> int:
        at = self._seen.get(word)
        if at is None:
            key = _hash(word)
            at = int(np.searchsorted(self.hashes, key))
            if at >= len(self.hashes) or self.hashes[at] != key:
                at = -1
            if len(self._seen) < 100_000:
                self._seen[word] = at
        return at


def _hash(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little"))


def _jieba_words() -> tuple[dict[str, int], dict[str, WordClass]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    words: dict[str, int] = {}
    classes: dict[str, WordClass] = {}
    with jieba.get_module_res("dict.txt") as lines:
        for line in lines:
            word, count, tag = line.decode("utf-8").split()
            words[word] = int(count)
            classes[word] = _TAG_CLASS.get(tag[:2], _TAG_CLASS.get(tag[:1], "other"))
    return words, classes
