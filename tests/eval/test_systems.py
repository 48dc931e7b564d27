"""Systems behind HTTP, played by a transport that needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date

import httpx
import pytest

from assistant.answer import Turn
from eval import systems
from eval.items import Item
from eval.replies import Reply
from eval.systems import ChatSystem, ContractSystem, Unhurried

Make = Callable[..., Item]
HISTORY = (Turn("user", "前问"), Turn("assistant", "前答"))


def client(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(handler))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "_PAUSE", 0)


@pytest.mark.parametrize("url", ["http://host:1", "http://host:1/", "http://host:1/api/v1/ask"])
def test_our_contract(make_item: Make, url: str) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path == "/api/v1/search":
            return httpx.Response(200, json={"hits": [{"clause_id": "liaoning#1"}, {"clause_id": "zunyi#1"}]})
        answer = {"outcome": "answered", "answer": "25万[1]。", "citations": [{"clause_id": "liaoning#1", "marker": 1}]}
        return httpx.Response(200, json=answer | {"standalone_question": "补全的问题", "timings_ms": {}})

    with client(handler) as http:
        reply = ContractSystem(http, url, as_of=date(2026, 11, 22)).reply(make_item("辽宁?", region="辽宁"), HISTORY)
    assert (reply.outcome, reply.answer, reply.ranking) == ("answered", "25万[1]。", ("liaoning#1", "zunyi#1"))
    assert reply.citations[0].clause_id == "liaoning#1"
    assert [request.url.path for request in seen] == ["/api/v1/ask", "/api/v1/search"]
    assert json.loads(seen[0].content) == {
        "question": "辽宁?",
        "history": [{"role": "user", "content": "前问"}, {"role": "assistant", "content": "前答"}],
        "region": "辽宁",
        "as_of": "2026-11-22",
    }
    assert dict(seen[1].url.params) == {"q": "补全的问题", "k": "20", "region": "辽宁"}


@pytest.mark.parametrize(
    ("status", "body", "error", "attempts"),
    [
        (503, {}, "服务返回 503", 3),
        (429, {}, "服务返回 429", 3),
        (400, {"error": {"message": "问题是空的"}}, "问题是空的", 1),
        (200, ["列表"], "服务返回 200", 1),
        (200, {"outcome": "maybe"}, "回答的格式不对", 1),
    ],
)
def test_a_failing_service_is_a_reply_with_an_error(
    make_item: Make, status: int, body: object, error: str, attempts: int
) -> None:
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return httpx.Response(status, json=body)

    with client(handler) as http:
        reply = ContractSystem(http, "http://host", as_of=date(2026, 11, 22)).reply(make_item(), ())
    assert error in reply.error
    assert len(calls) == attempts


def test_a_timeout_is_tried_again(make_item: Make) -> None:
    calls: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(1)
        if len(calls) < 3:
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200, json={"choices": [{"message": {"content": "25万人"}}]})

    with client(handler) as http:
        reply = ChatSystem(http, "http://host/v1/chat/completions", model="m").reply(make_item(), ())
    assert (reply.answer, reply.outcome, len(calls)) == ("25万人", "answered", 3)


def test_chat_completions(make_item: Make) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"choices": [{"message": {"content": "文件没有写明。"}}]})

    with client(handler) as http:
        system = ChatSystem(http, "http://host/v1/chat/completions", model="m", key="k")
        reply = system.reply(make_item("多少?", region="辽宁"), HISTORY)
    assert (reply.outcome, reply.ranking, reply.error) == ("refused", None, "")
    body = json.loads(seen[0].content)
    assert seen[0].headers["Authorization"] == "Bearer k"
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
    assert body["messages"][-1]["content"] == "多少?(地区:辽宁)"


def test_a_strange_chat_reply_is_an_error(make_item: Make) -> None:
    with client(lambda _: httpx.Response(200, json={"choices": []})) as http:
        reply = ChatSystem(http, "http://host", model="m").reply(make_item(), ())
    assert "choices" in reply.error


@pytest.mark.parametrize(("took", "rested"), [(0.0, 0.02), (0.3, 0.6), (9.0, 2.0)])
def test_an_unhurried_system_rests_twice_as_long_as_it_took(
    make_item: Callable[..., Item], monkeypatch: pytest.MonkeyPatch, took: float, rested: float
) -> None:
    class Slow:
        name, workers = "slow", 4

        def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
            clock[0] += took
            return Reply(answer="答")

    clock, rests = [0.0], []
    monkeypatch.setattr("eval.systems.time.perf_counter", lambda: clock[0])
    system = Unhurried(Slow(), rest=rests.append)
    assert (system.name, system.workers) == ("slow", 1)
    assert system.reply(make_item(), ()).answer == "答"
    assert rests == [pytest.approx(rested)]
