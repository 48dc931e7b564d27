"""Puts questions to a system and keeps every reply in a run folder; an interrupted run goes on where it stopped.

A run folder holds ``config.json`` (what was run), ``records.jsonl`` (an item and its reply a line), ``run.trec`` and
``qrels.trec`` (the retrieval in TREC format).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from assistant.answer import Turn
from corpus.errors import PolicyError
from eval.config import Config
from eval.items import Conversation, items_of
from eval.library import Library
from eval.qrels import make_qrels, trec_qrels
from eval.replies import Record, read_record, write_record
from eval.systems import System

CONFIG_FILE, RECORDS_FILE, RUN_FILE, QRELS_FILE = "config.json", "records.jsonl", "run.trec", "qrels.trec"


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder read back."""

    folder: Path
    config: Config
    records: tuple[Record, ...]


def execute(
    all_conversations: Sequence[Conversation],
    system: System,
    library: Library,
    folder: Path,
    config: Config,
    *,
    progress: bool = True,
    heard: Callable[[int, int], None] | None = None,
) -> Run:
    """Ask everything that ``folder`` has no reply to yet and return the finished run.

    Earlier turns of a dialogue go along with the system's own replies to them. Replies with an error are asked again.
    ``heard`` is told how many items of how many have a reply; an exception of it ends the run, with what is done kept.
    Raises PolicyError where the folder holds a run of something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, config)
    kept = _kept(folder / RECORDS_FILE)
    # A line torn by a kill must not run into the next one.
    _write_records(folder, kept)
    known = {record.item.id: record for record in kept if not record.reply.error}
    done = {item.id: known[item.id] for item in items_of(all_conversations) if _same(known.get(item.id), item)}
    todo = [c for c in all_conversations if any(item.id not in done for item in c)]
    total = sum(map(len, all_conversations))
    with (
        (folder / RECORDS_FILE).open("a", encoding="utf-8") as file,
        ThreadPoolExecutor(max_workers=system.workers) as pool,
        tqdm(total=total, initial=total - sum(map(len, todo)), desc="评测", unit="问", disable=not progress) as bar,
    ):
        jobs = [pool.submit(_converse, conversation, system, done) for conversation in todo]
        try:
            for job in as_completed(jobs):
                for record in job.result():
                    file.write(write_record(record) + "\n")
                    done[record.item.id] = record
                    bar.update()
                file.flush()
                if heard:
                    heard(len(done), total)
        except BaseException:
            # What is asked already is kept; what is not is not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    records = tuple(done[item.id] for item in items_of(all_conversations))
    _write(folder, records, library, system.name)
    return Run(folder, config, records)


def read_run(folder: Path) -> Run:
    """Return a finished run. Raises PolicyError where ``folder`` holds none or a part of one."""
    try:
        config = Config(**json.loads((folder / CONFIG_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise PolicyError(f"{folder} 不是运行文件夹", hint="先用 wence eval run --out 文件夹 跑一次") from error
    if not (folder / QRELS_FILE).is_file():
        raise PolicyError(f"{folder} 里的运行没有跑完", hint="用原来的命令再跑一次,会从中断处接着跑")
    return Run(folder, config, tuple(_kept(folder / RECORDS_FILE)))


def _converse(conversation: Conversation, system: System, done: dict[str, Record]) -> list[Record]:
    """Return the records of the items that are not done; from the first of them on, all are asked again."""
    fresh: list[Record] = []
    history: list[Turn] = []
    if len(conversation) == 1:
        history = [Turn("user", text) for text in conversation[0].history]
    for item in conversation:
        record = done.get(item.id) if not fresh else None
        if record is None:
            record = Record(item=item, reply=system.reply(item, tuple(history)))
            fresh.append(record)
        history += [Turn("user", item.question), Turn("assistant", record.reply.answer)]
    return fresh


def _claim(folder: Path, config: Config) -> None:
    path = folder / CONFIG_FILE
    if path.is_file():
        try:
            same = Config(**json.loads(path.read_text("utf-8"))) == config
        except (ValueError, TypeError):
            same = False
        if not same:
            raise PolicyError(f"{folder} 里已有别的运行", hint="换一个 --out,或删去这个文件夹")
    path.write_text(json.dumps(asdict(config), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _kept(path: Path) -> list[Record]:
    if not path.is_file():
        return []
    lines = path.read_text("utf-8").split("\n")
    records: list[Record] = []
    for number, line in enumerate(lines, 1):
        # Only the very last line can be a torn one: a run killed while writing.
        if not line.strip() or (number == len(lines) and not line.endswith("}")):
            continue
        records.append(read_record(line, f"{path.name} 第 {number} 行"))
    return records


def _same(record: Record | None, item: object) -> bool:
    return record is not None and record.item == item


def _write(folder: Path, records: Sequence[Record], library: Library, name: str) -> None:
    # In the order of the questions, each once: the same run gives the same file.
    _write_records(folder, records)
    tag = "".join(char if char.isalnum() else "-" for char in name)
    ranked = [
        f"{record.item.id} Q0 {clause_id} {rank} {1 / rank:.6f} {tag}\n"
        for record in records
        for rank, clause_id in enumerate(record.reply.ranking or (), 1)
    ]
    (folder / RUN_FILE).write_text("".join(ranked), encoding="utf-8")
    (folder / QRELS_FILE).write_text(trec_qrels(make_qrels([r.item for r in records], library)), encoding="utf-8")


def _write_records(folder: Path, records: Sequence[Record]) -> None:
    temporary = folder / f"{RECORDS_FILE}.new"
    temporary.write_text("".join(write_record(record) + "\n" for record in records), encoding="utf-8")
    temporary.replace(folder / RECORDS_FILE)
