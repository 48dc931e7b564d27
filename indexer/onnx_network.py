"""The default encoder's network and tokenizer: all that a query loads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelNotReady
from indexer.model_folder import HINT, NETWORK, TOKENIZER


class OnnxNetwork:
    """``model.int8.onnx`` with its ``tokenizer.json``. May be shared by threads."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Load both files; raises ``ModelNotReady`` where they cannot be read."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A thread that waits for the next query must not burn its core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # onnxruntime and tokenizers both raise bare Exceptions on damaged files
            raise ModelNotReady("默认模型的文件已损坏,无法加载。", hint=HINT) from error

    def embed(self, text: str) -> NDArray[np.float32]:
        """The L2-normalised vector of one text, prefix included, of shape (dimension,)."""
        # A lone surrogate cannot be passed on as UTF-8.
        ids = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8")).ids
        vector: NDArray[np.float32] = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})[0][0]
        return vector
