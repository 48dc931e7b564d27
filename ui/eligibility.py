"""The self-check as JSON, shared by the command line and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.offers import Offer
from assistant.self_check import MET, STATES, VERDICTS, Finding, Question, SelfCheck
from ui.serialize import Payload, citation_payload


def questions_payload(region: str, questions: Iterable[Question], offers: Sequence[Offer]) -> Payload:
    """What may be asked of a person at a place, and the clauses that ask it."""
    return {"region": region, "questions": [question_payload(one, offers) for one in questions]}


def question_payload(question: Question, offers: Sequence[Offer]) -> Payload:
    """One question with its answers to choose from and the clauses that ask it."""
    asking = {offers[number].citation.clause_id: offers[number].citation for number in question.asked_by}
    return {
        "key": question.key,
        "text": question.text,
        "words": question.words,
        "options": [{"value": one.value, "label": one.label, "section": one.section} for one in question.options],
        "asked_by": [
            {
                "clause_id": one.clause_id,
                "doc_id": one.doc_id,
                "title": one.title,
                "label": one.label,
                "quote": one.quote,
            }
            for one in asking.values()
        ],
    }


def self_check_payload(found: SelfCheck) -> Payload:
    """How a person stands to every offer of a place, and what is worth asking next."""
    offers = [finding.offer for finding in found.findings]
    return {
        "region": found.region.full_name,
        "note": MET,
        "findings": [finding_payload(one) for one in found.findings],
        "missing": [question_payload(one, offers) for one in found.missing],
        "unmentioned": list(found.unmentioned),
        "unasked": list(found.unasked),
    }


def finding_payload(finding: Finding) -> Payload:
    """One offer, the verdict, and every condition with how it stands."""
    measure = finding.offer.measure
    return {
        "verdict": finding.verdict,
        "verdict_text": VERDICTS[finding.verdict],
        "benefits": list(measure.benefits),
        "group": finding.group,
        "groups": [one.group for one in measure.alternatives],
        "conditions": [
            {
                "words": one.requirement.words,
                "kind": one.requirement.kind,
                "excludes": one.requirement.negated,
                "state": one.state,
                "state_text": STATES[one.state],
                "question": one.question,
            }
            for one in finding.checks
        ],
        "period_over": finding.offer.over,
        "citation": citation_payload(finding.offer.citation),
    }
