"""Bed-nights and what they earn: the same person in two beds, the dead, and nights away earn nothing, and each says why."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Actor, Month
from yinling.facility.models import Claim, Stay
from yinling.facility.services import billing, claims, stays
from yinling.facility.testing import NURSE, a_home, a_person, a_stay, moment
from yinling.policy import api as policy

pytestmark = pytest.mark.usefixtures("database")
SEPTEMBER = Month(2026, 9)
FIRST, AFTER = date(2026, 9, 1), moment(date(2026, 10, 2))
HANDS = [Actor(uuid4(), name, "district") for name in ("陈静", "王磊", "刘芳")]


def approved(*, rows: bool = True) -> None:
    with batch("test", HANDS[0]):
        version = policy.load_folder(settings.YINLING_POLICIES / "operating" / "530199", at=AFTER)
    for hand in HANDS[1:]:
        with batch("test", hand):
            policy.approve_version(version=version.uid, at=AFTER)
    with batch("test", HANDS[1]):
        for amount in policy.pack_of_version(version.uid).amounts() if rows else ():
            policy.approve_row(version=version.uid, row=amount.row, paper="演示设置", at=AFTER)


def counted() -> dict[str, tuple[int, dict[str, int], int, int]]:
    with batch("test", SYSTEM):
        claims.count_month(month=SEPTEMBER, at=AFTER)
        names = dict(Stay.objects.values_list("uid", "name"))
        return {
            names[one.stay_id]: (one.nights_paid, one.blocked, one.verdict, one.fen)
            for one in Claim.objects.all()
        }


def severe(home: object, name: str, person: object = None, bed: int = 0) -> object:
    uid = a_stay(home, on=FIRST, name=name, person=person, bed=bed)  # type: ignore[arg-type]
    with batch("test", SYSTEM):
        Stay.objects.filter(uid=uid).update(ability="完全失能")
    return uid


def test_without_a_policy_nothing_is_counted() -> None:
    severe(a_home(), "王秀英")
    with pytest.raises(claims.NoPolicy), batch("test", SYSTEM):
        claims.count_month(month=SEPTEMBER, at=AFTER)
    with batch("test", SYSTEM):
        assert not Claim.objects.exists()


def test_a_month_is_not_counted_before_it_is_over() -> None:
    approved()
    with pytest.raises(billing.MonthNotOver), batch("test", SYSTEM):
        claims.count_month(month=SEPTEMBER, at=moment(date(2026, 9, 30)))


def test_nights_away_are_told_apart() -> None:
    approved()
    stay = severe(a_home(), "王秀英")
    with batch("test", NURSE):
        stays.leave(stay=stay, on=date(2026, 9, 3), at=moment(date(2026, 9, 3)))  # type: ignore[arg-type]
        stays.hospitalise(stay=stay, on=date(2026, 9, 5), at=moment(date(2026, 9, 5)))  # type: ignore[arg-type]
        stays.come_back(stay=stay, on=date(2026, 9, 8), at=moment(date(2026, 9, 8)))  # type: ignore[arg-type]
    assert counted() == {"王秀英": (25, {"leave": 2, "hospital": 3}, 1, 25_000)}


def test_two_uids_of_one_person_in_two_beds_earn_nothing_on_either() -> None:
    approved()
    one, other = a_person(), a_person()
    severe(a_home(), "王秀英", one)
    severe(a_home("530199002001"), "王秀英（二）", other)
    assert {paid for paid, *_rest in counted().values()} == {30}
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("UPDATE people_person SET alias_of = %s WHERE uid = %s", [one, other])
    found = counted()
    assert found["王秀英"] == (0, {"double": 30}, 0, 0)
    assert found["王秀英（二）"] == (0, {"double": 30}, 0, 0)


def test_unapproved_amounts_pay_nothing_and_ask() -> None:
    approved(rows=False)
    severe(a_home(), "王秀英")
    assert counted()["王秀英"] == (30, {}, -1, 0)


def test_the_pack_about_homes_does_not_stand_in_for_the_pack_about_persons() -> None:
    approved()
    with batch("test", SYSTEM):
        assert policy.pack_in_force(SEPTEMBER) is None


def test_the_page_shows_the_reason_to_home_and_regulator() -> None:
    approved()
    home = a_home()
    stay = severe(home, "王秀英")
    with batch("test", NURSE):
        stays.hospitalise(stay=stay, on=date(2026, 9, 21), at=moment(date(2026, 9, 21)))  # type: ignore[arg-type]
    counted()
    own, street, other = Client(), Client(), Client()
    sign_in_client(own, Role.FACILITY, orgs=[str(home)])
    sign_in_client(street, Role.STREET, area="530199001000")
    sign_in_client(other, Role.STREET, area="530199002000")
    for client in (own, street):
        page = client.get(reverse("facility:claims")).content.decode()
        assert "住院 10 夜" in page
        assert "王秀英" not in page
    assert "住院 10 夜" not in other.get(reverse("facility:claims")).content.decode()
    assert own.post(reverse("facility:claims_count"), {"month": "2026-09"}).status_code in (302, 303)
