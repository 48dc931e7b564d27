"""Evaluations started from the page or the API: one runs at a time, a few wait, and all are kept in ``WENCE_HOME``."""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from corpus.errors import CorpusError, EvaluationBusy, EvaluationState, InvalidBatch, NotFound, PolicyError
from eval.config import AS_OF, Config, versions
from eval.items import Conversation, first, items_of
from eval.library import Library
from eval.measures.share import SEED
from eval.publish import REPORT_FILES, RESULT_FILES, publish, scored_run
from eval.run import CONFIG_FILE, QRELS_FILE, RECORDS_FILE, execute, read_run
from eval.sets import QuestionSet, bundled, read_set, with_region
from eval.significance import Comparison, compare
from eval.systems import LocalSystem, Unhurried
from eval.variants import VARIANTS, vary
from indexer.build import corpus_hash
from ui.service import PolicyService

log = logging.getLogger(__name__)

State = Literal["queued", "running", "finished", "failed", "cancelled", "interrupted"]
ACTIVE: tuple[State, ...] = ("queued", "running")
Split = Literal["dev", "dev2", "test"]
UPLOADED = "批量"
"""What stands for the split in the configuration of an uploaded batch."""

VARIANT_NAMES = {
    "typo": "错别字",
    "homophone": "同音字",
    "pinyin": "拼音",
    "pinyin-question": "整句拼音",
    "traditional": "繁体字",
    "colloquial": "口语",
    "no-region": "不说地区",
}
"""How the variants are called in the page."""

MAX_UPLOAD = 2 * 1024 * 1024
MAX_QUESTIONS = 500
MAX_WAITING = 3
MAX_RUNS = 300
MAX_NAME = 100
ENDINGS = (".jsonl", ".csv", ".xlsx")
RUNS_FOLDER = "runs"
"""Where they lie in ``WENCE_HOME``; ``wence eval run`` puts its own there too."""

STATUS_FILE = "status.json"
_QUESTIONS = "questions"
# 20261123-101500-9f2c1a · 20261123-101500-dev
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to ask: the ``split`` of the bundled benchmark, or an uploaded file where it is empty.

    ``limit`` takes so many conversations spread evenly; ``region`` is picked beside every question without a place;
    ``variant`` changes the user's words (a key of ``eval.variants.VARIANTS``).
    """

    split: Split | Literal[""] = ""
    limit: int | None = None
    region: str = ""
    variant: str = ""

    @property
    def title(self) -> str:
        """What tells one order of bundled questions from another."""
        count = f"{self.limit} 个" if self.limit else "全部"
        return "，".join(filter(None, (f"自带题目 {self.split}", count, VARIANT_NAMES.get(self.variant), self.region)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far an evaluation is. ``created`` is an ISO time; ``message`` and ``hint`` say why one failed.

    ``order`` is None for a run of the command line.
    """

    id: str
    name: str
    state: State
    created: str
    order: Order | None = None
    done: int = 0
    total: int = 0
    message: str = ""
    hint: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE


class _Stopped(Exception):
    """The running evaluation was cancelled."""


_STATUS = TypeAdapter(Status)


class Evaluations:
    """The evaluations below a folder; safe to call from several threads.

    ``rest`` replaces the sleep between questions, which leaves the machine to those who ask.
    """

    def __init__(
        self,
        service: PolicyService,
        runs: Path,
        *,
        rest: Callable[[float], object] | None = None,
        today: date | None = None,
    ) -> None:
        self._service = service
        self._runs = runs
        self._rest = rest
        self._today = today
        self._lock = threading.RLock()
        self._live: dict[str, Status] = {}
        self._waiting: deque[str] = deque()
        self._stopping: set[str] = set()
        self._worker: threading.Thread | None = None

    # -- starting and stopping

    def upload(self, name: str, data: bytes, order: Order) -> Status:
        """Queue the questions of an uploaded file and return their evaluation.

        Raises:
            InvalidBatch: not a file of questions, or too large.
            EvaluationBusy: too many are waiting.
        """
        ending = Path(name).suffix.lower()
        if ending not in ENDINGS:
            raise InvalidBatch("文件应为 .jsonl、.csv 或 .xlsx", hint="可先下载示例文件，照着填写")
        if len(data) > MAX_UPLOAD:
            raise InvalidBatch(f"文件超过 {MAX_UPLOAD // 1024 // 1024} MB", hint="分成几个文件，一次评测一个")

        def write(folder: Path) -> None:
            (folder / f"{_QUESTIONS}{ending}").write_bytes(data)

        return self._begin(Path(name).name[:MAX_NAME], replace(order, split=""), write)

    def bundled(self, order: Order) -> Status:
        """Queue questions that come with the program; raises as :meth:`upload` does."""
        return self._begin(order.title, order, lambda _: None)

    def resume(self, run_id: str) -> Status:
        """Queue a stopped evaluation again; what has a reply is not asked again.

        Raises NotFound, EvaluationState where there is nothing to go on with, and EvaluationBusy.
        """
        with self._lock:
            status = self.status(run_id)
            if status.order is None or status.state not in ("failed", "cancelled", "interrupted"):
                raise EvaluationState("这次评测不能接着跑", hint="只有中断、取消或失败的评测可以接着跑")
            self._refuse_when_full()
            return self._queue(replace(status, state="queued", message="", hint=""))

    def cancel(self, run_id: str) -> Status:
        """Stop a waiting or running evaluation; the replies so far are kept.

        Raises NotFound, and EvaluationState for one that has ended.
        """
        with self._lock:
            status = self.status(run_id)
            if not status.is_active:
                raise EvaluationState("这次评测已经结束", hint="不必取消；报告和结果仍可查看")
            if run_id in self._waiting:
                self._waiting.remove(run_id)
                return self._save(replace(status, state="cancelled"))
            self._stopping.add(run_id)
            return status

    def close(self, timeout: float = 10.0) -> None:
        """Stop everything and wait for the worker."""
        with self._lock:
            self._waiting.clear()
            self._stopping |= set(self._live)
            worker = self._worker
        if worker:
            worker.join(timeout)

    # -- looking

    def status(self, run_id: str) -> Status:
        """Return how far an evaluation is. Raises NotFound."""
        with self._lock:
            return self._live.get(run_id) or self._stored(self._folder(run_id))

    def listed(self) -> tuple[Status, ...]:
        """Return all evaluations, also those of the command line, the newest first."""
        with self._lock:
            found = [self._live.get(folder.name) or self._stored(folder) for folder in self._folders()]
        return tuple(sorted(found, key=lambda one: (one.created, one.id), reverse=True))

    def file(self, run_id: str, name: str) -> bytes:
        """Return a report (``report.html`` …) or a table (``results.xlsx`` …) of a finished evaluation.

        Raises NotFound, and EvaluationState for one that has not finished and for tables of the test split.
        """
        if name not in (*REPORT_FILES, *RESULT_FILES):
            raise NotFound(f"没有 {name} 这种报告")
        folder = self._finished(run_id)
        if not (folder / name).is_file():
            run = read_run(folder)
            if name in RESULT_FILES and run.config.split == "test":
                hint = "改用 dev，或在命令行用 wence eval report --failures"
                raise EvaluationState("test 集只看总体数值，不给逐题结果", hint=hint)
            publish(run, self._library(), failures=run.config.split != "test")
        return (folder / name).read_bytes()

    def summary(self, run_id: str) -> dict[str, dict[str, float]]:
        """Return the measures of a finished evaluation by key. Raises as :meth:`file` does."""
        report = json.loads(self.file(run_id, "report.json"))
        found: dict[str, dict[str, float]] = report["summary"]
        return found

    def compare(self, first_id: str, second_id: str) -> tuple[Comparison, bool]:
        """Return the paired comparison of two finished evaluations, and whether single questions may be shown.

        Raises NotFound, and EvaluationState where one has not finished or they share no question.
        """
        first_run, second_run = (read_run(self._finished(run_id)) for run_id in (first_id, second_id))
        library = self._library()
        found = compare(scored_run(first_run, library), scored_run(second_run, library))
        if not found.paired:
            raise EvaluationState("两次评测没有相同的问题", hint="选用同一批题目的两次评测")
        return found, "test" not in (first_run.config.split, second_run.config.split)

    # -- the worker

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                run_id = self._waiting.popleft()
                status = self._save(replace(self._live[run_id], state="running"))
            ended = self._conduct(status)
            with self._lock:
                self._stopping.discard(run_id)
                self._save(ended)

    def _conduct(self, status: Status) -> Status:
        """Run one evaluation to its end and return its last status."""
        order = status.order
        assert order is not None
        folder = self._runs / status.id

        def heard(done: int, total: int) -> None:
            with self._lock:
                self._live[status.id] = replace(self._live[status.id], done=done, total=total)
                if status.id in self._stopping:
                    raise _Stopped

        try:
            chosen = _read(folder, order)
            asked = _asked(chosen, order)
            day = AS_OF if order.split else self._day(status)
            system = LocalSystem(self._service, as_of=day)
            calm = Unhurried(system, rest=self._rest) if self._rest else Unhurried(system)
            library = self._library()
            config = self._config(order, chosen, day)
            run = execute(asked, calm, library, folder, config, progress=False, heard=heard)
            publish(run, library, failures=order.split != "test")
        except _Stopped:
            return replace(self.status(status.id), state="cancelled")
        except PolicyError as error:
            return replace(self.status(status.id), state="failed", message=error.message, hint=error.hint)
        except Exception as error:
            log.error("an evaluation failed", exc_info=error)
            hint = "可以接着跑；再次失败请看服务的日志"
            return replace(self.status(status.id), state="failed", message="评测时内部出错", hint=hint)
        count = len(run.records)
        return replace(self.status(status.id), state="finished", done=count, total=count)

    def _begin(self, name: str, order: Order, write: Callable[[Path], None]) -> Status:
        if order.variant and order.variant not in VARIANTS:
            raise InvalidBatch(f"不认识的改写 {order.variant[:20]}", hint=f"可用：{'、'.join(VARIANTS)}")
        with self._lock:
            self._refuse_when_full()
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = self._runs / run_id
        folder.mkdir(parents=True)
        try:
            # Reading a large file takes a while; nobody should wait for it.
            write(folder)
            count = len(items_of(_asked(_read(folder, order), order)))
            if count > MAX_QUESTIONS and not order.split:
                hint = "分成几批，或只跑其中一部分"
                raise InvalidBatch(f"有 {count} 个问题，一次最多 {MAX_QUESTIONS} 个", hint=hint)
            created = now.isoformat(timespec="milliseconds")
            status = Status(id=run_id, name=name, state="queued", created=created, order=order, total=count)
            with self._lock:
                self._refuse_when_full()
                return self._queue(status)
        except BaseException as error:
            shutil.rmtree(folder)
            if isinstance(error, CorpusError):
                raise InvalidBatch(error.message, hint=error.hint) from error
            raise

    def _queue(self, status: Status) -> Status:
        self._save(status)
        self._waiting.append(status.id)
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._work, name="evaluation", daemon=True)
            self._worker.start()
        return status

    def _refuse_when_full(self) -> None:
        if len(self._waiting) >= MAX_WAITING:
            raise EvaluationBusy(f"已有 {len(self._waiting)} 个评测在等", hint="等前面的跑完，或取消一个")
        if len(self._folders()) >= MAX_RUNS:
            raise EvaluationBusy(f"已存有 {MAX_RUNS} 次评测", hint="请管理员清理 WENCE_HOME 里的 runs 文件夹")

    # -- what is kept

    def _save(self, status: Status) -> Status:
        """Keep ``status`` on disk; in memory only while it is active."""
        temporary = self._runs / status.id / f"{STATUS_FILE}.new"
        temporary.write_text(json.dumps(asdict(status), ensure_ascii=False) + "\n", encoding="utf-8", errors="replace")
        temporary.replace(self._runs / status.id / STATUS_FILE)
        if status.is_active:
            self._live[status.id] = status
        else:
            self._live.pop(status.id, None)
        return status

    def _stored(self, folder: Path) -> Status:
        try:
            status = _STATUS.validate_json((folder / STATUS_FILE).read_bytes())
        except (OSError, ValidationError):
            return _of_command_line(folder)
        # It was cut off: nothing here runs it any more.
        state: State = "interrupted" if status.is_active else status.state
        done = status.done if status.state == "finished" else min(_lines(folder / RECORDS_FILE), status.total)
        return replace(status, id=folder.name, state=state, done=done)

    def _folders(self) -> list[Path]:
        if not self._runs.is_dir():
            return []
        return [
            path
            for path in self._runs.iterdir()
            if ID.fullmatch(path.name)
            and not path.is_symlink()
            and path.is_dir()
            and ((path / STATUS_FILE).is_file() or (path / CONFIG_FILE).is_file())
        ]

    def _folder(self, run_id: str) -> Path:
        """Return the folder of an evaluation: an id is compared with what is there, never made into a path."""
        for folder in self._folders():
            if folder.name == run_id:
                return folder
        raise NotFound("没有这次评测", hint="在评测页的列表里选一次")

    def _finished(self, run_id: str) -> Path:
        with self._lock:
            status = self.status(run_id)
            if status.state != "finished":
                raise EvaluationState("这次评测还没有跑完", hint="等它跑完，或接着跑")
            return self._folder(run_id)

    def _library(self) -> Library:
        return Library.of(self._service.documents())

    def _day(self, status: Status) -> date:
        # A resumed run speaks for the day it was begun.
        return self._today or datetime.fromisoformat(status.created).date()

    def _config(self, order: Order, chosen: QuestionSet, day: date) -> Config:
        return Config(
            system="local",
            split=order.split or UPLOADED,
            as_of=day.isoformat(),
            seed=SEED,
            limit=order.limit,
            region=order.region or None,
            variant=order.variant,
            documents="",
            data=chosen.files,
            corpus_hash=corpus_hash((one.doc_id, one.sha256) for one in self._service.documents()),
            encoder_id=self._service.status().encoder,
            tokenizer_id="",
            versions=versions(),
        )


def _read(folder: Path, order: Order) -> QuestionSet:
    if order.split in ("dev", "test"):
        return read_set(bundled(), order.split)
    if order.split == "dev2":
        return read_set(bundled() / "questions.dev2.jsonl")
    file = next(path for ending in ENDINGS if (path := folder / f"{_QUESTIONS}{ending}").is_file())
    return read_set(file)


def _asked(chosen: QuestionSet, order: Order) -> tuple[Conversation, ...]:
    asked = with_region(first(chosen.conversations, order.limit), order.region or None)
    return vary(asked, order.variant) if order.variant else asked


def _of_command_line(folder: Path) -> Status:
    try:
        changed = (folder / CONFIG_FILE).stat().st_mtime
    except OSError:
        changed = folder.stat().st_mtime
    count = _lines(folder / RECORDS_FILE)
    return Status(
        id=folder.name,
        name=folder.name,
        state="finished" if (folder / QRELS_FILE).is_file() else "interrupted",
        created=datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds"),
        done=count,
        total=count,
    )


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0
