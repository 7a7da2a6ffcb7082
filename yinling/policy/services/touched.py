"""Who must be decided again for a month that was determined before: those whose facts may have changed since, nobody else.

Everybody is decided where the version, an approved amount, or the ground under all facts is another than then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yinling.base.api import connection, facts
from yinling.base.contracts import Month

from ..models import DeterminationRun, PolicyVersion
from ..queries import approved_rows

TOUCHED, GROUND, TABLE = "person_touched", "person_ground", "policy_touched"
# A delivery that was under way while the last determination read is learned of before it and seen only after it.
OVERLAP = timedelta(hours=6)
SHARE_MAX = 0.2  # beyond, one pass over everybody is quicker


@dataclass(frozen=True, slots=True)
class Since:
    """The last determination of the month under the same conditions, and how many may have changed since."""

    run: DeterminationRun
    persons: int


def ground(version: PolicyVersion, month: Month, at: datetime) -> str:
    """Digest of what the month's results rest on beside the persons' own facts; empty where that is not known."""
    if GROUND not in facts or TOUCHED not in facts:
        return ""
    said = ["|".join(sorted(approved_rows(version)))]
    with connection().cursor() as cursor:
        for day in (month.first_day, month.last_day):
            cursor.execute(facts.get(GROUND).sql, {"month_first": day, "known_at": at})
            said.append(str(cursor.fetchone()[0]))
    return hashlib.sha256(";".join(said).encode()).hexdigest()


def since_last(version: PolicyVersion, month: Month, at: datetime, grounds: str) -> Since | None:
    """Fill the table of those who must be decided again; None where everybody must."""
    runs = DeterminationRun.objects.filter(jurisdiction=version.jurisdiction, month=month.text)
    last = runs.order_by("-known_at").first()
    if (
        not grounds
        or last is None
        or last.known_at > at
        or last.version_id != version.uid
        or last.ground != grounds
    ):
        return None
    with connection().cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {TABLE} (person uuid PRIMARY KEY) ON COMMIT DROP")
        values: dict[str, Any] = {"since": last.known_at - OVERLAP, "known_at": at}
        cursor.execute(
            f"INSERT INTO {TABLE} SELECT DISTINCT person FROM ({facts.get(TOUCHED).sql}) AS t WHERE person IS NOT NULL",
            values,
        )
        persons = int(cursor.rowcount)
        cursor.execute(f"ANALYZE {TABLE}")
        if persons > last.persons * SHARE_MAX:
            cursor.execute(f"DROP TABLE {TABLE}")
            return None
    return Since(last, persons)


def forget() -> None:
    """Drop the table, so that another month can be determined in the same transaction."""
    with connection().cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
