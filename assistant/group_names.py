"""How names of groups of people lie to each other: 退役士兵 are 退役军人, 返乡农民工 are 农民工 but not all of them.

Only what the words or the lexicon say counts. Where two names speak of the same kind of people and neither holds the
other, that is ``related``: whether a person is both has to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from indexer.lexicon import Lexicon, fold

Relation = Literal["same", "inside", "around", "related", "apart"]

# A name that ends in another is a kind of it (返乡农民工), unless its beginning takes that back.
_TAKEN_BACK = re.compile(r"^(?:非|前|原|退役|退伍|复员|转业|离退休|退休|预备)")
_VETERAN = re.compile(r"(?:退役|退伍|转业|复员|复转)(?:军人|士兵|士官|军官|干部|转业军人)")
_PUPILS = re.compile(r"毕业生|学生|学员|两后生")
_SHORTEST = 2

_FAMILIES: Final[tuple[re.Pattern[str], ...]] = tuple(
    map(
        re.compile,
        (
            r"(?<!领)军人|士兵|退役|复员|转业",
            r"农民工|务工|农村转移|农业转移|转移就业|返乡|农村劳动|农牧民|农民|进城",
            r"脱贫|贫困|建档立卡|监测对象|低保|最低生活保障|低收入|特困|困难家庭|零就业|社会救助|帮扶家庭|易地搬迁|就业困难|困难职工",
            r"技能人才|技术工人|技师|高级工|能手|工匠|领军人才|技术人员|产业工人",
            r"转岗|新招用|新招录|新录用|新入职",
            r"创业",
        ),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class GroupNames:
    """Compares names of groups with the help of a lexicon."""

    lexicon: Lexicon

    def relation(self, said: str, asked: str) -> Relation:
        """Return how people called ``said`` lie to the group ``asked``: all of them are in it for same and inside."""
        if self.lexicon.same(said, asked):
            return "same"
        if _ends_in(said, asked) or (_VETERAN.fullmatch(said) and asked == "退役军人"):
            return "inside"
        if _ends_in(asked, said) or (_VETERAN.fullmatch(asked) and said == "退役军人"):
            return "around"
        families = (family for family in _FAMILIES if family.search(said) and family.search(asked))
        near = next(families, None) or _young(said, asked) or self._of_one_kind(said, asked)
        return "related" if near else "apart"

    def policy_name(self, words: str, names: Iterable[str]) -> str:
        """Return what policies call a group that people call ``words``: one of ``names``, else the lexicon's name.

        An everyday word may stand for several names (下岗: 失业人员, 登记失业人员); the first, the widest, is taken.
        """
        known = set(names)
        if words in known:
            return words
        near = next((name for name in sorted(known) if self.lexicon.same(words, name)), None)
        if near is not None and not self._is_lay(words):
            return near
        whole = [e for e in self.lexicon.expand(words) if e.section == "groups" and e.end - e.start == len(words)]
        terms = [term for expansion in whole for term in expansion.canonical]
        return terms[0] if terms and self._is_lay(words) else words

    def _is_lay(self, words: str) -> bool:
        return fold(words) not in {fold(term) for term in self.lexicon.policy_terms()}

    def _of_one_kind(self, a: str, b: str) -> bool:
        return any(a in group.canonical and b in group.canonical for group in self.lexicon.groups)


def _ends_in(name: str, head: str) -> bool:
    return len(name) > len(head) >= _SHORTEST and name.endswith(head) and not _TAKEN_BACK.search(name)


def _young(a: str, b: str) -> bool:
    """Whether one of two names is 青年, whose age differs from text to text, and the other is of pupils."""
    return any(one == "青年" and _PUPILS.search(other) for one, other in ((a, b), (b, a)))
