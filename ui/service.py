"""What the command line, the API and the page need of the assistant, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer, Citation, SearchHit, Turn
from corpus.model import Document, Target

if TYPE_CHECKING:
    # They bring the index along, which --help does without.
    from assistant.dossier import Dossier
    from assistant.eligibility import EligibilityDesk
    from corpus.validity import Standing
    from indexer.store import DocumentHead

MAX_QUESTION = 2000
"""The longest question the API and the page take, in characters."""

MAX_TURNS = 50
"""The longest history the API takes, in messages."""


class IndexStatus(Protocol):
    """What there is to answer from."""

    @property
    def ready(self) -> bool: ...

    @property
    def documents(self) -> int: ...

    @property
    def clauses(self) -> int: ...

    @property
    def encoder(self) -> str: ...

    @property
    def built_at(self) -> str: ...


class PolicyService(Protocol):
    """The assistant as the user interfaces see it. All methods block and are safe to call from several threads.

    Raises:
        PolicyError: for everything that can be explained to a user; anything else is a bug.

    """

    @property
    def eligibility(self) -> EligibilityDesk:
        """What people can be offered, and how they stand to it."""
        ...

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), region: str | None = None, as_of: date | None = None
    ) -> Answer:
        """The whole reply; a refusal is a reply too."""
        ...

    def search(
        self,
        query: str,
        *,
        region: str | None = None,
        k: int = 10,
        admits: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
    ) -> tuple[SearchHit, ...]:
        """The best ``k`` clauses, best first, of the documents and clauses that may take part."""
        ...

    def heads(self) -> tuple[DocumentHead, ...]:
        """Every document's metadata, without its text: cheap, however many there are."""
        ...

    def clause_roles(self) -> Mapping[str, Mapping[str, int]]:
        """How many clauses of each role every document has."""
        ...

    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the clauses printed under each number."""
        ...

    def groups(self) -> Mapping[str, frozenset[str]]:
        """The groups that clauses provide for, each with the ids of its clauses."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """Every document in the index, whole: for exports, never for a page."""
        ...

    def document(self, doc_id: str) -> Document:
        """One document; ``NotFound`` where there is none."""
        ...

    def standing(self, doc_id: str, *, as_of: date | None = None) -> Standing:
        """Whether a document holds on a day, today if none is given; ``NotFound`` where there is no such document."""
        ...

    def dossier(self, doc_id: str, *, as_of: date | None = None) -> Dossier:
        """The state of a document with its evidence, its copies, versions and relations; ``NotFound`` likewise."""
        ...

    def clause(self, clause_id: str) -> Citation:
        """One clause as a citation of itself; ``NotFound`` where there is none."""
        ...

    def targets(self, *, region: str | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        """The figures the documents set or report."""
        ...

    def regions(self) -> tuple[str, ...]:
        """The places covered, for a picker."""
        ...

    def examples(self) -> tuple[str, ...]:
        """Questions that the documents can answer."""
        ...

    def status(self) -> IndexStatus:
        """The state of the index."""
        ...
