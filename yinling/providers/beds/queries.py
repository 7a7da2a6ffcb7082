"""Reads of beds within the running scope: the board of homes, the map of one, one bed by code."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from .codes import bed_label
from .contracts import BedCard, HomeBeds
from .rules import bed_state

# Who is in a bed on a day, and who is next.
NOW = """LEFT JOIN LATERAL (
    SELECT o.person, o.stay, o.presence, o.starts_on FROM providers_occupancy o
    WHERE o.bed = b.uid AND NOT o.voided AND NOT o.planned AND o.starts_on <= %(day)s
      AND (o.ends_on IS NULL OR o.ends_on > %(day)s)
    LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT min(o.starts_on) AS next_on FROM providers_occupancy o
    WHERE o.bed = b.uid AND NOT o.voided AND o.planned AND (o.ends_on IS NULL OR o.ends_on > %(day)s)) p ON true"""
MAP = f"""SELECT b.uid, b.home, b.area, b.code, g.number, r.floor, r.number, r.label, b.number, b.nursing, b.closed_on,
    b.closed_reason, b.issue, n.person, n.stay, n.presence, n.starts_on, p.next_on
FROM providers_bed b JOIN providers_room r ON r.uid = b.room JOIN providers_building g ON g.uid = r.building {NOW}"""
BOARD = """
WITH now AS MATERIALIZED (
  SELECT o.bed, o.presence FROM providers_occupancy o
  WHERE NOT o.voided AND NOT o.planned AND o.starts_on <= %(day)s AND (o.ends_on IS NULL OR o.ends_on > %(day)s)),
planned AS MATERIALIZED (
  SELECT DISTINCT o.bed FROM providers_occupancy o
  WHERE NOT o.voided AND o.planned AND (o.ends_on IS NULL OR o.ends_on > %(day)s))
SELECT h.uid, h.name, h.area, count(b.uid), count(*) FILTER (WHERE b.nursing),
  count(*) FILTER (WHERE n.presence = 'in'), count(*) FILTER (WHERE n.presence = 'leave'),
  count(*) FILTER (WHERE n.presence = 'hospital'),
  count(*) FILTER (WHERE n.bed IS NULL AND p.bed IS NOT NULL AND b.closed_on IS NULL),
  count(*) FILTER (WHERE n.bed IS NULL AND p.bed IS NULL AND b.closed_on IS NULL AND b.uid IS NOT NULL),
  count(*) FILTER (WHERE n.bed IS NULL AND b.closed_on IS NOT NULL), h.beds
FROM providers_home h LEFT JOIN providers_bed b ON b.home = h.uid LEFT JOIN now n ON n.bed = b.uid
LEFT JOIN planned p ON p.bed = b.uid
WHERE h.area >= %(lo)s AND h.area < %(hi)s AND h.missing_since IS NULL
GROUP BY h.uid, h.name, h.area, h.beds ORDER BY count(b.uid) DESC, h.name
"""


def _card(row: Any) -> BedCard:
    (uid, home, area, code, building, floor, room, room_label, number, nursing, closed_on, closed_reason, issue, person, stay,
     presence, since, next_on) = row  # fmt: skip
    state = bed_state(closed=closed_on is not None, presence=presence, planned=next_on is not None)
    return BedCard(
        uid, home, area, code, bed_label(code), building, floor, room, room_label, number, nursing, state, issue, person, stay,
        since, next_on, closed_reason,
    )  # fmt: skip


def bed_map(home: UUID, day: date) -> list[BedCard]:
    """Every bed of a home on a day, in the order of the house; persons only as far as the scope shows them."""
    with connection().cursor() as sql:
        sql.execute(f"{MAP} WHERE b.home = %(home)s ORDER BY b.code", {"home": home, "day": day})
        return [_card(row) for row in sql.fetchall()]


def bed_card(bed: UUID, day: date) -> BedCard | None:
    with connection().cursor() as sql:
        sql.execute(f"{MAP} WHERE b.uid = %(bed)s", {"bed": bed, "day": day})
        row = sql.fetchone()
    return _card(row) if row else None


def bed_by_code(code: str, day: date) -> BedCard | None:
    with connection().cursor() as sql:
        sql.execute(f"{MAP} WHERE b.code = %(code)s", {"code": code, "day": day})
        row = sql.fetchone()
    return _card(row) if row else None


def bed_board(lo: str, hi: str, day: date) -> list[HomeBeds]:
    """The homes of an area range with the state of their beds."""
    with connection().cursor() as sql:
        sql.execute(BOARD, {"lo": lo, "hi": hi, "day": day})
        return [HomeBeds(*row) for row in sql.fetchall()]


def free_beds(home: UUID, day: date) -> list[BedCard]:
    """Beds that somebody could have from this day without an end."""
    with connection().cursor() as sql:
        sql.execute(
            f"""{MAP} WHERE b.home = %(home)s AND b.closed_on IS NULL AND NOT EXISTS (
                SELECT 1 FROM providers_occupancy o WHERE o.bed = b.uid AND NOT o.voided
                  AND (o.ends_on IS NULL OR o.ends_on > %(day)s)) ORDER BY b.code""",
            {"home": home, "day": day},
        )
        return [_card(row) for row in sql.fetchall()]


def planned_moves(home: UUID) -> list[dict[str, Any]]:
    """Moves agreed and not yet made, earliest first."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT o.stay, o.bed, b.code, o.starts_on FROM providers_occupancy o JOIN providers_bed b ON b.uid = o.bed
               WHERE o.home = %s AND o.planned AND NOT o.voided ORDER BY o.starts_on, b.code""",
            [home],
        )
        return [
            {"stay": stay, "bed": bed, "label": bed_label(code), "on": on}
            for stay, bed, code, on in sql.fetchall()
        ]
