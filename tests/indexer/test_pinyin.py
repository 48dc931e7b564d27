from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import CorruptIndex
from indexer.dictionary import Dictionary
from indexer.lexicon import Lexicon
from indexer.pinyin import GeneralWords
from indexer.spelling import Speller

INDEX = {
    "江西": 30, "内蒙古": 30, "遵义": 30, "辽宁": 40, "职业培训": 20, "补贴": 30, "人次": 20, "高技能人才": 30,
    "技能大师工作室": 8, "证书直补": 3, "退一补一": 3, "农民工": 12, "职称": 4, "支撑": 3, "工种": 5, "公众": 5,
    "交叉": 1, "教师": 9, "app": 3, "成都": 0, "山西": 0, "陕西": 0, "益阳": 0, "西安": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary.build()


@pytest.fixture(scope="module")
def speller(dictionary: Dictionary, tmp_path_factory: pytest.TempPathFactory) -> Speller:
    path = tmp_path_factory.mktemp("dictionary") / "pinyin.tsv"
    GeneralWords.build(dictionary, Lexicon.load().words()).save(path)
    return Speller.build(INDEX, general=path)


def corrected(text: str, speller: Speller, dictionary: Dictionary) -> str:
    return speller.correct(text, dictionary).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # whole questions: words apart, syllables apart, nothing apart
        ("jiangxi zhixiao laoshi neng chuguo xuexi ma", "江西职校老师能出国学习吗"),
        ("jiang xi zhi xiao lao shi neng chu guo xue xi ma", "江西职校老师能出国学习吗"),
        ("jiangxizhixiaolaoshinengchuguoxuexima", "江西职校老师能出国学习吗"),
        ("nei menggu dao 2025 nian butie peixun duoshao renci", "内蒙古到2025年补贴培训多少人次"),
        ("zunyi siren ban de peixun xuexiao", "遵义私人办的培训学校"),
        ("liaoning tuiwubing canjia peixun yao jiaoqian ma", "辽宁退伍兵参加培训要交钱吗"),
        ("zunyi nali you youeryuan", "遵义哪里有幼儿园"),
        # mixed with characters and digits
        ("高技能rencai", "高技能人才"),
        ("孩子上youeryuan了", "孩子上幼儿园了"),
        ("一共12 wan renci", "一共12万人次"),
        ("2025nianmo完成多少", "2025年末完成多少"),
        # what speech means: counting and asking, plans, certificates
        ("peixun ji dian kaishi", "培训几点开始"),
        ("jiangxi guanbuguan", "江西管不管"),
        ("liaoning shierwu mubiao", "辽宁十二五目标"),
        ("kao zheng de butie", "考证的补贴"),
        # a place that no document is about is still that place where a question begins
        ("chengdu butie duoshao", "成都补贴多少"),
        ("jiangxi he liaoning bu yiyang ma", "江西和辽宁不一样吗"),
        # names in quotation marks
        ("“zhengshu zhibu”是什么", "“证书直补”是什么"),
        ("“tuiyibuyi”啥意思", "“退一补一”啥意思"),
    ],
)
def test_pinyin_is_read_by_use(typed: str, meant: str, speller: Speller, dictionary: Dictionary) -> None:
    assert corrected(typed, speller, dictionary) == meant


@pytest.mark.parametrize(
    "text",
    [
        # other languages and names
        "hello", "hello world", "how are you", "what can you do for me", "where is the training centre", "men", "you",
        "python 培训", "java 开发", "online 课程", "excel 怎么学", "made in China", "iPhone 维修", "office 软件",
        "app", "APP 培训", "AI 培训", "IT 行业", "5G 基站", "LN 十四五", "www.baidu.com", "vip 会员", "LaTeX", "gjj",
        "bonjour", "machine learning 工程师", "China", "Windows 系统", "the", "B2B 平台",
        # two words or places as good as each other
        "gongzhong", "shanxi",
        # quotations that name nothing the index has
        '"peixun"', "“laoshi”是什么意思", "《guihua》",
        # Chinese
        "江西职校老师能出国学习吗", "孩子上幼儿园了", "到2025年补贴培训多少人次", "西安的补贴", "益阳一样吗",
    ],
)  # fmt: skip
def test_what_is_no_pinyin_or_unclear_stays(text: str, speller: Speller, dictionary: Dictionary) -> None:
    assert corrected(text, speller, dictionary) == text


def test_of_two_places_neither_is_read(speller: Speller, dictionary: Dictionary) -> None:
    assert corrected("shanxi nongmingong peixun butie duoshao", speller, dictionary) == "shanxi 农民工培训补贴多少"


def test_general_words_are_saved_and_loaded(dictionary: Dictionary, tmp_path: Path) -> None:
    words = GeneralWords.build(dictionary)
    words.save(tmp_path / "pinyin.tsv")

    assert GeneralWords.load(tmp_path / "pinyin.tsv") == words
    assert GeneralWords.load(tmp_path / "none.tsv") == GeneralWords((), 0)


@pytest.mark.parametrize("content", ["", "x\n", "9\n老师\t3\n", "9\n老师\tx\tlao shi\n"])
def test_a_damaged_file_is_an_error_with_a_hint(content: str, tmp_path: Path) -> None:
    (tmp_path / "pinyin.tsv").write_text(content, encoding="utf-8")

    with pytest.raises(CorruptIndex) as error:
        GeneralWords.load(tmp_path / "pinyin.tsv")
    assert error.value.hint
