"""Which documents speak on a day: one of several copies, the rule in force, the original before its explanation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.errors import NotFound

Check = Callable[[Assistant, Answer], None]

RULES = """第一条 为支持劳动者参加职业技能培训,结合本市实际,制定本办法。

第二条 参加养老护理员培训并取得证书的,给予一次性培训补贴{money}元。

第三条 培训机构应当具备与培训内容相适应的场地、设备和师资,不得以任何名义向学员收取费用。

第四条 补贴资金从就业补助资金中列支,专款专用,任何单位和个人不得截留、挪用、骗取。
"""
SIGNED = "\n沈阳市人力资源和社会保障局\n{day}\n"
FILES = {
    "old": "沈阳市养老护理培训补贴办法\n沈人社发〔2019〕8号\n\n" + RULES.format(money=1500)
    + "\n第五条 本办法自2019年3月1日起施行,有效期5年。\n" + SIGNED.format(day="2019年2月20日"),
    "new": "沈阳市养老护理培训补贴办法(2023年修订)\n沈人社发〔2023〕6号\n\n" + RULES.format(money=2000)
    + "\n第五条 本办法自2023年7月1日起施行。原《沈阳市养老护理培训补贴办法》(沈人社发〔2019〕8号)同时废止。\n"
    + SIGNED.format(day="2023年6月15日"),
    "copy": "首页 > 政策\n沈阳市养老护理培训补贴办法(2023年修订)\n\n" + RULES.format(money=2000)
    + "\n第五条 本办法自2023年7月1日起施行。原《沈阳市养老护理培训补贴办法》(沈人社发〔2019〕8号)同时废止。\n",
    "explained": "《沈阳市养老护理培训补贴办法(2023年修订)》政策解读\n\n一、补贴标准是多少\n\n参加养老护理员培训并取得"
    "证书的,给予一次性培训补贴2000元。\n\n二、什么时候开始\n\n自2023年7月1日起施行。\n",
    "dalian": "大连市家政服务培训补贴办法\n大人社发〔2018〕3号\n\n第一条 参加家政服务培训的,给予培训补贴800元。\n\n"
    "第二条 本办法自2018年5月1日起施行,有效期至2021年4月30日。\n\n大连市人力资源和社会保障局\n2018年4月10日\n",
    "silent": "鞍山市关于做好冶金工人培训的通知\n\n一、冶金工人培训补贴标准为每人900元。\n\n"
    "二、各培训机构应当按季度上报进度。\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def shenyang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        Path(folder, f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder="hash")
    build_index(settings, [folder], progress=False)
    opened = open_assistant(settings, progress=False)
    yield opened
    opened.close()


def by_source(assistant: Assistant) -> dict[str, str]:
    return {document.source.removesuffix(".txt"): document.doc_id for document in assistant.documents()}


@pytest.mark.parametrize(
    ("question", "day", "cited", "words"),
    [
        ("沈阳养老护理员培训补贴多少元", "2024-06-01", "new", ["2000元"]),
        ("沈阳养老护理员培训补贴多少元", "2023-07-01", "new", ["2000元"]),
        ("沈阳养老护理员培训补贴多少元", "2023-06-30", "old", ["1500元"]),
        ("大连家政服务培训补贴多少元", "2020-01-01", "dalian", ["800元"]),
        ("大连家政服务培训补贴多少元", "2024-01-01", "dalian", ["800元", "提示:", "有效期至2021年4月30日,已过期"]),
        ("鞍山冶金工人培训补贴多少元", "2099-01-01", "silent", ["900元"]),
    ],
)
def test_the_rule_in_force_answers(
    shenyang: Assistant, check_grounded: Check, question: str, day: str, cited: str, words: list[str]
) -> None:
    answer = shenyang.ask(question, as_of=date.fromisoformat(day))
    assert {citation.doc_id for citation in answer.citations} == {by_source(shenyang)[cited]}, answer
    assert [word for word in words if word not in answer.answer] == []
    assert ("提示:" in answer.answer) is ("提示:" in words)
    check_grounded(shenyang, answer)


@pytest.mark.parametrize(
    ("question", "day", "cited", "words"),
    [
        ("沈阳养老护理培训补贴办法的文号是多少", "2024-06-01", "new", "沈人社发〔2023〕6号"),
        ("沈人社发〔2019〕8号第五条的内容", "2024-06-01", "old", "(2023年修订)》废止。"),
        ("沈阳养老护理培训补贴办法第二条的内容", "2024-06-01", "new", "2000元"),
    ],
)
def test_questions_about_a_document_mean_the_one_in_force(
    shenyang: Assistant, check_grounded: Check, question: str, day: str, cited: str, words: str
) -> None:
    answer = shenyang.ask(question, as_of=date.fromisoformat(day))
    assert {citation.doc_id for citation in answer.citations} == {by_source(shenyang)[cited]}, answer
    assert words in "".join([answer.answer, *(citation.quote for citation in answer.citations)])
    check_grounded(shenyang, answer)


def test_what_does_not_apply_yet_is_not_used(shenyang: Assistant) -> None:
    answer = shenyang.ask("大连家政服务培训补贴多少元", as_of=date(2018, 4, 1))
    assert (answer.outcome, answer.citations) == ("refused", ())
    assert "尚未施行" in answer.answer


@pytest.mark.parametrize(
    ("question", "day", "outcome", "words", "cited"),
    [
        ("大人社发〔2018〕3号还有效吗", "2020-01-01", "answered", ["仍在施行", "有效期至2021年4月30日"], {"dalian"}),
        ("大连家政服务培训补贴办法还有效吗", "2024-01-01", "answered", ["已经失效", "已过期"], {"dalian"}),
        ("沈人社发〔2019〕8号废止了没", "2024-06-01", "answered", ["已被废止", "同时废止"], {"new"}),
        ("沈人社发〔2019〕8号废止了没", "2020-01-01", "answered", ["仍在施行"], {"old"}),
        ("鞍山的通知还有效吗", "2024-06-01", "refused", ["未载明"], set()),
        ("沈人社发〔2011〕99号这个文件还有效吗", "2024-06-01", "refused", ["没有收录"], set()),
    ],
)
def test_questions_of_validity(
    shenyang: Assistant, check_grounded: Check, question: str, day: str, outcome: str, words: list[str], cited: set[str]
) -> None:
    answer = shenyang.ask(question, as_of=date.fromisoformat(day))
    ids = by_source(shenyang)
    assert (answer.outcome, {c.doc_id for c in answer.citations}) == (outcome, {ids[name] for name in cited}), answer
    assert [word for word in words if word not in answer.answer] == []
    check_grounded(shenyang, answer)


def test_an_explanation_without_its_original_is_named_as_one(toy: Assistant, check_grounded: Check) -> None:
    answer = toy.ask("内蒙古要建多少个自治区级示范性职业技能实训基地", as_of=date(2024, 6, 1))
    assert "政策解读,不是文件原文" in answer.answer and "现有文件没有收录" in answer.answer
    check_grounded(toy, answer)


def test_dossiers_name_copies_versions_and_relations(shenyang: Assistant) -> None:
    ids = by_source(shenyang)
    new = shenyang.dossier(ids["new"], as_of=date(2024, 6, 1))
    copy = shenyang.dossier(ids["copy"], as_of=date(2024, 6, 1))
    old = shenyang.dossier(ids["old"], as_of=date(2024, 6, 1))
    assert (new.cited_as, copy.cited_as) == (ids["new"], ids["new"])
    assert [kin.doc_id for kin in new.copies] == [ids["copy"]]
    assert [kin.doc_id for kin in old.versions] == [ids["new"]]
    assert [(link.kind, link.doc_ids) for link in new.relations] == [("废止", (ids["old"],))]
    assert {(link.kind, link.doc_ids) for link in new.mentions} == {("解读", (ids["explained"],))}
    assert (old.standing.state, old.standing.by) == ("已被废止", ids["new"])
    for citation in (*old.evidence, *(link.citation for link in new.relations if link.citation)):
        assert shenyang.document(citation.doc_id).text[citation.start : citation.end] == citation.quote != ""


@pytest.mark.parametrize("doc_id", ["", "nothing", "../etc/passwd"])
def test_unknown_documents(shenyang: Assistant, doc_id: str) -> None:
    with pytest.raises(NotFound):
        shenyang.standing(doc_id)
    with pytest.raises(NotFound):
        shenyang.dossier(doc_id)
