"""The one verb of insight: count everything anew into the cube, in one transaction, so that readers never see half of it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from yinling.base.api import connection

from . import cube
from .models import STATE_KEY
from .rules import years_before

LOCK = 7_100_001


def refresh(*, at: datetime) -> float:
    """Count anew; the seconds it took. Runs in a batch; two at once take turns."""
    started = time.perf_counter()
    today = at.date()
    values: dict[str, Any] = {"today": today, "sixty": years_before(today, cube.YEARS_FIRST)}
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT coalesce(max(position), 0) FROM base_link")
        mark = int(cursor.fetchone()[0])
        cursor.execute(cube.MONTHS)
        values["months"] = [month for (month,) in cursor.fetchall()]
        for table in cube.TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for step in cube.STEPS:
            cursor.execute(step, values)
        seconds = time.perf_counter() - started
        cursor.execute(
            """INSERT INTO insight_state (id, made_at, made_on, trail_mark, months, seconds)
               VALUES (%s, clock_timestamp(), %s, %s, to_jsonb(%s::text[]), %s)
               ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at, made_on = excluded.made_on,
                 trail_mark = excluded.trail_mark, months = excluded.months, seconds = excluded.seconds""",
            [STATE_KEY, today, mark, values["months"], seconds],
        )
    return seconds
