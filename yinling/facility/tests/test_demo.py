"""The demo's homes: filled once, from the record without the named persons, and everything in them holds together."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from yinling.base.api import CHINA, batch
from yinling.base.contracts import SYSTEM
from yinling.facility import api
from yinling.facility.models import Bill, Dose, Record, Stay, Task
from yinling.people.testing import deliver, make_id, person_row, places, population_csv
from yinling.providers import api as providers
from yinling.providers.testing import a_home as a_filed_home

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ON = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 16, 20, tzinfo=CHINA)
PEOPLE = 200


def district() -> UUID:
    places()
    rows = [
        person_row(
            make_id(date(1936, 1, 1) + timedelta(days=place * 37), place % 900 + 2),
            f"王秀{chr(0x4E00 + place)}",
        )
        for place in range(PEOPLE)
    ]
    deliver("population", population_csv(rows))
    return a_filed_home(beds=20)


def filled(seed: int = 7, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return api.fill(area="530199000000", seed=seed, on=ON, at=AT, say=lambda *_: None, leave_out=leave_out)


def test_a_home_is_filled_once_and_hangs_together() -> None:
    home = district()
    made = filled()
    assert made["residents"] > 5
    assert filled() == {"residents": 0}
    with batch("test", SYSTEM):
        assert Stay.objects.count() == made["residents"]
        beds = providers.bed_map(home, ON)
        assert len(beds) == 20
        assert sum(bed.state in ("in", "leave", "hospital") for bed in beds) == made["residents"]
        assert Bill.objects.filter(month="2026-10").count() == made["bills"] > 0
        assert Record.objects.count() == Task.objects.filter(state="done").count() > 0
        assert not Dose.objects.filter(state="due", due_at__lt=AT - timedelta(hours=2)).exists()


def test_named_persons_are_left_out() -> None:
    district()
    filled(leave_out=tuple(f"王秀{chr(0x4E00 + place)}" for place in range(PEOPLE)))
    with batch("test", SYSTEM):
        assert not Stay.objects.exists()
