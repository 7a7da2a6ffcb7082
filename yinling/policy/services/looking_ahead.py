"""The look ahead of everybody: who newly qualifies, loses it or changes within three months, who is one fact away.

Compared with what holds now; only rows that came, went or changed are written."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db.models import Count

from yinling.base.api import CHINA, connection, copy_arrow, copy_in_arrow, facts, record
from yinling.base.contracts import Event, Month

from .. import changes, profiles, queries
from ..contracts import Pack
from ..models import Outlook, OutlookRun, PolicyVersion
from ..outlook import Ahead, outlook
from .determining import LOCK, RELATION, NoFacts

MONTHS_AHEAD = 3  # about ninety days


def look_ahead(*, at: datetime, jurisdiction: str) -> OutlookRun | None:
    """Renew what lies ahead of everybody of a place; None where no month was determined yet. Runs in the open `batch`."""
    began = time.perf_counter()
    latest = queries.latest_run(jurisdiction=jurisdiction)
    if latest is None:
        return None
    if RELATION not in facts:
        raise NoFacts
    today = at.astimezone(CHINA).date()
    this = max(Month.of(today), Month.parse(latest.month), key=lambda month: month.text)
    steps = [_ahead(this.next(k), jurisdiction) for k in range(MONTHS_AHEAD + 1)]
    known = [one for one in steps if one is not None]
    if len(known) != len(steps):
        return None
    packs = tuple(one.pack for one in known)
    by_month = all(profiles.month_is_enough(pack) for pack in packs)
    table = copy_arrow(facts.get(RELATION).sql, {"month_first": today, "known_at": at})
    population = profiles.profiled(table, profiles.facts_of(packs), day=today, by_month=by_month)
    rows = outlook(population, known[0], known[1:])
    run = OutlookRun.objects.create(
        jurisdiction=jurisdiction, month=this.text, at=at, persons=population.persons.num_rows
    )
    run.changed = _store(rows, run, this, latest.month, at)
    run.counts = _counts(jurisdiction)
    run.seconds = round(time.perf_counter() - began, 3)
    run.save(update_fields=["changed", "counts", "seconds"])
    data: dict[str, object] = {
        "month": this.text,
        "persons": run.persons,
        "changed": run.changed,
        "counts": run.counts,
    }
    record(Event("policy.looked_ahead", "policy_outlook_run", str(run.uid), jurisdiction, data))
    return run


def _ahead(month: Month, jurisdiction: str) -> Ahead | None:
    version: PolicyVersion | None = queries.in_force(month, jurisdiction)
    if version is None:
        return None
    pack: Pack = queries.pack_of(version)
    return Ahead(month.first_day, pack, queries.approved_rows(version))


def _store(rows: Any, run: OutlookRun, this: Month, held_in: str, at: datetime) -> int:
    values: dict[str, Any] = {
        "jurisdiction": run.jurisdiction,
        "held_in": held_in,
        "today": at.astimezone(CHINA).date(),
    }
    values |= {f"m{k}": this.next(k).text for k in range(MONTHS_AHEAD + 1)}
    with connection().cursor() as at_work:
        at_work.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        at_work.execute(changes.outlook_staging(MONTHS_AHEAD))
        copy_in_arrow(changes.OUTLOOK_STAGING, rows)
        at_work.execute(f"ANALYZE {changes.OUTLOOK_STAGING}")
        at_work.execute(changes.outlook_arriving(MONTHS_AHEAD), values)
        changed = 0
        for statement in changes.OUTLOOK_STATEMENTS:
            at_work.execute(statement, values)
            changed += int(at_work.rowcount)
        at_work.execute(f"DROP TABLE {changes.OUTLOOK_STAGING}, {changes.OUTLOOK_ARRIVING}")
    return changed


def _counts(jurisdiction: str) -> dict[str, dict[str, int]]:
    """How many of which kind, by item."""
    counts: dict[str, dict[str, int]] = {}
    found = (
        Outlook.objects.filter(jurisdiction=jurisdiction).values_list("item", "kind").annotate(n=Count("id"))
    )
    for item, kind, number in found.order_by("item", "kind"):
        counts.setdefault(item, {})[kind] = number
    return counts
