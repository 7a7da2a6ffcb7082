"""数据中心 and 数据目录: what was counted, what is late, and the way from a field back to a row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t
from yinling.people.models import Quality
from yinling.people.queries.sources import last_due, lateness
from yinling.people.registry import registers
from yinling.people.services.measuring import measure, pairs_of

WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1950, 2, 3), 1)


def client_of(role: Role, area: str = t.DISTRICT) -> Client:
    client = Client()
    sign_in_client(client, role, area=area)
    return client


def counted(key: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    with batch("test.measure", SYSTEM):
        measure(key, t.AT)
        return {
            (one.area, one.measure, one.field): (one.good, one.total)
            for one in Quality.objects.filter(register=key)
        }


@pytest.mark.parametrize(
    ("day", "newest", "late"),
    [
        ("2026-09-25", "2026-08-20", 0),  # the day itself is in time
        ("2026-09-26", "2026-08-20", 1),
        ("2026-09-26", "2026-09-01", 0),
        ("2026-10-25", "2026-09-01", 0),
        ("2026-10-26", "2026-09-30", 1),
        ("2026-09-26", None, 1),
    ],
)
def test_late_from_the_day_after_the_due_day(day: str, newest: str | None, late: int) -> None:
    register = registers.find("low_income")
    assert register is not None
    assert (
        lateness(register, date.fromisoformat(newest) if newest else None, date.fromisoformat(day))[1] == late
    )


def test_what_is_sent_when_there_is_news_is_never_late() -> None:
    register = registers.find("death_civil")
    assert register is not None
    assert last_due(register, date(2026, 9, 30)) is None
    assert lateness(register, None, date(2026, 9, 30)) == (None, 0)


def test_comparisons_come_from_the_declarations() -> None:
    assert ("born_on", "population", "id_born") in pairs_of("population")
    assert ("name", "pension", "name") in pairs_of("population")
    assert ("died_on", "death_funeral", "died_on") in pairs_of("death_civil")


def seed() -> Any:
    low = {"姓名": "王秀兰", "身份证号": WANG, "救助类别": "低保", "享受起始年月": "2024-01"}
    done = t.deliver(
        "population",
        t.population_csv([t.person_row(WANG, 民族=""), t.person_row(LI, "李建国", 出生日期="1951-02-03"),
                          t.person_row(WANG[:17] + "0", "赵无", 户籍区划="530199002001")]),
    )  # fmt: skip
    t.deliver("low_income", t.csv_bytes([low], list(low)))
    return done


@pytest.mark.usefixtures("places")
def test_shares_are_counted_per_street() -> None:
    seed()
    found = counted("population")
    first, second = "530199001000", "530199002000"
    assert found[first, "complete", "ethnicity"] == (1, 2)
    assert found[second, "complete", "ethnicity"] == (1, 1)
    assert found[first, "valid", ""] == (2, 2)
    assert found[second, "valid", ""] == (0, 1)
    assert found[first, "agree", "born_on=population.id_born"] == (1, 2)
    assert found[first, "agree", "name=low_income.name"] == (0, 1)


@pytest.mark.usefixtures("places")
def test_a_count_is_asked_for_once_for_many_files() -> None:
    seed()
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT subject FROM base_timer WHERE kind = 'people.quality' ORDER BY 1")
        assert [subject for (subject,) in cursor.fetchall()] == ["low_income", "population"]


@pytest.mark.usefixtures("places")
def test_the_way_from_a_field_back_to_the_row() -> None:
    done = seed()
    for key in ("population", "low_income"):
        counted(key)
    client = client_of(Role.DISTRICT)
    centre = client.get("/people/data").content.decode()
    assert "户籍人口登记" in centre
    assert "数据认责" in centre
    assert "青禾街道" in client.get("/people/data/population").content.decode()
    assert "老年人基本信息" in client.get("/people/catalogue").content.decode()
    assert "/people/catalogue/elders/ethnicity" in client.get("/people/catalogue/elders").content.decode()
    lineage = client.get("/people/catalogue/elders/ethnicity").content.decode()
    link = f"/people/deliveries/{done.uid}/rows/3"
    assert link in lineage
    row = client.get(link).content.decode()
    assert "李建国" in row
    assert "1951-02-03" in row
    assert LI not in row
    assert client.get(f"/people/deliveries/{done.uid}/rows/99").status_code == 404


@pytest.mark.usefixtures("places")
def test_the_sample_is_masked_and_only_for_keepers() -> None:
    seed()
    assert WANG not in client_of(Role.DISTRICT).get("/people/catalogue/elders").content.decode()
    street = client_of(Role.STREET, "530199001000").get("/people/catalogue/elders").content.decode()
    assert "样例" not in street
    blank = client_of(Role.STREET, "530199001000").get("/people/catalogue/elders/template.xlsx")
    assert blank.content.startswith(b"PK")
    assert client_of(Role.STREET, "530199001000").get("/people/data").status_code == 403
