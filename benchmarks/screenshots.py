"""Takes the pictures of the pages in docs/screenshots: ``python -m benchmarks.screenshots [FOLDER]``.

Needs Chromium and the prepared index; the pages are those of the real assistant on a port of its own.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import sync_playwright

from assistant.assembly import open_assistant
from assistant.settings import Settings
from ui.api import create_app
from ui.evaluations import Evaluations
from ui.feedback import FeedbackStore
from ui.serve import address, listen
from ui.service import PolicyService
from ui.web.page import mount_web

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]
DESKTOP, PHONE = (1366, 900), (390, 844)
FOLDER = Path("docs/screenshots")
MAX_BYTES = 200_000
COLOURS = 64


def answer(page: Any, site: str) -> None:
    page.goto(f"{site}/#/?q=到2025年，遵义市和辽宁省的高技能人才目标各是多少？")
    page.wait_for_selector(".reply .marker")


def ask(page: Any, site: str) -> None:
    answer(page, site)
    page.click(".reply .marker >> nth=0")
    page.wait_for_timeout(400)


def refusal(page: Any, site: str) -> None:
    page.goto(f"{site}/#/?q=广州市有哪些培训补贴？")
    page.wait_for_selector(".reply.refused")


def welcome(page: Any, site: str) -> None:
    page.goto(site)
    page.wait_for_selector(".welcome .chip")


def clauses(page: Any, site: str) -> None:
    page.goto(f"{site}/clauses")
    page.fill("#words", "技能大师工作室")
    page.wait_for_selector(".hit")
    page.click(".hit >> nth=0")
    page.wait_for_selector(".clause-page")
    page.click("button[data-pin]")


def reader(page: Any, site: str) -> None:
    page.goto(f"{site}/#/?q=辽宁“十四五”要新增多少高技能人才？")
    page.wait_for_selector(".card a.plain")
    page.click(".card a.plain >> nth=0")
    page.wait_for_selector("#quote")


def library(page: Any, site: str) -> None:
    page.goto(f"{site}/documents")


def targets(page: Any, site: str) -> None:
    page.goto(f"{site}/targets?compare=高技能人才")


def eligibility(page: Any, site: str) -> None:
    page.goto(f"{site}/eligibility?region=辽宁省&group=退役军人&employment=登记失业")
    page.wait_for_selector(".finding")


def evaluate(page: Any, site: str) -> None:
    page.goto(f"{site}/evaluate")


def evaluation(page: Any, site: str) -> None:
    evaluate(page, site)
    for variant in ("", "typo"):
        page.goto(f"{site}/evaluate")
        page.select_option("select[name=variant]", variant)
        page.click("form:has(select[name=split]) button")
        page.wait_for_selector("#report", timeout=120_000)
    page.wait_for_timeout(500)


def comparison(page: Any, site: str) -> None:
    evaluate(page, site)
    page.click("form[action$=compare] button")
    page.wait_for_selector(".figures")


def large(page: Any, site: str) -> None:
    welcome(page, site)
    page.click("[data-large]")


SHOTS: tuple[tuple[str, tuple[int, int], Callable[[Any, str], None]], ...] = (
    ("ask", DESKTOP, ask),
    ("ask-phone", PHONE, answer),
    ("clauses", DESKTOP, clauses),
    ("clauses-phone", PHONE, clauses),
    ("reader", DESKTOP, reader),
    ("documents", DESKTOP, library),
    ("refusal", DESKTOP, refusal),
    ("targets", DESKTOP, targets),
    ("eligibility", DESKTOP, eligibility),
    ("eligibility-phone", PHONE, eligibility),
    ("evaluation", DESKTOP, evaluation),
    ("evaluate", DESKTOP, evaluate),
    ("evaluate-phone", PHONE, evaluate),
    ("evaluation-comparison", DESKTOP, comparison),
    ("large-type-phone", PHONE, large),
)


def main(folder: Path = FOLDER) -> None:
    """Write one PNG for each of ``SHOTS`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    service = open_assistant(Settings(), progress=False)
    with served(service) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (width, height), go in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
            )
            page = context.new_page()
            go(page, site)
            page.wait_for_timeout(300)
            picture = folder / f"{name}.png"
            shot = Image.open(BytesIO(page.screenshot()))
            context.close()
            # A page of paper and ink needs few colours; it makes the files a third of the size.
            shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
            size = picture.stat().st_size
            if size > MAX_BYTES:
                raise SystemExit(f"{picture} has {size} bytes, more than {MAX_BYTES}")
            print(f"{picture}  {size // 1024} KB")
        browser.close()


@contextmanager
def served(service: PolicyService) -> Iterator[str]:
    """The address of the pages over ``service`` while they are served."""
    with tempfile.TemporaryDirectory() as kept, listen("127.0.0.1", 0) as listener:
        evaluations = Evaluations(service, Path(kept) / "runs")
        api = create_app(service, FeedbackStore(Path(kept) / "feedback.sqlite"), evaluations=evaluations)
        app = mount_web(api, service, evaluations=evaluations)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield address(listener)
        finally:
            evaluations.close()
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
