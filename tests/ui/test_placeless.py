"""What is shown of documents that do not tell for which place they hold."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from ui import figures
from ui.api import create_app
from ui.feedback import FeedbackStore
from ui.lookup import Filters, figures_of, find, region_choices
from ui.regions import UNTOLD
from ui.render import Terminal
from ui.web.site import add_site


@pytest.fixture
def client(placeless, tmp_path):
    app = create_app(placeless, FeedbackStore(tmp_path / "feedback.sqlite"))
    add_site(app, placeless)
    return TestClient(app)


@pytest.mark.parametrize(
    ("region", "found"),
    [("", {"zunyi", "liaoning"}), (UNTOLD, {"zunyi"}), ("辽宁省", {"liaoning"}), ("国家", set())],
)
def test_the_filter_of_regions(placeless, region, found):
    assert {hit.citation.doc_id for hit in find(placeless, "高技能人才", Filters(region=region))} == found


@pytest.mark.parametrize(("query", "region", "found"), [("(四)", UNTOLD, []), ("一、", UNTOLD, ["zunyi#1"])])
def test_a_clause_number_in_documents_of_no_place(placeless, query, region, found):
    assert [hit.citation.clause_id for hit in find(placeless, query, Filters(region=region))] == found


def test_the_choice_of_regions(placeless, service):
    assert region_choices(placeless) == ["辽宁省", UNTOLD]
    assert region_choices(service) == ["贵州省遵义市", "辽宁省"]


@pytest.mark.parametrize(("region", "ids"), [(UNTOLD, {"zunyi"}), (None, {"zunyi"})])
def test_figures_of_a_region(placeless, region, ids):
    assert {target.doc_id for target in figures_of(placeless, region, None)} == ids


def test_figures_of_no_place_are_in_no_chart(placeless, service):
    (here, *_), (there, *_) = placeless.targets(), service.targets()
    assert figures.compare("高技能人才", [here, there], service.heads()).charts == ()
    documents = {"zunyi": placeless.document("zunyi")}
    assert next(iter(figures.rows([here], documents)))[0] == UNTOLD


@pytest.mark.parametrize(
    "address",
    [
        "/documents",
        f"/documents?region={UNTOLD}",
        f"/clauses?q=高技能人才&region={UNTOLD}",
        "/clauses?id=zunyi%231",
        f"/targets?region={UNTOLD}",
        "/targets?compare=高技能人才",
    ],
)
def test_pages_say_so(client, address):
    page = client.get(address)
    assert (page.status_code, UNTOLD in page.text) == (200, True)


def test_the_terminal_says_so(placeless):
    terminal = Terminal(colour=False)
    listed = terminal.documents([(head, placeless.standing(head.doc_id)) for head in placeless.heads()], {})
    assert UNTOLD in listed
    assert UNTOLD in terminal.citation(placeless.clause("zunyi#1"))
    assert UNTOLD in terminal.targets(placeless.targets(), {"zunyi": placeless.document("zunyi")})


def test_the_contract_has_null(client):
    listed = client.get("/api/v1/documents").json()["documents"]
    assert {one["doc_id"]: one["region"] for one in listed}["zunyi"] is None
    assert client.get("/api/v1/clauses/zunyi%231").json()["region"] == ""


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["zunyi", "liaoning", "evil"]),
        ("?limit=2", ["zunyi", "liaoning"]),
        ("?limit=2&offset=2", ["evil"]),
        ("?offset=1", ["liaoning", "evil"]),
        ("?limit=5&offset=9", []),
    ],
)
def test_the_list_of_documents_is_paged(client, query, ids):
    body = client.get(f"/api/v1/documents{query}").json()
    assert ([one["doc_id"] for one in body["documents"]], body["total"]) == (ids, 3)


@pytest.mark.parametrize("query", ["?limit=0", "?offset=-1", "?limit=many"])
def test_a_page_that_cannot_be(client, query):
    assert client.get(f"/api/v1/documents{query}").json()["error"]["code"] == "invalid_request"
