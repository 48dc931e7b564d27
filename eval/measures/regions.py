"""Whether a question about one place is answered with another place's text."""

from __future__ import annotations

from corpus.model import Region
from corpus.regions import Gazetteer
from eval.items import Item
from eval.library import Library
from eval.measures.share import Scores, Share
from eval.replies import Cited, Reply


def regions(item: Item, reply: Reply, library: Library, gazetteer: Gazetteer) -> Scores:
    """Return ``region_confusion``: citations from a place neither asked, nor around it, nor inside it / citations.

    Only for replies with citations to questions that name a place or have one picked beside them.
    """
    asked = places_asked(item, gazetteer)
    if not asked or not reply.citations:
        return {}
    wrong = sum(is_elsewhere(cited, asked, library, gazetteer) for cited in reply.citations)
    return {"region_confusion": Share(wrong, len(reply.citations))}


def places_asked(item: Item, gazetteer: Gazetteer) -> tuple[Region, ...]:
    """Return the places that the question names, else those the latest earlier message names, else the one picked.

    A name that several places share counts as all of them.
    """
    for text in (item.question, *reversed(item.history)):
        found = tuple(region for mention in gazetteer.find(text) for region in mention.candidates)
        if found:
            return found
    picked = gazetteer.parse(item.region) if item.region else None
    return (picked,) if picked else ()


def is_elsewhere(cited: Cited, asked: tuple[Region, ...], library: Library, gazetteer: Gazetteer) -> bool:
    """Whether the cited document is of a place unrelated to every place asked, as one that tells no place is not."""
    document = library.by_id.get(cited.doc_id)
    region = document.region if document else gazetteer.parse(cited.region) if cited.region else None
    if region is None:
        return False
    return not any(place.contains(region) or region.contains(place) for place in asked)
