"""How the platform is doing: processes, scanners, queues; told by `yinling status`, /healthz and /metrics."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from yinling.base.contracts import SYSTEM, Scope
from yinling.base.registries import subscribers
from yinling.base.runtime import beats, process
from yinling.base.runtime.supervisor import state_file
from yinling.base.work import connection, running, unit

SCANNERS = ("deliver", "jobs", "seal", "timers")
START_TIME_SECONDS_TOLERATED = 2

QUEUES = """
SELECT 'jobs', count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)
  FROM base_job WHERE state IN ('queued', 'running')
UNION ALL
SELECT 'timers', count(*), coalesce(extract(epoch FROM now() - min(try_at)), 0)
  FROM base_timer WHERE state = 'waiting' AND try_at <= now()
UNION ALL
SELECT 'timers_failed', count(*), coalesce(extract(epoch FROM now() - min(ended_at)), 0)
  FROM base_timer WHERE state = 'failed'
"""
TRAIL_QUEUES = """
SELECT 'trail', count(*), coalesce(extract(epoch FROM now() - min(e.recorded_at)), 0)
  FROM base_unsealed u JOIN base_event e ON e.id = u.event
UNION ALL
SELECT 'dead_letters', count(*), coalesce(extract(epoch FROM now() - min(at)), 0)
  FROM base_dead_letter WHERE redriven_at IS NULL
"""
BACKLOG = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(l.sealed_at)), 0)
  FROM base_link l JOIN base_event e ON e.id = l.event
 WHERE l.position > coalesce((SELECT position FROM base_cursor WHERE subscriber = %s), 0) AND e.verb = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Running:
    """One process of the tree."""

    role: str
    pid: int | None
    up: bool
    restarts: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits in a queue, and how long the oldest has."""

    name: str
    depth: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Scanner:
    """When a scanner last ticked; None when it never did."""

    name: str
    age_seconds: float | None

    @property
    def late(self) -> bool:
        """Whether it should have ticked since."""
        return self.age_seconds is None or self.age_seconds > beats.LATE_SECONDS


def processes(home: Path) -> list[Running]:
    """What the supervisor says it runs, each looked at."""
    try:
        rows = json.loads(state_file(home).read_text())
    except (OSError, ValueError):
        return []
    return [_looked_at(row) for row in rows]


def _looked_at(row: dict[str, Any]) -> Running:
    pid, started = row["pid"], row["started"]
    born = process.started_at(pid) if pid and process.alive(pid) else None
    up = born is not None and started is not None and abs(born - started) < START_TIME_SECONDS_TOLERATED
    return Running(row["role"], pid, up, row["restarts"], process.age(pid) if up else None)


def scanners(home: Path) -> list[Scanner]:
    """The scanners that must tick every second."""
    ages = beats.ages(home)
    return [Scanner(name, ages.get(name)) for name in SCANNERS]


def queues(*, everything: bool) -> list[Queue]:
    """Every queue, inside the running unit of work; the trail's only under the worker's role."""
    found = []
    with connection().cursor() as cursor:
        cursor.execute(QUEUES + (f"UNION ALL {TRAIL_QUEUES}" if everything else ""))
        found = [Queue(name, int(depth), round(float(age), 1)) for name, depth, age in cursor.fetchall()]
        for subscriber in subscribers if everything else ():
            cursor.execute(BACKLOG, [subscriber.name, sorted(subscriber.verbs)])
            depth, age = cursor.fetchone()
            found.append(Queue(f"deliver:{subscriber.name}", int(depth), round(float(age), 1)))
    return found


def wrong(ran: Iterable[Running], ticked: Iterable[Scanner]) -> list[str]:
    """The sentences of what is not as it should be."""
    ran = list(ran)
    sentences = [] if ran else ["not running"]
    sentences += [f"{one.role} is down" for one in ran if not one.up]
    late = [one for one in ticked if one.late] if ran else []
    return sentences + [f"{one.name} last ticked {one.age_seconds} s ago" for one in late]


def as_json(
    ran: list[Running], ticked: list[Scanner], waiting: list[Queue], sentences: list[str]
) -> dict[str, Any]:
    """Everything as one document."""
    return {
        "ok": not sentences,
        "wrong": sentences,
        "processes": [asdict(one) for one in ran],
        "scanners": [asdict(one) | {"late": one.late} for one in ticked],
        "queues": [asdict(one) for one in waiting],
    }


class PlatformCollector(Collector):
    """The same as figures for Prometheus: counts only, nothing about persons."""

    def collect(self) -> Iterator[Metric]:
        """Read everything anew."""
        home = settings.YINLING_HOME
        up = GaugeMetricFamily("yinling_process_up", "1 while the process runs", labels=["role"])
        for one in processes(home):
            up.add_metric([one.role], 1.0 if one.up else 0.0)
        age = GaugeMetricFamily("yinling_scanner_age_seconds", "since the last tick", labels=["scanner"])
        for scanner in scanners(home):
            age.add_metric([scanner.name], -1.0 if scanner.age_seconds is None else scanner.age_seconds)
        depth = GaugeMetricFamily("yinling_queue_depth", "items that wait", labels=["queue"])
        oldest = GaugeMetricFamily("yinling_queue_oldest_seconds", "age of the oldest item", labels=["queue"])
        for queue in _queues_of_web():
            depth.add_metric([queue.name], queue.depth)
            oldest.add_metric([queue.name], queue.oldest_seconds)
        yield from (up, age, depth, oldest)

    def describe(self) -> Iterator[Metric]:
        """Nothing is read when the collector is registered."""
        yield from ()


def _queues_of_web() -> list[Queue]:
    if running() is not None:
        return queues(everything=False)
    try:
        with unit(Scope(purpose="metrics"), SYSTEM):
            return queues(everything=False)
    except DatabaseError:
        return []


def register(registry: CollectorRegistry = REGISTRY) -> None:
    """Add the platform's figures to those of the process."""
    registry.register(PlatformCollector())
