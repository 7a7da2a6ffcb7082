"""axe-core finds nothing serious on the page kit and the first pages, light and dark; older people's pages keep 7:1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
SHELLS = [("phone", PHONE), ("elder", PHONE), ("tv", WALL), ("wall", WALL), ("public", DESK), ("print", DESK)]
PAGES = [
    ("", "/sign-in", DESK), ("", "/demo", DESK), ("", "/nothing-here", DESK),
    *[("demo.sysadmin", f"/kit/{page}", DESK) for page in ("", "list", "form", "errors/422", "errors/500")],
    *[("demo.sysadmin", f"/kit/show/{shell}", size) for shell, size in SHELLS],
    ("demo.elder", "/mine", PHONE), ("demo.elder", "/tv", WALL), ("demo.village.1", "/village", PHONE),
]  # fmt: skip
ELDER = ("/kit/show/elder", "/mine")


def violations(page: Any, *, strict: bool) -> list[str]:
    options = {"rules": {"color-contrast-enhanced": {"enabled": strict}}}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious(platform: Platform, browser: Any, theme: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: yinling assets --tests")
    wrong: dict[str, list[str]] = {}
    for account in dict.fromkeys(account for account, _address, _size in PAGES):
        context = browser.new_context(locale="zh-CN", bypass_csp=True)
        context.add_cookies([{"name": "yinling_theme", "value": theme, "url": platform.base}])
        page = context.new_page()
        if account:
            page.goto(f"{platform.base}/demo")
            page.locator(f'[data-demo="{account}"]').first.click()
            page.wait_for_load_state("networkidle")
        for _account, address, size in [one for one in PAGES if one[0] == account]:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.goto(platform.base + address)
            page.wait_for_load_state("networkidle")
            page.add_script_tag(path=str(AXE))
            if found := violations(page, strict=address in ELDER):
                wrong[address] = found
        context.close()
    assert wrong == {}
