"""A woman is assessed without signal; the form is sent when there is a line; the result is recognised next door."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import DESK, PHONE, enter, settled, wrong_with
from tests.browser.conftest import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
WAIT_MS = 30_000
NEXT_DOOR = "530102000000"
STEPS_MAX = 60
# What the population register would bring: she moved to her daughter in the district next door, whose clerk signs in.
MOVED = f"""
from yinling.accounts.contracts import Role
from yinling.accounts.testing import a_session
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM
with batch("test", SYSTEM), connection().cursor() as sql:
    for table, key in (("people_record", "person"), ("people_person", "uid")):
        sql.execute(f"UPDATE {{table}} SET live_area = '{NEXT_DOOR[:6]}001001' WHERE {{key}} = '{{{{person}}}}'")
print("token", a_session(Role.DISTRICT, area="{NEXT_DOOR}").token)
"""


def answered(page: Page) -> None:
    """Every question of the form, one a screen: choices by key, texts, a photo, two signatures."""
    for _step in range(STEPS_MAX):
        title = page.inner_text(".step h2")
        if page.locator("input[type=file]").count():
            page.set_input_files(
                "input[type=file]", {"name": "p.png", "mimeType": "image/png", "buffer": page.screenshot()}
            )
            page.wait_for_selector(".photos img")
        elif page.locator("canvas.signature").count():
            box = page.locator("canvas.signature").bounding_box()
            assert box
            page.mouse.move(box["x"] + 30, box["y"] + 50)
            page.mouse.down()
            page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
            page.mouse.up()
        elif page.locator("[data-choice]").count():
            page.keyboard.press(
                "1" if "是否" in title or not title.startswith("B.") else "3" if "B.1" in title else "2"
            )
            continue
        elif page.locator(".step input.input, .step textarea").count():
            page.locator(".step input.input, .step textarea").first.fill("女儿")
        elif not page.locator(".count-row").count():
            return
        page.click(".step-dock .primary")
    raise AssertionError("the form has no end")


def test_assessed_without_signal_and_recognised_next_door(
    platform: Platform, browser: Browser, tmp_path: Path
) -> None:
    phone = enter(browser, platform.base, "demo.assessor", PHONE)
    page = phone.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{platform.base}/assessment/bedside")
    page.wait_for_selector("[data-visit]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.open('yinling-shells-1').then((kept) => kept.keys()).then((all) => all.length > 5)"
    )
    phone.set_offline(True)
    page.reload()
    page.wait_for_selector("[data-offline]")
    visit = page.locator("[data-visit]").first.get_attribute("data-visit")
    page.locator("[data-visit] button.primary").first.click()
    answered(page)
    page.click(".step-dock .primary")
    page.wait_for_selector(f'[data-visit="{visit}"] .badge.warn')
    page.reload()  # the phone was put away: what was filled in is still there
    page.wait_for_selector(f'[data-visit="{visit}"] .badge.warn')
    phone.set_offline(False)
    page.wait_for_selector(f'[data-visit="{visit}"] .badge.yes', timeout=WAIT_MS)
    phone.close()
    person, paper = confirmed(platform, browser, str(visit), tmp_path)
    recognised(platform, browser, person, paper)


def confirmed(platform: Platform, browser: Browser, visit: str, folder: Path) -> tuple[str, Path]:
    """Another officer reviews; the signed document is taken along."""
    desk = enter(browser, platform.base, "demo.district.checker", DESK)
    page = desk.new_page()
    page.goto(f"{platform.base}/assessment/{visit}/")
    settled(page)
    assert wrong_with(page) == []
    page.get_by_role("button", name="复核通过").click()
    page.wait_for_load_state()
    assert "已生效" in page.inner_text("main")
    person = str(page.locator("a[href^='/assessment/persons/']").first.get_attribute("href")).split("/")[3]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载签名文件").click()
    paper = folder / waiting.value.suggested_filename
    waiting.value.save_as(paper)
    desk.close()
    return person, paper


def recognised(platform: Platform, browser: Browser, person: str, paper: Path) -> None:
    """The clerk next door uploads the document; the result counts there with its source and validity."""
    told = platform.command("shell", "-c", MOVED.replace("{{person}}", person))
    token = told.stdout.split("token", 1)[1].strip()
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    context.add_cookies([{"name": "yinling_session", "value": token, "url": platform.base}])
    page = context.new_page()
    page.goto(f"{platform.base}/assessment/persons/{person}/")
    assert "还没有评估结果" in page.inner_text("main")
    page.locator("summary", has_text="认可外地评估结果").click()
    page.set_input_files("input[name=document]", paper)
    page.get_by_role("button", name="核对并认可").click()
    page.wait_for_load_state()
    settled(page)
    words = page.inner_text("main")
    assert "外地认可" in words
    assert "GB/T 42195-2022" in words
    assert wrong_with(page) == []
    context.close()
