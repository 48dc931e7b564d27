"""Evaluations over HTTP and in the page: uploads are bounded, one runs at a time, nothing hostile runs anywhere."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from corpus.errors import NotFound
from ui import evaluations as module
from ui.api import create_app
from ui.evaluations import Evaluations, Order
from ui.feedback import FeedbackStore
from ui.web.examples import ROWS, example
from ui.web.site import add_site
from ui.web.workbench import add_workbench

API = "/api/v1/evaluations"
HOSTILE = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"


@pytest.fixture
def desk(service, tmp_path):
    """Evaluations that do not rest."""
    made = Evaluations(service, tmp_path / "runs", rest=lambda _: None)
    yield made
    made.close()


@pytest.fixture
def client(service, desk, tmp_path) -> TestClient:
    app = create_app(service, FeedbackStore(tmp_path / "feedback.sqlite"), evaluations=desk)
    add_site(app, service)
    add_workbench(app, service, desk)
    return TestClient(app, raise_server_exceptions=False)


class Hold:
    """A rest that lasts until it is let go."""

    def __init__(self) -> None:
        self.begun, self.over = threading.Event(), threading.Event()

    def __call__(self, _: float) -> None:
        self.begun.set()
        assert self.over.wait(30)


@pytest.fixture
def held(service, tmp_path):
    """Evaluations whose first question is asked and whose second is not, until ``hold.over`` is set."""
    hold = Hold()
    made = Evaluations(service, tmp_path / "runs", rest=hold)
    yield made, hold
    hold.over.set()
    made.close()


def wait(desk: Evaluations, run_id: str) -> str:
    for _ in range(1500):
        state = desk.status(run_id).state
        if state not in module.ACTIVE:
            return state
        time.sleep(0.02)
    raise AssertionError("did not end")


def lines(*questions: str) -> bytes:
    return "".join(json.dumps({"question": one}, ensure_ascii=False) + "\n" for one in questions).encode()


def upload(client: TestClient, name: str, data: bytes, **fields: str):
    return client.post(API, files={"file": (name, data)}, data=fields)


def finished(client: TestClient, desk: Evaluations, *questions: str) -> str:
    run_id = upload(client, "问题.jsonl", lines(*questions)).json()["id"]
    assert wait(desk, run_id) == "finished"
    return run_id


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_the_example_is_taken_run_and_given_back(client, desk, ending):
    sample = client.get(f"/evaluate/example.{ending}")
    assert sample.content == example(ending)[0] or ending == "xlsx"
    assert "attachment" in sample.headers["content-disposition"]
    reply = upload(client, f"示例.{ending}", sample.content, region="辽宁")
    assert reply.status_code == 201
    begun = reply.json()
    assert (begun["name"], begun["state"], begun["total"], begun["region"]) == (
        f"示例.{ending}", "queued", len(ROWS), "辽宁",
    )  # fmt: skip
    assert wait(desk, begun["id"]) == "finished"
    found = client.get(f"{API}/{begun['id']}").json()
    assert found["done"] == found["total"] == len(ROWS)
    assert {one["key"] for one in found["summary"]} >= {"correct", "verbatim", "refusal_recall"}
    (listed,) = client.get(API).json()["evaluations"]
    assert listed["id"] == begun["id"]


def test_every_form_of_the_results_says_the_same(client, desk):
    run_id = finished(client, desk, "高技能人才目标", "=1+1", HOSTILE)
    table = client.get(f"{API}/{run_id}/results?format=csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["问题", "高技能人才目标", "'=1+1", HOSTILE]
    book = client.get(f"{API}/{run_id}/results?format=xlsx")
    sheet = list(load_workbook(io.BytesIO(book.content)).active.iter_rows())
    assert [row[1].value for row in sheet] == ["问题", "高技能人才目标", "=1+1", HOSTILE]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "inlineStr", "n"}
    text = client.get(f"{API}/{run_id}/results?format=jsonl").text
    assert [json.loads(line)["correct"] for line in text.splitlines()] == [None] * 3
    for reply in (table, book):
        assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", [f"{API}/{{}}/report?format=html", "/evaluate/{}/report"])
def test_a_report_cannot_run_anything(client, desk, path):
    run_id = finished(client, desk, HOSTILE)
    reply = client.get(path.format(run_id))
    assert "<script" not in reply.text
    assert "<img" not in reply.text
    assert "&lt;script&gt;" in reply.text
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy


def test_reports_in_other_forms(client, desk):
    run_id = finished(client, desk, "高技能人才目标")
    assert client.get(f"{API}/{run_id}/report?format=json").json()["count"] == 1
    assert client.get(f"{API}/{run_id}/report?format=md").text.startswith("# 评测报告")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"x", "文件应为 .jsonl、.csv 或 .xlsx"),
        ("a.jsonl", b'{"query": 1}', "第 1 行: question: 缺少这个字段"),
        ("a.jsonl", b"\xff\xfe", "读不了评测集"),
        ("a.csv", "标题\n问\n".encode(), "没有“问题”一列"),
        ("a.xlsx", b"PK no", "不是能读的 XLSX"),
        ("a.jsonl", lines(*["问"] * 501), "有 501 个问题，一次最多 500 个"),
        ("a.csv", b"x" * (2 * 1024 * 1024 + 1), "文件超过 2 MB"),
    ],
)
def test_uploads_that_are_not_taken(client, desk, tmp_path, name, data, message):
    reply = upload(client, name, data)
    assert reply.status_code == 400
    error = reply.json()["error"]
    assert (error["code"], bool(error["hint"])) == ("invalid_batch", True)
    assert message in error["message"]
    page = client.post("/evaluate", files={"file": (name, data)})
    assert page.status_code == 400
    assert message in page.text
    assert "上传并开始" in page.text
    assert desk.listed() == ()
    assert list((tmp_path / "runs").glob("*")) == []


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "invalid_batch"),
        ({"split": "train"}, 400, "invalid_request"),
        ({"split": "dev", "limit": "0"}, 400, "invalid_request"),
        ({"split": "dev", "limit": "9999"}, 400, "invalid_request"),
        ({"split": "dev", "variant": "rot13"}, 400, "invalid_batch"),
        ({"split": "dev", "region": "辽" * 60}, 400, "invalid_request"),
    ],
)
def test_orders_that_are_not_taken(client, fields, status, code):
    reply = client.post(API, data=fields)
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)


def test_what_is_far_too_large_is_not_read(client):
    reply = upload(client, "a.csv", b"x" * (3 * 1024 * 1024))
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
    assert client.post("/api/v1/ask", content=b"x" * (300 * 1024)).status_code == 413


@pytest.mark.parametrize(
    "run_id", ["none", "..", "%2e%2e", "..%2f..%2fetc", ".hidden", "a" * 81, "%00", HOSTILE.replace("/", "")]
)
@pytest.mark.parametrize("path", [f"{API}/{{}}", f"{API}/{{}}/report", f"{API}/{{}}/results", "/evaluate/{}"])
def test_ids_are_compared_and_never_made_into_paths(client, tmp_path, run_id, path):
    (tmp_path / "runs" / ".hidden").mkdir(parents=True)
    (tmp_path / "status.json").write_text("{}", "utf-8")
    reply = client.get(path.format(run_id))
    assert reply.status_code in (400, 404)
    assert "<script" not in reply.text.replace("<script src=", "")


def test_links_in_the_folder_are_not_followed(desk, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "config.json").write_text("{}", "utf-8")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "link").symlink_to(outside)
    assert desk.listed() == ()
    with pytest.raises(NotFound):
        desk.status("link")


def test_one_runs_and_a_few_wait(held, client_of):
    desk, hold = held
    client = client_of(desk)
    first, *waiting = [upload(client, "a.jsonl", lines("一", "二")).json() for _ in range(4)]
    assert hold.begun.wait(30)
    assert desk.status(first["id"]).state == "running"
    assert [desk.status(one["id"]).state for one in waiting] == ["queued"] * 3
    reply = upload(client, "a.jsonl", lines("一"))
    assert (reply.status_code, reply.json()["error"]["code"]) == (429, "evaluation_busy")
    cancelled = client.delete(f"{API}/{waiting[0]['id']}").json()
    assert cancelled["state"] == "cancelled"
    assert "前面还有评测在跑" in client.get(f"/evaluate/{waiting[1]['id']}").text
    hold.over.set()
    assert [wait(desk, one["id"]) for one in (first, *waiting[1:])] == ["finished"] * 3


@pytest.fixture
def client_of(service, tmp_path):
    def make(desk: Evaluations) -> TestClient:
        app = create_app(service, FeedbackStore(tmp_path / "feedback.sqlite"), evaluations=desk)
        add_workbench(app, service, desk)
        return TestClient(app, raise_server_exceptions=False)

    return make


def test_a_running_one_is_cancelled_and_goes_on_where_it_stopped(held, client_of, service):
    desk, hold = held
    client = client_of(desk)
    run_id = upload(client, "a.jsonl", lines("一", "二", "三")).json()["id"]
    assert hold.begun.wait(30)
    assert client.delete(f"{API}/{run_id}").status_code == 200
    assert client.get(f"{API}/{run_id}/report").json()["error"]["code"] == "evaluation_state"
    hold.over.set()
    assert wait(desk, run_id) == "cancelled"
    kept = desk.status(run_id).done
    assert 0 < kept < 3
    assert client.delete(f"{API}/{run_id}").status_code == 409
    page = client.get(f"/evaluate/{run_id}").text
    assert "接着跑" in page
    service.asked.clear()
    assert client.post(f"/evaluate/{run_id}/resume", follow_redirects=False).status_code == 303
    assert wait(desk, run_id) == "finished"
    assert len(service.asked) == 3 - kept
    assert client.post(f"{API}/{run_id}/resume").status_code == 409


def test_after_a_restart_what_ran_is_told_as_interrupted(held, client_of, service, tmp_path):
    desk, hold = held
    run_id = upload(client_of(desk), "a.jsonl", lines("一", "二")).json()["id"]
    assert hold.begun.wait(30)
    restarted = Evaluations(service, tmp_path / "runs", rest=lambda _: None)
    assert restarted.status(run_id).state == "interrupted"
    hold.over.set()
    assert wait(desk, run_id) == "finished"
    assert restarted.status(run_id).state == "finished"


def test_a_failing_assistant_fails_questions_and_not_the_evaluation(client, desk):
    run_id = finished(client, desk, "崩溃", "高技能人才目标")
    report = client.get(f"{API}/{run_id}/report?format=json").json()
    assert report["summary"]["error"]["value"] == 0.5
    assert "secret detail" not in client.get(f"/evaluate/{run_id}").text


def test_an_evaluation_that_breaks_says_so(client, desk, monkeypatch):
    monkeypatch.setattr(module, "publish", lambda *_, **__: 1 / 0)
    run_id = upload(client, "a.jsonl", lines("一")).json()["id"]
    assert wait(desk, run_id) == "failed"
    page = client.get(f"/evaluate/{run_id}").text
    assert "评测时内部出错" in page
    assert "ZeroDivision" not in page


def test_two_are_compared(client, desk):
    batch = "".join(
        json.dumps({"id": i, "question": q, "answers": a}, ensure_ascii=False) + "\n"
        for i, q, a in (("a", "高技能人才目标", "9万"), ("b", "高技能人才比例", "从没有的数"))
    ).encode()
    ids = []
    for data in (batch, batch.replace("从没有的数".encode(), b"9")):
        ids.append(upload(client, "a.jsonl", data).json()["id"])
        assert wait(desk, ids[-1]) == "finished"
    same = client.get(f"{API}/{ids[0]}/comparison", params={"with": ids[0]}).json()
    assert (same["paired"], same["gained"], same["lost"]) == (2, [], [])
    assert {one["p"] for one in same["measures"]} == {1.0}
    other = client.get(f"{API}/{ids[0]}/comparison", params={"with": ids[1]}).json()
    assert other["paired"] == 1  # the other question has another gold now
    page = client.get("/evaluate/compare", params={"first": ids[0], "second": ids[1]})
    assert "两次共有 1 个相同的问题" in page.text
    assert client.get(f"{API}/{ids[0]}/comparison", params={"with": "none"}).status_code == 404


def test_the_test_split_shows_no_single_question(service, client, desk):
    run_id = desk.bundled(Order(split="test", limit=3)).id
    assert wait(desk, run_id) == "finished"
    assert client.get(f"{API}/{run_id}/report?format=json").json()["failures"] == []
    reply = client.get(f"{API}/{run_id}/results?format=csv")
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "evaluation_state")
    assert "逐题结果" not in client.get(f"/evaluate/{run_id}").text


def test_runs_of_the_command_line_are_listed_and_shown(client, desk, tmp_path):
    run_id = finished(client, desk, "高技能人才目标")
    folder = tmp_path / "runs" / "20261122-dev"
    (tmp_path / "runs" / run_id).rename(folder)
    for name in ("status.json", "report.html", "report.json", "report.md", "results.csv"):
        (folder / name).unlink()
    (listed,) = desk.listed()
    assert (listed.id, listed.state, listed.total) == ("20261122-dev", "finished", 1)
    assert "高技能人才目标" in client.get("/evaluate/20261122-dev/report").text
    assert client.get(f"{API}/20261122-dev/results?format=csv").status_code == 200


@pytest.mark.parametrize("method", ["post", "delete"])
def test_other_sites_cannot_start_or_stop(client, desk, method):
    run_id = finished(client, desk, "一")
    path = API if method == "post" else f"{API}/{run_id}"
    reply = client.request(method, path, headers={"Sec-Fetch-Site": "cross-site"}, data={"split": "dev", "limit": "1"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "forbidden")


def test_the_same_batch_gives_the_same_scores(client, desk):
    summaries = []
    for _ in range(2):
        run_id = desk.bundled(Order(split="dev", limit=10)).id
        assert wait(desk, run_id) == "finished"
        summaries.append(client.get(f"{API}/{run_id}").json()["summary"])
    assert summaries[0] == summaries[1] != []


def test_routes_are_described_with_examples(client):
    schema = client.get("/openapi.json").json()
    post = schema["paths"][API]["post"]
    assert "multipart/form-data" in post["requestBody"]["content"]
    assert {"201", "400", "413", "429"} <= set(post["responses"])
    assert {f"{API}/{{run_id}}{end}" for end in ("", "/report", "/results", "/comparison", "/resume")} <= set(
        schema["paths"]
    )
    fields = schema["components"]["schemas"]["EvaluationOut"]["properties"]
    assert all("examples" in field for field in fields.values())
    assert "/evaluate" not in schema["paths"]


class Tags(HTMLParser):
    """The tags of a page, each checked to be closed, and the ids, each checked to be the only one."""

    VOID = frozenset({"meta", "link", "input", "br", "option"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        ids = [attributes["id"] for _, attributes in self.found if "id" in attributes]
        assert self._open == []
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self._open.pop() == tag


def test_pages_are_whole_and_every_field_has_its_label(client, desk):
    name = f"{HOSTILE}.jsonl".replace("/", "")
    ids = [upload(client, name, lines(HOSTILE, "一")).json()["id"] for _ in range(2)]
    assert [wait(desk, one) for one in ids] == ["finished"] * 2
    pages = ["/evaluate", f"/evaluate/{ids[0]}", f"/evaluate/compare?first={ids[0]}&second={ids[1]}"]
    for path in pages:
        reply = client.get(path)
        tags = Tags(reply.text).found
        names = [tag for tag, _ in tags]
        assert names.count("h1") == names.count("main") == 1
        assert names.count("label") == names.count("select") + names.count("input")
        assert "img" not in names
        assert {attributes["src"] for tag, attributes in tags if tag == "script"} <= {
            "/site/site.js", "/site/evaluate.js",
        }  # fmt: skip
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
        assert "script-src 'self';" in reply.headers["content-security-policy"]
        assert [one["href"] for tag, one in tags if tag == "a" and "aria-current" in one] == ["/evaluate"]
    Tags(client.get(f"/evaluate/{ids[0]}/report").text)


def test_the_day_of_an_upload_is_the_day_it_is_begun(client, desk, tmp_path):
    run_id = finished(client, desk, "一")
    config = json.loads((tmp_path / "runs" / run_id / "config.json").read_text("utf-8"))
    assert config["as_of"] == desk.status(run_id).created[:10]
    assert config["split"] == "批量"
    assert Path(tmp_path / "runs" / run_id / "questions.jsonl").read_bytes() == lines("一")


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (Order(split="dev"), "自带题目 dev，全部"),
        (Order(split="dev2", limit=20, variant="typo", region="辽宁"), "自带题目 dev2，20 个，错别字，辽宁"),
    ],
)
def test_orders_are_told_apart(order, title):
    assert order.title == title


def test_every_variant_can_be_chosen():
    assert set(module.VARIANT_NAMES) == set(module.VARIANTS)
