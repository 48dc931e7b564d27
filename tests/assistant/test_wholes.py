"""Quotes that stand by themselves."""

from __future__ import annotations

import pytest

from assistant.wholes import consequence_end, whole, whole_lead

CASES = "第七条 夜市应当在二十三时前收摊；周末的，应当在零时前收摊。"
STEPS = "摊主占道的，由城管部门责令改正；拒不改正的，处五十元罚款。情节严重的，收回摊位。\n本条例自发布之日起施行。"
TURN = "摊位费按月收取。但残疾人摆摊的，免收摊位费。"
QUESTIONS = "夜市几点开？ 一般十八时开。周末提前半小时。 能刷卡吗？ 可以。"
LIST = "（一）烧烤的，应当装烟罩；（二）卖水果的，应当分类。"
KINDS = "第四条 小吃是指现做现卖的食品。包括：\n（一）面点；\n（二）糖水。"
EFFECT = "摊位租约不得写明概不退租。\n租约写有前款规定内容的，该内容无效。\n摊位不得转租。"


@pytest.mark.parametrize(
    ("text", "part", "quoted"),
    [
        (CASES, "第七条 夜市应当在二十三时前收摊；", CASES),
        (CASES, "周末的，应当在零时前收摊。", CASES),
        (STEPS, "拒不改正的，处五十元罚款。", STEPS[: STEPS.index("\n")]),
        (STEPS, "本条例自发布之日起施行。", "本条例自发布之日起施行。"),
        (TURN, "但残疾人摆摊的，免收摊位费。", TURN),
        (TURN, "摊位费按月收取。", "摊位费按月收取。"),
        (QUESTIONS, "夜市几点开？", "夜市几点开？ 一般十八时开。周末提前半小时。"),
        (QUESTIONS, "能刷卡吗？", "能刷卡吗？ 可以。"),
        (LIST, "（二）卖水果的，应当分类。", "（二）卖水果的，应当分类。"),
        ("夜市要扫地；摊主要擦桌。", "摊主要擦桌。", "摊主要擦桌。"),
    ],
)
def test_a_quote_is_widened_to_what_can_be_understood(text: str, part: str, quoted: str) -> None:
    start = text.index(part)
    begin, end = whole(text, start, start + len(part))
    assert text[begin:end] == quoted


@pytest.mark.parametrize(
    ("text", "lead", "quoted"),
    [
        (KINDS, "包括：", "第四条 小吃是指现做现卖的食品。包括："),
        ("申请摊位应当提交下列材料：\n（一）照片；", "申请摊位应当提交下列材料：", "申请摊位应当提交下列材料："),
    ],
)
def test_what_leads_to_a_list_says_what_of(text: str, lead: str, quoted: str) -> None:
    start = text.index(lead)
    begin, end = whole_lead(text, start, start + len(lead))
    assert text[begin:end] == quoted


@pytest.mark.parametrize(
    ("rule", "quoted"),
    [
        ("摊位租约不得写明概不退租。", "摊位租约不得写明概不退租。\n租约写有前款规定内容的，该内容无效。"),
        ("摊位不得转租。", "摊位不得转租。"),
    ],
)
def test_what_follows_from_a_rule(rule: str, quoted: str) -> None:
    start = EFFECT.index(rule)
    assert EFFECT[start : consequence_end(EFFECT, start + len(rule))] == quoted
