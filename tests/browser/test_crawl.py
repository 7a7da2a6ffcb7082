"""As every role over every menu entry: nothing empty, no error, no dead link, readable, not too wide."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import DESK, PHONE, TV, enter, settled, wrong_with
from tests.browser.conftest import Platform
from yinling.accounts.contracts import ROLE_CARDS, Role
from yinling.base.api import menus

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ACCOUNTS = {
    "demo.city": Role.CITY, "demo.district.maker": Role.DISTRICT, "demo.district.checker": Role.DISTRICT,
    "demo.district.releaser": Role.DISTRICT, "demo.finance": Role.FINANCE, "demo.street.1": Role.STREET,
    "demo.village.1": Role.VILLAGE, "demo.visitor": Role.VISITOR, "demo.centre": Role.CENTRE, "demo.facility": Role.FACILITY,
    "demo.family": Role.FAMILY, "demo.elder": Role.ELDER, "demo.assessor": Role.ASSESSOR, "demo.dispatcher": Role.DISPATCHER,
    "demo.duty": Role.DUTY, "demo.sysadmin": Role.SYSADMIN, "demo.secadmin": Role.SECADMIN, "demo.auditor": Role.AUDITOR,
}  # fmt: skip
LINKS_MAX = 60
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Addresses that change something when followed, leave the platform, or were looked at as the page itself.
PASSED_OVER = ("/sign-out", "/static/", "/demo")
seen: set[tuple[str, str]] = set()


def entries(role: Role) -> list[str]:
    """Addresses of the menu of a role, the landing page first."""
    found = ["/"]
    for entry in menus:
        if role in {str(one) for one in entry.roles}:
            try:
                found.append(reverse(entry.url_name))
            except NoReverseMatch:
                continue
    return list(dict.fromkeys(found))


def size_of(role: Role, address: str) -> dict[str, int]:
    if address == "/tv":
        return TV
    return PHONE if ROLE_CARDS[role].phone else DESK


def kind_of(address: str) -> str:
    """Addresses that differ only in whom or what they are about are one kind."""
    return UID.sub("*", urlsplit(address).path)


def dead_links(context: BrowserContext, base: str, at: str, links: list[str]) -> list[str]:
    """Links of a page that do not answer; one of each kind is followed."""
    wrong, kinds = [], set()
    for link in links:
        full = urljoin(base + at, link)
        if not full.startswith(base) or urlsplit(full).path.startswith(PASSED_OVER) or kind_of(full) in kinds:
            continue
        kinds.add(kind_of(full))
        status = context.request.get(full).status
        if status >= 400:
            wrong.append(f"{at} leads to {link}: {status}")
        if len(kinds) >= LINKS_MAX:
            break
    return wrong


def look(context: BrowserContext, base: str, role: Role, address: str) -> list[str]:
    page, said = context.new_page(), []
    page.set_viewport_size(size_of(role, address))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        answer = page.goto(base + address)
        settled(page)
        # The same kind of page in the same shell needs axe only once.
        shell = page.evaluate("() => document.documentElement.className")
        first = (kind_of(page.url), shell) not in seen
        seen.add((kind_of(page.url), shell))
        wrong = wrong_with(page, axe=first) + [f"console: {one}" for one in said]
        if answer is None or answer.status != 200:
            wrong.append(f"status {answer.status if answer else '?'}")
        links = page.eval_on_selector_all("main a[href], nav a[href]", "all => all.map(one => one.getAttribute('href'))")
        wrong += dead_links(context, base, address, [link for link in links if link and not link.startswith(("#", "tel:"))])
        return [f"{address}: {one}" for one in wrong]
    finally:
        page.close()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_menu_entry(platform: Platform, browser: Browser, account: str) -> None:
    role = ACCOUNTS[account]
    context = enter(browser, platform.base, account, PHONE if ROLE_CARDS[role].phone else DESK)
    try:
        wrong = [one for address in entries(role) for one in look(context, platform.base, role, address)]
    finally:
        context.close()
    assert wrong == []


def test_a_planted_fault_is_found(platform: Platform, browser: Browser) -> None:
    """The same eyes on a page with an empty body, a picture without words and a block too wide."""
    page = browser.new_page(viewport=PHONE)
    page.set_content("<html lang=en><title>x</title><main><img src=x><div style='width:900px'>{{ x }}</div></main></html>")
    wrong = " ".join(wrong_with(page))
    page.close()
    assert "too wide" in wrong
    assert "leak" in wrong
    assert "image-alt" in wrong
