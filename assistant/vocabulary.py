"""What words are to the index: whether one is a word, and which groups of people a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.lexicon import Lexicon
from indexer.tokenizer import Tokenizer, fold


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of an index and the policy terms for groups of people."""

    tokenizer: Tokenizer
    group_pattern: re.Pattern[str]

    @classmethod
    def of(cls, lexicon: Lexicon, tokenizer: Tokenizer) -> Vocabulary:
        """Return the vocabulary of a lexicon and an index's tokenizer."""
        names = {
            fold(name)
            for group in lexicon.groups
            if group.section == "groups"
            for name in (*group.canonical, *group.near)
        }
        longest = sorted((name for name in names if len(name) >= 3), key=len, reverse=True)
        return cls(tokenizer, re.compile("|".join(map(re.escape, longest)) or r"(?!)"))

    def groups_in(self, folded: str) -> frozenset[str]:
        """Return the groups of people that a folded text names."""
        return frozenset(self.group_pattern.findall(folded))

    def is_narrower(self, indicator: str, term: str, question: str) -> bool:
        """True where ``indicator`` has ``term`` inside a longer word that the question lacks (高技能人才, 技能人才)."""
        at = indicator.find(term)
        if at <= 0:
            return False
        longer = indicator[at - 1] + term
        return bool(self.tokenizer.dictionary.get(longer)) and longer not in question
