from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorruptIndex
from indexer.dictionary import Dictionary
from indexer.spelling import ASKING, Change, Correction, Speller

INDEX = {
    "高技能人才": 30, "技能人才": 40, "人才": 20, "职业培训": 20, "职业技能培训": 30, "培训": 90, "军人": 5,
    "退役军人": 9, "补贴": 30,
    "培训补贴": 9, "赣鄱": 3, "赣鄱工匠": 3, "工匠": 5, "学徒制": 9, "新型学徒制": 9, "新型": 4, "证书直补": 3,
    "证书": 20, "遵义": 30,
    "遵义市": 20, "内蒙古": 30, "江西": 30, "辽宁": 40, "目标": 20, "产业": 20, "吉他": 1, "人次": 20, "实训基地": 9,
    "公共实训基地": 8,
    "技工院校": 9, "职业院校": 12, "国家级": 9, "省级": 9, "市级": 7, "年均": 2, "累计": 5, "农民工": 12,
    "创业培训": 9, "以工代赈": 2,
    "技能大师": 9, "技能大师工作室": 8, "技能大师工作站": 7, "技能等级": 9, "白酒": 4, "白酒产业": 3, "品酒师": 2,
    "培训质量": 4,
    "质量": 9, "数量": 4, "再就业": 4, "再就业培训": 3, "公办": 2, "民办": 2, "非学历": 2, "学历": 2, "新增": 9,
    "其他": 9, "山东": 1, "职教": 3, "较大": 3, "建议": 3,
    "app": 3, "贵阳": 0, "山西": 0, "大师": 5, "桐梓县": 3, "机构": 9, "工种": 5, "公众": 5,
}  # fmt: skip
SPELLER = Speller.build(INDEX)
DICTIONARY = Dictionary.build()

NO_SLIP = st.text(alphabet="0123456789,。?!〔〕《》 %-", max_size=30)
SCRIPT = "高技能人才及培训讯补帖贴赣翻鄱工匠遵义意省市一二三 zunyigaojneg'’ü“”《》〔〕2024号,?A"
ANY = st.text(alphabet=st.sampled_from(SCRIPT), max_size=30)


def corrected(text: str, speller: Speller = SPELLER) -> str:
    return speller.correct(text, DICTIONARY).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # homophones
        ("遵义高及能人才目标", "遵义高技能人才目标"),
        ("职业培讯有没有", "职业培训有没有"),
        ("退役君人能学什么", "退役军人能学什么"),
        ("补帖有多少", "补贴有多少"),
        # turned round
        ("农民工训培目标多少人次", "农民工培训目标多少人次"),
        ("江西农民工补贴准标多少", "江西农民工补贴标准多少"),
        ("遵意证书直捕", "遵义证书直补"),
        ("创叶培训都教哪些", "创业培训都教哪些"),
        ("以工代震的工地", "以工代赈的工地"),
        ("内蒙谷要新增多少", "内蒙古要新增多少"),
        ("江溪的培训", "江西的培训"),
        ("桶梓县的培训", "桐梓县的培训"),
        ("公共时训基地", "公共实训基地"),
        # a wrong, a doubled, a missing character, two swapped
        ("赣翻工匠奖金多少", "赣鄱工匠奖金多少"),
        ("职业技能能培训", "职业技能培训"),
        ("高高技能人才", "高技能人才"),
        ("新型学徒徒制", "新型学徒制"),
        ("职业技培训多少人次", "职业技能培训多少人次"),
        ("新型徒制", "新型学徒制"),
        ("高能技人才", "高技能人才"),
        # across the border of two words, and words of asking
        ("外卖员有培吗训", "外卖员有培训吗"),
        ("遵义些哪补贴", "遵义哪些补贴"),
        ("补贴少多", "补贴多少"),
        ("培训要完成少人次", "培训要完成多少人次"),
        ("重点是些人", "重点是哪些人"),
        ("省级级工匠要评多少", "省级工匠要评多少"),
        ("培训训任务谁来定", "培训任务谁来定"),
        # a word that only the general dictionary knows
        ("我哥表能参加吗", "我表哥能参加吗"),
        ("我有见意", "我有意见"),
        ("公共训实基地", "公共实训基地"),
    ],
)
def test_slips_are_read_as_words_of_the_index(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zunyi gao jineng rencai mubiao shi duoshao", "遵义高技能人才目标是多少"),
        ("zunyigaojinengrencaimubiaoshiduoshao", "遵义高技能人才目标是多少"),
        ("Zun yi gao ji neng ren cai", "遵义高技能人才"),
        ("遵义 gaojineng 人才", "遵义高技能人才"),
        ("遵义gaojinengrencai有多少", "遵义高技能人才有多少"),
        ("zunyi jita chanye yao peixun duoshao ren", "遵义吉他产业要培训多少人"),
        ("nei menggu dao 2025 nian butie duoshao", "内蒙古到2025年补贴多少"),
        ("liaoning nongmingong peixun, duoshao renci?", "辽宁农民工培训, 多少人次?"),
        ("zunyi APP peixun", "遵义 APP 培训"),
        ("zunyi app peixun", "遵义 app 培训"),
        ("guiyang peixun duoshao", "贵阳培训多少"),  # a place of no document is read, so that it can be refused
        ("zunyi xyz peixun duoshao", "遵义 xyz 培训多少"),
        ("nong'mingong peixun", "农民工培训"),
    ],
)
def test_pinyin_is_read_as_words(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        # another subject
        "内蒙古吉他产业培训多少人", "其他产业", "技能人才目标", "高技能人才目标", "辽宁", "山东有多少", "山西有多少",
        "年均多少", "累计多少",
        "国家级几个", "省级几个", "市级几个", "职业院校", "技工院校", "酱酒产业", "白酒产业", "品茶师培训", "评茶员",
        "康养培训",
        "技能大师工作站", "技能大师工作室", "培训数量", "培训质量", "学历教育", "非学历教育", "公办学校", "民办学校",
        "公办院校",
        # a qualifier or a figure
        "搞技能人才", "低技能人才", "新技能人才", "非技能人才", "无技能人才", "新增多少", "在就业培训方面", "就业培训",
        "县级几个",
        "十四五期间", "十三五末", "三年多少", "两年多少", "12万人次", "1/3", "60%", "不新增", "未新增", "初级技能等级",
        "老型学徒制",
        # single characters side by side that sound like a word of the index
        "劳动预备制教的是哪类工种", "天天忙得脚打后脑壳",
        # words that no index has, words that the dictionary knows
        "高机能人才",
        "育婴员怎么考", "宝妈想学插花", "月嫂班", "送外卖的能参加吗", "茶艺师", "放羊的有什么扶持", "培训费谁出",
        "培训证怎么拿",
        "培训班几期", "培训点在哪", "职业病防治", "海椒种植", "新蒲新区", "我们村都是种海椒的", "湄潭县", "道真县",
        "赣州市", "赣剧",
        # particles inside a word, one word after another, reduplication, short forms, words newer than the dictionary
        "捐了款能退吗", "犯了规怎么罚", "献过血的", "谁先接谁管到底", "生活费里哪一块", "山山水水", "再试试看",
        "至少几个", "不少人", "有些人", "这些证", "教些啥", "多领些吗",
        "多养了一条狗", "就进了青岛一家敬老院", "劝了不听", "打小听不见", "抗疫一线", "卫健部门", "交强险",
        "堂食", "街镇", "带薪假", "稳就业", "十五五期间",
        # places, numbers, quotations
        "遵府办函〔2024〕19号", "《高及能人才规划》讲什么", "“补帖”是什么", "叫“职业培讯”的", '"peixun"', "吉林",
        "河南", "湖南",
        # Latin words
        "APP", "AI 培训", "IT 行业", "5G", "LN 十四五", "hello world", "how are you", "men", "you", "python 培训",
        "online", "gongzhong",
        "peixun for all of the people in this town", "ABC", "",
    ],
)  # fmt: skip
def test_what_is_right_or_unclear_stays(text: str) -> None:
    assert SPELLER.correct(text, DICTIONARY) == Correction(text, ())


def test_two_equally_good_words_leave_the_text_alone() -> None:
    speller = Speller.build({"训练营": 3, "训练赢": 3})

    assert corrected("训练盈", speller) == "训练盈"
    assert corrected("训练盈", Speller.build({"训练营": 6, "训练赢": 3})) == "训练营"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("初中毙业能学什么", "初中毕业能学什么"), ("银杭的贷款", "银行的贷款"), ("宝妈蹲在家里", "宝妈蹲在家里")],
)
def test_a_rare_character_is_read_as_one_that_makes_a_general_word(typed: str, meant: str) -> None:
    assert corrected(typed, Speller.build({"必须": 3, "航空": 3, "顿时": 3})) == meant


def test_a_word_without_a_count_is_read_from_pinyin_only() -> None:
    speller = Speller.build({"鄱阳湖": 0})

    assert corrected("poyanghu", speller) == "鄱阳湖"
    assert corrected("鄱羊湖", speller) == "鄱羊湖"


def test_changes_tell_what_was_typed_and_where() -> None:
    assert SPELLER.correct("遵意 gaojineng 人才的补帖", DICTIONARY).changes == (
        Change(0, 2, "遵意", "遵义"),
        Change(2, 13, " gaojineng ", "高技能"),
        Change(16, 18, "补帖", "补贴"),
    )


def test_a_saved_speller_corrects_the_same(tmp_path: Path) -> None:
    SPELLER.save(tmp_path / "spelling.tsv")
    again = Speller.load(tmp_path / "spelling.tsv")

    for text in ("高及能人才", "zunyi app peixun", "赣翻工匠", "重庆", "guiyang peixun"):
        assert again.correct(text, DICTIONARY) == SPELLER.correct(text, DICTIONARY)
    again.save(tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_bytes() == (tmp_path / "spelling.tsv").read_bytes()


@pytest.mark.parametrize(
    "content",
    ["word\t高技能人才\t3\n", "word\t人才\tx\tren cai\n", "word\t人才\t3\tren\n", "other\tx\n", "word\n", "\n"],
)
def test_a_damaged_table_is_an_error_with_a_hint(tmp_path: Path, content: str) -> None:
    path = tmp_path / "spelling.tsv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CorruptIndex, match=re.escape("spelling.tsv")) as error:
        Speller.load(path)
    assert error.value.hint


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorruptIndex):
        Speller.load(tmp_path / "spelling.tsv")


def test_a_speller_over_nothing_knows_how_to_ask() -> None:
    assert corrected("shi duoshao", Speller.build({})) == "是多少"
    assert len(set(ASKING)) == len(ASKING)


def test_a_speller_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SPELLER._latin = frozenset()  # type: ignore[misc]


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_changes_fit_the_text(text: str) -> None:
    correction = SPELLER.correct(text, DICTIONARY)

    position, pieces = 0, []
    for change in correction.changes:
        assert position <= change.start < change.end
        assert text[change.start : change.end] == change.wrong != change.right
        pieces += [text[position : change.start], change.right]
        position = change.end
    assert "".join(pieces) + text[position:] == correction.text
    assert [c for c in correction.text if c.isdigit()] == [c for c in text if c.isdigit()]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_accepted(text: str) -> None:
    assert SPELLER.correct(text, DICTIONARY).text or not text


@settings(deadline=None)
@given(st.lists(st.sampled_from([w for w in INDEX if w != "app"]), max_size=6), NO_SLIP)
def test_words_of_the_index_stay(words: list[str], between: str) -> None:
    text = f"“{between}”" + ",".join(words)

    assert corrected(text) == text
