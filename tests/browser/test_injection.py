"""P13 in a real browser: people whose register carries hostile names and addresses are looked at, and nothing runs."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import DESK, enter, settled
from tests.browser.conftest import Platform
from yinling.people.testing import POPULATION, make_id, person_row

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
NAMES = (
    "<script>alert()</script>", "<img src=x onerror=alert()>", '王"><svg/onload=alert()>', "</title><script>alert()</script>",
    "王'-alert()-'英", "${alert()}<b onclick=alert()>",
)  # fmt: skip
NUMBERS = [make_id(date(1930, 6, 1) + timedelta(days=place), 7) for place in range(len(NAMES))]


def register() -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, POPULATION)
    writer.writeheader()
    for place, name in enumerate(NAMES):
        number = NUMBERS[place]
        writer.writerow(person_row(number, name, 户籍地址=name, 现住地址=name, 户号=f"敌{place}"))
    return out.getvalue().encode("gb18030")


def test_no_word_of_a_register_ever_runs(platform: Platform, browser: Browser) -> None:
    file = platform.home / "hostile.csv"
    file.write_bytes(register())
    today = date.today().isoformat()  # noqa: DTZ011 - the day that the register stands for
    done = platform.command(
        "import", "population", str(file), "--as-of", today, "--mode", "delta", "--covers", "530199"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    context = enter(browser, platform.base, "demo.district.maker", DESK)
    page, ran = context.new_page(), []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    try:
        for name, number in zip(NAMES, NUMBERS, strict=True):
            page.goto(f"{platform.base}/people?q={number}")
            settled(page)
            page.locator("main a", has_text=name).first.click()
            settled(page)
            assert page.locator("h1").inner_text() == name
    finally:
        context.close()
    assert ran == []
