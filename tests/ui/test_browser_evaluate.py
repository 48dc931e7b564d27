"""The evaluation workplace in Chromium, on a desk and on a phone, with a hostile question among those uploaded."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="needs Chromium"),
]

SIZES = {"desktop": (1366, 900), "phone": (390, 844)}
EVIL = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
QUESTIONS = [
    {"id": "甲", "question": "高技能人才目标", "answers": "9万"},
    {"id": EVIL, "question": EVIL, "answers": f"没有{EVIL}"},
    {"id": "丙", "question": "=HYPERLINK(1)"},
]


@pytest.fixture(scope="module")
def desk(shared_service, tmp_path_factory):
    from ui.evaluations import Evaluations

    made = Evaluations(shared_service, tmp_path_factory.mktemp("home") / "runs", rest=lambda _: held.wait(30))
    yield made
    held.set()
    made.close()


held = threading.Event()


@pytest.fixture(scope="module")
def site(shared_service, desk, serving, tmp_path_factory) -> Iterator[str]:
    from ui.api import create_app
    from ui.feedback import FeedbackStore
    from ui.web.page import mount_web

    feedback = FeedbackStore(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")
    app = mount_web(create_app(shared_service, feedback, evaluations=desk), shared_service, evaluations=desk)
    with serving(app) as address:
        yield address


@pytest.fixture(params=SIZES)
def page(request, browser, site):
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.requests, page.faults = [], []
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{site}/evaluate")
    held.clear()
    yield page
    held.set()
    assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []
    assert page.faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def upload(page) -> None:
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in QUESTIONS).encode()
    page.set_input_files("input[type=file]", {"name": f"{EVIL[:20]}.jsonl", "mimeType": "", "buffer": lines})
    page.click("text=上传并开始")
    page.wait_for_selector("#progress")


def wait_for_height(page, selector: str, least: int) -> None:
    # The page's own rules forbid what wait_for_function does.
    for _ in range(200):
        if page.locator(selector).bounding_box()["height"] > least:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{selector} stays lower than {least}")


def is_hacked(page) -> bool:
    return any(frame.evaluate("'hacked' in window") for frame in page.frames)


def test_upload_watch_read_download_compare(page, site):
    upload(page)
    page.wait_for_selector("#progress[data-state=running]")
    page.reload()
    assert "/ 3" in page.inner_text("#share")
    held.set()
    frame = page.frame_locator("#report")
    frame.locator("h1").wait_for()
    assert EVIL in frame.locator("body").inner_text()
    assert not is_hacked(page)
    wait_for_height(page, "#report", 1500)
    with page.expect_download() as fetched:
        page.click("text=逐题结果 XLSX")
    assert fetched.value.suggested_filename.endswith(".xlsx")
    with page.expect_download() as fetched:
        page.click("text=下载报告 HTML")
    page.goto(Path(fetched.value.path()).as_uri())
    assert not is_hacked(page)
    page.requests.clear()
    page.goto(f"{site}/evaluate")
    upload(page)
    page.frame_locator("#report").locator("h1").wait_for()
    page.goto(f"{site}/evaluate")
    page.click("form[action$=compare] button")
    assert "两次共有 3 个相同的问题" in page.inner_text("main")
    assert not is_hacked(page)


def test_cancel_and_go_on(page):
    upload(page)
    page.wait_for_selector("#progress[data-state=running]")
    page.click("text=取消")
    held.set()
    page.wait_for_selector("text=接着跑")
    page.click("text=接着跑")
    page.frame_locator("#report").locator("h1").wait_for()


def test_a_wrong_file_is_told_beside_the_form(page):
    page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "", "buffer": "标题\n问\n".encode()})
    page.click("text=上传并开始")
    page.wait_for_selector(".problem")
    assert "没有“问题”一列" in page.inner_text(".problem")
    assert page.is_visible("text=上传并开始")
