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

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
ACCOUNTS = {
    "demo.city": Role.CITY, "demo.district.maker": Role.DISTRICT, "demo.district.checker": Role.DISTRICT,
    "demo.district.releaser": Role.DISTRICT, "demo.finance": Role.FINANCE, "demo.street.1": Role.STREET,
    "demo.village.1": Role.VILLAGE, "demo.visitor": Role.VISITOR, "demo.centre": Role.CENTRE, "demo.facility": Role.FACILITY,
    "demo.family": Role.FAMILY, "demo.elder": Role.ELDER, "demo.assessor": Role.ASSESSOR, "demo.dispatcher": Role.DISPATCHER,
    "demo.duty": Role.DUTY, "demo.sysadmin": Role.SYSADMIN, "demo.secadmin": Role.SECADMIN, "demo.auditor": Role.AUDITOR,
}  # fmt: skip
LINK = re.compile(r'<a [^>]*?href="([^"#][^"]*)"')
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{12}")
# A number of the demo in full: identity, account or social-security card. Nobody asked to see one, so no page shows any.
IN_FULL = re.compile(r"(?<![0-9])(?:530199(?:19|20)[0-9]{9}[0-9Xx]|999999[0-9]{13}|Y[0-9]{8})(?![0-9])")
# Addresses that change something when followed, leave the platform, or were looked at as the page itself.
PASSED_OVER = ("/sign-out", "/static/", "/demo", "tel:")
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


class Walk:
    """One role on its way: what it looked at, what it followed, and what was wrong."""

    def __init__(self, context: BrowserContext, base: str, role: Role) -> None:
        self.context, self.base, self.role = context, base, role
        self.followed: set[str] = set()
        self.wrong: list[str] = []

    def look(self, address: str) -> None:
        """In the browser where this kind of page was not seen in this shell yet, else by its answer alone."""
        self.followed.add(kind_of(address))
        shell = "phone" if ROLE_CARDS[self.role].phone else "desk"
        if (kind_of(address), shell) in seen:
            self._ask(address)
        else:
            seen.add((kind_of(address), shell))
            self._open(address)

    def _ask(self, address: str) -> None:
        answer = self.context.request.get(self.base + address)
        body = answer.text()
        if answer.status != 200:
            self.wrong.append(f"{address}: status {answer.status}")
        self._masked(address, body)
        self._follow(address, LINK.findall(body))

    def _masked(self, address: str, body: str) -> None:
        if shown := IN_FULL.findall(body):
            self.wrong.append(f"{address}: {len(shown)} numbers in full, the first {shown[0][:8]}…")

    def export(self, address: str) -> None:
        """What the list behind this address gives as a file; a page without a list answers as ever."""
        body = self.context.request.get(f"{self.base}{address}?_export=csv").body()
        self._masked(f"{address} as a file", body.decode("utf-8", "replace"))

    def _open(self, address: str) -> None:
        page, said = self.context.new_page(), []
        page.set_viewport_size(size_of(self.role, address))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        try:
            answer = page.goto(self.base + address)
            settled(page)
            found = wrong_with(page) + [f"console: {one}" for one in said]
            if answer is None or answer.status != 200:
                found.append(f"status {answer.status if answer else '?'}")
            self.wrong += [f"{address}: {one}" for one in found]
            self._masked(address, page.content())
            links = page.eval_on_selector_all(
                "main a[href], nav a[href]", "all => all.map(one => one.getAttribute('href'))"
            )
            self._follow(address, links)
        finally:
            page.close()

    def _follow(self, at: str, links: list[str]) -> None:
        """No dead link: one of each kind is followed, for each role anew, since roles may open different pages."""
        for link in links:
            full = urljoin(self.base + at, link.replace("&amp;", "&"))
            passed_over = not full.startswith(self.base) or urlsplit(full).path.startswith(PASSED_OVER)
            if passed_over or kind_of(full) in self.followed:
                continue
            self.followed.add(kind_of(full))
            status = self.context.request.get(full).status
            if status >= 400:
                self.wrong.append(f"{at} leads to {link}: {status}")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_menu_entry(platform: Platform, browser: Browser, account: str) -> None:
    role = ACCOUNTS[account]
    context = enter(browser, platform.base, account, PHONE if ROLE_CARDS[role].phone else DESK)
    walk = Walk(context, platform.base, role)
    try:
        for address in entries(role):
            walk.look(address)
            walk.export(address)
    finally:
        context.close()
    assert walk.wrong == []


def test_a_number_in_full_is_noticed() -> None:
    assert IN_FULL.search("<td>53019919400101001X</td>")
    assert IN_FULL.search("账号：9999992728061520649。")
    assert not IN_FULL.search("530199**********1X ****0123 530199001001 2026112400000012345678")


@pytest.mark.parametrize("address", ["/", "/demo", "/tour", "/sign-in"])
def test_what_anyone_may_open(platform: Platform, browser: Browser, address: str) -> None:
    for size in (DESK, PHONE):
        page = browser.new_page(viewport=size)
        page.goto(platform.base + address)
        settled(page)
        wrong = wrong_with(page)
        page.close()
        assert wrong == []


def test_a_planted_fault_is_found(platform: Platform, browser: Browser) -> None:
    """The same eyes on a page with an empty body, a picture without words and a block too wide."""
    page = browser.new_page(viewport=PHONE)
    page.set_content(
        "<html lang=en><title>x</title><main><img src=x><div style='width:900px'>{{ x }}</div></main></html>"
    )
    wrong = " ".join(wrong_with(page))
    page.close()
    assert "too wide" in wrong
    assert "leak" in wrong
    assert "image-alt" in wrong
