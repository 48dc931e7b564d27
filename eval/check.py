"""Committed baselines: a command, the corpus it was measured on, and the values to expect of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from corpus.errors import CorpusError
from eval.measures.catalogue import BY_KEY
from eval.scoring import Summary

# Decimal fractions such as 0.9 - 0.02 are not exact.
_SLACK = 1e-9
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Expected:
    """A measure's value and how far below it (above, where lower is better) a run may fall."""

    __pydantic_config__ = _STRICT

    value: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """A ``wence eval run`` command and what is expected of it on the corpus with ``corpus_hash``."""

    __pydantic_config__ = _STRICT

    name: str
    command: str
    corpus_hash: str
    expected: dict[str, Expected]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure found against what was expected; ``found`` is None where the run does not have it."""

    baseline: str
    key: str
    expected: Expected
    found: float | None

    @property
    def dropped(self) -> bool:
        """Whether it is worse than the tolerance allows."""
        return self.found is None or self._gain < -self.expected.tolerance - _SLACK

    @property
    def improved(self) -> bool:
        """Whether it is better than the tolerance, so that the baseline should be raised."""
        return self.found is not None and self._gain > self.expected.tolerance + _SLACK

    @property
    def _gain(self) -> float:
        assert self.found is not None
        change = self.found - self.expected.value
        return change if BY_KEY[self.key].higher_is_better else -change


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__ = _STRICT

    baseline: tuple[Baseline, ...]


def read_baselines(path: Path) -> tuple[Baseline, ...]:
    """Return the baselines of a TOML file. Raises CorpusError for a broken one or an unknown measure."""
    try:
        found = TypeAdapter(_File).validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CorpusError(f"基线文件 {path.name} 读不出来", hint="格式见 eval/baselines.toml 开头的说明") from error
    for baseline in found.baseline:
        for key in baseline.expected:
            if key not in BY_KEY:
                raise CorpusError(f"{path.name}: 没有 {key} 这个指标", hint="名称见 docs/evaluation.md")
    return found.baseline


def judge(baseline: Baseline, summary: Summary) -> tuple[Verdict, ...]:
    """Return a verdict for every measure of the baseline."""
    return tuple(
        Verdict(baseline.name, key, expected, summary[key].value if key in summary else None)
        for key, expected in baseline.expected.items()
    )


def show(verdict: Verdict) -> str:
    """Return a verdict in one line."""
    found = "没有" if verdict.found is None else f"{verdict.found:.3f}"
    state = "下降" if verdict.dropped else "提高,可更新基线" if verdict.improved else "符合"
    expected = f"{verdict.expected.value:.3f} ± {verdict.expected.tolerance:.3f}"
    return f"{state}\t{verdict.baseline}\t{BY_KEY[verdict.key].label}\t{found}\t预期 {expected}"
