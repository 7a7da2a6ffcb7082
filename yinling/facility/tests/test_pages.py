"""Pages over HTTP: the way from the first question to a bed, a shift on the phone, money, safety; others see nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import CHINA, batch, now
from yinling.base.contracts import SYSTEM
from yinling.facility.contracts import CLAUSES, Care
from yinling.facility.models import (
    Bill,
    Charge,
    Dose,
    Entry,
    FeeItem,
    Hazard,
    Incident,
    Message,
    Record,
    Stay,
    Task,
)
from yinling.facility.services import care, medicines
from yinling.facility.testing import AREA, NURSE, a_home, a_person, a_stay
from yinling.people.testing import deliver, make_id, person_row, places, population_csv
from yinling.providers import api as providers

pytestmark = pytest.mark.usefixtures("database")


def desk(home: UUID) -> Client:
    client = Client()
    sign_in_client(client, Role.FACILITY, orgs=[str(home)])
    return client


def go(client: Client, page: str, /, *args: Any, **form: Any) -> Any:
    address = reverse(f"facility:{page}", args=args)
    return client.post(address, form) if form else client.get(address)


def today() -> Any:
    return now().astimezone(CHINA).date()


def test_from_the_first_question_to_a_bed() -> None:
    from datetime import date

    places()
    number = make_id(date(1939, 5, 4), 124)
    deliver("population", population_csv([person_row(number, "王秀英")]))
    home = a_home()
    client, day = desk(home), today().isoformat()
    assert go(client, "enquiry", name="王秀英").status_code in (302, 303)
    with batch("test", SYSTEM):
        uid = Stay.objects.get().uid
    wrong = go(client, "step", uid, "assess", number=make_id(date(1939, 5, 4), 126), on=day)
    assert wrong.status_code == 422
    assert "不一致" in wrong.content.decode()
    assert go(client, "step", uid, "assess", number=number, on=day).status_code in (302, 303)
    with batch("test", SYSTEM):
        fees = [str(one) for one in FeeItem.objects.values_list("uid", flat=True)]
        bed = str(providers.free_beds(home, today())[0].uid)
    clauses = {f"clause_{key}": "示范文本" for key, _words in CLAUSES}
    paper = {"agreement_no": "1", "on": day, "deposit": "5000", "fees": fees, **clauses}
    lacking = go(client, "step", uid, "sign", **{**paper, "clause_fees": ""})
    assert lacking.status_code == 422
    assert go(client, "step", uid, "sign", **paper).status_code in (302, 303)
    assert go(client, "step", uid, "admit", bed=bed, on=day).status_code in (302, 303)
    with batch("test", SYSTEM):
        stay = Stay.objects.get()
        assert (stay.stage, str(stay.bed), stay.deposit_fen) == ("trial", bed, 500_000)
        assert Message.objects.get().kind == "admit"
    assert "王秀英" in go(client, "resident", uid).content.decode()
    assert "王秀英" in go(client, "beds").content.decode()
    assert go(client, "step", uid, "visit").status_code == 200


def test_a_shift_on_the_phone() -> None:
    home = a_home()
    stay = a_stay(home, on=today())
    moment = now().replace(second=0, microsecond=0)
    times = [moment.astimezone(CHINA).strftime("%H:%M")]
    with batch("test", NURSE):
        care.plan(
            stay=stay, kind=Care.FLUID, label="喝水", times=times, since=today(), at=moment, fee_fen=100
        )
        medicines.prescribe(
            stay=stay,
            drug="钙片",
            dose="1片",
            units=1,
            times=times,
            prescriber="李医生",
            since=today(),
            until=None,
            at=moment,
        )
        task, dose = Task.objects.get().uid, Dose.objects.get().uid
        medicines.receive(
            uid=uuid4(), stay=stay, drug="钙片", lot="1", expires_on=today(), units=3, at=moment
        )
    client = desk(home)
    assert "王秀英" in go(client, "shift").content.decode()
    assert "喝水" in go(client, "care", stay).content.decode()
    record = {"uid": str(uuid4()), "kind": "fluid", "task": str(task), "ml": "200"}
    for _again in range(2):
        assert go(client, "record", stay, **record).status_code in (302, 303)
    assert go(client, "record", stay, uid=str(uuid4()), kind="fluid", ml="abc").status_code == 422
    assert go(client, "record", stay, uid=str(uuid4()), kind="fluid", ml="nan").status_code == 422
    assert go(client, "dose_end", dose, "held", reason="").status_code == 422
    assert go(client, "dose_end", dose, "given", reason="").status_code in (302, 303)
    with batch("test", SYSTEM):
        assert Record.objects.get().figures == {"ml": 200.0}
        assert Charge.objects.count() == 1
        assert Dose.objects.get().state == "given"


def test_an_incident_from_the_phone() -> None:
    home = a_home()
    stay = a_stay(home, on=today())
    client = desk(home)
    report = {
        "uid": str(uuid4()),
        "risk": "fall",
        "severity": "2",
        "happened": "滑倒",
        "done": "检查",
        "place": "",
    }
    for _again in range(2):
        assert go(client, "report", stay, **report).status_code in (302, 303)
    with batch("test", SYSTEM):
        incident = Incident.objects.get().uid
    assert go(client, "handover").status_code == 200
    assert go(client, "incidents").status_code == 200
    assert go(client, "incident_close", incident, words=" ").status_code == 422
    assert go(client, "incident_close", incident, words="加装扶手").status_code in (302, 303)


def test_scanning_the_own_bed_leads_to_the_resident() -> None:
    home = a_home()
    stay = a_stay(home)
    with batch("test", SYSTEM):
        bed = Stay.objects.get().bed
    answer = go(desk(home), "bed", bed)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("facility:care", args=[stay])


def test_money_of_a_resident() -> None:
    home = a_home()
    stay = a_stay(home)
    client = desk(home)
    entry = {"uid": str(uuid4()), "kind": "deposit_in", "yuan": "5000", "method": "bank", "note": ""}
    for _again in range(2):
        assert go(client, "account", stay, **entry).status_code in (302, 303)
    over = go(client, "account", stay, **{**entry, "uid": str(uuid4()), "yuan": "9999999"})
    assert over.status_code == 422
    assert "最多为月服务费" in over.content.decode()
    assert go(client, "bills_make", month="2026-09").status_code in (302, 303)
    assert go(client, "bills_make", month="2099-01").status_code == 409
    with batch("test", SYSTEM):
        assert Entry.objects.count() == 1
        bill = Bill.objects.get(month="2026-09")
    assert go(client, "bills").status_code == 200
    assert "床位费" in go(client, "bill", bill.uid).content.decode()
    assert go(client, "prices").status_code == 200
    assert go(client, "price_new", kind="bed", name="床位费", unit="month", price="1").status_code == 422
    assert go(client, "desk").status_code == 200
    assert "床位费 low/high" in go(client, "form").content.decode()
    assert client.get(reverse("facility:form") + "?file=xlsx").content[:2] == b"PK"


def test_rounds_and_hazards() -> None:
    home = a_home()
    client = desk(home)
    assert go(client, "point_new", kind="fire", place="一层通道", every_days="1").status_code in (302, 303)
    page = go(client, "rounds").content.decode()
    assert "一层通道" in page
    from yinling.facility.models import Point

    with batch("test", SYSTEM):
        point = Point.objects.get().uid
    assert go(client, "go_round", point, good="no", grade="grave", words="").status_code == 422
    found = {"uid": str(uuid4()), "good": "no", "grade": "grave", "words": "堆物"}
    for _again in range(2):
        assert go(client, "go_round", point, **found).status_code in (302, 303)
    with batch("test", SYSTEM):
        hazard = Hazard.objects.get().uid
    assert go(client, "hazards").status_code == 200
    assert client.post(reverse("facility:hazard_check", args=[hazard])).status_code == 409
    assert go(client, "hazard_mend", hazard, words="清空").status_code in (302, 303)
    assert client.post(reverse("facility:hazard_check", args=[hazard])).status_code == 409
    other = desk(home)
    assert other.post(reverse("facility:hazard_check", args=[hazard])).status_code in (302, 303)
    official = Client()
    sign_in_client(official, Role.STREET, area="530199001000")
    assert "堆物" in official.get(reverse("facility:hazards")).content.decode()


def test_another_home_and_another_family_see_nothing() -> None:
    home, other = a_home(), a_home("530199002001")
    person = a_person()
    stay = a_stay(home, person=person)
    foreign = desk(other)
    for name, args in (
        ("resident", [stay]),
        ("care", [stay]),
        ("account", [stay]),
        ("plan", [stay]),
        ("step", [stay, "leave"]),
    ):
        assert go(foreign, name, *args).status_code == 404, name
    assert foreign.post(reverse("facility:record", args=[stay]), {"kind": "meal"}).status_code == 404
    assert "王秀英" not in go(foreign, "residents").content.decode()
    family, stranger = Client(), Client()
    sign_in_client(family, Role.FAMILY, persons=[person], persons_area=AREA)
    sign_in_client(stranger, Role.FAMILY, persons=[a_person()], persons_area=AREA)
    assert "王秀英" in go(family, "family").content.decode()
    assert "王秀英" not in go(stranger, "family").content.decode()


def test_the_shift_page_asks_the_database_a_fixed_number_of_times() -> None:
    """Its statements do not grow with the residents."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    home = a_home()
    client = desk(home)
    counts = []
    for _number in range(3):
        a_stay(home, bed=0)
        with CaptureQueriesContext(connections["default"]) as seen:
            assert go(client, "shift").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[-1]
