"""One writer at a time, across threads and processes, and no leftovers of one that was killed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import IndexNotBuilt, LibraryBusy
from indexer.generation import CURRENT_FILE, current_folder

LOCK_FILE = "writer.lock"
_LEFT_OVER = "building-*"


@contextmanager
def writing(root: Path, *, wait: float) -> Iterator[None]:
    """Hold the right to change the index below ``root``; what a killed writer left unfinished is removed first.

    ``wait`` is how many seconds to wait for another writer. The operating system takes the right from a writer that
    dies.

    Raises:
        LibraryBusy: another one is still writing after ``wait`` seconds.

    """
    root.mkdir(parents=True, exist_ok=True)
    # A lock object of its own for each caller, so that threads exclude each other as processes do.
    lock = FileLock(root / LOCK_FILE, timeout=wait, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryBusy("文件库正在被另一个操作更新", hint="那个操作完成后(通常几秒到几分钟)再试一次。") from error
    try:
        remove_leftovers(root)
        yield
    finally:
        lock.release()


def remove_leftovers(root: Path) -> None:
    """Remove what a killed writer left below ``root``: unfinished folders and generations never switched to."""
    for folder in root.glob(_LEFT_OVER):
        shutil.rmtree(folder, ignore_errors=True)
    (root / f"{CURRENT_FILE}.new").unlink(missing_ok=True)
    try:
        current = current_folder(root).name
    except IndexNotBuilt:
        return
    for folder in root.glob("gen-*"):
        if folder.name > current:
            # Renamed first: a removal that is cut off must not leave half a generation under a valid name.
            doomed = Path(tempfile.mkdtemp(prefix="building-", dir=root)) / folder.name
            folder.rename(doomed)
            shutil.rmtree(doomed.parent, ignore_errors=True)
