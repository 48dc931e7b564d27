"""Names of the measures as reports show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's ``key``, its Chinese ``label``, what it says, and whether a higher value is the better one."""

    key: str
    label: str
    about: str
    higher_is_better: bool = True


CATALOGUE = (
    Measure("correct", "正确率", "结果类别可接受、要点齐全、没有禁用内容,并引到正确条款"),
    Measure("correct_answer", "回答正确率", "同上,但不看引用"),
    Measure("outcome", "结果类别", "回答、部分回答、拒答、反问的判断可接受"),
    Measure("gold_answers", "要点命中", "标准答案的要点在回答里出现的比例"),
    Measure("number_exact", "数字准确", "含数字的要点原样出现的比例"),
    Measure("exact_match", "完全一致", "回答与标准引文完全相同"),
    Measure("char_f1", "字符 F1", "回答与标准引文按字的重合"),
    Measure("rouge_l", "ROUGE-L", "回答与标准引文的最长公共子序列"),
    Measure("forbidden", "禁用内容", "出现了别处的数字等不该有的内容", higher_is_better=False),
    Measure("citation_precision", "引用准确率", "引用的条款含有标准引文的比例"),
    Measure("citation_recall", "引用召回率", "应引的文件被正确引到的比例"),
    Measure("citation_hit", "引到正确条款", "至少有一处引用正确"),
    Measure("clause_identity", "条款编号相符", "引用的条款编号存在,且引文就在这一条里"),
    Measure("verbatim", "逐字一致", "引文与原文逐字相同、位置无误"),
    Measure("refusal_precision", "拒答准确率", "拒答或反问的问题里确实不该回答的比例"),
    Measure("refusal_recall", "拒答召回率", "不该回答的问题里被拒答或反问的比例"),
    Measure("refusal_f1", "拒答 F1", "以上两项的调和平均"),
    Measure("region_confusion", "地区张冠李戴", "引用了与所问地区无关的地区", higher_is_better=False),
    Measure("unsupported_number", "数字没有出处", "回答里有引文没有的数字", higher_is_better=False),
    Measure("stale_citation", "引用已过期", "引用了规划期已过或已失效的文件", higher_is_better=False),
    Measure("stale_unsaid", "过期未说明", "引用了过期文件而没有提示", higher_is_better=False),
    Measure("opening_turn", "首轮正确率", "多轮对话第一轮"),
    Measure("later_turn", "后续轮正确率", "多轮对话第二轮起"),
    Measure("whole_dialogue", "整段对话正确率", "每一轮都正确的对话"),
    Measure("nDCG@10", "nDCG@10", "检索前十条的排序质量"),
    Measure("R@5", "R@5", "前五条找全相关条款的比例"),
    Measure("R@10", "R@10", "前十条找全相关条款的比例"),
    Measure("RR", "MRR", "第一条相关条款名次的倒数"),
    Measure("Success@1", "首条命中", "第一条就是相关条款"),
    Measure("Success@5", "前五条命中", "前五条里有相关条款"),
    Measure("error", "出错", "系统报错或没有返回", higher_is_better=False),
)
"""Every measure, in the order of reports."""

BY_KEY = {measure.key: measure for measure in CATALOGUE}
