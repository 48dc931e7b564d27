"""What the evaluation routes take and give, as schemas for the description of the API."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from ui.evaluations import State


class EvaluationOut(BaseModel):
    id: str = Field(description="评测的编号", examples=["20261123-101500-9f2c1a"])
    name: str = Field(description="文件名，或自带题目的名字", examples=["热线问题.xlsx"])
    state: State = Field(
        description="queued 在等，running 正在跑，finished 已完成，failed 失败，cancelled 已取消，interrupted 中断",
        examples=["running"],
    )
    created: str = Field(description="开始的时间", examples=["2026-11-23T10:15:00+00:00"])
    done: int = Field(description="已有回答的问题数", examples=[12])
    total: int = Field(description="问题总数（含对话各轮）", examples=[60])
    message: str = Field(description="失败的原因", examples=[""])
    hint: str = Field(description="接下来怎么做", examples=[""])
    split: str = Field(description="自带题目的哪一部分；上传的为空", examples=[""])
    limit: int | None = Field(description="只跑几个", examples=[None])
    region: str = Field(description="给没有选地区的问题选上的地区", examples=[""])
    variant: str = Field(description="对问题的改写", examples=[""])


class EvaluationsOut(BaseModel):
    evaluations: list[EvaluationOut] = Field(description="由新到旧")


class MeasureOut(BaseModel):
    key: str = Field(description="指标", examples=["correct"])
    label: str = Field(description="指标的名称", examples=["正确率"])
    higher_is_better: bool = Field(description="是否越高越好", examples=[True])
    value: float = Field(description="值", examples=[0.9])
    low: float = Field(description="95% 置信区间的下限", examples=[0.87])
    high: float = Field(description="95% 置信区间的上限", examples=[0.93])
    count: int = Field(description="用到的问题数", examples=[60])


class EvaluationDetailOut(EvaluationOut):
    summary: list[MeasureOut] = Field(description="各项指标；没有完成时为空")


class DifferenceOut(BaseModel):
    key: str = Field(description="指标", examples=["correct"])
    label: str = Field(description="指标的名称", examples=["正确率"])
    first: float = Field(description="先前的值", examples=[0.88])
    second: float = Field(description="之后的值", examples=[0.92])
    change: float = Field(description="之后减先前", examples=[0.04])
    low: float = Field(description="差值 95% 置信区间的下限", examples=[0.01])
    high: float = Field(description="差值 95% 置信区间的上限", examples=[0.07])
    p: float = Field(description="双侧随机化检验的 p 值", examples=[0.012])
    count: int = Field(description="用到的问题数", examples=[60])
    verdict: Literal["变好", "变差", ""] = Field(description="p 小于 0.05 时", examples=["变好"])


class ChangedOut(BaseModel):
    id: str = Field(description="题目编号", examples=["dev-001"])
    question: str = Field(description="问题", examples=["十四五期间辽宁要新增多少高技能人才"])
    problems: list[str] = Field(description="不对的那一次错在哪里", examples=[["缺少“25万”"]])


class EvaluationComparisonOut(BaseModel):
    first: str = Field(description="先前那次的编号", examples=["20261123-101500-9f2c1a"])
    second: str = Field(description="之后那次的编号", examples=["20261123-103000-0b7d44"])
    paired: int = Field(description="两次共有的问题数", examples=[60])
    measures: list[DifferenceOut] = Field(description="各项指标的差")
    gained: list[ChangedOut] | None = Field(description="变对的问题；test 集为 null")
    lost: list[ChangedOut] | None = Field(description="变错的问题；test 集为 null")
