"""The schemas of the routes that take documents in and change them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from corpus.edits import MAX_VALUE
from ui.schemas import DocumentOut, Strict

Value = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_VALUE)]


class EvidenceOut(Strict):
    quote: str | None = Field(description="写明这一点的原文", examples=["2023年3月1日"])
    start: int | None = Field(description="quote 在文件原文中的起始字符位置", examples=[333])
    end: int | None = Field(description="quote 在文件原文中的结束字符位置（不含）", examples=[342])


class FindingOut(EvidenceOut):
    code: str = Field(description="问题的代码", examples=["no_issued"])
    severity: Literal["missing", "doubtful", "notice"] = Field(description="缺少、存疑、提醒", examples=["missing"])
    message: str = Field(description="缺了什么或哪里可疑", examples=["没有读出成文日期"])
    hint: str = Field(description="可以怎么做", examples=[""])
    field: str | None = Field(description="可以修订的字段", examples=["issued"])
    others: list[str] = Field(description="涉及的其他文件的编号", examples=[[]])


class OutcomeOut(Strict):
    name: str = Field(description="文件名或文件编号", examples=["海南.txt"])
    status: Literal["added", "replaced", "unchanged", "edited", "removed", "refused"] = Field(
        description="已收录、已换成新版本、没有变化、已修订、已删除、没有收录", examples=["added"]
    )
    doc_id: str | None = Field(description="文件编号", examples=["hainan-fu-2023-7"])
    title: str = Field(description="标题", examples=["海南省人民政府关于加强职业技能培训的实施意见"])
    clause_count: int = Field(description="条款数", examples=[9])
    message: str = Field(description="说明", examples=[""])
    hint: str = Field(description="接下来可以怎么做", examples=[""])
    warnings: list[FindingOut] = Field(description="请留意之处")


class ChangeOut(Strict):
    outcomes: list[OutcomeOut] = Field(description="每份文件的结果")
    documents: int = Field(description="索引里现有的文件数", examples=[5])
    clauses: int = Field(description="索引里现有的条款数", examples=[166])
    seconds: float = Field(description="用时，秒", examples=[3.2])
    generation: str | None = Field(description="新索引的名称；没有变化时为空", examples=["gen-000002"])


class FieldOut(EvidenceOut):
    field: str = Field(description="字段", examples=["issued"])
    name: str = Field(description="字段的中文名称", examples=["成文日期"])
    value: str = Field(description="现在的值；没有时为空", examples=["2023-03-01"])
    edited: bool = Field(description="是否经过人工修订", examples=[False])
    read: str | None = Field(description="人工修订之前从原文读出的值", examples=[None])
    origin: str | None = Field(description="不在正文里时取自哪里", examples=[None])


class OutlineOut(Strict):
    clause_id: str = Field(description="条款编号", examples=["hainan-fu-2023-7#2.1"])
    label: str = Field(description="条款序号", examples=["二、(一)"])
    depth: int = Field(description="层级，最外层为 0", examples=[1])
    role: str = Field(description="条款的种类", examples=["body"])
    characters: int = Field(description="字数", examples=[62])
    opening: str = Field(description="开头的文字", examples=["(一)支持企业培训。"])
    start: int = Field(description="在原文中的起始字符位置", examples=[210])
    end: int = Field(description="在原文中的结束字符位置（不含）", examples=[272])


class RelationOut(Strict):
    kind: str = Field(description="依据、转发、解读、修订或废止", examples=["依据"])
    title: str = Field(description="另一份文件的标题", examples=["国务院关于推行终身职业技能培训制度的意见"])
    doc_number: str | None = Field(description="另一份文件的文号", examples=["国发〔2018〕11号"])
    clause_id: str = Field(description="写明关系的条款", examples=["hainan-fu-2023-7#0"])
    quote: str = Field(description="写明关系的原文")
    start: int = Field(description="quote 在文件原文中的起始字符位置")
    end: int = Field(description="quote 在文件原文中的结束字符位置（不含）")


class ReviewOut(Strict):
    document: DocumentOut = Field(description="元数据")
    fields: list[FieldOut] = Field(description="每个字段的值和出处")
    clauses: list[OutlineOut] = Field(description="条款树")
    warnings: list[FindingOut] = Field(description="请留意之处")
    relations: list[RelationOut] = Field(description="与其他文件的关系")
    conflict: str | None = Field(description="库里编号相同的文件的标题", examples=[None])
    same_as: str | None = Field(description="库里内容相同的文件的编号", examples=[None])


class RefusalOut(Strict):
    name: str = Field(description="文件名", examples=["照片.jpg"])
    message: str = Field(description="为什么读不了")


class PreviewOut(Strict):
    documents: list[ReviewOut] = Field(description="会读出的文件")
    refused: list[RefusalOut] = Field(description="读不了的文件或其中的部分")


class CheckedOut(Strict):
    doc_id: str = Field(description="文件编号")
    title: str = Field(description="标题")
    findings: list[FindingOut] = Field(description="缺少或存疑之处")


class CheckOut(Strict):
    documents: list[CheckedOut] = Field(description="各文件")
    counts: dict[str, int] = Field(description="各类各有多少处", examples=[{"missing": 1, "doubtful": 0, "notice": 0}])


class AdminOut(Strict):
    admin: Literal[True] = Field(description="密钥正确")
    max_bytes: int = Field(description="一次上传的总大小上限，字节", examples=[33554432])
    max_files: int = Field(description="一次上传的文件数上限", examples=[20])


class EditsIn(Strict):
    """``None``: leave the field; ``""``: take the correction back; 无: the document has none."""

    title: Value | None = Field(default=None, description="标题", examples=["海南省关于加强职业技能培训的实施意见"])
    doc_number: Value | None = Field(default=None, description="文号", examples=["琼府〔2023〕7号"])
    issuers: Value | None = Field(default=None, description="发文机关，用顿号分开", examples=["海南省人民政府"])
    region: Value | None = Field(default=None, description="地区；全国写 国家", examples=["海南省"])
    issued: Value | None = Field(default=None, description="成文日期", examples=["2023-03-01"])
    effective: Value | None = Field(default=None, description="施行日期", examples=["2023-04-01"])
    expires: Value | None = Field(default=None, description="失效日期", examples=["无"])
    kind: Value | None = Field(default=None, description="文种", examples=["意见"])
