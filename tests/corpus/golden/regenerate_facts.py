"""Write the golden facts (duties, relations, eligibility) anew, then read the diff by eye.

``PYTHONPATH=. python tests/corpus/golden/regenerate_facts.py``
"""

from __future__ import annotations

from pathlib import Path

from corpus.facts.duties import extract_duties
from corpus.facts.eligibility import extract_eligibility
from corpus.facts.relations import extract_relations
from corpus.model import Document, Region
from corpus.segment import segment

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[2] / "corpus" / "documents"
REGIONS = {
    "jiangxi-2018-lifelong-training": ("江西省",),
    "liaoning-2022-training-plan": ("辽宁省",),
    "neimenggu-2022-skills-action-explained": ("内蒙古自治区",),
    "zunyi-2024-skills-action": ("贵州省", "遵义市"),
}
COLUMNS = {
    "duties": ["clause", "task", "lead", "others", "span"],
    "relations": ["clause", "kind", "title", "number", "span"],
    "eligibility": ["clause", "groups", "benefit", "conditions", "exclusions", "span"],
}
MARK = " | "


def load(stem: str) -> Document:
    """Return one of the four documents, segmented."""
    text = (DOCUMENTS / f"{stem}.txt").read_text(encoding="utf-8")
    parts = segment(text, doc_id=stem, fallback_title=stem)
    region = Region(REGIONS[stem])
    return Document(
        stem, parts.title, None, (), region, None, None, None, "其他", stem, "", text, parts.clauses, parts.noise
    )


def table(kind: str, document: Document) -> list[list[str]]:
    """Return the facts of one kind as rows of cells, the columns' names first."""
    rows = [COLUMNS[kind]]
    if kind == "duties":
        for duty in extract_duties(document):
            rows.append([_clause(duty.clause_id), duty.task, duty.lead, MARK.join(duty.others), _span(document, duty)])
    elif kind == "relations":
        for edge in extract_relations(document):
            rows.append([_clause(edge.clause_id), edge.kind, edge.title, edge.doc_number or "", _span(document, edge)])
    else:
        for fact in extract_eligibility(document):
            lists = [MARK.join(names) for names in (fact.groups, fact.conditions, fact.exclusions)]
            rows.append([_clause(fact.clause_id), lists[0], fact.benefit, *lists[1:], _span(document, fact)])
    return rows


def _clause(clause_id: str) -> str:
    return clause_id.partition("#")[2]


def _span(document: Document, fact: object) -> str:
    start, end = fact.start, fact.end  # type: ignore[attr-defined]
    return document.text[start:end].replace("\n", "⏎").replace("\t", " ")


if __name__ == "__main__":
    for kind in COLUMNS:
        (HERE / kind).mkdir(exist_ok=True)
        for stem in REGIONS:
            rows = table(kind, load(stem))
            lines = ["\t".join(cells) for cells in rows]
            (HERE / kind / f"{stem}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
