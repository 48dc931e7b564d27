import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelNotReady
from indexer.encoder import Encoder, HashEncoder, OnnxEncoder, SentenceTransformerEncoder, load_encoder
from indexer.model_folder import DEFAULT_MODEL, MANIFEST, NETWORK, TOKENIZER
from indexer.model_preparation import prepare_model

TEXTS = ["培训补贴标准是多少?", "新型学徒制", "到2025年,技能人才总量达到9万人以上"]
ODD_TEXTS = {
    "empty": "",
    "blank": " \n\t\u3000",
    "controls": "培训\x00\x07\x1f补贴",
    "emoji": "😀👩‍👩‍👧 补贴",
    "rare": "𠮷\U0003ffff\ue000",
    "surrogate": "补\ud800贴",
    "specials": "<s></s><pad><mask><unk>",
    "very long": "高技能人才培训补贴" * 2000,
}


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that WENCE_TEST_MODEL names, or else one made for this run."""
    named = os.environ.get("WENCE_TEST_MODEL")
    if named:
        return Path(named)
    folder = tmp_path_factory.mktemp("models") / DEFAULT_MODEL
    prepare_model(folder, progress=False)
    return folder


@pytest.fixture(
    scope="module",
    params=["hash", pytest.param("onnx", marks=pytest.mark.slow), pytest.param("torch", marks=pytest.mark.slow)],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "hash":
        return HashEncoder()
    folder = request.getfixturevalue("model_folder")
    return OnnxEncoder(folder, threads=1) if request.param == "onnx" else SentenceTransformerEncoder(str(folder))


@pytest.mark.parametrize("method", ["encode_queries", "encode_passages"])
class TestContract:
    def test_unit_float32_rows(self, encoder: Encoder, method: str) -> None:
        vectors = getattr(encoder, method)(TEXTS)
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_no_texts(self, encoder: Encoder, method: str) -> None:
        vectors = getattr(encoder, method)([])
        assert vectors.shape == (0, encoder.dimension)
        assert vectors.dtype == np.float32

    def test_deterministic(self, encoder: Encoder, method: str) -> None:
        np.testing.assert_array_equal(getattr(encoder, method)(TEXTS), getattr(encoder, method)(TEXTS))

    def test_independent_of_order_and_batch_mates(self, encoder: Encoder, method: str) -> None:
        together = getattr(encoder, method)([*TEXTS, ODD_TEXTS["very long"]])[: len(TEXTS)]
        alone = np.concatenate([getattr(encoder, method)([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=1e-5)
        np.testing.assert_allclose(getattr(encoder, method)(TEXTS[::-1])[::-1], alone, atol=1e-5)

    @pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
    def test_odd_text_has_a_vector(self, encoder: Encoder, method: str, text: str) -> None:
        vectors = getattr(encoder, method)([text])
        assert np.isfinite(vectors).all()
        np.testing.assert_allclose(np.linalg.norm(vectors), 1.0, atol=1e-5)


def test_different_texts_differ(encoder: Encoder) -> None:
    a, b = encoder.encode_queries(TEXTS[:2])
    assert a @ b < 0.99


def test_hash_encoder_scores_shared_characters() -> None:
    query, near, far = HashEncoder(256).encode_queries(["培训补贴", "职业培训补贴标准", "户口迁移"])
    assert query @ near > query @ far


@pytest.mark.slow
def test_onnx_meaning(model_folder: Path) -> None:
    encoder = OnnxEncoder(model_folder, threads=1)
    (query,) = encoder.encode_queries(["想自己当老板有什么帮助"])
    near, far = encoder.encode_passages(["支持自主创业,给予创业培训补贴", "河道堤防的日常巡查"])
    assert query @ near > query @ far


@pytest.mark.slow
def test_onnx_agrees_with_sentence_transformers(model_folder: Path) -> None:
    int8 = OnnxEncoder(model_folder, threads=1).encode_passages(TEXTS)
    fp32 = SentenceTransformerEncoder(str(model_folder)).encode_passages(TEXTS)
    assert (int8 * fp32).sum(axis=1).min() > 0.99


@pytest.mark.slow
def test_text_beyond_512_tokens_is_cut(model_folder: Path) -> None:
    encoder = OnnxEncoder(model_folder, threads=1)
    long = "高技能人才培训补贴" * 500
    np.testing.assert_array_equal(encoder.encode_passages([long]), encoder.encode_passages([long + "河道"]))


@pytest.mark.slow
def test_prefixes_are_settings_and_part_of_the_id(model_folder: Path) -> None:
    default = OnnxEncoder(model_folder, threads=1)
    other = OnnxEncoder(model_folder, threads=1, passage_prefix="passage: ")
    assert default.id != other.id
    assert (default.encode_passages(TEXTS) != other.encode_passages(TEXTS)).any()
    np.testing.assert_array_equal(default.encode_queries(TEXTS), other.encode_queries(TEXTS))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("{", encoding="utf-8"),
        lambda folder: (folder / MANIFEST).write_text("[]", encoding="utf-8"),
        lambda folder: (folder / NETWORK).write_bytes(b"short"),
        lambda folder: (folder / TOKENIZER).unlink(),
    ],
    ids=["no manifest", "broken manifest", "foreign manifest", "short network", "no tokenizer"],
)
@pytest.mark.slow
def test_damaged_folder(model_folder: Path, tmp_path: Path, damage: object) -> None:
    for name in (MANIFEST, NETWORK, TOKENIZER):
        (tmp_path / name).write_bytes((model_folder / name).read_bytes())
    OnnxEncoder(tmp_path, threads=1)
    assert callable(damage)
    damage(tmp_path)
    with pytest.raises(ModelNotReady) as caught:
        OnnxEncoder(tmp_path)
    assert "wence model" in caught.value.hint


@pytest.mark.slow
def test_same_size_but_other_bytes_cannot_be_loaded(model_folder: Path, tmp_path: Path) -> None:
    for name in (MANIFEST, TOKENIZER):
        (tmp_path / name).write_bytes((model_folder / name).read_bytes())
    (tmp_path / NETWORK).write_bytes(bytes((model_folder / NETWORK).stat().st_size))
    with pytest.raises(ModelNotReady):
        OnnxEncoder(tmp_path)


def test_load_encoder_hash(tmp_path: Path) -> None:
    assert isinstance(load_encoder("hash", tmp_path), HashEncoder)


def test_load_encoder_default_before_preparation(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady) as caught:
        load_encoder("default", tmp_path)
    assert "wence model" in caught.value.hint


@pytest.mark.slow
def test_load_encoder_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady) as caught:
        load_encoder(str(tmp_path / "nothing"), tmp_path)
    assert caught.value.hint


HEAVY = ("torch", "transformers", "sentence_transformers", "huggingface_hub")


def _imports(program: str) -> set[str]:
    """Names of the heavy packages that a fresh interpreter has loaded after ``program``."""
    program += f"\nimport sys\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_encoder_is_light() -> None:
    assert _imports("import indexer.encoder, indexer.model_preparation") == set()


@pytest.mark.slow
def test_a_query_is_light(model_folder: Path) -> None:
    program = (
        "from pathlib import Path; from indexer.encoder import OnnxEncoder\n"
        f"OnnxEncoder(Path({str(model_folder)!r})).encode_queries(['培训'])"
    )
    assert _imports(program) == set()
