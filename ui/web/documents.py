"""The library: every document with its metadata, and a reader for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import get_args
from urllib.parse import quote

from corpus.model import Document
from indexer.store import DocumentHead
from ui.validity import Standing, Validity, key
from ui.web import layout, reader

ABOUT = "问答和查询只依据这些文件。打开一份可看全文和目录，也可下载收录时的原文。"

PER_PAGE = 50
MAX_LINKS = 30
OPEN_LINKS = 4

# The roles that a reader would count as provisions.
COUNTED = {"body": "正文条款", "table": "专栏表格", "heading": "标题"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which of the documents are shown."""

    words: str = ""
    region: str = ""
    kind: str = ""
    validity: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """What a document says of another (``kind``, ``title``), with that one's doc_id where it is in the index."""

    kind: str
    title: str
    doc_id: str = ""
    clause_id: str = ""


def listing(
    shelf: Shelf,
    heads: Sequence[DocumentHead],
    roles: Mapping[str, Mapping[str, int]],
    known: Mapping[str, Standing],
) -> str:
    """The list of documents, a page of it: filtered by words of title and 文号, full name of region, kind, validity."""
    shown = [one for one in heads if _is_on(one, shelf, known)]
    last = max(1, -(-len(shown) // PER_PAGE))
    number = min(max(1, shelf.page), last)
    regions = sorted({name for one in heads if (name := _region(one))})
    kinds = list(dict.fromkeys(one.kind for one in heads))
    form = (
        '<form class="bar" action="/documents" method="get">'
        '<label class="field wide"><span>标题、文号或发文机关</span>'
        f'<input name="q" type="search" maxlength="100" value="{escape(shelf.words)}"></label>'
        f"{layout.select('region', '地区', layout.choices('全部地区', regions), shelf.region)}"
        f"{layout.select('kind', '文种', layout.choices('全部文种', kinds), shelf.kind)}"
        f"{layout.select('validity', '效力', layout.choices('不限效力', get_args(Validity)), shelf.validity)}"
        '<button class="primary">筛选</button></form>'
    )
    first = (number - 1) * PER_PAGE
    rows = "".join(
        f"<li>{_entry(one, roles.get(one.doc_id, {}), known[one.doc_id])}</li>"
        for one in shown[first : first + PER_PAGE]
    )
    found = f'<ul class="library-list">{rows}</ul>' if rows else '<p class="none">没有符合条件的文件。</p>'
    clauses = sum(sum(roles.get(one.doc_id, {}).get(role, 0) for role in COUNTED) for one in shown)
    part = f"，第 {number} 页，共 {last} 页" if last > 1 else ""
    links = layout.pages(
        "/documents",
        number,
        last,
        q=shelf.words,
        region=shelf.region,
        kind=shelf.kind,
        validity=shelf.validity,
    )
    body = (
        f"{layout.heading('文件库', ABOUT)}{form}"
        f'<p class="count" role="status">共 {len(shown)} 份文件，{clauses} 条{part}</p>{found}{links}'
    )
    return layout.page("文件库", "/documents", body)


def _is_on(head: DocumentHead, shelf: Shelf, known: Mapping[str, Standing]) -> bool:
    if (shelf.region and _region(head) != shelf.region) or (shelf.kind and head.kind != shelf.kind):
        return False
    if shelf.validity and known[head.doc_id].validity != shelf.validity:
        return False
    said = key(f"{head.title}{head.doc_number or ''}{''.join(head.issuers)}")
    return all(key(word) in said for word in shelf.words.split())


def _entry(head: DocumentHead, counts: Mapping[str, int], standing: Standing) -> str:
    path = f"/documents/{quote(head.doc_id, safe='')}"
    over = f'<span class="tag">{standing.validity}</span>' if standing.validity != "未见失效" else ""
    return (
        f'<article class="entry"><h2><a href="{escape(path)}">{escape(head.title)}</a>{over}</h2>'
        f"{layout.facts(_facts(head, counts, standing))}</article>"
    )


def whole(document: Document, span: tuple[int, int] | None, standing: Standing, links: Sequence[Link] = ()) -> str:
    """One document: what is known of it, its contents, and its text with ``span`` marked."""
    counts = Counter[str](clause.role for clause in document.clauses)
    source = f"/api/v1/documents/{quote(document.doc_id, safe='')}/source"
    contents = reader.contents(document)
    skipped = sum(noise.end - noise.start for noise in document.noise if noise.kind != "blank")
    left_out = (
        f'<p class="note">网页导航等与政策无关的文字（{skipped} 字）没有显示，可在原文里看到。</p>' if skipped else ""
    )
    found = '<p class="found"><a class="plain" href="#quote">跳到引用的位置</a></p>' if span else ""
    body = (
        '<p class="trail"><a href="/documents">文件库</a></p>'
        f"{layout.heading(document.title)}{layout.ended(standing)}{layout.facts(_facts(document, counts, standing))}"
        f'<div class="actions"><a class="plain" href="{escape(source)}" download>下载原文</a>'
        f'<a class="plain" href="{layout.address("/clauses", q=document.doc_number or document.title[:60])}">查条款</a>'
        f'<a class="plain" href="{layout.address("/targets", doc=document.doc_id)}">看指标</a></div>'
        f"{_related(links)}{left_out}{found}"
        f'<div class="reading"><details class="side" open><summary>目录</summary>'
        f'<nav aria-label="目录">{contents}</nav></details>'
        f'<article class="document">{reader.text_of(document, span)}</article></div>'
    )
    return layout.page(document.title, "/documents", body, script="reader.js")


def _related(links: Sequence[Link]) -> str:
    """What the document says of others and others of it, each a link where the index has it."""
    rows = []
    for link in links[:MAX_LINKS]:
        title = f"《{escape(link.title.strip('《》'))}》"
        if link.doc_id:
            title = f'<a href="/documents/{quote(link.doc_id, safe="")}">{title}</a>'
        else:
            title += '<span class="silent">（未收录）</span>'
        where = f'<a class="at" href="#{quote(layout.anchor(link.clause_id))}">出处</a>' if link.clause_id else ""
        rows.append(f"<li><b>{escape(link.kind)}</b><span>{title} {where}</span></li>")
    more = f'<li class="none">…共 {len(links)} 项</li>' if len(links) > MAX_LINKS else ""
    listed = f"<ul>{''.join(rows)}{more}</ul>"
    # A long list would push the text off the screen.
    state = " open" if len(rows) <= OPEN_LINKS else ""
    summary = f"<summary>与其他文件（{len(links)} 项）</summary>"
    return f'<details class="relations"{state}>{summary}{listed}</details>' if rows else ""


def _facts(document: Document | DocumentHead, counts: Mapping[str, int], standing: Standing) -> dict[str, str]:
    return {
        "文号": document.doc_number or "未标明",
        "地区": _region(document) or "未标明",
        "文种": document.kind,
        "成文日期": document.issued.isoformat() if document.issued else "未标明",
        "施行日期": document.effective.isoformat() if document.effective else "",
        "效力": f"{standing.validity}，{standing.reason}",
        "条款": "，".join(f"{name} {counts[role]} 条" for role, name in COUNTED.items() if counts.get(role)),
        "发文机关": "、".join(document.issuers) or "未标明",
    }


def _region(document: Document | DocumentHead) -> str:
    return document.region.full_name if document.region else ""
