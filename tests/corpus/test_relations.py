"""Edges between documents: sentence by sentence, and the whole list of the four documents."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.relations import extract_relations
from corpus.model import Clause, Document, Relation
from corpus.segment import segment

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "corpus" / "documents"
GOLDEN = HERE / "golden" / "relations"
STEMS = sorted(path.stem for path in DOCUMENTS.glob("*.txt"))
ALPHABET = "根据按照转发修改废止同时解读的《》〈〉“”()（）〔〕〔2018〕11号国发办法条例通知意见、和,，。\n"


def document(text: str, *, title: str = "") -> Document:
    """A document of a title and one clause."""
    raw = f"{title}\n{text}" if title else text
    start = len(raw) - len(text)
    clauses = [Clause("d#1", "d", "一", (), "body", start, len(raw), text)]
    if title:
        clauses.insert(0, Clause("d#title", "d", "标题", (), "title", 0, len(title), title))
    return Document("d", title, None, (), None, None, None, None, "其他", "d", "", raw, tuple(clauses), ())


def segmented(stem: str) -> Document:
    text = (DOCUMENTS / f"{stem}.txt").read_text(encoding="utf-8")
    parts = segment(text, doc_id=stem, fallback_title=stem)
    return Document(
        stem, parts.title, None, (), None, None, None, None, "其他", stem, "", text, parts.clauses, parts.noise
    )


def shown(relation: Relation) -> tuple[str, str, str | None]:
    return relation.kind, relation.title, relation.doc_number


@pytest.mark.parametrize("stem", STEMS)
def test_all_relations_of_the_four_documents(stem: str) -> None:
    source = segmented(stem)
    rows = [
        [
            relation.clause_id.partition("#")[2],
            relation.kind,
            relation.title,
            relation.doc_number or "",
            source.text[relation.start : relation.end].replace("\n", "⏎"),
        ]
        for relation in extract_relations(source)
    ]
    with (GOLDEN / f"{stem}.tsv").open(encoding="utf-8", newline="") as file:
        golden = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows == golden[1:]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("根据《失业保险条例》,制定本办法。", [("依据", "失业保险条例", None)]),
        ("为贯彻落实《甲意见》(国发〔201811号),提出意见。", [("依据", "甲意见", "国发〔2018〕11号")]),
        ("按照《乙通知》（财社[2020]2号）要求办理。", [("依据", "乙通知", "财社〔2020〕2号")]),
        (
            "依据省政府《甲规划》和《乙纲要》《丙规划》,制定。",
            [("依据", t, None) for t in ("甲规划", "乙纲要", "丙规划")],
        ),
        ("参照《丙办法》（国务院令第149号）执行。", [("依据", "丙办法", "国务院令第149号")]),
        ("根据国发〔2018〕11号文件精神办理。", [("依据", "", "国发〔2018〕11号")]),
        ("落实《关于印发〈丁办法〉的通知》要求。", [("依据", "关于印发〈丁办法〉的通知", None)]),
        ("现将《戊办法》转发给你们。", [("转发", "戊办法", None)]),
        ("转发国家发展改革委《己方案》。", [("转发", "己方案", None)]),
        ("《庚条例》同时废止。", [("废止", "庚条例", None)]),
        ("本办法自发布之日起施行，《庚办法》(府发〔2010〕3号)同时废止。", [("废止", "庚办法", "府发〔2010〕3号")]),
        ("《庚条例》、《辛条例》同时废止。", [("废止", "庚条例", None), ("废止", "辛条例", None)]),
        ("决定废止《壬规定》。", [("废止", "壬规定", None)]),
        ("决定修改《癸条例》。", [("修订", "癸条例", None)]),
        ("对《癸条例》作如下修改:", [("修订", "癸条例", None)]),
        # No edges: short names, papers, a mere mention, an earlier amendment.
        ("《实施方案》要求加大投入。", []),
        ("按照《通知》要求。", []),
        ("按规定核发《经营许可证》。", []),
        ("举办《论语》讲座。", []),
        ("修订后的《癸条例》施行。", []),
    ],
)
def test_sentences(sentence: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [shown(relation) for relation in extract_relations(document(sentence))] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("《甲行动实施方案》政策解读", [("解读", "甲行动实施方案", None)]),
        ("关于《乙办法》的解读", [("解读", "乙办法", None)]),
        ("关于进一步做好丙工作的通知政策解读", [("解读", "进一步做好丙工作的通知", None)]),
        ("某省政府转发国务院办公厅关于丁工作意见的通知", [("转发", "国务院办公厅关于丁工作意见", None)]),
        ("某市转发《戊通知》的通知", [("转发", "戊通知", None)]),
        ("关于修改《己条例》的决定", [("修订", "己条例", None)]),
        ("关于废止《庚办法》的决定", [("废止", "庚办法", None)]),
        ("关于印发《辛方案》的通知", []),
    ],
)
def test_titles(title: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [shown(relation) for relation in extract_relations(document("请遵照执行。", title=title))] == expected


def test_each_edge_is_given_once() -> None:
    text = "根据《失业保险条例》规定。按照《失业保险条例》执行。"
    assert len(extract_relations(document(text))) == 1


def test_the_document_itself_is_no_target() -> None:
    source = document("请按照《辛方案》执行。", title="关于印发《辛方案》的通知")
    assert extract_relations(source) == ()


@given(st.text(ALPHABET, max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_verbatim_spans(text: str) -> None:
    source = document(text)
    for relation in extract_relations(source):
        span = source.text[relation.start : relation.end]
        assert span and relation.title in span
        assert relation.title or relation.doc_number


@pytest.mark.parametrize(
    ("text", "title", "found"),
    [
        ("《甲办法》第三条同时废止。", "", [("甲办法", None, True)]),
        ("《甲办法》中有关补贴的规定停止执行。", "", [("甲办法", None, True)]),
        ("原《甲市培训管理办法》(甲政发〔2018〕5号)同时废止。", "甲市培训管理办法",
         [("甲市培训管理办法", "甲政发〔2018〕5号", False)]),
        ("决定废止下列文件:\n1.《甲办法》(甲政发〔2018〕5号)\n(二)《乙办法》第三条\n3、丙市关于印发《丙细则》的通知(丙政发〔2019〕8号)",
         "某市关于废止部分文件的决定",
         [("甲办法", "甲政发〔2018〕5号", False), ("乙办法", None, True),
          ("丙市关于印发《丙细则》的通知", "丙政发〔2019〕8号", False)]),
        ("下列文件:\n1.《甲办法》(甲政发〔2018〕5号)", "某市关于学习部分文件的通知", []),
        ("各单位:\n根据《甲办法》,现通知如下。", "某市关于废止部分文件的决定", []),
    ],
    ids=["an article", "some rules", "its own title", "a list", "no list of repeals", "a basis in such a list"],
)  # fmt: skip
def test_repeals(text: str, title: str, found: list[tuple[str, str | None, bool]]) -> None:
    repeals = [relation for relation in extract_relations(document(text, title=title)) if relation.kind == "废止"]
    assert [(relation.title, relation.doc_number, relation.partial) for relation in repeals] == found
