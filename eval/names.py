"""How kinds, reasons and outcomes are called in reports."""

from __future__ import annotations

KINDS = {
    "target": "目标", "eligibility": "对象与待遇", "duty": "职责", "procedure": "办理", "funding": "资金",
    "definition": "定义", "date": "时间", "document": "文件", "comparison": "比较", "list": "列举",
    "yesno": "是否", "other": "其他",
}  # fmt: skip
REASONS = {
    "not_stated": "文件没有写明", "other_region": "其他地区", "other_subject": "其他事项", "other_period": "其他时期",
    "false_premise": "前提有误", "chitchat": "闲聊", "injection": "注入", "ambiguous": "问得不清楚",
}  # fmt: skip
OUTCOMES = {"answered": "回答", "partial": "部分回答", "refused": "拒答", "clarify": "反问"}
