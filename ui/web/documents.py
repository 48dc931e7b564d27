"""The library: every document with its metadata, and a reader for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from assistant.dossier import Dossier
from corpus.model import Document
from corpus.validity import Standing
from ui.web import layout, reader, standing

ABOUT = "问答和查询只依据这些文件。打开一份可看全文和目录，也可下载收录时的原文。"

# The roles that a reader would count as provisions.
COUNTED = {"body": "正文条款", "table": "专栏表格", "heading": "标题"}


def listing(documents: Sequence[Document], region: str, kind: str, state: str, stands: Mapping[str, Standing]) -> str:
    """The list of documents, filtered by the full name of a region and by kind.

    ``stands`` has the documents in the ``state`` asked for, with their standing by id.
    """
    shown = [
        one
        for one in documents
        if (not region or _region(one) == region) and (not kind or one.kind == kind) and one.doc_id in stands
    ]
    regions = list(dict.fromkeys(name for one in documents if (name := _region(one))))
    kinds = list(dict.fromkeys(one.kind for one in documents))
    form = (
        '<form class="bar" action="/documents" method="get">'
        f"{layout.select('region', '地区', layout.choices('全部地区', regions), region)}"
        f"{layout.select('kind', '文种', layout.choices('全部文种', kinds), kind)}"
        f"{layout.select('state', '效力', standing.STATE_CHOICES, state)}"
        '<button class="primary">筛选</button></form>'
    )
    rows = "".join(f"<li>{_entry(one, stands[one.doc_id])}</li>" for one in shown)
    found = f'<ul class="library-list">{rows}</ul>' if rows else '<p class="none">没有符合条件的文件。</p>'
    body = f'{layout.heading("文件库", ABOUT)}{form}<p class="count" role="status">共 {len(shown)} 份文件</p>{found}'
    return layout.page("文件库", "/documents", body)


def _entry(document: Document, stood: Standing) -> str:
    path = f"/documents/{quote(document.doc_id, safe='')}"
    counts = Counter[str](clause.role for clause in document.clauses)
    return (
        f'<article class="entry"><h2><a href="{escape(path)}">{escape(document.title)}</a></h2>'
        f'<p class="state-line">{standing.line(stood)}</p>'
        f"{layout.facts(_facts(document, counts))}</article>"
    )


def whole(document: Document, span: tuple[int, int] | None, dossier: Dossier) -> str:
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
        f"{layout.heading(document.title)}{layout.facts(_facts(document, counts))}"
        f'<div class="actions"><a class="plain" href="{escape(source)}" download>下载原文</a>'
        f'<a class="plain" href="{layout.address("/clauses", q=document.doc_number or document.title[:60])}">查条款</a>'
        f'<a class="plain" href="{layout.address("/targets", doc=document.doc_id)}">看指标</a></div>'
        f"{standing.section(dossier)}{left_out}{found}"
        f'<div class="reading"><details class="side" open><summary>目录</summary>'
        f'<nav aria-label="目录">{contents}</nav></details>'
        f'<article class="document">{reader.text_of(document, span)}</article></div>'
    )
    return layout.page(document.title, "/documents", body, script="reader.js")


def _facts(document: Document, counts: Counter[str]) -> dict[str, str]:
    return {
        "文号": document.doc_number or "未标明",
        "地区": _region(document) or "未标明",
        "文种": document.kind,
        "成文日期": document.issued.isoformat() if document.issued else "未标明",
        "施行日期": document.effective.isoformat() if document.effective else "",
        "失效日期": document.expires.isoformat() if document.expires else "",
        "条款": "，".join(f"{name} {counts[role]} 条" for role, name in COUNTED.items() if counts[role]),
        "发文机关": "、".join(document.issuers) or "未标明",
    }


def _region(document: Document) -> str:
    return document.region.full_name if document.region else ""
