"""What a run was made of."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 11, 22)
"""The day that runs speak for unless told otherwise: fixed, so that a run tomorrow gives the same."""

_PACKAGES = ("wence", "numpy", "onnxruntime", "faiss-cpu", "jieba", "ir-measures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a run was made of. ``data`` maps a question file to its SHA-256, ``versions`` a package to its version.

    ``corpus_hash``, ``encoder_id`` and ``tokenizer_id`` are the index's; empty for a system that is not local.
    """

    system: str
    split: str
    as_of: str
    seed: int
    limit: int | None
    region: str | None
    variant: str
    documents: str
    data: dict[str, str]
    corpus_hash: str
    encoder_id: str
    tokenizer_id: str
    versions: dict[str, str]
    distractors: str = ""


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers may depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES}


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
