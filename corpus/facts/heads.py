"""The words that a noun phrase for people or for organisations ends in, as parts of regular expressions."""

from __future__ import annotations

import re

ORGANISATION = (
    r"(?:企业|公司|院校|学院|学校|社会(?:资源|资本|力量)|[县旗](?=[(（]市)|高校|高等学校|大学|中学|小学|幼儿园|"
    r"机构|单位|组织|合作社|农场|商会|协会|团体|"
    r"个体户|个体工商户|工商户|商户|商家|"
    r"门店|店铺|超市|商场|市场主体|主体|园区|园|载体|基地|平台|工作室|孵化器|众创空间|医院|银行|集团|社区|行业|"
    r"地区|旗县|帮扶县|承租方|出租方|科研院所|院所|场所|经营者|业主|"
    r"养殖场|养殖户|大户|车间|项目单位|联盟|服务站|药店|餐饮店|酒店|宾馆|事务所|中心)"
)
"""What the name of an organisation, a place or a facility ends in."""

PERSON = (
    r"(?:人员|人才|职工|员工|民工|农民工|工人|劳动者|劳动力|毕业生|学生|大学生|研究生|在校生|考生|新生|学员|"
    r"学徒|军人|士兵|战士|官兵|农民|牧民|农牧民|渔民|居民|村民|"
    r"市民|公民|群众|青年|妇女|女性|儿童|少年|未成年人|婴幼儿|幼儿|老人|老年人|残疾人|病人|患者|感染者|病例|"
    r"孕妇|产妇|家庭|[贫特困保农养低]户|五保户|住户|用户|客户|租户|双定户|"
    r"子女|配偶|父母|家属|遗属|亲属|成员|群体|人群|人口|人士|对象|个人|本人|旅客|乘客|驾驶员|司机|骑手|教师|"
    r"老师|教练员|裁判员?|医师|护士|药师|技师|律师|讲师|导师|工程师|师傅|高级工|中级工|"
    r"初级工|医生|医护|选手|教练|干部|工匠|能手|带头人|负责人|法定代表人|模范|烈士|孤儿|志愿者|工作者|社工|"
    r"创业者|就业者|失业者|获得者|获奖者|消费者|投资者|纳税人|缴费人|申请人|承租人|"
    r"承办人|参保人|被保险人|受益人|借款人|贷款人|捐赠人|购房人|当事人|受害人|被害人|见义勇为者|继承人|专家|"
    r"团队|院士|博士|硕士|侨胞|华侨|台胞|同胞|外国人|职业经理人|经纪人|传承人|工人员|师资|队伍|主播|保洁员|护理员|"
    r"(?:发明|设计|权利|监护|所有|管理|委托|代理|经营|承包|使用|举报|投诉|受助|供养|受托|出资)人|"
    r"[^、,，的]{2,6}(?<!或)者)"
)
"""What the name of a person, a family or a group of people ends in."""

_ORGANISATION_LAST = re.compile(rf"{ORGANISATION}(?:[(（][^()（）]*[)）])?\Z")
_PERSON_LAST = re.compile(rf"{PERSON}(?:[(（][^()（）]*[)）])?\Z")


def names_people(name: str) -> bool:
    """Return whether ``name`` ends like a name of people: 企业职工, 脱贫家庭(含监测对象家庭), and not 企业."""
    return _PERSON_LAST.search(name) is not None and _ORGANISATION_LAST.search(name) is None


def names_organisation(name: str) -> bool:
    """Return whether ``name`` ends like a name of an organisation, a place or a facility: 企业, 省级集训基地."""
    return _ORGANISATION_LAST.search(name) is not None
