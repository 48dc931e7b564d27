from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="needs Chromium"),
]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SIZES = {"desktop": (1366, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def site(shared_service) -> Iterator[str]:
    import uvicorn

    from ui.api import create_app
    from ui.serve import address, listen
    from ui.web.page import mount_web

    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        mount_web(create_app(shared_service), shared_service), log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield address(listener)
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def page(request, browser, site):
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.requests = []
    page.faults = []
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(site)
    page.wait_for_selector(".welcome")
    yield page
    assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []
    assert page.faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def test_a_citation_opens_with_its_quote_marked(page):
    ask(page, "高技能人才目标")
    page.wait_for_selector(".reply.answered")
    assert "高技能人才达到9万人以上" in page.inner_text(".reply.answered")
    assert page.input_value("#question textarea") == ""
    page.click(".reply .marker >> nth=1")
    card = page.wait_for_selector("#cite-0-2.open")
    assert card.query_selector("mark").inner_text() == "新增高技能人才25万人以上,全省高技能人才总量达到146.5万人"
    page.wait_for_function("document.querySelector('#cite-0-2 mark').getBoundingClientRect().top < innerHeight")
    page.click("#cite-0-2 [data-fold]")
    assert card.query_selector(".clause").inner_text().startswith("“十四五”时期")


def test_an_example_and_a_suggestion_can_be_pressed(page):
    page.fill("#question textarea", "还没写完")
    page.click(".welcome .chip >> nth=1")
    page.wait_for_selector(".reply table")
    page.click(".reply .chip >> nth=0")
    page.wait_for_selector(".exchange >> nth=1")
    page.wait_for_selector(".exchange >> nth=1 >> .reply.answered")
    assert page.input_value("#question textarea") == "还没写完"


def test_the_region_picked_is_asked_about(page, shared_service):
    page.select_option("#talk-region select", "辽宁省")
    ask(page, "高技能人才目标")
    page.wait_for_selector(".reply.answered")
    assert shared_service.asked[-1][2] == "辽宁省"
    page.click(".reply .chip >> nth=0")
    page.wait_for_selector(".exchange >> nth=1 >> .reply.answered")
    assert shared_service.asked[-1][2] == "辽宁省"
    page.get_by_role("tab", name="条款查询").click()
    page.select_option("#search-region select", "辽宁省")
    page.fill("#words :is(input, textarea)", "技能")
    page.click("#find")
    page.wait_for_selector(".results .card")
    assert {title.inner_text() for title in page.query_selector_all(".results h3")} == {
        "辽宁省“十四五”职业技能培训规划"
    }


def test_a_refusal_shows_related_clauses(page):
    ask(page, "广州市有哪些补贴")
    page.wait_for_selector(".reply.refused")
    assert "未找到依据" in page.inner_text(".reply.refused")
    page.click(".reply.refused .source >> nth=0")
    page.wait_for_selector("#related-0-1.open mark")


def test_a_failed_question_is_not_lost(page):
    ask(page, "崩溃")
    page.wait_for_selector(".reply.problem")
    page.wait_for_function("document.querySelector('#question textarea').value === '崩溃'")
    assert "secret" not in page.content()


def test_a_long_question_stays_in_the_box(page):
    long = "问" * 2001
    ask(page, long)
    page.wait_for_selector(".complaint")
    assert page.input_value("#question textarea") == long


def test_nothing_hostile_runs(page):
    question = '<img src=x onerror="window.hacked=1">'
    ask(page, question)
    page.wait_for_selector(".reply.answered")
    assert page.inner_text(".said").endswith(question)
    assert "<script>window.hacked=1</script>" in page.inner_text("#sources")
    page.get_by_role("tab", name="条款查询").click()
    page.fill("#words :is(input, textarea)", "甲<script>")
    page.click("#find")
    page.wait_for_selector(".results .card")
    assert page.evaluate("window.hacked") is None


def test_search_and_clear(page):
    ask(page, "高技能人才目标")
    page.wait_for_selector(".reply.answered")
    page.click("#clear")
    page.wait_for_selector(".welcome")
    assert page.query_selector(".exchange") is None
    page.get_by_role("tab", name="条款查询").click()
    page.fill("#words :is(input, textarea)", "技能大师工作室")
    page.press("#words :is(input, textarea)", "Enter")
    page.wait_for_selector(".results .card")
    assert page.inner_text(".results mark >> nth=0") == "技能大师工作室"


def test_the_page_speaks_chinese_and_can_be_pressed_with_a_finger(page):
    assert page.get_attribute("html", "lang") == "zh-CN"
    ask(page, "高技能人才目标")
    page.wait_for_selector(".reply.answered")
    heights = page.evaluate(
        "[...document.querySelectorAll('.chip, .source, .plain, #send, #clear, #talk-region select, [role=tab]')]"
        ".filter((e) => e.offsetParent).map((e) => [e.className, e.getBoundingClientRect().height])"
    )
    assert [name for name, height in heights if height < 44] == []
