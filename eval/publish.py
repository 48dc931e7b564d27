"""A finished run scored, and written out as a report and as tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from eval.export import EXPORTS
from eval.library import Library
from eval.page import as_html
from eval.qrels import make_qrels
from eval.report import Report, as_json, as_markdown, make_report
from eval.run import Run
from eval.scoring import Scored, score

RESULTS = "results"
REPORT_FILES = ("report.html", "report.md", "report.json")
RESULT_FILES = tuple(f"{RESULTS}.{ending}" for ending in EXPORTS)


@dataclass(frozen=True, slots=True)
class Published:
    """The scores of a run and the report on them."""

    scored: tuple[Scored, ...]
    report: Report


def scored_run(run: Run, library: Library) -> tuple[Scored, ...]:
    """Return the run's records scored for the day that the run speaks for."""
    return score(run.records, library, as_of=date.fromisoformat(run.config.as_of))


def report_on(run: Run, library: Library, *, failures: bool) -> Published:
    """Return the run's scores and report; ``failures=False`` leaves out the single questions."""
    scored = scored_run(run, library)
    qrels = make_qrels((record.item for record in run.records), library)
    return Published(scored, make_report(run.config, scored, qrels, failures=failures))


def publish(run: Run, library: Library, *, failures: bool) -> Report:
    """Write ``report.html``, ``.md`` and ``.json`` into the run folder and return the report.

    With ``failures`` the tables ``results.csv``, ``.xlsx`` and ``.jsonl`` are written too; without, older ones go.
    """
    made = report_on(run, library, failures=failures)
    texts = (
        as_html(made.report),
        as_markdown(made.report),
        json.dumps(as_json(made.report), ensure_ascii=False, indent=2) + "\n",
    )
    for name, text in zip(REPORT_FILES, texts, strict=True):
        (run.folder / name).write_text(text, encoding="utf-8", errors="replace")
    for ending, (write, _) in EXPORTS.items():
        file = run.folder / f"{RESULTS}.{ending}"
        if failures:
            file.write_bytes(write(made.scored))
        else:
            file.unlink(missing_ok=True)
    return made.report
