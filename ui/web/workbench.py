"""The routes of the evaluation workplace; what they do, the API does too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, FastAPI, Query
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response

from corpus.errors import EvaluationError, PolicyError
from ui.api import STATUS_OF
from ui.evaluation_routes import (
    SANDBOX,
    Ordered,
    Upload,
    begin,
    own_pages_only,
)
from ui.evaluations import Evaluations
from ui.service import PolicyService
from ui.web import evaluate, layout
from ui.web.examples import example
from ui.web.replies import html, page

RunId = Annotated[str, InPath(max_length=80)]
Chosen = Annotated[str, Query(max_length=80)]


def add_workbench(app: FastAPI, service: PolicyService, evaluations: Evaluations) -> None:
    """Add the pages below ``/evaluate`` to ``app``."""
    guarded = [Depends(own_pages_only)]

    @app.get("/evaluate", include_in_schema=False)
    def workplace() -> Response:
        return page(lambda: evaluate.page(evaluations.listed(), service.regions()), evaluate.HERE)

    @app.post("/evaluate", include_in_schema=False, dependencies=guarded)
    def start(
        order: Ordered,
        file: Upload = None,
    ) -> Response:
        try:
            return _see(begin(evaluations, file, order).id)
        except EvaluationError as error:
            # Beside the form, so that another file can be chosen at once.
            told = (error.message, error.hint)
            return html(evaluate.page(evaluations.listed(), service.regions(), told), _status_of(error))

    @app.get("/evaluate/example.{ending}", include_in_schema=False)
    def sample(ending: Literal["csv", "xlsx", "jsonl"]) -> Response:
        data, media = example(ending)
        name = quote(f"评测问题示例.{ending}")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
        return Response(data, headers=headers, media_type=media)

    @app.get("/evaluate/compare", include_in_schema=False)
    def compare(first: Chosen, second: Chosen) -> Response:
        def made() -> str:
            found, shown = evaluations.compare(first, second)
            return evaluate.comparison(evaluations.status(first), evaluations.status(second), found, shown=shown)

        return page(made, evaluate.HERE)

    @app.get("/evaluate/{run_id}", include_in_schema=False)
    def one(run_id: RunId) -> Response:
        return page(lambda: evaluate.one(evaluations.status(run_id)), evaluate.HERE)

    @app.get("/evaluate/{run_id}/report", include_in_schema=False)
    def report(run_id: RunId) -> Response:
        try:
            data = evaluations.file(run_id, "report.html")
        except PolicyError as error:
            return html(
                layout.page("没有打开", evaluate.HERE, layout.trouble(error.message, error.hint)), _status_of(error)
            )
        headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": "no-cache"}
        return Response(data, headers=headers, media_type="text/html; charset=utf-8")

    @app.post("/evaluate/{run_id}/cancel", include_in_schema=False, dependencies=guarded)
    def cancel(run_id: RunId) -> Response:
        return _then_see(run_id, lambda: evaluations.cancel(run_id))

    @app.post("/evaluate/{run_id}/resume", include_in_schema=False, dependencies=guarded)
    def resume(run_id: RunId) -> Response:
        return _then_see(run_id, lambda: evaluations.resume(run_id))


def _then_see(run_id: str, act: Callable[[], object]) -> Response:
    try:
        act()
    except PolicyError as error:
        return html(
            layout.page("没有做成", evaluate.HERE, layout.trouble(error.message, error.hint)), _status_of(error)
        )
    return _see(run_id)


def _see(run_id: str) -> Response:
    # 303: what is shown next is fetched with GET, so that reloading it does not send the form again.
    return RedirectResponse(f"{evaluate.HERE}/{quote(run_id, safe='')}", 303)


def _status_of(error: PolicyError) -> int:
    return next(status for kind, status in STATUS_OF if isinstance(error, kind))
