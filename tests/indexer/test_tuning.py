from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from corpus.errors import ModelNotReady
from indexer.tuning import TUNING, apply_tuning, write_tuning

LAYER = "encoder.layer.0.attention.self.query"


@pytest.fixture
def bert() -> BertModel:
    config = BertConfig(vocab_size=11, hidden_size=4, num_hidden_layers=1, num_attention_heads=2, intermediate_size=6)
    return BertModel(config)


def weights(bert: BertModel) -> dict[str, np.ndarray]:
    return {name: value.detach().numpy().copy() for name, value in bert.named_parameters()}


def test_changes_are_added(bert: BertModel, tmp_path: Path) -> None:
    low, high = np.arange(8, dtype=np.float16).reshape(2, 4), np.ones((4, 2), np.float16)
    write_tuning(tmp_path / "t.safetensors", {f"{LAYER}.a": low, f"{LAYER}.b": high})
    before = weights(bert)
    apply_tuning(bert, tmp_path / "t.safetensors")
    changed = {name: value - before[name] for name, value in weights(bert).items()}
    expected = np.array([[4.0, 6.0, 8.0, 10.0]] * 4)
    assert np.allclose(changed.pop(f"{LAYER}.weight"), expected, atol=1e-5)
    assert not any(value.any() for value in changed.values())


@pytest.mark.parametrize(
    "changes",
    [
        {f"{LAYER}.a": (2, 5), f"{LAYER}.b": (4, 2)},
        {f"{LAYER}.a": (2, 4), f"{LAYER}.b": (4, 3)},
        {f"{LAYER}.a": (2, 4)},
        {"encoder.layer.7.output.dense.a": (2, 4), "encoder.layer.7.output.dense.b": (4, 2)},
    ],
    ids=["width", "rank", "half", "layer"],
)
def test_changes_that_do_not_fit_are_refused(
    bert: BertModel, tmp_path: Path, changes: dict[str, tuple[int, int]]
) -> None:
    write_tuning(tmp_path / "t.safetensors", {n: np.zeros(shape, np.float16) for n, shape in changes.items()})
    with pytest.raises(ModelNotReady, match="与模型不符"):
        apply_tuning(bert, tmp_path / "t.safetensors")


@pytest.mark.parametrize("content", [None, b"", b"not tensors"], ids=["missing", "empty", "damaged"])
def test_unreadable_changes_are_refused(bert: BertModel, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "t.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelNotReady, match="读不到"):
        apply_tuning(bert, path)


def test_the_shipped_changes_are_finite_and_small(bert: BertModel) -> None:
    from safetensors.numpy import load_file

    changes = load_file(TUNING)
    assert changes
    assert all(np.isfinite(value).all() for value in changes.values())
    assert sum(value.nbytes for value in changes.values()) < 5_000_000
    assert not any(torch.from_numpy(value).dtype == torch.float32 for value in changes.values())
