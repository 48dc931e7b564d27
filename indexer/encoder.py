"""Text to vectors: the ``Encoder`` protocol, its implementations and ``load_encoder``.

The default encoder needs onnxruntime, numpy and tokenizers; importing this module needs numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.errors import ModelNotReady
from indexer.model_folder import DEFAULT_MODEL, MODEL_ID, read_model_info
from indexer.onnx_network import OnnxNetwork

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their cosine.

    ``id`` identifies the model and every setting that changes its vectors: an index made under one id is of no use
    under another. A text's vector does not depend on the texts beside it; order is kept.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, of shape (len(texts), dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Unit vectors of passages, of shape (len(texts), dimension)."""
        ...


class OnnxEncoder:
    """The default: a prepared folder (see ``indexer.model_folder``) run by onnxruntime in int8.

    Texts are embedded one by one, since dynamic int8 scales would tie a text's vector to its batch mates, and cut
    at 512 tokens. The prefixes default to those of the manifest. Raises ``ModelNotReady`` for a missing or damaged
    folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        threads: int = 2,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
    ) -> None:
        info = read_model_info(folder)
        self._query_prefix = info.query_prefix if query_prefix is None else query_prefix
        self._passage_prefix = info.passage_prefix if passage_prefix is None else passage_prefix
        self._network = OnnxNetwork(folder, threads=threads)
        self.id = f"{info.id} query={self._query_prefix!r} passage={self._passage_prefix!r}"
        self.dimension = info.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return _stack((self._network.embed(self._query_prefix + text) for text in texts), len(texts), self.dimension)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        bar = tqdm(texts, desc="向量化", unit="段", disable=not progress)
        return _stack((self._network.embed(self._passage_prefix + text) for text in bar), len(texts), self.dimension)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by folder or by a name that is in the local cache, with its own prompts.

    ``offline=False`` lets sentence-transformers download a name that is not cached. Raises ``ModelNotReady`` where
    the model cannot be loaded.
    """

    def __init__(
        self, name_or_path: str, *, device: str | None = None, batch_size: int = 32, offline: bool = True
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name_or_path, device=device, local_files_only=offline)
        except (OSError, ValueError, KeyError) as error:
            raise ModelNotReady(
                f"加载不了向量模型 {name_or_path}。",
                hint="请给出本地 sentence-transformers 模型文件夹,或先把该模型下载到本机缓存;默认模型写作 default。",
            ) from error
        self._batch_size = batch_size
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelNotReady(f"向量模型 {name_or_path} 没有说明向量的维数。", hint="请换一个模型。")
        self.dimension = int(dimension)
        self.id = f"sentence-transformers:{name_or_path} prompts={sorted(self._model.prompts.items())!r}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_query, texts, progress=False)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        return self._encode(self._model.encode_document, texts, progress=progress)

    def _encode(self, encode: _Encode, texts: Sequence[str], *, progress: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = encode(
            [_as_utf8(text) for text in texts],
            batch_size=self._batch_size,
            show_progress_bar=progress,
            normalize_embeddings=True,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)


class _Encode(Protocol):
    def __call__(
        self,
        sentences: list[str],
        /,
        *,
        batch_size: int,
        show_progress_bar: bool,
        normalize_embeddings: bool,
        convert_to_numpy: bool,
    ) -> object: ...


class HashEncoder:
    """A toy for tests: hashed character unigrams and bigrams. Needs no model; knows no meaning."""

    def __init__(self, dimension: int = 64) -> None:
        self.id = f"hash/{dimension}"
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return _stack((self._embed(text) for text in texts), len(texts), self.dimension)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        return self.encode_queries(texts)

    def _embed(self, text: str) -> Vectors:
        # The constant component keeps the vector of an empty text, and of signs that cancel out, away from zero.
        vector = np.zeros(self.dimension, np.float32)
        vector[0] = 0.5
        for gram in (*text, *(text[i : i + 2] for i in range(len(text) - 1))):
            code = crc32(gram.encode("utf-8", "replace"))
            vector[code % self.dimension] += 1.0 if code & 0x8000_0000 else -1.0
        norm = np.linalg.norm(vector)
        return vector / np.float32(norm)


def load_encoder(
    spec: str,
    models_dir: Path,
    *,
    threads: int = 2,
    query_prefix: str | None = None,
    passage_prefix: str | None = None,
) -> Encoder:
    """The encoder that a setting names.

    ``default`` is the prepared model in ``models_dir``; ``hash`` the toy; anything else a sentence-transformers
    folder or cached name. ``threads`` and the prefixes (``None``: the manifest's) concern the default only.
    Raises ``ModelNotReady`` where the model is not there, or is one of an earlier version.
    """
    if spec == "default":
        folder = models_dir / DEFAULT_MODEL
        read_model_info(folder, model=MODEL_ID)
        return OnnxEncoder(folder, threads=threads, query_prefix=query_prefix, passage_prefix=passage_prefix)
    if spec == "hash":
        return HashEncoder()
    return SentenceTransformerEncoder(spec)


def _stack(vectors: Iterable[Vectors], count: int, dimension: int) -> Vectors:
    matrix = np.empty((count, dimension), np.float32)
    for i, vector in enumerate(vectors):
        matrix[i] = vector
    return matrix


def _as_utf8(text: str) -> str:
    """A lone surrogate cannot be passed on as UTF-8; it becomes ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")
