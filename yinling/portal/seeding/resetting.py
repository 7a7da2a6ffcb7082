"""Emptying a demo installation so that the tour can be run again; refuses any database that seed-demo did not make."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.db import connections

from yinling.base.contracts import Refusal

from .district import MARKER

OWNER = "owner"
# Divisions and the record of migrations stay; everything else belongs to the demo.
KEPT = ("django_migrations", "base_area")


class NotADemo(Refusal):
    code, status = "portal.not_a_demo", 409
    zh = "这个数据库不是由 seed-demo 建立的，或里面还有别的数据，不能清空。"
    en = "This database was not made by seed-demo; it is not emptied."


def reset(home: Path, *, at: datetime) -> None:
    """Empty every table and put the demo's files and the trail's anchors aside; NotADemo if this is no demo."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ALTER TABLE base_event NO FORCE ROW LEVEL SECURITY")
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE verb = %s) FROM base_event", [MARKER])
        events, marks = cursor.fetchone()
        cursor.execute("ALTER TABLE base_event FORCE ROW LEVEL SECURITY")
        if events and not marks and not (home / "demo" / "manifest.json").exists():
            raise NotADemo
        cursor.execute(
            """SELECT string_agg(format('%%I.%%I', schemaname, tablename), ', ') FROM pg_tables
               WHERE schemaname = 'public' AND tablename <> ALL(%s)""",
            [list(KEPT)],
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
    _put_aside(home, at)


def _put_aside(home: Path, at: datetime) -> None:
    """The chain starts again, so its old anchors keep their own name; the bank's book starts empty too."""
    anchors = home / "anchors" / "trail.log"
    if anchors.exists():
        anchors.rename(anchors.with_name(f"trail-until-{at:%Y%m%d%H%M%S}.log"))
    for folder in (home / "demo", home / "bank"):
        shutil.rmtree(folder, ignore_errors=True)
