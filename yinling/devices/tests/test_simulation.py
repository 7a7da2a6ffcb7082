"""Simulated homes: the same seed gives the same bytes, truth and events agree, and the demo's homes live through their days."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.conf import settings

from yinling.base.api import now
from yinling.devices.contracts import EventKind
from yinling.devices.simulation import demo
from yinling.devices.simulation.homes import BAND, HOME, simulate_home
from yinling.devices.simulation.live import beat
from yinling.devices.tests.test_ingesting import rows
from yinling.people import testing as people


def test_the_same_seed_gives_the_same_home():
    assert simulate_home(1, 2, days=5) == simulate_home(1, 2, days=5)
    assert simulate_home(1, 2, days=5)[1] != simulate_home(1, 3, days=5)[1]


@pytest.mark.parametrize("number", range(12))
def test_truth_and_events_agree(number):
    truth, events = simulate_home(7, number, days=20, falls=1.5)
    assert [one.sent for one in events] == sorted(one.sent for one in events)
    assert {one.kind for one in events} <= {kind.value for kind in EventKind}
    shift = 86_400 if truth.fault == "clock" else 0
    stirred = [one.at - shift for one in events if one.device == HOME and one.kind == "reading"]
    for fall in truth.falls:
        assert not [at for at in stirred if fall["at"] <= at < fall["found"]]
        told = [
            one
            for one in events
            if one.device == BAND and one.kind == "alarm" and abs(one.at - fall["at"] - 3) < 1
        ]
        assert bool(told) == fall["band"]
    for begin, end, kind in truth.away:
        inside = [at for at in stirred if begin + 1 < at < end - 1]
        assert not inside or (kind == "outing" and truth.fault in ("reorders", "losses")), (
            begin,
            end,
            kind,
            inside,
        )


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_the_demo_gives_devices_out_and_its_homes_have_a_history(monkeypatch):
    people.places()
    made = [
        people.person_row(
            people.make_id(date(1940, 1, 1 + n % 28), 10 + n),
            name="赵" + "春夏秋冬梅兰竹菊松柏桃李杏荷桂枫银玉珍珠"[n],
        )
        for n in range(20)
    ]
    people.deliver("population", people.population_csv(made))
    monkeypatch.setattr(demo, "HOMES", 4)
    monkeypatch.setattr(demo, "DAYS", 3)
    monkeypatch.setattr(demo, "SHARE", 1.0)
    done = demo.seed_devices([], at=now(), progress=lambda done, total: None)
    assert (done["devices"], done["homes"]) == (16, 4)
    assert done["events"] > 1_000
    assert rows("SELECT count(*) > 500 FROM devices_reading") == [(True,)]
    truth = json.loads((settings.YINLING_HOME / "demo" / "devices-truth.json").read_text())
    assert len(truth) == 4
    heard = beat(at=now() + timedelta(hours=2))
    assert 0 < heard <= 16
    assert beat(at=now() + timedelta(hours=2)) == 0
    again = demo.seed_devices([], at=now(), progress=lambda done, total: None)
    assert (again["devices"], again["events"]) == (0, 0)
