"""What conditions and names of groups ask of a person, over phrasings as notices and laws write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.facts.conditions import (
    GRADUATION,
    WORKING_OR_SEEKING,
    Requirement,
    read_condition,
    read_group,
)

ALPHABET = (
    "年满未不超过以上下内周岁十六0123456789男女离校毕业年度未就业失业登记取得高级工证书"
    "户籍本市的、,，和或并且(（)）含人员职工劳动者培训符合条件有意愿"
)


def told(requirements: tuple[Requirement, ...]) -> list[str]:
    """Requirements in short: ``age 16..60``, ``employment 失业``, ``statement 有创业意愿``."""
    return [_told(one) for one in requirements]


def _told(one: Requirement) -> str:
    bounds = "" if one.low is None and one.high is None else f"{_number(one.low)}..{_number(one.high)}"
    what = bounds or "/".join(one.values) or one.words
    return f"{one.kind} {'not ' if one.negated else ''}{what}"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # bounds hold the number itself, except with 未满, 不满, 不足 and 超过
        ("年满16周岁", "age 16.."),
        ("已满十八周岁", "age 18.."),
        ("16周岁以上", "age 16.."),
        ("60周岁及以上", "age 60.."),
        ("65岁(含)以上", "age 65.."),
        ("45周岁以下", "age ..45"),
        ("年龄在45周岁(含)以下", "age ..45"),
        ("不超过35周岁", "age ..35"),
        ("超过60周岁", "age 61.."),
        ("未满16周岁", "age ..15"),
        ("不满十八周岁", "age ..17"),
        ("16-24岁", "age 16..24"),
        ("十六至六十周岁", "age 16..60"),
        ("16周岁至60周岁", "age 16..60"),
        ("16周岁以上60周岁以下", "age 16..60"),
        ("十六周岁以上不满十八周岁", "age 16..17"),
        ("年满18周岁、45周岁以下", "age 18..45"),
        ("未成年人", "age ..17"),
    ],
)
def test_ages(words: str, expected: str) -> None:
    assert told(read_condition(words)) == [expected]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # the upper end of the working age is not for this program to know
        ("处于法定劳动年龄内", ["age 16..", "authority 法定劳动年龄内"]),
        ("距法定退休年龄不足5年", ["authority 距法定退休年龄不足5年"]),
        ("男满六十周岁、女满五十周岁", ["authority 男满六十周岁、女满五十周岁"]),
        (
            "劳动年龄段内(男16-60周岁,女16-55周岁)有培训意愿",
            ["authority 劳动年龄段内(男16-60周岁,女16-55周岁)", "statement 有培训意愿"],
        ),
        # the age of somebody else
        ("抚养未满16周岁子女", ["authority 抚养未满16周岁子女"]),
        ("侵害未成年人合法权益", ["authority 侵害未成年人合法权益"]),
    ],
)
def test_ages_that_are_not_compared(words: str, expected: list[str]) -> None:
    assert told(read_condition(words)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("取得职业资格证书", "certificate 1.."),
        ("取得职业技能等级证书", "certificate 1.."),
        ("取得技师以上职业资格证书", "certificate 4.."),
        ("获得高级工及以上职业技能等级证书", "certificate 3.."),
        ("取得高级工证书", "certificate 3..3"),
        ("取得初级(五级)、中级(四级)、高级(三级)职业资格证书或职业技能等级证书", "certificate 1..3"),
        ("持有高级技师职业资格证书", "certificate 5..5"),
        # these are no skill certificates
        ("取得工程技术类高级职称", "statement 取得工程技术类高级职称"),
        ("取得培训合格证书", "statement 取得培训合格证书"),
        ("取得特种作业操作证", "statement 取得特种作业操作证"),
    ],
)
def test_certificates(words: str, expected: str) -> None:
    assert told(read_condition(words)) == [expected]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("累计缴纳失业保险费36个月(含36个月)以上", "insured 36.."),
        ("失业保险累计缴费满三年", "insured 36.."),
        ("缴纳失业保险费满12个月", "insured 12.."),
        ("参加失业保险不满1年", "insured ..11"),
        ("具有本市户籍", "residence 具有本市户籍"),
        ("遵义籍", "residence 遵义"),
        ("非本市户籍", "residence not 非本市户籍"),
    ],
)
def test_insurance_and_residence(words: str, expected: str) -> None:
    assert told(read_condition(words)) == [expected]


@pytest.mark.parametrize(
    ("words", "employment"),
    [
        ("处于失业状态", ("登记失业", "失业")),
        ("登记失业", ("登记失业",)),
        ("办理失业登记", ("登记失业",)),
        ("未就业", ("登记失业", "失业", "未就业")),
        ("灵活就业", ("灵活就业",)),
        ("自主创业", ("自主创业",)),
        ("从事个体经营", ("自主创业",)),
        ("在岗", ("在职",)),
        ("在校", ("在校",)),
        ("已退休", ("退休",)),
    ],
)
def test_work(words: str, employment: tuple[str, ...]) -> None:
    assert [(one.kind, one.values) for one in read_condition(words)] == [("employment", employment)]


@pytest.mark.parametrize(
    ("words", "graduation"),
    [
        ("毕业年度", GRADUATION[1:3]),
        ("应届", GRADUATION[1:3]),
        ("离校2年内", GRADUATION[2:5]),
        ("三年内离校", GRADUATION[2:6]),
        ("毕业2年以内", GRADUATION[2:5]),
        ("离校", GRADUATION[2:]),
    ],
)
def test_graduation(words: str, graduation: tuple[str, ...]) -> None:
    assert [(one.kind, one.values) for one in read_condition(words)] == [("graduation", graduation)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # several conditions in one
        ("离校2年内未就业", ["graduation", "employment"]),
        ("有创业意愿和培训需求并具备一定创业条件", ["statement", "statement", "authority"]),
        ("通过初次职业技能鉴定并取得职业资格证书", ["statement", "certificate"]),
        ("依法参加失业保险,累计缴纳失业保险费36个月以上", ["statement", "insured"]),
        ("处于失业状态且未达到领取失业保险金条件", ["employment", "authority"]),
        ("年满16周岁、处于法定劳动年龄内", ["age", "age", "authority"]),
        # one or the other is more than one requirement can say
        ("准备创业和创业初期", ["statement"]),
        # for others to judge
        ("符合条件", ["authority"]),
        ("做出突出贡献", ["authority"]),
        ("经认定合格", ["authority"]),
        ("信用记录良好", ["authority"]),
        ("招用毕业年度高校毕业生", ["authority"]),
        ("纳入产教融合型企业建设培育范围", ["authority"]),
        # how long is no work status of its own
        ("登记失业6个月以上", ["statement"]),
        # facts of one's own
        ("即将退役", ["statement"]),
        ("接受职业教育", ["statement"]),
        ("参加职业技能培训", ["statement"]),
        ("城乡未继续升学", ["statement"]),
        ("签订1年以上劳动合同", ["statement"]),
        ("", []),
    ],
)
def test_conditions_by_kind(words: str, expected: list[str]) -> None:
    assert [one.kind for one in read_condition(words)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("退役军人", ["group 退役军人"]),
        ("城乡贫困劳动力", ["group 贫困劳动力"]),
        ("脱贫家庭(含监测对象家庭)", ["group 脱贫家庭/监测对象家庭"]),
        ("困难职工家庭成员", ["group 困难职工家庭"]),
        ("其他青年群体", ["group 青年"]),
        ("高校、职业院校毕业生", ["group 高校、职业院校毕业生/高校毕业生/职业院校毕业生"]),
        (
            "离校2年内未就业高校毕业生",
            [
                "graduation 毕业年度已离校/离校1年内/离校2年内",
                "employment 登记失业/失业/未就业",
                "group 高校毕业生",
            ],
        ),
        ("应届初高中毕业生", ["graduation 毕业年度未离校/毕业年度已离校", "group 初高中毕业生"]),
        ("毕业年度在校生(含技师学院高级工班)", ["graduation 毕业年度未离校/毕业年度已离校", "employment 在校"]),
        ("脱贫未就业劳动力", ["employment 登记失业/失业/未就业", "group 脱贫劳动力"]),
        ("遵义籍务工人员", ["residence 遵义", "group 务工人员"]),
        ("80周岁以上老年人", ["age 80..", "group 老年人"]),
        ("16-24岁失业青年", ["age 16..24", "employment 登记失业/失业", "group 青年"]),
        ("登记失业半年以上人员", ["statement 登记失业半年以上", "employment 登记失业"]),
        ("有意愿从事康养服务的各类人员", ["statement 有意愿从事康养服务"]),
        ("准备外出就业青年农民工", ["statement 准备外出就业", "group 青年农民工"]),
        ("优秀高技能人才", ["authority 优秀", "group 高技能人才"]),
        ("高级技师", ["certificate 5..5"]),
        ("高级工以上技能人才", ["certificate 3.."]),
        ("企业职工", ["employment 在职"]),
        ("失业人员", ["employment 登记失业/失业"]),
        ("城乡劳动者", [f"employment {'/'.join(WORKING_OR_SEEKING)}"]),
        ("参训人员", ["statement 参训人员"]),
        (
            "职业院校和职业培训机构的骨干教师",
            ["group 职业院校和职业培训机构的骨干教师/职业院校教师/职业培训机构的骨干教师"],
        ),
        ("农民工(不含外籍人员)", ["group 农民工", "group not 外籍人员"]),
        # nobody can say of themselves that they are meant
        ("重点群体", ["authority 重点群体"]),
        ("五类人员", ["authority 五类人员"]),
        ("其配偶", ["authority 其配偶"]),
    ],
)  # fmt: skip
def test_groups(name: str, expected: list[str]) -> None:
    assert told(read_group(name)) == expected


@given(st.text(alphabet=ALPHABET, max_size=60))
@settings(max_examples=300, deadline=None)
def test_words_stand_in_what_was_read(words: str) -> None:
    plain = words.replace("“", "").replace("”", "")
    for one in (*read_condition(words), *read_group(words)):
        assert one.words in plain
        assert one.low is None or one.high is None or one.kind in ("age", "certificate")
        assert one.kind in ("statement", "authority") or one.values or one.low is not None or one.high is not None
