"""The demo district's devices: some thousands given out, some homes with a history that was lived through, and their truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from yinling.base.api import CHINA, batch, connection, refresh_statistics, seal
from yinling.base.contracts import SYSTEM
from yinling.people.published import RECORDS

from ..contracts import SubjectKind
from ..models import Batch, Binding, Device, Model
from ..services import registering, ruling
from .homes import BAND, HOME, WATER, simulate_home
from .storing import Progress, StoredHome, live_through

SEED = 530199
DEVICES_MAX, SHARE = 3_000, 0.03
HOMES, DAYS = 24, 21
HELD_MODELS = ("band-1", "button-1", "smoke-1", "locator-1")
PEOPLE = f"""
SELECT person, coalesce(live_area, hukou_area), hukou_area FROM {RECORDS}
 WHERE life = 'alive' AND hukou_area IS NOT NULL AND born_on IS NOT NULL ORDER BY person <> ALL(%s), born_on, person LIMIT %s"""
# One in nine was never switched on, one in fourteen is silent by now: what the field finds, for the work lists.
SWITCHED_ON = """
UPDATE devices_device SET state = 'active', activated_at = issued_on + interval '2 days'
 WHERE batch_id = ANY(%(batches)s) AND number %% 9 <> 0"""
HEARD = """
INSERT INTO devices_state (device, hi, mask, last_at, seen_at, battery, worn, worn_at)
SELECT d.number, 0, '\\x01', seen, seen, 20 + (d.number * 37) %% 80, CASE WHEN m.kind = 'band' THEN d.number %% 5 <> 0 END,
       CASE WHEN m.kind = 'band' AND d.number %% 5 <> 0 THEN seen END
  FROM devices_device d JOIN devices_model m ON m.uid = d.model_id
  CROSS JOIN LATERAL (SELECT %(at)s::timestamptz - make_interval(secs => CASE WHEN d.number %% 14 = 0
       THEN 86400.0 * (1 + d.number %% 11) ELSE (d.number * 7919) %% d.interval_seconds END) AS seen) s
 WHERE d.batch_id = ANY(%(batches)s) AND d.state = 'active' ON CONFLICT DO NOTHING"""


def seed_devices(first: Sequence[str], *, at: datetime, progress: Progress) -> dict[str, Any]:
    """Give devices out to people of the district and let some homes live through three weeks; safe to repeat."""
    with batch("devices.demo", SYSTEM):
        registering.load_models()
        ruling.load_rules(at=at, trust=True)
        wanted = [UUID(one) for one in first]
        people = _people(wanted)
        given = _give_out(people[HOMES:], at)
    chosen = sorted(people[:HOMES], key=lambda row: row[0] not in wanted)
    events = _homes(chosen, at, progress)
    return {"devices": given, "homes": len(chosen), "events": events}


def _people(wanted: Sequence[UUID]) -> list[tuple[UUID, str, str]]:
    with connection().cursor() as sql:
        sql.execute(f"SELECT count(*) FROM {RECORDS}")
        count = int(sql.fetchone()[0])
        sql.execute(PEOPLE, [list(wanted), HOMES + min(DEVICES_MAX, int(count * SHARE))])
        return list(sql.fetchall())


def _give_out(people: Sequence[tuple[UUID, str, str]], at: datetime) -> int:
    """Devices of four kinds to people, one each, and their first signs of life."""
    if Batch.objects.filter(name__startswith="示范").exists():
        return 0
    batches = []
    for place, key in enumerate(HELD_MODELS):
        batches.append(_give_batch(key, people[place :: len(HELD_MODELS)], at))
    with connection().cursor() as sql:
        sql.execute(SWITCHED_ON, {"batches": batches})
        sql.execute(HEARD, {"batches": batches, "at": at})
    refresh_statistics("devices_device", "devices_state", "devices_binding")
    return len(people)


def _give_batch(key: str, people: Sequence[tuple[UUID, str, str]], at: datetime) -> UUID:
    model = Model.objects.get(key=key)
    issued = at - timedelta(days=40)
    lot = Batch.objects.create(
        name=f"示范 {model.title}",
        model=model, supplier="演示供货单位", area="530199000000", received_on=issued.date(), created_at=at
    )  # fmt: skip
    with connection().cursor() as sql:
        sql.execute("SELECT nextval('devices_number') FROM generate_series(1, %s)", [len(people)])
        numbers = [row[0] for row in sql.fetchall()]
    devices, bindings = [], []
    for number, (person, area, hukou) in zip(numbers, people, strict=True):
        own, code = uuid4(), f"{key.split('-', maxsplit=1)[0].upper()}{number:06d}"
        device = Device(
            uid=own, number=number, code=code, model=model, batch=lot, state="issued", area=area, hukou_area=hukou,
            person=person, interval_seconds=model.interval_seconds, issued_on=issued.date(), made_at=at,
            key_sealed=seal("device_key", uuid4().hex, f"devices_device:{own}"),
        )  # fmt: skip
        devices.append(device)
        bindings.append(Binding(device=device, number=number, kind="person", person=person, area=area, hukou_area=hukou,
                                from_at=issued))  # fmt: skip
    Device.objects.bulk_create(devices, 1_000)
    Binding.objects.bulk_create(bindings, 1_000)
    uid: UUID = lot.uid
    return uid


def _homes(people: Sequence[tuple[UUID, str, str]], at: datetime, progress: Progress) -> int:
    start = (at - timedelta(days=DAYS)).astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    homes = []
    with batch("devices.demo", SYSTEM):
        if Batch.objects.filter(name="居家感知试点").exists():
            return 0
        lot = Batch.objects.create(
            name="居家感知试点", model=Model.objects.get(key=HOME), supplier="演示供货单位", area="530199000000",
            received_on=start.date(), created_at=at,
        )  # fmt: skip
        for number, (person, area, hukou) in enumerate(people):
            holder = registering.Holder(SubjectKind.PERSON, area, hukou, person)
            devices = {key: _device(key, lot, number, holder, start) for key in (BAND, HOME, WATER)}
            truth, events = simulate_home(SEED, number, days=DAYS + 1)
            limit = at.timestamp() - start.timestamp()
            homes.append(StoredHome(person, devices, truth, [one for one in events if one.sent < limit]))
    count = live_through(homes, start=start, days=DAYS, progress=progress)
    folder = Path(settings.YINLING_HOME) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    truths = [
        {"person": str(home.person), "start": start.isoformat(), **home.truth.as_dict()} for home in homes
    ]
    (folder / "devices-truth.json").write_text(json.dumps(truths, ensure_ascii=False))
    return count


def _device(key: str, lot: Batch, number: int, holder: registering.Holder, at: datetime) -> int:
    model = Model.objects.get(key=key)
    made, _ = registering.new_device(
        registering.NewDevice(f"SIM{number:03d}{key.split('-', maxsplit=1)[0].upper()}"),
        model,
        lot,
        holder.area,
        at,
    )
    made.save()
    registering.bind(device=made.uid, holder=holder, at=at)
    return int(made.number)
