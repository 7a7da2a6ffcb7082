"""复评到期: every morning, results that expire within their reminder get an assessment asked for, by one statement each."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from yinling.base.api import CHINA, DueTimer, connection, record, set_timer
from yinling.base.contracts import Event
from yinling.workorders import api as workorders

from .. import scales
from ..contracts import RENEW_KIND, ScaleKey

TIMER = "assessment.renew"
HOUR = 6

DUE = """
SELECT r.uid::text AS key, 'person' AS subject_kind, r.person AS subject, r.hukou_area, r.live_area,
  rpad(left(r.live_area, 6), 12, '0') AS area, '评估结果将于 ' || r.valid_to || ' 到期' AS title, '' AS detail,
  '/assessment/persons/' || r.person || '/' AS url, 'assessment_result' AS cause_kind, r.uid::text AS cause_ref,
  '{}'::jsonb AS evidence
FROM assessment_result r
WHERE r.ended_at IS NULL AND NOT r.recognised AND r.scale = %(scale)s AND r.valid_to >= %(today)s
  AND r.valid_to <= %(until)s
"""
EXPIRE = """
WITH over AS (
  UPDATE assessment_result SET ended_at = %(at)s, ended_on = valid_to + 1, ended_because = 'expired'
  WHERE ended_at IS NULL AND valid_to < %(today)s RETURNING 1)
SELECT count(*) FROM over
"""


def remind(*, at: datetime) -> int:
    """Ask for what expires soon, end what expired; how many were asked for. Runs in the worker's batch."""
    today = at.astimezone(CHINA).date()
    asked = 0
    for key in ScaleKey:
        until = today + timedelta(days=scales.validity_on(key, today).remind_days)
        values = {"scale": key.value, "today": today, "until": until}
        asked += workorders.open_orders(kind=RENEW_KIND, role="assessor", query=DUE, params=values, at=at)
    with connection().cursor() as sql:
        sql.execute(EXPIRE, {"at": at, "today": today})
        expired = int(sql.fetchone()[0])
    if asked or expired:
        record(
            Event(
                "assessment.renewals_asked", "assessment", "daily", data={"asked": asked, "expired": expired}
            )
        )
    return asked


def next_morning(after: date) -> datetime:
    return datetime.combine(after + timedelta(days=1), time(HOUR), CHINA)


def first_reminder(at: datetime) -> None:
    """Set the daily clock unless it runs already."""
    _set(next_morning(at.astimezone(CHINA).date()))


def _set(moment: datetime) -> None:
    set_timer(TIMER, moment, "assessment", "daily", key=f"{TIMER}:{moment:%Y%m%d}")


def fire(timer: DueTimer, at: datetime) -> None:
    """Handler of the timer kind; sets the next morning's clock in the same transaction."""
    remind(at=at)
    _set(next_morning(at.astimezone(CHINA).date()))
