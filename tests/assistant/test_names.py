from __future__ import annotations

from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.names import goes_past

PAIRS = "正安县与横琴粤澳深度合作区,凤冈县、务川县与香洲区,赤水市、习水县与金湾区等对口协作县要强化对接"


@pytest.mark.parametrize(
    ("place", "said", "past"),
    [
        ("播州", PAIRS, True),
        ("务川仡佬族苗族", PAIRS, False),
        ("赤水", PAIRS, False),
        ("播州", "各县(市、区)都有1家职业院校", False),
        ("播州", "县级每年要组织审计", False),
        ("播州", f"{PAIRS},全市推广", False),
    ],
)
def test_a_list_of_counties_without_the_one_asked_for(place: str, said: str, past: bool) -> None:
    assert goes_past(place, [said]) == past


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "outcome", "said"),
    [
        ("辽宁17个乡村振兴重点帮扶县是哪几个县", "refused", "没有逐一列出名称"),
        ("遵义校企合作是和哪几家企业签的", "refused", "没有逐一列出名称"),
        ("遵义哪几个县围绕茶产业开展培训", "answered", "湄潭县、凤冈县"),
        ("播州跟珠海哪个区结对子", "refused", "没有找到能直接回答"),
        ("遵义方案里有没有专门写退役军人", "refused", "没有提到“退役军人”"),
        ("辽宁规划里有没有写退役军人", "answered", "退役军人"),
        ("遵义兼职教师在四家机构任职怎么处罚", "refused", "没有写明会怎么处罚"),
        ("辽宁骗取补贴怎么处罚", "answered", "严惩"),
    ],
)
def test_names_and_mentions(assistant: Assistant, today: date, question: str, outcome: str, said: str) -> None:
    answer = assistant.ask(question, as_of=today)
    assert answer.outcome == outcome
    assert said in answer.answer
