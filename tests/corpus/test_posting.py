from __future__ import annotations

import pytest

from corpus.parse import parse_document
from corpus.posting import POSTED_LABEL, find_postings
from corpus.regions import Gazetteer
from corpus.sources import Source


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("发布时间:2022年06月14日     编辑:张三", [("发布时间", "2022-06-14", "发布时间:2022年06月14日")]),
        ("发布者:管理员发布时间:2019-01-07浏览次数:16", [("发布时间", "2019-01-07", "发布时间:2019-01-07")]),
        ("时间：2024-05-30 10:37", [("时间", "2024-05-30", "时间：2024-05-30 10:37")]),
        ("[发布日期] 2020-02-03", [("发布日期", "2020-02-03", "发布日期] 2020-02-03")]),
        ("信息公开日期:2021/3/5 来源:就业处", [("信息公开日期", "2021-03-05", "信息公开日期:2021/3/5")]),
        ("挂网时间 二〇二四年五月二十五日", [("挂网时间", "2024-05-25", "挂网时间 二〇二四年五月二十五日")]),
        ("公布日期:2021-10-08", [("公布日期", "2021-10-08", "公布日期:2021-10-08")]),
        # other days, and labels of something else
        ("发文日期:2024-05-25", []),
        ("成文日期 2024年5月25日", []),
        ("成绩公布时间:2024年5月25日", []),
        ("报名时间:2024年5月25日", []),
        ("施行日期:2024-06-01", []),
        ("发布时间:", []),
        ("发布时间:2024-02-30", []),
        ("更新日期:2024-05-25", []),
    ],
)
def test_posting_days_of_a_line(line: str, found: list[tuple[str, str, str]]) -> None:
    assert [(p.label, p.day.isoformat(), line[p.start : p.end]) for p in find_postings(line)] == found


_PAGE = """首页 > 政务公开
索引号:00298627X/202303-00012    发布机构:合肥市人民政府办公室
{record}
合肥市人民政府办公室关于印发合肥市家政服务业若干措施的通知
{line}
各县(市)、区人民政府:
现将《合肥市家政服务业若干措施》印发给你们。
一、支持企业发展。对龙头企业给予一次性奖励10万元。
二、本措施自2023年4月1日起施行。
合肥市人民政府办公室
2023年3月6日
合肥市人民政府办公室                2023年3月8日印发
"""


@pytest.mark.parametrize(
    ("record", "line", "posted"),
    [
        ("发布日期:2023-03-15 16:20", "", ["发布日期:2023-03-15 16:20"]),
        ("有效性:有效", "来源:办公室 发布时间:2023年03月15日 浏览:12", ["发布时间:2023年03月15日"]),
        ("有效性:有效", "合肥市政府 发布日期:2023-03-15 字号:[大 中 小]", ["发布日期:2023-03-15"]),
        ("成文日期:2023-03-06", "", []),
    ],
)
def test_the_posting_day_of_a_page_is_a_clause(record: str, line: str, posted: list[str]) -> None:
    text = _PAGE.format(record=record, line=line)
    document = parse_document(Source("hefei.txt", "hefei", text, "0" * 64), Gazetteer.load())
    assert [clause.text for clause in document.clauses if clause.label == POSTED_LABEL] == posted
    assert str(document.issued) == "2023-03-06"
    spans = sorted([(c.start, c.end) for c in document.clauses] + [(n.start, n.end) for n in document.noise])
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(text[clause.start : clause.end] == clause.text for clause in document.clauses)
