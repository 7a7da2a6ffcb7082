"""A headless Chromium and what is asked of every page: no error, no overflow, no serious finding of axe, nothing empty."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE, TV = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 1920, "height": 1080},
)
SERIOUS = {"serious", "critical"}
LEAKS = ("{{", "{%", "Undefined", "None None", "Traceback")


@contextmanager
def opened() -> Iterator[Browser]:
    path = os.environ.get("YINLING_BROWSER") or next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    assert path, "no Chromium found: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def enter(browser: Browser, base: str, account: str, size: dict[str, int]) -> BrowserContext:
    """A fresh browser session that came in by one click on a role card."""
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(f"{base}/demo")
    page.click(f'[data-demo="{account}"]')
    page.wait_for_load_state()
    page.close()
    return context


def settled(page: Page) -> None:
    """Everything that loads by itself has loaded, charts included."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('[data-drawn=\"now\"]')")


def wrong_with(page: Page, *, axe: bool = True) -> list[str]:
    """What a user would stumble over on the page that is open, in words."""
    found = []
    words = page.locator("main").inner_text() if page.locator("main").count() else ""
    if len(words.strip()) < 4:
        found.append("the page is empty")
    found += [f"leak: {leak!r}" for leak in LEAKS if leak in words]
    over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        found.append(f"{over} px too wide")
    if axe:
        found += [
            f"axe {one['impact']} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations(page)
        ]
    return found


def violations(page: Page) -> list[dict]:  # type: ignore[type-arg]
    """Serious and critical findings of axe-core for the levels A and AA."""
    # The script goes in past the page's own content policy, as a tester's tool does.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
    result = page.evaluate(f"() => axe.run({{runOnly: {{type: 'tag', values: {tags}}}}})")
    return [one for one in result["violations"] if one["impact"] in SERIOUS]
