from __future__ import annotations

import dataclasses
import gzip
import os
import runpy
from datetime import date
from pathlib import Path

import pytest

from corpus.model import Document, Region
from corpus.parse import document_id, parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sources import Source, find_sources, read_bytes, read_source

FOLDER = Path(__file__).parent
DOCUMENTS = FOLDER.parents[1] / "corpus" / "documents"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def documents(gazetteer: Gazetteer) -> dict[str, Document]:
    found = [parse_document(read_source(path), gazetteer) for path in find_sources([DOCUMENTS])[0]]
    return {document.doc_id: document for document in found}


@pytest.mark.parametrize(
    ("doc_id", "number", "issuers", "region", "issued", "kind"),
    [
        ("liaoning-renshefa-2022-20", "辽人社发〔2022〕20号",
         ("辽宁省人力资源和社会保障厅", "辽宁省教育厅", "辽宁省发展和改革委员会", "辽宁省财政厅"),
         "辽宁省", date(2022, 6, 10), "规划"),
        ("zunyi-fubanhan-2024-19", "遵府办函〔2024〕19号", ("遵义市人民政府办公室",),
         "贵州省遵义市", date(2024, 5, 25), "方案"),
        ("jiangxi-2018-lifelong-training", None, ("江西省人民政府",), "江西省", date(2018, 11, 28), "意见"),
        ("neimenggu-2022-skills-action-explained", None, (), "内蒙古自治区", None, "解读"),
    ],
)  # fmt: skip
def test_what_the_documents_say_of_themselves(
    doc_id: str,
    number: str | None,
    issuers: tuple[str, ...],
    region: str,
    issued: date | None,
    kind: str,
    documents: dict[str, Document],
) -> None:
    document = documents[doc_id]
    assert (document.doc_number, document.issuers, document.issued, document.kind) == (number, issuers, issued, kind)
    assert document.region is not None and document.region.full_name == region
    assert (document.effective, document.expires) == (None, None)


@pytest.mark.parametrize(
    ("clause_id", "label", "opens"),
    [
        ("liaoning-renshefa-2022-20#3.4", "三、(四)", "(四)抓好重点群体就业技能培训。"),
        ("liaoning-renshefa-2022-20#2.2.d1", "二、(二)", "——终身职业技能培训制度更加完善。"),
        ("liaoning-renshefa-2022-20#box1", "专栏1", "专栏1\xa0 “十四五”时期职业技能培训主要指标"),
        ("zunyi-fubanhan-2024-19#1", "一", "一、总体要求"),
        ("zunyi-fubanhan-2024-19#2.1.1", "二、(一)1", "1.明确行业主管部门责任。"),
        ("jiangxi-2018-lifelong-training#4.13", "四、(十三)", "(十三)提高职业技能培训信息化服务能力。"),
        ("neimenggu-2022-skills-action-explained#2.4.2", "二、(四)二是", "二是退役军人培训专项计划。"),
    ],
)
def test_clauses_that_others_cite(clause_id: str, label: str, opens: str, documents: dict[str, Document]) -> None:
    document = documents[clause_id.partition("#")[0]]
    (clause,) = [clause for clause in document.clauses if clause.clause_id == clause_id]
    assert clause.label == label
    assert clause.text.startswith(opens)


def test_the_clause_trees_are_the_golden_ones() -> None:
    outlines = runpy.run_path(str(FOLDER / "golden" / "regenerate.py"))["golden_outlines"]()
    golden = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "golden" / "clauses").glob("*.txt")}
    hint = "if the change is meant: PYTHONPATH=. python tests/corpus/golden/regenerate.py, then read the diff"
    assert outlines == golden, hint


def test_a_gb18030_copy_gives_the_same_clauses(
    documents: dict[str, Document], gazetteer: Gazetteer, tmp_path: Path
) -> None:
    original = documents["zunyi-fubanhan-2024-19"]
    path = tmp_path / original.source
    path.write_bytes(original.text.replace("\n", "\r\n").encode("gb18030"))
    copy = parse_document(read_source(path), gazetteer)
    assert dataclasses.replace(copy, sha256=original.sha256) == original


@pytest.mark.parametrize(
    ("number", "stem", "region", "doc_id"),
    [
        ("辽人社发〔2022〕20号", "a", None, "liaoning-renshefa-2022-20"),
        ("遵府办函〔2024〕19号", "a", None, "zunyi-fubanhan-2024-19"),
        ("内政发〔2022〕5号", "a", None, "neimenggu-zhengfa-2022-5"),
        ("国办发〔2022〕2号", "a", None, "guobanfa-2022-2"),
        ("宁政发〔2020〕1号", "a", Region(("江苏省", "南京市")), "nanjing-zhengfa-2020-1"),
        (None, "jiangxi-2018", None, "jiangxi-2018"),
        (None, "就业 办法(试行)", None, "就业-办法-试行"),
        (None, "../a#b~c", None, "a-b-c"),
        (None, "###", None, "document"),
    ],
)
def test_document_id(number: str | None, stem: str, region: Region | None, doc_id: str) -> None:
    assert document_id(number, stem, region=region) == doc_id


@pytest.mark.parametrize("text", ["", "\n", "一", "😀", "附件"])
def test_any_text_is_a_document(text: str, gazetteer: Gazetteer) -> None:
    document = parse_document(Source("a.txt", "a", text, "0"), gazetteer)
    assert (document.doc_id, document.text) == ("a", text)
    assert "".join(text[span.start : span.end] for span in (*document.clauses, *document.noise)) == text


def test_a_renamed_document_takes_its_clauses_along() -> None:
    source = Source("a.txt", "a", "某市促进就业办法\n一、总则\n(一)目的。为了就业,制定本办法。\n", "0" * 64)
    document = parse_document(source, Gazetteer.load())
    renamed = with_id(document, "b~2")
    assert {clause.doc_id for clause in renamed.clauses} == {"b~2"}
    ids = {clause.clause_id for clause in renamed.clauses}
    assert all(clause_id.startswith("b~2#") for clause_id in ids)
    assert {clause.parent_id for clause in renamed.clauses} - {None} <= ids
    assert [(c.start, c.end, c.text) for c in renamed.clauses] == [(c.start, c.end, c.text) for c in document.clauses]


@pytest.mark.slow
@pytest.mark.skipif("WENCE_DATA" not in os.environ, reason="WENCE_DATA names no folder with laws/ and ncp/")
@pytest.mark.parametrize(("folder", "least"), [("ncp", 599), ("laws", 3400)])
def test_all_public_documents_are_read(folder: str, least: int, gazetteer: Gazetteer) -> None:
    path = Path(os.environ["WENCE_DATA"]) / folder / "documents.jsonl.gz"
    reading = read_bytes("documents.jsonl", gzip.decompress(path.read_bytes()))
    assert all("没有正文" in why for _, why in reading.refused)
    documents = [parse_document(source, gazetteer) for source in reading.sources]
    assert len(documents) >= least
    for document in documents:
        spans = sorted([(c.start, c.end) for c in document.clauses] + [(n.start, n.end) for n in document.noise])
        assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
