"""What an act costs, in a law that forbids it in one article and fines it in another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answerable import Answerability
from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings

LAW = """\
合肥市夜市管理条例

第一条 为了规范夜市经营，制定本条例。
第二条 本条例所称夜市，是指经街道办事处划定、在夜间集中摆摊的场所。
第三条 设立夜市应当报区人民政府批准。摊位证有效期为一年，摊主应当在期满三十日前申请换证。
第四条 摊主应当遵守下列规定：
（一）油烟管道接到楼顶；
（二）不得使用高音喇叭；
（三）收摊后清扫摊位。
禁止在消防通道摆摊。
第五条 夜市管理单位应当设置公共厕所。
第六条 违反本条例第四条第一款第二项规定，使用高音喇叭的，由城管部门责令改正；拒不改正的，处二百元以上五百元以下罚款。
违反本条例第四条第二款规定的，由消防救援机构处六百元以上九百元以下罚款。
第七条 违反本条例第五条规定，夜市管理单位未设置公共厕所的，由城市管理部门处三千元以上五千元以下罚款。
第八条 有下列行为之一的，由城市管理部门按照下列规定处罚：
（一）伪造摊位证的，处一千元以上二千元以下罚款；
（二）转租摊位的，处四百元罚款。
第九条 本条例自2021年5月1日起施行。
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    Path(folder, "夜市.txt").write_text(LAW, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder="hash")
    build_index(settings, [folder], progress=False)
    # What is chosen is at stake here, not whether it is near enough in meaning, of which the toy encoder knows nothing.
    opened = open_assistant(settings, progress=False, answerability=Answerability(1.0, {}, 0.5))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        (
            "合肥夜市摊主使用高音喇叭罚多少钱",
            ["责令改正；拒不改正的，处二百元以上五百元以下罚款"],
            ["三千元", "六百元"],
        ),
        ("合肥夜市在消防通道摆摊罚多少钱", ["禁止在消防通道摆摊", "六百元以上九百元以下罚款"], ["二百元", "三千元"]),
        ("合肥夜市管理单位未设置公共厕所罚多少钱", ["三千元以上五千元以下罚款"], ["二百元", "六百元"]),
        ("合肥夜市转租摊位罚多少钱", ["按照下列规定处罚", "转租摊位的，处四百元罚款"], ["一千元", "三千元"]),
    ],
)
def test_the_fine_for_the_act_asked_about(market: Assistant, question: str, said: list[str], unsaid: list[str]) -> None:
    answer = market.ask(question)
    assert [words for words in said if words not in answer.answer] == []
    assert not any(words in answer.answer for words in unsaid)
    assert all(citation.quote in LAW for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("合肥夜市摊位证有效期多久,提前多久申请换证", ["有效期为一年", "期满三十日前申请换证"]),
        ("合肥设立夜市归谁批准", ["报区人民政府批准"]),
        ("合肥夜市是指什么", ["是指经街道办事处划定"]),
    ],
)
def test_other_facts_of_the_same_law(market: Assistant, question: str, said: list[str]) -> None:
    answer = market.ask(question)
    assert all(words in answer.answer for words in said)


def test_a_fine_is_no_fee(market: Assistant) -> None:
    assert "罚款" not in market.ask("合肥夜市摊位证收多少钱").answer
