"""A month determined for everybody: facts out of PostgreSQL into DuckDB, verdicts back, only what changed is stored."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from yinling.base.api import connection, copy_arrow, copy_in_arrow, current, facts, record, refresh_statistics
from yinling.base.contracts import Event, Month, Refusal

from .. import changes
from ..contracts import Pack
from ..models import DeterminationRun, PolicyVersion
from ..population import decided_rows
from ..queries import approved_rows, in_force, pack_of
from . import touched

RELATION = "person"
LOCK = 7_060_001
STATISTICS_FROM_ROWS = 10_000


class NoPolicyInForce(Refusal):
    code, status = "policy.none_in_force", 409
    zh, en = "{month}没有经两人核准的政策。", "No policy approved by two persons is in force for {month}."


class NoFacts(Refusal):
    code, status = "policy.no_facts", 409
    zh, en = "没有可用的人员事实。", "There is no relation of facts about persons."


def determine_month(
    *, month: Month, at: datetime, jurisdiction: str = "", whole: bool = False
) -> DeterminationRun:
    """Decide every item for everyone for one month with what is known at `at`; runs in the open `batch`.

    Where the month was determined before under the same version and on the same ground, only persons whose facts may have
    changed since are read and decided; `whole` decides everybody all the same.

    The same month may be determined again, also later: verdicts that differ supersede the old ones for that month."""
    began = time.perf_counter()
    version = in_force(month, jurisdiction)
    if version is None:
        raise NoPolicyInForce(month=month.text)
    if RELATION not in facts:
        raise NoFacts
    pack, grounds = pack_of(version), touched.ground(version, month, at)
    since = None if whole else touched.since_last(version, month, at, grounds)
    among = touched.TABLE if since else ""
    rows, counts = decided_rows(
        pack,
        facts_on(month.last_day, at, among=among),
        before=facts_on(month.first_day, at, among=among),
        month=month.first_day,
        approved=approved_rows(version),
    )
    run = DeterminationRun.objects.create(
        jurisdiction=version.jurisdiction, month=month.text, version=version, known_at=at, persons=rows.num_rows,
        anew=rows.num_rows, counts=counts, ground=grounds, by_account=current().by.account, by_name=current().by.name,
    )  # fmt: skip
    _store(pack, run, month, rows, since)
    touched.forget()
    run.seconds = round(time.perf_counter() - began, 3)
    run.save(update_fields=["changed", "seconds", "persons", "counts"])
    data = {"month": month.text, "version": version.version, "digest": version.digest, "persons": run.persons,
            "anew": run.anew, "changed": run.changed, "counts": run.counts}  # fmt: skip
    record(Event("policy.month_determined", "policy_run", str(run.uid), version.jurisdiction, data))
    return run


def facts_on(day: date, known_at: datetime, *, among: str = "") -> pa.Table:
    """Everyone's facts as they stand on a day, by what was known at a moment; or only of the persons of a table."""
    query = facts.get(RELATION).sql
    if among:
        # OFFSET 0 keeps the planner from reading everybody first: each person is looked up by index
        query = f"SELECT f.* FROM {among} AS t, LATERAL (SELECT * FROM ({query}) AS g WHERE g.person = t.person OFFSET 0) AS f"
    return copy_arrow(query, {"month_first": day, "known_at": known_at})


def _store(
    pack: Pack, run: DeterminationRun, month: Month, rows: pa.Table, since: touched.Since | None
) -> None:
    """Write what differs, and how many there are of each verdict now."""
    version = run.version
    keys = tuple(item.key for item in pack.monthly)
    with connection().cursor() as at_work:
        at_work.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        at_work.execute(changes.staging_table(keys))
        copy_in_arrow(changes.STAGING, rows)
        at_work.execute(f"ANALYZE {changes.STAGING}")
        values: dict[str, Any] = {
            "month": month.text, "before": month.next(-1).text, "after": month.next().text, "run": run.uid,
            "version": version.uid, "jurisdiction": version.jurisdiction, "latest": _latest(version, run),
        }  # fmt: skip
        if since:
            at_work.execute(changes.stored_among(touched.TABLE), values)
            run.persons = since.run.persons - int(at_work.fetchone()[0]) + rows.num_rows
        at_work.execute(changes.difference(keys, among=touched.TABLE if since else ""), values)
        run.changed = int(at_work.rowcount)
        if since:
            at_work.execute(changes.SHIFTS)
            run.counts = _shifted(since.run.counts, at_work.fetchall())
        for statement in changes.STATEMENTS:
            at_work.execute(statement, values)
        at_work.execute(f"DROP TABLE {changes.STAGING}, {changes.CHANGED}")
    if run.changed >= STATISTICS_FROM_ROWS:
        refresh_statistics("policy_verdict")


def _shifted(counts: dict[str, dict[str, int]], shifts: list[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    """The counts of the last determination with what has changed since."""
    now = {item: dict(one) for item, one in counts.items()}
    for item, *shift in shifts:
        for name, number in zip(("yes", "no", "unknown", "fen"), shift, strict=True):
            now[item][name] += int(number or 0)
    return now


def _latest(version: PolicyVersion, run: DeterminationRun) -> str:
    """The latest month determined before; open intervals are known to hold up to it."""
    earlier = DeterminationRun.objects.filter(jurisdiction=version.jurisdiction).exclude(uid=run.uid)
    return str(earlier.order_by("-month").values_list("month", flat=True).first() or "")
