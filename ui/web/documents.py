"""The library: every document with its metadata, and a reader for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from assistant.dossier import Dossier
from corpus.edits import KINDS
from corpus.model import Document
from corpus.validity import Standing
from indexer.store import DocumentHead
from ui.admin import KEY_HEADER
from ui.lookup import squeezed
from ui.regions import UNTOLD, region_name
from ui.web import layout, reader, standing

ABOUT = "问答和查询只依据这些文件。打开一份可看全文和目录，也可下载收录时的原文。"

PER_PAGE = 50

# The roles that a reader would count as provisions.
COUNTED = {"body": "正文条款", "table": "专栏表格", "heading": "标题"}


Edits = Mapping[str, Mapping[str, str]]

NO_EDITS: Edits = {}

EDITED = "（人工修订）"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which of the documents are shown."""

    words: str = ""
    region: str = ""
    kind: str = ""
    state: str = ""
    page: int = 1

    def admits(self, head: DocumentHead) -> bool:
        """True for documents of this region and kind, with the words in title, 文号 or issuers; the state aside."""
        if (self.region and region_name(head) != self.region) or (self.kind and head.kind != self.kind):
            return False
        said = squeezed(f"{head.title}{head.doc_number or ''}{''.join(head.issuers)}").lower()
        return all(squeezed(word).lower() in said for word in self.words.split())

    def number(self, shown: Sequence[DocumentHead]) -> int:
        """The number of the page shown, from 1."""
        return min(max(1, self.page), _last(shown))

    def on_page(self, shown: Sequence[DocumentHead]) -> Sequence[DocumentHead]:
        """The part of ``shown`` that is on the page."""
        first = (self.number(shown) - 1) * PER_PAGE
        return shown[first : first + PER_PAGE]


def listing(
    shelf: Shelf,
    heads: Sequence[DocumentHead],
    shown: Sequence[DocumentHead],
    roles: Mapping[str, Mapping[str, int]],
    stands: Mapping[str, Standing],
    edits: Edits = NO_EDITS,
    *,
    managed: bool = False,
) -> str:
    """The list of documents, a page of those ``shown`` of all ``heads``.

    ``roles`` counts the clauses of each, ``stands`` has the standing of those on the page by id; ``edits`` are the
    fields corrected by hand, by doc_id; ``managed`` adds the place where documents are changed.
    """
    regions = sorted({region_name(one) for one in heads}, key=lambda name: (name == UNTOLD, name))
    kinds = list(dict.fromkeys(one.kind for one in heads))
    form = (
        '<form class="bar" action="/documents" method="get">'
        '<label class="field wide"><span>标题、文号或发文机关</span>'
        f'<input name="q" type="search" maxlength="100" value="{escape(shelf.words)}"></label>'
        f"{layout.select('region', '地区', layout.choices('全部地区', regions), shelf.region)}"
        f"{layout.select('kind', '文种', layout.choices('全部文种', kinds), shelf.kind)}"
        f"{layout.select('state', '效力', standing.STATE_CHOICES, shelf.state)}"
        '<button class="primary">筛选</button></form>'
    )
    rows = "".join(
        f"<li>{_entry(one, roles.get(one.doc_id, {}), stands[one.doc_id], edits.get(one.doc_id, {}))}</li>"
        for one in shelf.on_page(shown)
    )
    found = f'<ul class="library-list">{rows}</ul>' if rows else '<p class="none">没有符合条件的文件。</p>'
    clauses = sum(sum(roles.get(one.doc_id, {}).get(role, 0) for role in COUNTED) for one in shown)
    number, last = shelf.number(shown), _last(shown)
    part = f"，第 {number} 页，共 {last} 页" if last > 1 else ""
    asked = {"q": shelf.words, "region": shelf.region, "kind": shelf.kind, "state": shelf.state}
    body = (
        f"{layout.heading('文件库', ABOUT)}{_desk() if managed else ''}{form}"
        f'<p class="count" role="status">共 {len(shown)} 份文件，{clauses} 条{part}</p>'
        f"{found}{layout.pages('/documents', number, last, **asked)}"
    )
    return layout.page("文件库", "/documents", body, script="library.js" if managed else "")


def _last(shown: Sequence[DocumentHead]) -> int:
    return max(1, -(-len(shown) // PER_PAGE))


def _desk() -> str:
    """Where documents are changed, once the key is entered; the script does the rest."""
    return (
        f'<details class="manage" id="manage" data-header="{KEY_HEADER}" data-kinds="{escape(json.dumps(KINDS))}">'
        '<summary>管理文件库</summary><div id="told" role="status" tabindex="-1" hidden></div>'
        '<form id="unlock" class="bar"><label class="field wide"><span>管理密钥（只保存在这个标签页里）</span>'
        '<input id="key" type="password" autocomplete="off" maxlength="500"></label>'
        '<button class="primary">进入管理</button></form>'
        '<div id="work" hidden><form id="upload" class="bar"><label class="field wide"><span>收录新文件</span>'
        '<input id="files" type="file" multiple></label><button class="primary">预览</button>'
        '<button type="button" class="plain" id="lock">退出管理</button></form><div id="previews"></div></div>'
        f'</details><dialog id="dialog" class="manage-dialog"></dialog>{layout.announcer()}'
    )


def _entry(head: DocumentHead, counts: Mapping[str, int], stood: Standing, edits: Mapping[str, str]) -> str:
    path = f"/documents/{quote(head.doc_id, safe='')}"
    return (
        f'<article class="entry" data-doc-id="{escape(head.doc_id)}">'
        f'<h2><a href="{escape(path)}">{escape(head.title)}</a></h2>'
        f'<p class="state-line">{standing.line(stood)}</p>'
        f"{layout.facts(_facts(head, counts, edits))}</article>"
    )


def whole(
    document: Document, span: tuple[int, int] | None, dossier: Dossier, edits: Mapping[str, str] | None = None
) -> str:
    """One document: what is known of it (``edits`` by hand), its contents, and its text with ``span`` marked."""
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
        f"{layout.heading(document.title)}{layout.facts(_facts(document, counts, edits or {}))}"
        f'<div class="actions"><a class="plain" href="{escape(source)}" download>下载原文</a>'
        f'<a class="plain" href="{layout.address("/clauses", q=document.doc_number or document.title[:60])}">查条款</a>'
        f'<a class="plain" href="{layout.address("/targets", doc=document.doc_id)}">看指标</a></div>'
        f"{standing.section(dossier)}{left_out}{found}"
        f'<div class="reading"><details class="side" open><summary>目录</summary>'
        f'<nav aria-label="目录">{contents}</nav></details>'
        f'<article class="document">{reader.text_of(document, span)}</article></div>'
    )
    return layout.page(document.title, "/documents", body, script="reader.js")


def _facts(document: Document | DocumentHead, counts: Mapping[str, int], edits: Mapping[str, str]) -> dict[str, str]:
    def said(field: str, value: str, otherwise: str = "未标明") -> str:
        mark = EDITED if field in edits else ""
        return f"{value or (otherwise or ('无' if mark else ''))}{mark}"

    return {
        "文号": said("doc_number", document.doc_number or ""),
        "地区": said("region", document.region.full_name if document.region is not None else ""),
        "文种": said("kind", document.kind),
        "成文日期": said("issued", document.issued.isoformat() if document.issued else ""),
        "施行日期": said("effective", document.effective.isoformat() if document.effective else "", ""),
        "失效日期": said("expires", document.expires.isoformat() if document.expires else "", ""),
        "条款": "，".join(f"{name} {counts[role]} 条" for role, name in COUNTED.items() if counts.get(role)),
        "发文机关": said("issuers", "、".join(document.issuers)),
        "标题": f"不同于原文{EDITED}" if "title" in edits else "",
    }
