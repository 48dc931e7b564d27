from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ui.render import Terminal, clean, pad, split_quote, spoken, width
from ui.serialize import pieces
from ui.web import markup
from ui.web.marks import mark_words, words_to_mark
from ui.web.markup import Exchange
from ui.web.shell import SCRIPTS, translate

ALLOWED = {
    "a",
    *("article", "b", "blockquote", "br", "button", "div", "footer", "h1", "h2", "h3", "header", "i", "li", "mark"),
    *(
        "nav",
        "option",
        "p",
        "section",
        "select",
        "small",
        "span",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ),
}


class Tags(HTMLParser):
    """The tags of a page and its text, with every tag checked to be closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data


def link(number: int) -> str:
    return f"<a>{number}</a>"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一句话。", "<p>一句话。</p>"),
        ("一\n\n二", "<p>一</p><p>二</p>"),
        ("**重点**在此", "<p><strong>重点</strong>在此</p>"),
        ("- 甲\n- 乙\n完", "<ul><li>甲</li><li>乙</li></ul><p>完</p>"),
        ("达到9万人[1]。", '<p>达到9万人<span class="keep"><a>1</a>。</span></p>'),
        ("甲[1][12]乙", '<p>甲<span class="keep"><a>1</a><a>12</a></span>乙</p>'),
        ("〔2024〕19号 [2024]", "<p>〔2024〕19号 [2024]</p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("提示:已过<期>。", '<p class="advice"><b>提示</b>已过&lt;期&gt;。</p>'),
        ("提示：一\n二", '<p class="advice"><b>提示</b>一</p><p>二</p>'),
        ("", ""),
    ],
)
def test_prose(text, wanted):
    assert markup.prose(text, link) == f'<div class="prose-text">{wanted}</div>'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲<市>:有", '<p><b class="place-name">甲&lt;市&gt;</b>:有</p>'),
        ("乙省：无[1]", '<p><b class="place-name">乙省</b>：无<span class="keep"><a>1</a></span></p>'),
        ("乙省有:无", "<p>乙省有:无</p>"),
    ],
)
def test_a_place_that_opens_a_paragraph_is_bold(text, wanted):
    assert markup.prose(text, link, ("", "甲<市>", "乙省")) == f'<div class="prose-text">{wanted}</div>'


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| 甲 | 乙 |\n|---|:-:|\n| 1 | <i>[1] |", 2),
        ("| 甲 | 乙 |", 1),
        ("|---|---|", 1),
        ("| 甲 |\n|---|\n| 只写到", 1),
    ],
    ids=["whole", "head only", "rule only", "while it is written"],
)
def test_tables(text, rows):
    page = markup.prose(text, link)
    assert Tags(page).seen <= ALLOWED | {"a"}
    assert page.count("<tr>") == rows


@pytest.mark.parametrize(
    "page",
    [
        lambda s, a: markup.conversation([Exchange(a.question, a)]),
        lambda s, a: markup.conversation([Exchange(a.question, a)], "writing", a.answer[:9]),
        lambda s, a: markup.conversation([Exchange(a.question)], "thinking"),
        lambda s, a: markup.conversation([Exchange(a.question, problem=a.answer, hint=a.answer)]),
        lambda s, a: markup.conversation([Exchange(a.question, replace(a, standalone_question=a.answer))]),
        lambda s, a: markup.conversation([Exchange("问", replace(a, citations=(), related=a.citations))]),
        lambda s, a: markup.sources([Exchange(a.question, a)]),
        lambda s, a: markup.sources([Exchange("问", replace(a, citations=(), related=a.citations))]),
        lambda s, a: markup.library(s.documents()),
        lambda s, a: markup.welcome([a.question, a.answer], [a.answer]),
        lambda s, a: markup.problem(a.question, a.answer),
        lambda s, a: markup.picker("地区", [a.question, a.answer]),
        lambda s, a: markup.complaint(a.question),
    ],
)
def test_nothing_hostile_becomes_markup(service, page):
    made = Tags(page(service, service.ask('<img src=x onerror="window.hacked=1">')))
    assert made.seen <= ALLOWED
    assert not {name for name in made.attributes if name.startswith("on")} | {"src"} & made.attributes


def test_a_card_shows_the_clause_whole_with_its_quote_marked(service):
    answer = service.ask("高技能人才目标")
    page = markup.sources([Exchange("问", answer)])
    for citation in answer.citations:
        assert f"<mark>{citation.quote}</mark>" in page
        assert citation.text in Tags(page.replace('<span class="more" aria-hidden="true">…</span>', "")).text


def test_a_clause_quoted_whole_is_not_marked(service):
    whole = service.clause("liaoning#3.4")
    page = markup.sources([Exchange("问", replace(service.ask("广州有什么"), related=(whole,)))])
    assert "<mark>" not in page
    assert whole.text in Tags(page.replace('<span class="more" aria-hidden="true">…</span>', "")).text


@pytest.mark.parametrize(
    ("asked", "understood", "shown"),
    [("目标是多少？", "目标是多少?", False), ("那辽宁呢", "辽宁的目标是多少", True), (" 目标 ", "目标", False)],
)
def test_how_a_question_was_understood_is_told_where_it_differs(service, asked, understood, shown):
    answer = replace(service.ask("目标"), question=asked, standalone_question=understood)
    assert ("按上文理解为" in markup.conversation([Exchange(asked, answer)])) is shown
    assert ("按上文理解为" in Terminal(colour=False).answer(answer)) is shown


def test_a_title_within_a_title(service):
    citation = replace(service.clause("zunyi#1"), title="关于印发《方案》的通知")
    assert markup.formal_reference(citation).startswith("《关于印发〈方案〉的通知》(遵府办函〔2024〕19号)一：“")


def test_only_the_last_turn_shows_its_sources(service):
    answer = service.ask("高技能人才目标")
    page = markup.sources([Exchange("问", answer), Exchange("问", answer), Exchange("问", problem="坏了")])
    assert re.findall(r'data-group="(\d)"( hidden)?', page) == [("0", " hidden"), ("1", " hidden"), ("2", "")]


def test_markers_lead_to_cards(service):
    exchanges = [Exchange("问", service.ask("高技能人才目标")), Exchange("问", service.ask("广州有什么"))]
    pressed = set(re.findall(r'data-cite="([^"]+)"', markup.conversation(exchanges)))
    cards = set(re.findall(r'<article class="card" id="([^"]+)"', markup.sources(exchanges)))
    assert pressed == cards == {"cite-0-1", "cite-0-2", "related-1-1", "related-1-2"}


def test_a_marker_without_a_citation_stays_text(service):
    answer = replace(service.ask("高技能人才目标"), answer="没有出处[7]")
    assert "没有出处" in markup.conversation([Exchange("问", answer)])
    assert 'data-cite="cite-0-7"' not in markup.conversation([Exchange("问", answer)])


@pytest.mark.parametrize(
    ("text", "query", "wanted"),
    [
        ("技能人才培训", "技能人才", "<mark>技能人才</mark>培训"),
        ("职业技能<b>", "技能培训", "职业<mark>技能</mark>&lt;b&gt;"),
        ("技能大师与技能大师工作室", "技能大师工作室", "技能大师与<mark>技能大师工作室</mark>"),
        ("GDP增长5%", "gdp", "<mark>GDP</mark>增长5%"),
        ("到2025年", "2025年", "到<mark>2025</mark>年"),
        ("a(b", "(", "a(b"),
    ],
)
def test_words_are_marked(text, query, wanted):
    assert mark_words(text, words_to_mark(query, text)) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "一", "一。二。", "甲[1]。乙[2]，\n\n| 丙 |\n", "没有标点" * 40, "，，，", "长。" * 500],
)
def test_pieces_join_to_the_text(text):
    parts = list(pieces(text, at_most=5))
    assert "".join(parts) == text
    assert len(parts) <= 5
    assert all(parts)


def test_pieces_keep_markers_whole():
    assert list(pieces("甲[1],乙[2]。[3]丙")) == ["甲[1],", "乙[2]。[3]", "丙"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a\x1b[31mb", "a[31mb"), ("行\n行\t", "行\n行\t"), ("\x07\x9b", ""), ("左\u202e右", "左右")],
)
def test_control_characters_are_dropped(text, wanted):
    assert clean(text) == wanted


@pytest.mark.parametrize(("text", "columns"), [("ab", 2), ("中文", 4), ("（）", 4), ("", 0)])
def test_width(text, columns):
    assert width(text) == columns
    assert width(pad(text, 10)) == 10


def test_quotes_are_highlighted_in_colour(service):
    answer = service.ask("高技能人才目标")
    printed = Terminal(colour=True).answer(answer)
    for citation in answer.citations:
        assert f"\x1b[1;33m{citation.quote}\x1b[0m" in printed
        assert "".join(split_quote(citation)) == citation.text


def test_the_page_is_chinese_and_names_no_place_outside():
    page = b'<html\n\tlang="en"><meta property="og:url" content="https://x.org/" /><meta\n\tname="twitter:card"\n/><p>'
    assert translate(page) == b'<html\n\tlang="zh-CN"><p>'
    assert translate(b"<head><title>") == b"<head>" + SCRIPTS + b"<title>"


def test_an_answer_is_copied_with_its_citations(service):
    copied = markup.with_citations(service.ask("高技能人才目标"))
    assert copied.startswith("遵义市到2025年,高技能人才达到9万人以上[1]。")
    assert "[2] 《辽宁省“十四五”职业技能培训规划》(辽人社发〔2022〕20号)二、(二)：“新增高技能人才25万人以上" in copied


def test_a_link_reproduces_question_and_region(service):
    page = markup.conversation([Exchange("目标 & 数字", service.ask("目标 & 数字"), region="辽宁省")])
    assert 'data-link="#/?q=%E7%9B%AE%E6%A0%87+%26+' in page
    assert "&amp;region=%E8%BE%BD%E5%AE%81%E7%9C%81" in page


def test_a_card_leads_to_its_place_in_the_document(service):
    answer = service.ask("高技能人才目标")
    first = answer.citations[0]
    page = markup.sources([Exchange("问", answer)])
    assert f'href="/documents/zunyi?at={first.start}-{first.end}#quote"' in page


def test_what_is_read_aloud_names_its_source(service):
    told = spoken(service.clause("zunyi#2.5.17"), ["储备"])
    assert told.startswith("根据遵义市人民政府办公室2024年5月发布的《遵义市推进“技能遵义”行动实施方案》")
    assert "做好省级高技能人才培训基地项目储备。" in told
