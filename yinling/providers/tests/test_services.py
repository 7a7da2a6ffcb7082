"""Registers taken in: once, whole, never backwards, within the sender's area; planted defects are caught."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yinling.base.api import batch, connection, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.providers import api, queries
from yinling.providers.contracts import Receipt, Register
from yinling.providers.models import Change, Home, Site, Staff
from yinling.providers.services import AllRefused, AlreadyDone
from yinling.providers.testing import workbook

pytestmark = pytest.mark.usefixtures("database")
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
DISTRICT = "530199000000"
USCC, OTHER = "91530199MA00000A0H", "91530199MA00000B1M"
HOME = [
    "松龄颐养院",
    USCC,
    "企业",
    "530199001001",
    "一号",
    102.97,
    25.21,
    120,
    90,
    60,
    "王某",
    "0871-61234567",
    "2020-03-01",
    "三级",
]
FAR = [
    "百合护理院",
    OTHER,
    "企业",
    "530199002001",
    "二号",
    102.92,
    25.15,
    80,
    40,
    30,
    "李某",
    "0871-61234568",
    "2021-03-01",
    "二级",
]
SITE = [
    "一社区居家养老服务站",
    "社区居家养老服务站",
    "530199001001",
    "三号",
    102.97,
    25.21,
    300,
    "0871-61234569",
    "8:30-17:30",
]


def good_id() -> str:
    from yinling.base.contracts import valid_id

    return next(
        f"53019919700101{n:03d}{c}"
        for n in range(1, 9)
        for c in "0123456789X"
        if valid_id(f"53019919700101{n:03d}{c}").ok
    )


def send(
    register: Register, rows: list[list[object]], *, as_of: date = date(2026, 9, 20), area: str = DISTRICT
) -> Receipt:
    with batch("test", SYSTEM):
        return api.receive(
            register=register, file_name="a.xlsx", content=workbook(register, rows), source="民政局", as_of=as_of, area=area,
            by=SYSTEM, at=AT,
        )  # fmt: skip


def take(register: Register, rows: list[list[object]], **options: object) -> Receipt:
    receipt = send(register, rows, **options)  # type: ignore[arg-type]
    with batch("test", SYSTEM):
        return api.apply(uid=receipt.uid, by=SYSTEM, at=AT)


def events() -> list[str]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT verb FROM base_event ORDER BY id")
        return [verb for (verb,) in cursor.fetchall()]


def test_homes_are_taken_in_and_the_same_file_again_changes_nothing() -> None:
    first = take(Register.HOMES, [HOME, FAR])
    assert first.counts["added"] == 2
    again = take(Register.HOMES, [HOME, FAR])
    assert again.again
    assert again.uid == first.uid
    assert events() == ["providers.delivery_received", "providers.delivery_applied"]
    with batch("test", SYSTEM):
        assert Home.objects.count() == 2


def test_a_later_register_changes_fields_keeps_the_change_and_marks_who_is_gone() -> None:
    take(Register.HOMES, [HOME, FAR])
    later = [*HOME[:7], 150, *HOME[8:]]
    done = take(Register.HOMES, [later], as_of=date(2026, 10, 20))
    assert (done.counts["changed"], done.counts["gone"]) == (1, 1)
    with batch("test", SYSTEM):
        assert Home.objects.get(uscc=USCC).beds == 150
        assert Home.objects.get(uscc=OTHER).missing_since == date(2026, 10, 20)
        assert [(one.field, one.was, one.became) for one in Change.objects.all()] == [("beds", "120", "150")]


def test_an_older_register_never_replaces_a_newer_word() -> None:
    take(Register.HOMES, [HOME], as_of=date(2026, 10, 20))
    done = take(Register.HOMES, [[*HOME[:7], 1, *HOME[8:]]], as_of=date(2026, 9, 20))
    assert done.counts["older"] == 1
    with batch("test", SYSTEM):
        assert Home.objects.get(uscc=USCC).beds == 120


def test_rows_of_another_district_and_bad_codes_are_refused_and_the_rest_is_taken() -> None:
    elsewhere = [HOME[0], OTHER, "企业", "530102001001", *HOME[4:]]
    receipt = take(Register.HOMES, [HOME, elsewhere])
    assert receipt.counts == {"refused": 1, "added": 1, "gone": 0}
    assert receipt.problems[0]["code"] == "elsewhere"


def test_a_file_without_one_good_row_is_refused_and_nothing_changes() -> None:
    receipt = send(Register.HOMES, [[HOME[0], "1", *HOME[2:]]])
    with pytest.raises(AllRefused), batch("test", SYSTEM):
        api.apply(uid=receipt.uid, by=SYSTEM, at=AT)
    with batch("test", SYSTEM):
        assert not Home.objects.exists()


def test_a_dropped_file_cannot_be_applied_but_may_be_sent_again() -> None:
    receipt = send(Register.HOMES, [HOME])
    with batch("test", SYSTEM):
        api.drop(uid=receipt.uid, by=SYSTEM, at=AT)
    with pytest.raises(AlreadyDone), batch("test", SYSTEM):
        api.apply(uid=receipt.uid, by=SYSTEM, at=AT)
    assert not send(Register.HOMES, [HOME]).again


def test_staff_numbers_are_sealed_and_staff_of_unknown_homes_are_refused() -> None:
    take(Register.HOMES, [HOME])
    row = ["张三", good_id(), USCC, "护理员", "三级/高级工", "C1", "2027-01-01", "15400000001"]
    lost = ["李四", good_id(), OTHER, "护理员", "", "", "", ""]
    done = take(Register.STAFF, [row, lost])
    assert (done.counts["added"], done.counts["refused"]) == (1, 1)
    with batch("test", SYSTEM):
        one = Staff.objects.get()
        assert good_id().encode() not in bytes(one.id_sealed)
        assert one.area == "530199001001"
    again = take(Register.STAFF, [[*row[:3], "护士", *row[4:7], "15400000002"]], as_of=date(2026, 10, 20))
    assert again.counts["changed"] == 1
    with batch("test", SYSTEM):
        phones = [(one.field, one.became) for one in Change.objects.filter(kind="staff").order_by("field")]
    assert phones == [("phone", ""), ("post", "护士")]


def test_scope_hides_staff_but_the_public_register_stays_readable_and_writes_stay_inside() -> None:
    take(Register.HOMES, [HOME, FAR])
    take(Register.CENTRES, [SITE])
    take(Register.STAFF, [["张三", good_id(), USCC, "护理员", "", "", "", ""]])
    with unit(Scope(area_range("530199002000")), SYSTEM):
        assert Staff.objects.count() == 0
        assert Home.objects.count() == 2
        assert Home.objects.filter(uscc=USCC).update(beds=1) == 0
        assert queries.site_near("530199001001").name == SITE[0]
    with batch("test", SYSTEM):
        home = Home.objects.get(uscc=USCC).uid
    with unit(Scope(orgs=(str(home),)), SYSTEM):
        assert Staff.objects.count() == 1
        assert Site.objects.count() == 1
