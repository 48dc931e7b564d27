"""The routes that take documents in, change them and remove them, behind the admin key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, File, Path, Query, Security, UploadFile
from fastapi.responses import Response
from fastapi.security import APIKeyHeader
from starlette.types import Scope

from assistant.librarian import Change, OnConflict, Preview, Upload
from corpus.errors import DocumentExists, InvalidChange, PolicyError, UnreadableSource
from corpus.sources import MAX_SOURCE_BYTES
from ui import documents, library_schemas, schemas
from ui.admin import KEY_HEADER, Desk
from ui.render import clean
from ui.serialize import Payload, printable, to_json

MAX_UPLOAD = MAX_SOURCE_BYTES + 12 * 2**20
"""The most bytes of one upload, all files together."""

MAX_FILES = 20
ADDRESS = "/api/v1/documents"

_HEADER = APIKeyHeader(name=KEY_HEADER, scheme_name="AdminKey", auto_error=False, description="管理密钥")

ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": schemas.ErrorOut, "description": "管理密钥缺少或不对"},
    403: {"model": schemas.ErrorOut, "description": "没有启用文件管理"},
    409: {"model": schemas.ErrorOut, "description": "另一个操作正在进行，或编号相同的文件已在库里"},
    413: {"model": schemas.ErrorOut, "description": "上传的内容过大"},
}

DocId = Annotated[str, Path(max_length=300, description="文件编号", examples=["hainan-fu-2023-7"])]
Files = Annotated[list[UploadFile], File(description="要收录的文件，最多 20 个")]
OneFile = Annotated[UploadFile, File(description="新版本的文件")]
PreviewOnly = Annotated[bool, Query(description="只看会读出什么，不收录")]
Conflict = Annotated[
    OnConflict, Query(description="编号相同的文件：refuse 不收录，replace 换成新版本，both 两份都保留")
]


def add_library(app: FastAPI, desk: Desk) -> None:
    """Add the routes over ``desk`` to ``app``."""

    def admin(given: Annotated[str | None, Security(_HEADER)]) -> None:
        desk.key.check(given)

    guarded: dict[str, Any] = {"tags": ["文件管理"], "dependencies": [Depends(admin)], "responses": ERRORS}
    _add_changes(app, desk, guarded)
    _add_views(app, desk, guarded)


def body_limit(desk: Desk | None, otherwise: int) -> Callable[[Scope], int]:
    """Return how many bytes the body of a request may have: many only where its key allows an upload."""

    def limit(scope: Scope) -> int:
        if desk is None or scope["method"] not in ("POST", "PUT") or not scope["path"].startswith(ADDRESS):
            return otherwise
        name = KEY_HEADER.lower().encode()
        given = next((value for key, value in scope["headers"] if key == name), b"")
        # Before anything is read: nobody else can fill the memory.
        desk.key.check(given.decode("latin-1"))
        return MAX_UPLOAD

    return limit


def _add_changes(app: FastAPI, desk: Desk, guarded: dict[str, Any]) -> None:
    def done(change: Change, status: int = 200) -> Response:
        if not change.done:
            raise _refusal(change)
        if change.generation:
            desk.on_change()
        return _json(documents.change_payload(change), status)

    @app.post(
        ADDRESS,
        response_model=library_schemas.ChangeOut | library_schemas.PreviewOut,
        summary="收录文件，或先预览会读出什么",
        **guarded,
    )
    def take_in(files: Files, preview: PreviewOnly = False, on_conflict: Conflict = "refuse") -> Response:
        uploads = _uploads(files)
        if preview:
            return _json(documents.preview_payload(_previewed(desk, uploads)))
        return done(desk.librarian.add(uploads, on_conflict=on_conflict))

    @app.put(
        f"{ADDRESS}/{{doc_id}}",
        response_model=library_schemas.ChangeOut,
        summary="把一份文件换成新版本，编号不变",
        **guarded,
    )
    def replace(doc_id: DocId, file: OneFile) -> Response:
        return done(desk.librarian.replace(doc_id, _uploads([file])[0]))

    @app.patch(f"{ADDRESS}/{{doc_id}}", response_model=library_schemas.ChangeOut, summary="人工修订元数据", **guarded)
    def edit(doc_id: DocId, body: library_schemas.EditsIn) -> Response:
        return done(desk.librarian.edit(doc_id, body.model_dump(exclude_none=True)))

    @app.delete(f"{ADDRESS}/{{doc_id}}", response_model=library_schemas.ChangeOut, summary="删除一份文件", **guarded)
    def remove(doc_id: DocId) -> Response:
        return done(desk.librarian.remove([doc_id]))


def _add_views(app: FastAPI, desk: Desk, guarded: dict[str, Any]) -> None:
    @app.get(
        f"{ADDRESS}/{{doc_id}}/original",
        summary="收录时的原件，可下载",
        response_class=Response,
        **(guarded | {"responses": ERRORS | {200: _BYTES}}),
    )
    def original(doc_id: DocId) -> Response:
        kept = desk.librarian.original(doc_id)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(printable(kept.name), safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(kept.data, headers=headers, media_type="application/octet-stream")

    @app.get("/api/v1/admin", response_model=library_schemas.AdminOut, summary="管理密钥是否正确", **guarded)
    def admin() -> Response:
        return _json({"admin": True, "max_bytes": MAX_UPLOAD, "max_files": MAX_FILES})

    @app.get(
        f"{ADDRESS}/{{doc_id}}/review",
        response_model=library_schemas.ReviewOut,
        summary="元数据的出处、条款树、关系和可疑之处",
        tags=["文件"],
    )
    def review(doc_id: DocId) -> Response:
        return _json(documents.review_payload(desk.librarian.review(doc_id)))

    @app.get(
        "/api/v1/check", response_model=library_schemas.CheckOut, summary="各文件缺了什么、哪里可疑", tags=["文件"]
    )
    def check() -> Response:
        return _json(documents.check_payload(desk.librarian.check()))


_BYTES = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "description": "原件，一个字节也不改",
}


def _uploads(files: list[UploadFile]) -> list[Upload]:
    if len(files) > MAX_FILES:
        raise InvalidChange(f"一次最多上传 {MAX_FILES} 个文件", hint="请分几次上传。")
    return [Upload(clean(printable(one.filename or "")), one.file.read()) for one in files]


def _previewed(desk: Desk, uploads: list[Upload]) -> Preview:
    found: list[Preview] = []
    for upload in uploads:
        try:
            found.append(desk.librarian.preview(upload))
        except UnreadableSource as error:
            found.append(Preview((), ((upload.name, f"{error.message}。{error.hint}"),)))
    return Preview(tuple(r for one in found for r in one.reviews), tuple(r for one in found for r in one.refused))


def _refusal(change: Change) -> PolicyError:
    """The error for a change of which nothing could be done."""
    messages = ";".join(dict.fromkeys(outcome.message for outcome in change.outcomes)) or "没有可以收录的文件"
    first = next((outcome for outcome in change.outcomes), None)
    if first is not None and first.doc_id:
        return DocumentExists(messages, hint="换成新版本用 on_conflict=replace,两份都保留用 on_conflict=both。")
    return UnreadableSource(messages, hint=first.hint if first else "请检查文件。")


def _json(payload: Payload, status: int = 200) -> Response:
    return Response(to_json(payload), status, media_type="application/json")
