"""docs/evaluation.md names every measure, command, variant and kind of failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.cli import KEY_VARIABLE, run
from eval.measures.catalogue import CATALOGUE, Measure
from eval.variants import VARIANTS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "evaluation.md").read_text("utf-8")


@pytest.mark.parametrize("measure", CATALOGUE, ids=lambda measure: measure.key)
def test_every_measure_is_explained(measure: Measure) -> None:
    assert f"`{measure.key}`" in TEXT
    assert measure.label in TEXT


def test_every_command_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert {"run", "report", "compare", "validate", "check", "ablate", "trec"} <= set(listed)
    assert [name for name in listed if f"wence eval {name}" not in TEXT] == []


OPTIONS = ["data", "split", "documents", "out", "system", "model", "workers", "timeout", "limit", "region", "variant"]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_of_a_run_is_explained(option: str) -> None:
    assert f"--{option}" in TEXT


@pytest.mark.parametrize("name", [*VARIANTS, KEY_VARIABLE])
def test_every_name_is_explained(name: str) -> None:
    assert f"`{name}`" in TEXT
