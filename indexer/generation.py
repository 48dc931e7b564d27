"""Generations of an index on disk: which one is current, how a new one is written and switched to."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import IndexerError, IndexNotBuilt

CURRENT_FILE = "CURRENT"
DICTIONARY_FOLDER = "dictionary"
NAMES_FILE = "names.txt"
NEW_WORDS_FILE = "new-words.txt"
# gen-000012
_GENERATION = re.compile(r"gen-\d+")


def current_folder(root: Path) -> Path:
    """Return the folder of the current generation. Raises ``IndexNotBuilt``."""
    try:
        name = (root / CURRENT_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    folder = root / name
    # The name comes from a file: take nothing but a generation.
    if not _GENERATION.fullmatch(name) or not folder.is_dir():
        raise IndexNotBuilt(f"还没有索引:{root}", hint="请先运行 wence index。")
    return folder


@contextmanager
def workspace(root: Path) -> Iterator[Path]:
    """Give a new folder below ``root`` to write a generation in; removed again unless it was published.

    Raises:
        IndexerError: another process, or another thread, is writing.
    """
    is_new = not root.exists()
    root.mkdir(parents=True, exist_ok=True)
    lock = os.open(root, os.O_RDONLY)
    folder: Path | None = None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexerError("另一个任务正在更新索引", hint="请等它完成后再试。") from error
        folder = Path(tempfile.mkdtemp(prefix="building-", dir=root))
        yield folder
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if is_new and not any(root.iterdir()):
            root.rmdir()
        os.close(lock)


def link_tree(source: Path, target: Path) -> None:
    """Make ``target`` the same folder as ``source`` without copying: its files, never written again, are linked."""
    shutil.copytree(source, target, copy_function=_link)


def publish(root: Path, folder: Path) -> Path:
    """Make the finished ``folder`` the current generation of ``root``; return where it is then.

    Everything is on the disk before the switch, so that a power cut leaves one of the two generations whole.
    """
    for path in [*folder.rglob("*"), folder]:
        _sync(path)
    taken = [int(p.name[4:]) for p in root.glob("gen-*") if p.name[4:].isdigit()]
    target = root / f"gen-{max(taken, default=0) + 1:06d}"
    os.replace(folder, target)
    pointer = root / f"{CURRENT_FILE}.new"
    pointer.write_text(target.name, encoding="ascii")
    _sync(pointer)
    os.replace(pointer, root / CURRENT_FILE)
    _sync(root)
    # The generation before this one stays for readers that are just opening it.
    for old in sorted(p for p in root.glob("gen-*") if p.name < target.name)[:-1]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
