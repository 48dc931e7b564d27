from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.facts.extract import extract_facts
from corpus.model import Document
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import Source
from indexer import dictionary as dictionary_module
from indexer.build import Built, build_index
from indexer.dictionary import Dictionary
from indexer.encoder import HashEncoder
from indexer.tokenizer import Tokenizer

HAINAN = """海南省人民政府关于加强职业技能培训的实施意见
琼府〔2023〕7号

各市、县、自治县人民政府,省政府直属各单位:

为贯彻落实《国务院关于推行终身职业技能培训制度的意见》(国发〔2018〕11号),提出以下意见。

一、总体目标

到2025年,全省开展补贴性职业技能培训10万人次以上,新增高技能人才2万人。

二、重点任务

(一)支持企业培训。对新招用职工开展岗前培训的企业,按每人500元给予培训补贴。(责任单位:省人力资源社会保障厅、省财政厅)

(二)支持重点群体培训。对退役军人、残疾人开展免费职业技能培训。民办培训机构专职教师不得少于教师总数的1/3。

(三)打造“椰乡工匠”品牌。每两年评选一次“椰乡工匠”,每次评选50名。

海南省人民政府
2023年3月1日
"""
QINGHAI = """青海省职业技能培训管理办法
青政办〔2024〕12号

第一章 总则

第一条 为规范职业技能培训,根据《中华人民共和国就业促进法》,制定本办法。

第二条 本办法自2024年5月1日起施行,有效期至2029年4月30日。

第二章 培训补贴

第三条 牧区劳动者参加藏毯编织培训的,给予生活费补贴。同一劳动者每年享受补贴不超过3次。

第四条 培训机构骗取补贴的,由县级以上人力资源社会保障部门责令退回。
"""
XIAMEN = """厦门市职业技能培训补贴办事指南

一、申请对象

在本市就业的失业保险参保职工。

二、申请材料

申请人提交身份证和职业技能等级证书,在窗口或网上办理。
"""


class CountingEncoder:
    """The toy encoder with a note of every passage it was given."""

    def __init__(self, dimension: int = 64) -> None:
        self._encoder = HashEncoder(dimension)
        self.id = self._encoder.id
        self.dimension = dimension
        self.passages: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        self.passages += texts
        return self._encoder.encode_passages(texts, progress=progress)


@pytest.fixture(scope="session")
def parse() -> Callable[[str, str], Document]:
    """Makes a document of a file's stem and text."""

    def parsed(stem: str, text: str) -> Document:
        digest = hashlib.sha256(text.encode()).hexdigest()
        return parse_document(Source(f"{stem}.txt", stem, text, digest), Gazetteer.load())

    return parsed


@pytest.fixture(scope="session")
def documents(parse: Callable[[str, str], Document]) -> tuple[Document, ...]:
    return parse("hainan", HAINAN), parse("qinghai", QINGHAI), parse("xiamen", XIAMEN)


@pytest.fixture(scope="module")
def few_words(documents: tuple[Document, ...]) -> Iterator[None]:
    """Makes dictionaries of the words of the test documents only: the full list takes seconds for each index."""
    text = HAINAN + QINGHAI + XIAMEN
    words, classes = dictionary_module._jieba_words()
    few = {word: count for word, count in words.items() if word in text}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary_module, "_jieba_words", lambda: (dict(few), {word: classes[word] for word in few}))
        yield


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer(Dictionary.build(["高技能人才", "补贴性培训"]))


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def build(tmp_path: Path, encoder: CountingEncoder, few_words: None) -> Callable[[Sequence[Document]], Built]:
    """Builds a generation below ``tmp_path / "index"``."""
    return lambda documents: build_index(tmp_path / "index", documents, extract_facts, encoder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, documents: tuple[Document, ...], few_words: None) -> Built:
    """One generation of the three documents; not to be changed."""
    return build_index(tmp_path_factory.mktemp("index"), documents, extract_facts, HashEncoder())
