"""Whether a sentence states the kind of fact that is asked for, over texts the program was not written for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answerable import Answerability
from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.select import Choice, Silence
from assistant.settings import Settings

ANY = Answerability(0.0, {}, 0.0)
"""Lets all evidence pass, so that only the kind of fact decides."""

FILES = {
    "heating.txt": """\
安平市供热条例
第一条 为了加强供热管理,制定本条例。
第二条 申请用热户数达到总户数百分之五十以上的住宅小区,供热企业应当供热。
第三条 室温低于十六摄氏度的,供热企业退还日热费金额的百分之五十。
第四条 供热企业应当在接到报修后三十分钟内到场。全市设10个供热服务站。
第五条 办理停热手续材料不齐全的,供热企业可以先行办理,不再补办证明。
""",
    "driving.txt": """\
安平市驾驶培训条例
第一条 为了加强驾驶培训管理,制定本条例。
第二条 每部教学车辆同时参加驾驶培训的学员不得超过六人。
第三条 伪造培训记录的,处违法所得一倍以上三倍以下的罚款。
第四条 休息日安排教练加班的,支付不低于工资的百分之三百的工资报酬。
""",
    "dogs.txt": """\
安平市养犬管理条例
第一条 为了加强养犬管理,制定本条例。
第二条 在养犬重点管理区,每户限养犬一只。
第三条 养犬贷款利率在基准利率上减50个基点。
""",
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        Path(folder, name).write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder="hash")
    build_index(settings, [folder], progress=False)
    opened = open_assistant(settings, progress=False, answerability=ANY)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("住宅小区申请用热得有多少户报名供热企业才供热", "百分之五十以上"),
        ("供热企业室温不够该退日热费多少钱", "百分之五十"),
        ("供热企业接到报修几分钟到场", "三十分钟"),
        ("停热手续材料少一张供热企业能先办理吗", "可以先行办理"),
        ("教学车辆参加驾驶培训的学员一车最多几个?", "六人"),
        ("伪造培训记录罚款几倍", "一倍以上三倍以下"),
        ("休息日教练加班工资报酬给几倍", "百分之三百"),
        ("养犬重点管理区每户养几条狗", "一只"),
        ("养犬贷款利率在基准利率上减多少", "50个基点"),
    ],
)
def test_what_states_the_fact(city: Assistant, question: str, stated: str) -> None:
    choices = [reply.choice for reply in city.replies(question) if isinstance(reply.choice, Choice)]
    assert any(stated in quote.text for choice in choices for quote in choice.quotes)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("养犬管理每人每月补贴多少钱", "money"),
        ("供热企业的经理姓名", "person"),
        ("教学车辆一天要跑多少公里", "count"),
        ("养犬管理咨询电话多少", "phone"),
        ("供热企业那10个供热服务站叫什么名字", "names"),
    ],
)
def test_what_is_not_stated(city: Assistant, question: str, reason: str) -> None:
    found = {reply.choice.reason for reply in city.replies(question) if isinstance(reply.choice, Silence)}
    assert found == {reason}
