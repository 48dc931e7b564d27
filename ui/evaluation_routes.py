"""The evaluation workplace over HTTP: ``/api/v1/evaluations``."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Path, Query, Request, UploadFile
from fastapi.responses import Response

from corpus.errors import InvalidBatch
from eval.export import EXPORTS
from eval.measures.catalogue import BY_KEY
from eval.report import verdict
from eval.scoring import Scored
from eval.significance import Comparison
from eval.variants import VARIANTS
from ui import evaluation_schemas as schemas
from ui.evaluations import MAX_QUESTIONS, MAX_UPLOAD, Evaluations, Order, Split, Status
from ui.serialize import Payload, to_json

MAX_FORM = MAX_UPLOAD + 64 * 1024
"""The file and the other fields of the form around it."""

REPORT_KINDS = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""What a report may do: be looked at."""

RunId = Annotated[str, Path(max_length=80, description="评测的编号", examples=["20261123-101500-9f2c1a"])]
Upload = Annotated[
    UploadFile | None, File(description=f"问题：JSONL、CSV 或 XLSX，最多 {MAX_QUESTIONS} 个、{MAX_UPLOAD >> 20} MB")
]
SplitField = Annotated[Split | Literal[""], Form(description="不上传时：自带题目的哪一部分", examples=["dev"])]
LimitField = Annotated[int | None, Form(ge=1, le=MAX_QUESTIONS, description="只跑几个（均匀地抽）", examples=[60])]
RegionField = Annotated[str, Form(max_length=50, description="给没有选地区的问题选上这个地区", examples=["辽宁"])]
VariantField = Annotated[str, Form(max_length=20, description=f"改写问题：{'、'.join(VARIANTS)}", examples=["typo"])]

Errors = dict[int | str, dict[str, Any]]


def own_pages_only(request: Request) -> None:
    """Refuse what another site's page makes a browser send."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise HTTPException(403)


def begin(evaluations: Evaluations, file: UploadFile | None, order: Order) -> Status:
    """Queue what a form asks for. Raises as :meth:`Evaluations.upload` does."""
    if file is not None and file.filename:
        return evaluations.upload(file.filename, file.file.read(MAX_UPLOAD + 1), order)
    if not order.split:
        raise InvalidBatch("没有选文件，也没有选自带的题目", hint="选一个文件上传，或选 dev、dev2、test 之一")
    return evaluations.bundled(order)


def ordered(
    split: SplitField = "", limit: LimitField = None, region: RegionField = "", variant: VariantField = ""
) -> Order:
    """Return what the form asks for beside the file."""
    return Order(split=split, limit=limit, region=region.strip(), variant=variant)


Ordered = Annotated[Order, Depends(ordered)]


def add_evaluation_routes(app: FastAPI, evaluations: Evaluations, errors: Errors) -> None:
    """Add the routes to ``app``; ``errors`` describes the statuses that every route may give."""
    router = APIRouter(prefix="/api/v1/evaluations", tags=["评测"])
    error = errors[400]["model"]
    busy: Errors = {429: {"model": error, "description": "在等的评测太多"}}
    state: Errors = {409: {"model": error, "description": "这次评测还没有跑完，或已经结束"}}
    guarded = [Depends(own_pages_only)]

    @router.post(
        "", status_code=201, response_model=schemas.EvaluationOut, summary="开始一次评测", responses=busy,
        dependencies=guarded,
    )  # fmt: skip
    def start(
        order: Ordered,
        file: Upload = None,
    ) -> Response:
        return _json(_status(begin(evaluations, file, order)), 201)

    @router.get("", response_model=schemas.EvaluationsOut, summary="所有的评测")
    def listing() -> Response:
        return _json({"evaluations": [_status(one) for one in evaluations.listed()]})

    @router.get("/{run_id}", response_model=schemas.EvaluationDetailOut, summary="一次评测的进度和结果")
    def status(run_id: RunId) -> Response:
        found = evaluations.status(run_id)
        summary = evaluations.summary(run_id) if found.state == "finished" else {}
        return _json({**_status(found), "summary": [_measure(key, value) for key, value in summary.items()]})

    @router.delete(
        "/{run_id}", response_model=schemas.EvaluationOut, summary="取消一次评测，已有的回答保留", responses=state,
        dependencies=guarded,
    )  # fmt: skip
    def cancel(run_id: RunId) -> Response:
        return _json(_status(evaluations.cancel(run_id)))

    @router.post(
        "/{run_id}/resume", response_model=schemas.EvaluationOut, summary="接着跑一次中断、取消或失败的评测",
        responses={**state, **busy}, dependencies=guarded,
    )  # fmt: skip
    def resume(run_id: RunId) -> Response:
        return _json(_status(evaluations.resume(run_id)))

    @router.get(
        "/{run_id}/report",
        summary="报告",
        response_class=Response,
        responses={
            **state,
            200: {"content": {kind: {} for kind in REPORT_KINDS.values()}, "description": "一页可离线看的报告"},
        },
    )
    def report(
        run_id: RunId,
        kind: Annotated[Literal["html", "md", "json"], Query(alias="format", description="格式")] = "html",
    ) -> Response:
        data = evaluations.file(run_id, f"report.{kind}")
        return _attachment(data, f"评测报告-{run_id}.{kind}", REPORT_KINDS[kind])

    @router.get(
        "/{run_id}/results",
        summary="逐题结果",
        response_class=Response,
        responses={
            **state,
            200: {
                "content": {media: {} for _, media in EXPORTS.values()},
                "description": "每题一行；会被当作公式的内容不会执行",
            },
        },
    )
    def results(
        run_id: RunId,
        kind: Annotated[Literal["csv", "xlsx", "jsonl"], Query(alias="format", description="格式")] = "csv",
    ) -> Response:
        data = evaluations.file(run_id, f"results.{kind}")
        return _attachment(data, f"评测结果-{run_id}.{kind}", EXPORTS[kind][1])

    @router.get(
        "/{run_id}/comparison",
        response_model=schemas.EvaluationComparisonOut,
        summary="与另一次评测逐题比较",
        responses=state,
    )
    def comparison(
        run_id: RunId,
        other: Annotated[str, Query(alias="with", max_length=80, description="之后的那一次")],
    ) -> Response:
        found, shown = evaluations.compare(run_id, other)
        return _json(_comparison(run_id, other, found, shown=shown))

    app.include_router(router)


def _status(status: Status) -> Payload:
    order = status.order or Order()
    return {
        "id": status.id,
        "name": status.name,
        "state": status.state,
        "created": status.created,
        "done": status.done,
        "total": status.total,
        "message": status.message,
        "hint": status.hint,
        "split": order.split,
        "limit": order.limit,
        "region": order.region,
        "variant": order.variant,
    }


def _measure(key: str, found: dict[str, float]) -> Payload:
    measure = BY_KEY[key]
    return {"key": key, "label": measure.label, "higher_is_better": measure.higher_is_better, **found}


def _comparison(first: str, second: str, found: Comparison, *, shown: bool) -> Payload:
    return {
        "first": first,
        "second": second,
        "paired": found.paired,
        "measures": [
            {
                "key": key,
                "label": BY_KEY[key].label,
                **{name: round(getattr(one, name), 6) for name in ("first", "second", "change", "low", "high", "p")},
                "count": one.count,
                "verdict": verdict(key, one.change, one.p),
            }
            for key, one in found.differences.items()
        ],
        "gained": [_changed(pair[0]) for pair in found.gained] if shown else None,
        "lost": [_changed(pair[1]) for pair in found.lost] if shown else None,
    }


def _changed(wrong: Scored) -> Payload:
    return {"id": wrong.item.id, "question": wrong.item.question, "problems": list(wrong.problems)}


def _attachment(data: bytes, name: str, media: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return Response(data, headers=headers, media_type=media)


def _json(payload: Payload, status: int = 200) -> Response:
    return Response(to_json(payload), status, {"Cache-Control": "no-cache"}, media_type="application/json")
