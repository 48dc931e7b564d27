"""The systems that can be evaluated: the local assistant, a service over HTTP, a file of somebody's answers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.answer import Answer, Outcome, SearchHit, Turn
from corpus.errors import CorpusError, PolicyError
from eval.items import Item
from eval.library import Library
from eval.locate import Locator, ranking_of
from eval.replies import Reply, read_reply, reply_of

if TYPE_CHECKING:
    import httpx

DEPTH = 20
"""How many clauses a system is asked to retrieve."""

# What the chat model is told; it has no documents, so this is the closed-book baseline.
CHAT_INSTRUCTION = (
    "你是中国政策问答助手。只依据政策文件的原文回答,写明数字、年份和出处;"
    "不知道或文件没有写明的,直接说没有写明,不要编造。"
)
# 没有写明 · 没有提到 · 未提及 · 无法回答 · 不清楚 · 不知道
_DECLINES = re.compile(
    r"没有(?:写明|提到|提及|说明|规定|找到|收录|相关)|未(?:写明|提及|提到|规定|找到)|(?:无法|不能)(?:回答|确定|提供)|不清楚|不知道"
)
# 请问您在哪个地区? · 请补充年份。
_ASKS_BACK = re.compile(r"请(?:问您|您?(?:补充|说明|告诉|提供|具体)|说得)[^。!！]{0,40}[?？。]?$")
_RETRIES = 2
_PAUSE = 0.5
_LEAST_REST, _MOST_REST = 0.02, 2.0


class System(Protocol):
    """Anything that can be asked. ``workers`` is how many conversations it takes at a time."""

    @property
    def name(self) -> str: ...

    @property
    def workers(self) -> int: ...

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        """The reply to one item; a failure is a reply with an ``error``, never an exception."""
        ...


class Asked(Protocol):
    """The assistant, as far as it is evaluated."""

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), region: str | None = None, as_of: date | None = None
    ) -> Answer: ...

    def search(self, query: str, *, region: str | None = None, k: int = 10) -> tuple[SearchHit, ...]: ...


class LocalSystem:
    """The assistant of this installation."""

    name = "local"
    workers = 1

    def __init__(self, assistant: Asked, *, as_of: date) -> None:
        self._assistant = assistant
        self._as_of = as_of

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        started = time.perf_counter()
        try:
            answer = self._assistant.ask(item.question, history=history, region=item.region, as_of=self._as_of)
            seconds = time.perf_counter() - started
            hits = self._assistant.search(answer.standalone_question, region=item.region, k=DEPTH)
        except PolicyError as error:
            return Reply(error=error.message, seconds=time.perf_counter() - started)
        except Exception as error:  # a bug in the system under test is a finding, not the end of the run
            return Reply(error=f"内部错误 {type(error).__name__}: {error}", seconds=time.perf_counter() - started)
        return reply_of(answer, hits, seconds)


class SearchSystem:
    """The retrieval of this installation alone: a reply has a ranking and nothing else."""

    name = "search"
    workers = 1

    def __init__(self, assistant: Asked) -> None:
        self._assistant = assistant

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        started = time.perf_counter()
        try:
            hits = self._assistant.search(item.question, region=item.region, k=DEPTH)
        except PolicyError as error:
            return Reply(error=error.message, seconds=time.perf_counter() - started)
        ranking = tuple(hit.citation.clause_id for hit in hits)
        return Reply(ranking=ranking, seconds=time.perf_counter() - started)


class ContractSystem:
    """A service that speaks this project's HTTP contract: ``POST /api/v1/ask`` and ``GET /api/v1/search``."""

    def __init__(self, client: httpx.Client, url: str, *, as_of: date, workers: int = 4) -> None:
        self._client = client
        self._base = url.rstrip("/").removesuffix("/api/v1/ask")
        self._as_of = as_of
        self.name = self._base
        self.workers = workers

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        body: dict[str, Any] = {
            "question": item.question,
            "history": [{"role": turn.role, "content": turn.content} for turn in history],
            "region": item.region,
            "as_of": self._as_of.isoformat(),
        }
        started = time.perf_counter()
        try:
            payload = _post(self._client, f"{self._base}/api/v1/ask", body)
            seconds = time.perf_counter() - started
            fields = {k: v for k, v in payload.items() if k not in ("seconds", "ranking", "error")}
            reply = read_reply(fields | {"seconds": seconds}, self.name)
            ranking = self._search(reply.standalone_question or item.question, item.region)
        except PolicyError as error:
            return Reply(error=error.message, seconds=time.perf_counter() - started)
        return read_reply(fields | {"seconds": seconds, "ranking": ranking}, self.name)

    def _search(self, query: str, region: str | None) -> list[str] | None:
        parameters = {"q": query, "k": str(DEPTH)} | ({"region": region} if region else {})
        try:
            response = self._client.get(f"{self._base}/api/v1/search", params=parameters)
            hits = response.json()["hits"] if response.status_code == 200 else None
            return None if hits is None else [str(hit["clause_id"]) for hit in hits]
        except Exception:  # search is optional: without it there are only no retrieval measures
            return None


class ChatSystem:
    """A chat model behind the OpenAI chat completions format. It has no citations and no retrieval."""

    def __init__(self, client: httpx.Client, url: str, *, model: str, key: str = "", workers: int = 4) -> None:
        self._client = client
        self._url = url
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.name = f"{model} @ {url}"
        self.workers = workers

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        place = f"(地区:{item.region})" if item.region else ""
        messages = [
            {"role": "system", "content": CHAT_INSTRUCTION},
            *({"role": turn.role, "content": turn.content} for turn in history),
            {"role": "user", "content": f"{item.question}{place}"},
        ]
        started = time.perf_counter()
        try:
            body = {"model": self._model, "messages": messages, "temperature": 0}
            payload = _post(self._client, self._url, body, self._headers)
            text = str(payload["choices"][0]["message"]["content"] or "")
        except PolicyError as error:
            return Reply(error=error.message, seconds=time.perf_counter() - started)
        except (KeyError, IndexError, TypeError):
            return Reply(error="返回里没有 choices[0].message.content", seconds=time.perf_counter() - started)
        return Reply(outcome=outcome_of(text), answer=text, seconds=time.perf_counter() - started)


class FileSystem:
    """A JSONL of answers: a line ``{"id"? or "question", "answer", "outcome"?, "citations"?, "contexts"?, …}``.

    The fields are the contract's. ``contexts`` are passages as another system retrieved them, best first: looked up in
    ``library``, they are the ranking and, where there are no citations, the citations.
    """

    workers = 1

    def __init__(self, path: Path, library: Library) -> None:
        self.name = path.name
        self._replies = dict(_replies_in(path, Locator(library)))

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        found = self._replies.get(item.id) or self._replies.get(_question_key(item.question))
        return found or Reply(error="文件里没有这个问题的回答")


class Unhurried:
    """A system that rests after each reply twice as long as the reply took, so that others are served meanwhile."""

    workers = 1

    def __init__(self, system: System, *, rest: Callable[[float], object] = time.sleep) -> None:
        self._system = system
        self._rest = rest
        self.name = system.name

    def reply(self, item: Item, history: Sequence[Turn]) -> Reply:
        started = time.perf_counter()
        reply = self._system.reply(item, history)
        self._rest(min(max(2 * (time.perf_counter() - started), _LEAST_REST), _MOST_REST))
        return reply


def outcome_of(text: str) -> Outcome:
    """Return the outcome that a bare answer seems to have, by its wording: a rough guess, for systems that say none."""
    if not text.strip() or _DECLINES.search(text[:60]):
        return "refused"
    return "clarify" if _ASKS_BACK.search(text.strip()) else "answered"


def _question_key(question: str) -> str:
    return f"问 {''.join(question.split())}"


def _replies_in(path: Path, locator: Locator) -> list[tuple[str, Reply]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"读不了回答文件 {path}", hint="检查路径,文件须为 UTF-8 编码的 JSONL") from error
    replies: list[tuple[str, Reply]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name} 第 {number} 行"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise CorpusError(f"{where}: 不是合法的 JSON", hint="每行一个 JSON 对象") from error
        if not isinstance(row, dict) or not (isinstance(row.get("id"), str) or isinstance(row.get("question"), str)):
            raise CorpusError(f"{where}: 缺少编号 id 或问题 question", hint="与题目相同;对话写作 对话编号/第几轮")
        key = row["id"] if isinstance(row.get("id"), str) else _question_key(row["question"])
        row.setdefault("outcome", outcome_of(str(row.get("answer", ""))))
        fields = {k: v for k, v in row.items() if k not in ("id", "question", "contexts")}
        reply = read_reply(fields, where)
        contexts = row.get("contexts") or []
        if not isinstance(contexts, list) or not all(isinstance(one, str) for one in contexts):
            raise CorpusError(f"{where}: contexts 应是一组文字", hint="按检索的先后列出各段原文")
        if contexts:
            located = [locator.find(context) for context in contexts]
            reply = replace(
                reply,
                ranking=ranking_of(located) if reply.ranking is None else reply.ranking,
                citations=reply.citations or tuple(one.cited for one in located),
            )
        replies.append((key, reply))
    return replies


def _post(
    client: httpx.Client, url: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object that a POST gives. Raises PolicyError; a refused connection or 5xx is tried again."""
    import httpx

    problem = ""
    for attempt in range(_RETRIES + 1):
        if attempt:
            time.sleep(_PAUSE * attempt)
        try:
            response = client.post(url, json=body, headers=headers)
        except httpx.TimeoutException:
            problem = "超时"
            continue
        except httpx.HTTPError as error:
            problem = f"连接失败({type(error).__name__})"
            continue
        if response.status_code >= 500 or response.status_code == 429:
            problem = f"服务返回 {response.status_code}"
            continue
        try:
            payload = response.json()
        except ValueError:
            raise PolicyError(f"返回的不是 JSON(状态 {response.status_code})") from None
        if response.status_code >= 400 or not isinstance(payload, dict):
            raise PolicyError(f"服务返回 {response.status_code}: {str(payload)[:120]}")
        return payload
    raise PolicyError(problem)
