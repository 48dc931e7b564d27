"""The prepared folder of the default encoder and its manifest, ``model.json``. Needs the standard library only.

::

    multilingual-e5-small-zh/
        model.json                   this manifest, written last
        model.int8.onnx              the query path: input_ids (1, tokens) -> embedding (1, 384), L2-normalised
        tokenizer.json               the query path: the Unigram tokenizer, special tokens and truncation included
        config.json, model.safetensors, tokenizer_config.json, modules.json, 1_Pooling/ …
                                     a sentence-transformers model of the same weights in fp32
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import ModelNotReady

MANIFEST = "model.json"
NETWORK = "model.int8.onnx"
TOKENIZER = "tokenizer.json"
DEFAULT_MODEL = "multilingual-e5-small-zh"
MODEL_ID = f"{DEFAULT_MODEL}/2"
"""Counts up whenever the same text gets another vector."""
HINT = "请运行 wence model 准备默认模型(无需联网)。"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of the folder: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where the weights come from: the installed package and its weight file."""

    package: str
    version: str
    file: str
    sha256: str
    license: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Lowest cosines measured over the fixed check texts before the folder was published."""

    texts: int
    torch_vs_source: float
    int8_vs_torch: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What ``model.json`` says about a prepared model. ``files`` are those that the query path loads."""

    id: str
    dimension: int
    vocabulary: int
    query_prefix: str
    passage_prefix: str
    files: tuple[ModelFile, ...]
    source: ModelSource
    fidelity: Fidelity


def read_model_info(folder: Path, *, model: str | None = None, verify: bool = False) -> ModelInfo:
    """Read the manifest of a prepared folder and check that its files have the recorded sizes.

    ``verify`` also hashes them. Raises ``ModelNotReady`` where the folder is missing, incomplete or damaged, or holds
    another model than ``model``.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelNotReady(f"默认模型还没有准备好({folder.name} 里没有 {MANIFEST})。", hint=HINT) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelNotReady(f"读不到默认模型的 {MANIFEST}。", hint=HINT) from error
    try:
        info = _parse(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise ModelNotReady(f"默认模型的 {MANIFEST} 已损坏,或来自别的版本。", hint=HINT) from error
    if model is not None and info.id != model:
        raise ModelNotReady(f"准备好的默认模型是旧版本({info.id}),现在要用 {model}。", hint=HINT)
    for file in info.files:
        path = folder / file.name
        size = path.stat().st_size if path.is_file() else -1
        if size != file.size or (verify and describe_file(path).sha256 != file.sha256):
            raise ModelNotReady(f"默认模型的文件 {file.name} 缺失或已损坏。", hint=HINT)
    return info


def write_model_info(folder: Path, info: ModelInfo) -> None:
    """Write ``info`` as the manifest of ``folder``."""
    (folder / MANIFEST).write_text(json.dumps(asdict(info), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def describe_file(path: Path) -> ModelFile:
    """Name, size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return ModelFile(name=path.name, size=path.stat().st_size, sha256=digest.hexdigest())


def _parse(raw: dict[str, object]) -> ModelInfo:
    files, source, fidelity = raw.pop("files"), raw.pop("source"), raw.pop("fidelity")
    if not (isinstance(files, list) and isinstance(source, dict) and isinstance(fidelity, dict)):
        raise TypeError("files, source and fidelity must be structured")
    info = ModelInfo(
        **raw,  # type: ignore[arg-type]
        files=tuple(ModelFile(**file) for file in files),
        source=ModelSource(**source),
        fidelity=Fidelity(**fidelity),
    )
    if {file.name for file in info.files} != {NETWORK, TOKENIZER}:
        raise ValueError("the manifest names other files")
    return info
