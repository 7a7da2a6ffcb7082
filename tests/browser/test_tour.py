"""The tour in a real browser: every step is done by the pages it leads to, and the tour sees it in the data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import DESK, PHONE, settled, wrong_with
from tests.browser.conftest import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
WAIT_MS = 30_000


class Visitor:
    """One person at one browser window who follows the tour."""

    def __init__(self, page: Page, base: str, downloads: Path) -> None:
        self.page, self.base, self.downloads = page, base, downloads

    def state(self, step: str) -> str:
        self.page.goto(f"{self.base}/tour")
        classes = self.page.locator(f"li#{step}").get_attribute("class") or ""
        return classes.replace("card", "").strip()

    def go(self, step: str) -> None:
        """Press the step's button: into its role and onto its page."""
        self.page.goto(f"{self.base}/tour")
        self.page.click(f'[data-step="{step}"]')
        self.page.wait_for_load_state()
        assert "/tour" not in self.page.url, step

    def until_done(self, step: str) -> None:
        """The worker needs a moment: look again until the data says so."""
        for _second in range(60):
            if self.state(step) == "done":
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"step {step} is not done")

    def sure(self) -> None:
        """Say yes to the question that a consequential button asks."""
        dialog = self.page.locator("dialog[open] button[value=yes]")
        if dialog.count():
            dialog.click()
        self.page.wait_for_load_state()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=False).first.click()
        self.sure()
        settled(self.page)

    def upload(self, step: str, register: str) -> None:
        """Take the file of a step from the tour and send it in as its register."""
        self.page.goto(f"{self.base}/tour")
        with self.page.expect_download() as waiting:
            self.page.click(f"li#{step} a[download]")
        path = self.downloads / waiting.value.suggested_filename
        waiting.value.save_as(path)
        words = self.page.locator(f"li#{step}").inner_text()
        as_of = re.search(r"\d{4}-\d{2}-\d{2}", words)
        assert as_of, words
        self.go(step)
        self.page.select_option("select[name=register]", register)
        self.page.fill("input[name=as_of]", date.fromisoformat(as_of[0]).isoformat())
        self.page.set_input_files("input[name=file]", path)
        self.press("上传并检查")
        self.press("确认导入")

    def main(self) -> str:
        return self.page.locator("main").inner_text()


@pytest.fixture
def visitor(platform: Platform, browser: Browser, tmp_path: Path) -> Visitor:
    context = browser.new_context(
        viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    return Visitor(page, platform.base, tmp_path)


def test_the_tour_from_a_register_to_the_proof(visitor: Visitor) -> None:
    page = visitor.page
    assert visitor.state("look") == "done"
    assert wrong_with(page) == []

    assert visitor.state("upload") == "now"
    visitor.upload("upload", "low_income")
    visitor.until_done("upload")

    visitor.go("record")
    assert "低保" in visitor.main()
    assert visitor.state("record") == "done"

    visitor.go("decide")
    visitor.press("测算")
    visitor.until_done("decide")
    visitor.go("decide")
    expect(page.locator("main")).to_contain_text("符合")
    assert wrong_with(page) == []

    visitor.go("make")
    visitor.press("生成名单")
    page.wait_for_timeout(2_000)
    visitor.go("make")
    visitor.press("编成批次")
    visitor.press("提交复核")
    visitor.until_done("make")

    visitor.go("sign")
    visitor.press("复核通过")
    visitor.go("sign")
    visitor.press("审批通过")
    visitor.until_done("sign")

    pay(visitor)
    visitor.until_done("pay")

    visitor.upload("death", "death_funeral")
    visitor.until_done("death")

    for _second in range(60):
        visitor.page.goto(f"{visitor.base}/tour")
        if "社区" in visitor.page.locator("li#recover [data-step]").inner_text():
            break
        page.wait_for_timeout(500)
    page.set_viewport_size(PHONE)
    visitor.go("recover")
    confirm_death(visitor)
    page.set_viewport_size(DESK)
    visitor.until_done("recover")
    visitor.go("recover")
    assert "追回" in visitor.main()

    visitor.go("prove")
    assert "people.delivery_applied" in page.content() or "导入" in visitor.main()
    visitor.until_done("prove")


def pay(visitor: Visitor) -> None:
    """公示, 拨付, 放行, and the bank's answer; each button belongs to one hand."""
    visitor.go("pay")
    visitor.press("开始公示")
    early = visitor.page.get_by_role("button", name="提前结束公示")
    if early.count():
        visitor.press("提前结束公示")
    visitor.go("pay")
    fund(visitor)
    visitor.go("pay")
    visitor.press("放行发放")


def fund(visitor: Visitor) -> None:
    """The treasurer types the sum that stands on the page."""
    page = visitor.page
    page.locator("main a", has_text="财政拨付").first.click()
    page.wait_for_load_state()
    due = re.search(r"¥([\d,]+\.\d\d)", visitor.main())
    assert due, visitor.main()
    page.fill("input[name=amount]", due[1].replace(",", ""))
    visitor.press("拨付")


def confirm_death(visitor: Visitor) -> None:
    """The card, then the answer: at most three taps."""
    card = visitor.page.locator("a.waiting", has_text="唐望山").first
    card.click()
    visitor.page.wait_for_load_state()
    assert wrong_with(visitor.page) == []
    visitor.page.locator(".dock form button").first.click()
    visitor.sure()
