"""The device desk: how many devices stand how, and the lists behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection
from yinling.people.published import RECORDS

# What the work lists mean, once for the figures and once for the filter.
NEVER = "d.state = 'issued' AND d.issued_on + coalesce(b.activate_days, 14) < %(today)s"
SILENT = "d.state = 'active' AND s.silent_since IS NOT NULL"
BATTERY = "d.state = 'active' AND s.battery < 20"
UNWORN = """d.state = 'active' AND m.kind = 'band'
 AND coalesce(s.worn_at, d.activated_at) < %(now)s::timestamptz - interval '3 days'"""
TEST = """d.state = 'active' AND m.channels::text LIKE '%%"sos"%%'
 AND coalesce(d.tested_at, d.activated_at) < %(now)s::timestamptz - interval '31 days'"""
DUE = "d.state IN ('issued', 'active') AND d.back_due_on < %(today)s"
WORK = {"never": NEVER, "silent": SILENT, "battery": BATTERY, "unworn": UNWORN, "test": TEST, "due": DUE}

FROM = f"""FROM devices_device d JOIN devices_model m ON m.uid = d.model_id LEFT JOIN devices_batch b ON b.uid = d.batch_id
LEFT JOIN devices_state s ON s.device = d.number LEFT JOIN base_area w ON w.code = d.area
LEFT JOIN {RECORDS} r ON r.person = d.person
WHERE ((d.area >= %(lo)s AND d.area < %(hi)s) OR (d.hukou_area >= %(lo)s AND d.hukou_area < %(hi)s))"""
DEVICES = f"""SELECT d.uid, d.code, m.title AS model, m.title_en AS model_en,
 d.state, d.person, r.name, d.place, d.area, w.name AS area_name,
 d.issued_on, d.activated_at, s.seen_at, s.silent_since, s.battery, d.tested_at, d.back_due_on, m.kind, b.activate_days,
 {", ".join(f"coalesce({condition}, false) AS to_{key}" for key, condition in WORK.items())} {FROM}"""
COUNTS = f"""SELECT count(*) AS all_, count(*) FILTER (WHERE d.state = 'stock') AS stock,
 count(*) FILTER (WHERE d.state = 'active') AS active, count(*) FILTER (WHERE d.state IN ('issued', 'active')) AS out_,
 {", ".join(f"count(*) FILTER (WHERE {condition}) AS {key}" for key, condition in WORK.items())} {FROM}"""


def params(lo: str, hi: str, at: datetime) -> dict[str, Any]:
    return {"lo": lo, "hi": hi, "now": at, "today": at.date()}


def counts(values: dict[str, Any]) -> dict[str, int]:
    """How many devices stand how, within the running scope."""
    with connection().cursor() as sql:
        sql.execute(COUNTS, values)
        return dict(zip([column[0] for column in sql.description], sql.fetchone(), strict=True))


BINDINGS = f"""SELECT b.from_at, b.to_at, b.kind, b.person, r.name, b.place, b.lent, b.ended_why FROM devices_binding b
LEFT JOIN {RECORDS} r ON r.person = b.person WHERE b.device_id = %s ORDER BY b.from_at DESC"""


def bindings(device: UUID) -> list[dict[str, Any]]:
    """To whom a device belonged, newest first; only those within the running scope."""
    with connection().cursor() as sql:
        sql.execute(BINDINGS, [device])
        names = [column[0] for column in sql.description]
        return [dict(zip(names, row, strict=True)) for row in sql.fetchall()]


def refused(since: datetime) -> list[tuple[str, str, str, int, datetime]]:
    """Frames that were no event since then: way, claimed device, reason, how many, last; most first."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT way, device, reason, sum(n)::int, max(last_at) FROM devices_refused WHERE hour >= %s
               GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 20""",
            [since],
        )
        return list(sql.fetchall())


def labels_of(batch: UUID | None, codes: list[str], limit: int = 500) -> list[tuple[UUID, str, str]]:
    """Devices for labels: uid, code, model."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT d.uid, d.code, m.title FROM devices_device d JOIN devices_model m ON m.uid = d.model_id
               WHERE d.batch_id = %s OR d.uid::text = ANY(%s) ORDER BY d.code LIMIT %s""",
            [batch, codes, limit],
        )
        return list(sql.fetchall())


def absences(person: UUID) -> list[tuple[str, datetime, datetime | None, str]]:
    with connection().cursor() as sql:
        sql.execute(
            "SELECT kind, from_at, to_at, note FROM devices_absence WHERE person = %s ORDER BY from_at DESC LIMIT 10",
            [person],
        )
        return list(sql.fetchall())


def activity(person: UUID) -> tuple[datetime, int, int | None, int] | None:
    """Last activity, its channel, the own limit in seconds, from how many days."""
    with connection().cursor() as sql:
        sql.execute(
            "SELECT last_at, last_channel, limit_seconds, known_days FROM devices_activity WHERE person = %s",
            [person],
        )
        row = sql.fetchone()
        return tuple(row) if row else None


def device_of_code(code: str) -> UUID | None:
    with connection().cursor() as sql:
        sql.execute("SELECT uid FROM devices_device WHERE code = %s", [code])
        row = sql.fetchone()
        return row[0] if row else None
