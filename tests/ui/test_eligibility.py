"""The self-check as a page, over HTTP and on the command line."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from assistant.self_check import CERTIFICATES, MET
from corpus.facts.conditions import EMPLOYMENT, GRADUATION, LEVELS
from corpus.model import Clause, Document, Region
from ui import cli
from ui.api import create_app
from ui.cli import main
from ui.feedback import FeedbackStore
from ui.web.eligibility import field_name, read_form
from ui.web.site import add_site

HOSTILE = '"><img src=x onerror=1>'
SUBSIDY = f"对{HOSTILE}的失业人员给予<script>alert(1)</script>补贴。"


@pytest.fixture
def client(service, tmp_path) -> TestClient:
    app = create_app(service, FeedbackStore(tmp_path / "feedback.sqlite"))
    add_site(app, service)
    return TestClient(app, raise_server_exceptions=False)


def page(client: TestClient, *pairs: tuple[str, str]) -> str:
    reply = client.get(f"/eligibility?{urlencode(pairs)}")
    assert reply.status_code == 200
    return reply.text


def test_first_the_place(client):
    html = page(client)
    assert 'name="region"' in html
    assert 'name="group"' not in html


def test_then_only_what_its_clauses_ask(client):
    html = page(client, ("region", "辽宁省"))
    assert '<input type="checkbox" name="group" value="退役军人">' in html
    assert 'name="age"' not in html
    assert 'name="certificate"' not in html
    assert "符合 2 项" not in html


def test_then_where_one_stands_and_what_is_missing(client):
    html = page(client, ("region", "辽宁省"), ("group", "退役军人"), ("employment", "登记失业"))
    for part in (
        MET,
        "开展退役军人职业技能培训,推行适应性培训,强化政治引领,引导合理就业预期。",
        "/documents/liaoning?at=",
        '<input type="checkbox" name="group" value="退役军人" checked>',
        '<option value="登记失业" selected>',
        "需经办机构核实",
    ):
        assert part in html, part


def test_nothing_that_was_said_is_lost_on_the_way(client):
    said = [("region", "辽宁省"), ("group", "退役军人"), ("group", "老兵"), (field_name("城乡未继续升学"), "no")]
    html = page(client, *said)
    for name, value in said[:3]:
        assert f'name="{name}" value="{value}"' in html
    assert f'name="{field_name("城乡未继续升学")}" value="no" checked' in html


def test_a_clause_and_a_sender_can_be_hostile(service, make_desk, client):
    clause = Clause("d#1", "d", HOSTILE, (HOSTILE,), "body", 0, len(SUBSIDY), SUBSIDY)
    region = Region(("辽宁省",))
    service.eligibility = make_desk(
        Document("d", HOSTILE, HOSTILE, (), region, None, None, None, "通知", "d", "", SUBSIDY, (clause,), ())
    )
    html = page(client, ("region", "辽宁"), ("group", HOSTILE), ("employment", "失业"), ("residence", HOSTILE))
    assert "<img" not in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;补贴" in html
    assert 'value="&quot;&gt;&lt;img src=x onerror=1&gt;"' in html


@pytest.mark.parametrize(
    ("sent", "field", "expected"),
    [
        ([("group", "退役军人"), ("group", "残疾人")], "groups", ("退役军人", "残疾人")),
        ([("group", "none")], "groups", ()),
        ([("group", "")], "groups", None),
        ([], "groups", None),
        ([("age", "45")], "age", 45),
        ([("age", "-1")], "age", None),
        ([("age", "999")], "age", None),
        ([("age", "四十")], "age", None),
        ([("employment", "失业")], "employment", "失业"),
        ([("employment", "<b>")], "employment", ""),
        ([("certificate", "技师")], "certificate", 4),
        ([("certificate", "没有")], "certificate", 0),
        ([("insured_months", "36")], "insured_months", 36),
        ([(field_name("有创业意愿"), "yes")], "statements", {"有创业意愿": True}),
        ([(field_name("有创业意愿"), "")], "statements", {}),
        ([(field_name("没有这一条"), "yes")], "statements", {}),
    ],
)
def test_a_form_is_read(sent, field, expected):
    assert getattr(read_form(sent, (), ("有创业意愿",)), field) == expected


def test_questions_over_http(client):
    reply = client.get("/api/v1/eligibility/questions", params={"region": "辽宁"})
    body = reply.json()
    assert (reply.status_code, body["region"]) == (200, "辽宁省")
    groups = body["questions"][0]
    assert groups["key"] == "groups"
    assert {"value": "退役军人", "label": "退役军人", "section": "军人"} in groups["options"]
    assert groups["asked_by"][0]["clause_id"] == "liaoning#3.4"


def test_a_check_over_http(client):
    body = {"region": "辽宁", "groups": ["当过兵的"], "employment": "失业", "statements": {"城乡未继续升学": False}}
    reply = client.post("/api/v1/eligibility", json=body)
    found = reply.json()
    assert reply.status_code == 200
    assert found["note"] == MET
    (first, *_) = [one for one in found["findings"] if one["verdict"] == "met"]
    assert (first["group"], first["benefits"]) == ("退役军人", ["职业技能培训"])
    assert first["citation"]["quote"] in first["citation"]["text"]
    assert [one["state"] for one in first["conditions"]] == ["met"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "缺少地区"),
        ({"region": ""}, 400, "地区不能为空"),
        ({"region": "广州"}, 404, "没有收录适用于广东省广州市的文件"),
        ({"region": "火星"}, 404, "不认识的地区:火星"),
        ({"region": "辽宁", "age": -1}, 400, "年龄不能小于 0"),
        ({"region": "辽宁", "age": 200}, 400, "年龄不能大于 120"),
        ({"region": "辽宁", "employment": "上班"}, 400, "就业状态只能是"),
        ({"region": "辽宁", "groups": ["人"] * 41}, 400, "人群最多 40 条"),
        ({"region": "辽宁", "income": 1}, 400, "不认识的字段：income"),
    ],
)
def test_what_cannot_be_checked(client, body, status, message):
    reply = client.post("/api/v1/eligibility", json=body)
    assert reply.status_code == status
    assert message in reply.json()["error"]["message"]


def test_the_api_is_described(client):
    schema = client.get("/openapi.json").json()
    assert schema["paths"]["/api/v1/eligibility"]["post"]["tags"] == ["资格自查"]
    assert "/api/v1/eligibility/questions" in schema["paths"]
    assert schema["components"]["schemas"]["ProfileIn"]["properties"]["groups"]["examples"] == [["退役军人"]]


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (
            ["--group", "退役军人"],
            ["符合（1 项）", MET, "条件 符合：退役军人", "liaoning#3.4", "还缺的信息\n· 就业状态"],
        ),
        (["--group", "法官", "--age", "45"], ["没有条款提到：法官", "没有条款问到：年龄（周岁）"]),
        (["--questions"], ["· 属于哪些人群：", "· 就业状态：在职；灵活就业"]),
    ],
)
def test_the_command_line(service, capsys, argv, expected):
    assert main(["check", "--region", "辽宁", *argv], open_service=lambda: service) == 0
    printed = capsys.readouterr().out
    assert [part for part in expected if part not in printed] == []


def test_the_command_line_speaks_the_same_json(service, client, capsys):
    argv = ["check", "--region", "辽宁", "--group", "退役军人", "--no", "城乡未继续升学", "--json"]
    assert main(argv, open_service=lambda: service) == 0
    body = {"region": "辽宁", "groups": ["退役军人"], "statements": {"城乡未继续升学": False}}
    assert json.loads(capsys.readouterr().out) == client.post("/api/v1/eligibility", json=body).json()


@pytest.mark.parametrize(
    "argv", [["--age", "x"], ["--age", "121"], ["--employment", "上班"], ["--certificate", "博士"]]
)
def test_usage_errors(service, capsys, argv):
    assert main(["check", "--region", "辽宁", *argv], open_service=lambda: service) == 2
    assert "用法不对" in capsys.readouterr().err


def test_the_command_line_offers_what_can_be_compared():
    assert (cli.EMPLOYMENT, cli.GRADUATION, cli.LEVELS) == (EMPLOYMENT, GRADUATION, CERTIFICATES)
    assert CERTIFICATES[1:] == LEVELS
