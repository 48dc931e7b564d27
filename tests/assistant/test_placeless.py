"""Documents that do not tell for which place they hold: they are neither national nor any place's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer, Turn
from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.errors import NotFound
from ui.schemas import AnswerOut
from ui.serialize import answer_payload, document_payload

Check = Callable[[Assistant, Answer], None]

HEATING = "关于困难家庭取暖补贴的通知"
COACHES = "关于务工人员返岗包车的通知"
FILES = {
    "heating": f"{HEATING}\n\n一、困难家庭取暖补贴标准为每户每年600元。\n\n"
    "二、困难家庭取暖补贴由社区受理,每年10月发放。\n",
    "coaches": f"{COACHES}\n\n一、去抚顺务工人员返岗包车补贴标准为每人100元。\n\n"
    "二、返岗包车由人力资源服务机构组织。\n",
    "national": "民政部关于临时救助的通知\n民发〔2022〕9号\n\n各省、自治区、直辖市民政厅:\n\n"
    "一、遭遇火灾的家庭给予临时救助,临时救助标准为每户800元。\n\n二、临时救助由街道审批。\n\n民政部\n2022年3月1日\n",
    "shenyang": "沈阳市人力资源和社会保障局关于养老护理培训的通知\n\n一、养老护理员培训补贴标准为每人1500元。\n\n"
    "二、养老护理员培训由职业学校承担。\n\n沈阳市人力资源和社会保障局\n2023年5月6日\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over two documents of no known place, a national one and one of 沈阳."""
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        Path(folder, f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder="hash")
    build_index(settings, [folder], progress=False)
    opened = open_assistant(settings, progress=False)
    yield opened
    opened.close()


def by_source(assistant: Assistant) -> dict[str, str]:
    return {head.source.removesuffix(".txt"): head.doc_id for head in assistant.heads()}


@pytest.mark.parametrize(
    ("question", "region", "outcome", "regions", "first_words"),
    [
        ("困难家庭取暖补贴每户多少元", None, "answered", (), f"《{HEATING}》:"),
        ("遭遇火灾的家庭临时救助标准多少元", None, "answered", ("国家",), "国家:"),
        ("沈阳遭遇火灾的家庭临时救助标准多少元", None, "answered", ("沈阳市",), "国家:"),
        ("大连遭遇火灾的家庭临时救助标准多少元", None, "answered", ("国家",), "国家:"),
        ("遭遇火灾的家庭临时救助标准多少元", "国家", "answered", ("国家",), "一、遭遇火灾"),
        ("养老护理员培训补贴多少元", "国家", "refused", ("国家",), "国家层面的现有文件"),
        ("养老护理员培训补贴多少元", None, "answered", ("沈阳市",), "沈阳市:"),
        # No rule of the place that was asked for, whether it has documents or not
        ("沈阳困难家庭取暖补贴每户多少元", None, "refused", ("沈阳市",), "沈阳市的现有文件"),
        ("大连困难家庭取暖补贴每户多少元", None, "refused", ("国家",), "没有收录大连市的文件;国家层面的现有文件"),
        ("困难家庭取暖补贴每户多少元", "大连", "refused", ("国家",), "没有收录大连市的文件;国家层面的现有文件"),
        # It speaks of the place asked for, and does not say to whom it applies.
        ("去抚顺务工返岗包车补贴每人多少元", None, "partial", (), f"《{COACHES}》:"),
        # Named itself
        (f"沈阳《{HEATING}》规定困难家庭取暖补贴每户多少元", None, "partial", (), f"《{HEATING}》:"),
    ],
)
def test_who_speaks_is_told(
    mixed: Assistant,
    check_grounded: Check,
    question: str,
    region: str | None,
    outcome: str,
    regions: tuple[str, ...],
    first_words: str,
) -> None:
    answer = mixed.ask(question, region=region)
    assert (answer.outcome, answer.scope.regions) == (outcome, regions), answer.answer
    assert answer.answer.startswith(first_words), answer.answer
    AnswerOut.model_validate(answer_payload(answer))
    check_grounded(mixed, answer)


@pytest.mark.parametrize(
    ("question", "note", "related"),
    [
        ("沈阳困难家庭取暖补贴每户多少元", "没有写明适用地区,不能当作当地的规定", {"heating"}),
        ("大连困难家庭取暖补贴每户多少元", "没有写明适用地区,不能当作当地的规定", {"heating"}),
        ("去抚顺务工返岗包车补贴每人多少元", f"提示:《{COACHES}》没有写明适用地区", set()),
    ],
)
def test_what_may_be_of_use_is_shown_with_a_note(mixed: Assistant, question: str, note: str, related: set[str]) -> None:
    answer = mixed.ask(question)
    assert note in answer.answer
    sources = {doc_id: source for source, doc_id in by_source(mixed).items()}
    assert {sources[citation.doc_id] for citation in answer.related} == related
    assert all(citation.region == "" for citation in answer.related)


@pytest.mark.parametrize(
    ("turns", "cited"),
    [
        (["困难家庭取暖补贴每户多少元", "只要数字"], {"heating"}),
        (["困难家庭取暖补贴每户多少元", "出自哪里"], {"heating"}),
        (["困难家庭取暖补贴每户多少元", "那沈阳呢"], set()),
    ],
)
def test_a_dialogue_stays_with_the_document(mixed: Assistant, turns: list[str], cited: set[str]) -> None:
    history: list[Turn] = []
    for question in turns:
        answer = mixed.ask(question, history=history)
        history += [Turn("user", question), Turn("assistant", answer.answer)]
    assert {citation.doc_id for citation in answer.citations} == {by_source(mixed)[one] for one in cited}, answer
    assert "国家" not in answer.answer.partition("目前收录")[0]


@pytest.mark.parametrize(
    ("query", "region", "found"),
    [
        ("取暖补贴", None, {"heating"}),
        ("取暖补贴", "沈阳", {"shenyang", "national"}),
        ("沈阳 取暖补贴", None, {"shenyang", "national"}),
        ("补贴", "国家", {"national"}),
    ],
)
def test_a_place_gates_the_search(mixed: Assistant, query: str, region: str | None, found: set[str]) -> None:
    ids = {hit.citation.doc_id for hit in mixed.search(query, region=region, k=20)}
    expected = {by_source(mixed)[one] for one in found}
    assert ids >= expected if region is None and "沈阳" not in query else ids <= expected
    assert ids


@pytest.mark.parametrize(
    ("region", "found"),
    [(None, {"heating", "coaches", "national", "shenyang"}), ("国家", {"national"}), ("辽宁", {"shenyang"})],
)
def test_figures_of_a_place(mixed: Assistant, region: str | None, found: set[str]) -> None:
    targets = mixed.targets(region=region)
    assert {target.doc_id for target in targets} <= {by_source(mixed)[one] for one in found}


def test_the_contract_tells_no_region(mixed: Assistant) -> None:
    heads = {head.doc_id: head for head in mixed.heads()}
    told = {name: document_payload(heads[doc_id], 1)["region"] for name, doc_id in by_source(mixed).items()}
    assert told == {"heating": None, "coaches": None, "national": "国家", "shenyang": "辽宁省沈阳市"}
    assert set(mixed.regions()) == {"国家", "辽宁省沈阳市"}


def test_the_self_check_takes_no_document_of_no_place(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text(FILES["heating"], encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder="hash")
    build_index(settings, [tmp_path / "documents"], progress=False)
    opened = open_assistant(settings, progress=False)
    with pytest.raises(NotFound, match="没有收录适用于辽宁省的文件") as caught:
        opened.eligibility.offers("辽宁")
    assert "1 份文件没有标明地区" in (caught.value.hint or "")
    opened.close()
