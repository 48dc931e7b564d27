"""Title, 文号, issuers, region, dates and kind of a document, read from its front matter and signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import get_args

from corpus.layout import DATE_LINE, ORGAN_LINE, Layout
from corpus.model import DocumentKind, Region
from corpus.periods import find_dates
from corpus.regions import Gazetteer, region_of_doc_number

# 辽人社发〔2022〕20号 · 国发〔201811号 (a bracket lost) · 国办发[2022]2号 · 黔府发（2023）13号
DOC_NUMBER = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{1,12}?)\s*[〔\[（(【]\s*(?P<year>(?:19|20)\d{2})\s*[〕\]）)】]?\s*第?\s*(?P<serial>\d{1,4})\s*号"
)
_NUMBER_LINE = re.compile(rf"^(?:文\s*号|发文字号)?\s*[:：]?\s*[(（]?{DOC_NUMBER.pattern}[)）]?(?:\s|$)")
# 遵义市人民政府办公室关于印发… · 江西省人民政府关于推行…
_TITLE_ISSUER = re.compile(r"^(?P<issuer>[\u4e00-\u9fff]{3,40}?)(?=关于|印发|转发|公告|通告|令)")
_ISSUER_FIELD = re.compile(r"发(?:布|文)(?:机构|机关|单位)\s*[:：]?\s*(?P<issuer>[\u4e00-\u9fff]{3,30})")
_ISSUER_END = re.compile(r"(?:政府|办公室|办公厅|厅|局|委员会|委|部|院|会|处|中心|银行|联|法院|检察院|领导小组|指挥部)$")
_ISSUED_FIELD = re.compile(r"(?:发文|成文)日期\s*[:：]?[\s\xa0]*(?P<date>\S+)")
_POSTED_FIELD = re.compile(r"(?:发布(?:时间|日期)|时间|日期|公开日期)\s*[:：]?[\s\xa0]*(?P<date>[\d年月日./-]{8,12})")
# 自2020年1月1日起施行 · 自发布之日起施行
_EFFECTIVE = re.compile(r"自(?P<date>[^,，。;；]{2,20}?)(?:起|开始)(?:施行|实施|执行|生效)")
# 有效期至2025年12月31日 · 有效期5年 · 有效期为五年
_EXPIRES = re.compile(r"有效期(?:限)?(?:为|至|到|截至|截止到)?\s*(?P<date>(?:19|20)\d{2}年\d{1,2}月\d{1,2}日)")
_VALID_YEARS = re.compile(r"有效期(?:限)?(?:为)?\s*(?P<years>[1-9一二两三四五六七八九十]{1,2})\s*年")
_KIND_WORDS: tuple[tuple[str, DocumentKind], ...] = (
    ("解读", "解读"), ("规划", "规划"), ("纲要", "规划"), ("方案", "方案"), ("计划", "方案"), ("实施意见", "意见"), ("意见", "意见"),
    ("条例", "条例"), ("办法", "办法"), ("细则", "细则"), ("规定", "规定"), ("规则", "规定"), ("公告", "公告"), ("通告", "公告"),
    ("通知", "通知"), ("法", "法律"),
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; ``None`` or ``()`` where it does not."""

    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: DocumentKind


def read_metadata(text: str, layout: Layout, gazetteer: Gazetteer) -> Metadata:
    """Return the metadata of a raw text with its layout."""
    front, tail = _edges(layout)
    number = _own_number(front)
    issuers = _issuers(layout.title, front, tail)
    issued = _issued(front, tail)
    effective, expires = _validity(text, issued)
    return Metadata(
        number, issuers, _region(layout.title, number, issuers, text, gazetteer), issued, effective, expires,
        kind_of(layout.title),
    )


def normalise_doc_number(printed: str) -> str | None:
    """Return a 文号 in its standard form, ``国发〔2018〕11号``, mending a lost bracket; ``None`` if it is none."""
    match = DOC_NUMBER.search(printed)
    if match is None:
        return None
    return f"{match['organ']}〔{match['year']}〕{int(match['serial'])}号"


def kind_of(title: str) -> DocumentKind:
    """Return the kind that a title names; for 印发《…方案》的通知 that of the document sent out."""
    inner = re.search(r"(?:印发|公布|发布|转发)[^《]{0,12}《(?P<inner>.+)》", title)
    subject = re.sub(r"[(（][^()（）]*[)）]|[》”,，]+$", "", inner["inner"] if inner else title).rstrip("》 ")
    assert get_args(DocumentKind)
    best: tuple[int, DocumentKind] = (-1, "其他")
    for word, kind in _KIND_WORDS:
        at = subject.rfind(word)
        if at >= 0 and at + len(word) > best[0] and at + len(word) >= len(subject) - 4:
            best = (at + len(word), kind)
    return best[1]


def _edges(layout: Layout) -> tuple[list[str], list[str]]:
    """Return the lines of the front matter (furniture above the first clause included) and of the tail."""
    lines = layout.lines
    body = next((i for i, line in enumerate(lines) if line.part == "body"), len(lines))
    last = max((i for i, line in enumerate(lines) if line.part == "body"), default=-1)
    # The first body line is looked at too, as a text without line breaks has its front matter there.
    front = [line.text for line in lines[: body + 1]]
    return front, [line.text for line in lines[max(last, 0) + (1 if last >= 0 else 0) :] if line.part != "repeat"]


def _own_number(front: list[str]) -> str | None:
    for line in front:
        match = _NUMBER_LINE.match(line)
        if match:
            return f"{match['organ']}〔{match['year']}〕{int(match['serial'])}号"
    # A text without line breaks: the number stands free between the title and the salutation.
    for line in front[-1:]:
        free = re.search(rf"(?:^|[\s　]){DOC_NUMBER.pattern}(?=[\s　])", line[:300])
        if free:
            return f"{free['organ']}〔{free['year']}〕{int(free['serial'])}号"
    return None


def _issuers(title: str, front: list[str], tail: list[str]) -> tuple[str, ...]:
    signed: list[str] = []
    for line in [*front[1:], *tail]:
        if ORGAN_LINE.match(line) and not DATE_LINE.match(line) and len(line) < 120 and not line.endswith((":", "：")):
            signed += [part for part in re.split(r"[\s　\xa0]+", line) if _ISSUER_END.search(part)]
    if not signed:
        for line in front:
            field = _ISSUER_FIELD.search(line)
            if field and _ISSUER_END.search(field["issuer"]):
                signed.append(field["issuer"])
    if not signed:
        match = _TITLE_ISSUER.match(title)
        if match and _ISSUER_END.search(match["issuer"]):
            signed.append(match["issuer"])
    return tuple(dict.fromkeys(signed))


def _region(
    title: str, number: str | None, issuers: tuple[str, ...], text: str, gazetteer: Gazetteer
) -> Region | None:
    for source in (*issuers[:1], title):
        mentions = [m for m in gazetteer.find(source) if m.region.chain]
        if mentions:
            return mentions[0].region
    if number:
        region = region_of_doc_number(number)
        if region is not None:
            return region
    counts: dict[tuple[str, ...], int] = {}
    for mention in gazetteer.find(text[:1500]):
        if mention.region.chain:
            counts[mention.region.chain] = counts.get(mention.region.chain, 0) + 1
    if counts:
        chain, hits = max(counts.items(), key=lambda item: (item[1], -len(item[0])))
        if hits >= 3:
            return Region(chain)
    return None


def _issued(front: list[str], tail: list[str]) -> date | None:
    for line in [*tail, *front]:
        if DATE_LINE.match(line):
            dates = find_dates(line)
            if dates:
                return dates[0].value
    for pattern in (_ISSUED_FIELD, _POSTED_FIELD):
        for line in front:
            match = pattern.search(line)
            dates = find_dates(match["date"]) if match else ()
            if dates:
                return dates[0].value
    return None


def _validity(text: str, issued: date | None) -> tuple[date | None, date | None]:
    effective = expires = None
    match = _EFFECTIVE.search(text)
    if match:
        dates = find_dates(match["date"])
        effective = dates[0].value if dates else (issued if re.search("(?:发布|印发|公布|下发)之日", match["date"]) else None)
    match = _EXPIRES.search(text)
    if match:
        dates = find_dates(match["date"])
        expires = dates[0].value if dates else None
    else:
        years = _VALID_YEARS.search(text)
        begin = effective or issued
        if years and begin:
            number = int(years["years"]) if years["years"].isdigit() else "一二三四五六七八九十".find(years["years"].replace("两", "二")) + 1
            expires = _add_years(begin, number) if number > 0 else None
    return effective, expires


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
