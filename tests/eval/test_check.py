"""Baselines: read strictly, and a drop told from a gain."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from eval.check import Baseline, Expected, judge, read_baselines, show
from eval.measures.share import Estimate

COMMITTED = Path(__file__).resolve().parents[2] / "eval" / "baselines.toml"


@pytest.mark.parametrize(
    ("key", "value", "tolerance", "found", "state"),
    [
        ("correct", 0.9, 0.02, 0.88, "符合"),
        ("correct", 0.9, 0.02, 0.879, "下降"),
        ("correct", 0.9, 0.02, 0.93, "提高,可更新基线"),
        ("region_confusion", 0.0, 0.02, 0.02, "符合"),
        ("region_confusion", 0.0, 0.02, 0.03, "下降"),
        ("region_confusion", 0.1, 0.02, 0.0, "提高,可更新基线"),
        ("verbatim", 1.0, 0.0, 1.0, "符合"),
        ("correct", 0.9, 0.02, None, "下降"),
    ],
)
def test_verdicts(key: str, value: float, tolerance: float, found: float | None, state: str) -> None:
    baseline = Baseline("b", "wence eval run", "hash", {key: Expected(value, tolerance)})
    (verdict,) = judge(baseline, {} if found is None else {key: Estimate(found, 0, 1, 9)})
    assert show(verdict).split("\t")[0] == state
    assert (verdict.dropped, verdict.improved) == (state == "下降", state.startswith("提高"))


def test_committed_baselines_use_dev_questions_only() -> None:
    baselines = read_baselines(COMMITTED)
    assert [baseline.name for baseline in baselines] == ["retrieval", "answers"]
    for baseline in baselines:
        assert baseline.command.startswith("wence eval run ")
        assert "test" not in baseline.command
        assert all(expected.tolerance <= 0.1 for expected in baseline.expected.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "读不出来"),
        ("[[baseline]]\nname = 'x'", "读不出来"),
        (COMMITTED.read_text("utf-8") + "\nunknown = { value = 1.0, tolerance = 0.0 }\n", "没有 unknown 这个指标"),
        (COMMITTED.read_text("utf-8").replace("tolerance", "slack"), "读不出来"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "baselines.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=message):
        read_baselines(path)
