"""Answers of the default model over the bundled documents."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.answer import Answer, Turn
from assistant.assistant import Assistant
from assistant.question import QuestionReader
from corpus.model import Region
from corpus.regions import Gazetteer

pytestmark = pytest.mark.slow

LIAONING, ZUNYI = "liaoning-renshefa-2022-20", "zunyi-fubanhan-2024-19"
JIANGXI, NEIMENGGU = "jiangxi-2018-lifelong-training", "neimenggu-2022-skills-action-explained"

CLEAR = [
    ("辽宁十四五要新增多少高技能人才", "25万人以上", f"{LIAONING}#2.2"),
    ("辽宁高技能人才总量的目标是多少", "146.5万人", f"{LIAONING}#2.2"),
    ("辽宁技能人才总量要达到多少", "565万人", f"{LIAONING}#2.2"),
    ("辽宁十三五末有多少高技能人才", "121.5万人", f"{LIAONING}#1"),
    ("辽宁企业新型学徒制培训目标", "5万", f"{LIAONING}#box1"),
    ("辽宁国家级高技能人才培训基地现有多少家", "28家", f"{LIAONING}#1"),
    ("辽宁企业自主评价要达到多少家", "300家", f"{LIAONING}#box6.1"),
    ("辽宁这份规划的文号是多少", "辽人社发〔2022〕20号", f"{LIAONING}#notice"),
    ("辽宁规划是哪天印发的", "2022年6月10日", f"{LIAONING}#notice"),
    ("技能遵义那个方案的发文字号", "遵府办函〔2024〕19号", f"{ZUNYI}#record"),
    ("马兰花都有哪些省在搞", "辽宁省", f"{LIAONING}#box5.3"),
    ("内蒙古到2025年补贴性培训要开展多少人次", "125万人次以上", f"{NEIMENGGU}#1.3"),
    ("内蒙古新增技能人才多少人", "75万人以上", f"{NEIMENGGU}#1.3"),
    ("内蒙古高技能人才要达到多少人", "14万人以上", f"{NEIMENGGU}#1.3"),
    ("内蒙古高技能人才占技能人才的比例要达到多少", "32%以上", f"{NEIMENGGU}#1.3"),
    ("内蒙古农牧民工培训多少人次", "35万人次以上", f"{NEIMENGGU}#1.3"),
    ("内蒙古要建多少个自治区级示范性职业技能实训基地", "10个", f"{NEIMENGGU}#2.1.2"),
    ("内蒙古培育多少家产教融合型企业", "50家以上", f"{NEIMENGGU}#2.1.3"),
    ("内蒙古有多少个部门组织实施技能内蒙古行动", "18个部门", f"{NEIMENGGU}#0"),
    ("内蒙古实施哪几项计划", "技能强企计划", f"{NEIMENGGU}#2.3"),
    ("内蒙古生活费补贴给谁", "重点帮扶地区劳动者", f"{NEIMENGGU}#2.5.4"),
    ("遵义到2025年高技能人才要达到多少人", "9万人以上", f"{ZUNYI}#1"),
    ("遵义2023到2025年累计培训多少人次", "12万人次", f"{ZUNYI}#1"),
    ("遵义酱酒产业培训多少人次", "3万人次", f"{ZUNYI}#1"),
    ("遵义吉他产业培训多少人次", "2000人次", f"{ZUNYI}#1"),
    ("遵义的方案文号是多少", "遵府办函〔2024〕19号", f"{ZUNYI}#record"),
    ("遵义的方案依据哪个文件", "黔府发〔2023〕13号", f"{ZUNYI}#0"),
    ("遵义民办培训机构专职教师不得少于多少", "1/3", f"{ZUNYI}#2.3.12"),
    ("遵义兼职教师1年内任职不得超过几家培训机构", "3家", f"{ZUNYI}#2.3.12"),
    ("遵义职业院校每年开展培训人次不得少于多少", "50%", f"{ZUNYI}#2.1.3"),
    ("遵义县级每年至少举办几期示范培训班", "1期", f"{ZUNYI}#2.2.7"),
    ("遵义要培育多少家优质民办职业培训机构", "10家", f"{ZUNYI}#2.1.4"),
    ("遵义谁负责证书直补", "市人力资源社会保障局", f"{ZUNYI}#2.2.9"),
    ("遵义证书直补是什么", "自学或个人缴费培训", f"{ZUNYI}#2.2.9"),
    ("遵义竹产业培训在哪些县", "赤水市、桐梓县", f"{ZUNYI}#2.2.5"),
    ("湄潭县茶产业开展什么培训", "茶艺师", f"{ZUNYI}#2.2.5"),
    ("遵义培训资金审计由谁负责", "县级每年要组织", f"{ZUNYI}#3.22"),
    ("遵义产教融合型企业投资可以抵免多少", "30%", f"{ZUNYI}#2.1.2"),
    ("江西每年培训农民工多少人次", "30万人次以上", f"{JIANGXI}#2.3"),
    ("江西赣鄱工匠几年评一次", "每2年", f"{JIANGXI}#3.11"),
    ("江西赣鄱工匠每次评选多少名", "100名", f"{JIANGXI}#3.11"),
    ("江西到2020年新建多少家职业技能竞赛基地", "100家", f"{JIANGXI}#3.12"),
    ("江西企业教育经费多少用于一线职工", "60%以上", f"{JIANGXI}#2.4"),
    ("江西创业培训由哪些部门负责", "省人力资源社会保障厅", f"{JIANGXI}#2.6"),
    ("江西技师以上职业资格证书可以领办什么", "技能大师工作室", f"{JIANGXI}#3.9"),
    ("江西文件是根据国务院哪个意见制定的", "《国务院关于推行终身职业技能培训制度的意见》", f"{JIANGXI}#0"),
    ("遼寧高技能人才總量目標是多少", "146.5万人", f"{LIAONING}#2.2"),
]
REFUSED = [
    ("贵阳高技能人才目标是多少", "没有收录贵阳"),
    ("北京新型学徒制补贴多少钱", "没有收录北京"),
    ("四川有什么培训补贴", "没有收录四川"),
    ("辽宁新型学徒制补贴多少钱一个人", "没有写明具体金额"),
    ("辽宁培训补贴的咨询电话", "没有写联系电话"),
    ("辽宁十五五高技能人才目标", "没有写到十五五"),
    ("遵义2030年高技能人才目标", "没有写到2030年"),
    ("2030年目标是多少", "没有写到2030年"),
    ("遵义竹产业要培训多少人次", "没有写明具体数量"),
    ("遵义辣椒产业培训多少人次", "没有写明具体数量"),
    ("工伤保险怎么报", "没有提到“工伤保险”"),
    ("沈阳高技能人才目标", "没有写明具体数量"),
    ("仁怀高技能人才目标多少", "没有写明具体数量"),
    ("遵义公积金怎么提取", "公积金"),
    # A day that stands by itself is no answer, and what a text names is not said to be missing.
    ("江西终身职业技能培训制度什么时候建成", "没有找到能直接回答"),
    ("辽宁技工院校到2025年在校生多少", "没有写明具体数量"),
    ("江西说要办100所技工学校真的假的", "没有写到“100所”"),
    ("遵义的方案还有效吗", "没有写明有效期"),
    ("谢谢", "只回答政策文件里写明的内容"),
    ("你们是真人吗", "只回答政策文件里写明的内容"),
    ("你叫什么名字", "只回答政策文件里写明的内容"),
    ("预付卡商家跑路了找谁", "可向当地主管部门咨询"),
]


@pytest.mark.parametrize(("question", "wanted", "clause_id"), CLEAR, ids=[row[0] for row in CLEAR])
def test_a_clear_question(
    assistant: Assistant, today: date, check_grounded: Callable[..., None], question: str, wanted: str, clause_id: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "answered"
    assert wanted in answer.answer
    assert clause_id in {citation.clause_id for citation in answer.citations}
    check_grounded(assistant, answer)


@pytest.mark.parametrize(("question", "wanted"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_no_document_says(
    assistant: Assistant, today: date, check_grounded: Callable[..., None], question: str, wanted: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "refused"
    assert wanted in answer.answer
    check_grounded(assistant, answer)


@pytest.mark.parametrize(
    ("question", "asked", "first"),
    [
        ("补贴多少", "收录的地区:江西省、辽宁省、", "江西省补贴多少"),
        ("能报名吗", "收录的地区:江西省、辽宁省、", "江西省能报名吗"),
        ("辽宁的目标", "您想问辽宁省的哪类人员或哪项政策?例如:辽宁省", "辽宁省"),
        ("内蒙古有啥政策", "您想问内蒙古自治区的哪类人员或哪项政策?例如:内蒙古自治区", "内蒙古自治区"),
    ],
)
def test_a_question_that_needs_asking_back(
    assistant: Assistant, today: date, question: str, asked: str, first: str
) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == "clarify"
    assert asked in answer.answer
    assert answer.suggestions[0].startswith(first)


def test_a_place_without_documents_beside_one_with(assistant: Assistant, today: date) -> None:
    answer = assistant.ask("四川和辽宁高技能人才目标", as_of=today)
    assert answer.outcome == "partial"
    assert "25万人以上" in answer.answer and "四川:现有文件没有收录" in answer.answer
    assert {citation.doc_id for citation in answer.citations} == {LIAONING}


@pytest.mark.parametrize(
    ("question", "region", "doc_id"),
    [
        ("高技能人才目标是多少", "辽宁", LIAONING),
        ("高技能人才目标是多少", "辽宁省", LIAONING),
        ("遵义高技能人才目标是多少", "辽宁", ZUNYI),
        ("每年培训农民工多少人次", "江西", JIANGXI),
        ("高技能人才目标是多少", "贵阳", None),
    ],
)
def test_a_place_picked_beside_the_question(
    assistant: Assistant, today: date, question: str, region: str, doc_id: str | None
) -> None:
    answer = assistant.ask(question, region=region, as_of=today)
    assert {citation.doc_id for citation in answer.citations} == ({doc_id} if doc_id else set())


@pytest.mark.parametrize(
    ("history", "question", "wanted"),
    [
        (["辽宁高技能人才目标是多少"], "遵义呢", "9万人以上"),
        (["辽宁高技能人才目标是多少"], "十三五末呢", "121.5万人"),
        (["江西赣鄱工匠几年评一次"], "每次评多少名", "100名"),
        (["辽宁规划的文号是多少"], "什么时候印发的", "2022年6月10日"),
        (["辽宁高技能人才目标是多少"], "江西赣鄱工匠几年评一次", "每2年"),
    ],
)
def test_a_follow_up(assistant: Assistant, today: date, history: list[str], question: str, wanted: str) -> None:
    answer = assistant.ask(question, history=[Turn("user", text) for text in history], as_of=today)
    assert answer.outcome == "answered"
    assert wanted in answer.answer
    assert answer.question == question


def test_what_is_over_is_said(assistant: Assistant) -> None:
    question = "遵义到2025年高技能人才要达到多少人"
    assert "提示" not in assistant.ask(question, as_of=date(2024, 6, 1)).answer
    assert "已经过去" in assistant.ask(question, as_of=date(2030, 1, 1)).answer


def test_dialogues(
    assistant: Assistant, today: date, dev_dialogues: list[dict[str, Any]], check_grounded: Callable[..., None]
) -> None:
    answered = 0
    for dialogue in dev_dialogues:
        history: list[Turn] = []
        for turn in dialogue["turns"]:
            answer = assistant.ask(turn["question"], history=history, region=dialogue["region"], as_of=today)
            check_grounded(assistant, answer)
            answered += bool(answer.citations)
            history += [Turn("user", turn["question"]), Turn("assistant", answer.answer)]
    assert answered > len(dev_dialogues)


class TestDevQuestions:
    @pytest.fixture(scope="class")
    @staticmethod
    def answers(
        assistant: Assistant, today: date, dev_questions: list[dict[str, Any]]
    ) -> list[tuple[dict[str, Any], Answer]]:
        return [(item, assistant.ask(item["question"], region=item["region"], as_of=today)) for item in dev_questions]

    def test_every_citation_stands(
        self, assistant: Assistant, answers: list[tuple[dict[str, Any], Answer]], check_grounded: Callable[..., None]
    ) -> None:
        assert sum(bool(answer.citations) for _, answer in answers) > len(answers) / 2
        for _, answer in answers:
            check_grounded(assistant, answer)

    def test_no_place_is_answered_with_the_document_of_another(
        self, answers: list[tuple[dict[str, Any], Answer]], reader: QuestionReader, today: date
    ) -> None:
        gazetteer = Gazetteer.load()
        checked = 0
        for item, answer in answers:
            places = [mention.region for mention in reader.read(item["question"], as_of=today).places]
            if not places and item["region"]:
                places = [gazetteer.parse(item["region"]) or Region(())]
            for citation in answer.citations:
                cited = gazetteer.parse(citation.region)
                assert cited is not None
                checked += bool(places)
                assert not places or any(cited.contains(place) or place.contains(cited) for place in places), answer
        assert checked > 100

    def test_the_same_from_eight_threads(
        self, assistant: Assistant, today: date, answers: list[tuple[dict[str, Any], Answer]]
    ) -> None:
        some = answers[::5]
        with ThreadPoolExecutor(8) as pool:
            again = list(
                pool.map(lambda pair: assistant.ask(pair[0]["question"], region=pair[0]["region"], as_of=today), some)
            )
        for (_, alone), together in zip(some, again, strict=True):
            assert replace(together, timings_ms={}) == replace(alone, timings_ms={})
