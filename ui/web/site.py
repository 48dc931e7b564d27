"""The pages beside the conversation: looking clauses up, the library, the figures, the self-check.

They are made on the server, over the same functions as the API; scripts only make them quicker to use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from assistant.answer import SearchHit
from assistant.self_check import Profile
from corpus.validity import State
from indexer.passages import strip_mark
from indexer.store import DocumentHead
from ui import figures, lookup
from ui.admin import Desk
from ui.lookup import Filters
from ui.service import PolicyService
from ui.web import clauses, documents, eligibility, targets
from ui.web.replies import fragment, page

ASSETS = Path(__file__).parent / "assets"

# '505-600'
SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")

HITS = 20
MAX_ELSEWHERE = 6
MAX_SEARCHES = 3
MAX_WORDS = 200
MAX_FIELDS = 300

Words = Annotated[str, Query(max_length=2000)]
Name = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Year = Annotated[str, Query(max_length=4, pattern=r"^(\d{4})?$")]
StateName = Annotated[str, Query(max_length=20)]


def add_site(app: FastAPI, service: PolicyService, desk: Desk | None = None) -> None:
    """Add the pages and their assets to ``app``; documents can be changed where ``desk`` has a key."""
    app.mount("/site", StaticFiles(directory=ASSETS), name="site")
    _add_clauses(app, service)
    _add_library(app, service, desk)
    _add_figures(app, service)
    _add_eligibility(app, service)


def _add_clauses(app: FastAPI, service: PolicyService) -> None:
    @app.get("/clauses", include_in_schema=False)
    def look_up(
        q: Words = "",
        region: Name = "",
        kind: Name = "",
        year: Year = "",
        group: Name = "",
        state: StateName = "",
        clause_id: Annotated[str, Query(alias="id", max_length=300)] = "",
    ) -> Response:
        def made() -> str:
            asked = _asked(q, region, kind, year, group, state)
            opened = _open(service, clause_id) if clause_id else None
            held = service.heads()
            years = sorted({one.issued.year for one in held if one.issued}, reverse=True)
            kinds = list(dict.fromkeys(one.kind for one in held))
            found = _find(service, asked)
            choices = clauses.Choices(lookup.region_choices(service), kinds, years, tuple(service.groups()))
            return clauses.page(asked, found, opened, choices, _states(service, found))

        return page(made, "/clauses")

    @app.get("/clauses/hits", include_in_schema=False)
    def hits(
        q: Words = "", region: Name = "", kind: Name = "", year: Year = "", group: Name = "", state: StateName = ""
    ) -> Response:
        asked = _asked(q, region, kind, year, group, state)

        def made() -> str:
            found = _find(service, asked)
            return clauses.hits(asked, found, states=_states(service, found))

        return fragment(made)

    @app.get("/clauses/read", include_in_schema=False)
    def read(
        clause_id: Annotated[str, Query(alias="id", max_length=300)],
        q: Words = "",
        region: Name = "",
        kind: Name = "",
        year: Year = "",
        group: Name = "",
        state: StateName = "",
    ) -> Response:
        asked = _asked(q, region, kind, year, group, state)
        return fragment(lambda: clauses.read(asked, _open(service, clause_id)))


def _add_library(app: FastAPI, service: PolicyService, desk: Desk | None) -> None:
    def edits() -> documents.Edits:
        return desk.librarian.edits() if desk else documents.NO_EDITS

    @app.get("/documents", include_in_schema=False)
    def library(
        q: Name = "", region: Name = "", kind: Name = "", state: StateName = "", number: PageNumber = 1
    ) -> Response:
        managed = desk is not None and desk.key.is_set

        def made() -> str:
            shelf, filters = documents.Shelf(q.strip(), region, kind, state, number), Filters(state=state)
            heads, roles = service.heads(), service.clause_roles()
            shown = [one for one in heads if shelf.admits(one) and filters.holds(service, one.doc_id)]
            stands = {one.doc_id: service.standing(one.doc_id) for one in shelf.on_page(shown)}
            return documents.listing(shelf, heads, shown, roles, stands, edits(), managed=managed)

        return page(made, "/documents")

    @app.get("/documents/{doc_id}", include_in_schema=False)
    def document(
        doc_id: Annotated[str, InPath(max_length=300)], at: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        def made() -> str:
            found = SPAN.fullmatch(at)
            span = (int(found[1]), int(found[2])) if found else None
            return documents.whole(service.document(doc_id), span, service.dossier(doc_id), edits().get(doc_id))

        return page(made, "/documents")


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
        number: PageNumber = 1,
    ) -> Response:
        def made() -> str:
            view = targets.View(
                region,
                indicator.strip(),
                measure,
                int(year) if year else None,
                doc,
                sort,
                down,
                compare.strip(),
                number,
            )
            everything = service.targets()
            held = {one.doc_id: one for one in service.heads()}
            found = lookup.figures_of(service, view.region, view.indicator)
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
            return targets.page(view, shown, sources, lookup.region_choices(service), years, subjects, comparison)

        return page(made, "/targets")


def _add_eligibility(app: FastAPI, service: PolicyService) -> None:
    @app.get("/eligibility", include_in_schema=False)
    def check(request: Request, region: Name = "") -> Response:
        def made() -> str:
            regions = _regions(service)
            if not region.strip():
                return eligibility.start(regions)
            desk = service.eligibility
            questions, offers = desk.questions(region), desk.offers(region)
            # A group that was asked about because it is near to one said is no question of its own.
            groups = (one.group for offer in offers for one in offer.measure.alternatives)
            sent = request.query_params.multi_items()[:MAX_FIELDS]
            said = eligibility.read_form(sent, questions, groups)
            if said == Profile():
                return eligibility.ask(regions, desk.name(region), questions, len(offers))
            return eligibility.result(said, regions, questions, desk.check(region, said))

        return page(made, "/eligibility")


def _asked(query: str, region: str, kind: str, year: str, group: str, state: str) -> clauses.Asked:
    filters = Filters(region, kind, int(year) if year else None, group, state)
    return clauses.Asked(query.strip()[:MAX_WORDS], filters)


def _regions(service: PolicyService) -> list[str]:
    """The places covered, those of one province together."""
    return sorted(service.regions())


def _find(service: PolicyService, asked: clauses.Asked) -> tuple[SearchHit, ...]:
    return lookup.find(service, asked.query, asked.filters, k=HITS)


def _states(service: PolicyService, found: Sequence[SearchHit]) -> dict[str, State]:
    return {doc_id: service.standing(doc_id).state for doc_id in {hit.citation.doc_id for hit in found}}


def _open(service: PolicyService, clause_id: str) -> clauses.Opened:
    """A clause with its document, and the nearest clause of every other place for its heading."""
    citation = service.clause(clause_id)
    topic = strip_mark(citation.heading_path[-1]) if citation.heading_path else citation.text[:40]
    nearest = _elsewhere(service, topic, citation.region) if topic.strip() else ()
    document = service.document(citation.doc_id)
    return clauses.Opened(citation, document, nearest, service.dossier(document.doc_id))


def _elsewhere(service: PolicyService, topic: str, own: str) -> tuple[clauses.Elsewhere, ...]:
    """The nearest clause of each of a few other places."""
    nearest: dict[str, clauses.Elsewhere] = {}

    def is_new(head: DocumentHead) -> bool:
        return head.region is not None and head.region.full_name not in {own, *nearest}

    # The first search may find several clauses of one place only; two more make room for others.
    for _ in range(MAX_SEARCHES):
        found = service.search(topic, k=MAX_ELSEWHERE * 4, admits=is_new)
        for hit in found:
            region = hit.citation.region
            nearest.setdefault(region, clauses.Elsewhere(region, hit.citation))
        if not found or len(nearest) >= MAX_ELSEWHERE:
            break
    return tuple(nearest.values())[:MAX_ELSEWHERE]
