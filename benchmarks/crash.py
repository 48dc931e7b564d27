"""Kills a process that changes the documents, again and again, and looks each time whether anything is lost.

    python -m benchmarks.crash [--kills 200] [--seed 1] [--home FOLDER]

A child adds, replaces, corrects and removes documents and is killed (-9): one time at a random moment, the next within
milliseconds of the switch to the new generation. Then the index must open, be whole, and hold exactly the documents
after the last change that the child had finished, or after the one it was at: each with its text, its correction and
its original file, each found by a search. Uses the toy encoder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.assembly import open_librarian
from assistant.librarian import Librarian, Upload
from assistant.settings import Settings
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import read_bytes
from indexer.encoder import HashEncoder, load_encoder
from indexer.generation import current_folder
from indexer.search import Retriever

PLACES = ("海南省", "青海省", "甘肃省", "湖北省", "福建省", "四川省")
SIGNS = ("琼府", "青政", "甘政发", "鄂政发", "闽政", "川府发")
CRAFTS = ("椰雕", "藏毯编织", "洮砚雕刻", "汉绣", "脱胎漆器", "蜀锦织造")
FEWEST = 2
SWITCH_SECONDS = 0.03


@dataclass(frozen=True)
class Held:
    """What the library should hold of a document: the version of its file, and its corrected date, if any."""

    version: int
    issued: str = ""


State = dict[str, Held]


@dataclass(frozen=True)
class Step:
    """One change, and the state after it."""

    kind: str
    number: int
    value: str
    after: State


def text_of(number: int, version: int) -> str:
    place, sign, craft = PLACES[number], SIGNS[number], CRAFTS[number]
    extra = "".join(
        f"\n({'一二三四五'[n]}){craft}培训第{n + 1}期招收{10 * version + n}人。\n" for n in range(version % 5)
    )
    return (
        f"{place}人民政府关于加强{craft}培训的实施意见\n{sign}〔2023〕{number + 1}号\n\n各市人民政府:\n\n"
        f"一、总体目标\n\n到2025年,全省培训{craft}工匠{version}千人以上,这是第{version}版。\n\n"
        f"二、重点任务\n\n支持{craft}企业开展培训,每人补贴{500 + version}元。\n{extra}\n"
        f"{place}人民政府\n2023年3月{number + 1}日\n"
    )


def file_of(number: int, version: int) -> Upload:
    return Upload(f"{number}-{version}.txt", text_of(number, version).encode())


def plan(seed: int, ids: list[str], count: int) -> list[Step]:
    """Return ``count`` changes of a library that begins with all documents in version 1."""
    rng = random.Random(seed)
    state: State = {doc_id: Held(1) for doc_id in ids}
    steps: list[Step] = []
    for turn in range(count):
        number = rng.randrange(len(ids))
        doc_id = ids[number]
        held = state.get(doc_id)
        after = dict(state)
        if held is None:
            kind, value = "add", str(turn + 2)
            after[doc_id] = Held(turn + 2)
        else:
            kind = rng.choice(["replace", "edit", "remove" if len(state) > FEWEST else "replace"])
            value = str(turn + 2)
            if kind == "replace":
                after[doc_id] = replace(held, version=turn + 2)
            elif kind == "remove":
                del after[doc_id]
            else:
                value = "" if held.issued else f"2022-{turn % 12 + 1:02d}-{turn % 28 + 1:02d}"
                after[doc_id] = replace(held, issued=value)
        steps.append(Step(kind, number, value, after))
        state = after
    return steps


def change(librarian: Librarian, step: Step, ids: list[str]) -> None:
    doc_id = ids[step.number]
    if step.kind == "add":
        librarian.add([file_of(step.number, int(step.value))])
    elif step.kind == "replace":
        librarian.replace(doc_id, file_of(step.number, int(step.value)))
    elif step.kind == "edit":
        librarian.edit(doc_id, {"issued": step.value})
    else:
        librarian.remove([doc_id])


def child(settings: Settings, steps: list[Step], ids: list[str], reports: int) -> None:
    """Change the documents step by step, telling after each that it is done, until killed."""
    librarian = open_librarian(settings, encoder=load_encoder("hash", settings.models_dir))
    for step in steps:
        change(librarian, step, ids)
        os.write(reports, b".")
    os._exit(0)


def wait_for_switch(index_dir: Path, before: set[Path], at_most: float) -> float | None:
    """Return the seconds until a new generation is written and about to be switched to; ``None`` if too late.

    ``before`` are the unfinished folders of those killed before.
    """
    started = time.monotonic()
    while (spent := time.monotonic() - started) < at_most:
        if any(path.parent not in before for path in index_dir.glob("building-*/manifest.json")):
            return spent
        time.sleep(0.0005)
    return None


def look(settings: Settings, expected: list[State], ids: list[str]) -> int:
    """Return which of the ``expected`` states the library is in; raises where it is in none or not whole."""
    retriever = Retriever.open(settings.index_dir, HashEncoder())
    try:
        heads = retriever.store.heads
        librarian = open_librarian(settings)
        at = next((n for n, state in enumerate(expected) if _holds(retriever, state, ids)), None)
        if at is None:
            found = {doc_id: (head.source, str(head.issued)) for doc_id, head in heads.items()}
            raise SystemExit(f"neither before nor after the change: {found}, expected one of {expected}")
        for doc_id, held in expected[at].items():
            number = ids.index(doc_id)
            if librarian.original(doc_id) != file_of(number, held.version):
                raise SystemExit(f"the original of {doc_id} is lost")
            query = retriever.prepare(f"{CRAFTS[number]}企业每人补贴多少")
            if not retriever.search(query, allow=lambda head, wanted=doc_id: head.doc_id == wanted, k=3):  # type: ignore[misc]
                raise SystemExit(f"{doc_id} is not found")
        return at
    finally:
        retriever.close()


def _holds(retriever: Retriever, state: State, ids: list[str]) -> bool:
    heads = retriever.store.heads
    if heads.keys() != state.keys():
        return False
    for doc_id, held in state.items():
        number = ids.index(doc_id)
        issued = held.issued or f"2023-03-{number + 1:02d}"
        if str(heads[doc_id].issued) != issued or retriever.store.text(doc_id) != text_of(number, held.version):
            return False
    return True


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=None, help="an empty folder; a temporary one by default")
    args = parser.parse_args(argv)
    home = args.home or Path(tempfile.mkdtemp(prefix="wence-crash-"))
    settings = Settings(home=home, encoder="hash")
    ids = [
        parse_document(read_bytes(f"{n}.txt", text_of(n, 1).encode()).sources[0], Gazetteer.load()).doc_id
        for n in range(len(PLACES))
    ]
    first: State = {doc_id: Held(1) for doc_id in ids}
    open_librarian(settings).add([file_of(number, 1) for number in range(len(ids))])
    steps = plan(args.seed, ids, args.kills * 4)
    rng = random.Random(args.seed)
    started = time.monotonic()
    change(open_librarian(settings), steps[0], ids)
    span = time.monotonic() - started
    done, found = 1, Counter[str]()
    for kill in range(args.kills):
        before = steps[done - 1].after if done else first
        unfinished = set(settings.index_dir.glob("building-*"))
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            child(settings, steps[done:], ids, writer)
        os.close(writer)
        if kill % 2:
            span = wait_for_switch(settings.index_dir, unfinished, at_most=span * 4) or span
            time.sleep(rng.uniform(0, SWITCH_SECONDS))
        else:
            time.sleep(rng.uniform(0, span))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        told = len(os.read(reader, 1000))
        os.close(reader)
        found["left unfinished folders"] += any(settings.index_dir.glob("building-*"))
        found["left a generation not switched to"] += any(
            path.name > current_folder(settings.index_dir).name for path in settings.index_dir.glob("gen-*")
        )
        # After what was told to be done, or one change further.
        now = steps[done + told - 1].after if done + told else before
        at = look(settings, [now, steps[done + told].after], ids)
        found["switched before it could tell"] += at
        found["changes finished"] += told
        found[f"killed during: {steps[done + told].kind}"] += 1
        done += told + at
        if (kill + 1) % 20 == 0:
            print(f"{kill + 1} kills, {done} changes", file=sys.stderr, flush=True)
    change(open_librarian(settings), steps[done], ids)
    left = [path.name for path in settings.index_dir.glob("building-*")]
    generations = sorted(path.name for path in settings.index_dir.glob("gen-*"))
    look(settings, [steps[done].after], ids)
    result = {
        "kills": args.kills,
        "kills after which something was lost or damaged": 0,
        "left over at the end": left,
        "generations at the end": generations,
        "seconds of one change": round(span, 2),
        **dict(sorted(found.items())),
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
