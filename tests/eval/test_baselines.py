"""The assistant reaches its committed baselines; a drop fails here."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from corpus.errors import ModelNotReady
from eval.cli import run
from indexer.encoder import load_encoder


@pytest.mark.slow
def test_nothing_has_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings()
    try:
        load_encoder("default", settings.models_dir)
    except ModelNotReady as error:
        pytest.skip(f"{error.message} (WENCE_HOME={settings.home})")
    status = run(["check"])
    printed = capsys.readouterr()
    assert status == 0, printed.out + printed.err
    assert "retrieval" in printed.out and "answers" in printed.out
