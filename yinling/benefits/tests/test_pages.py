"""Every page of payments as the roles that have it, with data and without; wrong roles are turned away."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Duty, Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.benefits.queries.sql import one
from yinling.benefits.services import chain, funds, releasing, returns
from yinling.benefits.tests.support import COMMUNITY, DISTRICT, District, hours, places, tell_death
from yinling.benefits.tests.test_chain import at_bank, to_cleared

pytestmark = pytest.mark.usefixtures("database")
ALL = (Duty.MAKER, Duty.CHECKER, Duty.RELEASER)


def client(role: Role, **scope: object) -> Client:
    made = Client()
    area = {Role.VILLAGE: COMMUNITY, Role.STREET: "530199001000"}.get(role, DISTRICT)
    sign_in_client(made, role, **{"area": area, **scope})
    return made


def get(made: Client, name: str, *args: object, **query: str) -> str:
    answer = made.get(reverse(f"benefits:{name}", args=args), query, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def paid(tmp_path):
    """A month paid, one person returned by the bank, one dead too late, one who has not answered."""
    places()
    district = District()
    well, late = district.add(2)
    (returned,) = district.add(1, ending="404")
    (asked,) = district.add(1, agreed=False)
    made = to_cleared()
    with batch("test", SYSTEM):
        done = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13))
    answer = at_bank(tmp_path, done.file)
    with batch("test", SYSTEM):
        returns.book_return(body=answer, by=SYSTEM, at=hours(24 * 13 + 1))
    from datetime import date

    from yinling.benefits.services import settle_vital

    with batch("test", SYSTEM):
        tell_death(late, date(2026, 8, 30), hours(24 * 15))
        settle_vital(persons=[late], by=SYSTEM, at=hours(24 * 15))
        recovery = one("SELECT uid FROM benefits_recovery")
        listed = one("SELECT uid FROM benefits_publicity")
        line = one("SELECT uid FROM benefits_line WHERE person = %s", [well])
    return {
        "batch": made,
        "file": done.file,
        "well": well,
        "late": late,
        "returned": returned,
        "asked": asked,
        "recovery": recovery,
        "publicity": listed,
        "line": line,
    }


LISTS = (
    "lines",
    "waiting",
    "batches",
    "publicities",
    "objections",
    "desk",
    "files",
    "returned",
    "recoveries",
)


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_without_data(name):
    assert "<h1>" in get(client(Role.DISTRICT, duties=ALL), name)


def test_the_districts_pages_with_data(paid):
    district = client(Role.DISTRICT, duties=ALL)
    assert "张老0" in get(district, "lines", month="2026-09")
    assert "有退回待处理" in get(district, "batch", paid["batch"])
    assert "再次发放" in get(district, "batch", paid["batch"])
    roster = get(district, "roster", paid["batch"])
    assert "发放花名册" in roster
    assert "王经办" in roster
    assert "30.00" not in roster
    assert "300.00" in roster
    assert "张*0" in get(district, "publicity", paid["publicity"])
    assert "账户不存在" in get(district, "file", paid["file"])
    assert "张老1" in get(district, "recovery", paid["recovery"])
    assert "账户不存在" in get(district, "payee", paid["returned"])
    for name in LISTS:
        get(district, name)


def test_no_page_shows_an_account_or_an_id_in_full(paid):
    from yinling.benefits.tests.support import account_number, citizen_number

    district = client(Role.DISTRICT, duties=ALL)
    shown = [get(district, name) for name in LISTS]
    shown += [
        get(district, "batch", paid["batch"]),
        get(district, "roster", paid["batch"]),
        get(district, "file", paid["file"]),
    ]
    for number in range(4):
        for canary in (account_number(number + 1), citizen_number(number)):
            assert not any(canary in page for page in shown)


def test_the_village_records_an_answer_in_three_taps(paid):
    village = client(Role.VILLAGE)
    assert "张老3" in get(village, "waiting")
    assert "同意领取" in get(village, "consent", paid["asked"], "old_age")
    answer = village.post(
        reverse("benefits:consent", args=[paid["asked"], "old_age"]), {"answer": "yes", "via": "电话确认"}
    )
    assert answer.status_code == 303
    with batch("test", SYSTEM):
        assert one("SELECT state FROM benefits_line WHERE person = %s", [paid["asked"]]) == "proposed"


def test_finance_and_its_desk(paid):
    finance = client(Role.FINANCE)
    assert "财政拨付" in get(finance, "desk")
    taken = finance.post(reverse("benefits:take", args=[paid["file"]]), {"why": "送交银行", "format": "txt"})
    assert taken.content.decode("gb18030").startswith("H|")
    assert (
        finance.post(reverse("benefits:take", args=[paid["file"]]), {"why": "x", "format": "xlsx"}).content[
            :2
        ]
        == b"PK"
    )
    again = finance.post(
        reverse("benefits:recovery", args=[paid["recovery"]]), {"amount": "100.00", "reference": "SK1"}
    )
    assert again.status_code == 303
    assert "已追回" in get(finance, "recovery", paid["recovery"])


def test_an_older_person_sees_what_she_gets_and_nobody_elses(paid):
    elder = client(Role.ELDER, area=None, persons=[paid["well"]], persons_area=COMMUNITY)
    page = get(elder, "mine")
    assert "¥100.00" in page
    assert "已发到账户" in get(elder, "mine_one", paid["line"])
    stranger = client(Role.ELDER, area=None, persons=[paid["late"]], persons_area=COMMUNITY)
    assert stranger.get(reverse("benefits:mine_one", args=[paid["line"]])).status_code == 404


def test_a_step_needs_its_duty_and_its_state(paid):
    checker = client(Role.DISTRICT, duties=(Duty.CHECKER,))
    address = reverse("benefits:step", args=[paid["batch"], "release"])
    assert checker.post(address).status_code == 403
    releaser = client(Role.DISTRICT, duties=(Duty.RELEASER,))
    assert releaser.post(address).status_code == 409
    assert client(Role.VILLAGE).post(address).status_code == 403
    assert client(Role.FINANCE).post(address).status_code == 404


def test_a_whole_chain_through_the_buttons():
    places()
    District().add(2)
    from yinling.benefits.services import build_candidates
    from yinling.benefits.tests.support import MONTH

    with batch("test", SYSTEM):
        build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))
    maker, checker, releaser = (client(Role.DISTRICT, duties=(duty,)) for duty in ALL)
    finance = client(Role.FINANCE)
    assert maker.post(reverse("benefits:make"), {"month": "2026-09"}).status_code == 303
    with batch("test", SYSTEM):
        made = one("SELECT uid FROM benefits_batch")
    for who, move in ((maker, "submit"), (checker, "check"), (releaser, "approve"), (releaser, "publish")):
        assert who.post(reverse("benefits:step", args=[made, move])).status_code == 303, move
    assert releaser.post(reverse("benefits:step", args=[made, "close"])).status_code == 409
    with batch("test", SYSTEM):
        chain.close_publicity(batch=made, by=SYSTEM, at=hours(24 * 30), early=True)
    assert finance.post(reverse("benefits:fund", args=[made]), {"amount": "199.00"}).status_code == 422
    assert finance.post(reverse("benefits:fund", args=[made]), {"amount": "200.00"}).status_code == 303
    assert releaser.post(reverse("benefits:step", args=[made, "release"])).status_code == 303
    with batch("test", SYSTEM):
        assert one("SELECT count(*) FROM base_timer WHERE kind = 'benefits.exchange'") == 1
        assert funds.cleared_fen(made) == 0
