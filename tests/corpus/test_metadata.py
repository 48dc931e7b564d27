from __future__ import annotations

from datetime import date

import pytest

from corpus.layout import read_layout
from corpus.metadata import Metadata, kind_of, normalise_doc_number, read_metadata
from corpus.model import SourceMetadata
from corpus.regions import Gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def metadata(text: str, gazetteer: Gazetteer) -> Metadata:
    return read_metadata(text, read_layout(text, fallback_title="文件"), gazetteer)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("辽人社发〔2022〕20号", "辽人社发〔2022〕20号"),
        ("国办发[2022]2号", "国办发〔2022〕2号"),
        ("黔府发（2023）13号", "黔府发〔2023〕13号"),
        ("遵府办函【2024】第019号", "遵府办函〔2024〕19号"),
        ("国发〔201811号", "国发〔2018〕11号"),
        ("京政办发〔２０２０〕７号", "京政办发〔2020〕7号"),
        ("（人社部发 〔 2021 〕 102 号）", "人社部发〔2021〕102号"),
        ("根据国发〔2018〕11号", "国发〔2018〕11号"),
        ("国务院令第443号", None),
        ("2018年11号", None),
        ("第三条第(2018)款", None),
        ("", None),
    ],
)
def test_normalise_doc_number(printed: str, number: str | None) -> None:
    assert normalise_doc_number(printed) == number


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("辽宁省人社厅关于印发《辽宁省“十四五”职业技能培训规划》的通知", "规划"),
        ("某市国民经济和社会发展规划纲要(2021—2025年)", "规划"),
        ("遵义市办公室关于印发《遵义市推进“技能遵义”行动实施方案》的通知", "方案"),
        ("职业技能提升三年行动计划", "方案"),
        ("江西省人民政府关于推行终身职业技能培训制度的实施意见", "意见"),
        ("《实施方案(2022—2025年)》政策解读", "解读"),
        ("就业补贴政策问答", "解读"),
        ("某省就业补助资金管理办法（试行）", "办法"),
        ("关于印发《某省就业补助资金管理办法(试行)》的通知", "办法"),
        ("失业保险条例", "条例"),
        ("某条例实施细则", "细则"),
        ("禁止使用童工规定", "规定"),
        ("关于做好就业工作的通知", "通知"),
        ("关于税收政策的公告", "公告"),
        ("中华人民共和国就业促进法", "法律"),
        ("解读《关于做好就业工作的通知》", "解读"),
        ("部门解读｜《关于就业的若干措施》", "解读"),
        ("一图读懂“暖企十六条”", "解读"),
        ("中华人民共和国民法典", "法律"),
        ("就业工作方法", "其他"),
        ("关于修改《管理办法》的决定", "其他"),
        ("", "其他"),
    ],
)
def test_kind_of(title: str, kind: str) -> None:
    assert kind_of(title) == kind


RED_HEAD = """贵州省人民政府文件
黔府发〔2023〕13号
贵州省人民政府关于推动职业技能培训高质量发展的意见
各市(州)人民政府:
为了发展,提出如下意见。
一、总体要求
提高质量。本意见自2023年9月1日起施行,有效期5年。
贵州省人民政府
二〇二三年八月二十五日"""

STATE_COUNCIL = """索引号：000014349/2018-00068
发文机关：国务院
成文日期：2018年05月03日
标题：国务院关于推行终身职业技能培训制度的意见
发文字号：国发〔2018〕11号
发布日期：2018年05月08日
国务院关于推行终身职业技能培训制度的意见
国发〔2018〕11号
各省、自治区、直辖市人民政府:
一、总体要求
支持江西、贵州先行先试。
国务院
2018年5月3日"""

MINISTRIES = """人力资源社会保障部 财政部关于实施职业技能提升行动的通知
人社部发〔2021〕102号
各省、自治区、直辖市人力资源社会保障厅(局):
一、目标
提升技能。
人力资源社会保障部     财政部
2021年12月29日
(此件主动公开)"""

COUNTY = """湄潭县人民政府办公室关于印发《湄潭县技能提升方案》的通知
各镇人民政府:
现印发给你们,自发布之日起施行。
湄潭县人民政府办公室
2024年2月29日
湄潭县技能提升方案
一、目标
培训茶艺师,证书有效期3年。
二、附则
本方案自发布之日起施行,有效期为一年。"""

LAW = """上海市促进就业若干规定
2005年12月29日 上海市第十二届人民代表大会常务委员会第二十五次会议通过
第一条 为了促进就业。
第二条 本规定自2006年3月1日起施行。"""

POSTED_ONLY = """江西省人民政府关于推行某制度的实施意见
发布者:系统管理员发布时间:2019-01-07浏览次数:1616
各市、县(区)人民政府:
根据《意见》(国发〔201811号),提出意见。
一、目标
做好工作。"""


@pytest.mark.parametrize(
    ("text", "number", "issuers", "place", "issued", "effective", "expires"),
    [
        (RED_HEAD, "黔府发〔2023〕13号", ("贵州省人民政府",), "贵州省",
         date(2023, 8, 25), date(2023, 9, 1), date(2028, 8, 31)),
        (STATE_COUNCIL, "国发〔2018〕11号", ("国务院",), "国家", date(2018, 5, 3), None, None),
        (MINISTRIES, "人社部发〔2021〕102号", ("人力资源社会保障部", "财政部"), "国家", date(2021, 12, 29), None, None),
        (COUNTY, None, ("湄潭县人民政府办公室",), "湄潭县",
         date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        (LAW, None, ("上海市人民代表大会常务委员会",), "上海市", date(2005, 12, 29), date(2006, 3, 1), None),
        (POSTED_ONLY, None, ("江西省人民政府",), "江西省", None, None, None),
        ("一、目标\n做好工作。", None, (), None, None, None, None),
        ("", None, (), None, None, None, None),
    ],
)  # fmt: skip
def test_front_matter(
    text: str,
    number: str | None,
    issuers: tuple[str, ...],
    place: str | None,
    issued: date | None,
    effective: date | None,
    expires: date | None,
    gazetteer: Gazetteer,
) -> None:
    found = metadata(text, gazetteer)
    assert (found.doc_number, found.issuers, found.region and found.region.name) == (number, issuers, place)
    assert (found.issued, found.effective, found.expires) == (issued, effective, expires)


@pytest.mark.parametrize(
    ("clause", "effective", "expires"),
    [
        ("本办法自2020年1月1日起施行。", date(2020, 1, 1), None),
        ("本办法自印发之日起施行,有效期至2025年12月31日。", date(2024, 5, 25), date(2025, 12, 31)),
        ("本办法自发布之日起施行,有效期五年。", date(2024, 5, 25), date(2029, 5, 24)),
        ("本办法有效期2年。", None, date(2026, 5, 24)),
        ("本办法自发布之日起30日后施行。", None, None),
        ("许可证有效期为3年。", None, None),
        ("职业资格证书自2020年1月1日起停用。", None, None),
        ("原办法自2010年1月1日起施行。本办法自2024年7月1日起施行。", date(2024, 7, 1), None),
    ],
)
def test_validity(clause: str, effective: date | None, expires: date | None, gazetteer: Gazetteer) -> None:
    text = f"某市就业办法\n一、目标\n做好工作。\n二、附则\n{clause}\n某市人民政府\n2024年5月25日"
    found = metadata(text, gazetteer)
    assert (found.effective, found.expires) == (effective, expires)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("辽人社发〔2022〕20号", "辽人社发〔2022〕20号"),
        ("文号 遵府办函〔2024〕19号 是否有效", "遵府办函〔2024〕19号"),
        ("[发文字号] 京政办发〔2020〕5号", "京政办发〔2020〕5号"),
        ("(苏人社发[2021]7号)", "苏人社发〔2021〕7号"),
        ("根据《国务院意见》(国发〔2018〕11号)", None),
        ("按照国发〔2018〕11号文件精神,现通知如下:", None),
    ],
)
def test_only_a_number_of_its_own_counts(line: str, number: str | None, gazetteer: Gazetteer) -> None:
    assert metadata(f"某地关于就业的通知\n{line}\n一、目标\n做好工作。", gazetteer).doc_number == number


ARTICLES = "第一条 为了促进残疾人就业,制定本条例。\n第二条 单位应当安排残疾人就业。\n第三条 个人可以申请补贴。\n"
BODY = "为了做好有关工作,现就有关事项通知如下:\n一、加强领导。\n"


@pytest.mark.parametrize(
    ("text", "number", "issuer"),
    [
        ("血吸虫病防治条例\n2006年4月1日 中华人民共和国国务院令第463号公布\n第一条 甲。", "国务院令第463号", "国务院"),
        ("某某条例\n（国务院令第443号）\n第一条 甲。", "国务院令第443号", ""),
        ("中华人民共和国主席令第二十八号\n某某法已由会议通过,现予公布。", "主席令第二十八号", ""),
        ("关于税收政策的公告\n财政部 税务总局公告2020年第8号\n一、甲。", "财政部税务总局公告2020年第8号", ""),
        ("某产品责任规定\n2021年7月22日 国家市场监督管理总局令第43号公布\n第一条 甲。", "国家市场监督管理总局令第43号",
         "国家市场监督管理总局"),
        ("某市条例\n2021年6月30日 枣庄市第十六届人民代表大会常务委员会第四十次会议通过\n"
         "2021年8月2日 山东省第十三届人民代表大会常务委员会第三十次会议批准\n第一条 甲。",
         None, "枣庄市人民代表大会常务委员会"),
        ("某某法\n1992年4月3日 第七届全国人民代表大会第五次会议通过\n第一条 甲。", None, "全国人民代表大会"),
    ],
)  # fmt: skip
def test_orders_and_adoptions(text: str, number: str | None, issuer: str, gazetteer: Gazetteer) -> None:
    found = metadata(text, gazetteer)
    assert found.doc_number == number
    assert found.issuers == ((issuer,) if issuer else ())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # 宝山区 is in Shanghai and in Heilongjiang.
        ("宝山区大场镇关于防汛的通知\n上海市宝山区各村:\n" + BODY, "上海市宝山区"),
        ("宝山区大场镇关于防汛的通知\n各村:\n宝山区、宝山区、宝山区。\n" + BODY, None),
        ("关于防汛的通知\n各县:\n" + BODY + "鼓楼区人民政府\n2024年5月6日", None),
        ("关于防汛的通知\n各省、自治区、直辖市水利厅:\n江西省、江西省、江西省已经先行。\n" + BODY, "国家"),
        ("农业农村部等三部门印发通知\n湖北、湖北、湖北的养殖户。\n" + BODY, "国家"),
        ("部门解读｜关于农业的若干措施\n山东省人民政府印发了措施。山东省、山东省。\n" + BODY, "山东省"),
        ("福建、江苏、山东积极协助台企复工\n各地采取措施。\n" + BODY, None),
        ("关于防汛的通知\n各科室:\n" + "加强值守。" * 100 + "遵义市、遵义市、遵义市。\n", None),
        ("浙江重庆两地医学专家视频连线\n各地采取措施。\n" + BODY, None),
        # A district's notice that names those whom it helps is not theirs.
        ("关于就业见习的通知\n各科室:\n" + BODY + "本区见习单位同样适用于遵义市、正安县、湄潭县人员。\n"
         "区人力资源和社会保障局\n2024年5月6日", None),
        ("关于防汛的通知\n各科室:\n工作组驰援武汉,武汉、武汉、武汉。\n" + BODY, "湖北省武汉市"),
        ("新华社北京2月1日电\n北京铁路公安局在北京、各地开展工作。\n" + BODY, None),
        ("上海志愿者在行动\n全区各街道参加。\n" + BODY, "上海市"),
        # the only one of the kind that is the own
        ("关于防汛的通知\n市水利局发布。\n" + BODY + "兰州市水库、兰州市水闸。\n", "甘肃省兰州市"),
        ("关于防汛的通知\n市水利局发布。\n" + BODY + "兰州市水库、西宁市水闸、兰州市。\n", None),
        ("关于防汛的通知\n市水利局发布。\n" + BODY + "从兰州市来的、回兰州市的。\n", None),
        # a place that is not known is not the province whose sign its number begins with
        ("云溪市水利局关于防汛的通知\n云水发〔2024〕1号\n" + BODY, None),
        ("志愿者在行动\n上海的静安区,上海的静安区全区各街道参加,上海的志愿者。\n" + BODY, "上海市静安区"),
    ],
)  # fmt: skip
def test_the_region_is_that_of_who_speaks(text: str, place: str | None, gazetteer: Gazetteer) -> None:
    region = metadata(text, gazetteer).region
    assert (region.full_name if region else None) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # who acts stands first
        ("国家发展改革委协调增加武汉蔬菜供应\n武汉市、武汉市、武汉市。\n" + BODY, "国家"),
        ("国家税务总局厦门市税务局关于发票的通告\n" + BODY, "福建省厦门市"),
        ("医保缴费期延长\n记者从国家税务总局甘肃省税务局获悉,甘肃省医疗保障局、甘肃省财政厅通知。\n" + BODY, "甘肃省"),
        # what only the rules of the state say
        ("残疾人就业条例\n" + ARTICLES + "第四条 国务院民政部门主管全国的残疾人就业工作。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 中华人民共和国境内的用人单位,适用本条例。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 1999年1月1日国务院发布的《残疾人规定》同时废止。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 本条例由人力资源社会保障部负责解释。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 具体办法由国务院财政部门会同有关部门制定。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 省、自治区、直辖市人民政府可以根据本条例制定实施办法。", "国家"),
        ("残疾人就业条例\n" + ARTICLES + "第四条 国务院民政部门主管全国的工作,本省另有规定。", None),
        ("残疾人就业条例\n" + ARTICLES, None),
        ("就业消息\n国务院民政部门主管全国的残疾人就业工作。\n" + BODY, None),
        ("中华人民共和国台湾同胞投资保护法\n" + ARTICLES, "国家"),
        ("山东省台湾同胞投资保护条例\n" + ARTICLES, "山东省"),
        # what begins with 国家 or 全国 and is no body
        ("国家助学金问答\n" + BODY, None),
        ("国家级高新区管委会的通知\n" + BODY, None),
        ("全国29省份公布待遇\n" + BODY, None),
        ("中央文明办关于防汛的通知\n" + BODY, "国家"),
        # no body of the whole country
        ("关于组织学习的通知\n" + BODY + "开发区党建工作部\n2020年1月28日", None),
        ("省普法办法律知识问答\n国家卫生健康委近日发布公告。\n" + BODY, None),
    ],
)  # fmt: skip
def test_who_is_national(text: str, place: str | None, gazetteer: Gazetteer) -> None:
    region = metadata(text, gazetteer).region
    assert (region.full_name if region else None) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # the source that the page names, where the text is of such a place
        ("市人力资源社会保障局关于见习的通知\n来源：遵义市人力资源和社会保障局 时间：2023-04-11\n我市毕业生。\n" + BODY,
         "贵州省遵义市"),
        ("我市今年新增城镇就业6万人\n2024-01-20 来源：赣州日报\n" + BODY, "江西省赣州市"),
        ("企业贷款可获贴息\n记者从省财政厅获悉,全省企业可获贴息。\n来源：江西日报", "江西省"),
        ("南昌今年新增就业\n来源：江西日报\n全市新增就业。\n" + BODY, "江西省南昌市"),
        ("今年新增就业\n来源：江西日报\n我市新增就业。\n" + BODY, None),
        ("关于学习的通知\n索引号：50-6392 发布机构：天津经济技术开发区\n" + BODY + "开发区党建工作部\n2020年1月28日",
         "天津市"),
        ("全省技能人才大会在南昌召开\n江西日报讯 5月6日,全省大会在南昌召开。\n" + BODY, "江西省"),
        ("全市技能人才大会在南昌召开\n本报讯 5月6日,全市大会在南昌召开。\n" + BODY, "江西省南昌市"),
        # the same body in full
        ("市商务局关于外资的通知\n天津市商务局文件\n市商务局关于外资的通知\n" + BODY + "商务部办公厅\n2020年2月7日",
         "天津市"),
        # who is written to
        ("关于就业的意见\n各县市区，阜阳经开区管委会：\n" + BODY, "安徽省阜阳市"),
        ("关于就业的意见\n各市(州)人民政府，贵安新区管委会：\n" + BODY, "贵州省"),
        ("关于就业的意见\n各县(区)人民政府，贵安新区管委会：\n" + BODY, None),
        # who acts in the first sentence
        ("分类指导\n2月13日，兰州市委副书记、市长前往调研。市领导参加。\n" + BODY, "甘肃省兰州市"),
        ("防控总体到位\n在重庆市新冠肺炎疫情防控工作新闻发布会上，我市通报了情况。\n" + BODY, "重庆市"),
        ("多地保障供应\n记者从浙江省人民政府新闻发布会获悉。山东省政府也举行全省发布会。\n" + BODY, None),
        # the second line of a headline
        ("2月申报期限延长至24日\n重庆优化办税服务\n市税务局近日发布公告。\n" + BODY, "重庆市"),
        ("2月申报期限延长至24日\n支持重庆优化办税服务\n市税务局近日发布公告。\n" + BODY, None),
        # what it covers
        ("欠薪线索征集公告\n在道真自治县行政区域内务工的人员。\n" + BODY + "县人力资源和社会保障局\n2023年12月1日",
         "贵州省遵义市道真仡佬族苗族自治县"),
    ],
)  # fmt: skip
def test_a_region_told_in_passing_must_fit_the_writer(text: str, place: str | None, gazetteer: Gazetteer) -> None:
    region = metadata(text, gazetteer).region
    assert (region.full_name if region else None) == place


@pytest.mark.parametrize(
    ("text", "number", "issuers", "issued"),
    [
        ("关于就业的通知（国办发明电〔2020〕1号）\n" + BODY, "国办发明电〔2020〕1号", (), None),
        ("关于就业的通知人社部发〔2020〕11号\n" + BODY, "人社部发〔2020〕11号", (), None),
        ("关于就业的意见\n景府发﹝2023﹞11 号\n" + BODY, "景府发〔2023〕11号", (), None),
        # a signature before an enclosure, or above the foot of the page
        ("某市局关于印发措施的通知\n现印发给你们。\n某市局\n2020年2月6日\n关于就业的若干措施\n一、甲。", None,
         ("某市局",), date(2020, 2, 6)),
        ("关于就业的通知\n" + BODY + "某市就业局\n2023年7月28日\n地址：某市某路1号", None, ("某市就业局",),
         date(2023, 7, 28)),
        ("关于就业的通知\n" + BODY + "昆山市就业局\n2024年4月15日\n抄送：苏州市就业局\n"
         "昆山市就业局办公室 2024年4月16日印发", None, ("昆山市就业局",), date(2024, 4, 15)),
        ("关于就业的通知 " + "各单位要加强领导,做好有关工作。" * 20
         + " 举报电话：84038110   北京市民政局 2020年2月11日", None, ("北京市民政局",), date(2020, 2, 11)),
        # what ends like a body and is none
        ("广西加紧建设定点医院\n" + BODY, None, (), None),
        ("我省召开就业工作新闻发布会\n" + BODY, None, (), None),
        ("转发市卫生健康委办公室关于消毒的通知\n" + BODY, None, (), None),
        ("龙岩市就业局转发福建省就业厅办公室\n关于就业的通知\n" + BODY, None, ("龙岩市就业局",), None),
        ("省就业厅等五部门关于就业的意见\n" + BODY, None, ("省就业厅",), None),
    ],
)  # fmt: skip
def test_pages_as_they_are(
    text: str, number: str | None, issuers: tuple[str, ...], issued: date | None, gazetteer: Gazetteer
) -> None:
    found = metadata(text, gazetteer)
    assert (found.doc_number, found.issuers, found.issued) == (number, issuers, issued)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("通 知 公 告\n关于征集线索的公告\n" + BODY, "关于征集线索的公告"),
        ("信息名称：关于低保标准的通知\n索引号：1136\n关于低保标准的通知\n" + BODY, "关于低保标准的通知"),
    ],
)
def test_the_name_of_a_column_is_no_title(text: str, title: str) -> None:
    assert read_layout(text, fallback_title="文件").title == title


@pytest.mark.parametrize(
    ("text", "issuer", "issued"),
    [
        ("紧急公告\n" + BODY + "西宁市新型冠状病毒感染的 肺炎疫情处置工作指挥部\n2020年1月26日",
         "西宁市新型冠状病毒感染的肺炎疫情处置工作指挥部", date(2020, 1, 26)),
        ("关于就业的通知\n" + BODY + "某市就业局\n二O二四年五月六日", "某市就业局", date(2024, 5, 6)),
        ("关于就业的通知\n" + BODY + "某 市 就 业 局\n２０２４年５月６日", "某市就业局", date(2024, 5, 6)),
        ("民政部、国家卫生健康委联合印发通知\n" + BODY, "民政部", None),
        ("关于就业的通知\n" + BODY + "民  政  部\n2024年5月6日", "民政部", date(2024, 5, 6)),
        ("关于就业的通知\n" + BODY + "某市就业局\n2 0 2 4 年 5 月 6 日", "某市就业局", date(2024, 5, 6)),
        ("关于就业的通知\n发布机构：某某经济技术开发区\n" + BODY, "某某经济技术开发区", None),
    ],
)  # fmt: skip
def test_signatures_with_slips(text: str, issuer: str, issued: date | None, gazetteer: Gazetteer) -> None:
    found = metadata(text, gazetteer)
    assert (found.issuers[0], found.issued) == (issuer, issued)


def test_what_a_file_says_apart_from_its_text_counts_for_more(gazetteer: Gazetteer) -> None:
    text = "关于就业的通知\n遵府办〔2020〕1号\n" + BODY + "遵义市人民政府\n2020年5月6日"
    layout = read_layout(text, fallback_title="文件")
    said = SourceMetadata(
        doc_number="黔府发[2024]5号", issuers=("贵州省人民政府",), region="贵州省", issued="2024-05-07"
    )
    found = read_metadata(text, layout, gazetteer, said=said)
    assert (found.doc_number, found.issuers, found.region, found.issued) == (
        "黔府发〔2024〕5号",
        ("贵州省人民政府",),
        gazetteer.parse("贵州省"),
        date(2024, 5, 7),
    )
    unread = read_metadata(text, layout, gazetteer, said=SourceMetadata(doc_number="无", region="某地", issued="近日"))
    assert unread == read_metadata(text, layout, gazetteer)
