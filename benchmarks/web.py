"""How fast the pages feel: ``python -m benchmarks.web [HOME ...] [--rounds N]``.

Each HOME is a folder like ``.wence`` with an index built before; the pages are those of the real assistant over
it, on a port of its own, in headless Chromium and over HTTP. ``WENCE_ENCODER`` and ``WENCE_THREADS`` apply as always.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

from assistant.assembly import open_assistant
from assistant.settings import Settings
from benchmarks.screenshots import ARGUMENTS, CHROMIUM, DESKTOP, served

PAGES = {"/": "问答", "/clauses": "条款查询", "/documents": "文件库", "/targets": "指标对比"}
QUESTION = "到2025年，遵义市的高技能人才目标是多少？"
# What is typed, as somebody would: every prefix that the page would send is a query of its own.
TYPED = ("技能大师工作室", "劳动合同解除", "退役军人培训补贴", "遵府办函〔2024〕19号", "三、(四)", "高技能人才")
SHORTEST = 2
WAIT_SECONDS = 60

FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# Timed in the page, so that nothing but the page and the server is in the figure.
STREAMED = """
async (question) => {
  const started = performance.now();
  const reply = await fetch('/api/v1/ask', {
    method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({question, stream: true})});
  await reply.body.getReader().read();
  return performance.now() - started;
}
"""


def measure(home: Path, browser: Browser, rounds: int) -> dict[str, str]:
    """Return the rows for one index: name → the value as shown."""
    service = open_assistant(Settings(home=home), progress=False)
    status = service.status()
    rows = {"documents": f"{status.documents:,}", "clauses": f"{status.clauses:,}"}
    with served(service) as site:
        rows |= {f"first contentful paint of {name}, ms": _ms(t) for name, t in _paints(browser, site, rounds)}
        rows["first streamed token over HTTP, ms"] = _ms(_tokens(browser, site, rounds))
        rows["question pressed to first words on the page, ms"] = _ms(_words(browser, site, rounds))
        search = _latencies(site, "/api/v1/search", {"k": "20"}, rounds)
        hits = _latencies(site, "/clauses/hits", {}, rounds)
        kept = _latencies(site, "/clauses/hits", {"region": "贵州省遵义市", "state": "applicable"}, rounds)
        for name, times in (("search API", search), ("as you type", hits), ("as you type, filtered", kept)):
            rows[f"{name} p50 / p95, ms"] = f"{statistics.median(times):.0f} / {_p95(times):.0f}"
    service.close()
    return rows


def _paints(browser: Browser, site: str, rounds: int) -> Iterator[tuple[str, list[float]]]:
    for path, name in PAGES.items():
        yield name, [_in_page(browser, site + path, FIRST_PAINT) for _ in range(rounds)]


def _tokens(browser: Browser, site: str, rounds: int) -> list[float]:
    return [_in_page(browser, f"{site}/documents", STREAMED, QUESTION) for _ in range(rounds)]


def _words(browser: Browser, site: str, rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        page = browser.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN")
        page.goto(site)
        page.wait_for_selector(".welcome")
        page.fill("#question textarea", QUESTION)
        started = time.perf_counter()
        page.press("#question textarea", "Enter")
        page.wait_for_selector(".reply .prose-text", timeout=1000 * WAIT_SECONDS)
        times.append(1000 * (time.perf_counter() - started))
        page.close()
    return times


def _in_page(browser: Browser, address: str, script: str, *argument: Any) -> float:
    # What is measured is asked for by scripts, which the page's own rules forbid.
    size = {"width": DESKTOP[0], "height": DESKTOP[1]}
    page = browser.new_page(viewport=size, locale="zh-CN", bypass_csp=True)
    page.goto(address, timeout=1000 * WAIT_SECONDS)
    page.wait_for_function(f"() => {FIRST_PAINT} !== undefined")
    found = page.evaluate(script, *argument)
    page.close()
    return float(found)


def _latencies(site: str, path: str, more: dict[str, str], rounds: int) -> list[float]:
    times = []
    with httpx.Client(base_url=site, timeout=WAIT_SECONDS) as client:
        client.get(path, params={"q": TYPED[0], **more}).raise_for_status()
        for _ in range(rounds):
            for query in prefixes(TYPED):
                started = time.perf_counter()
                client.get(path, params={"q": query, **more}).raise_for_status()
                times.append(1000 * (time.perf_counter() - started))
    return times


def prefixes(texts: Sequence[str]) -> list[str]:
    """Return what is sent while ``texts`` are typed."""
    return [text[:end] for text in texts for end in range(min(SHORTEST, len(text)), len(text) + 1)]


def _ms(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.0f}"


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Print one Markdown table with a column for every home."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="*", type=Path, default=[Path(".wence")], metavar="HOME")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        columns = [measure(home, browser, args.rounds) for home in args.homes]
        browser.close()
    print(f"| | {' | '.join(str(home) for home in args.homes)} |")
    print(f"|---|{'---:|' * len(columns)}")
    for name in columns[0]:
        print(f"| {name} | {' | '.join(column[name] for column in columns)} |")


if __name__ == "__main__":
    main()
