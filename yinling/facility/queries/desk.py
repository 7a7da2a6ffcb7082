"""Reads for the director's page and the monthly form: one home in figures, and its place among the homes of the district."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import connection
from yinling.base.contracts import Month, area_range
from yinling.providers.published import BEDS, HOMES

ABILITIES = ("能力完好", "轻度失能", "中度失能", "重度失能", "完全失能")
FIGURES = """
SELECT
  (SELECT count(*) FROM facility_incident WHERE home = %(home)s AND risk IN ('fall', 'bed_fall') AND at >= %(since)s),
  (SELECT count(*) FROM facility_incident WHERE home = %(home)s AND risk = 'sore' AND at >= %(since)s),
  (SELECT count(*) FROM facility_incident WHERE home = %(home)s AND closed_at IS NULL),
  (SELECT count(*) FROM facility_hazard WHERE home = %(home)s AND checked_at IS NULL),
  (SELECT count(*) FROM facility_hazard WHERE home = %(home)s AND checked_at IS NULL AND due_at < %(at)s),
  (SELECT coalesce(sum(fen), 0) FROM facility_bill WHERE home = %(home)s AND month = %(month)s),
  (SELECT coalesce(sum(fen), 0) FROM facility_bill WHERE home = %(home)s)
    - (SELECT coalesce(sum(fen), 0) FROM facility_entry WHERE home = %(home)s AND kind IN ('payment', 'prepaid_use')),
  (SELECT coalesce(sum(CASE kind WHEN 'deposit_in' THEN fen WHEN 'deposit_out' THEN -fen ELSE 0 END), 0)
     FROM facility_entry WHERE home = %(home)s),
  (SELECT coalesce(sum(CASE kind WHEN 'prepaid_in' THEN fen ELSE -fen END)
       FILTER (WHERE kind IN ('prepaid_in', 'prepaid_use', 'prepaid_out')), 0) FROM facility_entry WHERE home = %(home)s),
  (SELECT count(*) FROM facility_dose WHERE home = %(home)s AND state = 'missed' AND due_at >= %(since)s),
  (SELECT count(*) FROM providers_staff WHERE home = %(home)s AND post = '养老护理员' AND missing_since IS NULL),
  (SELECT count(*) FROM providers_staff WHERE home = %(home)s AND certificate_until < %(at)s::date AND missing_since IS NULL)
"""
NAMES = (
    "falls", "sores", "incidents_open", "hazards_open", "hazards_late", "billed", "owed", "deposits", "prepaid", "doses_missed",
    "carers", "lapsed",
)  # fmt: skip
MOVES = """
SELECT count(*) FILTER (WHERE verb = 'admit'), count(*) FILTER (WHERE verb = 'discharge'), count(*) FILTER (WHERE verb = 'die')
FROM facility_stay_move WHERE home = %(home)s AND on_date >= %(first)s AND on_date <= %(last)s
"""


def figures(home: UUID, month: Month, at: datetime) -> dict[str, int]:
    """What a director looks at: safety of the last 30 days, money of the month, staff."""
    with connection().cursor() as sql:
        sql.execute(FIGURES, {"home": home, "month": month.text, "at": at, "since": at - timedelta(days=30)})
        return dict(zip(NAMES, sql.fetchone(), strict=True))


def level_mix(home: UUID) -> dict[str, int]:
    """Residents who hold a bed, by ability result; the rest is not assessed."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT ability, count(*) FROM facility_stay WHERE home = %s AND stage IN ('trial', 'resident', 'away', 'hospital')
               GROUP BY ability""",
            [home],
        )
        found: dict[str, int] = dict(sql.fetchall())
    mix = {name: found.get(name, 0) for name in ABILITIES}
    mix["未评估"] = sum(found.values()) - sum(mix.values())
    return mix


def place_among(home: UUID, area: str) -> tuple[int, int] | None:
    """Place by occupancy among the homes of the district's public register, and how many there are."""
    wide = area_range(f"{area[:6]}000000")
    with connection().cursor() as sql:
        sql.execute(
            f"""SELECT place, total FROM (
                  SELECT uid, rank() OVER (ORDER BY beds_used::float / beds DESC) AS place, count(*) OVER () AS total
                  FROM {HOMES} WHERE area >= %s AND area < %s AND missing_since IS NULL AND beds > 0
                    AND beds_used IS NOT NULL) ranked
                WHERE uid = %s""",
            [wide.lo, wide.hi, home],
        )
        row = sql.fetchone()
    return (int(row[0]), int(row[1])) if row else None


def moves_of(home: UUID, month: Month) -> tuple[int, int, int]:
    """Admitted, discharged, died in a month."""
    with connection().cursor() as sql:
        sql.execute(MOVES, {"home": home, "first": month.first_day, "last": month.last_day})
        admitted, discharged, died = sql.fetchone()
    return int(admitted), int(discharged), int(died)


def bed_counts(home: UUID) -> tuple[int, int]:
    """Registered beds in use, and those for nursing."""
    with connection().cursor() as sql:
        sql.execute(
            f"SELECT count(*), count(*) FILTER (WHERE nursing) FROM {BEDS} WHERE home = %s AND closed_on IS NULL",
            [home],
        )
        beds, nursing = sql.fetchone()
    return int(beds), int(nursing)


def price_span(home: UUID) -> dict[str, tuple[int, int]]:
    """Lowest and highest monthly price in force by kind, in fen."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT kind, min(fen), max(fen) FROM facility_fee_item WHERE home = %s AND until IS NULL AND unit = 'month'
               GROUP BY kind""",
            [home],
        )
        return {kind: (int(low), int(high)) for kind, low, high in sql.fetchall()}


def deposit_span(home: UUID) -> tuple[int, int] | None:
    with connection().cursor() as sql:
        sql.execute(
            """SELECT min(deposit_fen), max(deposit_fen) FROM facility_stay
               WHERE home = %s AND deposit_fen > 0 AND stage IN ('trial', 'resident', 'away', 'hospital')""",
            [home],
        )
        low, high = sql.fetchone()
    return (int(low), int(high)) if low is not None else None


def form_values(home: Any, month: Month) -> dict[str, str]:
    """What the records know of the fields of the national monthly form; a field that is not here is not known here."""
    beds, nursing = bed_counts(home.uid)
    admitted, discharged, died = moves_of(home.uid, month)
    mix = level_mix(home.uid)
    values = {
        "统一社会信用代码": home.uscc, "单位类型": home.kind, "机构名称": home.name, "行政区划": home.area,
        "详细地址": home.address, "机构等级": home.grade, "总床位": str(beds or home.beds or ""),
        "全托床位": str(beds) if beds else "",
        "护理型床位": str(nursing), "月末收住人数": str(sum(mix.values())), "本月入住": str(admitted),
        "本月退住": str(discharged), "本月去世": str(died), **{name: str(count) for name, count in mix.items()},
    }  # fmt: skip
    if home.longitude is not None:
        values["经纬度"] = f"{home.longitude:.6f}, {home.latitude:.6f}"
    spans = price_span(home.uid)
    for key, label in (("care", "护理费 low/high"), ("bed", "床位费 low/high"), ("meal", "膳食费 low/high")):
        if key in spans:
            values[label] = f"{spans[key][0] / 100:.2f} / {spans[key][1] / 100:.2f}"
    if span := deposit_span(home.uid):
        values["押金 low/high"] = f"{span[0] / 100:.2f} / {span[1] / 100:.2f}"
    return {key: value for key, value in values.items() if value}
