"""A stay from admission to its end: beds, absences, bills to the fen, doses and tasks that end, refusals that change nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from yinling.base.api import batch, connection, unit
from yinling.base.contracts import Actor, Month, Scope, area_range
from yinling.facility.contracts import Care, EntryKind
from yinling.facility.models import Absence, Bill, BillLine, Dose, Entry, Stay, Task
from yinling.facility.rules.care import every
from yinling.facility.rules.money import share
from yinling.facility.services import billing, care, medicines, money, safety, stays
from yinling.facility.testing import AGREEMENT, DAY, NURSE, a_home, a_person, a_stay, moment
from yinling.providers import api as providers
from yinling.providers.api import BedTaken, HasABed

pytestmark = pytest.mark.usefixtures("database")
SEPTEMBER = Month(2026, 9)


def calcium(stay: UUID, times: list[str], at: datetime) -> UUID:
    """One tablet of calcium at set times, from the usual day on."""
    return medicines.prescribe(
        stay=stay,
        drug="钙片",
        dose="1片",
        units=1,
        times=times,
        prescriber="李医生",
        since=DAY,
        until=None,
        at=at,
    )


def lines(stay: UUID, month: str) -> dict[str, tuple[int, int]]:
    with batch("test", NURSE):
        bills = Bill.objects.filter(stay=stay, month=month)
        return {one.name: (one.quantity, one.fen) for one in BillLine.objects.filter(bill__in=list(bills))}


def test_a_month_with_leave_and_hospital_is_billed_to_the_fen() -> None:
    home = a_home()
    stay = a_stay(home)  # from 5 September
    with batch("test", NURSE):
        stays.leave(stay=stay, on=date(2026, 9, 10), at=moment(date(2026, 9, 10)))
        stays.come_back(stay=stay, on=date(2026, 9, 12), at=moment(date(2026, 9, 12)))
        stays.hospitalise(stay=stay, on=date(2026, 9, 20), at=moment(date(2026, 9, 20)))
        stays.come_back(stay=stay, on=date(2026, 9, 25), at=moment(date(2026, 9, 25)))
        made = billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 10, 1)))
    assert made["bills"] == 1
    with batch("test", NURSE):
        bill = Bill.objects.get(stay=stay)
    assert (bill.nights, bill.nights_leave, bill.nights_hospital) == (26, 2, 5)
    expected = {
        "床位费": (26, share(180_000, 26, 30)), "护理费": (19, share(150_000, 19, 30)), "膳食费": (19, share(90_000, 19, 30)),
    }  # fmt: skip
    assert lines(stay, "2026-09") == expected
    assert bill.fen == sum(fen for _n, fen in expected.values()) == made["fen"]


def test_a_month_is_billed_once_and_not_before_its_end() -> None:
    stay = a_stay(a_home())
    with pytest.raises(billing.MonthNotOver), batch("test", NURSE):
        billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 9, 30)))
    with batch("test", NURSE):
        assert billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 10, 1)))["bills"] == 1
    with batch("test", NURSE):
        assert billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 10, 2))) == {"bills": 0, "fen": 0}
    assert len(lines(stay, "2026-09")) == 3


def test_a_run_that_dies_in_the_middle_leaves_no_bill() -> None:
    home = a_home()
    stays_made = [a_stay(home, bed=number) for number in range(3)]
    with pytest.raises(RuntimeError, match="power"), batch("test", NURSE):
        billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 10, 1)))
        raise RuntimeError("power")
    with batch("test", NURSE):
        assert Bill.objects.count() == BillLine.objects.count() == 0
        assert billing.bill_month(month=SEPTEMBER, at=moment(date(2026, 10, 1)))["bills"] == len(stays_made)


def test_an_end_frees_the_bed_bills_the_nights_and_ends_what_was_due() -> None:
    home = a_home()
    stay = a_stay(home)
    bed_before = 5
    with batch("test", NURSE):
        medicines.prescribe(
            stay=stay, drug="阿司匹林", dose="100mg", units=1, times=["08:00", "20:00"], prescriber="李医生", since=DAY,
            until=None, at=moment(DAY, 7),
        )  # fmt: skip
        care.plan(stay=stay, kind=Care.TURN, label="", times=every(2), since=DAY, at=moment(DAY, 7))
        assert len(providers.free_beds(home, DAY)) == bed_before
        stays.discharge(stay=stay, on=date(2026, 9, 8), at=moment(date(2026, 9, 8), 11), reason="回家")
        assert len(providers.free_beds(home, date(2026, 9, 8))) == bed_before + 1
        assert not Dose.objects.filter(state="due").exists()
        assert not Task.objects.filter(state="due").exists()
        assert set(Dose.objects.values_list("state", "reason")) == {("held", "已退住")}
        assert Bill.objects.get(stay=stay).nights == 3
        assert not Task.objects.filter(due_at__gt=moment(date(2026, 9, 8), 11)).exists()
    with pytest.raises(stays.NotInTheHome), batch("test", NURSE):
        calcium(stay, ["08:00"], moment(date(2026, 9, 9)))
    with pytest.raises(stays.MoveNotAllowed), batch("test", NURSE):
        stays.leave(stay=stay, on=date(2026, 9, 9), at=moment(date(2026, 9, 9)))


def test_money_above_the_limit_is_refused_and_nothing_is_booked() -> None:
    stay = a_stay(a_home())
    book: dict[str, Any] = {"stay": stay, "on": DAY, "at": moment(DAY), "home_kind": "民办非企业单位"}
    most = 12 * 420_000
    with batch("test", NURSE):
        money.enter(uid=uuid4(), kind=EntryKind.PREPAID_IN, fen=most, **book)
    with pytest.raises(money.OverLimit, match="confidence C"), batch("test", NURSE):
        money.enter(uid=uuid4(), kind=EntryKind.PREPAID_IN, fen=1, **book)
    with pytest.raises(money.OverLimit), batch("test", NURSE):
        money.enter(uid=uuid4(), kind=EntryKind.MEMBER_IN, fen=1, **{**book, "home_kind": "公建民营"})
    uid = uuid4()
    for _again in range(2):
        with batch("test", NURSE):
            money.enter(uid=uid, kind=EntryKind.DEPOSIT_IN, fen=500_000, **book)
    with pytest.raises(care.OtherContent), batch("test", NURSE):
        money.enter(uid=uid, kind=EntryKind.DEPOSIT_IN, fen=1, **book)
    with batch("test", NURSE):
        assert Entry.objects.count() == 2
        assert money.balance_of(stay) == {"deposit": 500_000, "prepaid": most, "member": 0, "owed": 0}


def test_entries_are_only_added() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        money.enter(
            uid=uuid4(), stay=stay, kind=EntryKind.PAYMENT, fen=1, on=DAY, at=moment(DAY), home_kind=""
        )
    for change in ("UPDATE facility_entry SET fen = 2", "DELETE FROM facility_entry"):
        with pytest.raises(DatabaseError), batch("test", NURSE), connection().cursor() as sql:
            sql.execute(change)


def test_a_stay_is_refused_a_bed_that_is_taken_and_a_person_a_second_home() -> None:
    home, other = a_home(), a_home("530199002001")
    person = a_person()
    a_stay(home, person=person)
    with pytest.raises(HasABed):
        a_stay(other, person=person)
    with batch("test", NURSE):
        taken = next(bed.uid for bed in providers.bed_map(home, DAY) if bed.state == "in")
        one = stays.enquire(
            home=home, name="李明", phone="", contact_name="", contact_phone="", on=DAY, at=moment(DAY)
        )
    newcomer = a_person()
    with batch("test", NURSE):
        Stay.objects.filter(uid=one).update(person=newcomer, stage="signed", signed_on=DAY)
    with pytest.raises(BedTaken), batch("test", NURSE):
        stays.admit(stay=one, bed=taken, on=DAY, at=moment(DAY))
    with batch("test", NURSE):
        assert Stay.objects.get(uid=one).stage == "signed"


def test_an_agreement_without_one_of_nine_clauses_is_refused() -> None:
    home = a_home()
    with batch("test", NURSE):
        uid = stays.enquire(
            home=home, name="李明", phone="", contact_name="", contact_phone="", on=DAY, at=moment(DAY)
        )
    person = a_person()
    with batch("test", NURSE):
        Stay.objects.filter(uid=uid).update(person=person, stage="assessed")
    with pytest.raises(stays.ClauseMissing, match="nine are required"), batch("test", NURSE):
        stays.sign(
            stay=uid,
            agreement={**AGREEMENT, "transfer": " "},
            agreement_no="1",
            fees=[],
            deposit_fen=0,
            on=DAY,
            at=moment(DAY),
        )


def test_absences_of_a_stay_never_overlap() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        stays.leave(stay=stay, on=DAY, at=moment(DAY))
        stays.hospitalise(stay=stay, on=date(2026, 9, 7), at=moment(date(2026, 9, 7)))
        assert list(Absence.objects.order_by("from_on").values_list("kind", "until_on")) == [
            ("leave", date(2026, 9, 7)),
            ("hospital", None),
        ]
    with pytest.raises(DatabaseError), batch("test", NURSE), connection().cursor() as sql:
        sql.execute(
            """INSERT INTO facility_absence (uid, home, area, stay, person, kind, from_on, note)
               SELECT gen_random_uuid(), home, area, stay, person, kind, from_on, '' FROM facility_absence LIMIT 1"""
        )


def test_a_hazard_has_its_clock_and_two_hands() -> None:
    home = a_home()
    other = Actor(UUID(int=8), "谢敏", "facility")
    with batch("test", NURSE):
        point = safety.add_point(home=home, area="530199001001", kind="fire", place="一层通道", every_days=1)
        hazard = safety.go_round(
            uid=uuid4(), point=point, good=False, at=moment(DAY), grade="urgent", words="通道堆物"
        )
    assert hazard is not None
    with pytest.raises(safety.NotMended), batch("test", NURSE):
        safety.check(hazard=hazard, at=moment(DAY))
    with batch("test", NURSE):
        safety.mend(hazard=hazard, words="已清空", at=moment(DAY))
    with pytest.raises(safety.SameHand), batch("test", NURSE):
        safety.check(hazard=hazard, at=moment(DAY))
    with batch("test", other):
        safety.check(hazard=hazard, at=moment(DAY))


def test_rows_are_walled_by_home_area_and_person() -> None:
    home, other = a_home(), a_home("530199002001")
    person = a_person()
    a_stay(home, person=person)
    a_stay(other)

    def seen(scope: Scope) -> int:
        with unit(scope, Actor(None, "x", "facility")):
            return Stay.objects.count()

    assert seen(Scope(orgs=(str(home),))) == 1
    assert seen(Scope(persons=(person,))) == 1
    assert seen(Scope(area=area_range("530199002000"))) == 1
    assert seen(Scope(area=area_range("530199000000"))) == 2
    assert seen(Scope()) == 0
