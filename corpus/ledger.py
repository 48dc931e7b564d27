"""The documents of a corpus as a whole: which are copies, which are versions, and which speaks of which.

A ledger is made from one small entry a document, so that it can be made where an index is opened and needs no text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from corpus.duplicates import candidates, containment, figures_alike, likeness
from corpus.metadata import normalise_doc_number
from corpus.model import Region, Relation, Signature, Statement

_SAME, _ALIKE, _NEARLY, _INSIDE = 0.97, 0.9, 0.75, 0.95
_FIGURES = 0.8
_SHORTEST = 0.4
_SMALL = 30
_RELATED = 0.3
_PLAIN_TITLE = 8
# Titles that name one rule for good, however much its text changes from version to version.
_NAMED_RULE = re.compile(r"(?:条例|办法|规定|细则|规则|法|法典|标准|章程)$")
_FORMAL = re.compile(
    r"(?:条例|办法|规定|细则|规则|法|标准|解释|决定|意见|方案|规划|通知|公告|通告|决议|批复)[一二三四五六七八九十]{0,2}$"
)
# 印发《…》的通知 → the title sent out
_SENT_OUT = re.compile(r"(?:印发|公布|发布|下发|修订印发)[^《]{0,16}《(?P<inner>.+)》")
# (2023年修订) · (试行) · (2018修正) · 〔已失效〕; never (征求意见稿), which is another text
_VERSION_MARK = re.compile(
    r"[(（【\[〔](?:试行|暂行|修订|修正|修改|已?失效|已?废止|(?:19|20)\d{2}年?(?:\d{1,2}月)?(?:修订|修正|修改|版|本|文本)版?|"
    r"(?:最新|新|第[一二三四五\d]次)?(?:修订|修正|修改)版?|(?:19|20)\d{2}年?版?)[)）】\]〕]"
)
_DRAFT = re.compile("征求意见|草案|送审|讨论稿")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_COUNTRY = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger needs of one document."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: str
    statements: tuple[Statement, ...] = ()
    relations: tuple[Relation, ...] = ()
    signature: Signature | None = None

    @property
    def amended(self) -> date | None:
        """The day of its last amendment, where a note says that it was amended."""
        return max((one.day for one in self.statements if one.kind == "修订" and one.day), default=None)

    @property
    def dated(self) -> date | None:
        """The day that tells this version from others: of its last amendment, its issue, or its entry into force."""
        return self.amended or self.issued or self.effective

    @property
    def applies_from(self) -> date | None:
        """The first day on which this version can apply, where anything is said of it."""
        if self.kind == "解读":
            # The days that an explanation names are those of what it explains.
            return self.issued
        dated, effective = self.dated, self.effective
        if dated and effective and self.issued and dated > self.issued:
            return max(dated, effective)
        return effective or dated


@dataclass(frozen=True, slots=True)
class Copy:
    """Another document with the same text; ``likeness`` is the share of text in common, 1.0 for the very same."""

    doc_id: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Resolved:
    """A relation with the documents of the corpus that it means, oldest first; none where they are not in it.

    Of copies only the one that is cited is named.
    """

    relation: Relation
    doc_ids: tuple[str, ...]


class Ledger:
    """Copies, versions and relations among ``entries``; immutable, each part computed when first asked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Mapping[str, Entry] = {entry.doc_id: entry for entry in entries}

    # -- copies ---------------------------------------------------------------------------------------------

    def original(self, doc_id: str) -> str:
        """Return the document of a group of copies that is cited: with a 文号, signed, dated, then the smallest id."""
        return self._group_of.get(doc_id, (doc_id,))[0]

    def copies(self, doc_id: str) -> tuple[Copy, ...]:
        """Return the other documents of the group, the one that is cited first."""
        own = self.entries[doc_id].signature
        found = []
        for other in self._group_of.get(doc_id, ()):
            theirs = self.entries[other].signature
            if other != doc_id and own and theirs:
                found.append(Copy(other, round(likeness(own, theirs), 2)))
        return tuple(found)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Every group of copies, its cited document first, in order of that id."""
        return tuple(sorted(set(self._group_of.values())))

    @cached_property
    def _group_of(self) -> dict[str, tuple[str, ...]]:
        signed = [(entry, entry.signature) for entry in self.entries.values() if entry.signature]
        root: dict[str, str] = {}

        def find(doc_id: str) -> str:
            while root.get(doc_id, doc_id) != doc_id:
                doc_id = root[doc_id]
            return doc_id

        for i, j in candidates([signature for _, signature in signed]):
            (one, left), (other, right) = signed[i], signed[j]
            if is_copy(one, left, other, right):
                first, second = sorted((find(one.doc_id), find(other.doc_id)))
                root[second] = first
        members: dict[str, list[str]] = defaultdict(list)
        for doc_id in self.entries:
            members[find(doc_id)].append(doc_id)
        groups: dict[str, tuple[str, ...]] = {}
        for group in members.values():
            if len(group) > 1:
                ordered = tuple(sorted(group, key=lambda doc_id: _preference(self.entries[doc_id])))
                groups |= dict.fromkeys(ordered, ordered)
        return groups

    # -- versions -------------------------------------------------------------------------------------------

    def versions(self, doc_id: str) -> tuple[str, ...]:
        """Return all versions of a document, itself among them, oldest first and undated ones last; ``()`` for one.

        Of copies only the cited one is named.
        """
        return self._versions_of.get(self.original(doc_id), ())

    def newer(self, doc_id: str) -> tuple[str, ...]:
        """Return the versions that are certainly later than a document, oldest first."""
        return tuple(o for o in self.versions(doc_id) if is_later(self.entries[o], self.entries[doc_id]))

    @cached_property
    def _versions_of(self) -> dict[str, tuple[str, ...]]:
        named: dict[tuple[str, tuple[str, ...] | None], list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            if self.original(entry.doc_id) == entry.doc_id and entry.kind != "解读" and (name := version_key(entry)):
                named[name, entry.region.chain if entry.region else None].append(entry)
        found: dict[str, tuple[str, ...]] = {}
        for group in named.values():
            if len(group) < 2:
                continue
            for chain in _chains(group):
                ordered = tuple(
                    entry.doc_id
                    for entry in sorted(chain, key=lambda e: (e.dated is None, e.dated or date.max, e.doc_id))
                )
                found |= dict.fromkeys(ordered, ordered)
        return found

    # -- relations ------------------------------------------------------------------------------------------

    def relations(self, doc_id: str) -> tuple[Resolved, ...]:
        """Return what a document says of others, in text order."""
        entry = self.entries[doc_id]
        return tuple(Resolved(relation, self._meant(entry, relation)) for relation in entry.relations)

    def mentions(self, doc_id: str) -> tuple[Relation, ...]:
        """Return what other documents of the corpus say of one, by their id; copies of one count once."""
        return self._mentions.get(self.original(doc_id), ())

    @cached_property
    def _mentions(self) -> dict[str, tuple[Relation, ...]]:
        found: dict[str, list[Relation]] = defaultdict(list)
        for doc_id in sorted(self.entries):
            if self.original(doc_id) == doc_id:
                for resolved in self.relations(doc_id):
                    for meant in resolved.doc_ids:
                        found[meant].append(resolved.relation)
        return {doc_id: tuple(relations) for doc_id, relations in found.items()}

    @cached_property
    def _by_number(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries.values():
            if entry.doc_number:
                found[normalise_doc_number(entry.doc_number) or entry.doc_number].append(entry.doc_id)
        return found

    @cached_property
    def _by_title(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries.values():
            for name in _names_of(entry):
                found[name].append(entry.doc_id)
        return found

    def _meant(self, entry: Entry, relation: Relation) -> tuple[str, ...]:
        """Return the documents that a relation means.

        A 文号 decides where both have one; else the title does, among documents of the same place or one around it.
        Of several versions a repeal means all earlier ones, any other mention the last one there was.
        """
        by_number = list(self._by_number.get(relation.doc_number or "", ()))
        if not by_number and (name := title_key(relation.title)):
            by_number = [
                doc_id
                for doc_id in dict.fromkeys([*self._by_title.get(name, ()), *self._by_title.get(_COUNTRY + name, ())])
                if self._may_mean(entry, relation, self.entries[doc_id])
            ]
        group = set(self._group_of.get(entry.doc_id, (entry.doc_id,)))
        found = [doc_id for doc_id in by_number if doc_id not in group]
        if relation.kind != "解读":
            # An explanation is never what a rule rests on or repeals.
            found = [doc_id for doc_id in found if self.entries[doc_id].kind != "解读"] or (
                found if relation.doc_number else []
            )
        # 《…(2023年修订)》 means that version.
        plain = _plain(relation.title)
        exact = [doc_id for doc_id in found if plain and plain in _plain(self.entries[doc_id].title)]
        if relation.title != _VERSION_MARK.sub("", relation.title) and exact:
            found = exact
        originals = {self.original(doc_id) for doc_id in found}
        ordered = sorted(originals, key=lambda doc_id: (self.entries[doc_id].dated or date.min, doc_id))
        if relation.kind == "废止":
            if relation.doc_number and any(self.entries[doc_id].doc_number for doc_id in ordered):
                return tuple(ordered)
            if entry.dated is None:
                return tuple(ordered) if len(originals) == 1 else ()
            return tuple(d for d in ordered if (day := self.entries[d].dated) is None or day < entry.dated)
        if len(originals) <= 1:
            return tuple(ordered)
        chain = self.versions(ordered[0])
        if not originals <= set(chain):
            return ()
        known = [
            doc_id
            for doc_id in ordered
            if entry.dated is None or (day := self.entries[doc_id].dated) is None or day <= entry.dated
        ]
        return tuple(known[-1:] or ordered[:1])

    @staticmethod
    def _may_mean(entry: Entry, relation: Relation, other: Entry) -> bool:
        if relation.doc_number and other.doc_number:
            said = normalise_doc_number(relation.doc_number)
            if said and said != normalise_doc_number(other.doc_number):
                return False
        if entry.region is not None and other.region is not None:
            return other.region.contains(entry.region) or (relation.kind == "废止" and entry.region == other.region)
        return len(title_key(relation.title)) >= _PLAIN_TITLE


def is_copy(one: Entry, left: Signature, other: Entry, right: Signature) -> bool:
    """True where two documents print the same text, whatever stands around it.

    Texts as like as two versions of a law are none: another 文号, day, place or year in the title keeps them apart.
    """
    same_text = left.digest == right.digest != ""
    if not same_text and min(left.size, right.size) < _SMALL:
        return False
    numbers = {normalise_doc_number(number) for entry in (one, other) if (number := entry.doc_number)}
    if len(numbers) > 1 or (one.kind == "解读") != (other.kind == "解读"):
        return False
    if one.region and other.region and not (one.region.contains(other.region) or other.region.contains(one.region)):
        return False
    if same_text:
        return True
    own_number = bool(one.doc_number and other.doc_number)
    if not own_number and (is_later(one, other) or is_later(other, one)):
        return False
    years = [set(_YEAR.findall(entry.title)) for entry in (one, other)]
    if years[0] and years[1] and years[0] != years[1]:
        return False
    if bool(_DRAFT.search(one.title)) != bool(_DRAFT.search(other.title)):
        return False
    alike = likeness(left, right)
    if alike < _SAME and (
        _titles_differ(one, other) or (_NAMED_RULE.search(version_key(one)) and version_key(one) == version_key(other))
    ):
        return False
    if alike >= _ALIKE:
        return True
    if figures_alike(left, right) < _FIGURES:
        return False
    short = min(left.size, right.size) / max(left.size, right.size)
    return alike >= _NEARLY or (short >= _SHORTEST and containment(left, right) >= _INSIDE)


def is_later(one: Entry, other: Entry) -> bool:
    """True where days of the same kind show that ``one`` is a later version than ``other``."""
    if one.amended or other.amended:
        # Who is amended after another took effect is later; one that takes effect after may be the amended text itself.
        left, right = one.amended or one.issued, other.amended or other.issued or other.effective
        return bool(left and right and left > right)
    for left, right in ((one.effective, other.effective), (one.issued, other.issued)):
        if left and right:
            return left > right
    return False


def _titles_differ(one: Entry, other: Entry) -> bool:
    """True for two titles that name two texts, not one with and without its issuer."""
    left, right = title_key(one.title), title_key(other.title)
    formal = _FORMAL.search(left) and _FORMAL.search(right)
    return bool(formal) and not (left.endswith(right) or right.endswith(left))


def title_key(title: str) -> str:
    """Return a title by which documents find each other: no blanks, quotation marks, version marks or 关于 before."""
    plain = unicodedata.normalize("NFKC", title)
    plain = _VERSION_MARK.sub("", plain)
    return re.sub(r"[\s《》〈〉<>“”\"'‘’()（）·,，、—\-–~〔〕\[\]]", "", plain)


def _plain(title: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", title))


def version_key(entry: Entry) -> str:
    """Return what the versions of one rule have in common, its title without marks of version; ``""`` for none."""
    sent = _SENT_OUT.search(entry.title)
    name = title_key(sent["inner"] if sent else entry.title)
    return name if len(name) >= _PLAIN_TITLE or _NAMED_RULE.search(name) else ""


def _names_of(entry: Entry) -> Iterator[str]:
    names = {title_key(entry.title)}
    if sent := _SENT_OUT.search(entry.title):
        names.add(title_key(sent["inner"]))
    for name in list(names):
        # 江西省人民政府关于推行… is cited as 《关于推行…》 too.
        for issuer in entry.issuers:
            if name.startswith(issuer) and len(name) > len(issuer) + _PLAIN_TITLE:
                names.add(name.removeprefix(issuer))
    return iter(sorted(names - {""}))


def _chains(group: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Split documents of one title into chains of versions: rules by title alone, others where texts are related."""
    chains: list[list[Entry]] = []
    for entry in group:
        for chain in chains:
            if any(_is_version(entry, other) for other in chain):
                chain.append(entry)
                break
        else:
            chains.append([entry])
    return (chain for chain in chains if len(chain) > 1)


def _is_version(one: Entry, other: Entry) -> bool:
    if one.issuers and other.issuers and not set(one.issuers) & set(other.issuers) and one.region is None:
        return False
    if _NAMED_RULE.search(version_key(one)) and one.region is not None:
        return True
    left, right = one.signature, other.signature
    return bool(left and right) and likeness(left, right) >= _RELATED  # type: ignore[arg-type]


def _preference(entry: Entry) -> tuple[bool, bool, bool, bool, int, str]:
    """Order copies: with a 文号, a date and a signature, not passed on by another body, the fuller text first."""
    passed_on = any(relation.kind == "转发" for relation in entry.relations) or "转发" in entry.title
    size = entry.signature.size if entry.signature else 0
    return (entry.doc_number is None, entry.issued is None, not entry.issuers, passed_on, -size, entry.doc_id)
