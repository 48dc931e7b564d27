from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.cli import main

pytestmark = pytest.mark.slow

SECRET = "a-key-of-sixteen-signs"
SIZES = {"desk": (1366, 900), "phone": (390, 844)}
EVIL = '"><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
HAINAN = """海南省人民政府关于加强职业技能培训的实施意见
琼府〔2023〕7号

一、总体目标

到2025年,新增高技能人才2万人。

海南省人民政府
2023年3月1日
"""
HOSTILE = f"""关于{EVIL}椰雕培训的通知

一、总体{EVIL}要求

{EVIL}对企业给予椰雕补贴500元。

二、根据《{EVIL}条例》(琼府〔2020〕1号)办理。
"""


@pytest.fixture(scope="module")
def site(serving, tmp_path_factory) -> Iterator[str]:
    """The real server over a library of two documents, with the toy encoder."""
    from assistant.assembly import open_live
    from assistant.settings import Settings
    from ui.admin import AdminKey, Desk
    from ui.api import create_app
    from ui.feedback import FeedbackStore
    from ui.serve import OneIndex
    from ui.web.page import mount_web

    home = tmp_path_factory.mktemp("home")
    first = home / "first.txt"
    first.write_text("青海省职业技能培训管理办法\n\n第一条 参加藏毯编织培训的,给予补贴。\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WENCE_HOME", str(home))
        patch.setenv("WENCE_ENCODER", "hash")
        assert main(["docs", "add", str(first), "--json"]) == 0
    settings = Settings(home=home, encoder="hash", admin_key=SECRET)
    live, librarian = open_live(settings, progress=False)
    desk = Desk(librarian, AdminKey(settings.admin_key), live.refresh)
    api = create_app(live, FeedbackStore(home / "feedback.sqlite"), desk=desk)
    app = OneIndex(mount_web(api, live, desk=desk), live.pinned)
    with serving(app) as address:
        yield address
    live.close()


@pytest.fixture(params=SIZES)
def page(request, browser, site):
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.faults = []
    page.requests = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.goto(f"{site}/documents")
    yield page
    assert page.faults == []
    assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def enter(page) -> None:
    page.click("#manage > summary")
    page.fill("#key", SECRET)
    page.press("#key", "Enter")
    page.wait_for_selector("#work:not([hidden])")


def pick(page, field: str, name: str, text: str) -> None:
    page.set_input_files(field, {"name": name, "mimeType": "text/plain", "buffer": text.encode()})


def take_in(page, name: str, text: str) -> None:
    pick(page, "#files", name, text)
    page.click("#upload .primary")
    page.wait_for_selector(".preview")
    page.click("#previews > .actions .primary")
    page.wait_for_selector("#told li")


def entry(page, title: str):
    return page.locator(".entry[data-doc-id]", has_text=title)


def press(page, title: str, button: str) -> None:
    entry(page, title).get_by_role("button", name=button).click()
    page.wait_for_selector("dialog[open]")


def confirm(page, button: str) -> str:
    page.click(f"dialog[open] {button}")
    page.wait_for_selector("dialog[open]", state="detached")
    page.wait_for_selector("#told li")
    return page.inner_text("#told")


def test_a_document_from_upload_to_removal(page):
    enter(page)
    pick(page, "#files", "海南.txt", HAINAN)
    page.click("#upload .primary")
    page.wait_for_selector(".preview")
    preview = page.inner_text(".preview")
    assert "2023-03-01 原文：“2023年3月1日”" in preview
    assert "条款" in preview
    assert entry(page, "海南省").count() == 0
    page.click("#previews > .actions .primary")
    page.wait_for_selector("#told li")
    assert "已收录 《海南省人民政府" in page.inner_text("#told")

    press(page, "海南省", "修改信息")
    page.fill("#edit-issued", "2023年4月1日")
    assert "已修订" in confirm(page, ".primary")
    assert "2023-04-01（人工修订）" in entry(page, "海南省").inner_text()

    press(page, "海南省", "换新版本")
    pick(page, "#new-version", "海南2.txt", HAINAN.replace("2万人", "3万人"))
    page.click("dialog[open] form .primary")
    page.wait_for_selector("dialog[open] .preview")
    assert "已换成新版本" in confirm(page, "form .primary")

    press(page, "海南省", "修改信息")
    page.get_by_role("button", name="恢复成文日期").click()
    assert page.input_value("#edit-issued") == "2023-03-01"
    confirm(page, "form > .actions .primary")
    assert "人工修订" not in entry(page, "海南省").inner_text()

    with page.expect_download() as caught:
        entry(page, "海南省").get_by_role("button", name="下载原件").click()
    assert caught.value.suggested_filename == "海南2.txt"
    assert "3万人" in Path(caught.value.path()).read_text(encoding="utf-8")

    press(page, "海南省", "删除")
    page.click("dialog[open] .plain")
    assert entry(page, "海南省").count() == 1
    press(page, "海南省", "删除")
    assert "已删除" in confirm(page, ".danger")
    assert entry(page, "海南省").count() == 0


def test_nothing_hostile_in_an_upload_runs(page, site):
    enter(page)
    take_in(page, f"{EVIL.replace('/', '')}.txt", HOSTILE)
    assert "已收录" in page.inner_text("#told")
    title = "椰雕培训的通知"
    press(page, title, "修改信息")
    page.fill("#edit-title", f"{EVIL}{title}")
    page.fill("#edit-issuers", EVIL)
    assert "已修订" in confirm(page, ".primary")
    press(page, title, "修改信息")
    page.keyboard.press("Escape")
    page.locator("details summary").first.click()
    entry(page, title).locator("h2 a").click()
    page.wait_for_selector("article.document")
    assert page.evaluate("window.hacked") is None
    for address in ("/", "/clauses?q=椰雕补贴", "/targets", "/documents"):
        page.goto(f"{site}{address}")
        page.wait_for_load_state("networkidle" if address != "/" else "load")
        assert page.evaluate("window.hacked") is None
    press(page, title, "删除")
    confirm(page, ".danger")


def test_a_wrong_key_opens_nothing(page):
    page.click("#manage > summary")
    for key, told in (("wrong-wrong-wrong-wrong", "管理密钥不对"), ("密钥", "半角"), ("", "请输入")):
        page.fill("#key", key)
        page.press("#key", "Enter")
        page.wait_for_selector(f"#told:has-text('{told}')")
    assert page.is_hidden("#work")
    assert page.locator(".manage-actions").count() == 0


def test_the_key_stays_in_this_tab(page, site):
    enter(page)
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    page.reload()
    page.wait_for_selector("#work:not([hidden])")
    other = page.context.new_page()
    other.goto(f"{site}/documents")
    assert other.is_hidden("#work")
    other.close()
    page.click("#lock")
    page.wait_for_selector("#unlock:not([hidden])")
    page.reload()
    assert page.is_hidden("#work")


def test_what_failed_is_told_and_not_lost(page):
    enter(page)
    press(page, "青海省", "修改信息")
    page.fill("#edit-issued", "昨天")
    page.click("dialog[open] form > .actions .primary")
    page.wait_for_selector("dialog[open] .problem:not([hidden])")
    assert "不是一个日期" in page.inner_text("dialog[open] .problem")
    assert page.input_value("#edit-issued") == "昨天"
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    pick(page, "#files", "坏.txt", "\0")
    page.click("#upload .primary")
    page.wait_for_selector("#previews .problem")
    assert "坏.txt" in page.inner_text("#previews .problem")
    assert page.is_hidden("#previews > .actions .primary")


def test_by_keyboard_alone(page):
    page.focus("#manage > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    page.wait_for_selector("#files:focus")
    button = entry(page, "青海省").get_by_role("button", name="修改信息")
    assert "青海省" in button.get_attribute("aria-label")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    assert page.get_by_role("dialog", name="修改信息").count() == 1
    for box in page.query_selector_all("dialog[open] :is(input, select)"):
        assert page.query_selector(f"label[for={box.get_attribute('id')}]")
    page.keyboard.press("Escape")
    page.wait_for_selector("button:focus:text-is('修改信息')")
