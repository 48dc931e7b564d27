"""Sentences that may answer a question, with how well each covers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.lists import announces, is_list_item
from assistant.question import Question, Term
from corpus.model import Clause
from corpus.periods import find_dates
from corpus.quantities import find_quantities, same_quantity
from indexer.passages import strip_mark
from indexer.search import Hit, Retriever, SearchQuery
from indexer.store import DocumentHead
from indexer.tokenizer import fold

WEIGHTS = {"similar": 0.44, "covered": 0.22, "clause": 0.34, "noun": 0.18, "figure": 0.22, "listing": 0.03}
"""What each feature adds to a sentence's score; ``python -m benchmarks.ranking`` fits them."""
_COMPOUND = 0.9
# What everything is, so that its presence says nothing.
_VAGUE_NOUNS = frozenset("时候 意思 地方 培训 政策 内容 方面 情况 东西 部门 单位 条件 要求 人员 规定 补贴".split())
# Characters of a compound that may be missing without changing its subject (培训费, 带头人).
_LINKS = "费者员类型式性们化级的和及"
# 哪个计划 · 什么工资制 · 哪几类 · 几个目录: the noun that the answer must hold
_ASKED_NOUN = re.compile(
    r"(?:哪一?[个些种类]|哪[几两三四五六][个种类条项]?|什么|啥|"
    r"几[个种类])(?P<noun>[\u4e00-\u9fff]{1,4})"
)
# 各市、县(区)人民政府,省政府各部门:
_ADDRESSEE = re.compile(r"[^。;；]{2,120}[:：]")
_ENUMERATION = re.compile(r"[^、,，。;；]{2,}、[^、,，。;；]{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim span of a clause (offsets in the clause's text) with its scores, all 0–1 within one question.

    ``lead`` is the span of the sentence that announces it, where it is an item of a list; ``features`` are what
    ``score`` is the weighted sum of; ``retrieved`` is the score of its clause in the search.
    """

    clause: Clause
    head: DocumentHead
    start: int
    end: int
    similarity: float
    coverage: float
    score: float
    lead: tuple[int, int] | None = None
    features: Mapping[str, float] = field(default_factory=dict)
    retrieved: float = 0.0

    @property
    def text(self) -> str:
        """The span itself."""
        return self.clause.text[self.start : self.end]

    @property
    def statement(self) -> str:
        """The span with the sentence that announces it: 有下列行为之一的,处200元以下罚款:(二)出借居住证。"""
        return f"{self.clause.text[slice(*self.lead)]}{self.text}" if self.lead else self.text


def gather(question: Question, query: SearchQuery, hits: Sequence[Hit], retriever: Retriever) -> list[Sentence]:
    """Return the sentences of ``hits``, best first."""
    rows: list[tuple[Hit, int, int, float, float, tuple[int, int] | None]] = []
    for hit in hits:
        text = hit.clause.text
        context = fold(context_of(hit.clause, retriever.store.heads[hit.clause.doc_id]))
        lead: tuple[int, int] | None = None
        for start, end, similarity in retriever.sentence_similarity(query, hit):
            is_item = lead is not None and is_list_item(text, start)
            lead = lead if is_item else (start, end) if announces(text[start:end]) else None
            if end - start < 4 or _says_nothing(hit.clause, start, end):
                continue
            inherited = f"{context} {fold(text[slice(*lead)])}" if is_item and lead else context
            covered = coverage(question.terms, fold(text[start:end]), inherited)
            rows.append((hit, start, end, similarity, covered, lead if is_item else None))
    if not rows:
        return []
    low = min(row[3] for row in rows)
    span = (max(row[3] for row in rows) - low) or 1.0
    best = max(hit.score for hit in hits) or 1.0
    asked = _asked_nouns(question)
    listing = question.intent.asks("list", "who")
    sentences: list[Sentence] = []
    for hit, start, end, similarity, covered, lead in rows:
        text = hit.clause.text[start:end]
        features = {
            "similar": (similarity - low) / span,
            "covered": covered,
            "clause": hit.score / best,
            "noun": float(any(noun in text for noun in asked)),
            "figure": float(_has_figure(question, text)),
            "listing": float(listing and bool(_ENUMERATION.search(text))),
        }
        score = sum(WEIGHTS[name] * value for name, value in features.items())
        head = retriever.store.heads[hit.clause.doc_id]
        sentences.append(Sentence(hit.clause, head, start, end, similarity, covered, score, lead, features, hit.score))
    return sorted(sentences, key=lambda s: (-s.score, s.clause.clause_id, s.start))


def _has_figure(question: Question, text: str) -> bool:
    """True where ``text`` has a figure that the question names (18个部门是哪些)."""
    if not question.quantities:
        return False
    figures = find_quantities(text)
    return any(same_quantity(asked, figure) for asked in question.quantities for figure in figures)


def _asked_nouns(question: Question) -> list[str]:
    nouns: list[str] = []
    for match in _ASKED_NOUN.finditer(question.text):
        noun = match["noun"]
        nouns += [noun[:length] for length in (4, 3, 2) if len(noun) >= length]
    return [noun for noun in nouns if noun not in _VAGUE_NOUNS]


def context_of(clause: Clause, head: DocumentHead) -> str:
    """Return what a sentence of ``clause`` inherits: title, region and headings."""
    region = head.region.full_name if head.region else ""
    return " ".join([head.title, region, *map(strip_mark, clause.heading_path)])


def coverage(terms: Sequence[Term], sentence: str, context: str = "") -> float:
    """Return the weighted share of ``terms`` that a folded sentence covers; what only its context has counts 0.6."""
    total = sum(term.weight for term in terms)
    if not total:
        return 0.0
    covered = sum(
        term.weight * max(covers(term, sentence), 0.6 * covers(term, context) if context else 0.0) for term in terms
    )
    return covered / total


def covers(term: Term, text: str) -> float:
    """Return 1 where the folded ``text`` has the term or a policy word for it, less for a part of a longer word."""
    if term.surface in text or any(other in text for other in term.others):
        return 1.0
    return max((_parts_covered(form, text) for form in (term.surface, *term.others)), default=0.0)


def _parts_covered(form: str, text: str) -> float:
    """Return how well ``text`` has a compound in pieces of two characters and more (紧缺工种 = 紧缺 + 工种), 0–1."""
    if len(form) < 3:
        return 0.0
    covered = position = 0
    while position < len(form):
        length = next((n for n in range(len(form) - position, 1, -1) if form[position : position + n] in text), 0)
        if not length and form[position] not in _LINKS:
            return 0.0
        covered += length
        position += length or 1
    return _COMPOUND if covered else 0.0


def _says_nothing(clause: Clause, start: int, end: int) -> bool:
    """True for a run-in heading, the line of a letter that says to whom it goes, and a date by itself."""
    text = clause.text[start:end]
    left = text
    for day in reversed(find_dates(text)):
        left = left[: day.start] + left[day.end :]
    dated = left != text and not re.search(r"\w", left)
    return dated or _is_heading_only(clause, start, end) or _is_address(clause, start, end)


def _is_address(clause: Clause, start: int, end: int) -> bool:
    """True for the line of a letter that says to whom it goes (各市人民政府,省政府各部门:)."""
    return clause.role in ("notice", "preamble") and bool(_ADDRESSEE.fullmatch(clause.text[start:end].strip()))


def _is_heading_only(clause: Clause, start: int, end: int) -> bool:
    """True for the run-in heading of a clause, which says nothing the rest does not say better."""
    if not clause.heading_path or end == len(clause.text) or clause.role == "table":
        return False
    shown = re.sub(r"[\s。:：]", "", clause.text[start:end])
    return shown == re.sub(r"[\s。:：]", "", clause.heading_path[-1])
