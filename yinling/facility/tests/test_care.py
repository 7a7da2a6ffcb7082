"""Care and medicines: recorded once, charged once, every task and dose ended with who and why, a shift handed over whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from yinling.base.api import batch, connection
from yinling.base.contracts import Month
from yinling.facility.contracts import Care, DoseState, Risk, Shift
from yinling.facility.models import Charge, Dose, Message, Record, Task
from yinling.facility.services import care, due, medicines, stays
from yinling.facility.testing import DAY, NURSE, a_home, a_stay, moment

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


def test_a_dose_after_the_end_is_impossible() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        calcium(stay, ["11:00"], moment(DAY, 10))
        dose = Dose.objects.get().uid
        stays.discharge(stay=stay, on=DAY, at=moment(DAY, 11, 30), reason="回家")
    with pytest.raises(medicines.DoseEnded), batch("test", NURSE):
        medicines.end_dose(dose=dose, state=DoseState.GIVEN, at=moment(DAY, 12))


def test_the_same_record_twice_has_one_effect_and_charges_once() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        care.plan(
            stay=stay,
            kind=Care.WASH,
            label="助浴",
            times=["10:30"],
            since=DAY,
            at=moment(DAY, 10),
            fee_name="助浴",
            fee_fen=3_000,
        )
        task = Task.objects.get().uid
    uid = uuid4()
    for _again in range(2):
        with batch("test", NURSE):
            care.write_record(
                uid=uid, stay=stay, kind=Care.WASH, at=moment(DAY, 10, 40), now=moment(DAY, 10, 41), task=task
            )
    with batch("test", NURSE):
        assert Record.objects.count() == 1
        assert list(Charge.objects.values_list("name", "fen")) == [("助浴", 3_000)]
        assert Task.objects.get().state == "done"
    with pytest.raises(care.OtherContent), batch("test", NURSE):
        care.write_record(uid=uid, stay=stay, kind=Care.WASH, at=moment(DAY), now=moment(DAY), note="别的")
    with pytest.raises(care.TaskEnded), batch("test", NURSE):
        care.write_record(uid=uuid4(), stay=stay, kind=Care.WASH, at=moment(DAY), now=moment(DAY), task=task)
    with batch("test", NURSE):
        assert Record.objects.count() == Charge.objects.count() == 1


def test_charging_twice_is_refused_by_the_table() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        care.plan(
            stay=stay, kind=Care.WASH, label="", times=["10:30"], since=DAY, at=moment(DAY, 10), fee_fen=3_000
        )
        care.write_record(
            uid=uuid4(),
            stay=stay,
            kind=Care.WASH,
            at=moment(DAY),
            now=moment(DAY),
            task=Task.objects.get().uid,
        )
    with pytest.raises(DatabaseError), batch("test", NURSE), connection().cursor() as sql:
        sql.execute(
            """INSERT INTO facility_charge (uid, home, area, stay, person, on_date, name, fen, record)
               SELECT gen_random_uuid(), home, area, stay, person, on_date, name, fen, record FROM facility_charge"""
        )


def test_nothing_is_recorded_for_somebody_on_leave() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        stays.leave(stay=stay, on=DAY, at=moment(DAY))
    with pytest.raises(stays.NotInTheHome), batch("test", NURSE):
        care.write_record(
            uid=uuid4(),
            stay=stay,
            kind=Care.MEAL,
            at=moment(DAY, 12),
            now=moment(DAY, 12),
            figures={"quarters": 4},
        )
    with batch("test", NURSE):
        assert Record.objects.count() == 0


def test_values_out_of_bounds_change_nothing() -> None:
    stay = a_stay(a_home())
    with pytest.raises(care.ValueUnfit), batch("test", NURSE):
        care.write_record(
            uid=uuid4(),
            stay=stay,
            kind=Care.VITALS,
            at=moment(DAY),
            now=moment(DAY),
            figures={"temperature": 99},
        )
    with batch("test", NURSE):
        assert Record.objects.count() == 0


def test_a_shift_with_open_tasks_or_doses_is_not_handed_over() -> None:
    home = a_home()
    stay = a_stay(home)
    args: dict[str, Any] = {"home": home, "area": "530199001001", "on": DAY, "shift": Shift.EARLY, "note": ""}
    with batch("test", NURSE):
        care.plan(stay=stay, kind=Care.MEAL, label="午餐", times=["12:00"], since=DAY, at=moment(DAY, 10))
        calcium(stay, ["12:30"], moment(DAY, 10))
    with pytest.raises(care.ShiftNotOver), batch("test", NURSE):
        care.hand_over(**args, at=moment(DAY, 14))
    with pytest.raises(care.ShiftOpen, match="1 tasks and 1 doses"), batch("test", NURSE):
        care.hand_over(**args, at=moment(DAY, 14, 45))
    with batch("test", NURSE):
        care.not_done(task=Task.objects.get().uid, state="refused", reason="没有胃口", at=moment(DAY, 13))
        medicines.end_dose(
            dose=Dose.objects.get().uid, state=DoseState.HELD, at=moment(DAY, 13), reason="医生嘱停"
        )
        counts = care.hand_over(**args, at=moment(DAY, 14, 45))
    assert counts == {
        "done": 0,
        "refused": 1,
        "missed": 0,
        "dose_given": 0,
        "dose_refused": 0,
        "dose_held": 1,
        "dose_missed": 0,
    }
    with pytest.raises(care.HandedOver), batch("test", NURSE):
        care.hand_over(**args, at=moment(DAY, 14, 50))


def test_doses_come_due_are_given_from_stock_and_never_without() -> None:
    stay = a_stay(a_home())
    order: dict[str, Any] = {
        "stay": stay, "drug": "阿司匹林（肠溶）", "dose": "100mg", "units": 2, "times": ["11:00", "20:00"],
        "prescriber": "李医生", "since": DAY, "until": None,
    }  # fmt: skip
    with batch("test", NURSE):
        medicines.prescribe(**order, at=moment(DAY, 10))
        first = Dose.objects.earliest("due_at").uid
    with pytest.raises(medicines.OutOfStock), batch("test", NURSE):
        medicines.end_dose(dose=first, state=DoseState.GIVEN, at=moment(DAY, 11))
    with batch("test", NURSE):
        old = {"stay": stay, "drug": "阿司匹林", "lot": "A", "units": 10}
        medicines.receive(uid=uuid4(), expires_on=DAY - timedelta(days=1), at=moment(DAY), **old)
    with pytest.raises(medicines.OutOfStock), batch("test", NURSE):
        medicines.end_dose(dose=first, state=DoseState.GIVEN, at=moment(DAY, 11))
    with batch("test", NURSE):
        lot = medicines.receive(uid=uuid4(), expires_on=DAY, at=moment(DAY), **old)
        medicines.end_dose(dose=first, state=DoseState.GIVEN, at=moment(DAY, 11))
        assert Dose.objects.get(uid=first).lot_id == lot
        assert Dose.objects.get(uid=first).by_name == "邓华"
    with pytest.raises(medicines.TooEarly), batch("test", NURSE):
        medicines.end_dose(
            dose=Dose.objects.get(state="due").uid, state=DoseState.GIVEN, at=moment(DAY, 18, 59)
        )


def test_a_double_prescription_stands_only_with_its_reason() -> None:
    stay = a_stay(a_home())
    order: dict[str, Any] = {
        "stay": stay,
        "dose": "1片",
        "units": 1,
        "times": ["08:00"],
        "since": DAY,
        "until": None,
        "at": moment(DAY),
    }
    with batch("test", NURSE):
        medicines.prescribe(drug="阿司匹林", prescriber="李医生", **order)
    with pytest.raises(medicines.DoublePrescription, match="李医生"), batch("test", NURSE):
        medicines.prescribe(drug=" 阿司匹林（肠溶片）", prescriber="周医生", **order)
    with batch("test", NURSE):
        medicines.prescribe(drug="阿司匹林(肠溶片)", prescriber="周医生", double_reason="逐步换药", **order)


def test_a_dose_nobody_ended_is_missed_by_the_platform_after_its_time() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        calcium(stay, ["11:00"], moment(DAY, 10))
        assert due.end_overdue(moment(DAY, 13)) == 0
        assert due.end_overdue(moment(DAY, 13, 1)) == 1
        assert Dose.objects.values_list("state", "by_name").get() == ("missed", "系统")


def test_every_dose_has_an_end_with_who_and_why_or_the_table_refuses() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        calcium(stay, ["11:00"], moment(DAY, 10))
    for broken in (
        "state = 'given'",
        "state = 'held', ended_at = now(), by_name = '邓华'",
        "state = 'given', ended_at = now()",
    ):
        with pytest.raises(DatabaseError), batch("test", NURSE), connection().cursor() as sql:
            sql.execute(f"UPDATE facility_dose SET {broken}")


def test_tasks_of_a_day_are_made_once_in_their_shifts() -> None:
    stay = a_stay(a_home())
    with batch("test", NURSE):
        care.plan(
            stay=stay,
            kind=Care.ROUND,
            label="",
            times=["06:30", "07:00", "15:00", "23:00"],
            since=DAY,
            at=moment(DAY, 23, 30),
        )
        tomorrow = DAY + timedelta(days=1)
        assert due.make(on=tomorrow, at=moment(DAY, 23, 40)) == 4
        assert due.make(on=tomorrow, at=moment(DAY, 23, 50)) == 0
        found = sorted(Task.objects.values_list("due_at", "shift_on", "shift"))
    assert [(on, shift) for _at, on, shift in found] == [
        (DAY, "night"),
        (tomorrow, "early"),
        (tomorrow, "late"),
        (tomorrow, "night"),
    ]


def test_an_incident_is_told_at_once_and_closed_only_with_measures() -> None:
    stay = a_stay(a_home())
    uid = uuid4()
    for _again in range(2):
        with batch("test", NURSE):
            care.report_incident(uid=uid, stay=stay, risk=Risk.FALL, severity=2, at=moment(DAY), now=moment(DAY), place="卫生间",
                                 happened="如厕后滑倒", done="检查无外伤")  # fmt: skip
    with batch("test", NURSE):
        assert Message.objects.filter(kind="incident").count() == 1
    with pytest.raises(care.MeasuresMissing), batch("test", NURSE):
        care.close_incident(incident=uid, measures=" ", at=moment(DAY))
    with batch("test", NURSE):
        care.close_incident(incident=uid, measures="加装扶手", at=moment(DAY))
