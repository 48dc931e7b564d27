from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

import corpus
from corpus.errors import IndexNotBuilt
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import read_source
from corpus.validity import Standing
from ui.api import create_app
from ui.feedback import FeedbackStore
from ui.web import reader
from ui.web.layout import address
from ui.web.marks import snippet
from ui.web.site import add_site

DOCUMENTS = Path(corpus.__file__).parent / "documents"
EVIL_ID = "evil#1"
HOSTILE = "\"><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
ALLOWED_SCRIPTS = {"/site/site.js", "/site/clauses.js", "/site/reader.js"}


class Page(HTMLParser):
    """A page's tags, attributes and text, with every tag checked to be closed and every id to be the only one."""

    VOID = frozenset({"meta", "link", "input", "br", "option"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def client(service, tmp_path) -> TestClient:
    app = create_app(service, FeedbackStore(tmp_path / "feedback.sqlite"))
    add_site(app, service)
    return TestClient(app, raise_server_exceptions=False)


PAGES = [
    "/clauses",
    "/clauses?q=技能&region=辽宁&kind=方案&year=2022",
    f"/clauses?q={quote('甲<script>')}&id={quote(EVIL_ID)}",
    f"/clauses/hits?q={quote('甲<script>')}",
    f"/clauses/hits?q={quote(HOSTILE)}",
    f"/clauses/read?id={quote(EVIL_ID)}&q={quote(HOSTILE)}",
    f"/clauses/read?id={quote(HOSTILE)}",
    "/documents",
    "/documents/evil",
    "/documents/evil?at=0-9",
    f"/documents/{quote(HOSTILE.replace('/', ''))}",
    f"/documents?region={quote(HOSTILE)}",
    "/eligibility",
    f"/eligibility?region={quote('辽宁')}",
    f"/eligibility?region={quote('辽宁')}&group={quote('退役军人')}&group={quote(HOSTILE)}&age=45&residence={quote(HOSTILE)}",
    f"/eligibility?region={quote(HOSTILE)}",
    "/targets",
    f"/targets?compare={quote(HOSTILE)}&indicator={quote(HOSTILE)}",
    "/targets?compare=高技能人才&sort=value&down=1",
]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_hostile_becomes_markup(client, path):
    reply = client.get(path)
    page = Page(reply.text)
    assert {script["src"] for script in page.all("script")} <= ALLOWED_SCRIPTS
    assert page.all("img") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [link for link in page.all("a") if not (link["href"] or "").startswith(("/", "#"))]
    assert "script-src 'self';" in reply.headers["content-security-policy"]


@pytest.mark.parametrize("path", [path for path in PAGES if "/hits" not in path and "/read" not in path])
def test_every_page_has_the_frame(client, path):
    page = Page(client.get(path).text)
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    (current, *_) = [link["href"] for link in page.all("a") if "aria-current" in link]
    assert current == f"/{path.split('/')[1].split('?')[0]}"
    labelled = [field for field in page.all("input") if field.get("type") != "hidden"]
    assert len(page.all("label")) == len(labelled) + len(page.all("select")) + len(page.all("textarea"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/documents/none", 404),
        ("/clauses?id=none", 404),
        ("/clauses/read?id=none", 404),
        ("/clauses?year=abc", 400),
        ("/targets?sort=size", 400),
        ("/site/none.css", 404),
        ("/site/../page.py", 404),
        ("/site/%2e%2e/site.py", 404),
    ],
)
def test_what_cannot_be_shown(client, path, status):
    assert client.get(path).status_code == status


def test_a_page_that_cannot_be_made_says_so(service, client, monkeypatch):
    def broken(*_: object) -> None:
        raise IndexNotBuilt("还没有索引", hint="请先运行 wence index")

    monkeypatch.setattr(service, "heads", broken)
    reply = client.get("/documents")
    assert reply.status_code == 503
    assert "请先运行 wence index" in reply.text
    monkeypatch.setattr(service, "heads", lambda: 1 / 0)
    assert client.get("/documents").status_code == 500


@pytest.mark.parametrize("doc_id", ["zunyi", "liaoning"])
def test_a_document_is_shown_whole_with_its_quote_marked(client, service, doc_id):
    document = service.document(doc_id)
    clause = document.clauses[-1]
    start, end = clause.start + 3, clause.start + 24
    page = client.get(f"/documents/{doc_id}?at={start}-{end}").text
    text = re.sub(r"\s", "", Page(page).text)
    for one in document.clauses:
        assert re.sub(r"\s", "", one.text) in text
        assert f'id="c-{one.clause_id.partition("#")[2]}"' in page
    marked = "".join(re.findall(r"<mark[^>]*>([^<]*)</mark>", page))
    assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", document.text[start:end])
    assert page.count('<mark id="quote"') == 1


@pytest.mark.parametrize("at", ["", "x", "5-1", "9-99999999", "0-0", "-"])
def test_odd_places_do_no_harm(client, at):
    assert client.get(f"/documents/zunyi?at={at}").status_code == 200


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_heading_tree_leads_to_every_heading(gazetteer, path):
    document = parse_document(read_source(path), gazetteer)
    page = reader.text_of(document)
    links = [unquote(link) for link in re.findall(r'href="#([^"]+)"', reader.contents(document))]
    places = re.findall(r'<section class="[^"]+" id="([^"]+)"', page)
    assert len(links) == len(reader.outline(document)) > 5
    assert set(links) <= set(places)
    assert len(places) == len(document.clauses)
    shown = re.sub(r"\s", "", Page(page).text)
    assert all(re.sub(r"\s", "", clause.text) in shown for clause in document.clauses)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def test_a_clause_is_read_with_neighbours_and_other_places(client):
    page = client.get("/clauses/read", params={"id": "zunyi#1", "q": "高技能人才"}).text
    assert "<mark>高技能人才</mark>达到9万人以上" in page
    assert 'data-id="zunyi#2.5.17"' in page
    assert 'data-copy="《遵义市推进“技能遵义”行动实施方案》(遵府办函〔2024〕19号)一"' in page


def test_hits_keep_what_was_chosen(client):
    page = client.get("/clauses/hits", params={"q": "高技能人才", "region": "辽宁"}).text
    assert page.count('class="hit"') == 1
    assert address("/clauses", q="高技能人才", region="辽宁", id="liaoning#2.2") in page


def test_the_library_is_filtered(client):
    page = Page(client.get("/documents?region=辽宁省").text)
    assert "共 1 份文件" in page.text
    assert "没有符合条件的文件" in Page(client.get("/documents?kind=条例").text).text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=辽人社发[2022]20号", ["liaoning"]),
        ("q=遵义 方案", ["zunyi"]),
        ("state=现行", ["zunyi"]),
        ("q=没有这份", []),
    ],
)
def test_the_library_is_searched(client, query, titles):
    page = Page(client.get(f"/documents?{query}").text)
    links = [one["href"] for one in page.all("a") if (one["href"] or "").startswith("/documents/")]
    assert links == [f"/documents/{doc_id}" for doc_id in titles]


@pytest.mark.parametrize(("number", "shown", "first"), [(1, 50, "n0"), (3, 20, "n100"), (99, 20, "n100")])
def test_a_long_library_has_pages(client, service, monkeypatch, number, shown, first):
    many = tuple(replace(service.heads()[0], doc_id=f"n{n}", doc_number=None) for n in range(120))
    monkeypatch.setattr(service, "heads", lambda: many)
    monkeypatch.setattr(service, "standing", lambda doc_id, **_: Standing(doc_id, date(2025, 1, 31), "未载明", ""))
    page = Page(client.get("/documents", params={"q": "遵义", "page": number}).text)
    links = [one["href"] for one in page.all("a") if (one["href"] or "").startswith("/documents/")]
    assert (len(links), links[0]) == (shown, f"/documents/{first}")
    assert "/documents?q=%E9%81%B5%E4%B9%89&page=2" in [one["href"] for one in page.all("a")]
    assert "共 120 份文件" in page.text


def test_a_long_table_has_pages(client, service, monkeypatch):
    many = tuple(replace(service.targets()[0], indicator=f"第{n}项") for n in range(250))
    monkeypatch.setattr(service, "targets", lambda **_: many)
    page = Page(client.get("/targets?page=3&sort=value").text)
    assert "第200项" in page.text
    assert "第199项" not in page.text
    assert "共 250 项，第 3 页，共 3 页" in page.text


def test_no_page_reads_every_document(client, service, monkeypatch):
    monkeypatch.setattr(service, "documents", None)
    for path in ("/clauses?q=技能&id=zunyi%231", "/documents", "/documents/zunyi", "/targets?compare=高技能人才"):
        assert client.get(path).status_code == 200


def test_figures_lead_to_their_clause_and_silence_is_shown(client, service):
    target = service.targets()[0]
    page = client.get("/targets?compare=高技能人才").text
    assert f"/documents/zunyi?at={target.sentence_start}-{target.sentence_end}#quote" in page
    assert page.count("本文件未规定") == 2
    assert "没有两地的数字" in page


def test_bars_start_at_zero_and_share_one_scale(client, service, monkeypatch):
    first = service.targets()[0]
    second = replace(first, region="辽宁省", doc_id="liaoning", figure="25万人以上", value=Decimal(250000))
    monkeypatch.setattr(service, "targets", lambda **_: (first, second))
    page = client.get("/targets?compare=高技能人才").text
    widths = [float(width) for width in re.findall(r'<rect width="([\d.]+)"', page)]
    assert widths[1] / widths[0] == pytest.approx(90000 / 250000, abs=0.001)
    assert "单位：人 · 总量 · 不少于 · 到 2025 年" in page
    assert page.index("25万人以上</span>") < page.index("9万人以上</span>")


@pytest.mark.parametrize(("query", "state"), [("sort=value", "ascending"), ("sort=value&down=1", "descending")])
def test_the_sorted_column_says_so(client, query, state):
    headers = Page(client.get(f"/targets?{query}").text).all("th")
    assert [one["aria-sort"] for one in headers if one.get("aria-sort") not in (None, "none")] == [state]


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("一、\n\n  推进<b>", ("推进",), "一、 <mark>推进</mark>&lt;b&gt;"),
        ("长" * 200 + "词", ("词",), f"…{'长' * 36}<mark>词</mark>"),
        ("长" * 200, (), f"{'长' * 110}…"),
    ],
)
def test_snippets(text, words, wanted):
    assert snippet(text, words) == wanted


@pytest.mark.parametrize(
    ("path", "shown", "hidden"),
    [
        ("/documents?state=现行", ["共 1 份文件", "载明有效期至2025年12月31日"], ["辽人社发"]),
        ("/documents?state=applicable", ["共 3 份文件"], []),
        ("/documents?state=已失效", ["没有符合条件的文件"], []),
        (f"/documents?state={quote(HOSTILE[:18])}", ["没有符合条件的文件"], []),
        ("/documents/zunyi", ["效力和关系", "只算一个来源", "其他版本", "（未收录）", "废止本文件（部分条款）"], []),
        ("/documents/liaoning", ["效力和关系", "未载明"], ["只算一个来源", "其他版本"]),
        ("/clauses/read?id=zunyi%231", ["现行", "只算一个来源"], []),
        ("/clauses/hits?q=高技能人才&state=现行", ["找到 2 条"], ["辽人社发"]),
    ],
)
def test_validity_is_shown_and_filters(client, path, shown, hidden):
    page = client.get(path).text
    assert [words for words in shown if words not in page] == []
    assert [words for words in hidden if words in page] == []
    assert "<script>window" not in page and "<img" not in page
