"""Public bodies in running text and their names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.organs import find_organs, normalise_organ, parse_organ_list, same_organ

ALPHABET = "省市县区厅局委办部门等国资发改教育财政人社各地有关<>(（）)、,，。由和及与会同责任单位\n 一二三"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("省人力资源社会保障厅、市妇联、团省委、省总工会", "省人力资源社会保障厅 市妇联 团省委 省总工会"),
        ("市工业和科学技术局、市委军民融合办", "市工业和科学技术局 市委军民融合办"),
        ("责任单位:市就业工作领导小组各成员单位", "市就业工作领导小组各成员单位"),
        ("各县<市、区>人民政府、新蒲新区管委会", "各县<市、区>人民政府 新蒲新区管委会"),
        ("各市、县〔区〕人民政府、赣江新区管委会配合", "各市、县〔区〕人民政府 赣江新区管委会"),
        ("人力资源社会保障部门协调保障培训资金", "人力资源社会保障部门"),
        ("国资、发改、商务、工业科技、能源等部门要", "国资 发改 商务 工业科技 能源"),
        ("工业科技、能源、国资、农业农村等行业主管部门要关注", "工业科技 能源 国资 农业农村"),
        ("人力资源社会保障、乡村振兴、等部门相互配合", "人力资源社会保障 乡村振兴"),
        ("教育和民政部门应当公布", "教育 民政"),
        ("行业主管部门要落实", "行业主管部门"),
        ("教体部门组织优质职业院校参与", "教体部门"),
        ("明确要求各盟市要切实承担主体责任", "各盟市"),
        ("可由各地工商联及所属商会会同当地人力资源社会保障部门", "各地工商联 所属商会 当地人力资源社会保障部门"),
        ("经省政府同意,由市教育局和市财政局会同有关部门制定", "省政府 市教育局 市财政局 有关部门"),
        ("支持正安县人民政府开展", "正安县人民政府"),
        ("县级以上人民政府教育行政部门应当", "县级以上人民政府教育行政部门"),
        ("国务院海洋行政主管部门登记造册", "国务院海洋行政主管部门"),
        ("县级每年要组织开展年度审计,市级要抽取", "县级 市级"),
        ("国家卫生健康委、工业和信息化部、人民银行、银保监会", "国家卫生健康委 工业和信息化部 人民银行 银保监会"),
        ("北京市朝阳区教育委员会", "北京市朝阳区教育委员会"),
        ("广东省深圳市人力资源和社会保障局", "广东省深圳市人力资源和社会保障局"),
        ("社会保险经办机构应当", "社会保险经办机构"),
        ("公安机关、人民法院", "公安机关 人民法院"),
        ("各级要高度重视", "各级"),
        # None of these is a body.
        ("形成大局,推动格局变化", ""),
        ("餐厅应当消毒,邮局快递", ""),
        ("各级各类竞赛获奖者", ""),
        ("各地区域特色明显", ""),
        ("办理登记,理事会办法", ""),
    ],
)
def test_find_organs(text: str, names: str) -> None:
    assert " ".join(organ.name for organ in find_organs(text)) == names


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("人社局", "人力资源和社会保障局", True),
        ("人社局", "人力资源社会保障局", True),
        ("省人社厅", "省人力资源社会保障厅", True),
        ("市人社局", "遵义市人力资源和社会保障局", True),
        ("市人社局", "省人社厅", False),
        ("人社局", "人社厅", False),
        ("人社部门", "市人社局", True),
        ("市卫健委", "市卫生健康局", True),
        ("省发改委", "省发展和改革委员会", True),
        ("市住建局", "市住房和城乡建设局", True),
        ("团省委", "共青团省委", True),
        ("省妇联", "省妇女联合会", True),
        ("省教育厅", "省财政厅", False),
        ("贵阳市教育局", "遵义市教育局", False),
        ("市教体局", "市教育体育局", True),
    ],
)
def test_same_organ(a: str, b: str, same: bool) -> None:
    assert same_organ(a, b) is same
    assert same_organ(b, a) is same


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("市人社局", "市人力资源社会保障局"),
        ("当地人力资源社会保障部门", "人力资源社会保障"),
        ("省发展和改革委员会", "省发展改革委"),
        ("各县<市、区>人民政府", "县政府"),
    ],
)
def test_normalise_organ(name: str, key: str) -> None:
    assert normalise_organ(name) == key


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("省教育厅、省财政厅等", 2),
        ("市人力资源社会保障局", 1),
        ("企业向市人力资源社会保障局申请", 0),
        ("", 0),
    ],
)
def test_parse_organ_list(text: str, count: int) -> None:
    assert len(parse_organ_list(text)) == count


@given(st.text(ALPHABET, max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_verbatim_spans_in_order(text: str) -> None:
    organs = find_organs(text)
    assert all(text[organ.start : organ.end] == organ.name for organ in organs)
    assert all(a.end <= b.start for a, b in pairwise(organs))
    assert all(isinstance(normalise_organ(organ.name), str) for organ in organs)
