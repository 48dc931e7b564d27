"""What a person corrects in the metadata that was read from a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from corpus.errors import InvalidChange
from corpus.metadata import normalise_doc_number
from corpus.model import Document, DocumentKind, Region
from corpus.periods import find_dates
from corpus.regions import COUNTRY, COUNTRY_WORDS, Gazetteer

FIELDS: dict[str, str] = {
    "title": "标题",
    "doc_number": "文号",
    "issuers": "发文机关",
    "region": "地区",
    "issued": "成文日期",
    "effective": "施行日期",
    "expires": "失效日期",
    "kind": "文种",
}
"""The fields of a document that may be corrected, with their Chinese names."""

NONE = "无"
"""The value that says: the document has none. An empty value takes a correction back."""

MAX_VALUE = 300
KINDS: tuple[str, ...] = get_args(DocumentKind)

_DATES = ("issued", "effective", "expires")
_BY_NAME = {name: field for field, name in FIELDS.items()}
# 甲局、乙厅 · 甲局,乙厅
_BETWEEN = re.compile(r"[、,，;；\s]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def field_named(name: str) -> str:
    """Return the field that ``name`` means, in English or Chinese: 文号 → ``doc_number``. Raises ``InvalidChange``."""
    wanted = name.strip()
    field = wanted if wanted in FIELDS else _BY_NAME.get(wanted)
    if field is None:
        choices = "、".join(f"{field}({chinese})" for field, chinese in FIELDS.items())
        raise InvalidChange(f"没有这一项:{_UNSEEN.sub('', wanted)[:40]}", hint=f"可以修改的是 {choices}。")
    return field


def standard_value(field: str, text: str, gazetteer: Gazetteer) -> str:
    """Return the value ``text`` of ``field`` in the form in which it is kept; ``""`` takes a correction back.

    Dates become ``2024-05-25``, places their full name, a 文号 its standard form, issuers are joined by 、.

    Raises:
        InvalidChange: ``text`` is no value of that field.

    """
    value = _UNSEEN.sub("", text).strip()
    if len(value) > MAX_VALUE:
        raise InvalidChange(f"{FIELDS[field]}最多 {MAX_VALUE} 个字符", hint="请写得短一些。")
    if not value:
        return ""
    if value == NONE:
        if field in ("title", "kind"):
            raise InvalidChange(f"{FIELDS[field]}不能为空", hint=f"要恢复从原文读出的值,请写 {field}=")
        return NONE
    if field in _DATES:
        found = find_dates(value)
        if len(found) != 1:
            raise InvalidChange(
                f"{FIELDS[field]}不是一个日期:{value[:40]}", hint="请写作 2024-05-25;没有这个日期就写 无。"
            )
        return found[0].value.isoformat()
    if field == "region":
        return _region(value, gazetteer).full_name
    if field == "doc_number":
        number = normalise_doc_number(value)
        if number is None:
            raise InvalidChange(f"不是文号:{value[:40]}", hint="请写作 辽人社发〔2022〕20号;没有文号就写 无。")
        return number
    if field == "kind" and value not in KINDS:
        raise InvalidChange(f"没有这个文种:{value[:40]}", hint=f"文种有 {'、'.join(KINDS)}。")
    if field == "issuers":
        return "、".join(part for part in _BETWEEN.split(value) if part)
    return value


def edited(document: Document, edits: Mapping[str, str], gazetteer: Gazetteer) -> Document:
    """Return ``document`` with ``edits``, field → standard value, in place of what was read from its text."""
    return replace(document, **{field: _typed(field, value, gazetteer) for field, value in edits.items()})


def text_of(document: object, field: str) -> str:
    """Return the value of ``field`` of a document (or its head) as text, ``""`` where it has none."""
    value = getattr(document, field)
    if value is None:
        return ""
    if isinstance(value, Region):
        return value.full_name
    if isinstance(value, date):
        return value.isoformat()
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _typed(field: str, value: str, gazetteer: Gazetteer) -> Any:
    if value == NONE:
        return () if field == "issuers" else None
    if field in _DATES:
        return date.fromisoformat(value)
    if field == "region":
        return _region(value, gazetteer)
    return tuple(value.split("、")) if field == "issuers" else value


def _region(value: str, gazetteer: Gazetteer) -> Region:
    if value in COUNTRY_WORDS:
        return COUNTRY
    region = gazetteer.parse(value)
    if region is None:
        raise InvalidChange(f"不认识的地区:{value[:40]}", hint="请写省、市或县的名称,例如 贵州省遵义市;全国写 国家。")
    return region
