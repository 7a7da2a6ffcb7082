"""Where each role lands; the older person's pages; the clerk's phone; the tour reads the data and nothing else."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, record
from yinling.base.contracts import SYSTEM, Actor, Event
from yinling.people.testing import deliver, make_id, person_row, places, population_csv
from yinling.portal.tour.story import CHANGE_FILE, DEATH_FILE

pytestmark = pytest.mark.usefixtures("database")
DISTRICT, COMMUNITY = "530199000000", "530199001001"
BORN = date(1942, 5, 18)


def somebody(name: str = "苏玉棠", born: date = BORN) -> UUID:
    places()
    deliver("population", population_csv([person_row(make_id(born, 8), name)]))
    return found(name)


def found(name: str) -> UUID:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record WHERE name = %s", [name])
        return UUID(str(cursor.fetchone()[0]))


def line(
    person: UUID,
    state: str,
    *,
    item: str = "old_age",
    fen: int = 10_000,
    block: str = "",
    month: str = "2026-09",
) -> None:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO benefits_line (uid, person, item, month, kind, round, fen, state, block, note, hukou_area, live_area,
                 policy_version, reason, facts_digest, payee_tail, attempt, proposed_at, changed_at, released_at, paid_at)
               VALUES (%s, %s, %s, %s, 'normal', 1, %s, %s, %s, '', %s, %s, 'v', '', '', '5355', 0, now(), now(), now(),
                 CASE WHEN %s = 'paid' THEN now() END)""",
            [uuid4(), person, item, month, fen, state, block, COMMUNITY, COMMUNITY, state],
        )


def client(role: Role, **scope: Any) -> Client:
    made = Client()
    sign_in_client(made, role, **scope)
    return made


def elder(person: UUID) -> Client:
    return client(Role.ELDER, persons=[person], persons_area=COMMUNITY)


@pytest.mark.parametrize(
    ("role", "scope", "lands"),
    [
        (Role.DISTRICT, {"area": DISTRICT}, "/today"),
        (Role.VILLAGE, {"area": COMMUNITY}, "/village"),
        (Role.ELDER, {"persons": [uuid4()], "persons_area": COMMUNITY}, "/mine"),
        (Role.AUDITOR, {}, "/today"),
    ],
)
def test_each_role_lands_where_its_work_waits(role: Role, scope: dict[str, Any], lands: str) -> None:
    places()
    assert client(role, **scope).get("/").url == lands


def test_without_signing_in_one_lands_at_the_door() -> None:
    assert Client().get("/").url == "/sign-in"
    with override_settings(YINLING_DEMO=True):
        assert Client().get("/").url == "/demo"


def test_the_older_person_sees_the_sum_of_the_month_the_card_and_why_something_was_not_paid() -> None:
    person = somebody()
    line(person, "paid", fen=10_000)
    line(person, "blocked", item="care", fen=60_000, block="no_account")
    body = elder(person).get("/mine").content.decode()
    assert "¥100.00" in body
    assert "5355" in body
    assert "没有收款账户" in body


def test_television_names_the_sum_and_never_a_benefit() -> None:
    person = somebody()
    line(person, "paid", item="hardship", fen=30_000)
    body = elder(person).get("/tv").content.decode()
    assert "¥300.00" in body
    assert "困难" not in body
    assert "护理" not in body


def test_who_looked_is_told_with_role_and_name_but_not_ones_own_visits() -> None:
    person = somebody()
    own = elder(person)
    with batch("test", Actor(uuid4(), "陈静", "district")):
        record(Event("people.viewed", "person", str(person), COMMUNITY))
    body = own.get("/mine/seen").content.decode()
    assert "区县民政局" in body
    assert body.count("看了档案") == 1


def test_nobody_sees_another_persons_pages() -> None:
    person = somebody()
    line(person, "awaiting")
    stranger = client(Role.FAMILY, persons=[uuid4()], persons_area=COMMUNITY)
    assert stranger.get(f"/mine?person={person}").status_code == 404
    assert stranger.post(f"/mine/{person}/old_age/yes").status_code == 404


def test_an_answer_is_written_down_and_can_be_taken_back() -> None:
    person = somebody()
    line(person, "awaiting")
    own = elder(person)
    assert "愿意领取" in own.get("/mine").content.decode()
    answer = own.post(f"/mine/{person}/old_age/yes")
    assert answer.status_code == 303
    page = own.get(answer.url).content.decode()
    assert "撤销刚才的操作" in page
    assert f"/mine/{person}/old_age/no" in page
    own.post(f"/mine/{person}/old_age/no")
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT agreed FROM benefits_consent WHERE person = %s ORDER BY recorded_at", [person])
        assert [agreed for (agreed,) in cursor.fetchall()] == [True, False]


def test_the_clerk_sees_her_own_people_in_cards() -> None:
    person = somebody()
    line(person, "awaiting")
    body = client(Role.VILLAGE, area=COMMUNITY).get("/village").content.decode()
    assert "苏玉棠" in body
    assert f"/benefits/waiting/{person}/old_age" in body
    other = client(Role.VILLAGE, area="530199002001").get("/village").content.decode()
    assert "苏玉棠" not in other


@pytest.fixture
def demo(tmp_path: Path) -> Any:
    """A demo folder with the two persons and files of the story, and a running demo mode over it."""
    folder = tmp_path / "demo"
    cast = {
        key: {"name": name, "born_on": BORN.isoformat(), "area": COMMUNITY, "place": ""}
        for key, name in (("tour_change", "宋采薇"), ("late_extra", "唐望山"))
    }
    files = [{"month": month, "register": "population", "path": "x"} for month in ("2026-09", "2026-10")]
    for key, register in ((CHANGE_FILE, "low_income"), (DEATH_FILE, "death_funeral")):
        path = folder / "extra" / f"{key}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(key.encode())
        files.append(
            {
                "month": "extra/2026-10", "register": register, "title": "名册", "sender": "民政", "mode": "full",
                "path": f"extra/{key}.xlsx", "as_of": "2026-10-21", "sha256": hashlib.sha256(key.encode()).hexdigest(),
            }
        )  # fmt: skip
    (folder / "cast.json").write_text(json.dumps({"cast": cast}), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    with override_settings(YINLING_DEMO=True, YINLING_HOME=tmp_path):
        yield folder


def step_states(body: str) -> list[str]:
    import re

    return re.findall(r'<li class="card (done|now|wait)"', body)


def test_outside_demo_mode_there_is_no_tour() -> None:
    assert Client().get("/tour").status_code == 404
    assert Client().get("/tour/files/low_income").status_code == 404


def test_the_tour_begins_with_the_first_step_that_the_data_does_not_show(demo: Path) -> None:
    places()
    assert step_states(Client().get("/tour").content.decode()) == ["now"] + ["wait"] * 9
    deliver(
        "population",
        population_csv(
            [person_row(make_id(BORN, 8), "宋采薇"), person_row(make_id(BORN, 28), "唐望山", 户号="H9")]
        ),
    )
    assert step_states(Client().get("/tour").content.decode())[:2] == ["done", "now"]


def test_the_files_of_the_tour_and_no_others_can_be_taken(demo: Path) -> None:
    answer = Client().get("/tour/files/low_income")
    assert b"".join(answer.streaming_content) == CHANGE_FILE.encode()
    answer.close()
    assert Client().get("/tour/files/manifest").status_code == 404
