"""The HTTP contract as schemas: they check what comes in and describe what goes out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.self_check import (
    MAX_AGE,
    MAX_GROUPS,
    MAX_MONTHS,
    MAX_STATEMENTS,
    MAX_TERM,
    Certificate,
    Profile,
    certificate_level,
)
from corpus.facts.conditions import Employment, Graduation
from corpus.model import RelationKind
from corpus.validity import State
from ui.feedback import MAX_CLAUSES, MAX_REASON, Verdict
from ui.service import MAX_QUESTION, MAX_TURNS

Day = date
MAX_REGION = 50
MAX_CONTENT = 8000

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
RegionName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REGION)]


class Strict(BaseModel):
    """A schema in which an unknown field is an error, so that a typo is told."""

    model_config = ConfigDict(extra="forbid")


class TurnIn(Strict):
    role: Literal["user", "assistant"] = Field(description="说话的一方")
    content: str = Field(max_length=MAX_CONTENT, description="说的话", examples=["遵义市2025年高技能人才目标是多少？"])


class AskIn(Strict):
    question: Question = Field(
        description="问题，1 到 2000 个字符", examples=["到2025年遵义市高技能人才要达到多少人？"]
    )
    history: list[TurnIn] = Field(
        default_factory=list, max_length=MAX_TURNS, description="先前的对话，由早到晚，最多 50 条"
    )
    region: RegionName | None = Field(default=None, description="只问这个地区", examples=["遵义市"])
    as_of: date | None = Field(default=None, description="以这一天为准", examples=["2025-01-31"])
    stream: bool = Field(default=False, description="true 时以 text/event-stream 逐段返回")


class CitationOut(Strict):
    marker: int = Field(description="答案中 [n] 的 n", examples=[1])
    clause_id: str = Field(description="条款编号", examples=["liaoning-renshefa-2022-20#3.4"])
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="文件标题")
    doc_number: str | None = Field(description="文号", examples=["遵府办函〔2024〕19号"])
    issuer: str = Field(description="发文机关")
    region: str = Field(description="适用地区；文件没有标明时为空", examples=["贵州省遵义市"])
    issued: date | None = Field(description="成文日期")
    label: str = Field(description="条款序号，与原文写法一致", examples=["三、(四)"])
    heading_path: list[str] = Field(description="由外到内的各级标题")
    text: str = Field(description="条款全文，一字不改")
    quote: str = Field(description="作为依据的原文，是 text 的一段")
    start: int = Field(description="quote 在文件原文中的起始字符位置")
    end: int = Field(description="quote 在文件原文中的结束字符位置（不含）")
    verification: Literal["verified", "mismatch", "not_found"] = Field(description="与原文核对的结果")


class HitOut(CitationOut):
    score: float = Field(description="排序分，只用于比较同一次检索的先后")
    rank: int = Field(description="名次，从 1 起")


class ScopeOut(Strict):
    regions: list[str] = Field(description="答案涉及的地区")
    as_of: date = Field(description="以哪一天为准")


class AnswerOut(Strict):
    question: str = Field(description="收到的问题")
    standalone_question: str = Field(description="结合上文补全后的问题")
    outcome: Literal["answered", "partial", "refused", "clarify"] = Field(
        description="回答、部分回答、不作回答、请补充"
    )
    answer: str = Field(description="带 [n] 标记的答案", examples=["高技能人才达到9万人以上[1]。"])
    citations: list[CitationOut] = Field(description="依据")
    related: list[CitationOut] = Field(default_factory=list, description="不作为依据、可供参考的条款；不作回答时给出")
    scope: ScopeOut = Field(description="答案的适用范围")
    suggestions: list[str] = Field(description="可以接着问的问题")
    mode: Literal["extractive", "llm"] = Field(description="答案的产生方式")
    timings_ms: dict[str, float] = Field(description="各步骤用时，毫秒")


class SearchOut(Strict):
    query: str = Field(description="检索词")
    hits: list[HitOut] = Field(description="命中的条款，由好到差")


class DocumentOut(Strict):
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="标题")
    doc_number: str | None = Field(description="文号")
    issuers: list[str] = Field(description="发文机关")
    region: str | None = Field(description="适用地区；文件没有标明时为 null，全国适用的为 国家")
    issued: date | None = Field(description="成文日期")
    effective: date | None = Field(description="施行日期")
    expires: date | None = Field(description="失效日期")
    kind: str = Field(description="文件种类", examples=["规划"])
    source: str = Field(description="来源文件名")
    sha256: str = Field(description="来源文件的 SHA-256")
    clause_count: int = Field(description="条款数")


class ValidityOut(Strict):
    state: State = Field(description="效力", examples=["现行"])
    note: str = Field(description="为什么", examples=["载明有效期至2029年4月30日"])
    as_of: date = Field(description="以哪一天为准")
    since: date | None = Field(description="从哪一天起；未载明为 null")
    until: date | None = Field(description="有效期或规划期的最后一天；未载明为 null")
    by: str | None = Field(description="废止或取代它的文件的编号")


class ValidityDetailOut(ValidityOut):
    evidence: list[CitationOut] = Field(description="写明这一点的原文")


class KinOut(Strict):
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="标题")
    doc_number: str | None = Field(description="文号")
    source: str = Field(description="来源文件名")
    date: Day | None = Field(description="最近一次修订、成文或施行的日期")
    state: State = Field(description="效力")
    likeness: float | None = Field(description="正文相同的比例，1 为完全相同；不同版本为 null", examples=[0.98])


class LinkOut(Strict):
    kind: RelationKind = Field(description="依据、转发、解读、修订或废止")
    title: str = Field(description="另一份文件的标题；原文只写文号时为空")
    doc_number: str | None = Field(description="另一份文件的文号")
    doc_ids: list[str] = Field(description="索引里的这份文件；空表示没有收录")
    partial: bool = Field(description="只涉及其中部分条款")
    citation: CitationOut | None = Field(description="写明这一关系的原文")


class ClauseDetailOut(CitationOut):
    validity: ValidityDetailOut = Field(description="所在文件的效力")
    cited_as: str = Field(description="几份文件正文相同时，回答引用的是哪一份")
    duplicates: list[KinOut] = Field(description="与所在文件正文相同或大体相同的其他文件")


class ListedDocumentOut(DocumentOut):
    validity: ValidityOut = Field(description="效力")


class ClauseOut(Strict):
    clause_id: str = Field(description="条款编号")
    label: str = Field(description="条款序号")
    heading_path: list[str] = Field(description="由外到内的各级标题")
    role: str = Field(description="条款的种类")
    start: int = Field(description="在原文中的起始字符位置")
    end: int = Field(description="在原文中的结束字符位置（不含）")
    text: str = Field(description="条款全文")
    parent_id: str | None = Field(description="上一级条款的编号")


class DocumentDetailOut(DocumentOut):
    validity: ValidityDetailOut = Field(description="效力和依据")
    cited_as: str = Field(description="几份文件正文相同时，回答引用的是哪一份")
    duplicates: list[KinOut] = Field(description="正文相同或大体相同的其他文件")
    versions: list[KinOut] = Field(description="其他版本，由旧到新")
    relations: list[LinkOut] = Field(description="本文件提到的文件")
    mentioned_by: list[LinkOut] = Field(description="提到本文件的文件")
    text: str = Field(description="文件原文")
    clauses: list[ClauseOut] = Field(description="各条款")


class DocumentsOut(Strict):
    total: int = Field(description="符合条件的文件数，不论列出几份")
    documents: list[ListedDocumentOut] = Field(description="已收录的文件")


class TargetOut(Strict):
    region: str = Field(description="地区")
    indicator: str = Field(description="指标")
    figure: str = Field(description="原文写法", examples=["9万人以上"])
    value: float | None = Field(description="换算后的数值")
    high: float | None = Field(description="数值为区间时的上限")
    unit: str = Field(description="单位")
    bound: str = Field(description="以上、左右等限定")
    measure: str = Field(description="累计、年均、新增等")
    period: list[int | None] = Field(description="起止年份")
    period_text: str = Field(description="时间的原文写法")
    doc_id: str = Field(description="文件编号")
    clause_id: str = Field(description="条款编号")
    title: str = Field(description="文件标题")
    quote: str = Field(description="写明这一数字的原文")
    start: int = Field(description="quote 在文件原文中的起始字符位置")
    end: int = Field(description="quote 在文件原文中的结束字符位置（不含）")


class TargetsOut(Strict):
    targets: list[TargetOut] = Field(description="目标和数字")


class StatedOut(Strict):
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="文件标题")
    region: str | None = Field(description="适用地区", examples=["辽宁省"])
    targets: list[TargetOut] = Field(description="这份文件写明的数字；空表示本文件未规定")


class ChartOut(Strict):
    subject: str = Field(description="指标，去掉范围和口径的字样", examples=["补贴性培训"])
    unit: str = Field(description="单位", examples=["人次"])
    measure: str = Field(description="口径", examples=["累计"])
    bound: str = Field(description="限定：不少于、超过、不超过、左右、力争，或空", examples=["不少于"])
    period: list[int | None] = Field(description="起止年份", examples=[[2021, 2025]])
    targets: list[TargetOut] = Field(description="可以直接比较的数字，由大到小")


class ComparisonOut(Strict):
    indicator: str = Field(description="要比较的指标", examples=["高技能人才"])
    documents: list[StatedOut] = Field(description="每份文件写明了什么")
    charts: list[ChartOut] = Field(description="指标、单位、口径、限定和时期都相同、至少两地都有的数字")


class FeedbackIn(Strict):
    verdict: Verdict = Field(description="helpful 有用，unhelpful 没用，mismatch 原文不符", examples=["mismatch"])
    question: Question = Field(description="问的问题", examples=["到2025年遵义市高技能人才要达到多少人？"])
    answer: str = Field(default="", max_length=MAX_CONTENT, description="得到的答案", examples=["…9万人以上[1]。"])
    region: RegionName = Field(default="", description="提问时选的地区", examples=["贵州省遵义市"])
    reason: str = Field(default="", max_length=MAX_REASON, description="补充的说明", examples=["引用的是另一条"])
    clause_ids: list[Annotated[str, StringConstraints(max_length=200)]] = Field(
        default_factory=list,
        max_length=MAX_CLAUSES,
        description="答案引用的条款",
        examples=[["zunyi-fubanhan-2024-19#1"]],
    )


class FeedbackOut(Strict):
    id: int = Field(description="反馈的编号", examples=[1])


Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TERM)]


class ProfileIn(Strict):
    region: RegionName = Field(min_length=1, description="在哪个地区", examples=["辽宁省"])
    groups: list[Term] | None = Field(
        default=None,
        max_length=MAX_GROUPS,
        description="所属的全部人群，平常的说法也可以；[] 表示都不属于，不写表示没有说",
        examples=[["退役军人"]],
    )
    age: int | None = Field(default=None, ge=0, le=MAX_AGE, description="年龄，周岁", examples=[45])
    employment: Employment | None = Field(default=None, description="就业状态", examples=["登记失业"])
    graduation: Graduation | None = Field(default=None, description="毕业情况", examples=[None])
    certificate: Certificate | None = Field(
        default=None, description="最高一级职业资格或技能等级证书", examples=["高级工"]
    )
    insured_months: int | None = Field(
        default=None, ge=0, le=MAX_MONTHS, description="累计缴纳失业保险费的月数", examples=[40]
    )
    residence: RegionName = Field(default="", description="户籍所在地", examples=[""])
    statements: dict[Term, bool] = Field(
        default_factory=dict,
        max_length=MAX_STATEMENTS,
        description="条款原文里的条件或人群，符合为 true，不符合为 false",
        examples=[{"有创业意愿": True}],
    )
    as_of: date | None = Field(
        default=None, description="以这一天为准，只用来判断文件的时期是否已过", examples=["2025-01-31"]
    )

    def profile(self) -> Profile:
        """What the assistant compares with the clauses."""
        return Profile(
            groups=None if self.groups is None else tuple(self.groups),
            age=self.age,
            employment=self.employment or "",
            graduation=self.graduation or "",
            certificate=certificate_level(self.certificate),
            insured_months=self.insured_months,
            residence=self.residence,
            statements=self.statements,
        )


class OptionOut(Strict):
    value: str = Field(description="填入的值", examples=["登记失业"])
    label: str = Field(description="显示的文字", examples=["失业，已办失业登记"])
    section: str = Field(description="人群所属的一类；其他问题为空")


class AskingOut(Strict):
    clause_id: str = Field(description="条款编号", examples=["liaoning-renshefa-2022-20#3.4"])
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="文件标题")
    label: str = Field(description="条款序号", examples=["三、(四)"])
    quote: str = Field(description="问到这一项的原文")


class QuestionOut(Strict):
    key: str = Field(description="填在哪个字段；statement 填在 statements 里", examples=["employment"])
    text: str = Field(description="问什么", examples=["就业状态"])
    words: str = Field(description="key 为 statement 时，statements 里的键，即条款原文")
    options: list[OptionOut] = Field(description="可选的值；空表示填数字或地名")
    asked_by: list[AskingOut] = Field(description="哪些条款问到这一项")


class QuestionsOut(Strict):
    region: str = Field(description="地区", examples=["辽宁省"])
    questions: list[QuestionOut] = Field(description="这个地区的条款问到的各项")


class ConditionOut(Strict):
    words: str = Field(description="条件，条款原文", examples=["离校2年内"])
    kind: str = Field(description="条件的种类", examples=["graduation"])
    excludes: bool = Field(description="true 表示有此情形的除外")
    state: Literal["met", "unmet", "missing", "authority"] = Field(
        description="met 符合，unmet 不符合，missing 还缺信息，authority 需经办机构核实"
    )
    state_text: str = Field(description="state 的中文", examples=["需经办机构核实"])
    question: str = Field(description="还缺信息时要问的 key，否则为空")


class FindingOut(Strict):
    verdict: Literal["met", "missing", "unmet", "authority"] = Field(
        description="met 符合该条列出的条件，missing 还缺信息，unmet 不符合，authority 只能由经办机构核实"
    )
    verdict_text: str = Field(description="verdict 的中文", examples=["符合"])
    benefits: list[str] = Field(description="给什么，条款原文", examples=[["职业技能培训"]])
    group: str = Field(description="最接近的那一类人群，条款原文", examples=["退役军人"])
    groups: list[str] = Field(description="该条面向的各类人群，条款原文")
    conditions: list[ConditionOut] = Field(description="逐项条件")
    period_over: bool = Field(description="文件的有效期或规划期是否已过")
    citation: CitationOut = Field(description="写明这一项的条款")


class SelfCheckOut(Strict):
    region: str = Field(description="地区", examples=["辽宁省"])
    note: str = Field(description="“符合”的含义，展示结果时请一并展示")
    findings: list[FindingOut] = Field(description="各项政策")
    missing: list[QuestionOut] = Field(description="还缺的信息")
    unmentioned: list[str] = Field(description="填了、但这个地区没有条款提到的人群")
    unasked: list[str] = Field(description="填了、但这个地区没有条款问到的项目")


class HealthOut(Strict):
    status: Literal["ok"] = Field(description="服务在运行")


class StatusOut(Strict):
    ready: bool = Field(description="索引是否可用")
    documents: int = Field(description="文件数")
    clauses: int = Field(description="条款数")
    encoder: str = Field(description="向量模型")
    built_at: str = Field(description="索引建立的时间")


class ErrorDetail(Strict):
    code: str = Field(description="错误代码", examples=["invalid_request"])
    message: str = Field(description="发生了什么", examples=["问题最多 2000 个字符"])
    hint: str = Field(description="接下来可以怎么做")


class ErrorOut(Strict):
    error: ErrorDetail = Field(description="错误")
