"""The HTTP API: the contract's routes over a ``PolicyService``, and one shape for every error."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Turn
from corpus.edits import FIELDS
from corpus.errors import (
    AdminDisabled,
    AdminKeyRefused,
    DocumentExists,
    EmptyQuery,
    EvaluationBusy,
    EvaluationState,
    IndexerError,
    InvalidBatch,
    InvalidChange,
    LibraryBusy,
    NotFound,
    PolicyError,
    QueryTooLong,
    UngroundedAnswer,
    UnreadableSource,
)
from corpus.model import Document, Target
from ui import eligibility, figures, lookup, schemas, serialize
from ui.admin import Desk
from ui.evaluation_routes import MAX_FORM, add_evaluation_routes
from ui.evaluations import Evaluations
from ui.feedback import Feedback, FeedbackStore
from ui.library_api import add_library, body_limit
from ui.serialize import Payload
from ui.service import MAX_QUESTION, PolicyService

MAX_BODY = 256 * 1024
UPLOADS = ("/api/v1/evaluations", "/evaluate")
"""Where a file may come with the request."""
MAX_K = 100
MAX_LISTED = 10_000
"""The most documents of one list for which a number is asked."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

STATUS_OF: tuple[tuple[type[PolicyError], int], ...] = (
    (EmptyQuery, 400),
    (QueryTooLong, 400),
    (UnreadableSource, 400),
    (InvalidChange, 400),
    (AdminKeyRefused, 401),
    (AdminDisabled, 403),
    (NotFound, 404),
    (InvalidBatch, 400),
    (EvaluationState, 409),
    (EvaluationBusy, 429),
    (DocumentExists, 409),
    (LibraryBusy, 409),
    (UngroundedAnswer, 500),
    (IndexerError, 503),
    (PolicyError, 500),
)
"""The first class that fits decides."""

FIELD_NAMES = FIELDS | {
    "files": "文件",
    "file": "文件",
    "doc_id": "文件编号",
    "preview": "preview",
    "on_conflict": "on_conflict",
    "question": "问题",
    "history": "对话历史",
    "role": "说话的一方",
    "content": "对话内容",
    "region": "地区",
    "as_of": "日期",
    "stream": "stream",
    "q": "检索词",
    "k": "条数",
    "indicator": "指标",
    "doc": "文件编号",
    "kind": "文种",
    "year": "年份",
    "group": "对象",
    "state": "效力",
    "measure": "口径",
    "sort": "排序",
    "verdict": "评价",
    "answer": "答案",
    "reason": "说明",
    "clause_ids": "条款编号",
    "groups": "人群",
    "age": "年龄",
    "employment": "就业状态",
    "graduation": "毕业情况",
    "certificate": "证书",
    "insured_months": "缴费月数",
    "residence": "户籍所在地",
    "statements": "条件",
    "split": "自带题目的部分",
    "limit": "最多几个",
    "offset": "跳过几个",
    "variant": "改写",
    "format": "格式",
    "with": "要比较的评测",
}

INTERNAL = serialize.error_body("internal_error", "服务内部出错，这次没有得到结果", "请稍后再试，或联系管理员")

Errors = dict[int | str, dict[str, Any]]
ERRORS: Errors = {
    400: {"model": schemas.ErrorOut, "description": "请求不正确"},
    404: {"model": schemas.ErrorOut, "description": "没有这一项"},
    413: {"model": schemas.ErrorOut, "description": "请求过大"},
    500: {"model": schemas.ErrorOut, "description": "服务内部出错"},
    503: {"model": schemas.ErrorOut, "description": "索引还不可用"},
}

QueryText = Annotated[
    str, Query(min_length=1, max_length=MAX_QUESTION, description="检索词", examples=["技能大师工作室"])
]
IndicatorText = Annotated[str | None, Query(max_length=100, description="名称含有此词的指标")]
Count = Annotated[int, Query(ge=1, le=MAX_K, description="最多几条")]
ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
RegionText = Annotated[
    str | None,
    Query(
        max_length=schemas.MAX_REGION, description="只查这个地区；地区未标明 为没有标明地区的文件", examples=["辽宁"]
    ),
]


KindText = Annotated[str | None, Query(max_length=20, description="只查这一文种", examples=["规划"])]
GroupText = Annotated[str | None, Query(max_length=20, description="只查写到这一对象的条款", examples=["退役军人"])]
YearNumber = Annotated[int | None, Query(ge=1949, le=2200, description="只查这一年成文的文件", examples=[2022])]
DayText = Annotated[date | None, Query(description="以这一天为准，默认今天", examples=["2025-01-31"])]
StateText = Annotated[
    lookup.StateFilter | None,
    Query(description="只要这一效力的文件；applicable 为除已失效、已被废止、被新版本取代和尚未施行的以外"),
]
ListLimit = Annotated[int | None, Query(ge=1, le=MAX_LISTED, description="最多列几份，默认全部", examples=[100])]
ListOffset = Annotated[int, Query(ge=0, description="跳过前几份")]
TargetYear = Annotated[int | None, Query(ge=1949, le=2200, description="只列适用于这一年的数字", examples=[2025])]
MeasureText = Annotated[str | None, Query(max_length=20, description="只列这一口径的数字", examples=["新增"])]
DocText = Annotated[str | None, Query(max_length=300, description="只列这份文件的数字")]
SortText = Annotated[figures.SortKey, Query(description="按哪一项排序；document 为文件里的先后")]


def create_app(
    service: PolicyService,
    feedback: FeedbackStore,
    *,
    evaluations: Evaluations | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """The API over ``service``, with ``feedback`` kept where it says. Blocking calls run in the thread pool.

    Without ``evaluations`` nobody can start one; without ``desk`` there are no routes to change documents.
    """
    app = FastAPI(
        title="问策 API",
        version="1",
        description="政策问答与条款检索：每句话都能对到原文条款。",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=ERRORS,
    )
    _add_routes(app, service)
    _add_figure_routes(app, service)
    _add_eligibility_routes(app, service)
    _add_feedback_route(app, feedback)
    if evaluations:
        add_evaluation_routes(app, evaluations, ERRORS)
    if desk is not None:
        add_library(app, desk)
    _add_operations(app, service)
    _add_error_handlers(app)
    _describe_without_422(app)
    documents_limit = body_limit(desk, MAX_BODY)

    def limit(scope: Scope) -> int:
        return MAX_FORM if scope["path"] in UPLOADS else documents_limit(scope)

    app.add_middleware(BodyLimit, limit=limit)
    return app


def _add_routes(app: FastAPI, service: PolicyService) -> None:
    @app.post(
        "/api/v1/ask",
        response_model=schemas.AnswerOut,
        summary="提一个问题",
        tags=["问答"],
        responses={200: {"content": {"text/event-stream": {}}, "description": "答案；stream 为 true 时是事件流"}},
    )
    def ask(body: schemas.AskIn) -> Response:
        if body.stream:
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(_events(service, body), media_type="text/event-stream", headers=headers)
        return _json(_answer(service, body))

    @app.get("/api/v1/search", response_model=schemas.SearchOut, summary="查找条款", tags=["检索"])
    def search(
        q: QueryText,
        region: RegionText = None,
        k: Count = 10,
        kind: KindText = None,
        year: YearNumber = None,
        group: GroupText = None,
        state: StateText = None,
        as_of: DayText = None,
    ) -> Response:
        filters = lookup.Filters(region or "", kind or "", year, group or "", state or "", as_of)
        found = lookup.find(service, q, filters, k=k)
        return _json(serialize.search_payload(q, found))

    @app.get("/api/v1/documents", response_model=schemas.DocumentsOut, summary="已收录的文件", tags=["文件"])
    def documents(
        as_of: DayText = None, state: StateText = None, limit: ListLimit = None, offset: ListOffset = 0
    ) -> Response:
        filters = lookup.Filters(state=state or "", as_of=as_of)
        held = [one for one in service.heads() if filters.holds(service, one.doc_id)]
        shown = held[offset:] if limit is None else held[offset : offset + limit]
        listed = ((one, service.standing(one.doc_id, as_of=as_of)) for one in shown)
        return _json(serialize.documents_payload(listed, service.clause_roles(), total=len(held)))

    @app.get("/api/v1/documents/{doc_id}", response_model=schemas.DocumentDetailOut, summary="一份文件", tags=["文件"])
    def document(doc_id: Annotated[str, Path(description="文件编号")], as_of: DayText = None) -> Response:
        found = service.document(doc_id)
        return _json(serialize.document_detail_payload(found, service.dossier(found.doc_id, as_of=as_of)))

    @app.get(
        "/api/v1/clauses/{clause_id:path}", response_model=schemas.ClauseDetailOut, summary="一条条款", tags=["文件"]
    )
    def clause(
        clause_id: Annotated[str, Path(description="条款编号，其中的 # 写作 %23")], as_of: DayText = None
    ) -> Response:
        found = service.clause(clause_id)
        return _json(serialize.clause_detail_payload(found, service.dossier(found.doc_id, as_of=as_of)))

    @app.get(
        "/api/v1/documents/{doc_id}/source",
        summary="一份文件的原文，可下载",
        tags=["文件"],
        response_class=PlainTextResponse,
        responses={
            200: {"content": {"text/plain": {"example": "原文全文"}}, "description": "收录时读到的原文，一字不改"}
        },
    )
    def source(doc_id: Annotated[str, Path(description="文件编号")]) -> Response:
        found = service.document(doc_id)
        return _download(found.text, f"{found.doc_id}.txt", "text/plain")


def _add_figure_routes(app: FastAPI, service: PolicyService) -> None:
    def chosen(
        region: str | None,
        indicator: str | None,
        measure: str | None,
        year: int | None,
        doc: str | None,
        sort: figures.SortKey,
    ) -> tuple[tuple[Target, ...], dict[str, Document]]:
        found = lookup.figures_of(service, region, indicator)
        if doc:
            found = tuple(one for one in found if one.doc_id == doc)
        kept = figures.select(found, measure=measure or "", year=year, sort=sort)
        return kept, {doc_id: service.document(doc_id) for doc_id in {one.doc_id for one in kept}}

    @app.get("/api/v1/targets", response_model=schemas.TargetsOut, summary="目标和数字", tags=["指标"])
    def targets(
        region: RegionText = None,
        indicator: IndicatorText = None,
        measure: MeasureText = None,
        year: TargetYear = None,
        doc: DocText = None,
        sort: SortText = "document",
    ) -> Response:
        return _json(serialize.targets_payload(*chosen(region, indicator, measure, year, doc, sort)))

    @app.get(
        "/api/v1/targets.csv",
        summary="目标和数字，导出为表格",
        tags=["指标"],
        response_class=PlainTextResponse,
        responses={
            200: {
                "content": {"text/csv": {"example": ",".join(figures.COLUMNS)}},
                "description": "UTF-8（带 BOM）的 CSV；会被当作公式的单元格前加撇号",
            }
        },
    )
    def targets_csv(
        region: RegionText = None,
        indicator: IndicatorText = None,
        measure: MeasureText = None,
        year: TargetYear = None,
        doc: DocText = None,
        sort: SortText = "document",
    ) -> Response:
        return _download(figures.to_csv(*chosen(region, indicator, measure, year, doc, sort)), "指标.csv", "text/csv")

    @app.get(
        "/api/v1/targets.xlsx",
        summary="目标和数字，导出为 Excel 工作簿",
        tags=["指标"],
        response_class=Response,
        responses={
            200: {
                "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
                "description": "一张工作表；数值是数字，其余都是文字，不含公式",
            }
        },
    )
    def targets_xlsx(
        region: RegionText = None,
        indicator: IndicatorText = None,
        measure: MeasureText = None,
        year: TargetYear = None,
        doc: DocText = None,
        sort: SortText = "document",
    ) -> Response:
        return _attached(figures.to_xlsx(*chosen(region, indicator, measure, year, doc, sort)), "指标.xlsx", XLSX)

    @app.get("/api/v1/comparison", response_model=schemas.ComparisonOut, summary="同一指标在各文件", tags=["指标"])
    def comparison(
        indicator: Annotated[
            str, Query(min_length=1, max_length=100, description="名称含有此词的指标", examples=["高技能人才"])
        ],
    ) -> Response:
        found = figures.compare(indicator, service.targets(), service.heads())
        told = {one.document.doc_id: service.document(one.document.doc_id) for one in found.stated if one.targets}
        return _json(serialize.comparison_payload(found, told))


def _add_eligibility_routes(app: FastAPI, service: PolicyService) -> None:
    @app.get(
        "/api/v1/eligibility/questions",
        response_model=schemas.QuestionsOut,
        summary="资格自查：会问什么，哪些条款要问",
        tags=["资格自查"],
    )
    def questions(
        region: Annotated[
            str, Query(min_length=1, max_length=schemas.MAX_REGION, description="在哪个地区", examples=["辽宁省"])
        ],
    ) -> Response:
        desk = service.eligibility
        return _json(eligibility.questions_payload(desk.name(region), desk.questions(region), desk.offers(region)))

    @app.post(
        "/api/v1/eligibility", response_model=schemas.SelfCheckOut, summary="资格自查：逐条对照条件", tags=["资格自查"]
    )
    def check(body: schemas.ProfileIn) -> Response:
        return _json(
            eligibility.self_check_payload(service.eligibility.check(body.region, body.profile(), as_of=body.as_of))
        )


def _add_feedback_route(app: FastAPI, store: FeedbackStore) -> None:
    @app.post(
        "/api/v1/feedback", response_model=schemas.FeedbackOut, status_code=201, summary="评价一次回答", tags=["反馈"]
    )
    def feedback(body: schemas.FeedbackIn) -> Response:
        given = Feedback(body.verdict, body.question, body.answer, body.region, body.reason, tuple(body.clause_ids))
        return _json({"id": store.add(given)}, 201)


def _add_operations(app: FastAPI, service: PolicyService) -> None:
    @app.get("/healthz", response_model=schemas.HealthOut, summary="服务是否在运行", tags=["运维"])
    def healthz() -> Response:
        return _json({"status": "ok"})

    @app.get("/readyz", response_model=schemas.StatusOut, summary="是否可以回答", tags=["运维"])
    def readyz() -> Response:
        status = service.status()
        if not status.ready:
            return _json(serialize.error_body("not_ready", "索引还不可用", "请先运行 wence index"), 503)
        return _json(serialize.status_payload(status))

    @app.get("/api", include_in_schema=False)
    def listing() -> Response:
        return HTMLResponse(_listing(app))

    @app.api_route("/api/{rest:path}", methods=ANY_METHOD, include_in_schema=False)
    def nowhere(request: Request, rest: str) -> Response:
        # The page is mounted at the root, so an unknown path or method must be answered here.
        allowed = sorted(_methods_at(app, request.scope))
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(PolicyError)
    def policy_error(request: Request, error: PolicyError) -> Response:
        status = next(status for kind, status in STATUS_OF if isinstance(error, kind))
        return _json(serialize.error_payload(error), status)

    @app.exception_handler(RequestValidationError)
    def invalid_request(request: Request, error: RequestValidationError) -> Response:
        messages = list(dict.fromkeys(_explain(one) for one in error.errors()))
        return _json(serialize.error_body("invalid_request", "；".join(messages[:5]), "接口说明见 /openapi.json"), 400)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        code, message, hint = {
            400: ("invalid_request", _unread(request), "接口说明见 /openapi.json"),
            403: ("forbidden", "这个请求来自别的网站", "请在本站的页面上操作"),
            404: ("not_found", f"没有这个地址：{request.url.path}", "接口列表见 /api"),
            405: ("method_not_allowed", f"这个地址不接受 {request.method} 请求", "接口列表见 /api"),
        }.get(error.status_code, ("http_error", f"请求未能完成（{error.status_code}）", ""))
        return _json(serialize.error_body(code, message, hint), error.status_code, error.headers)

    @app.exception_handler(Exception)
    def internal_error(request: Request, error: Exception) -> Response:
        return _json(INTERNAL, 500)


def _answer(service: PolicyService, body: schemas.AskIn) -> Payload:
    history = tuple(Turn(turn.role, turn.content) for turn in body.history)
    answer = service.ask(body.question, history=history, region=body.region or None, as_of=body.as_of)
    return serialize.answer_payload(answer)


def _events(service: PolicyService, body: schemas.AskIn) -> Iterator[str]:
    try:
        payload = _answer(service, body)
    except PolicyError as error:
        yield _event("error", serialize.error_payload(error))
        return
    except Exception:
        yield _event("error", INTERNAL)
        raise
    for piece in serialize.pieces(payload["answer"]):
        yield _event("delta", {"text": piece})
    yield _event("answer", payload)


def _event(name: str, payload: Payload) -> str:
    return f"event: {name}\ndata: {serialize.to_json(payload)}\n\n"


def _download(text: str, name: str, kind: str) -> Response:
    # A lone surrogate from a damaged source cannot be encoded.
    return _attached(serialize.printable(text).encode(), name, f"{kind}; charset=utf-8")


def _attached(content: bytes, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type=kind)


def _json(payload: Payload, status: int = 200, headers: Any = None) -> Response:
    return Response(serialize.to_json(payload), status, headers, media_type="application/json")


def _explain(error: dict[str, Any]) -> str:
    """One pydantic error in Chinese."""
    steps = [step for step in error["loc"] if isinstance(step, str) and step not in {"body", "query", "path"}]
    field = FIELD_NAMES.get(steps[-1], steps[-1]) if steps else "请求体"
    limits = error.get("ctx", {})
    kind = error["type"]
    explanations = {
        "missing": f"缺少{field}",
        "json_invalid": "请求体不是正确的 JSON",
        "extra_forbidden": f"不认识的字段：{field}",
        "string_too_short": f"{field}不能为空",
        "string_too_long": f"{field}最多 {limits.get('max_length')} 个字符",
        "too_long": f"{field}最多 {limits.get('max_length')} 条",
        "greater_than_equal": f"{field}不能小于 {limits.get('ge')}",
        "less_than_equal": f"{field}不能大于 {limits.get('le')}",
        "string_type": f"{field}应为文字",
        "string_unicode": f"{field}含有无法识别的字符",
        "int_parsing": f"{field}应为整数",
        "bool_parsing": f"{field}应为 true 或 false",
        "literal_error": f"{field}只能是 {limits.get('expected')}",
        "list_type": f"{field}应为列表",
    }
    if kind.startswith("date"):
        return f"{field}应写作 2025-01-31 的样子"
    return explanations.get(kind, f"{field}的内容不正确")


def _unread(request: Request) -> str:
    uploaded = request.headers.get("content-type", "").startswith("multipart/")
    return "上传的内容不完整或格式不对" if uploaded else "请求体不是 UTF-8 的 JSON"


def _methods_at(app: FastAPI, scope: Scope) -> set[str]:
    matching = (route for route in _routes(app) if route.include_in_schema and route.matches(scope)[0] is Match.PARTIAL)
    return {method for route in matching for method in route.methods or ()}


def _routes(app: FastAPI) -> Sequence[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def _listing(app: FastAPI) -> str:
    routes = [route for route in _routes(app) if route.include_in_schema]
    rows = "".join(
        f"<tr><td><code>{' '.join(route.methods or ())}</code></td>"
        f"<td><code>{html.escape(route.path_format)}</code></td><td>{html.escape(route.summary or '')}</td></tr>"
        for route in routes
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>问策 API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:16px/1.7 sans-serif;max-width:48rem;margin:3rem auto;padding:0 1rem}"
        "td{padding:.3rem 1.2rem .3rem 0;vertical-align:top}</style></head>"
        f"<body><h1>问策 API</h1><table>{rows}</table>"
        '<p>完整的说明：<a href="/openapi.json">/openapi.json</a></p></body></html>'
    )


def _describe_without_422(app: FastAPI) -> None:
    """Keep FastAPI's own 422 out of the description: here every invalid request is a 400."""
    describe: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        schema = describe()
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


class BodyLimit:
    """ASGI middleware: a request body above its ``limit`` in bytes is answered with 413 before anything parses it."""

    def __init__(self, app: ASGIApp, limit: Callable[[Scope], int]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        try:
            limit = self._limit(scope)
        except PolicyError as error:
            status = next(status for kind, status in STATUS_OF if isinstance(error, kind))
            await _json(serialize.error_payload(error), status)(scope, receive, send)
            return
        read: list[Message] = []
        size = 0
        while True:
            message = await receive()
            read.append(message)
            size += len(message.get("body", b""))
            if size > limit:
                upload = limit >= 2**20
                message_text = f"请求超过 {limit // 2**20} MB" if upload else f"请求超过 {limit // 1024} KB"
                hint = "请分几次上传，或拆分文件" if upload else "请缩短问题或减少对话历史"
                body = serialize.error_body("too_large", message_text, hint)
                await _json(body, 413)(scope, receive, send)
                return
            if message["type"] != "http.request" or not message.get("more_body", False):
                break
        replay = iter(read)

        async def receive_again() -> Message:
            return next(replay, None) or await receive()

        await self._app(scope, receive_again, send)
