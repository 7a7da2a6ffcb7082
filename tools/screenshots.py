"""Take the pictures of the README and the guides from a running demo: `./run` first, then this with its address.

.venv/bin/python tools/screenshots.py http://127.0.0.1:8000
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
# name of the picture, account of the demo card, address, size
SHOTS = (
    ("board", "demo.district.maker", "/board", DESK),
    ("wall", "demo.city", "/wall", WALL),
    ("today", "demo.district.maker", "/today", DESK),
    ("imports", "demo.district.maker", "/people/deliveries", DESK),
    ("lines", "demo.district.maker", "/benefits/lines", DESK),
    ("village-phone", "demo.village.1", "/village", PHONE),
    ("elder-phone", "demo.elder", "/mine", PHONE),
    ("tour", "demo.district.maker", "/tour", DESK),
)


def sign_in(page: Page, base: str, account: str) -> None:
    """One click on the role card of the demo."""
    page.goto(f"{base}/demo")
    page.locator(f"[data-demo='{account}']").first.click()
    page.wait_for_load_state("networkidle")


def take(browser: Browser, base: str, shot: tuple[str, str, str, tuple[int, int]]) -> None:
    name, account, address, (width, height) = shot
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, base, account)
    page.goto(base + address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


def main() -> None:
    base = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for shot in SHOTS:
            take(browser, base, shot)
        browser.close()


if __name__ == "__main__":
    main()
