"""The next morning: who should have been met and was not becomes a work order of the community, once a due day."""

from __future__ import annotations

from datetime import datetime

from yinling.base.api import CHINA, record
from yinling.base.contracts import Event, area_range
from yinling.people.published import RECORDS
from yinling.workorders import api as workorders

from ..queries.sql import run
from ..rules import terms
from .registering import MISSED_CAUSE

MISSED = "homecare.missed"


def tell_missed(*, area: str, at: datetime) -> int:
    """Open an order for everyone of the focus tiers whose day has passed; how many were new. Set-based."""
    day, wide = at.astimezone(CHINA).date(), area_range(area)
    focus = [tier.key for tier in terms.all_tiers() if tier.focus]
    params = {"day": day, "lo": wide.lo, "hi": wide.hi, "focus": focus, "cause": MISSED_CAUSE}
    late = """v.active AND v.next_on < %(day)s AND v.tier = ANY(%(focus)s) AND v.live_area >= %(lo)s
        AND v.live_area < %(hi)s AND v.missed_on IS DISTINCT FROM v.next_on"""
    opened = workorders.open_orders(
        kind=MISSED,
        role="village",
        query=f"""SELECT v.person::text || ':' || v.next_on AS key, r.name || '应探访未探访' AS title,
              '应于 ' || v.next_on || ' 前见到' || coalesce('，上次 ' || v.met_on, '，还没有见到过') AS detail,
              '/visits/person/' || v.person AS url, 'person' AS subject_kind, v.person AS subject, v.hukou_area,
              v.live_area, v.live_area AS area, %(cause)s AS cause_kind, v.person::text AS cause_ref, '{{}}'::jsonb AS evidence
            FROM homecare_visitee v JOIN {RECORDS} r ON r.person = v.person WHERE {late}""",
        params=params,
        at=at,
    )
    run(f"UPDATE homecare_visitee v SET missed_on = v.next_on WHERE {late}", params)
    if opened:
        record(Event("homecare.missed_told", "area", area, area, {"day": str(day), "count": opened}))
    return opened
