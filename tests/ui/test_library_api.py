from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.librarian import Librarian, Upload
from assistant.live import LiveAssistant
from assistant.settings import Settings
from corpus.regions import Gazetteer
from indexer import dictionary as dictionary_module
from indexer.encoder import HashEncoder
from indexer.lexicon import Lexicon
from indexer.library import Library
from indexer.search import Retriever
from indexer.writer import writing
from ui import library_schemas
from ui.admin import KEY_HEADER, AdminKey, Desk
from ui.api import create_app
from ui.feedback import FeedbackStore
from ui.library_api import MAX_FILES, MAX_UPLOAD
from ui.serve import OneIndex
from ui.web.site import add_site

SECRET = "a-key-of-sixteen-signs"
KEY = {KEY_HEADER: SECRET}
HAINAN = """海南省人民政府关于加强职业技能培训的实施意见
琼府〔2023〕7号

一、总体目标

到2025年,新增高技能人才2万人。

二、重点任务

(一)支持企业培训。对新招用职工开展岗前培训的企业,按每人500元给予培训补贴。

海南省人民政府
2023年3月1日
"""
QINGHAI = "青海省职业技能培训管理办法\n青政办〔2024〕12号\n\n第一条 牧区劳动者参加藏毯编织培训的,给予生活费补贴。\n"
HAINAN_ID, QINGHAI_ID = "hainan-fu-2023-7", "qinghai-zhengban-2024-12"
DOCUMENTS = "/api/v1/documents"


@pytest.fixture(scope="module", autouse=True)
def few_words() -> Iterator[None]:
    """Makes dictionaries of the words of these documents only: the full list takes seconds for each index."""
    words, classes = dictionary_module._jieba_words()
    few = {word: count for word, count in words.items() if word in HAINAN + QINGHAI}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary_module, "_jieba_words", lambda: (dict(few), {word: classes[word] for word in few}))
        yield


def librarian_at(home: Path) -> Librarian:
    return Librarian(home / "index", Library(home / "library"), Gazetteer.load(), HashEncoder, wait=0)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one document, to be copied."""
    home = tmp_path_factory.mktemp("stock")
    librarian_at(home).add([Upload("hainan.txt", HAINAN.encode())])
    return home


@pytest.fixture
def librarian(stock: Path, tmp_path: Path) -> Librarian:
    shutil.copytree(stock, tmp_path, dirs_exist_ok=True)
    return librarian_at(tmp_path)


@pytest.fixture
def live(librarian: Librarian, tmp_path: Path) -> Iterator[LiveAssistant]:
    def opened() -> Assistant:
        return Assistant(Retriever.open(tmp_path / "index", HashEncoder()), Gazetteer.load(), Lexicon.load())

    live = LiveAssistant(tmp_path / "index", opened)
    yield live
    live.close()


def client_of(live: LiveAssistant, librarian: Librarian, home: Path, secret: str | None = SECRET) -> TestClient:
    desk = Desk(librarian, AdminKey(SecretStr(secret) if secret else None), live.refresh)
    app = create_app(live, FeedbackStore(home / "feedback.sqlite"), desk=desk)
    add_site(app, live, desk)
    return TestClient(OneIndex(app, live.pinned), raise_server_exceptions=False)


@pytest.fixture
def client(live: LiveAssistant, librarian: Librarian, tmp_path: Path) -> TestClient:
    return client_of(live, librarian, tmp_path)


def files(*texts: str | bytes, name: str = "files") -> list[tuple[str, tuple[str, bytes]]]:
    return [
        (name, (f"{n}.txt", text.encode() if isinstance(text, str) else text)) for n, text in enumerate(texts, start=1)
    ]


def held(client: TestClient) -> list[str]:
    return [one["doc_id"] for one in client.get(DOCUMENTS).json()["documents"]]


def error_of(reply: Any) -> str:
    error = reply.json()["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["message"]
    assert error["hint"]
    return str(error["code"])


GUARDED = [
    ("POST", DOCUMENTS, {"files": files(QINGHAI)}),
    ("POST", f"{DOCUMENTS}?preview=true", {"files": files(QINGHAI)}),
    ("PUT", f"{DOCUMENTS}/{HAINAN_ID}", {"files": files(QINGHAI, name="file")}),
    ("PATCH", f"{DOCUMENTS}/{HAINAN_ID}", {"json": {"title": "甲"}}),
    ("DELETE", f"{DOCUMENTS}/{HAINAN_ID}", {}),
    ("GET", f"{DOCUMENTS}/{HAINAN_ID}/original", {}),
    ("GET", "/api/v1/admin", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), GUARDED)
@pytest.mark.parametrize(
    ("secret", "given", "status", "code"),
    [
        (None, SECRET, 403, "admin_disabled"),
        (None, None, 403, "admin_disabled"),
        (SECRET, None, 401, "admin_key_refused"),
        (SECRET, "", 401, "admin_key_refused"),
        (SECRET, SECRET + "x", 401, "admin_key_refused"),
        (SECRET, SECRET.upper(), 401, "admin_key_refused"),
        (SECRET, "é" * 16, 401, "admin_key_refused"),
    ],
)
def test_nobody_changes_anything_without_the_key(
    live, librarian, tmp_path, caplog, method, path, body, secret, given, status, code
):
    client = client_of(live, librarian, tmp_path, secret)
    headers = {} if given is None else {KEY_HEADER: given.encode("latin-1")}
    reply = client.request(method, path, headers=headers, **body)
    assert (reply.status_code, error_of(reply)) == (status, code)
    assert held(client) == [HAINAN_ID]
    assert SECRET not in caplog.text + reply.text
    assert "琼府" not in reply.text


def test_how_to_enable_is_told(live, librarian, tmp_path):
    reply = client_of(live, librarian, tmp_path, None).delete(f"{DOCUMENTS}/{HAINAN_ID}")
    assert "WENCE_ADMIN_KEY" in reply.json()["error"]["hint"]


@pytest.mark.parametrize("key", ["short", "密" * 20, "with space in the key", ""])
def test_a_weak_key_is_refused(key):
    with pytest.raises(ValidationError):
        Settings(admin_key=key)


def test_the_key_is_never_printed():
    settings = Settings(admin_key=SECRET)
    assert SECRET not in f"{settings!r} {settings} {AdminKey(settings.admin_key)!r} {settings.model_dump()}"


def test_a_document_from_preview_to_removal(client):
    preview = client.post(f"{DOCUMENTS}?preview=true", files=files(QINGHAI, b"\0"), headers=KEY)
    assert preview.status_code == 200
    library_schemas.PreviewOut.model_validate(preview.json())
    (draft,) = preview.json()["documents"]
    assert (draft["document"]["doc_id"], len(preview.json()["refused"])) == (QINGHAI_ID, 1)
    assert held(client) == [HAINAN_ID]

    added = client.post(DOCUMENTS, files=files(QINGHAI), headers=KEY)
    library_schemas.ChangeOut.model_validate(added.json())
    assert (added.status_code, added.json()["outcomes"][0]["status"]) == (200, "added")
    assert held(client) == [HAINAN_ID, QINGHAI_ID]
    assert client.get("/api/v1/search?q=藏毯编织").json()["hits"][0]["doc_id"] == QINGHAI_ID

    edited = client.patch(f"{DOCUMENTS}/{QINGHAI_ID}", json={"issued": "2024年4月1日"}, headers=KEY)
    assert edited.json()["outcomes"][0]["status"] == "edited"
    assert client.get(f"{DOCUMENTS}/{QINGHAI_ID}").json()["issued"] == "2024-04-01"
    review = client.get(f"{DOCUMENTS}/{QINGHAI_ID}/review").json()
    library_schemas.ReviewOut.model_validate(review)
    field = next(one for one in review["fields"] if one["field"] == "issued")
    assert (field["edited"], field["read"], field["quote"]) == (True, "", None)
    assert "2024-04-01（人工修订）" in client.get("/documents").text

    later = QINGHAI.replace("藏毯", "唐卡")
    replaced = client.put(f"{DOCUMENTS}/{QINGHAI_ID}", files=files(later, name="file"), headers=KEY)
    assert replaced.json()["outcomes"][0]["status"] == "replaced"
    assert client.get("/api/v1/search?q=唐卡编织").json()["hits"][0]["doc_id"] == QINGHAI_ID
    assert client.get(f"{DOCUMENTS}/{QINGHAI_ID}").json()["issued"] == "2024-04-01"

    original = client.get(f"{DOCUMENTS}/{QINGHAI_ID}/original", headers=KEY)
    assert original.content == later.encode()
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment")
    assert original.headers["x-content-type-options"] == "nosniff"

    assert client.delete(f"{DOCUMENTS}/{QINGHAI_ID}", headers=KEY).json()["documents"] == 1
    assert held(client) == [HAINAN_ID]


@pytest.mark.parametrize(
    ("on_conflict", "status", "after"),
    [("refuse", 409, [HAINAN_ID]), ("replace", 200, [HAINAN_ID]), ("both", 200, [HAINAN_ID, f"{HAINAN_ID}~2"])],
)
def test_a_document_of_the_same_id(client, on_conflict, status, after):
    later = HAINAN.replace("500元", "600元")
    reply = client.post(f"{DOCUMENTS}?on_conflict={on_conflict}", files=files(later), headers=KEY)
    assert (reply.status_code, held(client)) == (status, after)
    assert ("600元" in client.get(f"{DOCUMENTS}/{after[-1]}").json()["text"]) == (status == 200)
    if status == 409:
        assert error_of(reply) == "document_exists"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", DOCUMENTS, {}, 400, "invalid_request"),
        ("POST", DOCUMENTS, {"files": files("")}, 400, "unreadable_source"),
        ("POST", DOCUMENTS, {"files": files(b"\0\1")}, 400, "unreadable_source"),
        ("POST", DOCUMENTS, {"files": files(*["x"] * (MAX_FILES + 1))}, 400, "invalid_change"),
        ("POST", f"{DOCUMENTS}?on_conflict=maybe", {"files": files(QINGHAI)}, 400, "invalid_request"),
        ("POST", DOCUMENTS, {"content": b"--x\r\nbroken", "type": "multipart/form-data; boundary=x"}, 400, None),
        ("POST", DOCUMENTS, {"content": b"x" * (MAX_UPLOAD + 1), "type": "text/plain"}, 413, "too_large"),
        ("PUT", f"{DOCUMENTS}/nope", {"files": files(QINGHAI, name="file")}, 404, "not_found"),
        ("PUT", f"{DOCUMENTS}/{HAINAN_ID}", {"files": files(b"\0", name="file")}, 400, "unreadable_source"),
        ("PATCH", f"{DOCUMENTS}/{HAINAN_ID}", {"json": {"issued": "昨天"}}, 400, "invalid_change"),
        ("PATCH", f"{DOCUMENTS}/{HAINAN_ID}", {"json": {"text": "甲"}}, 400, "invalid_request"),
        ("PATCH", f"{DOCUMENTS}/{HAINAN_ID}", {"json": {"title": "长" * 301}}, 400, "invalid_request"),
        ("PATCH", f"{DOCUMENTS}/{HAINAN_ID}", {"json": {}}, 400, "invalid_change"),
        ("DELETE", f"{DOCUMENTS}/nope", {}, 404, "not_found"),
        ("DELETE", f"{DOCUMENTS}/{HAINAN_ID}", {}, 400, "invalid_change"),
        ("GET", f"{DOCUMENTS}/nope/original", {}, 404, "not_found"),
        ("GET", f"{DOCUMENTS}/nope/review", {}, 404, "not_found"),
    ],
)
def test_what_cannot_be_done_is_told(client, method, path, body, status, code):
    kind = body.pop("type", None) if "type" in body else None
    headers = KEY | ({"content-type": kind} if kind else {})
    reply = client.request(method, path, headers=headers, **body)
    assert (reply.status_code, error_of(reply)) == (status, code or "invalid_request")
    assert held(client) == [HAINAN_ID]


def test_a_large_upload_is_for_those_with_the_key(client):
    body = b"x" * 2**20
    for headers, status in (({}, 401), (KEY, 400)):
        assert client.post(DOCUMENTS, content=body, headers=headers).status_code == status


def test_another_change_at_the_same_time(client, tmp_path):
    with writing(tmp_path / "index", wait=0):
        reply = client.post(DOCUMENTS, files=files(QINGHAI), headers=KEY)
    assert (reply.status_code, error_of(reply)) == (409, "library_busy")
    assert client.post(DOCUMENTS, files=files(QINGHAI), headers=KEY).status_code == 200


def test_searching_goes_on_during_a_change(client, librarian, monkeypatch):
    inside, leave = threading.Event(), threading.Event()
    build = librarian._encoder

    def slow() -> HashEncoder:
        inside.set()
        leave.wait(20)
        return build()

    monkeypatch.setattr(librarian, "_encoder", slow)
    replies: list[Any] = []
    writer = threading.Thread(target=lambda: replies.append(client.post(DOCUMENTS, files=files(QINGHAI), headers=KEY)))
    writer.start()
    assert inside.wait(20)
    assert client.get("/api/v1/search?q=培训补贴").json()["hits"][0]["doc_id"] == HAINAN_ID
    assert held(client) == [HAINAN_ID]
    leave.set()
    writer.join()
    assert replies[0].status_code == 200
    assert held(client) == [HAINAN_ID, QINGHAI_ID]


def test_the_quality_of_all_documents(client):
    reply = client.get("/api/v1/check").json()
    library_schemas.CheckOut.model_validate(reply)
    assert reply["documents"][0]["doc_id"] == HAINAN_ID
    assert set(reply["counts"]) == {"missing", "doubtful", "notice"}


def test_the_routes_are_described_with_examples(client):
    described = client.get("/openapi.json").json()
    for method, path, _ in GUARDED:
        route = path.partition("?")[0].replace(HAINAN_ID, "{doc_id}")
        operation = described["paths"][route][method.lower()]
        assert operation["security"] == [{"AdminKey": []}]
        assert {"401", "403", "409", "413"} <= set(operation["responses"])
    fields = described["components"]["schemas"]["EditsIn"]["properties"]
    assert all("examples" in field for field in fields.values())
    assert described["components"]["securitySchemes"]["AdminKey"]["name"] == KEY_HEADER


@pytest.mark.parametrize(("secret", "managed"), [(SECRET, True), (None, False)])
def test_without_a_key_the_page_only_shows(live, librarian, tmp_path, secret, managed):
    page = client_of(live, librarian, tmp_path, secret).get("/documents").text
    assert ("管理文件库" in page, "library.js" in page) == (managed, managed)
    assert SECRET not in page
