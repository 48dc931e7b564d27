"""References from one article of a text to others of the same text (违反本条例第十八条第一款第二项规定)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.model import Clause
from corpus.numbering import mark_at, parse_cn

_N = r"[零〇一二三四五六七八九十百\d]{1,6}"
_ARTICLE = re.compile(
    rf"第(?P<n>{_N})条(?P<sub>之[一二三四五六七八九十]{{1,2}})?(?P<parts>(?:第{_N}[款项](?:[、,，和及与或至到](?=第{_N}[款项]))?)*)"
)
_PART = re.compile(rf"第(?P<n>{_N})(?P<kind>[款项])(?P<to>[至到](?=第))?")
# 第十六条至第二十条
_THROUGH = re.compile(rf"[至到]第(?P<n>{_N})条")
# 《…法》第五条 · 《…法》第五条、第六条: articles of another text
_FOREIGN = re.compile(rf"》(?:第{_N}[条款项](?:之[一二三四五六七八九十])?|[、,，和及与或至到])*$")
# （一） · (一) · 1.
_ITEM = re.compile(r"\s*(?:[（(]\s*(?P<cn>[一二三四五六七八九十]{1,3})\s*[)）]|(?P<n>\d{1,2})[.、．)）](?!\d))")
_MAX_RANGE = 30


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """A place in the same text: ``article`` with ``sub`` (之一), and the numbers of its 款 and 项, 0 for all."""

    article: int
    sub: str = ""
    paragraph: int = 0
    item: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a clause's text; ``lead`` is the span of the paragraph an item belongs to, up to its first item."""

    clause: Clause
    start: int
    end: int
    lead: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The span with what leads to it."""
        lead = self.clause.text[slice(*self.lead)] if self.lead else ""
        return f"{lead}{self.clause.text[self.start : self.end]}"


def find_article_refs(text: str) -> tuple[ArticleRef, ...]:
    """Return the articles of its own text that ``text`` refers to, in order; ranges are written out.

    The number that a clause begins with is no reference, nor are articles of another text (《…法》第五条).
    """
    own = mark_at(text, 0)
    begin = own.end if own is not None and own.kind == "article" else 0
    refs: list[ArticleRef] = []
    for match in _ARTICLE.finditer(text, begin):
        if _FOREIGN.search(text, begin, match.start()):
            continue
        number, sub = parse_cn(match["n"]), match["sub"] or ""
        refs += _parts(number, sub, match["parts"])
        through = _THROUGH.match(text, match.end())
        if through is not None and not match["parts"]:
            last = parse_cn(through["n"])
            refs += [ArticleRef(n) for n in range(number + 1, min(last, number + _MAX_RANGE))]
    return tuple(dict.fromkeys(refs))


def _parts(article: int, sub: str, parts: str) -> list[ArticleRef]:
    """Return the references that 第一款第二项至第四项、第六项 of an article makes."""
    refs: list[ArticleRef] = []
    paragraph = first = 0
    for match in _PART.finditer(parts):
        number = parse_cn(match["n"])
        if match["kind"] == "款":
            begin = first if first and not any(ref.item for ref in refs) else number
            refs += [ArticleRef(article, sub, n) for n in range(begin, min(number, begin + _MAX_RANGE) + 1)]
            paragraph = number
        else:
            # 第一款第二项: the item stands for its paragraph
            refs = [ref for ref in refs if ref != ArticleRef(article, sub, paragraph)]
            begin = first or number
            refs += [ArticleRef(article, sub, paragraph, n) for n in range(begin, min(number, begin + _MAX_RANGE) + 1)]
        first = number + 1 if match["to"] else 0
    return refs or [ArticleRef(article, sub)]


def articles_of(clauses: Sequence[Clause]) -> dict[tuple[int, str], Clause]:
    """Return the articles among ``clauses`` by number and 之一; the first of each."""
    found: dict[tuple[int, str], Clause] = {}
    for clause in clauses:
        mark = mark_at(clause.text, 0)
        if mark is not None and mark.kind == "article" and clause.role == "body":
            found.setdefault((mark.number, mark.sub), clause)
    return found


def resolve(ref: ArticleRef, articles: Mapping[tuple[int, str], Clause]) -> Passage | None:
    """Return the passage that ``ref`` means, its whole article where the 款 or 项 is not found, ``None`` for none.

    A 款 is a line that is no item, with the items below it; an article with one 款 may be cited by 项 alone.
    """
    clause = articles.get((ref.article, ref.sub))
    if clause is None:
        return None
    whole = Passage(clause, 0, len(clause.text))
    paragraphs = _paragraphs(clause.text)
    if ref.paragraph > len(paragraphs):
        return whole
    if not ref.item:
        return Passage(clause, *paragraphs[ref.paragraph - 1]) if ref.paragraph else whole
    within = [paragraphs[ref.paragraph - 1]] if ref.paragraph else paragraphs
    for start, end in within:
        items = _items(clause.text, start, end)
        for number, first, last in items:
            if number == ref.item:
                return Passage(clause, first, last, (start, items[0][1]))
    return Passage(clause, *within[0]) if ref.paragraph else whole


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        if line.group().strip():
            spans.append((start + line.start(), start + line.end()))
    return spans


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the 款 of an article, items included."""
    paragraphs: list[tuple[int, int]] = []
    for start, end in _lines(text, 0, len(text)):
        if paragraphs and _ITEM.match(text, start):
            paragraphs[-1] = (paragraphs[-1][0], end)
        else:
            paragraphs.append((start, end))
    return paragraphs


def _items(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Return the number and the span of each item of the 款 at ``text[start:end]``."""
    found: list[tuple[int, int, int]] = []
    for first, last in _lines(text, start, end):
        match = _ITEM.match(text, first)
        if match is not None:
            found.append((parse_cn(match["cn"] or match["n"]), first, last))
    return found
