"""Several questions asked in one, answered one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Answer, Citation, Outcome, Turn
from assistant.dialogue import standalone
from assistant.question import Question, QuestionReader
from corpus.errors import AssistantError

_BREAK = re.compile(r"[?？;；。,，]\s*(?:还有|另外|再问一下|顺便问一下)?[,，]?")
_ASKS = re.compile(r"谁|哪|啥|什么|多少|几|怎|如何|吗|呢|能不能|有没有|是否|电话|文号|材料|手续")
_TYPED = frozenset({"money", "count", "ratio", "date", "phone", "place", "reference", "body", "how", "person", "basis"})
_MAX_PARTS = 3
# A table, a document's own name, or a line that begins with its place
_PLACED = re.compile(r"\||《|[^,，。;；:“”\[\]]{2,12}:")
_MARKER = re.compile(r"\[(\d+)\]")


def split_question(question: Question, reader: QuestionReader, *, as_of: date) -> list[Question]:
    """Return the questions that ``question`` holds, each whole; one where it asks a single thing.

    Parts are kept apart only where they ask for facts of different kinds or for different years, since people also
    break one question with a comma.
    """
    pieces = [piece.strip() for piece in _BREAK.split(question.text) if piece and piece.strip()]
    asking = [piece for piece in pieces if _ASKS.search(piece)]
    if not 2 <= len(asking) <= _MAX_PARTS or len(pieces) > len(asking) + 1:
        return [question]
    lead = "" if pieces[0] is asking[0] else f"{pieces[0]},"
    read: list[Question] = []
    history: list[Turn] = []
    for piece in asking:
        try:
            whole = standalone(piece if read else lead + piece, history, reader, as_of=as_of)
            read.append(reader.read(whole, as_of=as_of))
        except AssistantError:
            return [question]
        history.append(Turn("user", whole))
    kinds = [part.intent.wanted[0] for part in read]
    years = [tuple((p.first, p.last) for p in part.periods) for part in read]
    subjects = {frozenset(term.surface for term in part.terms) for part in read}
    # 一户最高能贷多少,利率降几个点: two facts of one kind, each of a subject of its own
    apart = (all(kind in _TYPED for kind in kinds) and len(set(kinds)) + len(subjects) > 2) or len(set(years)) > 1
    return read if apart and all(part.terms or part.intent.asks("reference") for part in read) else [question]


def join(answers: Sequence[Answer], question: Question) -> Answer:
    """Return one answer to ``question`` from the answers to its parts, markers numbered anew.

    Where they are of different places, each says of which.
    """
    regions = tuple(dict.fromkeys(name for answer in answers for name in answer.scope.regions))
    lines: list[str] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    for answer in answers:
        own: dict[int, int] = {}
        for citation in answer.citations:
            key = (citation.clause_id, citation.start, citation.end)
            kept = citations.setdefault(key, replace(citation, marker=len(citations) + 1))
            own[citation.marker] = kept.marker
        text = _MARKER.sub(lambda match, own=own: f"[{own.get(int(match[1]), match[1])}]", answer.answer)  # type: ignore[misc]
        if answer.citations and len(regions) > 1 and not _PLACED.match(text):
            text = f"{'、'.join(answer.scope.regions)}:{text}"
        lines += [line for line in text.split("\n") if line not in lines]
    good = [answer for answer in answers if answer.outcome in ("answered", "partial")]
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
