"""What users say about answers, kept in one SQLite file of bounded size."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.errors import PolicyError

Verdict = Literal["helpful", "unhelpful", "mismatch"]

FEEDBACK_FILE = "feedback.sqlite"
MAX_REASON = 1000
MAX_CLAUSES = 30
MAX_ROWS = 50_000
"""The oldest are dropped beyond this, so that the file cannot fill the disk."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, verdict TEXT NOT NULL, question TEXT NOT NULL,
    region TEXT NOT NULL, answer TEXT NOT NULL, clause_ids TEXT NOT NULL, reason TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer: 有用, 没用 or 原文不符, with what the user adds."""

    verdict: Verdict
    question: str
    answer: str = ""
    region: str = ""
    reason: str = ""
    clause_ids: tuple[str, ...] = ()


class FeedbackStore:
    """Feedback in the file ``path``, which is made when the first is given. Safe to use from several threads."""

    def __init__(self, path: Path, *, max_rows: int = MAX_ROWS) -> None:
        self._path = path
        self._max_rows = max_rows

    def add(self, feedback: Feedback) -> int:
        """Keep ``feedback`` and return its number.

        Raises:
            PolicyError: the file cannot be written.

        """
        row = (
            datetime.now(UTC).isoformat(timespec="seconds"),
            feedback.verdict,
            feedback.question,
            feedback.region,
            feedback.answer,
            json.dumps(feedback.clause_ids, ensure_ascii=False),
            feedback.reason,
        )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
                connection.execute(_SCHEMA)
                number = connection.execute(
                    "INSERT INTO feedback (at, verdict, question, region, answer, clause_ids, reason)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                ).lastrowid
                assert number is not None
                connection.execute("DELETE FROM feedback WHERE id <= ?", (number - self._max_rows,))
                return number
        except (OSError, sqlite3.Error) as error:
            raise PolicyError("反馈没有存下来", hint="您写的内容还在，请稍后再试，或联系管理员") from error

    def all(self) -> tuple[Feedback, ...]:
        """Everything kept, oldest first; nothing where no feedback was given yet."""
        if not self._path.exists():
            return ()
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            rows = connection.execute(
                "SELECT verdict, question, answer, region, reason, clause_ids FROM feedback ORDER BY id"
            ).fetchall()
        return tuple(
            Feedback(verdict, question, answer, region, reason, tuple(json.loads(clauses)))
            for verdict, question, answer, region, reason, clauses in rows
        )
