"""What documents of several sites say of themselves: who issued them, when, when the page was put up, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings

Check = Callable[[Assistant, Answer], None]

FILES = {
    "gansu.txt": """\
甘肃省民政厅 甘肃省财政厅 甘肃省医疗保障局关于提高困难残疾人生活补贴标准的通知
甘民发〔2021〕47号
信息来源:社会事务处    发布时间:2021-08-02    浏览次数:302次
各市州民政局、财政局、医疗保障局:
经省政府同意,从2021年7月1日起提高困难残疾人生活补贴标准。现就有关事项通知如下:
一、困难残疾人生活补贴标准提高到每人每月110元。
二、补贴资金由省、市、县三级财政分担。
三、本通知自印发之日起施行。
联系处室:省民政厅社会事务处    联系电话:0931-8786123
甘肃省民政厅        甘肃省财政厅
甘肃省医疗保障局
2021年7月26日
(此件主动公开)
""",
    "hailing.txt": """\
关于有序推动服务业恢复营业的通告
经研究决定,有序做好服务业恢复营业工作。现将有关事项通告如下:
一、超市、便利店、理发店可以恢复营业。
二、餐饮单位的堂食暂缓恢复。
本通告自2020年2月21日零时施行。
泰州市海陵区应对新型冠状病毒肺炎疫情工作领导小组办公室
2020年2月20日
""",
    "hefei.txt": """\
首页 > 政务公开 > 政策文件
索引号:00298627X/202303-00012    组配分类:市政府办公室文件
发布机构:合肥市人民政府办公室    成文日期:2023-03-06
发文字号:合政办〔2023〕8号    发布日期:2023-03-15 16:20
有效性:有效
合肥市人民政府办公室关于印发合肥市家政服务业提质扩容若干措施的通知
各县(市)、区人民政府,市政府有关部门:
《合肥市家政服务业提质扩容若干措施》已经市政府第28次常务会议审议通过,现印发给你们,请认真贯彻执行。
合肥市人民政府办公室
2023年3月6日
合肥市家政服务业提质扩容若干措施
为贯彻落实《国务院办公厅关于促进家政服务业提质扩容的意见》(国办发〔2019〕30号),结合我市实际,制定以下措施。
一、支持家政企业发展。对新认定的龙头企业给予一次性奖励10万元。
二、加强培训。家政从业人员岗前培训每人补贴800元。
三、本措施自2023年4月1日起施行,有效期3年。
合肥市人民政府办公室                2023年3月8日印发
""",
    "lishui.txt": """\
丽水市人力资源和社会保障局 丽水市财政局关于开展以工代训补贴工作的通知
丽水市人社局  发布日期:2020-07-21 09:12  字号:[大 中 小]  来源:就业处
丽人社〔2020〕59号
各县(市、区)人力资源和社会保障局、财政局:
为稳定就业岗位,现将以工代训有关事项通知如下:
一、补贴对象。受疫情影响的中小微企业。
二、补贴标准。每人每月500元,最长不超过6个月。
三、申领办法。企业向参保地人社部门申请。咨询电话:0578-2091234。
丽水市人力资源和社会保障局    丽水市财政局
二〇二〇年七月十五日
抄送:省人力社保厅。
丽水市人力资源和社会保障局办公室    2020年7月16日印发
""",
    "putian.html": """\
<html><head><meta charset="utf-8"><title>关于做好2024年义务教育招生工作的通知_莆田市教育局</title></head>
<body>
<div class="nav"><a href="/">首页</a></div>
<table><tr><td>索引号</td><td>PT00104-3000-2024-00021</td><td>文号</td><td>莆教初〔2024〕12号</td></tr>
<tr><td>发布机构</td><td>莆田市教育局</td><td>成文日期</td><td>2024-06-03</td></tr>
<tr><td>发布日期</td><td>2024-06-07</td><td>有效性</td><td>有效</td></tr></table>
<h1>莆田市教育局关于做好2024年义务教育招生工作的通知</h1>
<div class="article"><p>各县区教育局:</p><p>现就2024年义务教育招生工作通知如下。</p>
<p>一、报名时间。小学报名时间为2024年7月6日至8日。</p><p>二、录取结果公布时间:2024年7月20日。</p>
<p>莆田市教育局</p><p>2024年6月3日</p><p>(联系科室:初等教育科,联系电话:0594-2686111)</p></div></body></html>
""",
    "shandong.txt": """\
山东省实施《中华人民共和国献血法》办法
(2021年9月30日山东省第十三届人民代表大会常务委员会第三十次会议通过)
公布日期:2021-10-08
第一条 为了保证医疗临床用血需要,根据《中华人民共和国献血法》,结合本省实际,制定本办法。
第二条 提倡十八周岁至五十五周岁的健康公民自愿献血。
第三条 本办法自2021年12月1日起施行。
""",
    "taizhou.txt": """\
关于公布2022年度市级养老服务示范点名单的公告

各有关单位:
经评审,现将示范点名单公布如下。
一、玉环市阳光养老服务中心。
二、温岭市幸福里服务站。
示范点每年补助运营经费5万元。
台州市民政局
""",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        Path(folder, name).write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder="hash")
    build_index(settings, [folder], progress=False)
    opened = open_assistant(settings, progress=False)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "said", "quotes"),
    [
        ("合肥家政措施是哪天挂网的", ["网页标明的发布日期是2023年3月15日"], ["发布日期:2023-03-15 16:20"]),
        ("合肥家政措施落款哪天", ["落款日期是2023年3月6日"], ["2023年3月6日"]),
        (
            "合肥家政措施什么时候印发的",
            ["2023年3月6日", "2023年3月8日印发"],
            ["成文日期:2023-03-06", "2023年3月8日印发"],
        ),
        (
            "合肥家政那个措施成文、挂网和施行分别是哪天",
            ["成文日期是2023年3月6日", "发布日期是2023年3月15日", "自2023年4月1日起施行"],
            ["成文日期:2023-03-06", "发布日期:2023-03-15 16:20", "三、本措施自2023年4月1日起施行,有效期3年。"],
        ),
        (
            "甘肃残疾人补贴通知是哪几个厅局联合发的,归哪个处联系",
            ["由甘肃省民政厅、甘肃省财政厅、甘肃省医疗保障局联合印发", "联系处室是省民政厅社会事务处"],
            ["甘肃省民政厅        甘肃省财政厅\n甘肃省医疗保障局", "联系处室:省民政厅社会事务处"],
        ),
        (
            "甘肃这个通知什么时候生效",
            ["自印发之日起施行", "2021年7月26日"],
            ["三、本通知自印发之日起施行。", "2021年7月26日"],
        ),
        ("甘民发〔2021〕47号什么时候上的网", ["发布时间是2021年8月2日"], ["发布时间:2021-08-02"]),
        ("丽水以工代训通知网站上什么时候贴出来的", ["发布日期是2020年7月21日"], ["发布日期:2020-07-21 09:12"]),
        ("丽水以工代训的通知落款是哪天", ["落款日期是2020年7月15日"], ["二〇二〇年七月十五日"]),
        (
            "丽水以工代训通知什么时候发布",
            ["落款日期是2020年7月15日", "发布日期是2020年7月21日"],
            ["二〇二〇年七月十五日", "发布日期:2020-07-21 09:12"],
        ),
        (
            "丽人社〔2020〕59号是和谁联合发的",
            ["丽水市人力资源和社会保障局、丽水市财政局"],
            ["丽水市人力资源和社会保障局    丽水市财政局"],
        ),
        (
            "莆田招生通知的联系科室和成文日期",
            ["联系科室是初等教育科", "2024年6月3日"],
            ["联系科室:初等教育科", "成文日期:2024-06-03"],
        ),
        ("莆田招生通知是和哪些部门联合印发的", ["发文机关只有莆田市教育局"], ["莆田市教育局"]),
        (
            "山东献血办法是哪天公布的",
            ["2021年9月30日通过", "公布日期是2021年10月8日"],
            ["2021年9月30日", "公布日期:2021-10-08"],
        ),
        ("山东献血办法几号施行", ["自2021年12月1日起施行"], ["第三条 本办法自2021年12月1日起施行。"]),
        ("海陵区服务业恢复营业的通告几号生效", ["自2020年2月21日零时施行"], ["本通告自2020年2月21日零时施行。"]),
        ("台州那个公告是谁发的", ["台州市民政局"], ["台州市民政局"]),
    ],
)
def test_days_issuers_and_contacts(
    sites: Assistant, check_grounded: Check, question: str, said: list[str], quotes: list[str]
) -> None:
    answer = sites.ask(question, as_of=date(2024, 7, 1))
    assert answer.outcome == "answered"
    assert [part for part in said if part not in answer.answer] == []
    assert [citation.quote for citation in answer.citations] == quotes
    check_grounded(sites, answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("台州养老示范点公告哪天发的", "没有印出成文日期"),
        ("台州养老示范点公告哪天挂网的", "没有写明上网发布的日期"),
        ("台州那个公告归哪个处联系", "没有写明联系单位或处室"),
        ("台州那个公告什么时候施行", "没有写明施行日期"),
        ("甘民发〔2020〕11号是哪天印发的", "没有收录甘民发〔2020〕11号"),
        ("甘民发〔2020〕11号第三条", "没有收录甘民发〔2020〕11号"),
        ("甘肃的甘民发〔2020〕11号几号施行", "没有收录甘民发〔2020〕11号"),
        ("甘肃养犬条例几号施行", "养犬"),
        ("《甘肃省养犬管理条例》是谁发的", ""),
    ],
)
def test_what_no_document_says_is_refused(sites: Assistant, question: str, said: str) -> None:
    answer = sites.ask(question, as_of=date(2024, 7, 1))
    assert (answer.outcome, answer.citations) == ("refused", ())
    assert said in answer.answer


@pytest.mark.parametrize(
    ("question", "said", "silent"),
    [
        ("丽水以工代训通知是谁发的,哪个处室联系", "联合印发", "没有写明联系单位或处室"),
        ("莆田招生通知的文号和生效日期", "莆教初〔2024〕12号", "没有写明施行日期"),
    ],
)
def test_what_is_said_is_told_beside_what_is_not(sites: Assistant, question: str, said: str, silent: str) -> None:
    answer = sites.ask(question, as_of=date(2024, 7, 1))
    assert answer.outcome == "partial"
    assert said in answer.answer
    assert silent in answer.answer
