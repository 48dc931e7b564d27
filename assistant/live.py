"""The assistant that follows the index: it moves to a new generation by itself, between requests, never within one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, SearchHit, Turn
from assistant.assistant import Assistant, IndexStatus
from assistant.dossier import Dossier
from corpus.errors import PolicyError
from corpus.model import Document, Target
from corpus.validity import Standing
from indexer.generation import current_folder
from indexer.store import DocumentHead

if TYPE_CHECKING:
    from assistant.eligibility import EligibilityDesk

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
_TRIES = 3


class _Generation:
    """An open assistant, closed when it is retired and its last user has left."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.users = 0
        self.retired = False


class _Pin:
    """What one request answers from; taken when it is first needed."""

    def __init__(self) -> None:
        self.generation: _Generation | None = None
        self.over = False


class LiveAssistant:
    """Answers as ``Assistant`` does, always from the newest generation below ``index_dir``.

    ``open_assistant`` opens the current generation. A thread looks every ``every`` seconds whether another one has
    been switched to, by this process or another, and opens it beside the old one, which goes on serving; a generation
    that cannot be opened is logged and left.
    """

    def __init__(
        self, index_dir: Path, open_assistant: Callable[[], Assistant], *, every: float = EVERY_SECONDS
    ) -> None:
        self._index_dir = index_dir
        self._open = open_assistant
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._pin: ContextVar[_Pin | None] = ContextVar("generation of this request", default=None)
        self._current = _Generation(self._opened())
        self._failed = ""
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, args=(every,), name="generations", daemon=True)
        self._watcher.start()

    def refresh(self) -> None:
        """Move to the newest generation now; the one in use stays where that cannot be opened."""
        with self._opening:
            try:
                newest = current_folder(self._index_dir).name
                if newest in (self._current.assistant.generation, self._failed):
                    return
                fresh = _Generation(self._opened())
            except Exception as error:
                # The old generation goes on serving, whatever is wrong with the new one.
                self._failed = self._newest()
                log.warning("the new index cannot be opened; the one before goes on serving", exc_info=error)
                return
        with self._lock:
            old, self._current = self._current, fresh
            old.retired = True
            unused = old.users == 0
        if unused:
            old.assistant.close()

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """What is asked within answers from one generation, also where the index moves on meanwhile."""
        pin = _Pin()
        token = self._pin.set(pin)
        try:
            yield
        finally:
            self._pin.reset(token)
            with self._lock:
                pin.over, held = True, pin.generation
            if held:
                self._leave(held)

    def close(self) -> None:
        """Stop following and release the index."""
        self._stop.set()
        self._watcher.join()
        self._current.assistant.close()

    # -- asking, as of one generation ------------------------------------------------------------------------

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), region: str | None = None, as_of: date | None = None
    ) -> Answer:
        """See ``Assistant.ask``."""
        with self._used() as assistant:
            return assistant.ask(question, history=history, region=region, as_of=as_of)

    def search(
        self,
        query: str,
        *,
        region: str | None = None,
        k: int = 10,
        admits: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
    ) -> tuple[SearchHit, ...]:
        """See ``Assistant.search``."""
        with self._used() as assistant:
            return assistant.search(query, region=region, k=k, admits=admits, clause_ids=clause_ids)

    def heads(self) -> tuple[DocumentHead, ...]:
        """See ``Assistant.heads``."""
        with self._used() as assistant:
            return assistant.heads()

    def clause_roles(self) -> Mapping[str, Mapping[str, int]]:
        """See ``Assistant.clause_roles``."""
        with self._used() as assistant:
            return assistant.clause_roles()

    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """See ``Assistant.labels``."""
        with self._used() as assistant:
            return assistant.labels()

    def groups(self) -> Mapping[str, frozenset[str]]:
        """See ``Assistant.groups``."""
        with self._used() as assistant:
            return assistant.groups()

    def documents(self) -> tuple[Document, ...]:
        """See ``Assistant.documents``."""
        with self._used() as assistant:
            return assistant.documents()

    def document(self, doc_id: str) -> Document:
        """See ``Assistant.document``."""
        with self._used() as assistant:
            return assistant.document(doc_id)

    def clause(self, clause_id: str) -> Citation:
        """See ``Assistant.clause``."""
        with self._used() as assistant:
            return assistant.clause(clause_id)

    def targets(self, *, region: str | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        """See ``Assistant.targets``."""
        with self._used() as assistant:
            return assistant.targets(region=region, indicator=indicator)

    def regions(self) -> tuple[str, ...]:
        """See ``Assistant.regions``."""
        with self._used() as assistant:
            return assistant.regions()

    def examples(self) -> tuple[str, ...]:
        """See ``Assistant.examples``."""
        with self._used() as assistant:
            return assistant.examples()

    def standing(self, doc_id: str, *, as_of: date | None = None) -> Standing:
        """See ``Assistant.standing``."""
        with self._used() as assistant:
            return assistant.standing(doc_id, as_of=as_of)

    def dossier(self, doc_id: str, *, as_of: date | None = None) -> Dossier:
        """See ``Assistant.dossier``."""
        with self._used() as assistant:
            return assistant.dossier(doc_id, as_of=as_of)

    @property
    def eligibility(self) -> EligibilityDesk:
        """See ``Assistant.eligibility``; to be used up while ``pinned``."""
        with self._used() as assistant:
            return assistant.eligibility

    def status(self) -> IndexStatus:
        """See ``Assistant.status``."""
        with self._used() as assistant:
            return assistant.status()

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _used(self) -> Iterator[Assistant]:
        pin = self._pin.get()
        with self._lock:
            if pin is None or pin.over:
                generation = self._current
            else:
                if pin.generation is None:
                    pin.generation = self._current
                    pin.generation.users += 1
                generation = pin.generation
            generation.users += 1
        try:
            yield generation.assistant
        finally:
            self._leave(generation)

    def _leave(self, generation: _Generation) -> None:
        with self._lock:
            generation.users -= 1
            over = generation.retired and generation.users == 0
        if over:
            generation.assistant.close()

    def _opened(self) -> Assistant:
        """Open the newest generation; again where a writer switched and cleaned up in between."""
        for _ in range(_TRIES):
            before = self._newest()
            try:
                return self._open()
            except PolicyError:
                if self._newest() == before:
                    raise
        return self._open()

    def _newest(self) -> str:
        try:
            return current_folder(self._index_dir).name
        except PolicyError:
            return ""

    def _watch(self, every: float) -> None:
        while not self._stop.wait(every):
            if self._newest() not in ("", self._current.assistant.generation, self._failed):
                self.refresh()
