"""The one error tree of the project.

::

    PolicyError
    ├── CorpusError
    │   └── UnreadableSource      a file that is missing, empty, binary, too large or in no known encoding
    ├── IndexerError
    │   ├── IndexNotBuilt         no index in WENCE_HOME yet
    │   ├── StaleIndex            an index made by other settings or another format version
    │   ├── CorruptIndex          an index whose files are damaged or missing
    │   └── ModelNotReady         no prepared encoder, or one whose checksums differ
    ├── LibraryError
    │   ├── LibraryBusy           another process or thread is changing the library
    │   ├── DocumentExists        a document of the same id is in the library
    │   └── InvalidChange         an unknown field, a value that is none, the last document removed
    ├── AdminError
    │   ├── AdminDisabled         no admin key is set, so nothing can be changed over HTTP
    │   └── AdminKeyRefused       the admin key is missing or wrong
    ├── AssistantError
    │   ├── EmptyQuery            nothing to search for
    │   ├── QueryTooLong          longer than the accepted length
    │   ├── NotFound              an unknown doc_id, clause_id or evaluation
    │   └── UngroundedAnswer      an answer cites what was not retrieved: a bug, never shown
    └── EvaluationError
        ├── InvalidBatch          an upload that holds no readable questions, or too many
        ├── EvaluationBusy        too many evaluations are waiting
        └── EvaluationState       what is asked for does not go with how far the evaluation is

Every message says what happened, where, and (``hint``) what to do next, in Chinese, since users read it.
"""

from __future__ import annotations

from typing import ClassVar


class PolicyError(Exception):
    """Root of all expected errors.

    ``code`` is a stable machine-readable name; ``hint`` tells the user what to do next.
    """

    code: ClassVar[str] = "policy_error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CorpusError(PolicyError):
    code = "corpus_error"


class UnreadableSource(CorpusError):
    code = "unreadable_source"


class IndexerError(PolicyError):
    code = "indexer_error"


class IndexNotBuilt(IndexerError):
    code = "index_not_built"


class StaleIndex(IndexerError):
    code = "stale_index"


class CorruptIndex(IndexerError):
    code = "corrupt_index"


class ModelNotReady(IndexerError):
    code = "model_not_ready"


class LibraryError(PolicyError):
    code = "library_error"


class LibraryBusy(LibraryError):
    code = "library_busy"


class DocumentExists(LibraryError):
    code = "document_exists"


class InvalidChange(LibraryError):
    code = "invalid_change"


class AdminError(PolicyError):
    code = "admin_error"


class AdminDisabled(AdminError):
    code = "admin_disabled"


class AdminKeyRefused(AdminError):
    code = "admin_key_refused"


class AssistantError(PolicyError):
    code = "assistant_error"


class EmptyQuery(AssistantError):
    code = "empty_query"


class QueryTooLong(AssistantError):
    code = "query_too_long"


class NotFound(AssistantError):
    code = "not_found"


class UngroundedAnswer(AssistantError):
    code = "ungrounded_answer"


class EvaluationError(PolicyError):
    code = "evaluation_error"


class InvalidBatch(EvaluationError):
    code = "invalid_batch"


class EvaluationBusy(EvaluationError):
    code = "evaluation_busy"


class EvaluationState(EvaluationError):
    code = "evaluation_state"
