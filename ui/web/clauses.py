"""The workplace for looking clauses up: hits, a reader for one clause, and what is kept during a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from assistant.answer import Citation, SearchHit
from assistant.dossier import Dossier
from corpus.model import Clause, Document
from corpus.validity import STALE, UNUSED, State
from ui.lookup import ANYWHERE, Filters, neighbours, words_of
from ui.regions import UNTOLD
from ui.render import reference, spoken
from ui.web import layout, reader, standing
from ui.web.marks import mark_words, snippet, words_to_mark

KEYS = (
    ("/", "输入"),
    ("↑ ↓", "选择"),
    ("Enter", "打开"),
    ("Esc", "返回"),
    ("C", "复制引用"),
    ("R", "朗读稿"),
    ("P", "钉住"),
)

NOTHING_KNOWN: Mapping[str, State] = MappingProxyType({})

MARK = 4
"""The most characters of a bullet or number before a clause's own heading."""

ABOUT = "输入词语、文号或条款号，直接看原文，不作回答。例如：技能大师工作室；辽人社发〔2022〕20号 三、(四)。"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The clause of another place that is nearest to a heading."""

    region: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Opened:
    """A clause to read, with its document and what other places say on its subject."""

    citation: Citation
    document: Document
    elsewhere: tuple[Elsewhere, ...]
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed and chosen."""

    query: str = ""
    filters: Filters = ANYWHERE


@dataclass(frozen=True, slots=True)
class Choices:
    """What the pickers offer."""

    regions: Sequence[str]
    kinds: Sequence[str]
    years: Sequence[int]
    groups: Sequence[str]


def page(
    asked: Asked,
    found: Sequence[SearchHit],
    opened: Opened | None,
    choices: Choices,
    states: Mapping[str, State] = NOTHING_KNOWN,
) -> str:
    """The whole workplace; ``states`` of the documents found by id."""
    body = (
        f"{layout.heading('条款查询', ABOUT)}{_form(asked, choices)}{layout.announcer()}"
        f'<div class="finder"><section id="hits" aria-label="查询结果">{hits(asked, found, opened, states)}</section>'
        '<section id="reader" aria-label="条款原文" tabindex="-1">'
        f"{read(asked, opened) if opened else _empty()}</section>"
        f"{_call()}</div>"
    )
    return layout.page("条款查询", "/clauses", body, script="clauses.js")


def hits(
    asked: Asked,
    found: Sequence[SearchHit],
    opened: Opened | None = None,
    states: Mapping[str, State] = NOTHING_KNOWN,
) -> str:
    """The list of hits, each a link that opens its clause; ``states`` of their documents by id."""
    if not asked.query and not asked.filters.group:
        return '<p class="none">结果会随输入显示在这里；只选“对象”，会列出写到这一对象的条款。</p>'
    if not found:
        about = f"与“{escape(asked.query)}”相关的" if asked.query else "符合筛选的"
        return f'<p class="none">没有找到{about}条款。换一个说法，或放宽筛选再试。</p>'
    current = opened.citation.clause_id if opened else ""
    rows = "".join(f"<li>{_hit(asked, hit.citation, current, states)}</li>" for hit in found)
    return f'<p class="count">找到 {len(found)} 条</p><ol class="hit-list">{rows}</ol>'


def _hit(asked: Asked, citation: Citation, current: str, states: Mapping[str, State]) -> str:
    words = words_to_mark(words_of(asked.query), citation.text)
    here = ' aria-current="true"' if citation.clause_id == current else ""
    state = states.get(citation.doc_id)
    told = state if state in STALE | UNUSED else ""
    said = (citation.region or UNTOLD, citation.doc_number or citation.title, told or "")
    facts = " · ".join(escape(fact) for fact in said if fact)
    return (
        f'<a class="hit" href="{_link(asked, citation.clause_id)}" data-id="{escape(citation.clause_id)}"{here}>'
        f'<span class="hit-place">{escape(_last(citation))}</span><span class="hit-facts">{facts}</span>'
        f'<span class="hit-text">{snippet(citation.text, words, prefer=citation.quote)}</span></a>'
    )


def read(asked: Asked, opened: Opened) -> str:
    """One clause in its surroundings."""
    citation, document = opened.citation, opened.document
    words = words_to_mark(words_of(asked.query), citation.text)
    clause = next(one for one in document.clauses if one.clause_id == citation.clause_id)
    before, after = neighbours(document, clause.clause_id)
    whole = layout.clause_address(citation.doc_id, citation.clause_id)
    tree = reader.contents(document, current=clause.clause_id, link=f"{_base(asked)}id=")
    path = " › ".join(citation.heading_path[:-1])
    above = f'<p class="trail">{escape(path)}</p>' if path else ""
    title = mark_words(_last(citation), words)
    if reader.own_heading(clause, document):
        text = reader.body_html(clause, document, None, words) or '<p class="none">这一条只有标题，内容在下级条款。</p>'
    else:
        text = reader.clause_html(clause, document, 3, None, words)
    number = f" · {escape(citation.doc_number)}" if citation.doc_number else ""
    day = f" · {citation.issued.isoformat()}" if citation.issued else ""
    actions = (
        f'<div class="actions">{_button("copy", "c", reference(citation), "复制引用")}'
        f"{_button('read', 'r', spoken(citation, words), '朗读稿')}"
        f"{_button('pin', 'p', f'{citation.region or UNTOLD} {_last(citation)}', '钉住')}"
        f'<a class="plain" href="{whole}">在全文中看</a><a class="plain to-hits" href="#hits">回到结果</a></div>'
    )
    return (
        f'<article class="clause-page" data-clause="{escape(clause.clause_id)}">{above}'
        f"<h2>{title}</h2>"
        f'<p class="facts">《{escape(citation.title.strip("《》"))}》{number}<br>{escape(citation.issuer)}'
        f"{' · ' if citation.issuer else ''}{escape(citation.region or UNTOLD)}{day} · {escape(document.kind)}</p>"
        f'<p class="state-line">{standing.line(opened.dossier.standing)}</p>{actions}'
        f'<div id="spoken" class="spoken" role="status" hidden></div>'
        f'<div class="clause-text">{text}</div>'
        f"{_copies(opened.dossier)}{_neighbours(asked, before, after)}{_elsewhere(asked, opened)}"
        f'<details class="tree"><summary>本文件目录</summary>{tree}</details></article>'
    )


def _copies(dossier: Dossier) -> str:
    found = standing.copies(dossier)
    return f'<section class="standing" aria-label="同文">{found}</section>' if found else ""


def _button(action: str, key: str, about: str, name: str) -> str:
    return (
        f'<button type="button" class="plain" data-{action}="{escape(about)}" data-key="{key}">'
        f"{name} <kbd>{key.upper()}</kbd></button>"
    )


def _neighbours(asked: Asked, before: Clause | None, after: Clause | None) -> str:
    links = "".join(
        f'<a class="{kind}" href="{_link(asked, clause.clause_id)}" data-id="{escape(clause.clause_id)}">'
        f"<small>{name}</small>{escape(_named(clause.heading_path, clause.label, clause.text))}</a>"
        for kind, name, clause in (("before", "上一条", before), ("after", "下一条", after))
        if clause
    )
    return f'<nav class="neighbours" aria-label="前后条款">{links}</nav>' if links else ""


def _elsewhere(asked: Asked, opened: Opened) -> str:
    if not opened.elsewhere:
        return ""
    rows = "".join(
        f'<li><a href="{_link(asked, one.citation.clause_id)}" data-id="{escape(one.citation.clause_id)}">'
        f"<b>{escape(one.region)}</b><span>{escape(_last(one.citation))}</span></a></li>"
        for one in opened.elsewhere
    )
    return (
        '<section class="elsewhere"><h3>其他地区的相近条款</h3>'
        f'<p class="note">按标题查找，各地规定不能互相代替。</p><ul>{rows}</ul></section>'
    )


def _form(asked: Asked, choices: Choices) -> str:
    filters = asked.filters
    year = str(filters.year) if filters.year is not None else ""
    return (
        '<form id="lookup" class="bar" role="search" action="/clauses" method="get">'
        '<label class="field wide"><span>词语、文号或条款号</span>'
        f'<input id="words" name="q" type="search" maxlength="200" autocomplete="off" spellcheck="false" '
        f'value="{escape(asked.query)}"></label>'
        '<button class="primary">查找</button>'
        '<details class="filters" open><summary>筛选</summary><div class="fields">'
        f"{layout.select('region', '地区', layout.choices('全部地区', choices.regions), filters.region)}"
        f"{layout.select('kind', '文种', layout.choices('全部文种', choices.kinds), filters.kind)}"
        f"{layout.select('year', '成文年份', layout.choices('全部年份', [str(one) for one in choices.years]), year)}"
        f"{layout.select('group', '对象', layout.choices('全部对象', choices.groups), filters.group)}"
        f"{layout.select('state', '效力', standing.STATE_CHOICES, filters.state)}"
        f"</div></details></form>"
    )


def _call() -> str:
    keys = "".join(f"<li><kbd>{key}</kbd>{what}</li>" for key, what in KEYS)
    return (
        '<aside class="call" aria-label="本次通话"><h2>本次通话</h2>'
        '<label class="field"><span>记录</span><textarea id="note" rows="4" maxlength="4000"></textarea></label>'
        '<h3>钉住的条款</h3><ul id="pins"></ul><p id="no-pins" class="none">看条款时按“钉住”，会留在这里。</p>'
        '<div class="actions"><button type="button" class="plain" id="copy-call">复制记录</button>'
        '<button type="button" class="plain" id="clear-call">清空</button></div>'
        '<p class="note">只保存在这台电脑的浏览器里。</p>'
        f'<section class="keys" aria-label="键盘操作"><h2>键盘操作</h2><ul>{keys}</ul>'
        '<button type="button" class="plain" id="shortcuts" aria-pressed="true">单键快捷键</button></section></aside>'
    )


def _empty() -> str:
    return '<p class="none">从查询结果里打开一条，在这里看原文。</p>'


def _last(citation: Citation) -> str:
    return _named(citation.heading_path, citation.label, citation.text)


def _named(path: Sequence[str], label: str, text: str) -> str:
    """A clause's own heading, else its number: under 第二章 劳动合同的订立 every article would look the same."""
    if not path:
        return label
    return path[-1] if path[-1] in text[: len(path[-1]) + MARK] else f"{label} · {path[-1]}"


def _base(asked: Asked) -> str:
    made = layout.address("/clauses", q=asked.query, **_chosen(asked.filters)).replace("&amp;", "&")
    return f"{made}{'&' if '?' in made else '?'}"


def _chosen(filters: Filters) -> dict[str, str | int | None]:
    return {
        "region": filters.region,
        "kind": filters.kind,
        "year": filters.year,
        "group": filters.group,
        "state": filters.state,
    }


def _link(asked: Asked, clause_id: str) -> str:
    return layout.address("/clauses", q=asked.query, **_chosen(asked.filters), id=clause_id)
