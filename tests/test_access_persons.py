"""P10, the part about persons: who reaches a record by page and by API, in one's own area, below, beside, above, elsewhere."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.people import testing as registers
from yinling.people.api import search

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
PLACES = {"赵一": "530199001001", "钱二": "530199001002", "孙三": "530199002001"}


@pytest.fixture
def persons() -> dict[str, UUID]:
    registers.places()
    rows = [
        registers.person_row(registers.make_id(date(1940, 1, 1 + n), n), name, 户籍区划=area, 现住区划=area)
        for n, (name, area) in enumerate(PLACES.items())
    ]
    registers.deliver("population", registers.population_csv(rows))
    with batch("test", SYSTEM):
        return {name: search(name, 2)[0].person for name in PLACES}


# role, own area, whom it reaches: the oracle is this table
REACH = (
    (Role.CITY, "530100000000", "赵一 钱二 孙三"),
    (Role.CITY, "530300000000", ""),
    (Role.DISTRICT, "530199000000", "赵一 钱二 孙三"),
    (Role.DISTRICT, "530198000000", ""),
    (Role.STREET, "530199001000", "赵一 钱二"),
    (Role.STREET, "530199002000", "孙三"),
    (Role.VILLAGE, "530199001001", "赵一"),
    (Role.VILLAGE, "530199001003", ""),
)
ADDRESSES = ("/people/{uid}", "/api/v1/people/{uid}")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_record_opens_in_ones_own_area_and_below_and_nowhere_else(
    persons: dict[str, UUID], address: str
) -> None:
    wrong = []
    for role, area, reached in REACH:
        client = Client()
        sign_in_client(client, role, area=area)
        for name, uid in persons.items():
            status = client.get(address.format(uid=uid)).status_code
            if status != (200 if name in reached.split() else 404):
                wrong.append(f"{role} of {area} asked for {name}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_administrators_reach_nobody(persons: dict[str, UUID], role: Role) -> None:
    client = Client()
    sign_in_client(client, role)
    for uid in persons.values():
        assert [client.get(address.format(uid=uid)).status_code for address in ADDRESSES] == [403, 403]


def test_emergency_access_opens_one_record_for_its_time(persons: dict[str, UUID]) -> None:
    client = Client()
    sign_in_client(client, Role.STREET, area="530199002000")
    page = f"/people/{persons['赵一']}"
    assert client.get(page).status_code == 404
    asked = {"person": str(persons["赵一"]), "reason": "夜间邻居报警，家属联系不上", "minutes": "30"}
    assert client.post("/emergency-access", asked).status_code == 303
    assert client.get(page).status_code == 200
    assert client.get(f"/people/{persons['钱二']}").status_code == 404
