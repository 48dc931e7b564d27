import struct
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelNotReady
from indexer.e5s1 import read_weight_file
from indexer.model_folder import (
    MANIFEST,
    MODEL_ID,
    NETWORK,
    TOKENIZER,
    Fidelity,
    ModelInfo,
    ModelSource,
    describe_file,
    read_model_info,
    write_model_info,
)
from indexer.model_preparation import prepare_model
from indexer.vocabulary import build_tokenizer, is_kept, select_rows

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "培",
    "训",
    "培训",
    "～",
    "▁que",
    "ry",
    ":",
    "Russia",
    "привет",
    "<mask>",
]
SCORES = [0, 0, 0, 0, -2, -5, -5, -4, -6, -3, -3, -3, -9, -9, 0]


def q4(scale: float, weights: list[int]) -> bytes:
    """One block of 32 four-bit weights."""
    nibbles = [weight + 8 for weight in weights]
    return np.float16(scale).tobytes() + bytes(nibbles[i] | nibbles[i + 16] << 4 for i in range(16))


def weight_file(path: Path, *, magic: bytes = b"E5S1", version: int = 1, cut: int = 0) -> Path:
    """A tiny E5S1 file: 15 pieces, two normaliser entries, one fp32 and one Q4 tensor of two rows."""
    text = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, text)]).astype("<u4")
    head = magic + struct.pack("<I7ifi", version, 32, 1, 2, 64, len(PIECES), 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, text)))
    head += offsets.tobytes() + np.array(SCORES, "<f4").tobytes() + b"".join(text)
    normaliser = struct.pack("<IB", 7, 0) + struct.pack("<IBII", 0x2116, 2, ord("N"), ord("o"))
    head += struct.pack("<iI", 2, len(normaliser)) + normaliser
    bodies = {
        "plain": (0, 3, np.array([1.5, -2, 0], "<f4").tobytes()),
        "packed": (1, 64, q4(0.5, list(range(-8, 8)) * 2) + q4(2.0, [7] * 16 + [-8] * 16)),
    }
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in bodies)
    directory, body = struct.pack("<i", len(bodies)), b""
    for name, (kind, elements, raw) in bodies.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, elements, at + len(body), len(raw))
        body += raw
    content = head + directory + body
    path.write_bytes(content[: len(content) - cut])
    return path


def test_reader(tmp_path: Path) -> None:
    weights = read_weight_file(weight_file(tmp_path / "tiny.bin"))
    assert (weights.shape.hidden, weights.shape.layers, weights.shape.heads, weights.shape.positions) == (32, 1, 2, 8)
    assert (weights.special.bos, weights.special.eos, weights.special.pad, weights.special.unk) == (0, 2, 1, 3)
    assert weights.pieces == tuple(PIECES)
    assert weights.scores.tolist() == SCORES
    assert weights.normaliser == {7: "", 0x2116: "No"}
    assert weights.tensor("plain", 3).tolist() == [1.5, -2.0, 0.0]


def test_reader_dequantises(tmp_path: Path) -> None:
    weights = read_weight_file(weight_file(tmp_path / "tiny.bin"))
    first = [0.5 * weight for weight in [*range(-8, 8), *range(-8, 8)]]
    second = [14.0] * 16 + [-16.0] * 16
    assert weights.tensor("packed", 2, 32).tolist() == [first, second]
    assert weights.rows("packed", [1, 0, 1], 32).tolist() == [second, first, second]


@pytest.mark.parametrize(
    "wrong",
    [{"magic": b"GGUF"}, {"version": 2}, {"cut": 1}, {"cut": 100}, {"cut": 300}],
    ids=["magic", "version", "body cut", "directory cut", "pieces cut"],
)
def test_reader_refuses(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ModelNotReady) as caught:
        read_weight_file(weight_file(tmp_path / "tiny.bin", **wrong))  # type: ignore[arg-type]
    assert caught.value.hint


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
def test_reader_refuses_no_data(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "tiny.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelNotReady):
        read_weight_file(path)


@pytest.mark.parametrize(
    ("piece", "kept"),
    [
        ("培训", True),
        ("▁中国", True),
        ("年12月", True),
        ("。", True),
        ("、", True),
        ("〔", True),
        ("“", True),
        ("～", True),
        ("%", True),
        ("2024", True),
        ("▁2035", True),
        ("℃", True),
        ("AI", True),
        ("GDP", True),
        ("▁", True),
        ("▁que", True),
        ("▁query", True),
        ("▁passage", True),
        ("ж", True),  # a single character of any script
        ("か", True),
        ("𠮷", True),
        ("▁international", False),
        ("привет", False),
        ("ました", False),
        ("한국", False),
    ],
)
def test_is_kept(piece: str, kept: bool) -> None:
    assert is_kept(piece) is kept


def test_select_rows_keeps_special_pieces(tmp_path: Path) -> None:
    weights = read_weight_file(weight_file(tmp_path / "tiny.bin"))
    dropped = set(PIECES) - {PIECES[i] for i in select_rows(weights)}
    assert dropped == {"Russia", "привет"}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("query: 培训", ["<s>", "▁que", "ry", ":", "▁", "培训", "</s>"]),
        ("培 训", ["<s>", "▁", "培", "▁", "训", "</s>"]),
        ("培\x07训", ["<s>", "▁", "培训", "</s>"]),
        ("培\u3000\u200b\n训", ["<s>", "▁", "培", "▁", "训", "</s>"]),
        ("培～训", ["<s>", "▁", "培", "～", "训", "</s>"]),
        ("：", ["<s>", "▁", ":", "</s>"]),
        ("😀", ["<s>", "▁", "<unk>", "</s>"]),
        ("", ["<s>", "</s>"]),
    ],
)
def test_tokenizer(tmp_path: Path, text: str, tokens: list[str]) -> None:
    weights = read_weight_file(weight_file(tmp_path / "tiny.bin"))
    tokenizer = build_tokenizer(weights, select_rows(weights))
    assert [tokenizer.id_to_token(i) for i in tokenizer.encode(text).ids] == tokens


def test_tokenizer_cuts_at_512(tmp_path: Path) -> None:
    weights = read_weight_file(weight_file(tmp_path / "tiny.bin"))
    ids = build_tokenizer(weights, select_rows(weights)).encode("培训" * 1000).ids
    assert len(ids) == 512
    assert (ids[0], ids[-1]) == (0, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that passes for a prepared one."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / NETWORK).write_bytes(b"network")
    (folder / TOKENIZER).write_bytes(b"tokenizer")
    info = ModelInfo(
        id=MODEL_ID,
        dimension=3,
        vocabulary=5,
        query_prefix="q: ",
        passage_prefix="p: ",
        files=(describe_file(folder / NETWORK), describe_file(folder / TOKENIZER)),
        source=ModelSource("toy", "1", "toy.bin", "0" * 64, "MIT"),
        fidelity=Fidelity(1, 1.0, 1.0),
    )
    write_model_info(folder, info)
    return folder


def test_manifest_round_trip(folder: Path) -> None:
    info = read_model_info(folder, verify=True)
    assert (info.id, info.dimension, info.query_prefix, info.passage_prefix) == (MODEL_ID, 3, "q: ", "p: ")
    assert info.files[0].sha256 == describe_file(folder / NETWORK).sha256


def test_intact_folder_is_left_alone(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert prepare_model(folder, progress=False, verify=True) == read_model_info(folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_other_versions_are_refused(folder: Path) -> None:
    assert read_model_info(folder, model=MODEL_ID).id == MODEL_ID
    with pytest.raises(ModelNotReady, match="旧版本") as caught:
        read_model_info(folder, model="multilingual-e5-small-zh/0")
    assert "wence model" in caught.value.hint


def test_verify_hashes(folder: Path) -> None:
    (folder / NETWORK).write_bytes(b"NETWORK")
    read_model_info(folder)
    with pytest.raises(ModelNotReady):
        read_model_info(folder, verify=True)


def test_foreign_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelNotReady):
        prepare_model(tmp_path, progress=False)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_prepare_rebuilds_a_damaged_folder(folder: Path) -> None:
    (folder / NETWORK).write_bytes(b"damaged!")
    info = prepare_model(folder, progress=False)
    assert info == read_model_info(folder, verify=True)
    assert (info.id, info.dimension) == (MODEL_ID, 384)
    assert info.fidelity.torch_vs_source >= 0.999
    assert info.fidelity.int8_vs_torch >= 0.99
    assert (folder / MANIFEST).is_file()
    assert not list(folder.glob("*.fp32.onnx"))
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
