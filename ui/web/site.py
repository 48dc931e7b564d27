"""The pages beside the conversation: looking clauses up, the library, the figures.

They are made on the server, over the same functions as the API; scripts only make them quicker to use.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from assistant.answer import SearchHit
from corpus.errors import NotFound, PolicyError
from indexer.passages import strip_mark
from indexer.store import DocumentHead
from ui import figures, lookup
from ui.api import INTERNAL, STATUS_OF
from ui.lookup import Filters
from ui.serialize import printable
from ui.service import PolicyService
from ui.validity import Standing, resolved, standings
from ui.web import clauses, documents, layout, targets

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

# '505-600'
SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")

HITS = 20
MAX_ELSEWHERE = 6
MAX_SEARCHES = 3
MAX_WORDS = 200

Words = Annotated[str, Query(max_length=2000)]
Name = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Year = Annotated[str, Query(max_length=4, pattern=r"^(\d{4})?$")]


def add_site(app: FastAPI, service: PolicyService) -> None:
    """Add the pages and their assets to ``app``."""
    app.mount("/site", StaticFiles(directory=ASSETS), name="site")
    _add_clauses(app, service)
    _add_library(app, service)
    _add_figures(app, service)


def _add_clauses(app: FastAPI, service: PolicyService) -> None:
    @app.get("/clauses", include_in_schema=False)
    def look_up(
        q: Words = "",
        region: Name = "",
        kind: Name = "",
        year: Year = "",
        group: Name = "",
        validity: Name = "",
        clause_id: Annotated[str, Query(alias="id", max_length=300)] = "",
    ) -> Response:
        def made() -> str:
            asked = _asked(q, region, kind, year, group, validity)
            opened = _open(service, clause_id) if clause_id else None
            held = service.heads()
            years = sorted({one.issued.year for one in held if one.issued}, reverse=True)
            kinds = list(dict.fromkeys(one.kind for one in held))
            choices = clauses.Choices(_regions(service), kinds, years, tuple(service.groups()))
            return clauses.page(asked, _find(service, asked), opened, choices)

        return _page(made, "/clauses")

    @app.get("/clauses/hits", include_in_schema=False)
    def hits(
        q: Words = "", region: Name = "", kind: Name = "", year: Year = "", group: Name = "", validity: Name = ""
    ) -> Response:
        asked = _asked(q, region, kind, year, group, validity)
        return _fragment(lambda: clauses.hits(asked, _find(service, asked)))

    @app.get("/clauses/read", include_in_schema=False)
    def read(
        clause_id: Annotated[str, Query(alias="id", max_length=300)],
        q: Words = "",
        region: Name = "",
        kind: Name = "",
        year: Year = "",
        group: Name = "",
        validity: Name = "",
    ) -> Response:
        asked = _asked(q, region, kind, year, group, validity)
        return _fragment(lambda: clauses.read(asked, _open(service, clause_id)))


def _add_library(app: FastAPI, service: PolicyService) -> None:
    @app.get("/documents", include_in_schema=False)
    def library(
        q: Name = "", region: Name = "", kind: Name = "", validity: Name = "", page: PageNumber = 1
    ) -> Response:
        def made() -> str:
            shelf = documents.Shelf(q.strip(), region, kind, validity, page)
            return documents.listing(shelf, service.heads(), service.clause_roles(), _standings(service))

        return _page(made, "/documents")

    @app.get("/documents/{doc_id}", include_in_schema=False)
    def document(
        doc_id: Annotated[str, InPath(max_length=300)], at: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        def made() -> str:
            found = SPAN.fullmatch(at)
            span = (int(found[1]), int(found[2])) if found else None
            whole = service.document(doc_id)
            return documents.whole(whole, span, _standings(service)[doc_id], _links(service, doc_id))

        return _page(made, "/documents")


def _add_figures(app: FastAPI, service: PolicyService) -> None:
    @app.get("/targets", include_in_schema=False)
    def table(
        region: Name = "",
        indicator: Name = "",
        measure: Name = "",
        year: Year = "",
        doc: Name = "",
        compare: Name = "",
        sort: figures.SortKey = "document",
        down: bool = False,
        page: PageNumber = 1,
    ) -> Response:
        def made() -> str:
            view = targets.View(
                region, indicator.strip(), measure, int(year) if year else None, doc, sort, down, compare.strip(), page
            )
            everything = service.targets()
            held = {one.doc_id: one for one in service.heads()}
            found = service.targets(region=view.region or None, indicator=view.indicator or None)
            if doc:
                found = tuple(one for one in found if one.doc_id == doc)
            shown = figures.select(
                found, measure=view.measure, year=view.year, sort=view.sort, descending=view.descending
            )
            years = sorted({last for one in everything if (last := one.period[1])})
            comparison = figures.compare(view.compared, everything, tuple(held.values())) if view.compared else None
            sources = {
                one.clause_id: targets.Source(held[one.doc_id].title, service.clause(one.clause_id).label)
                for one in targets.on_page(view, shown)
            }
            subjects = figures.subjects(everything)
            return targets.page(view, shown, sources, _regions(service), years, subjects, comparison)

        return _page(made, "/targets")


def _asked(query: str, region: str, kind: str, year: str, group: str, validity: str) -> clauses.Asked:
    filters = Filters(region, kind, int(year) if year else None, group, validity)
    return clauses.Asked(query.strip()[:MAX_WORDS], filters)


def _regions(service: PolicyService) -> list[str]:
    """The places covered, those of one province together."""
    return sorted(service.regions())


def _standings(service: PolicyService) -> dict[str, Standing]:
    return standings(service.heads(), service.relations(), date.today())


def _links(service: PolicyService, doc_id: str) -> list[documents.Link]:
    """What a document says of others, then what others say of it; each only once."""
    heads = {head.doc_id: head for head in service.heads()}
    met = [
        (relation, meant)
        for relation, meant in resolved(service.heads(), service.relations())
        if doc_id in (relation.doc_id, meant)
    ]
    held = {relation: meant for relation, meant in met if relation.doc_id == doc_id}
    said = [one for one in service.relations() if one.doc_id == doc_id]
    links = [documents.Link(one.kind, one.title, held.get(one, ""), one.clause_id) for one in said]
    links += [
        documents.Link(f"被{relation.kind}", heads[relation.doc_id].title, relation.doc_id)
        for relation, meant in met
        if meant == doc_id
    ]
    return list(dict.fromkeys(links))


def _find(service: PolicyService, asked: clauses.Asked) -> tuple[SearchHit, ...]:
    return lookup.find(service, asked.query, asked.filters, k=HITS)


def _open(service: PolicyService, clause_id: str) -> clauses.Opened:
    """A clause with its document, and the nearest clause of every other place for its heading."""
    citation = service.clause(clause_id)
    topic = strip_mark(citation.heading_path[-1]) if citation.heading_path else citation.text[:40]
    nearest = _elsewhere(service, topic, citation.region) if topic.strip() else ()
    standing = _standings(service)[citation.doc_id]
    return clauses.Opened(citation, service.document(citation.doc_id), standing, nearest)


def _elsewhere(service: PolicyService, topic: str, own: str) -> tuple[clauses.Elsewhere, ...]:
    """The nearest clause of each of a few other places."""
    nearest: dict[str, clauses.Elsewhere] = {}

    def is_new(head: DocumentHead) -> bool:
        name = head.region.full_name if head.region else ""
        return name != own and name not in nearest

    # The first search may find several clauses of one place only; two more make room for others.
    for _ in range(MAX_SEARCHES):
        found = service.search(topic, k=MAX_ELSEWHERE * 4, admits=is_new)
        for hit in found:
            region = hit.citation.region
            nearest.setdefault(region, clauses.Elsewhere(region or "国家", hit.citation))
        if not found or len(nearest) >= MAX_ELSEWHERE:
            break
    return tuple(nearest.values())[:MAX_ELSEWHERE]


def _page(make: Callable[[], str], active: str) -> Response:
    """The page, or one that says what went wrong and what to do."""
    try:
        return _html(make())
    except PolicyError as error:
        status = next(status for kind, status in STATUS_OF if isinstance(error, kind))
        return _html(layout.page("没有打开", active, layout.trouble(error.message, error.hint)), status)
    except Exception as error:
        log.error("a page could not be made", exc_info=error)
        told = INTERNAL["error"]
        return _html(layout.page("没有打开", active, layout.trouble(told["message"], told["hint"])), 500)


def _fragment(make: Callable[[], str]) -> Response:
    """A part of a page; where it cannot be made, what to do in its place."""
    try:
        return _html(make())
    except PolicyError as error:
        status = 404 if isinstance(error, NotFound) else 500
        return _html(_told(error.message, error.hint), status)
    except Exception as error:
        log.error("a part of a page could not be made", exc_info=error)
        return _html(_told(INTERNAL["error"]["message"], INTERNAL["error"]["hint"]), 500)


def _told(message: str, hint: str) -> str:
    return f'<div class="problem" role="alert"><p>{escape(message)}</p><p>{escape(hint)}</p></div>'


def _html(text: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(printable(text), status, headers)
