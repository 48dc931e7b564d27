"""What every page of the site shares: the frame, the navigation, and a few controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote, urlencode

NAVIGATION = (
    ("/", "政策问答"),
    ("/eligibility", "资格自查"),
    ("/clauses", "条款查询"),
    ("/documents", "文件库"),
    ("/targets", "指标对比"),
    ("/evaluate", "评测"),
)

CURRENT = ' aria-current="page"'

LONG, LONG_VALUE = ' class="long"', 24
"""A value of more characters has a line of its own."""

FOOTER = (
    '<footer class="site-footer"><p>内容取自已收录的文件，以发文机关正式发布的文本为准。</p>'
    '<p><a href="/api">开放接口</a></p></footer>'
)


def page(title: str, active: str, body: str, *, script: str = "") -> str:
    """A whole page; ``active`` is the address of its entry in the navigation, ``script`` a file of the site's own."""
    extra = f'<script src="/site/{script}" defer></script>' if script else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · 问策</title>"
        '<link rel="icon" href="/site/favicon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/site/site.css"><script src="/site/site.js"></script>'
        f'{extra}</head><body class="site">{masthead(active)}'
        f'<main id="main" tabindex="-1">{body}</main>{FOOTER}</body></html>'
    )


def masthead(active: str, content: str = "main") -> str:
    """The name of the service, the way to its parts, and the switch to large type; ``content`` is where to skip to."""
    links = "".join(
        f'<li><a href="{where}"{CURRENT if where == active else ""}>{name}</a></li>' for where, name in NAVIGATION
    )
    return (
        f'<a class="skip" href="#{content}">跳到正文</a>'
        '<header class="masthead"><div class="band"><span class="seal" aria-hidden="true">问策</span>'
        '<div class="name"><p class="service">问策</p><p class="promise">每句话都能对到原文条款</p></div>'
        '<button type="button" class="large-type" data-large aria-pressed="false">大字</button></div>'
        f'<nav aria-label="主导航"><ul>{links}</ul></nav></header>'
    )


def announcer() -> str:
    """Where scripts put what a screen reader should say."""
    return '<div id="announcer" class="sr" role="status" aria-live="polite"></div>'


def heading(title: str, about: str = "") -> str:
    """The head of a page."""
    return f'<div class="page-head"><h1>{escape(title)}</h1>{f"<p>{escape(about)}</p>" if about else ""}</div>'


def select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    """A labelled native picker of ``(value, text)``."""
    items = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in options
    )
    return f'<label class="field"><span>{label}</span><select class="picker" name="{name}">{items}</select></label>'


def choices(everything: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """``values`` as the options of a picker, after one for all of them."""
    return [("", everything), *((value, value) for value in values)]


def pages(path: str, number: int, last: int, **query: str | int | None) -> str:
    """Links to the other pages of a long list; ``""`` for a list of one page."""
    if last < 2:
        return ""
    near = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    items: list[str] = []
    for before, page_number in zip([0, *near], near, strict=False):
        gap = '<li aria-hidden="true">…</li>' if page_number > before + 1 else ""
        here = CURRENT if page_number == number else ""
        link = address(path, **query, page=page_number if page_number > 1 else None)
        items.append(f'{gap}<li><a href="{link}"{here} aria-label="第 {page_number} 页">{page_number}</a></li>')
    step = "".join(
        f'<a class="plain" rel="{rel}" href="{address(path, **query, page=to if to > 1 else None)}">{name}</a>'
        for to, name, rel in ((number - 1, "上一页", "prev"), (number + 1, "下一页", "next"))
        if 1 <= to <= last
    )
    return f'<nav class="pages" aria-label="分页"><ol>{"".join(items)}</ol>{step}</nav>'


def address(path: str, **query: str | int | None) -> str:
    """``path`` with the parts of ``query`` that say something, escaped for an attribute."""
    said = {name: value for name, value in query.items() if value not in (None, "")}
    return escape(f"{path}?{urlencode(said)}" if said else path)


def clause_address(doc_id: str, clause_id: str, at: tuple[int, int] | None = None) -> str:
    """Where the reader of documents shows a clause, with the characters ``at`` of the raw text marked."""
    path = f"/documents/{quote(doc_id, safe='')}"
    if at:
        return escape(f"{path}?at={at[0]}-{at[1]}#quote")
    return escape(f"{path}#{quote(anchor(clause_id))}")


def anchor(clause_id: str) -> str:
    """The element id of a clause in its document."""
    return f"c-{clause_id.partition('#')[2]}"


def facts(pairs: Mapping[str, str]) -> str:
    """A description list of what is known."""
    rows = "".join(
        f"<div{LONG if len(value) > LONG_VALUE else ''}><dt>{name}</dt><dd>{escape(value)}</dd></div>"
        for name, value in pairs.items()
        if value
    )
    return f'<dl class="facts-list">{rows}</dl>'


def trouble(message: str, hint: str) -> str:
    """The body of a page that could not be made."""
    about = f"<p>{escape(hint)}</p>" if hint else ""
    return f'{heading("没有打开这一页")}<div class="problem" role="alert"><p>{escape(message)}</p>{about}</div>'
