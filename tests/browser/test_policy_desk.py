"""The policy desk in a browser: raise the old-age allowance from next month, compare two variants, two approve, and the
night run, a timer row, finds who changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .chromium import DESK, enter, settled, wrong_with
from .conftest import JOBS_SECONDS_MAX, Platform, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ITEM, RESULT_MS = "高龄老年人津贴", 60_000
# The night is brought forward: its timer row becomes due, and the running platform does the rest.
BRING_FORWARD = """
from django.utils import timezone
from yinling.base.api import Timer, batch
from yinling.base.contracts import SYSTEM
with batch("test", SYSTEM):
    due = timezone.now()
    assert Timer.objects.filter(kind="policy.night", state="waiting").update(due_at=due, try_at=due) >= 1
"""


@pytest.fixture(scope="module")
def desks(browser: Browser, platform: Platform) -> Iterator[dict[str, BrowserContext]]:
    """Who drafts, the two who approve, and finance."""
    names = {"maker": "demo.district.maker", "checker": "demo.district.checker", "releaser": "demo.district.releaser",
             "finance": "demo.finance"}  # fmt: skip
    found = {role: enter(browser, platform.base, account, DESK) for role, account in names.items()}
    yield found
    for one in found.values():
        one.close()


def figure(page: Page, label: str) -> str:
    """What stands in a tile of the first variant."""
    return page.locator(".result").first.locator(".tile", has_text=label).locator(".tile-figure").inner_text()


def tried(page: Page) -> None:
    page.wait_for_selector(".result", timeout=RESULT_MS)
    settled(page)


def test_raise_the_allowance_compare_approve_and_find_who_changes(
    desks: dict[str, BrowserContext], platform: Platform
) -> None:
    page = desks["maker"].new_page()
    draft = _draft(page, platform.base)
    _compare(page, platform.base, draft)
    _settle_examples(page, platform.base, draft)
    version = _hand_in(page, platform.base, draft)
    _approve(desks, platform.base, version)
    assert wrong_with(page) == []
    _night(page, platform)


def _draft(page: Page, base: str) -> str:
    """A draft from next month on, its sum moved with the slider and written into the text."""
    page.goto(f"{base}/policy/drafts")
    page.fill("#title", "高龄津贴提标（浏览器）")
    page.click("text=开始起草")
    page.wait_for_url(re.compile("/policy/drafts/[0-9a-f-]{36}"))
    draft = page.url.rsplit("/", 1)[1]
    page.goto(f"{base}/policy/simulate?draft={draft}&item=old_age")
    tried(page)
    assert figure(page, "受影响").startswith("0")
    before = figure(page, "成本")
    page.fill("input[name='v|amount|old_age|age80']", "150")
    expect(page.locator(".result .tile", has_text="金额增加")).to_be_visible(timeout=RESULT_MS)
    assert figure(page, "成本") != before
    assert page.locator("input[type=range][data-mirror=lever-3]").input_value() == "150"
    page.click("text=写入草案")
    tried(page)
    page.goto(f"{base}/policy/drafts/{draft}")
    expect(page.locator(".differences")).to_contain_text("100.00元 → 150.00元")
    assert wrong_with(page) == []
    return draft


def _compare(page: Page, base: str, draft: str) -> None:
    """A second variant beside the first; persons behind the figures by name."""
    page.click("text=另存为另一方案")
    page.wait_for_url(lambda url: draft not in url)
    other = page.url.rsplit("/", 1)[1]
    page.goto(f"{base}/policy/simulate?draft={other}&other={draft}&item=old_age")
    tried(page)
    page.fill("input[name='v|amount|old_age|age80']", "200")
    expect(page.locator("#result")).to_contain_text("滑块已调整", timeout=RESULT_MS)
    settled(page)
    first, second = (
        page.locator(".result").nth(place).locator(".tile", has_text="当月增减").locator(".tile-figure")
        for place in (0, 1)
    )
    assert _number(first.inner_text()) == pytest.approx(2 * _number(second.inner_text()), abs=0.02)
    assert wrong_with(page) == []
    page.locator(".result").first.locator("a.tile", has_text="金额增加").click()
    expect(page.locator("table.list tbody tr").first).to_contain_text("符合 200.00")


def _number(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text.split("×", maxsplit=1)[0].split("万", maxsplit=1)[0]))


def _settle_examples(page: Page, base: str, draft: str) -> None:
    """The one example that speaks of a later month expects the new sum, once somebody has looked."""
    page.goto(f"{base}/policy/drafts/{draft}?part=examples")
    boxes = page.locator("input[name=example]")
    assert boxes.count() == 1
    boxes.first.check()
    page.get_by_role("button", name="认可新结果").click()
    expect(page.locator("#toasts")).to_contain_text("1 个例子")
    assert page.locator("input[name=example]").count() == 0


def _hand_in(page: Page, base: str, draft: str) -> str:
    page.goto(f"{base}/policy/drafts/{draft}")
    page.get_by_role("button", name="送审").click()
    page.locator("dialog[open] [data-yes]").click()
    page.wait_for_url(re.compile("/policy/versions/"))
    assert page.get_by_role("button", name="核准").count() == 1
    page.get_by_role("button", name="核准").click()
    page.locator("dialog[open] [data-yes]").click()
    expect(page.locator("body")).to_contain_text("起草、载入政策的人不能核准同一版本")
    return page.url


def _approve(desks: dict[str, BrowserContext], base: str, version: str) -> None:
    address = version.removesuffix("/approve")
    for role, words in (("checker", "还须另一人核准"), ("releaser", "已由两人核准")):
        other = desks[role].new_page()
        other.goto(address)
        expect(other.locator(".differences")).to_contain_text("150.00元")
        other.get_by_role("button", name="核准").click()
        other.locator("dialog[open] [data-yes]").click()
        expect(other.locator("#toasts")).to_contain_text(words)
        assert wrong_with(other) == []
        other.close()


def _night(page: Page, platform: Platform) -> None:
    """Before the night nobody's change is known; after it everybody from 80 to 89 is listed with the new sum."""
    done = platform.command("shell", "--no-imports", "-c", BRING_FORWARD)
    assert done.returncode == 0, done.stderr[-2_000:]

    def found() -> bool:
        page.goto(f"{platform.base}/policy/ahead?kind=amount&item=old_age")
        return "符合 150.00" in page.locator("main").inner_text()

    until(found, JOBS_SECONDS_MAX, "the night run")
    row = page.locator("table.list tbody tr", has_text="符合 150.00").first
    expect(row).to_contain_text("符合 100.00")
    expect(row).to_contain_text(ITEM)
    assert wrong_with(page) == []


def test_finance_tries_without_sliders_and_without_names(
    desks: dict[str, BrowserContext], platform: Platform
) -> None:
    page = desks["finance"].new_page()
    page.goto(f"{platform.base}/policy/drafts")
    page.locator("text=试算 >> nth=-1").click()
    tried(page)
    assert page.locator("input[type=range]").count() == 0
    assert page.locator("a[href*='simulate/persons']").count() == 0
    assert wrong_with(page) == []
