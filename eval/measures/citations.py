"""Measures of what is cited: right clause, complete, verbatim."""

from __future__ import annotations

from eval.items import Item
from eval.library import Library
from eval.measures.share import Scores, Share
from eval.qrels import clauses_of
from eval.replies import Cited, Reply


def citations(item: Item, reply: Reply, library: Library) -> Scores:
    """Return the citation measures of one reply.

    - ``citation_precision``: right citations / citations; where the documents do not answer, none is right; questions
      that name no document of the library are left out
    - ``clause_identity``: citations whose clause id is known and whose quote stands in that very clause / citations
    - ``citation_recall``: gold documents with a right citation / gold documents
    - ``citation_hit``: 1 where at least one citation is right, for questions that the documents answer
    - ``verbatim``: citations whose quote stands in the document where they say / citations

    Precision and recall of citations follow ALCE (Gao et al. 2023), with clauses in the place of a judge model.
    """
    right = [cited for cited in reply.citations if is_right(cited, item, library)]
    count = len(reply.citations)
    scores: Scores = {}
    if count:
        if item.gold.judged and (known(item, library) or not item.gold.answerable):
            scores["citation_precision"] = Share(len(right), count)
        scores["clause_identity"] = Share(sum(is_of_its_clause(cited, library) for cited in reply.citations), count)
        scores["verbatim"] = Share(sum(is_verbatim(cited, library) for cited in reply.citations), count)
    if item.gold.answerable and known(item, library):
        stems = [stem for stem in item.gold.documents if stem in library.by_stem]
        covered = {cited.doc_id for cited in right}
        found = sum(library.by_stem[stem].doc_id in covered for stem in stems)
        scores["citation_recall"] = Share(found, len(stems))
        scores["citation_hit"] = Share(float(bool(right)))
    return scores


def known(item: Item, library: Library) -> bool:
    """Whether any document that answers ``item`` is in the library, so that citations can be judged."""
    return any(stem in library.by_stem for stem in item.gold.documents)


def is_right(cited: Cited, item: Item, library: Library) -> bool:
    """Whether the cited clause contains a gold quote of grade 1 or 2.

    A document whose gold quotes all lie outside its clauses (letterhead, page header) cannot be cited more closely
    than by itself: then any clause of it is right.
    """
    document = library.by_id.get(cited.doc_id)
    if document is None:
        return False
    quotes = [e.quote for e in item.gold.evidence if e.grade and library.by_stem.get(e.document) is document]
    if not quotes:
        return False
    clause = library.clauses.get(cited.clause_id)
    text = clause.text if clause else cited.text if cited.text in document.text else ""
    if any(quote in text for quote in quotes):
        return True
    return not any(library.clauses[clause_id].doc_id == cited.doc_id for clause_id in clauses_of(item, library))


def is_of_its_clause(cited: Cited, library: Library) -> bool:
    """Whether the clause id is one of the library's and the quote lies in that clause, by offsets where given."""
    clause = library.clauses.get(cited.clause_id)
    if clause is None or not cited.quote:
        return False
    if cited.start >= 0:
        return clause.start <= cited.start and cited.end <= clause.end
    return cited.quote in clause.text


def is_verbatim(cited: Cited, library: Library) -> bool:
    """Whether the quote is part of the cited text and of the document, at its offsets where it gives them."""
    document = library.by_id.get(cited.doc_id)
    if document is None or not cited.quote or (cited.text and cited.quote not in cited.text):
        return False
    if cited.start >= 0:
        return document.text[cited.start : cited.end] == cited.quote
    return cited.quote in document.text
