"""Monthly bills: nights out of beds and absences, fees out of agreements, services out of records; set-based, in one piece."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, connection, record
from yinling.base.contracts import Event, Month, Refusal

from ..rules.money import days_in

# One row a night: who, where, whether in the home. The night of a day is charged to whoever has the bed on that day.
NIGHTS = """
SELECT o.stay, o.person, o.home, o.area, o.bed, n.day, coalesce(a.kind, 'in') AS presence
FROM providers_occupancy o
CROSS JOIN LATERAL (SELECT greatest(o.starts_on, %(first)s::date) + i AS day FROM generate_series(
    0, least(coalesce(o.ends_on, %(after)s::date), %(after)s::date) - greatest(o.starts_on, %(first)s::date) - 1) AS i) AS n
LEFT JOIN facility_absence a ON a.stay = o.stay AND a.from_on <= n.day AND (a.until_on IS NULL OR a.until_on > n.day)
WHERE NOT o.voided AND NOT o.planned AND o.starts_on < %(after)s AND (o.ends_on IS NULL OR o.ends_on > %(first)s)
  AND (%(home)s::uuid IS NULL OR o.home = %(home)s::uuid) AND (%(stay)s::uuid IS NULL OR o.stay = %(stay)s::uuid)
"""
LINES = f"""
CREATE TEMP TABLE facility_making ON COMMIT DROP AS
WITH night AS MATERIALIZED ({NIGHTS}),
lines AS (
  SELECT f.stay, f.kind, f.name, count(*)::int AS quantity,
    CASE f.unit WHEN 'day' THEN f.fen * count(*) ELSE round(f.fen * count(*) / %(days)s::numeric)::bigint END AS fen
  FROM night n JOIN facility_agreed_fee f ON f.stay = n.stay AND f.since <= n.day AND (f.until IS NULL OR f.until > n.day)
    AND (f.while_away OR n.presence = 'in')
  GROUP BY f.uid, f.stay, f.kind, f.name, f.unit, f.fen
  UNION ALL
  SELECT c.stay, 'service', c.name, count(*)::int, sum(c.fen)::bigint FROM facility_charge c
  WHERE c.on_date >= %(first)s AND c.on_date <= %(last)s AND (%(home)s::uuid IS NULL OR c.home = %(home)s::uuid)
    AND (%(stay)s::uuid IS NULL OR c.stay = %(stay)s::uuid)
  GROUP BY c.stay, c.name)
SELECT * FROM lines WHERE fen > 0
"""
BILLS = f"""
WITH night AS MATERIALIZED ({NIGHTS}),
spent AS (
  SELECT stay, count(*)::int AS nights, count(*) FILTER (WHERE presence = 'leave')::int AS away,
    count(*) FILTER (WHERE presence = 'hospital')::int AS hospital FROM night GROUP BY stay),
summed AS (SELECT stay, sum(fen)::bigint AS fen FROM facility_making GROUP BY stay),
fresh AS (
  INSERT INTO facility_bill (uid, home, area, stay, person, month, nights, nights_leave, nights_hospital, fen, issued_at)
  SELECT gen_random_uuid(), s.home, s.area, s.uid, s.person, %(month)s, coalesce(n.nights, 0), coalesce(n.away, 0),
    coalesce(n.hospital, 0), m.fen, %(at)s
  FROM summed m JOIN facility_stay s ON s.uid = m.stay LEFT JOIN spent n ON n.stay = m.stay
  WHERE s.person IS NOT NULL
  ON CONFLICT (stay, month) DO NOTHING RETURNING uid, home, area, stay, person, fen),
lined AS (
  INSERT INTO facility_bill_line (uid, home, area, stay, person, bill, kind, name, quantity, fen)
  SELECT gen_random_uuid(), b.home, b.area, b.stay, b.person, b.uid, l.kind, l.name, l.quantity, l.fen
  FROM fresh b JOIN facility_making l ON l.stay = b.stay),
told AS (
  INSERT INTO facility_message (uid, home, area, stay, person, kind, words, at)
  SELECT gen_random_uuid(), b.home, b.area, b.stay, b.person, 'bill',
    %(month)s || ' 账单已出，共 ' || to_char(b.fen / 100.0, 'FM999999990.00') || ' 元。', %(at)s FROM fresh b)
SELECT count(*), coalesce(sum(fen), 0) FROM fresh
"""


class MonthNotOver(Refusal):
    code, status = "facility.month_not_over", 409
    zh, en = "{month} 还没有结束，不能出账单。", "{month} is not over yet; it cannot be billed."


def bill_month(*, month: Month, at: datetime, home: UUID | None = None) -> dict[str, int]:
    """Every bill of a month that is not there yet, with its lines and the word to the family; how many and how much.

    All or nothing: a crash leaves no bill, and a second run makes none twice.
    """
    if month.last_day >= at.astimezone(CHINA).date():
        raise MonthNotOver(month=month.text, field="month")
    made = _make(month, after=month.next().first_day, at=at, home=home, stay=None)
    record(Event("facility.billed", "month", month.text, "", {"home": str(home or ""), **made}))
    return made


def settle(*, stay: UUID, on: date, at: datetime) -> dict[str, int]:
    """The last bill of a stay that ended: the nights of its month up to its end, and months before that lack one."""
    month = Month.of(on)
    if month.next(-1).last_day < at.astimezone(CHINA).date():
        _make(month.next(-1), after=month.first_day, at=at, home=None, stay=stay)
    return _make(month, after=max(month.first_day, on), at=at, home=None, stay=stay)


def _make(month: Month, *, after: date, at: datetime, home: UUID | None, stay: UUID | None) -> dict[str, int]:
    values: dict[str, Any] = {
        "month": month.text, "first": month.first_day, "after": after, "days": days_in(month), "last": month.last_day,
        "home": home, "stay": stay, "at": at,
    }  # fmt: skip
    with connection().cursor() as sql:
        sql.execute("DROP TABLE IF EXISTS facility_making")
        sql.execute(LINES, values)
        sql.execute(BILLS, values)
        bills, fen = sql.fetchone()
    return {"bills": int(bills), "fen": int(fen)}
