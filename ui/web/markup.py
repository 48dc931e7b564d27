"""HTML of the page's parts. Every text that comes from a document or a user goes through ``escape``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import quote, urlencode

from assistant.answer import Answer, Citation, Outcome
from indexer.store import DocumentHead
from ui.regions import UNTOLD, region_name
from ui.render import place, reference, rephrased, split_quote
from ui.web import layout

# '…9万人以上[1][2]。' -> '1', '2'
MARKER = re.compile(r"\[(\d{1,3})\]")

# '[1][2]。' -> kept on one line, so that no line starts with a full stop
MARKERS = re.compile(r"(?:\[\d{1,3}\])+[。，；、：！？,;:.!?）)]?")

# '**培训补贴**' -> '培训补贴'
STRONG = re.compile(r"\*\*([^*\n]+)\*\*")

# '| 遵义市 | 9万人以上[1] |'
TABLE_ROW = re.compile(r"^\s*\|(.*)\|\s*$")

# '|---|:--:|'
TABLE_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")

# '- 免费培训' or '· 免费培训'
BULLET = re.compile(r"^\s*[-*·•]\s+(.*)$")

# '提示:以上内容对应的规划期已经过去。' -> '以上内容对应的规划期已经过去。'
ADVICE = re.compile(r"^\s*提示\s*[:：]\s*(.*)$")

NEAR = 90
"""Characters of a clause shown on either side of the quote before it is unfolded."""

SHOWN_DOCUMENTS = 8
SHOWN_REGIONS = 12

NOTICE: dict[Outcome, tuple[str, str]] = {
    "answered": ("", ""),
    "partial": ("部分回答", "文件只写明了其中一部分，没有写明的不作推断。"),
    "refused": ("未找到依据", "已收录的文件里没有能回答它的条款，因此不作回答。"),
    "clarify": ("请再补充一点", "补充后可以查得更准。"),
}


HELP = (
    '<ul class="help"><li>可以看看<a href="/documents">已收录哪些文件</a>，'
    '或在<a href="/clauses">条款查询</a>里用别的词找原文。</li>'
    "<li>没有收录的政策，请向发文机关或当地主管部门咨询，也可以拨打 12345 政务服务便民热线。</li></ul>"
)
"""Where to go on after a refusal: what is covered, and whom to ask."""

VERDICTS = (("helpful", "有用"), ("unhelpful", "没用"), ("mismatch", "原文不符"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer, or what went wrong with what to do about it."""

    question: str
    answer: Answer | None = None
    problem: str = ""
    hint: str = ""
    region: str = ""


Phase = Literal["thinking", "writing", "done"]


def welcome(examples: Sequence[str], regions: Sequence[str]) -> str:
    """The empty conversation: what can be asked, and examples to press."""
    places = "、".join(escape(region) for region in regions[:SHOWN_REGIONS])
    if len(regions) > SHOWN_REGIONS:
        places += f" 等 {len(regions)} 个地区"
    covered = f"<p>目前收录 {places} 的政策文件。</p>" if places else ""
    return (
        '<div class="welcome"><h2>您想了解哪项政策？</h2>'
        "<p>用平常的话问就可以。答案只取自已收录的文件，并逐句标出条款；文件没有写的，会直接告诉您没有。</p>"
        f"{covered}{chips('可以这样问', examples)}"
        # The browser's own list of earlier questions goes here.
        '<div id="recent" hidden></div></div>'
    )


def conversation(exchanges: Sequence[Exchange], phase: Phase = "done", shown: str = "") -> str:
    """The dialogue; while the last answer is ``writing``, ``shown`` is as much of it as there is so far."""
    last = len(exchanges) - 1
    parts = [
        _exchange(number, exchange, phase if number == last else "done", shown)
        for number, exchange in enumerate(exchanges)
    ]
    busy = "false" if phase == "done" else "true"
    # The page announces each finished answer itself: a live region would read the whole dialogue again.
    attributes = f'role="log" aria-live="off" aria-label="对话" aria-busy="{busy}"'
    return f'<div class="dialogue" {attributes}>{"".join(parts)}</div>'


def _exchange(number: int, exchange: Exchange, phase: Phase, shown: str) -> str:
    question = f'<div class="said"><span class="sr">您的问题：</span>{_lines(exchange.question)}</div>'
    if phase == "thinking":
        dots = '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'
        reply = f'<div class="reply waiting">{dots}正在查阅条款…</div>'
    elif phase == "writing" and exchange.answer:
        link = _linker(number, exchange.answer.citations)
        reply = f'<div class="reply writing">{prose(shown, link, exchange.answer.scope.regions)}</div>'
    elif exchange.answer:
        reply = _reply(number, exchange.answer, exchange.region)
    else:
        hint = f"<p>{escape(exchange.hint)}</p>" if exchange.hint else ""
        again = f'<button type="button" class="plain" data-ask="{escape(exchange.question)}">再问一次</button>'
        reply = (
            f'<div class="reply problem"><p class="notice">这次没有得到答案</p>'
            f"<p>{escape(exchange.problem)}</p>{hint}{again}</div>"
        )
    asked = f'data-question="{escape(exchange.question)}" data-region="{escape(exchange.region)}"'
    return f'<section class="exchange" data-turn="{number}" {asked}>{question}{reply}</section>'


def _reply(number: int, answer: Answer, region: str) -> str:
    title, about = NOTICE[answer.outcome]
    notice = f'<p class="notice" title="{about}">{title}</p>' if title else ""
    understood = ""
    if rephrased(answer):
        understood = f'<p class="understood">按上文理解为：{escape(answer.standalone_question)}</p>'
    body = prose(answer.answer, _linker(number, answer.citations), answer.scope.regions)
    sources = "".join(_source_link(number, citation) for citation in answer.citations)
    strip = f'<nav class="strip" aria-label="依据">{sources}</nav>' if sources else ""
    related = "".join(
        _source_link(number, citation, position) for position, citation in enumerate(answer.related, start=1)
    )
    if related:
        strip += f'<nav class="strip related" aria-label="相关条款"><p>相近的条款，供参考：</p>{related}</nav>'
    kind = f"reply {answer.outcome}"
    tools = _tools(answer, region)
    if answer.outcome == "refused":
        body += HELP
    return f'<div class="{kind}">{notice}{understood}{body}{strip}{tools}</div>{chips("还可以问", answer.suggestions)}'


def _tools(answer: Answer, region: str) -> str:
    """What can be done with an answer: copy it, link to it, judge it."""
    link = f"#/?{urlencode({'q': answer.standalone_question, **({'region': region} if region else {})})}"
    clauses = " ".join(dict.fromkeys(citation.clause_id for citation in answer.citations))
    about = (
        f'data-question="{escape(answer.standalone_question)}" data-answer="{escape(answer.answer)}" '
        f'data-region="{escape(region)}" data-clauses="{escape(clauses)}"'
    )
    verdicts = "".join(
        f'<button type="button" class="plain" data-verdict="{verdict}" aria-pressed="false">{name}</button>'
        for verdict, name in VERDICTS
    )
    return (
        '<div class="tools">'
        f'<button type="button" class="plain" data-copy="{escape(with_citations(answer))}">复制回答</button>'
        f'<button type="button" class="plain" data-link="{escape(link)}">复制链接</button>'
        f'<div class="verdict" role="group" aria-label="评价这个回答" {about}>{verdicts}</div></div>'
    )


def with_citations(answer: Answer) -> str:
    """The answer as plain text with the clauses it cites, to paste elsewhere."""
    lines = [answer.answer]
    if answer.citations:
        lines += ["", "依据：", *(f"[{one.marker}] {formal_reference(one)}" for one in answer.citations)]
    return "\n".join(lines)


def sources(exchanges: Sequence[Exchange], covered: Sequence[DocumentHead] = ()) -> str:
    """The cards of every turn, of which the last is shown; the others come up when their markers are pressed.

    A turn without cards shows the documents ``covered``.
    """
    last = len(exchanges) - 1
    none = (_listed(covered) if covered else "") or (
        '<p class="none">这次没有引用条款。可以看看<a href="/documents">已收录的文件</a>。</p>'
    )
    groups = [_group(number, exchange.answer, none, hidden=number != last) for number, exchange in enumerate(exchanges)]
    return f'<div class="sources">{"".join(groups)}</div>' if groups else ""


def library(documents: Sequence[DocumentHead]) -> str:
    """The documents there are, for the panel before the first answer."""
    return f'<div class="sources library">{_listed(documents)}</div>'


def _listed(documents: Sequence[DocumentHead]) -> str:
    rows = "".join(
        f'<li><a href="/documents/{quote(document.doc_id, safe="")}">{escape(document.title)}</a>'
        f"<span>{escape(_document_facts(document))}</span></li>"
        for document in documents[:SHOWN_DOCUMENTS]
    )
    more = f'<p><a href="/documents">全部 {len(documents)} 份</a></p>' if len(documents) > SHOWN_DOCUMENTS else ""
    return f'<div class="library"><h2>已收录的文件</h2><ul>{rows}</ul>{more}</div>'


def _group(number: int, answer: Answer | None, none: str, *, hidden: bool) -> str:
    citations = answer.citations if answer else ()
    related = answer.related if answer else ()
    if citations:
        title, cards = "依据", [_card(anchor(number, one.marker), str(one.marker), one) for one in citations]
    else:
        title = "相近的条款"
        cards = [_card(anchor(number, n, related=True), "", one) for n, one in enumerate(related, start=1)]
    head = f"<h2>{title}<small>{len(cards)} 条</small></h2>" if cards else none
    return f'<section data-group="{number}"{" hidden" if hidden else ""}>{head}{"".join(cards)}</section>'


def _card(identifier: str, number: str, citation: Citation) -> str:
    badge = f'<span class="number" aria-hidden="true">{number}</span>' if number else ""
    day = citation.issued.isoformat() if citation.issued else ""
    facts = " · ".join(escape(fact) for fact in (citation.doc_number or "", citation.region or UNTOLD) if fact)
    if day:
        facts += f"{' · ' if facts else ''}<span>{day}</span>"
    text, folded = _clause(citation)
    span = None if citation.quote == citation.text else (citation.start, citation.end)
    whole = layout.clause_address(citation.doc_id, citation.clause_id, span)
    fold = '<button type="button" class="plain" data-fold aria-expanded="false">展开全文</button>' if folded else ""
    cited = identifier.startswith("cite-")
    back = '<button type="button" class="plain" data-back>回到答案</button>' if cited else ""
    checked = '<span class="checked">已与原文核对</span>' if cited and citation.verification == "verified" else ""
    return (
        f'<article class="card" id="{identifier}" tabindex="-1">'
        f"<header>{badge}<h3>{escape(citation.title)}</h3></header>"
        f'<p class="facts">{facts}<br>{escape(citation.issuer)}</p><p class="place">{escape(place(citation))}</p>'
        f'<blockquote class="clause"{" data-folded" if folded else ""}>{text}</blockquote><footer>{fold}'
        f'<button type="button" class="plain" data-copy="{escape(formal_reference(citation))}">复制引用</button>'
        f'<a class="plain" href="{whole}">查看全文位置</a>{back}{checked}</footer></article>'
    )


def _clause(citation: Citation) -> tuple[str, bool]:
    """The clause's HTML and whether parts of it are folded away; the quote is marked, unless it is the whole clause."""
    if citation.quote == citation.text:
        near, tail = citation.text[: 4 * NEAR], citation.text[4 * NEAR :]
        return f"{escape(near)}{_more(tail)}{_far(escape(tail))}", bool(tail)
    before, quote, after = split_quote(citation)
    far = max(0, len(before) - NEAR)
    marked = f"<mark>{escape(quote)}</mark>" if quote else ""
    lead, tail = escape(before[:far]), escape(after[NEAR:])
    near = f"{escape(before[far:])}{marked}{escape(after[:NEAR])}"
    return f"{_far(lead)}{_more(lead)}{near}{_more(tail)}{_far(tail)}", bool(lead or tail)


def _more(far: str) -> str:
    return '<span class="more" aria-hidden="true">…</span>' if far else ""


def _far(markup: str) -> str:
    return f'<span class="far">{markup}</span>' if markup else ""


def picker(name: str, regions: Sequence[str], chosen: str = "") -> str:
    """A choice among ``regions``, or none of them."""
    options = "".join(
        f'<option value="{escape(region)}"{" selected" if region == chosen else ""}>{escape(region)}</option>'
        for region in regions
    )
    return f'<select class="picker" aria-label="{name}"><option value="">全部地区</option>{options}</select>'


def complaint(message: str) -> str:
    """What keeps a question from being asked, below the box it stays in."""
    return f'<p class="complaint" role="alert">{escape(message)}</p>'


def problem(message: str, hint: str) -> str:
    """Something that went wrong, where results would be."""
    about = f"<p>{escape(hint)}</p>" if hint else ""
    return f'<div class="reply problem" role="alert"><p>{escape(message)}</p>{about}</div>'


def chips(label: str, questions: Iterable[str]) -> str:
    """Questions to press."""
    buttons = "".join(
        f'<button type="button" class="chip" data-ask="{escape(text)}">{escape(text)}</button>' for text in questions
    )
    return f'<div class="chips" role="group" aria-label="{label}"><p>{label}</p>{buttons}</div>' if buttons else ""


def prose(text: str, link: Callable[[int], str], places: Sequence[str] = ()) -> str:
    """An answer as HTML: paragraphs, lists, tables and bold; ``link`` gives the HTML of the marker [n].

    A paragraph that opens with one of ``places`` and a colon has it in bold.
    """
    blocks: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        taken = at + 1
        if TABLE_ROW.match(lines[at]):
            taken = _end(lines, at, TABLE_ROW)
            blocks.append(_table(lines[at:taken], link))
        elif BULLET.match(lines[at]):
            taken = _end(lines, at, BULLET)
            items = [_inline(BULLET.sub(r"\1", line), link) for line in lines[at:taken]]
            blocks.append(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
        elif advice := ADVICE.match(lines[at]):
            blocks.append(f'<p class="advice"><b>提示</b>{_inline(advice[1], link)}</p>')
        elif lines[at].strip():
            blocks.append(f"<p>{_opened(lines[at].strip(), places, link)}</p>")
        at = taken
    return f'<div class="prose-text">{"".join(blocks)}</div>'


def _opened(line: str, places: Sequence[str], link: Callable[[int], str]) -> str:
    place = next((one for one in places if one and line.startswith((f"{one}:", f"{one}："))), "")
    rest = _inline(line[len(place) :], link)
    return f'<b class="place-name">{escape(place)}</b>{rest}' if place else rest


def anchor(turn: int, number: int, *, related: bool = False) -> str:
    """The element id of a card."""
    return f"{'related' if related else 'cite'}-{turn}-{number}"


def formal_reference(citation: Citation) -> str:
    """A citation to paste: 《标题》(文号)三、(四)：“原文”."""
    return f"{reference(citation)}：“{citation.quote}”"


def _linker(turn: int, citations: Sequence[Citation]) -> Callable[[int], str]:
    titles = {citation.marker: citation.title for citation in citations}

    def link(number: int) -> str:
        if number not in titles:
            return f"[{number}]"
        about = escape(f"依据 {number}：{titles[number]}")
        return (
            f'<button type="button" class="marker" data-cite="{anchor(turn, number)}" data-turn="{turn}"'
            f' aria-label="{about}" title="{about}">{number}</button>'
        )

    return link


def _source_link(turn: int, citation: Citation, position: int = 0) -> str:
    identifier = anchor(turn, position, related=True) if position else anchor(turn, citation.marker)
    badge = "" if position else f'<span class="number">{citation.marker}</span>'
    where = citation.heading_path[-1] if citation.heading_path else citation.label
    text = " · ".join(escape(part) for part in (citation.region or UNTOLD, where) if part)
    attributes = f'type="button" class="source" data-cite="{identifier}" data-turn="{turn}"'
    return f"<button {attributes}>{badge}<span>{text}</span></button>"


def _inline(text: str, link: Callable[[int], str]) -> str:
    safe = STRONG.sub(r"<strong>\1</strong>", escape(text))
    return MARKERS.sub(lambda kept: f'<span class="keep">{_linked(kept.group(), link)}</span>', safe)


def _linked(markers: str, link: Callable[[int], str]) -> str:
    return MARKER.sub(lambda match: link(int(match.group(1))), markers)


def _table(lines: Sequence[str], link: Callable[[int], str]) -> str:
    rows = [line.strip()[1:-1].split("|") for line in lines if not TABLE_RULE.match(line)]
    cells = [[_inline(cell.strip(), link) for cell in row] for row in rows] or [[]]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in cells[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells[1:])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table" tabindex="0" role="region" aria-label="表格">{table}</div>'


def _end(lines: Sequence[str], start: int, pattern: re.Pattern[str]) -> int:
    end = start
    while end < len(lines) and pattern.match(lines[end]):
        end += 1
    return end


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))


def _document_facts(document: DocumentHead) -> str:
    region = region_name(document)
    issued = f"{document.issued.year} 年" if document.issued else ""
    return " · ".join(part for part in (document.doc_number or "", region, issued) if part)
