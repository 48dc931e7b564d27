from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Turn
from assistant.assistant import Assistant
from assistant.dialogue import aside, interpretations, looks_back, read_thread, standalone
from assistant.ellipsis import asking_of, fragment, subject_of
from assistant.question import QuestionReader

GOAL = "辽宁高技能人才目标是多少"
VETERANS = "辽宁退役军人能免费培训吗"
BASES = "江西竞赛基地要建多少家"
LEAVE = "带薪年休假工作满十年能休几天"
HEATING = "困难家庭取暖补贴标准是多少"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([], GOAL, GOAL),
        ([], "那内蒙古呢", "那内蒙古呢"),
        # places
        ([GOAL], "那内蒙古呢", "内蒙古高技能人才目标是多少"),
        (["内蒙和辽宁补贴性培训目标多少"], "江西2020年呢", "江西2020年补贴性培训目标多少"),
        # a claim of its own is no follow-up
        ([GOAL], "内蒙古高技能人才2025年达到200万对不对", "内蒙古高技能人才2025年达到200万对不对"),
        ([GOAL], "内蒙古呢?", "内蒙古高技能人才目标是多少"),
        ([GOAL], "遵义呢", "遵义高技能人才目标是多少"),
        ([GOAL], "遵义", "遵义高技能人才目标是多少"),
        ([GOAL], "那北京呢?", "北京高技能人才目标是多少"),
        ([GOAL], "遵义那边的要求一样吗", "遵义高技能人才目标是多少"),
        ([GOAL], "内蒙古也这么规定吗", "内蒙古高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢"], "遵义呢", "遵义高技能人才目标是多少"),
        (["辽宁省级技能大师工作站要建多少个"], "遵义呢", "遵义省级技能大师工作站要建多少个"),
        (["辽宁对残疾人怎么培训"], "内蒙古对这些人呢", "内蒙古对残疾人怎么培训"),
        ([HEATING], "遵义呢", "遵义困难家庭取暖补贴标准是多少"),
        # periods
        ([GOAL], "十三五末呢", "辽宁十三五末高技能人才目标是多少"),
        ([BASES], "到2025年呢?", "江西到2025年竞赛基地要建多少家"),
        (["辽宁到2025年高技能人才要有多少"], "2030年呢", "辽宁2030年高技能人才要有多少"),
        # parts of the subject
        ([VETERANS], "残疾人呢", "辽宁残疾人能免费培训吗"),
        (["遵义酱酒产业培训多少人次"], "茶产业呢", "遵义茶产业培训多少人次"),
        (["遵义酱酒产业培训多少人次", "茶产业的呢"], "那吉他产业?", "遵义吉他产业培训多少人次"),
        (["辽宁技能人才总量要到多少"], "高技能的呢?", "辽宁高技能人才总量要到多少"),
        (["辽宁高技能人才总量要到多少"], "技能人才呢", "辽宁技能人才总量要到多少"),
        (["辽宁省级技能大师工作站要建多少个"], "国家级的呢", "辽宁国家级技能大师工作站要建多少个"),
        (["内蒙古要建几个示范性实训基地"], "产教融合型企业呢", "内蒙古要建几个产教融合型企业"),
        ([BASES], "内蒙古的竞赛集训基地呢", "内蒙古竞赛集训基地要建多少家"),
        (["内蒙古示范实训基地要建几个"], "产教融合的企业呢", "内蒙古产教融合的企业要建几个"),
        (["内蒙古示范实训基地要建几个"], "辽宁省级的示范基地呢", "辽宁省级的示范基地要建几个"),
        ([LEAVE], "满二十年呢?", "带薪年休假工作满二十年能休几天"),
        ([HEATING], "低保家庭呢", "低保家庭取暖补贴标准是多少"),
        (["江西赣鄱工匠多久评一次"], "奖金呢", "江西赣鄱工匠,奖金多少"),
        ([GOAL], "省级技能大师工作站的目标呢", "辽宁省级技能大师工作站的目标是多少"),
        # what modifies the subject, and what it is said to be about
        (["正安做吉他的那个技能品牌叫什么"], "军工那边的呢", "正安军工的那个技能品牌叫什么"),
        (["正安做吉他的那个技能品牌叫什么"], "茶的呢", "正安茶产业的那个技能品牌叫什么"),
        (["湄潭种茶的有啥培训"], "茶这块一共要培训多少人", "湄潭茶产业一共要培训多少人"),
        (["遵义茶产业一共要培训多少人"], "那吉他的呢", "遵义吉他产业一共要培训多少人"),
        (["内蒙古示范实训基地要建几个"], "产教融合的企业呢", "内蒙古产教融合的企业要建几个"),
        (["遵义市级培训基地建在哪些地方"], "县里的靠什么建", "遵义县级培训基地,靠什么建"),
        # people beside no more than 也行吗, and people who still lack a matter
        (["内蒙古妇女能学啥"], "残疾人也行吗", "内蒙古残疾人能学啥"),
        (["数字技能培训都教些什么"], "辽宁的农民能学不", "辽宁数字技能培训,农民能学不"),
        (["辽宁退役军人能培训吗"], "遵义方案里有没有专门写他们的", "遵义方案里有没有专门写退役军人的"),
        # the whole instead of a part
        (["遵义搞酱酒的要培训多少人"], "那全市一共多少", "遵义全市一共要培训多少人"),
        (["遵义吉他产业培训多少人"], "加起来一共多少", "遵义加起来一共培训多少人"),
        (["江西一年要培训多少农民工"], "总共呢", "江西总共一年要培训多少人"),
        (["遵义全市一共要培训多少人"], "不是,我问的是辽宁", "辽宁全省一共要培训多少人"),
        # whether there is such a thing goes on with the talk, also where no document has the word
        (["江西网上学技能有补贴吗"], "有专门的网红班不", "江西网上学技能有补贴,有专门的网红班不"),
        (["内蒙古雨露计划还搞不搞"], "那大人去培训,路费有没有", "内蒙古雨露计划,大人去培训,路费有没有"),
        # corrections
        ([GOAL], "说错了,我要江西的", "江西高技能人才目标是多少"),
        ([GOAL], "不对,我是内蒙古的", "内蒙古高技能人才目标是多少"),
        ([GOAL], "不是,我问的是江西", "江西高技能人才目标是多少"),
        ([GOAL], "说错了,是遵义", "遵义高技能人才目标是多少"),
        ([GOAL], "我问错了,是内蒙古", "内蒙古高技能人才目标是多少"),
        ([VETERANS], "打错了,是残疾人", "辽宁残疾人能免费培训吗"),
        ([VETERANS], "不是我问的辽宁,是江西", "江西退役军人能免费培训吗"),
        ([VETERANS], "不是辽宁,我问的是江西", "江西退役军人能免费培训吗"),
        ([VETERANS], "我问的是江西,不是辽宁", "江西退役军人能免费培训吗"),
        ([VETERANS], "江西让不让", "江西退役军人能免费培训吗"),
        # a question of its own that ends like one about the same
        (["内蒙古雨露计划还搞不搞"], "那大人去培训,路费有没有", "内蒙古雨露计划,大人去培训,路费有没有"),
        # small talk between
        ([GOAL, "谢谢"], "那内蒙古呢", "内蒙古高技能人才目标是多少"),
        ([GOAL, "今天心情不好"], "那内蒙古呢", "内蒙古高技能人才目标是多少"),
        (["你好", GOAL], "那江西呢", "江西高技能人才目标是多少"),
        (["你好"], GOAL, GOAL),
        # a new subject, and back
        ([GOAL], "江西赣鄱工匠几年评一次", "江西赣鄱工匠几年评一次"),
        ([GOAL], "换个问题,遵义技能人才总数目标多少", "遵义技能人才总数目标多少"),
        ([GOAL], "还有一个问题,江西有学徒制吗", "江西有学徒制吗"),
        ([GOAL], "遵义民办培训机构专职教师不得少于多少", "遵义民办培训机构专职教师不得少于多少"),
        ([VETERANS, BASES], "回到刚才那个,内蒙古呢", "内蒙古退役军人能免费培训吗"),
        # comparison
        ([GOAL, "那内蒙古呢"], "哪个多?", "辽宁和内蒙古高技能人才目标是多少"),
        ([GOAL], "和江西比谁高", "辽宁和江西高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢", "哪个多?"], "江西呢", "江西高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢"], "后面这两个谁高", "辽宁和内蒙古高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢", "江西呢"], "这三家哪个最多", "辽宁和内蒙古和江西高技能人才目标是多少"),
        (
            ["辽宁培训的钱从哪出", "内蒙古呢", "江西呢"],
            "这三家哪个投得最多",
            "辽宁和内蒙古和江西培训的钱,哪个投得最多",
        ),
        ([GOAL, "那内蒙古呢", "江西呢"], "后两个哪个少", "内蒙古和江西高技能人才目标是多少"),
        ([GOAL, "那内蒙古呢"], "两家新增技能人才谁多", "辽宁和内蒙古新增技能人才谁多"),
        ([GOAL, "内蒙古2030年呢"], "哪个多", "辽宁和内蒙古高技能人才目标是多少"),
        # the same of another place, in other words
        ([GOAL], "江西有写吗", "江西高技能人才目标是多少"),
        ([GOAL], "江西同口径的呢", "江西高技能人才目标是多少"),
        (["内蒙古竞赛集训基地要几个"], "江西的基地呢", "江西竞赛集训基地要几个"),
        ([GOAL], "轮到江西呢", "江西高技能人才目标是多少"),
        # a place with a question of its own
        ([VETERANS], "换遵义,机构不照要求培训怎么办", "遵义机构不照要求培训怎么办"),
        # what cannot be read
        (["😀", GOAL], "那江西呢", "江西高技能人才目标是多少"),
        (["长" * 3000, GOAL], "那江西呢", "江西高技能人才目标是多少"),
        ([""], GOAL, GOAL),
    ],
)
def test_first_interpretation(
    reader: QuestionReader, today: date, history: list[str], question: str, expected: str
) -> None:
    turns = [Turn("user", text) for text in history]
    assert interpretations(question, turns, reader, as_of=today)[0] == expected
    assert standalone(question, turns, reader, as_of=today) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([GOAL], "由谁负责", "辽宁高技能人才,由谁负责"),
        ([GOAL], "这个归谁管?", "辽宁高技能人才,归谁管?"),
        (["辽宁退役军人怎么培训"], "他们培训多长时间", "辽宁退役军人培训,培训多长时间"),
        (["江西赣鄱工匠几年评一次"], "每次评多少名", "江西赣鄱工匠,每次评多少名"),
        (["辽宁规划的文号是多少"], "什么时候印发的", "辽宁规划,什么时候印发的"),
        (["我是退伍的,在遵义"], "能学啥", "我是退伍的,在遵义,能学啥"),
        (["我是退伍的,在遵义"], "我55岁能去吗?", "我是退伍的,在遵义,我55岁能去吗?"),
        ([HEATING], "这钱从哪来?", "困难家庭取暖补贴,钱从哪来?"),
        ([HEATING], "具体多少钱?", "困难家庭取暖补贴,具体多少钱?"),
        (["遵义哪里能学养老护理员"], "学多久", "遵义学养老护理员,学多久"),
        ([VETERANS, "说错了,是残疾人"], "计划多少人次", "辽宁残疾人能免费培训,计划多少人次"),
        # a thing named to go back to
        ([VETERANS, BASES], "回到退役军人的事,要交钱吗", "辽宁退役军人能免费培训,要交钱吗"),
        ([VETERANS, BASES], "说回退役军人,要交钱吗", "辽宁退役军人能免费培训,要交钱吗"),
        # what follows from it
        (["江西企业要提取多少教育经费"], "要是不提取呢", "江西企业要提取教育经费,要是不提取怎么处理"),
        (["江西企业要提取多少教育经费"], "不提取的话呢", "江西企业要提取教育经费,不提取的话怎么处理"),
        # what the documents know nothing of is not carried on
        (["辽宁退役军人能培训吗,昨晚上没睡好"], "要交钱吗", "辽宁退役军人能培训,要交钱吗"),
        (["我们辽宁退役军人能免费培训吗"], "谁负责", "辽宁退役军人能免费培训,谁负责"),
    ],
)
def test_a_short_question_goes_with_the_last_subject(
    reader: QuestionReader, today: date, history: list[str], question: str, expected: str
) -> None:
    assert standalone(question, [Turn("user", text) for text in history], reader, as_of=today) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([GOAL], "原文怎么说的", "source"),
        ([GOAL], "哪一条写的?", "source"),
        ([GOAL], "出自哪份文件", "source"),
        ([GOAL], "你的依据是什么", "source"),
        ([GOAL], "依据的国家文件是哪个", None),
        ([GOAL], "再说一遍", "repeat"),
        ([GOAL], "没看清,重复一下", "repeat"),
        ([GOAL], "还有呢?", "more"),
        ([GOAL], "除了这个还有别的吗", "more"),
        ([GOAL], "再具体点", "more"),
        ([GOAL], "能说详细一些吗", "more"),
        ([GOAL], "只要数字", "figures"),
        ([GOAL], "给个准数就行", "figures"),
        ([GOAL], "为什么要这么规定", "reason"),
        ([GOAL], "原因呢", "reason"),
        ([GOAL], "为什么江西没有", None),
        ([GOAL], "不是辽宁,是江西", None),
        ([GOAL], "还有江西呢", None),
        ([GOAL], "在哪几个县", None),
        ([GOAL], "谁负责", None),
        ([], "还有呢?", None),
        ([GOAL], "不是适应性培训吗", None),
        (["你好"], "原文怎么说的", None),
    ],
)
def test_what_is_asked_of_the_last_answer(
    reader: QuestionReader, today: date, history: list[str], question: str, expected: str | None
) -> None:
    thread = read_thread([Turn("user", text) for text in history], reader, as_of=today)
    assert aside(question, thread, reader, as_of=today) == expected


@pytest.mark.parametrize(
    ("question", "around", "expected"),
    [
        ("之前五年末呢", "辽宁省“十四五”职业技能培训规划", "辽宁十三五末高技能人才目标是多少"),
        ("上一个五年有多少", "2021—2025年", "辽宁十三五末高技能人才,有多少"),
        ("原来呢", "“十五五”时期", "辽宁十四五末高技能人才目标是多少"),
    ],
)
def test_the_five_years_before_those_of_the_answer(
    reader: QuestionReader, today: date, question: str, around: str, expected: str
) -> None:
    assert looks_back(question)
    ways = interpretations(question, [Turn("user", GOAL)], reader, as_of=today, around=around)
    assert ways[0] == expected


def test_a_turn_that_was_refused_leaves_topic_and_place(reader: QuestionReader, today: date) -> None:
    turns = [
        Turn("user", "内蒙古要建几个示范性实训基地"),
        Turn("assistant", "建设10个自治区级示范性职业技能实训基地[1]。"),
        Turn("user", "呼伦贝尔分几个"),
        Turn("assistant", "内蒙古自治区的现有文件没有写明具体数量。"),
    ]
    assert standalone("产教融合型企业呢", turns, reader, as_of=today) == "内蒙古要建几个产教融合型企业"


def test_what_the_assistant_said_is_not_the_question(reader: QuestionReader, today: date) -> None:
    turns = [Turn("user", GOAL), Turn("assistant", "北京赣鄱工匠文号是多少[1]"), Turn("assistant", "")]
    assert standalone("那内蒙古呢", turns, reader, as_of=today) == "内蒙古高技能人才目标是多少"


def test_a_long_history(reader: QuestionReader, today: date) -> None:
    turns = [Turn("user", "江西赣鄱工匠几年评一次"), *[Turn("user", GOAL)] * 60]
    assert standalone("那遵义呢", turns, reader, as_of=today) == "遵义高技能人才目标是多少"


@pytest.mark.parametrize("question", ["那内蒙古呢", "由谁负责", GOAL])
def test_ways_differ(reader: QuestionReader, today: date, question: str) -> None:
    ways = interpretations(question, [Turn("user", GOAL)], reader, as_of=today)
    assert ways and len(set(ways)) == len(ways)


@pytest.mark.parametrize("unit", ["好的", "需要", "没有", "有没有", "目标是", "怎么样", "还有", "不是,", "刚才"])
def test_repeated_words_are_read_at_once(reader: QuestionReader, today: date, unit: str) -> None:
    text = unit * 300 + "龙"
    turns = [Turn("user", GOAL), Turn("user", text), Turn("user", f"{GOAL}{text}")]
    assert interpretations(text, turns, reader, as_of=today)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("遵义哪里能学养老护理员", "遵义学养老护理员"),
        ("辽宁培训的钱从哪来", "辽宁培训的钱"),
        ("辽宁有机构骗培训补贴,会怎么处理", "辽宁有机构骗培训补贴"),
        ("江西看培训机构办得好不好,主要看什么", "江西看培训机构"),
        ("内蒙古雨露计划还搞不搞", "内蒙古雨露计划"),
        ("数字技能培训都教些什么", "数字技能培训"),
        ("学徒制是哪里在推", "学徒制"),
        ("辽宁的技工大学多少家", "辽宁的技工大学"),
        ("辽宁退役军人怎么培训", "辽宁退役军人培训"),
        ("遵义县里的示范培训班一年办几次", "遵义县里的示范培训班"),
        ("江西补贴标准是多少", "江西补贴"),
        ("企业给职工买社保吗", "企业给职工买社保"),
        ("多少", "多少"),
    ],
)
def test_subject(question: str, expected: str) -> None:
    assert subject_of(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("养犬条例什么时候施行", "什么时候施行"),
        ("江西竞赛基地要建多少家", "要建多少家"),
        ("辽宁退役军人能免费培训吗", ""),
    ],
)
def test_what_a_question_asks(question: str, expected: str) -> None:
    assert asking_of(question) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高技能的呢?", "高技能的"),
        ("老婆孩子呢", "老婆孩子"),
        ("装备制造那块呢", "装备制造"),
        ("谁负责", ""),
        ("能报名吗", ""),
        ("预付卡那个呢", "预付卡"),
        ("到期没打会咋样", ""),
        ("呢", ""),
    ],
)
def test_fragment(text: str, expected: str) -> None:
    assert fragment(text) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("history", "question", "outcome", "said"),
    [
        (["遵义白酒酿造工在哪些县培训"], "这个归谁管?", "answered", "责任单位"),
        (["江西多久评一次赣鄱工匠", "每次评几个人"], "谁牵头?", "answered", "省人力资源社会保障厅"),
        (["江西农民工一年培训多少"], "哪一条写的?", "answered", "围绕重点群体开展职业技能培训"),
        (["江西农民工一年培训多少", "北京呢"], "原文怎么说的", "answered", "年培训农民工30万人次以上"),
        (["遵义对质量差的培训机构怎么办"], "再说一遍,没看清", "answered", "清退"),
        (["遵义方案的文号是多少"], "什么时候发的", "answered", "2024年5月25日"),
        (["辽宁技能人才总量要到多少", "高技能的呢?"], "之前五年末是多少", "answered", "121.5万"),
        (["辽宁技能人才总量要到多少", "之前五年末是多少"], "原文呢", "answered", "490万"),
        (["江西农民工一年培训多少"], "那北京呢?", "refused", "北京"),
        (["江西创业培训主要给谁"], "我58岁还能参加不", "refused", ""),
        (["遵义自学考证给不给补"], "具体能拿几块钱", "refused", "没有写明具体金额"),
        (["今天天气不错"], "还有呢?", "refused", ""),
        (["辽宁2020年底高技能人才总量多少"], "只要数字", "answered", "其中高技能人才121.5万人[1]。"),
        (["遵义职业院校每年至少要培训多少人"], "为什么这么规定", "partial", "没有写明为什么"),
        (["内蒙古技能强企计划有哪些措施"], "第二条是什么", "answered", "协商一致灵活调整工作时间"),
        (["内蒙古技能强企计划有哪些措施", "第二条是什么"], "刚才说的第四条呢", "answered", "直接认定"),
        (["辽宁十四五农民工要培训多少人"], "江西呢", "answered", "30万人次"),
        (["辽宁康养培训有补贴不"], "都培训啥", "answered", "养老护理"),
        (["辽宁省级技能大师工作站建多少"], "现在有多少了", "answered", "138家"),
        (["技能人才占就业人口比例目标"], "现在是多少", "partial", "没有写现在的情况"),
        # the talk goes on from what its answers spoke of
        (["江西高级工的待遇怎么定", "赣鄱工匠几年评一次"], "每次评多少名", "answered", "100名"),
        (["遵义县里的示范培训班一年办几次", "教啥工种"], "哪些人能上", "answered", "灵活就业人员"),
        (["辽宁新型学徒制多少人次", "哪些职工能参加"], "内蒙古的对谁", "answered", "学徒制"),
        (["家在辽宁种地,想学门手艺"], "那要花钱不", "answered", "免费"),
        (["遵义方案的文号是多少"], "什么时候印的", "answered", "2024年5月25日"),
        (["辽宁农民工要培训多少人", "江西呢"], "这两个哪个多", "answered", "25万"),
        # a county has no sum of its own
        # what is said again does not answer
        (["辽宁重点帮扶县有几个"], "是哪几个县", "refused", "没有逐一列出名称"),
        (["辽宁跟国外有培训合作吗"], "具体是跟哪几个国家", "refused", "没有逐一列出名称"),
        (["遵义校企合作2025年要做到啥样"], "是和哪几家企业签的", "refused", "没有逐一列出名称"),
        (["遵义市级培训基地建在哪些地方"], "是哪几个县", "answered", "红花岗区、正安县"),
        (["遵义企业办职业教育能抵税费吗"], "抵的是哪两个费", "answered", "教育费附加和地方教育附加"),
        (["凤冈跟珠海哪个区结对子"], "播州呢", "refused", "没有找到能直接回答"),
        (["凤冈跟珠海哪个区结对子"], "湄潭呢", "answered", "湄潭县与斗门区"),
        (["江西企业的教育培训经费多少得花在一线", "不按规定提会咋样"], "要罚款多少", "partial", "没有写明具体金额"),
        (["辽宁省级示范基地要建几个"], "盖这些要投多少亿", "refused", "没有写明具体金额"),
        (["辽宁的职业技能培训中心都能干啥"], "沈阳那个在什么路上", "refused", "地点"),
        (["辽宁培训的钱从哪出", "内蒙古呢"], "这两家哪个投得最多", "refused", "没有写明具体金额"),
        # the talk keeps its topic
        (["江西什么人能开技能大师工作室"], "给钱支持不", "answered", "给予资金支持"),
        (["江西钢铁厂去产能下来的工人怎么弄"], "免费的吗", "answered", "免费"),
        (["辽宁有机构骗培训补贴,会怎么处理"], "平时都用什么办法查", "answered", "第三方专项审计"),
        (["数字技能培训都教些什么", "辽宁的农民能学不"], "遵义的呢", "refused", "没有提到“数字技能培训”"),
        (["内蒙古退伍的能参加啥培训", "能去外地学吗"], "那妇女呢", "answered", "女性"),
    ],
)
def test_follow_ups(assistant: Assistant, history: list[str], question: str, outcome: str, said: str) -> None:
    turns: list[Turn] = []
    for text in history:
        turns += [Turn("user", text), Turn("assistant", assistant.ask(text, history=turns).answer)]
    answer = assistant.ask(question, history=turns)
    assert answer.outcome == outcome, answer
    assert said in answer.answer


@pytest.mark.slow
def test_more_says_what_was_not_said(assistant: Assistant) -> None:
    question = "辽宁数字技能培训有哪些内容"
    first = assistant.ask(question)
    turns = [Turn("user", question), Turn("assistant", first.answer)]
    more = assistant.ask("还有呢?", history=turns)
    assert more.outcome == "answered"
    assert not {c.quote for c in more.citations} & {c.quote for c in first.citations}
