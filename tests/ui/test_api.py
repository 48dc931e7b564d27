from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ui import schemas
from ui.api import MAX_BODY, create_app
from ui.feedback import MAX_CLAUSES, MAX_REASON, Feedback, FeedbackStore

ANSWER_FIELDS = [
    "question",
    "standalone_question",
    "outcome",
    "answer",
    "citations",
    "scope",
    "suggestions",
    "mode",
    "timings_ms",
]
CITATION_FIELDS = [
    "marker",
    "clause_id",
    "doc_id",
    "title",
    "doc_number",
    "issuer",
    "region",
    "issued",
    "label",
    "heading_path",
    "text",
    "quote",
    "start",
    "end",
    "verification",
]


@pytest.fixture
def feedback(tmp_path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "home" / "feedback.sqlite")


@pytest.fixture
def app(service, feedback) -> FastAPI:
    return create_app(service, feedback)


@pytest.fixture
def client(app) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def ask(client: TestClient, question: Any, **more: Any) -> Any:
    return client.post("/api/v1/ask", json={"question": question, **more})


def events(body: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in body.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_answer_has_the_fields_of_the_contract_in_their_order(client):
    reply = ask(client, "高技能人才目标")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert list(body) == ANSWER_FIELDS
    assert list(body["citations"][0]) == CITATION_FIELDS
    assert body["scope"] == {"regions": ["遵义市", "辽宁省"], "as_of": "2025-01-31"}
    assert body["timings_ms"] == {"total": 12.346}
    assert "高技能人才" in reply.text


def test_citations_are_verbatim(client, service):
    for citation in ask(client, "高技能人才目标").json()["citations"]:
        text = service.document(citation["doc_id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"] in citation["text"]
        assert citation["text"] in text


def test_refusal_gives_related_clauses_instead_of_citations(client):
    body = ask(client, "广州市有什么补贴").json()
    assert body["outcome"] == "refused"
    assert body["citations"] == []
    assert [list(one) for one in body["related"]] == [CITATION_FIELDS, CITATION_FIELDS]


def test_everything_asked_reaches_the_service(client, service):
    history = [{"role": "user", "content": "遵义呢"}, {"role": "assistant", "content": "9万人以上[1]。"}]
    ask(client, "  那辽宁呢 ", history=history, region="辽宁", as_of="2024-02-29")
    question, turns, region, as_of = service.asked[-1]
    assert question == "那辽宁呢"
    assert [(turn.role, turn.content) for turn in turns] == [("user", "遵义呢"), ("assistant", "9万人以上[1]。")]
    assert (region, as_of.isoformat()) == ("辽宁", "2024-02-29")


def test_stream_gives_pieces_and_then_the_whole(client):
    reply = ask(client, "高技能人才目标", stream=True)
    assert reply.headers["content-type"].startswith("text/event-stream")
    *deltas, (name, answer) = events(reply.text)
    assert {kind for kind, _ in deltas} == {"delta"}
    assert len(deltas) > 1
    assert "".join(delta["text"] for _, delta in deltas) == answer["answer"]
    assert name == "answer"
    assert list(answer) == ANSWER_FIELDS


@pytest.mark.parametrize(("question", "code"), [("没有索引", "index_not_built"), ("崩溃", "internal_error")])
def test_stream_ends_with_an_error_event(client, question, code):
    reply = ask(client, question, stream=True)
    assert [(name, body["error"]["code"]) for name, body in events(reply.text)] == [("error", code)]
    assert "secret" not in reply.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "缺少问题"),
        ({"question": ""}, "问题不能为空"),
        ({"question": " \n\u3000"}, "问题不能为空"),
        ({"question": "问" * 10_000}, "问题最多 2000 个字符"),
        ({"question": 3}, "问题应为文字"),
        ({"question": "问", "regoin": "辽宁"}, "不认识的字段：regoin"),
        ({"question": "问", "history": [{"role": "user", "content": "问"}] * 51}, "对话历史最多 50 条"),
        (
            {"question": "问", "history": [{"role": "system", "content": "问"}]},
            "说话的一方只能是 'user' or 'assistant'",
        ),
        ({"question": "问", "history": ["问"]}, "对话历史的内容不正确"),
        ({"question": "问", "as_of": "明天"}, "日期应写作 2025-01-31 的样子"),
        ({"question": "问", "stream": "也许"}, "stream应为 true 或 false"),
        ([], "请求体的内容不正确"),
    ],
)
def test_invalid_bodies(client, body, message):
    reply = client.post("/api/v1/ask", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "invalid_request"
    assert reply.json()["error"]["message"] == message


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'"\xff\xfe"', b'{"question": "\\ud800"}', b"[" * 5000],
    ids=["empty", "cut", "not utf-8", "lone surrogate", "deep"],
)
def test_bodies_that_are_no_json(client, content):
    reply = client.post("/api/v1/ask", content=content, headers={"content-type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/search", 400, "invalid_request"),
        ("GET", "/api/v1/search?q=", 400, "invalid_request"),
        ("GET", "/api/v1/search?q=技能&k=0", 400, "invalid_request"),
        ("GET", "/api/v1/search?q=技能&k=101", 400, "invalid_request"),
        ("GET", "/api/v1/search?q=技能&k=x", 400, "invalid_request"),
        ("GET", "/api/v1/search?q=技能&year=12", 400, "invalid_request"),
        ("GET", "/api/v1/targets?sort=size", 400, "invalid_request"),
        ("GET", "/api/v1/comparison", 400, "invalid_request"),
        ("GET", "/api/v1/feedback", 405, "method_not_allowed"),
        ("GET", "/api/v1/documents/none", 404, "not_found"),
        ("GET", "/api/v1/documents/none/source", 404, "not_found"),
        ("GET", "/api/v1/clauses/none%23", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v2", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/redoc", 404, "not_found"),
        ("GET", "/api/v1/ask", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/documents/zunyi", 405, "method_not_allowed"),
    ],
)
def test_errors_have_one_shape(client, method, path, status, code):
    reply = client.request(method, path)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert (list(reply.json()), list(error), error["code"]) == (["error"], ["code", "message", "hint"], code)
    assert error["message"]


@pytest.mark.parametrize(
    ("question", "status", "code", "hint"),
    [
        ("没有索引", 503, "index_not_built", "请先运行 wence index"),
        ("崩溃", 500, "internal_error", "请稍后再试，或联系管理员"),
    ],
)
def test_errors_of_the_service(client, question, status, code, hint):
    reply = ask(client, question)
    assert reply.status_code == status
    assert (reply.json()["error"]["code"], reply.json()["error"]["hint"]) == (code, hint)
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text


def test_an_allowed_method_is_named(client):
    assert client.get("/api/v1/ask").headers["allow"] == "POST"


@pytest.mark.parametrize("chunked", [False, True])
def test_large_bodies_are_refused(client, chunked):
    content = b'{"question": "' + b"a" * MAX_BODY + b'"}'
    reply = client.post("/api/v1/ask", content=iter([content]) if chunked else content)
    assert reply.status_code == 413
    assert reply.json()["error"]["code"] == "too_large"


def test_search(client):
    body = client.get("/api/v1/search", params={"q": "高技能人才", "k": 2, "region": "辽宁"}).json()
    assert list(body) == ["query", "hits"]
    assert [list(hit) for hit in body["hits"]] == [[*CITATION_FIELDS, "score", "rank"]]
    assert body["hits"][0]["clause_id"] == "liaoning#2.2"


def test_documents_and_one_document(client, service):
    listed = client.get("/api/v1/documents").json()["documents"]
    assert [one["doc_id"] for one in listed] == ["zunyi", "liaoning", "evil"]
    assert (listed[0]["region"], listed[0]["issued"], listed[0]["clause_count"]) == ("贵州省遵义市", "2024-05-25", 2)
    detail = client.get("/api/v1/documents/zunyi").json()
    assert detail["text"] == service.document("zunyi").text
    for clause in detail["clauses"]:
        assert detail["text"][clause["start"] : clause["end"]] == clause["text"]


@pytest.mark.parametrize("clause_id", ["zunyi#1", "zunyi#2.5.17", "liaoning#3.4"])
def test_a_clause_by_its_encoded_id(client, clause_id):
    body = client.get(f"/api/v1/clauses/{clause_id.replace('#', '%23')}").json()
    assert body["clause_id"] == clause_id
    assert body["quote"] == body["text"]


def test_targets_carry_their_quote(client, service):
    body = client.get("/api/v1/targets", params={"indicator": "高技能人才"}).json()
    (target,) = body["targets"]
    assert (target["value"], target["unit"], target["period"]) == (90000, "人", [None, 2025])
    assert service.document("zunyi").text[target["start"] : target["end"]] == target["quote"]
    assert target["figure"] in target["quote"]


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/api/v1/search?q=技能", schemas.SearchOut),
        ("/api/v1/documents", schemas.DocumentsOut),
        ("/api/v1/documents/zunyi", schemas.DocumentDetailOut),
        ("/api/v1/clauses/zunyi%231", schemas.ClauseDetailOut),
        ("/api/v1/targets", schemas.TargetsOut),
        ("/api/v1/comparison?indicator=高技能人才", schemas.ComparisonOut),
        ("/healthz", schemas.HealthOut),
        ("/readyz", schemas.StatusOut),
        ("/api/v1/nothing", schemas.ErrorOut),
    ],
)
def test_replies_are_what_the_schema_says(client, path, model):
    body = client.get(path).json()
    assert list(model.model_validate(body).model_dump(mode="json")) == list(body)


@pytest.mark.parametrize("question", ["高技能人才", "广州市有什么补贴", "比较两地"])
def test_answers_are_what_the_schema_says(client, question):
    body = ask(client, question).json()
    assert schemas.AnswerOut.model_validate(body).model_dump(mode="json", exclude_unset=True) == body


def test_not_ready(feedback):
    from_empty = TestClient(create_app(_Unready(), feedback))
    assert from_empty.get("/healthz").status_code == 200
    reply = from_empty.get("/readyz")
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "not_ready")


class _Unready:
    def status(self) -> Any:
        return schemas.StatusOut(ready=False, documents=0, clauses=0, encoder="", built_at="")


def test_the_description_is_local_and_without_422(client):
    schema = client.get("/openapi.json").json()
    statuses = {status for path in schema["paths"].values() for one in path.values() for status in one["responses"]}
    assert "422" not in statuses
    assert "400" in statuses
    listing = client.get("/api").text
    assert "/api/v1/clauses/{clause_id}" in listing
    assert "//" not in listing


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=技能&kind=规划", set()),
        ("q=高技能人才&year=2022", {"liaoning#2.2"}),
        ("q=高技能人才&kind=方案&year=2024", {"zunyi#1", "zunyi#2.5.17"}),
        ("q=辽人社发〔2022〕20号 三、(四)", {"liaoning#3.4"}),
        ("q=zunyi%232.5.17", {"zunyi#2.5.17"}),
    ],
)
def test_search_takes_filters_and_references(client, query, found):
    assert {hit["clause_id"] for hit in client.get(f"/api/v1/search?{query}").json()["hits"]} == found


def test_the_source_is_downloaded_as_it_was_read(client, service):
    reply = client.get("/api/v1/documents/zunyi/source")
    assert reply.content.decode() == service.document("zunyi").text
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''zunyi.txt"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_targets_are_exported_for_a_spreadsheet(client):
    reply = client.get("/api/v1/targets.csv", params={"measure": "总量", "year": 2025})
    head, row, end = reply.content.decode("utf-8-sig").split("\r\n")
    assert reply.content.startswith(b"\xef\xbb\xbf")
    assert head.startswith("地区,指标,原文写法,数值")
    assert row.startswith("遵义市,高技能人才,9万人以上,90000,,人,以上,总量,,2025,到2025年")
    assert end == ""
    assert "attachment" in reply.headers["content-disposition"]


def test_a_comparison_says_who_states_nothing(client):
    body = client.get("/api/v1/comparison", params={"indicator": "高技能人才"}).json()
    assert [(one["doc_id"], len(one["targets"])) for one in body["documents"]] == [
        ("zunyi", 1),
        ("liaoning", 0),
        ("evil", 0),
    ]
    assert body["charts"] == []


def test_feedback_is_kept(client, feedback):
    body = {
        "verdict": "mismatch",
        "question": "目标？",
        "reason": "引错了",
        "clause_ids": ["zunyi#1"],
        "region": "辽宁",
    }
    reply = client.post("/api/v1/feedback", json=body)
    assert (reply.status_code, reply.json()) == (201, {"id": 1})
    assert feedback.all() == (Feedback("mismatch", "目标？", "", "辽宁", "引错了", ("zunyi#1",)),)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"verdict": "bad"}, "评价只能是"),
        ({"reason": "长" * (MAX_REASON + 1)}, f"说明最多 {MAX_REASON} 个字符"),
        ({"clause_ids": ["a"] * (MAX_CLAUSES + 1)}, f"条款编号最多 {MAX_CLAUSES} 条"),
        ({"question": ""}, "问题不能为空"),
        ({"name": "张"}, "不认识的字段：name"),
    ],
)
def test_feedback_is_bounded(client, feedback, more, message):
    reply = client.post("/api/v1/feedback", json={"verdict": "helpful", "question": "问", **more})
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(message)
    assert feedback.all() == ()


def test_feedback_that_cannot_be_kept_is_told(service, tmp_path):
    (tmp_path / "file").write_text("no folder")
    broken = TestClient(create_app(service, FeedbackStore(tmp_path / "file" / "feedback.sqlite")))
    reply = broken.post("/api/v1/feedback", json={"verdict": "helpful", "question": "问"})
    assert (reply.status_code, reply.json()["error"]["message"]) == (500, "反馈没有存下来")


def test_new_routes_are_described_with_examples(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/feedback", "/api/v1/comparison", "/api/v1/targets.csv"} <= set(paths)
    assert "/clauses" not in paths
    fields = client.get("/openapi.json").json()["components"]["schemas"]["FeedbackIn"]["properties"]
    assert all("examples" in field or "items" in field for field in fields.values())


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        ("/api/v1/documents", {"zunyi": "现行", "liaoning": "未载明", "evil": "未载明"}),
        ("/api/v1/documents?as_of=2026-01-01", {"zunyi": "已失效", "liaoning": "未载明", "evil": "未载明"}),
        ("/api/v1/documents?state=现行", {"zunyi": "现行"}),
        ("/api/v1/documents?state=applicable&as_of=2026-01-01", {"liaoning": "未载明", "evil": "未载明"}),
    ],
)
def test_documents_are_listed_by_validity(client, path, listed):
    found = client.get(path).json()["documents"]
    assert {one["doc_id"]: one["validity"]["state"] for one in found} == listed


@pytest.mark.parametrize("query", ["state=有效", "as_of=昨天", "state="])
def test_unknown_states_and_days_are_told(client, query):
    assert client.get(f"/api/v1/documents?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/documents/zunyi", "/api/v1/clauses/zunyi%231"])
def test_the_others_of_a_group_are_named(client, path):
    body = client.get(path).json()
    assert [(one["doc_id"], one["likeness"]) for one in body["duplicates"]] == [("evil", 0.98)]
    assert body["cited_as"] == "zunyi"
    assert body["validity"]["evidence"][0]["clause_id"] == "zunyi#1"
