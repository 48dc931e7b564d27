"""Several questions asked in one, answered one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer import Answer, Citation, Outcome, Turn
from assistant.dialogue import interpretations
from assistant.evidence import coverage
from assistant.question import Question, QuestionReader
from corpus.errors import AssistantError
from corpus.quantities import find_quantities
from indexer.tokenizer import fold

_BREAK = re.compile(r"[?？;；。,，]\s*(?:还有|另外|再问一下|顺便问一下)?[,，]?|(?<=.{4})(?:以及|还有)(?=.{3})")
_ASKS = re.compile(
    r"谁|哪|啥|什么|多少|多久|多长|多大|几|怎|如何|何时|吗|呢|能不能|有没有|是否|电话|文号|(?:材料|手续)(?!.{0,3}(?:齐|全|好|够|妥|过|了))|([^\W\d_])不\1|[^\W\d_][不没]$"
)
# 家里几个兄弟吵翻了 · 干了好几年了: some, not how many
_TOLD = re.compile(r"[^谁哪啥么吗呢怎何否多]*几[个位次回年天家户口件条张趟遍][^谁哪啥么吗呢怎何否几多]{0,12}了")
# 哪边定得多?各多少: both sides of the comparison, which gives them
_EACH = re.compile(r"[,，?？。;；]\s*(?:各|分别)(?:自|是|有|要|定)*(?:多少|几)[^,，。;；]{0,4}$")
_MAX_PARTS = 3
# A table, a document's own name, or a line that begins with its place
_PLACED = re.compile(r"\||《|[^,，。;；:“”\[\]]{2,12}:")
# An answer to another way to read a part must cover more than this of what the part names.
_SPOKEN = 0.6
_NOT_FOUND = "现有文件没有找到相关条款。"
_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: ``asked`` as typed, and the ``ways`` to make it whole, likeliest first."""

    asked: Question
    ways: tuple[Question, ...]


def split_question(question: Question, reader: QuestionReader, *, as_of: date) -> list[Part]:
    """Return the questions that ``question`` holds; one where it asks a single thing.

    Parts are kept apart only where they ask for facts of different kinds or for different years, since people also
    break one question with a comma.
    """
    single = [Part(question, (question,))]
    if question.intent.comparison and _EACH.search(question.text):
        return single
    pieces = [piece.strip() for piece in _BREAK.split(question.text) if piece and piece.strip()]
    asking = [piece for piece in pieces if _ASKS.search(piece) and not _TOLD.fullmatch(piece)]
    if not 2 <= len(asking) <= _MAX_PARTS or len(pieces) > len(asking) + 1:
        return single
    lead = "" if pieces[0] is asking[0] else f"{pieces[0]},"
    parts: list[Part] = []
    history: list[Turn] = []
    for piece in asking:
        try:
            ways = interpretations(piece if parts else lead + piece, history, reader, as_of=as_of)
            parts.append(Part(reader.read(piece, as_of=as_of), tuple(reader.read(way, as_of=as_of) for way in ways)))
        except AssistantError:
            return single
        history.append(Turn("user", ways[0]))
    read = [part.ways[0] for part in parts]
    kinds = [part.intent.wanted[0] for part in read]
    if any(kind == "yesno" and not _names(part.asked) for kind, part in zip(kinds[1:], parts[1:], strict=True)):
        # 多久内申请,过期了还给不给: goes on about the same thing
        return single
    years = [tuple((p.first, p.last) for p in part.periods) for part in read]
    subjects = {frozenset(term.surface for term in part.terms) for part in read}
    # 一户最高能贷多少,利率降几个点: two facts of one kind, each of a subject of its own
    apart = ("any" not in kinds and len(set(kinds)) + len(subjects) > 2) or len(set(years)) > 1
    return parts if apart and all(whole.terms or whole.intent.asks("reference") for whole in read) else single


def _names(question: Question) -> bool:
    return any(term.name and term.known for term in question.terms)


def best_way(part: Part, respond: Callable[[Question], Answer]) -> Answer:
    """Return the answer to the way to read ``part`` that speaks most of what the part itself names."""
    best, spoken = respond(part.ways[0]), 0.0
    if _answers(best):
        spoken = _spoken(best, part)
    for way in part.ways[1:] if spoken < 1.0 and part.asked.terms else ():
        other = respond(way)
        covered = _spoken(other, part) if _answers(other) else 0.0
        if covered > max(spoken, _SPOKEN):
            best, spoken = other, covered
    return best


def tells_all(whole: Answer, answers: Sequence[Answer]) -> bool:
    """Return whether ``whole``, the answer to a question left in one, says what its parts could not find.

    It cites what the parts cite and has a figure for each: 每2年开展一次…,每次评选100名.
    """
    cited = {citation.clause_id for answer in answers for citation in answer.citations}
    figures = {figure.surface for citation in whole.citations for figure in find_quantities(citation.quote)}
    return (
        whole.outcome == "answered"
        and cited <= {citation.clause_id for citation in whole.citations}
        and len(figures) >= len(answers)
    )


def _spoken(answer: Answer, part: Part) -> float:
    said = fold(" ".join(" ".join([c.quote, *c.heading_path]) for c in answer.citations))
    return coverage(part.asked.terms, said)


def _answers(answer: Answer) -> bool:
    return answer.outcome in ("answered", "partial")


def join(answers: Sequence[Answer], parts: Sequence[Part], question: Question) -> Answer:
    """Return one answer to ``question`` from the answers to its ``parts``, markers numbered anew.

    A part without an answer is named, with the reason; where they are of different places, each says of which.
    """
    regions = tuple(dict.fromkeys(name for answer in answers for name in answer.scope.regions))
    lines: list[str] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    some = any(_answers(answer) for answer in answers)
    for answer, part in zip(answers, parts, strict=True):
        own: dict[int, int] = {}
        for citation in answer.citations:
            key = (citation.clause_id, citation.start, citation.end)
            kept = citations.setdefault(key, replace(citation, marker=len(citations) + 1))
            own[citation.marker] = kept.marker
        text = _MARKER.sub(lambda match, own=own: f"[{own.get(int(match[1]), match[1])}]", answer.answer)  # type: ignore[misc]
        if answer.citations and len(regions) > 1 and not _PLACED.match(text):
            text = f"{'、'.join(answer.scope.regions)}:{text}"
        if some and not _answers(answer):
            reason = text.split("\n")[0] if answer.outcome == "refused" else _NOT_FOUND
            text = f"关于“{part.asked.text.rstrip('?？。')}”:{reason}"
        lines += [line for line in text.split("\n") if line not in lines]
    good = [answer for answer in answers if _answers(answer)]
    outcome: Outcome = "refused"
    if good:
        outcome = "answered" if all(answer.outcome == "answered" for answer in answers) else "partial"
    notes = [line for line in lines if line.startswith("提示:")]
    first = good[0] if good else answers[0]
    return replace(
        first,
        question=question.raw,
        standalone_question=question.text,
        outcome=outcome,
        answer="\n".join([line for line in lines if line not in notes] + notes),
        citations=tuple(citations.values()),
        scope=replace(first.scope, regions=regions),
        related=() if good else first.related,
    )
