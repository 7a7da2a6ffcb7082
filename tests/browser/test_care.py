"""Journeys through cases and visiting care in a real browser: each as the people who do it, on the screens that they use."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import DESK, PHONE, TV, enter, settled, wrong_with
from tests.browser.conftest import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


class People:
    """One session a role, opened once."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.sessions: dict[str, BrowserContext] = {}

    def page(self, account: str, address: str, size: dict[str, int] = DESK) -> Page:
        if account not in self.sessions:
            self.sessions[account] = enter(self.browser, self.base, account, size)
        page = self.sessions[account].new_page()
        page.goto(self.base + address)
        settled(page)
        assert wrong_with(page) == [], address
        return page


@pytest.fixture
def people(browser: Browser, platform: Platform):
    made = People(browser, platform.base)
    yield made
    for session in made.sessions.values():
        session.close()


def press(page: Page, words: str) -> None:
    """The button of this name, and the question that it asks."""
    page.get_by_role("button", name=words, exact=True).first.click()
    asked = page.locator("dialog[open] button").filter(has_text=re.compile(f"^{words}$"))
    if asked.count():
        asked.first.click()
    page.wait_for_load_state()
    settled(page)


def test_a_bundle_is_taken_at_the_counter_and_each_item_decided_by_itself(people: People) -> None:
    page = people.page("demo.village.1", "/cases/new", PHONE)
    page.fill("#q", "沈佩兰")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=re.compile("沈佩兰")).click()
    settled(page)
    assert wrong_with(page) == []
    for item in ("hardship", "care"):
        page.check(f"input[name=items][value={item}]")
    press(page, "受理")
    expect(page.locator("body")).to_contain_text("待审核")
    expect(page.locator("body")).to_contain_text("同时申请的其他项目")
    street = people.page("demo.street.1", "/cases")
    links = (
        street.locator("table.list tbody tr", has_text="沈佩兰")
        .locator("a")
        .evaluate_all("all => all.map(a => a.href)")
    )
    both = sorted(set(links))
    assert len(both) == 2
    for address in both:
        street.goto(address)
        press(street, "审核通过")
    officer = people.page("demo.district.maker", "/cases/approval?tab=odd")
    rows = officer.locator("table.list tbody tr", has_text="沈佩兰")
    assert rows.count() == 2
    expect(rows.first).to_contain_text("核定结论为不符合")
    officer.goto(both[0])
    officer.locator("summary", has_text="不予批准").click()
    press(officer, "不予批准")
    expect(officer.locator("body")).to_contain_text("行政复议")
    officer.goto(both[1])
    expect(officer.locator("body")).to_contain_text("待审批")


def test_a_refusal_is_explained_in_three_clicks_and_an_appeal_is_won_by_the_corrected_register(
    people: People,
) -> None:
    first = people.page("demo.district.maker", "/cases?state=appealed")
    first.locator("table.list tbody a", has_text="何秋棠").first.click()
    settled(first)
    expect(first.locator("body")).to_contain_text("核不到低保")
    expect(first.locator("body")).to_contain_text("我一直领低保")
    case = first.url
    press(first, "复核改为批准")
    expect(first.locator("body")).to_contain_text("复核须由作出原决定以外的人办理")
    second = people.page("demo.district.checker", case.removeprefix(people.base))
    press(second, "复核改为批准")
    expect(second.locator("body")).to_contain_text("已批准")
    letter = people.page("demo.district.checker", case.removeprefix(people.base) + "/letter")
    expect(letter.locator("body")).to_contain_text("何秋棠")
    expect(letter.locator("body")).to_contain_text("已经批准")


def test_the_family_applies_on_the_phone_and_television_says_what_is_next(people: People) -> None:
    page = people.page("demo.family", "/my/cases", PHONE)
    expect(page.locator("body")).to_contain_text("最晚")
    page.get_by_role("link", name="看详情").first.click()
    settled(page)
    assert wrong_with(page) == []
    tv = people.page("demo.elder", "/tv", TV)
    expect(tv.locator("body")).to_contain_text("您的办件")
    expect(tv.locator("body")).to_contain_text("最晚")
    assert "困难" not in tv.locator("main").inner_text()


def test_a_missed_visit_ends_in_help(people: People) -> None:
    """What the morning found, the visit at the door, the meal that is needed, and the order that ends."""
    page = people.page("demo.village.1", "/today?kind=homecare.missed", PHONE)
    page.locator("[data-today] a").first.click()
    page.get_by_role("link", name="去办理").click()
    settled(page)
    name = page.locator("h1").inner_text().removesuffix("的探访")
    expect(page.locator("body")).to_contain_text("还没有见到")
    page.get_by_role("link", name="登记探访").click()
    settled(page)
    assert wrong_with(page) == []
    page.locator("label.check", has_text="要送餐").click()
    press(page, "提交")
    expect(page.locator("body")).to_contain_text("发现的问题已转工单")
    orders = people.page("demo.village.1", "/today?kind=homecare.finding")
    order = orders.locator("[data-today] a", has_text=name).first
    expect(order).to_contain_text("要送餐")
    order.click()
    press(orders, "接单")
    orders.locator("summary", has_text="办理完成").click()
    finish = orders.locator("details", has=orders.locator("summary", has_text="办理完成"))
    finish.locator("input[name=outcome]").fill("已联系长者食堂送餐")
    finish.get_by_role("button", name="办理完成").click()
    orders.wait_for_load_state()
    done = people.page("demo.village.1", "/today?tab=done")
    expect(done.locator("body")).to_contain_text(name)
    missed = people.page("demo.village.1", "/today?kind=homecare.missed")
    assert missed.locator("[data-today] a", has_text=name).count() == 0


def test_a_visit_is_written_without_signal_and_sent_once_when_there_is_one(people: People) -> None:
    page = people.page("demo.visitor", "/visits/offline", PHONE)
    page.wait_for_selector("[data-stop]")
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_selector("[data-stop]")
    stops = page.locator("[data-stop]").count()
    people.sessions["demo.visitor"].set_offline(True)
    page.reload()
    page.wait_for_selector("[data-offline]")
    assert page.locator("[data-stop]").count() == stops
    card = page.locator("[data-stop]").first
    uid = card.get_attribute("data-stop")
    card.locator("button").click()
    page.locator("[data-send]").click()
    page.wait_for_selector("[data-waiting]")
    people.sessions["demo.visitor"].set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.wait_for_selector(f"[data-stop='{uid}'] .badge.yes")
    shown = people.page("demo.visitor", f"/visits/person/{uid}")
    expect(shown.locator(".timeline")).to_contain_text("见到了")
    assert shown.locator(".timeline time").first.inner_text()
