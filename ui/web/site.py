"""The pages beside the conversation: looking clauses up, the library, the figures.

They are made on the server, over the same functions as the API; scripts only make them quicker to use.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from assistant.answer import SearchHit
from corpus.errors import NotFound, PolicyError
from corpus.model import Document
from corpus.validity import State
from indexer.passages import strip_mark
from ui import figures, lookup
from ui.api import INTERNAL, STATUS_OF
from ui.lookup import Filters
from ui.serialize import printable
from ui.service import PolicyService
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
MAX_WORDS = 200

Words = Annotated[str, Query(max_length=2000)]
Name = Annotated[str, Query(max_length=200)]
Year = Annotated[str, Query(max_length=4, pattern=r"^(\d{4})?$")]
StateName = Annotated[str, Query(max_length=20)]


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
        state: StateName = "",
        clause_id: Annotated[str, Query(alias="id", max_length=300)] = "",
    ) -> Response:
        def made() -> str:
            asked = _asked(q, region, kind, year, state)
            opened = _open(service, clause_id) if clause_id else None
            held = service.documents()
            years = sorted({one.issued.year for one in held if one.issued}, reverse=True)
            kinds = list(dict.fromkeys(one.kind for one in held))
            found = _find(service, asked)
            regions = service.regions()
            return clauses.page(asked, found, opened, regions, kinds, years, _states(service, found))

        return _page(made, "/clauses")

    @app.get("/clauses/hits", include_in_schema=False)
    def hits(q: Words = "", region: Name = "", kind: Name = "", year: Year = "", state: StateName = "") -> Response:
        asked = _asked(q, region, kind, year, state)

        def made() -> str:
            found = _find(service, asked)
            return clauses.hits(asked, found, states=_states(service, found))

        return _fragment(made)

    @app.get("/clauses/read", include_in_schema=False)
    def read(
        clause_id: Annotated[str, Query(alias="id", max_length=300)],
        q: Words = "",
        region: Name = "",
        kind: Name = "",
        year: Year = "",
        state: StateName = "",
    ) -> Response:
        return _fragment(lambda: clauses.read(_asked(q, region, kind, year, state), _open(service, clause_id)))


def _add_library(app: FastAPI, service: PolicyService) -> None:
    @app.get("/documents", include_in_schema=False)
    def library(region: Name = "", kind: Name = "", state: StateName = "") -> Response:
        def made() -> str:
            held, filters = service.documents(), Filters(state=state)
            stands = {one.doc_id: service.standing(one.doc_id) for one in held if filters.holds(service, one.doc_id)}
            return documents.listing(held, region, kind, state, stands)

        return _page(made, "/documents")

    @app.get("/documents/{doc_id}", include_in_schema=False)
    def document(
        doc_id: Annotated[str, InPath(max_length=300)], at: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        def made() -> str:
            found = SPAN.fullmatch(at)
            span = (int(found[1]), int(found[2])) if found else None
            return documents.whole(service.document(doc_id), span, service.dossier(doc_id))

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
    ) -> Response:
        def made() -> str:
            view = targets.View(
                region, indicator.strip(), measure, int(year) if year else None, doc, sort, down, compare.strip()
            )
            everything = service.targets()
            held: dict[str, Document] = {one.doc_id: one for one in service.documents()}
            found = service.targets(region=view.region or None, indicator=view.indicator or None)
            if doc:
                found = tuple(one for one in found if one.doc_id == doc)
            shown = figures.select(
                found, measure=view.measure, year=view.year, sort=view.sort, descending=view.descending
            )
            years = sorted({last for one in everything if (last := one.period[1])})
            comparison = figures.compare(view.compared, everything, tuple(held.values())) if view.compared else None
            return targets.page(view, shown, held, service.regions(), years, figures.subjects(everything), comparison)

        return _page(made, "/targets")


def _asked(query: str, region: str, kind: str, year: str, state: str) -> clauses.Asked:
    return clauses.Asked(query.strip()[:MAX_WORDS], Filters(region, kind, int(year) if year else None, state))


def _find(service: PolicyService, asked: clauses.Asked) -> tuple[SearchHit, ...]:
    return lookup.find(service, asked.query, asked.filters, k=HITS) if asked.query else ()


def _states(service: PolicyService, found: Sequence[SearchHit]) -> dict[str, State]:
    return {doc_id: service.standing(doc_id).state for doc_id in {hit.citation.doc_id for hit in found}}


def _open(service: PolicyService, clause_id: str) -> clauses.Opened:
    """A clause with its document, and the nearest clause of every other place for its heading."""
    citation = service.clause(clause_id)
    topic = strip_mark(citation.heading_path[-1]) if citation.heading_path else citation.text[:40]
    elsewhere: list[clauses.Elsewhere] = []
    for region in service.regions():
        if region != citation.region and topic.strip() and len(elsewhere) < MAX_ELSEWHERE:
            found = service.search(topic, region=region, k=3)
            # A region's search also gives the clauses of the wider places around it.
            near = next((hit.citation for hit in found if hit.citation.region == region), None)
            if near is not None:
                elsewhere.append(clauses.Elsewhere(region, near))
    document = service.document(citation.doc_id)
    return clauses.Opened(citation, document, tuple(elsewhere), service.dossier(document.doc_id))


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
