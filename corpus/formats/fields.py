"""The names under which pages, records and information tables print what they say of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from corpus.model import SAYS_NOTHING, SourceMetadata

FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "标题", "名称", "文件名称", "articletitle"),
    "doc_number": ("doc_number", "文号", "发文字号", "发布文号", "公文字号", "文件编号", "docno"),
    "issuers": (
        "issuers",
        "issuer",
        "发文机关",
        "发文单位",
        "发布机构",
        "发布单位",
        "发文机构",
        "制定机关",
        "发布机关",
    ),
    "region": ("region", "地区", "适用地区"),
    "issued": ("issued", "issued_date", "发文日期", "成文日期", "印发日期", "制发日期", "成文时间"),
    "effective": ("effective", "effective_date", "施行日期", "实施日期", "生效日期"),
    "expires": ("expires", "expiry_date", "失效日期", "废止日期", "有效期至"),
    "index_number": ("index_number", "索引号", "信息索引号", "索引"),
    "url": ("url", "link", "原文链接", "网址"),
}
"""Field of ``SourceMetadata`` → names of it, lower case without spaces. Chinese and English mean the same."""

_FIELD_OF = {name: field for field, names in FIELD_NAMES.items() for name in names}
_MAX_VALUE = 500
_SEPARATORS = re.compile(r"[\s、,，;；|]+")
_EMPTY = frozenset({"", "无", "-", "—", "/", "暂无", "none", "null"})


def field_of(name: str) -> str | None:
    """Return the field of ``SourceMetadata`` that ``name`` prints, or ``None``."""
    return _FIELD_OF.get(re.sub(r"[\s\u3000:：\[\]【】]", "", name).lower())


def metadata_of(pairs: Iterable[tuple[str, str]], *, origin: str) -> SourceMetadata:
    """Return the fields among ``(name, value)`` pairs; the first value of a field counts, an empty one does not."""
    found: dict[str, str | tuple[str, ...]] = {}
    for name, value in pairs:
        field = field_of(name)
        value = value.strip()[:_MAX_VALUE]
        if field is None or field in found or value.lower() in _EMPTY:
            continue
        found[field] = tuple(filter(None, _SEPARATORS.split(value))) if field == "issuers" else value
    return replace(SAYS_NOTHING, origin=origin, **found) if found else SAYS_NOTHING  # type: ignore[arg-type]
