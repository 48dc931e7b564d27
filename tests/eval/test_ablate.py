"""Every row of the ablation table is a working retriever over an index of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.assembly import build_index
from assistant.settings import Settings
from eval.ablate import GRAIN_SETS, PREFIXES, WEIGHTS, MemoEncoder, ablate, as_markdown
from eval.dataset import Evidence
from eval.items import Item
from eval.library import Library
from eval.qrels import make_qrels
from indexer.encoder import HashEncoder

TEXT = (
    "辽宁省职业技能培训规划\n\n一、总体要求\n\n(一)发展目标\n新增高技能人才25万人以上。全省技能人才总量达到565万人。\n\n"
    "二、保障措施\n\n(一)加强资金保障\n由省财政厅统筹安排就业补助资金。各市要落实配套资金。\n"
)


class Counting(HashEncoder):
    """The toy encoder, counting the questions it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_queries(self, texts: list[str]) -> object:  # type: ignore[override]
        self.asked += texts
        return super().encode_queries(texts)


def test_every_row(tmp_path: Path, make_item: Callable[..., Item]) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "liaoning.txt").write_text(TEXT, "utf-8")
    settings = Settings(home=tmp_path / "home", encoder="hash")
    build_index(settings, [documents], progress=False)
    library = Library.read(documents)
    evidence = (Evidence(document="liaoning", quote="新增高技能人才25万人以上", grade=2),)
    items = [
        make_item("辽宁新增多少高技能人才", id="q1", evidence=evidence),
        make_item("辽宁的资金谁安排", id="q2", evidence=(Evidence(document="liaoning", quote="由省财政厅", grade=2),)),
        make_item("没有相关条款的问题", id="q3", evidence=()),
    ]
    qrels = make_qrels(items, library)
    assert set(qrels) == {"q1", "q2"}
    rows = list(ablate(settings.index_dir, HashEncoder(), items, qrels, scratch=tmp_path / "scratch"))
    assert [row.name for row in rows[2:]] == [*WEIGHTS, *GRAIN_SETS, *PREFIXES]
    assert rows[0].change is None
    assert all(0 < row.means["R@10"] <= 1 for row in rows)
    table = as_markdown(rows).splitlines()
    assert len(table) == len(rows) + 2
    assert len({line.count("|") for line in table}) == 1


def test_a_question_is_embedded_once() -> None:
    encoder = Counting()
    memo = MemoEncoder(encoder)
    first = memo.encode_queries(["甲", "乙"])
    assert (memo.encode_queries(["乙", "甲"])[::-1] == first).all()
    assert encoder.asked == ["甲", "乙"]
    assert (memo.id, memo.dimension) == (encoder.id, 64)
