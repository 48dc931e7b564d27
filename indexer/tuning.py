"""Low-rank changes of the default encoder's weights, fitted to everyday questions (``benchmarks/tune.py``).

``data/tuning.safetensors`` holds, for each changed weight ``W`` of the ``BertModel``, ``NAME.a`` (rank, in) and
``NAME.b`` (out, rank) in half precision; the encoder uses ``W + b a`` (LoRA; Hu et al. 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelNotReady

if TYPE_CHECKING:
    from transformers import BertModel

TUNING = Path(str(resources.files("indexer"))) / "data" / "tuning.safetensors"


def write_tuning(path: Path, changes: Mapping[str, NDArray[np.float16]]) -> None:
    """Write ``NAME.a`` and ``NAME.b`` of each changed weight."""
    from safetensors.numpy import save_file

    save_file(dict(changes), path)


def apply_tuning(bert: BertModel, path: Path) -> None:
    """Add the changes of ``path`` to the weights of ``bert``. Raises ``ModelNotReady`` where they do not fit it."""
    import torch
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    hint = "请重新安装 wence。"
    try:
        changes = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelNotReady(f"读不到向量模型的调整参数 {path.name}。", hint=hint) from error
    weights = dict(bert.named_parameters())
    names = {name.rpartition(".")[0] for name in changes}
    try:
        with torch.no_grad():
            for name in sorted(names):
                low, high = changes[f"{name}.a"].astype(np.float32), changes[f"{name}.b"].astype(np.float32)
                weights[f"{name}.weight"] += torch.from_numpy(high @ low)
    except (KeyError, ValueError, RuntimeError) as error:
        raise ModelNotReady(f"向量模型的调整参数 {path.name} 与模型不符。", hint=hint) from error
