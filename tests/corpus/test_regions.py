from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Region
from corpus.regions import (
    COUNTRY,
    Gazetteer,
    Relationship,
    deictic_level,
    region_of_doc_number,
    regions_of_doc_number,
    related,
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def region(path: str) -> Region:
    return Region(tuple(path.split("/"))) if path else COUNTRY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湄潭人想学茶艺", "贵州省/遵义市/湄潭县"),
        ("我在仁怀打工", "贵州省/遵义市/仁怀市"),
        ("正安吉他", "贵州省/遵义市/正安县"),
        ("红花岗区", "贵州省/遵义市/红花岗区"),
        ("道真县有没有补贴", "贵州省/遵义市/道真仡佬族苗族自治县"),
        ("新蒲新区管委会", "贵州省/遵义市/新蒲新区"),
        ("遵义那边", "贵州省/遵义市"),
        ("贵州省遵义市", "贵州省/遵义市"),
        ("贵州遵义", "贵州省/遵义市"),
        ("贵州省 遵义市 湄潭县", "贵州省/遵义市/湄潭县"),
        ("贵州的遵义", "贵州省/遵义市"),
        ("贵州湄潭", "贵州省/遵义市/湄潭县"),
        ("贵州大学生补贴", "贵州省"),
        ("内蒙", "内蒙古自治区"),
        ("内蒙古自治区", "内蒙古自治区"),
        ("呼市", "内蒙古自治区/呼和浩特市"),
        ("沈阳的退役军人", "辽宁省/沈阳市"),
        ("沈阳市场监管", "辽宁省/沈阳市"),
        ("大连", "辽宁省/大连市"),
        ("沈抚示范区管委会", "辽宁省/沈抚改革创新示范区"),
        ("广州市高龄津贴", "广东省/广州市"),
        ("深圳", "广东省/深圳市"),
        ("珠海", "广东省/珠海市"),
        ("香洲区", "广东省/珠海市/香洲区"),
        ("横琴粤澳深度合作区", "广东省/珠海市/横琴粤澳深度合作区"),
        ("山东有补贴吗", "山东省"),
        ("河南县、乡人大代表", "河南省"),
        ("青海河南县", "青海省/黄南藏族自治州/河南蒙古族自治县"),
        ("山西有补贴吗", "山西省"),
        ("陕西有补贴吗", "陕西省"),
        ("江苏有补贴吗", "江苏省"),
        ("为共绘新时代江西物华天宝", "江西省"),
        ("其中山东省", "山东省"),
        ("广西南宁", "广西壮族自治区/南宁市"),
        ("海南", "海南省"),
        ("海南区域发展", "海南省"),
        ("海南岛", "海南省"),
        ("青海海南", "青海省/海南藏族自治州"),
        ("乌海市海南区", "内蒙古自治区/乌海市/海南区"),
        ("吉林", "吉林省"),
        ("吉林市", "吉林省/吉林市"),
        ("黑龙江", "黑龙江省"),
        ("杭州市", "浙江省/杭州市"),
        ("义乌", "浙江省/金华市/义乌市"),
        ("上海市", "上海市"),
        ("浦东", "上海市/浦东新区"),
        ("北京朝阳区", "北京市/朝阳区"),
        ("北京市朝阳区", "北京市/朝阳区"),
        ("辽宁朝阳", "辽宁省/朝阳市"),
        ("辽宁省朝阳市双塔区", "辽宁省/朝阳市/双塔区"),
        ("天津和平", "天津市/和平区"),
        ("乐山市市中区", "四川省/乐山市/市中区"),
        ("凉山州", "四川省/凉山彝族自治州"),
        ("仙桃", "湖北省/仙桃市"),
        ("雄安", "河北省/雄安新区"),
        ("新疆兵团", "新疆维吾尔自治区/新疆生产建设兵团"),
        ("香港", "香港特别行政区"),
        ("台北", "台湾省/台北市"),
        # plain words that are counties too, with a cue
        ("大方县", "贵州省/毕节市/大方县"),
        ("贵州大方的农民", "贵州省/毕节市/大方县"),
        ("我是大方人", "贵州省/毕节市/大方县"),
        ("我在大方打工", "贵州省/毕节市/大方县"),
        ("湖南会同的补贴", "湖南省/怀化市/会同县"),
    ],
)
def test_one_place_is_found(gazetteer: Gazetteer, text: str, expected: str) -> None:
    assert [m.region for m in gazetteer.find(text)] == [region(expected)]


@pytest.mark.parametrize(
    "text",
    [
        "中方企业",
        "和平时期",
        "技能大方向",
        "大方人士",
        "长期在外",
        "安全生产",
        "通知",
        "企业和政府",
        "会同有关部门",
        "提高安全意识",
        "以上高技能人才",
        "地方城市",
        "沿海城市",
        "相应城市",
        "均衡水平",
        "确保定点培训",
        "医保定点医院",
        "延长春节假期",
        "扩大同级支持",
        "加大同级财政补贴",
        "重大理论",
        "朝阳产业",
        "江山如画",
        "东方红",
        "中山装",
        "长征路",
        "北京路",
        "南京东路",
        "北京大学",
        "北京时间",
        "吉林大学",
        "示范县",
        "贫困县",
        "高密度",
        "城区",
        "在老城区改造",
        "住在新城区",
        "市区",
        "大理石",
        "黄河源头",
        "平安建设",
        "通道畅通",
        "民乐演奏",
        "开化石",
        "创新和发展",
        "国家级技能大师",
        "中央企业",
        "我省全市本县",
        "赣黔辽",
        "",
        "省",
    ],
)
def test_no_place_is_found(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("辽宁和江西比", ["辽宁省", "江西省"]),
        ("山东、山西、陕西", ["山东省", "山西省", "陕西省"]),
        ("湖南和湖北", ["湖南省", "湖北省"]),
        ("黑龙江西部", ["黑龙江省"]),
        ("上海南站", ["上海市"]),
        ("江西安全生产", ["江西省"]),
        ("在京津冀", []),
        ("遵义的红花岗区和汇川区", ["红花岗区", "汇川区"]),
        ("湖南会同有关部门", ["湖南省"]),
    ],
)
def test_places_in_order(gazetteer: Gazetteer, text: str, expected: list[str]) -> None:
    assert [m.region.name for m in gazetteer.find(text)] == expected


@pytest.mark.parametrize("word", ["全国", "国家", "中央", "国务院"])
def test_the_country_is_a_place_of_its_own_level(gazetteer: Gazetteer, word: str) -> None:
    (mention,) = gazetteer.find(f"{word}有什么规定")
    assert (mention.region, mention.level) == (COUNTRY, "country")


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("鼓楼区", "", {"南京市", "徐州市", "开封市", "福州市"}),
        ("江苏的政策里，鼓楼区怎么办", "", {"南京市", "徐州市"}),
        ("我在南京工作，住鼓楼区", "", {"南京市"}),
        ("鼓楼区", "福建省/福州市", {"福州市"}),
        ("朝阳区", "", {"北京市", "长春市"}),
        ("北京的规定，朝阳区", "", {"北京市"}),
        ("长春人，家住朝阳区", "", {"长春市"}),
        ("大东区、和平区", "", {"沈阳市"}),
    ],
)
def test_a_shared_name_is_read_by_its_surroundings(
    gazetteer: Gazetteer, text: str, context: str, expected: set[str]
) -> None:
    mention = gazetteer.find(text, context=[region(context)])[-1]
    assert {candidate.chain[-2] for candidate in mention.candidates} == expected
    assert mention.region == mention.candidates[0]
    assert mention.ambiguous is (len(expected) > 1)


@pytest.mark.parametrize(
    ("text", "surface"),
    [("在贵州省遵义市湄潭县", "贵州省遵义市湄潭县"), ("去义乌市场", "义乌"), ("湄潭人", "湄潭")],
)
def test_the_span_is_verbatim(gazetteer: Gazetteer, text: str, surface: str) -> None:
    (mention,) = gazetteer.find(text)
    assert mention.surface == surface == text[mention.start : mention.end]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("辽宁", "辽宁省"),
        ("辽宁省", "辽宁省"),
        ("贵州省遵义市", "贵州省/遵义市"),
        ("贵州 遵义", "贵州省/遵义市"),
        ("遵义", "贵州省/遵义市"),
        ("仁怀", "贵州省/遵义市/仁怀市"),
        ("贵州仁怀", "贵州省/遵义市/仁怀市"),
        ("大方", "贵州省/毕节市/大方县"),
        ("吉林", "吉林省"),
        ("海南", "海南省"),
        ("朝阳", "辽宁省/朝阳市"),
        ("北京朝阳", "北京市/朝阳区"),
        ("南京鼓楼", "江苏省/南京市/鼓楼区"),
        ("国家", ""),
        ("全国", ""),
        ("中国", ""),
    ],
)
def test_a_given_name_is_parsed(gazetteer: Gazetteer, name: str, expected: str) -> None:
    assert gazetteer.parse(name) == region(expected)


@pytest.mark.parametrize("name", ["鼓楼区", "火星", "辽宁有补贴吗", "遵义辽宁", "", "贵" * 5000])
def test_an_unknown_or_shared_name_is_not_parsed(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.parse(name) is None


def test_readings_of_a_shared_name_are_listed(gazetteer: Gazetteer) -> None:
    assert [r.full_name for r in gazetteer.candidates("朝阳区")] == ["北京市朝阳区", "吉林省长春市朝阳区"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("赣府发〔2018〕36号", "江西省"),
        ("内政办发〔2022〕1号", "内蒙古自治区"),
        ("辽人社发〔2022〕20号", "辽宁省"),
        ("黔府发〔2023〕13号", "贵州省"),
        ("遵府办函〔2024〕19号", "贵州省/遵义市"),
        ("国发〔201811号", ""),
        ("国办发〔2022〕2号", ""),
        ("人社部发〔2021〕102号", ""),
        ("财社〔2019〕1号", ""),
        ("沪府办〔2020〕1号", "上海市"),
        ("苏政发〔2020〕1号", "江苏省"),
        ("苏府〔2020〕1号", "江苏省/苏州市"),
        ("桂政发〔2020〕1号", "广西壮族自治区"),
        ("新政发〔2020〕1号", "新疆维吾尔自治区"),
        ("穗府规〔2020〕1号", "广东省/广州市"),
        ("深府规〔2020〕1号", "广东省/深圳市"),
        ("杭政函〔2020〕1号", "浙江省/杭州市"),
        ("甬政发〔2020〕1号", "浙江省/宁波市"),
        ("安监总培训〔2020〕1号", ""),
    ],
)
def test_doc_number(number: str, expected: str) -> None:
    assert region_of_doc_number(number) == region(expected)


@pytest.mark.parametrize("number", ["", "abc", "2024年19号", "新〔2020〕1号", "某政发〔2020〕1号", "宁政发〔2020〕1号"])
def test_doc_number_without_a_certain_place(number: str) -> None:
    assert region_of_doc_number(number) is None


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("江苏省/南京市", "江苏省/南京市"),
        ("江苏省/南京市/鼓楼区", "江苏省/南京市"),
        ("宁夏回族自治区", "宁夏回族自治区"),
        ("福建省/宁德市", "福建省/宁德市"),
    ],
)
def test_a_shared_sign_is_settled_by_the_issuer(issuer: str, expected: str) -> None:
    assert region_of_doc_number("宁政发〔2020〕1号", issuer=region(issuer)) == region(expected)
    assert region(expected) in regions_of_doc_number("宁政发〔2020〕1号")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我省有补贴吗", "province"),
        ("全省", "province"),
        ("咱省里", "province"),
        ("本市户籍", "city"),
        ("我们市", "city"),
        ("全州", "city"),
        ("我县农民", "county"),
        ("本区居民", "county"),
        ("全区", None),
        ("遵义市里", "city"),
        ("完全市场化", None),
        ("辽宁省", None),
    ],
)
def test_deictic_level(text: str, expected: str | None) -> None:
    assert deictic_level(text) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("贵州省/遵义市", "贵州省/遵义市", "same"),
        ("贵州省/遵义市", "贵州省", "inside"),
        ("贵州省/遵义市/仁怀市", "贵州省", "inside"),
        ("贵州省/遵义市", "", "inside"),
        ("贵州省", "贵州省/遵义市", "around"),
        ("", "贵州省", "around"),
        ("贵州省/遵义市", "贵州省/贵阳市", "apart"),
        ("山东省", "山西省", "apart"),
        ("江西省", "江苏省", "apart"),
    ],
)
def test_related(a: str, b: str, expected: Relationship) -> None:
    assert related(region(a), region(b)) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建"),
        *("江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏"),
        *("陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门"),
    ],
)
def test_every_province_by_its_short_name(gazetteer: Gazetteer, name: str) -> None:
    (mention,) = gazetteer.find(f"我是{name}的农民工")
    assert mention.level == "province"
    assert mention.region == gazetteer.parse(name)
    assert mention.region.name.startswith(name)


@given(st.text(alphabet="贵州省遵义市湄潭县北京朝阳区大方和平在的人、 海南黄河源头山东西江苏"))
def test_mentions_are_verbatim_ordered_and_disjoint(text: str) -> None:
    mentions = Gazetteer.load().find(text)
    assert all(text[m.start : m.end] == m.surface for m in mentions)
    assert all(m.region == m.candidates[0] for m in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))
