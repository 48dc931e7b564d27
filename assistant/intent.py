"""What kind of thing a question asks for, read from its question words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Wanted = Literal[
    "person",
    "basis",
    "money",
    "count",
    "ratio",
    "date",
    "body",
    "who",
    "how",
    "phone",
    "place",
    "definition",
    "reference",
    "yesno",
    "list",
    "any",
]
"""``person`` the name of an official; ``basis`` the document it rests on; ``money`` an amount in yuan; ``count`` a
number of people or things; ``ratio`` a share; ``date`` a day or year; ``body`` a public body; ``who`` a group or
condition; ``how`` a procedure or material; ``phone``, ``place`` how and where to reach somebody; ``definition`` what a
term means; ``reference`` a document's 文号, issuer or date;
``yesno``; ``list`` several things; ``any`` none of these."""

_MONEY = (
    r"(?:多少|(?<!哪)几)(?:块|元)?钱|(?:多少|几)(?:块|元)|(?<!哪)几块(?!钱)|(?:奖金|补贴|补助|津贴|"
    r"费用?|工资|待遇|生活费|奖励|标准|补|给|领|拿|奖|发|报销|收费?)(?:金额|标准|额度|能|会|大概|到底|"
    r"每月|每天|一个月|一天|一次|的)*(?:是|有|给|补|发|领|拿)?(?:多少|几何)(?!(?:人|家|个|名|次|年|期|"
    r"项|条|所|种|类|比例))|一(?:天|个?月|年|次|个?人)(?:能|可以)?(?:给|补|发|领|拿|奖|交)多少|"
    r"每(?:人|月|天|年|个).{0,4}(?:给|补|发|领|拿|奖|交)多少|(?:补|奖|交|给|罚[他她我你咱]?们?|赔|贴|减|免|报|返|退|借|贷|"
    r"封顶|最高|最多|上限|下限)(?:能|可以|会)?(?:给|补|拿|领|是|到|报)?多少(?!人|家|个|次|天|年|期)|"
    r"能(?:拿|领|补|报|赔|退)(?:到)?(?:多少|几)(?!人|家|个|次|天|年|期)"
)
_PATTERNS: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "person",
        re.compile(
            r"(?:局长|组长|厅长|处长|科长|主任|部长|省长|市长|县长|区长|书记|院长|校长|领导|负责人|"
            r"联系人|董事长|理事长|总经理|秘书长|会长|主席)(?:现在)?(?:是|叫|姓)(?:谁|啥|什么|哪个)|叫(?:什么|啥)名字|姓名"
        ),
    ),
    (
        "basis",
        re.compile(
            r"依据(?:是|的是)?(?:什么|啥|哪)|根据(?:什么|啥|哪)|(?:依据|根据|落实|贯彻).{0,12}(?:哪个|哪些|"
            r"什么|啥)(?:文件|意见|规划|政策|法规)|(?:落实|贯彻|跟着|按照?|照着).{0,16}(?:哪[份个些]|什么|"
            r"啥).{0,3}(?:文件|意见|规划|精神|东西)|上位文件|政策依据|依据的.{0,10}(?:文件|规划|意见)"
        ),
    ),
    ("phone", re.compile(r"电话|热线|座机|联系方式|手机号|微信号|邮箱|打哪个号|号码是")),
    (
        "reference",
        re.compile(
            r"文号|落款|发文(?:机关|单位|日期|字号)|(?:谁|(?:哪|几)[几个些两]*(?:部门|单位|机关)|哪里)(?:联合)?(?:印发|发布|发文|出台|"
            r"发)的|(?:什么|啥)时候(?:印发|发布|发文|出台|公布|发)的?|哪(?:年|天|一?年|一?天|日)(?:印发|发布|"
            r"发文|出台|公布|发|出)|(?:印发|发布|发文|出台|成文)(?:的?(?:日期|时间))|(?:哪天|何时|"
            r"几号)(?:印发|发布|发)|几号文|哪个文件|什么文件|文件名"
        ),
    ),
    (
        "ratio",
        re.compile(
            r"百分之(?:几|多少)|几成(?!员)|几分之[几一二三]|占多少|占几|(?:占比|比例|比重).{0,8}(?:多少|几|"
            r"目标|达到|要求|是多|要到)|(?:多少|几).{0,6}(?:占比|比例|比重)|不(?:少于|低于|超过).{0,8}(?:多少|"
            r"几)"
        ),
    ),
    (
        "date",
        re.compile(r"(?:哪[一]?[天年日]|什么时候|啥时候|何时|几号|几月).{0,4}(?:开始)?(?:施行|实施|生效|执行|起效)"),
    ),
    ("money", re.compile(_MONEY + r"|几[十百千万]+(?:块|元|$|[?？,，])|(?:补|奖|给|发|领|拿|罚)几[十百千万]")),
    (
        "place",
        re.compile(
            r"(?:在|去|到|上)?(?:哪里|哪儿|什么地方|啥地方)(?:办|报名|申请|领|交|学|考|培训|参加)|地址|地点|"
            r"哪条[街路]|什么位置|哪个位置|怎么去|去哪(?!些|个)"
        ),
    ),
    (
        "body",
        re.compile(
            r"(?:哪|什么|啥|哪些|哪几|几)个?(?:部门|单位|机构|机关|局|厅|处室)|谁(?:来|在)?(?:牵头|负责|主管|"
            r"管|评[选定审]?(?!价)|定|组织|审计|监管|承担|实施|落实|审批|认定)|归谁|归哪(?!个?[区县市省地])|谁的责任|是谁管|找谁|"
            r"牵头(?:单位|部门)|责任单位|由谁|向谁|谁负"
        ),
    ),
    (
        "date",
        re.compile(
            r"(?:什么|啥)时候|何时|哪(?:一)?[年天月日]|几(?:月|号|点)|哪个月|多久|多长时间|截止|期限|有效期|"
            r"到期|几年.{0,3}一?[次届]|几年一?评|哪几年|多少年"
        ),
    ),
    (
        "count",
        re.compile(
            r"多少|几[十百千万]+(?:人|名|家|个)|(?<![哪那这])几(?:家|人|名|期|次|所|户|场|门|届|成|条|天|小时|"
            r"个小时|课时|倍|折)|(?<!哪)几个(?!方面|环节|部分|率|什么)|(?<![好哪那这])几(?:年|个月)|人数|数量(?!和)|"
            r"总量|有多大|目标(?:值|是?多少|$|[?？])|指标(?:是|值)"
        ),
    ),
    (
        "how",
        re.compile(
            r"怎么(?:办|申请|领|报名|报|申报|弄|认定|评|提取|纳入|交|查|考|参加|处理|补|拿)|如何|流程|手续|"
            r"步骤|(?:要|带|交|准备|提供|需要)(?:什么|啥|哪些)(?:材料|证件|资料|手续)|[带交备](?:点|些)?(?:什么|啥|哪些)(?:东西|去|$|[,，?？。])|材料|咋(?:办|申请|领|报|"
            r"弄|整)"
        ),
    ),
    (
        "who",
        re.compile(
            r"谁(?:能|可以|有资格|可|享受)|(?:哪些|什么|啥|哪类|哪种)(?:样的)?(?:人|群体|对象|人员|企业|"
            r"单位条件)|面向(?:谁|什么|哪些)|(?:什么|啥|哪些)条件|对象|给谁|适合谁|资格|(?:什么|啥)要求"
        ),
    ),
    (
        "definition",
        re.compile(
            r"(?:什么|啥)(?:是|叫)|是(?:什么|啥)(?:意思|$|[?？啊呀])|指(?:的是)?(?:什么|啥|哪)|(?:什么|"
            r"啥)意思|含义|定义|什么叫"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|哪一?个|哪(?:两|三|四|五)|有(?:什么|啥)|(?:什么|啥)(?:培训|政策|补贴|扶持|支持|措施|"
            r"计划|待遇|好处|奖励|项目|品牌)|包括|分别|都有"
        ),
    ),
    (
        "yesno",
        re.compile(
            r"吗|么[?？]?$|能不能|可不可以|是不是|有没有|会不会|要不要|是否|行不行|管不管|给不给|算不算|"
            r"不[?？]?$|没[?？]?$|没有[?？]?$|[能可]以?.{0,12}[?？]$"
        ),
    ),
)

_COMPARISON = re.compile(
    r"(?:哪个|哪一个|哪)(?:省|市|地方|地区|里).{0,12}(?:多|少|高|低|最|更)|比较|对比|相比|区别|分别|"
    r"各(?:是|有)?多少|哪(?:边|儿).{0,6}(?:多|高)|(?:和|跟|与).{1,12}(?:比|哪个)"
)
# 补贴性培训目标哪个多 · 谁的名额更多 · 差多少
_MAGNITUDE = re.compile(
    r"(?:目标|数|人次?|名额|规模|指标|任务|总量).{0,6}(?:哪|谁).{0,6}[多少高低大小]|"
    r"(?:哪|谁).{0,10}(?:目标|数|人次?|名额|规模|指标|任务|总量).{0,6}[多少高低大小]|差多少"
)
_RECURRENCE = re.compile(r"几年一?(?:评|次|届)|每年|一年|多久一?次|年均")
_DONE = re.compile(
    r"已经|完成|现有|目前|现在(?=有|是|多少|几|到)|如今|眼下|当时|截至|有了|实际|过去|末(?:已|有|时)|期末|结束时|结束"
)
_AIM = re.compile(
    r"目标|要(?:建|培养|培训|新增|达到|达|搞|到|打造|开展|有|办|组织|培育|完成)|计划|打算|力争|预期|到20\d\d年|规划"
)


@dataclass(frozen=True, slots=True)
class Intent:
    """``wanted`` lists what is asked for, most specific first; the flags refine a figure."""

    wanted: tuple[Wanted, ...]
    comparison: bool
    done: bool
    aim: bool
    recurrence: bool

    def asks(self, *kinds: Wanted) -> bool:
        """True where the question asks for one of ``kinds``."""
        return any(kind in self.wanted for kind in kinds)


def read_intent(question: str) -> Intent:
    """Return the intent of ``question``."""
    wanted = tuple(kind for kind, pattern in _PATTERNS if pattern.search(question)) or ("any",)
    if _MAGNITUDE.search(question) and not any(kind in wanted for kind in ("money", "ratio", "date", "count")):
        wanted = ("count", *(kind for kind in wanted if kind != "any"))
    return Intent(
        wanted=wanted,
        comparison=bool(_COMPARISON.search(question)),
        done=bool(_DONE.search(question)),
        aim=bool(_AIM.search(question)),
        recurrence=bool(_RECURRENCE.search(question)),
    )
