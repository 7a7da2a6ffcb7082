"""Mrs 87 is assessed at home, admitted, falls, goes to hospital, returns, dies: every bill, dose, night, subsidy and message."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django.conf import settings

from yinling.base.api import CHINA, batch, connection, deliver_tick, seal_all, trail_of, unit
from yinling.base.contracts import SYSTEM, Actor, Month, Scope, area_range
from yinling.facility.contracts import Care, DoseState, EntryKind, Risk
from yinling.facility.models import Bill, BillLine, Claim, Dose, FeeItem, Message, Stay, Task
from yinling.facility.queries.stays import ability_of
from yinling.facility.services import billing, care, claims, due, medicines, money, stays
from yinling.facility.testing import AGREEMENT, NURSE, a_home, a_stay, moment
from yinling.people import api as people
from yinling.people.testing import csv_bytes, deliver, make_id, person_row, places, population_csv
from yinling.policy import api as policy
from yinling.providers import api as providers
from yinling.workorders import api as workorders

pytestmark = pytest.mark.usefixtures("database")
NAME, BORN = "周玉兰", date(1939, 3, 8)
NUMBER = make_id(BORN, 128)
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
SPACE = UUID("9f6f6a52-0c53-4f0e-9a35-4f1a6f0d1c11")
HANDS = [Actor(uuid5(SPACE, name), name, "district") for name in ("陈静", "王磊", "刘芳")]


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return moment(date(2026, month, day), hour, minute)


def registers_come() -> UUID:
    """The police know her, an assessor has been at her flat; the person that both rows are."""
    places()
    deliver("population", population_csv([person_row(NUMBER, NAME)]))
    heads = ("姓名", "身份证号", "评估标准", "评估结论", "评估日期", "有效期至", "评估机构")
    row = dict(
        zip(
            heads,
            (NAME, NUMBER, "北京2019综合评估（演示）", "重度失能", "2026-08-20", "2027-08-19", "安康评估"),
            strict=True,
        )
    )
    deliver("ability", csv_bytes([row], heads))
    with batch("test", SYSTEM):
        people.rebuild_records(at=at(9, 22))
        person = people.person_by_number(NUMBER)
    assert person is not None
    return person


def the_policy_is_approved() -> None:
    """Loaded by one officer, approved by two others, its unproven amounts by name with a paper."""
    with batch("test", HANDS[0]):
        version = policy.load_folder(settings.YINLING_POLICIES / "operating" / "530199", at=at(8, 1))
    for hand in HANDS[1:]:
        with batch("test", hand):
            policy.approve_version(version=version.uid, at=at(8, 2))


def rows_are_approved() -> None:
    with batch("test", HANDS[1]):
        found = policy.decide_for_providers(month=OCTOBER, item="bed_operation", rows=[])
        assert found is not None
        for amount in policy.pack_of_version(found[0].uid).amounts():
            policy.approve_row(version=found[0].uid, row=amount.row, paper="演示设置", at=at(8, 3))


def admitted(home: UUID, person: UUID) -> UUID:
    """From the question to the bed; number and name open her record, the assessment is not asked again."""
    with batch("test", NURSE):
        uid = stays.enquire(home=home, name=NAME, phone="15400000002", contact_name="周敏", contact_phone="15400000003",
                            on=date(2026, 9, 23), at=at(9, 23))  # fmt: skip
        stays.visit(stay=uid, on=date(2026, 9, 23), at=at(9, 23))
        stays.assess(stay=uid, person=person, on=date(2026, 9, 24), at=at(9, 24), level="二级护理")
        assert Stay.objects.get(uid=uid).ability == "重度失能"
        fees = list(FeeItem.objects.values_list("uid", flat=True))
        stays.sign(stay=uid, agreement=AGREEMENT, agreement_no="2026-17", fees=fees, deposit_fen=500_000, on=date(2026, 9, 25),
                   at=at(9, 25))  # fmt: skip
        money.enter(
            uid=uuid4(),
            stay=uid,
            kind=EntryKind.DEPOSIT_IN,
            fen=500_000,
            on=date(2026, 9, 25),
            at=at(9, 25),
            home_kind="",
        )
        stays.admit(
            stay=uid,
            bed=providers.free_beds(home, date(2026, 9, 26))[0].uid,
            on=date(2026, 9, 26),
            at=at(9, 26, 9),
        )
        care.plan(
            stay=uid,
            kind=Care.TURN,
            label="",
            times=["11:00", "14:00"],
            since=date(2026, 9, 26),
            at=at(9, 26, 9),
        )
        medicines.prescribe(stay=uid, drug="氨氯地平", dose="5mg", units=1, times=["12:00"], prescriber="李医生",
                            since=date(2026, 9, 26), until=None, at=at(9, 26, 9))  # fmt: skip
        medicines.receive(
            uid=uuid4(),
            stay=uid,
            drug="氨氯地平",
            lot="A1",
            expires_on=date(2027, 9, 1),
            units=28,
            at=at(9, 26, 9),
        )
    return uid


def a_day(stay: UUID, month: int, day: int) -> None:
    """What is due that day is done: turned twice, one dose."""
    with batch("test", NURSE):
        due.make(on=date(2026, month, day), at=at(month, day, 0), stay=stay)
        for task in Task.objects.filter(stay=stay, state="due"):
            care.write_record(
                uid=uuid4(), stay=stay, kind=Care.TURN, at=task.due_at, now=task.due_at, task=task.uid
            )
        for dose in Dose.objects.filter(stay=stay, state="due"):
            medicines.end_dose(dose=dose.uid, state=DoseState.GIVEN, at=dose.due_at)


def lived(stay: UUID) -> None:
    """26 September in, confirmed; falls on 5 October, hospital 5 to 12; dies on 20 October."""
    for day in range(26, 31):
        a_day(stay, 9, day)
    with batch("test", NURSE):
        stays.confirm(stay=stay, on=date(2026, 10, 1), at=at(10, 1))
    for day in range(1, 5):
        a_day(stay, 10, day)
    with batch("test", NURSE):
        care.report_incident(uid=uuid4(), stay=stay, risk=Risk.FALL, severity=3, at=at(10, 5, 6), now=at(10, 5, 6),
                             place="卫生间", happened="夜间如厕跌倒，左髋疼痛", done="呼叫救护车")  # fmt: skip
        stays.hospitalise(stay=stay, on=date(2026, 10, 5), at=at(10, 5, 7), note="左髋骨折。")
        stays.come_back(stay=stay, on=date(2026, 10, 12), at=at(10, 12, 16))
    for day in range(13, 20):
        a_day(stay, 10, day)
    with batch("test", NURSE):
        due.make(on=date(2026, 10, 20), at=at(10, 20, 0), stay=stay)
        stays.die(stay=stay, on=date(2026, 10, 20), at=at(10, 20, 13))


def lines(stay: UUID, month: str) -> dict[str, int]:
    with batch("test", SYSTEM):
        bill = Bill.objects.get(stay=stay, month=month)
        return dict(BillLine.objects.filter(bill=bill).values_list("name", "fen"))


def test_mrs_87_in_a_home() -> None:
    person = registers_come()
    the_policy_is_approved()
    home = a_home()
    neighbour = a_stay(home, on=date(2026, 9, 1), name="王秀英")
    with batch("test", SYSTEM):
        assert ability_of(person, at(9, 24))[0] == "重度失能"
    stay = admitted(home, person)
    lived(stay)
    with batch("test", SYSTEM):
        billing.bill_month(month=SEPTEMBER, at=at(11, 2))
        billing.bill_month(month=OCTOBER, at=at(11, 2))
    check_bills(stay, neighbour)
    check_care(stay)
    check_subsidy(stay, neighbour)
    check_words(stay, person, home)


def check_bills(stay: UUID, neighbour: UUID) -> None:
    """September 5 nights; October 19 nights of which 7 in hospital; the day of death is no night."""
    assert lines(stay, "2026-09") == {"床位费": 30_000, "护理费": 25_000, "膳食费": 15_000}
    assert lines(stay, "2026-10") == {
        "床位费": 110_323,
        "护理费": 58_065,
        "膳食费": 34_839,
    }  # 19, 12 and 12 of 31
    assert lines(neighbour, "2026-10") == {"床位费": 180_000, "护理费": 150_000, "膳食费": 90_000}
    with batch("test", SYSTEM):
        bill = Bill.objects.get(stay=stay, month="2026-10")
        assert (bill.nights, bill.nights_hospital, bill.nights_leave) == (19, 7, 0)
        owed = money.balance_of(stay)
        assert owed == {"deposit": 500_000, "prepaid": 0, "member": 0, "owed": 70_000 + 203_227}
    with batch("test", NURSE):
        money.enter(
            uid=uuid4(),
            stay=stay,
            kind=EntryKind.PAYMENT,
            fen=273_227,
            on=date(2026, 11, 3),
            at=at(11, 3),
            home_kind="",
        )
        money.enter(
            uid=uuid4(),
            stay=stay,
            kind=EntryKind.DEPOSIT_OUT,
            fen=500_000,
            on=date(2026, 11, 3),
            at=at(11, 3),
            home_kind="",
        )
        assert money.balance_of(stay) == {"deposit": 0, "prepaid": 0, "member": 0, "owed": 0}
    with pytest.raises(money.OverLimit), batch("test", NURSE):
        money.enter(
            uid=uuid4(),
            stay=stay,
            kind=EntryKind.DEPOSIT_OUT,
            fen=1,
            on=date(2026, 11, 3),
            at=at(11, 3),
            home_kind="",
        )


def check_care(stay: UUID) -> None:
    """Nothing is open; a dose for each day in the home, the one due on the day of death held, none in hospital."""
    with batch("test", SYSTEM):
        found = [
            (dose.due_at.astimezone(CHINA).date(), dose.state)
            for dose in Dose.objects.filter(stay=stay).order_by("due_at")
        ]
        assert not Task.objects.filter(stay=stay, state="due").exists()
    given = [date(2026, 9, day) for day in range(26, 31)] + [
        date(2026, 10, day) for day in (1, 2, 3, 4, *range(13, 20))
    ]
    assert found == [(day, "given") for day in given] + [(date(2026, 10, 20), "held")]


def check_subsidy(stay: UUID, neighbour: UUID) -> None:
    """Unapproved amounts pay nothing; approved, each night in the home earns ten yuan; hospital and a late death earn nothing."""
    with batch("test", SYSTEM):
        claims.count_month(month=OCTOBER, at=at(11, 2))
        claim = Claim.objects.get(stay=stay, month="2026-10")
        assert (claim.nights, claim.nights_paid, claim.blocked, claim.verdict, claim.fen) == (
            19,
            12,
            {"hospital": 7},
            -1,
            0,
        )
    rows_are_approved()
    with batch("test", SYSTEM):
        claims.count_month(month=OCTOBER, at=at(11, 2, 11))
        claim = Claim.objects.get(stay=stay, month="2026-10")
        assert (claim.verdict, claim.fen) == (1, 12_000)
        assert (
            Claim.objects.get(stay=neighbour, month="2026-10").verdict == -1
        )  # never assessed: unknown is not no
    heads = ("姓名", "身份证号", "死亡日期", "登记日期", "登记机关", "登记状态")
    row = dict(zip(heads, (NAME, NUMBER, "2026-10-18", "2026-11-02", "民政局", "登记"), strict=True))
    deliver("death_civil", csv_bytes([row], heads), as_of=date(2026, 11, 3), at=at(11, 4))
    with batch("test", SYSTEM):
        claims.count_month(month=OCTOBER, at=at(11, 5))
        claim = Claim.objects.get(stay=stay, month="2026-10")
        assert (claim.nights_paid, claim.blocked, claim.fen) == (10, {"dead": 2, "hospital": 7}, 10_000)


def check_words(stay: UUID, person: UUID, home: UUID) -> None:
    """The family was told at each step; the street and the community have their orders; the trail has every verb."""
    with batch("test", SYSTEM):
        kinds = list(Message.objects.filter(stay=stay).order_by("at", "kind").values_list("kind", flat=True))
    told: list[Any] = ["admit", "confirm", "incident", "hospital", "return", "die", "bill", "bill"]
    assert sorted(kinds) == sorted(told)
    seal_all()
    while deliver_tick():
        seal_all()
    with batch("test", SYSTEM):
        assert [order.kind for order in workorders.orders_about(person)] == ["facility.death"]
        with connection().cursor() as sql:
            sql.execute(
                "SELECT count(*) FROM workorders_order WHERE kind = 'facility.incident' AND role = 'street'"
            )
            assert sql.fetchone()[0] == 1
        verbs = [
            event.verb for event in reversed(trail_of("person", person)) if event.verb.startswith("facility.")
        ]
    expected = ["assess", "sign", "money", "admit", "care_planned", "prescribed", "medicine_received", "confirm", "incident",
                "hospitalise", "return", "die", "money", "money"]  # fmt: skip
    assert verbs == [f"facility.{verb}" for verb in expected]
    with unit(Scope(area=area_range("530199000000")), HANDS[0]):
        assert Claim.objects.filter(stay=stay).count() == 1
    with unit(Scope(area=area_range("530199002000")), HANDS[0]):
        assert Claim.objects.filter(stay=stay).count() == 0
    with batch("test", SYSTEM):
        assert all(bed.person != person for bed in providers.bed_map(home, date(2026, 10, 20)))
